"""What is told by halves: numbers of schools, addresses abroad, numbers over two turns, user names; and what stays."""

from __future__ import annotations

import pytest

from pipeline.deidentify.contacts import (
    addresses,
    document_numbers,
    emails_and_usernames,
    number_plates,
    phones,
)
from pipeline.deidentify.kept import nationality, public
from pipeline.deidentify.organisations import (
    abbreviations,
    employers,
    institutions,
    listed,
    schools,
    unique_roles,
    universities,
)
from pipeline.deidentify.places import settlements
from tests.helpers.marked_sentences import found, marked_by

NUMBERS = (*emails_and_usernames.RULES, *phones.RULES, *document_numbers.RULES, *number_plates.RULES)
RULES = (
    *listed.RULES,
    *institutions.RULES,
    *schools.RULES,
    *employers.RULES,
    *abbreviations.RULES,
    *universities.RULES,
)
ORGANISATIONS = (
    "Школа обычная, [номер двенадцать|ORG_SCHOOL], во дворе.",
    "Школа — [двадцать третья|ORG_SCHOOL].",
    "[Третью среднюю|ORG_SCHOOL] закончил с медалью.",
    "[Политех|ORG_UNIVERSITY], потом магистратура.",
    "Мама закончила [иняз|ORG_UNIVERSITY].",
    "Работаю в [Миланской опере|ORG_EMPLOYER].",
    "Жена бухгалтер в [школьном округе|ORG_EMPLOYER].",
    "Отец на [ТЭЦ-3|ORG_EMPLOYER] тридцать лет.",
    "Он ресторан держит, [«Золотой фазан»|ORG_EMPLOYER], у вокзала.",
    "[Шелл|ORG_EMPLOYER]. Уже третий год.",
    "Учусь в [KTH|ORG_UNIVERSITY] второй год.",
)
SPOKEN = (
    "отец на [грэс два|ORG_EMPLOYER] работал",
    "дед в [колхозе красный пахарь|ORG_EMPLOYER] жил",
    "лежала [больница покровская|ORG_EMPLOYER] и там",
    "школа [сорок седьмая|ORG_SCHOOL] потом уехал",
    "[кбту|ORG_UNIVERSITY] потом [кмг|ORG_EMPLOYER]",
)
ADDRESSES = (
    "Живём, [3120 Гранвиль, апартмент 604|ADDRESS].",
    "Снимаю [17 Мейпл-лейн|ADDRESS].",
    "До этого [рю де ла Репюблик, 12|ADDRESS].",
    "Живём на [Свеавеген, 51, лгх 1102|ADDRESS].",
)
SPOKEN_ADDRESSES = (
    "живу на [джалан ампанг блок ц 12 07|ADDRESS]",
    "жили [2210 коммершиал апартмент 305|ADDRESS]",
)
KEPT = (
    "Отправляли через Золотую Корону, ездили на Камри.",
    "Смотрели Трюдо по телевизору.",
    "Читала Назыма Хикмета и Сент-Экзюпери.",
    "Кот у нас Бублик, а собаку зовут Тайга.",
    "Такси вызываю через Индрайвер.",
)


@pytest.mark.parametrize("marked", ORGANISATIONS)
def test_organisations_told_by_halves(marked: str) -> None:
    assert marked_by((*RULES, *public.RULES), marked) == marked


@pytest.mark.parametrize("marked", SPOKEN)
def test_the_same_without_capitals(marked: str) -> None:
    assert marked_by(RULES, marked, cased=False) == marked


@pytest.mark.parametrize("marked", ADDRESSES)
def test_addresses_abroad(marked: str) -> None:
    assert marked_by(addresses.RULES, marked) == marked


@pytest.mark.parametrize("marked", SPOKEN_ADDRESSES)
def test_addresses_abroad_without_capitals(marked: str) -> None:
    assert marked_by(addresses.RULES, marked, cased=False) == marked


@pytest.mark.parametrize("text", KEPT)
def test_brands_figures_and_pets_stay(text: str) -> None:
    assert marked_by((*settlements.RULES, *RULES, *public.RULES), text) == text


def test_a_brand_is_masked_where_one_works() -> None:
    marked = "Работаю в [Индрайвере|ORG_EMPLOYER] аналитиком."
    assert marked_by((*RULES, *public.RULES), marked) == marked


@pytest.mark.parametrize("name", ["Айдос Трюдо", "Адель", "Сони", "Сулейменов"])
def test_what_an_ordinary_person_may_be_called_is_no_public_figure(name: str) -> None:
    kinds = {one.kind for one in found(public.RULES, f"Потом я встретила {name} на вокзале.")}
    assert not kinds & {"PUBLIC_FIGURE", "TRAP"}


def test_a_number_dictated_over_two_turns() -> None:
    first = "Записывайте: [восемь семьсот семь|PHONE], эээ…"
    assert marked_by(NUMBERS, first) == first
    rest = "[Двести одиннадцать, ноль пять, сорок восемь|PHONE]. Вот."
    assert marked_by(NUMBERS, rest, before="Диктуйте, диктуйте.") == rest
    assert marked_by(NUMBERS, rest, before="Мы жили в Праге. Было холодно, и ходил трамвай.") != rest


@pytest.mark.parametrize("spelt", ["aidar dot seitov", "marat дефис dev"])
def test_user_names_with_spelt_marks(spelt: str) -> None:
    assert (
        marked_by(emails_and_usernames.RULES, f"пишите [{spelt}|USERNAME] там", cased=False)
        == f"пишите [{spelt}|USERNAME] там"
    )


def test_the_only_one_from_a_country() -> None:
    marked = "Я, наверное, [единственная из Казахстана, кто работал в этой лаборатории|PROFESSION_UNIQUE]."
    assert marked_by(unique_roles.RULES, marked) == marked


def test_small_peoples_of_other_countries() -> None:
    assert (
        marked_by(nationality.RULES, "Сосед [корсиканец|NATIONALITY_SMALL].") == "Сосед [корсиканец|NATIONALITY_SMALL]."
    )


@pytest.mark.parametrize("word", ["продакшене", "маслихате", "резидентуре"])
def test_loans_are_no_towns(word: str) -> None:
    assert not found(settlements.RULES, f"Полгода я был в {word}, потом ушёл.")
