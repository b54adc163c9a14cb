"""Who speaks when, as a transcript from elsewhere says it: a voice for each name, in order of appearance."""

from __future__ import annotations

from pipeline.diarize.tracks import exclusive
from pipeline.model import Diarization, Recording, Segment, Voice
from pipeline.transcripts.speakers import names_nobody, stated_role

NOBODY = "unnamed"
"""whose is what the transcript gives to nobody, such as its title"""


def diarize(recording: Recording) -> Diarization:
    """A segment a turn. Voices are in order of appearance, one for what nobody is named for too.

    The label of a voice is its role where the transcript says no more than that.
    """
    labels: dict[str, str] = {}
    for turn in recording.captions:
        labels.setdefault(turn.speaker, label(turn.speaker, set(labels.values())))
    segments = [Segment(turn.start, turn.end, labels[turn.speaker]) for turn in recording.captions]
    voices = tuple(Voice(label, "" if names_nobody(name) else name) for name, label in labels.items())
    return Diarization(tuple(segments), exclusive(segments), "given" if any(labels) else "undivided", voices)


def label(name: str, taken: set[str]) -> str:
    """What a voice is called from here on; never by its name."""
    kind = stated_role(name) or ("speaker" if name else NOBODY)
    numbered = (f"{kind}-{number}" for number in range(1, 100_000))
    return next(one for one in numbered if one not in taken)
