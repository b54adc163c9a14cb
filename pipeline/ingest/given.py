"""A transcript from elsewhere as the text of a recording: its turns in their own order, each with a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from pipeline.model import Caption
from pipeline.transcripts.formats import open_transcript
from pipeline.transcripts.said import Said

LETTERS_A_SECOND = 14.0
"""how fast people speak"""
SLOW = 2.0
"""times as long as that somebody may take where a file tells only when the next one begins"""
ESTIMATED, LATE = "times-estimated", "captions-after-the-end"


class Told(Struct, frozen=True):
    """What a transcript gave."""

    captions: tuple[Caption, ...]
    """one a turn, in the order of the file"""
    notes: tuple[str, ...] = ()


def read(path: Path, lasts: float) -> Told:
    """The turns of a file; `lasts` are the seconds of the sound, 0.0 without any. Raises RecordingError."""
    turns = open_transcript(path).turns
    timed = 2 * sum(one.start is not None for one in turns) >= len(turns)
    spans = between(turns) if timed else spread(turns, lasts)
    made = tuple(
        Caption(round(start, 3), round(end, 3), one.speaker, " ".join(one.text.split()))
        for one, (start, end) in zip(turns, spans, strict=True)
    )
    late = sum(cue.start >= lasts for cue in made) if timed and lasts else 0
    notes = () if timed else (ESTIMATED,)
    return Told(made, (*notes, f"{LATE}:{late}") if late else notes)


def spread(turns: Sequence[Said], lasts: float) -> list[tuple[float, float]]:
    """Times by the length of what is said, over all of the sound where there is any."""
    letters = [len(one.text) + 1 for one in turns]
    pace = lasts / sum(letters) if lasts else 1 / LETTERS_A_SECOND
    ends = [sum(letters[: number + 1]) * pace for number in range(len(letters))]
    return list(zip([0.0, *ends], ends, strict=False))


def between(turns: Sequence[Said]) -> list[tuple[float, float]]:
    """The times that the file gives; a turn without one begins where the one before it ends, none before another."""
    starts: list[float] = []
    for number, one in enumerate(turns):
        before = turns[number - 1] if number else None
        told = one.start if one.start is not None else before.end if before and before.end is not None else None
        starts.append(max(told if told is not None else 0.0, starts[-1] if starts else 0.0))
    made = []
    for number, one in enumerate(turns):
        start, slow = starts[number], starts[number] + max(SLOW * len(one.text) / LETTERS_A_SECOND, 1.0)
        following = starts[number + 1] if number + 1 < len(turns) else None
        if one.end is None or one.end == following:
            end = slow if following is None else min(following, slow)
        else:
            end = one.end
        made.append((start, max(end, start + 0.001)))
    return made
