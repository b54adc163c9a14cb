"""`interviews init`: a study's folder with everything in it that the operator fills in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pipeline import messages
from pipeline.config import configs
from pipeline.errors import ConfigError
from pipeline.ingest import roster, zoom
from pipeline.messages import LANGUAGES, Language
from pipeline.model import Part
from pipeline.store import write_atomically

SETTINGS: dict[Language, str] = {"ru": "study.ru.yaml", "en": "study.yaml"}
"""The text that study.yaml begins with, in configs/."""
TABLES: dict[str, Callable[[Mapping[str, Part], Language], bytes]] = {
    "private/contacts.csv": roster.template_contacts,
    "participants.csv": roster.template_participants,
}
"""What the operator fills in, and the text it begins with."""


def initialise(folder: Path, xlsx: bool = False, wanted: Language = "ru") -> Iterator[str]:
    """Make what is missing of a study, a new one in the language wanted, and say what was made. Raises ConfigError.

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
    found = zoom.discover(folder / "recordings")
    parts = {name: zoom.part(folder / "recordings", name, lambda _: "") for name in found}
    settings = folder / "study.yaml"
    if not settings.exists():
        write_atomically(settings, ((configs() / SETTINGS[wanted]).read_bytes(),))
        yield f"made {settings.name}"
    language = messages.of_study(folder) or wanted
    made = dict(TABLES)
    if xlsx or (folder / "participants.xlsx").exists():
        made["participants.xlsx"] = roster.template_participants_xlsx
        del made["participants.csv"]
    for name, template in made.items():
        file = folder / name
        if not file.exists():
            write_atomically(file, (template(parts, language),))
            yield f"made {name}"
        elif found and file.suffix == ".csv" and file.read_bytes() in {template({}, one) for one in LANGUAGES}:
            write_atomically(file, (template(parts, language),))
            yield f"filled {name} with the recordings found"
    yield f"{len(found)} recordings found in recordings/."
    if language == "ru" and messages.speaking() == "en":
        yield "Messages and reports of this study are in Russian; for English, write `language: en` into study.yaml."
    yield from steps(folder, bool(found))


def steps(folder: Path, found: bool) -> Iterator[str]:
    """What to do next."""
    table = "participants.xlsx" if (folder / "participants.xlsx").exists() else "participants.csv"
    yield "Next:"
    if not found:
        yield "  1. Copy Zoom's folders into recordings/, then run this command again: it fills the tables."
    else:
        yield f"  1. Fill in {table} (no names there) and private/contacts.csv (names, never released)."
    yield f"  2. interviews doctor {folder.name}   (is everything here that a run needs?)"
    yield f"  3. interviews run {folder.name}"
