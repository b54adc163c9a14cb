"""Where somebody speaks, and nothing about who: for a mixed recording that no method can take apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.diarize.pyannote import mixed
from pipeline.media import speech
from pipeline.model import Diarization, Recording, Segment, Voice

LABEL = "everybody"


def diarize(recording: Recording, audio: Path, bridge: float, heard: Callable[[float], None]) -> Diarization:
    """One label for all that is said; pauses of up to `bridge` seconds stay inside a segment."""
    segments: list[Segment] = []
    for start, end in speech.speech_regions(audio / f"{mixed(recording)}.flac"):
        if segments and start - segments[-1].end <= bridge:
            segments[-1] = Segment(segments[-1].start, end, LABEL)
        else:
            segments.append(Segment(start, end, LABEL))
    heard(1.0)
    return Diarization(tuple(segments), tuple(segments), "undivided", (Voice(LABEL),))
