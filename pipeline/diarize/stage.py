"""Who speaks when: from Zoom's tracks, else by pyannote from the mix, else from names in captions, else unknown."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, structs

from pipeline.errors import MissingDependency, RecordingError, attempt
from pipeline.model import Diarization, Failure, Job, Recording, Tell, Voice, quiet

VERSION = "3"


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    engine: Literal["auto", "tracks", "pyannote", "captions"] = "auto"
    """auto: participant tracks where there are two or more, else pyannote, else captions where its models are missing,
    else nothing: one label for all"""
    model: str = "best"
    """pyannote's models: "community-1", "open", a folder, or the best that is here: community-1, else open"""
    min_speakers: int | None = None
    """at least so many people speak in each recording; pyannote only"""
    max_speakers: int | None = None
    """at most so many; a bound merges voices less often than a fixed number would"""
    bridge: float = 0.6
    """pauses of up to so many seconds stay inside a turn"""
    bleed_db: float = 10.0
    """a voice so much weaker on a track, for its owner, than another's at the same time is that other's leak; tracks"""
    shared_rooms: Literal["auto", "always", "off"] = "auto"
    """two people on one track: pyannote within it; auto: where pitch or the roster speaks for it; always: each track"""


class Item(Struct, frozen=True):
    job: Job
    recording: Recording
    people: tuple[int, int] | None = None
    """how many people speak, at least and at most, where the roster says it"""


def check(settings: Settings) -> None:
    """Raise MissingDependency where pyannote is demanded and its weights are missing."""
    if settings.engine == "pyannote":
        from pipeline.diarize import pyannote

        pyannote.located(settings.model)


MISSING = "pyannote-weights-missing"
"""notes a result that better models would replace"""


def makeshift(made: Diarization) -> bool:
    """Whether a result is to be made anew once speaker models are here."""
    return MISSING in made.notes


def lacks(settings: Settings) -> bool:
    """Whether the speaker models are still missing."""
    from pipeline.diarize import pyannote

    try:
        pyannote.located(settings.model)
    except MissingDependency:
        return True
    return False


def loads(settings: Settings, recording: Recording) -> bool:
    """Whether pyannote is needed, so that several recordings together are cheaper than each alone."""
    if stated(recording):
        return False
    alone = settings.engine == "auto" and len(recording.participants()) < 2
    return alone or settings.engine == "pyannote"


def stated(recording: Recording) -> bool:
    """Whether a transcript from elsewhere says who speaks, or is all there is."""
    return recording.given and (not recording.tracks or any(turn.speaker for turn in recording.captions))


def load(settings: Settings) -> Any:
    """pyannote's networks. Raises MissingDependency."""
    from pipeline.diarize import pyannote

    return pyannote.load(settings.model)


def run(
    items: Iterable[Item], settings: Settings, tell: Tell = quiet, load: Callable[[Settings], Any] = load
) -> Iterator[tuple[str, Diarization | Failure]]:
    """Diarize each recording; pyannote's networks are loaded once, and only when the first recording needs them."""

    @cache
    def network() -> Any:
        return load(settings)

    for item in items:
        yield item.job.id, attempt(item.job.id, "diarize", partial(_one, item, settings, network, tell))


def _one(item: Item, settings: Settings, network: Callable[[], Any], tell: Tell) -> Diarization:
    """One recording, by the engine its tracks call for. Raises RecordingError where nobody speaks."""

    def heard(share: float) -> None:
        tell(item.job.id, share)

    recording, audio = item.recording, item.job.folder / "audio"
    if stated(recording):
        from pipeline.diarize import given

        shutil.rmtree(item.job.folder / "samples", ignore_errors=True)
        heard(1.0)
        return given.diarize(recording)
    engine = settings.engine
    if engine == "auto":
        engine = "tracks" if len(recording.participants()) > 1 else "pyannote"
    if engine == "tracks":
        found = _by_tracks(recording, audio, settings, heard)
        if settings.shared_rooms != "off":
            found = _rooms(found, item, settings, network)
    elif engine == "captions":
        found = _by_captions(recording, settings)
    else:
        found = _by_pyannote(item, settings, network, heard)
    if not found.segments:
        raise RecordingError(
            "Nobody speaks in this recording.",
            "Listen to it: if it is silent, take it out with `ignore:` in study.yaml; if not, it was recorded too low.",
        )
    return _checked(found, item)


