"""Small tables that people keep in a spreadsheet: CSV in any usual encoding and separator, or xlsx."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from msgspec import Struct

from pipeline.errors import ConfigError
from pipeline.store import office_files
from pipeline.store.artifacts import write_atomically

SEPARATORS = (",", ";", "\t")
MOST_BYTES = 10 << 20
MOST_ROWS, MOST_COLUMNS = 10_000, 500
TOO_LARGE = f"it is far too large: a table may have {MOST_BYTES >> 20} MB, {MOST_ROWS:,} rows, {MOST_COLUMNS} columns"
BLANK_ROWS = 1000
"""So many empty rows in a worksheet are its end, however far its formatting reaches."""

COMMENT = "#"
MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))
"""first bytes of a file -> how the rest is written"""


class Row(Struct, frozen=True):
    number: int
    """as a spreadsheet shows it: the first line is 1"""
    cells: tuple[str, ...]


class Table(Struct, frozen=True):
    """A header and rows of text, cells stripped, empty rows and comments left out."""

    file: str
    """what messages call it: "participants.csv" """
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def find(folder: Path, stem: str) -> Path | None:
    """`stem`.csv or `stem`.xlsx in a folder, None where there is neither. Raises ConfigError where there are both."""
    try:
        found = [path for suffix in (".csv", ".xlsx") if (path := folder / f"{stem}{suffix}").is_file()]
    except OSError:
        raise unreadable(f"{stem}.csv", "its folder cannot be opened") from None
    if len(found) > 1:
        raise ConfigError(
            f"There are two tables of the same: {found[0].name} and {found[1].name}.",
            "Keep the one that is right and move the other out of the folder.",
        )
    return found[0] if found else None


def read(path: Path) -> Table:
    """Read a CSV or xlsx file. Raises ConfigError where it is no table."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError:
        raise unreadable(path.name, "it cannot be opened") from None
    if not data:
        raise unreadable(path.name, "it is empty" if not size else TOO_LARGE)
    rows_of = (
        worksheet(path.name, data) if path.suffix.lower() == ".xlsx" else lines(path.name, decoded(path.name, data)[2])
    )
    raw = list(measured(path.name, rows_of))
    filled = [row for row in raw if any(row.cells) and not row.cells[0].startswith(COMMENT)]
    if not filled:
        raise unreadable(path.name, "it has no header row")
    header = strip_end(filled[0].cells)
    rows = tuple(Row(row.number, strip_end(row.cells)) for row in filled[1:])
    for row in rows:
        if len(row.cells) > len(header):
            raise ConfigError(
                f"{path.name}, row {row.number}: {len(row.cells)} cells, but the header has {len(header)} columns.",
                "Put a cell that contains the separator (a comma or semicolon) into quotation marks, or give the "
                "extra column a header.",
            )
    return Table(path.name, header, tuple(Row(row.number, pad(row.cells, len(header))) for row in rows))


def measured(name: str, found: Iterator[Row]) -> Iterator[Row]:
    """The same rows. Raises ConfigError where there are more, or wider ones, than a person keeps."""
    for row in found:
        if row.number > MOST_ROWS or len(row.cells) > MOST_COLUMNS:
            raise unreadable(name, TOO_LARGE)
        yield row


def decoded(name: str, data: bytes) -> tuple[bytes, str, str]:
    """First bytes, encoding and text of a CSV file: UTF-8 with or without BOM, UTF-16 with BOM, else cp1251."""
    marked = next(((mark, encoding) for mark, encoding in MARKS if data.startswith(mark)), (b"", "utf-8"))
    for mark, encoding in (marked,) if marked[1] != "utf-8" else (marked, (b"", "cp1251")):
        try:
            text = data[len(mark) :].decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return mark, encoding, text
    raise unreadable(name, "it is no text in UTF-8 or Windows-1251")


