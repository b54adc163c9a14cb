"""Numbers that nothing says are harmless: no count, sum or year, or one that stands where addresses do."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.open_words.clues import CUES, Clues
from pipeline.deidentify.open_words.ordinary import facts
from pipeline.deidentify.open_words.surroundings import Cover, Interview
from pipeline.deidentify.passage import Passage, Token, tokens
from pipeline.deidentify.words.spoken_numbers import MARKS, UNITS, Number, numbers, vocabulary

YEARS = range(1900, 2100)
LINKS = frozenset("дробь тире дефис и плюс".split())
"""words that stand inside a number of several parts"""
Run = tuple[int, int, str, Clues]
"""first token, one past the last, digits, clues"""


def runs(passage: Passage, cover: Cover, told: Interview) -> Iterator[Run]:
    """All open numbers of a turn, with the letters and turnings that belong to them."""
    for group in _groups(passage, cover, told.garbled):
        found = _clues(passage, group, cover) or _dictated(passage, group, cover)
        if found:
            first, last = _head(passage, group[0].first, cover), _tail(passage, group[-1].last, cover)
            yield first, last, "".join(number.digits for number in group), found


def _groups(passage: Passage, cover: Cover, garbled: bool) -> Iterator[list[Number]]:
    """Numbers that follow each other with nothing but marks between them."""
    group: list[Number] = []
    for number in numbers(passage):
        start, end = passage.tokens[number.first].start, passage.tokens[number.last - 1].end
        if cover.over(start, end):
            continue
        if group and not _linked(passage.tokens[group[-1].last : number.first], garbled):
            yield group
            group = []
        group.append(number)
    if group:
        yield group


def _linked(between: tuple[Token, ...], garbled: bool) -> bool:
    """Whether two numbers are parts of one; where much is misheard, a word that is none may stand between."""
    if len(between) < 3 and all(token.text in MARKS or token.norm in LINKS for token in between):
        return True
    return garbled and len(between) == 1 and len(between[0].norm) < 5


def _clues(passage: Passage, group: list[Number], cover: Cover) -> Clues:
    """What speaks for a group being part of an address or a number of somebody's; empty where it is settled."""
    found = {"bias": 1.0, "number": 1.0}
    digits = "".join(number.digits for number in group)
    beside = _beside(passage, group, cover)
    strong = bool(beside) and beside not in (["number by strange"], ["number by hidden"])
    if len(group) == 1:
        if harmless(passage, group[0]) and not strong:
            return {}
        if len(digits) < (2 if beside else 3) or (group[0].ordinal and not beside):
            return {}
    elif _sum(group) or (len(digits) < 4 and not beside):
        return {}
    if len(digits) >= 5:
        found["long number"] = 1.0
    if len(group) > 1:
        found["several numbers"] = 1.0
    return found | dict.fromkeys(beside, 1.0)


def _dictated(passage: Passage, group: list[Number], cover: Cover) -> Clues:
    """What speaks for a number being a piece of one that is dictated: asked for, repeated, or announced before it."""
    last = group[-1]
    unit = any(UNITS.intersection(token.lemmas) for token in passage.tokens[last.last : last.last + 1])
    if unit or last.big or last.ordinal or (len(group) == 1 and last.value in YEARS):
        return {}
    said = [at for at, token in enumerate(passage.tokens) if token.text[0].isalnum()]
    before = [token for token in tokens(passage.before) if token.text[0].isalnum()][-PIECES:]
    alone = group[0].first in said[:PIECES] and (len(said) - len(group) < SHORT_ANSWER or last.last > said[-1])
    goes_on = alone and bool(before) and (before[-1].norm in vocabulary() or before[-1].text.isdecimal())
    asked = alone and any(_announces(token) for token in before)
    lived = passage.tokens[max(0, group[0].first - HOME) : group[0].first]
    named = bool(lived) and lived[-1].text.isalpha() and (cover.hides(lived[-1]) or not facts(lived[-1].norm).known)
    if named and any(not CUES["living"].isdisjoint(token.lemmas) for token in lived):
        return {"bias": 1.0, "number": 1.0, "number in address": 1.0}
    near = [
        token for token in passage.tokens[max(0, group[0].first - PIECES) : group[0].first] if token.text[0].isalpha()
    ]
    if goes_on or asked or (near and _announces(near[-1])):
        return {"bias": 1.0, "number": 1.0, "dictated": 1.0}
    return {}


