"""Days that tell whose they are: a day and its month, a feast and its year, a year of birth, a year of an animal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.deidentify.open_words.clues import CUES, Clues
from pipeline.deidentify.open_words.number_runs import YEARS, counted
from pipeline.deidentify.open_words.surroundings import Cover
from pipeline.deidentify.passage import Passage, Token, tokens
from pipeline.deidentify.time.dates import BORN, HOLIDAYS, WORDS, months
from pipeline.deidentify.words.inflect import fold
from pipeline.deidentify.words.lists import alternatives
from pipeline.deidentify.words.spoken_numbers import UNITS, Number, numbers

Phrase = tuple[int, int, Clues]
"""first token, one past the last, clues"""
FEAST = re.compile(rf"\b(?:{alternatives('time/words.txt', 'feast')})\b")
DAY_OF = frozenset("день дня дню днем дне".split())
GLUE = frozenset(", в на с по под от аккурат прямо ровно как раз или числа".split())
"""what may stand between the parts of one day"""
LOOSE = 3
"""tokens of it"""
SHORT_TURN = 12
"""words of an answer that is nothing but a day"""
SURE = 4
"""the same where a year alone is told"""
NEAR = 10
"""tokens on either side that tell what a day is of"""


def days(passage: Passage, cover: Cover) -> Iterator[Phrase]:
    """All such days of a turn."""
    del cover
    parts = sorted(_parts(passage))
    group: list[Part] = []
    for part in parts:
        if group and part[0] < group[-1][1]:
            continue
        if group and not _linked(passage.tokens[group[-1][1] : part[0]]):
            yield from _day(passage, group)
            group = []
        group.append(part)
    if group:
        yield from _day(passage, group)


Part = tuple[int, int, str, int]
"""first token, one past the last, sort, number"""


def _parts(passage: Passage) -> Iterator[Part]:
    said = passage.tokens
    for at, token in enumerate(said):
        if token.norm in months():
            yield at, at + 1, "month", months()[token.norm]
        if token.norm in DAY_OF and at + 1 < len(said) and _feast_word(said[at + 1]):
            yield at, at + 2, "feast", 0
        if not CUES["feast"].isdisjoint(token.lemmas):
            yield at, at + 1, "feast", 0
        if "год" in token.lemmas and at + 1 < len(said) and not CUES["animal"].isdisjoint(said[at + 1].lemmas):
            yield at, at + 2, "animal", 0
        if token.norm in CUES["beast"] and at + 1 < len(said) and said[at + 1].norm.startswith("жыл"):
            yield at, at + 2, "animal", 0
    for match in FEAST.finditer(fold(passage.text)):
        inside = [at for at, token in enumerate(said) if match.start() <= token.start < match.end()]
        if inside and not any(said[at].norm in months() for at in inside):
            yield inside[0], inside[-1] + 1, "feast", 0
    yield from _numbers(passage)


def _feast_word(token: Token) -> bool:
    """Whether «день …» of a word is a feast: «День космонавтики»."""
    return (
        bool(token.tags)
        and any("NOUN" in tag and "gent" in tag for tag in token.tags)
        and (token.norm not in CUES["no_feast"] and not CUES["no_feast"].intersection(token.lemmas))
    )


def _numbers(passage: Passage) -> Iterator[Part]:
    for number in numbers(passage):
        year = _year_word(passage, number)
        if number.big and number.value not in YEARS:
            continue
        if not year and number.value not in YEARS and _counts(passage, number):
            continue
        sort = "year" if year or _is_year(number) else _sort(number)
        yield number.first, number.last + year, sort, number.value


def _counts(passage: Passage, number: Number) -> bool:
    """Whether what follows a number is counted by it, and no month; a day after its month counts nothing."""
    following = passage.tokens[number.last : number.last + 1]
    before = [token.norm for token in passage.tokens[max(0, number.first - 2) : number.first]]
    if not following or following[0].norm in months() or following[0].norm in DAY_WORDS:
        return False
    genitive = passage.tokens[number.last - 1].norm.endswith(("ого", "его"))
    if number.ordinal and genitive and any(word in months() for word in before):
        return False
    if number.ordinal and not _agree(passage.tokens[number.last - 1], following[0]):
        return False
    return bool(UNITS.intersection(following[0].lemmas)) or counted(following[0], number)


CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")


def _agree(one: Token, two: Token) -> bool:
    """Whether an ordinal and a word after it can stand in one case."""
    return any(case in tag and case in other for case in CASES for tag in one.tags for other in two.tags)


DAY_WORDS = frozenset("число числа числе".split())


def _year_word(passage: Passage, number: Number) -> int:
    """1 where the word «год» follows, which makes a year of an ordinal."""
    following = passage.tokens[number.last : number.last + 1]
    return int(bool(following) and "год" in following[0].lemmas and (number.ordinal or number.value in YEARS))


def _sort(number: Number) -> str:
    if 1 <= number.value <= 31 and (number.ordinal or not number.spoken):
        return "day"
    return "bare" if 1 <= number.value <= 99 else "other"


def _is_year(number: Number) -> bool:
    return number.value in YEARS or (number.ordinal and 31 < number.value < 100)


def _linked(between: tuple[Token, ...]) -> bool:
    return len(between) <= LOOSE and all(token.norm in GLUE for token in between)


def _day(passage: Passage, group: list[Part]) -> Iterator[Phrase]:
    """The day that parts make, where they make one that is not everybody's."""
    while group and group[-1][2] == "other":
        group = group[:-1]
    while group and group[0][2] == "other":
        group = group[1:]
    if not group:
        return
    sorts = {sort for _, _, sort, _ in group}
    first, last = group[0][0], group[-1][1]
    born = _born(passage, first, last)
    if _tells(sorts, born, _born(passage, first, last, SURE)) or _answers(passage, group, born):
        if sorts == {"day", "month"} and _public(group) and not born and not _event(passage, first, last):
            return
        yield first, last, {"bias": 1.0, "day": 1.0} | ({"of birth": 1.0} if born else {})


