"""Small batches with real stages: the sample study's recordings cut short, with captions or a small model."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from pipeline import audio
from tests.checkpoints import save_whisper
from tests.studies import DEMO

SECONDS = 14


def batch(folder: Path, listening: bool = False) -> Path:
    """A study of two recordings of `SECONDS` each, transcribed by a tiny network or from its captions."""
    study = folder / "study"
    study.mkdir(parents=True)
    for path in sorted(DEMO.rglob("*")):
        target = study / path.relative_to(DEMO)
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif path.suffix == ".m4a":
            cut = [str(audio.binary()), "-v", "error", "-i", f"file:{path}", "-c", "copy", "-t", str(SECONDS)]
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


def begun(captions: str) -> str:
    """The cues that begin within the first `SECONDS`."""
    head, *cues = captions.strip().split("\n\n")
    kept = [cue for cue in cues if start(cue) < SECONDS]
    return "\n\n".join([head, *kept]) + "\n"


def start(cue: str) -> float:
    line = next(line for line in cue.splitlines() if "-->" in line)
    hours, minutes, seconds = line.split(" --> ")[0].split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
