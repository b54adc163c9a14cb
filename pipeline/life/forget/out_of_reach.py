"""Where something of a person still lies: recordings that stay, and files that are not this program's to change.

Files that the program did not write, or that are somebody else's, are searched for the person's words.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from pipeline.errors import CorruptArtifact
from pipeline.ingest import zoom
from pipeline.life.forget.files import OWN, SHARED, matching
from pipeline.model import Dialogue
from pipeline.participants import Contact
from pipeline.release import removal
from pipeline.release.gate.private_words import NO_NAMES
from pipeline.release.gate.spellings import FOLD, WORD, clean
from pipeline.study import forgotten
from pipeline.study.folder import Study, content, unnamed
from pipeline.study.forgotten import Left
from pipeline.study.roster import tables
from pipeline.study.settings import StudySettings

LARGEST = 64 << 20
"""bytes; larger files are sound or pictures"""
SOUND = frozenset((".flac", ".m4a", ".mp4", ".wav", ".mp3", ".ogg"))
SHORTEST = 4
"""letters of a part of a name that is sought by itself"""
ENDING = re.compile(r"[аяоеуюыийь]{1,2}$")
"""what case forms of a name differ in"""
ENCODINGS = ("utf-8", "utf-16-le", "cp1251")


def recordings_left(study: Study, id: str, recordings: Iterable[str]) -> tuple[Left, ...]:
    """The recordings of this person, by day and meeting and by content; their names are people's."""
    digests = study.digests
    parts = {name: zoom.part(study.recordings, name, digests.sha256) for name in recordings}
    digests.save()
    return tuple(
        Left(id, "recording", unnamed(study.recordings, name, part), content(part)) for name, part in parts.items()
    )


def files_left(study: Study, id: str, sought: frozenset[str]) -> tuple[Left, ...]:
    """Files that hold this person's words and that no step here rewrites or deletes; those named before, too."""
    work = study.store.work
    done = {*tables_of(study), *matching(work, OWN)}
    ours = {study.recordings, work, *(study.folder / name for name in SHARED), *removal.releases(study.folder)}
    files = (path for path in sorted(study.folder.rglob("*")) if path.is_file() and path not in done)
    loose = (path for path in files if path.parent == work or not ours.intersection(path.parents))
    found = naming(study, id, loose, sought)
    before = (one for one in forgotten.left(work) if one.id == id and one.what == "file")
    return merged((one for one in before if (study.folder / one.path).exists()), found)


def strangers(study: Study) -> tuple[Left, ...]:
    """Files of a study that was forgotten as a whole which this program did not write."""
    ours = {study.recordings, study.store.work}
    files = (path for path in sorted(study.folder.rglob("*")) if path.is_file() and not ours.intersection(path.parents))
    return tuple(Left(forgotten.EVERYBODY, "file", shown(study, path)) for path in files)


def naming(study: Study, id: str, paths: Iterable[Path], sought: frozenset[str]) -> Iterator[Left]:
    """Those of some files in which a person's words stand."""
    yield from (Left(id, "file", shown(study, path)) for path in holding(paths, sought))


def elsewhere(study: Study, id: str) -> tuple[Left, ...]:
    """Contacts that are kept on a disk which is not there now."""
    contacts = study.folder / study.settings.study.contacts
    moved = study.settings.study.contacts != StudySettings().contacts
    here = tables.find(contacts.parent, contacts.stem)
    return (Left(id, "file", shown(study, contacts)),) if moved and here is None else ()


def merged(some: Iterable[Left], more: Iterable[Left]) -> tuple[Left, ...]:
    """Both, each place once."""
    return tuple({(one.what, one.path, one.content): one for one in (*some, *more)}.values())


def still(study: Study, places: Iterable[Left], recordings: Iterable[str]) -> tuple[Left, ...]:
    """The places that are still there after recordings were deleted; `recordings` are their names, in order."""
    here, names = zoom.discover(study.recordings), iter(recordings)
    return tuple(one for one in places if one.what == "file" or next(names) in here)


def shown(study: Study, path: Path) -> str:
    """A path for the private list: within the study as it is seen from there."""
    return path.relative_to(study.folder).as_posix() if study.folder in path.parents else str(path)


def tables_of(study: Study) -> tuple[Path, ...]:
    """The tables that the operator keeps: participants and contacts, wherever they are."""
    contacts = study.folder / study.settings.study.contacts
    found = (tables.find(study.folder, "participants"), tables.find(contacts.parent, contacts.stem))
    return tuple(path for path in found if path)


def words_of(study: Study, id: str) -> frozenset[str]:
    """By what this person would be found in a file: his contacts, else how Zoom showed him."""
    theirs = [contact for contact in study.roster.contacts if contact.owner.casefold() == id.casefold()]
    display: list[str] = []
    if study.store.header(id, "attribute"):
        with suppress(CorruptArtifact):
            speakers = study.store.read(id, "attribute", Dialogue).speakers
            display = [one.display_name for one in speakers if one.role == "respondent"]
    return words(theirs, display)


def words(contacts: Iterable[Contact], display: Iterable[str] = ()) -> frozenset[str]:
    """What a person is found by: parts of names without their case endings, addresses and numbers whole."""
    found: set[str] = set()
    for contact in contacts:
        display = (*display, *contact.names, *contact.display_names)
        found |= {plain(text) for text in (*contact.emails, *contact.phones, *contact.others)}
    parts = {word for text in display for word in WORD.findall(plain(text))} - NO_NAMES
    found |= {ENDING.sub("", part) if len(part) > SHORTEST else part for part in parts}
    return frozenset(word for word in found if len(word) >= SHORTEST)


def plain(text: str) -> str:
    """As it is compared: lower case, Kazakh letters as Russian ones."""
    return clean(text).lower().translate(FOLD)


def holding(files: Iterable[Path], sought: frozenset[str]) -> Iterator[Path]:
    """Files in which any of these words stands, those inside archives included."""
    if sought:
        yield from (file for file in files if readable(file) and holds(file.read_bytes(), sought))


def readable(file: Path) -> bool:
    return file.is_file() and file.suffix.lower() not in SOUND and file.stat().st_size <= LARGEST


def holds(data: bytes, sought: frozenset[str]) -> bool:
    """Whether any of these words stands in a file, as text of any usual encoding."""
    if data[:4] == b"PK\x03\x04":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                return any(holds(packed.read(member), sought) for member in packed.namelist())
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
            return False
    texts = (plain(data.decode(encoding, errors="ignore")) for encoding in ENCODINGS)
    return any(word in text for text in texts for word in sought)
