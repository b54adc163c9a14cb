"""Two people at one microphone: what speaks for it, and pyannote within their track to tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from pipeline.media import speech
from pipeline.model import Diarization, Segment, Voice

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FRAME, STEP = 0.04, 0.02
"""seconds over which pitch is measured, and between two measurements"""
LOWEST, HIGHEST = 70.0, 400.0
"""Hz: human voices in conversation"""
VOICED = 0.6
"""autocorrelation (0-1) from which a frame has a pitch"""
PHRASE = 0.7
"""seconds: shorter stretches of speech tell no pitch"""
APART = 6.0
"""semitones between the usual pitches of two people; one person in different moods stays within 4 or so"""
BETWEEN = 0.15
"""share of speech whose pitch may lie in the middle between the two"""
SECOND = 0.1
"""share of a track's speech that the second voice must have …"""
SECONDS = 10.0
"""… and seconds of it"""


def suspected(flac: Path, own: Sequence[Segment]) -> bool:
    """Whether the pitch of a track's speech is that of two people: two clear groups, and little between them.

    Two voices of like pitch go unnoticed; a person who only laughs or whispers makes no second group.
    """
    pitches = [(segment.end - segment.start, pitch) for segment in own if (pitch := _pitch(flac, segment)) is not None]
    return two_groups(pitches)


def two_groups(pitches: Sequence[tuple[float, float]]) -> bool:
    """Whether phrases (seconds, pitch in semitones) fall into two groups with a gap between them."""
    total = sum(seconds for seconds, _ in pitches)
    if total < 2 * SECONDS:
        return False
    low, high = min(pitch for _, pitch in pitches), max(pitch for _, pitch in pitches)
    for _ in range(20):
        middle = (low + high) / 2
        below = [one for one in pitches if one[1] < middle]
        above = [one for one in pitches if one[1] >= middle]
        if not below or not above:
            return False
        low, high = _median(below), _median(above)
    weights = [sum(seconds for seconds, _ in group) for group in (below, above)]
    edges = low + (high - low) / 3, high - (high - low) / 3
    between = sum(seconds for seconds, pitch in pitches if edges[0] < pitch < edges[1])
    return high - low >= APART and min(weights) >= max(SECOND * total, SECONDS) and between <= BETWEEN * total


def _median(group: Sequence[tuple[float, float]]) -> float:
    """Of pitches, weighed by their seconds."""
    half, passed = sum(seconds for seconds, _ in group) / 2, 0.0
    for seconds, pitch in sorted(group, key=lambda one: one[1]):
        passed += seconds
        if passed >= half:
            return pitch
    return group[-1][1]


def _pitch(flac: Path, segment: Segment) -> float | None:
    """Usual pitch of a phrase in semitones above 1 Hz, None where too little of it has one."""
    import numpy as np

    from pipeline.media import ffmpeg

    if segment.end - segment.start < PHRASE:
        return None
    samples = ffmpeg.read(flac, segment.start, min(segment.end, segment.start + 8.0))
    size, step = round(FRAME * speech.RATE), round(STEP * speech.RATE)
    if len(samples) < 2 * size:
        return None
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[::step]
    found = _periods(frames - frames.mean(axis=1, keepdims=True))
    if len(found) * STEP < PHRASE / 3:
        return None
    return float(12 * np.log2(speech.RATE / np.median(found)))


def _periods(frames: NDArray[np.float32]) -> NDArray[np.int64]:
    """Length of the period in samples of each frame that has one: the first peak near the highest."""
    import numpy as np

    size = frames.shape[1]
    spectrum = np.fft.rfft(frames, 2 * size, axis=1)
    same = np.fft.irfft(np.abs(spectrum) ** 2, axis=1)[:, :size]
    same /= np.maximum(same[:, :1], 1e-9) * (1 - np.arange(size) / size)[None]
    shortest, longest = round(speech.RATE / HIGHEST), min(round(speech.RATE / LOWEST), size - 1)
    window = same[:, shortest:longest]
    peak = window.max(axis=1, keepdims=True)
    first = np.argmax(window >= 0.9 * peak, axis=1)
    reach = np.arange(round(0.0008 * speech.RATE))[None] + first[:, None]
    reach = np.minimum(reach, window.shape[1] - 1)
    best = np.take_along_axis(reach, np.take_along_axis(window, reach, 1).argmax(axis=1)[:, None], 1)[:, 0]
    loud = np.sqrt(np.square(frames).mean(axis=1))
    good = (peak[:, 0] >= VOICED) & (loud > 0.2 * np.percentile(loud, 90))
    return np.asarray(best[good] + shortest)


def parted(found: Diarization, label: str, inner: Diarization) -> Diarization:
    """The same with one track's voice split into those that pyannote heard on it; unchanged where it heard one.

    The voice that speaks most keeps the label; the others get a letter: "track-1", "track-1b" …
    """
    own = [segment for segment in found.segments if segment.speaker == label]
    total = sum(segment.end - segment.start for segment in own)
    spoken = {
        voice.label: sum(
            _common(segment, one) for segment in own for one in inner.exclusive if one.speaker == voice.label
        )
        for voice in inner.voices
    }
    real = [
        name
        for name, seconds in sorted(spoken.items(), key=lambda one: (-one[1], one[0]))
        if seconds >= max(SECOND * total, SECONDS)
    ]
    if len(real) < 2:
        return found
    names = {name: label if not number else f"{label}{chr(ord('a') + number)}" for number, name in enumerate(real)}
    lines = [structs.replace(one, speaker=names[one.speaker]) for one in inner.exclusive if one.speaker in names]
    voice = next(voice for voice in found.voices if voice.label == label)
    centroids = {one.label: one.centroid for one in inner.voices}
    new = [Voice(names[name], voice.display_name, centroids[name], label) for name in real]
    return structs.replace(
        found,
        segments=_reassigned(found.segments, label, lines),
        exclusive=_reassigned(found.exclusive, label, lines),
        voices=tuple(other for one in found.voices for other in (new if one.label == label else [one])),
        notes=(*found.notes, f"shared-room:{label}"),
    )


def _common(one: Segment, other: Segment) -> float:
    return max(0.0, min(one.end, other.end) - max(one.start, other.start))


def _reassigned(segments: Sequence[Segment], label: str, lines: Sequence[Segment]) -> tuple[Segment, ...]:
    """A voice's segments cut where another of the room begins; what nobody was heard in goes to who is nearest."""
    made: list[Segment] = []
    for segment in segments:
        if segment.speaker != label:
            made.append(segment)
            continue
        edges = {segment.start, segment.end}
        edges |= {time for one in lines for time in (one.start, one.end) if segment.start < time < segment.end}
        for start, end in zip(sorted(edges), sorted(edges)[1:], strict=False):
            middle = (start + end) / 2
            who = min(lines, key=lambda one: (max(one.start - middle, middle - one.end, 0.0), one.start)).speaker
            if made and made[-1].speaker == who and made[-1].end == start:
                made[-1] = Segment(made[-1].start, end, who)
            else:
                made.append(Segment(start, end, who))
    return tuple(sorted(made, key=lambda one: (one.start, one.end, one.speaker)))
