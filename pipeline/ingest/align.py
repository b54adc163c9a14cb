"""Where a participant's track begins in the mix, by cross-correlation: envelopes first, then samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, pairwise
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from pipeline.media.ffmpeg import RATE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.media.ffmpeg import Raw

    Samples: TypeAlias = NDArray[np.int16] | Raw
    """sound in memory, or in a file that is read piece by piece"""

FRAME = RATE // 50
"""Samples in a frame of the envelope: 20 ms."""

BLOCK_FRAMES = 30_000
FLOOR = -60.0
"""dBFS; quieter frames count as this."""

ACTIVE_BELOW_LOUD = 25.0
"""dB below the loud frames of a track down to which it counts as speaking."""

SLACK_SECONDS = 2.0
"""How far a track may reach beyond the mix."""

COARSE_MIN, TRIED = 0.4, 5
"""Correlation of envelopes below which nothing is believed; places that are compared sample by sample."""

ALONE_MIN, ALONE_AHEAD = 0.8, 0.2
"""Correlation, and lead over the next best place, that suffice where the samples themselves do not agree."""

APART_SECONDS = 1.0
"""A next best place is at least so far from the best."""

CHUNK_SECONDS, CHUNKS, REACH_SECONDS = 2.0, 24, 0.1
"""Pieces of a track compared sample by sample, how many, and how far around the coarse place."""

FINE_MIN, FINE_AGREE = 0.4, RATE // 500
"""Correlation of samples that counts; samples within which the pieces must agree (2 ms)."""

SCANNED, THINNED, SCAN_BLOCK = 5, 4, RATE * 120
"""Pieces looked for in the whole mix; samples that are taken together for it; samples of the mix at a time."""

SAME = RATE // 200
"""Offsets below 5 ms are the codec's delay: the track begins with the mix."""


HELD_DB, HELD_SHARE = 6.0, 0.9
"""by how much a sound may be softer where it is held in another, and in how much of its speech"""


class Place(Struct, frozen=True):
    """Where a track begins in the mix."""

    offset: int
    """samples; negative where the track began before the mix"""
    certain: bool
    """False where nothing in the sound shows it; the offset is then 0"""


def envelope(samples: Samples) -> NDArray[np.float32]:
    """Loudness in dBFS of each whole frame; shape (frames,). Reads a block at a time."""
    import numpy as np

    frames = len(samples) // FRAME
    levels = np.empty(frames, dtype=np.float32)
    for first in range(0, frames, BLOCK_FRAMES):
        last = min(first + BLOCK_FRAMES, frames)
        block = samples[first * FRAME : last * FRAME].astype(np.float32).reshape(-1, FRAME) / 32768
        levels[first:last] = 10 * np.log10(np.maximum(np.mean(block * block, axis=1), 1e-12))
    return levels


