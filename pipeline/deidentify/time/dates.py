"""Exact days and days of birth: written, spoken, by a feast. Bare years, months, durations stay: they name nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.deidentify.passage import Finding, Passage, Rule, morph, normal, readings
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.inflect import fold
from pipeline.deidentify.words.lists import alternatives, lists
from pipeline.deidentify.words.spoken_numbers import Number

TABLE = "time/words.txt"
WORDS = lists(TABLE)
BORN = WORDS["born"]
"""beginnings of folded words that make a date one of birth"""
HOLIDAYS = frozenset(WORDS["holiday"])
"""day.month of public days: named without a year they point to nobody"""
NUMERIC = re.compile(
    r"(?<![\d.+/-])(?:(?P<d>0?[1-9]|[12]\d|3[01])(?P<s>[./-])(?P<m>0?[1-9]|1[0-2])(?P=s)(?P<y>(?:19|20)\d\d|\d\d)"
    r"|(?:19|20)\d\d-(?:0\d|1[0-2])-(?:[0-2]\d|3[01]))(?:\s?(?:г\.|года?\b))?(?![\d-])"
)
SPACED = re.compile(
    r"(?<![\d+])(?<!\d )(?:0?[1-9]|[12]\d|3[01]) (?:0[1-9]|1[0-2]) (?:19[3-9]\d|20[0-3]\d)(?: года?\b)?(?! ?\d)"
)
"""the same where the recogniser of speech wrote the points as spaces"""
YEAR_WORDS = frozenset(("год", "г"))


@lru_cache(maxsize=1)
def months() -> dict[str, int]:
    """Every form of a month's name -> 1–12."""
    made: dict[str, int] = {}
    for number, month in enumerate(WORDS["month"], start=1):
        parse = next(p for p in morph().parse(month) if "NOUN" in p.tag)
        for form in parse.lexeme:
            made[normal(form.word)] = number
    made |= dict.fromkeys(WORDS["other_month"], 0)
    return made


def written(passage: Passage) -> Iterator[Finding]:
    """«21.09.1992», «2021-05-02», and with spaces for the points."""
    for pattern in (NUMERIC, SPACED):
        if pattern is SPACED and passage.cased:
            continue
        for match in pattern.finditer(passage.text):
            yield _finding(passage, match.start(), match.end(), 0.95, "date-numeric")


def worded(passage: Passage) -> Iterator[Finding]:
    """«12 апреля 1993 года», «двенадцатого апреля девяносто третьего», «с 5 по 12 мая», «april 12, 1993»."""
    numbers = spoken_numbers.numbers(passage)
    by_end = {number.last: number for number in numbers}
    by_start = {number.first: number for number in numbers}
    for at, token in enumerate(passage.tokens):
        if token.norm not in months():
            continue
        day = by_end.get(at)
        if day is None or not 1 <= day.value <= 31 or not (day.ordinal or not day.spoken):
            day = _day_after(passage, at, by_start)
            if day is None:
                continue
        last = max(at + 1, day.last)
        year = by_start.get(last + (1 if last < len(passage.tokens) and passage.tokens[last].text == "," else 0))
        if year is not None and _is_year(passage, year):
            last = year.last
            last += _year_word(passage, last)
        elif f"{day.value}.{months()[token.norm]}" in HOLIDAYS and not _born(passage, token.start):
            yield Finding(passage.tokens[min(day.first, at)].start, token.end, "TRAP", 0.9, "date-holiday")
            continue
        first = min(_range_start(passage, day, by_end), at)
        yield _finding(passage, passage.tokens[first].start, passage.tokens[last - 1].end, 0.93, "date-worded")


def told_by_numbers(passage: Passage) -> Iterator[Finding]:
    """«седьмого пятого девяносто первого», «в ночь с третьего на четвёртое»: a date without the name of its month."""
    tokens = passage.tokens
    said = [number for number in spoken_numbers.numbers(passage) if number.ordinal and number.value > 0]
    done = -1
    for one, two, three in zip(said, said[1:], [*said[2:], None], strict=False):
        if one.first <= done or one.value > 31:
            continue
        gap = passage.text[tokens[one.last - 1].end : tokens[two.first].start]
        further = three is not None and passage.text[tokens[two.last - 1].end : tokens[three.first].start].strip() == ""
        if gap.strip() == "" and three is not None and further and two.value <= 12 and _genitive(passage, one):
            last = three.last + _year_word(passage, three.last)
            yield _finding(passage, tokens[one.first].start, tokens[last - 1].end, 0.93, "date-numbers")
            done = three.last
        elif _night(passage, one, two, gap):
            yield _finding(passage, tokens[one.first].start, tokens[two.last - 1].end, 0.9, "date-night")
            done = two.last


