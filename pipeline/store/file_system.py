"""Which file system a folder lies on, whether it is another machine's, and whether the disk beneath is encrypted."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from msgspec import Struct

from pipeline.errors import ConfigError

REMOTE = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "glusterfs", "lustre", "fuse.sshfs", "fuse.rclone", "davfs")
"""how the types of network file systems begin"""
DRIVE_REMOTE = 4
"""what Windows' GetDriveTypeW says of one"""
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
    """major:minor; major 0 is no device of its own; "" where the system does not number them"""
    kind: str
    """ext4, exfat, nfs4 …"""
    source: str
    """what is mounted: /dev/sda2, server:/share"""


def refuse_remote(folder: Path) -> None:
    """ConfigError where a folder lies on a network file system, where SQLite's locks cannot be trusted."""
    if kind(folder, mounts()).startswith(REMOTE):
        raise ConfigError(
            "The study lies on a network drive, where two programs could damage each other's decisions.",
            "Copy the study to a disk of this machine to review it there; `interviews review-pack` and `review-merge` "
            "share the work.",
        )


def kind(folder: Path, table: str) -> str:
    """Type of the file system a folder lies on (ext4, nfs4, ntfs …), "" where the system does not tell."""
    if sys.platform != "win32":
        mount = mount_of(folder, table)
        return mount.kind if mount else ""
    import ctypes

    windows, folder = ctypes.windll.kernel32, folder.resolve()
    if str(folder).startswith("\\\\") or windows.GetDriveTypeW(folder.anchor) == DRIVE_REMOTE:
        return "smb"
    name = ctypes.create_unicode_buffer(32)
    windows.GetVolumeInformationW(folder.anchor, None, 0, None, None, None, name, 32)
    return name.value.lower()


def mounts() -> str:
    """The system's mount table as Linux writes it into mountinfo, "" where there is none; see proc(5)."""
    try:
        return Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        pass
    lines = (line.rpartition(" (")[::2] for line in answer("/sbin/mount").splitlines())
    return "\n".join(
        f"0 0  / {where.partition(' on ')[2].replace(' ', chr(92) + '040')} rw - {kind.split(',')[0].rstrip(')')} -"
        for where, kind in lines
    )


def answer(*command: str) -> str:
    """What a program of the system answers, "" where it does not."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=5).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


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