def active(levels: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Frames in which a track is speaking."""
    import numpy as np

    if not len(levels):
        return np.zeros(0, dtype=np.bool_)
    loud = float(np.percentile(levels[levels > FLOOR], 95)) if np.any(levels > FLOOR) else 0.0
    speaking: NDArray[np.bool_] = levels > max(loud - ACTIVE_BELOW_LOUD, FLOOR)
    return speaking


def different(streams: Sequence[Samples]) -> tuple[int, ...]:
    """Numbers of the streams that are tracks of their own: the one that holds all the others, else all with sound."""
    levels = [envelope(samples) for samples in streams]
    speaking = [active(level) for level in levels]
    heard = [number for number, frames in enumerate(speaking) if frames.any()] or [0]
    for number in heard:
        others = [other for other in heard if other != number]
        if all(held(levels[number], levels[other], speaking[other]) for other in others):
            return (number,)
    return tuple(heard)


def held(whole: NDArray[np.float32], part: NDArray[np.float32], speaking: NDArray[np.bool_]) -> bool:
    """Whether one envelope is as loud as another nearly wherever that one speaks."""
    length = min(len(whole), len(part))
    frames = speaking[:length]
    return bool(frames.any() and (whole[:length][frames] >= part[:length][frames] - HELD_DB).mean() >= HELD_SHARE)


def place(track: Samples, mix: Samples) -> Place:
    """Find where `track` begins in `mix` (both mono at RATE)."""
    levels = envelope(track)
    speaking = active(levels)
    if not speaking.any() or len(mix) < FRAME:
        return Place(0, certain=False)
    scores = coarse(levels, speaking, envelope(mix))
    if scores is None:
        return Place(0, certain=False)
    first_lag, values = scores
    likely = peaks(values)
    for guess in chain(((first_lag + lag) * FRAME for lag in likely), heard_again(track, speaking, mix)):
        exact = fine(track, speaking, mix, guess)
        if exact is not None:
            return Place(0 if abs(exact) < SAME else exact, certain=True)
    ahead = float(values[likely[0]] - values[likely[1]]) if len(likely) > 1 else 1.0
    if likely and values[likely[0]] >= ALONE_MIN and ahead >= ALONE_AHEAD:
        return Place((first_lag + likely[0]) * FRAME, certain=True)
    return Place(0, certain=False)


def peaks(values: NDArray[np.float64]) -> list[int]:
    """The best places for the envelope, at least APART_SECONDS from each other, best first."""
    apart = round(APART_SECONDS * RATE / FRAME)
    left, found = values.copy(), []
    for _ in range(TRIED):
        best = int(left.argmax())
        if left[best] < COARSE_MIN:
            break
        found.append(best)
        left[max(best - apart, 0) : best + apart + 1] = -1.0
    return found


def coarse(
    levels: NDArray[np.float32], speaking: NDArray[np.bool_], mix: NDArray[np.float32]
) -> tuple[int, NDArray[np.float64]] | None:
    """First lag in frames, and for it and each later one how the envelopes correlate where the track is speaking.

    Correlating over those frames alone leaves out what others say in its pauses.
    """
    import numpy as np
    from scipy.signal import correlate

    weight = speaking.astype(np.float64)
    own = np.maximum(levels, FLOOR).astype(np.float64) - FLOOR
    other = np.maximum(mix, FLOOR).astype(np.float64) - FLOOR
    inside = np.ones(len(other))
    slide = partial(correlate, mode="full", method="fft")
    count = slide(inside, weight)
    own_sum, own_squares = slide(inside, weight * own), slide(inside, weight * own * own)
    sums, squares = slide(other, weight), slide(other * other, weight)
    product = slide(other, weight * own)
    count = np.maximum(count, 1.0)
    spread = (own_squares - own_sum**2 / count) * (squares - sums**2 / count)
    scores = (product - own_sum * sums / count) / np.sqrt(np.maximum(spread, 1e-6))
    slack = round(SLACK_SECONDS * RATE / FRAME)
    first = len(own) - 1 - min(slack, len(own) - 1)
    last = len(own) - 1 + max(len(other) - len(own), 0) + min(slack, len(other) - 1)
    enough = count >= max(0.8 * float(weight.sum()), 1.0)
    scores = np.where(enough & (spread > 1e-6), scores, 0.0)[first : last + 1]
    return (first - (len(own) - 1), scores) if len(scores) else None


def fine(track: Samples, speaking: NDArray[np.bool_], mix: Samples, guess: int) -> int | None:
    """The offset in samples on which loud pieces of the track agree, None where they do not."""
    import numpy as np

    found = [
        lag
        for first in loud_pieces(speaking)
        if (lag := piece_lag(track[first : first + round(CHUNK_SECONDS * RATE)], mix, guess + first)) is not None
    ]
    if not found:
        return None
    middle = int(np.median(found))
    agreeing = [lag for lag in found if abs(lag - middle) <= FINE_AGREE]
    if len(agreeing) * 2 <= len(found):
        return None
    return guess + round(float(np.mean(agreeing)))


def heard_again(track: Samples, speaking: NDArray[np.bool_], mix: Samples) -> Iterator[int]:
    """Offsets at which two or more pieces of the track are found in the whole mix, sample by sample.

    Slower than envelopes, so done only when asked for, and needed where others talk across the track most of the time.
    """
    pieces = sorted(loud_pieces(speaking), key=lambda first: -int(talk_in(speaking, first)))[:SCANNED]
    length = round(CHUNK_SECONDS * RATE)
    found = sorted(scan(track[first : first + length], mix) - first for first in pieces)
    yield from sorted({low for low, high in pairwise(found) if high - low <= FINE_AGREE})


def talk_in(speaking: NDArray[np.bool_], first: int) -> int:
    """Speaking frames of the piece that begins at sample `first`."""
    frame = first // FRAME
    return int(speaking[frame : frame + round(CHUNK_SECONDS * RATE / FRAME)].sum())


def scan(piece: NDArray[np.int16], mix: Samples) -> int:
    """The sample of the mix at which a piece correlates best, to within THINNED samples."""
    import numpy as np
    from scipy.signal import correlate

    wanted = thin(piece)
    step = SCAN_BLOCK
    best, at = -1.0, 0
    for first in range(0, len(mix), step):
        around = thin(mix[first : first + step + len(piece)])
        if len(around) < len(wanted):
            break
        product = correlate(around, wanted, mode="valid", method="fft")
        power = np.concatenate(([0.0], np.cumsum(around * around)))
        window = power[len(wanted) :] - power[: len(power) - len(wanted)]
        scores = product / np.sqrt(np.maximum(window, float(wanted @ wanted) * 1e-3) + 1.0)
        place = int(np.argmax(scores))
        if scores[place] > best:
            best, at = float(scores[place]), first + place * THINNED
    return at


def thin(samples: NDArray[np.int16]) -> NDArray[np.float64]:
    """Every THINNED samples as their mean."""
    import numpy as np

    whole = len(samples) // THINNED * THINNED
    thinned: NDArray[np.float64] = samples[:whole].reshape(-1, THINNED).mean(axis=1, dtype=np.float64)
    return thinned


def loud_pieces(speaking: NDArray[np.bool_]) -> list[int]:
    """First samples of pieces in which the track speaks most, spread over its whole length."""
    import numpy as np

    width = round(CHUNK_SECONDS * RATE / FRAME)
    talk = np.convolve(speaking, np.ones(width), mode="valid") if len(speaking) > width else np.array([speaking.sum()])
    spans = np.array_split(np.arange(len(talk)), min(CHUNKS, len(talk)))
    best = [int(span[np.argmax(talk[span])]) for span in spans]
    return [frame * FRAME for frame in best if talk[frame] > 0.25 * width or len(talk) == 1]


def piece_lag(piece: NDArray[np.int16], mix: Samples, at: int) -> int | None:
    """How many samples beside `at` a piece lies in the mix, None where it is not heard there."""
    import numpy as np
    from scipy.signal import correlate

    reach = round(REACH_SECONDS * RATE)
    start = max(at - reach, 0)
    around = mix[start : max(at + len(piece) + reach, 0)].astype(np.float64)
    wanted = piece.astype(np.float64)
    if len(around) < len(wanted) or not len(wanted):
        return None
    product = correlate(around, wanted, mode="valid", method="fft")
    power = np.concatenate(([0.0], np.cumsum(around * around)))
    window = power[len(wanted) :] - power[: len(power) - len(wanted)]
    scores = product / np.sqrt(np.maximum(window * float(wanted @ wanted), 1.0))
    best = int(np.argmax(scores))
    return best + start - at if scores[best] >= FINE_MIN else None
