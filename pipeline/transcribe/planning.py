"""What of a recording is decoded: speech on every participant's track, and on the mix before a late one joined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pipeline.errors import RecordingError
from pipeline.media import ffmpeg
from pipeline.media.speech import regions_as_heard
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
    share: float
    """of the recording that lies behind its end, track after track; 0–1"""

    def samples(self) -> NDArray[np.float32]:
        """The window's sound: 16 kHz mono."""
        return self.window.samples(partial(ffmpeg.read, self.flac))


def plan(job: Job, recording: Recording, settings: Settings) -> Iterator[Planned]:
    """All windows of a recording, track by track, each as soon as its speech is found.

    Raises RecordingError where nobody speaks.
    """
    tracks = recording.participants() or recording.tracks
    speech: dict[str, list[Span]] = {}
    silent = True
    for number, track in enumerate(tracks):
        found = speech.setdefault(track.label, [])
        for one in cut(job, track, noted(regions(job, track, settings.speech_threshold), found), settings):
            silent = False
            yield replace(one, share=(number + one.share) / len(tracks))
    mix = next((track for track in recording.tracks if track.kind == "mixed"), None)
    last = late(recording)
    if mix and last > LATE:
        everywhere = regions(job, mix, settings.speech_threshold)
        early = takewhile(lambda span: span[0] < last, everywhere)
        for one in cut(job, mix, before_joining(early, last, speech), settings):
            silent = False
            yield replace(one, share=1.0)
    if silent:
        raise RecordingError(
            "No speech was found in this recording.",
            "Listen to it: if it is silent, take another copy from Zoom or list it under `ignore:` in study.yaml; if "
            "voices are very faint, lower `speech_threshold` under `transcribe:`.",
        )


def noted(spans: Iterable[Span], notes: list[Span]) -> Iterator[Span]:
    """The spans, each written down as it goes by."""
    for span in spans:
        notes.append(span)
        yield span


def sound(job: Job, track: Track) -> Path:
    return job.folder / "audio" / f"{track.label}.flac"


def regions(job: Job, track: Track, threshold: float) -> Iterator[Span]:
    """Speech on a track, within its length."""
    for start, end in regions_as_heard(sound(job, track), threshold=threshold):
        if start < track.seconds:
            yield start, min(end, track.seconds)


def cut(job: Job, track: Track, speech: Iterable[Span], settings: Settings) -> Iterator[Planned]:
    flac = sound(job, track)
    longest, pause = settings.window_seconds, settings.window_pause
    for window in windows(speech, track.seconds, longest, partial(ffmpeg.read, flac), pause):
        yield Planned(track.label, flac, window, window.pieces[-1].end / track.seconds)


def late(recording: Recording) -> float:
    """When the last participant's track begins; 0: there are none, or all begin with the interview.

    Zoom starts a participant's file when he joins, or when his sound first reaches the host; what he said before that
    is on no track of his own.
    """
    began: dict[str, float] = {}
    for track in recording.participants():
        name = track.display_name.casefold() or track.label
        began[name] = min(began.get(name, float("inf")), min(track.starts, default=0.0))
    return max(began.values(), default=0.0)


def before_joining(early: Iterable[Span], last: float, speech: dict[str, list[Span]]) -> Iterator[Span]:
    """Speech of the mix that is on nobody's track before the last one begins; what is on one is not read twice."""
    clipped = tuple((start, min(end, last)) for start, end in early)
    others = sorted((start - NEAR, end + NEAR) for spans in speech.values() for start, end in spans)
    return (span for span in without(clipped, others) if span[1] - span[0] >= CREDIBLE)


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
