"""data_list: what it says of each interview, and that no spreadsheet misreads it."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
from lxml import etree
from msgspec import structs

from pipeline.participants import Participant
from pipeline.release.documents import tables
from pipeline.release.request import Interview, Request
from pipeline.study.export_settings import Settings
from tests.helpers.releases import AGREED, interview, request

PERSON = Participant(
    "P01",
    recordings=("2021-05-02 Айгерим",),
    gender="female",
    age=28,
    birth_year=1993,
    university_countries=("RU", "RU"),
    residence_country="JP",
    language="ru",
    interview_date="2021-05-02",
    consent=AGREED,
    extra=(("field", "=1+1"), ("code", "007"), ("минут", "12.5")),
    private=(("private_notes", "тайна"),),
)


def made(participant: Participant | None = PERSON) -> tuple[Request, Interview]:
    one = interview("P01", ["И: Как дела?", "Р: Всё хорошо, спасибо."], participant)
    return request(Path("study"), one), one


def cells(request: Request, one: Interview) -> dict[str, str]:
    headers, row = tables.rows(request, ((one.name, one),))
    return dict(zip(headers, row, strict=True))


def test_a_row_says_what_may_be_known_and_no_more() -> None:
    row = cells(*made())
    assert row["document"] == "P01"
    assert row["status"] == "DRAFT"
    assert row["university_countries"] == "RU;RU"
    assert row["interview_year"] == "2021"
    assert row["attribution_en"] == "(Female, 28 years old, graduate of Russian universities, lives in Japan)"
    assert (row["consent_quote"], row["consent_share"], row["consent_audio"]) == ("yes", "yes", "no")
    assert (row["turns"], row["words"], row["words_respondent"]) == ("2", "5", "3")
    assert row["field"] == "=1+1"
    assert not any("2021-05" in cell or "тайна" in cell or "Айгерим" in cell for cell in row.values())
    assert not any(header.startswith("private") for header in row)


def test_bands_hide_the_year_of_birth_too() -> None:
    asked, one = made()
    row = cells(structs.replace(asked, settings=Settings(age_band=5)), one)
    assert (row["age"], row["birth_year"]) == ("25–29", "")
    assert row["attribution_ru"].startswith("(Женщина, 25–29 лет,")


def test_the_blind_tier_has_no_attributes() -> None:
    asked, one = made()
    row = cells(structs.replace(asked, tier="blind"), one)
    assert not {"gender", "age", "field", "attribution_ru", "residence_country"} & set(row)


def test_rows_without_a_participant_keep_the_columns() -> None:
    asked, one = made()
    other = structs.replace(one, id="rec-0a1b2c3d", participant=None)
    table = tables.rows(asked, (("P01", one), ("rec-0a1b2c3d", other)))
    assert {len(row) for row in table} == {len(table[0])}
    assert dict(zip(table[0], table[2], strict=True))["gender"] == ""


def test_csv_is_read_back_and_holds_no_formula() -> None:
    asked, one = made()
    data = tables.csv_of(tables.rows(asked, (("P01", one),)))
    assert data.startswith(b"\xef\xbb\xbf")
    headers, row = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    read = dict(zip(headers, row, strict=True))
    assert read["field"] == "'=1+1"
    assert read["минут"] == "12.5"


def test_the_spreadsheet_keeps_text_as_text_and_numbers_as_numbers() -> None:
    asked, one = made()
    table = tables.rows(asked, (("P01", one),))
    data = tables.xlsx(table)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    headers = [cell.value for cell in sheet[1]]
    row = {header: sheet.cell(2, at) for at, header in enumerate(headers, 1)}
    assert row["field"].data_type == "s"
    assert row["field"].value == "=1+1"
    assert row["code"].value == "007"
    assert row["age"].value == 28
    assert row["минут"].value == 12.5
    assert sheet.freeze_panes == "B2"
    assert data == tables.xlsx(table)


def test_the_spreadsheet_says_nothing_of_who_made_it() -> None:
    asked, one = made()
    with zipfile.ZipFile(io.BytesIO(tables.xlsx(tables.rows(asked, (("P01", one),))))) as packed:
        properties = etree.fromstring(packed.read("docProps/core.xml"))
        assert [element.text for element in properties] == ["data_list"]
        assert b"openpyxl" not in b"".join(packed.read(name) for name in packed.namelist())
