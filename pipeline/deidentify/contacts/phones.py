"""Telephone numbers, written or spoken, whole or begun in one turn and ended in the next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.deidentify.contacts.number_patterns import LISTS, cued, nearest
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.passage import passage as from_text
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.inflect import fold
from pipeline.deidentify.words.spoken_numbers import Run

LONGEST_PHONE = 15
"""digits, by ITU-T E.164"""


def phone(passage: Passage) -> Iterator[Finding]:
    """Telephone numbers in any grouping; the longest plausible stretch of a run."""
    for run in spoken_numbers.runs(passage):
        if len(run.digits) < 5:
            continue
        for part in spoken_numbers.parts(passage, run, LONGEST_PHONE):
            score = _phone_score(passage, part, run)
            if score:
                end = part.end
                yield Finding(part.start, end, "PHONE", score, "phone")
                break


def _phone_score(passage: Passage, run: Run, whole: Run) -> float:
    """How surely a run of numbers is a telephone number; 0 for not at all."""
    digits, groups = run.digits, len(run.numbers)
    if not 6 <= len(digits) <= LONGEST_PHONE or (groups == 1 and not run.plus and len(digits) < 7):
        return 0.0
    if run.plus:
        return _international(digits)
    entire = groups == len(whole.numbers)
    if not entire and len(digits) not in (9, 10, 11, 12):
        return 0.0
    cue = nearest(passage, run.start)
    if cue == "document":
        return 0.0
    told = cue == "phone" or cued(passage, run.start, LISTS["phone"])
    shapes = (
        (len(digits) == 11 and digits[0] in "78" and digits[1] in "34679", 0.96 if told or groups > 2 else 0.88),
        (len(digits) == 10 and digits[:2] in ("70", "77") and groups > 1, 0.9),
        (9 <= len(digits) <= 12 and digits[0] == "0" and groups > 1, 0.9 if told else 0.8),
        (9 <= len(digits) <= 13 and groups >= 3 and entire, 0.9 if told else 0.78),
        (told and 7 <= len(digits) <= 15 and entire, 0.88),
        (told and len(digits) == 6 and 3 <= groups <= 6 and entire, 0.8),
    )
    return next((score for fits, score in shapes if fits), 0.0)


def _international(digits: str) -> float:
    import phonenumbers

    if len(digits) < 7:
        return 0.0
    try:
        number = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return 0.85 if len(digits) >= 9 else 0.0
    if phonenumbers.is_valid_number(number):
        return 0.98
    if phonenumbers.is_possible_number(number):
        return 0.9
    return 0.8 if 9 <= len(digits) <= 13 else 0.65


def begun(passage: Passage) -> Iterator[Finding]:
    """The first groups of a mobile number with which a turn breaks off: «плюс семь семьсот семь, эмм…»."""
    for run in spoken_numbers.runs(passage)[-1:]:
        said = run.digits.removeprefix("7" if run.plus else "8")
        after = [t for t in passage.tokens if t.start >= run.end and t.text[0].isalnum()]
        mobile = len(said) < len(run.digits) and said[:2] in ("70", "74", "77")
        if mobile and 3 <= len(said) <= 9 and len(run.numbers) > 1 and _hesitates(after):
            yield Finding(run.start, run.end, "PHONE", 0.8, "phone-begun")


ENDING = re.compile(r"последн\w+|(?:за|о|)канчива\w+|кончает\w+|на конце|в конце|цифр\w+")
"""words for the end of a number, folded"""
COUNTED = {2: "дв", 3: "тр", 4: "четыр"}
"""digits -> how «последние две» begins"""


def ending(passage: Passage) -> Iterator[Finding]:
    """«последние — девяносто два», «заканчивается на двадцать сорок», «двенадцать сорок на конце»."""
    text = fold(passage.text)
    if len(text) != len(passage.text):
        return
    cues = list(ENDING.finditer(text))
    for whole in spoken_numbers.runs(passage) if cues else ():
        run = _without_count(passage, whole)
        before = next((cue for cue in cues if 0 <= run.start - cue.end() < 25), None)
        after = next((cue for cue in cues if 0 <= cue.start() - run.end < 3), None)
        if not 2 <= len(run.digits) <= 7 or not (before or after) or (after and after.group() == "в конце"):
            continue
        last = before is not None and text[max(0, before.start() - 12) : before.end() + 12]
        told = last and "последн" in last and COUNTED.get(len(run.digits), "-") in last
        if told or (cued(passage, run.start, OF_PHONES, 90) and not _other(text, passage.before)):
            yield Finding(run.start, run.end, "PHONE", 0.9, "phone-ending")


def _without_count(passage: Passage, run: Run) -> Run:
    """A run without the number that says how many digits follow: «последние четыре шестьдесят шесть десять»."""
    first = run.numbers[0]
    before = passage.tokens[first.first - 1] if first.first else None
    if len(run.numbers) < 2 or before is None or "последний" not in before.lemmas or first.value not in COUNTED:
        return run
    rest = run.numbers[1:]
    return Run(rest, False, passage.tokens[rest[0].first].start, run.end)


OF_PHONES = ("телефон", "номер", "мобильн", "сотов", "ватсап", "вотсап", "вайбер", "трубк", "симк", "цифр")


def _other(text: str, before: str) -> bool:
    """Whether a number of something else is spoken of: a house, a school, a bus."""
    words = (*text.split(), *fold(before[-60:]).split())
    return any(word.startswith(LISTS["no_phone"]) for word in words)


def _hesitates(after: Sequence[Token]) -> bool:
    """Whether nothing but sounds of thinking follows."""
    return len(after) <= 3 and all(t.norm in spoken_numbers.FILLERS or len(set(t.norm)) <= 2 for t in after)


def continued(passage: Passage) -> Iterator[Finding]:
    """The rest of a number that was dictated over several turns: a turn of nothing but numbers."""
    found = spoken_numbers.runs(passage)
    if len(found) != 1 or not 4 <= len(found[0].digits) <= 12:
        return
    words = [t for t in passage.tokens if t.text[0].isalnum()]
    spent = sum(number.last - number.first for number in found[0].numbers)
    said = fold(passage.before).replace("-", " ").split()
    cue = any(word.startswith(LISTS["phone"]) for word in said)
    dictated = len(said) <= 6 and any(word.startswith(LISTS["dictation"]) for word in said)
    if len(words) - spent <= 3 and (cue or dictated or _broken_off(passage.before)) and len(found[0].numbers) >= 2:
        yield Finding(found[0].start, found[0].end, "PHONE", 0.75, "phone-continued")


def _broken_off(before: str) -> bool:
    """Whether the turn before ends within a number."""
    return bool(before) and any(True for _ in begun(from_text(before)))


RULES: tuple[Rule, ...] = (
    Rule("phone", phone),
    Rule("phone-begun", begun),
    Rule("phone-continued", continued),
    Rule("phone-ending", ending),
)
