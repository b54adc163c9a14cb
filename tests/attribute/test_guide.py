"""The interview guide: how its file is read, which turn asks which question, and what follows from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.attribute import guide
from pipeline.errors import ConfigError

QUESTIONS = (
    "Расскажите, пожалуйста, где вы выросли и где учились в школе?",
    "Как вы решили поступать за границу?",
    "Как отнеслись к этому родители?",
    "С какими трудностями вы столкнулись в первые месяцы?",
    "Ощущаете ли вы связь с Казахстаном?",
    "Думаете ли вы о возвращении?",
)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Где вы выросли?\nКак решили уехать?\n", ("Где вы выросли?", "Как решили уехать?")),
        ("# Блок 1\n\n1. Где вы выросли?\n2) Как решили уехать?\n", ("Где вы выросли?", "Как решили уехать?")),
        ("- **Где** вы выросли?\n  * Как решили   уехать?\n---\n", ("Где вы выросли?", "Как решили уехать?")),
        ("1.2. Где вы выросли?\nа) Как решили уехать?\n", ("Где вы выросли?", "Как решили уехать?")),
        ("2021 год: где вы были?", ("2021 год: где вы были?",)),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "utf-16"])
def test_one_question_a_line_without_the_marks_of_a_list(
    text: str, read: tuple[str, ...], encoding: str, tmp_path: Path
) -> None:
    (tmp_path / "guide.md").write_text(text, encoding=encoding)
    assert guide.read(tmp_path / "guide.md") == read


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("guide.docx", b"PK", "neither .txt nor .md"),
        ("guide.txt", None, "no such file"),
        ("guide.txt", b"", "holds no question"),
        ("guide.txt", "# Айгерим\n---\n12.\n".encode(), "holds no question"),
        ("guide.txt", b"\x00\x01\x02", "no text"),
        ("guide.txt", b"a" * (2 << 20), "holds no question"),
    ],
)
def test_a_guide_that_cannot_be_read_stops_the_study(name: str, data: bytes | None, why: str, tmp_path: Path) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(ConfigError, match=why) as caught:
        guide.read(tmp_path / name)
    assert "Айгерим" not in caught.value.what + caught.value.do


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("Спасибо. Тогда расскажите, где вы росли, где учились в школе?", 1),
        ("а как вы вообще решили поступать за границу", 2),
        ("Понятно. А как родители отнеслись к этому?", 3),
        ("С какими трудностями столкнулись, вот в первые месяцы?", 4),
        ("Вы ощущаете связь с Казахстаном?", 5),
        ("Вы думаете о возвращении домой?", 6),
        ("Сколько это длилось?", 0),
        ("Расскажите, пожалуйста, подробнее.", 0),
        ("Вы где сейчас?", 0),
        ("Угу.", 0),
        ("", 0),
    ],
)
def test_a_turn_asks_the_question_it_is_like(said: str, number: int) -> None:
    assert guide.matched([said], QUESTIONS) == (number,)


def test_a_question_begins_once_and_the_rest_are_follow_ups() -> None:
    turns = (
        "Как вы решили поступать за границу?",
        "А почему именно туда?",
        "То есть решили поступать за границу из-за друзей?",
        "И как отнеслись родители?",
    )
    assert guide.matched(turns, QUESTIONS) == (2, 0, 0, 3)


def test_what_is_only_possible_counts_where_the_guide_would_have_it() -> None:
    weak = "А родители?"
    assert guide.matched([weak], QUESTIONS) == (0,)
    before, after = "Как вы решили поступать за границу?", "С какими трудностями вы столкнулись в первые месяцы?"
    assert guide.matched([before, weak, after], QUESTIONS) == (2, 3, 4)
    assert guide.matched([after, weak, before], QUESTIONS) == (4, 0, 2)


def test_misheard_words_are_still_the_question() -> None:
    assert guide.matched(["с какими труднастями вы сталкнулись в первые месяцы"], QUESTIONS) == (4,)
