"""`interviews init`: made once, filled when the recordings come, never touched after a person has begun."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.ingest import roster
from pipeline.initialise import initialise
from pipeline.study import open_study
from tests.studies import DEMO


def test_tables_are_filled_when_recordings_come(tmp_path: Path) -> None:
    study = tmp_path / "study"
    assert "made participants.csv" in list(initialise(study))
    shutil.copytree(DEMO / "recordings", study / "recordings", dirs_exist_ok=True)
    assert "filled participants.csv with the recordings found" in list(initialise(study))
    found = roster.read(study, study / "private" / "contacts.csv")
    assert len(found.participants) == 2
    assert all(row.recordings for row in found.participants)
    assert {name for contact in found.contacts for name in contact.display_names}
    assert [entry.participant for entry in open_study(study).entries] == [row.id for row in found.participants]


def test_what_a_person_began_is_kept(tmp_path: Path) -> None:
    list(initialise(tmp_path))
    (tmp_path / "participants.csv").write_text("participant_id\nP01\n", encoding="utf-8")
    (tmp_path / "study.yaml").write_text("study: {title: mine}\n", encoding="utf-8")
    shutil.copytree(DEMO / "recordings", tmp_path / "recordings", dirs_exist_ok=True)
    list(initialise(tmp_path))
    assert (tmp_path / "participants.csv").read_text(encoding="utf-8") == "participant_id\nP01\n"
    assert open_study(tmp_path).settings.study.title == "mine"


def test_a_workbook_instead_of_csv(tmp_path: Path) -> None:
    shutil.copytree(DEMO / "recordings", tmp_path / "recordings")
    list(initialise(tmp_path, xlsx=True))
    assert not (tmp_path / "participants.csv").exists()
    assert len(roster.read(tmp_path, tmp_path / "private" / "contacts.csv").participants) == 2


def test_private_under_any_umask(tmp_path: Path) -> None:
    list(initialise(tmp_path / "study"))
    assert (tmp_path / "study").stat().st_mode & 0o077 == 0
    assert (tmp_path / "study" / "private" / "contacts.csv").stat().st_mode & 0o077 == 0
