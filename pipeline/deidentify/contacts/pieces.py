"""What is told over several turns: a telephone number in three breaths, a mail address by halves, a house at last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from pipeline.deidentify.contacts import codes
from pipeline.deidentify.contacts.emails_and_usernames import AT, DOTS_ABROAD, JOINTS, MAIL, hosted_email, spelt_email
from pipeline.deidentify.contacts.number_patterns import LISTS
from pipeline.deidentify.contacts.told_addresses import asked, parts_told, tail
from pipeline.deidentify.passage import Finding, Passage, Token, passage
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.inflect import fold
from pipeline.deidentify.words.lists import lists, sets
from pipeline.deidentify.words.spoken_numbers import Number

TABLE = "contacts/pieces.txt"
WORDS = sets(TABLE)
STARTS = lists(TABLE)
BESIDE = WORDS["beside"] | spoken_numbers.FILLERS
LONGEST = 12
"""turns over which one thing is told"""
SHORT = 5
"""words of a turn that merely prompts: «так, записываю»"""
FEWEST, MOST = 5, 24
"""digits of a number told in pieces, what is said again counted twice"""
ECHO = 4
"""turns after a number in which a part of it is said again"""
Told = Iterator[tuple[int, Finding]]


class Piece(Struct, frozen=True):
    """Part of a number in a turn, with offsets."""

    turn: int
    start: int
    end: int
    digits: str


def told(passages: Mapping[int, Passage], found: Sequence[tuple[int, Finding]]) -> Told:
    """Everything that several turns tell together, beyond what is found in one turn and the question before it."""
    turns = list(passages)
    spread = [one for at in range(len(turns)) for one in _stretch(turns[at : at + LONGEST], passages)]
    yield from spread
    seen: dict[int, list[Finding]] = {}
    for turn, one in (*found, *spread):
        seen.setdefault(turn, []).append(one)
    for at, turn in enumerate(turns):
        for one in seen.get(turn, ()):
            following = turns[at + 1 : at + 1 + ECHO]
            if one.kind in ("PHONE", "ID_NUMBER"):
                yield from _said_again(one, passages[turn], [(n, passages[n]) for n in following])
            elif one.kind == "USERNAME":
                yield from _called_again(one, passages[turn], [(n, passages[n]) for n in following[:2]])
            elif one.kind == "ADDRESS":
                yield from _continued([(n, passages[n]) for n in following])


def _stretch(turns: Sequence[int], passages: Mapping[int, Passage]) -> Told:
    """What is told in the turns after one that asks for it, or begins it."""
    kind = _topic(passages[turns[0]])
    if kind == "EMAIL":
        yield from _mail(turns, passages)
    elif kind:
        pieces = _pieces(turns, passages, kind)
        digits = sum(len(piece.digits) for piece in pieces)
        if len({piece.turn for piece in pieces}) > 1 and FEWEST <= digits <= MOST:
            yield from ((piece.turn, Finding(piece.start, piece.end, kind, 0.96, "in-pieces")) for piece in pieces)


def _topic(said: Passage) -> str:
    """The kind that a turn asks for or announces last; "" for none."""
    if len(said.tokens) > 60:
        return ""
    words = [fold(token.norm) for token in said.tokens if token.text[0].isalpha()]
    kind = ""
    for word in words:
        if word.startswith(MAIL):
            kind = "EMAIL"
        elif word.startswith(STARTS["document"]):
            kind = "ID_NUMBER"
        elif word.startswith(STARTS["phone"]) and not (kind == "ID_NUMBER" and word.startswith("номер")):
            kind = "PHONE"
    other = kind and kind != "EMAIL" and any(word.startswith(LISTS["no_phone"]) for word in words)
    return "" if other else kind


def _pieces(turns: Sequence[int], passages: Mapping[int, Passage], kind: str) -> list[Piece]:
    """The parts of a number from a turn on, as long as nothing but parts and prompts follows."""
    made = _begun(turns[0], passages[turns[0]])
    idle = 0
    for turn in turns[1:]:
        said = passages[turn]
        parts = _parts(turn, said, kind)
        words = sum(token.text[0].isalnum() for token in said.tokens)
        if parts:
            made += parts
            idle = 0
        elif words <= SHORT and not spoken_numbers.numbers(said) and idle < 2:
            idle += 1
        else:
            break
    return made


def _begun(turn: int, said: Passage) -> list[Piece]:
    """The part of a number with which a turn ends."""
    runs = spoken_numbers.runs(said)[-1:]
    rest = [t for run in runs for t in said.tokens if t.start >= run.end and t.text[0].isalnum()]
    if not runs or len(rest) > 2 or any(token.norm not in BESIDE for token in rest) or len(runs[0].digits) < 2:
        return []
    return [Piece(turn, runs[0].start, runs[0].end, runs[0].digits)]


def _parts(turn: int, said: Passage, kind: str) -> list[Piece]:
    """The parts of a number that a turn consists of, at most two other words around them; none where it says more."""
    numbers = spoken_numbers.numbers(said)
    if not numbers or any(number.ordinal or number.big or _counts(said, number) for number in numbers):
        return []
    spans = [(run.start, run.end, run.digits) for run in spoken_numbers.runs(said)]
    if not spans:
        return []
    if kind == "ID_NUMBER":
        stretches = codes.codes(said)
        spans = [(said.tokens[c.first].start, said.tokens[c.last - 1].end, c.digits) for c in stretches] or spans
    rest = [
        token
        for token in said.tokens
        if token.text[0].isalnum() and token.norm not in BESIDE and not (spans[0][0] <= token.start < spans[-1][1])
    ]
    return [Piece(turn, start, end, digits) for start, end, digits in spans] if len(rest) < 3 else []


def _counts(said: Passage, number: Number) -> bool:
    after = said.tokens[number.last] if number.last < len(said.tokens) else None
    return after is not None and after.norm not in BESIDE and not spoken_numbers.UNITS.isdisjoint(after.lemmas)


def _mail(turns: Sequence[int], passages: Mapping[int, Passage]) -> Told:
    """A mail address that turns after a question spell together."""
    text, parts, idle = "", [], 0
    for turn in turns[1:]:
        said = passages[turn]
        words = [token for token in said.tokens if token.text[0].isalnum()]
        spelt = any(token.norm in AT or token.norm in JOINTS or token.norm in DOTS_ABROAD for token in words)
        if words and spelt and len(words) <= LONGEST:
            parts.append((turn, len(text), words[0].start, words[-1].end))
            text += said.text[words[0].start : words[-1].end] + " "
        elif len(words) > SHORT or idle > 2:
            break
        else:
            idle += 1
    if len(parts) < 2:
        return
    made = passage(text, passages[turns[0]].text, passages[turns[0]].cased)
    for one in (*spelt_email(made), *hosted_email(made)):
        for turn, at, start, end in parts:
            first, last = max(one.start, at) - at + start, min(one.end, at + end - start) - at + start
            if first < last:
                yield turn, Finding(first, last, "EMAIL", 0.98, "email-in-pieces")


def _digits(said: Passage, start: int, end: int) -> str:
    """The digits that are said between two offsets."""
    numbers = spoken_numbers.numbers(said)
    inside = (n for n in numbers if said.tokens[n.first].start >= start and said.tokens[n.last - 1].end <= end)
    return "".join(number.digits for number in inside)


def _said_again(one: Finding, said: Passage, following: Sequence[tuple[int, Passage]]) -> Told:
    """A part of a number already told, in the turns after: «в конце девяносто два?» — «да, девяносто два»."""
    whole = _digits(said, one.start, one.end)
    if len(whole) < 6:
        return
    for turn, again in following:
        words = sum(token.text[0].isalnum() for token in again.tokens)
        for run in spoken_numbers.runs(again) if words < 20 else ():
            spent = sum(number.last - number.first for number in run.numbers)
            near = words - spent <= (3 if len(run.digits) < 4 else 8)
            if len(run.digits) > 1 and near and run.digits in whole:
                yield turn, Finding(run.start, run.end, one.kind, 0.96, "said-again")


def _called_again(one: Finding, said: Passage, following: Sequence[tuple[int, Passage]]) -> Told:
    """A user name of several words repeated to be sure: «Котёнок семьдесят семь?»."""
    first = next((token for token in said.tokens if token.start >= one.start and token.text[0].isalpha()), None)
    if first is None or " " not in said.text[one.start : one.end].strip():
        return
    for turn, again in following:
        words = [token for token in again.tokens if token.text[0].isalnum()]
        begin = next((at for at, token in enumerate(words) if token.norm == first.norm), -1)
        if begin >= 0 and 1 < len(words) - begin < SHORT and len(words) <= SHORT:
            yield turn, Finding(words[begin].start, words[-1].end, "USERNAME", 0.96, "said-again")


def _continued(following: Sequence[tuple[int, Passage]]) -> Told:
    """The house and the flat that are told some turns after the street."""
    for turn, said in following[:3]:
        words = frozenset(word for token in passage(said.before).tokens for word in (token.norm, *token.lemmas))
        bare = len(words) < 12 and "номер" in words
        if asked(said.before) == "part" or (bare and not _else(words)):
            yield from ((turn, one) for one in parts_told(said, "address-continued"))
        elif not _else(words):
            yield from ((turn, one) for one in _sentence_of_parts(said))


def _else(words: frozenset[str]) -> bool:
    return bool(words & (WORDS["asks_else"] - {"номер"}))


def _sentence_of_parts(said: Passage) -> Iterator[Finding]:
    """A sentence that is nothing but a house and its parts: «Сто девяносто четыре, третий этаж, налево.»."""
    numbers = {number.first: number for number in spoken_numbers.numbers(said)}
    for at, number in numbers.items():
        last = tail(said, at, numbers)
        opens = not at or said.tokens[at - 1].text in ".!?…" or not said.cased
        closes = last == len(said.tokens) or said.tokens[last].text in ".!?…"
        parted = any(_part(token) for token in said.tokens[at:last])
        alone = opens and closes and said.cased and not number.ordinal and number.value < 1000
        if last > at and (alone or (opens and parted and last - at > 2)):
            start, end = said.tokens[at].start, said.tokens[last - 1].end
            yield Finding(start, end, "ADDRESS", 0.9, "address-continued")


def _part(token: Token) -> bool:
    return not frozenset(("этаж", "подъезд", "квартира", "корпус", "дробь")).isdisjoint(token.lemmas)
