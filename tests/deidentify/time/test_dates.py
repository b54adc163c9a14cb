"""Exact days and dates of birth; bare years, months, ages and durations stay."""

from __future__ import annotations

import pytest

from pipeline.deidentify.contacts import addresses
from pipeline.deidentify.kept import nationality
from pipeline.deidentify.organisations import unique_roles
from pipeline.deidentify.passage import passage
from pipeline.deidentify.time import ages, dates
from tests.helpers.marked_sentences import bare, marked_by

MARKED = (
    "Уехала [3 сентября 2014 года|DATE], в дождь.",
    "Родился [двенадцатого апреля девяносто третьего года|DATE_BIRTH] в роддоме.",
    "Дата рождения [07.11.1990|DATE_BIRTH], пишите.",
    "Свадьба была [21 июня|DATE], жара.",
    "Визу дали [2019-08-15|DATE], я помню.",
    "Защита [пятого марта двадцатого года|DATE], онлайн.",
    "Она [1988 года рождения|DATE_BIRTH], старше меня.",
    "Отпуск с [5 по 12 мая|DATE] взяла.",
)
KEPT = (
    "В 2016 году я уехала, в мае 2018-го вернулась.",
    "В девяностые было трудно, мы жили на зарплату мамы.",
    "Мне тридцать один год, жили вместе пять лет.",
    "На Рождество и на Восьмое марта созваниваемся.",
    "На Восьмое марта подарили цветы, 9 мая парад.",
    "Учёба длилась два года и три месяца.",
)


@pytest.mark.parametrize("marked", MARKED)
def test_days_are_found(marked: str) -> None:
    assert marked_by(dates.RULES, marked) == marked


@pytest.mark.parametrize("marked", [m for m in MARKED if "." not in m.strip(".") and "-" not in m])
def test_days_are_found_without_capitals(marked: str) -> None:
    assert marked_by(dates.RULES, bare(marked), cased=False) == bare(marked)


def test_a_year_taken_back_and_a_year_asked_for() -> None:
    marked = "Родилась [второго июня восемьдесят восьмого|DATE_BIRTH], ой, [восемьдесят седьмого|DATE_BIRTH]."
    assert marked_by(dates.RULES, marked) == marked
    marked = "В [восемьдесят девятом году|DATE_BIRTH] родилась, зимой."
    assert marked_by(dates.RULES, marked) == marked
    marked = "В [девяносто втором|DATE_BIRTH], в области."
    assert marked_by(dates.RULES, marked, before="Где вы родились?") == marked
    marked = "Он [сорок первого|DATE_BIRTH], вырос в войну."
    assert marked_by(dates.RULES, marked, before="А дедушка какого года?") == marked
    assert "[" not in marked_by(dates.RULES, "Сорок первого размера.", before="А какого размера обувь?")


@pytest.mark.parametrize("text", KEPT)
def test_years_and_durations_stay(text: str) -> None:
    assert marked_by(dates.RULES, text) == text
    assert marked_by(dates.RULES, bare(text), cased=False) == bare(text)


def test_the_question_tells_a_birthday() -> None:
    shown = marked_by(dates.RULES, "[15.02.1991|DATE_BIRTH].", before="Когда вы родились?")
    assert shown == "[15.02.1991|DATE_BIRTH]."


ADDRESSES = (
    "Адрес: [улица Достык, дом сто пять, квартира двенадцать|ADDRESS].",
    "Жили в [микрорайоне Самал-2, 33, кв 41|ADDRESS], рядом парк.",
    "Живу на [Via Roma 12|ADDRESS], третий год.",
    "Пишите на [25 Baker Street, NW1 6XE|ADDRESS].",
    "Прописан: [ул. Жандосова, д. 58, кв. 12|ADDRESS], Алматы.",
    "Квартира на [Schillerstraße 14|ADDRESS], второй двор.",
    "Снимаем на [Абая 52, квартира 8|ADDRESS].",
    "Общежитие там: [блок C, комната 1204|ADDRESS].",
)


@pytest.mark.parametrize("marked", ADDRESSES)
def test_addresses_are_found_to_the_flat(marked: str) -> None:
    assert marked_by(addresses.RULES, marked) == marked


@pytest.mark.parametrize(
    "marked",
    [
        "жили на [улица достык дом сто пять квартира двенадцать|ADDRESS]",
        "мы в [микрорайон самал 2 33 кв 41|ADDRESS] жили",
        "прописан на [тимирязева сорок два корпус три|ADDRESS]",
    ],
)
def test_spoken_addresses_are_found(marked: str) -> None:
    assert marked_by(addresses.RULES, marked, cased=False) == marked


@pytest.mark.parametrize(
    "text",
    ["Гуляли по улице Абая до вечера.", "В доме три комнаты и два этажа.", "Квартира за 300 евро, 40 квадратов."],
)
def test_a_street_alone_and_a_house_stay(text: str) -> None:
    assert marked_by(addresses.RULES, text) == text


def test_ages_and_sums_are_kept() -> None:
    marked = "Мне [двадцать восемь|AGE] лет, ей [семь|AGE]."
    assert marked_by(ages.RULES, marked, keep=True).count("|AGE]") == 2
    assert marked_by(ages.RULES, "Зарплата двести тысяч тенге.") == "Зарплата двести тысяч тенге."


def test_small_peoples_are_hidden_and_large_ones_stay() -> None:
    marked = "Мама [дунганка|NATIONALITY_SMALL], папа казах, муж японец."
    assert marked_by(nationality.RULES, marked) == marked


@pytest.mark.parametrize(
    "marked",
    [
        "Я [единственный казахстанский судья в трибунале|PROFESSION_UNIQUE], кажется.",
        "Она [первая казашка, которая получила там кафедру|PROFESSION_UNIQUE].",
    ],
)
def test_roles_that_one_person_holds(marked: str) -> None:
    assert marked_by(unique_roles.RULES, marked) == marked


@pytest.mark.parametrize(
    "text", ["Я единственный сын в семье.", "Первый курс был трудным.", "Первая зарплата ушла на билет."]
)
def test_only_and_first_of_other_things_stay(text: str) -> None:
    assert marked_by(unique_roles.RULES, text) == text


def test_days_of_birth_told_by_a_feast() -> None:
    text = "Да, на следующий день после женского, все шутят."
    (told,) = dates.by_feast(passage(text, "Значит, день рождения у вас весной?"))
    assert (text[told.start : told.end], told.kind) == ("на следующий день после женского", "DATE_BIRTH")
    assert not list(dates.by_feast(passage("Мы съехали через три дня после Нового года.", "И где жили?")))
