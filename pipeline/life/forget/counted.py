"""How much is about to be deleted: counted, and on disk, before the first file goes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.decisions import journal
from pipeline.decisions.sign_off import DATABASE
from pipeline.ingest import zoom
from pipeline.life.forget import files, out_of_reach
from pipeline.release import frozen_ledger, removal
from pipeline.release.request import safe
from pipeline.store.artifacts import read_table
from pipeline.study.folder import Study
from pipeline.study.forgotten import Counts
from pipeline.study.roster import roster


def of_person(study: Study, id: str) -> Counts:
    """What one participant has."""
    work = study.store.work
    made = released(study, id)
    tables = ((work / name, column) for name, column in files.TABLES.items())
    rows = sum(row.get(column) == id for file, column in tables for row in read_table(file))
    rows += sum(roster.rows_of(path, id) for path in out_of_reach.tables_of(study))
    mine = files_in((*files.copies(study.folder, id), work / id))
    return Counts(mine + made.files, rows + made.rows, decisions(study, {id}))


def of_everybody(study: Study, gone: Iterable[Path]) -> Counts:
    """What a whole study has in the places that are to go."""
    return Counts(files_in(gone), 0, decisions(study, None))


def released(study: Study, id: str) -> removal.Removed:
    """What every release in the study's folder holds of a person; all of one that holds nobody else."""
    blind = frozen_ledger.read(study.folder).blind.get(id, "")
    count = rows = 0
    for release in removal.releases(study.folder):
        name = blind if removal.tier(release) == "blind" else safe(id)
        found = removal.holds(release, name)
        count += found.files if removal.documents(release) - {name} else files_in([release])
        rows += found.rows
    return removal.Removed(count, rows)


def decisions(study: Study, ids: set[str] | None) -> int:
    file = study.store.work / DATABASE
    return journal.count(file, ids) if file.is_file() else 0


def recordings(study: Study, names: Iterable[str]) -> int:
    """Files of these recordings."""
    return files_in(path for name in names for path in zoom.belongings(study.recordings, name))


def files_in(paths: Iterable[Path]) -> int:
    """Files among paths, and in folders with all that is below."""
    every = {file for path in paths for file in (path.rglob("*") if path.is_dir() else [path])}
    return sum(file.is_file() for file in every)
