"""The word lists beside the rules, read once: `kind: word word` or `kind: a phrase|another`, # before a remark."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

DEIDENTIFY = Path(__file__).parents[1]


def rows(name: str) -> Iterator[tuple[str, str]]:
    """Kind and what it lists, line by line, of the file `name`, a path below deidentify/; "" where there is no kind."""
    for line in (DEIDENTIFY / name).read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            kind, colon, listed = line.partition(":")
            yield (kind if colon else ""), (listed if colon else line)


@cache
def lists(name: str) -> dict[str, tuple[str, ...]]:
    """Kind -> its words or phrases, in order, of the file `name`, a path below deidentify/; lines of a kind add up."""
    found: dict[str, tuple[str, ...]] = {}
    for kind, listed in rows(name):
        each = listed.split("|") if "|" in listed else listed.split()
        found[kind] = (*found.get(kind, ()), *(word.strip() for word in each if word.strip()))
    return found


def alternatives(name: str, kind: str) -> str:
    """The phrases of a kind as alternatives of a regular expression; they may be expressions themselves."""
    return "|".join(lists(name)[kind])


@cache
def sets(name: str) -> dict[str, frozenset[str]]:
    """The same without order, for looking words up."""
    return {kind: frozenset(words) for kind, words in lists(name).items()}


def endings(name: str) -> dict[str, tuple[str, ...]]:
    """Ending or spelling -> what may stand in its place, in order, of lines `ending: one another`; "-" is nothing."""
    return {_spelt(ending): tuple(map(_spelt, others)) for ending, others in lists(name).items()}


def _spelt(ending: str) -> str:
    return "" if ending == "-" else ending