def lines(name: str, text: str) -> Iterator[Row]:
    """Rows of a CSV text."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator(text), strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise ConfigError(
                f"{name}, row {number}: the row cannot be read; a quotation mark is probably not closed.",
                "Open the file in a spreadsheet program, mend the row, and save it as CSV UTF-8.",
            ) from None
        if cells is None:
            return
        yield Row(number, tuple(clean(cell) for cell in cells) or ("",))


def separator(text: str) -> str:
    """The mark that cuts the header of a CSV text into most columns."""
    filled = (line for line in text.splitlines() if line.strip(' "\t,;'))
    first = next((line for line in filled if not line.lstrip(' "\t').startswith(COMMENT)), "")
    return max(SEPARATORS, key=lambda mark: len(next(csv.reader([first], delimiter=mark), [])))


def worksheet(name: str, data: bytes) -> Iterator[Row]:
    """Rows of the first worksheet that is not hidden."""
    import openpyxl

    try:
        office_files.check(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
        sheet.reset_dimensions()  # what a file says of its own extent may be wrong
        blank = 0
        for number, cells in enumerate(sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 1), start=1):
            if any(cell is not None for cell in cells[MOST_COLUMNS:]):
                raise office_files.Refused(TOO_LARGE)
            row = Row(number, tuple(plain(cell) for cell in cells[:MOST_COLUMNS]) or ("",))
            blank = 0 if any(row.cells) else blank + 1
            if blank > BLANK_ROWS:
                return
            yield row
    except office_files.Refused as refusal:
        raise unreadable(name, str(refusal)) from None
    except Exception:
        raise unreadable(name, "it is no Excel workbook, or it has a password") from None


def plain(cell: object) -> str:
    """A spreadsheet's value as text: whole numbers without a point, dates as ISO, truth as yes or no."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return clean(str(cell))


def clean(cell: str) -> str:
    """Composed Unicode, no white space or invisible marks at the ends."""
    return unicodedata.normalize("NFC", cell).strip(" \t\r\n\xa0\ufeff\u200b\u200e\u200f")


def key(text: str) -> str:
    """A header or a word from a list, as it is compared: lower case, one underscore between words, е for ё."""
    return re.sub(r"[\W_]+", "_", clean(text).casefold().replace("ё", "е")).strip("_")


def strip_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Cells without the empty ones at the end."""
    last = max((number for number, cell in enumerate(cells, start=1) if cell), default=0)
    return cells[:last]


def pad(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    return cells + ("",) * (width - len(cells))


def unreadable(name: str, why: str) -> ConfigError:
    return ConfigError(
        f"{name} cannot be read: {why}.",
        "Open it in a spreadsheet program and save it as «CSV UTF-8», or as an Excel workbook (.xlsx).",
    )


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """Text of a CSV file; begins with a BOM, so that Excel reads it as UTF-8."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return "\ufeff" + out.getvalue()


def drop_rows(path: Path, gone: set[int]) -> None:
    """Rewrite a table without some rows; every other byte of a CSV stays. Raises ConfigError where it may not be."""
    made = worksheet_without(path, gone) if path.suffix.lower() == ".xlsx" else text_without(path, gone)
    try:
        write_atomically(path, (made,), path.stat().st_mode & 0o777)
    except OSError:
        raise ConfigError(
            f"{path.name} cannot be rewritten.", "Check that its folder may be written and the disk is not full."
        ) from None


def text_without(path: Path, gone: set[int]) -> bytes:
    """A CSV without some of its records."""
    mark, encoding, text = decoded(path.name, path.read_bytes())
    return mark + "".join(record for number, record in records(text) if number not in gone).encode(encoding)


def records(whole: str) -> Iterator[tuple[int, str]]:
    """Each record with its number and exactly as it is written: a quoted cell may run over several lines."""
    lines = list(io.StringIO(whole, newline=""))
    reader = csv.reader(lines, delimiter=separator(whole), strict=True)
    begins = 0
    for number, _ in enumerate(reader, 1):
        yield number, "".join(lines[begins : reader.line_num])
        begins = reader.line_num


def worksheet_without(path: Path, gone: set[int]) -> bytes:
    """An Excel workbook without some rows of the worksheet that is read."""
    import openpyxl

    book = openpyxl.load_workbook(path)
    sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
    for number in sorted(gone, reverse=True):
        sheet.delete_rows(number)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
