"""`interviews init`: made once, filled when the recordings come, never touched after a person has begun."""

from __future__ import annotations

import io
import re
import shutil
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from pipeline.messages import Language
from pipeline.participants import Consent
from pipeline.study.folder import open_study
from pipeline.study.initialise import initialise
from pipeline.study.roster import columns, roster, templates
from tests.helpers.sample_studies import DEMO


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
    days = [row.recordings[0][:10] for row in found.participants]
    assert [row.interview_date for row in found.participants] == days, "the day stands in the folder's name"


def test_the_next_steps_can_be_typed_as_they_are_printed(tmp_path: Path) -> None:
    study = tmp_path / "my study"
    said = list(initialise(study))
    assert f"  4. interviews run '{study}'" in said


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


FILLED = {
    "ru": ("женский", "Россия; Япония", "Япония", "02.05.2021", ("да", "да", "нет")),
    "en": ("female", "Russia; Japan", "Japan", datetime(2021, 5, 2), ("yes", "yes", "no")),
}
"""as a user fills in a row: words from the drop-downs, a date typed or taken for one by the program"""


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("russian_headers", [False, True])
def test_a_workbook_filled_in_by_a_user_reads_back(tmp_path: Path, language: str, russian_headers: bool) -> None:
    (tmp_path / "study.yaml").write_text(f"study: {{language: {language}}}\n", encoding="utf-8")
    shutil.copytree(DEMO / "recordings", tmp_path / "recordings")
    list(initialise(tmp_path, xlsx=True))
    book = openpyxl.load_workbook(tmp_path / "participants.xlsx")
    sheet = book.active
    column = {cell.value: cell.column for cell in sheet[1]}
    gender, universities, residence, day, answers = FILLED[language]
    cells = {"gender": gender, "age": 28, "university_countries": universities, "residence_country": residence}
    cells |= dict(zip(("consent_quote", "consent_share", "consent_audio"), answers, strict=True))
    for header, value in {**cells, "interview_date": day}.items():
        sheet.cell(2, column[header]).value = value
    if russian_headers:
        for header, number in column.items():
            sheet.cell(1, number).value = columns.KNOWN.participants[header].russian
    book.save(tmp_path / "participants.xlsx")
    first, second = roster.read(tmp_path, tmp_path / "private" / "contacts.csv").participants
    assert (first.gender, first.age, first.university_countries) == ("female", 28, ("RU", "JP"))
    assert (first.residence_country, first.interview_date) == ("JP", "2021-05-02")
    assert first.consent == Consent("yes", "yes", "no")
    assert second.consent == Consent()
    assert first.recordings


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_word_a_drop_down_offers_is_understood(language: Language) -> None:
    made = openpyxl.load_workbook(io.BytesIO(templates.template("participants", {}, language, xlsx=True)))
    sheet, lists = made.active, made[templates.HIDDEN]
    assert lists.sheet_state == "hidden"
    offered = {}
    for rule in sheet.data_validations.dataValidation:
        header = sheet.cell(1, next(iter(rule.sqref.ranges)).min_col).value
        assert 0 < len(rule.prompt) <= 255, "Excel takes a longer note for damage"
        assert 0 < len(rule.promptTitle) <= 32, "and a longer title, too"
        if rule.type == "list":
            first, last = re.findall(r"\$([A-Z]+\$\d+)", rule.formula1)
            cells = lists[f"{first.replace('$', '')}:{last.replace('$', '')}"]
            offered[header] = [row[0].value for row in cells]
    assert offered.keys() == {name for name, column in columns.KNOWN.participants.items() if column.offers}
    read = {
        "gender": columns.gender,
        **dict.fromkeys(("consent_quote", "consent_share", "consent_audio"), columns.answer),
    }
    for header, words in offered.items():
        for word in words:
            cell = columns.Cell("participants.xlsx", 2, header, word)
            assert read[header](cell) if header in read else header == "language" or columns.country(cell, word)
    assert len(offered["residence_country"]) > 240


def test_contacts_are_a_workbook_too(tmp_path: Path) -> None:
    shutil.copytree(DEMO / "recordings", tmp_path / "recordings")
    assert {"made participants.xlsx", "made private/contacts.xlsx"} <= set(initialise(tmp_path, xlsx=True))
    found = roster.read(tmp_path, tmp_path / "private" / "contacts.csv")
    assert [contact.role for contact in found.contacts].count("interviewer") == 1
    assert "АйгеримСарсенова" in {name for contact in found.contacts for name in contact.display_names}
    assert (tmp_path / "private" / "contacts.xlsx").stat().st_mode & 0o077 == 0


def test_a_table_that_nobody_began_becomes_a_workbook_and_any_other_is_kept(tmp_path: Path) -> None:
    list(initialise(tmp_path))
    (tmp_path / "participants.csv").write_text("participant_id\nP01\n", encoding="utf-8")
    said = list(initialise(tmp_path, xlsx=True))
    assert any(line.startswith("kept participants.csv") for line in said)
    assert not (tmp_path / "participants.xlsx").exists()
    assert not (tmp_path / "private" / "contacts.csv").exists()
    shutil.copytree(DEMO / "recordings", tmp_path / "recordings", dirs_exist_ok=True)
    assert "filled private/contacts.xlsx with the recordings found" in list(initialise(tmp_path))
    assert open_study(tmp_path).roster.contacts


def test_private_under_any_umask(tmp_path: Path) -> None:
    list(initialise(tmp_path / "study"))
    assert (tmp_path / "study").stat().st_mode & 0o077 == 0
    assert (tmp_path / "study" / "private" / "contacts.csv").stat().st_mode & 0o077 == 0
