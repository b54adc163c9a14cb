"""A study's folder: which recordings it has, whose they are, and what is wrong with it before any work begins."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

from msgspec import Struct

from pipeline import privacy
from pipeline.attribute import guide as guides
from pipeline.errors import ConfigError, UsageError
from pipeline.ingest import zoom
from pipeline.ingest.layout import meeting_id
from pipeline.model import Part
from pipeline.participants import Participant, Roster
from pipeline.store import artifacts
from pipeline.store.artifacts import Digests, Store, read_table, write_table
from pipeline.study import forgotten
from pipeline.study import settings as config
from pipeline.study.roster import roster as rosters


class Entry(Struct, frozen=True):
    """One interview: an id, and the items of recordings/ that make it up, in order."""

    id: str
    names: tuple[str, ...]
    """in recordings/; private"""
    participant: str = ""
    """participant id, "" for a recording that no row of the roster claims"""


class Study(Struct, frozen=True):
    """Everything that is known of a study before it is run."""

    folder: Path
    settings: config.Settings
    roster: Roster
    entries: tuple[Entry, ...]
    warnings: tuple[str, ...]
    """ready to be shown: ids only"""
    guide: tuple[str, ...] = ()
    """questions of the interview guide, in order"""

    @property
    def recordings(self) -> Path:
        return self.folder / "recordings"

    @property
    def store(self) -> Store:
        return Store(self.folder / "work")

    @property
    def digests(self) -> Digests:
        return Digests(self.folder / "work" / "digests.json")

    def parts(self, entry: Entry, digests: Digests) -> tuple[Part, ...]:
        """The files behind an interview, with their checksums."""
        return tuple(zoom.part(self.recordings, name, digests.sha256) for name in entry.names)

    def chosen(self, only: str) -> tuple[Entry, ...]:
        """The interviews of a list of ids, all for an empty one. Raises UsageError."""
        wanted = {name.strip() for name in only.split(",") if name.strip()}
        unknown = wanted - {entry.id for entry in self.entries}
        if unknown:
            raise UsageError(
                f"{len(unknown)} of the ids after --only are not of this study.",
                "`interviews status` lists the ids there are.",
            )
        return tuple(entry for entry in self.entries if not wanted or entry.id in wanted)

    def participant(self, recording: str) -> Participant | None:
        """Whose recording this is."""
        return next((row for row in self.roster.participants if row.id == recording), None)


def open_study(folder: Path) -> Study:
    """Read settings, roster and recordings/. Raises ConfigError (exit 3) for what concerns the whole study."""
    folder = folder.resolve()
    if not folder.is_dir():
        raise ConfigError("There is no such study folder.", "Make one with `interviews init FOLDER`.")
    privacy.enclose(folder)
    settings = config.load(folder / "study.yaml") if (folder / "study.yaml").is_file() else config.Settings()
    if not (folder / "recordings").is_dir():
        raise ConfigError(
            "The study has no recordings/ folder.",
            "Make one and put Zoom's folders into it, or begin with `interviews init FOLDER`.",
        )
    roster = rosters.read(folder, folder / settings.study.contacts)
    guide = guides.read(folder / settings.study.guide) if settings.study.guide else ()
    found = zoom.discover(folder / "recordings")
    ignored = {plain(item.recording) for item in settings.study.ignore}
    used = tuple(name for name in found if plain(name) not in ignored)
    digests = Digests(folder / "work" / "digests.json")
    known = read_register(folder / "work" / "recordings.csv")
    gone = tuple(one for one in forgotten.left(folder / "work") if one.what == "recording")
    look = Lookup(
        known, Gone(folder / "recordings", gone), lambda name: zoom.part(folder / "recordings", name, digests.sha256)
    )
    entries, warnings = link(used, roster, look)
    missing = len(ignored - {plain(name) for name in found})
    if missing:
        warnings = (*warnings, f"{missing} of the recordings under `ignore:` are not in recordings/.")
    begun = forgotten.pending(folder / "work")
    if begun:
        warnings = (*warnings, f"{begun.id}: forgetting was interrupted; give the same `interviews forget` again.")
    return Study(folder, settings, roster, entries, (*roster.warnings, *warnings), guide)


def plain(name: str) -> str:
    """A name as it is compared: composed Unicode (macOS decomposes), no slash at the end."""
    return unicodedata.normalize("NFC", name).strip().strip("/")


class Gone(Struct, frozen=True):
    """Recordings of people who were forgotten, known by what they hold."""

    recordings: Path
    left: tuple[forgotten.Left, ...]

    def has(self, name: str, part: Part) -> bool:
        """Whether a recording is one of them; one that holds nothing to read is known by its day and meeting."""
        if part.sources:
            return content(part) in {one.content for one in self.left}
        return unnamed(self.recordings, name, part) in {one.path for one in self.left if not one.content}


class Lookup(Struct, frozen=True):
    """What is known of recordings that no row of the roster claims."""

    known: dict[str, str]
    """ids of an earlier run by name"""
    gone: Gone
    """recordings of people who were forgotten: they are not read again unless the roster claims them anew"""
    open: Callable[[str], Part]

    def id(self, name: str, taken: set[str]) -> str:
        """The id of a recording, "" for one of a person who was forgotten, under whatever name."""
        if plain(name) in self.known:
            return self.known[plain(name)]
        part = self.open(name)
        return "" if self.gone.has(name, part) else new_id(content(part), taken)


def link(found: tuple[str, ...], roster: Roster, lookup: Lookup) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Recordings to participants: by the roster's `recording` column, else by a name that is the participant's id."""
    free = {plain(name): name for name in found}
    if len(free) < len(found):
        raise ConfigError(
            "Two recordings in recordings/ have names that differ in nothing that can be seen.",
            "Rename one of them: spaces at the ends and two ways to write й or ё do not count.",
        )
    stems: dict[str, list[str]] = {}
    for name in free:
        stems.setdefault(Path(name).stem, []).append(name)
    entries, warnings = [], []
    for row in roster.participants:
        wanted = [plain(name) for name in row.recordings] or [name for name in stems.get(row.id, ()) if name in free]
        here = tuple(free.pop(name) for name in wanted if name in free)
        if not here:
            warnings.append(f"{row.id}: no recording of this participant is in recordings/.")
            continue
        if len(here) < len(wanted):
            raise ConfigError(
                f"{row.id}: {len(wanted) - len(here)} of the {len(wanted)} recordings named for this participant "
                "are not in recordings/.",
                "Correct the `recording` cell: the interview would be incomplete without them.",
            )
        entries.append(Entry(row.id, here, row.id))
    taken = {entry.id for entry in entries}
    for name in sorted(free.values()):
        recording = lookup.id(name, taken)
        if not recording:
            continue
        taken.add(recording)
        entries.append(Entry(recording, (name,)))
        warnings.append(f"{recording}: no participant has this recording; see work/recordings.csv for which one it is.")
    return tuple(sorted(entries, key=lambda entry: entry.id)), tuple(warnings)


