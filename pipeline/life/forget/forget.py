"""`interviews forget`: who is to be forgotten and what must be known of him before the first file goes; then the steps.

Every step may be done twice, and what was planned is on disk before the first of them: after a power cut the same
command completes it. Recordings stay unless the operator says otherwise, and are not read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from pipeline import flow
from pipeline.decisions import journal
from pipeline.decisions.sign_off import DATABASE
from pipeline.errors import ConfigError, CorruptArtifact
from pipeline.ingest import zoom
from pipeline.life.forget import answers, counted, files, out_of_reach
from pipeline.model import Redaction
from pipeline.release import frozen_ledger
from pipeline.store.artifacts import digest
from pipeline.study import forgotten
from pipeline.study.folder import Gone, Study, open_study, write_register
from pipeline.study.forgotten import EVERYBODY, Counts, Forgotten, Left, Pending
from pipeline.study.inputs import Inputs
from pipeline.study.report import page
from pipeline.study.roster import roster

STAY = (forgotten.RECORD, forgotten.LEFT, forgotten.PENDING, "lock", "lock.holder")
"""all that is left in work/ of a study that was forgotten"""


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
        same = begun if begun and begun.id == EVERYBODY else None
        return Plan(EVERYBODY, names, same or Pending(EVERYBODY, ""))
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
    ids |= dict.fromkeys((*study.store.recordings(), *frozen_ledger.read(study.folder).interviews))
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
    here = zoom.discover(study.recordings)
    entry = next((entry for entry in study.entries if entry.id == id), None)
    before = tuple(one for one in forgotten.left(study.store.work) if one.id == id and one.what == "recording")
    gone, digests = Gone(study.recordings, before), study.digests
    again = [name for name in here if before and gone.has(name, zoom.part(study.recordings, name, digests.sha256))]
    return tuple(dict.fromkeys(name for name in (*(entry.names if entry else ()), *again) if name in here))


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
    """Other interviews in which somebody says this person's name, or a name like it."""
    others = [name for name in study.store.recordings() if name != id]
    texts = {study.store.path(name, "attribute"): name for name in others}
    said = {texts[path] for path in out_of_reach.holding(texts, out_of_reach.words_of(study, id))}
    return tuple(name for name in others if name in said or linked(study, name, id))


def linked(study: Study, name: str, id: str) -> bool:
    """Whether the search took somebody in an interview for this person."""
    if not study.store.header(name, "deidentify"):
        return False
    try:
        entities = study.store.read(name, "deidentify", Redaction).entities
    except CorruptArtifact:
        return False
    return any(entity.entity_id.rpartition(":")[2] == id for entity in entities)


def forget(study: Study, plan: Plan, recordings: bool) -> tuple[str, ...]:
    """Remove it all and say what was done; `recordings`: those, too. Raises StudyBusy, ConfigError, CorruptArtifact."""
    with study.store.locked("interviews forget"):
        journal.refuse_open(study.store.work / DATABASE)
        study.store.prepare()
        (study.store.work / "tmp").mkdir(mode=0o700, exist_ok=True)
        plan = counted_first(study, plan, recordings)
        forgotten.begin(study.store.work, plan.pending)
        return (forget_everybody if plan.id == EVERYBODY else forget_person)(study, plan, recordings)


def counted_first(study: Study, plan: Plan, recordings: bool) -> Plan:
    """The plan with the number of all that is to go; what an interrupted attempt counted stays as it is."""
    known = plan.pending
    if known.counts is None:
        everybody = plan.id == EVERYBODY
        counts = counted.of_everybody(study, everything(study)) if everybody else counted.of_person(study, plan.id)
        known = replace(known, counts=counts, earlier=forgotten.counts_of(study.store.work, plan.id))
    if recordings:
        known = replace(known, recordings=max(known.recordings, counted.recordings(study, plan.recordings)))
    return replace(plan, pending=known)


