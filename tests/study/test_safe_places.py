"""Where a study lies: folders that sync, disks that are not encrypted or know no permissions, doors left open."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pipeline.study import doctor, safe_places
from pipeline.study.folder import open_study
from pipeline.study.safe_places import Machine, Trouble, concerns
from tests.helpers.sample_studies import demo, interviews

POSIX = pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc/self/mountinfo is Linux's")


def machine(home: Path, disk: str = "", sys_folder: Path = Path("/nowhere"), **environment: str) -> Machine:
    """A machine with one file system, `device type source` as in mountinfo."""
    device, kind, source = (disk or "0:99 overlay overlay").split(" ", 2)
    return Machine(home, environment, f"27 1 {device} / / rw,relatime shared:1 - {kind} {source} rw", sys_folder)


def troubles(folder: Path, of: Machine) -> set[Trouble]:
    return {concern.trouble for concern in concerns(folder, machine=of)}


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("OneDrive/study", "OneDrive"),
        ("OneDrive - Nazarbayev University/study", "OneDrive"),
        ("Яндекс.Диск/study", "Yandex.Disk"),
        ("Yandex.Disk.localized/a/b", "Yandex.Disk"),
        ("Dropbox (Personal)/study", "Dropbox"),
        ("Library/Mobile Documents/com~apple~CloudDocs/study", "iCloud"),
        ("Library/CloudStorage/GoogleDrive-someone/My Drive/study", "Google Drive"),
        ("Google Drive/study", "Google Drive"),
        ("Nextcloud2/study", "Nextcloud"),
        ("omega/study", ""),
        ("dropboxes/study", ""),
        ("Documents/study", ""),
    ],
)
def test_folders_that_sync_by_their_name(tmp_path: Path, path: str, service: str) -> None:
    (tmp_path / path).mkdir(parents=True)
    assert safe_places.synced(tmp_path / path, machine(tmp_path)) == service


@pytest.mark.parametrize(
    ("mark", "service"), [(".dropbox", "Dropbox"), (".stfolder", "Syncthing"), (".sync", "Yandex.Disk")]
)
def test_folders_that_sync_by_what_lies_in_them(tmp_path: Path, mark: str, service: str) -> None:
    (tmp_path / "files" / "study").mkdir(parents=True)
    (tmp_path / "files" / mark).touch()
    assert safe_places.synced(tmp_path / "files" / "study", machine(tmp_path)) == service


def test_links_and_what_the_programs_have_noted(tmp_path: Path) -> None:
    home, disk = tmp_path / "home", tmp_path / "disk"
    (home / ".dropbox").mkdir(parents=True)
    (home / ".config" / "yandex-disk").mkdir(parents=True)
    for name in ("od", "db", "yd", "win", "plain"):
        (disk / name / "study").mkdir(parents=True)
    (home / "OneDrive").symlink_to(disk / "od")
    (home / "into").symlink_to(home / "OneDrive")
    (home / ".dropbox" / "info.json").write_text(f'{{"personal": {{"path": "{disk / "db"}"}}}}', encoding="utf-8")
    (home / ".config" / "yandex-disk" / "config.cfg").write_text(f'auth="x"\ndir="{disk / "yd"}"\n', encoding="utf-8")
    here = machine(home, OneDriveCommercial=str(disk / "win"))
    assert safe_places.synced(disk / "od" / "study", here) == "OneDrive"
    assert safe_places.synced(home / "into" / "study", here) == "OneDrive"
    assert safe_places.synced(disk / "db" / "study", here) == "Dropbox"
    assert safe_places.synced(disk / "yd" / "study", here) == "Yandex.Disk"
    assert safe_places.synced(disk / "win" / "study", here) == "OneDrive"
    assert safe_places.synced(disk / "plain" / "study", here) == ""
    (home / ".dropbox" / "info.json").write_text("no JSON", encoding="utf-8")
    assert safe_places.synced(disk / "db" / "study", here) == ""


@LINUX
@pytest.mark.parametrize(
    ("disk", "trouble"),
    [
        ("0:50 nfs4 server:/share", "network"),
        ("0:50 cifs //server/share", "network"),
        ("0:50 9p C:\\134", "network"),
        ("0:50 fuse.sshfs me@there:", "network"),
        ("8:17 exfat /dev/sdb1", "fat"),
        ("8:17 vfat /dev/sdb1", "fat"),
        ("0:50 tmpfs tmpfs", "memory"),
        ("0:50 zfs pool/home", "unknown"),
        ("0:50 overlay overlay", "unknown"),
    ],
)
def test_what_the_disk_is(tmp_path: Path, disk: str, trouble: Trouble) -> None:
    found = troubles(tmp_path, machine(tmp_path, disk))
    assert trouble in found
    assert not found & ({"network", "fat", "memory"} - {trouble})


def block(sys_folder: Path, device: str, uuid: str = "", slaves: tuple[str, ...] = ()) -> None:
    """A block device as /sys shows it."""
    folder = sys_folder / "dev" / "block" / device
    (folder / "slaves").mkdir(parents=True)
    if uuid:
        (folder / "dm").mkdir()
        (folder / "dm" / "uuid").write_text(f"{uuid}\n", encoding="utf-8")
    for slave in slaves:
        (folder / "slaves" / slave.replace(":", "-")).symlink_to(sys_folder / "dev" / "block" / slave)


@LINUX
@pytest.mark.parametrize(
    ("device", "safe"), [("253:0", True), ("253:1", True), ("253:2", False), ("8:2", False), ("9:1", None)]
)
def test_encryption_is_looked_for_beneath_lvm_and_raid(tmp_path: Path, device: str, safe: bool | None) -> None:
    block(tmp_path, "8:2")
    block(tmp_path, "253:0", "CRYPT-LUKS2-0123-sda2", ("8:2",))
    block(tmp_path, "253:1", "LVM-abc", ("253:0",))
    block(tmp_path, "253:2", "LVM-def", ("253:0", "8:2"))
    found = troubles(tmp_path, machine(tmp_path, f"{device} ext4 /dev/disk", tmp_path))
    assert ("unencrypted" in found, "unknown" in found) == (safe is False, safe is None)


def test_the_deepest_mount_counts_and_of_two_at_one_place_the_later(tmp_path: Path) -> None:
    (tmp_path / "a b" / "study").mkdir(parents=True)
    place = str(tmp_path / "a b").replace(" ", "\\040")
    table = "\n".join(
        (
            "1 0 8:1 / / rw - ext4 /dev/sda1 rw",
            f"2 1 8:2 / {place} rw shared:5 master:1 - ext4 /dev/sda2 rw",
            f"3 2 8:3 / {place} rw - exfat /dev/sdb1 rw",
            "a line that is none",
        )
    )
    assert "fat" in troubles(tmp_path / "a b" / "study", Machine(tmp_path, {}, table, Path("/nowhere")))
    assert "fat" not in troubles(tmp_path, Machine(tmp_path, {}, table, Path("/nowhere")))


@LINUX
def test_memory_of_this_very_machine() -> None:
    if " /dev/shm " not in safe_places.this_machine().mountinfo:
        pytest.skip("there is no /dev/shm")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        found = {concern.trouble for concern in concerns(Path(folder))}
    assert found >= {"memory", "temporary"}
    assert not found & {"open", "unencrypted", "synced"}


@POSIX
def test_doors_left_open(tmp_path: Path) -> None:
    above, study = tmp_path / "above", tmp_path / "above" / "study"
    study.mkdir(parents=True)
    above.chmod(0o700)
    study.chmod(0o700)
    here = machine(tmp_path)
    assert not troubles(study, here) & {"open", "parent"}
    study.chmod(0o750)
    assert "open" in troubles(study, here)
    study.chmod(0o700)
    above.chmod(0o755)
    assert "parent" in troubles(study, here)
    above.chmod(0o777)
    assert "parent" in troubles(study, here)
    above.chmod(0o1777)
    assert "temporary" in troubles(study, here)


@POSIX
def test_init_and_doctor_warn_and_go_on(tmp_path: Path) -> None:
    folder = tmp_path / "Яндекс.Диск" / "study"
    made = interviews(tmp_path, "init", str(folder))
    assert made.code == 0
    assert "Yandex.Disk" in made.stderr
    told = [check for check in doctor.place(open_study(folder)) if "Yandex.Disk" in check.says]
    assert [(check.good, check.code) for check in told] == [(False, 0)]
    assert "Yandex.Disk" not in interviews(tmp_path, "init", str(tmp_path / "elsewhere")).stderr


@pytest.mark.slow
def test_nothing_is_written_outside_the_study(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    places_of = {name: outside / name for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")}
    for place in places_of.values():
        place.mkdir(parents=True)
    study = demo(tmp_path)
    before = sorted(outside.rglob("*"))
    environment = {**os.environ, **{name: str(place) for name, place in places_of.items()}}
    ran = subprocess.run(
        [sys.executable, "-c", WRITTEN, str(study)], capture_output=True, text=True, env=environment, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert sorted(outside.rglob("*")) == before
    assert "written outside:" not in ran.stderr
    for made in ("release", "member-check/P01", "audit"):
        assert any((study / made).iterdir())


WRITTEN = """
import os, sys
study = sys.argv[1]
def note(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) if isinstance(flags, int) else 0
    elif event in ("os.mkdir", "os.symlink", "os.rename"):
        path, writes = arguments[0], True
    else:
        return
    if writes and not isinstance(path, int):
        path = os.path.abspath(os.fsdecode(path))
        if not path.startswith((study, "/dev/")) and "__pycache__" not in path:
            print("written outside:", event, path, file=sys.stderr, flush=True)
sys.addaudithook(note)
from pipeline import privacy
privacy.harden()
from pipeline.cli.main import command
for line in ("init", "run --only P01", "export --draft", "export --for-participant P01", "audit"):
    name, *options = line.split()
    code = command([name, study, *options])
    if code not in (0, 6):
        sys.exit(code)
"""
"""Runs a study's commands, and notes every file that Python opens to write, makes or moves outside its folder."""
