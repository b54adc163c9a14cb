"""One process at a time in a study: a lock that the system lets go of with its process, and who holds it, in words."""

from __future__ import annotations

import math
import os
import socket
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout
from msgspec import Struct

from pipeline.errors import ConfigError, StudyBusy

GRACE = 1.0
"""seconds to try for a lock: others may have it for a moment, to look whether it is free or to save one decision"""


class Holder(Struct, frozen=True):
    """Who holds a study."""

    doing: str
    process: int = 0
    host: str = ""
    since: str = ""
    """local time of `host`"""

    def may_live(self) -> bool:
        """False where that process is surely gone: then these are the words of one that was killed."""
        if self.host != socket.gethostname() or sys.platform == "win32":
            return True
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True

    def __str__(self) -> str:
        if not self.process:
            return self.doing
        return f"`{self.doing}`, process {self.process} on {self.host}, since {self.since}"


UNKNOWN = Holder("another process, which has not said who it is")


@contextmanager
def held(work: Path, doing: str) -> Iterator[None]:
    """Hold the study of this work/ while `doing` is done. Raises StudyBusy, saying who holds it."""
    work.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(work / "lock", mode=0o600)
    if not taken(lock, GRACE):
        raise StudyBusy(
            f"This study is in use: {holder(work) or UNKNOWN}.", "Wait until that has finished, then try again."
        )
    words = work / "lock.holder"
    try:
        words.unlink(missing_ok=True)
        made = Holder(doing, os.getpid(), socket.gethostname(), time.strftime("%Y-%m-%d %H:%M"))
        with os.fdopen(os.open(words, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(msgspec.json.encode(made))
        yield
    finally:
        words.unlink(missing_ok=True)
        lock.release()


def holder(work: Path) -> Holder | None:
    """Who holds the study now, None where nobody does. Looking takes the lock for a moment: see GRACE."""
    if not work.is_dir():
        return None
    lock = FileLock(work / "lock", mode=0o600)
    if taken(lock, 0.0):
        lock.release()
        return None
    try:
        told = msgspec.json.decode((work / "lock.holder").read_bytes(), type=Holder)
    except (OSError, msgspec.MsgspecError):
        return UNKNOWN
    return told if told.may_live() else UNKNOWN


def wait(work: Path) -> None:
    """Until nobody holds the study."""
    while holder(work) is not None:
        time.sleep(1.0)


def taken(lock: FileLock, seconds: float) -> bool:
    """Whether a lock could be had within so many seconds. Raises ConfigError where work/ cannot be written."""
    end = time.monotonic() + seconds
    while True:
        try:
            lock.acquire(timeout=0)
            return True
        except Timeout:
            if time.monotonic() >= end:
                return False
            time.sleep(0.05)
        except OSError:
            raise ConfigError(
                "The study's work/ folder cannot be written.",
                "Check the permissions of the folder and whether the disk is full or read-only.",
            ) from None


@contextmanager
def busy(work: Path, recordings: Iterable[str]) -> Iterator[None]:
    """Have recordings to oneself, as a worker; waits for one that was taken for lost and still has any of them."""
    with ExitStack() as stack:
        for name in sorted(recordings):
            stack.enter_context(FileLock(work / name / BUSY, mode=0o600))
        yield


def wait_for_workers(work: Path, seconds: float = math.inf) -> None:
    """Until no worker of a run that is over has a recording in hand; they stop by themselves when its file is gone."""
    end = time.monotonic() + seconds
    for path in sorted(work.glob(f"*/{BUSY}")):
        lock = FileLock(path, mode=0o600)
        if taken(lock, end - time.monotonic()):
            lock.release()


BUSY = "busy.lock"
"""in work/<id>/, of a recording that workers had in hand"""
