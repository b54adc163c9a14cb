"""The nouns: everything that flows between stages. Times are seconds, intervals half-open, offsets code points."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from msgspec import Struct, field

Role = Literal["interviewer", "respondent", "other"]
Class = Literal["direct", "quasi", "keep"]


class Source(Struct, frozen=True):
    """One file of a recording that ingest reads: audio, video or subtitles."""

    path: str
    """relative to its Part's folder, "" where the part is a single file; private, never shown"""
    sha256: str


class Part(Struct, frozen=True):
    """One item of recordings/, before anything is decoded. An interview recorded in pieces has several."""

    folder: str
    """relative to recordings/: a folder or a single media file; private; not part of any fingerprint"""
    host: str
    """display name of Zoom's host, "" where the folder's name does not tell it; private"""
    started: str
    """ISO date and time from the name, "" where unknown"""
    sources: tuple[Source, ...]
    """empty where the folder holds nothing to read"""


class Caption(Struct, frozen=True):
    """A cue of Zoom's own subtitles, or a turn of a transcript from elsewhere, on the interview's time axis."""

    start: float
    end: float
    speaker: str
    """display name, "" where the cue has none; private"""
    text: str


class Track(Struct, frozen=True):
    """One decoded audio track: `work/<id>/audio/<label>.flac`, 16 kHz mono, on the interview's time axis."""

    label: str
    """"mix", or "track-1", "track-2" … in order of the display name"""
    kind: Literal["mixed", "participant"]
    sha256: str
    """of the decoded FLAC file"""
    seconds: float
    display_name: str = ""
    """as Zoom wrote it, spaces lost ("ДаринаОмарова"); private"""
    starts: tuple[float, ...] = ()
    """where each source file of this track begins on the interview's time axis"""


GIVEN = "transcript-given"
"""notes a recording whose text was brought along"""


class Mark(Struct, frozen=True):
    """Where a part of an interview begins and how long it is."""

    start: float
    seconds: float


class Recording(Struct, frozen=True):
    """One interview, decoded: all tracks share one time axis that starts at 0."""

    id: str
    parts: tuple[Mark, ...]
    tracks: tuple[Track, ...]
    captions: tuple[Caption, ...]
    seconds: float
    host: str = ""
    """display name of Zoom's host, where the folder's name tells it; private"""
    started: str = ""
    """ISO date and time from the folder's or file's name, "" where unknown"""
    notes: tuple[str, ...] = ()
    """typed remarks such as "captions-unreadable" or "track-2-unaligned" """

    @property
    def given(self) -> bool:
        """Whether the text, with its speakers, came as a transcript from elsewhere: the captions are its turns."""
        return GIVEN in self.notes

    def participants(self) -> tuple[Track, ...]:
        """The tracks that hold one participant each."""
        return tuple(track for track in self.tracks if track.kind == "participant")


class Word(Struct, frozen=True):
    start: float
    end: float
    text: str
    """without surrounding white space; punctuation attached"""
    confidence: float
    """0–1; 1.0 where the source gives none"""
    language: str
    """ISO 639-1"""
    track: str
    """label of the track it was heard on"""
    interpolated: bool = False
    """times were spread over a subtitle cue, not measured"""
    other: str = ""
    """doubtful: what Zoom's subtitles read here, where they differ and the engine is not sure"""


class Dropped(Struct, frozen=True):
    """Text that an engine produced and a rule threw out; kept so that a person can restore it."""

    start: float
    end: float
    text: str
    rule: str
    track: str = "mix"


class Transcript(Struct, frozen=True):
    words: tuple[Word, ...]
    """in order of start, those of a transcript from elsewhere in its own; words of different tracks may overlap"""
    dropped: tuple[Dropped, ...]
    engine: str
    model: str
    notes: tuple[str, ...] = ()
    """typed remarks such as "no-speech"; never a word of the text"""
    weights: str = ""
    """who made the model, its licence, checksum and the way it came here; "" for captions"""


class Segment(Struct, frozen=True):
    start: float
    end: float
    speaker: str
    """label of a Voice"""


class Voice(Struct, frozen=True):
    """One speaker of one recording, as diarization knows him."""

    label: str
    """track label, "SPEAKER_00" or "caption-1" """
    display_name: str = ""
    """private"""
    centroid: tuple[float, ...] = ()
    """speaker embedding, quantised; empty where the method has none"""
    track: str = ""
    """label of the participant track on which this voice is one of several, "" where it is alone on its track"""


class Diarization(Struct, frozen=True):
    segments: tuple[Segment, ...]
    """may overlap"""
    exclusive: tuple[Segment, ...]
    """the same, one speaker at a time"""
    method: Literal["tracks", "pyannote", "captions", "undivided", "given"]
    """undivided: nothing could tell the speakers apart, and all of them go by one label; given: a transcript from
    elsewhere says who speaks"""
    voices: tuple[Voice, ...]
    notes: tuple[str, ...] = ()
    disagreement: float | None = None
    """share (0–1) of captioned speech that Zoom's captions give to someone else; None without captions to compare"""
    model: str = ""
    """of pyannote: "community-1", "open", or the name of a folder of one's own"""


class Member(Struct, frozen=True):
    """What the whole study knows of one speaker of one recording."""

    label: str
    """of the Voice"""
    display_name: str = ""
    participant: str = ""
    """participant id of the contact whose name this is, "" if none matched"""
    interviewer: bool = False
    """named under `interviewers:` or as an interviewer in contacts"""
    host: bool = False
    recurring: bool = False
    """the same display name speaks in several recordings of the study"""
    override: Role | None = None
    """the role that the roster gives him, whatever the cues say"""


