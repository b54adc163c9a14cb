"""Clean and verbatim: what is taken out of a printed turn, and what never is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.release.documents.verbatim import clean, pause


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ("Э-э, я пошла домой.", "Я пошла домой."),
        ("Я, э-э, пошла, м-м, домой.", "Я, пошла, домой."),
        ("Это было, э-э.", "Это было."),
        ("Я я я пошла.", "я пошла."),
        ("Поехала в, в Прагу.", "Поехала в Прагу."),
        ("Поступила в уни- университет.", "Поступила в университет."),
        ("Поступила в уни… университет.", "Поступила в университет."),
        ("Хотела… Потом передумала.", "Хотела… Потом передумала."),
        ("Ну, вот, как бы да.", "Ну, вот, как бы да."),
        ("Очень, очень хорошо. Да, да.", "Очень, очень хорошо. Да, да."),
        ("Угу.", "Угу."),
        ("Ага. М-м.", "Ага."),
        ("М-м, э-э.", "М-м, э-э."),
        ("Эльмира и Эрмек уехали.", "Эльмира и Эрмек уехали."),
        ("Это мама, Умм-Хан.", "Это мама, Умм-Хан."),
        ("Мен, мен кейін келдім, э-э, елге.", "мен кейін келдім, елге."),
        ("", ""),
    ],
)
def test_clean_takes_out_hesitation_alone(said: str, printed: str) -> None:
    assert clean(said, (), {}).casefold() == printed.casefold()


def test_a_sentence_keeps_its_capital() -> None:
    assert clean("Э-э, потом уехала. М-м, вернулась.", (), {}) == "Потом уехала. Вернулась."


def test_labels_are_never_touched() -> None:
    text = "Я в, в [город-1] и [э-э] жила."
    labels = [(text.index("["), text.index("]") + 1), (text.rindex("["), text.rindex("]") + 1)]
    assert clean(text, labels, {}) == "Я в [город-1] и [э-э] жила."
    assert clean("э-э, [имя-1] пришла", [(5, 12)], {}) == "[имя-1] пришла"
    assert clean("Айг- [имя-1] пришла", [(5, 12)], {}) == "Айг- [имя-1] пришла"


@pytest.mark.parametrize(
    ("seconds", "mark"), [(0.9, "(.)"), (1.6, "(..)"), (3.2, "(...)"), (3.6, "(4)"), (12.0, "(12)")]
)
def test_pauses_are_written_as_dresing_and_pehl_do(seconds: float, mark: str) -> None:
    assert pause(seconds) == mark


def test_marks_outlive_the_word_they_stand_before() -> None:
    assert clean("Да. Э-э, потом.", (), {4: "(5) "}) == "Да. (5) Потом."
    assert clean("Да потом.", (), {3: "(...) "}) == "Да (...) потом."


WORDS = st.sampled_from(["я", "э-э,", "м-м", "Пошла", "пош-", "пошла.", "в", "[имя-1]", "ну", "да,", "Э-э…"])


@given(st.lists(WORDS, max_size=12), st.data())
def test_clean_never_adds_a_word_or_loses_a_label_or_a_mark(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    labels = [match.span() for match in re.finditer(r"\[[^]]+\]", text)]
    starts = [match.start() for match in re.finditer(r"\S+", text)]
    marks = {
        start: "(4) " for start in data.draw(st.sets(st.sampled_from(starts), max_size=3) if starts else st.just(set()))
    }
    printed = clean(text, labels, marks)
    assert printed.count("[имя-1]") == words.count("[имя-1]")
    assert printed.count("(4)") == len(marks)
    left = iter(re.findall(r"\w+", text.casefold()))
    without = re.findall(r"\w+", printed.replace("(4)", " ").casefold())
    assert all(any(word == other for other in left) for word in without)
    kept = set(re.findall(r"\w+", printed.casefold()))
    assert all(word in kept for word in ("ну", "да", "пошла") if word in re.findall(r"\w+", text.casefold()))
