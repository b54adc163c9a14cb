"""Where model weights lie on this machine, what each setting means there, and whether they are whole."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from msgspec import Struct

from pipeline.errors import MissingDependency
from pipeline.weights.catalogue import (
    COMMUNITY,
    HUB,
    KNOWN,
    Model,
    known,
    name_by_file,
    name_of,
    parts,
)

SUMS = "SHA256SUMS"
"""in a folder of weights: what its files were when they came, in the format of sha256sum"""


class Installed(Struct, frozen=True):
    """Weights that lie on this machine."""

    name: str
    path: Path
    bytes: int
    what: str


class Verdict(Struct, frozen=True):
    """What a look at one file's checksum says."""

    name: str
    path: Path
    state: Literal["good", "damaged", "unknown"]
    """unknown: nobody stated a checksum"""


def home() -> Path:
    """The folder for weights: INTERVIEWS_MODELS, else ~/.cache/interviews/models."""
    stated = os.environ.get("INTERVIEWS_MODELS")
    return Path(stated).expanduser() if stated else Path.home() / ".cache" / "interviews" / "models"


def whisper_path(model: str) -> Path:
    """The checkpoint a setting means: a published name, a file in the folder for weights, or a path.

    Raises MissingDependency, which names the file to put there, where it is absent or cut off.
    """
    published = known(model)
    if published and len(published.files) == 1:
        path = home() / published.files[0].path
    elif is_path(model):
        path = Path(model).expanduser()
    else:
        path = home() / f"{model}.pt"
    if not path.is_file():
        raise absent(model, path, published)
    if not whole(path):
        raise MissingDependency(
            f"The whisper model {path} is cut off or no checkpoint at all.",
            f"Remove that file, then run {ways(published.name if published else '')}.",
        )
    return path


def is_path(model: str) -> bool:
    """Whether a setting names a file rather than a model."""
    return model.endswith(".pt") or "/" in model or "\\" in model


def whole(path: Path) -> bool:
    """Whether a file looks like a checkpoint to its end: torch writes zip archives, whose directory comes last."""
    return zipfile.is_zipfile(path)


CONVERTED = ("model.bin", "vocabulary.json", "tokenizer.json", "preprocessor_config.json", "config.json")
"""files of a model as faster-whisper reads it; the last one comes last, and the folder counts when it is there"""


def absent(model: str, path: Path, published: Model | None) -> MissingDependency:
    choice = f"Put the file {path.name} into {path.parent}, or run {ways(published.name if published else '')}."
    if published is None:
        names = ", ".join(one.name for one in KNOWN if one.what == "speech to text")
        choice = f"{choice} The names that can be fetched are {names}."
    return MissingDependency(
        f"The whisper model `{Path(model).name}` is not on this machine: there is no file {path}.",
        f"{choice} To go without, set `engine: captions` under `transcribe:` in study.yaml.",
    )


def ways(name: str) -> str:
    """The commands that bring a model here."""
    take = "`interviews models import FOLDER` (from a USB stick, for example)"
    return f"`interviews models fetch {name}` or {take}" if name else take


def pyannote_path(folder: str = "") -> Path:
    """The folder with community-1: the one given, else the one in the folder for weights. Raises MissingDependency."""
    path = Path(folder).expanduser() if folder else home() / f"pyannote-{COMMUNITY}"
    lacking = [part for part in parts() if not (path / part).is_file()]
    if lacking:
        raise MissingDependency(
            f"The weights of pyannote's community-1 are not whole: {path} lacks {', '.join(lacking)}.",
            f"Accept the conditions at {HUB}, set HF_TOKEN, and run `interviews models fetch {COMMUNITY}`; or bring "
            "the folder from another machine with `interviews models import FOLDER`.",
        )
    return path


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def trusted(path: Path) -> str:
    """A checkpoint's sha256. Raises MissingDependency where it is not what was published or came under that name."""
    digest = sha256(path)
    expected = stated(path)
    if expected and digest not in expected:
        published = next(filter(None, map(name_of, expected)), "")
        raise MissingDependency(
            f"The weights {path} are damaged: their sha256 is not the one that was stated for them.",
            f"Remove that file, then run {ways(published)}.",
        )
    return digest


def stated(path: Path) -> tuple[str, ...]:
    """The sha256 that a file in the folder for weights had when it came, and the published one; () if nobody said."""
    if not path.is_relative_to(home()):
        return ()
    here = path.relative_to(home()).as_posix()
    published = next((file.sha256 for model in KNOWN for file in model.files if file.path == here), "")
    noted = sums(home() / SUMS).get(here, "") or sums(path.parent / SUMS).get(path.name, "")
    return tuple(filter(None, (noted, published)))


def sums(path: Path) -> dict[str, str]:
    """Checksums by file name, from a file as sha256sum writes it."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines) if name}


def note(path: Path, digest: str) -> None:
    """Remember what a file in the folder for weights was when it came."""
    kept = sums(home() / SUMS) | {path.relative_to(home()).as_posix(): digest}
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(kept.items()))
    written = home() / f"{SUMS}.partial"
    written.write_text(lines, encoding="utf-8")
    written.replace(home() / SUMS)


@contextmanager
def locked() -> Iterator[None]:
    """The folder for weights, to oneself. Raises MissingDependency where another process brings weights."""
    lock = FileLock(home() / ".lock")
    try:
        home().mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise MissingDependency(
            "Another process is bringing weights here.", "Wait until it is done, then run again."
        ) from None
    except OSError as error:
        raise MissingDependency(
            f"The folder for weights, {home()}, cannot be written.", "Set INTERVIEWS_MODELS to a folder that can."
        ) from error
    try:
        yield
    finally:
        lock.release()


def is_whole(folder: Path, name: str) -> bool:
    """Whether a folder holds all files of a model that is one."""
    return all((folder / part).is_file() for part in parts(name))


def installed() -> tuple[Installed, ...]:
    """All weights in the folder for weights: published models by name, one's own by the name of their file."""
    found = [
        Installed(name_by_file(path), path, path.stat().st_size, "speech to text")
        for path in sorted(home().glob("*.pt"))
    ]
    for made in sorted(home().glob("*.ct2")):
        if all((made / name).is_file() for name in CONVERTED):
            size = sum((made / name).stat().st_size for name in CONVERTED)
            found.append(Installed(f"{name_by_file(made.with_suffix('.pt'))} (faster)", made, size, "speech to text"))
    for model in KNOWN:
        files = [home() / file.path for file in model.files]
        if len(files) > 1 and all(file.is_file() for file in files):
            folder = home() / model.files[0].path.partition("/")[0]
            found.append(Installed(model.name, folder, sum(file.stat().st_size for file in files), model.what))
    return tuple(found)


def verify() -> tuple[Verdict, ...]:
    """Read every file of the installed weights and compare its checksum with the stated one."""
    return tuple(verdict(one.name, path) for one in installed() for path in files_of(one))


def files_of(one: Installed) -> Iterator[Path]:
    if one.path.suffix == ".ct2":
        yield from (one.path / name for name in CONVERTED)
    elif one.path.is_dir():
        yield from (one.path / part for part in parts(one.name))
    else:
        yield one.path


def verdict(name: str, path: Path) -> Verdict:
    expected = stated(path)
    if not expected:
        return Verdict(name, path, "unknown")
    return Verdict(name, path, "good" if sha256(path) in expected else "damaged")
