"""Words that are written apart: letter by letter, with a sign in them, or in two."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple

How = Literal["spelt", "glued", "apart"]

GLUE = re.compile(r"[^\w\s\x1f]{1,4}|_{1,4}|-[ \t\n]{1,2}")
"""what may stand inside a word that is one all the same"""
SPACE = re.compile(r"[\s·•|/\\_*~+=()\[\]«»\"'-]{1,5}")
BETWEEN = re.compile(r"[^\w\x1f]{1,5}|_{1,4}")
"""what may stand between letters that are spelt"""
LETTERS: dict[str, str] = {
    name: row[0]
    for row in tomllib.loads(Path(__file__).with_name("spellings.toml").read_text(encoding="utf-8"))["letters"].split(
        "\n"
    )
    for name in row[2:].split()
}
"""names of letters"""
MOST = 5
"""pieces of one word"""
LONG = 4
"""letters of a piece beside which three and more pieces are no word, unless the others are shorter together"""
SPELT = 3
"""single letters on end that may spell a word"""


class Token(NamedTuple):
    start: int
    end: int
    text: str


class Row(NamedTuple):
    """Tokens that may be one word: indices, half-open."""

    first: int
    last: int
    how: How


@lru_cache(maxsize=4096)
def gap(between: str) -> str:
    """How two words hang together: "glued", "apart", "listed" where only spelt letters may, "" where nothing may."""
    if between == " ":
        return "apart"
    if GLUE.fullmatch(between):
        return "glued"
    if SPACE.fullmatch(between):
        return "apart"
    return "listed" if BETWEEN.fullmatch(between) else ""


def rows(text: str, tokens: Sequence[Token]) -> Iterator[Row]:
    """Every row of tokens that may be a word written apart."""
    gaps = [gap(text[one.end : two.start]) for one, two in pairwise(tokens)]
    yield from spelt(tokens, gaps)
    for first in range(len(tokens) - 1):
        how: How = "glued"
        for last in range(first + 2, min(first + MOST, len(tokens)) + 1):
            between = gaps[last - 2]
            if between not in ("glued", "apart"):
                break
            how = "apart" if between == "apart" else how
            lengths = sorted(len(one.text) for one in tokens[first:last])
            if how == "apart" and last - first > 2 and lengths[-1] > LONG and sum(lengths[:-1]) > LONG:
                break
            yield Row(first, last, how)


def spelt(tokens: Sequence[Token], gaps: Sequence[str]) -> Iterator[Row]:
    """Single letters on end, written or named."""
    first = 0
    for at, token in enumerate(tokens):
        single = len(letter(token.text)) == 1
        if not single or (at > first and not gaps[at - 1]):
            first = at + (not single)
        elif at - first + 1 >= SPELT:
            last = at + 1 == len(tokens) or len(letter(tokens[at + 1].text)) > 1 or not gaps[at]
            if last:
                yield Row(first, at + 1, "spelt")


def letter(text: str) -> str:
    """The letter that a word names, else the word itself: «эс» is с."""
    return text if len(text) == 1 else LETTERS.get(text.lower(), text)
