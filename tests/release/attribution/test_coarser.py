"""What a release says less of: lines in two languages, the same in every table, and what words say."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html
from msgspec import structs

from pipeline.disclosure import report
from pipeline.errors import ConfigError
from pipeline.participants import Consent, Participant
from pipeline.release import build, quotes
from pipeline.release.attribution import areas, line
from pipeline.release.attribution.contradictions import facts
from pipeline.release.quotes import Quote
from pipeline.release.request import Request
from pipeline.study.export_settings import Settings, Shareable
from tests.helpers.releases import interview, request

SAID = ["И: Где вы?", "Р: Мне [28 лет|AGE], живу в [Японии|COUNTRY].", "Р: Когда мне было [20 лет|AGE], уехала."]
PERSON = Participant(
    "P01",
    gender="female",
    age=28,
    university_countries=("JP", "US"),
    residence_country="JP",
    consent=Consent(quote="yes", share="yes"),
    extra=(("siblings", "2"),),
)


def lines(person: Participant = PERSON, **chosen: Any) -> tuple[str, str]:
    settings = Settings(**chosen)
    return line.line(person, "ru", settings), line.line(person, "en", settings)


@pytest.mark.parametrize(
    ("chosen", "russian", "english"),
    [
        (
            {"universities": "region"},
            "(Женщина, 28 лет, выпускница университетов в Восточной или Юго-Восточной Азии и в Северной Америке, "
            "живёт в Японии)",
            "(Female, 28 years old, graduate of universities in East or South-East Asia and North America, "
            "lives in Japan)",
        ),
        (
            {"universities": "number", "residence": "region"},
            "(Женщина, 28 лет, выпускница двух университетов, живёт в Восточной или Юго-Восточной Азии)",
            "(Female, 28 years old, graduate of two universities, lives in East or South-East Asia)",
        ),
        (
            {"universities": "none", "residence": "abroad", "home": "KZ"},
            "(Женщина, 28 лет, живёт за границей)",
            "(Female, 28 years old, lives abroad)",
        ),
        (
            {"universities": "none", "residence": "abroad", "home": "JP"},
            "(Женщина, 28 лет, живёт в Японии)",
            "(Female, 28 years old, lives in Japan)",
        ),
        ({"universities": "none", "residence": "none", "leave_out": ("gender",)}, "(28 лет)", "(28 years old)"),
    ],
)
def test_coarser_lines(chosen: dict[str, Any], russian: str, english: str) -> None:
    assert lines(**chosen) == (russian, english)


def test_one_university_somewhere() -> None:
    man = structs.replace(PERSON, gender="male", university_countries=("DE",))
    assert "выпускник университета в Европе" in lines(man, universities="region")[0]
    assert "graduate of a university in Europe" in lines(man, universities="region")[1]
    assert "выпускник университета," in lines(man, universities="number")[0]


def test_home_must_be_known() -> None:
    with pytest.raises(ConfigError, match="home"):
        line.check(Settings(shareable=Shareable(residence="abroad")))


def test_what_is_coarse_already_stays_so() -> None:
    assert areas.region("Europe") == "Europe"
    assert areas.number("2") == "2"
    assert areas.abroad("abroad", "KZ") == "abroad"


def coarse(folder: Path) -> Request:
    less = Shareable(universities="region", residence="abroad", leave_out=("gender", "siblings"))
    made = request(folder, interview("P01", SAID, PERSON))
    return structs.replace(made, tier="shareable", settings=Settings(home="KZ", shareable=less))


def test_the_shareable_tier_says_it_nowhere(tmp_path: Path) -> None:
    published = build.publish(coarse(tmp_path))
    (row,) = csv.DictReader(io.StringIO((published.folder / "data_list.csv").read_text(encoding="utf-8-sig")))
    assert "gender" not in row
    assert "siblings" not in row
    assert (row["age"], row["residence_country"]) == ("25–29", "abroad")
    assert row["university_countries"] == "East and South-East Asia;North America"
    book = list(csv.DictReader(io.StringIO((published.folder / "codebook.csv").read_text(encoding="utf-8-sig"))))
    assert {one["column"]: one["values"] for one in book}["residence_country"] == "home; abroad"
    with zipfile.ZipFile(published.folder / "project.qdpx") as packed:
        project = etree.fromstring(packed.read("project.qde"))
    shown = {value.text for value in project.iter("{*}TextValue", "{*}IntegerValue")}
    assert not shown & {"female", "28", "JP", "JP;US", "2"}
    text = (published.folder / "txt" / "P01.txt").read_text(encoding="utf-8")
    assert "(25–29 лет, выпускница университетов" in text
    assert "живёт за границей)" in text


def test_an_export_names_turns_that_say_more_than_its_tables(tmp_path: Path) -> None:
    said = [warned.text for warned in build.publish(coarse(tmp_path)).warnings]
    assert "P01: ¶2: the respondent says more exactly what this release coarsens." in said
    full = structs.replace(coarse(tmp_path), tier="restricted")
    assert not any("coarsens" in warned.text for warned in build.publish(full).warnings)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("«Мне двадцать восемь лет, живу в Японии.»", {"age 28", "JP"}),
        ("«Мне было 20 лет, когда уехала.»", set()),
        ("«Мне сказали подождать два года.»", set()),
        ("“I am 31 years old.”", {"age 31"}),
    ],
)
def test_what_a_quote_tells(text: str, told: set[str]) -> None:
    assert facts(text) == told


def test_each_quote_gets_a_line_that_fits_more_people(tmp_path: Path) -> None:
    people = [
        interview(name, ["Р: Да."], structs.replace(PERSON, id=name, age=age))
        for name, age in (("P01", 26), ("P02", 27), ("P03", 28))
    ]
    asked = request(tmp_path, *people)
    (tmp_path / "work").mkdir()
    for turns, text in (("1", "«Да.»"), ("2", "«Мне 26 лет.»")):
        quotes.keep(tmp_path, Quote("P01", turns, "ru", "(…)", text))
    one, two = report.quote_lines(asked, report.rows(asked))
    assert (one.fits, one.will_fit) == (1, 3)
    assert "25–29 лет" in one.less
    assert (two.fits, two.less, two.will_fit) == (1, two.line, 1)
    page = html.fromstring(report.write(asked).read_text(encoding="utf-8"))
    rows = page.xpath("//h2[.='Подпись для каждой цитаты']/following-sibling::table[1]/tbody/tr")
    assert [row[1].text for row in rows] == ["¶1", "¶2"]
