"""Persons in Russian news and books (factRuEval 2016): the search finds no fewer of them than the tagger alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from pipeline.deidentify import stage
from pipeline.deidentify.people import tagger
from pipeline.model import Dialogue, Job, Speaker, Turn
from tests.conftest import DATA, needs_data

NEWS = DATA / "factrueval" / "devset"
NAMES = ("name", "surname", "patronymic")
"""span types of the corpus that are words of a person's name"""

Spans = Iterable[tuple[int, int]]


def names(path: Path) -> Iterator[tuple[int, int]]:
    """Offsets of the words of persons' names in a text of the corpus."""
    for line in path.with_suffix(".spans").read_text("utf-8").splitlines():
        _, kind, start, length, *_ = line.split()
        if kind in NAMES:
            yield int(start), int(start) + int(length)


def by_the_search(text: str) -> Spans:
    """What the whole search takes for a person, kept or not."""
    dialogue = Dialogue((Turn(1, 0.0, 0.0, "r", text, (), ()),), (Speaker("r", "respondent", "P99", (), 1.0),))
    found = stage.redact(stage.Item(Job("P99", Path("nowhere")), dialogue), stage.Settings())
    return [(one.start, one.end) for one in found.entities if one.kind in ("PERSON", "PUBLIC_FIGURE")]


def by_the_tagger(text: str) -> Spans:
    """What Natasha's tagger alone takes for a person."""
    return [(span.start, span.stop) for span in tagger.tagger()(text).spans if span.type == "PER"]


def found(path: Path, search: Callable[[str], Spans]) -> tuple[int, int]:
    """(words of names that are covered whole, all of them) in one text."""
    covered = {at for start, end in search(path.read_text("utf-8")) for at in range(start, end)}
    wanted = list(names(path))
    return sum(covered.issuperset(range(*one)) for one in wanted), len(wanted)


@needs_data
@pytest.mark.campaign
def test_the_search_finds_no_fewer_persons_in_news_than_the_tagger_alone() -> None:
    paths = sorted(NEWS.glob("*.txt"))
    ours = [found(path, by_the_search) for path in paths]
    alone = [found(path, by_the_tagger) for path in paths]
    assert sum(total for _, total in ours) == sum(total for _, total in alone) > 1000
    mine, theirs = sum(right for right, _ in ours), sum(right for right, _ in alone)
    print(f"words of names found: {mine} by the search, {theirs} by the tagger alone")
    assert mine >= theirs
