"""What an export is asked to make, and what it made: the types between the caller and the files of a release."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from msgspec import Struct

from pipeline.decisions.leak_sample import Rate
from pipeline.decisions.second_look import Tally
from pipeline.model import Dialogue, Recording, Redaction, Role, SignOff
from pipeline.participants import Participant, Roster
from pipeline.release.frozen_ledger import Ledger
from pipeline.study.export_settings import RoleLabels, Settings

Tier = Literal["restricted", "shareable", "blind"]
CaseLink = Literal["ref", "code"]


class Doubt(Struct, frozen=True):
    """Something the release check found: by place and entity, never the string."""

    says: str
    key: str
    """"" where it stops the release by itself"""
    interview: str = ""
    turn: int = 0


class Interview(Struct, frozen=True):
    """One interview as it goes into the release."""

    id: str
    participant: Participant | None
    recording: Recording
    dialogue: Dialogue
    redaction: Redaction
    text_from: str = ""
    """engine and model of the transcript, such as "openai-whisper turbo"; "" where unknown"""
    weights: tuple[str, ...] = ()
    """where the models behind text and speakers came from: maker, licence, checksum"""
    speakers_from: str = ""
    """tracks, pyannote or captions; "" where unknown"""
    cites: tuple[tuple[int, str], ...] = ()
    """turn number -> how the release cites it, where coding has begun: "42", "42a" """
    cuts: tuple[tuple[float, float], ...] = ()
    """seconds of the recording that a person took out of the transcript"""
    signed: SignOff | None = None
    """who stands behind it, None where nobody does"""
    typed: frozenset[str] = frozenset()
    """labels that people wrote in review"""
    respelt: tuple[tuple[str, str], ...] = ()
    """words as they were recognised and as a person corrected them: where one is hidden, neither may be shown"""
    looked: Tally = Tally()
    """how its second look went, over the words that the study asks about"""

    @property
    def name(self) -> str:
        """How the release names it: by participant, else by recording."""
        return safe(self.participant.id if self.participant else self.id)


class Options(Struct, frozen=True):
    """What the command line asks of an export."""

    tier: Tier = "restricted"
    case_link: CaseLink = "ref"
    audio: bool = False
    bag: bool = False
    into: str = "release"
    """where it is written, relative to the study's folder"""


class Request(Struct, frozen=True):
    """One export."""

    study: Path
    """the study's folder; release/ is made in it"""
    title: str
    language: Literal["ru", "en"]
    draft: bool
    """nobody has signed off: every file says so"""
    interviews: tuple[Interview, ...]
    roster: Roster
    settings: Settings = Settings()
    tier: Tier = "restricted"
    made_by: tuple[tuple[str, str], ...] = ()
    """what made it and its version, for METHODS.md"""
    set_otherwise: tuple[tuple[str, str], ...] = ()
    """settings of the stages that differ from the program's own, for METHODS.md"""
    guide: tuple[str, ...] = ()
    """questions of the interview guide, in order: headings of the sections they open"""
    cleared: tuple[str, ...] = ()
    """keys of the gate's warnings that a person has decided are harmless"""
    case_link: CaseLink = "ref"
    """how project.qdpx ties a case to its text: as the standard says, or by a coding, which QualCoder needs"""
    audio: bool = False
    """also the recordings, with everything silenced that the transcripts hide"""
    bag: bool = False
    """the release as a BagIt bag"""
    into: str = "release"
    """where it is written, relative to the study's folder"""
    leaks: Rate | None = None
    """what reading a random sample showed, None where nobody did"""
    second_look: str = "required"
    """about which words the study asks a person: required, to_risk and the risk, or off"""
    ledger: Ledger = Ledger()
    """what earlier releases fixed"""


class Warned(Struct, frozen=True):
    """Something a person should know of a release; `key` names it in a decision, "" where none is due."""

    text: str
    key: str = ""


class LeftOut(Struct, frozen=True):
    """An interview that is not in the release, and why."""

    id: str
    reason: str


class Published(Struct, frozen=True):
    """What an export made."""

    folder: Path
    files: tuple[str, ...]
    """relative to the folder, sorted"""
    warnings: tuple[Warned, ...]
    left_out: tuple[LeftOut, ...]


DRAFT = {
    "ru": "ЧЕРНОВИК, не подписан и не для передачи другим",
    "en": "DRAFT, not signed off, not for sharing",
}
"""Without a colon: a program that looks for speakers must not take it for one."""
DRAFT_LINE = f"{DRAFT['ru']} / {DRAFT['en']}"

LETTERS: dict[str, dict[Role, str]] = {
    "ru": {"interviewer": "И", "respondent": "Р", "other": "Д"},
    "en": {"interviewer": "I", "respondent": "R", "other": "O"},
}


def safe(name: str) -> str:
    """An id as a file name on every system."""
    return re.sub(r"[^\w.-]+", "_", name).strip(".") or "_"


def letters(dialogue: Dialogue, language: str, labels: RoleLabels) -> dict[str, str]:
    """Speaker label -> what stands before the colon, numbered where several share a role, in order of appearance."""
    chosen: dict[Role, str] = {
        "interviewer": labels.interviewer or LETTERS[language]["interviewer"],
        "respondent": labels.respondent or LETTERS[language]["respondent"],
        "other": labels.other or LETTERS[language]["other"],
    }
    roles = {speaker.label: speaker.role for speaker in dialogue.speakers}
    heard = dict.fromkeys(turn.speaker for turn in dialogue.turns)
    same: dict[Role, list[str]] = {}
    for label in heard:
        same.setdefault(roles.get(label, "other"), []).append(label)
    return {
        label: chosen[role] if len(group) == 1 else f"{chosen[role]}{number}"
        for role, group in same.items()
        for number, label in enumerate(group, 1)
    }
