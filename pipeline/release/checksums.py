"""A release as a BagIt bag (RFC 8493): what archives check when they take it in."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipeline.release.request import DRAFT_LINE, Request

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PAYLOAD = "manifest-sha256.txt"
TAGS = ("bagit.txt", "bag-info.txt", "tagmanifest-sha256.txt")


def pack(folder: Path, request: Request) -> None:
    """Move the files of a release into data/ and write the bag's own files beside it."""
    inner = folder.with_name(folder.name + ".data")
    folder.rename(inner)
    folder.mkdir()
    inner.rename(folder / "data")
    payload = sorted(path for path in (folder / "data").rglob("*") if path.is_file())
    (folder / "bagit.txt").write_bytes(DECLARATION)
    info = [oxum(folder), "Bag-Software-Agent: interviews"]
    if request.title:
        info.append(f"External-Description: {' '.join(request.title.split())}")
    if request.draft:
        info.append(f"Internal-Sender-Description: {DRAFT_LINE}")
    (folder / "bag-info.txt").write_text("\n".join(info) + "\n", encoding="utf-8")
    (folder / PAYLOAD).write_bytes(sums(folder, payload))
    (folder / TAGS[2]).write_bytes(sums(folder, [folder / TAGS[1], folder / TAGS[0], folder / PAYLOAD]))


def oxum(folder: Path) -> str:
    """The line that says how much a bag holds."""
    sizes = [path.stat().st_size for path in (folder / "data").rglob("*") if path.is_file()]
    return f"Payload-Oxum: {sum(sizes)}.{len(sizes)}"


def measured(info: bytes, folder: Path) -> bytes:
    """bag-info.txt of a bag that holds less than before."""
    lines = info.decode().splitlines()
    return ("\n".join(oxum(folder) if line.startswith("Payload-Oxum: ") else line for line in lines) + "\n").encode()


def sums(folder: Path, files: list[Path]) -> bytes:
    """Checksums with the paths as the bag knows them."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}" for path in files
    ]
    return ("\n".join(lines) + "\n").encode()
