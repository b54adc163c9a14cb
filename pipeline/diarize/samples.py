"""What a reviewer listens to: two samples of each voice that was told apart by its sound alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.media import ffmpeg
from pipeline.model import Diarization, Segment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SECONDS = 10.0
"""length of a sample"""
EACH = 2
"""samples of each voice"""
SHORTEST = 0.5
"""seconds: a shorter piece of speech says nothing about a voice"""
BREATH = 0.15
"""seconds of silence between the pieces of a sample"""


def keep(found: Diarization, track: Path, folder: Path) -> None:
    """Write `SPEAKER_00-1.flac`, `SPEAKER_00-2.flac` … of a decoded track into `folder`, in place of what lay there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    for voice in found.voices:
        for number, pieces in enumerate(chosen(alone(found, voice.label)), 1):
            ffmpeg.encode(_sound(track, pieces), folder / f"{voice.label}-{number}.flac", folder.parent / "ffmpeg.log")


def alone(found: Diarization, label: str) -> tuple[Segment, ...]:
    """Where a voice speaks and nobody else does, in order of time."""
    left: list[Segment] = []
    others = [segment for segment in found.segments if segment.speaker != label]
    for own in found.exclusive:
        if own.speaker != label:
            continue
        at = own.start
        for other in sorted((o for o in others if o.start < own.end and o.end > own.start), key=lambda one: one.start):
            if other.start > at:
                left.append(Segment(at, other.start, label))
            at = max(at, other.end)
        if own.end > at:
            left.append(Segment(at, own.end, label))
    return tuple(piece for piece in left if piece.end - piece.start >= SHORTEST)


def chosen(pieces: Sequence[Segment]) -> list[tuple[Segment, ...]]:
    """Up to two samples from different halves of what a voice says: the longest pieces first, ten seconds in all."""
    spoken = sum(piece.end - piece.start for piece in pieces)
    halves: list[list[Segment]] = [[] for _ in range(EACH)]
    at = 0.0
    for piece in pieces:
        for cut in _cut(piece):
            halves[min(int(EACH * at / spoken), EACH - 1)].append(cut)
            at += cut.end - cut.start
    return [sample for half in halves if (sample := _filled(half))]


def _cut(piece: Segment) -> Iterator[Segment]:
    """A piece in parts of at most ten seconds."""
    at = piece.start
    while piece.end - at >= SHORTEST:
        yield Segment(round(at, 3), round(min(at + SECONDS, piece.end), 3), piece.speaker)
        at += SECONDS


def _filled(pieces: Sequence[Segment]) -> tuple[Segment, ...]:
    """The longest pieces that fill one sample, in order of time; the last one cut to fit."""
    taken: list[Segment] = []
    left = SECONDS
    for piece in sorted(pieces, key=lambda one: (one.start - one.end, one.start)):
        if left < SHORTEST:
            break
        length = min(left, piece.end - piece.start)
        taken.append(Segment(piece.start, round(piece.start + length, 3), piece.speaker))
        left -= length
    return tuple(sorted(taken, key=lambda one: one.start))


def _sound(track: Path, pieces: Sequence[Segment]) -> Iterator[NDArray[np.int16]]:
    """The pieces one after the other, a breath between them."""
    import numpy as np

    for number, piece in enumerate(pieces):
        if number:
            yield np.zeros(round(BREATH * ffmpeg.RATE), dtype=np.int16)
        yield np.round(ffmpeg.read(track, piece.start, piece.end) * 32768).astype(np.int16)
