"""The search of corrected interviews, in a process of its own: a decision never waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from functools import lru_cache
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from pipeline import privacy
from pipeline.corrections.apply import corrected
from pipeline.deidentify import stage
from pipeline.errors import place
from pipeline.model import Correction, Dialogue, Job, Redaction
from pipeline.participants import Contact

if TYPE_CHECKING:
    from pipeline.deidentify.search import Seen

REMEMBERED = 20_000
"""turns whose findings the process keeps: a second search of an interview reads only what was corrected"""


Made = TypeVar("Made")
Work = Callable[[bytes], bytes]
AT_ONCE = 25
"""turns that are looked at before the next task may come"""


class Task(msgspec.Struct, frozen=True):
    """One interview to search again."""

    interview: str
    folder: str
    dialogue: Dialogue
    corrections: tuple[Correction, ...]
    contacts: tuple[Contact, ...]
    settings: stage.Settings


class Warming(msgspec.Struct, frozen=True):
    """Some turns of an interview to look at before anybody asks, so that a correction is searched in a moment."""

    task: Task
    first: int
    last: int


class Searcher:
    """One process that searches: what is asked first is done first, and it can be ended at any moment."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.turn = asyncio.Lock()
        self.process: BaseProcess | None = None
        self.line: Any = None
        self.closed = False

    async def search(self, task: Task) -> Redaction | None:
        """What the search finds, None where it failed."""
        return await self.do(_search, msgspec.json.encode(task), Redaction)

    async def warm(self, task: Task) -> None:
        """Look at every turn once, a few at a time: a search that is asked for meanwhile goes before the rest."""
        for first in range(0, len(task.dialogue.turns), AT_ONCE):
            if self.closed:
                return
            await self.do(_warm, msgspec.json.encode(Warming(task, first, first + AT_ONCE)), bool)

    async def do(self, work: Work, data: bytes, kind: type[Made]) -> Made | None:
        """Run a function in the process; begins another process once where it was killed."""
        async with self.turn:
            for _ in range(2):
                if self.closed:
                    break
                try:
                    answer = await asyncio.to_thread(self._ask, work, data)
                    return msgspec.json.decode(answer, type=kind) if answer else None
                except (EOFError, OSError):
                    self.process = None
        return None

    def _ask(self, work: Work, data: bytes) -> bytes:
        if self.process is None or self.line is None:
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            self.process = context.Process(target=_serve, args=(theirs, str(self.work)), daemon=True)
            self.process.start()
            theirs.close()
            self.line = ours
        line = self.line
        line.send((work, data))
        answer: bytes = line.recv()
        return answer

    def close(self) -> None:
        """End the process, whatever it does."""
        self.closed = True
        if self.process is not None:
            self.process.kill()


def _serve(line: Connection, work: str) -> None:
    """What the process does until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _begin(work)
    while True:
        try:
            does, data = line.recv()
        except EOFError:
            return
        line.send(does(data))


def _begin(work: str) -> None:
    """Make the process private and polite, and let it remember what it found in a turn."""
    privacy.harden()
    privacy.confine(Path(work))
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.nice(5)


@lru_cache(maxsize=1)
def _memory() -> Seen:
    return {}


def _remembered() -> Seen:
    """What this process found in turns so far, the oldest forgotten."""
    seen = _memory()
    while len(seen) > REMEMBERED:
        del seen[next(iter(seen))]
    return seen


def _search(data: bytes) -> bytes:
    """A Redaction, nothing where the search failed: an error may quote the interview and stays here."""
    task = msgspec.json.decode(data, type=Task)
    item = stage.Item(Job(task.interview, Path(task.folder)), task.dialogue, task.contacts, task.corrections)
    try:
        return msgspec.json.encode(stage.redact(item, task.settings, seen=_remembered()))
    except Exception as error:
        privacy.Log(Path(task.folder).parent / "log.jsonl").write(
            "review-search", id=task.interview, where=place(error)
        )
        return b""


def _warm(data: bytes) -> bytes:
    """Look at some turns; what is found stays remembered in this process."""
    from pipeline.deidentify import search

    warming = msgspec.json.decode(data, type=Warming)
    dialogue = corrected(warming.task.dialogue, warming.task.corrections).dialogue
    try:
        some = list(search.prepared(dialogue).items())[warming.first : warming.last]
        for _ in search.look(dict(some), _remembered()):
            pass
    except Exception:
        return b"false"
    return b"true"
