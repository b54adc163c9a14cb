"""Class sizes as an independent library computes them, what singles a person out, and what saying less buys."""

from __future__ import annotations

import csv
import json
import random

from pipeline.disclosure import risk
from pipeline.disclosure.risk import Quoted
from pipeline.release.attribution import areas
from tests.conftest import ROOT

RECORDED = json.loads((ROOT / "tests" / "data" / "pycanon.json").read_text(encoding="utf-8"))
"""what pycanon returned for the tables that `table` makes, in an environment of its own"""


def table(seed: int) -> tuple[list[dict[str, str]], list[str]]:
    made = random.Random(seed)
    columns = [f"q{at}" for at in range(made.randint(1, 4))]
    widths = {column: made.randint(1, 3) for column in (*columns, "s")}
    return [{c: str(made.randint(0, w)) for c, w in widths.items()} for _ in range(made.randint(2, 80))], columns


def test_sizes_are_those_of_pycanon_on_200_tables() -> None:
    for seed, (k, _, sizes) in enumerate(RECORDED["tables"]):
        rows, columns = table(seed)
        assert min(risk.classes(rows, columns)) == k
        each = risk.classes(rows, columns)
        assert sorted(size for size in each for _ in range(1)) == sorted(size for size in sizes for _ in range(size))
    assert len(RECORDED["tables"]) == 200
    assert len({k for k, _, _ in RECORDED["tables"]}) > 5


def reference() -> dict[str, dict[str, str]]:
    """The lines of the reference study."""
    file = ROOT / "tests" / "data" / "attributions.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    columns = ("gender", "age", "university_countries", "residence_country")
    return {f"P{at:02}": {column: row[column] for column in columns} for at, row in enumerate(rows, 1)}


def test_in_the_reference_study_everybody_is_alone_and_bands_buy_something() -> None:
    report = risk.examine(reference())
    assert [person.size for person in report.people] == [1] * 15
    as_released, *ways = report.coarser
    assert as_released.alone == 15
    assert {way.name for way in ways} >= {"age in bands of 10 years", "residence by region", "without gender"}
    assert all(way.alone <= 15 for way in ways)
    assert [way.small for way in report.path] == sorted((way.small for way in report.path), reverse=True)
    assert report.path[-1].small < 5


PEOPLE = {
    "P01": {"gender": "female", "age": "28", "residence_country": "JP"},
    "P02": {"gender": "female", "age": "28", "residence_country": "DE"},
    "P03": {"gender": "female", "age": "31", "residence_country": "DE"},
    "P04": {"gender": "male", "age": "31", "residence_country": "DE"},
}


def test_what_singles_somebody_out() -> None:
    people = {person.id: person for person in risk.examine(PEOPLE).people}
    assert people["P01"].singled_by == (("residence_country",),)
    assert people["P01"].only_one == ("residence_country",)
    assert people["P02"].singled_by == (("age", "residence_country"),)
    assert people["P03"].singled_by == (("gender", "age"),)
    assert people["P04"].only_one == ("gender",)


def test_population_says_how_many_others_there_are() -> None:
    population = [{"gender": "female", "age": "28"}] * 7 + [{"gender": "male", "age": "31"}]
    people = {person.id: person.population for person in risk.examine(PEOPLE, population).people}
    assert people == {"P01": 7, "P02": 7, "P03": 0, "P04": 1}


def test_coarser_cells() -> None:
    assert risk.band(5)("28") == "25–29"
    assert risk.band(10)("25–29") == "20–29"
    assert risk.band(5)("") == ""
    assert areas.region("RU;RU;JP") == "Europe;East and South-East Asia"
    assert areas.number("RU;RU") == "2"
    assert risk.abroad("KZ")({"residence_country": "KZ"})["residence_country"] == "home"
    assert risk.abroad("")({"residence_country": "JP", "university_countries": "JP"}) == {
        **{"residence_country": "where studied", "university_countries": "JP"}
    }


def test_every_country_of_the_attribution_lines_has_one_region() -> None:
    codes = [code for area in areas.AREAS.values() for code in area.codes]
    assert len(codes) == len(set(codes))
    assert {code for row in reference().values() for code in risk.known(row)} <= set(codes)


def test_line_quotes_and_margins_together() -> None:
    line = ("gender", "age")
    one, two = risk.revealed(PEOPLE, (Quoted("P01", line, 1, frozenset()), Quoted("P02", line, 2, frozenset({"DE"}))))
    assert (one.by_line, one.by_all, one.learnt) == (2, 2, ())
    assert (two.by_line, two.by_all, two.learnt) == (2, 1, ("residence_country",))
    four = risk.revealed(PEOPLE, (Quoted("P04", line, 1, frozenset()),))[0]
    assert four.rare == ("gender",)
    assert four.better == ("without gender", "without age")
    assert four.better_size == 4
    assert one.better == ("without age",)
    assert one.better_size == 3


def test_of_several_lines_the_one_that_takes_least_is_proposed() -> None:
    people = {f"P{at}": {"gender": "female", "age": age} for at, age in enumerate(("25", "26", "27", "28"))}
    found = risk.revealed(people, (Quoted("P0", ("gender", "age"), 1, frozenset()),))[0]
    assert (found.better, found.better_size) == (("age in bands of 5 years",), 4)


def test_nobody_at_all() -> None:
    report = risk.examine({})
    assert report.people == ()
    assert risk.classes([], []) == ()
