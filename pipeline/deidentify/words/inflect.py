"""Base forms of words that no dictionary knows: Russian and Kazakh endings, letters folded, sounds compared."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.deidentify.passage import LAST_LETTER, morph, normal, readings
from pipeline.deidentify.words.lists import endings

FOLD = str.maketrans("әғқңөұүһіёў", "агкноуухиеу")
"""Kazakh letters as the Russian ones that stand in for them in most texts"""

RUSSIAN = tuple(endings("words/endings.txt").items())
"""ending -> what may have stood there in the nominative"""

KAZAKH = (
    *("ындагы индеги ындагы дагы деги тагы теги нын нин дын дин тын тин нан нен дан ден тан тен".split()),
    *("мен бен пен га ге ка ке да де та те на не ны ни ды ди ты ти лык лик дык дик тык тик".split()),
)
"""case endings in folded letters"""

LATIN = {latin: russian for latin, (russian,) in endings("words/latin.txt").items()}
"""Latin letters -> how they sound, tried in this order"""
LATIN_PART = re.compile("|".join(LATIN))

VOWELS = frozenset("аеиоуыэюя")
SOUND = str.maketrans("оуюэыяйщцз", "аааииаишсс")


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Lower case, ё as е, Kazakh letters as Russian ones."""
    return normal(text).translate(FOLD)


@lru_cache(maxsize=20_000)
def cyrillic(text: str) -> str:
    """A Latin spelling in Russian letters, as far as sound goes; other text unchanged."""
    text = normal(text)
    return LATIN_PART.sub(lambda part: LATIN[part.group()], text) if text.isascii() else text


@lru_cache(maxsize=50_000)
def stems(word: str) -> tuple[str, ...]:
    """Nominatives a folded word may come from, itself first; a short word has fewer."""
    found = [word]
    if len(word) < 4 or word.isascii():
        return (word,)
    for ending, bases in RUSSIAN:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            stem = word[: -len(ending)]
            found += [stem + base for base in bases]
    for ending in KAZAKH:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            found.append(word[: -len(ending)])
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=50_000)
def bases(norm: str) -> frozenset[str]:
    """All nominatives of a word, folded: by morphology and by endings."""
    folded = fold(norm)
    lemmas = readings(norm)[0]
    return frozenset((*stems(folded), *(fold(lemma) for lemma in lemmas)))


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """How a word sounds to somebody who does not know it: vowels blurred, doubled letters once, no soft sign."""
    word = fold(cyrillic(word)).replace("ь", "").replace("ъ", "").replace("-", "").replace(" ", "").translate(SOUND)
    made = ""
    for letter in word:
        blurred = "и" if letter == "е" else letter
        if made[-1:] != blurred:
            made += blurred
    return made


def skeleton(word: str) -> str:
    """The consonants of a word's sound, and its first letter."""
    heard = sound(word)
    return heard[:1] + "".join(letter for letter in heard[1:] if letter not in VOWELS)


@lru_cache(maxsize=50_000)
def known(norm: str) -> bool:
    """Whether the Russian dictionary has the word itself."""
    return bool(norm) and max(norm) <= LAST_LETTER and morph().word_is_known(norm)


@lru_cache(maxsize=50_000)
def ordinary(norm: str) -> bool:
    """Whether a word has a reading that is neither a place, a name nor an abbreviation."""
    if not known(norm):
        return False
    proper = ("Geox", "Name", "Surn", "Patr", "Orgn", "Abbr", "Init")
    return any(not any(mark in tag for mark in proper) for tag in readings(norm)[1])


@lru_cache(maxsize=50_000)
def named(norm: str) -> bool:
    """Whether a word has a reading as a person's name."""
    return known(norm) and any(mark in tag for tag in readings(norm)[1] for mark in ("Name", "Surn", "Patr"))
