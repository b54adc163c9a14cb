"""A release that travels: opens for whom it is meant, and for nobody else."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pyrage
import pytest
import pyzipper

from pipeline.errors import UsageError
from pipeline.release import build, encrypted
from tests.helpers.releases import request
from tests.helpers.sample_studies import demo, interviews
from tests.release.test_build import one

LOOKED = [
    {"setting": "to_risk 0.2", "asked": "7", "left_open": "0"},
    {"setting": "to_risk 0.2", "asked": "5", "left_open": "1"},
]


def release(folder: Path) -> Path:
    return build.publish(request(folder, one())).folder


def test_age_opens_with_the_key_alone(tmp_path: Path) -> None:
    key, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    data = encrypted.with_age(release(tmp_path), [str(key.to_public())])
    with zipfile.ZipFile(io.BytesIO(pyrage.decrypt(data, [key]))) as packed:
        assert "release/txt/P01.txt" in packed.namelist()
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(data, [other])
    with pytest.raises(UsageError, match="no age recipient"):
        encrypted.with_age(tmp_path / "release", ["age1wrong"])


def test_a_zip_is_encrypted_with_aes(tmp_path: Path) -> None:
    folder = release(tmp_path)
    data = encrypted.with_passphrase(folder, "x-y")
    assert (folder / "txt" / "P01.txt").read_bytes() not in data
    with pyzipper.AESZipFile(io.BytesIO(data)) as packed:
        packed.setpassword(b"x-y")
        assert packed.read("release/txt/P01.txt") == (folder / "txt" / "P01.txt").read_bytes()
        packed.setpassword(b"wrong")
        with pytest.raises(RuntimeError, match="password"):
            packed.read("release/txt/P01.txt")
    with zipfile.ZipFile(io.BytesIO(data)) as plain:
        assert {member.compress_type for member in plain.infolist()} == {99}


def test_passphrases_differ_and_are_long() -> None:
    made = {encrypted.passphrase() for _ in range(50)}
    assert len(made) == 50
    assert {len(phrase) for phrase in made} == {24}


def test_the_note_has_the_sum() -> None:
    text = encrypted.note("release.zip.age", b"x", "shareable", LOOKED).decode()
    assert "огрублены (shareable)" in text
    assert hashlib.sha256(b"x").hexdigest() in text
    assert "age -d" in text
    assert "to_risk 0.2: 12 places asked about, 1 left unanswered" in text
    assert "7-Zip" in encrypted.note("release.zip", b"x", "shareable", LOOKED).decode()


@pytest.mark.slow
def test_the_commands_of_a_release(tmp_path: Path) -> None:
    study = demo(tmp_path)
    assert interviews(tmp_path, "run", str(study)).code == 6
    done = interviews(tmp_path, "export", str(study), "--draft", "--tier", "blind", "--case-link", "code", "--bag")
    assert done.code == 0, done.stderr
    assert (study / "release" / "data" / "txt" / "doc-01.txt").is_file()
    assert interviews(tmp_path, "export", str(study), "--draft", "--tier", "all").code == 2
    refused = interviews(tmp_path, "export", str(study), "--draft", "--audio")
    assert refused.code == 7
    assert "Ни одну запись нельзя выпустить" in refused.stderr
    done = interviews(tmp_path, "disclosure", str(study))
    assert done.code == 0
    assert (study / "work" / "disclosure.html").stat().st_mode & 0o077 == 0
    done = interviews(tmp_path, "bundle", str(study), "--draft", "--bag")
    assert done.code == 0, done.stderr
    phrase = done.stdout.split()[-1].encode()
    with pyzipper.AESZipFile(study / "transfer" / "release.zip") as packed:
        packed.setpassword(phrase)
        assert packed.read("release/data/README.txt")
    assert not (study / "work" / "tmp" / "release").exists()
    name = next((study / "work").glob("P*")).name
    quoted = interviews(tmp_path, "quote", str(study), name, "2-9", "--lang", "en")
    assert (quoted.code, quoted.sockets) in ((0, ()), (3, ()))
    assert ("“" in quoted.stdout) is (quoted.code == 0)