def content(part: Part) -> str:
    """Digest of what a recording holds, whatever it is called."""
    return artifacts.digest(sorted(source.sha256 for source in part.sources))


def unnamed(recordings: Path, name: str, part: Part) -> str:
    """A recording by its day and the number of its meeting, else by day and size of its files: without its name."""
    number = meeting_id(part)
    if part.started and number:
        return f"{part.started[:10]} {number}"
    paths = zoom.belongings(recordings, name)
    files = [file for path in paths for file in (path.rglob("*") if path.is_dir() else [path])]
    stats = [file.stat() for file in files if file.is_file()]
    day = part.started[:10] or date.fromtimestamp(max((one.st_mtime for one in stats), default=0.0)).isoformat()
    return f"{day}, {sum(one.st_size for one in stats)} bytes"


def new_id(seed: str, taken: set[str]) -> str:
    """An id made of what the recording holds: it says nothing of its name, and a renamed recording keeps it."""
    return next(name for n in range(2**32) if (name := f"rec-{artifacts.digest(seed, n)[:8]}") not in taken)


def read_register(register: Path) -> dict[str, str]:
    """Name in recordings/ -> id it was given in an earlier run."""
    return {plain(row["recording"]): row["id"] for row in read_table(register) if row["id"].startswith("rec-")}


def write_register(study: Study) -> None:
    """work/recordings.csv: the only place that says which recording an id is."""
    rows = [(entry.id, name, entry.participant) for entry in study.entries for name in entry.names]
    write_table(study.folder / "work" / "recordings.csv", ("id", "recording", "participant_id"), rows)
