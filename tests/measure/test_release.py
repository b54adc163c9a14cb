"""Marks carried over from what was said to what was written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.measure import release
from pipeline.measure.alignment import Timed, aligned
from pipeline.measure.gold import GoldEntity
from pipeline.model import Dialogue, Entity, Open, Speaker, Turn, Word


def written(*turns: tuple[str, float, str]) -> Dialogue:
    made = []
    for number, (speaker, start, text) in enumerate(turns, start=1):
        words, spans, at = [], [], 0
        for nth, word in enumerate(text.split()):
            at = text.index(word, at)
            words.append(Word(start + nth * 0.5, start + nth * 0.5 + 0.4, word, 1.0, "ru", "mix"))
            spans.append((at, at + len(word)))
            at += len(word)
        made.append(Turn(number, start, start + len(words) * 0.5, speaker, text, tuple(words), tuple(spans)))
    return Dialogue(
        tuple(made), tuple(Speaker(one, "other", "", (), 1.0) for one in dict.fromkeys(t[0] for t in turns))
    )


def said(speaker: str, start: float, text: str, *marked: str) -> release.SaidTurn:
    marks = tuple(
        GoldEntity(text.index(words), text.index(words) + len(words), "PERSON", f"PERSON:{words}", "direct")
        for words in marked
    )
    return release.SaidTurn(speaker, start, start + len(text.split()) * 0.5, text, marks)


def carried(truth: tuple[release.SaidTurn, ...], dialogue: Dialogue) -> tuple[list[str], int]:
    gold, lost = release.carried_over("P01", release.Reference(truth), dialogue)
    return [turn.text[e.start : e.end] for turn in gold.turns for e in turn.entities], lost


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("меня зовут айгерим и я из алматы", ["айгерим", "алматы"]),
        ("меня зовут ай, Герем, и я из волматы.", ["ай, Герем", "волматы"]),
        ("меня зовут и я из алматы", ["алматы"]),
    ],
)
def test_marks_go_to_what_was_written_for_the_words(text: str, marks: list[str]) -> None:
    truth = (said("a", 0, "Меня зовут Айгерим, и я из Алматы", "Айгерим", "Алматы"),)
    found, lost = carried(truth, written(("x", 0.2, text)))
    assert found == marks
    assert lost == 2 - len(marks)


def test_another_speaker_s_words_are_not_taken_for_them() -> None:
    truth = (said("a", 0, "я Дана слушаю вас", "Дана"), said("b", 10, "Дана это я уже говорил долго"))
    dialogue = written(("x", 0, "я слушаю вас"), ("y", 10, "Дана это я уже говорил долго"))
    assert carried(truth, dialogue) == ([], 1)


def test_words_far_apart_in_time_have_no_part_in_each_other() -> None:
    assert aligned([Timed("да", 0.0), Timed("нет", 1.0)], [Timed("да", 100.0)]) == []
    assert aligned([Timed("да", 0.0), Timed("нет", 1.0)], [Timed("нет", 1.5)]) == [(1, 0)]
    assert aligned([], []) == []


def test_what_people_hid_is_asked_no_more() -> None:
    entity = Entity(1, 0, 4, "PERSON", "direct", 0.9, "reviewer", "PERSON:1", "[имя-1]")
    asked = (Open(1, 2, 6, 0.4, "a"), Open(1, 7, 9, 0.4, "b"), Open(2, 0, 4, 0.4, "c"))
    assert release.apart(asked, (entity,)) == asked[1:]


def test_a_reference_lies_in_the_folder_of_its_interview(tmp_path: Path) -> None:
    (tmp_path / "P01").mkdir()
    file = tmp_path / "P01" / "truth.json"
    turn = {"speaker": "a", "start": 0, "end": 1, "text": "Дана", "entities": []}
    file.write_text(json.dumps({"turns": [turn]}), encoding="utf-8")
    assert release.reference_of(tmp_path, "P01") == file
    assert release.reference_of(tmp_path, "P02") is None
    assert release.read(file).turns[0].text == "Дана"
    file.write_text("{", encoding="utf-8")
    with pytest.raises(UsageError):
        release.read(file)
