"""Addresses in the net that are read aloud: from the first of their words to the last, marks and all."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.contacts import emails_and_usernames as spelt
from pipeline.deidentify.open_words.clues import CUES, Clues
from pipeline.deidentify.open_words.ordinary import EVERYDAY, SMALL, facts
from pipeline.deidentify.open_words.surroundings import Cover
from pipeline.deidentify.passage import Passage, Token
from pipeline.deidentify.words.lists import lists
from pipeline.deidentify.words.spoken_numbers import vocabulary

Phrase = tuple[int, int, Clues]
"""first token, one past the last, clues"""
DOT, AT, JOINT = (lists("open_words/cues.txt")[kind] for kind in ("mark_dot", "mark_at", "mark_joint"))
LEFT = 6
"""words before the first mark"""
RIGHT = 4
"""words after the last one"""
ACROSS = 9
"""tokens between two marks of one address"""


def addresses(passage: Passage, cover: Cover) -> Iterator[Phrase]:
    """All such addresses of a turn."""
    marks = [at for at in range(len(passage.tokens)) if _mark(passage, at)]
    group: list[int] = []
    for at in marks:
        if group and (at - group[-1] > ACROSS or _broken(passage, group[-1], at)):
            yield from _address(passage, group, cover)
            group = []
        group.append(at)
    if group:
        yield from _address(passage, group, cover)


def _mark(passage: Passage, at: int) -> bool:
    token = passage.tokens[at]
    return token.norm.startswith((*DOT, *AT, *JOINT)) or (token.norm in spelt.SLASHES and token.norm.isalpha())


def _broken(passage: Passage, one: int, two: int) -> bool:
    """Whether something between two marks is no part of an address."""
    return not all(_within(passage, at) or passage.tokens[at].text == "," for at in range(one + 1, two))


def _address(passage: Passage, marks: list[int], cover: Cover) -> Iterator[Phrase]:
    """The address around marks that stand near each other, where they are marks of one."""
    said = passage.tokens
    sure = [at for at in marks if said[at].norm.startswith(JOINT) or _ends(passage, at) or _hosts(passage, at)]
    if not sure:
        return
    known = all(cover.hides(said[at]) for at in marks)
    first, last = marks[0], marks[-1]
    while (
        first > 0 and marks[0] - first < LEFT and _within(passage, first - 1) and _adds(said[first - 1], cover, known)
    ):
        first -= 1
    joint = said[marks[-1]].norm.startswith(JOINT)
    while last + 1 < len(said) and last - marks[-1] < RIGHT and _within(passage, last + 1):
        if not _adds(said[last + 1], cover, known):
            break
        last += 1
        if not joint and _ending(said[last]) and not (last + 1 < len(said) and _mark(passage, last + 1)):
            last += int(said[last].norm in spelt.LETTERS and last + 1 < len(said) and _ending(said[last + 1]))
            break
    if last > first:
        yield first, last + 1, {"bias": 1.0, "net address": 1.0}


def _adds(token: Token, cover: Cover, known: bool) -> bool:
    """Whether a word may belong to an address of which the search found the marks: only one that is no word does."""
    if not known or cover.hides(token) or not token.text.isalpha() or not facts(token.norm).frequency:
        return True
    return token.norm in CUES["spelt"] | {"же"}


def _ends(passage: Passage, at: int) -> bool:
    """Whether a point stands before the end of an address: «точка кей зет»."""
    following = passage.tokens[at + 1 : at + 2]
    return passage.tokens[at].norm.startswith(DOT) and bool(following) and _ending(following[0])


def _hosts(passage: Passage, at: int) -> bool:
    """Whether a sign stands before the house of an address: «собака мэйл», «собака gmail»."""
    following = passage.tokens[at + 1 : at + 2]
    if not passage.tokens[at].norm.startswith(AT) or not following:
        return False
    return following[0].norm in spelt.PROVIDERS | CUES["house"] or (
        following[0].text.isascii() and following[0].text.isalpha()
    )


def _ending(token: Token) -> bool:
    """Whether a word may be the end of an address, or the first letter of one."""
    return token.norm in spelt.ENDINGS | spelt.PROVIDERS | spelt.LETTERS | CUES["domain"] or (
        token.text.isalpha() and len(token.norm) <= RIGHT and not facts(token.norm).known
    )


def _within(passage: Passage, at: int) -> bool:
    """Whether a token may belong to an address beside it."""
    token = passage.tokens[at]
    if token.text in "-–_@/." and token.text != "—":
        return token.text != "." or passage.text[token.end : token.end + 1] not in ("", " ")
    if not token.text[0].isalnum() or (token.norm in spelt.STOPS and len(token.norm) > 1) or token.norm in BARRED:
        return False
    small = any(tag.startswith(SMALL) for tag in token.tags[:1])
    return not (small and len(token.norm) > 1 and facts(token.norm).frequency >= EVERYDAY and not _number(token))


def _number(token: Token) -> bool:
    return token.norm in vocabulary() or token.norm in spelt.LETTERS | CUES["spelt"] | {"же"}


BARRED = frozenset("и а в с у я по на или".split())
