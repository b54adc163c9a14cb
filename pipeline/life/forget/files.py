"""The study's folder as forgetting sees it: what is deleted, what loses rows, what is made again."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable
from pathlib import Path

from pipeline.decisions import journal
from pipeline.decisions.sign_off import DATABASE
from pipeline.errors import ConfigError, CorruptArtifact
from pipeline.release import build, frozen_ledger, removal, traces
from pipeline.release.request import safe
from pipeline.store.artifacts import read_table, write_table
from pipeline.study import forgotten
from pipeline.study.folder import Study

SEALED = ("key*.age", "*.review.age")
"""in work/: encrypted for others, so that nobody here can take a person out of them"""
REPORTS = ("report.html", "disclosure.html", "doctor.log", "*.partial")
"""in work/: deleted, and made again from what is left"""
TABLES = {"match.csv": "id", "quotes.csv": "participant_id", "sample.csv": "interview"}
"""in work/: column that says whose a row is"""
KEPT = ("review.db*", "cast.json", "recordings.csv", "*.jsonl", "digests.json", "seals.json", "ledger.json", "lock*")
"""in work/: rewritten without the person by a step of its own, or without content"""
OWN = (*SEALED, *REPORTS, *TABLES, *KEPT, forgotten.RECORD, forgotten.LEFT, forgotten.PENDING)
"""files of work/ that need not be looked into"""
SENT = "transfer"
SHARED = (SENT, "audit", "member-check")
"""folders of the study, beside releases, in which only the program writes"""


def rows_in_work(work: Path, id: str) -> int:
    """Take a person's rows out of the tables in work/; how many there were."""
    gone = 0
    for file, column in ((work / name, column) for name, column in TABLES.items()):
        rows = read_table(file)
        kept = [row for row in rows if row.get(column) != id]
        if len(kept) < len(rows):
            write_table(file, tuple(rows[0]), (tuple(row.values()) for row in kept))
        gone += len(rows) - len(kept)
    return gone


def erase(work: Path, ids: Collection[str] | None) -> int:
    """Take rows out of the log of decisions and of its backups, all for None; how many the log had."""
    for file in matching(work, (f"{DATABASE}.backup*",)):
        try:
            journal.erase(file, ids)
        except CorruptArtifact:
            file.unlink()
    return journal.erase(work / DATABASE, ids) if (work / DATABASE).is_file() else 0


def copies(study: Path, id: str) -> list[Path]:
    """What holds a person beside his own folder, and can only go as a whole: made again from what is left."""
    alone = (study / "member-check" / safe(id), study / "audit")
    return [*matching(study / "work", REPORTS), *sealed(study), *(path for path in alone if path.is_dir())]


def folders(study: Path) -> list[Path]:
    """Folders of a study that are made of its interviews, work/ aside."""
    made = [*removal.releases(study), study / "release", *(study / name for name in SHARED)]
    return [path for path in dict.fromkeys(made) if path.is_dir()]


def sealed(study: Path) -> list[Path]:
    """Encrypted files, out of which nobody here can take a person."""
    return [*matching(study / "work", SEALED), *matching(study / SENT, ("*",))]


def released(rest: Study, id: str) -> removal.Removed:
    """Take a person out of every release in the study's folder, and say in each what is still there of others."""
    build.recover(rest.folder / "release")
    build.clear(rest.folder / "release.partial")
    blind = frozen_ledger.read(rest.folder).blind.get(id, "")
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