def _night(passage: Passage, one: Number, two: Number, gap: str) -> bool:
    """Whether two days are those of one night: «с третьего на четвёртое»."""
    since = one.first > 0 and passage.tokens[one.first - 1].norm in ("с", "со")
    return since and gap.strip() == "на" and two.value in (one.value + 1, 1) and _genitive(passage, one)


def _genitive(passage: Passage, number: Number) -> bool:
    """Whether an ordinal stands as a day does: «третьего»."""
    return passage.tokens[number.last - 1].norm.endswith(("ого", "его"))


def _day_after(passage: Passage, at: int, by_start: dict[int, Number]) -> Number | None:
    """The day of an English date, «April 12»."""
    number = by_start.get(at + 1)
    english = passage.tokens[at].text.isascii()
    return number if english and number is not None and 1 <= number.value <= 31 else None


def _is_year(passage: Passage, number: Number) -> bool:
    """Whether the number after a month is a year: four digits, an ordinal, or two digits with «года»."""
    if 1900 <= number.value <= 2099:
        return True
    return 0 <= number.value <= 99 and (number.ordinal or bool(_year_word(passage, number.last)))


def _year_word(passage: Passage, at: int) -> int:
    """Tokens of «года», «г.» from `at` on."""
    if at < len(passage.tokens) and YEAR_WORDS.intersection(passage.tokens[at].lemmas):
        token = passage.tokens[at]
        dot = at + 1 < len(passage.tokens) and passage.tokens[at + 1].text == "." and token.norm == "г"
        return 2 if dot else 1
    return 0


def _range_start(passage: Passage, day: Number, by_end: dict[int, Number]) -> int:
    """First token of «5 по 12 мая» or «5-12 мая»."""
    first = day.first
    if first >= 2 and passage.tokens[first - 1].norm in ("по", "-", "–", "до", "и", "на"):
        earlier = by_end.get(first - 1)
        if earlier is not None and 1 <= earlier.value <= 31 and passage.tokens[first - 1].norm != "и":
            return earlier.first
    return first


def _finding(passage: Passage, start: int, end: int, score: float, rule: str) -> Finding:
    return Finding(start, end, "DATE_BIRTH" if _born(passage, start) else "DATE", score, rule)


def _born(passage: Passage, start: int) -> bool:
    """Whether the words before a date, or the question before, speak of somebody's birth."""
    here = re.split(r"[.!?…]", passage.text[:start])
    near = here[-1][-60:] if here else ""
    if not near.strip() or len(near.split()) < 3:
        near = passage.text[max(0, start - 60) : start]
    if start < 25:
        near = passage.before[-50:] + " " + near
    words = fold(near).replace(",", " ").split()
    return any(word.startswith(BORN) and not word.startswith(WORDS["not_born"]) for word in words)


def birth_year(passage: Passage) -> Iterator[Finding]:
    """«93 года рождения», «родился в девяносто третьем году», «1993 г.р.»; a bare «я 95-го года» stays."""
    tokens = passage.tokens
    for number in spoken_numbers.numbers(passage):
        if not (1920 <= number.value <= 2030 or (20 <= number.value <= 99 and (number.ordinal or not number.spoken))):
            continue
        last = number.last
        word = _year_word(passage, last)
        after = tokens[last + word : last + word + 2]
        if word and after and (after[0].norm.startswith("рожд") or after[0].norm == "р"):
            end = after[0].end if after[0].norm.startswith("рожд") else after[-1].end
            yield Finding(tokens[number.first].start, end, "DATE_BIRTH", 0.85, "birth-year")
        elif _said_born(passage, number.first) and (number.value > 1900 or number.ordinal):
            yield Finding(tokens[number.first].start, tokens[last - 1 + word].end, "DATE_BIRTH", 0.95, "birth-year")


def _said_born(passage: Passage, at: int) -> bool:
    """Whether «родился», «родилась» stands in the few words before."""
    window = passage.tokens[max(0, at - 4) : at]
    if at and passage.tokens[at - 1].norm in ("в", "во") and _born_next(passage, at):
        return True
    return any({"родиться", "туған", "туылған"}.intersection((t.norm, *t.lemmas)) for t in window) and not any(
        t.text in ".!?" for t in window
    )


def _born_next(passage: Passage, at: int) -> bool:
    """Whether «родился» follows a year: «в восемьдесят пятом году родилась»."""
    number = next(number for number in spoken_numbers.numbers(passage) if number.first == at)
    last = number.last + _year_word(passage, number.last)
    last += last < len(passage.tokens) and passage.tokens[last].norm in ("я", "он", "она", "ты", "вы")
    return any("родиться" in token.lemmas for token in passage.tokens[last : last + 1])


