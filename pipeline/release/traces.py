"""What lies in a study's folder by which names in a release can be traced back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.errors import ConfigError
from pipeline.participants import Roster
from pipeline.store.artifacts import SIDE_FOLDERS
from pipeline.study.roster import tables

HELD = ("review.db*", "cast.json", "recordings.csv", "match.csv", "*/*.json", "*/*.jsonl", "*/*.log")
"""files of work/ in which names or words stand as they were said"""


def found(study: Path, roster: Roster) -> tuple[str, ...]:
    """Which of "recordings", "contacts", "work", "key", "copies" there are."""
    return tuple(what for what, there in TRACES.items() if there(study, roster))


def recordings(study: Path, _roster: Roster) -> bool:
    """Any file that is not an operating system's own."""
    folder = study / "recordings"
    return folder.is_dir() and any(path.is_file() and not path.name.startswith(".") for path in folder.rglob("*"))


def contacts(study: Path, roster: Roster) -> bool:
    """Names in contacts, wherever they are, or in the list of participants; a table of contacts that is not empty."""
    if roster.contacts or any(row.private or row.speakers for row in roster.participants):
        return True
    return not all(map(empty, (study / "private").glob("contacts.*")))


def empty(table: Path) -> bool:
    """Whether contacts are a header and nothing below it."""
    try:
        return table.suffix in (".csv", ".xlsx") and not tables.read(table).rows
    except ConfigError:
        return False


def work(study: Path, _roster: Roster) -> bool:
    """A transcript, sound or a decision with its words; not what an export that is under way leaves in tmp/."""
    folder = study / "work"
    patterns = (*HELD, *(f"*/{side}/*" for side in SIDE_FOLDERS.values()))
    files = (path for pattern in patterns for path in folder.glob(pattern) if path.is_file())
    return any(path.relative_to(folder).parts[0] != "tmp" for path in files)


def key(study: Path, _roster: Roster) -> bool:
    """An encrypted key, or a pack that holds what a key would say."""
    folder = study / "work"
    return any(path.is_file() for pattern in ("**/key*", "*.review.age") for path in folder.glob(pattern))


def copies(study: Path, _roster: Roster) -> bool:
    """What was written for participants to approve: their own words stand in it."""
    return any(path.is_file() for path in (study / "member-check").glob("*/*"))


TRACES: dict[str, Callable[[Path, Roster], bool]] = {
    "recordings": recordings,
    "contacts": contacts,
    "work": work,
    "key": key,
    "copies": copies,
}
"""What makes a release pseudonymised only, and whether it is there."""