def _tells(sorts: set[str], born: bool, sure: bool) -> bool:
    """Whether the parts of a day say which one it is."""
    if "animal" in sorts:
        return True
    if "month" in sorts:
        return "day" in sorts or (born and bool(sorts & {"year", "bare"}))
    if "feast" in sorts:
        return born or bool(sorts & {"day", "year"})
    return (born and {"day", "year"} <= sorts) or (sure and "year" in sorts)


def _answers(passage: Passage, group: list[Part], born: bool) -> bool:
    """Whether a number without anything else answers when somebody was born: «Восемьдесят семь — это год рождения?»"""
    if not born or len(group) > 2 or {sort for _, _, sort, _ in group} - {"bare", "day"}:
        return False
    said = [token for token in passage.tokens if token.text[0].isalnum()]
    alone = len(said) <= SHORT_TURN and group[0][0] < LOOSE
    around = passage.tokens[max(0, group[0][0] - LOOSE) : group[-1][1] + LOOSE + 1]
    return alone or (group[-1][2] == "day" and any("число" in token.lemmas for token in around))


def _public(group: list[Part]) -> bool:
    days_of = [value for _, _, sort, value in group if sort == "day"]
    months_of = [value for _, _, sort, value in group if sort == "month"]
    return len(days_of) == 1 and f"{days_of[0]}.{months_of[0]}" in HOLIDAYS


def _born(passage: Passage, first: int, last: int, near: int = NEAR) -> bool:
    """Whether somebody's birth is spoken of near a day, or asked about before it."""
    said = passage.tokens
    if any(_birth(token) for token in (*said[max(0, first - near) : first], *said[last : last + near])):
        return True
    return first < (SHORT_TURN if near > SURE else SURE) and any(
        _birth(token) for token in tokens(passage.before)[-SHORT_TURN * 2 :]
    )


def _birth(token: Token) -> bool:
    folded = fold(token.norm)
    return folded.startswith(BORN) and not folded.startswith(WORDS["not_born"])


def _event(passage: Passage, first: int, last: int) -> bool:
    """Whether what happened to somebody is told beside a day."""
    near = [*passage.tokens[max(0, first - NEAR) : first], *passage.tokens[last : last + NEAR]]
    return any(token.norm.startswith(tuple(CUES["event"])) for token in near)
