"""What was found whole, and how it looked then: whatever has been touched since is read again before it is trusted."""

from __future__ import annotations

import os
from collections.abc import Iterable

from pipeline.errors import CorruptArtifact
from pipeline.store.artifacts import Header, Remembered, Store, intact


class Seals(Remembered):
    """An artifact and its sound by the inode, size and times of their files, kept in work/seals.json.

    A run with nothing to do compares these and reads no content; a file that was edited, restored or copied is read.
    A disk that changes bytes by itself leaves them as they are: that is for `interviews verify`, and for the stages,
    which read what they use against its checksum.
    """

    def __init__(self, store: Store) -> None:
        super().__init__(store.work / "seals.json")
        self.store = store

    def whole(self, recording: str, stage: str, header: Header) -> bool:
        """Whether an artifact and its sound are what its stage wrote."""
        key, looks = f"{recording}/{stage}", self.looks(recording, stage, header)
        if self.known.get(key) == looks:
            return True
        good = self.read(recording, stage, header)
        self.forget(key)
        if good:
            self.known[key] = looks
        return good

    def read(self, recording: str, stage: str, header: Header) -> bool:
        """The same by content."""
        folder = self.store.work / recording
        try:
            self.store.data(recording, stage)
        except CorruptArtifact:
            return False
        return all(intact(folder / side.path, side.sha256) for side in header.files)

    def keep(self, recording: str, stage: str) -> None:
        """Trust what has just been written."""
        header = self.store.header(recording, stage)
        if header:
            self.note(f"{recording}/{stage}", self.looks(recording, stage, header))

    def forget(self, key: str) -> None:
        """Have the next run read it."""
        self.known.pop(key, None)
        self.changed = True

    def looks(self, recording: str, stage: str, header: Header) -> str:
        """The files behind an artifact as the disk describes them, "" for one that is gone."""
        folder = f"{self.store.work}/{recording}"
        names = (f"{stage}.json", *(side.path for side in header.files))
        return " ".join(look(f"{folder}/{name}") for name in names)


def distrust(store: Store, recordings: Iterable[str]) -> None:
    """Have the next run read all results of these recordings, however their files look."""
    seals, begins = Seals(store), tuple(f"{recording}/" for recording in recordings)
    for key in [key for key in seals.known if key.startswith(begins)]:
        seals.forget(key)
    seals.save()


def look(path: str) -> str:
    try:
        stat = os.stat(path)
    except OSError:
        return ""
    return f"{stat.st_ino}:{stat.st_size}:{stat.st_mtime_ns}:{stat.st_ctime_ns}"
