"""Sound: ffmpeg, and where in it somebody speaks; and why a recording cannot be used."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from pipeline.errors import RecordingError


def refused(why: str, **filled: str) -> RecordingError:
    """The error of a recording that cannot be used, as advice.toml words it; `filled` goes into its braces."""
    said = advice()[why]
    return RecordingError(said["what"].format(**filled), said["do"].format(**filled))


@cache
def advice() -> dict[str, dict[str, str]]:
    """All such errors: what happened, and what to do."""
    return tomllib.loads(Path(__file__).with_name("advice.toml").read_text(encoding="utf-8"))
