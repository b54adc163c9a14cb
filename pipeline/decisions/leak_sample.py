"""Turns drawn at random for a person to read in what was not masked, and the leak rate that the verdicts give."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from pipeline.deidentify.labels.replace import Piece, pieces
from pipeline.model import Dialogue, Entity

LEVEL = 0.95


class Sampled(Struct, frozen=True):
    """A turn to read: as released, with the number of words that were left as said."""

    interview: str
    turn: int
    words: int


class Rate(Struct, frozen=True):
    """Leaks per 10,000 words that were not masked, with the exact 95 % interval (Poisson)."""

    leaks: int
    words: int
    per_10000: float
    low: float
    high: float


class Share(Struct, frozen=True):
    """A share with its exact 95 % interval (Clopper–Pearson)."""

    value: float
    low: float
    high: float


def unmasked(parts: Iterable[Piece]) -> int:
    """Words of a turn that were left as said."""
    return sum(len(piece.text.split()) for piece in parts if not piece.label)


def population(interviews: Mapping[str, tuple[Dialogue, Sequence[Entity]]]) -> tuple[Sampled, ...]:
    """Every turn of a study that shows words as said, in order of interview and turn."""
    found = []
    for name, (dialogue, entities) in sorted(interviews.items()):
        for turn in dialogue.turns:
            words = unmasked(pieces(turn, [e for e in entities if e.turn == turn.number]))
            if words:
                found.append(Sampled(name, turn.number, words))
    return tuple(found)


def draw(turns: Sequence[Sampled], words: int, seed: int = 0) -> tuple[Sampled, ...]:
    """Turns in random order until they have `words` words; the same for the same study and seed."""
    shuffled = list(turns)
    random.Random(seed).shuffle(shuffled)
    chosen: list[Sampled] = []
    total = 0
    for turn in shuffled:
        if total >= words:
            break
        chosen.append(turn)
        total += turn.words
    return tuple(chosen)


def rate(leaks: int, words: int) -> Rate:
    """The leak rate after reading `words` words and finding `leaks` leaks; (0, inf) bounds before anything is read."""
    if words <= 0:
        return Rate(leaks, 0, 0.0, 0.0, float("inf"))
    scale = 10_000 / words
    return Rate(leaks, words, round(leaks * scale, 3), round(_low(leaks) * scale, 3), round(_high(leaks) * scale, 3))


def _low(count: int) -> float:
    from scipy.stats import chi2

    return float(chi2.ppf((1 - LEVEL) / 2, 2 * count)) / 2 if count else 0.0


def _high(count: int) -> float:
    from scipy.stats import chi2

    return float(chi2.ppf(1 - (1 - LEVEL) / 2, 2 * count + 2)) / 2


def words_needed(leaks: int, words: int, bound: float) -> int:
    """Words still to read, finding nothing more, until the upper bound is `bound` leaks per 10,000 words."""
    import math

    if bound <= 0:
        raise ValueError("a bound is a positive number of leaks per 10,000 words")
    return max(0, math.ceil(_high(leaks) / bound * 10_000) - words)


def share(part: int, whole: int) -> Share:
    """A share of turns, such as those with a leak."""
    from scipy.stats import beta

    if whole <= 0:
        return Share(0.0, 0.0, 1.0)
    tail = (1 - LEVEL) / 2
    low = float(beta.ppf(tail, part, whole - part + 1)) if part else 0.0
    high = float(beta.ppf(1 - tail, part + 1, whole - part)) if part < whole else 1.0
    return Share(round(part / whole, 6), round(low, 6), round(high, 6))
