"""Workplaces, schools and addresses that a sentence names by its build; titles and programmes that name nobody."""

from __future__ import annotations

import pytest

from pipeline.deidentify.contacts import address_chains, addresses, landmarks
from pipeline.deidentify.kept import works
from pipeline.deidentify.organisations import (
    abbreviations,
    employers,
    institutions,
    schools,
    unique_roles,
    universities,
)
from pipeline.deidentify.passage import passage
from pipeline.deidentify.people import names
from tests.helpers.marked_sentences import marked_by, read

WORK = (*institutions.RULES, *schools.RULES, *employers.RULES, *abbreviations.RULES, *universities.RULES)
TOLD = (
    "Дядя следователь, [УВД Ауэзовского района|ORG_EMPLOYER], строгий.",
    "Потом он перешёл в [эн ти си о|ORG_EMPLOYER], работал вахтой.",
    "Мама педиатр, [городская поликлиника номер семь|ORG_EMPLOYER], всю жизнь.",
    "Поступила в [университет штата Мичиган|ORG_UNIVERSITY] на биологию.",
    "Поступил в [Академию искусств Рубинштейна|ORG_UNIVERSITY], на скрипку.",
    "А меня отдали в [сто двенадцатую|ORG_SCHOOL], к тёте поближе.",
    "Перевелась в [ТУ Грац|ORG_UNIVERSITY] на архитектуру.",
    "Лицей, номер уже не помню... кажется, [сорок шестой|ORG_SCHOOL]. Хороший был.",
    "Обычная школа у дома. [Номер девять|ORG_SCHOOL]. Потом училище.",
    "Школа там одна, [имени Шокана Тасбулатова|ORG_SCHOOL]. Маленькая.",
    "Кофейня у нас своя, называется [«Два верблюда»|ORG_EMPLOYER], с утра очередь.",
    "Отец держит [крестьянское хозяйство «Арай»|ORG_EMPLOYER] под посёлком.",
    "Закончила местный вуз, это [ЗКГУ|ORG_UNIVERSITY], и уехала.",
)
HOMES = (
    "Живём тут: [Каррер де Сантс, сорок два, дверь три|ADDRESS].",
    "Записывайте: [башня Аль-Мадина, двенадцатый этаж, квартира девятьсот один|ADDRESS].",
    "Жила так: [Мапхо-гу, Согё-дон, 12, комната 5|ADDRESS].",
    "Шлите сюда: [провинция Хэнань, город Лоян, улица Чжуншань Лу, дом 8|ADDRESS].",
    "Мы снимали квартиру [напротив ЦУМа|ADDRESS], третий месяц.",
    "Квартира у нас на [Шевченко, угол Масанчи|ADDRESS], шумно.",
    "Жили в [десятом микрорайоне, дом три|ADDRESS], у моря.",
    "Адрес такой: [Саппоро-си, Тюо-ку, Минами 3, Хигаси 2, квартира 11|ADDRESS].",
    "Жила в [Орбите-3|ADDRESS], у тёти.",
    "Общага была по адресу [4-12-7 Ниси, Тама-ку, 214-0001|ADDRESS].",
    "Письма шлите на [455 Oak Street, Austin, TX 78701|ADDRESS].",
    "Дом стоял [рядом с мечетью «Нур»|ADDRESS], будило.",
    "Офис наш — [город Нинбо, улица Чжуншань Лу, дом 218, кабинет 904|ADDRESS].",
)
TITLED = (
    "Дед рассказывал сказку [«Алдар Көсе»|TRAP] перед сном.",
    "Квартиру дали по программе [«Асыл мекен»|ALLOWED_TERM], повезло.",
    "Дочитала [«Вечера на хуторе»|TRAP] в поезде.",
    "Папа болеет за [«Ордабасы»|TRAP], ходит на стадион.",
    "Мне дали стипендию [Коперника|ALLOWED_TERM], на год.",
)
UNIQUE = (
    "Я [первый уйгур, который защитился по лингвистике в Лионе|PROFESSION_UNIQUE].",
    "Мы [единственная казахская семья во всём Йеллоунайфе|PROFESSION_UNIQUE].",
)


@pytest.mark.parametrize("marked", TOLD)
def test_workplaces_and_universities_by_their_build(marked: str) -> None:
    assert marked_by(WORK, marked) == marked


@pytest.mark.parametrize("marked", HOMES)
def test_addresses_told_as_lists(marked: str) -> None:
    assert marked_by((*addresses.RULES, *address_chains.RULES, *landmarks.RULES), marked) == marked


@pytest.mark.parametrize("marked", TITLED)
def test_titles_and_programmes_stay(marked: str) -> None:
    assert marked_by((*names.RULES, *works.RULES), marked, keep=True) == marked


@pytest.mark.parametrize("marked", UNIQUE)
def test_unique_roles_of_any_people(marked: str) -> None:
    assert marked_by(unique_roles.RULES, marked) == marked


def test_the_answer_to_a_question_about_school() -> None:
    marked = "Обычная, [пятая|ORG_SCHOOL]. Гимназия потом."
    assert marked_by(schools.RULES, marked, before="А школа какая была?") == marked
    marked = "В британской, [Maple Leaf|ORG_SCHOOL]. Дорого."
    assert marked_by(schools.RULES, marked, before="В какой школе учатся?") == marked


@pytest.mark.parametrize(
    "text",
    [
        "Суд города был закрыт, и мы ждали.",
        "Первый этаж, второй этаж, третий, я всё обошла.",
        "Пришли двое, трое, потом ещё пять, и всё.",
        "Мы встретились рядом с театром и пошли в кино.",
        "В школе было хорошо, десятый класс, потом третий курс.",
        "Книга лежала на столе, я её не читала.",
    ],
)
def test_ordinary_sentences_hold_nothing(text: str) -> None:
    rules = (*WORK, *address_chains.RULES, *works.RULES, *landmarks.RULES)
    assert not [found for rule in rules for found in rule.find(passage(text))], read(text)
