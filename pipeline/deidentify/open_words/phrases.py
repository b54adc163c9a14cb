"""Phrases that single somebody out without a name: titles, the only one of a kind, institutions."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.open_words.clues import CUES, Clues
from pipeline.deidentify.open_words.ordinary import SPOKEN, facts
from pipeline.deidentify.open_words.surroundings import Cover
from pipeline.deidentify.passage import Passage, Token
from pipeline.deidentify.people.context import END, opens
from pipeline.deidentify.people.cues import CUES as PEOPLE
from pipeline.deidentify.words.organisation_words import GENERIC, HEADS
from pipeline.deidentify.words.organisation_words import LISTS as WORDS
from pipeline.deidentify.words.phrases import closing_mark

LONGEST = 20
"""tokens of a title"""
SHORT_TITLE = 7
"""tokens of a title of which one word is hidden"""
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
        if (
            not closing
            or closing - at < 3
            or cover.over(tokens[at + 1].start, tokens[closing].end) in ("kept", "harmless")
        ):
            continue
        if passage.cased and tokens[at + 1].capital and not _speech(tokens, at):
            yield at, closing + 1, {"bias": 1.0, "title": 1.0}
        elif closing - at < SHORT_TITLE and any(
            cover.hides(t) or (passage.cased and t.capital) for t in tokens[at + 1 : closing]
        ):
            yield at + 1, closing, {"bias": 1.0, "title": 1.0}


def _speech(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether words in quotation marks are what somebody said."""
    before = [t for t in tokens[max(0, at - 5) : at] if t.text[0].isalpha()]
    return bool(before) and tokens[at - 1].text in ":,—" and any(not TELLING.isdisjoint(t.lemmas) for t in before)


TELLING = PEOPLE["telling"] | PEOPLE["speaking"]


def _singled_out(passage: Passage, cover: Cover) -> Iterator[Phrase]:
    """«единственный психолог на весь район», «первая, кто защитился», «первая казашка за всю историю»."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        only = not CUES["only"].isdisjoint((token.norm, *token.lemmas))
        if not only and CUES["first"].isdisjoint(token.lemmas):
            continue
        last, whole = _clause(passage, at + 1)
        among = _among(tokens[at + 1 : last])
        person = any("anim" in tag for t in tokens[at + 1 : at + 3] for tag in t.tags[:1])
        who = _who(passage, at + 1)
        if who if not among else person or who or (only and not _thing(tokens[at + 1 : at + 4])):
            end = whole if not among else at + 1 + among
            if who or _who(passage, end):
                end = whole
            if not all(cover.found(t) for t in tokens[at:end] if t.text[0].isalpha()):
                yield at, end, {"bias": 1.0, "singled out": 1.0}


def _clause(passage: Passage, first: int) -> tuple[int, int]:
    """One past the words that may say among whom, and one past the sentence or the longest phrase."""
    tokens = passage.tokens
    last = first
    while last < len(tokens) and last - first < CLAUSE and tokens[last].text not in END:
        last += 1
    return last, last


def _among(said: tuple[Token, ...]) -> int:
    """How many words it takes until it is said among whom, what belongs to that included; 0 where it isn't."""
    for at, token in enumerate(said):
        if not any(lemma.startswith(tuple(CUES["among"])) for lemma in token.lemmas):
            continue
        if not any(t.norm in AMONG for t in said[:at]):
            continue
        last = at + 1
        while last < len(said) and said[last].text.isalpha() and _belongs(said[last]):
            last += 1
        return last
    return 0


def _belongs(token: Token) -> bool:
    """Whether a word after what somebody is the only one of says more of it or of him: «в порту с одной рукой»."""
    return token.norm in ("с", "со", "без", "из") or any("gent" in tag or "ablt" in tag for tag in token.tags[:1])


AMONG = frozenset("в во на из за по среди от с".split())


def _who(passage: Passage, first: int) -> bool:
    """Whether «кто …», «который …» follows soon and says of whom this is true."""
    for token in passage.tokens[first : first + WHO]:
        if token.norm == "кто" or "который" in token.lemmas:
            return True
        if token.text in END:
            return False
    return False


WHO = 3
"""tokens from «первая» on in which «кто» is said"""


def _thing(said: tuple[Token, ...]) -> bool:
    """Whether the first noun of some words is no person."""
    last = next((at for at, token in enumerate(said) if token.norm in AMONG), len(said))
    nouns = [t.tags[0] for t in said[:last] if t.tags[:1] and t.tags[0].startswith("NOUN") and facts(t.norm).known]
    return bool(nouns) and "inan" in nouns[0]


def _institutions(passage: Passage, cover: Cover) -> Iterator[Phrase]:
    """«ветеринарный университет», «в Таласскую областную»: an institution by what it is of."""
    tokens = passage.tokens
    for at in range(1, len(tokens)):
        before = tokens[at - 1]
        kind = next((HEADS[lemma] for lemma in tokens[at].lemmas if lemma in HEADS), "")
        if cover.found(tokens[at]) and cover.found(before):
            continue
        if kind == "ORG_UNIVERSITY" and _telling(before) and not cover.over(tokens[at].start, tokens[at].end):
            if not cover.over(before.start, before.end):
                yield at - 1, at + 1, {"bias": 1.0, "institution by kind": 1.0}
        elif _headless(passage, at, kind) and (
            _of_a_place(passage, at - 1, cover) or (not kind and cover.hides(before) and before.norm[-1] in "уюйме")
        ):
            yield at - 1, at + 1, {"bias": 1.0, "institution of a place": 1.0}


def _headless(passage: Passage, at: int, kind: str) -> bool:
    """Whether a word is an institution, or an adjective that stands for one because no noun follows it."""
    token = passage.tokens[at]
    if kind or not CUES["institution"].isdisjoint((token.norm, *token.lemmas)):
        return True
    if CUES["sort"].isdisjoint(token.lemmas):
        return False
    following = passage.tokens[at + 1 : at + 2]
    return not following or not any(tag.startswith(("NOUN", "ADJF")) for tag in following[0].tags[:1])


def _of_a_place(passage: Passage, at: int, cover: Cover) -> bool:
    """Whether an adjective is made of a place's name: «таласский», also where it was misheard beside what is open."""
    token = passage.tokens[at]
    if not token.text.isalpha() or not GENERIC.isdisjoint(token.lemmas):
        return False
    if cover.hides(token) or not facts(token.norm).known:
        return token.norm.endswith(ADJECTIVE)
    tags = token.tags[:1]
    adjective = any((tag.startswith("ADJF") and "Apro" not in tag) or "Surn" in tag or "Geox" in tag for tag in tags)
    made = any(mark in token.norm for mark in ("ск", "цк")) and token.norm.endswith(ADJECTIVE)
    capital = passage.cased and token.capital and not opens(passage, at)
    return adjective and made and (capital or facts(token.norm).frequency < SPOKEN) and not cover.found(token)


ADJECTIVE = tuple("ую ой ом ая ий ый ого ому ские ских".split())
"""endings of adjectives"""


def _telling(token: Token) -> bool:
    """Whether an adjective tells one institution from others of its sort."""
    adjective = any(tag.startswith("ADJF") and "Apro" not in tag and "Anum" not in tag for tag in token.tags[:1])
    return (adjective and GENERIC.isdisjoint(token.lemmas)) or not SUBJECTS.isdisjoint(token.lemmas)


SUBJECTS = frozenset(WORDS["subject"]) - frozenset("государственный национальный международный открытый высший".split())
