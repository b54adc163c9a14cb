"""What of a recording is decoded: speech on every participant's track, and on the mix before a late one joined."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.errors import RecordingError
from pipeline.media import ffmpeg
from pipeline.media.speech import speech_regions
from pipeline.model import Job, Recording, Track
from pipeline.transcribe.engine import Settings
from pipeline.transcribe.windows import Span, Window, windows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LATE = 1.0
"""seconds after the interview's beginning from which a track's own beginning is a late one"""
NEAR = 0.25
"""seconds around a participant's speech in which the mix holds its beginning and end"""
CREDIBLE = 0.3
"""seconds of speech on the mix alone that are more than a breath"""


class Planned(Struct, frozen=True):
    """A window and the track it is cut from."""

    track: str
    flac: Path
    window: Window

    def samples(self) -> NDArray[np.float32]:
        """The window's sound: 16 kHz mono."""
        return self.window.samples(partial(ffmpeg.read, self.flac))


def plan(job: Job, recording: Recording, settings: Settings) -> tuple[Planned, ...]:
    """All windows of a recording, track by track. Raises RecordingError where nobody speaks."""
    tracks = recording.participants() or recording.tracks
    speech = {track.label: regions(job, track, settings.speech_threshold) for track in tracks}
    made = [one for track in tracks for one in cut(job, track, speech[track.label], settings)]
    mix = next((track for track in recording.tracks if track.kind == "mixed"), None)
    if mix and recording.participants():
        unheard = before_joining(job, recording, mix, (speech, settings))
        made += cut(job, mix, unheard, settings)
    if not made:
        raise RecordingError(
            "No speech was found in this recording.",
            "Listen to it: if it is silent, take another copy from Zoom or list it under `ignore:` in study.yaml; if "
            "voices are very faint, lower `speech_threshold` under `transcribe:`.",
        )
    return tuple(made)


def sound(job: Job, track: Track) -> Path:
    return job.folder / "audio" / f"{track.label}.flac"


def regions(job: Job, track: Track, threshold: float) -> tuple[Span, ...]:
    """Speech on a track, within its length."""
    found = speech_regions(sound(job, track), threshold=threshold)
    return tuple((start, min(end, track.seconds)) for start, end in found if start < track.seconds)


def cut(job: Job, track: Track, speech: tuple[Span, ...], settings: Settings) -> Iterator[Planned]:
    flac = sound(job, track)
    for window in windows(
        speech, track.seconds, settings.window_seconds, partial(ffmpeg.read, flac), settings.window_pause
    ):
        yield Planned(track.label, flac, window)


def before_joining(
    job: Job, recording: Recording, mix: Track, heard: tuple[dict[str, tuple[Span, ...]], Settings]
) -> tuple[Span, ...]:
    """Speech that only the mix holds before the last participant's track begins.

    Zoom starts a participant's file when he joins, or when his sound first reaches the host; what he said before that
    is on no track of his own. What the others say then is on theirs, and is not read twice.
    """
    speech, settings = heard
    began: dict[str, float] = {}
    for track in recording.participants():
        name = track.display_name.casefold() or track.label
        began[name] = min(began.get(name, float("inf")), min(track.starts, default=0.0))
    last = max(began.values(), default=0.0)
    if last <= LATE:
        return ()
    early = tuple(
        (start, min(end, last)) for start, end in regions(job, mix, settings.speech_threshold) if start < last
    )
    others = sorted((start - NEAR, end + NEAR) for spans in speech.values() for start, end in spans)
    return tuple(span for span in without(early, others) if span[1] - span[0] >= CREDIBLE)


def without(spans: tuple[Span, ...], others: list[Span]) -> Iterator[Span]:
    """The parts of `spans` that lie in none of `others`, which are in order of their beginnings."""
    for start, end in spans:
        at = start
        for begins, ends in others:
            if at < begins < end:
                yield round(at, 3), round(begins, 3)
            at = max(at, ends) if begins < end else at
        if at < end:
            yield round(at, 3), round(end, 3)
