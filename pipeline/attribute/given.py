"""The turns of a transcript from elsewhere are the turns of the interview, and the roles it states are its roles."""

from __future__ import annotations

from msgspec.structs import replace

from pipeline.attribute.turns import Bit, Utterance, part_of
from pipeline.model import Cast, Diarization, Recording, Role, Transcript

ROLES: dict[str, Role] = {"interviewer": "interviewer", "respondent": "respondent", "unnamed": "other"}
"""what the labels of voices say of them; nobody's words are no interviewer's"""


def bits(transcript: Transcript, recording: Recording, diarization: Diarization) -> list[Bit]:
    """Each turn with its words; what one speaker says in several paragraphs one after another is one turn.

    Voices stand in the order in which the transcript first names them.
    """
    names = dict.fromkeys(turn.speaker for turn in recording.captions)
    labels = dict(zip(names, (voice.label for voice in diarization.voices), strict=True))
    words = iter(transcript.words)
    made: list[Bit] = []
    for turn in recording.captions:
        own = tuple(next(words) for _ in turn.text.split())
        if not own:
            continue
        said = Utterance(labels[turn.speaker], own)
        before = made[-1].said if made else None
        parts = recording.parts
        if before and before.speaker == said.speaker and part_of(before.words[0], parts) == part_of(own[0], parts):
            made[-1] = Bit(before.joined(said), False)
        else:
            made.append(Bit(said, False))
    return made


def stated(cast: Cast) -> Cast:
    """The same with the roles that the transcript states, where the roster gives no other."""
    members = tuple(
        replace(one, override=one.override or ROLES.get(one.label.partition("-")[0])) for one in cast.members
    )
    return replace(cast, members=members)
