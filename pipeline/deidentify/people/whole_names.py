"""The little words inside names from abroad: «Халед аль-Мансури», «Мария де ла Крус», «ван дер Берг»."""

from __future__ import annotations

from pipeline.deidentify.passage import Passage
from pipeline.deidentify.people.cues import cues
from pipeline.deidentify.people.lexicon import ordinary, readings

LONGEST = 2
"""particles in a row: «де ла», «ван дер»"""


def carried_to(passage: Passage, last: int) -> int:
    """The index of the last token of a name that goes on over a particle; `last` where it does not."""
    at = _step(passage, last)
    count = 0
    while 0 <= at < len(passage.tokens) and passage.tokens[at].norm in cues().particle and count < LONGEST:
        at, count = _step(passage, at), count + 1
    if not count or at < 0 or not _namelike(passage, at):
        return last
    return carried_to(passage, at)


def led_from(passage: Passage, first: int) -> int:
    """The index of a name's first token with the particle before it: «аль-Мансури»; `first` where there is none."""
    tokens = passage.tokens
    at = first - 1 - (first > 1 and tokens[first - 1].text == "-")
    touching = at >= 0 and tokens[first].start - tokens[at].end <= 1
    return at if touching and tokens[at].norm in cues().leading_particle else first


def _step(passage: Passage, at: int) -> int:
    """The index of the next word over a hyphen or one space; -1 where anything else stands between."""
    tokens = passage.tokens
    after = at + 1
    if after < len(tokens) and tokens[after].text in "-'’" and tokens[after].start == tokens[at].end:
        after += 1
    if after >= len(tokens) or not tokens[after].text.isalpha() or tokens[after].start - tokens[at].end > 1:
        return -1
    return after


def _namelike(passage: Passage, at: int) -> bool:
    token = passage.tokens[at]
    if passage.cased:
        return token.capital
    return not ordinary(token.norm) or any(reading.sure >= 0.85 for reading in readings(token.text))
