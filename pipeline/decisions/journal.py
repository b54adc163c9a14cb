"""review.db: every act of a reviewer as a row that is never changed. What holds now is read off the rows.

Only where somebody is forgotten do rows go: for good, with what the file and its write-ahead log still held of them.
"""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from pipeline.decisions.second_look import STUDY
from pipeline.errors import ConfigError, CorruptArtifact, StudyBusy
from pipeline.model import Correction, Decision, SignOff
from pipeline.store import file_system

SCHEMA = 1
What = Literal["decide", "correct", "read", "judge", "sign", "clear", "conflict", "undo", "redo"]
REVERSIBLE = ("decide", "correct", "judge", "clear")
"""what undo takes back; what was read and signed stays so"""

TABLES = """
CREATE TABLE log (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL UNIQUE,
  batch TEXT NOT NULL,
  at TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  interview TEXT NOT NULL,
  what TEXT NOT NULL,
  key TEXT NOT NULL,
  data TEXT NOT NULL
);
CREATE INDEX by_interview ON log (interview, seq);
CREATE TRIGGER only_grows BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER never_shrinks BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
"""


class Row(Struct, frozen=True):
    """One line of the log."""

    uid: str
    batch: str
    """rows of one act share it: they are undone together"""
    at: str
    reviewer: str
    interview: str
    what: str
    key: str
    """what the row is about: a stretch of a turn, a turn, a warning; the batch that "undo" takes back"""
    data: str
    seq: int = 0


class Wish(Struct, frozen=True):
    """Something a reviewer wants to write."""

    what: What
    key: str
    data: str = ""
    seen: int = -1
    """version of the key that the reviewer saw, -1 where it does not matter"""


class Clash(Exception):
    """Somebody else decided meanwhile; nothing was written."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        super().__init__("decided by another reviewer meanwhile")
        self.rows = rows


def owner(interview: str, what: str, key: str) -> str:
    """Whose a row is: its interview's; a verdict on a doubt of the release check is his of whom the doubt speaks."""
    return key.rpartition(".")[0] if what == "clear" and not interview else interview


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class Book:
    """What holds in one interview, read off its rows in order."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], list[Row]] = {}
        self.batches: dict[str, list[Row]] = {}
        self.undone: set[str] = set()
        self.undoable: dict[str, list[str]] = {}
        self.redoable: dict[str, list[str]] = {}
        self.versions: dict[str, int] = {}
        self.corrections: list[Row] = []
        self._harmless: frozenset[str] | None = None

    def add(self, row: Row) -> None:
        """The next row."""
        self._harmless = None
        if row.what in ("undo", "redo"):
            self._turn_back(row)
            return
        self.rows.setdefault((row.what, row.key), []).append(row)
        self.versions[row.key] = row.seq
        if row.what == "correct":
            self.corrections.append(row)
        if row.what in REVERSIBLE:
            if row.batch not in self.batches:
                self.undoable.setdefault(row.reviewer, []).append(row.batch)
                self.redoable[row.reviewer] = []
            self.batches.setdefault(row.batch, []).append(row)

    def _turn_back(self, row: Row) -> None:
        done, undone = self.undoable.setdefault(row.reviewer, []), self.redoable.setdefault(row.reviewer, [])
        source, target = (done, undone) if row.what == "undo" else (undone, done)
        if row.key in source:
            source.remove(row.key)
            target.append(row.key)
        (self.undone.add if row.what == "undo" else self.undone.discard)(row.key)
        for one in self.batches.get(row.key, ()):
            self.versions[one.key] = row.seq

    def holds(self, what: str, key: str) -> Row | None:
        """The row in force, None where there is none or all were undone."""
        for row in reversed(self.rows.get((what, key), ())):
            if row.batch not in self.undone:
                return row
        return None

    def all(self, what: str) -> Iterator[Row]:
        """The rows in force of one sort, in order of their keys' first appearance."""
        for sort, key in tuple(self.rows):
            row = self.holds(sort, key) if sort == what else None
            if row is not None:
                yield row

    def decisions(self) -> tuple[Decision, ...]:
        """The decisions in force, in the order in which they were taken."""
        rows = sorted(self.all("decide"), key=lambda row: row.seq)
        return tuple(msgspec.json.decode(row.data, type=Decision) for row in rows)

    def harmless(self) -> frozenset[str]:
        """Questions that this interview's decisions in force answer for the whole study."""
        if self._harmless is None:
            rows = (row for row in self.all("decide") if '"harmless"' in row.data)
            made = [msgspec.json.decode(row.data, type=Decision) for row in rows]
            self._harmless = frozenset(one.question for one in made if one.kind == STUDY and one.question)
        return self._harmless

    def corrected(self) -> tuple[Correction, ...]:
        """The corrections in force, in order."""
        rows = (row for row in self.corrections if row.batch not in self.undone)
        return tuple(msgspec.json.decode(row.data, type=Correction) for row in rows)

    def read_by(self) -> dict[str, set[str]]:
        """Names of the turns that each reviewer has read."""
        read: dict[str, set[str]] = {}
        for (what, key), rows in self.rows.items():
            for row in rows if what == "read" else ():
                read.setdefault(row.reviewer, set()).add(key)
        return read

    def conflicts(self) -> dict[str, Row]:
        """Keys on which two reviewers differ and nobody has decided since."""
        made = {}
        for row in self.all("conflict"):
            since = self.holds("decide", row.key)
            if since is None or since.seq < row.seq:
                made[row.key] = row
        return made

    def signed(self) -> SignOff | None:
        """The last sign-off."""
        row = self.holds("sign", "")
        return msgspec.json.decode(row.data, type=SignOff) if row else None


