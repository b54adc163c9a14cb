"""Words around the names of places, and words that look like places and are none."""

from __future__ import annotations

from pipeline.deidentify.words.lists import lists, sets

WORDS = sets("places/words.txt")
LISTS = lists("places/words.txt")
PREPOSITIONS = {**dict.fromkeys(LISTS["mostly before"], 2), **dict.fromkeys(LISTS["sometimes before"], 1)}
"""preposition -> how often it stands before a place: 2 mostly, 1 sometimes"""
SETTLEMENT_WORDS = WORDS["settlement"]
ADMINISTRATIVE = WORDS["administrative"]
TAILS = WORDS["tail"]
REGION_WORDS = WORDS["region"]
SHORT = WORDS["short"]
NOT_PLACES = WORDS["no place"]
LOANS = WORDS["loan"]
COUNTRIES = LISTS["country"]


def loan(norm: str) -> bool:
    """Whether a word no dictionary has looks like a borrowed common noun: «нетворкинге», «стартаперы»."""
    return norm.endswith(LISTS["loan ending"])
