"""Where each of the weights on this machine came from and under which licence: sources.json in their folder."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from pipeline.weights.catalogue import name_of
from pipeline.weights.models import home

FILE = "sources.json"


class Source(Struct, frozen=True):
    """The origin of one model."""

    name: str
    maker: str
    licence: str
    route: str
    """the host or the packages it came through"""
    sha256: str
    """of the weights themselves, as from_ctranslate2.digest counts it; of the file where that was not computed"""

    def __str__(self) -> str:
        return f"{self.maker}, {self.licence}, sha256 {self.sha256}, {self.route}"


def source(path: Path) -> Source | None:
    """What is known of a model in the folder for weights; None for one that somebody put there by hand."""
    return read().get(path.name)


def named(path: Path, digest: str) -> str:
    """The published model that a file is, by its checksum or by how it came here; "" for one of one's own."""
    told = source(path) if path.parent == home() else None
    return name_of(digest) or (told.name if told else "")


def told(path: Path, digest: str) -> str:
    """What an artifact says of the weights that made it; of those that somebody put here by hand the checksum alone."""
    known = source(path) if path.parent == home() else None
    return str(known) if known else f"sha256 {digest}"


def keep(path: Path, told: Source) -> None:
    """Write down where a model came from."""
    written = home() / f"{FILE}.partial"
    written.write_bytes(msgspec.json.format(msgspec.json.encode(read() | {path.name: told}), indent=1))
    written.replace(home() / FILE)


def read() -> dict[str, Source]:
    """File or folder name of a model -> its origin."""
    try:
        return msgspec.json.decode((home() / FILE).read_bytes(), type=dict[str, Source])
    except (OSError, msgspec.DecodeError):
        return {}
