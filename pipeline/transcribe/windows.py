"""From speech to windows: what an engine is given to decode, and how its times become times of the recording.

A window is a sequence of pieces of one track, played one after the other without the silence between them. There are
three clocks: the recording's, the window's (its pieces end to end), and speech time (regions alone, end to end), on
which no word can fall into silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Span = tuple[float, float]
"""start and end, seconds"""
Read = Callable[[float, float], "NDArray[np.float32]"]
"""samples of the track between two times in seconds, 16 kHz"""

RATE = 16_000
MARGIN = 0.2
"""seconds of sound kept before and after speech, so that a soft consonant is not cut off"""
BRIDGE = 0.1
"""seconds of silence that may lie inside a word (a stop); across a longer one a word is never spread: with Whisper base
and 0.3 s here, 95 of 100 words of a synthetic interview began within 181 ms of the truth, with 0.1 s within 150 ms"""
SHORTEST = 0.01
"""seconds that a word lasts at least, where there is room"""
TAIL = 0.2
"""share at the end of a full window in which the longest pause is looked for"""
CUT_STEP, CUT_SEARCH = 0.02, 5.0
"""seconds: a region is cut at one of these steps, looked for in this much time before the limit"""
PAUSE, HUSH = 0.14, 1e-3
"""a region may be cut where this many seconds (longer than any consonant is silent) have this share of its power"""


class Piece(Struct, frozen=True):
    """Consecutive sound of a track that goes into a window whole."""

    start: float
    end: float
    speech: tuple[Span, ...]
    """regions of speech inside it"""

    @property
    def seconds(self) -> float:
        return self.end - self.start


class Window(Struct, frozen=True):
    """Pieces of one track that are decoded together."""

    pieces: tuple[Piece, ...]

    @property
    def seconds(self) -> float:
        return sum(piece.seconds for piece in self.pieces)

    @property
    def speech(self) -> tuple[Span, ...]:
        return tuple(span for piece in self.pieces for span in piece.speech)

    def samples(self, read: Read) -> NDArray[np.float32]:
        """The window's sound, its pieces end to end."""
        import numpy as np

        return np.concatenate([read(piece.start, piece.end) for piece in self.pieces])

    def real(self, time: float, ending: bool = False) -> float:
        """The recording's time of a time in the window. On a seam: the later piece's start, or where something ends."""
        for piece, passed in zip(self.pieces, accumulate(piece.seconds for piece in self.pieces), strict=True):
            until = round(passed, 3)
            if time < until or (ending and time == until) or piece is self.pieces[-1]:
                return min(max(piece.end - (until - time), piece.start), piece.end)
        raise ValueError("a window has at least one piece")


def windows(
    regions: Iterable[Span], seconds: float, longest: float, read: Read, pause: float = 0.0
) -> Iterator[Window]:
    """All speech of a track in windows of at most `longest` seconds, cut at pauses; each region lies in exactly one.

    `seconds` is the track's length. A silence longer than `pause` ends a window; 0: only being full does.
    """

    def full() -> Iterator[Window]:
        waiting: list[Span] = []
        for region in regions:
            if waiting and pause and region[0] - waiting[-1][1] > pause:
                yield window(tuple(waiting), seconds)
                waiting = []
            waiting.append(region)
            while length(waiting, seconds) > longest:
                first, waiting = filled(waiting, seconds, longest, read)
                yield window(tuple(first), seconds)
        if waiting:
            yield window(tuple(waiting), seconds)

    return apart(full())


def filled(regions: list[Span], seconds: float, longest: float, read: Read) -> tuple[list[Span], list[Span]]:
    """Regions that are too long together as those of one window and the rest.

    They are parted at the longest pause near the end of what fits. Where whole regions leave much of the window empty,
    the next is cut, at a pause too short to divide regions; one longer than a window, if need be where it is quietest.
    """
    fits = [n for n in range(1, len(regions)) if length(regions[:n], seconds) <= longest]
    late = [n for n in fits if length(regions[:n], seconds) >= (1 - TAIL) * longest]
    if late:
        whole = max(late, key=lambda n: (regions[n][0] - regions[n - 1][1], n))
        return regions[:whole], regions[whole:]
    whole = max(fits, default=0)
    start, end = regions[whole]
    room = longest - length([*regions[:whole], (start, start)], seconds)
    at = cut(start, room, read, anywhere=not whole)
    if at is None:
        return regions[:whole], regions[whole:]
    return [*regions[:whole], (start, at)], [(at, end), *regions[whole + 1 :]]


