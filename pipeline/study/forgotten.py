"""What is kept of those who were forgotten: that it was done and when, and where something of them still lies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from pipeline.store.artifacts import read_table, record, write_atomically, write_table

RECORD = "forgotten.csv"
LEFT = "left-behind.csv"
PENDING = "forgetting.json"
EVERYBODY = "everybody"
"""stands for the whole study where an id would stand"""


class Forgotten(Struct, frozen=True):
    """One line of work/forgotten.csv: no content."""

    id: str
    on: str
    """ISO date"""
    files: int
    """that were deleted"""
    rows: int
    """of tables, in work/, release/ and those the operator keeps"""
    decisions: int
    """rows of the reviewers' log"""
    left: int
    """places out of reach"""


class Left(Struct, frozen=True):
    """One line of work/left-behind.csv: a place that forgetting does not reach. Private, as it may hold a name."""

    id: str
    what: Literal["recording", "file"]
    path: str
    """of a recording its date and the meeting's number, of a file where it lies in the study"""
    content: str = ""
    """digest of a recording, by which it is known under any name"""


class Counts(Struct, frozen=True):
    """How much is deleted."""

    files: int = 0
    rows: int = 0
    decisions: int = 0


class Pending(Struct, frozen=True):
    """work/forgetting.json: what was begun, so that it is completed after a power cut."""

    id: str
    settings: str
    """digest of the study's settings when it was begun"""
    good: dict[str, dict[str, str]] = {}
    """other recordings: stage -> fingerprint of what was up to date"""
    spoken_of: tuple[str, ...] = ()
    """other recordings in which this person is mentioned"""
    counts: Counts | None = None
    """what there was before anything was deleted, recordings aside"""
    earlier: Counts = Counts()
    """what was deleted on the same day before this was begun"""
    recordings: int = 0
    """files in recordings/ that were to go"""


def pending(work: Path) -> Pending | None:
    """What was begun and not finished."""
    return record(work / PENDING, Pending)


def begin(work: Path, plan: Pending) -> None:
    write_atomically(work / PENDING, (msgspec.json.encode(plan),))


def records(work: Path) -> tuple[Forgotten, ...]:
    """Who was forgotten, in order."""
    numbers = ("files", "rows", "decisions", "left")
    return tuple(
        Forgotten(row["id"], row["on"], *(int(row[number]) for number in numbers)) for row in read_table(work / RECORD)
    )


def counts_of(work: Path, id: str) -> Counts:
    """What the record of today says of an id already."""
    today = (one for one in records(work) if (one.id, one.on) == (id, date.today().isoformat()))
    return next((Counts(one.files, one.rows, one.decisions) for one in today), Counts())


def finish(work: Path, done: Forgotten, earlier: Counts) -> None:
    """Put it on record, once for each id and day and with what went `earlier` that day, and end what was begun."""
    kept = [one for one in records(work) if (one.id, one.on) != (done.id, done.on)]
    whole = Forgotten(
        done.id,
        done.on,
        earlier.files + done.files,
        earlier.rows + done.rows,
        earlier.decisions + done.decisions,
        done.left,
    )
    header = Forgotten.__struct_fields__
    write_table(work / RECORD, header, (msgspec.structs.astuple(one) for one in (*kept, whole)))
    (work / PENDING).unlink(missing_ok=True)


def left(work: Path) -> tuple[Left, ...]:
    """Places out of reach."""
    return tuple(
        Left(row["id"], "recording" if row["what"] == "recording" else "file", row["path"], row["content"])
        for row in read_table(work / LEFT)
    )


def leave(work: Path, id: str, places: Iterable[Left]) -> None:
    """Say where something of this person still lies; no file where nothing of anybody does."""
    every = (*(one for one in left(work) if one.id != id), *places)
    if every:
        write_table(work / LEFT, Left.__struct_fields__, (msgspec.structs.astuple(one) for one in every))
    else:
        (work / LEFT).unlink(missing_ok=True)
