"""After coding has begun nothing moves: numbers, labels and ids stay, and CHANGES.csv lists what is new."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from msgspec import structs

from pipeline.deidentify.labels.replace import released
from pipeline.errors import ConfigError, ExportRefused
from pipeline.model import Entity, Turn
from pipeline.participants import Contact
from pipeline.release import build, frozen, frozen_ledger
from pipeline.release.frozen import settle
from pipeline.release.frozen_ledger import Frozen, Ledger
from pipeline.release.request import Interview
from tests.helpers.releases import interview, request
from tests.release.test_build import person

SAID = [
    "И: Здравствуйте, [Айгерим|PERSON:r]!",
    "Р: Меня позвала Жанар, а потом [Бота|PERSON:b].",
    "И: А [Бота|PERSON:b] откуда?",
    "Р: Из [Текели|CITY_SMALL].",
]


def one(id: str, said: list[str] | None = None) -> Interview:
    return interview(id, said or SAID, person(id))


def with_name(made: Interview, word: str, label: str) -> Interview:
    """The interview after one name was found besides, all later labels numbered anew as a rerun would."""
    turn = next(turn for turn in made.dialogue.turns if word in turn.text)
    start = turn.text.index(word)
    added = Entity(turn.number, start, start + len(word), "PERSON", "direct", 1.0, "test", "PERSON:2", label)
    entities = [
        structs.replace(entity, label="[имя-3]", entity_id="PERSON:3") if entity.label == "[имя-2]" else entity
        for entity in made.redaction.entities
    ]
    entities = sorted([*entities, added], key=lambda entity: (entity.turn, entity.start))
    return structs.replace(made, redaction=structs.replace(made.redaction, entities=tuple(entities)))


def texts(made: Interview) -> list[str]:
    entities = made.redaction.entities
    return [
        released(turn, [entity for entity in entities if entity.turn == turn.number]) for turn in made.dialogue.turns
    ]


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def changes(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / "CHANGES.csv").read_text(encoding="utf-8-sig"))))


def test_one_name_added_to_interview_3_changes_nothing_else(tmp_path: Path) -> None:
    others = [line.replace("Жанар", "подруга") for line in SAID]
    before = [one("P01", others), one("P02", others), one("P03")]
    folder = build.publish(request(tmp_path, *before, draft=False)).folder
    first = files(folder)
    assert changes(folder) == []
    after = [*before[:2], with_name(before[2], "Жанар", "[имя-2]")]
    build.publish(request(tmp_path, *after, draft=False))
    second = files(folder)
    assert changes(folder) == [
        {"release": "2", "document": "P03", "what": "label", "turn": "2", "old": "", "new": "[имя-3]"}
    ]
    moved = {name for name in first if first[name] != second[name]}
    assert {name for name in moved if "P03" not in name} <= {
        *("CHANGES.csv", "METHODS.md", "deidentification_log.csv", "manifest-sha256.txt", "project.qdpx"),
    }
    text = second["txt/P03.txt"].decode()
    assert text == first["txt/P03.txt"].decode().replace("Жанар", "[имя-3]")
    assert ids(second) == ids(first)


def ids(made: dict[str, bytes]) -> list[str]:
    """Every id in the project, in order."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(made["project.qdpx"])) as packed:
        root = etree.fromstring(packed.read("project.qde"))
        return [value for element in root.iter() for key, value in element.attrib.items() if "uid" in key.lower()]


def test_a_rerun_rewrites_nothing(tmp_path: Path) -> None:
    asked = request(tmp_path, one("P01"), draft=False)
    folder = build.publish(asked).folder
    times = {path: path.stat().st_mtime_ns for path in (*folder.rglob("*"), tmp_path / "work" / "ledger.json")}
    build.publish(asked)
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_a_draft_fixes_nothing(tmp_path: Path) -> None:
    build.publish(request(tmp_path, one("P01")))
    assert not (tmp_path / "work").exists()


def test_a_refused_release_fixes_nothing(tmp_path: Path) -> None:
    contact = Contact("P01", "participant", names=("Жанар",))
    with pytest.raises(ExportRefused):
        build.publish(request(tmp_path, one("P01"), contacts=(contact,), draft=False))
    assert frozen_ledger.read(tmp_path) == Ledger()


def test_the_ledger_holds_no_word(tmp_path: Path) -> None:
    build.publish(request(tmp_path, one("P01"), draft=False))
    kept = (tmp_path / "work" / "ledger.json").read_text(encoding="utf-8")
    assert not any(word in kept for word in ("Айгерим", "Бота", "Текели", "Меня"))
    assert (tmp_path / "work" / "ledger.json").stat().st_mode & 0o077 == 0


def test_a_label_that_is_gone_is_listed_and_its_number_never_given_again() -> None:
    made = one("P01")
    _, ledger = settle(Ledger(), [made])
    fewer = tuple(entity for entity in made.redaction.entities if entity.label != "[имя-2]")
    without = structs.replace(made, redaction=structs.replace(made.redaction, entities=fewer))
    (settled,), ledger = settle(ledger, [without])
    assert [(change.turn, change.old, change.new) for change in ledger.changes] == [
        ("2", "[имя-2]", ""),
        ("3", "[имя-2]", ""),
    ]
    (settled,), ledger = settle(ledger, [with_name(without, "Жанар", "[имя-2]")])
    assert "позвала [имя-3]" in texts(settled)[1]


