"""Kinds of what no dictionary tells: codes, days, homes, the only one, institutions, and names by where they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.deidentify.open_words import settle
from pipeline.deidentify.passage import passage
from tests.deidentify.open_words.test_settle import asked, questions, searched

HERE = Path(__file__).parent
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def rows(name: str) -> list[str]:
    """The lines of a table of utterances without remarks."""
    return [line for line in (HERE / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]


def left_in_clear(row: str) -> str:
    """Letters and digits in brackets that are neither hidden nor asked about."""
    *before, marked = row.partition(": ")[2].split(" / ")
    plain, spans = "", []
    for part in re.split(r"(\[.*?\])", marked):
        if part.startswith("["):
            spans.append((len(plain), len(plain) + len(part) - 2))
        plain += part.strip("[]")
    found, turn = searched(*before, plain), len(before) + 1
    caught = [(one.start, one.end) for one in found.open if one.turn == turn]
    caught += [(one.start, one.end) for one in found.entities if one.label and one.turn == turn]
    covered = {at for start, end in caught for at in range(start, end)}
    left = [plain[at] for start, end in spans for at in range(start, end) if plain[at].isalnum() and at not in covered]
    return "".join(left)


MISSED = rows("utterances_missed.txt")


@pytest.mark.parametrize("row", [*rows("utterances_seen.txt"), *rows("utterances_aside.txt")])
def test_what_no_dictionary_tells_is_hidden_or_asked_about(row: str) -> None:
    assert left_in_clear(row) == ""


@pytest.mark.parametrize("row", MISSED)
@pytest.mark.xfail(strict=True, reason="known to be missed")
def test_what_is_known_to_be_missed(row: str) -> None:
    assert left_in_clear(row) == ""


@pytest.mark.parametrize("text", rows("utterances_ordinary.txt"))
def test_what_only_looks_like_it_is_settled(text: str) -> None:
    assert asked(*text.split(" / ")) == []


def test_a_code_is_one_question_from_its_first_piece_to_its_last() -> None:
    (one,) = asked("Жетон мой, бэ девять ноль три один шесть, на цепочке.")
    assert one == "бэ девять ноль три один шесть"


def test_words_around_what_is_hidden_in_a_phrase_are_asked_about() -> None:
    text = "Сидели в квартире, третий Карасу, дом восемь, квартира одиннадцать."
    found = searched(text)
    spans = [(e.start, e.end) for e in found.entities if e.label] + [(o.start, o.end) for o in found.open]
    covered = {at for start, end in spans for at in range(start, end)}
    start = text.index("третий")
    assert all(at in covered for at in range(start, len(text) - 1) if text[at].isalnum())


def test_a_rare_word_that_somebody_is_called_is_asked_about_wherever_it_stands() -> None:
    turns = ("меня колпак зовут на судне", "потом колпак уехал и всё")
    (one,) = {one.question for one in searched(*turns).open}
    assert asked(*turns) == ["колпак", "колпак"]
    assert one == questions(turns[0])[0]


WORDS = (
    *("живём", "спросите", "за", "возле", "старой", "мельницей", "дом", "восемь", "третий", "Карасу", "квартира", ","),
    *("номер", "серия", "эм", "МС", "дробь", "двадцать", "2", "мая", "девятого", "родился", "год", "Зайца", "Наурыз"),
    *("собака", "точка", "кей", "зет", "нижнее", "подчёркивание", "единственный", "на", "весь", "район", "кто", "от"),
    *("меня", "зовут", "пани", "фирма", "называется", "Айгерим", "Шу", "в", "областную", "я", "с", "«", "»", ".", "?"),
)
texts = st.lists(st.sampled_from(WORDS), max_size=16).map(" ".join)


@few
@given(texts, texts)
def test_no_word_is_asked_about_twice_nor_when_it_is_hidden(before: str, text: str) -> None:
    found = searched(before, text)
    for turn in (1, 2):
        spans = [(one.start, one.end) for one in found.open if one.turn == turn]
        hidden = [(one.start, one.end) for one in found.entities if one.label and one.turn == turn]
        letters = [at for start, end in (*spans, *hidden) for at in range(start, end)]
        assert len(letters) == len(set(letters))
        assert all(0 <= start < end <= len((before, text)[turn - 1]) for start, end in spans)


@few
@given(texts)
def test_every_kind_stays_within_its_turn(text: str) -> None:
    made = passage(text, "какого года вы родились")
    for kind in settle.KINDS:
        for first, last, clues in kind(made, settle.NOTHING):
            assert 0 <= first < last <= len(made.tokens)
            assert clues["bias"] == 1.0
