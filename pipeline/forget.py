"""`interviews forget`: a person, or the whole study, is taken out of everything that the study's folder holds.

Every step may be done twice, and what was planned is on disk before the first of them: after a power cut the same
command completes it. Recordings stay unless the operator says otherwise, and are not read again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from msgspec import Struct, structs

from pipeline import flow, forgotten, sweep
from pipeline.errors import ConfigError, CorruptArtifact
from pipeline.export import bundle, frozen, removal, traces
from pipeline.export.request import safe
from pipeline.forgotten import EVERYBODY, Forgotten, Left, Pending
from pipeline.ingest import striking, tables, zoom
from pipeline.inputs import Inputs
from pipeline.model import Dialogue, Redaction
from pipeline.report import page
from pipeline.review import erasing
from pipeline.review.reviewed import DATABASE
from pipeline.store import digest, write_table
from pipeline.study import Study, content, open_study, write_register

SEALED = ("key*.age", "*.review.age")
"""in work/: encrypted for others, so that nobody here can take a person out of them"""
REPORTS = ("report.html", "disclosure.html", "doctor.log", "*.partial", "audit*")
"""in work/: made again from what is left"""
TABLES = {"match.csv": "id", "quotes.csv": "participant_id", "sample.csv": "interview"}
"""in work/: column that says whose a row is"""
KEPT = (
    "review.db*",
    "cast.json",
    "recordings.csv",
    "ledger.json",
    "digests.json",
    "log.jsonl",
    "lock*",
    "forg*",
    "left*",
)
"""in work/: rewritten without the person by another step, or without content"""
SENT = "transfer"


class Plan(Struct, frozen=True):
    """Who is to be forgotten, and what that means."""

    id: str
    """or EVERYBODY"""
    recordings: tuple[str, ...]
    """names in recordings/; private"""
    pending: Pending


def plan(study: Study, participant: str) -> Plan:
    """Look who it is. Raises ConfigError for an id that the study has never had."""
    begun = forgotten.pending(study.store.work)
    if not participant:
        names = zoom.discover(study.recordings)
        return Plan(EVERYBODY, names, Pending(EVERYBODY, ""))
    if begun and begun.id.casefold() == participant.casefold():
        return Plan(begun.id, recordings_of(study, begun.id), begun)
    if begun:
        whom = "" if begun.id == EVERYBODY else f" --participant {begun.id}"
        raise ConfigError(
            f"{begun.id}: forgetting was interrupted.", f"Complete it first: `interviews forget STUDY{whom}`."
        )
    id = known(study, participant)
    return Plan(
        id, recordings_of(study, id), Pending(id, digest(study.settings), good(study, id), spoken_of(study, id))
    )


def known(study: Study, participant: str) -> str:
    """The id as the study writes it. Raises ConfigError."""
    ids = dict.fromkeys(entry.id for entry in study.entries)
    ids |= dict.fromkeys(person.id for person in study.roster.participants)
    ids |= dict.fromkeys(contact.owner for contact in study.roster.contacts if contact.role == "participant")
    ids |= dict.fromkeys((*study.store.recordings(), *frozen.read(study.folder).interviews))
    ids |= dict.fromkeys(one.id for one in forgotten.records(study.store.work))
    found = [id for id in ids if id.casefold() == participant.casefold()]
    if not found:
        raise ConfigError(
            "There is no participant of that id in this study; nothing was changed.",
            "`interviews status` lists the ids there are. An id is written as in the list of participants.",
        )
    return found[0]


def recordings_of(study: Study, id: str) -> tuple[str, ...]:
    """Names in recordings/, of those that were forgotten before, too."""
    here = set(zoom.discover(study.recordings))
    entry = next((entry for entry in study.entries if entry.id == id), None)
    before = [one.path for one in forgotten.left(study.store.work) if one.id == id and one.what == "recording"]
    return tuple(dict.fromkeys(name for name in (*(entry.names if entry else ()), *before) if name in here))


def good(study: Study, id: str) -> dict[str, dict[str, str]]:
    """What is up to date in the other interviews, so that it still is when this person's contacts are gone."""
    inputs = Inputs(study)
    found: dict[str, dict[str, str]] = {}
    for entry in study.entries:
        for stage in flow.STAGES:
            wanted = inputs.fingerprint(stage, entry)
            if entry.id != id and inputs.fresh(stage, entry.id, wanted):
                found.setdefault(entry.id, {})[stage.name] = wanted
    return found


def spoken_of(study: Study, id: str) -> tuple[str, ...]:
    """Other interviews in which the search took somebody for this person."""
    found = []
    for name in study.store.recordings():
        if name != id and study.store.header(name, "deidentify"):
            try:
                entities = study.store.read(name, "deidentify", Redaction).entities
            except CorruptArtifact:
                continue
            if any(entity.entity_id.rpartition(":")[2] == id for entity in entities):
                found.append(name)
    return tuple(found)


