"""work/: one folder a recording, one file a stage. Headers say what made a file, so that nothing is done twice."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from pipeline.errors import CorruptArtifact
from pipeline.model import Failure
from pipeline.store import locks

SCHEMA = 1
"""Version of the types in model.py as they lie on disk; an artifact of another one is built again."""

SIDE_FOLDERS = {"ingest": "audio", "diarize": "samples"}
"""Stage -> the folder beside its artifact whose sound belongs to it: decoded tracks, samples of voices."""

Artifact = TypeVar("Artifact")


class SideFile(Struct, frozen=True):
    """A file that belongs to an artifact, such as decoded audio."""

    path: str
    """relative to the recording's folder"""
    size: int
    sha256: str


class Header(Struct, frozen=True):
    """First line of every artifact."""

    schema: int
    fingerprint: str
    """digest of the stage, its version, its settings and the content of its inputs"""
    content: str
    """sha256 of the bytes after this line"""
    size: int
    """number of those bytes"""
    files: tuple[SideFile, ...]
    made_by: dict[str, str]
    """versions only"""
    check: str = ""
    """digest of all of the above; "" in files that were written before there was one"""

    def checked(self) -> Header:
        """The same with its own digest."""
        return msgspec.structs.replace(self, check=digest(*msgspec.structs.astuple(self)[:-1]))


def digest(*parts: object) -> str:
    """sha256 over msgspec-encodable values; equal values give equal digests."""
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()


def sha256(path: Path) -> str:
    """Of a file's content, read once."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def intact(path: Path, wanted: str) -> bool:
    """Whether a file is there and has this sha256."""
    try:
        return sha256(path) == wanted
    except OSError:
        return False


def write_atomically(path: Path, chunks: Iterable[bytes], mode: int = 0o600, durable: bool = True) -> None:
    """Whole or not at all: written beside, flushed to the disk unless it is worth nothing after a crash, renamed."""
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as stream:
            for chunk in chunks:
                stream.write(chunk)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        partial.chmod(mode)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename durable, where the system lets a folder be opened."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class Store:
    """Reads and writes work/. Private: folders 0700, files 0600."""

    def __init__(self, work: Path) -> None:
        self.work = work

    def prepare(self) -> None:
        """Make work/ if need be, and clear what an interrupted run left half-written. Call with the lock held."""
        self.work.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.work.chmod(0o700)
        shutil.rmtree(self.work / "tmp", ignore_errors=True)
        locks.wait_for_workers(self.work)
        self.sweep()
        (self.work / "tmp").mkdir(mode=0o700, exist_ok=True)

    def sweep(self) -> None:
        """Remove what is half-written. Call with the lock held."""
        for left in (
            *self.work.glob("*.partial"),
            *self.work.glob("*/*.partial"),
            *(left for folder in SIDE_FOLDERS.values() for left in self.work.glob(f"*/{folder}/*.partial")),
        ):
            left.unlink(missing_ok=True)

    def folder(self, recording: str) -> Path:
        """work/<id>, made if need be."""
        path = self.work / recording
        if not path.is_dir():
            path.mkdir(mode=0o700, parents=True)
        return path

    def path(self, recording: str, stage: str) -> Path:
        """Where a stage's artifact lies."""
        return self.work / recording / f"{stage}.json"

    def header(self, recording: str, stage: str) -> Header | None:
        """The header of a whole artifact of this schema, None where there is none. Reads one line."""
        return read_header(self.path(recording, stage))

    def read(self, recording: str, stage: str, kind: type[Artifact]) -> Artifact:
        """An artifact, checked against its own checksum. Raises CorruptArtifact."""
        data = self.data(recording, stage)
        try:
            return msgspec.json.decode(data, type=kind)
        except msgspec.MsgspecError:
            raise corrupt(recording, stage) from None

    def data(self, recording: str, stage: str) -> bytes:
        """The bytes after the header. Raises CorruptArtifact."""
        try:
            raw = self.path(recording, stage).read_bytes()
            line, _, data = raw.partition(b"\n")
            header = msgspec.json.decode(line, type=Header)
        except (OSError, msgspec.MsgspecError):
            raise corrupt(recording, stage) from None
        if hashlib.sha256(data).hexdigest() != header.content:
            raise corrupt(recording, stage)
        return data

    def write(self, recording: str, stage: str, artifact: object, fingerprint: str, made_by: dict[str, str]) -> Header:
        """Put an artifact in place and forget an earlier failure of its stage."""
        folder = self.folder(recording)
        data = msgspec.json.encode(artifact)
        files = side_files(folder, stage)
        header = Header(SCHEMA, fingerprint, hashlib.sha256(data).hexdigest(), len(data), files, made_by).checked()
        write_atomically(self.path(recording, stage), (msgspec.json.encode(header), b"\n", data))
        self.succeeded(recording, stage)
        return header

    def adopt(self, recording: str, stage: str, fingerprint: str) -> None:
        """Take an artifact for what would be made now: something it does not depend on has changed its fingerprint."""
        header = self.header(recording, stage)
        if header is not None and header.fingerprint != fingerprint:
            self.write(recording, stage, msgspec.Raw(self.data(recording, stage)), fingerprint, header.made_by)

    def discard(self, recording: str, stage: str) -> None:
        """Drop an artifact that cannot be trusted, so that the next pass builds it again."""
        self.path(recording, stage).unlink(missing_ok=True)

    def fail(self, failure: Failure) -> None:
        """Remember why a recording stopped."""
        write_atomically(self.folder(failure.id) / "failure.json", (msgspec.json.encode(failure),))

    def succeeded(self, recording: str, stage: str) -> None:
        """Forget a failure of a stage whose result is there after all."""
        failure = self.failure(recording)
        if failure is not None and failure.stage == stage:
            (self.work / recording / "failure.json").unlink(missing_ok=True)

    def failed(self) -> set[str]:
        """Recordings of which a failure is remembered."""
        return {path.parent.name for path in self.work.glob("*/failure.json")}

    def failure(self, recording: str) -> Failure | None:
        """Why a recording stopped, None where it did not."""
        return record(self.work / recording / "failure.json", Failure)

    def confirm_voices(self, recording: str) -> None:
        """Remember that a person listened to the samples and found every voice to be one speaker's."""
        header = self.header(recording, "diarize")
        if header is not None:
            write_atomically(self.work / recording / "voices.confirmed", (header.content.encode(),))

    def voices_confirmed(self, recording: str) -> bool:
        """Whether a person confirmed the voices as they are now; other voices than those he heard are not."""
        header = self.header(recording, "diarize")
        try:
            confirmed = (self.work / recording / "voices.confirmed").read_text()
        except OSError:
            return False
        return header is not None and confirmed == header.content

    def recordings(self) -> tuple[str, ...]:
        """Ids that have a folder in work/."""
        if not self.work.is_dir():
            return ()
        return tuple(sorted(path.name for path in self.work.iterdir() if path.is_dir() and path.name != "tmp"))

    def check(self, recording: str) -> Iterator[tuple[str, bool]]:
        """Every file of a recording by its path in work/, and whether it matches its checksum. Reads everything."""
        for path in sorted((self.work / recording).glob("*.json")):
            if path.name != "failure.json":
                yield from self.check_one(recording, path.stem)

    def check_one(self, recording: str, stage: str) -> Iterator[tuple[str, bool]]:
        """The same of one artifact and its sound."""
        path = self.path(recording, stage)
        header = first_line(path)
        try:
            self.data(recording, stage)
            whole = header is not None
        except CorruptArtifact:
            whole = False
        yield path.relative_to(self.work).as_posix(), whole
        for side in header.files if header else ():
            file = path.parent / side.path
            yield file.relative_to(self.work).as_posix(), intact(file, side.sha256)

    def locked(self, doing: str = "interviews") -> AbstractContextManager[None]:
        """Hold the study while `doing` is done. Raises StudyBusy, saying who holds it."""
        return locks.held(self.work, doing)


