"""What a worker of a cluster does: one stage over a few recordings, read and written by path. Needs no Dask to import.

A task names a run, a stage and ids; texts, names and settings are read from the study's folder, never sent.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from pipeline import flow, privacy
from pipeline.errors import Interrupted, attempt
from pipeline.model import Failure
from pipeline.store import locks
from pipeline.store.artifacts import write_atomically
from pipeline.study.folder import Study
from pipeline.study.inputs import Inputs, Stage

OFTEN = 0.5
"""seconds between two messages on how far a recording is"""
ALONE = threading.Lock()
"""one task at a time in a process: neither the models nor torch's settings are made for two"""


class Task(Struct, frozen=True):
    """All that a worker is told."""

    key: str
    run: str
    """path of the run's file, see `announce`"""
    stage: str
    recordings: tuple[str, ...]
    made_by: dict[str, str]
    """versions that the run expects"""
    gpu: bool = False
    """for a worker with a graphics card"""


class Outcome(Struct, frozen=True):
    """All that a worker answers."""

    results: tuple[tuple[str, Failure | None], ...] = ()
    damaged: tuple[str, ...] = ()
    """recordings of which an artifact had to be thrown away"""
    unseen: bool = False
    """the run's file is not where the task says: the run is over, or the folder is not shared"""
    versions: bool = False
    """this worker has others than the run expects"""


def announce(file: Path, study: Study) -> None:
    """Write the study as it is opened, for the workers of a run. The run goes on as long as this file is there."""
    write_atomically(file, (msgspec.msgpack.encode(study, enc_hook=str),))


@lru_cache(maxsize=1)
def announced(run: str) -> Study:
    """The study of a run, as it was when the run began: an edit while it goes on changes nothing."""
    return msgspec.msgpack.decode(Path(run).read_bytes(), type=Study, dec_hook=lambda kind, value: kind(value))


@lru_cache(maxsize=1)
def model(stage: str, settings: Any) -> Any:
    """A stage's model, in the memory of this process until another one is asked for."""
    return stage_of(stage).module.load(settings)


def stage_of(name: str) -> Stage:
    return next(stage for stage in flow.STAGES if stage.name == name)


class Teller:
    """Says how far a recording is, through `send`; ends the task where its run is over."""

    def __init__(self, run: Path, send: Callable[[str, float], None]) -> None:
        self.run, self.send = run, send
        self.told = 0.0

    def __call__(self, recording: str, share: float) -> None:
        """Raises Interrupted."""
        now = time.monotonic()
        if now - self.told < OFTEN:
            return
        self.told = now
        if not self.run.exists():
            raise Interrupted
        self.send(recording, share)


def work(task: Task, send: Callable[[str, float], None]) -> Outcome:
    """Do a task. A recording's failure is a value; what is finished already is not done again."""
    privacy.harden()
    run = Path(task.run)
    if not run.exists():
        return Outcome(unseen=True)
    stage = stage_of(task.stage)
    if flow.made_by(stage) != task.made_by:
        return Outcome(versions=True)
    with ALONE:
        study = announced(task.run)
        privacy.confine(study.store.work)
        with locks.busy(study.store.work, task.recordings):
            try:
                return carried(study, stage, task.recordings, Teller(run, send))
            except Interrupted:
                return Outcome(unseen=True)
            except Exception as error:
                return Outcome(tuple((name, failed(name, stage.name, error)) for name in task.recordings))


def failed(recording: str, stage: str, error: Exception) -> Failure:
    """What stopped a whole task, as a value: Dask would send the error's text, which may name a file."""

    def again() -> None:
        raise error

    found = attempt(recording, stage, again)
    assert found
    return found


def carried(study: Study, stage: Stage, recordings: tuple[str, ...], tell: Teller) -> Outcome:
    """The recordings of a task through its stage. Another worker, taken for lost, may have been quicker."""
    inputs = Inputs(study)
    wanted = {entry: inputs.fingerprint(stage, entry) for entry in study.entries if entry.id in recordings}
    due = {entry: digest for entry, digest in wanted.items() if not inputs.fresh(stage, entry.id, digest)}
    results: list[tuple[str, Failure | None]] = [(entry.id, None) for entry in wanted if entry not in due]
    for name, failure in flow.results(stage, due, inputs, tell, partial(model, stage.name)):
        results.append((name, failure))
        tell.send(name, 1.0)
    return Outcome(tuple(results), tuple(sorted(inputs.damaged)))