def forget(study: Study, plan: Plan, recordings: bool) -> Iterator[str]:
    """Remove it all and say what was done; `recordings`: those, too. Raises StudyBusy, ConfigError."""
    with study.store.locked():
        erasing.in_use(study.store.work / DATABASE)
        study.store.prepare()
        (study.store.work / "tmp").mkdir(mode=0o700)
        if plan.id == EVERYBODY:
            yield from everybody(study, plan, recordings)
        else:
            yield from one(study, plan, recordings)


def one(study: Study, plan: Plan, recordings: bool) -> Iterator[str]:
    """Forget one participant."""
    work, id = study.store.work, plan.id
    forgotten.begin(work, structs.replace(plan.pending, recordings=recordings))
    sought = words(study, id)
    places = (*recordings_left(study, plan), *files_left(study, id, sought))
    forgotten.leave(work, id, places)
    lists = tables_of(study)
    rows = sum(striking.strike(path, id) for path in lists)
    places = merged(places, (Left(id, "file", shown(study, path)) for path in sweep.holding(lists, sought)))
    forgotten.leave(work, id, places)
    rest = open_study(study.folder)
    adopt(rest, plan.pending)
    rows += rows_in_work(work, id)
    decisions = erase(work, id)
    sealed = [*matching(work, SEALED), *matching(study.folder / SENT, ("*",))]
    files = delete((*matching(work, REPORTS), *sealed, work / id))
    if recordings:
        files += delete(path for name in plan.recordings for path in zoom.belongings(study.recordings, name))
        places = tuple(one for one in places if one.what == "file" or there(study, one.path))
        forgotten.leave(work, id, places)
    frozen.forget(study.folder, [id])
    tidy(rest)
    out = released(rest, id)
    page.write(rest)
    done = Forgotten(id, date.today().isoformat(), files + out.files, rows + out.rows, decisions, len(places))
    forgotten.finish(work, done)
    yield from told(done, plan.pending.spoken_of, places, len(sealed))


def told(done: Forgotten, spoken_of: tuple[str, ...], places: tuple[Left, ...], sealed: int) -> Iterator[str]:
    """What was done and what is out of reach, by id and number alone."""
    id = done.id
    yield f"{id}: {done.files} files, {done.rows} table rows and {done.decisions} rows of the review log are deleted."
    if sealed:
        yield (
            f"{id}: among them {sealed} encrypted files (keys, review packs, bundles), which cannot be opened here. "
            "Make anew those that you need."
        )
    if spoken_of:
        yield (
            f"{id}: mentioned in the interviews {', '.join(spoken_of)}, whose own words these are: labelled in every "
            "release, and kept in work/ with the rest of them."
        )
    stays = sum(place.what == "recording" for place in places)
    if stays:
        yield f"{id}: {stays} recordings stay in recordings/; they will not be read again. Delete them by hand."
    if len(places) > stays:
        yield f"{id}: {len(places) - stays} files hold names of this person and were not written by this program."
    if places:
        yield f"{id}: where these are stands in work/{forgotten.LEFT} (private). The same command again looks anew."
    yield (
        f"{id}: copies that were handed out (releases, bundles, review packs, keys) and backups of this disk are out "
        "of reach: ask those who have them."
    )


def words(study: Study, id: str) -> frozenset[str]:
    """By what this person would be found in a file: his contacts, else how Zoom showed him."""
    theirs = [contact for contact in study.roster.contacts if contact.owner.casefold() == id.casefold()]
    display: list[str] = []
    if study.store.header(id, "attribute"):
        with suppress(CorruptArtifact):
            speakers = study.store.read(id, "attribute", Dialogue).speakers
            display = [one.display_name for one in speakers if one.role == "respondent"]
    return sweep.words(theirs, display)


def recordings_left(study: Study, plan: Plan) -> tuple[Left, ...]:
    """The recordings of this person, by name and by content."""
    digests = study.digests
    parts = {name: zoom.part(study.recordings, name, digests.sha256) for name in plan.recordings}
    digests.save()
    return tuple(Left(plan.id, "recording", name, content(part)) for name, part in parts.items())


def files_left(study: Study, id: str, sought: frozenset[str]) -> tuple[Left, ...]:
    """Files of the study's folder that hold this person's words and that no step here rewrites or deletes."""
    ours = {*tables_of(study), *matching(study.store.work, (*REPORTS, *SEALED, *TABLES, *KEPT))}
    others = (study.recordings, study.store.work, study.folder / SENT, *removal.releases(study.folder))
    files = (path for path in sorted(study.folder.rglob("*")) if path.is_file() and path not in ours)
    loose = (path for path in files if path.parent == study.store.work or not set(others) & set(path.parents))
    found = tuple(Left(id, "file", shown(study, path)) for path in sweep.holding(loose, sought))
    return merged(
        (one for one in forgotten.left(study.store.work) if one.id == id and (study.folder / one.path).exists()), found
    )


def merged(some: Iterable[Left], more: Iterable[Left]) -> tuple[Left, ...]:
    """Both, each place once."""
    return tuple({(one.what, one.path): one for one in (*some, *more)}.values())


def there(study: Study, name: str) -> bool:
    return name in zoom.discover(study.recordings)


