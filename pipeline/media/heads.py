"""How a media file begins: whether it can be opened at all, is a container of sound, and holds what it states."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from pipeline.media import refused

FORMATS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("formats.toml").read_text(encoding="utf-8"))
"""What is read and written, and how it begins."""

UNSTATED = 0x7FFFF000
"""A WAV file that was written to a pipe states a length of this or more instead of its own."""


def look_at(path: Path) -> None:
    """Raises RecordingError where a file is empty or cannot be opened."""
    try:
        with path.open("rb") as file:
            begun = bool(file.read(1))
    except OSError:
        raise refused("unopened") from None
    if not begun:
        raise refused("empty")


def has_magic(path: Path) -> bool:
    """Whether a file begins like one of the containers that hold sound."""
    with path.open("rb") as file:
        head = file.read(256)
    return any(re.match(pattern.encode(), head, re.S) for pattern in FORMATS["magic"])


def wav_lacks(path: Path) -> float:
    """Share of its samples that a WAV file states but does not hold; ffmpeg takes such a file for a shorter one."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if not re.match(rb"RIFF....WAVE", file.read(12), re.S):
            return 0.0
        while len(head := file.read(8)) == 8:
            stated = int.from_bytes(head[4:], "little")
            if head[:4] == b"data":
                held = size - file.tell()
                return 1 - held / stated if held < stated < UNSTATED else 0.0
            file.seek(stated + stated % 2, os.SEEK_CUR)
    return 0.0
