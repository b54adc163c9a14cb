"""The harm itself: a disk that is too small, permissions that bite, an edited file, a clock set back. Linux alone."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

OVERRIDING = (1, 2)
"""CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH"""
PR_CAPBSET_DROP, CAPABILITY_VERSION = 24, 0x20080522


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Callable[[], None]]:
    """A file system of `size` bytes at `folder`; yields what makes it large. Raises PermissionError without rights."""
    folder.mkdir(parents=True, exist_ok=True)
    mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        yield lambda: mount("-o", "remount,size=1g", str(folder))
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def mount(*arguments: str) -> None:
    try:
        subprocess.run(["mount", *arguments], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        raise PermissionError("mounting is not permitted here") from None


def heed_permissions() -> None:
    """Give up, for this process and all it starts, the right of root to read and write whatever the permissions say."""
    if sys.platform == "win32" or os.getuid() != 0:
        return
    system = ctypes.CDLL(None)
    for capability in OVERRIDING:
        system.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    head = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted and inheritable, twice
    without = ~sum(1 << capability for capability in OVERRIDING) & 0xFFFFFFFF
    if system.capget(head, sets) == 0:
        sets[0], sets[1], sets[2] = (value & without for value in sets[:3])
        system.capset(head, sets)


def cut(path: Path) -> None:
    """As a crash of the disk leaves it."""
    os.truncate(path, max(path.stat().st_size * 2 // 3, 1))


def flip(path: Path) -> None:
    """One byte in the last third, at the same length, the time of change put back: a careful hand."""
    stat = path.stat()
    data = bytearray(path.read_bytes())
    data[-len(data) // 3] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def edit_header(path: Path) -> None:
    """An artifact whose header was changed to fit nothing that is on the disk, at the same length; sound is flipped."""
    if path.suffix != ".json":
        flip(path)
        return
    line, _, data = path.read_bytes().partition(b"\n")
    header = json.loads(line)
    header["content"] = header["content"][::-1]
    path.write_bytes(json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode() + b"\n" + data)


def empty(path: Path) -> None:
    path.write_bytes(b"")


EDITS: tuple[Callable[[Path], None], ...] = (cut, flip, edit_header, empty)


def left_running(mark: str) -> list[int]:
    """Processes with this in their environment: what a run started, and nothing ended."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            try:
                if mark.encode() in (process / "environ").read_bytes():
                    found.append(int(process.name))
            except OSError:
                continue
    return found


def clock_setter() -> str:
    """libfaketime, "" where it is not installed."""
    return next((str(path) for path in Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), "")
