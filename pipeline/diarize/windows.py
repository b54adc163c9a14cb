"""Windows that overlap, each with people of its own, become one line of time with speakers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Talking = NDArray[np.bool_]
    """(windows, frames, people): who talks; the people are other ones in each window"""
    Lines = NDArray[np.bool_]
    """(frames of the recording, speakers): who talks"""
    Votes = NDArray[np.int32]
    """(frames of the recording, speakers): how many windows find that a speaker talks"""

PAUSE = 0.1
"""seconds: after a longer pause a window's person may be somebody else, whose voice was taken for his"""
LONGEST = 3.0
"""seconds: a longer run is cut"""


class Grid(NamedTuple):
    """Where windows and frames lie in time; all in seconds but `frames`."""

    seconds: float
    """of a window"""
    step: float
    """from the beginning of one window to that of the next"""
    frames: int
    """of a window"""
    frame: float
    """from one frame to the next"""
    middle: float
    """from the beginning of the recording to the middle of its first frame"""

    def count(self, seconds: float) -> int:
        """Windows that cover a recording."""
        return 1 + max(0, ceil(round((seconds - self.seconds) / self.step, 6)))

    def begins(self, window: int) -> int:
        """The recording's frame with which a window begins."""
        return round(window * self.step / self.frame)

    def length(self, windows: int) -> int:
        """Frames of a recording of so many windows."""
        return self.begins(windows - 1) + self.frames


class Run(NamedTuple):
    """A stretch in which one person of a window talks without a pause; frames of the window."""

    window: int
    person: int
    begin: int
    end: int


class Heard(NamedTuple):
    """Who speaks when."""

    talking: Lines
    """some frames have several"""
    alone: Lines
    """no frame has more than one"""
    groups: NDArray[np.int64]
    """the group that each speaker is, in order of who speaks first"""


def runs(talking: Talking, window: int, grid: Grid) -> Iterator[Run]:
    """What each person of a window says, cut at pauses and where it is long."""
    import numpy as np

    for person, line in enumerate(talking[window].T):
        joined: list[list[int]] = []
        for begin, end in stretches(line):
            if joined and (begin - joined[-1][1]) * grid.frame <= PAUSE:
                joined[-1][1] = end
            else:
                joined.append([begin, end])
        for begin, end in joined:
            edges = np.linspace(begin, end, ceil((end - begin) * grid.frame / LONGEST) + 1).round().astype(int).tolist()
            yield from (Run(window, person, start, stop) for start, stop in pairwise(edges))


def stretches(line: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Half-open index ranges in which a line is true."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate([[False], line, [False]]).astype(np.int8)))
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]


def joined(talking: Talking, known: Mapping[Run, int], grid: Grid) -> Heard:
    """One line of time. `known`: the groups of the runs of some windows; those of the others follow.

    As many talk in a frame as the windows over it find on average: those whom most of them find.
    """
    import numpy as np

    votes = np.zeros((grid.length(len(talking)), max(known.values(), default=0) + 1), dtype=np.int32)
    for run, group in known.items():
        vote(votes, talking, run, group, grid)
    follow(votes, talking, {run.window for run in known}, grid)
    together = at_once(talking, grid)
    several, one = ranked(votes, together), ranked(votes, np.minimum(together, 1))
    first = np.where(several.any(axis=0), several.argmax(axis=0), len(several))
    groups = np.array([group for group in np.argsort(first, kind="stable") if several[:, group].any()], dtype=np.int64)
    return Heard(several[:, groups], one[:, groups], groups)


def vote(votes: Votes, talking: Talking, run: Run, group: int, grid: Grid) -> None:
    """Count a run for a group."""
    begin = grid.begins(run.window)
    votes[begin + run.begin : begin + run.end, group] += talking[run.window, run.begin : run.end, run.person]


def follow(votes: Votes, talking: Talking, known: set[int], grid: Grid) -> None:
    """Count the runs of all other windows for the group which the known ones find most where they lie."""
    told = votes.copy()
    for window in range(len(talking)):
        if window in known:
            continue
        begin = grid.begins(window)
        for run in runs(talking, window, grid):
            mask = talking[window, run.begin : run.end, run.person]
            shared = told[begin + run.begin : begin + run.end][mask].sum(axis=0)
            if shared.any():
                vote(votes, talking, run, int(shared.argmax()), grid)


def at_once(talking: Talking, grid: Grid) -> NDArray[np.int64]:
    """How many talk in each frame of the recording, on the average of the windows over it."""
    import numpy as np

    found, over = np.zeros((2, grid.length(len(talking))))
    for window, people in enumerate(talking):
        begin = grid.begins(window)
        found[begin : begin + grid.frames] += people.sum(axis=1)
        over[begin : begin + grid.frames] += 1
    return np.rint(found / np.maximum(over, 1)).astype(np.int64)


def ranked(votes: Votes, how_many: NDArray[np.int64]) -> Lines:
    """In each frame the speakers with the most votes, so many as talk."""
    import numpy as np

    order = np.argsort(-votes, axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    found: Lines = (rank < how_many[:, None]) & (votes > 0)
    return found


def annotation(lines: Lines, grid: Grid) -> Any:
    """Lines as pyannote's Annotation, speakers "SPEAKER_00", "SPEAKER_01" …"""
    from pyannote.core import Annotation, Segment

    made = Annotation()
    for speaker, line in enumerate(lines.T):
        for begin, end in stretches(line):
            span = Segment(begin * grid.frame + grid.middle, end * grid.frame + grid.middle)
            made[span, speaker] = f"SPEAKER_{speaker:02d}"
    return made
