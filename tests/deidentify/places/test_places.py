"""Settlements, regions and countries in any case form, size and spelling."""

from __future__ import annotations

import pytest

from pipeline.deidentify.places import settlements, town_adjectives
from tests.helpers.marked_sentences import bare, found, marked_by, read

CASED = (
    "Я родом из [Щучинска|CITY_SMALL], сейчас живу в [Варшаве|CITY_LARGE].",
    "Переехали в [Усть-Каменогорск|CITY_SMALL], потом в [Нижний Новгород|CITY_LARGE].",
    "Летели через [Франкфурт-на-Майне|CITY_LARGE] в [Санкт-Петербург|CITY_LARGE].",
    "Бабушка осталась в [Өскемене|CITY_SMALL], дядя в [Целинограде|CITY_LARGE].",
    "Из [Алма-Аты|CITY_LARGE] в [Экибастуз|CITY_SMALL] поездом сутки.",
    "Снимаю комнату в [Брно|CITY_SMALL], рядом с вокзалом.",
    "Мы выросли в селе [Кызыл-Арай|CITY_SMALL] без интернета.",
    "Практика была в ауле [Тасмурын|CITY_SMALL], там степь.",
    "Родители живут под [Талгаром|CITY_SMALL].",
    "Семья из [Северо-Казахстанской области|REGION], из [Петропавловска|CITY_SMALL].",
    "Потом был штат [Огайо|REGION] и город [Колумбус|CITY_LARGE].",
    "Он из [Баварии|REGION], она из [Каталонии|REGION].",
    "В [Алматыда|CITY_LARGE] тұрамын, қазір жұмыста.",
    "Поехала в [Ыстанбул|CITY_LARGE], ну, в [Стамбул|CITY_LARGE].",
    "Живу в [Лос-Анджелесе|CITY_LARGE] уже год.",
    "Дорога из [Шымкента|CITY_LARGE] в [Тараз|CITY_SMALL] короткая.",
)
BARE = tuple(
    marked for marked in CASED if "Тасмурын" not in marked and "Кызыл-Арай" not in marked and "тұрамын" not in marked
)
MISHEARD = (
    ("Я родом из Кастаная.", "Кастаная"),
    ("Живём в Людвигсхаффене.", "Людвигсхаффене"),
    ("Переехали в Karagandu, потом обратно.", "Karagandu"),
    ("Родилась в Кокши тау.", "Кокши тау"),
    ("Дед из Жизказгана.", "Жизказгана"),
)
COMMON = (
    "Мир тесен, и правда это понимаешь только там.",
    "Она сказала: вера и надежда важнее денег.",
    "По вечерам мы сидели на балконе и пили чай.",
    "Это вообще не про деньги, в смысле, ну, не только.",
    "В принципе, в целом, я доволен, в итоге остался.",
    "Работаю в офисе, потом в спортзал, потом домой.",
    "На родину тянет весной, через реку виден мост.",
    "Получаю в тенге, трачу в евро, коплю в долларах.",
    "Созвонились в зуме, потом в вотсапе, в общем, на связи.",
)


@pytest.mark.parametrize("marked", CASED)
def test_places_are_found_in_any_case_form(marked: str) -> None:
    assert marked_by(settlements.RULES, marked) == marked


@pytest.mark.parametrize("marked", BARE)
def test_the_same_without_capitals_and_punctuation(marked: str) -> None:
    lowered = bare(marked)
    text, wanted = read(lowered)
    covered = {
        i for f in found(settlements.RULES, text, cased=False) if f.kind != "COUNTRY" for i in range(f.start, f.end)
    }
    assert all(covered.issuperset(range(start, end)) for start, end, _ in wanted), lowered


@pytest.mark.parametrize(("text", "town"), MISHEARD)
def test_misheard_towns_are_found(text: str, town: str) -> None:
    start = text.index(town)
    assert any(f.start <= start and start + len(town) <= f.end for f in found(settlements.RULES, text)), text


@pytest.mark.parametrize("text", COMMON)
@pytest.mark.parametrize("cased", [True, False])
def test_ordinary_words_are_no_places(text: str, cased: bool) -> None:
    shown = text if cased else bare(text)
    assert marked_by(settlements.RULES, shown, cased=cased) == shown


@pytest.mark.parametrize(
    "marked",
    [
        "Живу в [Японии|COUNTRY], раньше в [Южной Корее|COUNTRY].",
        "Из [Казахстана|COUNTRY] в [США|COUNTRY] через [Турцию|COUNTRY].",
        "Сестра в [Эмиратах|COUNTRY], брат в [Новой Зеландии|COUNTRY].",
        "Подумывала о [Чехии|COUNTRY] и [Нидерландах|COUNTRY].",
    ],
)
def test_countries_are_known_and_kept(marked: str) -> None:
    assert marked_by(settlements.RULES, marked, keep=True) == marked
    assert marked_by(settlements.RULES, marked) == read(marked)[0]


def test_a_question_about_a_place_makes_its_answer_one() -> None:
    (finding,) = found(settlements.RULES, "Аркалык.", before="А родились вы где?")
    assert finding.kind == "CITY_SMALL"


@pytest.mark.parametrize(
    "text",
    [
        "Он служил в стройбатальоне, потом в автоколонне.",
        "Ходила в художку, брат бегал в регистрационку, а мама сидела в районке.",
        "Работал в нефтесервисе, потом в спецотделе.",
    ],
)
def test_words_that_speakers_make_up_are_no_places(text: str) -> None:
    assert marked_by(settlements.RULES, text) == text


def test_adjectives_of_towns() -> None:
    marked = "[Экибастузские|CITY_SMALL] ребята держались вместе, был ещё парень [талгарский|CITY_SMALL]."
    assert marked_by(town_adjectives.RULES, marked) == marked
    marked = "наши [усть каменогорские|CITY_SMALL] зимы и уральские горы"
    assert marked_by(town_adjectives.RULES, marked, cased=False) == marked
    assert "[" not in marked_by(town_adjectives.RULES, "Русские, советские и женские песни, Актюбинский завод.")


def test_districts_by_number() -> None:
    assert marked_by(settlements.RULES, "Живу в [шестнадцатом бецирке|CITY_SMALL], дорого.") == (
        "Живу в [шестнадцатом бецирке|CITY_SMALL], дорого."
    )


def test_size_decides_the_kind() -> None:
    known = settlements.settlements()
    assert known["астана"] >= settlements.LARGE > known["костанай"]
