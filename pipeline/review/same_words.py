"""Where else words stand that a person hides: as they are, and in other case forms."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipeline.deidentify.passage import WORD, normal
from pipeline.deidentify.words.inflect import bases, ordinary

SHORTEST = 4
"""letters of a word that is looked for in other case forms"""
SAME = 3
"""first letters that all case forms of a word share"""


def places(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Start and end of each place in a text that says these words."""
    wanted = split(words)
    if not wanted or beginning(wanted[0]) not in normal(text):
        return
    said = [(one.group(), one.start(), one.end()) for one in WORD.finditer(text) if one.group()[0].isalnum()]
    for at in range(len(said) - len(wanted) + 1):
        here = said[at : at + len(wanted)]
        if all(same(one, other) for one, (other, _, _) in zip(wanted, here, strict=True)):
            yield here[0][1], here[-1][2]


@lru_cache(maxsize=64)
def split(words: str) -> tuple[str, ...]:
    return tuple(one.group() for one in WORD.finditer(words) if one.group()[0].isalnum())


def beginning(word: str) -> str:
    """What a text must hold to say a word in any form."""
    return normal(word)[:SAME] if len(word) >= SHORTEST else normal(word)


@lru_cache(maxsize=50_000)
def same(hidden: str, other: str) -> bool:
    """Whether a word may be the hidden one: letter by letter, or a case form of it that is no ordinary word itself.

    A hidden name («Роза») is not the ordinary word that is written small («роза»).
    """
    one, two = normal(hidden), normal(other)
    if hidden[:1].isupper() and other[:1].islower() and ordinary(two):
        return False
    if one == two:
        return True
    if min(len(one), len(two)) < SHORTEST or one[:SAME] != two[:SAME] or not two.isalpha():
        return False
    return (not ordinary(two) or other[:1].isupper()) and bool(bases(one) & bases(two))
