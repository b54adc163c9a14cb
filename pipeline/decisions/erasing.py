"""Takes interviews out of review.db for good: their rows, what the file still held of them, and what its log did."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from pipeline.decisions.journal import owner
from pipeline.errors import CorruptArtifact, StudyBusy

UNREADABLE = "Put a whole copy in its place, or delete it together with all decisions; then try again."


def check(file: Path) -> None:
    """Raise StudyBusy where a review page has the database open, CorruptArtifact where it cannot be read."""
    if file.is_file():
        with closing(alone(file)) as db:
            rows(db, file)


def rows(db: sqlite3.Connection, file: Path) -> list[tuple[int, str, str, str]]:
    """Number, interview, sort and key of every row. Raises CorruptArtifact."""
    try:
        return db.execute("SELECT seq, interview, what, key FROM log").fetchall()
    except sqlite3.DatabaseError:
        raise CorruptArtifact(
            f"work/{file.name} cannot be read, so nothing can be taken out of it.", UNREADABLE
        ) from None


def erase(file: Path, interviews: Collection[str] | None) -> int:
    """Remove all rows of these interviews, of all for None; how many there were. Raises StudyBusy, CorruptArtifact."""
    with closing(alone(file)) as db:
        found = rows(db, file)
        gone = [(seq,) for seq, name, what, key in found if interviews is None or owner(name, what, key) in interviews]
        guards = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        db.execute("BEGIN EXCLUSIVE")
        for name, _ in guards:
            db.execute(f"DROP TRIGGER {name}")
        db.executemany("DELETE FROM log WHERE seq = ?", gone)
        for _, create in guards:
            db.execute(create)
        db.execute("COMMIT")
        db.execute("VACUUM")
    return len(gone)


def alone(file: Path) -> sqlite3.Connection:
    """The database with nobody else in it, its write-ahead log written back and gone. Raises StudyBusy."""
    db = sqlite3.connect(file, timeout=2, isolation_level=None)
    try:
        db.execute("PRAGMA secure_delete=ON")
        db.execute("PRAGMA temp_store=MEMORY")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError:
        db.close()
        raise StudyBusy(
            "The decisions are in use: a review page is open.", "Close it (Ctrl-C where it runs), then try again."
        ) from None
    except sqlite3.DatabaseError:
        pass
    return db
