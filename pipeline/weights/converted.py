"""Models in the form that faster-whisper reads: where they lie, and what to do where they do not."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import MissingDependency
from pipeline.weights.catalogue import known
from pipeline.weights.models import CONVERTED, home, is_path, ways, whisper_path


def ct2_path(model: str) -> Path:
    """The folder with a model's weights as faster-whisper needs them: made by `models convert`, or stated as a path.

    Raises MissingDependency, which names the command that makes it.
    """
    own = Path(model).expanduser()
    path = own if is_path(model) and own.is_dir() else home() / f"{checkpoint_stem(model)}.ct2"
    lacking = [name for name in CONVERTED if not (path / name).is_file()]
    if lacking:
        name = known_name(model)
        first = "" if whisper_here(model) else f"First bring the model here: {ways(name)}. Then run"
        raise MissingDependency(
            f"The engine faster-whisper needs its own form of the model `{Path(model).name}`: {path} is not there or "
            "not whole.",
            f"{first or 'Run'} `interviews models convert {name or model}`. Or set `engine: openai-whisper` under "
            "`transcribe:` in study.yaml, which reads the model as it is.",
        )
    return path


def checkpoint_stem(model: str) -> str:
    """What the file of a model is called, without its ending."""
    published = known(model)
    return Path(published.files[0].path if published else model).stem if published or is_path(model) else model


def known_name(model: str) -> str:
    """The published name behind a setting, "" if none."""
    published = known(model)
    return published.name if published else ""


def whisper_here(model: str) -> bool:
    """Whether a model's checkpoint lies on this machine whole."""
    try:
        whisper_path(model)
    except MissingDependency:
        return False
    return True
