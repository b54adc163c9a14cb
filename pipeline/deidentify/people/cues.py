"""The words around names: kin, titles, introductions, honorifics … kept in names_cues.txt."""

from __future__ import annotations

from functools import cache

from msgspec import Struct

from pipeline.deidentify.words.lists import sets


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
    whose: frozenset[str]
    nickname: frozenset[str]
    before_nickname: frozenset[str]
    eastern_honorific: frozenset[str]
    latin_title: frozenset[str]
    particle: frozenset[str]
    leading_particle: frozenset[str]
    said_in_russian: frozenset[str]
    you: frozenset[str]
    opening_greeting: frozenset[str]
    before_own_name: frozenset[str]


@cache
def cues() -> Cues:
    """The cues, read once."""
    return Cues(**sets("people/names_cues.txt"))
