"""`interviews evaluate`: a study's results against references that people made, as text or JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from pipeline import privacy
from pipeline.errors import ConfigError, UsageError
from pipeline.messages import translated
from pipeline.model import Dialogue, Diarization, Transcript
from pipeline.study.folder import Study, open_study


def speakers(folder: Path, only: str, reference: Path, as_json: bool) -> int:
    """Print how well the speakers of one recording were told apart. Raises UsageError, ConfigError."""
    from pipeline.measure import speakers as evaluate

    study, name = chosen(folder, only, "diarize")
    diarization = study.store.read(name, "diarize", Diarization)
    dialogue = dialogue_of(study, name)
    show(msgspec.to_builtins(evaluate.speakers(reference, diarization, dialogue)), as_json)
    return 0


def deidentification(gold: Path, spans: Path | None, open_words: Path | None, as_json: bool) -> int:
    """Print what the default policy hides of gold transcripts, and what that means for a study. Raises UsageError."""
    from pipeline.measure import deidentification as evaluate

    result = evaluate.evaluate(gold, evaluate.Written(spans, open_words))
    if as_json:
        print(json.dumps(msgspec.to_builtins(result), ensure_ascii=False, indent=1))
    else:
        print("\n".join(translated(line) for line in evaluate.lines(result)))
    return 0


def release(folder: Path, gold: Path, as_json: bool) -> int:
    """Print what leaves a study of what must go, where that is known. Raises UsageError, ConfigError."""
    from pipeline import flow
    from pipeline.measure import release as evaluate

    study = open_study(folder)
    privacy.confine(study.folder / "work")
    outcome = evaluate.measure(study, gold, flow.style(study))
    if as_json:
        print(json.dumps(msgspec.to_builtins(outcome), ensure_ascii=False, indent=1))
    else:
        print("\n".join(translated(line) for line in evaluate.lines(outcome)))
    return 0


def transcripts(folder: Path, only: str, reference: Path, as_json: bool) -> int:
    """Print how faithful the text of one recording is. Raises UsageError, ConfigError."""
    from pipeline.measure import transcripts as evaluate_text

    study, name = chosen(folder, only, "transcribe")
    transcript = study.store.read(name, "transcribe", Transcript)
    dialogue = dialogue_of(study, name)
    show(msgspec.to_builtins(evaluate_text.transcripts(reference, transcript, dialogue)), as_json)
    return 0


def chosen(folder: Path, only: str, stage: str) -> tuple[Study, str]:
    """The study and the id of the one recording to score. Raises UsageError, ConfigError where a stage is not done."""
    study = open_study(folder)
    privacy.confine(study.folder / "work")
    entries = study.chosen(only)
    if len(entries) != 1:
        raise UsageError("One recording is scored at a time.", "Name it after --only.")
    name = entries[0].id
    if study.store.header(name, stage) is None:
        raise ConfigError(f"{name} has not passed the {stage} stage yet.", "Run `interviews run` first.")
    return study, name


def dialogue_of(study: Study, name: str) -> Dialogue | None:
    """A recording's turns, None before they were put together."""
    return study.store.read(name, "attribute", Dialogue) if study.store.header(name, "attribute") else None


def show(scores: dict[str, Any], as_json: bool) -> None:
    """Print scores, a line each or as one object."""
    if as_json:
        print(json.dumps(scores, ensure_ascii=False, indent=1))
        return
    for key, value in scores.items():
        print(f"{key:<24} {'-' if value is None else value}")
