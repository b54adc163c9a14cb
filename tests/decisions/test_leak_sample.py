"""The audit sample: what is drawn, and what a verdict on it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.decisions import leak_sample
from pipeline.model import Dialogue, Entity, Turn


def study() -> dict[str, tuple[Dialogue, tuple[Entity, ...]]]:
    turns = tuple(Turn(n, 0.0, 1.0, "a", "Меня зовут Дана и я живу тут", (), ()) for n in range(1, 41))
    hidden = tuple(Entity(n, 11, 15, "PERSON", "direct", 0.9, "t", "PERSON:1", "[имя-1]") for n in range(1, 41))
    return {"P02": (Dialogue(turns, ()), hidden), "P01": (Dialogue(turns, ()), ())}


def test_only_words_left_as_said_are_counted() -> None:
    found = leak_sample.population(study())
    assert {(one.interview, one.words) for one in found} == {("P01", 7), ("P02", 6)}


def test_a_turn_that_is_all_label_is_never_drawn() -> None:
    turn = Turn(1, 0.0, 1.0, "a", "Дана", (), ())
    hidden = (Entity(1, 0, 4, "PERSON", "direct", 0.9, "t", "PERSON:1", "[имя-1]"),)
    assert leak_sample.population({"P01": (Dialogue((turn,), ()), hidden)}) == ()


def test_the_draw_is_random_but_the_same_for_a_seed() -> None:
    turns = leak_sample.population(study())
    one, again, other = (
        leak_sample.draw(turns, 100, 7),
        leak_sample.draw(turns, 100, 7),
        leak_sample.draw(turns, 100, 8),
    )
    assert one == again != other
    assert 100 <= sum(turn.words for turn in one) < 110
    assert len(set(one)) == len(one)
    assert len(leak_sample.draw(turns, 10**6)) == len(turns)


def test_the_rule_of_three_and_known_poisson_bounds() -> None:
    none = leak_sample.rate(0, 10_000)
    assert (none.per_10000, none.low, none.high) == (0.0, 0.0, 3.689)
    two = leak_sample.rate(2, 10_000)
    assert (two.low, two.high) == (0.242, 7.225)
    assert leak_sample.rate(0, 0).high == float("inf")


def test_words_still_to_read_reach_the_bound() -> None:
    more = leak_sample.words_needed(1, 5_000, 2.0)
    assert leak_sample.rate(1, 5_000 + more).high <= 2.0
    assert leak_sample.rate(1, 5_000 + more - 10).high > 2.0
    assert leak_sample.words_needed(0, 10**6, 1.0) == 0
    with pytest.raises(ValueError, match="positive"):
        leak_sample.words_needed(0, 100, 0)


def test_clopper_pearson() -> None:
    assert leak_sample.share(0, 30) == leak_sample.Share(0.0, 0.0, 0.115703)
    assert leak_sample.share(30, 30).high == 1.0
    assert leak_sample.share(0, 0) == leak_sample.Share(0.0, 0.0, 1.0)


@given(st.integers(0, 50), st.integers(1, 100_000))
def test_the_interval_holds_the_rate(leaks: int, words: int) -> None:
    made = leak_sample.rate(leaks, words)
    assert made.low <= made.per_10000 <= made.high
