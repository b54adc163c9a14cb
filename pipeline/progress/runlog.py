"""What a run tells who looks on: one small file while it goes on, one line when it is over. Ids and numbers only."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from msgspec import Struct

from pipeline.store.artifacts import record, write_atomically

STATE = "progress.json"
"""in work/, while a run goes on"""
RUNS = "runs.jsonl"
"""in work/: one line a run, the newest last"""
TELLING = 60.0
"""seconds of audio from which a stage's speed says something about the next run"""


class StageRun(Struct, frozen=True):
    """How one stage went in one run."""

    stage: str
    todo: int
    done: int
    failed: int
    fresh: int
    """recordings that needed nothing"""
    seconds: float
    """of audio in the recordings that were done"""
    wall: float
    """seconds it took"""

    @property
    def speed(self) -> float:
        """Hours of audio an hour, 0.0 where nothing was done."""
        return round(self.seconds / self.wall, 2) if self.wall and self.seconds else 0.0


class Run(Struct, frozen=True):
    """How a run went."""

    began: str
    """local date and time"""
    code: int
    """its exit code"""
    wall: float
    stages: tuple[StageRun, ...]
    workers: str = ""
    """who did the work: "" for the process itself"""

    @property
    def seconds(self) -> float:
        """Of audio in the interviews on which anything was done."""
        return max((stage.seconds for stage in self.stages), default=0.0)


class Going(Struct, frozen=True):
    """How far a run is."""

    stage: str
    number: int
    """of this stage, from 1"""
    stages: tuple[str, ...]
    """that it will go through"""
    todo: int
    done: int
    failed: int
    fresh: int
    share: float
    """0-1 of this stage, by seconds of audio"""
    left: float | None
    """seconds that this stage will still take; None before there is anything to go by"""
    all_left: float | None
    """the same for the whole run"""
    working: dict[str, float]
    """recordings at work, and how far each is (0-1)"""
    began: float
    """seconds since 1970"""
    told: float
    """the same: when this was written"""


def tell(work: Path, going: Going) -> None:
    """Replace the file that says how far a run is. Not forced to the disk: it is worth nothing after a crash."""
    write_atomically(work / STATE, (msgspec.json.encode(going),), durable=False)


def going(work: Path) -> Going | None:
    """What a run told last, None where none did."""
    return record(work / STATE, Going)


def over(work: Path, run: Run) -> None:
    """Keep how a run went."""
    handle = os.open(work / RUNS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(msgspec.json.encode(run) + b"\n")


def runs(work: Path) -> tuple[Run, ...]:
    """Earlier runs, the newest last; a line that was cut off is left out."""
    try:
        lines = (work / RUNS).read_bytes().splitlines()
    except OSError:
        return ()
    found = []
    for line in lines:
        try:
            found.append(msgspec.json.decode(line, type=Run))
        except msgspec.MsgspecError:
            continue
    return tuple(found)


def paces(work: Path) -> dict[str, float]:
    """Seconds that each stage last took for a second of audio."""
    return {
        stage.stage: stage.wall / stage.seconds
        for run in runs(work)
        for stage in run.stages
        if stage.seconds >= TELLING and stage.wall
    }
