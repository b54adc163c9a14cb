"""Which file system a folder lies on, and whether the disk beneath it is encrypted, as Linux tells."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from msgspec import Struct

SEALED = ("ecryptfs", "fuse.gocryptfs", "fuse.encfs", "fuse.cryfs", "fuse.securefs")
"""file systems that encrypt what they store"""
LAYERED = ("overlay", "aufs", "fuse.fuse-overlayfs")
"""file systems of containers, whose disk is somebody else's affair"""
ESCAPED = re.compile(r"\\([0-7]{3})")
DEEPEST = 8
"""devices on top of each other: a file system on LVM on LUKS on RAID has four"""


class Mount(Struct, frozen=True):
    """One line of /proc/self/mountinfo."""

    place: Path
    device: str
    """major:minor; major 0 is no device of its own"""
    kind: str
    """ext4, exfat, nfs4 …"""
    source: str
    """what is mounted: /dev/sda2, server:/share"""


def mount_of(folder: Path, table: str) -> Mount | None:
    """The mount a folder lies on: of those above it the deepest, of several at one place the last."""
    folder = folder.resolve()
    best: Mount | None = None
    for line in table.splitlines():
        mount = parsed(line)
        if mount is None or not (folder == mount.place or mount.place in folder.parents):
            continue
        if best is None or len(mount.place.parts) >= len(best.place.parts):
            best = mount
    return best


def parsed(line: str) -> Mount | None:
    """A line of mountinfo, None for what is none. Fields: see proc(5)."""
    head, _, tail = line.partition(" - ")
    fields, about = head.split(" "), tail.split(" ")
    if len(fields) < 6 or len(about) < 2:
        return None
    return Mount(Path(plain(fields[4])), fields[2], about[0], plain(about[1]))


def plain(text: str) -> str:
    """A field without its escapes: a space is written as \\040."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 8)), text)


def encrypted(mount: Mount, system: Path) -> bool | None:
    """Whether everything on a mount is encrypted on its disk; None where it has no disk that the kernel names."""
    if mount.kind in SEALED:
        return True
    if mount.kind in LAYERED:
        return None
    device = mount.device
    if device.startswith("0:"):
        device = device_of(mount.source)
    folder = system / "dev" / "block" / device
    try:
        return sealed(folder.resolve(strict=True), DEEPEST) if device else None
    except OSError:
        return None


def device_of(source: str) -> str:
    """major:minor of a device file, for file systems such as btrfs that show numbers of their own; else ""."""
    if sys.platform == "win32":
        return ""
    try:
        number = os.stat(source).st_rdev if source.startswith("/dev/") else 0
    except OSError:
        return ""
    return f"{os.major(number)}:{os.minor(number)}" if number else ""


def sealed(device: Path, depth: int) -> bool:
    """Whether a device of /sys is dm-crypt, or stands on devices that all are."""
    try:
        name = (device / "dm" / "uuid").read_text(encoding="utf-8")
    except OSError:
        name = ""
    if name.startswith("CRYPT-"):
        return True
    try:
        below = sorted((device / "slaves").iterdir())
    except OSError:
        below = []
    return bool(below) and depth > 0 and all(sealed(one.resolve(), depth - 1) for one in below)
