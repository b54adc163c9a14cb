"""Case endings of names, Russian and Kazakh: from a word as spoken back to the forms it may be a case of."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipeline.deidentify.people.cues import CUES
from pipeline.deidentify.words.lists import endings

RUSSIAN = endings("people/endings.txt")
"""ending -> what may have stood in its place in the nominative; none at all in «Мадин!», a cut vocative"""

SHORTEST = 3
"""letters that must be left of a name"""


def without_kazakh_case(word: str, suffixes: tuple[str, ...]) -> str:
    """The word without a Kazakh case ending where one of `suffixes` then ends it: «омароваға» as «омарова»."""
    for ending in KAZAKH:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 4 and stem.endswith(suffixes):
            return stem
    return word


KAZAKH = tuple(sorted(CUES["kazakh_case"]))


@lru_cache(maxsize=100_000)
def nominatives(word: str) -> tuple[str, ...]:
    """The word itself and the nominatives it may be a Russian or Kazakh case form of; folded in, folded out."""
    return tuple(dict.fromkeys(_candidates(word)))


def _candidates(word: str) -> Iterator[str]:
    yield word
    for ending, restored in RUSSIAN.items():
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST - 1:
            stem = word[: len(word) - len(ending)]
            for last in restored:
                if len(stem + last) >= SHORTEST:
                    yield stem + last
    for ending in KAZAKH:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            yield word[: -len(ending)]
