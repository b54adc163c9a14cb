"""`interviews models import`: weights from a file or a folder of this machine, known by name and checksum."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from pipeline.errors import MissingDependency
from pipeline.model import Tell
from pipeline.weights import download, open_diarization, sources
from pipeline.weights.catalogue import COMMUNITY, KNOWN, OPEN, folder_of, known, name_of, parts
from pipeline.weights.from_ctranslate2 import arrays, checkpoint, digest
from pipeline.weights.models import Installed, home, installed, is_whole, locked, note, sha256, whole
from pipeline.weights.sources import Source

BLOCK = 1 << 20


def bring(path: Path, tell: Tell) -> tuple[Installed, ...]:
    """Copy weights from a file or a folder of this machine (a USB stick); files are known by name and checksum.

    Raises MissingDependency where there are none, or where one is damaged; the others are copied all the same.
    """
    path = path.expanduser()
    checkpoints = [path] if path.is_file() else sorted(path.rglob("*.pt"))
    configured = sorted({found.parent for found in path.rglob("config.yaml")})
    folders = [(found, name) for found in configured for name in (COMMUNITY, OPEN) if is_whole(found, name)]
    converted = sorted({found.parent for found in path.rglob("model.bin")})
    if not checkpoints and not folders and not converted:
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
        for found, name in folders:
            take_folder(found, name, tell)
            names.append(name)
        names += [take_converted(found, tell) for found in converted]
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


def take_converted(source: Path, tell: Tell) -> str:
    """Take a model in CTranslate2's form back to a checkpoint, from which our own conversion is made; its name here.

    Raises MissingDependency for one that is rounded to 8 bits or no whisper model.
    """
    import torch

    value = checkpoint(arrays(source / "model.bin"))
    found = digest(value["model_state_dict"])
    published = next((model for model in KNOWN if model.tensors == found), None)
    target = home() / (published.files[0].path if published else f"{own_name(source)}.pt")
    download.room(home(), 2 * (source / "model.bin").stat().st_size)
    tell(target.name, 0.5)
    made = target.with_name(f"{target.name}.partial")
    try:
        torch.save(value, made)
        made.replace(target)
    except OSError as error:
        raise download.unwritable(home(), error) from error
    note(target, sha256(target))
    if published:
        origin = Source(published.name, published.maker, published.licence, "imported", found)
        sources.keep(target, origin)
    elif heads := alignment_heads(source / "config.json"):
        target.with_suffix(".json").write_bytes(msgspec.json.encode({"alignment_heads": heads}))
    tell(target.name, 1.0)
    return published.name if published else target.stem


def own_name(folder: Path) -> str:
    """What a model of one's own is called: as its folder. Raises MissingDependency where that is a published name."""
    name = folder.name.removesuffix(".ct2")
    if known(name):
        raise MissingDependency(
            f"The model in the folder {folder.name} is not the published model of that name.",
            "If it is one of your own, rename its folder.",
        )
    return name


def alignment_heads(config: Path) -> list[list[int]]:
    """The heads for word times that a converted model states, [] where it states none."""
    try:
        return msgspec.json.decode(config.read_bytes(), type=Config).alignment_heads
    except (OSError, msgspec.DecodeError):
        return []


class Config(msgspec.Struct):
    """What of a converted model's config.json is of use here."""

    alignment_heads: list[list[int]] = []


def take_folder(source: Path, name: str, tell: Tell) -> None:
    """Copy speaker models, file by file; their configuration, without which they do not count, comes last.

    Raises MissingDependency where the open ones are not what was published.
    """
    if name == OPEN:
        open_diarization.opened(source)
    target = home() / folder_of(name)
    for part in sorted(parts(name), key=lambda part: (part == "config.yaml", part)):
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
