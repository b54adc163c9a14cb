"""What every recogniser of names, numbers and places reads and returns: a turn as tokens, and findings in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer

LAST_LETTER = "\u052f"
"""the last Cyrillic letter: the morphology breaks on some letters beyond"""
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[^\w\s]|_", re.UNICODE)


class Token(Struct, frozen=True):
    """A word, a run of digits or one punctuation mark; hyphenated words are several tokens."""

    start: int
    end: int
    text: str
    norm: str
    """lower case, ё as е"""
    lemmas: tuple[str, ...]
    """normal forms by pymorphy3, likeliest first, ё as е; the norm itself where it is no Russian word"""
    tags: tuple[str, ...]
    """grammemes of each reading, "NOUN,anim,masc,Name sing,datv", in the order of the lemmas' readings"""

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()


class Passage(Struct, frozen=True):
    """One turn as the recognisers see it."""

    text: str
    tokens: tuple[Token, ...]
    cased: bool
    """False where the recogniser of speech gave no capitals at all: then case says nothing"""
    before: str = ""
    """text of the previous turn: a question often says what the answer is"""
    tagged: tuple[tuple[int, int, str], ...] | None = None
    """(start, end, type) as the tagger sees them, where it has read the turn together with others"""


def said_before(passage: Passage, offset: int) -> tuple[Token, ...]:
    """The tokens that end before an offset, or at it."""
    return passage.tokens[: bisect_right(passage.tokens, offset, key=lambda token: token.end)]


class Finding(Struct, frozen=True):
    """A span that a rule believes to be of a kind; the resolver decides between overlapping ones."""

    start: int
    end: int
    kind: str
    """an entity kind of the gold data: PERSON, PHONE, … COUNTRY, ALLOWED_TERM, PUBLIC_FIGURE"""
    score: float
    """0–1"""
    rule: str


class Rule(Struct, frozen=True):
    """A named piece of knowledge: `find` yields what it sees in a passage."""

    name: str
    find: Callable[[Passage], Iterator[Finding]]
    context: tuple[str, ...] = ()
    """lemmas that raise a finding's score when one of them stands within five words before or three after it"""


def normal(text: str) -> str:
    """Lower case with ё as е: the form in which words are compared. Keeps the length of Cyrillic and Latin text."""
    return text.lower().replace("ё", "е")


@lru_cache(maxsize=1)
def morph() -> MorphAnalyzer:
    """The Russian morphology, loaded once (about 0.3 s)."""
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer(lang="ru")


@lru_cache(maxsize=100_000)
def parses(norm: str) -> tuple[tuple[str, str], ...]:
    """(normal form, grammemes) of each reading of a normalised word by pymorphy3, likeliest first."""
    return tuple((parse.normal_form, str(parse.tag)) for parse in morph().parse(norm))


@lru_cache(maxsize=100_000)
def readings(norm: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Lemmas and grammemes of a normalised word."""
    if not norm.isalpha() or max(norm) > LAST_LETTER:
        return (norm,), ()
    lemmas = tuple(dict.fromkeys(normal(form) for form, _ in parses(norm)))
    return lemmas or (norm,), tuple(tag for _, tag in parses(norm))


@lru_cache(maxsize=512)
def tokens(text: str) -> tuple[Token, ...]:
    """Words, numbers and marks of a text with their offsets."""
    found = []
    for match in WORD.finditer(text):
        norm = normal(match.group())
        lemmas, tags = readings(norm)
        found.append(Token(match.start(), match.end(), match.group(), norm, lemmas, tags))
    return tuple(found)


def passage(text: str, before: str = "", cased: bool = True) -> Passage:
    """A turn's text made ready for the recognisers."""
    return Passage(text, tokens(text), cased, before)
