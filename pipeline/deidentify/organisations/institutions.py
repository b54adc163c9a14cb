"""Universities, schools and employers that no list has, by their head noun: «университет имени …», «лицей номер 9»."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.deidentify.kept import fame
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.places import hints
from pipeline.deidentify.words import phrases, spoken_numbers
from pipeline.deidentify.words.inflect import fold, known, named, ordinary, sound
from pipeline.deidentify.words.lists import lists, sets
from pipeline.deidentify.words.organisation_words import GENERIC, HEADS, INDUSTRY, LATIN_STOP, PLANTS, SUBJECTS
from pipeline.deidentify.words.organisation_words import WORDS as ORGANISATION_WORDS

WORDS = sets("organisations/words.txt")
RELATIONAL = tuple(f"{stem}к{ending}" for stem in "сц" for ending in lists("organisations/words.txt")["adjective"])
"""ends of adjectives that place something"""


def preposition(passage: Passage, at: int) -> bool:
    """Whether a preposition stands before a token, a quotation mark left aside."""
    index = at - 1
    while index >= 0 and at - index <= hints.MARKS and passage.tokens[index].text in '«"„“':
        index -= 1
    return index >= 0 and passage.tokens[index].norm in WORDS["before"]


def relational(token: Token) -> bool:
    """An adjective that places something: «кызылординский», «алматинской»."""
    stem = fold(token.norm)
    if "ск" not in stem or len(stem) < 6 or not stem.endswith(RELATIONAL):
        return False
    return not (GENERIC | SUBJECTS).intersection(token.lemmas)


def proper(passage: Passage, at: int) -> bool:
    """Whether a token may be part of a proper name."""
    if at >= len(passage.tokens) or at < 0:
        return False
    token = passage.tokens[at]
    if not token.text[0].isalpha() or len(token.norm) < 2:
        return False
    if passage.cased:
        return token.capital
    if token.norm in LATIN_STOP or token.norm in hints.SHORT:
        return False
    geographic = any("Geox" in tag or "Surn" in tag for tag in token.tags)
    return not known(token.norm) or (geographic and not ordinary(token.norm))


def head(token: Token) -> str:
    """Kind of organisation that a noun heads by its likeliest lemma; "" for other words."""
    return HEADS.get(token.lemmas[0], "")


def named_institution(passage: Passage) -> Iterator[Finding]:
    """«университет имени …», «Токийский университет», «школа-лицей номер 165», «телеканал „…“»."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        kind = _head_kind(token)
        if not kind:
            continue
        first, telling = _before(passage, at, kind)
        last, named_it = _after(passage, at, kind)
        if not (telling or named_it):
            continue
        if named_it and not telling and kind != "ORG_EMPLOYER":
            first = _described(passage, at)
        start = tokens[first].start
        if named_it and not telling and kind != "ORG_UNIVERSITY" and tokens[at + 1].text in '«"„“':
            start = token.start
        score = 0.85 if telling or named_it == "sure" else 0.6
        yield Finding(start, tokens[last - 1].end, kind, score, f"named-{kind[4:].lower()}")


def _head_kind(token: Token) -> str:
    """Kind of organisation that a noun heads, misheard or not; "" for other words."""
    for lemma in (token.norm, *token.lemmas):
        if lemma in HEADS:
            return HEADS[lemma]
    if COMPOUND.search(token.lemmas[0]) and len(token.norm) > 8:
        return "ORG_UNIVERSITY" if token.lemmas[0].endswith(("институт", "университет", "академия")) else "ORG_SCHOOL"
    if known(token.norm) or len(token.norm) < 5:
        return ""
    return next((heard_heads()[key] for key in sorted(phrases.sounds(token.norm)) if key in heard_heads()), "")


COMPOUND = re.compile(r"(?:училище|колледж|техникум|гимназия|интернат|институт|университет|академия)$")
"""ends of made-up words for schools: «медучилище», «педколледж»"""


@lru_cache(maxsize=1)
def heard_heads() -> dict[str, str]:
    """Sound of a longer head noun -> kind."""
    return {sound(word): kind for word, kind in HEADS.items() if len(word) >= 5}


def _before(passage: Passage, at: int, kind: str) -> tuple[int, bool]:
    """First token of the adjectives before a head, and whether one of them tells which it is."""
    tokens = passage.tokens
    plant = bool(PLANTS.intersection(tokens[at].lemmas))
    first, telling = at, False
    while first > 0 and tokens[first - 1].text[0].isalpha() and tokens[first].start - tokens[first - 1].end <= 1:
        token = tokens[first - 1]
        placed = relational(token) and (plant or kind != "ORG_EMPLOYER")
        if placed or (plant and fold(token.norm).startswith(INDUSTRY)):
            telling = True
        elif not SUBJECTS.intersection(token.lemmas) or kind == "ORG_EMPLOYER":
            break
        first -= 1
        if first > 1 and tokens[first - 1].text in "-–" and tokens[first - 2].end == tokens[first - 1].start:
            first -= 2
    return (first, True) if telling else (at, False)


