"""METHODS.md says "anonymous" only where nothing in the folder leads back to a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.participants import Contact, Participant, Roster
from pipeline.release import traces
from pipeline.release.documents import methods

EMPTY = Roster()


def put(folder: Path, name: str, text: str = "x") -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "what"),
    [
        ("recordings/2021-05-02/audio_only.m4a", "recordings"),
        ("private/contacts.xlsx", "contacts"),
        ("work/P01/attribute.json", "work"),
        ("work/P01/audio/mix.flac", "work"),
        ("work/P01/samples/one.flac", "work"),
        ("work/review.db", "work"),
        ("work/review.db-wal", "work"),
        ("work/recordings.csv", "work"),
        ("work/key.age", "key"),
        ("work/2021-06-01.review.age", "key"),
    ],
)
def test_each_of_these_leads_back_to_a_name(tmp_path: Path, file: str, what: str) -> None:
    put(tmp_path, file)
    assert traces.found(tmp_path, EMPTY) == (what,)
    assert "Pseudonymised" in methods.status((what,), "en")


@pytest.mark.parametrize(
    "file",
    [
        "recordings/.DS_Store",
        "work/tmp/trial/txt/P01.json",
        "work/lock",
        "work/log.jsonl",
        "work/ledger.json",
        "work/forgotten.csv",
        "release/txt/P01.txt",
    ],
)
def test_none_of_these_does(tmp_path: Path, file: str) -> None:
    (tmp_path / "recordings" / "2021-05-02").mkdir(parents=True)
    put(tmp_path, file)
    put(tmp_path, "private/contacts.csv", "participant_id,names\n")
    assert traces.found(tmp_path, EMPTY) == ()
    assert "**Pseudonymised" not in methods.status((), "en")


def test_contacts_on_another_disk_count(tmp_path: Path) -> None:
    assert traces.found(tmp_path, Roster((), (Contact("P01", "participant", ("A",)),))) == ("contacts",)


def test_private_columns_of_the_list_count(tmp_path: Path) -> None:
    assert traces.found(tmp_path, Roster((Participant("P01", private=(("private_name", "A"),)),))) == ("contacts",)
