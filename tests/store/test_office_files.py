"""Office files and packs that are traps are refused for what they are, and nothing outside them is read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pyrage
import pytest

from pipeline.errors import ConfigError, RecordingError, UsageError
from pipeline.review import packs
from pipeline.store import office_files
from pipeline.study.roster import tables
from pipeline.transcripts.formats import LARGEST_TEXT, MOST_CHARACTERS, open_transcript
from tests.helpers import malformed_files


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("НИКОМУ", encoding="utf-8")
    return tmp_path / "secret.txt"


@pytest.mark.parametrize(
    ("name", "why"),
    [("bomb", "unpacks to more"), ("laughs", "declares entities"), ("other", "declares entities"), ("deep", "damaged")],
)
def test_word_files_that_are_traps(tmp_path: Path, secret: Path, name: str, why: str) -> None:
    path = tmp_path / "t.docx"
    path.write_bytes(malformed_files.traps_of_word(secret)[f"{name}.docx"])
    with pytest.raises(RecordingError) as caught:
        open_transcript(path)
    assert why in caught.value.what


def test_a_cell_that_says_it_is_wide_is_read_once(tmp_path: Path, secret: Path) -> None:
    path = tmp_path / "t.docx"
    path.write_bytes(malformed_files.traps_of_word(secret)["wide.docx"])
    assert [one.text for one in open_transcript(path).turns] == [f"{malformed_files.SECRET} здесь"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("bomb", "unpacks to more"),
        ("laughs", "declares entities"),
        ("other", "declares entities"),
        ("broad", "far too large"),
    ],
)
def test_workbooks_that_are_traps(tmp_path: Path, secret: Path, name: str, why: str) -> None:
    path = tmp_path / "participants.xlsx"
    path.write_bytes(malformed_files.traps_of_excel(secret)[name])
    with pytest.raises(ConfigError) as caught:
        tables.read(path)
    assert why in caught.value.what


def test_a_declaration_in_another_encoding_is_seen() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("word/document.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode("utf-16"))
    with pytest.raises(office_files.Refused):
        office_files.check(made.getvalue())


@pytest.mark.parametrize(
    "text",
    ["a,b\n" + "1,2\n" * tables.MOST_ROWS, ",".join("x" * 501) + "\n1\n", "a\n" + "x" * tables.MOST_BYTES],
    ids=["rows", "columns", "bytes"],
)
def test_tables_have_a_limit(tmp_path: Path, text: str) -> None:
    (tmp_path / "participants.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        tables.read(tmp_path / "participants.csv")
    assert "far too large" in caught.value.what


@pytest.mark.parametrize("text", ["а" * (MOST_CHARACTERS + 1), "a" * (LARGEST_TEXT + 1)])
def test_transcripts_have_a_limit(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.txt").write_text(text, encoding="utf-8")
    with pytest.raises(RecordingError) as caught:
        open_transcript(tmp_path / "t.txt")
    assert "too large" in caught.value.what


def pack(folder: Path, members: dict[str, bytes], how: int) -> tuple[Path, str]:
    """A pack of somebody else's making, encrypted for the identity that is returned."""
    identity = pyrage.x25519.Identity.generate()
    contents = b'{"schema":1,"interviews":["P01"],"whole":true}'
    with zipfile.ZipFile(folder / "plain.zip", "w", how) as packed:
        for name, data in {"contents.json": contents, "log.json": b"[]", **members}.items():
            packed.writestr(name, data)
    pyrage.encrypt_file(str(folder / "plain.zip"), str(folder / "pack.age"), [identity.to_public()])
    return folder / "pack.age", str(identity)


def test_a_pack_that_unfolds_is_not_opened(tmp_path: Path) -> None:
    file, identity = pack(tmp_path, {"work/P01/audio/mix.flac": bytes(50 << 20)}, zipfile.ZIP_DEFLATED)
    assert file.stat().st_size < 1 << 20
    with pytest.raises(UsageError):
        packs.opened(file, identity, tmp_path / "tmp")


@pytest.mark.parametrize(
    "name",
    ["../outside.json", "/etc/x", "release/x.txt", "work/P01/../../x.json", "work/P01/x.json", "recordings/-i.sh"],
)
def test_a_pack_writes_nothing_that_no_pack_holds(tmp_path: Path, name: str) -> None:
    file, identity = pack(tmp_path, {name: b"{}"}, zipfile.ZIP_STORED)
    with packs.opened(file, identity, tmp_path / "tmp") as packed, pytest.raises(UsageError):
        packs.unpack(packed, tmp_path / "study")
    written = {path.name for path in (tmp_path / "study").rglob("*") if path.is_file()}
    assert written == set()
