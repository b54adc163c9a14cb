"""The digits of a text, however they are parted, drawn or said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.deidentify.normal_form import numeric
from pipeline.deidentify.passage import Passage, normal, tokens
from pipeline.deidentify.words import spoken_numbers
from pipeline.release.gate.spellings import WORD, cyrillic, latin, sounds, strange

NUMBERS = re.compile(r"\d(?:(?:[^\w\x1f]|_){0,8}\d)+")
"""digits with anything between them but letters"""
KAZAKH = re.compile(r"\b(?:бір|екі|үш|төрт|алты|жеті|сегіз|тоғыз|нөл)\b", re.IGNORECASE)
AMBIGUOUS = {"бес": "пять", "он": "десять"}
"""Kazakh numbers that are Russian words of another sense"""
JOINING = re.compile(r"\b(?:и|а|потом|затем|дальше|далее|ну|там|тире|пробел|and|then|және|сосын)\b", re.IGNORECASE)
"""words between the parts of a number"""
APART = 4
"""tokens that may stand between the parts of one number that is said"""


def numbers(text: str, words: Sequence[str], least: int) -> Iterator[str]:
    """Rows of at least so many digits. `text` is in normal form, `words` are its words."""
    for view in dict.fromkeys((text, numeric(text), JOINING.sub(" ", text))):
        for found in NUMBERS.findall(view):
            digits = re.sub(r"\D", "", found)
            if len(digits) >= least:
                yield digits
    spoken = {word: russian for word in words if not word.isdigit() and (russian := number_words(word))}
    if sum(word in spoken for word in words) > 1:
        text = re.sub(r"(?<=[^\W\d_])-(?=[^\W\d_])", " ", text)
        text = WORD.sub(lambda found: spoken.get(found.group(), found.group()), text)
        yield from (digits for digits in said(text) if len(digits) >= least)


@lru_cache(maxsize=50_000)
def number_words(word: str) -> str:
    """The number words that a word is, as it stands, in Latin letters or run together; "" for any other."""
    known = spoken_numbers.vocabulary()
    norm = normal(word)
    if norm in known:
        return word
    if latin(norm):
        return next((heard()[sound] for sound in sounds(norm) if len(norm) > 2 and sound in heard()), "")
    return " ".join(run_together(norm)) if len(norm) > 5 and strange(norm) else ""


@lru_cache(maxsize=1)
def heard() -> dict[str, str]:
    """How number words sound -> the word."""
    return {sounds(word)[0]: word for word in spoken_numbers.vocabulary() if cyrillic(word)}


def run_together(word: str) -> tuple[str, ...]:
    """A word as several number words without spaces, () where it is none."""
    known = spoken_numbers.vocabulary()
    if word in known:
        return (word,)
    for end in range(len(word) - 2, 2, -1):
        if word[:end] in known and (rest := run_together(word[end:])):
            return (word[:end], *rest)
    return ()


def said(text: str) -> Iterator[str]:
    """Rows of numbers that are said one after the other, whatever stands between them."""
    if KAZAKH.search(text):
        for word, russian in AMBIGUOUS.items():
            text = re.sub(rf"\b{word}\b", russian, text, flags=re.IGNORECASE)
    digits, last = "", 0
    for number in spoken_numbers.numbers(Passage(text, tokens(text), True)):
        if digits and number.first - last > APART:
            yield digits
            digits = ""
        digits = added(digits, number)
        last = number.last
    yield digits


def added(digits: str, number: spoken_numbers.Number) -> str:
    """A row with one more number; a hundred after a unit counts hundreds, as Kazakh and English have it."""
    hundreds = number.spoken and not number.big and 100 <= number.value < 200 and digits[-1:] not in ("", "0")
    if hundreds and number.digits.startswith("1"):
        return digits + number.digits[1:]
    return digits + number.digits