class Cast(Struct, frozen=True):
    """One recording's slice of the study-level cast: all that `attribute` may know of other recordings."""

    recording: str
    participant: str
    """participant id of the respondent, "" where the roster has none"""
    members: tuple[Member, ...]
    unmatched: int = 0
    """roles in the roster's `speakers` for which no voice was found"""


class Speaker(Struct, frozen=True):
    label: str
    role: Role
    participant: str
    """participant id, "" for anyone but the respondent"""
    evidence: tuple[str, ...]
    """names of the role cues that spoke, such as "contacts" or "question-share" """
    margin: float
    """0–1, how far ahead of the next best role; below 0.2 a person must look"""
    display_name: str = ""
    """private"""


class Turn(Struct, frozen=True):
    number: int
    """1, 2, … through all parts of the interview"""
    start: float
    end: float
    speaker: str
    text: str
    words: tuple[Word, ...]
    spans: tuple[tuple[int, int], ...]
    """text[a:b] is the word, for each word"""
    overlaps: tuple[tuple[float, float], ...] = ()
    """where another speaker talks at the same time"""
    backchannel: bool = False
    question: bool = False
    part: int = 1
    guide: int = 0
    """number of the interview guide's question that begins here, 0 for a follow-up and anything else"""


class Dialogue(Struct, frozen=True):
    turns: tuple[Turn, ...]
    speakers: tuple[Speaker, ...]
    flags: tuple[str, ...] = ()
    """why a person should look, such as "role-uncertain" """
    dropped: tuple[Dropped, ...] = ()
    """words that one track heard from another's speaker; rule "bleed" """


class Entity(Struct, frozen=True):
    """One mention of something that may identify a person. Stand-off: the turn's text is never edited."""

    turn: int
    start: int
    end: int
    kind: str
    cls: Class = field(name="class")
    score: float
    found_by: str
    """name of the rule, for the audit"""
    entity_id: str
    """"PERSON:1": the same within an interview for all mentions of one thing"""
    label: str
    """what the release shows in its place, "[имя-1]"; "" where policy keeps the words"""


class Flag(Struct, frozen=True):
    """A passage a person must read: not masked by itself."""

    turn: int
    start: int
    end: int
    rule: str


class Open(Struct, frozen=True):
    """A word, or a run of words, that is neither masked nor known to be harmless: a person must be asked."""

    turn: int
    start: int
    end: int
    risk: float
    """0–1, that it identifies somebody"""
    question: str
    """places with the same question are asked about together, in all interviews of a study; private"""
    why: tuple[str, ...] = ()
    """names of what speaks for and against it, the weightiest first"""


class Redaction(Struct, frozen=True):
    entities: tuple[Entity, ...]
    """sorted by turn and start; never overlapping within a turn"""
    flags: tuple[Flag, ...]
    open: tuple[Open, ...] = ()
    """sorted by turn and start; apart from each other and from all entities"""


class Anchor(Struct, frozen=True):
    """A stretch of a turn that is found again after a rerun: by what the turn says, never by its number."""

    text: str
    """sha256 of the turn's text"""
    nth: int
    """which of the turns with that very text, from 0"""
    start: int
    end: int


class Correction(Struct, frozen=True):
    """What a person changed in a dialogue before it is searched. Applied in order: each sees what those before made."""

    kind: Literal["words", "speaker", "role", "split", "cut", "restore"]
    anchor: Anchor | None = None
    """None for "role" and "restore" """
    value: str = ""
    """new words, or a role; the dropped words of "restore" """
    speaker: str = ""
    """label of the speaker of the turn from now on ("speaker", "restore"), or whose role it is"""
    start: float = 0.0
    """seconds, of "restore" """
    end: float = 0.0


class Decision(Struct, frozen=True):
    """A person's verdict on a stretch of a corrected turn."""

    anchor: Anchor
    action: Literal["accept", "reject", "edit", "add", "seen", "harmless"]
    """"seen" answers a Flag, whose rule is in `kind`; "harmless" an Open, with "study" in `kind` where that holds
    wherever the same is asked; all others say what becomes of the words"""
    kind: str = ""
    label: str = ""
    """a replacement of the reviewer's own, "" for that of the kind"""
    question: str = ""
    """what "harmless" answers: it holds as long as its place asks the same"""


class SignOff(Struct, frozen=True):
    """A reviewer's word that an interview may be released as it is."""

    reviewer: str
    """code such as R1"""
    at: str
    """ISO date and time, UTC"""
    result: str
    """digest of what is released of it"""
    read: float
    """share of the words read by anybody, 0–1"""
    read_by: tuple[tuple[str, float], ...] = ()


class Failure(Struct, frozen=True):
    """Why a stage could not finish one recording; the others go on."""

    id: str
    stage: str
    code: int
    """exit code this failure asks for: 5, or 4 where a dependency or weights are missing"""
    what: str
    """what happened, without any name or word of the study"""
    do: str
    """what the operator should do now"""


class Job(Struct, frozen=True):
    """What every stage is told about a recording beside its inputs."""

    id: str
    folder: Path
    """work/<id>: audio/ lies here, raw logs of external programs go here"""


Tell = Callable[[str, float], None]
"""How a stage reports progress: recording id, share done (0–1)."""


def quiet(_id: str, _share: float) -> None:
    """The Tell of a caller who does not want to know."""
