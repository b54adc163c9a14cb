"""Workers of a cluster against each other: one of them, then two, each with one thread, over the same recordings.

    scripts/benchmark cluster [--json] [--zoom FOLDER_OF_ZOOM_FOLDERS] [--copies N] [--length S] [--whisper FILE.pt]

Stages `diarize` (tracks), `attribute` and `deidentify` over copies of synthetic Zoom recordings that differ in length;
with --whisper also `transcribe` by that checkpoint. Keys: ratio_two_workers (wall time of one worker / of two, best of
the rounds), wall_one_s, wall_two_s, cpu_one_s, cpu_two_s, same_bytes (1.0 where every artifact is), load (of the
machine before it began).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = {"transcribe": {"engine": "captions"}, "diarize": {"engine": "tracks", "shared_rooms": "off"}}


def cluster(options: argparse.Namespace) -> dict[str, float]:
    """Both numbers of workers, in turn, and their ratio."""
    with tempfile.TemporaryDirectory(prefix="cluster-") as folder:
        study = prepared(Path(folder), options)
        whisper = bool(options.whisper)
        rounds = [[timed(study, workers, Path(folder), whisper) for workers in (1, 2)] for _ in range(options.rounds)]
    one, two = (min(side, key=lambda made: made["wall"]) for side in zip(*rounds, strict=True))
    digests = {made["digest"] for pair in rounds for made in pair}
    return {
        "ratio_two_workers": one["wall"] / two["wall"],
        "wall_one_s": one["wall"],
        "wall_two_s": two["wall"],
        "cpu_one_s": one["cpu"],
        "cpu_two_s": two["cpu"],
        "same_bytes": float(len(digests) == 1),
        "load": max(one["load"], two["load"]),
    }


def prepared(folder: Path, options: argparse.Namespace) -> Path:
    """A study of copies, decoded already; each ends a second earlier than the one before, so that none is another."""
    study = folder / "whole"
    (study / "recordings").mkdir(parents=True)
    sources = sorted(path.parent for path in options.zoom.glob("*/*/audio_only.m4a"))
    for number in range(options.copies):
        source, target = sources[number % len(sources)], study / "recordings" / f"P{number + 1:02}"
        shutil.copytree(source, target)
        for sound in source.rglob("*.m4a"):
            shortened(sound, target / sound.relative_to(source), options.length - number)
    settings: dict[str, object] = dict(SETTINGS)
    if options.whisper:
        model = {"engine": "openai-whisper", "model": str(options.whisper), "threads": 1, "temperatures": []}
        settings["transcribe"] = model | {"alignment_heads": [[2, 0], [2, 1]]}
    (study / "study.yaml").write_text(json.dumps(settings), encoding="utf-8")
    run(study, "--until", "ingest")
    return study


def shortened(sound: Path, target: Path, seconds: int) -> None:
    """The first seconds of a sound."""
    from pipeline.media import ffmpeg

    command = [str(ffmpeg.binary()), "-v", "error", "-y", "-i", str(sound), "-t", str(seconds)]
    subprocess.run([*command, "-c", "copy", str(target)], check=True)


def timed(study: Path, workers: int, folder: Path, whisper: bool) -> dict[str, float]:
    """A run of the later stages by so many workers on a fresh copy; what the stages took."""
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(study, copy)
    load = os.getloadavg()[0]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(copy, "--workers", str(workers))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = json.loads((copy / "work" / "runs.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    stages = {"diarize", "attribute", "deidentify", *(["transcribe"] if whisper else [])}
    made = sorted((*copy.glob("work/*/*.json"), copy / "work" / "cast.json"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in made)).hexdigest()
    return {
        "wall": sum(stage["wall"] for stage in told["stages"] if stage["stage"] in stages),
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "load": load,
        "digest": int(digest[:12], 16),
    }


def run(study: Path, *arguments: str) -> None:
    """Threads of one only: the same work for every worker."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "INTERVIEWS_MODELS": os.devnull}
    environment |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [sys.executable, "-m", "pipeline", "run", str(study), *arguments]
    code = subprocess.run(command, env=environment, capture_output=True, check=False).returncode
    if code not in (0, 6):
        raise SystemExit(f"The run ended with {code}; run it by hand to see why.")
