"""The tail of an address: house, block, floor, flat, whatever the word for a door may be."""

from __future__ import annotations

from pipeline.deidentify.passage import Passage, Token
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.inflect import known
from pipeline.deidentify.words.lists import sets
from pipeline.deidentify.words.spoken_numbers import Number

WORDS = sets("contacts/addresses.txt")
STREETS = WORDS["street"]
PARTS = WORDS["part"]
BETWEEN = frozenset(",.;-–—№/«»\"'")


def parts_from(passage: Passage, at: int, numbers: dict[int, Number]) -> tuple[int, int]:
    """One past the house, flat, floor … that follow, and how many numbers they have."""
    tokens = passage.tokens
    end, count, index = at, 0, at
    while index < len(tokens) and count < 7:
        token = tokens[index]
        number = numbers.get(index)
        if number is not None and not counts(passage, number):
            if number.ordinal and not _floor(passage, number.last):
                break
            index = _glued(passage, number.last + (1 if number.ordinal else 0))
            index += _postal_letters(passage, index, number) or house_letter(passage, index)
            end, count = index, count + 1
        elif _lettered(passage, index) or (count and _fraction(passage, index)):
            index += 1
            end, count = index, count + 1
        elif (
            is_part(token)
            or token.norm in WORDS["between_parts"]
            or (token.text in BETWEEN and not _sentence_end(passage, index))
            or _code(passage, index)
            or _stranger(passage, index, numbers, count)
        ):
            index += 1
        else:
            break
    end += count > 0 and end < len(tokens) and tokens[end].norm in WORDS["half"]
    return (turning(passage, end) if count else end), count


def house_letter(passage: Passage, at: int) -> int:
    """1 where the letter of a house follows its number: «семь б», «восемь а, вход со двора»."""
    tokens = passage.tokens
    if at >= len(tokens) or tokens[at].norm not in WORDS["house_letter"] or tokens[at].start - tokens[at - 1].end > 1:
        return 0
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    ends = following is None or not following.text[0].isalnum() or (is_part(following) and tokens[at].norm != "в")
    return int(ends or (len(tokens[at].text) > 1 or (tokens[at].norm in "бгд" and not passage.cased)))


def _fraction(passage: Passage, at: int) -> bool:
    """Whether a letter follows «дробь»: «одиннадцать дробь бэ»."""
    return passage.tokens[at - 1].norm == "дробь" and passage.tokens[at].norm in WORDS["house_letter"]


def turning(passage: Passage, end: int) -> int:
    """One past the words that say where the door is, after a part of an address: «третий этаж, налево от лифта»."""
    tokens = passage.tokens
    at = end + (end < len(tokens) and tokens[end].text == ",")
    if at >= len(tokens) or tokens[at].norm not in WORDS["turning"]:
        return end
    after = at + 1
    if after + 1 < len(tokens) and tokens[after].norm == "от" and tokens[after + 1].norm in WORDS["turned_from"]:
        return after + 2
    return after


def _lettered(passage: Passage, index: int) -> bool:
    """A block or an entrance that has a letter: «блок C»."""
    token, before = passage.tokens[index], passage.tokens[index - 1] if index else None
    plain = token.capital or token.text.isascii() or not passage.cased
    letter = len(token.text) == 1 and token.text.isalpha() and plain
    return letter and before is not None and before.norm in WORDS["lettered"]


def is_part(token: Token) -> bool:
    """Whether a word announces the next number of an address, in any case form."""
    return bool(PARTS.intersection((token.norm, *token.lemmas[:1])))


def _floor(passage: Passage, at: int) -> bool:
    """Whether an ordinal stands before «этаж», «подъезд», «дом»."""
    return at < len(passage.tokens) and not WORDS["ordered"].isdisjoint(passage.tokens[at].lemmas)


def _glued(passage: Passage, index: int) -> int:
    """One past letters and further numbers that are written together with a house number: «12б», «6-2», «56/3»."""
    tokens = passage.tokens
    while index < len(tokens):
        token = tokens[index]
        close = token.start == tokens[index - 1].end
        if close and token.text.isalnum() and len(token.text) <= 4:
            index += 1
        elif (
            close
            and token.text in "-/"
            and index + 1 < len(tokens)
            and tokens[index + 1].text[0].isalnum()
            and (tokens[index + 1].start == token.end and len(tokens[index + 1].text) <= 4)
        ):
            index += 2
        else:
            break
    return index


def _postal_letters(passage: Passage, index: int, number: Number) -> int:
    """1 where the two letters of a Dutch postcode follow: «2271 AK»."""
    if index >= len(passage.tokens) or len(number.digits) != 4:
        return 0
    token = passage.tokens[index]
    return int(token.text.isascii() and token.text.isalpha() and len(token.text) == 2)


def _code(passage: Passage, index: int) -> bool:
    """A letter or two written together with the number after it: «E6»."""
    tokens = passage.tokens
    token = tokens[index]
    return (
        len(token.text) <= 2
        and token.text.isalpha()
        and index + 1 < len(tokens)
        and (tokens[index + 1].start == token.end and tokens[index + 1].text.isdecimal())
    )


def _stranger(passage: Passage, index: int, numbers: dict[int, Number], count: int) -> bool:
    """A foreign word for a door or a flat that no list has, between two numbers of an address."""
    token = passage.tokens[index]
    if not count or not token.text.isalpha() or known(token.norm) or index + 1 not in numbers:
        return False
    return passage.tokens[index - 1].text in BETWEEN or not passage.cased


def _sentence_end(passage: Passage, at: int) -> bool:
    """Whether a full stop ends a sentence rather than an abbreviation such as «д.» or «кв.»."""
    token = passage.tokens[at]
    return token.text in ".;" and not (at and (passage.tokens[at - 1].norm in PARTS | STREETS))


def counts(passage: Passage, number: Number) -> bool:
    """Whether a number counts something, and so is no house."""
    before = passage.tokens[number.first - 1] if number.first else None
    if before is not None and is_part(before) and number.value < 10_000:
        return False
    if number.big or (number.value > 1500 and number.spoken):
        return True
    if number.last >= len(passage.tokens):
        return False
    after = passage.tokens[number.last]
    if number.ordinal:
        return not _floor(passage, number.last)
    return bool((spoken_numbers.UNITS - {"этаж", "квадрат", "комната", "кв"}).intersection(after.lemmas))


def name_like(passage: Passage, at: int) -> bool:
    """Whether a token may be the name of a street: a capital, an unknown word, a surname or a place."""
    token = passage.tokens[at]
    if not token.text.isalpha() or len(token.text) < 3:
        return False
    if passage.cased:
        return token.capital
    return not known(token.norm) or any("Geox" in t or "Surn" in t or "Name" in t for t in token.tags[:3])