def forget_person(study: Study, plan: Plan, recordings: bool) -> tuple[str, ...]:
    """Forget one participant."""
    work, id = study.store.work, plan.id
    sought, lists = out_of_reach.words_of(study, id), out_of_reach.tables_of(study)
    places = (
        *out_of_reach.recordings_left(study, plan.id, plan.recordings),
        *out_of_reach.elsewhere(study, id),
        *out_of_reach.files_left(study, id, sought),
    )
    forgotten.leave(work, id, places)
    for path in lists:
        roster.strike(path, id)
    places = out_of_reach.merged(places, out_of_reach.naming(study, id, lists, sought))
    forgotten.leave(work, id, places)
    rest = open_study(study.folder)
    adopt(rest, plan.pending)
    files.rows_in_work(work, id)
    answers.keep(rest, id)
    files.erase(work, {id})
    sealed = files.sealed(study.folder)
    files.delete((*files.copies(study.folder, id), work / id))
    if recordings:
        remove_recordings(study, plan)
    places = out_of_reach.still(study, places, plan.recordings)
    forgotten.leave(work, id, places)
    frozen_ledger.forget(study.folder, [id])
    files.tidy(rest)
    files.released(rest, id)
    page.write(rest)
    done = finished(plan, len(places))
    forgotten.finish(work, done, plan.pending.earlier)
    return tuple(told(done, plan.pending.spoken_of, places, len(sealed)))


def forget_everybody(study: Study, plan: Plan, recordings: bool) -> tuple[str, ...]:
    """Forget the whole study: what stays is the record, and recordings/ unless they go too."""
    work = study.store.work
    places = (*out_of_reach.recordings_left(study, plan.id, plan.recordings), *out_of_reach.elsewhere(study, plan.id))
    forgotten.leave(work, EVERYBODY, places)
    gone, sealed = everything(study), files.sealed(study.folder)
    files.erase(work, None)
    files.delete(gone)
    if recordings:
        remove_recordings(study, plan)
    places = (*out_of_reach.still(study, places, plan.recordings), *out_of_reach.strangers(study))
    forgotten.leave(work, EVERYBODY, places)
    done = finished(plan, len(places))
    forgotten.finish(work, done, plan.pending.earlier)
    return tuple(told(done, (), places, len(sealed)))


def everything(study: Study) -> list[Path]:
    """Files and folders of which nothing stays when a whole study is forgotten, recordings aside."""
    inside = [path for path in study.store.work.iterdir() if path.name not in (*STAY, "tmp")]
    return [*inside, *out_of_reach.tables_of(study), study.folder / "study.yaml", *files.folders(study.folder)]


def finished(plan: Plan, left: int) -> Forgotten:
    """What goes on record: all that there was before the first attempt."""
    counts = plan.pending.counts or Counts()
    files_gone = counts.files + plan.pending.recordings
    return Forgotten(plan.id, date.today().isoformat(), files_gone, counts.rows, counts.decisions, left)


def remove_recordings(study: Study, plan: Plan) -> None:
    """Delete what lies in recordings/."""
    files.delete(path for name in plan.recordings for path in zoom.belongings(study.recordings, name))


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
            f"{id}: names like this person's are said in {', '.join(spoken_of)}. Those are other people's words: "
            "labelled in every release, and kept in work/ with the rest of their interviews."
        )
    stays = sum(place.what == "recording" for place in places)
    if stays:
        yield f"{id}: recordings that stay in recordings/ and will not be read again: {stays}."
    if len(places) > stays:
        yield f"{id}: other files that may name them, not this program's to delete: {len(places) - stays}."
    if places:
        yield (
            f"{id}: work/{forgotten.LEFT} (private) lists them. Delete them by hand; the same command then looks anew."
        )
    yield (
        f"{id}: copies that were handed out (releases, bundles, review packs, keys) and backups of this disk are out "
        "of reach: ask those who have them."
    )


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
    inputs.cast_anew()
    inputs.digests.save()
