"""Which language a window is in: the engine's guess, weighed by what the study expects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def chosen(guess: Mapping[str, float], languages: Sequence[str], prior: float, margin: float) -> str:
    """The window's language: the first of `languages` unless another leads it by `margin` after weighing.

    `guess` is the engine's probability of each language. `prior` (0–1) is the share of windows expected in the first;
    the others share the rest. What the engine gives to languages outside the list is left out: a model that hears
    Ukrainian in Russian, or Bashkir in Kazakh, is asked only between those that are spoken here.
    """
    first, *others = languages
    if not others:
        return first
    rest = (1 - prior) / len(others)
    weighed = {one: guess.get(one, 0.0) * (prior if one == first else rest) for one in languages}
    total = sum(weighed.values())
    if total <= 0:
        return first
    share = {one: round(value / total, 3) for one, value in weighed.items()}
    best = max(others, key=lambda one: share[one])
    return best if share[best] - share[first] >= margin else first
