"""Interviews in which people marked every identifier, and how the stage is given them: without the marks."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct, field
from msgspec.json import decode

from pipeline.errors import ConfigError
from pipeline.model import Dialogue, Speaker, Turn, Word


class GoldEntity(Struct, frozen=True):
    start: int
    end: int
    type: str
    entity_id: str
    cls: str = field(name="class")
    """direct, quasi or keep"""


class GoldTurn(Struct, frozen=True):
    speaker: str
    text: str
    entities: tuple[GoldEntity, ...]
    role: str = ""


class Gold(Struct, frozen=True):
    """One gold interview in one variant."""

    id: str
    turns: tuple[GoldTurn, ...]
    variant: str = "clean"


def load(folder: Path) -> dict[str, Gold]:
    """The gold files of a folder by name; ConfigError where there are none or one is no gold file."""
    try:
        found = {path.name: decode(path.read_bytes(), type=Gold) for path in sorted(folder.glob("*.json"))}
    except ValueError as error:
        raise ConfigError(
            "A file of the gold folder is not in the gold format.", "Keep only marked interviews in that folder."
        ) from error
    if not found:
        raise ConfigError("The folder holds no gold file (*.json).", "Name the folder with the marked interviews.")
    return found


def dialogue(gold: Gold) -> Dialogue:
    """The interview as the stage would receive it: no marks, no display names, times by the word."""
    turns, clock = [], 0.0
    for number, turn in enumerate(gold.turns, start=1):
        words, spans, at = [], [], 0
        for text in turn.text.split():
            at = turn.text.index(text, at)
            words.append(Word(round(clock, 3), round(clock + 0.3, 3), text, 1.0, "ru", "mix"))
            spans.append((at, at + len(text)))
            at += len(text)
            clock += 0.4
        start = words[0].start if words else round(clock, 3)
        turns.append(Turn(number, start, round(clock, 3), turn.speaker, turn.text, tuple(words), tuple(spans)))
    labels = dict.fromkeys(turn.speaker for turn in gold.turns)
    roles = {turn.speaker: turn.role for turn in gold.turns}
    return Dialogue(
        tuple(turns),
        tuple(
            Speaker(label, "interviewer" if roles[label] == "interviewer" else "respondent", "", (), 1.0)
            for label in labels
        ),
    )
