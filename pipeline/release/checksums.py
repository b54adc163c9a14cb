"""What tells whether a release arrived whole: its checksums, and the BagIt bag (RFC 8493) that archives take in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from pipeline.release.request import DRAFT_LINE, Request

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST = "manifest-sha256.txt"
TAGS = ("bagit.txt", "bag-info.txt", "tagmanifest-sha256.txt")


def manifest(folder: Path, said: Iterable[str]) -> bytes:
    """Checksums of a release that is no bag after remarks; sha256sum skips lines that begin with #."""
    return "".join(f"# {line}\n" for line in said).encode() + sums(folder, contents(folder))


def said(request: Request) -> tuple[str, ...]:
    """The remarks of a release's manifest."""
    return (*((DRAFT_LINE,) if request.draft else ()), f"second look: {request.second_look}")


def remarks(data: bytes) -> tuple[str, ...]:
    """The remarks that a manifest begins with."""
    return tuple(line.removeprefix("# ") for line in data.decode().splitlines() if line.startswith("# "))


def contents(folder: Path) -> list[Path]:
    """Files of a release in order, the manifest aside."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return sorted(files, key=lambda path: path.relative_to(folder).as_posix())


def payload(folder: Path) -> list[Path]:
    """What a bag carries, in order."""
    return sorted(path for path in (folder / "data").rglob("*") if path.is_file())


def pack(folder: Path, request: Request) -> None:
    """Move the files of a release into data/ and write the bag's own files beside it."""
    inner = folder.with_name(folder.name + ".data")
    folder.rename(inner)
    folder.mkdir()
    inner.rename(folder / "data")
    (folder / "bagit.txt").write_bytes(DECLARATION)
    info = [oxum(folder), "Bag-Software-Agent: interviews"]
    if request.title:
        info.append(f"External-Description: {' '.join(request.title.split())}")
    info.append(f"Second-Look: {request.second_look}")
    if request.draft:
        info.append(f"Internal-Sender-Description: {DRAFT_LINE}")
    (folder / "bag-info.txt").write_text("\n".join(info) + "\n", encoding="utf-8")
    (folder / MANIFEST).write_bytes(sums(folder, payload(folder)))
    (folder / TAGS[2]).write_bytes(tag_sums(folder))


def tag_sums(folder: Path) -> bytes:
    """Checksums of the bag's own files."""
    return sums(folder, [folder / TAGS[1], folder / TAGS[0], folder / MANIFEST])


def oxum(folder: Path) -> str:
    """The line that says how much a bag holds."""
    sizes = [path.stat().st_size for path in payload(folder)]
    return f"Payload-Oxum: {sum(sizes)}.{len(sizes)}"


def measured(info: bytes, folder: Path) -> bytes:
    """bag-info.txt of a bag that holds less than before."""
    lines = info.decode().splitlines()
    return ("\n".join(oxum(folder) if line.startswith("Payload-Oxum: ") else line for line in lines) + "\n").encode()


def sums(folder: Path, files: Iterable[Path]) -> bytes:
    """Checksums as sha256sum writes and checks them."""
    lines = (
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n" for path in files
    )
    return "".join(lines).encode()
