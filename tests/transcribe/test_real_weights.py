"""Whisper base as OpenAI published it, on the sample study: what it hears is held against what was said."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.cli.main import command
from pipeline.measure.transcripts import transcripts
from pipeline.model import Recording, Transcript
from pipeline.study.folder import open_study
from pipeline.weights import models
from pipeline.weights.models import CONVERTED
from tests.conftest import ROOT
from tests.helpers.sample_studies import demo

HOME = models.home()
needs_base = pytest.mark.skipif(
    not (HOME / "base.pt").is_file(), reason="no Whisper base here: `interviews models fetch base`"
)


def heard(folder: Path, engine: str) -> tuple[Transcript, Recording]:
    """P01 of the sample study, heard by an engine with Whisper base."""
    study = demo(folder)
    settings = study / "study.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("engine: captions", f"engine: {engine}\n  model: base"), encoding="utf-8")
    assert command(["run", str(study), "--only", "P01", "--until", "transcribe"]) == 0
    store = open_study(study).store
    return store.read("P01", "transcribe", Transcript), store.read("P01", "ingest", Recording)


@needs_base
@pytest.mark.slow
@pytest.mark.parametrize("engine", ["openai-whisper", "faster-whisper"])
def test_base_hears_what_was_said(engine: str, tmp_path: Path) -> None:
    if engine == "faster-whisper":
        pytest.importorskip("faster_whisper", reason="the extra `fast` is not installed")
        made = HOME / "base.ct2"
        if not all((made / name).is_file() for name in CONVERTED):
            assert command(["models", "convert", "base"]) == 0
    text, recording = heard(tmp_path, engine)
    scores = transcripts(ROOT / "configs" / "demo-truth" / "P01.json", text)
    assert scores.wer < 0.40, scores
    assert scores.cer < 0.22, scores
    assert "MIT" in text.weights
    assert {word.track for word in text.words} == {t.label for t in recording.tracks if t.kind == "participant"}
    assert all(0 <= word.start <= word.end <= recording.seconds for word in text.words)
