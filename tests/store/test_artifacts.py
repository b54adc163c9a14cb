"""Artifacts: whole or not there, never trusted when changed, never read when a header will do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from pipeline.errors import CorruptArtifact, StudyBusy
from pipeline.model import Failure, Transcript, Word
from pipeline.store.artifacts import Digests, Store, digest, sha256, write_atomically
from pipeline.store.seals import Seals, distrust
from tests.helpers.machine_faults import flip

MADE = Transcript((Word(0.0, 0.5, "слово", 1.0, "ru", "mix"),), (), "captions", "")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "work")
    made.prepare()
    return made


def test_what_was_written_is_read(store: Store) -> None:
    store.write("P01", "transcribe", MADE, "f", {"interviews": "1"})
    assert store.read("P01", "transcribe", Transcript) == MADE
    header = store.header("P01", "transcribe")
    assert header is not None
    assert (header.fingerprint, header.made_by) == ("f", {"interviews": "1"})


def test_equal_artifacts_are_equal_bytes(store: Store) -> None:
    for name in ("P01", "P02"):
        store.write(name, "transcribe", MADE, "f", {})
    assert store.path("P01", "transcribe").read_bytes() == store.path("P02", "transcribe").read_bytes()


def test_everything_is_private_under_any_umask(tmp_path: Path) -> None:
    before = os.umask(0o000)
    try:
        store = Store(tmp_path / "work")
        store.prepare()
        store.write("P01", "transcribe", MADE, "f", {})
    finally:
        os.umask(before)
    assert store.path("P01", "transcribe").stat().st_mode & 0o777 == 0o600
    assert store.work.stat().st_mode & 0o777 == 0o700
    assert (store.work / "P01").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: data[:-1],
        lambda data: data + b" ",
        lambda data: b"{" + data,
        lambda _: b"",
        lambda data: data.replace(b'"schema":1', b'"schema":9'),
    ],
    ids=["truncated", "longer", "broken header", "empty", "another schema"],
)
def test_a_header_betrays_a_changed_file(store: Store, harm: object) -> None:
    store.write("P01", "transcribe", MADE, "f", {})
    path = store.path("P01", "transcribe")
    path.write_bytes(harm(path.read_bytes()))  # type: ignore[operator]
    assert store.header("P01", "transcribe") is None


def test_an_edited_artifact_is_refused_and_named(store: Store) -> None:
    store.write("P01", "transcribe", MADE, "f", {})
    path = store.path("P01", "transcribe")
    path.write_bytes(path.read_bytes().replace("слово".encode(), "слава".encode()))
    assert store.header("P01", "transcribe") is not None
    with pytest.raises(CorruptArtifact, match=r"P01.*transcribe"):
        store.read("P01", "transcribe", Transcript)
    assert dict(store.check("P01")) == {"P01/transcribe.json": False}


@pytest.mark.parametrize(
    ("field", "other"), [('"fingerprint":"f"', '"fingerprint":"e"'), ('"interviews":"1"', '"interviews":"2"')]
)
def test_an_edited_header_is_no_header(store: Store, field: str, other: str) -> None:
    store.write("P01", "transcribe", MADE, "f", {"interviews": "1"})
    path = store.path("P01", "transcribe")
    path.write_bytes(path.read_bytes().replace(field.encode(), other.encode()))
    assert store.header("P01", "transcribe") is None
    assert dict(store.check("P01")) == {"P01/transcribe.json": False}


def test_a_header_without_a_digest_of_its_own_is_one_of_an_earlier_version(store: Store) -> None:
    header = store.write("P01", "transcribe", MADE, "f", {})
    path = store.path("P01", "transcribe")
    path.write_bytes(path.read_bytes().replace(header.check.encode(), b"", 1))
    assert store.header("P01", "transcribe") == msgspec.structs.replace(header, check="")


def test_what_was_touched_is_read_again(store: Store) -> None:
    header = store.write("P01", "transcribe", MADE, "f", {})
    path = store.path("P01", "transcribe")
    seals = Seals(store)
    seals.keep("P01", "transcribe")
    seals.save()
    os.utime(path)
    assert Seals(store).whole("P01", "transcribe", header), "touched, and yet the same"
    flip(path)
    seals = Seals(store)
    assert not seals.whole("P01", "transcribe", header)
    flip(path)
    assert seals.whole("P01", "transcribe", header)


def test_what_is_distrusted_is_read_however_it_looks(store: Store) -> None:
    header = store.write("P01", "transcribe", MADE, "f", {})
    flip(store.path("P01", "transcribe"))
    seals = Seals(store)
    seals.keep("P01", "transcribe")
    seals.save()
    assert Seals(store).whole("P01", "transcribe", header), "nothing was touched since"
    distrust(store, ["P01"])
    assert not Seals(store).whole("P01", "transcribe", header)


def test_audio_belongs_to_its_artifact(store: Store) -> None:
    audio = store.folder("P01") / "audio"
    audio.mkdir()
    (audio / "mix.flac").write_bytes(b"sound")
    store.write("P01", "ingest", MADE, "f", {})
    assert store.header("P01", "ingest") is not None
    assert all(whole for _, whole in store.check("P01"))
    (audio / "mix.flac").write_bytes(b"SOUND")
    assert dict(store.check("P01"))["P01/audio/mix.flac"] is False
    (audio / "mix.flac").unlink()
    assert store.header("P01", "ingest") is None


def test_a_failure_is_forgotten_when_its_stage_succeeds(store: Store) -> None:
    store.fail(Failure("P01", "transcribe", 5, "what", "do"))
    store.write("P01", "ingest", MADE, "f", {})
    assert store.failure("P01") is not None
    store.write("P01", "transcribe", MADE, "f", {})
    assert store.failure("P01") is None


def test_what_an_interrupted_run_left_is_cleared(store: Store) -> None:
    (store.folder("P01") / "transcribe.json.partial").write_bytes(b"half")
    store.prepare()
    assert not list(store.work.rglob("*.partial"))


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, (b"old",))

    def broken() -> object:
        yield b"new"
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        write_atomically(path, broken())  # type: ignore[arg-type]
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path], "what is half-written is taken away"


def test_the_second_to_come_is_told_who_is_there(store: Store) -> None:
    imports = "from pathlib import Path; from pipeline.store.artifacts import Store"
    code = f"{imports}\nwith Store(Path({str(store.work)!r})).locked(): pass"
    with store.locked(), pytest.raises(StudyBusy, match=str(os.getpid())), Store(store.work).locked():
        pass
    with store.locked():
        other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert "StudyBusy" in other.stderr
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_digests_read_a_file_once(tmp_path: Path) -> None:
    source, memory = tmp_path / "a.m4a", tmp_path / "digests.json"
    source.write_bytes(b"audio")
    first = Digests(memory)
    assert first.sha256(source) == sha256(source)
    first.save()
    stat = source.stat()
    source.write_bytes(b"AUDIO")
    os.utime(source, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert Digests(memory).sha256(source) == first.sha256(source), "an untouched file is not read again"
    os.utime(source)
    assert Digests(memory).sha256(source) == sha256(source)


def test_digest_tells_apart_what_differs() -> None:
    assert digest("a", 1) == digest("a", 1)
    assert len({digest("a", 1), digest("a", 2), digest("a1"), digest(("a", 1), 1)}) == 4
