"""Kazakh words as such: by their letters, or as a known stem with known endings, so that no name is seen in them."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.deidentify.passage import Passage, tokens
from pipeline.deidentify.people import lexicon
from pipeline.deidentify.words.inflect import fold, known
from pipeline.deidentify.words.lists import lists, sets

WORDS = sets("people/kazakh_speech.txt")
TABLE = "words/stems_kk.txt"
LETTERS = frozenset("әғқңөұүһі")
FORM = re.compile(
    r"(?:дым|дим|тым|тим|ган|ген|кан|кен|лар|лер|дар|дер|тар|тер|мын|мин|сын|син|ды|ди|нын|нин|дан|ден|ам|де|да)$"
)
"""ends of many Kazakh words, and of a few that nobody knows"""
DEEPEST = 4
"""endings one after another"""
MOSTLY = 0.5
"""share of Kazakh words from which a turn is in Kazakh"""
FEWEST = 3
"""words that such a turn has"""


@lru_cache(maxsize=20_000)
def is_kazakh(norm: str) -> bool:
    """Whether a word is Kazakh rather than Russian: by its letters, or as a common word or form that Russian lacks."""
    if LETTERS.intersection(norm):
        return True
    folded = fold(norm)
    if folded in WORDS["kazakh"]:
        return norm not in WORDS["both"]
    if known(norm) or norm.isascii() or len(norm) < 3:
        return False
    return folded in lexicon.lists().kazakh_words or bool(FORM.search(folded)) or is_word(norm)


@lru_cache(maxsize=1)
def stems() -> frozenset[str]:
    """Folded stems of ordinary words; what voicing makes of them before a vowel too: «кітап», «кітаб»."""
    listed = lists(TABLE)
    words = {fold(word) for kind in ("noun", "adjective", "verb", "particle") for word in listed[kind]}
    voiced = {word[:-1] + VOICED[word[-1]] for word in words if word[-1] in VOICED and len(word) > 2}
    return frozenset(words | voiced)


VOICED = {"п": "б", "к": "г"}


@lru_cache(maxsize=1)
def endings() -> tuple[str, ...]:
    return tuple(sorted(set(lists(TABLE)["ending"]), key=len, reverse=True))


@lru_cache(maxsize=20_000)
def is_word(norm: str) -> bool:
    """Whether a word is an ordinary Kazakh one, by its stem and endings, and no Russian one."""
    folded = fold(norm)
    if folded in stems():
        return True
    return len(folded) > 3 and not known(norm) and _ends(folded, DEEPEST)


def _ends(word: str, deep: int) -> bool:
    if word in stems():
        return True
    if not deep or len(word) < 3:
        return False
    return any(word.endswith(ending) and _ends(word[: -len(ending)], deep - 1) for ending in endings())


def spoken(passage: Passage) -> bool:
    """Whether a turn is in Kazakh, so that only a name's own signs make one of its words a name."""
    return _spoken(passage.text)


@lru_cache(maxsize=512)
def _spoken(text: str) -> bool:
    words = [token.norm for token in tokens(text) if token.text[0].isalpha()]
    return len(words) >= FEWEST and sum(map(is_kazakh, words)) / len(words) > MOSTLY
