"""A study goes on after its sign-off: what is added or corrected reopens only what it truly changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.flow import STAGES
from pipeline.release import frozen_ledger
from pipeline.review.study_view import Row
from pipeline.study import overview
from pipeline.study.folder import open_study
from tests.helpers import signed_studies
from tests.helpers.review_pages import room
from tests.helpers.sample_studies import artifacts, demo

FIRST = "2021-05-02 15.30.45 Дарина Омарова's Zoom Meeting 87654321012"
SECOND = "2021-05-03 10.00.00 Дарина Омарова's Zoom Meeting 87654321013"
THIRD = "2021-06-01 10.00.00 Дарина Омарова's Zoom Meeting 84410937799"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample study, run for real, signed off and released."""
    folder = demo(tmp_path_factory.mktemp("additions"))
    assert signed_studies.run(folder) == 6
    signed_studies.sign(folder)
    signed_studies.release(folder)
    return folder


@pytest.fixture
def study(template: Path, tmp_path: Path) -> Path:
    shutil.copytree(template, tmp_path / "study")
    return tmp_path / "study"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8-sig")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8-sig")


def third_meeting(study: Path) -> None:
    """The second recording over again, with two people whom nobody knows."""
    folder = study / "recordings" / THIRD
    shutil.copytree(next((study / "recordings").glob("2021-05-19*")), folder)
    (folder / "chat.txt").unlink()
    captions = folder / "audio_transcript.vtt"
    for old, new in (("Yerzhan Abdikalikov", "Гульнар Асанова"), ("Kamila's iPhone", "Madi's iPhone")):
        captions.write_text(captions.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        for track in folder.rglob(f"audio{old.replace(' ', '')}*"):
            track.rename(track.with_name(track.name.replace(old.replace(" ", ""), new.replace(" ", ""))))


def add(file: Path, row: str) -> None:
    file.write_bytes(file.read_bytes() + row.encode())


def state(folder: Path) -> dict[str, Row]:
    shown = room(open_study(folder))
    try:
        return {name: shown.row(name) for name in shown.desks}
    finally:
        shown.close()
        shown.journal.close()


def open_words(folder: Path, name: str) -> list[str]:
    """What the review page shows as not yet decided."""
    shown = room(open_study(folder))
    try:
        desk = shown.desk(name)
        assert desk is not None
        view = desk.view()
        texts = {turn.number: turn.text for turn in view.dialogue.turns}
        undecided = [mark.entity for mark in view.judged.marks if mark.state == "undecided"]
        return [texts[entity.turn][entity.start : entity.end] for entity in undecided]
    finally:
        shown.close()
        shown.journal.close()


def test_a_new_interview_reopens_only_where_its_contact_is_named(study: Path) -> None:
    before, ledger = artifacts(study), frozen_ledger.read(study)
    third_meeting(study)
    add(study / "participants.csv", f"P09,{THIRD},female,40,JP,JP,ru,2021-06-01,yes,yes,no\r\n")
    add(study / "private" / "contacts.csv", "P09,participant,Асанова Гульнар,,,,второй тур\r\n")
    assert signed_studies.run(study) == 6
    after = artifacts(study)
    redone = {name for name in before if after[name] != before[name]}
    assert redone == {"P01/deidentify.json", "P04/deidentify.json", "cast.json"}
    rows = state(study)
    assert (rows["P04"].signed is not None, rows["P04"].stale, rows["P04"].undecided) == (True, False, 0)
    assert (rows["P01"].signed is not None, rows["P01"].stale, rows["P01"].undecided) == (True, True, 1)
    assert open_words(study, "P01") == ["второй тур"]
    assert rows["P09"].signed is None
    texts = signed_studies.files(study / "release")
    signed_studies.sign(study)
    signed_studies.release(study)
    now = signed_studies.files(study / "release")
    assert now["txt/P04.txt"] == texts["txt/P04.txt"]
    assert frozen_ledger.read(study).interviews["P04"] == ledger.interviews["P04"]
    changed = [
        (old, new)
        for old, new in zip(
            texts["txt/P01.txt"].decode().split("\n"), now["txt/P01.txt"].decode().split("\n"), strict=True
        )
        if old != new
    ]
    assert len(changed) == 1
    assert changed[0][0].replace("второй тур", "[работодатель-2]") == changed[0][1]


def test_a_contact_who_is_named_nowhere_reopens_nothing(study: Path) -> None:
    add(study / "private" / "contacts.csv", "P04,participant,Асанова Гульнар Маратовна,,,,\r\n")
    assert signed_studies.run(study) == 0
    signed_studies.release(study)


def test_a_second_session_reopens_its_interview_from_where_it_begins(study: Path) -> None:
    before = artifacts(study)
    text = (study / "release" / "txt" / "P01.txt").read_text(encoding="utf-8")
    shutil.copytree(study / "recordings" / FIRST, study / "recordings" / SECOND)
    edit(study / "participants.csv", f"{FIRST},", f"{FIRST}; {SECOND},")
    assert signed_studies.run(study) == 6
    assert {name[:3] for name, data in artifacts(study).items() if before.get(name) != data} <= {"P01", "cas"}
    rows = state(study)
    assert (rows["P04"].stale, rows["P04"].undecided) == (False, 0)
    assert rows["P01"].stale
    assert rows["P01"].undecided == rows["P01"].total // 2
    signed_studies.sign(study)
    signed_studies.release(study)
    longer = (study / "release" / "txt" / "P01.txt").read_text(encoding="utf-8")
    old, new = (re_headed(one) for one in (text, longer))
    assert new[: len(old)] == old
    assert len(new) == 2 * len(old)


def re_headed(text: str) -> list[str]:
    """The turns of a transcript."""
    return [line for line in text.split("\n") if "¶" in line]


def test_a_corrected_row_of_the_list_changes_what_it_says_and_nothing_else(study: Path) -> None:
    released = signed_studies.files(study / "release")
    edit(study / "participants.csv", "male,34,US,US", "male,35,US,CA")
    assert all(set(row.stages.values()) == {"done"} for row in overview.rows(open_study(study), STAGES))
    signed_studies.release(study)
    now = signed_studies.files(study / "release")
    assert not any("P01" in name for name in released if now[name] != released[name])
    turns = [re_headed(files["txt/P04.txt"].decode()) for files in (released, now)]
    assert turns[0] == turns[1]
    assert b"35" in now["data_list.csv"]
    assert "CHANGES.csv" not in {name for name in released if now[name] != released[name]}
