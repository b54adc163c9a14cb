"""Parts of one name that were found one by one, put together: «Динара» and «Сейткали» as one person."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace as changed

from pipeline.deidentify.passage import Finding, Passage
from pipeline.deidentify.people.lexicon import Reading, lists, readings
from pipeline.deidentify.people.persons import person
from pipeline.deidentify.people.whole_names import spoken_name


def joined(found: Sequence[Finding], passage: Passage) -> tuple[Finding, ...]:
    """The findings of a turn, in order, with a given name and the surname or patronymic beside it as one."""
    made: list[Finding] = []
    for one in whole_words(found, passage):
        last = made[-1] if made else None
        if last is not None and _one_name(last, one, passage):
            best = max(last, one, key=lambda part: part.score)
            made[-1] = Finding(last.start, one.end, "PERSON", best.score, best.rule)
        else:
            made.append(one)
    return tuple(made)


SPOKEN_TAILS = frozenset("то ка де таки го й я е х м ти".split())
"""what a hyphen joins to any word"""


def whole_words(found: Sequence[Finding], passage: Passage) -> tuple[Finding, ...]:
    """The findings stretched over the capitals that hyphens join to them: never «Ю-[…]» of «Ю-Пенне»."""
    if not passage.cased:
        return tuple(found)
    starts = {token.start: at for at, token in enumerate(passage.tokens)}
    ends = {token.end: at for at, token in enumerate(passage.tokens)}
    made: list[Finding] = []
    for at, one in enumerate(found):
        start, end = one.start, one.end
        if one.kind.startswith(STRETCHED):
            start = _leftwards(passage, starts.get(start, -1))
            end = _rightwards(passage, ends.get(end, -1), end)
            start = max(start if start >= 0 else one.start, made[-1].end if made else 0)
            end = min(end, found[at + 1].start if at + 1 < len(found) else end)
        made.append(one if (start, end) == (one.start, one.end) else changed(one, start=start, end=end))
    return tuple(made)


STRETCHED = ("PERSON", "CITY", "ORG", "REGION")


def _leftwards(passage: Passage, at: int) -> int:
    """Offset at which the hyphened word that ends in token `at` begins; -1 where `at` is none."""
    tokens = passage.tokens
    while at > 1 and tokens[at - 1].text == "-" and tokens[at - 1].end == tokens[at].start:
        if tokens[at - 2].end != tokens[at - 1].start or not tokens[at - 2].capital:
            break
        at -= 2
    return tokens[at].start if at >= 0 else -1


def _rightwards(passage: Passage, at: int, end: int) -> int:
    """Offset at which the hyphened word that begins in token `at` ends; `end` where nothing is joined to it."""
    tokens = passage.tokens
    while 0 <= at < len(tokens) - 2 and tokens[at + 1].text == "-" and tokens[at + 1].start == tokens[at].end:
        following = tokens[at + 2]
        if following.start != tokens[at + 1].end or not following.capital or following.norm in SPOKEN_TAILS:
            break
        at += 2
        end = following.end
    return end


def _one_name(one: Finding, two: Finding, passage: Passage) -> bool:
    if one.kind != "PERSON" or two.kind != "PERSON" or passage.text[one.end : two.start] != " ":
        return False
    words = (person(passage.text[one.start : one.end]).words, person(passage.text[two.start : two.end]).words)
    if not all(words):
        return False
    if len(words[0]) + len(words[1]) > 3 or (passage.cased and words[0][-1][:1].islower() != words[1][0][:1].islower()):
        return False
    if len(words[0]) + len(words[1]) == 2 and spoken_name(words[0][0] + words[1][0]):
        return True
    if len(words[0]) + len(words[1]) == 2:
        return _complete(readings(words[0][0]), readings(words[1][0]))
    return _adds(words[0], words[1]) or _adds(words[1], words[0])


def _adds(many: Sequence[str], few: Sequence[str]) -> bool:
    """Whether a word is the part that a name of two words lacks."""
    if len(many) != 2:
        return False
    have = {_role(readings(word)) for word in many}
    return _role(readings(few[0])) in {"given", "surname", "patronymic"} - have and "" not in have


def _complete(one: Sequence[Reading], two: Sequence[Reading]) -> bool:
    """Whether exactly one of two words is surely a given name, and their genders do not part them."""
    roles = (_role(one), _role(two))
    if roles == ("given", "given") and two[0].base not in lists().given:
        return one[0].sure > 0.8 and one[0].base in lists().given
    if any(reading.role == "surname" and reading.sure >= 0.8 for reading in one) and roles[1] == "given":
        return True
    if roles.count("given") != 1 or (roles == ("patronymic", "given")):
        return False
    genders = {reading.gender for reading in one if reading.sure >= 0.8 and reading.gender}
    others = {reading.gender for reading in two if reading.sure >= 0.8 and reading.gender}
    return not genders or not others or bool(genders & others)


def _role(found: Sequence[Reading]) -> str:
    """What a word most likely is as a part of a name; "" for a stranger."""
    best = found[0] if found else None
    if best is None or best.sure < 0.6:
        return ""
    return "given" if best.role == "short" else best.role
