"""Where model weights live, what is published, and how a file gets there: fetched, imported, verified."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from msgspec import Struct

from pipeline.errors import MissingDependency
from pipeline.model import Tell
from pipeline.weights import download

BLOCK = 1 << 20
SUMS = "SHA256SUMS"
"""in a folder of weights: what its files were when they came, in the format of sha256sum"""
COMMUNITY = "community-1"


class File(Struct, frozen=True):
    """One published file."""

    path: str
    """relative to the folder for weights"""
    url: str
    sha256: str
    """"" where the publisher states it only when asked"""
    megabytes: int
    """about; for the look at the disk before anything is fetched"""


class Model(Struct, frozen=True):
    name: str
    files: tuple[File, ...]
    what: str
    page: str = ""
    """where the publisher's conditions are accepted, for models that have such"""


def whisper(name: str, stem: str, sha256: str, megabytes: int) -> Model:
    """A row of the table of openai's checkpoints; their address holds their checksum."""
    url = f"https://openaipublic.azureedge.net/main/whisper/models/{sha256}/{stem}.pt"
    return Model(name, (File(f"{stem}.pt", url, sha256, megabytes),), "speech to text")


HUB = "https://huggingface.co/pyannote/speaker-diarization-community-1"


def community(path: str, megabytes: int) -> File:
    return File(f"pyannote-{COMMUNITY}/{path}", f"{HUB}/resolve/main/{path}", "", megabytes)


KNOWN = (
    whisper("turbo", "large-v3-turbo", "aff26ae408abcba5fbf8813c21e62b0941638c5f6eebfb145be0c9839262a19a", 1618),
    whisper("large-v3", "large-v3", "e5b1a55b89c1367dacf97e3e19bfd829a01529dbfdeefa8caeb59b3f1b81dadb", 3087),
    whisper("large-v2", "large-v2", "81f7c96c852ee8fc832187b0132e569d6c3065a3252ed18e56effd0b6a73e524", 3087),
    whisper("large-v1", "large-v1", "e4b87e7e0bf463eb8e6956e646f1e277e901512310def2c24bf0e11bd3c28e9a", 3087),
    whisper("medium", "medium", "345ae4da62f9b3d59415adc60127b97c714f32e89e936602e85993674d08dcb1", 1528),
    whisper("small", "small", "9ecf779972d90ba49c06d968637d720dd632c55bbf19d441fb42bf17a411e794", 484),
    whisper("base", "base", "ed3a0b6b1c0edf879ad9b11b1af5a0e6ab5db9205f891f668f8b0e6c6326e34e", 145),
    whisper("tiny", "tiny", "65147644a518d12f04e32d6f3b26facc3f8dd46e5390956a9424a650c0ce22b9", 76),
    Model(
        COMMUNITY,
        (
            community("segmentation/pytorch_model.bin", 6),
            community("embedding/pytorch_model.bin", 27),
            community("plda/plda.npz", 1),
            community("plda/xvec_transform.npz", 1),
            community("config.yaml", 1),  # last: the folder counts when it is there
        ),
        "who speaks when",
        HUB,
    ),
)
"""Everything `interviews models fetch` knows. silero-vad and natasha bring their weights along."""

ALIASES = {"large": "large-v3", "large-v3-turbo": "turbo", "pyannote": COMMUNITY, "pyannote-community-1": COMMUNITY}


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


def known(name: str) -> Model | None:
    name = ALIASES.get(name, name)
    return next((model for model in KNOWN if model.name == name), None)


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


def parts() -> tuple[str, ...]:
    """The files of community-1, relative to its folder."""
    return tuple(file.path.partition("/")[2] for model in KNOWN if model.name == COMMUNITY for file in model.files)


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def name_of(digest: str) -> str:
    """The published model a checksum belongs to, "" if none."""
    return next((model.name for model in KNOWN for file in model.files if file.sha256 == digest), "")


def trusted(path: Path) -> str:
    """A checkpoint's sha256. Raises MissingDependency where it is not what was published or came under that name."""
    digest = sha256(path)
    expected = stated(path)
    if expected and digest != expected:
        raise MissingDependency(
            f"The weights {path} are damaged: their sha256 is not the one that was stated for them.",
            f"Remove that file, then run {ways(name_of(expected))}.",
        )
    return digest


def stated(path: Path) -> str:
    """The sha256 a file in the folder for weights ought to have, "" where nobody said."""
    if not path.is_relative_to(home()):
        return ""
    here = path.relative_to(home()).as_posix()
    published = next((file.sha256 for model in KNOWN for file in model.files if file.path == here), "")
    return published or sums(home() / SUMS).get(here, "") or sums(path.parent / SUMS).get(path.name, "")


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


