"""Which words of an interview are open: neither masked nor known to be harmless, so that a person must be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.deidentify.passage import Passage
from pipeline.deidentify.words.inflect import known
from pipeline.model import Entity, Open

NAMES = ("Name", "Surn", "Patr", "Geox", "Orgn")
"""grammemes of pymorphy3 that name somebody or something"""


def open_words(passages: Mapping[int, Passage], entities: Iterable[Entity]) -> tuple[Open, ...]:
    """Every open word, by turn and start.

    `entities` are all that the search found: what is masked, and what it knows and keeps. Neither is open.
    """
    taken: dict[int, list[tuple[int, int]]] = {}
    for entity in entities:
        taken.setdefault(entity.turn, []).append((entity.start, entity.end))
    made = []
    for turn, passage in passages.items():
        for token in passage.tokens:
            if any(start < token.end and token.start < end for start, end in taken.get(turn, ())):
                continue
            if not token.text[0].isalnum() or ordinary(token.norm, token.tags):
                continue
            made.append(Open(turn, token.start, token.end, 0.5, token.norm))
    return tuple(made)


def ordinary(norm: str, tags: tuple[str, ...]) -> bool:
    """Whether a word is one of the dictionary's and no reading of it is a name."""
    return known(norm) and not any(name in tag for tag in tags for name in NAMES)
