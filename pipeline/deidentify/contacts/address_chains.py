"""Addresses as lists: «Carrer de Lepant, сорок, дверь три», «город Иу, улица …, дом 388», «башня Пальма, этаж 34»."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from pipeline.deidentify.contacts.address_parts import PARTS, STREETS, counts, is_part, parts_from
from pipeline.deidentify.contacts.addresses import ADDRESSED, DISTRICTS, FLATS, LIVING
from pipeline.deidentify.contacts.foreign_addresses import FOREIGN_AFTER, FOREIGN_BEFORE, PARTICLES
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.people.context import opens
from pipeline.deidentify.places.hints import ADMINISTRATIVE, REGION_WORDS, SETTLEMENT_WORDS, TAILS
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.inflect import fold, known, ordinary
from pipeline.deidentify.words.spoken_numbers import Number

MARKS = frozenset(",")
HEADS = STREETS | DISTRICTS | SETTLEMENT_WORDS | REGION_WORDS | FOREIGN_BEFORE | frozenset("махалле mahalle".split())
"""words that announce a name within an address"""
SMALL = (
    PARTICLES
    | TAILS
    | ADMINISTRATIVE
    | frozenset(FOREIGN_AFTER)
    | frozenset("аль эль бэйлу наньлу дунлу силу лу бен".split())
)
"""words of a street's name that need no capital"""
LONGEST = 6
"""words of one item of an address"""


class Piece(Struct, frozen=True):
    """One item between commas: token indices, half-open, and what it is."""

    first: int
    last: int
    kind: str
    """"name", "part" (a number with or without its word), or "" for anything else"""


def chain(passage: Passage) -> Iterator[Finding]:
    """One or more names, then house, floor, flat …, all between commas; where somebody lives, a number suffices."""
    if not passage.cased:
        return
    tokens = passage.tokens
    numbers = {number.first: number for number in spoken_numbers.numbers(passage)}
    pieces = [_piece(passage, first, last, numbers) for first, last in _items(passage)]
    at = 0
    while at < len(pieces):
        names = _run(passage, pieces, at, "name")
        parts = _run(passage, pieces, at + len(names), "part")
        if names and parts and _comma(passage, names[-1], parts[0]) and _enough(passage, names, parts):
            start, end = tokens[names[0].first].start, tokens[parts[-1].last - 1].end
            yield Finding(start, end, "ADDRESS", 0.96, "address-chain")
        at += max(1, len(names) + len(parts))


def _items(passage: Passage) -> Iterator[tuple[int, int]]:
    """Token ranges between commas, full stops and dashes; empty ones are left out."""
    edges = [-1, *(at for at, token in enumerate(passage.tokens) if token.text in ",.;:!?…—–"), len(passage.tokens)]
    yield from ((one + 1, two) for one, two in pairwise(edges) if two > one + 1)


def _comma(passage: Passage, one: Piece, two: Piece) -> bool:
    """Whether one comma, nothing else, parts two pieces."""
    return two.first == one.last + 1 and passage.tokens[one.last].text in MARKS


def _run(passage: Passage, pieces: list[Piece], at: int, kind: str) -> list[Piece]:
    """The pieces of one kind from an index on that commas part."""
    run: list[Piece] = []
    while at < len(pieces) and pieces[at].kind == kind and (not run or _comma(passage, run[-1], pieces[at])):
        run.append(pieces[at])
        at += 1
    return run


def _piece(passage: Passage, first: int, last: int, numbers: dict[int, Number]) -> Piece:
    """What the words between two marks are; of a longer one only its end, where that is a name."""
    if _is_part(passage, first, last, numbers):
        return Piece(first, last, "part")
    begin, capital = last, False
    while begin > first and last - begin < LONGEST and _named(passage.tokens[begin - 1]):
        begin -= 1
        capital = capital or passage.tokens[begin].capital
    while begin < last and not (passage.tokens[begin].capital or _head(passage.tokens[begin])):
        begin += 1
    if (
        begin < last
        and opens(passage, begin)
        and ordinary(passage.tokens[begin].norm)
        and not _head(passage.tokens[begin])
    ):
        begin += 1
    return Piece(begin, last, "name" if capital and begin < last else "")


def _named(token: Token) -> bool:
    """Whether a word may be one of a street's, a tower's or a town's name within an address."""
    if token.text in "-'’":
        return True
    return token.text.isalpha() and (token.capital or _head(token) or token.norm in SMALL)


def _head(token: Token) -> bool:
    return bool((HEADS | PARTS).intersection((fold(token.norm), *token.lemmas[:1])))


