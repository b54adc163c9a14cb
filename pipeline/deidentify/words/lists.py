"""The word lists beside the rules, read once: `kind: word word` or `kind: a phrase|another`, # before a remark."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def lists(name: str) -> dict[str, tuple[str, ...]]:
    """Kind -> its words or phrases, in order, of the file `name`, a path below deidentify/; lines of a kind add up."""
    found: dict[str, tuple[str, ...]] = {}
    for line in (files("pipeline.deidentify") / name).read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            kind, _, words = line.partition(":")
            each = words.split("|") if "|" in words else words.split()
            found[kind] = (*found.get(kind, ()), *(word.strip() for word in each if word.strip()))
    return found


def sets(name: str) -> dict[str, frozenset[str]]:
    """The same without order, for looking words up."""
    return {kind: frozenset(words) for kind, words in lists(name).items()}
