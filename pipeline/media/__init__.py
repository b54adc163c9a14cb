"""Sound: ffmpeg, and where in it somebody speaks; and why a recording cannot be used."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pipeline.errors import RecordingError

ADVICE: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("advice.toml").read_text(encoding="utf-8"))
"""What happened and what to do, for each way in which a recording cannot be used."""


def refused(why: str, **filled: str) -> RecordingError:
    """The error of a recording that cannot be used; `filled` goes into the braces of its advice."""
    return RecordingError(ADVICE[why]["what"].format(**filled), ADVICE[why]["do"].format(**filled))
