"""Takes one interview out of a published release: its files, rows, case and text. The others' stay as they are.

It works on what lies there and needs nothing else, so that it also reaches a release whose working copies are gone.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct

from pipeline.release import checksums
from pipeline.release.checksums import MANIFEST, TAGS
from pipeline.release.documents import methods, qdpx, tables
from pipeline.release.documents.formats import SHEETS
from pipeline.release.documents.office_bytes import add
from pipeline.release.documents.tables import Table
from pipeline.release.request import DRAFT_LINE
from pipeline.store.artifacts import write_atomically

NAMED = ("document", "Document name", "Name")
"""headers of the column that says which interview a row is about"""
LIST = "data_list.csv"
CSVS = ("deidentification_log.csv", "second_look.csv", "CHANGES.csv", LIST)
"""the list last: as long as it names an interview, numbers that count it are still to be changed"""
WORKBOOKS = ("data_list.xlsx", *(path for path, _ in SHEETS))

UNREADABLE = (OSError, ValueError, LookupError, SyntaxError, StopIteration, zipfile.BadZipFile)
"""what damaged tables, projects and texts raise; the next export makes them anew"""


class Removed(Struct, frozen=True):
    """What was taken out of a release."""

    files: int = 0
    rows: int = 0


def releases(study: Path) -> tuple[Path, ...]:
    """Every folder of a study that is a release, or was one or was to become one."""
    folders = sorted(path for path in study.iterdir() if path.is_dir() and path.name not in ("work", "recordings"))
    marks = (MANIFEST, TAGS[0])
    left = ("release.partial", "release.previous")
    return tuple(path for path in folders if path.name in left or any((path / mark).is_file() for mark in marks))


def inner(release: Path) -> Path:
    """Where the files of a release are: in data/ of a bag."""
    return release / "data" if (release / TAGS[0]).is_file() else release


def tier(release: Path) -> str:
    """Which tier it was published as; "" where it does not say."""
    file = inner(release) / "METHODS.md"
    found = methods.TIER.search(file.read_text(encoding="utf-8")) if file.is_file() else None
    return found[1] if found else ""


def documents(release: Path) -> set[str]:
    """Names of the interviews in it."""
    return {path.stem for path in (inner(release) / "txt").glob("*.txt")}


def holds(release: Path, name: str) -> Removed:
    """What `remove` would take out."""
    folder = inner(release)
    files = sum(path.is_file() and path.stem == name for path in folder.rglob("*"))
    rows = 0
    for file in (folder / path for path in (*WORKBOOKS, *CSVS)):
        try:
            rows += shorter(file, name, file.read_bytes())[1] if file.is_file() else 0
        except UNREADABLE:
            rows += 1
    return Removed(files, rows)


def remove(release: Path, name: str) -> Removed:
    """Take an interview out, by its name in this release."""
    folder = inner(release)
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.stem == name]
    for path in (*files, *release.rglob("*.partial")):
        path.unlink()
    in_place(folder / "codebook.csv", lambda data: recounted(data, folder, name))
    in_place(folder / "METHODS.md", lambda data: retold(data, folder, name))
    in_place(folder / "project.qdpx", lambda data: project(data, name))
    tabled = [folder / path for path in (*WORKBOOKS, *CSVS)]
    rows = sum(in_place(file, partial(shorter, file, name)) for file in tabled)
    return Removed(len(files), rows)


def restate(release: Path, traces: Sequence[str]) -> None:
    """Say again in METHODS.md whether names can be traced back, by what is there today."""
    in_place(inner(release) / "METHODS.md", lambda data: (methods.restated(data.decode(), traces).encode(), 0))


def seal(release: Path) -> None:
    """The checksums of what is in it now."""
    if (release / TAGS[0]).is_file():
        in_place(release / TAGS[1], lambda data: (checksums.measured(data, release), 0))
        in_place(release / MANIFEST, lambda _: (checksums.sums(release, checksums.payload(release)), 0))
        in_place(release / TAGS[2], lambda _: (checksums.tag_sums(release), 0))
    else:
        in_place(release / MANIFEST, lambda data: (checksums.manifest(release, checksums.remarks(data)), 0))


def in_place(file: Path, change: Callable[[bytes], tuple[bytes, int]]) -> int:
    """Rewrite a file where that changes it; what `change` counted. One that cannot be understood goes as a whole."""
    if not file.is_file():
        return 0
    data = file.read_bytes()
    try:
        made, counted = change(data)
    except UNREADABLE:
        file.unlink()
        return 1
    if made != data:
        write_atomically(file, (made,), file.stat().st_mode & 0o777)
    return counted


def shorter(file: Path, name: str, data: bytes) -> tuple[bytes, int]:
    """A table without the rows of an interview, and how many there were."""
    office = file.suffix == ".xlsx"
    table = read_xlsx(data) if office else read_csv(data)
    at = next(place for place, header in enumerate(table[0]) if header in NAMED)
    kept = (table[0], *(row for row in table[1:] if row[at] != name))
    if len(kept) == len(table):
        return data, 0
    return tables.xlsx(kept, file.stem) if office else tables.csv_of(kept), len(table) - len(kept)


def read_csv(data: bytes) -> Table:
    return tuple(tuple(row) for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def read_xlsx(data: bytes) -> Table:
    from openpyxl import load_workbook

    rows = load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    return tuple(tuple("" if cell is None else str(cell) for cell in row) for row in rows)


def recounted(data: bytes, folder: Path, name: str) -> tuple[bytes, int]:
    """The codebook with the cells counted that are left."""
    listed = read_csv((folder / LIST).read_bytes())
    kept = tuple(row for row in listed if row[0] != name)
    return (data if kept == listed else tables.csv_of(tables.recounted(read_csv(data), kept))), 0


def retold(data: bytes, folder: Path, name: str) -> tuple[bytes, int]:
    """METHODS.md with the numbers of what is left."""
    listed, hidden = as_dicts(folder / LIST), as_dicts(folder / "deidentification_log.csv")
    if all(row["document"] != name for row in listed):
        return data, 0
    left = [[row for row in rows if row["document"] != name] for rows in (listed, hidden)]
    return methods.without(data.decode(), name, *left).encode(), 0


def as_dicts(file: Path) -> list[dict[str, str]]:
    """Rows of a table of the release by header, a draft's mark left out."""
    header, *rows = read_csv(file.read_bytes())
    return [dict(zip(header, row, strict=True)) for row in rows if row[0] != DRAFT_LINE]


def project(data: bytes, name: str) -> tuple[bytes, int]:
    """The QDA project without an interview's text, case and code."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        members = {member: packed.read(member) for member in packed.namelist()}
    root = etree.fromstring(members["project.qde"], etree.XMLParser(remove_blank_text=True))
    sources = [source for source in root.iter(f"{{{qdpx.URN}}}TextSource") if source.get("name") == name]
    if not sources:
        return data, 0
    for source in sources:
        members.pop(f"Sources/{source.get('guid')}.txt", None)
        drop(source)
    cases = [case for case in root.iter(f"{{{qdpx.URN}}}Case") if case.get("name") == name]
    ids = {case.get("guid") for case in cases}
    for element in [*cases, *(code for code in root.iter(f"{{{qdpx.URN}}}Code") if code.get("guid") in ids)]:
        drop(element)
    members["project.qde"] = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for member, content in members.items():
            add(packed, member, content)
    return made.getvalue(), 0


def drop(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
