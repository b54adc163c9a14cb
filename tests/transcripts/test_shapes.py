"""Transcripts as other programs write them: turns, speakers and times; none of the names stays after anonymising."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.anonymize.files import anonymize_files
from pipeline.transcripts.formats import FORMATS, transcript
from tests.helpers.foreign_transcripts import NAMES, SHAPES, Shape
from tests.helpers.printed import plain
from tests.helpers.reported_transcripts import REPORTED

ALL = (*SHAPES, *REPORTED)
LEFT = re.compile("|".join(word for name in NAMES for word in re.findall(r"\w{3,}", name.casefold())))


@pytest.mark.parametrize("shape", ALL, ids=lambda shape: shape.name)
def test_turns_speakers_and_times(shape: Shape) -> None:
    found = transcript(shape.data)
    assert found.form.suffix == shape.suffix
    assert [(one.speaker, one.start, one.end, one.text) for one in found.turns] == list(shape.turns)


@pytest.mark.parametrize("shape", ALL, ids=lambda shape: shape.name)
def test_no_name_of_a_speaker_stays(shape: Shape, tmp_path: Path) -> None:
    (tmp_path / "Вжик.dat").write_bytes(shape.data)
    assert anonymize_files([tmp_path / "Вжик.dat"], tmp_path / "out", None) == []
    (made,) = (tmp_path / "out").iterdir()
    assert made.name == f"t001{shape.suffix}"
    assert LEFT.findall(plain(made)) == []


@pytest.mark.parametrize("shape", ALL, ids=lambda shape: shape.name)
def test_what_comes_out_has_the_same_turns(shape: Shape, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(shape.data)
    anonymize_files([tmp_path / "a"], tmp_path / "out", None)
    again = transcript(next((tmp_path / "out").iterdir()).read_bytes()).turns
    assert len(again) == len(shape.turns)
    assert [one.start for one in again] == [row[1] for row in shape.turns]
    who = list(dict.fromkeys(row[0] for row in shape.turns))
    shown = list(dict.fromkeys(one.speaker for one in again))
    assert [shown.index(one.speaker) for one in again] == [who.index(row[0]) for row in shape.turns]
    assert not any("[имя" in one.speaker for one in again)


def test_there_are_twenty_five_shapes_and_more() -> None:
    assert len({shape.name for shape in SHAPES}) >= 25
    assert {shape.suffix for shape in ALL} == {form.suffix for form in FORMATS}
