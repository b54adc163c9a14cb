"""Mentions of one person get one id, different people never share one."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.deidentify import stage
from pipeline.deidentify.people.persons import LINK, fits, person
from pipeline.model import Dialogue, Entity, Job, Redaction, Speaker, Turn
from pipeline.participants import Contact
from tests.helpers.marked_sentences import bare

TALK = """\
i: Здравствуйте, Гүлдана! Меня зовут Фарида, будем говорить об учёбе.
r: Здравствуйте, Фарида. Я Гүлдана Оразбаева, можно просто Гуля.
i: Расскажите о семье.
r: Папа, Кәрім Оразбаев, агроном. Мама, Жибек Сабитовна, бухгалтер. Брат Данияр младше меня.
r: С Данияркой мы очень дружим. Жибек Сабитовну все знают. Данияр Каримович, шучу я ему.
i: А кто вам помогал?
r: Научник, профессор Ларс Хенриксен. Хенриксен строгий. Мне Ларс написал письмо, я с Ларсом спорила.
r: Ещё Салтанат, подруга. Салташка вышла замуж за Айтбека. Мы с Салтанат и Айтбеком жили рядом.
r: Даник недавно звонил, говорит: Гульдана, приезжай.
i: Спасибо, Гулдана. Передавайте привет Салтанат и Хенриксену."""

PEOPLE = (
    ("Гүлдана", "Гүлдана Оразбаева", "Гуля", "Гульдана", "Гулдана"),
    ("Фарида",),
    ("Кәрім Оразбаев",),
    ("Жибек Сабитовна", "Жибек Сабитовну"),
    ("Данияр", "Данияркой", "Данияр Каримович", "Даник"),
    ("Ларс Хенриксен", "Хенриксен", "Ларс", "Ларсом", "Хенриксену"),
    ("Салтанат", "Салташка"),
    ("Айтбека", "Айтбеком"),
)


def dialogue(text: str, names: dict[str, str] | None = None) -> Dialogue:
    """A talk written as "i: …" and "r: …" lines; `names` are display names."""
    turns, speakers = [], {}
    for number, line in enumerate(text.splitlines(), 1):
        who, said = line.split(": ", 1)
        turns.append(Turn(number, 0.0, 0.0, who, said, (), ()))
        role = "interviewer" if who == "i" else "respondent"
        speakers[who] = Speaker(
            who, "respondent" if role == "respondent" else "interviewer", "", (), 1.0, (names or {}).get(who, "")
        )
    return Dialogue(tuple(turns), tuple(speakers.values()))


def searched(talk: Dialogue, contacts: tuple[Contact, ...] = ()) -> Redaction:
    """The talk after de-identification with default settings."""
    return stage.redact(stage.Item(Job("P99", Path("nowhere")), talk, contacts), stage.Settings())


def ids(talk: Dialogue, found: Redaction) -> dict[str, set[str]]:
    """Surface of each person -> the ids it got."""
    texts = {turn.number: turn.text for turn in talk.turns}
    made: dict[str, set[str]] = {}
    for entity in found.entities:
        if entity.kind == "PERSON":
            made.setdefault(texts[entity.turn][entity.start : entity.end], set()).add(entity.entity_id)
    return made


def test_one_person_one_id() -> None:
    talk = dialogue(TALK)
    got = ids(talk, searched(talk))
    assert all(len(set().union(*(got[name] for name in names))) == 1 for names in PEOPLE)
    assert len({min(got[names[0]]) for names in PEOPLE}) == len(PEOPLE)


def test_the_same_without_capitals() -> None:
    lines = [line.split(": ", 1) for line in TALK.splitlines()]
    talk = dialogue("\n".join(f"{who}: {bare(said)}" for who, said in lines))
    got = ids(talk, searched(talk))
    for names in PEOPLE:
        seen = [got[name.lower()] for name in names if name.lower() in got]
        assert seen
        assert len(set().union(*seen)) == 1


def test_contacts_keep_their_id_across_interviews() -> None:
    contacts = (
        Contact("P09", "participant", ("Гүлдана Кәрімқызы Оразбаева",), ("Guldana O",)),
        Contact("interviewer-1", "interviewer", ("Фарида Нуртаева",)),
        Contact("P10", "participant", ("Салтанат Мусина",)),
    )
    talk = dialogue(TALK, {"i": "Farida N", "r": "Guldana O"})
    got = ids(talk, searched(talk, contacts))
    assert got["Гүлдана"] == got["Гуля"] == {"PERSON:P09"}
    assert got["Фарида"] == {"PERSON:interviewer-1"}
    assert "PERSON:P10" not in got["Салтанат"]


def test_a_contact_named_in_full_is_that_contact() -> None:
    contacts = (Contact("P10", "participant", ("Салтанат Мусина",)),)
    talk = dialogue("r: Я дружу с Салтанат Мусиной, она тоже уехала.")
    assert ids(talk, searched(talk, contacts)) == {"Салтанат Мусиной": {"PERSON:P10"}}


def test_private_strings_of_contacts_are_found() -> None:
    contacts = (Contact("P10", "participant", ("Салтанат Мусина",), employers=("Завод Трубоплавка",)),)
    talk = dialogue("r: Я работала на заводе Трубоплавка, там тихо.")
    found = searched(talk, contacts).entities
    assert any(
        entity.kind == "ORG_EMPLOYER" and "Трубоплавка" in talk.turns[0].text[entity.start : entity.end]
        for entity in found
    )


def test_doubt_is_flagged() -> None:
    talk = dialogue("r: Мой брат Асхат Сериков и мой друг Асхат Омаров.\nr: Асхат вчера звонил.")
    found = searched(talk)
    first: list[Entity] = [entity for entity in found.entities if entity.turn == 1]
    assert len({entity.entity_id for entity in first}) == 2
    assert any(flag.rule == "link-uncertain" and flag.turn == 2 for flag in found.flags)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Айгерим", "Айгеримжан"),
        ("Дарина", "Дарена"),
        ("Жанар Тлеубергенова", "Zhanar Тлеубергеннова"),
        ("Кайрат Ильясович", "Койрат Ильясавич"),
        ("Дариночка", "Дарина Омарова"),
        ("Ержан", "Ерж"),
        ("Санжар", "Сан жар"),
        ("Дмитрий Волошин", "Диме"),
        ("Пак Мин Чжи", "Мин Чжи"),
        ("Болат", "Болатом Ермековичем"),
    ],
)
def test_fitting(one: str, other: str) -> None:
    assert fits(person(one), person(other)) >= LINK


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Айгерим", "Айжан"),
        ("Ерлан", "Ержан"),
        ("Роза Тулегеновна", "Роза Маратовна"),
        ("Асхат Сериков", "Асхат Омаров"),
        ("Марат Сериков", "Динара Серикова"),
        ("Данияр Каримович", "Данияра Каримовна"),
        ("Ильяс", "Кайрат Ильясович"),
        ("Абдикалык", "Ержан Абдикаликов"),
    ],
)
def test_not_fitting(one: str, other: str) -> None:
    assert fits(person(one), person(other)) < LINK


def test_a_brief_question_goes_to_who_is_called() -> None:
    from pipeline.deidentify.passage import Finding, passage
    from pipeline.deidentify.people import linking

    made = passage("Асель, слышно?")
    mention = linking.mention(1, Finding(0, 5, "PERSON", 0.9, "test"), made.text, "S0")
    people = [linking.Known([], "", "S0"), linking.Known([], "", "S1")]
    assert linking._addressed(mention, people, made) == 1
    long = passage("Асель, подруга моя, уехала в том году учиться?")
    assert linking._addressed(mention, people, long) == -1
