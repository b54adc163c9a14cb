"""Number plates: of Kazakhstan and Russia by their shape, of any country and spoken where a vehicle is spoken of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.deidentify.contacts.emails_and_usernames import LETTERS
from pipeline.deidentify.contacts.number_patterns import LISTS, announced, cued
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.inflect import fold

CARS = LISTS["vehicle"]
PLATES = (
    re.compile(r"(?<!\w)\d{3}[ ]?[a-z]{2,3}[ ]?\d{2}(?!\w)", re.IGNORECASE),
    re.compile(r"(?<!\w)[авекмнорстух][ ]?\d{3}[ ]?[авекмнорстух]{2}[ ]?\d{2,3}(?!\w)", re.IGNORECASE),
    re.compile(r"(?<!\w)[abcehkmoptxy]\d{3}[abcehkmoptxy]{2,3}\d{0,3}(?!\w)", re.IGNORECASE),
)
PLATE = re.compile(
    r"(?<!\w)(?:[A-ZА-Я]{1,3}[ -]?\d{2,4}(?:[ -]?[A-ZА-Я]{1,3})?|\d{1,3}[ -]?[A-ZА-Я]{1,3}[ -]?\d{2,4})(?!\w)"
)


def plate(passage: Passage) -> Iterator[Finding]:
    """Number plates of Kazakhstan and Russia."""
    for pattern in PLATES:
        for match in pattern.finditer(passage.text):
            if (match.group()[:3].isdecimal() and " " not in match.group()) or cued(
                passage, match.start(), LISTS["plate"]
            ):
                yield Finding(match.start(), match.end(), "ID_NUMBER", 0.85, "id-plate")


def foreign_plate(passage: Passage) -> Iterator[Finding]:
    """«синий форд, номер BKT 4471»: letters and digits of any country where a vehicle is spoken of."""
    text = passage.text if passage.cased else passage.text.upper()
    for match in PLATE.finditer(text):
        if "номер" in fold(passage.text[max(0, match.start() - 25) : match.start()]) and announced(
            passage, match.start(), CARS
        ):
            yield Finding(match.start(), match.end(), "ID_NUMBER", 0.85, "id-plate-foreign")


def spoken_plate(passage: Passage) -> Iterator[Finding]:
    """«госномер четыреста двенадцать бэ эс ка ноль два»: numbers and letters in turn where a vehicle is spoken of."""
    tokens = passage.tokens
    numbers = {number.first: number for number in spoken_numbers.numbers(passage)}
    for at, token in enumerate(tokens):
        if not fold(token.norm).startswith(("госномер", "номер")) or not announced(passage, token.end + 1, CARS):
            continue
        first = at + 1
        while first < len(tokens) and (
            tokens[first].norm in ("машины", "такой", "был", "у") or tokens[first].text in ":,-—"
        ):
            first += 1
        last, letters, digits = first, 0, 0
        while last < len(tokens):
            number = numbers.get(last)
            if number is not None:
                last, digits = number.last, digits + len(number.digits)
            elif _letter(tokens[last], passage.cased):
                last, letters = last + 1, letters + 1
            else:
                break
        if letters and digits > 2:
            yield Finding(tokens[first].start, tokens[last - 1].end, "ID_NUMBER", 0.85, "id-plate-spoken")


def _letter(token: Token, cased: bool) -> bool:
    short = token.text.isalpha() and len(token.text) <= 3
    return token.norm in LETTERS or (short and (token.text.isupper() if cased else token.text.isascii()))


RULES: tuple[Rule, ...] = (
    Rule("id-plate", plate),
    Rule("id-plate-foreign", foreign_plate),
    Rule("id-plate-spoken", spoken_plate),
)
