"""Numbers of documents and cars as they are said in a sentence: a series by its letter, millions, foreign plates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.deidentify.contacts import emails_and_usernames
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.inflect import fold
from pipeline.deidentify.words.lists import lists
from pipeline.deidentify.words.spoken_numbers import Number

LISTS = lists("contacts/numbers.txt")
CARS = LISTS["vehicle"]
PLATE = re.compile(
    r"(?<!\w)(?:[A-ZА-Я]{1,3}[ -]?\d{2,4}(?:[ -]?[A-ZА-Я]{1,3})?|\d{1,3}[ -]?[A-ZА-Я]{1,3}[ -]?\d{2,4})(?!\w)"
)
NEAR = 70
"""characters in which the word for a document or a vehicle stands before its number"""


def _said_before(passage: Passage, start: int, cues: tuple[str, ...]) -> bool:
    here = passage.text[max(0, start - NEAR) : start]
    if start < NEAR // 2:
        here = f"{passage.before[-NEAR:]} {here}"
    return any(word.startswith(cues) for word in fold(here).replace("-", " ").split())


def millions(passage: Passage) -> Iterator[Finding]:
    """«паспорт эн одиннадцать миллионов двести три тысячи сорок семь»: nobody's sum, which would be round."""
    for number in spoken_numbers.numbers(passage):
        if not number.spoken or number.value < 1_000_000 or number.value % 1000 == 0:
            continue
        start = passage.tokens[_series(passage, number.first)].start
        if _said_before(passage, start, LISTS["paper"]) and not _counted(passage, number):
            yield Finding(start, passage.tokens[number.last - 1].end, "ID_NUMBER", 0.85, "id-millions")


def _counted(passage: Passage, number: Number) -> bool:
    following = passage.tokens[number.last] if number.last < len(passage.tokens) else None
    return following is not None and bool(spoken_numbers.UNITS.intersection(following.lemmas))


def _series(passage: Passage, at: int) -> int:
    """First token of the letters that stand before a number."""
    while at and (passage.tokens[at - 1].norm in emails_and_usernames.LETTERS or len(passage.tokens[at - 1].text) == 1):
        if not passage.tokens[at - 1].text.isalpha() or passage.tokens[at - 1].norm in emails_and_usernames.STOPS:
            break
        at -= 1
    return at


def foreign_plate(passage: Passage) -> Iterator[Finding]:
    """«синий форд, номер BKT 4471»: letters and digits of any country where a vehicle is spoken of."""
    text = passage.text if passage.cased else passage.text.upper()
    for match in PLATE.finditer(text):
        if "номер" in fold(passage.text[max(0, match.start() - 25) : match.start()]) and _said_before(
            passage, match.start(), CARS
        ):
            yield Finding(match.start(), match.end(), "ID_NUMBER", 0.85, "id-plate-foreign")


def spoken_plate(passage: Passage) -> Iterator[Finding]:
    """«госномер четыреста двенадцать бэ эс ка ноль два»: numbers and letters in turn where a vehicle is spoken of."""
    tokens = passage.tokens
    numbers = {number.first: number for number in spoken_numbers.numbers(passage)}
    for at, token in enumerate(tokens):
        if not fold(token.norm).startswith(("госномер", "номер")) or not _said_before(passage, token.end + 1, CARS):
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
    return token.norm in emails_and_usernames.LETTERS or (
        short and (token.text.isupper() if cased else token.text.isascii())
    )


RULES: tuple[Rule, ...] = (
    Rule("id-millions", millions),
    Rule("id-plate-foreign", foreign_plate),
    Rule("id-plate-spoken", spoken_plate),
)
