"""How likely an open word identifies somebody: its clues, weighed by what marked interviews taught."""

from __future__ import annotations

import math
import tomllib
from functools import lru_cache
from pathlib import Path

from pipeline.deidentify.open_words.clues import Clues

TABLE = Path(__file__).parent / "weights.toml"
SHOWN = 3
"""clues that are named as reasons"""


@lru_cache(maxsize=1)
def weights() -> dict[str, float]:
    """Clue -> its weight; written by scripts/train_risk."""
    return {name: float(weight) for name, weight in tomllib.loads(TABLE.read_text("utf-8"))["weights"].items()}


def risk(clues: Clues) -> float:
    """0–1, that the word identifies somebody."""
    total = sum(weights().get(name, 0.0) * value for name, value in clues.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def why(clues: Clues) -> tuple[str, ...]:
    """The weightiest clues that speak for it."""
    known = weights()
    weighed = sorted(clues, key=lambda name: (-known.get(name, 0.0) * clues[name], name))
    return tuple(name for name in weighed if name != "bias" and known.get(name, 0.0) * clues[name] > 0)[:SHOWN]
