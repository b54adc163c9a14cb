"""Whether a study lies in a safe place: nothing copies it away, its disk is encrypted, nobody else reads it."""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct

from pipeline.store import file_system
from pipeline.store.file_system import REMOTE

Trouble = Literal["synced", "network", "fat", "memory", "unencrypted", "unknown", "open", "parent", "temporary"]
Language = Literal["ru", "en"]

SERVICES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("OneDrive", re.compile(r"onedrive( ?[-–].*)?")),
    ("Yandex.Disk", re.compile(r"(yandex|яндекс)[. ]?(disk|диск)(\.localized)?")),
    ("Dropbox", re.compile(r"dropbox( \(.*\)| .*)?")),
    ("iCloud", re.compile(r"icloud( ?drive)?.*|mobile documents|com~apple~clouddocs")),
    ("Google Drive", re.compile(r"google ?drive(-.*| .*)?|my drive|мой диск")),
    ("Mail.ru", re.compile(r"(облако mail\.?ru|mail\.?ru cloud)")),
    ("MEGA", re.compile(r"mega( ?sync)?")),
    ("Nextcloud", re.compile(r"(nextcloud|owncloud)\d*")),
    ("pCloud", re.compile(r"p ?cloud ?(drive|sync)?")),
    ("Box", re.compile(r"box[ -](sync|box)")),
    ("Syncthing", re.compile(r"syncthing")),
)
"""Whose folders copy themselves to other machines, by what such a folder is called (lower case)."""
MARKERS = {
    ".dropbox": "Dropbox",
    ".dropbox.cache": "Dropbox",
    ".tmp.drivedownload": "Google Drive",
    ".tmp.driveupload": "Google Drive",
    ".849C9593-D756-4E56-8D6E-42412F2A707B": "OneDrive",
    ".sync": "Yandex.Disk",
    ".stfolder": "Syncthing",
    ".owncloudsync.log": "Nextcloud",
    ".nextcloudsync.log": "Nextcloud",
}
"""What a syncing program leaves in its folder, however that is called."""
FAT = ("vfat", "msdos", "fat", "fat32", "exfat")
"""file systems that know no owner and no permissions"""
VOLATILE = ("tmpfs", "ramfs")

SAYS: dict[Trouble, dict[Language, str]] = {
    "synced": {
        "en": "The study lies in a folder that {service} copies to its servers: move it to a folder that does not "
        "sync.",
        "ru": "Исследование лежит в папке, которую {service} копирует на свои серверы: перенесите его в папку без "
        "синхронизации.",
    },
    "network": {
        "en": "The study lies on a network disk ({kind}): whoever runs it can read everything, and the review page "
        "does not work there. Move it to a disk of this machine.",
        "ru": "Исследование лежит на сетевом диске ({kind}): его хозяин может всё прочитать, и страница проверки там "
        "не работает. Перенесите его на диск этого компьютера.",
    },
    "fat": {
        "en": "The disk has the file system {kind}, which knows no permissions: whoever holds the disk reads "
        "everything. Keep the study on an encrypted disk of this machine.",
        "ru": "На диске файловая система {kind}, в которой нет прав доступа: всё прочтёт любой, в чьих руках диск. "
        "Держите исследование на зашифрованном диске этого компьютера.",
    },
    "memory": {
        "en": "The study lies in memory ({kind}) and is gone when this machine is switched off.",
        "ru": "Исследование лежит в оперативной памяти ({kind}) и пропадёт при выключении компьютера.",
    },
    "unencrypted": {
        "en": "The disk is not encrypted, as far as the system tells: whoever takes the machine reads everything. Turn "
        "on disk encryption (LUKS, BitLocker, FileVault), or move the study to an encrypted disk.",
        "ru": "Диск не зашифрован, насколько известно системе: всё прочтёт любой, в чьих руках компьютер. Включите "
        "шифрование диска (LUKS, BitLocker, FileVault) или перенесите исследование на зашифрованный диск.",
    },
    "unknown": {
        "en": "Whether the disk is encrypted could not be told here: check it (LUKS, BitLocker, FileVault).",
        "ru": "Не удалось узнать, зашифрован ли диск: проверьте это (LUKS, BitLocker, FileVault).",
    },
    "open": {
        "en": "{what} can be read by other users of this machine: run `chmod 700` on it.",
        "ru": "{what} могут прочесть другие пользователи этого компьютера: выполните `chmod 700`.",
    },
    "parent": {
        "en": "The folder above the study can be {what} by every user of this machine.",
        "ru": "Папку над исследованием {what} любой пользователь этого компьютера.",
    },
    "temporary": {
        "en": "The study lies in a folder for temporary files, which the system empties by itself.",
        "ru": "Исследование лежит в папке для временных файлов, которую система чистит сама.",
    },
}
DOES = {"listed": {"en": "listed", "ru": "может просматривать"}, "changed": {"en": "changed", "ru": "может менять"}}
FOLDER: dict[Language, str] = {"en": "The study's folder", "ru": "Папку исследования"}


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
    return Concern(trouble, SAYS[trouble][language].format(**fields))


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
    return next((service for service, pattern in SERVICES if pattern.fullmatch(name.lower())), "")


def marked(folder: Path) -> str:
    """The service that left its mark in a folder; in the home folder such names are settings of the programs."""
    return next((service for mark, service in MARKERS.items() if present(folder / mark)), "")


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
        yield concern("open", language, what=FOLDER[language])
    for name in ("work", "private", "recordings", "member-check", "audit"):
        if mode(folder / name) & 0o077 and mode(folder) & 0o077:
            yield concern("open", language, what=f"{name}/")
    above = [path for path in folder.resolve().parents if path != Path(path.anchor)]
    if any(mode(path) & stat.S_ISVTX and mode(path) & 0o002 for path in above):
        yield concern("temporary", language)
    if any(mode(path) & 0o002 and not mode(path) & stat.S_ISVTX for path in above):
        yield concern("parent", language, what=DOES["changed"][language])
    elif above and mode(above[0]) & 0o004 and ours(above[0]):
        yield concern("parent", language, what=DOES["listed"][language])


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
