"""Homes told by what stands beside them: «дом напротив ТЮЗа», «жили за Сайраном, рядом с мечетью»."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.words import phrases
from pipeline.deidentify.words.inflect import known, ordinary

HOMES = frozenset(
    "дом домик квартира жить проживать снимать окно балкон двор подъезд общага общежитие комната хата ларек "
    "магазин кафе офис мастерская стоять находиться располагаться".split()
)
"""what somebody lives or works in, and verbs for it"""
BESIDE = frozenset("напротив возле около позади рядом вблизи".split())
UNIQUE = frozenset("тюз цум гум кбо двк дк ато тыс автовокзал ипподром телецентр телебашня крематорий".split())
"""of which a town has one"""
KINDS = frozenset(
    "театр кинотеатр парк рынок базар мечеть церковь собор вокзал стадион памятник торговый центр трц гостиница "
    "отель школа больница роддом завод фабрика музей цирк мост фонтан ресторан посольство акимат".split()
)
"""what needs a name of its own to be one place"""
REACH = 7
"""words between a home and its neighbour"""


def beside_home(passage: Passage) -> Iterator[Finding]:
    """From the preposition to the end of the landmark's name."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        if token.norm not in BESIDE or not _home(passage, at):
            continue
        first = at + 1 + (tokens[at + 1].norm in ("с", "со", "от"))
        last = _landmark(passage, first)
        if last > first:
            yield Finding(token.start, tokens[last - 1].end, "ADDRESS", 0.96, "address-landmark")


def _home(passage: Passage, at: int) -> bool:
    """Whether a home is spoken of in the words before a preposition, in its sentence or in one short before it."""
    words = {word for token in passage.tokens[max(0, at - REACH) : at] for word in (token.norm, *token.lemmas)}
    return not words.isdisjoint(HOMES)


def _landmark(passage: Passage, first: int) -> int:
    """One past a landmark that begins at a token; `first` where none does."""
    tokens = passage.tokens
    if first >= len(tokens):
        return first
    if UNIQUE.intersection((tokens[first].norm, *tokens[first].lemmas)):
        return first + 1
    last = first
    kind = bool(KINDS.intersection(tokens[first].lemmas))
    last += kind
    if last < len(tokens) and tokens[last].text in phrases.QUOTES:
        closing = phrases.closing_mark(passage, last + 1, 6)
        return closing + 1 if closing else first
    named = last
    while named < len(tokens) and named - last < 3 and _proper(passage, tokens[named]):
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
