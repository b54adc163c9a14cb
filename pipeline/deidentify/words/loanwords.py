"""Ordinary words that no dictionary has because speakers make them up: «трудармия», «музыкалка», «квазигоссектор»."""

from __future__ import annotations

from functools import lru_cache

from pipeline.deidentify.words.inflect import bases, known, ordinary, stems
from pipeline.deidentify.words.lists import lists, sets
from pipeline.deidentify.words.organisation_words import HEADS

TABLE = "words/loanwords.txt"
FIRST_PARTS = tuple(sorted(lists(TABLE)["beginning"], key=len, reverse=True))
"""beginnings of compounds and shortened words"""
SHORTEST = 4
"""letters of the word that such a beginning stands before"""
INSTITUTES = sets(TABLE)["institute"]
"""with organisations' heads, what such a compound makes a workplace of: «онкодиспансер», «нефтебаза»"""
FULL = ("ный", "ьный", "ской", "ской", "ский", "овый", "ной", "ический")
"""ends of the adjectives from which «-ка» makes one word of two: «музыкальная школа», «миграционная служба»"""


@lru_cache(maxsize=20_000)
def made_up(norm: str) -> bool:
    """Whether a word is a compound of a known one, or a shortened name for a thing with a known adjective."""
    return _compound(norm) or _shortened(norm)


def _compound(norm: str) -> bool:
    for part in FIRST_PARTS:
        rest = norm[len(part) :]
        if norm.startswith(part) and len(rest) >= SHORTEST and known(rest) and ordinary(rest):
            return HEADS.keys().isdisjoint(bases(rest)) and INSTITUTES.isdisjoint(bases(rest))
    return False


def _shortened(norm: str) -> bool:
    for base in stems(norm):
        if base.endswith("ка") and len(base) > 6 and any(known(base[:-2] + end) for end in FULL):
            return True
    return False
