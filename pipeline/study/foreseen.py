"""What the names of files alone tell of a run: recordings that will fail, or will come out without speakers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct

from pipeline.errors import RecordingError
from pipeline.ingest import zoom
from pipeline.ingest.layout import Layout, layout
from pipeline.study.folder import Entry
from pipeline.study.inputs import Inputs


class Trouble(Struct, frozen=True):
    """Something that would show only after hours of work."""

    says: str
    fails: bool
    """whether the recordings end without a transcript"""


def layouts(inputs: Inputs, entry: Entry) -> tuple[Layout, ...]:
    """Which file of an interview is what, part by part, by names alone; none where its files cannot be found."""
    try:
        return tuple(layout(zoom.part(inputs.study.recordings, name, lambda _: "")) for name in entry.names)
    except (RecordingError, OSError):
        return ()


def given(inputs: Inputs, entry: Entry) -> bool:
    """Whether an interview came with its transcript."""
    found = layouts(inputs, entry)
    return bool(found) and all(part.text for part in found)


def troubles(inputs: Inputs, entries: Iterable[Entry], lacks: Callable[[Any], bool]) -> Iterator[Trouble]:
    """What of these recordings is foreseen; `lacks` tells whether the models that tell voices apart are missing."""
    settings = inputs.study.settings
    engine, text = settings.diarize.engine, settings.transcribe.engine
    heard = {entry.id: found for entry in entries if (found := layouts(inputs, entry)) and not all_given(found)}
    bare = [name for name, found in heard.items() if not any(part.captions for part in found)]
    single = [name for name, found in heard.items() if not any(part.voices for part in found)]
    if text == "captions" and bare:
        yield Trouble(f"{listed(bare)}: no captions in recordings/, and the text is to be taken from them.", True)
    if engine == "captions" and bare:
        yield Trouble(f"{listed(bare)}: no captions in recordings/, and the speakers are to be taken from them.", True)
    if engine == "tracks" and single:
        yield Trouble(f"{listed(single)}: no participant tracks, and the speakers are to be taken from them.", True)
    mixed = [name for name in single if name in bare and text != "captions"]
    if engine == "auto" and mixed and lacks(settings.diarize):
        yield Trouble(
            f"{listed(mixed)}: one mixed track, no captions, and no models that tell voices apart: all that is said "
            "will stand under one label. Get the models with `interviews models fetch open`.",
            False,
        )


def all_given(found: tuple[Layout, ...]) -> bool:
    return all(part.text for part in found)


def listed(names: list[str]) -> str:
    """Ids, not more of them than a line holds."""
    return ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
