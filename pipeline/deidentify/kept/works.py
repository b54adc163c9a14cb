"""Titles of books, songs, films and programmes: what follows their noun names nobody, whatever names are in it."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.kept.fame import ENJOYED
from pipeline.deidentify.passage import Finding, Passage, Rule
from pipeline.deidentify.people.lexicon import readings
from pipeline.deidentify.words import phrases
from pipeline.deidentify.words.lists import sets

WORDS = sets("kept/cues.txt")
WORKS = WORDS["titled_work"]
PROGRAMMES = WORDS["programme"]
STAGED = ENJOYED | WORDS["staged"]
"""what is done with works, said after their titles too"""
REACH = 3
"""words and marks between a noun and its title"""


def titled(passage: Passage) -> Iterator[Finding]:
    """«сказка „Ер Төстік“», «по программе „Нұрлы жер“»: a title in quotation marks right after its noun."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if token.text not in phrases.QUOTES:
            continue
        closing = phrases.closing_mark(passage, at + 1, 8)
        before = tokens[max(0, at - REACH) : at]
        if not closing or any(other.text in ".!?…;" for other in before):
            continue
        lemmas = {lemma for other in before for lemma in other.lemmas}
        ahead = {lemma for other in tokens[closing + 1 : closing + 1 + REACH] for lemma in other.lemmas}
        placed = bool(before) and before[-1].norm in WORDS["preposition"]
        enjoyed = bool((lemmas | (ahead & STAGED)) & (ENJOYED | STAGED)) and not placed
        if enjoyed or lemmas & (WORKS | PROGRAMMES):
            kind = "TRAP" if enjoyed or lemmas & WORKS else "ALLOWED_TERM"
            yield Finding(token.start, tokens[closing].end, kind, 0.9, "title")


def scholarship(passage: Passage) -> Iterator[Finding]:
    """«стипендия Банаха», «стипендия Эйфеля»: the great man after whom one is named, not somebody's own."""
    tokens = passage.tokens
    if not passage.cased:
        return
    for at, token in enumerate(tokens[:-1]):
        following = tokens[at + 1]
        if not WORDS["scholarship"].intersection(token.lemmas) or not phrases.adjacent(token, following):
            continue
        given = any(r.role in ("given", "short", "patronymic") and r.sure >= 0.8 for r in readings(following.text))
        if following.capital and following.text.isalpha() and not given:
            yield Finding(following.start, following.end, "ALLOWED_TERM", 0.9, "scholarship")


def team(passage: Passage) -> Iterator[Finding]:
    """«болею за „Ордабасы“», «за „Локомотив“, футбол смотрим»: the club that somebody follows."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        quoted = tokens[at + 1].text in phrases.QUOTES and at + 2 < len(tokens)
        name = at + 1 + quoted
        if token.norm != "за" or not tokens[name].capital or not phrases.near(passage, at, WORDS["sport"], 12, 6):
            continue
        if quoted or "болеть" in {lemma for t in tokens[max(0, at - 3) : at] for lemma in t.lemmas}:
            start, end = phrases.quoted(passage, name, name + 1)
            yield Finding(start, end, "TRAP", 0.9, "team")


RULES: tuple[Rule, ...] = (Rule("title", titled), Rule("scholarship", scholarship), Rule("team", team))
