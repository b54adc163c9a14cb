"""Takes a person's rows out of participants and contacts; every other byte of a CSV stays as somebody wrote it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import ConfigError
from pipeline.store.artifacts import write_atomically
from pipeline.study.roster import columns, tables

MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))
"""first bytes of a file -> how the rest is written"""


def strike(path: Path, owner: str) -> int:
    """Rewrite a table without the rows of a participant; how many there were. Raises ConfigError."""
    table = tables.read(path)
    place = columns.match(table, {"participant_id": columns.KNOWN.participants["participant_id"]}).get("participant_id")
    if place is None:
        return 0
    gone = {row.number for row in table.rows if row.cells[place].casefold() == owner.casefold()}
    if gone:
        made = workbook(path, gone) if path.suffix.lower() == ".xlsx" else text(path, gone)
        write(path, made)
    return len(gone)


def write(path: Path, data: bytes) -> None:
    """Put a table back with the permissions it had. Raises ConfigError where its folder is read-only."""
    try:
        write_atomically(path, (data,), path.stat().st_mode & 0o777)
    except OSError:
        raise ConfigError(
            f"{path.name} cannot be rewritten.", "Check that its folder may be written and the disk is not full."
        ) from None


def text(path: Path, gone: set[int]) -> bytes:
    """A CSV without some of its records."""
    data = path.read_bytes()
    mark, encoding = next(((mark, name) for mark, name in MARKS if data.startswith(mark)), (b"", ""))
    if not encoding:
        encoding = "utf-8" if utf8(data) else "cp1251"
    kept = [record for number, record in records(data[len(mark) :].decode(encoding)) if number not in gone]
    return mark + "".join(kept).encode(encoding)


def utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def records(whole: str) -> Iterator[tuple[int, str]]:
    """Each record with its number and exactly as it is written: a quoted cell may run over several lines."""
    lines = list(io.StringIO(whole, newline=""))
    reader = csv.reader(lines, delimiter=tables.separator(whole), strict=True)
    begins = 0
    for number, _ in enumerate(reader, 1):
        yield number, "".join(lines[begins : reader.line_num])
        begins = reader.line_num


def workbook(path: Path, gone: set[int]) -> bytes:
    """An Excel workbook without some rows of the worksheet that is read."""
    import openpyxl

    book = openpyxl.load_workbook(path)
    sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
    for number in sorted(gone, reverse=True):
        sheet.delete_rows(number)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
