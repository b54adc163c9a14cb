"""The tables that `init` makes, as CSV or as an Excel workbook with drop-downs and a note for each column."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, Literal

from pipeline.ingest.layout import composed, layout
from pipeline.messages import Language
from pipeline.model import Part
from pipeline.study.roster import countries, tables
from pipeline.study.roster.columns import KNOWN, Column

Name = Literal["participants", "contacts"]

ROWS = 500
"""rows that have drop-downs"""
HEADER, INK = "E8EDF3", "1F1F1F"
HIDDEN = "lists"
"""the sheet that the drop-downs read; the program reads the first visible one"""


def template(name: Name, parts: Mapping[str, Part], language: Language = "ru", xlsx: bool = False) -> bytes:
    """A table to be filled in, with what the recordings (name in recordings/ -> Part) themselves tell."""
    rows = participant_rows(parts) if name == "participants" else contact_rows(parts)
    if xlsx:
        return workbook(name, rows, language)
    about = [(said(line, language),) for line in KNOWN.about[name]]
    return tables.as_csv([*about, *rows]).encode()


def said(both: tuple[str, str], language: Language) -> str:
    """A text of columns.toml in one language."""
    return both[language == "en"]


def participant_rows(parts: Mapping[str, Part]) -> list[tuple[str, ...]]:
    """A row for each recording with its name and day."""
    header = tuple(name for name, about in KNOWN.participants.items() if not about.seldom)
    filled = []
    for name, (recording, part) in zip(fresh_ids(parts), parts.items(), strict=True):
        known = {"participant_id": name, "recording": recording, "interview_date": part.started[:10]}
        filled.append(tuple(known.get(column, "") for column in header))
    return [header, *filled]


def contact_rows(parts: Mapping[str, Part]) -> list[tuple[str, ...]]:
    """A row for each display name that Zoom's files show; hosts as interviewers, each once."""
    hosts = sorted({composed(part.host) for part in parts.values() if part.host})
    together = {"".join(host.split()).casefold() for host in hosts}
    rows = [("", "interviewer", "", host, "", "", "", "") for host in hosts]
    for owner, part in zip(fresh_ids(parts), parts.values(), strict=True):
        guests = [voice.display_name for voice in layout(part).voices if voice.display_name]
        guests = [name for name in guests if "".join(name.split()).casefold() not in together]
        rows += [(owner, "participant", "", name, "", "", "", "") for name in guests or [""]]
    return [tuple(KNOWN.contacts), *rows]


def fresh_ids(parts: Mapping[str, Part]) -> list[str]:
    """An id for each recording: P01, P02 …, or the recording's own name where that looks like one already."""
    stems = [PurePosixPath(name).stem for name in parts]
    width = max(2, len(str(len(parts))))
    if stems and len(set(stems)) == len(stems) and all(re.fullmatch(r"[A-Za-z]{1,3}\d{1,4}", stem) for stem in stems):
        return stems
    return [f"P{number:0{width}d}" for number in range(1, len(parts) + 1)]


def workbook(table: Name, rows: Sequence[Sequence[str]], language: Language) -> bytes:
    """A workbook whose first row is `rows[0]`, headers of participants or contacts."""
    import openpyxl
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    book.properties.creator = ""
    sheet, hidden = book.active, book.create_sheet(HIDDEN)
    sheet.title, hidden.sheet_state = said(KNOWN.sheets[table], language), "hidden"
    for row in rows:
        sheet.append([cell or None for cell in row])
    about = {header: getattr(KNOWN, table)[header] for header in rows[0]}
    lists = 0
    for number, (header, column) in enumerate(about.items(), 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = column.width
        place = ""
        if offered := words(column, language):
            lists += 1
            for at, word in enumerate(offered, 1):
                hidden.cell(at, lists, word)
            place = f"'{HIDDEN}'!${get_column_letter(lists)}$1:${get_column_letter(lists)}${len(offered)}"
        made_for = validation(header, column, language, place)
        made_for.add(f"{letter}2:{letter}{ROWS + 1}")
        sheet.add_data_validation(made_for)
    dress(sheet, about.values(), len(rows))
    explain(book.create_sheet(said(KNOWN.sheets["help"], language)), table, about, language)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def words(column: Column, language: Language) -> list[str]:
    """What a column's drop-down offers, none for a column without one."""
    if column.offers == "countries":
        return country_names(language)
    return [said(both, language) for both in KNOWN.lists.get(column.offers, ())]


def country_names(language: Language) -> list[str]:
    """Countries by their names, in order of the alphabet; each is understood when the table is read."""
    from babel import Locale

    found = {str(name) for code, name in Locale(language).territories.items() if countries.code(str(name)) == code}
    return sorted(found, key=lambda name: name.casefold().replace("ё", "е"))


def validation(header: str, column: Column, language: Language, place: str) -> Any:
    """A drop-down where there is a list, and the column's note for every cell of it."""
    from openpyxl.worksheet.datavalidation import DataValidation

    made = DataValidation(type="list" if place else None, formula1=f"={place}" if place else None, allow_blank=True)
    made.showErrorMessage = column.strict
    if column.strict:
        made.error = said(KNOWN.sheets["error"], language)
    if told := said(column.note, language):
        made.showInputMessage, made.prompt = True, told
        made.promptTitle = column.russian if language == "ru" else header
    return made


def explain(sheet: Any, table: Name, about: Mapping[str, Column], language: Language) -> None:
    """The notes of all columns on a sheet of their own."""
    from openpyxl.styles import Alignment, Font

    for header, column in about.items():
        title = f"{header}: {column.russian}" if language == "ru" and column.russian else header
        sheet.append([title, said(column.note, language)])
        sheet.cell(sheet.max_row, 1).font = Font(name="Calibri", size=11, bold=True)
    sheet.append(["", said(KNOWN.further[table], language)])
    on_one_page(sheet)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 44, 90
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(vertical="top", wrap_text=True)


def dress(sheet: Any, about: Iterable[Column], filled: int) -> None:
    """A header that stays in sight, and cells that a spreadsheet does not change: text is text, dates are dates."""
    from openpyxl.styles import Font, PatternFill

    for number, column in enumerate(about, 1):
        top = sheet.cell(1, number)
        top.font, top.fill = Font(name="Calibri", size=11, bold=True, color=INK), PatternFill("solid", fgColor=HEADER)
        top.number_format = "@"
        for row in range(2, max(filled, ROWS) + 2):
            sheet.cell(row, number).number_format = column.format
    sheet.freeze_panes = "B2"
    on_one_page(sheet)


def on_one_page(sheet: Any) -> None:
    """Printed across, as wide as the paper."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
