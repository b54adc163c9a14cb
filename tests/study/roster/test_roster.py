"""participants and contacts: what people keep in spreadsheets, and what is said when a cell is wrong."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.model import Part, Source
from pipeline.participants import Consent, Participant, Roster
from pipeline.study.roster import columns, countries, roster, tables
from pipeline.study.roster.templates import template
from tests.conftest import DATA, needs_data

HEADER = "participant_id,recording,gender,age,university_countries,residence_country"


def read(folder: Path, participants: str | bytes = "", contacts: str | bytes = "") -> Roster:
    for name, text in (("participants.csv", participants), ("contacts.csv", contacts)):
        if text:
            (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return roster.read(folder, folder / "contacts.csv")


def first(folder: Path, participants: str | bytes) -> Participant:
    return read(folder, participants).participants[0]


def complaint(folder: Path, participants: str | bytes = "", contacts: str | bytes = "") -> str:
    with pytest.raises(ConfigError) as caught:
        read(folder, participants, contacts)
    assert caught.value.exit_code == 3
    return f"{caught.value.what} {caught.value.do}"


def test_a_row_is_read(tmp_path: Path) -> None:
    row = 'P01,Interview 1; Interview 2,Female,28,"RU;RU",Japan'
    assert first(tmp_path, f"{HEADER}\n{row}\n") == Participant(
        id="P01",
        recordings=("Interview 1", "Interview 2"),
        gender="female",
        age=28,
        university_countries=("RU", "RU"),
        residence_country="JP",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, separator: str, line_end: str) -> None:
    rows = [["Код участника", "Пол", "Возраст", "Страна проживания"], ["У1", "жен.", "28", "Россия"]]
    text = line_end.join(separator.join(row) for row in rows) + line_end
    assert first(tmp_path, text.encode(encoding)) == Participant(
        id="У1", gender="female", age=28, residence_country="RU"
    )


def test_an_excel_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["id", "age", "interview_date", "consent_quote", "residence_country", None])
    sheet.append([7, 28.0, date(2021, 5, 2), True, "Қазақстан", None])
    sheet["A900"].number_format = "0.00"
    book.save(tmp_path / "participants.xlsx")
    assert read(tmp_path).participants == (
        Participant(id="7", age=28, interview_date="2021-05-02", residence_country="KZ", consent=Consent(quote="yes")),
    )


def test_csv_and_xlsx_together_are_refused_by_name(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "participants.xlsx")
    said = complaint(tmp_path, f"{HEADER}\n")
    assert "participants.csv" in said
    assert "participants.xlsx" in said


def test_no_files_are_warnings(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert not found.participants
    assert not found.contacts
    assert len(found.warnings) == 2


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("refused", (None, (("age", "refused"),))),
        ("отказ", (None, (("age", "refused"),))),
        ("unknown", (None, (("age", "unknown"),))),
        ("не спрашивали", (None, ())),
        ("", (None, ())),
        ("28 лет", (28, ())),
        ("0", (0, ())),
    ],
)
def test_refused_unknown_and_not_asked_are_three_values(
    tmp_path: Path, cell: str, value: tuple[int | None, tuple[tuple[str, str], ...]]
) -> None:
    person = first(tmp_path, f"participant_id,age\nP01,{cell}\n")
    assert (person.age, person.missing) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [("yes", "yes"), ("Да", "yes"), ("нет", "no"), ("", "not asked"), ("not asked", "not asked"), ("н/д", "unknown")],
)
def test_consent(tmp_path: Path, cell: str, value: str) -> None:
    person = first(tmp_path, f"participant_id,consent_quote,withdrawn_on\nP01,{cell},02.05.2021\n")
    assert person.consent == Consent(quote=value, withdrawn_on="2021-05-02")  # type: ignore[arg-type]


SECRET = "Сарсенова"

WRONG = {
    "no id column": (f"имя\n{SECRET}", ("participant_id",)),
    "an empty id": (f"participant_id,age\n{''},28", ("row 2", "participant_id")),
    "an id for no file": (f"participant_id\n{SECRET}/1", ("row 2", "participant_id")),
    "an id of the program": ("participant_id\nrec-12345678", ("row 2",)),
    "an id that Windows keeps": ("participant_id\nCON", ("row 2",)),
    "the same id": ("participant_id\nP01\nP02\np01", ("rows 2 and 4",)),
    "a recording in two rows": (f"participant_id,recording\nP01,{SECRET}\nP02,a;{SECRET}/", ("rows 2 and 3",)),
    "a recording twice in a row": (f"participant_id,recording\nP01,{SECRET};{SECRET}", ("row 2", "recording")),
    "a country": (f"participant_id,страна\nP01,{SECRET}", ("row 2", "residence_country")),
    "an age": (f"participant_id,age\nP01,{SECRET}", ("row 2", "age")),
    "too old": ("participant_id,age\nP01,121", ("row 2", "age")),
    "a year": ("participant_id,birth_year\nP01,91", ("row 2", "birth_year")),
    "a date": (f"participant_id,interview_date\nP01,{SECRET}", ("row 2", "interview_date")),
    "a day that is none": ("participant_id,interview_date\nP01,31.02.2021", ("row 2", "interview_date")),
    "an American date": ("participant_id,interview_date\nP01,5/2/2021", ("row 2", "interview_date")),
    "consent": (f"participant_id,consent_share\nP01,{SECRET}", ("row 2", "consent_share")),
    "gender": (f"participant_id,gender\nP01,{SECRET}", ("row 2", "gender")),
    "too many cells": (f"participant_id,age\n\nP01,28,{SECRET}", ("row 3", "2 columns")),
    "an open quotation mark": (f'participant_id,age\nP01,"{SECRET}', ("row 2",)),
    "two columns for one thing": (f"participant_id,age,возраст\nP01,28,{SECRET}", ("columns 2 and 3", "age")),
    "two equal headers": ("participant_id,mood,Mood\nP01,1,2", ("same header",)),
    "a column without header": (f"participant_id,,age\nP01,{SECRET},28", ("column 2",)),
    "nothing but comments": ("# participant_id\n", ("participants.csv",)),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_complaint_says_where_and_never_what(tmp_path: Path, wrong: str) -> None:
    text, places = WRONG[wrong]
    said = complaint(tmp_path, text)
    assert all(place in said for place in places), said
    assert SECRET not in said


@pytest.mark.parametrize("data", [b"\x00\x01\x02\x98", b"a\x98b,\n", b"\xff\xfea"])
def test_bytes_that_are_no_text(tmp_path: Path, data: bytes) -> None:
    assert "participants.csv" in complaint(tmp_path, data)


def test_a_text_named_xlsx(tmp_path: Path) -> None:
    (tmp_path / "participants.xlsx").write_text("participant_id\nP01")
    assert "participants.xlsx" in complaint(tmp_path)


def test_the_suggestion_for_a_country_comes_from_the_list(tmp_path: Path) -> None:
    assert "Kazakhstan" in complaint(tmp_path, "participant_id,residence_country\nP01,Kazahstan")


@pytest.mark.parametrize(
    ("code", "spellings"),
    [
        ("GB", "UK|Англия|Великобритания|Ұлыбритания|England|GBR|gb"),
        ("US", "США|USA|U.S.|United States|Америка Құрама Штаттары|Соединённые Штаты"),
        ("RU", "Россия|Ресей|Russia|РФ|Российская Федерация"),
        ("KZ", "Казахстан|Қазақстан|Kazakhstan|РК|kz"),
        ("KR", "South Korea|Южная Корея|Республика Корея|Korea|Оңтүстік Корея"),
        ("CZ", "Czech Republic|Czechia|Чехия"),
        ("TR", "Turkey|Türkiye|Турция|Түркия"),
        ("AE", "ОАЭ|UAE|United Arab Emirates"),
        ("CN", "Китай|КНР|China|Қытай"),
        ("DE", "Германия|Germany|DEU"),
    ],
)
def test_countries(code: str, spellings: str) -> None:
    assert {countries.code(name) for name in spellings.split("|")} == {code}


def test_regions_are_no_countries() -> None:
    assert {countries.code(name) for name in ("EU", "ЕС", "Евросоюз", "Азия", "ZZ", "Alma-Ata", "")} == {None}


@given(st.lists(st.sampled_from(["RU", "Россия", "Japan", "Южная Корея"]), max_size=4))
def test_universities_are_a_list_not_a_set(names: list[str]) -> None:
    cell = columns.Cell("participants.csv", 2, "university_countries", "; ".join(names))
    assert columns.country_list(cell) == tuple(countries.code(name) for name in names)


@given(st.dates(min_value=date(1901, 1, 1)))
def test_dates_in_both_forms(day: date) -> None:
    for text in (day.isoformat(), f"{day:%d.%m.%Y}", f"{day.isoformat()} 00:00:00"):
        assert columns.day(columns.Cell("participants.csv", 2, "interview_date", text)) == day.isoformat()


def test_private_columns_and_names_are_kept_apart(tmp_path: Path) -> None:
    text = f"participant_id,ФИО,private_note,mood\nP01,{SECRET},secret,calm\n"
    found = read(tmp_path, text)
    assert found.participants[0].extra == (("mood", "calm"),)
    assert found.participants[0].private == (("ФИО", SECRET), ("private_note", "secret"))
    warned = " ".join(found.warnings)
    assert "column 2" in warned
    assert "column 3" in warned
    assert SECRET not in warned


def test_names_of_recordings_are_composed(tmp_path: Path) -> None:
    decomposed = "Алексеи\u0306"
    assert first(tmp_path, f"id,запись\nP01,recordings/{decomposed}/\n").recordings == ("Алексей",)


def test_contacts(tmp_path: Path) -> None:
    text = (
        "id;роль;ФИО;имя в Zoom;почта;телефон;место работы;прочее\n"
        'P01;;"Сарсенова Айгерим; Айка";aigerim;a@example.org;+7 701 555 01 42;Самрук;\n'
        ";;Омарова Дарина;Дарина Омарова;;;;\n"
        "interviewer-7;;Гуров Алексей;;;;;\n"
        "P99;;Некто;;;;;\n"
        "P02;;;;;;;\n"
    )
    found = read(tmp_path, "participant_id\nP01\nP02\n", text)
    assert [(one.owner, one.role) for one in found.contacts] == [
        ("P01", "participant"),
        ("interviewer-1", "interviewer"),
        ("interviewer-7", "interviewer"),
        ("P99", "participant"),
    ]
    assert found.contacts[0].names == ("Сарсенова Айгерим", "Айка")
    assert found.contacts[0].employers == ("Самрук",)
    assert [warning for warning in found.warnings if "P99" in warning]


def test_a_name_for_an_id_is_not_repeated(tmp_path: Path) -> None:
    found = read(tmp_path, "participant_id\nP01\n", f"participant_id,names\n{SECRET},{SECRET}\n")
    assert any("row 2" in warning for warning in found.warnings)
    assert SECRET not in " ".join(found.warnings)


def test_contacts_without_a_column_that_is_known(tmp_path: Path) -> None:
    assert "contacts.csv" in complaint(tmp_path, f"{HEADER}\n", f"participant_id,чудо\nP01,{SECRET}\n")


PARTS = {
    "2021-05-02 15.30.45 Дарина Омарова's Zoom Meeting 87654321012": Part(
        "2021-05-02 15.30.45 Дарина Омарова's Zoom Meeting 87654321012",
        "Дарина Омарова",
        "2021-05-02T15:30:45",
        (
            Source("Audio Record/audioДаринаОмарова187654321012.m4a", "x"),
            Source("Audio Record/audioАйгеримСарсенова287654321012.m4a", "x"),
        ),
    ),
    "a, b.mp3": Part("a, b.mp3", "", "", (Source("", "x"),)),
}


def test_templates_read_back(tmp_path: Path) -> None:
    (tmp_path / "participants.csv").write_bytes(template("participants", PARTS))
    (tmp_path / "contacts.csv").write_bytes(template("contacts", PARTS))
    found = roster.read(tmp_path, tmp_path / "contacts.csv")
    assert [(row.id, row.recordings) for row in found.participants] == [
        (f"P0{number}", (name,)) for number, name in enumerate(PARTS, start=1)
    ]
    assert [(one.owner, one.display_names) for one in found.contacts] == [
        ("interviewer-1", ("Дарина Омарова",)),
        ("P01", ("АйгеримСарсенова",)),
    ]
    assert found.warnings == ()


def test_the_workbook_template_reads_back(tmp_path: Path) -> None:
    (tmp_path / "participants.xlsx").write_bytes(template("participants", PARTS, xlsx=True))
    assert [row.recordings for row in read(tmp_path).participants] == [(name,) for name in PARTS]
    sheet = openpyxl.load_workbook(io.BytesIO(template("participants", PARTS, xlsx=True))).active
    column = {cell.value: cell.column for cell in sheet[1]}
    dates = {column["interview_date"], column["withdrawn_on"]}
    for cell in (cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value):
        assert cell.number_format == ("yyyy-mm-dd" if cell.column in dates else "@")


def test_templates_of_an_empty_study(tmp_path: Path) -> None:
    found = read(tmp_path, template("participants", {}), template("contacts", {}))
    assert found == Roster()


def test_a_template_saved_by_a_russian_excel(tmp_path: Path) -> None:
    text = template("participants", PARTS).decode("utf-8-sig").replace("a, b.mp3", "b.mp3").replace('"', "")
    rows = [line if line.startswith("#") else line.replace(",", ";") for line in text.splitlines()]
    assert len(read(tmp_path, "\r\n".join(rows).encode("cp1251")).participants) == 2


@given(st.lists(st.lists(st.text(alphabet="абв ,;\"'\n\tX#", max_size=6), min_size=3, max_size=3), max_size=5))
def test_a_table_reads_what_was_written(rows: list[list[str]]) -> None:
    written = tables.as_csv([["id", "один", "два"], *rows]).encode()
    kept = [tuple(tables.clean(cell) for cell in row) for row in rows]
    kept = [row for row in kept if any(row) and not row[0].startswith("#")]
    found = [row.cells for row in tables.lines("t", tables.decoded("t", written)[2])][1:]
    assert [row for row in found if any(row) and not row[0].startswith("#")] == kept


@needs_data
def test_the_gold_rosters() -> None:
    people = roster.read_participants(tables.read(DATA / "zoom" / "participants.csv"), [])
    assert [person.university_countries for person in people] == [("JP",), ("US",), ("KR",)]
    everybody = roster.read_participants(tables.read(DATA / "interviews" / "participants.csv"), [])
    assert len(everybody) == 8
    assert all(person.residence_country for person in everybody)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("", ()),
        ("SPEAKER_00=respondent", (("SPEAKER_00", "respondent"),)),
        (
            "Дарина Омарова = интервьюер; Kamila's iPhone=other",
            (("Дарина Омарова", "interviewer"), ("Kamila's iPhone", "other")),
        ),
        ("a=b=respondent", (("a=b", "respondent"),)),
    ],
)
@pytest.mark.parametrize("header", ["speakers", "говорящие", "Говорящие"])
def test_roles_set_by_hand(cell: str, read: tuple[tuple[str, str], ...], header: str, tmp_path: Path) -> None:
    (tmp_path / "participants.csv").write_text(f"participant_id,{header}\nP01,{cell}\n", encoding="utf-8")
    found = roster.read(tmp_path, tmp_path / "private" / "contacts.csv")
    assert found.participants[0].speakers == read
    assert found.participants[0].extra == ()
    assert any("speakers" in warning for warning in found.warnings)
    assert not any("Дарина" in warning for warning in found.warnings)


@pytest.mark.parametrize("cell", ["Дарина=boss", "Дарина", "=other", "Дарина="])
def test_a_role_that_is_none_is_an_error_by_row(cell: str, tmp_path: Path) -> None:
    (tmp_path / "participants.csv").write_text(f"participant_id,speakers\nP01,\nP02,{cell}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="row 3, column speakers") as caught:
        roster.read(tmp_path, tmp_path / "private" / "contacts.csv")
    assert "Дарина" not in caught.value.what + caught.value.do


@pytest.mark.parametrize(
    ("cell", "bounds"), [("", None), ("1", (1, 1)), ("2", (2, 2)), ("3", (3, 3)), ("2-4", (2, 4)), ("3 – 3", (3, 3))]
)
def test_how_many_people_speak(cell: str, bounds: tuple[int, int] | None, tmp_path: Path) -> None:
    (tmp_path / "participants.csv").write_text(f"participant_id,speakers_count\nP01,{cell}\n", encoding="utf-8")
    assert roster.read(tmp_path, tmp_path / "private" / "contacts.csv").participants[0].people == bounds


@pytest.mark.parametrize("cell", ["two", "0", "4-2", "-1"])
def test_a_number_of_people_that_is_none(cell: str, tmp_path: Path) -> None:
    (tmp_path / "participants.csv").write_text(f"participant_id,speakers_count\nP01,{cell}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="row 2, column speakers_count"):
        roster.read(tmp_path, tmp_path / "private" / "contacts.csv")