def _described(passage: Passage, at: int) -> int:
    """First token of the adjectives that belong to a school's or university's full name: «средней школе номер 27»."""
    tokens = passage.tokens
    first = at
    while first > 0 and phrases.adjacent(tokens[first - 1], tokens[first]):
        if not (SUBJECTS | ORGANISATION_WORDS["school_kind"]).intersection(tokens[first - 1].lemmas):
            break
        first -= 1
    return first


def _after(passage: Passage, at: int, kind: str) -> tuple[int, str]:
    """One past the name after a head, and "sure", "likely" or "" for how it is told."""
    tokens = passage.tokens
    last = at + 1
    while (
        kind == "ORG_SCHOOL"
        and last + 1 < len(tokens)
        and tokens[last].text in "-–"
        and tokens[last + 1].text[0].isalpha()
    ):
        last += 2
    if kind == "ORG_SCHOOL" and last < len(tokens) and head(tokens[last]) == "ORG_SCHOOL":
        last += 1
    if last >= len(tokens):
        return last, ""
    following = tokens[last]
    if following.text in phrases.QUOTES:
        closing = phrases.closing_mark(passage, last + 1, 8)
        staged = tokens[closing + 1].lemmas if closing and closing + 1 < len(tokens) else ()
        if (fame.ENJOYED | fame.WORDS["staged"]).intersection(staged):
            return at + 1, ""
        return (closing + 1, "sure") if closing else (at + 1, "")
    numbered = _numbered(passage, last)
    if numbered and kind in ("ORG_SCHOOL", "ORG_EMPLOYER"):
        return numbered, "sure"
    honoured = honoured_to(passage, last)
    return (honoured, "sure") if honoured > last else _proper_after(passage, at, last, kind)


def honoured_to(passage: Passage, last: int) -> int:
    """One past «имени …» and the name after it, where they follow the words before `last`; else `last`."""
    tokens = passage.tokens
    if last + 1 >= len(tokens) or tokens[last].norm not in ("имени", "им"):
        return last
    last += 2 if tokens[last + 1].text != "." else 3
    while last < len(tokens) and proper(passage, last):
        last += 1
    return min(last, len(tokens))


def _proper_after(passage: Passage, at: int, last: int, kind: str) -> tuple[int, str]:
    """The same where a proper name follows with nothing between."""
    tokens = passage.tokens
    start = last
    while (
        last < len(tokens)
        and last - start < 4
        and proper(passage, last)
        and tokens[last].start - tokens[last - 1].end <= 1
    ):
        if not passage.cased and last > start and not tokens[last].text.isascii():
            break
        last += 1
        while last + 1 < len(tokens) and tokens[last].text == "-" and tokens[last].start == tokens[last - 1].end:
            last += 2
    if last == start:
        return at + 1, ""
    if kind == "ORG_EMPLOYER" and ORGANISATION_WORDS["mission"].intersection(tokens[at].lemmas):
        return at + 1, ""
    person = named(tokens[start].norm) and kind != "ORG_UNIVERSITY" and not tokens[start].text.isascii()
    if person and kind == "ORG_EMPLOYER":
        return at + 1, ""
    return last, "sure" if passage.cased and kind != "ORG_EMPLOYER" else "likely"


def _numbered(passage: Passage, at: int) -> int:
    """One past «номер 165», «№ 9», or 0."""
    tokens = passage.tokens
    word = at < len(tokens) and tokens[at].norm in ("номер", "№", "n")
    begin = at + 1 if word else at
    for number in spoken_numbers.numbers(passage):
        if number.first == begin and word and number.value < 1000:
            return number.last
    return 0


def latin_institution(passage: Passage) -> Iterator[Finding]:
    """«Purdue University», «University of …», «Prairie Elementary», «… GmbH»."""
    tokens = passage.tokens
    kinds = (
        (ORGANISATION_WORDS["latin_university"], "ORG_UNIVERSITY"),
        (ORGANISATION_WORDS["latin_school"], "ORG_SCHOOL"),
        (ORGANISATION_WORDS["latin_company"], "ORG_EMPLOYER"),
    )
    for at, token in enumerate(tokens):
        kind = next((kind for words, kind in kinds if token.norm in words), "")
        if not kind or (passage.cased and not token.capital):
            continue
        first, last = at, at + 1
        while first > 0 and _latin(passage, first - 1) and tokens[first].start - tokens[first - 1].end == 1:
            first -= 1
        while (
            last < len(tokens) and _latin(passage, last, inside=True) and tokens[last].start - tokens[last - 1].end == 1
        ):
            last += 1
        while last > at + 1 and tokens[last - 1].norm in WORDS["latin_between"]:
            last -= 1
        if last - first > 1:
            yield Finding(tokens[first].start, tokens[last - 1].end, kind, 0.85, "latin-institution")


def _latin(passage: Passage, at: int, inside: bool = False) -> bool:
    token = passage.tokens[at]
    if not token.text[0].isalpha() or (
        not token.text.replace("'", "").isascii() and token.norm not in ("für", "münchen", "universität")
    ):
        return False
    if inside and token.norm in WORDS["latin_between"] | WORDS["latin_subject"]:
        return True
    if token.norm in LATIN_STOP:
        return False
    return token.capital or not passage.cased


RULES: tuple[Rule, ...] = (
    Rule("named-institution", named_institution),
    Rule("latin-institution", latin_institution),
)
