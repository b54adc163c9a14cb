"""The normal form: what is seen and nothing else, and every stretch found again in the text it came from."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.deidentify import stage
from pipeline.deidentify.labels.replace import released
from pipeline.deidentify.normal_form import lettered, numeric, plain, readings
from pipeline.model import Dialogue, Job, Speaker, Turn
from pipeline.participants import Contact

ERZHAN = Contact("P07", "participant", names=("Ержан Мукашев",), phones=("+7 701 234 56 78",))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Ай\u00adге\u200bрим", "Айгерим"),
        ("Ай\u2066ге\u206aри\u20d0м", "Айгерим"),
        ("Ай\u0483ге\u180bрим\U000e0100", "Айгерим"),
        (unicodedata.normalize("NFD", "Айгерим"), "Айгерим"),
        ("Sаrsеnоvа", "Sarsenova"),
        ("Αйгерим", "Айгерим"),
        ("𝐀𝐢𝐠𝐞𝐫𝐢𝐦", "Aigerim"),
        ("🅐🅘gerim", "AIgerim"),
        ("Ꮪarsenova", "Sarsenova"),
        ("Сᴀрсᴇнова", "Сарсенова"),
        ("٧٠١ ७०१ 7️⃣0️⃣1️⃣", "701 701 701"),
        ("701\u2011555", "701-555"),
        ("120 м² в доме¹", "120 м в доме"),
        ("½ № 5G H2O Covid-19 Zoomом whatsapp-ом №5", "½ № 5G H2O Covid-19 Zoomом whatsapp-ом №5"),
        ("Şükrü Žofia, naïve", "Şükrü Žofia, naïve"),
        ("Қазақстан, ғылым, ёлка, й", "Қазақстан, ғылым, ёлка, й"),
    ],
)
def test_a_text_is_read_as_it_is_seen(written: str, read: str) -> None:
    assert plain(written).text == read


def test_a_word_may_be_read_in_the_other_alphabet_and_signs_as_letters() -> None:
    assert "Асет" in readings("Acet")
    assert "омарова" in readings("0марова")
    assert "зайнаб" in readings("3айнаб")
    assert "Omarov" not in readings("Омаров")


def test_a_digit_among_letters_is_a_letter() -> None:
    assert lettered("Сарсен0ва, H2O, 5G, Covid19, А123ВС") == "Сарсенова, H2O, 5G, Covid19, А123ВС"


def test_letters_among_digits_are_digits() -> None:
    assert numeric("7О1 555 О1 4з") == "701 555 01 43"
    assert numeric("он и она, Осло 2015") == "он и она, Осло 2015"


@given(st.text(max_size=60))
def test_every_stretch_lies_in_its_source_and_in_order(text: str) -> None:
    made = plain(text)
    at = 0
    for start in range(len(made.text)):
        a, b = made.source(start, start + 1)
        assert at <= a < b <= len(text)
        at = a
    if made.text:
        assert made.source(0, len(made.text))[1] == len(text)


@given(st.text(max_size=60))
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    once = plain(plain(text).text).text
    assert plain(once).text == once


def masked(text: str) -> str:
    turn = Turn(1, 0.0, 1.0, "r", text, (), ())
    dialogue = Dialogue((turn,), (Speaker("r", "respondent", "P07", (), 1.0),))
    found = stage.redact(stage.Item(Job("P07", Path("nowhere")), dialogue, (ERZHAN,)), stage.Settings())
    return released(turn, found.entities)


@pytest.mark.parametrize(
    "written",
    [
        "Ер\u00adжан",
        "Ержан\u200bом",
        "Е\u2060р\u2060ж\u2060а\u2060н",
        "Ер\u034fжан\u00ad",
        unicodedata.normalize("NFD", "Мука\u0301шев"),
        "Eржан",
        "Муκашев",
        "Мук4шев",
        "М\u20d0укашев\u2066",
        "+7 701\u2011234\u201156\u201178",
        "٧٠١ ٢٣٤ ٥٦ ٧٨",
    ],
)
def test_a_mask_covers_a_word_with_what_is_invisible_in_it(written: str) -> None:
    shown = masked(f"Я говорил, {written} сказал потом, и всё хорошо.")
    before, label, after = shown.partition("[")[0], shown.partition("[")[2].partition("]")[0], shown.partition("]")[2]
    assert before == "Я говорил, "
    assert label
    assert after.lstrip() == "сказал потом, и всё хорошо."
