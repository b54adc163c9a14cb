"""A release on its way to somebody: one encrypted file, and a note on how to open it."""

from __future__ import annotations

import hashlib
import io
import secrets
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.deidentify.labels.key import recipient
from pipeline.messages import wording
from pipeline.release.documents.office_bytes import EPOCH
from pipeline.release.request import Tier

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""nothing that is misheard on the telephone"""
WORDS, LETTERS = 5, 4
"""of a passphrase: about 98 bits"""
COUNTED = {"asked": "asked", "left": "left_open"}
"""what the note counts, and the columns that say so"""
NOTE, WORDING = Path(__file__).with_name("transfer.txt"), Path(__file__).with_name("transfer.toml")
"""the note that goes along, and what fills it"""


def with_age(release: Path, recipients: Sequence[str]) -> bytes:
    """The release as a zip that only the holders of these age or ssh keys can open. Raises UsageError."""
    import pyrage

    sealed: bytes = pyrage.encrypt(zipped(release), [recipient(text) for text in recipients])
    return sealed


def with_passphrase(release: Path, passphrase: str) -> bytes:
    """The release as a zip under AES-256."""
    import pyzipper

    made = io.BytesIO()
    with pyzipper.AESZipFile(made, "w", compression=zipfile.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as packed:
        packed.setpassword(passphrase.encode())
        for path in files(release):
            member = pyzipper.zipfile_aes.AESZipInfo(path.relative_to(release.parent).as_posix(), EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(member, path.read_bytes())
    return made.getvalue()


def zipped(release: Path) -> bytes:
    """The release as a plain zip; equal releases give equal bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in files(release):
            packed.writestr(zipfile.ZipInfo(path.relative_to(release.parent).as_posix(), EPOCH), path.read_bytes())
    return made.getvalue()


def files(release: Path) -> list[Path]:
    return sorted(path for path in release.rglob("*") if path.is_file())


def passphrase() -> str:
    """A new passphrase that can be said on the telephone."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(LETTERS)) for _ in range(WORDS))


def note(file: str, data: bytes, tier: Tier, looked: Sequence[Mapping[str, str]]) -> bytes:
    """What goes along with the encrypted file; `looked` are the rows of its second_look.csv."""
    said = wording(WORDING)
    setting = next((row["setting"] for row in looked), "off")
    values = {"setting": setting, **{name: sum(int(row[key]) for row in looked) for name, key in COUNTED.items()}}
    looked_ru, looked_en = (text.format(**values) for text in said["looked"][setting.split(" ")[0]])
    told_ru, told_en = said["told"][tier]
    how_ru, how_en = said["how"]["age" if file.endswith(".age") else "zip"]
    return (
        NOTE.read_text(encoding="utf-8")
        .format(
            file=file,
            sha256=hashlib.sha256(data).hexdigest(),
            tier_ru=told_ru,
            tier_en=told_en,
            looked_ru=looked_ru,
            looked_en=looked_en,
            how_ru=how_ru.format(file=file),
            how_en=how_en.format(file=file),
        )
        .encode()
    )
