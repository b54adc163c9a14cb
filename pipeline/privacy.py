"""Nothing of an interview leaves by the side door: logs, tracebacks, caches, temporary files, telemetry."""

from __future__ import annotations

import io
import json
import logging
import os
import stat
import sys
import tempfile
import threading
import time
import warnings
from pathlib import Path
from types import TracebackType

from pipeline.errors import REPORT, ConfigError, place
from pipeline.messages import say

LOGGED = frozenset({"event", "id", "stage", "code", "seconds", "share", "count", "where", "version"})
"""The only fields the log may hold; none of them can carry a name or a word."""

WRITTEN = ("work", "release", "release.partial", "release.previous", "transfer")
"""folders of a study that the program writes"""

PR_SET_DUMPABLE = 4
"""from Linux's prctl.h; a limit on core files alone does not hold where a service collects them"""

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
    sys.unraisablehook = lambda _: None
    threading.excepthook = show_thread_bug
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    keep_memory()
    retitle()


def keep_memory() -> None:
    """Leave no image of this process's memory on the disk, should it crash, and let no other process read it."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def retitle() -> None:
    """Show the command alone in the list of processes, which everybody here can read: no path, no name of a file."""
    from setproctitle import setproctitle

    first = sys.argv[1] if len(sys.argv) > 1 else ""
    setproctitle(f"interviews {first if first.isascii() and first.replace('-', '').isalpha() else ''}".strip())


def show_bug(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    """An excepthook that shows where a bug is, never what it was about: messages may quote an interview."""
    if issubclass(kind, KeyboardInterrupt):
        return
    say(f"A bug stopped the program: {place(error)}.\n{REPORT}")


def show_thread_bug(failed: threading.ExceptHookArgs) -> None:
    """The same for a thread."""
    if failed.exc_value is not None:
        show_bug(failed.exc_type, failed.exc_value, None)


def confine(work: Path) -> None:
    """Send temporary files and the caches of libraries to work/tmp, away from the system's folders."""
    temporary = work / "tmp"
    temporary.mkdir(mode=0o700, parents=True, exist_ok=True)
    for variable in ("TMPDIR", "TEMP", "TMP", "MPLCONFIGDIR", "XDG_CACHE_HOME", "NUMBA_CACHE_DIR", "TRITON_CACHE_DIR"):
        os.environ[variable] = str(temporary)
    tempfile.tempdir = str(temporary)


def enclose(study: Path) -> None:
    """Nobody but the owner reads what is private in a study, and nothing is written through a link to another place.

    Raises ConfigError for a link where the program writes; work/tmp is for the libraries, and cleared by a run.
    """
    for name in WRITTEN:
        if (study / name).is_symlink():
            raise linked(name)
    for private in ("work", "private"):
        close(study / private)
        for folder, folders, files in os.walk(study / private):
            for name in (*folders, *files):
                if close(Path(folder, name)) and private == "work":
                    raise linked("work")
            if private == "work" and Path(folder) == study / private:
                folders[:] = [name for name in folders if name != "tmp"]


def close(path: Path) -> bool:
    """Take a file or folder from the group and from others; whether it is a link, of which nothing is changed."""
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            return True
        if os.name == "posix" and mode & 0o077:
            path.chmod(stat.S_IMODE(mode) & 0o700)
    except OSError:
        return False
    return False


def linked(folder: str) -> ConfigError:
    return ConfigError(
        f"{folder}/ is a link or holds one; the program would write to where it leads.",
        "Put the folder itself in its place. To keep a study on another disk, move the study there as a whole.",
    )


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