REPAIRS = frozenset(WORDS["repair"])
"""words with which a speaker takes a number back"""


def corrected_year(passage: Passage) -> Iterator[Finding]:
    """«родился пятого мая девяностого, нет, девяносто первого»: the year that takes back the one just said."""
    tokens = passage.tokens
    if len(spoken_numbers.numbers(passage)) < 2 or REPAIRS.isdisjoint([token.norm for token in tokens]):
        return
    dated = [found.end for rule in (written, worded, birth_year) for found in rule(passage)]
    for number in spoken_numbers.numbers(passage):
        index = number.first - 1
        while index >= 0 and (tokens[index].text in ",.…—–-" or tokens[index].norm in REPAIRS):
            index -= 1
        repaired = any(token.norm in REPAIRS for token in tokens[index + 1 : number.first])
        if repaired and index >= 0 and tokens[index].end in dated and number.ordinal:
            yield Finding(tokens[number.first].start, tokens[number.last - 1].end, "DATE_BIRTH", 0.8, "birth-corrected")


def asked_year(passage: Passage) -> Iterator[Finding]:
    """«Какого она года?» — «Тридцать четвёртого.»: the year with which such a question is answered."""
    if "од" not in passage.before[-50:]:
        return
    asked = fold(passage.before[-50:]).replace(",", " ").rstrip("?! .").split()
    if "год" in asked and any(word.startswith("рожд") for word in asked):
        yield from _answered_year(passage, alone=True)
        return
    if any(word.startswith("родил") for word in asked):
        yield from _answered_year(passage)
        return
    if not {"какого", "каком"} & set(asked) or not any(word in ("года", "году", "рождения") for word in asked[-4:]):
        return
    if "каком" in asked and not any(word.startswith(BORN) for word in asked):
        return
    if any(_thing(word) for word in asked):
        return
    yield from _answered_year(passage, alone=True)


def _thing(word: str) -> bool:
    """Whether a word of a question for a year means what was made or done then: «какого года машина?»."""
    lemmas, tags = readings(word)
    return bool(tags) and "NOUN" in tags[0] and "inan" in tags[0] and lemmas[0] not in ("год", "рождение")


def _answered_year(passage: Passage, alone: bool = False) -> Iterator[Finding]:
    """The year near the start of an answer; unless it may stand `alone`, after «в»: «В девяностом, в Актау»."""
    for number in spoken_numbers.numbers(passage)[:1]:
        if not alone and not (number.first and passage.tokens[number.first - 1].norm in ("в", "во")):
            continue
        year = 1920 <= number.value <= 2015 or (20 <= number.value <= 99 and number.ordinal)
        if year and number.first < 5:
            last = number.last + _year_word(passage, number.last)
            start, end = passage.tokens[number.first].start, passage.tokens[last - 1].end
            yield Finding(start, end, "DATE_BIRTH", 0.96 if alone else 0.8, "birth-asked")


FEAST = f"(?:{alternatives(TABLE, 'feast')})"
AWAY = re.compile(
    rf"(?:(?:прямо|ровно|как раз|аккурат) (?:в|на|под)|(?:на )?(?:следующий|второй|другой|третий) день после|"
    rf"накануне|(?:через|за|спустя) (?:\w+ )?(?:\w+ )?(?:день|дня|дней|сутки|неделю|недели)(?: до| после| перед)?|"
    rf"сразу после|перед) {FEAST}(?!\w)"
)
BIRTH = re.compile(r"(?<!\w)(?:род(?:ил|ит)\w*|(?:день|дня|дню|днем) рождени\w*|днюх\w*|др|туган\w*|именинн\w*)(?!\w)")
NEAR = 60
"""characters around in which somebody's birth is spoken of"""


def by_feast(passage: Passage) -> Iterator[Finding]:
    """A day counted from a feast where somebody's birth is spoken of here or in the turn before."""
    text = fold(passage.text)
    if len(text) != len(passage.text):
        return
    for match in AWAY.finditer(text):
        around = text[max(0, match.start() - NEAR) : match.end() + NEAR // 2]
        if BIRTH.search(around) or (match.start() < NEAR // 2 and BIRTH.search(fold(passage.before[-NEAR:]))):
            yield Finding(match.start(), match.end(), "DATE_BIRTH", 0.85, "birth-feast")


RULES: tuple[Rule, ...] = (
    Rule("date-numeric", written),
    Rule("date-worded", worded),
    Rule("date-numbers", told_by_numbers),
    Rule("birth-year", birth_year),
    Rule("birth-corrected", corrected_year),
    Rule("birth-asked", asked_year),
    Rule("birth-feast", by_feast),
)
