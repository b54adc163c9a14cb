"""Homes told by what stands beside them: «дом напротив ТЮЗа», «жили за Сайраном, рядом с мечетью»."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.passage import Finding, Passage, Rule, Token, tokens
from pipeline.deidentify.words import phrases
from pipeline.deidentify.words.inflect import known, ordinary
from pipeline.deidentify.words.lists import sets

WORDS = sets("contacts/addresses.txt")
REACH = 7
"""words between a home and its neighbour"""
ASKED = 3
"""words of an answer up to which the question before says that a home is spoken of"""


def beside_home(passage: Passage) -> Iterator[Finding]:
    """From the preposition to the end of the landmark's name."""
    said = passage.tokens
    for at, token in enumerate(said[:-1]):
        if token.norm not in WORDS["beside"] or not _home(passage, at):
            continue
        first = at + 1 + (said[at + 1].norm in ("с", "со", "от"))
        last = _landmark(passage, first)
        if last > first:
            yield Finding(token.start, said[last - 1].end, "ADDRESS", 0.96, "address-landmark")


def _home(passage: Passage, at: int) -> bool:
    """Whether a home is spoken of in the words before a preposition, in its sentence or in one short before it."""
    near = passage.tokens[max(0, at - REACH) : at]
    if at < ASKED and passage.before:
        near = (*tokens(passage.before[-60:]), *near)
    words = {word for token in near for word in (token.norm, *token.lemmas)}
    return not words.isdisjoint(WORDS["home"])


def _landmark(passage: Passage, first: int) -> int:
    """One past a landmark that begins at a token; `first` where none does."""
    said = passage.tokens
    if first >= len(said):
        return first
    if WORDS["unique"].intersection((said[first].norm, *said[first].lemmas)):
        return first + 1
    last = first
    kind = bool(WORDS["landmark"].intersection(said[first].lemmas))
    last += kind
    if last < len(said) and said[last].text in phrases.QUOTES:
        closing = phrases.closing_mark(passage, last + 1, 6)
        return closing + 1 if closing else first
    named = last
    while named < len(said) and named - last < 3 and _proper(passage, said[named]):
        named += 1
    return named if named > last and kind else first


def _proper(passage: Passage, token: Token) -> bool:
    if not token.text[0].isalpha():
        return False
    if passage.cased:
        return token.capital
    surname = any(mark in tag for tag in token.tags for mark in ("Surn", "Geox", "Name"))
    return not known(token.norm) or (surname and not ordinary(token.norm))


RULES: tuple[Rule, ...] = (Rule("address-landmark", beside_home),)
