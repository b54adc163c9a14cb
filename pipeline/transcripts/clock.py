"""Times as transcripts write them, to seconds and back."""

from __future__ import annotations

import re

MOST_SECONDS = 1_000_000.0
"""no recording is longer"""
TIME = r"(?:\d{1,3}:)?\d{1,3}:\d\d(?:[.,]\d{1,3})?"
"""1:02, 00:01:02 or 00:01:02.345, as a pattern"""
PARTS = re.compile(r"\s*(?:(\d+):)?(\d+):(\d+)(?:[.,\-:](\d{1,6}))?\s*")


def seconds(text: str) -> float:
    """Seconds of a written time. Raises ValueError for anything else."""
    found = PARTS.fullmatch(text)
    if not found:
        raise ValueError("no time")
    hours, minutes, whole = int(found[1] or 0), int(found[2]), int(found[3])
    return bounded(hours * 3600 + minutes * 60 + whole + float(f"0.{found[4] or 0}"))


def bounded(value: float) -> float:
    """Seconds to the thousandth. Raises ValueError for what no recording lasts, or what is no number."""
    if not 0.0 <= value <= MOST_SECONDS:
        raise ValueError("no time")
    return round(value, 3)


def clock(at: float, mark: str = ".") -> str:
    """00:01:02.345"""
    millis = round(at * 1000)
    return f"{millis // 3_600_000:02}:{millis // 60_000 % 60:02}:{millis // 1000 % 60:02}{mark}{millis % 1000:03}"
