"""Peoples by name: small groups narrow a respondent down, the others are a variable of the study and stay."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipeline.deidentify.passage import Finding, Passage, Rule
from pipeline.deidentify.words import phrases
from pipeline.deidentify.words.lists import sets


@lru_cache(maxsize=1)
def peoples() -> phrases.Lexicon:
    """Names of peoples, small groups and others."""
    return phrases.lexicon(phrases.read("kept/nationalities.txt"))


def nationality(passage: Passage) -> Iterator[Finding]:
    """«уйгурка», «казах»; an adjective such as «немецкий» is left alone."""
    for match in phrases.matches(passage, peoples(), by_ear=False):
        tokens = passage.tokens[match.first : match.last]
        if not any("NOUN" in tag or "ADJF" in tag or not tokens[0].tags for tag in (*tokens[0].tags, "")):
            continue
        small = match.entry.group == "small"
        if len(tokens) == 1 and tokens[0].norm in sets("kept/cues.txt")["no_people"]:
            continue
        kind = "NATIONALITY_SMALL" if small else "NATIONALITY"
        yield Finding(tokens[0].start, tokens[-1].end, kind, 0.85, f"nationality-{match.entry.group}")


RULES: tuple[Rule, ...] = (Rule("nationality", nationality),)