class Journal:
    """The log on disk. One writer at a time; a row is on the disk before anybody is told so."""

    def __init__(self, file: Path, create: bool = True) -> None:
        file_system.refuse_remote(file.parent)
        fresh = not file.is_file()
        if fresh and not create:
            raise ConfigError("Nobody has begun to review this study.", "Begin with `interviews review`.")
        if fresh:
            file.touch(mode=0o600)
        self.file = file
        self.db = sqlite3.connect(file, timeout=20, isolation_level=None, check_same_thread=False)
        self.last = 0
        self.books: dict[str, Book] = {}
        try:
            self.db.execute("PRAGMA journal_mode=WAL")
            self.db.execute("PRAGMA synchronous=FULL")
            self._migrate()
        except sqlite3.DatabaseError:
            raise CorruptArtifact(
                "The decisions in work/review.db cannot be read.",
                "Put the newest review.db.backup in its place, or one from your own backup.",
            ) from None
        self.refresh()

    def close(self) -> None:
        self.db.close()

    def _migrate(self) -> None:
        """Bring an older database up to date after a backup; ConfigError for one of a newer program."""
        version = int(self.db.execute("PRAGMA user_version").fetchone()[0])
        if version > SCHEMA:
            raise ConfigError(
                "This study was reviewed with a newer version of the program.", "Install that version, then try again."
            )
        if version == SCHEMA:
            return
        tables = self.db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables:
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy2(self.file, self.file.with_name(f"{self.file.name}.backup-{version}"))
        self.db.executescript(f"BEGIN IMMEDIATE;{TABLES}PRAGMA user_version={SCHEMA};COMMIT;")

    def refresh(self) -> None:
        """Take in what other processes wrote."""
        for row in self._rows_after(self.last):
            self.book(row.interview).add(row)
            self.last = row.seq

    def _rows_after(self, seq: int) -> Iterator[Row]:
        query = "SELECT uid, batch, at, reviewer, interview, what, key, data, seq FROM log WHERE seq > ? ORDER BY seq"
        return (Row(*values) for values in self.db.execute(query, (seq,)))

    def book(self, interview: str) -> Book:
        """What holds in an interview, "" for the study as a whole."""
        return self.books.setdefault(interview, Book())

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside, or nothing; sees everything written before."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            self.refresh()
            yield
            self.db.execute("COMMIT")
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.refresh()

    def act(self, reviewer: str, interview: str, wishes: Sequence[Wish]) -> int:
        """Write one act. Raises Clash where another reviewer changed one of its keys since it was seen."""
        return self.act_on(reviewer, {interview: wishes})

    def act_on(self, reviewer: str, wishes: dict[str, Sequence[Wish]]) -> int:
        """Write one act over several interviews, all or nothing; returns the log's length."""
        self._write(reviewer, wishes, uuid.uuid4().hex)
        return self.last

    def act_in(self, reviewer: str, interview: str, wishes: Sequence[Wish], batch: str) -> str:
        """Write one more step of an act whose steps build on each other; its name, "" for the first step."""
        batch = batch or uuid.uuid4().hex
        self._write(reviewer, {interview: wishes}, batch)
        return batch

    def _write(self, reviewer: str, wishes: dict[str, Sequence[Wish]], batch: str) -> None:
        at = now()
        with self.transaction():
            clashes = [row for name, wanted in wishes.items() for row in self._clashes(name, wanted)]
            if clashes:
                raise Clash(tuple(clashes))
            self._insert(
                Row(uuid.uuid4().hex, batch, at, reviewer, name, wish.what, wish.key, wish.data)
                for name, wanted in wishes.items()
                for wish in wanted
            )

    def _clashes(self, interview: str, wishes: Sequence[Wish]) -> Iterator[Row]:
        book = self.book(interview)
        for wish in wishes:
            if wish.seen < 0 or book.versions.get(wish.key, 0) <= wish.seen:
                continue
            held = book.holds(wish.what, wish.key)
            if held is None or held.data != wish.data:
                yield held or Row("", "", "", "", interview, wish.what, wish.key, "")

    def undo(self, reviewer: str, interview: str) -> tuple[Row, ...]:
        """Take back this reviewer's last act in an interview; the rows it had, none where there is nothing to undo."""
        return self._turn(reviewer, interview, "undo")

    def redo(self, reviewer: str, interview: str) -> tuple[Row, ...]:
        """Do again what was undone last."""
        return self._turn(reviewer, interview, "redo")

    def _turn(self, reviewer: str, interview: str, what: Literal["undo", "redo"]) -> tuple[Row, ...]:
        with self.transaction():
            book = self.book(interview)
            stack = (book.undoable if what == "undo" else book.redoable).get(reviewer, [])
            if not stack:
                return ()
            batch = stack[-1]
            touched = [name for name, other in self.books.items() if batch in other.batches]
            once = uuid.uuid4().hex
            self._insert(Row(uuid.uuid4().hex, once, now(), reviewer, name, what, batch, "") for name in touched)
        return tuple(row for name in touched for row in self.books[name].batches[batch])

    def _insert(self, rows: Iterable[Row]) -> None:
        self.db.executemany(
            "INSERT OR IGNORE INTO log (uid, batch, at, reviewer, interview, what, key, data) "
            "VALUES (:uid, :batch, :at, :reviewer, :interview, :what, :key, :data)",
            (msgspec.structs.asdict(row) for row in rows),
        )

    def everything(self, interviews: Sequence[str]) -> tuple[Row, ...]:
        """The rows of some interviews, in order."""
        return tuple(row for row in self._rows_after(0) if row.interview in interviews)

    def dispute(self, reviewer: str, found: Sequence[tuple[str, str, str, str]]) -> None:
        """Note stretches on which two reviewers differ: (interview, key, one verdict, the other), verdicts as JSON."""
        batch = uuid.uuid4().hex
        with self.transaction():
            self._insert(
                Row(uuid.uuid4().hex, batch, now(), reviewer, name, "conflict", key, f"[{one},{two}]")
                for name, key, one, two in found
            )

    def take_in(self, rows: Sequence[Row]) -> None:
        """Append another log's rows as they are; those already here are skipped."""
        with self.transaction():
            self._insert(rows)


UNREADABLE = "Put a whole copy in its place, or delete it together with all decisions; then try again."


def refuse_open(file: Path) -> None:
    """Raise StudyBusy where a review page has the database open, CorruptArtifact where it cannot be read."""
    if file.is_file():
        with closing(alone(file)) as db:
            kept_rows(db, file)


def kept_rows(db: sqlite3.Connection, file: Path) -> list[tuple[int, str, str, str]]:
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
        found = kept_rows(db, file)
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


def count(file: Path, interviews: Collection[str] | None) -> int:
    """How many rows `erase` would remove. Raises StudyBusy, CorruptArtifact."""
    with closing(alone(file)) as db:
        found = kept_rows(db, file)
    return sum(interviews is None or owner(name, what, key) in interviews for _, name, what, key in found)


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
