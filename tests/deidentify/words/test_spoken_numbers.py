"""Spoken numbers are read back to the characters they came from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.deidentify.passage import passage
from pipeline.deidentify.words import spoken_numbers

UNITS = "ноль один два три четыре пять шесть семь восемь девять".split()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("двести тридцать четыре", [234]),
        ("тысяча девятьсот девяносто третьего года", [1993]),
        ("две тысячи двадцать первом", [2021]),
        ("двухтысячного", [2000]),
        ("двадцать пятого мая", [25]),
        ("сто шестьдесят тысяч долларов", [160_000]),
        ("полтора миллиона, 3 миллиона", [10**6, 3 * 10**6]),
        ("семь семьсот один", [7, 701]),
        ("двенадцать тридцать четыре", [12, 34]),
        ("сорока двумя", [42]),
        ("2018-го и 90-е", [2018, 90]),
    ],
)
def test_values(text: str, values: list[int]) -> None:
    assert [number.value for number in spoken_numbers.numbers(passage(text))] == values


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("ноль ноль пять", "005"),
        ("три семёрки два ноля", "77700"),
        ("плюс семь семьсот один 234 пятьдесят шесть", "770123456"),
        ("три, один, два... пять", "3125"),
        ("восемь ну дальше семьсот пять", "8705"),
    ],
)
def test_digits_of_a_run(text: str, digits: str) -> None:
    (run,) = spoken_numbers.runs(passage(text))
    assert run.digits == digits


def test_a_count_ends_a_run() -> None:
    found = spoken_numbers.runs(passage("семьсот пять двадцать два три года"))
    assert [run.digits for run in found] == ["70522"]


def test_family_is_no_seven() -> None:
    assert spoken_numbers.numbers(passage("люблю свою семью")) == ()


@given(st.lists(st.integers(0, 9), min_size=1, max_size=15))
def test_digits_said_one_by_one_come_back(digits: list[int]) -> None:
    text = "номер " + " ".join(UNITS[digit] for digit in digits) + " записали"
    (run,) = spoken_numbers.runs(passage(text))
    assert run.digits == "".join(map(str, digits))
    assert text[run.start : run.end] == text[6:-9]


@given(st.integers(0, 999))
def test_a_number_said_in_words_has_its_value(value: int) -> None:
    hundreds = ["", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"]
    tens = ["", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"]
    teens = dict(spoken_numbers.CARDINALS[9:19])
    words = [hundreds[value // 100]]
    rest = value % 100
    if 10 <= rest < 20:
        words.append(next(word for word, number in teens.items() if number == rest))
    else:
        words += [tens[rest // 10], UNITS[rest % 10] if rest % 10 or not value else ""]
    (number,) = spoken_numbers.numbers(passage(" ".join(filter(None, words))))
    assert number.value == value


@given(st.text(max_size=80))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    made = passage(text)
    for run in spoken_numbers.runs(made):
        assert 0 <= run.start < run.end <= len(text)
