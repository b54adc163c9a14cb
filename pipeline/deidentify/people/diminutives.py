"""Fond and shortened forms of a name that is known: which «Аружка», «Ерж» or «Алишка» can be which person."""

from __future__ import annotations

from functools import lru_cache

from pipeline.deidentify.people.cues import cues
from pipeline.deidentify.people.kazakh import address
from pipeline.deidentify.people.lexicon import lists
from pipeline.deidentify.words.letters import key


@lru_cache(maxsize=1)
def _tails() -> tuple[str, ...]:
    return tuple(sorted(cues().fond_tail, key=lambda tail: (-len(tail), tail)))


@lru_cache(maxsize=100_000)
def fond(short: str, full: str) -> float:
    """0–1, how well a folded nominative fits as a fond or cut form of a folded full name."""
    if len(short) < 3 or short == full:
        return 0.0
    if short[:2] == full[:2] and address(short):
        return 0.72
    listed = lists().fuller.get(short)
    if listed and full in listed:
        return 0.95
    if len(full) > len(short) and full.startswith(short) and len(full) - len(short) <= 4:
        return 0.8 if len(short) > 3 or len(full) < 6 else 0.7
    alike = short[:3] == full[:3] or short.startswith(full)
    for tail in _tails() if alike else ():
        stem = short.removesuffix(tail)
        if stem != short and (len(stem) >= 3 or stem == full) and full.startswith(stem):
            return 0.85 if len(stem) > 3 or len(full) <= 5 else 0.72
    clipped = len(short) == 4 and not listed and short.endswith(("ха", "ша", "ся", "ня"))
    return CLIPPED if clipped and key(full).startswith(key(short[:2])) else 0.0


CLIPPED = 0.66
"""two letters and -ха, -ша: «Гоха» of «Гаухар»; any name that begins alike may be meant"""
