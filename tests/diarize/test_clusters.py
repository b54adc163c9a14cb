"""How many voices there are, found from their vectors."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from pipeline.diarize import clusters

RUN = 2.0
"""seconds of each run"""


def voices(*runs: int, likeness: float = 0.45, noise: float = 0.35, seed: int = 5) -> list[np.ndarray]:
    """Vectors of people who say so many runs each: alike as real voices are, and as unsteady."""
    chance = np.random.default_rng(seed)
    room = chance.normal(size=192)
    own = np.linalg.qr(np.column_stack([room, chance.normal(size=(192, len(runs)))]))[0].T
    middles = np.sqrt(likeness) * own[0] + np.sqrt(1 - likeness) * own[1:]
    return [
        middle + noise * chance.normal(size=192) / np.sqrt(192) * np.sqrt(2)
        for middle, count in zip(middles, runs, strict=True)
        for _ in range(count)
    ]


def sizes(vectors: list[np.ndarray], seconds: list[float] | None = None, bounds: tuple[int, int] = (1, 6)) -> list[int]:
    """How many runs each voice gets, the most first."""
    found = clusters.grouped(vectors, seconds or [RUN] * len(vectors), 1.0, bounds)
    assert len(found.centroids) == len(set(found.of))
    return sorted(Counter(found.of).values(), reverse=True)


@pytest.mark.parametrize("runs", [(30,), (30, 12), (200, 20), (60, 25, 12), (40, 30, 20, 10)])
def test_as_many_voices_as_there_are(runs: tuple[int, ...]) -> None:
    assert sizes(voices(*runs)) == sorted(runs, reverse=True)


def test_who_speaks_in_two_ways_is_one_person() -> None:
    assert len(sizes(voices(30, 30, likeness=0.75, noise=0.1))) == 1


def test_a_cough_is_nobody() -> None:
    vectors = [*voices(40, 20), *np.random.default_rng(9).normal(size=(1, 192))]
    assert sum(sizes(vectors)) == 61
    assert len(sizes(vectors, [RUN] * 60 + [1.2])) == 2


def test_short_runs_found_no_voice_but_belong_to_one() -> None:
    vectors = [*voices(20, 20), *voices(20, 20, noise=1.2)]
    assert len(sizes(vectors, [RUN] * 40 + [0.4] * 40)) == 2


def test_bounds_hold() -> None:
    assert len(sizes(voices(40, 30, 20), bounds=(1, 2))) == 2
    assert len(sizes(voices(40, 30, 20), bounds=(1, 1))) == 1
    assert len(sizes(voices(40, 40, likeness=0.75), bounds=(2, 4))) == 2


def test_next_to_nothing_is_one_voice() -> None:
    assert sizes(voices(1)) == [1]
    assert clusters.grouped([], [], 1.0, (1, 6)).of == []
    assert sizes(voices(2), [0.2, 0.0]) == [2]