def fetch(name: str, tell: Tell, *, offline: bool = False, models: tuple[Model, ...] = KNOWN) -> Path:
    """Bring a published model here and return where it lies; goes on where a broken download stopped.

    `tell` hears each file's name and the share done. Raises MissingDependency; nothing unfinished has a final name.
    """
    model = next((one for one in models if one.name == ALIASES.get(name, name)), None)
    if model is None:
        raise MissingDependency(
            f"There is no model `{Path(name).name}` to fetch.",
            f"Choose one of {', '.join(one.name for one in models)}.",
        )
    if offline:
        raise MissingDependency(
            "The settings say `offline: true`, so nothing is fetched.",
            f"On a machine with a network, run `interviews models fetch {model.name}`, carry the folder over and run "
            "`interviews models import FOLDER` here.",
        )
    with locked():
        due = [file for file in model.files if not there(file)]
        download.room(home(), sum(file.megabytes for file in due) * 1_000_000)
        for file in due:
            target = home() / file.path
            digest = download.to_file(file.url, target, file.sha256, partial(tell, target.name))
            note(target, digest)
    return home() / (model.files[0].path if len(model.files) == 1 else model.files[0].path.partition("/")[0])


def there(file: File) -> bool:
    """Whether a published file lies here undamaged."""
    path = home() / file.path
    expected = stated(path) or file.sha256
    return path.is_file() and bool(expected) and sha256(path) == expected


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


def bring(path: Path, tell: Tell) -> tuple[Installed, ...]:
    """Copy weights from a file or a folder of this machine (a USB stick); files are known by name and checksum.

    Raises MissingDependency where there are none, or where one is damaged; the others are copied all the same.
    """
    path = path.expanduser()
    checkpoints = [path] if path.is_file() else sorted(path.rglob("*.pt"))
    folders = sorted({found.parent for found in path.rglob("config.yaml") if is_community(found.parent)})
    if not checkpoints and not folders:
        raise MissingDependency(
            f"No weights were found in {path}.",
            "It should hold files such as large-v3-turbo.pt, or the folder of pyannote's community-1 with "
            f"{', '.join(parts())}.",
        )
    damaged: list[str] = []
    names: list[str] = []
    with locked():
        for found in checkpoints:
            taken = take_checkpoint(found, tell)
            (names if taken else damaged).append(taken or found.name)
        for found in folders:
            take_folder(found, tell)
            names.append(COMMUNITY)
    if damaged:
        raise MissingDependency(
            f"Damaged, and not imported: {', '.join(damaged)}. The sha256 is not the published one.",
            "Copy the file again from where it came; its size there and here should be the same.",
        )
    return tuple(one for one in installed() if one.name in names)


def is_community(folder: Path) -> bool:
    return all((folder / part).is_file() for part in parts())


def take_checkpoint(source: Path, tell: Tell) -> str:
    """Copy one whisper checkpoint and return its name here; "" where it is damaged."""
    digest = sha256(source)
    named = next((file for model in KNOWN for file in model.files if file.path == source.name), None)
    published = known(name_of(digest))
    if published is None and (named is not None or known(source.stem) is not None or not whole(source)):
        return ""
    target = home() / (published.files[0].path if published else source.name)
    copied(source, target, digest, tell)
    beside = source.with_suffix(".json")
    if published is None and beside.is_file():
        copied(beside, target.with_suffix(".json"), sha256(beside), tell)
    return published.name if published else source.stem


def take_folder(source: Path, tell: Tell) -> None:
    """Copy community-1, file by file; its configuration, without which it does not count, comes last."""
    target = home() / f"pyannote-{COMMUNITY}"
    for part in sorted(parts(), key=lambda part: (part == "config.yaml", part)):
        copied(source / part, target / part, sha256(source / part), tell)


def copied(source: Path, target: Path, digest: str, tell: Tell) -> None:
    """Copy a file whole or not at all, checked against what was read the first time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and target.samefile(source):
        note(target, digest)
        return
    size = source.stat().st_size
    download.room(target.parent, size)
    copy = target.with_name(target.name + ".partial")
    try:
        with source.open("rb") as read, copy.open("wb") as write:
            done = 0
            while block := read.read(BLOCK):
                write.write(block)
                done += len(block)
                tell(target.name, done / size)
            write.flush()
            os.fsync(write.fileno())
        if sha256(copy) != digest:
            raise MissingDependency(
                f"{source.name} was read differently twice.", "The stick or the disk is failing: try another."
            )
        copy.replace(target)
    except OSError as error:
        raise download.unwritable(target.parent, error) from error
    finally:
        copy.unlink(missing_ok=True)
    note(target, digest)


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
    folder = home() / f"pyannote-{COMMUNITY}"
    if is_community(folder):
        size = sum((folder / part).stat().st_size for part in parts())
        found.append(Installed(COMMUNITY, folder, size, "who speaks when"))
    return tuple(found)


def name_by_file(path: Path) -> str:
    return next((model.name for model in KNOWN if model.files[0].path == path.name), path.stem)


def verify() -> tuple[Verdict, ...]:
    """Read every file of the installed weights and compare its checksum with the stated one."""
    return tuple(verdict(one.name, path) for one in installed() for path in files_of(one))


def files_of(one: Installed) -> Iterator[Path]:
    if one.path.suffix == ".ct2":
        yield from (one.path / name for name in CONVERTED)
    elif one.path.is_dir():
        yield from (one.path / part for part in parts())
    else:
        yield one.path


def verdict(name: str, path: Path) -> Verdict:
    expected = stated(path)
    if not expected:
        return Verdict(name, path, "unknown")
    return Verdict(name, path, "good" if sha256(path) == expected else "damaged")
