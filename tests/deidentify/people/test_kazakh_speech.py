"""Interviews in Kazakh are searched: names and towns in their endings are found, ordinary words stay."""

from __future__ import annotations

import pytest

from pipeline.deidentify.people import kazakh_speech
from pipeline.deidentify.rules import RULES
from tests.helpers.marked_sentences import marked_by

NAMED = (
    "Менің атым [Айгерім|PERSON], мен мұғаліммін.",
    "[Ерланның|PERSON] үйі үлкен.",
    "Кеше [Сәулеге|PERSON] хабарластым.",
    "[Сансызбай|PERSON] деген інім бар.",
    "Біз [Қызылордада|CITY_SMALL] тұрамыз.",
)
ORDINARY = (
    ("Ол кісі ауырып қалды, ауруханаға жатқыздық.", True),
    ("Сол кезде көктем еді, қар еріп жатты.", True),
    ("Алтын, күміс, бәрі сатылды.", True),
    ("Бақыт деген не сонда?", True),
    ("калай жагдайыныз жаксы ма", False),
    ("енди не болады кудай биледи", False),
)


@pytest.mark.parametrize("marked", NAMED)
def test_names_and_towns(marked: str) -> None:
    assert marked_by(RULES, marked) == marked


@pytest.mark.parametrize(("text", "cased"), ORDINARY)
def test_ordinary_words(text: str, cased: bool) -> None:
    assert marked_by(RULES, text, cased=cased) == text


@pytest.mark.parametrize("word", ["балаларымызға", "келдіңіздер", "жұмыстан", "кітабым", "жагдайыныз"])
def test_stems_with_their_endings(word: str) -> None:
    assert kazakh_speech.is_word(word)


@pytest.mark.parametrize("word", ["стол", "Данияр".lower(), "каскелен", "телефонист"])
def test_other_words(word: str) -> None:
    assert not kazakh_speech.is_word(word)
