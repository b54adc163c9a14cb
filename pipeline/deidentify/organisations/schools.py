"""Schools whose number stands a clause away: «это была гимназия, номер сейчас вспомню… сорок восьмая»."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.passage import tokens as split
from pipeline.deidentify.people.lexicon import readings
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.lists import sets
from pipeline.deidentify.words.organisation_words import HEADS

WORDS = sets("organisations/words.txt")
REACH = 14
"""words between a school and its number"""
FEMININE, MASCULINE = ("ая", "ья", "яя"), ("ый", "ий", "ой")
"""ends of ordinals in the nominative, as a number that is remembered is said"""


def remembered(passage: Passage) -> Iterator[Finding]:
    """A number with «номер», or a lone ordinal that agrees, after a word for a school said a little before."""
    tokens = passage.tokens
    for number in spoken_numbers.numbers(passage):
        if not 0 < number.value < 400 or number.first == 0:
            continue
        word = tokens[number.first - 1]
        numbered = word.norm in ("номер", "№")
        if not numbered and not (number.ordinal and number.value > 3 and _ends(passage, number.last)):
            continue
        genders = _schools(passage, number.first - 1 - numbered)
        if not genders:
            continue
        last = tokens[number.last - 1]
        if numbered and not number.ordinal and not _head_before(passage, number.first - 1):
            yield Finding(word.start, last.end, "ORG_SCHOOL", 0.8, "school-number-apart")
        elif number.ordinal and last.norm.endswith(tuple(genders)):
            yield Finding(tokens[number.first].start, last.end, "ORG_SCHOOL", 0.8, "school-number-apart")


def _head_before(passage: Passage, at: int) -> bool:
    """Whether the school stands right before «номер»: other rules take the whole of it."""
    return at > 0 and _school(passage.tokens[at - 1])


def _school(token: Token) -> bool:
    return any(HEADS.get(word) == "ORG_SCHOOL" for word in (token.norm, *token.lemmas[:1]))


def _schools(passage: Passage, at: int) -> set[str]:
    """Endings of ordinals that go with the schools named a little before, here or in a short question."""
    near = list(passage.tokens[max(0, at - REACH) : at + 1])
    if at < 4:
        near += split(passage.before[-60:])
    endings: set[str] = set()
    for token in near:
        if _school(token):
            endings.update(FEMININE if any("femn" in tag for tag in token.tags) else MASCULINE)
    return endings


def _ends(passage: Passage, at: int) -> bool:
    """Whether a number stands alone: a mark, a pronoun or a verb follows, and no noun that it counts."""
    if at >= len(passage.tokens):
        return True
    following = passage.tokens[at]
    if following.text[0] in ".,!?…;)":
        return True
    if WORDS["counted"].intersection(following.lemmas):
        return False
    return bool(following.tags) and following.tags[0].startswith(("NPRO", "VERB", "CONJ", "PREP", "PRCL"))


def named_after(passage: Passage) -> Iterator[Finding]:
    """«Школа там одна, имени Сарсена Аманжолова»: whose name a school bears, said a clause later."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        if token.norm != "имени" or not _schools(passage, at - 1):
            continue
        last = at + 1
        while last < len(tokens) and last - at < 4 and tokens[last].text.isalpha():
            if not (tokens[last].capital if passage.cased else readings(tokens[last].text)):
                break
            last += 1
        if last > at + 1:
            yield Finding(token.start, tokens[last - 1].end, "ORG_SCHOOL", 0.93, "school-named-after")


RULES: tuple[Rule, ...] = (Rule("school-number-apart", remembered), Rule("school-named-after", named_after))
