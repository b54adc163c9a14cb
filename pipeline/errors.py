"""Every error the operator can meet, and its exit code. The codes are part of the interface; see the README."""

from __future__ import annotations

import errno
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pipeline.model import Failure

Made = TypeVar("Made")


class InterviewsError(Exception):
    """An error with a sentence on what happened and one on what to do.

    Neither sentence may hold a name, a file name of recordings/ or a word of a transcript. Recordings go by their id.
    """

    exit_code = 1

    def __init__(self, what: str, do: str) -> None:
        super().__init__(what)
        self.what = what
        self.do = do


class UsageError(InterviewsError):
    exit_code = 2


class ConfigError(InterviewsError):
    """A setting, the roster or the state of the study is wrong; nothing was run."""

    exit_code = 3


class StudyBusy(ConfigError):
    """Another process holds the study's lock."""


class MissingDependency(InterviewsError):
    """A program, a package or model weights are missing."""

    exit_code = 4


class RecordingError(InterviewsError):
    """One recording cannot be processed; the others go on."""

    exit_code = 5


class ExportRefused(InterviewsError):
    """The leak gate, or a stale or missing sign-off, refused an export."""

    exit_code = 7


class CorruptArtifact(InterviewsError):
    """A file in work/ does not match its own checksum."""

    exit_code = 8


def of_disk(error: OSError) -> ConfigError | None:
    """What a disk that is full, or a folder that may not be written, means for the operator; None for anything else."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ConfigError("The disk is full.", "Free some space, then run again: what is finished is kept.")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return ConfigError(
            "A file or folder of the study may not be read or written.",
            "Check the permissions of the study's folder and all in it, and whether its disk is mounted read-only; "
            "then run again: what is finished is kept.",
        )
    return None


class Interrupted(BaseException):
    """The operator stopped the program. No Exception, so that no stage takes it for a failure of its recording."""


REVIEW_DUE = 6
INTERRUPTED = 130
PRECEDENCE = (INTERRUPTED, 1, 2, 3, 4, 7, 8, 5, REVIEW_DUE, 0)
"""When several apply, the first of these is the exit code."""


def worst(codes: set[int]) -> int:
    """The exit code of a run in which all of `codes` occurred."""
    return next((code for code in PRECEDENCE if code in codes), 0)


def place(error: BaseException) -> str:
    """Type, file and line of an error's innermost frame in this package: all that may be shown of an unexpected one."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "pipeline" in Path(frame.filename).parts] or frames
    at = f" at {Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}{at}"


def attempt(recording: str, stage: str, work: Callable[[], Made]) -> Made | Failure:
    """The result of `work`, or the Failure it ended in, so that one recording never stops the others."""
    try:
        return work()
    except InterviewsError as error:
        return Failure(recording, stage, error.exit_code, error.what, error.do)
    except MemoryError:
        return Failure(
            recording, stage, 5, "This machine ran out of memory.", "Close other programs, or run with --only."
        )
    except Exception as error:
        trouble = of_disk(error) if isinstance(error, OSError) else None
        if trouble:
            return Failure(recording, stage, RecordingError.exit_code, trouble.what, trouble.do)
        return Failure(
            recording, stage, 1, f"A bug stopped this recording: {place(error)}.", f"{REPORT} The others went on."
        )


REPORT = "Report this line to whoever maintains the program; it holds nothing of the interview."
