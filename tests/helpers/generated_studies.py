"""A generated study of many interviews, as a run leaves it: artifacts written by the store itself."""

from __future__ import annotations

import random
from pathlib import Path

from pipeline.model import (
    Dialogue,
    Diarization,
    Entity,
    Failure,
    Mark,
    Recording,
    Redaction,
    Role,
    Segment,
    Speaker,
    Track,
    Transcript,
    Turn,
    Voice,
    Word,
)
from pipeline.store.artifacts import Store

SECRET = "Айгерим"
"""stands in every turn and display name, and may stand in no report"""
ODD: dict[int, tuple[str, ...]] = {
    3: ("role-uncertain", "voices-unconfirmed"),
    7: ("voices-unconfirmed",),
    11: ("shared-room-suspected",),
    15: ("captions-differ", "speakers-from-captions"),
}
"""interviews that a person must look at, by number"""


def study(folder: Path, count: int = 22, settings: str = "study: {language: ru}\n") -> Path:
    """A study folder with that many interviews of about an hour; the last but one failed, the last is not begun."""
    (folder / "recordings").mkdir(parents=True)
    ids = [f"P{number:02}" for number in range(1, count + 1)]
    for name in ids:
        (folder / "recordings" / f"{name}.m4a").write_bytes(name.encode())
    (folder / "participants.csv").write_text("participant_id\n" + "\n".join(ids) + "\n", encoding="utf-8")
    (folder / "study.yaml").write_text(settings, encoding="utf-8")
    store = Store(folder / "work")
    for number, name in enumerate(ids[:-1], 1):
        if name == ids[-2]:
            store.fail(Failure(name, "ingest", 5, "The audio file is empty (0 bytes).", "Check the path."))
            continue
        write(store, name, number)
    return folder


def write(store: Store, name: str, number: int) -> None:
    """All five artifacts of one interview."""
    chance = random.Random(number)
    method = "tracks" if number % 4 else "pyannote"
    roles: dict[str, Role] = {"track-1": "interviewer", "track-2": "respondent"}
    if number % 5 == 4:
        roles["track-3"] = "other"
    turns: list[Turn] = []
    segments: list[Segment] = []
    entities: list[Entity] = []
    at = 4.0
    length = chance.uniform(2400, 4600)
    while at < length - 60:
        label = (
            "track-1"
            if len(turns) % 2 == 0
            else "track-3"
            if "track-3" in roles and chance.random() < 0.1
            else "track-2"
        )
        lasts = chance.uniform(2, 14) if label == "track-1" else chance.uniform(5, 95)
        turns.append(turn(len(turns) + 1, label, at, lasts, chance))
        segments.append(Segment(round(at, 3), round(at + lasts, 3), label))
        if chance.random() < 0.35:
            cls, kind = chance.choice([("direct", "PERSON"), ("quasi", "CITY_LARGE"), ("quasi", "ORG_EMPLOYER")])
            entities.append(Entity(len(turns), 0, 7, kind, cls, 1.0, "test", f"{kind}:1", "[имя-1]"))  # type: ignore[arg-type]
        at += lasts + chance.choice([-0.8, 0.2, 0.3, 0.4, 0.6, 0.9, 1.4, 5.0 if chance.random() < 0.3 else 0.5])
    found = tuple(sorted(segments, key=lambda one: one.start))
    voices = tuple(Voice(label, SECRET) for label in roles)
    tracks = (Track("mix", "mixed", "", length, SECRET),)
    margins = 0.1 if "role-uncertain" in ODD.get(number, ()) else round(chance.uniform(0.5, 1.0), 3)
    speakers = tuple(Speaker(label, role, "", ("question-share",), margins, SECRET) for label, role in roles.items())
    words = tuple(word for one in turns for word in one.words)
    made = {
        "ingest": Recording(name, (Mark(0.0, length),), tracks, (), length, SECRET),
        "transcribe": Transcript(words, (), "openai-whisper", "turbo"),
        "diarize": Diarization(found, found, method, voices, (), round(chance.uniform(0, 0.1), 3)),  # type: ignore[arg-type]
        "attribute": Dialogue(tuple(turns), speakers, ODD.get(number, ())),
        "deidentify": Redaction(tuple(entities), ()),
    }
    for stage, artifact in made.items():
        store.write(name, stage, artifact, "test", {})


def turn(number: int, label: str, start: float, lasts: float, chance: random.Random) -> Turn:
    """A turn of two words."""
    half = lasts / 2
    words = tuple(
        Word(start + half * n, start + half * (n + 1), SECRET, chance.uniform(0.7, 0.99), "ru", "mix") for n in range(2)
    )
    asks = label == "track-1" and chance.random() < 0.8
    guide = number // 12 + 1 if asks and number % 12 == 1 else 0
    return Turn(
        number, start, start + lasts, label, f"{SECRET} {SECRET}", words, ((0, 7), (8, 15)), question=asks, guide=guide
    )
