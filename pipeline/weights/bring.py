"""`interviews models import`: weights from a file or a folder of this machine, known by name and checksum."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.errors import MissingDependency
from pipeline.model import Tell
from pipeline.weights import download
from pipeline.weights.catalogue import COMMUNITY, KNOWN, known, name_of, parts
from pipeline.weights.models import Installed, home, installed, is_community, locked, note, sha256, whole

BLOCK = 1 << 20


def bring(path: Path, tell: Tell) -> tuple[Installed, ...]:
    """Copy weights from a file or a folder of this machine (a USB stick); files are known by name and checksum.

    Raises MissingDependency where there are none, or where one is damaged; the others are copied all the same.
    """
    path = path.expanduser()
    checkpoints = [path] if path.is_file() else sorted(path.rglob("*.pt"))
    folders = sorted({found.parent for found in path.rglob("config.yaml") if is_community(found.parent)})
    if not checkpoints and not folders:
        raise MissingDependency(
            f"No weights were found in {path}.",
            "It should hold files such as large-v3-turbo.pt, or the folder of pyannote's community-1 with "
            f"{', '.join(parts())}.",
        )
    damaged: list[str] = []
    names: list[str] = []
    with locked():
        for found in checkpoints:
            taken = take_checkpoint(found, tell)
            (names if taken else damaged).append(taken or found.name)
        for found in folders:
            take_folder(found, tell)
            names.append(COMMUNITY)
    if damaged:
        raise MissingDependency(
            f"Damaged, and not imported: {', '.join(damaged)}. The sha256 is not the published one.",
            "Copy the file again from where it came; its size there and here should be the same.",
        )
    return tuple(one for one in installed() if one.name in names)


def take_checkpoint(source: Path, tell: Tell) -> str:
    """Copy one whisper checkpoint and return its name here; "" where it is damaged."""
    digest = sha256(source)
    named = next((file for model in KNOWN for file in model.files if file.path == source.name), None)
    published = known(name_of(digest))
    if published is None and (named is not None or known(source.stem) is not None or not whole(source)):
        return ""
    target = home() / (published.files[0].path if published else source.name)
    copied(source, target, digest, tell)
    beside = source.with_suffix(".json")
    if published is None and beside.is_file():
        copied(beside, target.with_suffix(".json"), sha256(beside), tell)
    return published.name if published else source.stem


def take_folder(source: Path, tell: Tell) -> None:
    """Copy community-1, file by file; its configuration, without which it does not count, comes last."""
    target = home() / f"pyannote-{COMMUNITY}"
    for part in sorted(parts(), key=lambda part: (part == "config.yaml", part)):
        copied(source / part, target / part, sha256(source / part), tell)


def copied(source: Path, target: Path, digest: str, tell: Tell) -> None:
    """Copy a file whole or not at all, checked against what was read the first time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and target.samefile(source):
        note(target, digest)
        return
    size = source.stat().st_size
    download.room(target.parent, size)
    copy = target.with_name(target.name + ".partial")
    try:
        with source.open("rb") as read, copy.open("wb") as write:
            done = 0
            while block := read.read(BLOCK):
                write.write(block)
                done += len(block)
                tell(target.name, done / size)
            write.flush()
            os.fsync(write.fileno())
        if sha256(copy) != digest:
            raise MissingDependency(
                f"{source.name} was read differently twice.", "The stick or the disk is failing: try another."
            )
        copy.replace(target)
    except OSError as error:
        raise download.unwritable(target.parent, error) from error
    finally:
        copy.unlink(missing_ok=True)
    note(target, digest)
