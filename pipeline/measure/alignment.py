"""Which written word stands for which that was said: by how alike they are, and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

REACH = 12.0
"""seconds within which a word may have been written for one that was said"""
LEFT_OUT = 0.55
"""what it costs to leave a word without a partner; two that are less alike than 1 minus twice that have none"""
HURRY = 0.02
"""what a second between two words costs"""


class Timed(NamedTuple):
    """A word in lower case without marks, and the second it is at."""

    text: str
    at: float


def aligned(said: Sequence[Timed], written: Sequence[Timed]) -> list[tuple[int, int]]:
    """Pairs of indices (said, written), both rising: the cheapest way to pair two texts in order of time."""
    bounds = _bounds(said, written)
    costs: list[list[float]] = []
    moves: list[list[str]] = []
    for row, (low, high) in enumerate(bounds):
        line: list[float] = []
        way: list[str] = []
        for column in range(low, high):
            options = []
            if row and bounds[row - 1][0] <= column < bounds[row - 1][1]:
                options.append((costs[row - 1][column - bounds[row - 1][0]] + LEFT_OUT, "up"))
            if column > low:
                options.append((line[column - low - 1] + LEFT_OUT, "left"))
            if row and column and bounds[row - 1][0] <= column - 1 < bounds[row - 1][1]:
                before = costs[row - 1][column - 1 - bounds[row - 1][0]]
                options.append((before + _cost(said[row - 1], written[column - 1]), "both"))
            cost, move = min(options, default=(0.0 if row == column == 0 else LEFT_OUT * (row + column), "start"))
            line.append(cost)
            way.append(move)
        costs.append(line)
        moves.append(way)
    return _walked(moves, bounds)


def _bounds(said: Sequence[Timed], written: Sequence[Timed]) -> list[tuple[int, int]]:
    """For each number of words said, the numbers of words that may be written by then, half-open."""
    made = [(0, len(written) + 1 if not said else 1 + sum(w.at <= said[0].at + REACH for w in written))]
    low = high = 0
    for word in said:
        while low < len(written) and written[low].at < word.at - REACH:
            low += 1
        while high < len(written) and written[high].at <= word.at + REACH:
            high += 1
        made.append((max(low, made[-1][0]), max(high + 1, made[-1][1], low + 1)))
    made[-1] = (made[-1][0], len(written) + 1)
    return made


def _cost(one: Timed, two: Timed) -> float:
    return 1.0 - Levenshtein.normalized_similarity(one.text, two.text) + HURRY * abs(one.at - two.at)


def _walked(moves: Sequence[Sequence[str]], bounds: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs on the way back from the end."""
    row, column = len(moves) - 1, bounds[-1][1] - 1
    pairs = []
    while row or column:
        move = moves[row][column - bounds[row][0]] if bounds[row][0] <= column < bounds[row][1] else "start"
        if move == "both":
            pairs.append((row - 1, column - 1))
        if move == "start":
            break
        row -= move in ("both", "up")
        column -= move in ("both", "left")
    return pairs[::-1]
