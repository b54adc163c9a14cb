"""work/disclosure.html: private, self-contained, and with what transcripts say against the table."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from lxml import html
from msgspec import structs

from pipeline.disclosure import report
from pipeline.errors import ConfigError
from pipeline.participants import Consent, Participant
from pipeline.release import quotes
from pipeline.release.attribution.contradictions import contradictions, country, named
from pipeline.release.quotes import Quote
from pipeline.release.request import Interview, Request
from tests.conftest import ROOT
from tests.helpers.releases import interview, request


def reference(folder: Path) -> Request:
    """22 participants: the lines of the reference study, and seven that repeat."""
    with (ROOT / "tests" / "data" / "attributions.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    made: list[Interview] = []
    for at, row in enumerate([*rows, *rows[:7]], 1):
        person = Participant(
            f"P{at:02}",
            gender=row["gender"].lower(),
            age=int(row["age"]),
            university_countries=tuple(row["university_countries"].split(";")),
            residence_country=row["residence_country"],
            consent=Consent(quote="yes", share="yes"),
        )
        made.append(interview(person.id, ["Р: Мне [26 лет|AGE], живу в [Японии|COUNTRY]."], person))
    return request(folder, *made)


def test_the_report_is_private_and_needs_nothing_else(tmp_path: Path) -> None:
    file = report.write(reference(tmp_path))
    assert file.stat().st_mode & 0o077 == 0
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"(?:src|href|url\()\s*=?[\"'(]?https?:", text)
    assert "<script" not in text
    page = html.fromstring(text)
    assert len(page.xpath("//svg")) >= 6
    rows = page.xpath("//h2[.='Каждый участник']/following-sibling::table[1]/tbody/tr")
    assert len(rows) == 22
    sizes = [int(row[1].text) for row in rows]
    assert (sizes.count(1), sizes.count(2)) == (8, 14)


def test_every_contradiction_is_listed_by_turn(tmp_path: Path) -> None:
    made = reference(tmp_path).interviews[3]
    assert [(one.cite, one.column, one.table, one.said) for one in contradictions(made)] == [
        ("1", "age", "23", "26"),
        ("1", "residence_country", "RU", "JP"),
    ]
    page = html.fromstring(report.write(reference(tmp_path)).read_text(encoding="utf-8"))
    assert page.xpath("//h2[.='Расшифровка и таблица расходятся']/following-sibling::table[1]//td[.='¶1']")


@pytest.mark.parametrize(
    "said",
    [
        "Р: Мне [28 лет|AGE].",
        "Р: Мне [двадцать восемь|AGE].",
        "Р: Когда мне было [15 лет|AGE], мы переехали.",
        "Р: Моей сестре [35 лет|AGE].",
        "И: Мне [44 года|AGE].",
        "Р: Живу в [Японии|COUNTRY], училась в [Японии|COUNTRY].",
        "Р: Была в [Германии|COUNTRY].",
    ],
)
def test_what_does_not_contradict(said: str) -> None:
    assert contradictions(interview("P01", [said])) == ()


def test_countries_in_any_case_form() -> None:
    assert [country(word) for word in ("Японии", "США", "Казахстаном", "Франция", "стол")] == [
        "JP",
        "US",
        "KZ",
        "FR",
        "",
    ]
    assert named("Из Германии в Польшу, потом домой.") == {"DE", "PL"}


def test_chosen_quotes_count(tmp_path: Path) -> None:
    asked = reference(tmp_path)
    (tmp_path / "work").mkdir()
    quotes.keep(tmp_path, Quote("P04", "1", "ru", "(…)", "«Жил в Польше.»"))
    people = report.rows(asked)
    (told,) = report.quoted(asked, people)
    assert (told.id, told.quotes, told.facts) == ("P04", 1, frozenset({"PL"}))
    assert told.line == ("gender", "age", "university_countries", "residence_country")


def test_a_population_table(tmp_path: Path) -> None:
    table = tmp_path / "population.csv"
    table.write_text("gender,age,count\nmale,23,40\nfemale,28,3\n", encoding="utf-8")
    page = html.fromstring(report.write(reference(tmp_path), table).read_text(encoding="utf-8"))
    row = page.xpath("//tr[td[1]='P04'][last()]")[-1]
    assert row.xpath("//h2[.='Каждый участник']/following-sibling::table[1]//tr[td[1]='P04']/td[5]/text()") == ["40"]
    table.write_text("gender,count\nmale,x\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="population"):
        report.write(reference(tmp_path), table)


def test_an_english_study_has_an_english_report(tmp_path: Path) -> None:
    made = structs.replace(reference(tmp_path), language="en")
    assert "Best combinations" in report.write(made).read_text(encoding="utf-8")
