"""`interviews forget`: the steps, in order.

Every step may be done twice, and what was planned is on disk before the first of them: after a power cut the same
command completes it. Recordings stay unless the operator says otherwise, and are not read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pipeline import flow
from pipeline.decisions import erasing
from pipeline.decisions.reviewed import DATABASE
from pipeline.ingest import zoom
from pipeline.life.forget import files, out_of_reach, sweep
from pipeline.life.forget.plan import Plan
from pipeline.release import frozen_ledger
from pipeline.store.artifacts import digest
from pipeline.study import forgotten
from pipeline.study.folder import Study, open_study, write_register
from pipeline.study.forgotten import EVERYBODY, Forgotten, Left, Pending
from pipeline.study.inputs import Inputs
from pipeline.study.report import page
from pipeline.study.roster import roster

STAY = (forgotten.RECORD, forgotten.LEFT, forgotten.PENDING, "lock", "lock.holder")
"""all that is left in work/ of a study that was forgotten"""


def forget(study: Study, plan: Plan, recordings: bool) -> tuple[str, ...]:
    """Remove it all and say what was done; `recordings`: those, too. Raises StudyBusy, ConfigError, CorruptArtifact."""
    with study.store.locked("interviews forget"):
        erasing.check(study.store.work / DATABASE)
        study.store.prepare()
        (study.store.work / "tmp").mkdir(mode=0o700, exist_ok=True)
        forgotten.begin(study.store.work, plan.pending)
        return (everybody if plan.id == EVERYBODY else one)(study, plan, recordings)


def one(study: Study, plan: Plan, recordings: bool) -> tuple[str, ...]:
    """Forget one participant."""
    work, id = study.store.work, plan.id
    sought, lists = sweep.of(study, id), out_of_reach.tables_of(study)
    places = (
        *out_of_reach.recordings_left(study, plan),
        *out_of_reach.elsewhere(study, id),
        *out_of_reach.files_left(study, id, sought),
    )
    forgotten.leave(work, id, places)
    rows = sum(roster.strike(path, id) for path in lists)
    places = out_of_reach.merged(places, out_of_reach.naming(study, id, lists, sought))
    forgotten.leave(work, id, places)
    rest = open_study(study.folder)
    adopt(rest, plan.pending)
    rows += files.rows_in_work(work, id)
    decisions = files.erase(work, {id})
    sealed = files.sealed(study.folder)
    count = files.delete((*files.copies(study.folder, id), work / id))
    count += remove_recordings(study, plan) if recordings else 0
    places = out_of_reach.still(study, places)
    forgotten.leave(work, id, places)
    frozen_ledger.forget(study.folder, [id])
    files.tidy(rest)
    out = files.released(rest, id)
    page.write(rest)
    done = Forgotten(id, date.today().isoformat(), count + out.files, rows + out.rows, decisions, len(places))
    forgotten.finish(work, done)
    return tuple(told(done, plan.pending.spoken_of, places, len(sealed)))


def everybody(study: Study, plan: Plan, recordings: bool) -> tuple[str, ...]:
    """Forget the whole study: what stays is the record, and recordings/ unless they go too."""
    work = study.store.work
    places = (*out_of_reach.recordings_left(study, plan), *out_of_reach.elsewhere(study, plan.id))
    forgotten.leave(work, EVERYBODY, places)
    decisions = files.erase(work, None)
    sealed = files.sealed(study.folder)
    gone = [path for path in work.iterdir() if path.name not in STAY]
    gone += [*out_of_reach.tables_of(study), study.folder / "study.yaml", *files.folders(study.folder)]
    count = files.delete(gone) + (remove_recordings(study, plan) if recordings else 0)
    places = (*out_of_reach.still(study, places), *out_of_reach.strangers(study))
    forgotten.leave(work, EVERYBODY, places)
    done = Forgotten(EVERYBODY, date.today().isoformat(), count, 0, decisions, len(places))
    forgotten.finish(work, done)
    return tuple(told(done, (), places, len(sealed)))


def remove_recordings(study: Study, plan: Plan) -> int:
    """Delete what lies in recordings/; how many files there were."""
    return files.delete(path for name in plan.recordings for path in zoom.belongings(study.recordings, name))


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
