"""Whether a folder lies on a network file system, where SQLite's locks cannot be trusted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pipeline.errors import ConfigError

REMOTE = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "glusterfs", "lustre", "fuse.sshfs", "fuse.rclone", "davfs")
"""how the types of network file systems begin"""
DRIVE_REMOTE = 4


def refuse(folder: Path) -> None:
    """ConfigError where the folder lies on a network file system."""
    if remote(folder):
        raise ConfigError(
            "The study lies on a network drive, where two programs could damage each other's decisions.",
            "Copy the study to a disk of this machine to review it there; `interviews review-pack` and `review-merge` "
            "share the work.",
        )


def remote(folder: Path) -> bool:
    """Whether a folder is on another machine; False where the system does not tell."""
    folder = folder.resolve()
    if sys.platform == "win32":
        return _windows(folder)
    return file_system(folder, mounts()).startswith(REMOTE)


def mounts() -> str:
    """The system's mount table as Linux writes it: device, place, type."""
    try:
        return Path("/proc/self/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        pass
    try:
        listed = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False, timeout=5).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
    lines = (line.rpartition(" (")[::2] for line in listed.splitlines())
    return "\n".join(
        f"- {where.partition(' on ')[2].replace(' ', chr(92) + '040')} {kind.split(',')[0].rstrip(')')}"
        for where, kind in lines
    )


def file_system(folder: Path, table: str) -> str:
    """Type of the file system a folder lies on, "" where the table does not say."""
    best, kind = -1, ""
    for line in table.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        place = Path(fields[1].replace("\\040", " "))
        if (folder == place or place in folder.parents) and len(place.parts) >= best:
            best, kind = len(place.parts), fields[2]
    return kind


def _windows(folder: Path) -> bool:
    if str(folder).startswith("\\\\"):
        return True
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.kernel32.GetDriveTypeW(folder.anchor) == DRIVE_REMOTE)
    return False