def first_line(path: Path) -> Header | None:
    """The header of an artifact that is as long as its header says; None where it is not, or the header was changed."""
    try:
        with path.open("rb") as stream:
            line = stream.readline()
            header = msgspec.json.decode(line, type=Header)
            whole = os.fstat(stream.fileno()).st_size == len(line) + header.size
    except (OSError, msgspec.MsgspecError):
        return None
    return header if whole and header.check in {"", header.checked().check} else None


def read_header(path: Path) -> Header | None:
    """The header of an artifact of this schema whose sound is there, as long as it should be; None otherwise."""
    header = first_line(path)
    if header is None or header.schema != SCHEMA:
        return None
    folder = path.parent
    for side in header.files:
        try:
            if os.stat(f"{folder}/{side.path}").st_size != side.size:
                return None
        except OSError:
            return None
    return header


def side_files(folder: Path, stage: str) -> tuple[SideFile, ...]:
    """What lies beside an artifact and belongs to it, as its stage left it."""
    if stage not in SIDE_FOLDERS:
        return ()
    files = sorted((folder / SIDE_FOLDERS[stage]).glob("*.flac"))
    return tuple(SideFile(f"{file.parent.name}/{file.name}", file.stat().st_size, sha256(file)) for file in files)


def corrupt(recording: str, stage: str) -> CorruptArtifact:
    return CorruptArtifact(
        f"{recording}: the result of the {stage} stage was changed or damaged after it was written.",
        "Run `interviews run` again: it will be built anew.",
    )


class Remembered:
    """What was learnt of files: a table of texts, kept in one of work/."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.changed = False
        try:
            self.known: dict[str, str] = json.loads(file.read_bytes())
        except (OSError, ValueError):
            self.known = {}

    def note(self, key: str, value: str) -> None:
        """Remember something that was found out."""
        self.known[key] = value
        self.changed = True

    def save(self) -> None:
        """Keep what was learnt."""
        if self.changed:
            write_atomically(self.file, (json.dumps(self.known, indent=0).encode(),))
            self.changed = False


class Digests(Remembered):
    """sha256 of source files by (device, inode, size, mtime), so that a run with nothing to do reads no audio."""

    def sha256(self, path: Path) -> str:
        """Of a file's content; reads the file only where it is new or was touched."""
        stat = path.stat()
        key = f"{stat.st_dev}:{stat.st_ino}:{stat.st_size}:{stat.st_mtime_ns}"
        if key not in self.known:
            self.note(key, sha256(path))
        return self.known[key]


def record(path: Path, kind: type[Artifact]) -> Artifact | None:
    """A small JSON file of work/, None where there is none that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError):
        return None


def read_table(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV that `write_table` wrote, by its headers; none where there is no such file."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def write_table(path: Path, header: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """A private CSV that a Russian Excel opens well (UTF-8 with BOM)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    write_atomically(path, (b"\xef\xbb\xbf", text.getvalue().encode()))
