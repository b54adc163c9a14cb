"""Numbers as people say them in Russian, words or digits, one by one or in groups, with their characters."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from pipeline.deidentify.passage import Passage, Token, morph, normal, tokens
from pipeline.deidentify.words.lists import lists, sets


class Atom(Struct, frozen=True):
    """One word of a number."""

    value: int
    size: int
    """1 unit, 10 ten or teen, 100, 1000 …: what may follow must be smaller"""
    ordinal: bool = False
    closed: bool = False
    """nothing smaller may follow: units, teens and zero"""


class Number(Struct, frozen=True):
    """A number in a passage: token indices, half-open, and what it says."""

    first: int
    last: int
    digits: str
    """as they would be dialled: "701", "00", "12" """
    value: int
    ordinal: bool = False
    spoken: bool = False
    """at least one word, not only digits"""
    big: bool = False
    """holds thousand, million …: a sum or a year, never part of a dialled number"""


class Run(Struct, frozen=True):
    """Numbers that follow each other with nothing but marks and fillers between them."""

    numbers: tuple[Number, ...]
    plus: bool
    start: int
    """offset in the text, of the plus where there is one"""
    end: int

    @property
    def digits(self) -> str:
        return "".join(number.digits for number in self.numbers)

    @property
    def spoken(self) -> bool:
        return any(number.spoken for number in self.numbers)


MOST_DIGITS = 18
"""digits of a written number that count for its value; nobody's age or year has more"""

TABLE = "words/numbers.txt"


def _valued(kind: str) -> tuple[tuple[str, int], ...]:
    """Words of numbers and their values, of the lines `kind value: words`."""
    found = ((line.partition(" "), words) for line, words in lists(TABLE).items())
    return tuple((word, int(value)) for (named, _, value), words in found if named == kind for word in words)


CARDINALS = _valued("cardinal")
ORDINALS = _valued("ordinal")
REPEATED = dict(_valued("repeated"))
"""«три семёрки» is 777"""
OTHER_WORDS = frozenset(("семью", "сороке", "сорокам", "сороки", "стам", "сот"))
"""forms of number words that are nearly always something else"""
SUFFIXES = frozenset("го й я е х м му ым ой ого ому ми ти".split())
"""what follows the hyphen in «2018-го»"""
MARKS = frozenset("-–—‑().,/…·")
FILLERS = sets(TABLE)["filler"]
UNITS = sets(TABLE)["counted"]
"""what is counted: the number before it is a count, a sum or an age"""


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, Atom]:
    """Every form of every number word, ё as е."""
    made: dict[str, Atom] = {}
    for word, value in ORDINALS:
        parse = next(p for p in morph().parse(word) if "Anum" in p.tag or "ADJF" in p.tag)
        for form in parse.lexeme:
            made[normal(form.word)] = _atom(value, True)
    for word, value in CARDINALS:
        parses = morph().parse(word)
        parse = next((p for p in parses if p.tag.POS == "NUMR"), parses[0])
        for form in parse.lexeme:
            made[normal(form.word)] = _atom(value, False)
    for word, value in _valued("heard"):
        made[normal(word)] = _atom(value, False)
    return {word: atom for word, atom in made.items() if word not in OTHER_WORDS}


def _atom(value: int, ordinal: bool) -> Atom:
    if value >= 1000:
        return Atom(value, 1000 if value == 2000 else value, ordinal)
    if value >= 100:
        return Atom(value, 100, ordinal)
    if value >= 20:
        return Atom(value, 10, ordinal)
    return Atom(value, 10 if value >= 10 else 1, ordinal, closed=True)


def numbers(passage: Passage) -> tuple[Number, ...]:
    """All numbers of a passage, left to right."""
    return _numbers(passage.text)


@lru_cache(maxsize=16)
def _numbers(text: str) -> tuple[Number, ...]:
    found = []
    at = 0
    said = tokens(text)
    while at < len(said):
        number = _number(said, at)
        if number is None:
            at += 1
        else:
            found.append(number)
            at = number.last
    return tuple(found)


def _number(said: tuple[Token, ...], at: int) -> Number | None:
    """The number that begins at a token."""
    token = said[at]
    if token.text.isdecimal():
        return _written(said, at)
    atom = vocabulary().get(token.norm)
    if atom is None:
        return None
    if 2 <= atom.value <= 4 and at + 1 < len(said) and said[at + 1].norm in REPEATED:
        return Number(at, at + 2, str(REPEATED[said[at + 1].norm]) * atom.value, 0, spoken=True)
    return _worded(said, at)


