"""Passages that a person must read."""

from __future__ import annotations

import pytest

from pipeline.deidentify import flags
from pipeline.model import Dialogue, Turn


def dialogue(*texts: str) -> Dialogue:
    return Dialogue(tuple(Turn(i, 0.0, 1.0, "a", text, (), ()) for i, text in enumerate(texts, start=1)), ())


def rules(text: str) -> set[str]:
    """Rules raised by a turn in the middle of an interview."""
    filler = ["Расскажите ещё."] * 10
    found = flags.flags(dialogue(*filler, text, *filler))
    return {flag.rule for flag in found if flag.turn == 11}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("У меня тогда началась депрессия, пила антидепрессанты.", "health"),
        ("После химиотерапии он уже не работал.", "health"),
        ("Я ходил на митинг, меня задержали.", "politics"),
        ("Столкнулась с дискриминацией из-за внешности.", "ethnicity"),
        ("Наш декан брал взятки, все знали.", "accusation"),
        ("Он мой начальник и он меня обманул.", "accusation"),
        ("Это не для записи, ладно?", "off-the-record"),
        ("Вырежете потом это место?", "off-the-record"),
        ("Только между нами, мне предложили уйти.", "off-the-record"),
        ("мен сол кезде үйге бардым анам өте қуанды", "kazakh"),
        ("Я хожу в мечеть по пятницам.", "religion"),
    ],
)
def test_what_is_flagged(text: str, rule: str) -> None:
    assert rule in rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "Мы варили суп и смотрели на горы.",
        "Рахмет, жақсы, продолжим по-русски.",
        "Я поступила и переехала в общежитие.",
    ],
)
def test_what_is_not(text: str) -> None:
    assert rules(text) == set()


def test_flags_point_at_their_words() -> None:
    made = dialogue(*["Ну да."] * 9, "Честно, это не для записи было.", *["Ну да."] * 9)
    (flag,) = flags.flags(made)
    assert made.turns[flag.turn - 1].text[flag.start : flag.end] == "не для записи"


def test_greetings_and_exchanged_contacts_are_proposed_as_cuts() -> None:
    made = dialogue(
        "Здравствуйте, меня зовут Дарина.", *["Ну да."] * 12, "Запишите мой телефон.", "Спасибо, до свидания!"
    )
    assert {(flag.turn, flag.rule) for flag in flags.flags(made)} == {
        (1, "greeting"),
        (14, "contacts-exchanged"),
        (15, "farewell"),
    }


def test_an_interview_in_kazakh_says_so() -> None:
    kazakh = dialogue(*["Мен осы жерде оқыдым, үйім Алматыда, жұмысым жақсы болды."] * 6)
    assert "mostly-kazakh" in {flag.rule for flag in flags.flags(kazakh)}
    assert flags.kazakh_share(dialogue("Я училась в Праге и работала.")) == 0.0
    assert flags.flags(Dialogue((), ())) == ()
