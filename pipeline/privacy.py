"""Nothing of an interview leaves by the side door: logs, tracebacks, caches, temporary files, telemetry."""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path
from types import TracebackType

from pipeline.errors import REPORT, place
from pipeline.messages import say

LOGGED = frozenset({"event", "id", "stage", "code", "seconds", "share", "count", "where", "version"})
"""The only fields the log may hold; none of them can carry a name or a word."""

ENVIRONMENT = {
    "PYANNOTE_METRICS_ENABLED": "0",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTORCH_JIT_LOG_LEVEL": "",
}


def harden() -> None:
    """Make this process private: call before anything heavy is imported."""
    os.umask(0o077)
    os.environ.update(ENVIRONMENT)
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    logging.lastResort = None
    sys.excepthook = show_bug


def show_bug(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    """An excepthook that shows where a bug is, never what it was about: messages may quote an interview."""
    if issubclass(kind, KeyboardInterrupt):
        return
    say(f"A bug stopped the program: {place(error)}.\n{REPORT}")


def confine(work: Path) -> None:
    """Send temporary files and the caches of libraries to work/tmp, away from the system's folders."""
    temporary = work / "tmp"
    temporary.mkdir(mode=0o700, parents=True, exist_ok=True)
    for variable in ("TMPDIR", "TEMP", "TMP", "MPLCONFIGDIR", "XDG_CACHE_HOME", "NUMBA_CACHE_DIR", "TRITON_CACHE_DIR"):
        os.environ[variable] = str(temporary)
    tempfile.tempdir = str(temporary)


class Log:
    """One line of JSON an event in work/log.jsonl; a field that is not on the list is a bug."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def write(self, event: str, **fields: str | float) -> None:
        """Append an event. Raises ValueError for a field outside LOGGED."""
        unknown = set(fields) - LOGGED
        if unknown:
            raise ValueError("a field that is not on the allow-list was about to be logged")
        line = json.dumps({"at": time.strftime("%Y-%m-%dT%H:%M:%S"), "event": event, **fields})
        handle = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode() + b"\n")
        finally:
            os.close(handle)