def _written(said: tuple[Token, ...], at: int) -> Number:
    """Digits, with the suffix of an ordinal or a multiplier after them."""
    digits = said[at].text
    value = int(digits[:MOST_DIGITS])
    last = at + 1
    following = said[last].norm if last < len(said) else ""
    if following in MARKS and last + 1 < len(said) and said[last].start == said[at].end:
        after = said[last + 1]
        if after.norm in SUFFIXES and after.start == said[last].end:
            return Number(at, last + 2, digits, value, ordinal=True)
    if following in SUFFIXES and following not in ("я", "е", "м") and len(digits) <= 4:
        return Number(at, last + 1, digits, value, ordinal=True)
    if following in ("е", "м") and len(digits) in (2, 4):
        return Number(at, last + 1, digits, value, ordinal=True)
    atom = vocabulary().get(following)
    if atom is not None and atom.size >= 1000 and not atom.ordinal:
        return Number(at, last + 1, digits, value * atom.size, spoken=True, big=True)
    return Number(at, last, digits, value)


def _worded(said: tuple[Token, ...], at: int) -> Number:
    """Number words as long as each is smaller than the one before: «двести тридцать четыре»."""
    total = part = 0
    size = scale = 10**12
    big, ordinal, last = False, False, at
    while last < len(said) and not ordinal:
        atom = vocabulary().get(said[last].norm)
        if atom is None or (last > at and not _spaced(said, last)):
            break
        if atom.size >= 1000 and (last == at or size < 1000 or big):
            if big and atom.size >= scale:
                break
            if atom.ordinal and atom.value == 2000:
                total, part = total + 2000, 0
            else:
                total, part = total + (part or 1) * atom.value, 0
            size, scale, big = atom.size, atom.size, True
        elif atom.size < size and (atom.value > 0 or last == at):
            part += atom.value
            size = 1 if atom.closed else atom.size
            if atom.value == 0:
                size = 0
        else:
            break
        ordinal = atom.ordinal
        last += 1
    value = total + part
    return Number(at, max(last, at + 1), str(value), value, ordinal, spoken=True, big=big)


def _spaced(said: tuple[Token, ...], at: int) -> bool:
    """Whether a word follows the one before with at most white space between."""
    return said[at].start - said[at - 1].end <= 2


def runs(passage: Passage) -> tuple[Run, ...]:
    """Numbers grouped as they were dictated; sums, ages and years with their unit are left out."""
    return _runs(passage.text)


@lru_cache(maxsize=16)
def _runs(text: str) -> tuple[Run, ...]:
    passage = Passage(text, tokens(text), True)
    made: list[Run] = []
    current: list[Number] = []
    for number in numbers(passage):
        dialled = number.big and len(number.digits) == 4 and current and current[0].digits.startswith("0")
        if (number.big and not dialled) or _counts(passage, number):
            made += _run(passage, current)
            current = []
            continue
        if current and not _follows(passage, current[-1], number):
            made += _run(passage, current)
            current = []
        current.append(number)
    return tuple(made + _run(passage, current))


def _counts(passage: Passage, number: Number) -> bool:
    """Whether what stands after a number says that it counts something."""
    if number.ordinal:
        return True
    if number.last >= len(passage.tokens) or len(number.digits) > 4:
        return False
    after = passage.tokens[number.last]
    if after.norm in FILLERS:
        return False
    return bool(UNITS.intersection(after.lemmas)) and after.start - passage.tokens[number.last - 1].end <= 2


def _follows(passage: Passage, one: Number, two: Number) -> bool:
    """Whether only marks and fillers stand between two numbers."""
    between = passage.tokens[one.last : two.first]
    if len(between) > 8:
        return False
    fillers = 0
    for token in between:
        if token.norm in FILLERS:
            fillers += 1
        elif token.text not in MARKS:
            return False
        elif token.text == "." and token.end < len(passage.text) and passage.text[token.end] == " ":
            return passage.text[token.start - 1 : token.start] == "."
    return fillers <= 3


def _run(passage: Passage, found: list[Number]) -> list[Run]:
    if not found:
        return []
    first = passage.tokens[found[0].first]
    start, plus = first.start, False
    at = found[0].first - 1
    while at >= 0 and passage.tokens[at].text in "(":
        start = passage.tokens[at].start
        at -= 1
    if at >= 0 and passage.tokens[at].norm in ("+", "плюс"):
        start, plus = passage.tokens[at].start, True
    return [Run(tuple(found), plus, start, passage.tokens[found[-1].last - 1].end)]


def parts(passage: Passage, run: Run, most: int) -> Iterator[Run]:
    """Stretches of up to `most` whole numbers of a run, longest first: two numbers are often said in one breath."""
    length = len(run.numbers)
    for size in range(min(length, most), 0, -1):
        for at in range(length - size + 1):
            chosen = run.numbers[at : at + size]
            start = run.start if at == 0 else passage.tokens[chosen[0].first].start
            yield Run(chosen, run.plus and at == 0, start, passage.tokens[chosen[-1].last - 1].end)