def cut(start: float, room: float, read: Read, *, anywhere: bool) -> float | None:
    """Where speech that begins at `start` is cut so that the first part lasts at most `room`: amid its longest pause.

    None where there is no pause in the time searched; `anywhere`: then at its quietest moment.
    """
    import numpy as np

    search = min(CUT_SEARCH, room / 2)
    sound = read(start + room - search, start + room)
    step = int(CUT_STEP * RATE)
    power = powers(sound, step)
    if not len(power):
        return round(start + room, 3) if anywhere else None
    first, last = longest_run(power < HUSH * np.percentile(power, 80))
    if last - first < PAUSE / CUT_STEP:
        if not anywhere:
            return None
        first = int(power.argmin())
        last = first + 1
    return round(start + room - search + (first + last) / 2 * CUT_STEP, 3)


def powers(samples: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """Mean power of each whole step of so many samples."""
    import numpy as np

    made: NDArray[np.float32] = np.square(samples[: len(samples) // step * step].reshape(-1, step)).mean(axis=1)
    return made


def longest_run(flags: NDArray[np.bool_]) -> Span:
    """The longest run of true flags, the last of several, as the indices of its beginning and end; (0, 0): none."""
    import numpy as np

    edges = np.flatnonzero(np.diff(flags, prepend=False, append=False)).reshape(-1, 2)
    return max(
        ((first, last) for first, last in edges.tolist()), key=lambda run: (run[1] - run[0], run), default=(0, 0)
    )


def length(regions: list[Span], seconds: float) -> float:
    return window(tuple(regions), seconds).seconds


def window(regions: tuple[Span, ...], seconds: float) -> Window:
    """Regions with their margins; where margins touch, the silence between is kept whole."""
    pieces: list[Piece] = []
    for start, end in regions:
        early, late = round(max(0.0, start - MARGIN), 3), round(min(seconds, end + MARGIN), 3)
        if pieces and early <= pieces[-1].end:
            before = pieces.pop()
            pieces.append(Piece(before.start, late, (*before.speech, (start, end))))
        else:
            pieces.append(Piece(early, late, ((start, end),)))
    return Window(tuple(pieces))


def apart(made: Iterator[Window]) -> Iterator[Window]:
    """The windows with their margins shared fairly where two of them meet, so that no sound is decoded twice."""
    before = next(made, None)
    for one in made:
        assert before
        last, first = before.pieces[-1], one.pieces[0]
        if last.end > first.start:
            middle = round((last.speech[-1][1] + first.speech[0][0]) / 2, 3)
            yield Window((*before.pieces[:-1], Piece(last.start, middle, last.speech)))
            before = Window((Piece(middle, first.end, first.speech), *one.pieces[1:]))
        else:
            yield before
            before = one
    if before:
        yield before


def placed(times: tuple[Span, ...], window: Window) -> tuple[Span, ...]:
    """Times of consecutive words in a window as times of the recording: in order, apart, inside speech, rounded.

    A word that the engine laid across a pause keeps its larger part. Words beyond all speech are drawn to its edge.
    """
    speech = window.speech
    total = round(sum(end - start for start, end in speech), 3)
    least = min(SHORTEST, total / max(1, len(times)))
    moved = [
        (into_speech(window.real(start), speech), into_speech(window.real(end, ending=True), speech))
        for start, end in times
    ]
    spaced = spread(moved, total, least)
    return tuple(largest(out_of_speech(start, end, speech)) for start, end in spaced)


def spread(times: list[Span], total: float, least: float) -> list[Span]:
    """Intervals made to follow each other between 0 and `total`, each at least `least` long."""
    result: list[Span] = []
    cursor = 0.0
    for start, end in times:
        begin = max(start, cursor)
        cursor = max(end, begin + least)
        result.append((begin, cursor))
    limit = total
    for index in range(len(result) - 1, -1, -1):
        start, end = result[index]
        if end <= limit:
            break
        result[index] = (min(start, limit - least), limit)
        limit = result[index][0]
    return result


def into_speech(time: float, speech: tuple[Span, ...]) -> float:
    """How much speech there is before a time of the recording."""
    return sum(min(max(time, start), end) - start for start, end in speech)


def out_of_speech(begin: float, finish: float, speech: tuple[Span, ...]) -> list[Span]:
    """The parts of the recording between two moments of speech time: one for each region they touch."""
    parts: list[Span] = []
    passed = 0.0
    for start, end in speech:
        low, high = max(begin, passed), min(finish, passed + end - start)
        if high > low:
            parts.append((start + low - passed, start + high - passed))
        passed += end - start
    return parts


def largest(parts: list[Span]) -> Span:
    """The longest run of parts that no pause longer than `BRIDGE` divides, from its start to its end."""
    runs: list[Span] = []
    for start, end in parts:
        if runs and start - runs[-1][1] <= BRIDGE:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    start, end = max(runs, key=lambda run: run[1] - run[0])
    return round(start, 3), round(end, 3)
