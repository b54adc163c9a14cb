"""What every reader of a transcript gives, and why a file gives nothing."""

from __future__ import annotations

from msgspec import Struct


class Said(Struct, frozen=True):
    """What one speaker says until another does, or until the next paragraph or cue of the file begins."""

    text: str
    speaker: str = ""
    """as the file names him, "" where it does not; private"""
    start: float | None = None
    """seconds; None where the file gives no time"""
    end: float | None = None


class Refused(Exception):
    """A file that gives no transcript; the name is that of a row in advice.toml."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
