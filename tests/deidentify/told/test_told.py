"""Whole searches through short talks: what is told in pieces goes whole, what only looks like it stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.deidentify import search
from pipeline.deidentify.labels import policy
from pipeline.deidentify.settings import Item, Settings
from pipeline.model import Dialogue, Job, Speaker, Turn, quiet
from tests.helpers.marked_sentences import Span, bare, read

HERE = Path(__file__).parent
KINDS = frozenset("PHONE EMAIL USERNAME ID_NUMBER URL ADDRESS PROFESSION_UNIQUE DATE_BIRTH DATE".split())
FEWEST = {"addresses": 52, "contacts": 58, "codes": 54, "unique": 56}
"""talks of a table that are found whole without capitals and marks, where sentences and quotation marks are lost"""
BESIDE = 3
"""words that a mask may hold beside what is marked: «ой, сейчас» amid a number"""


def table(name: str) -> list[str]:
    """The talks of a table."""
    lines = (HERE / f"{name}.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def searched(talk: str, cased: bool) -> list[tuple[str, list[Span], list[Span]]]:
    """Text, marked spans and masked spans of each turn."""
    turns = [read(turn if cased else bare(turn)) for turn in talk.split(" // ")]
    opening = "Здравствуйте. Хорошо, начнём." if cased else "ну хорошо"
    texts = (opening, *(text for text, _ in turns))
    said = tuple(Turn(n, 0.0, 0.0, "ir"[(len(texts) - n) % 2], text, (), ()) for n, text in enumerate(texts))
    people = (Speaker("r", "respondent", "P99", (), 1.0), Speaker("i", "interviewer", "", (), 1.0))
    found = search.search(Item(Job("P99", Path("nowhere")), Dialogue(said, people)), Settings(), quiet).entities
    masks: dict[int, list[Span]] = {}
    for turn, one, _ in found:
        if policy.class_of(one.kind) != "keep":
            masks.setdefault(turn, []).append((one.start, one.end, one.kind))
    return [(text, marked, masks.get(n, [])) for n, (text, marked) in enumerate(turns, 1)]


def faults(talk: str, cased: bool = True) -> list[str]:
    """What of a talk is not covered whole by a mask of its kind, and words masked beside it."""
    made = []
    for text, marked, masks in searched(talk, cased):
        hidden = {at for start, end, _ in masks for at in range(start, end)}
        for start, end, kind in marked:
            kinds = {other for first, last, other in masks if first < end and start < last}
            if kind not in kinds or any(text[at].isalnum() and at not in hidden for at in range(start, end)):
                made.append(f"missed {text[start:end]}")
        inside = {at for start, end, _ in marked for at in range(start, end)}
        for start, end, kind in masks:
            rest = "".join(text[at] if at not in inside else " " for at in range(start, end))
            if kind in KINDS and len(rest.split()) > (BESIDE if marked else 0):
                made.append(f"too much {text[start:end]}")
    return made


@pytest.mark.parametrize("talk", [talk for name in FEWEST for talk in table(name)])
def test_what_is_told_in_pieces_goes_whole(talk: str) -> None:
    assert faults(talk) == []


@pytest.mark.parametrize("name", FEWEST)
def test_most_of_it_goes_whole_without_capitals_and_marks(name: str) -> None:
    assert sum(not faults(talk, cased=False) for talk in table(name)) >= FEWEST[name]


@pytest.mark.parametrize("cased", [True, False])
@pytest.mark.parametrize("talk", table("kept"))
def test_what_only_looks_like_it_stays(talk: str, cased: bool) -> None:
    assert faults(talk, cased) == []


def test_words_between_two_numbers_told_in_one_turn_stay() -> None:
    talk = (
        "Оставите телефон? // [Восемь семьсот пять двести|PHONE], а казахстанский у мамы, "
        "[плюс семь семьсот десять|PHONE]... // Так. // [Ноль ноль пять, двенадцать|PHONE]."
    )
    turns = searched(talk, cased=True)
    assert [[text[start:end] for start, end, _ in masks] for text, _, masks in turns] == [
        [text[start:end] for start, end, _ in marked] for text, marked, _ in turns
    ]
