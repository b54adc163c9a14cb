"""Businesses told by what they are called: «шашлычная, называлась „У моста“», «фирма наша называется Степь Транс»."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.contacts.channels import CALLED, NAMING, title_end
from pipeline.deidentify.kept import fame
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.words import organisation_words
from pipeline.deidentify.words.lists import sets
from pipeline.deidentify.words.phrases import QUOTES, adjacent, closing_mark

WORDS = sets("organisations/words.txt")
HEADS = WORDS["business"] | {word for word, kind in organisation_words.HEADS.items() if kind == "ORG_EMPLOYER"}
NO_BUSINESS = fame.FAMOUS - {"закон"}
"""words of books and films, which are called something too"""
REACH = 9
"""words between a business and its name"""


def called_business(passage: Passage) -> Iterator[Finding]:
    """What a business «называется», quoted or not; of a business that is merely talked of only what is quoted."""
    tokens = passage.tokens
    if not NAMING.search(passage.text):
        return
    for at, token in enumerate(tokens):
        if not CALLED.intersection(token.lemmas):
            continue
        first = at + 1 + (at + 1 < len(tokens) and tokens[at + 1].text in ",:—–-")
        if _business(passage, at):
            last = title_end(passage, first)
            if last > first:
                yield Finding(tokens[first].start, tokens[last - 1].end, "ORG_EMPLOYER", 0.96, "business-called")
            yield from _quoted_before(passage, at)


def _quoted_before(passage: Passage, at: int) -> Iterator[Finding]:
    """«она „У моста“ называлась»."""
    tokens = passage.tokens
    if at and tokens[at - 1].text in '»”"':
        opening = next((i for i in range(at - 2, max(-1, at - 9), -1) if tokens[i].text in QUOTES), -1)
        if opening >= 0:
            yield Finding(tokens[opening].start, tokens[at - 1].end, "ORG_EMPLOYER", 0.96, "business-called")


def _business(passage: Passage, at: int) -> bool:
    """Whether a business is spoken of before a verb in its sentence, and no book or film."""
    words: set[str] = set()
    for index in range(at - 1, max(-1, at - 1 - REACH), -1):
        token = passage.tokens[index]
        if token.text in ".!?…":
            break
        words.update((token.norm, *token.lemmas))
    return bool(words & HEADS) and words.isdisjoint(NO_BUSINESS)


def farm(passage: Passage) -> Iterator[Finding]:
    """«крестьянское хозяйство „Нива“», «ТОО „Степь“»: with the adjective before."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        if tokens[at + 1].text not in QUOTES or WORDS["farm"].isdisjoint((token.norm, *token.lemmas)):
            continue
        closing = closing_mark(passage, at + 2, 7)
        first = at - (at > 0 and _kind(tokens[at - 1]) and adjacent(tokens[at - 1], token))
        if closing:
            yield Finding(tokens[first].start, tokens[closing].end, "ORG_EMPLOYER", 0.96, "business-farm")


def _kind(token: Token) -> bool:
    return bool({"крестьянский", "фермерский", "лесной", "охотничий", "частный"}.intersection(token.lemmas))


RULES: tuple[Rule, ...] = (Rule("business-called", called_business), Rule("business-farm", farm))
