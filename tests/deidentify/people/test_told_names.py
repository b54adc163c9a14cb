"""Names that the sentence announces: in two words, in two alphabets, or words that are no names elsewhere."""

from __future__ import annotations

import pytest

from pipeline.deidentify.rules import RULES
from tests.helpers.marked_sentences import marked_by

WRITTEN = (
    "[за мир|PERSON] меня зовут, полностью длиннее.",
    "Там один парень, [у лан|PERSON], он первый ушёл.",
    "Потом [Daniyar омаров|PERSON] подписывал акт.",
    "Моего босса зовут [Чили|PERSON], он из Таиланда.",
    "Её назвали [Рига|PERSON], представляете, в честь города.",
)
SPOKEN = (
    "меня [ай герим|PERSON] зовут ну запишите",
    "это [мак сат|PERSON] мой двоюродный он привёз",
)
PLAIN = (
    ("Бабушка не читала, но всё понимала.", True),
    ("Мама у нас строгая.", True),
    ("сына назвали в честь деда", False),
    ("брат на работе у него смена", False),
)


@pytest.mark.parametrize("marked", WRITTEN)
def test_announced_names(marked: str) -> None:
    assert marked_by(RULES, marked) == marked


@pytest.mark.parametrize("marked", SPOKEN)
def test_announced_names_without_capitals(marked: str) -> None:
    assert marked_by(RULES, marked, cased=False) == marked


@pytest.mark.parametrize(("text", "cased"), PLAIN)
def test_words_after_kin_are_no_halves_of_a_name(text: str, cased: bool) -> None:
    assert marked_by(RULES, text, cased=cased) == text