def _is_part(passage: Passage, first: int, last: int, numbers: dict[int, Number]) -> bool:
    """Whether a piece is a number, alone or with the word for what it numbers."""
    at, seen, told = first, 0, False
    while at < last:
        token, number = passage.tokens[at], numbers.get(at)
        part = is_part(token)
        if number is not None and (not number.ordinal or told or _floor(passage, number, last)):
            if not told and number.ordinal is False and counts(passage, number):
                return False
            at, seen = number.last, seen + 1
        elif part or token.norm == "номер" or (token.text.isalpha() and len(token.text) == 1) or token.text in "-/":
            at, told = at + 1, told or part
        elif token.text.isalpha() and at + 1 in numbers and at + 2 >= last and not token.tags:
            at += 1
        else:
            return False
    return seen > 0


def _floor(passage: Passage, number: Number, last: int) -> bool:
    following = passage.tokens[number.last] if number.last < last else None
    return following is not None and is_part(following)


def _enough(passage: Passage, names: list[Piece], parts: list[Piece]) -> bool:
    """Whether names and numbers are surely an address: two numbers with a word, or a cue before them."""
    said = {
        word for p in (*names, *parts) for t in passage.tokens[p.first : p.last] for word in (t.norm, *t.lemmas[:1])
    }
    before = passage.tokens[max(0, names[0].first - 6) : names[0].first]
    cues = {lemma for token in before for lemma in (token.norm, *token.lemmas)}
    living = bool(cues & (ADDRESSED | LIVING)) or "адрес" in fold(passage.before[-60:])
    word = bool(said & (PARTS | STREETS | DISTRICTS | FOREIGN_BEFORE))
    flat = bool(said & FLATS)
    return (len(parts) > 1 and word) or (flat and word) or (living and word)


def eastern(passage: Passage) -> Iterator[Finding]:
    """«Мапхо-гу, Согё-дон, 12, комната 5», «кита ку кита 10»: parts of a town from the largest, then numbers."""
    tokens = passage.tokens
    if ADMINISTRATIVE.isdisjoint([token.norm for token in tokens]):
        return
    numbers = {number.first: number for number in spoken_numbers.numbers(passage)}
    done = 0
    for at in range(len(tokens)):
        last = _pair(passage, at) if at >= done else 0
        if not last:
            continue
        pairs = 1
        sure = tokens[last - 2].text == "-" or not known(tokens[last - 1].norm)
        while following := _pair(passage, last + (last < len(tokens) and tokens[last].text == ",")):
            last, pairs = following, pairs + 1
        end, count = _blocks(passage, last, numbers)
        if count and (sure or pairs > 1):
            yield Finding(tokens[at].start, tokens[end - 1].end, "ADDRESS", 0.96, "address-eastern")
            done = end


def _blocks(passage: Passage, last: int, numbers: dict[int, Number]) -> tuple[int, int]:
    """One past the numbers that follow, and how many; a block's own name may stand before each: «Кита 18, Ниси 5»."""
    tokens = passage.tokens
    end, count = parts_from(passage, last, numbers)
    while count < 8:
        name = end + (end < len(tokens) and tokens[end].text == ",")
        named = name + 1 in numbers and tokens[name].text.isalpha() and not numbers[name + 1].ordinal
        if not named or (passage.cased and not tokens[name].capital):
            break
        more, found = parts_from(passage, name + 1, numbers)
        if not found:
            break
        end, count = more, count + found
    return end, count


def _pair(passage: Passage, at: int) -> int:
    """One past a name with the Korean or Japanese word for a part of a town that begins at `at`; 0 for none."""
    tokens = passage.tokens
    if at + 1 >= len(tokens) or not tokens[at].text.isalpha():
        return 0
    hyphen = tokens[at + 1].text == "-" and at + 2 < len(tokens)
    if ordinary(tokens[at].norm) or (hyphen and not tokens[at].capital and passage.cased):
        return 0
    tail = at + 2 if hyphen else at + 1
    return 0 if (passage.cased and not hyphen) or tokens[tail].norm not in ADMINISTRATIVE else tail + 1


JAPANESE = re.compile(
    r"(?<![\d-])\d{1,3}-\d{1,3}(?:-\d{1,4})?,?\s[^\W\d_]+,?\s(?:[^\W\d_]+-(?:ку|си|мати|тё|гу|дон|ku|shi|cho),?\s?)+"
    r"(?:[^\W\d_]+,?\s)?(?:\d{3}-\d{4})?",
    re.IGNORECASE,
)


def japanese(passage: Passage) -> Iterator[Finding]:
    """«1-2-3 Ниси, Тама-ку, 214-0001»: block and house before the quarter and the ward."""
    for match in JAPANESE.finditer(passage.text):
        text = match.group().rstrip(" ,")
        yield Finding(match.start(), match.start() + len(text), "ADDRESS", 0.96, "address-japanese")


RULES: tuple[Rule, ...] = (
    Rule("address-chain", chain),
    Rule("address-eastern", eastern),
    Rule("address-japanese", japanese),
)
