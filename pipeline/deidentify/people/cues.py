"""The words around names: kin, titles, introductions, honorifics … kept in names_cues.txt."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from msgspec import Struct


class Cues(Struct, frozen=True):
    """Sets of words; the file says of each whether lemmas or forms are meant."""

    kin: frozenset[str]
    title: frozenset[str]
    introduce: frozenset[str]
    naming: frozenset[str]
    pet: frozenset[str]
    speaking: frozenset[str]
    telling: frozenset[str]
    addressing: frozenset[str]
    greeting: frozenset[str]
    filler: frozenset[str]
    leads: frozenset[str]
    honorific: frozenset[str]
    not_after: frozenset[str]
    fond_tail: frozenset[str]
    eastern_surname: frozenset[str]
    kazakh_case: frozenset[str]
    telling_last: frozenset[str]
    short_address: frozenset[str]


@lru_cache(maxsize=1)
def cues() -> Cues:
    """The cues, read once."""
    found: dict[str, set[str]] = {}
    text = (files("pipeline.deidentify") / "people/names_cues.txt").read_text("utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            kind, words = line.split(":", 1)
            found.setdefault(kind, set()).update(words.split())
    return Cues(**{kind: frozenset(words) for kind, words in found.items()})
