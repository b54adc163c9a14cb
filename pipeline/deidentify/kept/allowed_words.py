"""The study's own list of words that name nobody: left alone in any case form."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.deidentify import same_entity
from pipeline.deidentify.passage import Finding, Passage

Span = tuple[int, int]


def spans(passage: Passage, allowed: Sequence[str]) -> tuple[Span, ...]:
    """Where an allowed word or phrase stands in a passage."""
    phrases = {same_entity.name(phrase) for phrase in allowed if phrase.strip()}
    if not phrases:
        return ()
    tokens = [token for token in passage.tokens if token.text[0].isalnum()]
    stems = [same_entity.name(token.text)[0] if same_entity.name(token.text) else "" for token in tokens]
    return tuple(
        (tokens[at].start, tokens[at + len(phrase) - 1].end)
        for phrase in sorted(phrases)
        for at in range(len(tokens) - len(phrase) + 1)
        if tuple(stems[at : at + len(phrase)]) == phrase
    )


def covers(allowed: Sequence[Span], found: Finding) -> bool:
    """Whether a finding holds nothing but allowed words."""
    return any(start <= found.start and found.end <= end for start, end in allowed)
