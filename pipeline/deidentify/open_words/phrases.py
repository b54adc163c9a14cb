"""Phrases that single somebody out without a name: titles, the only one of a kind, institutions."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.open_words.clues import CUES, Clues
from pipeline.deidentify.open_words.surroundings import Cover
from pipeline.deidentify.passage import Passage, Token
from pipeline.deidentify.people.context import END
from pipeline.deidentify.people.cues import CUES as PEOPLE
from pipeline.deidentify.words.organisation_words import GENERIC, HEADS
from pipeline.deidentify.words.organisation_words import LISTS as WORDS
from pipeline.deidentify.words.phrases import closing_mark

LONGEST = 20
"""tokens of a title"""
CLAUSE = 12
"""tokens from «единственный» on that say what of"""
Phrase = tuple[int, int, Clues]
"""first token, one past the last, clues"""


def phrases(passage: Passage, cover: Cover) -> Iterator[Phrase]:
    """All such phrases of a turn, by kind."""
    yield from _titles(passage, cover)
    yield from _singled_out(passage, cover)
    yield from _institutions(passage, cover)


def _titles(passage: Passage, cover: Cover) -> Iterator[Phrase]:
    """«называлась „…“», «тема: „…“»: several words in quotation marks that are nobody's direct speech."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if token.text not in '«„“"':
            continue
        closing = closing_mark(passage, at + 1, LONGEST)
        if not closing or closing - at < 3 or cover.over(tokens[at + 1].start, tokens[closing].end) == "kept":
            continue
        if passage.cased and tokens[at + 1].capital and not _speech(tokens, at):
            yield at, closing + 1, {"bias": 1.0, "title": 1.0}


def _speech(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether words in quotation marks are what somebody said."""
    before = [t for t in tokens[max(0, at - 5) : at] if t.text[0].isalpha()]
    return bool(before) and tokens[at - 1].text in ":,—" and any(not TELLING.isdisjoint(t.lemmas) for t in before)


TELLING = PEOPLE["telling"] | PEOPLE["speaking"]


def _singled_out(passage: Passage, cover: Cover) -> Iterator[Phrase]:
    """«единственный в мире, кто …», «первая казашка за всю историю»."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        only = not CUES["only"].isdisjoint((token.norm, *token.lemmas))
        if not only and CUES["first"].isdisjoint(token.lemmas):
            continue
        last = at + 1
        while last < len(tokens) and last - at < CLAUSE and tokens[last].text not in END:
            last += 1
        among = any(lemma.startswith(tuple(CUES["among"])) for t in tokens[at + 1 : last] for lemma in t.lemmas)
        person = any("anim" in tag for t in tokens[at + 1 : at + 3] for tag in t.tags[:1])
        if among and person and not cover.over(token.start, tokens[last - 1].end):
            yield at, last, {"bias": 1.0, "singled out": 1.0}


def _institutions(passage: Passage, cover: Cover) -> Iterator[Phrase]:
    """«ветеринарный университет», «сельская школа имени …»: an institution by what it is of."""
    tokens = passage.tokens
    for at in range(1, len(tokens)):
        kind = next((HEADS[lemma] for lemma in tokens[at].lemmas if lemma in HEADS), "")
        if not kind or cover.over(tokens[at].start, tokens[at].end):
            continue
        before = tokens[at - 1]
        if kind != "ORG_UNIVERSITY" or not _telling(before) or cover.over(before.start, before.end):
            continue
        yield at - 1, at + 1, {"bias": 1.0, "institution by kind": 1.0}


def _telling(token: Token) -> bool:
    """Whether an adjective tells one institution from others of its sort."""
    adjective = any(tag.startswith("ADJF") and "Apro" not in tag and "Anum" not in tag for tag in token.tags[:1])
    return (adjective and GENERIC.isdisjoint(token.lemmas)) or not SUBJECTS.isdisjoint(token.lemmas)


SUBJECTS = frozenset(WORDS["subject"]) - frozenset("государственный национальный международный открытый высший".split())
