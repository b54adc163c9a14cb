"""Studies to export, written as they are read: a turn a line, private words marked in place."""

from __future__ import annotations

import json
import re
from pathlib import Path

from msgspec.structs import replace

from pipeline.deidentify.labels.policy import KINDS, class_of, decide
from pipeline.model import Dialogue, Entity, Mark, Open, Recording, Redaction, Role, Speaker, Track, Turn, Word
from pipeline.participants import Consent, Contact, Participant, Roster
from pipeline.release.request import Interview, Request

MARKED = re.compile(r"\[([^\]|]+)\|(\w+)(?::(\w+))?(-?)\]")
"""[Айгерим|PERSON:r], with a minus where the words are kept; [Герему|OPEN:герем] asks about a word, «герем» here"""
RISK = 0.5
"""of an open word"""
ROLES: dict[str, Role] = {"И": "interviewer", "Р": "respondent", "Д": "other"}
SPOKEN = re.compile(r"\S+")


def turn(number: int, line: str, start: float, part: int = 1) -> tuple[Turn, list[tuple[int, int, str, str, bool]]]:
    """`Р: Я из [Текели|CITY_SMALL].` as a turn of half a second a word, and its marks."""
    speaker, marked = line.split(": ", 1)
    text, marks, at = "", [], 0
    for found in MARKED.finditer(marked):
        text += marked[at : found.start()]
        marks.append((len(text), len(text) + len(found[1]), found[2], found[3] or found[1], found[4] == "-"))
        text += found[1]
        at = found.end()
    text += marked[at:]
    spans = tuple((word.start(), word.end()) for word in SPOKEN.finditer(text))
    words = tuple(
        Word(start + index / 2, start + index / 2 + 0.4, text[a:b], 1.0, "ru", "mix")
        for index, (a, b) in enumerate(spans)
    )
    end = words[-1].end if words else start
    return Turn(number, start, end, speaker, text, words, spans, part=part), marks


def interview(id: str, lines: list[str], participant: Participant | None = None) -> Interview:
    """An interview of the lines, as all stages before the export would leave it."""
    turns, entities, asked, start = [], [], [], 0.0
    numbers: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines, 1):
        made, marks = turn(number, line, start)
        turns.append(made)
        start = made.end + 0.5
        for a, b, kind, key, kept in marks:
            if kind == "OPEN":
                asked.append(Open(number, a, b, RISK, key))
                continue
            entity_id = f"{kind}:{key}"
            word = KINDS[kind].ru
            same = numbers.setdefault(word, {})
            label = "" if kept or decide(kind) == "keep" else f"[{word}-{same.setdefault(entity_id, len(same) + 1)}]"
            shown = f"{kind}:{list(same).index(entity_id) + 1}" if label else entity_id
            entities.append(Entity(number, a, b, kind, class_of(kind), 1.0, "test", shown, label))
    whole = finished(id, tuple(turns), tuple(entities), participant)
    return replace(whole, redaction=replace(whole.redaction, open=tuple(asked)))


def finished(
    id: str, turns: tuple[Turn, ...], entities: tuple[Entity, ...], participant: Participant | None
) -> Interview:
    labels = dict.fromkeys(turn.speaker for turn in turns)
    speakers = tuple(Speaker(label, ROLES[label[0]], "", ("contacts",), 1.0) for label in labels)
    seconds = turns[-1].end + 1
    recording = Recording(id, (Mark(0.0, seconds),), (Track("mix", "mixed", "0" * 64, seconds),), (), seconds)
    return Interview(
        id,
        participant or Participant(id, gender="female", age=28, university_countries=("JP",), residence_country="JP"),
        recording,
        Dialogue(turns, speakers),
        Redaction(tuple(sorted(entities, key=lambda e: (e.turn, e.start))), ()),
    )


def gold(file: Path) -> Interview:
    """A gold interview with its own marks as the redaction."""
    data = json.loads(file.read_text(encoding="utf-8"))
    letters = {"interviewer": "И", "respondent": "Р"}
    turns, entities, start = [], [], 0.0
    numbers: dict[str, dict[str, int]] = {}
    for number, said in enumerate(data["turns"], 1):
        made, _ = turn(number, f"{letters.get(said['role'], 'Д')}: {said['text']}", start)
        start = made.end + 0.5
        turns.append(made)
        for mark in said["entities"]:
            kind = mark["type"]
            word = KINDS[kind].ru
            label = ""
            if mark["class"] != "keep":
                same = numbers.setdefault(word, {})
                label = f"[{word}-{same.setdefault(mark['entity_id'], len(same) + 1)}]"
            entities.append(
                Entity(number, mark["start"], mark["end"], kind, mark["class"], 1.0, "gold", mark["entity_id"], label)
            )
    return finished(data["id"], tuple(turns), tuple(entities), None)


def request(folder: Path, *interviews: Interview, contacts: tuple[Contact, ...] = (), draft: bool = True) -> Request:
    """A draft export of these interviews."""
    people = tuple(interview.participant for interview in interviews if interview.participant)
    return Request(folder, "Учёба за рубежом", "ru", draft, interviews, Roster(people, contacts))


AGREED = Consent(quote="yes", share="yes", audio="no")