def shown(study: Study, path: Path) -> str:
    """A path for the private list: within the study as it is seen from there."""
    return path.relative_to(study.folder).as_posix() if study.folder in path.parents else str(path)


def tables_of(study: Study) -> tuple[Path, ...]:
    """The tables that the operator keeps: participants and contacts, wherever they are."""
    contacts = study.folder / study.settings.study.contacts
    found = (tables.find(study.folder, "participants"), tables.find(contacts.parent, contacts.stem))
    return tuple(path for path in found if path)


def adopt(rest: Study, plan: Pending) -> None:
    """Leave the other interviews as they were: what was up to date is so without this person's row and contacts."""
    write_register(rest)
    inputs = Inputs(rest)
    unchanged = digest(rest.settings) == plan.settings
    for entry in rest.entries if unchanged else ():
        for stage in flow.STAGES:
            header = rest.store.header(entry.id, stage.name)
            if header and header.fingerprint == plan.good.get(entry.id, {}).get(stage.name):
                rest.store.adopt(entry.id, stage.name, inputs.fingerprint(stage, entry))
    assert inputs.cast is not None
    inputs.digests.save()


def rows_in_work(work: Path, id: str) -> int:
    """Take a person's rows out of the tables in work/; how many there were."""
    gone = 0
    for file, column in ((work / name, column) for name, column in TABLES.items()):
        rows = forgotten.rows(file)
        kept = [row for row in rows if row.get(column) != id]
        if len(kept) < len(rows):
            write_table(file, tuple(rows[0]), (tuple(row.values()) for row in kept))
        gone += len(rows) - len(kept)
    return gone


def erase(work: Path, id: str) -> int:
    """Take a person's rows out of the log of decisions and its backups; how many there were."""
    gone = 0
    for file in matching(work, (f"{DATABASE}.backup*",)):
        try:
            erasing.erase(file, {id})
        except CorruptArtifact:
            file.unlink()
    if (work / DATABASE).is_file():
        gone = erasing.erase(work / DATABASE, {id})
    return gone


def released(rest: Study, id: str) -> removal.Removed:
    """Take a person out of every release in the study's folder, and say in each what is still there of others."""
    bundle.recover(rest.folder / "release")
    bundle.clear(rest.folder / "release.partial")
    blind = frozen.read(rest.folder).blind.get(id, "")
    found = traces.found(rest.folder, rest.roster)
    done = removal.Removed()
    for release in removal.releases(rest.folder):
        name = blind if removal.tier(release) == "blind" else safe(id)
        out = removal.remove(release, name)
        if removal.documents(release):
            removal.restate(release, found)
            removal.seal(release)
        else:
            out = removal.Removed(out.files + delete((release,)), out.rows)
        done = removal.Removed(done.files + out.files, done.rows + out.rows)
    return done


def tidy(rest: Study) -> None:
    """Of a study without interviews nothing is kept that only interviews need."""
    if not rest.entries and not rest.store.recordings():
        delete(matching(rest.store.work, ("cast.json", "recordings.csv", f"{DATABASE}*", *TABLES)))


def everybody(study: Study, plan: Plan, recordings: bool) -> Iterator[str]:
    """Forget the whole study: what stays is recordings/, unless they go too, and the record."""
    work = study.store.work
    forgotten.begin(work, structs.replace(plan.pending, recordings=recordings))
    places = recordings_left(study, plan)
    forgotten.leave(work, EVERYBODY, places)
    decisions = erase_all(work)
    kept = {forgotten.RECORD, forgotten.LEFT, forgotten.PENDING, "lock", "lock.holder"}
    ours = [path for path in work.iterdir() if path.name not in kept]
    ours += [*tables_of(study), study.folder / "study.yaml", study.folder / SENT]
    ours += [*removal.releases(study.folder), study.folder / "release"]
    files = delete(ours)
    if recordings:
        files += delete(path for name in plan.recordings for path in zoom.belongings(study.recordings, name))
        places = tuple(one for one in places if there(study, one.path))
        forgotten.leave(work, EVERYBODY, places)
    done = Forgotten(EVERYBODY, date.today().isoformat(), files, 0, decisions, len(places))
    forgotten.finish(work, done)
    yield from told(done, (), places, 0)


def erase_all(work: Path) -> int:
    """Overwrite the log of decisions before its file goes; how many rows it had."""
    return erasing.erase(work / DATABASE, None) if (work / DATABASE).is_file() else 0


def matching(folder: Path, patterns: Iterable[str]) -> list[Path]:
    """Files of a folder by pattern, each once."""
    return sorted({path for pattern in patterns for path in folder.glob(pattern) if path.is_file()})


def delete(paths: Iterable[Path]) -> int:
    """Remove files, and folders with all that is in them; how many files there were. Raises ConfigError."""
    gone = 0
    for path in paths:
        files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
        try:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        except OSError:
            raise ConfigError(
                "A file of the study cannot be deleted.",
                "Close the programs that have it open, check the folder's permissions, and give the command again.",
            ) from None
        gone += len(files)
    return gone
