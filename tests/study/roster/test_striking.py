"""Rows leave a table that somebody keeps in a spreadsheet; all that is left stands there byte for byte."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from pipeline.errors import ConfigError
from pipeline.study.roster import tables
from pipeline.study.roster.roster import strike

HEAD = "код;имена;прочее\r\n"
HERS = 'P07;Сарсенова Айгерим;"сёстры:\r\nБота; Жанар"\r\n'
MORE = "p07;Айгерим С.;\r\n"
REST = '# примечание\r\n\r\nP01;"Ермек ""Ер""";\r\n'
LAST = "P070;Санжар;"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_a_csv_keeps_its_encoding_separator_and_every_other_byte(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "contacts.csv"
    file.write_bytes((HEAD + HERS + REST + MORE + LAST).encode(encoding))
    file.chmod(0o640)
    assert strike(file, "P07") == 2
    assert file.read_bytes() == (HEAD + REST + LAST).encode(encoding)
    assert file.stat().st_mode & 0o777 == 0o640
    assert strike(file, "P07") == 0


@pytest.mark.parametrize("separator", [",", "\t"])
def test_other_separators(tmp_path: Path, separator: str) -> None:
    file = tmp_path / "participants.csv"
    file.write_text(f"participant_id{separator}age\nP07{separator}28\nP08{separator}30\n")
    assert strike(file, "P07") == 1
    assert file.read_text() == f"participant_id{separator}age\nP08{separator}30\n"


def test_a_workbook_keeps_its_other_rows_and_sheets(tmp_path: Path) -> None:
    file = tmp_path / "participants.xlsx"
    book = openpyxl.Workbook()
    for row in (("участник", "пол"), ("P01", "ж"), ("P07", "Айгерим"), ("P08", "м")):
        book.active.append(row)
    book.create_sheet("заметки").append(("своё",))
    book.save(file)
    assert strike(file, "P07") == 1
    assert [row.cells for row in tables.read(file).rows] == [("P01", "ж"), ("P08", "м")]
    assert openpyxl.load_workbook(file).sheetnames == ["Sheet", "заметки"]
    assert "Айгерим".encode() not in unzipped(file)


def unzipped(file: Path) -> bytes:
    import zipfile

    with zipfile.ZipFile(file) as packed:
        return b"".join(map(packed.read, packed.namelist()))


def test_a_table_without_ids_has_nobody(tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text("names,email\nP07,a@b.example\n")
    assert strike(file, "P07") == 0


def test_a_table_that_cannot_be_read_is_said_by_its_own_name(tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_bytes(b"")
    with pytest.raises(ConfigError, match=r"contacts\.csv"):
        strike(file, "P07")
