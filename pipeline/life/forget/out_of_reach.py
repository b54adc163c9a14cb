"""Where something of a person still lies: recordings that stay, and files that are not this program's to change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.ingest import zoom
from pipeline.life.forget import sweep
from pipeline.life.forget.files import OWN, SHARED, matching
from pipeline.life.forget.plan import Plan
from pipeline.release import removal
from pipeline.study import forgotten
from pipeline.study.folder import Study, content
from pipeline.study.forgotten import Left
from pipeline.study.roster import tables
from pipeline.study.settings import StudySettings


def recordings_left(study: Study, plan: Plan) -> tuple[Left, ...]:
    """The recordings of this person, by name and by content."""
    digests = study.digests
    parts = {name: zoom.part(study.recordings, name, digests.sha256) for name in plan.recordings}
    digests.save()
    return tuple(Left(plan.id, "recording", name, content(part)) for name, part in parts.items())


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
    yield from (Left(id, "file", shown(study, path)) for path in sweep.holding(paths, sought))


def elsewhere(study: Study, id: str) -> tuple[Left, ...]:
    """Contacts that are kept on a disk which is not there now."""
    contacts = study.folder / study.settings.study.contacts
    moved = study.settings.study.contacts != StudySettings().contacts
    here = tables.find(contacts.parent, contacts.stem)
    return (Left(id, "file", shown(study, contacts)),) if moved and here is None else ()


def merged(some: Iterable[Left], more: Iterable[Left]) -> tuple[Left, ...]:
    """Both, each place once."""
    return tuple({(one.what, one.path): one for one in (*some, *more)}.values())


def still(study: Study, places: Iterable[Left]) -> tuple[Left, ...]:
    """The places that are still there after recordings were deleted."""
    here = zoom.discover(study.recordings)
    return tuple(one for one in places if one.what == "file" or one.path in here)


def shown(study: Study, path: Path) -> str:
    """A path for the private list: within the study as it is seen from there."""
    return path.relative_to(study.folder).as_posix() if study.folder in path.parents else str(path)


def tables_of(study: Study) -> tuple[Path, ...]:
    """The tables that the operator keeps: participants and contacts, wherever they are."""
    contacts = study.folder / study.settings.study.contacts
    found = (tables.find(study.folder, "participants"), tables.find(contacts.parent, contacts.stem))
    return tuple(path for path in found if path)
