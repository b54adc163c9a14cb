"""A run that is killed goes on where it stopped and ends with the bytes of one that was not."""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import DATA
from tests.helpers.checkpoints import save_whisper
from tests.helpers.sample_studies import artifacts, demo, interviews

FIXTURE = DATA / "whisper-synthetic" / "ru-synthetic.pt"


def listening(folder: Path) -> Path:
    """The sample study, set to be transcribed by a small checkpoint of Whisper's architecture."""
    study = demo(folder)
    model = FIXTURE if FIXTURE.is_file() else save_whisper(folder / "tiny.pt")
    transcribe = {
        "engine": "openai-whisper",
        "model": str(model),
        "threads": 1,
        "temperatures": [],
        "window_pause": 0.35,
        "alignment_heads": [[2, 0], [2, 1]] if model == FIXTURE else [],
    }
    settings = {"transcribe": transcribe, "diarize": {"engine": "tracks"}}
    (study / "study.yaml").write_text(json.dumps(settings), encoding="utf-8")
    return study


@pytest.mark.campaign
def test_killed_and_started_again(tmp_path: Path) -> None:
    whole = listening(tmp_path / "whole")
    began = time.monotonic()
    undisturbed = interviews(tmp_path, "run", str(whole))
    took = time.monotonic() - began
    assert undisturbed.code == 6, undisturbed.stderr
    assert undisturbed.sockets == ()
    wanted = artifacts(whole)

    study = listening(tmp_path / "killed")
    moments = random.Random(7)
    finished: dict[str, int] = {}
    for _ in range(3):
        running = subprocess.Popen(
            [sys.executable, "-m", "pipeline", "run", str(study)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "INTERVIEWS_MODELS": str(tmp_path / "none")},
        )
        with suppress(subprocess.TimeoutExpired):
            running.wait(took * moments.uniform(0.3, 0.8))
        running.kill()
        running.wait()
        stamps = {
            path: (study / "work" / path).stat().st_mtime_ns for path in artifacts(study) if path.endswith(".json")
        }
        redone = {path for path, stamp in finished.items() if stamps.get(path) != stamp and path != "cast.json"}
        assert redone == set(), "what was finished is not done again"
        finished = stamps
    assert interviews(tmp_path, "run", str(study)).code == 6
    assert artifacts(study) == wanted
    assert not list((study / "work").rglob("*.partial"))


@pytest.mark.campaign
def test_words_are_in_order_and_inside_speech(tmp_path: Path) -> None:
    from pipeline.media.speech import speech_regions
    from pipeline.model import Transcript
    from pipeline.store.artifacts import Store

    study = listening(tmp_path)
    assert interviews(tmp_path, "run", str(study), "--until", "transcribe", "--only", "P01").code == 0
    words = Store(study / "work").read("P01", "transcribe", Transcript).words
    assert words
    for label in {word.track for word in words}:
        regions = speech_regions(study / "work" / "P01" / "audio" / f"{label}.flac")
        mine = [word for word in words if word.track == label]
        for word, after in itertools.pairwise(mine):
            assert word.start < word.end <= after.start + 1e-6
        for word in mine:
            assert any(start - 0.05 <= word.start and word.end <= end + 0.05 for start, end in regions), word.start
