"""Words, voices and names become a dialogue: who says each word, who asks and who answers, turn by turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.attribute import CUES
from pipeline.errors import attempt
from pipeline.media import refused
from pipeline.model import (
    Cast,
    Dialogue,
    Diarization,
    Dropped,
    Failure,
    Job,
    Recording,
    Speaker,
    Tell,
    Transcript,
    quiet,
)

if TYPE_CHECKING:
    from pipeline.attribute.turns import Bit

VERSION = "2"


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    pause: float = 0.6
    """a speaker's pauses of up to so many seconds stay within one utterance"""
    doubt: float = 0.2
    """a role whose margin (0–1) is below this is flagged for a person to decide"""
    captions_differ: float = 0.2
    """share (0–1) of captioned speech that captions give to another speaker, above which a recording is flagged"""


class Item(Struct, frozen=True):
    job: Job
    recording: Recording
    transcript: Transcript
    diarization: Diarization
    cast: Cast
    guide: tuple[str, ...] = ()
    """questions of the interview guide, in order"""


def run(items: Iterable[Item], settings: Settings, tell: Tell = quiet) -> Iterator[tuple[str, Dialogue | Failure]]:
    """The dialogue of each recording."""
    for item in items:
        made = attempt(item.job.id, "attribute", partial(dialogue, item, settings))
        tell(item.job.id, 1.0)
        yield item.job.id, made


def dialogue(item: Item, settings: Settings) -> Dialogue:
    """Turns and speakers of one recording. Raises RecordingError where no word was recognised."""
    from pipeline.attribute import given, roles, turns, words

    if not item.transcript.words:
        raise refused("no-words")
    dropped: list[Dropped] = []
    if item.diarization.method == "given":
        bits = given.bits(item.transcript, item.recording, item.diarization)
    else:
        placed, dropped = words.place(item.transcript.words, item.recording, item.diarization)
        bits = turns.bits(placed, item.recording.parts, settings.pause)
    labels = [voice.label for voice in item.diarization.voices]
    if item.diarization.method == "undivided":
        speakers = tuple(_unknown(label, item.cast) for label in labels)
    else:
        cast = given.stated(item.cast) if item.diarization.method == "given" else item.cast
        speakers = roles.cast_roles(bits, cast, labels, _asked(bits, labels, item.guide))
    asking = frozenset(speaker.label for speaker in speakers if speaker.role == "interviewer")
    return Dialogue(
        turns.turns(bits, item.recording.parts, item.diarization.segments, asking, _begun(bits, asking, item.guide)),
        speakers,
        flags(item, speakers, settings),
        tuple(dropped),
    )


def _unknown(label: str, cast: Cast) -> Speaker:
    """Everybody under one label, whose role is nobody's but the one that the roster gives."""
    stated = next((member.override for member in cast.members if member.label == label and member.override), None)
    return Speaker(label, stated or "other", "", ("speakers-not-told-apart",), 0.0)


def flags(item: Item, speakers: Sequence[Speaker], settings: Settings) -> tuple[str, ...]:
    """Why a person should look at this recording."""
    heard = item.diarization
    noted = {heard.method, *(note.partition(":")[0] for note in heard.notes)}
    found = {flag for kind, flag in CUES["stage"]["flags"].items() if kind in noted}
    apart = heard.method != "undivided"
    if apart and any(speaker.margin < settings.doubt for speaker in speakers):
        found.add("role-uncertain")
    if apart and len(heard.voices) < 2:
        found.add("one-voice")
    if item.cast.unmatched:
        found.add("speakers-unmatched")
    if heard.disagreement is not None and heard.disagreement > settings.captions_differ:
        found.add("captions-differ")
    return tuple(sorted(found))


def _asked(bits: Sequence[Bit], labels: Sequence[str], questions: Sequence[str]) -> dict[str, int]:
    """How many questions of the guide each voice would ask, were it the interviewer."""
    return {label: sum(map(bool, _begun(bits, frozenset({label}), questions))) for label in labels if questions}


def _begun(bits: Sequence[Bit], asking: frozenset[str], questions: Sequence[str]) -> tuple[int, ...]:
    """For each bit the guide's question that begins with it, 0 for none; empty without a guide."""
    if not questions:
        return ()
    from pipeline.attribute import guide

    own = [number for number, bit in enumerate(bits) if bit.said.speaker in asking and not bit.backchannel]
    found = guide.matched([" ".join(word.text for word in bits[number].said.words) for number in own], questions)
    begun = dict(zip(own, found, strict=True))
    return tuple(begun.get(number, 0) for number in range(len(bits)))
