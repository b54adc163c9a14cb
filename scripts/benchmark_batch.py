"""How the cost of a batch grows, with the number of recordings and with their length.

    scripts/benchmark batch [--recordings 10,100,1000] [--lengths 2,10] [--json]

Recordings: studies in which everything is done, each recording in its own file of 25 MB. For each number N of them:
run_s_N, run_mb_N (a run with nothing to do: seconds, peak memory in MB), status_s_N, status_mb_N, and cpu_ms_N
(processor time of that run for each recording beyond the first number, in ms; flat where cost grows in proportion).

Lengths: the sample recording's tracks, repeated to so many minutes, through each stage in a process of its own. For
each length M and stage: STAGE_s_M (seconds for a minute of audio, starting up included) and STAGE_mb_M (peak memory in
MB). The text is that of subtitles; what Whisper takes is measured by `scripts/benchmark transcribe`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent

WATCHED = """
import json, resource, runpy, sys
from pathlib import Path
try:
    runpy.run_module("pipeline", run_name="__main__")
except SystemExit as end:
    code = end.code
status = Path("/proc/self/status")
told = dict(line.split(":", 1) for line in status.read_text().splitlines()) if status.is_file() else {}
used = resource.getrusage(resource.RUSAGE_SELF)
kept = int(told["VmHWM"].split()[0]) / 1024 if "VmHWM" in told else used.ru_maxrss / 1024**2
print("", json.dumps([code, kept, used.ru_utime + used.ru_stime]), sep="\\n")
"""
"""Runs a command line and tells its exit code, peak memory (MB) and processor time (s). What the system tells a parent
of its child's memory includes the parent's own."""


class Took(NamedTuple):
    seconds: float
    megabytes: float
    cpu: float


def took(*arguments: str) -> Took:
    """A command in a process of its own. Raises SystemExit where it fails."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", WATCHED, *arguments], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(f"`interviews {arguments[0]}` could not be measured: {done.stderr[-500:]}")
    code, megabytes, cpu = json.loads(done.stdout.splitlines()[-1])
    if code not in {0, 6}:
        raise SystemExit(f"`interviews {arguments[0]}` ended with {code}: {done.stderr[-500:]}")
    return Took(seconds, megabytes, cpu)


def batch(options: argparse.Namespace) -> dict[str, float]:
    """All of it."""
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        counts, lengths = ([int(n) for n in text.split(",") if n] for text in (options.recordings, options.lengths))
        return by_number(Path(folder), counts) | by_length(Path(folder), lengths)


def by_number(folder: Path, counts: list[int]) -> dict[str, float]:
    """What it costs to find that nothing is to be done."""
    from tests.helpers.many_recordings import crowd

    found: dict[str, float] = {}
    first: tuple[int, float] | None = None
    for count in counts:
        study = crowd(folder, count)
        run, status = (min(took(name, str(study)) for _ in range(3)) for name in ("run", "status"))
        found |= {f"run_s_{count}": run.seconds, f"run_mb_{count}": run.megabytes}
        found |= {f"status_s_{count}": status.seconds, f"status_mb_{count}": status.megabytes}
        if first:
            found[f"cpu_ms_{count}"] = 1000 * (run.cpu - first[1]) / (count - first[0])
        first = first or (count, run.cpu)
        shutil.rmtree(study)
    return found


def by_length(folder: Path, lengths: list[int]) -> dict[str, float]:
    """What each stage takes for a minute of audio."""
    from tests.helpers.small_batches import lasting

    found: dict[str, float] = {}
    for minutes in lengths:
        study = lasting(folder / f"{minutes}-minutes", minutes)
        for stage in ("ingest", "transcribe", "diarize", "attribute", "deidentify"):
            one = took("run", str(study), "--until", stage)
            found |= {f"{stage}_s_{minutes}": one.seconds / minutes, f"{stage}_mb_{minutes}": one.megabytes}
        shutil.rmtree(study)
    return found
