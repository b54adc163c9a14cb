"""Addresses abroad: «14 Abbey View, flat 3», «Via Roma 12», «Грин-стрит, 808», and postal codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.deidentify.contacts.address_parts import PARTS, is_part, name_like, parts_from
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.inflect import fold, known, ordinary
from pipeline.deidentify.words.lists import lists, sets

WORDS = sets("contacts/addresses.txt")
LISTS = lists("contacts/addresses.txt")
FOREIGN_AFTER = WORDS["foreign_after"]
FOREIGN_BEFORE = WORDS["foreign_before"]
PARTICLES = WORDS["particle"]
POSTCODES = (
    re.compile(r"(?<!\w)[a-z]{1,2}\d[a-z\d]?\s\d[a-z]{2}(?!\w)", re.IGNORECASE),
    re.compile(r"(?<!\w)[a-z]\d[a-z]\s?\d[a-z]\d(?!\w)", re.IGNORECASE),
    re.compile(r"(?<!\w)\d{4}\s?[a-z]{2}(?!\w)", re.IGNORECASE),
)


def foreign_address(passage: Passage) -> Iterator[Finding]:
    """«14 Abbey View, flat 3», «Ланге Рёттерштрассе 27», «Via Roma 12», «Грин-стрит, 808»."""
    tokens = passage.tokens
    numbers = {number.first: number for number in spoken_numbers.numbers(passage)}
    ends = {number.last: number for number in numbers.values()}
    for at, token in enumerate(tokens):
        before = token.norm in FOREIGN_BEFORE and at + 1 < len(tokens) and tokens[at + 1].text[0].isalpha()
        if not before and not _foreign_tail(token):
            continue
        first, last = (at, at + 1) if before else (_foreign_first(passage, at), at + 1)
        while (
            before
            and last < len(tokens)
            and last - at < 5
            and tokens[last].text[0].isalpha()
            and (tokens[last].capital or not passage.cased or tokens[last].norm in PARTICLES)
            and tokens[last].norm not in PARTS
            and last not in numbers
        ):
            last += 1
        end, count = parts_from(passage, last, numbers)
        number = ends.get(first)
        if (
            number is not None
            and number.value < 20_000
            and not number.ordinal
            and tokens[first].start - tokens[first - 1].end <= 2
            and (token.text.isascii() or count or (number.digits.isdecimal() and not number.spoken))
        ):
            first, count = number.first, count + 1
        if count > 1 and not passage.cased and first == at and at and tokens[at - 1].text.isalpha():
            first -= not before
        if count and (first < at or before or fold(token.norm) not in FOREIGN_AFTER):
            end = _town_after(passage, max(end, last))
            yield Finding(tokens[first].start, tokens[end - 1].end, "ADDRESS", 0.96, "address-foreign")


AMERICAN = re.compile(r",?\s[A-Z][A-Za-z. ]{2,25},?\s[A-Z]{2},?\s\d{5}(?:-\d{4})?(?!\d)")
AMERICAN_BARE = re.compile(r"\s[a-z]{3,15}(?:\s[a-z]{3,15})?\s[a-z]{2}\s\d{5}(?!\d)")
"""town, state and ZIP code after a street, with capitals and without"""


def _town_after(passage: Passage, end: int) -> int:
    """One past the town beside a postcode: «12 rue Monge, 75005 Paris», «3120 Main Street, Boston, MA 02115»."""
    tokens = passage.tokens
    american = (AMERICAN if passage.cased else AMERICAN_BARE).match(passage.text, tokens[end - 1].end)
    if american:
        return next(at for at in range(len(tokens), 0, -1) if tokens[at - 1].end <= american.end())
    code = tokens[end - 1]
    if not (code.text.isdecimal() and 4 <= len(code.text) <= 6) or end >= len(tokens):
        return end
    town = tokens[end]
    named = town.text.isalpha() and (town.capital if passage.cased else town.text.isascii() or not known(town.norm))
    return end + 1 if named and town.start - code.end == 1 else end


def number_first(passage: Passage) -> Iterator[Finding]:
    """«3120 Грэнвилл, апартмент 604»: the number before the name, a word for a flat and its number after."""
    tokens = passage.tokens
    numbers = {number.first: number for number in spoken_numbers.numbers(passage)}
    for number in numbers.values():
        last = number.last
        while last < len(tokens) and last - number.last < 3 and _named(passage, last):
            last += 1
        if last == number.last or number.ordinal or number.value > 20_000:
            continue
        part = last + (last < len(tokens) and tokens[last].text == ",")
        if part >= len(tokens) or not is_part(tokens[part]):
            continue
        end, count = parts_from(passage, last, numbers)
        if count:
            yield Finding(tokens[number.first].start, tokens[end - 1].end, "ADDRESS", 0.96, "address-number-first")


def _named(passage: Passage, at: int) -> bool:
    return name_like(passage, at) and not is_part(passage.tokens[at])


def _foreign_tail(token: Token) -> bool:
    norm = fold(token.norm)
    if norm in FOREIGN_AFTER:
        return True
    return len(norm) > 6 and norm.endswith(LISTS["grown"])


def _foreign_first(passage: Passage, at: int) -> int:
    """First token of a foreign street's name that ends at `at`."""
    tokens = passage.tokens
    first = at
    while first > 0 and at - first < 4:
        token = tokens[first - 1]
        if token.text == "-" and first > 1 and token.start == tokens[first - 2].end:
            first -= 2
            continue
        if token.norm in ("th", "st", "nd", "rd") and first > 1 and tokens[first - 2].text.isdecimal():
            return first - 2
        latin = token.text.isascii() and token.text.isalpha() and tokens[at].text.isascii()
        strange = (
            not passage.cased and token.text.isalpha() and (not known(token.norm) or name_like(passage, first - 1))
        )
        if not (
            token.text[0].isalpha() and ((token.capital and passage.cased) or strange or (latin and not passage.cased))
        ):
            break
        if token.tags and token.tags[0].startswith("VERB") and ordinary(token.norm):
            break
        if token.norm in ("at", "in", "on", "is", "address", "i", "адрес"):
            break
        first -= 1
    return first


def postcode(passage: Passage) -> Iterator[Finding]:
    """British, Canadian and Dutch codes by their shape, others after «индекс»."""
    for pattern in POSTCODES:
        for match in pattern.finditer(passage.text):
            shown = (passage.cased and match.group().isupper()) or _announced(passage, match.start())
            if shown and any(c.isdigit() for c in match.group()):
                yield Finding(match.start(), match.end(), "ADDRESS", 0.8, "postcode")
    for run in spoken_numbers.runs(passage):
        if 4 <= len(run.digits) <= 7 and _announced(passage, run.start, 20):
            yield Finding(run.start, run.end, "ADDRESS", 0.85, "postcode")


def _announced(passage: Passage, start: int, reach: int = 30) -> bool:
    """Whether «индекс» stands a little before, with no other number between."""
    words = fold(passage.text[max(0, start - reach) : start]).split()
    if any(word[0].isdigit() for word in words):
        return False
    return any(word.startswith(LISTS["postcode"]) for word in words)


RULES: tuple[Rule, ...] = (
    Rule("address-foreign", foreign_address),
    Rule("address-number-first", number_first),
    Rule("postcode", postcode),
)
