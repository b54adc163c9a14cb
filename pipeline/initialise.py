"""`interviews init`: a study's folder with everything in it that the operator fills in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from pipeline import config
from pipeline.errors import ConfigError
from pipeline.ingest import roster, tables, zoom
from pipeline.model import Part
from pipeline.store import write_atomically

Template = Callable[[Mapping[str, Part]], bytes]
TABLES: dict[str, Template] = {
    "private/contacts.csv": roster.template_contacts,
    "participants.csv": roster.template_participants,
}
"""What the operator fills in, and the text it begins with."""


def initialise(folder: Path, xlsx: bool = False) -> Iterator[str]:
    """Make what is missing of a study and say what was made. Raises ConfigError.

    A table that somebody has begun to fill in is not touched.
    """
    folder = folder.resolve()
    if folder.exists() and not folder.is_dir():
        raise ConfigError("A study is a folder, and that is a file.", "Choose another name.")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "recordings").mkdir(mode=0o700, exist_ok=True)
        (folder / "private").mkdir(mode=0o700, exist_ok=True)
    except OSError:
        raise ConfigError("The study's folder cannot be made.", "Check the disk and the permissions.") from None
    if not (folder / "study.yaml").exists():
        write_atomically(folder / "study.yaml", ((config.configs() / "study.yaml").read_bytes(),))
        yield "made study.yaml"
    found = zoom.discover(folder / "recordings")
    parts = {name: zoom.part(folder / "recordings", name, lambda _: "") for name in found}
    for name, template in TABLES.items():
        yield from table(folder / name, template, parts, xlsx)
    yield f"{len(found)} recordings found in recordings/."
    yield from steps(folder, bool(found))


def table(file: Path, template: Template, parts: Mapping[str, Part], xlsx: bool) -> Iterator[str]:
    """Make one table, as CSV or as a workbook; fill it in when the recordings have come."""
    book = file.with_suffix(".xlsx")
    if xlsx and file.exists() and untouched(file, template, parts):
        file.unlink()
    if file.exists() and xlsx:
        yield f"kept {file.name}: somebody has filled it in. Open it in a spreadsheet and save it as {book.name}."
    if book.exists() or (xlsx and not file.exists()):
        file, template = book, workbook(file)
    shown = file.relative_to(file.parents[1]) if file.parent.name == "private" else Path(file.name)
    if not file.exists():
        write_atomically(file, (template(parts),))
        yield f"made {shown}"
    elif parts and untouched(file, template, {}):
        write_atomically(file, (template(parts),))
        yield f"filled {shown} with the recordings found"


def workbook(file: Path) -> Template:
    """The template of a table's workbook, in the study's language."""
    folder = file.parents[1] if file.parent.name == "private" else file.parent
    try:
        language = config.load(folder / "study.yaml").study.language
    except ConfigError:
        language = config.StudySettings().language
    if file.stem == "participants":
        return partial(roster.template_participants_xlsx, language=language)
    return partial(roster.template_contacts_xlsx, language=language)


def untouched(file: Path, template: Template, parts: Mapping[str, Part]) -> bool:
    """Whether a table is as it was made; a workbook, which may have been saved since, where it has no rows."""
    if file.suffix == ".csv":
        return file.read_bytes() in (template({}), template(parts))
    try:
        return not tables.read(file).rows
    except ConfigError:
        return False


def steps(folder: Path, found: bool) -> Iterator[str]:
    """What to do next."""
    made = {
        name: "xlsx" if (folder / f"{name}.xlsx").exists() else "csv" for name in ("participants", "private/contacts")
    }
    participants, contacts = (f"{name}.{kind}" for name, kind in made.items())
    yield "Next:"
    if not found:
        yield "  1. Copy Zoom's folders into recordings/, then run this command again: it fills the tables."
    else:
        yield f"  1. Fill in {participants} (no names there) and {contacts} (names, never released)."
    yield f"  2. interviews doctor {folder.name}   (is everything here that a run needs?)"
    yield f"  3. interviews run {folder.name}"
