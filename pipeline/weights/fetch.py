"""`interviews models fetch`: a published model over the network, whole or not at all."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pipeline.errors import MissingDependency
from pipeline.model import Tell
from pipeline.weights import download
from pipeline.weights.catalogue import ALIASES, KNOWN, File, Model
from pipeline.weights.models import home, locked, note, sha256, stated


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
