"""Whether a study lies in a safe place: nothing copies it away, its disk is encrypted, nobody else reads it."""

from __future__ import annotations

import json
import os
import re
import stat
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct

from pipeline.messages import Language, wording
from pipeline.store import file_system
from pipeline.store.file_system import REMOTE

Trouble = Literal["synced", "network", "fat", "memory", "unencrypted", "unknown", "open", "parent", "temporary"]

SYNC_PROGRAMS: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("sync_programs.toml").read_text(encoding="utf-8")
)
"""`folders`: program -> what its folders are called; `marks`: what it leaves in them -> program"""
FAT = ("vfat", "msdos", "fat", "fat32", "exfat")
"""file systems that know no owner and no permissions"""
VOLATILE = ("tmpfs", "ramfs")
WORDING = wording(Path(__file__).with_suffix(".toml"))


class Concern(Struct, frozen=True):
    """One thing that is not safe about where a study lies."""

    trouble: Trouble
    says: str


class Machine(Struct, frozen=True):
    """What is asked of the system; tests describe one of their own."""

    home: Path
    environment: Mapping[str, str]
    mountinfo: str
    """as in /proc/self/mountinfo; "" on Windows"""
    sys: Path = Path("/sys")


def this_machine() -> Machine:
    """The machine the program runs on."""
    return Machine(Path.home(), dict(os.environ), file_system.mounts())


def concerns(folder: Path, language: Language = "en", machine: Machine | None = None) -> tuple[Concern, ...]:
    """Everything that speaks against keeping a study in this folder; never raises for what the system hides."""
    machine = machine or this_machine()
    made = []
    service = synced(folder, machine)
    if service:
        made.append(concern("synced", language, service=service))
    made += list(disk(folder, machine, language))
    if os.name == "posix":
        made += list(access(folder, language))
    return tuple(made)


def concern(trouble: Trouble, language: Language, **fields: str) -> Concern:
    return Concern(trouble, spoken("says", trouble, language).format(**fields))


def spoken(section: str, key: str, language: Language) -> str:
    """A text of safe_places.toml."""
    return WORDING[section][key][language == "en"]


def synced(folder: Path, machine: Machine) -> str:
    """The service that copies a folder away, "" where none is known to: by name, by marker, by its own settings."""
    for path in dict.fromkeys((folder.absolute(), folder.resolve())):
        for above in (path, *path.parents):
            found = named(above.name) or (marked(above) if above != machine.home.resolve() else "")
            if found:
                return found
        for service, root in roots(machine):
            if path == root or root in path.parents:
                return service
    return ""


def named(name: str) -> str:
    """The service whose folder is called so."""
    return next((one for one, known in SYNC_PROGRAMS["folders"].items() if re.fullmatch(known, name.lower())), "")


def marked(folder: Path) -> str:
    """The service that left its mark in a folder; in the home folder such names are settings of the programs."""
    return next((service for mark, service in SYNC_PROGRAMS["marks"].items() if present(folder / mark)), "")


def present(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def roots(machine: Machine) -> Iterator[tuple[str, Path]]:
    """Folders that services sync, wherever they lie: links in the home folder, and what the programs have noted."""
    try:
        entries = sorted(machine.home.iterdir())
    except OSError:
        entries = []
    for entry in entries:
        if named(entry.name) and (entry.is_symlink() or entry.is_dir()):
            yield named(entry.name), entry.resolve()
    for variable in ("OneDrive", "OneDriveConsumer", "OneDriveCommercial"):
        if machine.environment.get(variable):
            yield "OneDrive", Path(machine.environment[variable]).resolve()
    for folder in (machine.home / ".dropbox", Path(machine.environment.get("LOCALAPPDATA", "~")) / "Dropbox"):
        for account in noted_by_dropbox(folder / "info.json"):
            yield "Dropbox", account
    for line in read(machine.home / ".config" / "yandex-disk" / "config.cfg").splitlines():
        key, _, value = line.partition("=")
        if key.strip() == "dir" and value.strip(' "'):
            yield "Yandex.Disk", Path(value.strip(' "')).resolve()
    clouded = machine.home / "Library" / "Mobile Documents" / "com~apple~CloudDocs"
    for name in ("Desktop", "Documents"):
        if present(clouded / name):
            yield "iCloud", (machine.home / name).resolve()


def noted_by_dropbox(file: Path) -> Iterator[Path]:
    """Where Dropbox says that its folders are."""
    try:
        accounts = json.loads(read(file) or "{}")
    except ValueError:
        return
    for account in accounts.values() if isinstance(accounts, dict) else ():
        if isinstance(account, dict) and isinstance(account.get("path"), str):
            yield Path(account["path"]).resolve()


def read(file: Path) -> str:
    """A text file, "" where there is none."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def disk(folder: Path, machine: Machine, language: Language) -> Iterator[Concern]:
    """What the disk is, and whether it is encrypted."""
    kind = file_system.kind(folder, machine.mountinfo)
    if kind.startswith(REMOTE):
        yield concern("network", language, kind=kind)
        return
    if kind in VOLATILE:
        yield concern("memory", language, kind=kind)
        return
    if kind in FAT:
        yield concern("fat", language, kind=kind)
    known = protected(folder, machine)
    if not known:
        yield concern("unknown" if known is None else "unencrypted", language)


def protected(folder: Path, machine: Machine) -> bool | None:
    """Whether what is stored here is encrypted, None where the system does not tell."""
    if sys.platform == "darwin":
        said = file_system.answer("/usr/bin/fdesetup", "status")
        return "FileVault is On" in said if said else None
    mount = file_system.mount_of(folder, machine.mountinfo)
    return file_system.encrypted(mount, machine.sys) if mount else None


def access(folder: Path, language: Language) -> Iterator[Concern]:
    """Who else on this machine may read the study, or see or change the folder it lies in."""
    if mode(folder) & 0o077:
        yield concern("open", language, what=spoken("words", "folder", language))
    for name in ("work", "private", "recordings", "member-check", "audit"):
        if mode(folder / name) & 0o077 and mode(folder) & 0o077:
            yield concern("open", language, what=f"{name}/")
    above = [path for path in folder.resolve().parents if path != Path(path.anchor)]
    if any(mode(path) & stat.S_ISVTX and mode(path) & 0o002 for path in above):
        yield concern("temporary", language)
    if any(mode(path) & 0o002 and not mode(path) & stat.S_ISVTX for path in above):
        yield concern("parent", language, what=spoken("words", "changed", language))
    elif above and mode(above[0]) & 0o004 and ours(above[0]):
        yield concern("parent", language, what=spoken("words", "listed", language))


def mode(path: Path) -> int:
    """Permissions of a folder with its sticky bit, 0 where there is none."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0


def ours(path: Path) -> bool:
    """Whether a folder belongs to who runs this; the system's own are as they are."""
    if sys.platform == "win32":
        return False
    return path.stat().st_uid == os.getuid()
