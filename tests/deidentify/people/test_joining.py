"""Listed places go before guessed persons, and the parts of one name are one span."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.deidentify import stage
from pipeline.model import Dialogue, Entity, Job, Speaker, Turn


def found(*lines: str) -> list[tuple[str, Entity]]:
    """What is found in a talk written as "i: …" and "r: …" lines, each with its words."""
    turns = tuple(Turn(at, float(at), at + 0.9, line[0], line[3:], (), ()) for at, line in enumerate(lines, start=1))
    speakers = (Speaker("i", "interviewer", "", (), 1.0), Speaker("r", "respondent", "", (), 1.0))
    redaction = stage.redact(stage.Item(Job("T01", Path()), Dialogue(turns, speakers)), stage.Settings())
    return [(turns[e.turn - 1].text[e.start : e.end], e) for e in redaction.entities if e.label]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("r: Потом я полгода жила в Варшаве.", "Варшаве"),
        ("r: Жена родом из Тараза, а я нет.", "Тараза"),
        ("r: Мы встретились на вокзале в Алматы.", "Алматы"),
        ("r: Учился в Астане три года.", "Астане"),
    ],
)
def test_a_listed_place_after_its_preposition_is_no_person(text: str, name: str) -> None:
    assert {one.kind for words, one in found(text) if words == name} <= {"CITY_LARGE", "CITY_SMALL"}
    assert name in {words for words, _ in found(text)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("r: отец виктор а мать ли светлана врач", "ли светлана"),
        ("r: директор бауыржан кенесович так и сказал", "бауыржан кенесович"),
        ("r: по метрике он ян павлович", "ян павлович"),
        ("r: запишите сапаров алмаз ерлан улы", "сапаров алмаз ерлан улы"),
        ("r: Соседка у нас золото. Роза апа, она всем помогает.", "Роза апа"),
        ("r: Пришёл Кайрат аксакал и всех помирил.", "Кайрат аксакал"),
    ],
)
def test_a_name_is_hidden_whole(text: str, name: str) -> None:
    assert name in {words for words, one in found(text) if one.kind == "PERSON"}


@pytest.mark.parametrize("text", ["r: Мы интубировали, эмм, по двадцать человек.", "r: говорим по белорусски дома"])
def test_verbs_and_tongues_are_no_names(text: str) -> None:
    assert not [words for words, one in found(text) if one.kind == "PERSON"]


def test_a_pet_named_outright_is_no_person() -> None:
    assert not [w for w, one in found("r: Мы с Картером застряли дома. Картер — это кот.") if w == "Картер"]


def label(entities: list[tuple[str, Entity]], words: str) -> str:
    """The label of the one person called so."""
    labels = {one.label for text, one in entities if text == words}
    assert len(labels) == 1
    return labels.pop()


def test_one_person_under_several_names() -> None:
    told = found(
        "i: Для записи: представьтесь, пожалуйста.",
        "r: Ну, Сапарова Жанель Ерланкызы.",
        "i: Жанель, расскажите, у вас большая семья?",
        "r: Сын Янек, по свидетельству Ян Павлович. Муж Роман, все зовут Ромыч.",
        "r: Научником был Игорь Львович. Штерн его фамилия.",
    )
    assert label(told, "Сапарова Жанель Ерланкызы") == label(told, "Жанель")
    assert label(told, "Янек") == label(told, "Ян Павлович")
    assert label(told, "Роман") == label(told, "Ромыч")
    assert label(told, "Игорь Львович") == label(told, "Штерн")


def test_one_surname_is_not_one_person() -> None:
    told = found("r: Дед, Тен Сан Гук, сажал рис. А брат Тен Роман Викторович физик.")
    assert label(told, "Тен Сан Гук") != label(told, "Тен Роман Викторович")
