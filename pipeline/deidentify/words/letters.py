"""One spelling for comparing names: Kazakh letters folded, Latin read as Cyrillic, and a key of how a word sounds."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.deidentify.passage import normal
from pipeline.deidentify.words.lists import endings

FOLD = str.maketrans("әғқңөұүіһ", "агкноууих")
"""Kazakh letters to the Russian ones they are written with; one to one, so offsets stay"""

READ = {latin: russian for latin, (russian,) in endings("words/latin_names.txt").items()}
"""How names are written in Latin in passports and in recognisers' output, longest first"""
LATIN_PART = re.compile("|".join(READ))

SOUNDS = str.maketrans("оыяеэйющц", "аиаиииушс", "ьъ'’-")
"""Vowels that Russian speech blurs fall together; signs fall silent"""
VOICED = str.maketrans("бвгджз", "пфктшс")
DOUBLE = re.compile(r"(.)\1+")


def folded(word: str) -> str:
    """Lower case, ё as е, Kazakh letters as Russian ones; the same length."""
    return normal(word).translate(FOLD)


def latin(word: str) -> bool:
    """Whether a word is written in Latin letters."""
    return bool(word) and all("a" <= letter <= "z" for letter in word.lower() if letter.isalpha())


def cyrillic(word: str) -> str:
    """A Latin word as a Kazakh or Russian name would be spelt in Cyrillic; another length."""
    return LATIN_PART.sub(lambda part: READ[part.group()], word.lower())


@lru_cache(maxsize=100_000)
def key(word: str) -> str:
    """How a word sounds, roughly: equal for spellings of one name that a recogniser of speech may give."""
    spelt = cyrillic(word) if latin(word) else folded(word)
    blurred = DOUBLE.sub(r"\1", spelt.replace("дж", "ж").replace("х", "к").translate(SOUNDS))
    return blurred[:-1] + blurred[-1:].translate(VOICED)
