"""A release on its way to somebody: one encrypted file, and a note on how to open it."""

from __future__ import annotations

import hashlib
import io
import secrets
import zipfile
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.release.documents.office_bytes import EPOCH
from pipeline.release.request import Tier

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""nothing that is misheard on the telephone"""
WORDS, LETTERS = 5, 4
"""of a passphrase: about 98 bits"""
NOTE = """\
{file}
sha256  {sha256}

Как открыть
{how_ru}
Пароль или ключ не посылайте тем же путём, что и файл: назовите его по телефону.
Проверьте сумму выше: `sha256sum {file}`, в Windows `certutil -hashfile {file} SHA256`. Внутри лежит README.txt.
Сведения об участниках: {tier_ru}. После работы сотрите файл и всё, что из него извлечено.

How to open it
{how_en}
Do not send the passphrase or the key the way you send the file: say it on the telephone.
Check the sum above: `sha256sum {file}`, in Windows `certutil -hashfile {file} SHA256`. A README.txt lies inside.
What is said of the participants: {tier_en}. When the work is done, erase the file and all that was taken out of it.
"""
HOW = {
    "age": (
        "Программой age (https://age-encryption.org): `age -d -i ключ.txt {file} > release.zip`.",
        "With age (https://age-encryption.org): `age -d -i key.txt {file} > release.zip`.",
    ),
    "zip": (
        "Программой 7-Zip, Keka или WinRAR: шифр AES-256, встроенный в Windows распаковщик его не знает.\n"
        "Имена и размеры файлов внутри видны и без пароля.",
        "With 7-Zip, Keka or WinRAR: the cipher is AES-256, which the one built into Windows does not know.\n"
        "Names and sizes of the files inside can be seen without the passphrase.",
    ),
}
TOLD = {
    "restricted": ("полностью (restricted)", "everything that may be published (restricted)"),
    "shareable": ("огрублены (shareable)", "coarsened (shareable)"),
    "blind": ("никаких (blind)", "nothing (blind)"),
}
"""what each tier says of the participants"""


def with_age(release: Path, recipients: Sequence[str]) -> bytes:
    """The release as a zip that only the holders of these age or ssh keys can open. Raises UsageError."""
    import pyrage

    sealed: bytes = pyrage.encrypt(zipped(release), [recipient(text) for text in recipients])
    return sealed


def recipient(text: str) -> object:
    import pyrage

    for kind in (pyrage.x25519.Recipient, pyrage.ssh.Recipient):
        try:
            return kind.from_str(text.strip())
        except Exception:
            continue
    raise UsageError("A recipient is no age recipient.", "It begins with age1 or ssh-; check that nothing was cut off.")


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


def note(file: str, data: bytes, tier: Tier) -> bytes:
    """What goes along with the encrypted file."""
    told_ru, told_en = TOLD[tier]
    russian, english = HOW["age" if file.endswith(".age") else "zip"]
    return NOTE.format(
        file=file,
        sha256=hashlib.sha256(data).hexdigest(),
        tier_ru=told_ru,
        tier_en=told_en,
        how_ru=russian.format(file=file),
        how_en=english.format(file=file),
    ).encode()
