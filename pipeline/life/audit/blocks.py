"""What a report is made of, whatever it is written as."""

from __future__ import annotations

from msgspec import Struct


class Title(Struct, frozen=True):
    text: str
    under: str


class Heading(Struct, frozen=True):
    text: str


class Fact(Struct, frozen=True):
    """A short answer with what it answers."""

    lead: str
    text: str


class Text(Struct, frozen=True):
    text: str


class Grid(Struct, frozen=True):
    """A table."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    """centimetres; 16 in all"""


class NewPage(Struct, frozen=True):
    """What follows begins on another page."""


Block = Title | Heading | Fact | Text | Grid | NewPage
