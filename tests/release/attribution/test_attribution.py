"""The attribution line: the published examples, and agreement for every country, gender and age."""

from __future__ import annotations

import csv
import re
from typing import Any

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.participants import Participant
from pipeline.release.attribution import line as attribution
from pipeline.release.attribution.countries import article, countries, genitive, genitive_plural
from pipeline.release.attribution.line import Language
from pipeline.study.export_settings import Settings
from tests.conftest import ROOT

PUBLISHED = list(
    csv.DictReader((ROOT / "tests" / "data" / "attributions.csv").read_text(encoding="utf-8").splitlines())
)
CODES = sorted(country.alpha_2 for country in pycountry.countries)
IN_FRONT = re.compile(r"^(в|во|на) [А-ЯЁ]|^на (острове|островах) [А-ЯЁ]")


def said(language: Language, settings: Settings = Settings(), **known: Any) -> str:
    return attribution.line(Participant("P01", **known), language, settings)


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: f"{row['gender']}-{row['age']}")
def test_the_published_lines(row: dict[str, str]) -> None:
    participant = Participant(
        "P01",
        gender=row["gender"].lower(),
        age=int(row["age"]),
        university_countries=tuple(row["university_countries"].split(";")),
        residence_country=row["residence_country"],
    )
    assert attribution.line(participant, "ru", Settings()) == row["russian"]
    assert attribution.line(participant, "en", Settings()) == row["english"]


def test_every_country_is_there() -> None:
    assert set(CODES) <= set(countries())


@pytest.mark.parametrize("code", CODES)
def test_every_country_declines(code: str) -> None:
    country = countries()[code]
    assert IN_FRONT.match(country.place_ru)
    assert re.search(r"(ск|цк|ов)(ий|ый)$", country.adjective_ru)
    assert re.search(r"(ск|цк|ов)ого$", genitive(country.adjective_ru))
    assert re.search(r"(ск|цк|ов)(их|ых)$", genitive_plural(country.adjective_ru))
    assert country.adjective_en[0].isupper()


@given(
    code=st.sampled_from(CODES),
    home=st.sampled_from(CODES),
    gender=st.sampled_from(["female", "male"]),
    age=st.integers(18, 99),
)
def test_the_parts_agree(code: str, home: str, gender: str, age: int) -> None:
    known: dict[str, Any] = {"gender": gender, "age": age, "university_countries": (code,), "residence_country": home}
    russian, english = said("ru", **known), said("en", **known)
    noun = re.search(r"(\d+) (год|года|лет),", russian)
    assert noun
    assert noun[2] == expected_years(age)
    graduate = "выпускница" if gender == "female" else "выпускник"
    assert f", {graduate} {genitive(countries()[code].adjective_ru)} университета, живёт " in russian
    assert re.search(r"graduate of (a|an) \w", english)
    assert f"{age} years old" in english
    assert english.endswith(f"lives in {countries()[home].place_en})")


def expected_years(age: int) -> str:
    """By a table of last digits, written out: another way than the code's."""
    if age in range(11, 20):
        return "лет"
    return {1: "год", 2: "года", 3: "года", 4: "года"}.get(age % 10, "лет")


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        *(("American", "an"), ("Italian", "an"), ("Uzbek", "an"), ("Emirati", "an"), ("Åland", "an")),
        *(("Ukrainian", "a"), ("Ugandan", "a"), ("Uruguayan", "a"), ("US", "a"), ("Dutch", "a"), ("Honduran", "a")),
    ],
)
def test_the_article_follows_the_sound(word: str, wanted: str) -> None:
    assert article(word) == wanted


