"""What names nobody stays: programmes, products, public figures who are strangers to the speaker."""

from __future__ import annotations

import pytest

from pipeline.deidentify.kept import public
from tests.helpers.marked_sentences import bare, found, marked_by, read

KEPT = (
    "Уехала по [Болашаку|ALLOWED_TERM], сдала [IELTS|ALLOWED_TERM].",
    "Подавалась на [Чивнинг|ALLOWED_TERM] и [Эразмус Мундус|ALLOWED_TERM].",
    "Когда [Назарбаев|PUBLIC_FIGURE] ушёл, все обсуждали.",
    "Читали [Абая|PUBLIC_FIGURE] и [Мухтара Ауэзова|PUBLIC_FIGURE] в школе.",
    "[Илон Маск|PUBLIC_FIGURE] меня вдохновил.",
    "Получила [Blue Card|ALLOWED_TERM] через год.",
    "Дед при [Брежневе|PUBLIC_FIGURE] строил плотину.",
    "Бабушка слушала [Кобзона|PUBLIC_FIGURE] по радио.",
    "Детям читаем [Маршака|PUBLIC_FIGURE] на ночь.",
    "Как писал [Лесков|PUBLIC_FIGURE], всё решает случай.",
    "Наш [Токаев|PUBLIC_FIGURE] тоже выступал.",
    "Купались в [Байкале|ALLOWED_TERM], видели [Карпаты|ALLOWED_TERM].",
    "Новости беру с [Тенгриньюс|TRAP], иногда [Евроньюс|TRAP].",
)
NOT_KEPT = (
    "Мой дядя Абай живёт в деревне.",
    "Наш директор Токаев был строгий.",
    "Его зовут Абай, он инженер.",
    "Айдос Назарбаев учился со мной.",
    "Потом Кобзон меня уволил, начальник цеха.",
    "Слушала лекции профессора Репина.",
    "Махамбет сказал, что не приедет.",
    "Рамазан и Томирис поженились летом.",
)


@pytest.mark.parametrize("marked", KEPT)
def test_kept_with_a_reason(marked: str) -> None:
    assert marked_by(public.RULES, marked, keep=True) == marked
    assert all(finding.rule for finding in found(public.RULES, read(marked)[0]))


@pytest.mark.parametrize("marked", KEPT)
def test_kept_without_capitals(marked: str) -> None:
    assert marked_by(public.RULES, bare(marked), cased=False, keep=True) == bare(marked)


@pytest.mark.parametrize("text", NOT_KEPT)
def test_a_namesake_who_is_kin_or_boss_is_not_kept(text: str) -> None:
    assert "PUBLIC_FIGURE" not in marked_by(public.RULES, text, keep=True)


def test_a_film_or_a_feast_that_is_a_given_name_too() -> None:
    assert "ALLOWED_TERM" in marked_by(public.RULES, "Мы смотрели «Томирис» в кино.", keep=True)
    assert "ALLOWED_TERM" in marked_by(public.RULES, "После Рамазана пост кончился.", keep=True)


def test_a_programme_that_is_a_university_where_somebody_teaches() -> None:
    assert "ALLOWED_TERM" not in marked_by(public.RULES, "Она преподаёт в Эразмусе.", keep=True)
    assert "ALLOWED_TERM" in marked_by(public.RULES, "Уехала по Эразмусу.", keep=True)


def test_english_words_inside_russian_are_words() -> None:
    shown = marked_by(public.RULES, "мне recruiter написала про offer и deadline", cased=False, keep=True)
    assert shown.count("|TRAP]") == 3
