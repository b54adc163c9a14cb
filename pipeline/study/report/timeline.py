"""The picture of one interview: who speaks when, where they overlap and pause, questions and redactions, as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from pipeline.model import Diarization, Entity, Redaction, Segment, Turn

WIDTH = 1000
"""user units of a whole interview; the page stretches them to its own width"""
LANE = 10
"""user units, and pixels, of a lane's height"""
PAUSE = 3.0
"""seconds in which nobody speaks that are worth showing"""

Span = tuple[float, float]


class Lane(Struct, frozen=True):
    """One row of the picture."""

    kind: str
    """"speaker", "overlaps", "pauses", "questions", "direct" or "quasi": its colour and its words"""
    role: str
    """of a speaker, "" otherwise"""
    label: str
    """of a speaker, "" otherwise"""
    drawing: str
    """path data"""
    line: bool
    """drawn as lines of constant width, not as areas"""
    count: int


def lanes(
    found: Diarization, roles: dict[str, str], turns: Sequence[Turn], redaction: Redaction | None, seconds: float
) -> tuple[Lane, ...]:
    """All rows of an interview, from the top. `roles` by voice label; empty before they are known."""
    scale = WIDTH / max(seconds, 0.001)
    order = {"interviewer": 0, "respondent": 1, "other": 2}
    voices = sorted((voice.label for voice in found.voices), key=lambda one: (order.get(roles.get(one, ""), 3), one))
    asked = [turn for turn in turns if turn.question or turn.guide]
    made = [_marks("questions", [(turn.start, 1.0 if turn.guide else 0.55) for turn in asked], scale)] if turns else []
    for label in voices:
        own = joined((one.start, one.end) for one in found.segments if one.speaker == label)
        made.append(Lane("speaker", roles.get(label, ""), label, _areas(own, scale), False, len(own)))
    both = overlapping(found.segments)
    silent = pauses(found.segments, seconds)
    made.append(Lane("overlaps", "", "", _areas(both, scale), False, len(both)))
    made.append(Lane("pauses", "", "", _areas(silent, scale), False, len(silent)))
    if redaction is not None:
        for kind in ("direct", "quasi"):
            at = [spoken_at(turns, entity) for entity in redaction.entities if entity.label and entity.cls == kind]
            made.append(_marks(kind, [(time, 1.0) for time in at], scale))
    return tuple(made)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same stretches sorted and apart."""
    made: list[Span] = []
    for start, end in sorted(spans):
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        elif end > start:
            made.append((start, end))
    return tuple(made)


def overlapping(segments: Sequence[Segment]) -> tuple[Span, ...]:
    """Where two or more people speak at once."""
    edges = sorted((time, step) for one in segments for time, step in ((one.start, 1), (one.end, -1)))
    made: list[Span] = []
    speaking, since = 0, 0.0
    for time, step in edges:
        if speaking >= 2 and time > since:
            made.append((since, time))
        speaking += step
        since = time
    return joined(made)


def pauses(segments: Sequence[Segment], seconds: float) -> tuple[Span, ...]:
    """Where nobody speaks for a while."""
    spoken = joined((one.start, one.end) for one in segments)
    edges = [0.0, *(time for span in spoken for time in span), seconds]
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return tuple((start, end) for start, end in gaps if end - start >= PAUSE)


def spoken_at(turns: Sequence[Turn], entity: Entity) -> float:
    """When the words of an entity begin; the beginning of the turn where they have no time of their own."""
    turn = next((one for one in turns if one.number == entity.turn), None)
    if turn is None:
        return 0.0
    inside = (word.start for word, (_, end) in zip(turn.words, turn.spans, strict=False) if end > entity.start)
    return next(inside, turn.start)


def _areas(spans: Iterable[Span], scale: float) -> str:
    """Rectangles a lane high."""
    return "".join(
        f"M{_n(start * scale)} 0h{_n(max((end - start) * scale, 0.4))}v{LANE}H{_n(start * scale)}z"
        for start, end in spans
    )


def _marks(kind: str, times: Sequence[tuple[float, float]], scale: float) -> Lane:
    """Lines standing on the bottom of a lane, of a share (0–1) of its height."""
    drawn = "".join(f"M{_n(time * scale)} {LANE}V{_n(LANE * (1 - height))}" for time, height in times)
    return Lane(kind, "", "", drawn, True, len(times))


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