PIECES = 3
"""words before a number that announce it"""
HOME = 9
"""tokens before a number in which a home is spoken of"""
SHORT_ANSWER = 6
"""words beside the numbers of an answer that is nothing but a number"""


def _announces(token: Token) -> bool:
    """Whether a word says that a number of somebody's follows: «телефон», «записывайте»."""
    return not CUES["announce"].isdisjoint((token.norm, *token.lemmas))


def _sum(group: list[Number]) -> bool:
    """Whether what was written apart is one sum: «288 000»."""
    return all(set(number.digits) == {"0"} and len(number.digits) == 3 for number in group[1:])


def harmless(passage: Passage, number: Number) -> bool:
    """Whether a number counts something, is a year, or a sum."""
    if number.big or number.value in YEARS:
        return True
    before = passage.tokens[max(0, number.first - 3) : number.first]
    if any(UNITS.intersection(token.lemmas) or token.norm in CUES["about"] for token in before):
        return True
    after = passage.tokens[number.last : number.last + 2]
    if after and UNITS.intersection(after[0].lemmas):
        return True
    return any(counted(token, number) for token in after) and after[0].text not in MARKS


def counted(token: Token, number: Number) -> bool:
    """Whether a word is an ordinary noun or adjective in a form that the number before it asks for."""
    if not token.text.isalpha() or not facts(token.norm).plain or not CUES["address"].isdisjoint(token.lemmas):
        return False
    one = number.ordinal or number.value % 10 == 1
    counted = (tag for tag in token.tags if tag.startswith(("NOUN", "ADJF")))
    return any(one or "gent" in tag or "plur" in tag for tag in counted)


def _beside(passage: Passage, group: list[Number], cover: Cover) -> list[str]:
    """Names of the clues around a group."""
    first, last = group[0].first, group[-1].last
    found = []
    before = [t for t in passage.tokens[max(0, first - 3) : first] if t.text[0].isalnum()]
    after = [t for t in passage.tokens[last : last + 3] if t.text[0].isalnum()]
    near = [*before[-1:], *after[:1]]
    if any(CUES["number"].intersection((t.norm, *t.lemmas)) for t in before):
        found.append("number named")
    if any(_hidden(t, cover) for t in near):
        found.append("number by hidden")
    elif before and before[-1].text.isalpha() and not facts(before[-1].norm).known:
        found.append("number by strange")
    address = any(CUES["address"].intersection((t.norm, *t.lemmas)) for t in near)
    if address and (len(group) > 1 or found or any(t.norm in CUES["turning"] for t in after) or _several(near)):
        found.append("number in address")
    if any(t.norm in CUES["letter"] for t in after[:1]) and after[0].norm not in ("а", "в") and not address:
        found.append("letter after number")
    return found


def _several(near: list[Token]) -> bool:
    """Whether a word of addresses other than a floor or a room stands beside."""
    return any(
        CUES["address"].intersection(t.lemmas) - {"этаж", "комната", "дом", "кабинет", "блок", "корпус"} for t in near
    )


def _hidden(token: Token, cover: Cover) -> bool:
    return cover.over(token.start, token.end) == "hidden"


def _head(passage: Passage, first: int, cover: Cover) -> int:
    """The Latin letter or the plus that a number begins with, else its own first token."""
    tokens = passage.tokens
    at = first - 1
    while at > 0 and first - at < 2 and tokens[at].text in "/-–":
        at -= 1
    token = tokens[at]
    letter = len(token.text) == 1 and token.text.isascii() and token.text.isalpha()
    begins = at >= 0 and (letter or token.norm == "плюс") and not cover.over(token.start, token.end)
    return at if begins else first


def _tail(passage: Passage, last: int, cover: Cover) -> int:
    """One past the letters, parts of an address and turnings that follow a number."""
    tokens = passage.tokens
    at = last
    while at < len(tokens) and at - last < 6 and not cover.over(tokens[at].start, tokens[at].end):
        token = tokens[at]
        part = token.norm in CUES["turning"] or token.norm in LINKS or bool(CUES["address"].intersection(token.lemmas))
        letter = token.norm in CUES["letter"] and token.norm not in ("а", "в", "с", "к", "и")
        if part or letter:
            last = at + 1
        elif token.text not in MARKS:
            break
        at += 1
    return last
