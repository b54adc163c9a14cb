"""Small batches with real stages: the sample study's recordings cut short, with captions or a small model."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from pipeline.media import ffmpeg
from tests.helpers.checkpoints import save_whisper
from tests.helpers.sample_studies import DEMO

SECONDS = 9


def batch(folder: Path, listening: bool = False) -> Path:
    """A study of two recordings of `SECONDS` each, transcribed by a tiny network or from its captions."""
    study = folder / "study"
    study.mkdir(parents=True)
    for path in sorted(DEMO.rglob("*")):
        target = study / path.relative_to(DEMO)
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif path.suffix == ".m4a":
            cut = [str(ffmpeg.binary()), "-v", "error", "-i", f"file:{path}", "-c", "copy", "-t", str(SECONDS)]
            subprocess.run([*cut, f"file:{target}"], check=True)
        elif path.suffix == ".vtt":
            target.write_text(begun(path.read_text(encoding="utf-8")), encoding="utf-8")
        else:
            shutil.copy(path, target)
    if listening:
        model = save_whisper(folder / "tiny.pt", tokens=12)
        transcribe = {"engine": "openai-whisper", "model": str(model), "threads": 1, "temperatures": []}
        settings = {"transcribe": transcribe, "diarize": {"engine": "tracks"}}
        (study / "study.yaml").write_text(json.dumps(settings), encoding="utf-8")
    return study


def lasting(folder: Path, minutes: int) -> Path:
    """A study of one recording: the sample study's with three tracks, played again and again, captions too."""
    study = folder / "study"
    recorded = next(path for path in (DEMO / "recordings").iterdir() if path.name.endswith("84410937725"))
    for path in recorded.rglob("*.m4a"):
        target = study / "recordings" / recorded.name / path.relative_to(recorded)
        target.parent.mkdir(parents=True, exist_ok=True)
        again = [str(ffmpeg.binary()), "-v", "error", "-stream_loop", "-1", "-i", f"file:{path}"]
        subprocess.run([*again, "-c", "copy", "-t", str(60 * minutes), f"file:{target}"], check=True)
    length = ffmpeg.probe(next(recorded.glob("audio_only.m4a")), folder / "log").seconds
    assert length
    head, *cues = (recorded / "audio_transcript.vtt").read_text(encoding="utf-8").strip().split("\n\n")
    said = [later(cue, begin * length) for begin in range(int(60 * minutes / length) + 1) for cue in cues]
    kept = [cue for cue in said if start(cue) < 60 * minutes]
    (study / "recordings" / recorded.name / "audio_transcript.vtt").write_text(
        "\n\n".join([head, *kept]) + "\n", encoding="utf-8"
    )
    shutil.copy(DEMO / "study.yaml", study)
    return study


def later(cue: str, seconds: float) -> str:
    """A cue moved to so many seconds later."""
    lines = cue.splitlines()
    number = next(number for number, line in enumerate(lines) if "-->" in line)
    times = (clock(told) + seconds for told in lines[number].split(" --> "))
    lines[number] = " --> ".join(f"{int(t // 3600):02}:{int(t % 3600 // 60):02}:{t % 60:06.3f}" for t in times)
    return "\n".join(lines)


def begun(captions: str) -> str:
    """The cues that begin within the first `SECONDS`."""
    head, *cues = captions.strip().split("\n\n")
    kept = [cue for cue in cues if start(cue) < SECONDS]
    return "\n\n".join([head, *kept]) + "\n"


def start(cue: str) -> float:
    line = next(line for line in cue.splitlines() if "-->" in line)
    return clock(line.split(" --> ")[0])


def clock(told: str) -> float:
    hours, minutes, seconds = told.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
