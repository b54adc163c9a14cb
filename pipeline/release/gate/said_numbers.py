"""The digits of a text, however they are parted, drawn or said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.deidentify.normal_form import numeric
from pipeline.deidentify.passage import Passage, normal, tokens
from pipeline.deidentify.words import spoken_numbers

NUMBERS = re.compile(r"\d(?:(?:[^\w\x1f]|_){0,8}\d)+")
"""digits with anything between them but letters"""
KAZAKH = re.compile(r"\b(?:бір|екі|үш|төрт|алты|жеті|сегіз|тоғыз|нөл)\b", re.IGNORECASE)
AMBIGUOUS = {"бес": "пять", "он": "десять"}
"""Kazakh numbers that are Russian words of another sense"""
APART = 4
"""tokens that may stand between the parts of one number that is said"""


def numbers(text: str, words: Sequence[str], least: int) -> Iterator[str]:
    """Rows of at least so many digits. `text` is in normal form, `words` are its words."""
    for view in dict.fromkeys((text, numeric(text))):
        for found in NUMBERS.findall(view):
            digits = re.sub(r"\D", "", found)
            if len(digits) >= least:
                yield digits
    if sum(normal(word) in spoken_numbers.vocabulary() for word in words) > 1:
        yield from (digits for digits in said(text) if len(digits) >= least)


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