@pytest.mark.parametrize(
    ("code", "place"),
    [
        *(("FR", "во Франции"), ("VN", "во Вьетнаме"), ("CY", "на Кипре"), ("PH", "на Филиппинах"), ("CU", "на Кубе")),
        *(
            ("US", "в США"),
            ("CZ", "в Чехии"),
            ("KR", "в Южной Корее"),
            ("NZ", "в Новой Зеландии"),
            ("KZ", "в Казахстане"),
        ),
        *(("AE", "в ОАЭ"), ("MT", "на Мальте"), ("TW", "на Тайване"), ("NL", "в Нидерландах"), ("ME", "в Черногории")),
    ],
)
def test_where_somebody_lives(code: str, place: str) -> None:
    assert said("ru", residence_country=code) == f"(Живёт {place})"


@pytest.mark.parametrize(
    ("codes", "russian", "english"),
    [
        (("NL",), "выпускница нидерландского университета", "graduate of a Dutch university"),
        (("RU", "RU"), "выпускница российских университетов", "graduate of Russian universities"),
        (
            ("RU", "RU", "US"),
            "выпускница российских и американского университетов",
            "graduate of Russian and American universities",
        ),
        (
            ("FI", "CA", "RU"),
            "выпускница финского, канадского и российского университетов",
            "graduate of Finnish, Canadian and Russian universities",
        ),
        (("CD", "CG"), "выпускница конголезских университетов", "graduate of Congolese universities"),
        (("??", "JP"), "выпускница японского университета", "graduate of a Japanese university"),
    ],
)
def test_several_universities(codes: tuple[str, ...], russian: str, english: str) -> None:
    assert said("ru", gender="female", university_countries=codes) == f"(Женщина, {russian})"
    assert said("en", gender="female", university_countries=codes) == f"(Female, {english})"


@pytest.mark.parametrize("gender", ["", "refused", "unknown"])
def test_a_gender_nobody_told_is_left_out(gender: str) -> None:
    line = said("ru", gender=gender, age=28, university_countries=("JP",), residence_country="JP")
    assert line == "(28 лет, с дипломом японского университета, живёт в Японии)"
    two = said("ru", gender=gender, university_countries=("JP", "FR"))
    assert two == "(С дипломами японского и французского университетов)"


def test_another_gender_is_said_and_nothing_else_depends_on_it() -> None:
    known: dict[str, Any] = {"gender": "other", "age": 31, "university_countries": ("GB",), "residence_country": "GB"}
    assert said("ru", **known) == "(Другой гендер, 31 год, с дипломом британского университета, живёт в Великобритании)"
    assert said("en", **known) == "(Another gender, 31 years old, graduate of a British university, lives in the UK)"


def test_missing_parts_leave_no_trace() -> None:
    assert said("en", gender="male", residence_country="DE") == "(Male, lives in Germany)"
    assert said("en", age=40) == "(40 years old)"
    assert said("en") == ""
    assert said("ru") == ""


def test_age_in_bands_and_from_the_year_of_birth() -> None:
    assert said("ru", Settings(age_band=5), age=28) == "(25–29 лет)"
    assert said("ru", Settings(age_band=2), age=20) == "(20–21 год)"
    assert said("ru", birth_year=1993, interview_date="2021-05-02") == "(27–28 лет)"
    assert said("en", birth_year=1993, interview_date="2021-05-02") == "(27–28 years old)"
    assert said("ru", birth_year=1993) == "(1993 года рождения)"
    assert said("en", birth_year=1993) == "(Born in 1993)"


def test_a_study_words_its_own_lines() -> None:
    settings = Settings(attribution_en="[{id}: {gender}; studied: {universities}; {field}]")
    line = attribution.line(
        Participant("P07", gender="male", residence_country="DE", extra=(("field", "engineering"),)), "en", settings
    )
    assert line == "[P07: Male; engineering]"


@pytest.mark.parametrize("template", ["({gender", "({gender}, {name})", "{0}", "{}"])
def test_a_template_that_cannot_be_filled_stops_before_any_work(template: str) -> None:
    with pytest.raises(ConfigError, match="attribution_ru"):
        attribution.check(Settings(attribution_ru=template))


def test_a_public_column_is_a_field() -> None:
    attribution.check(Settings(attribution_ru="({gender}, {field})"), frozenset({"field"}))