def split(made: Interview, number: int, at: int) -> Interview:
    """A turn cut in two after its first `at` words; turns after it are numbered anew."""
    turns: list[Turn] = []
    for turn in made.dialogue.turns:
        moved = structs.replace(turn, number=turn.number + (turn.number > number))
        if turn.number != number:
            turns.append(moved)
            continue
        cut = turn.spans[at][0]
        turns.append(
            structs.replace(
                turn, text=turn.text[: cut - 1], words=turn.words[:at], spans=turn.spans[:at], end=turn.words[at].start
            )
        )
        rest = tuple((a - cut, b - cut) for a, b in turn.spans[at:])
        begun = turn.words[at].start
        turns.append(
            structs.replace(
                turn, number=number + 1, text=turn.text[cut:], words=turn.words[at:], spans=rest, start=begun
            )
        )
    entities = []
    for entity in made.redaction.entities:
        shift = structs.replace(entity, turn=entity.turn + (entity.turn > number))
        if entity.turn == number and entity.start >= cut:
            shift = structs.replace(entity, turn=number + 1, start=entity.start - cut, end=entity.end - cut)
        entities.append(shift)
    return structs.replace(
        made,
        dialogue=structs.replace(made.dialogue, turns=tuple(turns)),
        redaction=structs.replace(made.redaction, entities=tuple(entities)),
    )


def test_a_split_turn_becomes_2a_and_2b_and_all_others_stay(tmp_path: Path) -> None:
    made = one("P01")
    build.publish(request(tmp_path, made, draft=False))
    folder = build.publish(request(tmp_path, split(made, 2, 3), draft=False)).folder
    text = (folder / "txt" / "P01.txt").read_text(encoding="utf-8")
    assert "Р: ¶2a Меня позвала Жанар,\n" in text
    assert "Р: ¶2b а потом [имя-2]." in text
    assert "И: ¶3 А [имя-2] откуда?" in text
    value = json.loads((folder / "json" / "P01.json").read_text(encoding="utf-8"))
    assert [turn["cite"] for turn in value["turns"]] == ["1", "2a", "2b", "3", "4"]
    assert [(row["what"], row["old"], row["new"]) for row in changes(folder)] == [("turn", "2", "2a 2b")]


def test_a_turn_that_was_not_there_takes_the_next_free_number() -> None:
    made = one("P01")
    _, ledger = settle(Ledger(), [made])
    added = interview("P01", [*SAID[:2], "Д: Можно войти?", *SAID[2:]], made.participant)
    moved = []
    for turn in added.dialogue.turns:
        old = next((known for known in made.dialogue.turns if known.text == turn.text), None)
        shift = turn.words if old is None else old.words
        if old is None:
            shift = tuple(structs.replace(word, start=word.start + 0.111) for word in turn.words)
        moved.append(structs.replace(turn, words=shift))
    (settled,), ledger = settle(
        ledger, [structs.replace(added, dialogue=structs.replace(added.dialogue, turns=tuple(moved)))]
    )
    assert [cite for _, cite in settled.cites] == ["1", "2", "5", "3", "4"]
    assert [(change.what, change.old, change.new) for change in ledger.changes] == [("turn", "", "5")]


def test_a_later_interview_is_listed_and_the_blind_names_stay() -> None:
    _, ledger = settle(Ledger(), [one("P01"), one("P02", ["Р: Да."])])
    _, later = settle(ledger, [one("P01"), one("P02", ["Р: Да."]), one("P00", ["Р: Нет."])])
    assert {name: later.blind[name] for name in ledger.blind} == ledger.blind
    assert later.blind["P00"] == "doc-03"
    assert [(change.interview, change.what) for change in later.changes] == [("P00", "interview")]


def test_a_damaged_ledger_stops_an_export(tmp_path: Path) -> None:
    build.publish(request(tmp_path, one("P01"), draft=False))
    with (tmp_path / "work" / "ledger.json").open("ab") as file:
        file.write(b" ")
    with pytest.raises(ConfigError, match="ledger"):
        build.publish(request(tmp_path, one("P01"), draft=False))


def test_what_is_forgotten_leaves_its_numbers_and_no_content(tmp_path: Path) -> None:
    build.publish(request(tmp_path, one("P01"), one("P02"), draft=False))
    before = frozen_ledger.read(tmp_path)
    frozen_ledger.forget(tmp_path, ["P01"])
    ledger = frozen_ledger.read(tmp_path)
    assert ledger.interviews["P02"] == before.interviews["P02"]
    assert ledger.interviews["P01"] == Frozen((), (), last_turn=4, last={"имя": 2, "город": 1})
    assert ledger.secret == before.secret
    assert ledger.blind == before.blind


def test_numbers_of_one_who_was_forgotten_are_not_given_again(tmp_path: Path) -> None:
    build.publish(request(tmp_path, one("P01"), one("P02"), draft=False))
    frozen_ledger.forget(tmp_path, ["P01"])
    (again,), ledger = settle(frozen_ledger.read(tmp_path), [one("P01")])
    assert [cite for _, cite in again.cites] == ["5", "6", "7", "8"]
    assert {label for entity in again.redaction.entities if (label := entity.label)} == {
        "[имя-3]",
        "[имя-4]",
        "[город-2]",
    }
    _, ledger = settle(ledger, [one("P02"), one("P03")])
    assert sorted(ledger.blind.values()) == ["doc-01", "doc-02", "doc-03"]


def test_parts_of_a_turn_are_letters() -> None:
    assert [frozen.part(index) for index in (0, 1, 24, 25, 26)] == ["a", "b", "y", "za", "zb"]


def test_nothing_is_known_of_an_interview_before_its_first_release() -> None:
    made = one("P01")
    (settled,), _ = settle(Ledger(), [made])
    assert settled.redaction == made.redaction
    assert settled.cites == tuple((turn.number, str(turn.number)) for turn in made.dialogue.turns)
    assert frozen.cites(made.dialogue.turns, Frozen()) == dict(settled.cites)