def _checked(found: Diarization, item: Item) -> Diarization:
    """The same with what a person needs to trust it: samples of voices known by sound alone, captions compared."""
    from pipeline.diarize import captions, samples

    folder = item.job.folder / "samples"
    mixed = next((track.label for track in item.recording.tracks if track.kind == "mixed"), "")
    mixed = mixed or item.recording.tracks[0].label
    if found.method in ("tracks", "undivided"):
        shutil.rmtree(folder, ignore_errors=True)
    else:
        samples.keep(found, item.job.folder / "audio" / f"{mixed}.flac", folder)
    if found.method == "captions":
        return found
    return structs.replace(found, disagreement=captions.disagreement(item.recording, found))


def _rooms(found: Diarization, item: Item, settings: Settings, network: Callable[[], Any]) -> Diarization:
    """The same with the voices of a shared room told apart, or a note that there may be one."""
    from pipeline.diarize import shared_rooms as rooms

    audio = item.job.folder / "audio"
    short = item.people is not None and len(found.voices) < item.people[0]
    for voice in found.voices:
        tracks = _tracks_of(item.recording, voice)
        own = [segment for segment in found.segments if segment.speaker == voice.label]
        suspicious = short or rooms.suspected(audio / f"{tracks[0]}.flac", own)
        if len(tracks) > 1 or not (suspicious or settings.shared_rooms == "always"):
            continue
        try:
            loaded = network()
        except MissingDependency:
            found = structs.replace(found, notes=(*found.notes, f"shared-room-suspected:{voice.label}"))
            continue
        from pipeline.diarize import pyannote

        inner = pyannote.diarize_track(loaded, audio / f"{tracks[0]}.flac", pyannote.Bounds(None, None))
        parted = rooms.parted(found, voice.label, inner)
        if parted is found and suspicious and not short:
            found = structs.replace(found, notes=(*found.notes, f"shared-room-suspected:{voice.label}"))
        else:
            found = parted
    return found


def _tracks_of(recording: Recording, voice: Voice) -> list[str]:
    """Labels of the tracks on which a participant is heard: several after a reconnect."""
    name = voice.display_name.casefold()
    return [
        track.label
        for track in recording.participants()
        if track.label == voice.label or (name and track.display_name.casefold() == name)
    ]


def _by_tracks(recording: Recording, audio: Path, settings: Settings, heard: Callable[[float], None]) -> Diarization:
    from pipeline.diarize import tracks

    if not recording.participants():
        raise RecordingError(
            "This recording has no separate participant tracks, and `diarize: {engine: tracks}` asks for them.",
            "Set `engine: auto` in study.yaml, or add Zoom's folder `Audio Record` to the recording.",
        )
    return tracks.diarize(recording, audio, tracks.Tuning(settings.bridge, settings.bleed_db), heard)


def _by_captions(recording: Recording, settings: Settings) -> Diarization:
    from pipeline.diarize import captions

    if not captions.has_names(recording):
        raise RecordingError(
            "This recording has no captions that say who speaks.",
            "Set `diarize: {engine: auto}` in study.yaml, or add Zoom's .vtt with names to the recording.",
        )
    return captions.diarize(recording, settings.bridge)


def _by_pyannote(
    item: Item, settings: Settings, network: Callable[[], Any], heard: Callable[[float], None]
) -> Diarization:
    """pyannote; in `auto`, what is left where its models are missing."""
    try:
        loaded = network()
    except MissingDependency:
        if settings.engine == "pyannote":
            raise
        found = _without_models(item, settings, heard)
        return structs.replace(found, notes=(*found.notes, MISSING))
    from pipeline.diarize import pyannote

    bounds = pyannote.Bounds(settings.min_speakers, settings.max_speakers)
    if item.people:
        least, most = item.people
        bounds = pyannote.Bounds(min(least, TALK) if least == most else least, most)
    found = pyannote.diarize(loaded, item.recording, item.job.folder / "audio", bounds, heard)
    return pyannote.bridged(found, settings.bridge)


TALK = 2
"""voices to look for at least where the roster states one number: a forced one would split a voice for somebody who
hardly says a word"""


def _without_models(item: Item, settings: Settings, heard: Callable[[float], None]) -> Diarization:
    """Captions with names; without them everything that is said by one label, so that there is a transcript at all."""
    from pipeline.diarize import captions, undivided

    if captions.has_names(item.recording):
        return captions.diarize(item.recording, settings.bridge)
    return undivided.diarize(item.recording, item.job.folder / "audio", settings.bridge, heard)
