"""`interviews init`: a study's folder with everything in it that the operator fills in."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline import messages
from pipeline.errors import ConfigError
from pipeline.ingest import zoom
from pipeline.ingest.layout import layout
from pipeline.messages import LANGUAGES, Language
from pipeline.model import Part
from pipeline.store.artifacts import write_atomically
from pipeline.study.roster import tables
from pipeline.study.roster.templates import Name, template
from pipeline.study.settings import configs

SETTINGS: dict[Language, str] = {"ru": "study.ru.yaml", "en": "study.yaml"}
"""The text that study.yaml begins with, in configs/."""
TABLES: tuple[tuple[str, Name], ...] = (("private/contacts.csv", "contacts"), ("participants.csv", "participants"))
"""What the operator fills in."""


def initialise(folder: Path, xlsx: bool = False, wanted: Language = "ru") -> Iterator[str]:
    """Make what is missing of a study, a new one in the language wanted, and say what was made. Raises ConfigError.

    A table that somebody has begun to fill in is not touched.
    """
    typed, folder = folder, folder.resolve()
    if folder.exists() and not folder.is_dir():
        raise ConfigError("A study is a folder, and that is a file.", "Choose another name.")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "recordings").mkdir(mode=0o700, exist_ok=True)
        (folder / "private").mkdir(mode=0o700, exist_ok=True)
    except OSError:
        raise ConfigError("The study's folder cannot be made.", "Check the disk and the permissions.") from None
    if not (folder / "study.yaml").exists():
        write_atomically(folder / "study.yaml", ((configs() / SETTINGS[wanted]).read_bytes(),))
        yield "made study.yaml"
    found = zoom.discover(folder / "recordings")
    parts = {name: zoom.part(folder / "recordings", name, lambda _: "") for name in found}
    language = messages.of_study(folder) or wanted
    for file, name in TABLES:
        yield from table(folder / file, name, parts, xlsx, language)
    yield f"{len(found)} recordings found in recordings/."
    texts = sum(layout(part).text is not None for part in parts.values())
    if texts:
        yield f"{texts} of them with a transcript, which is taken as the text; see `interviews match`."
    if language == "ru" and messages.speaking() == "en":
        yield "Messages and reports of this study are in Russian; for English, write `language: en` into study.yaml."
    yield from steps(typed, bool(found))


def table(file: Path, name: Name, parts: Mapping[str, Part], xlsx: bool, language: Language) -> Iterator[str]:
    """Make one table, as CSV or as a workbook; fill it in when the recordings have come."""
    book, shown = file.with_suffix(".xlsx"), "private/" if name == "contacts" else ""
    if xlsx and file.exists() and untouched(file, name, parts):
        file.unlink()
    if file.exists() and xlsx:
        yield f"kept {file.name}: somebody has filled it in. Open it in a spreadsheet and save it as {book.name}."
    if book.exists() or (xlsx and not file.exists()):
        file = book
    shown += file.name
    if not file.exists():
        write_atomically(file, (template(name, parts, language, file == book),))
        yield f"made {shown}"
    elif parts and untouched(file, name, {}):
        write_atomically(file, (template(name, parts, language, file == book),))
        yield f"filled {shown} with the recordings found"


def untouched(file: Path, name: Name, parts: Mapping[str, Part]) -> bool:
    """Whether a table is as it was made; a workbook, which may have been saved since, where it has no rows."""
    if file.suffix == ".csv":
        return file.read_bytes() in {template(name, rows, language) for rows in ({}, parts) for language in LANGUAGES}
    try:
        return not tables.read(file).rows
    except ConfigError:
        return False


def steps(folder: Path, found: bool) -> Iterator[str]:
    """What to do next, with the study's folder as it was typed."""
    study = shlex.quote(str(folder))
    made = {
        name: "xlsx" if (folder / f"{name}.xlsx").exists() else "csv" for name in ("participants", "private/contacts")
    }
    participants, contacts = (f"{name}.{kind}" for name, kind in made.items())
    yield "Next:"
    if not found:
        yield "  1. Copy Zoom's folders into recordings/, then run this command again: it fills the tables."
    else:
        yield f"  1. Fill in {participants} (no names there) and {contacts} (names, never released)."
    yield f"  2. interviews match {study}   (which recording belongs to whom?)"
    yield f"  3. interviews doctor {study}   (is everything here that a run needs?)"
    yield f"  4. interviews run {study}"
