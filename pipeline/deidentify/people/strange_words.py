"""Strange words that are built like Kazakh names: every few letters of them occur in known ones."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipeline.deidentify.passage import Finding, Passage, Rule
from pipeline.deidentify.people import context
from pipeline.deidentify.people.endings import nominatives
from pipeline.deidentify.people.lexicon import kazakh_names, readings, unknown
from pipeline.deidentify.words.letters import folded, latin

LIKE = 0.7
"""share of a word's letter triples that must occur in known names"""


@lru_cache(maxsize=1)
def triples() -> frozenset[str]:
    """All runs of three letters of the listed Kazakh names, their ends marked."""
    return frozenset(triple for name in kazakh_names() for triple in _triples(name))


def _triples(word: str) -> list[str]:
    marked = f"^{word}$"
    return [marked[at : at + 3] for at in range(len(marked) - 2)]


@lru_cache(maxsize=20_000)
def likeness(word: str) -> float:
    """0–1, how much a folded word, in the likeliest of its nominatives, is built like a Kazakh name."""
    known = triples()
    shares = []
    for form in nominatives(word):
        parts = _triples(form)
        shares.append(sum(part in known for part in parts) / len(parts))
    return max(shares)


def find(passage: Passage) -> Iterator[Finding]:
    """Strange words of that build, and strange words whose capital no sentence asks for; doubtful both."""
    for at, token in enumerate(passage.tokens):
        if len(token.text) < 4 or not token.text.isalpha() or latin(token.text) or not unknown(token.norm):
            continue
        if context.calling(token.norm) or context.manner(passage, at):
            continue
        if any(reading.sure > 0.5 for reading in readings(token.text)):
            continue
        shown = passage.cased and token.capital and not context.opens(passage, at)
        if passage.cased and not shown:
            continue
        if likeness(folded(token.text)) >= LIKE and not context.kazakh_speech(passage, at):
            yield Finding(token.start, token.end, "PERSON", 0.5, "kazakh-build")
        elif shown:
            yield Finding(token.start, token.end, "PERSON", 0.3, "strange-capital")


RULES: tuple[Rule, ...] = (Rule("shape", find),)
