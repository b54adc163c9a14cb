"""Workplaces by how their names are made or told, with and without capitals."""

from __future__ import annotations

import pytest

from pipeline.deidentify.rules import RULES
from tests.helpers.marked_sentences import marked_by

WRITTEN = (
    "Хожу за хлебом в [«Ромашку»|ORG_EMPLOYER], это магазин рядом.",
    "Подрабатывал [«У Самата»|ORG_EMPLOYER], на трассе.",
    "Муж на [«Каратау»|ORG_EMPLOYER], на разрезе, машинист.",
    "Хозяин полрайона пашет, у него [«Мерке Агро Трейд»|ORG_EMPLOYER].",
    "Контора называется [Steppe Light|ORG_EMPLOYER], удобрения возим.",
    "Меня сразу в [Таласскую областную|ORG_EMPLOYER], на семь месяцев.",
    "Я в [пятой городской|ORG_EMPLOYER] медсестрой.",
    "Отец всю жизнь на [Балхашском медном|ORG_EMPLOYER].",
    "Дежурю в [Первом роддоме|ORG_EMPLOYER].",
    "Он в [Аксайском РОВД|ORG_EMPLOYER] служил, опером.",
    "Статистик из [Меркенской ЦРБ|ORG_EMPLOYER], хорошая женщина.",
    "Училась в [пржевальском медучилище|ORG_SCHOOL], на сестринском.",
    "Закончил [пражский|ORG_UNIVERSITY], на филологии.",
    "Писала диплом на [кафедре славистики|ORG_UNIVERSITY] у них.",
)
SPOKEN = (
    "[фирма алтай строй плюс|ORG_EMPLOYER] называется",
    "у нас [тоо нур строй|ORG_EMPLOYER] было",
    "меня сразу в [таласскую областную|ORG_EMPLOYER] повезли",
)
PLAIN = (
    "Смотрели в «Аватаре» на эти горы.",
    "В пятой палате лежала, городской житель.",
    "Закончил русский язык учить.",
    "Написала в управление образования, молчат.",
)


@pytest.mark.parametrize("marked", WRITTEN)
def test_workplaces_with_capitals(marked: str) -> None:
    assert marked_by(RULES, marked) == marked


@pytest.mark.parametrize("marked", SPOKEN)
def test_workplaces_without_capitals(marked: str) -> None:
    assert marked_by(RULES, marked, cased=False) == marked


@pytest.mark.parametrize("text", PLAIN)
def test_what_only_looks_like_one(text: str) -> None:
    assert "ORG" not in marked_by(RULES, text)


def test_the_answer_to_how_a_plant_is_called() -> None:
    marked = "[Карбид|ORG_EMPLOYER], мы его так звали."
    assert marked_by(RULES, marked, before="А завод какой?") == marked
