"""Which mentions of places, organisations, numbers and dates are one thing."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.deidentify.passage import readings, tokens
from pipeline.deidentify.people.endings import nominatives
from pipeline.deidentify.words.inflect import ordinary
from pipeline.deidentify.words.letters import key

DIGITS = re.compile(r"\d")
FAMILY = {"CITY_SMALL": "CITY", "CITY_LARGE": "CITY", "NATIONALITY_SMALL": "NATIONALITY"}


def name(text: str) -> tuple[str, ...]:
    """What is the same in all mentions of a thing: digits of a number, else how its words sound without their case."""
    digits = "".join(DIGITS.findall(text))
    if len(digits) >= 4:
        return (digits,)
    words = [token for token in tokens(text) if token.text[0].isalnum()]
    return tuple(_stem(token.norm) for token in words)


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    lemmas, tags = readings(word)
    if ordinary(word):
        return lemmas[0]
    base = lemmas[0] if tags else min(nominatives(word), key=lambda form: (len(form), form))
    return key(base).rstrip("аиу") or base


def family(kind: str) -> str:
    """Kinds between which one thing may change: a town is a town however many live there."""
    return FAMILY.get(kind, kind)
