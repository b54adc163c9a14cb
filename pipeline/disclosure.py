"""How easily a participant is recognised by what a release says of him, and what saying less would buy.

A class is all participants who look alike in some columns; a class of one is a person. With few participants nearly
every row is a class of one, so nothing here passes or fails: it shows sizes, and what changes them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

from msgspec import Struct

Row = Mapping[str, str]
"""column -> cell of one participant"""

REGIONS: dict[str, str] = {
    "Europe": "AD AL AT BA BE BG BY CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO "
    "PL PT RO RS RU SE SI SK SM UA VA XK",
    "Central Asia and the Caucasus": "AM AZ GE KG KZ TJ TM UZ MN AF",
    "East and South-East Asia": "BN CN HK ID JP KH KP KR LA MM MO MY PH SG TH TL TW VN",
    "South Asia": "BD BT IN LK MV NP PK",
    "Middle East": "AE BH IL IQ IR JO KW LB OM PS QA SA SY TR YE",
    "North America": "CA US GL BM",
    "Oceania": "AU FJ NZ PG WS TO VU SB",
    "Latin America": "AR BO BR CL CO CR CU DO EC GT HN HT JM MX NI PA PE PR PY SV UY VE",
    "Africa": "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ "
    "NA NE NG RW SC SD SL SN SO SS ST SZ TD TG TN TZ UG ZA ZM ZW",
}
"""coarser than a country"""
OF = {code: region for region, codes in REGIONS.items() for code in codes.split()}
SMALL = 3
"""a class below this is small"""
DEEPEST = 3
"""columns that are looked at together when asking what singles somebody out"""
TOGETHER = 4
"""ways of saying less that are tried together"""


class Coarser(Struct, frozen=True):
    """One way to say less, and what it leaves."""

    name: str
    smallest: int
    """size of the smallest class"""
    alone: int
    """participants in a class of one"""
    small: int
    """participants in a class below SMALL"""


class Profile(Struct, frozen=True):
    """One participant among the others."""

    id: str
    size: int
    """of his class over all columns"""
    singled_by: tuple[tuple[str, ...], ...]
    """smallest sets of columns that he alone has these values in"""
    only_one: tuple[str, ...]
    """columns in which nobody else has his value"""
    population: int | None = None
    """people in the population table who look like him; None without one"""


class Report(Struct, frozen=True):
    columns: tuple[str, ...]
    people: tuple[Profile, ...]
    coarser: tuple[Coarser, ...]
    """as released first, then each way to say less"""
    path: tuple[Coarser, ...]
    """the best way, the best two together …, as long as another one helps"""
    margins: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    """column -> values and how many have each: what a table of the sample publishes"""


def classes(rows: Sequence[Row], columns: Sequence[str]) -> tuple[int, ...]:
    """For each row, how many rows have the same cells in these columns, itself included."""
    keys = [tuple(row.get(column, "") for column in columns) for row in rows]
    counts = Counter(keys)
    return tuple(counts[key] for key in keys)


def smallest(rows: Sequence[Row], columns: Sequence[str]) -> int:
    """k of k-anonymity: the size of the smallest class; 0 for no rows."""
    return min(classes(rows, columns), default=0)


def diversity(rows: Sequence[Row], columns: Sequence[str], told: str) -> int:
    """l of l-diversity: the fewest different values of `told` in a class. 1: somebody's value is known by his class."""
    found: dict[tuple[str, ...], set[str]] = {}
    for row in rows:
        found.setdefault(tuple(row.get(column, "") for column in columns), set()).add(row.get(told, ""))
    return min((len(values) for values in found.values()), default=0)


def singled_by(rows: Sequence[Row], columns: Sequence[str], at: int) -> tuple[tuple[str, ...], ...]:
    """The smallest sets of columns in which nobody looks like this row."""
    found: list[tuple[str, ...]] = []
    for size in range(1, min(DEEPEST, len(columns)) + 1):
        for chosen in combinations(columns, size):
            if not any(set(known) <= set(chosen) for known in found) and alike(rows, chosen, at) == 1:
                found.append(chosen)
    return tuple(found)


def alike(rows: Sequence[Row], columns: Sequence[str], at: int) -> int:
    """How many rows look like this one."""
    wanted = [rows[at].get(column, "") for column in columns]
    return sum([row.get(column, "") for column in columns] == wanted for row in rows)


def band(width: int) -> Callable[[str], str]:
    """An age as a band of years; other cells as they are."""

    def made(cell: str) -> str:
        first = re.match(r"\d+", cell)
        low = int(first[0]) // width * width if first else 0
        return f"{low}–{low + width - 1}" if first else cell

    return made


def region(cell: str) -> str:
    """Countries as regions, each once."""
    return ";".join(dict.fromkeys(OF.get(code, "elsewhere") for code in cell.split(";") if code))


def number(cell: str) -> str:
    """How many universities, not where."""
    return str(len([code for code in cell.split(";") if code])) if cell else ""


Change = Callable[[Row], Row]


def on(column: str, how: Callable[[str], str]) -> Change:
    return lambda row: {**row, column: how(row.get(column, ""))} if column in row else row


def without(column: str) -> Change:
    return lambda row: {key: cell for key, cell in row.items() if key != column}


def abroad(home: str) -> Change:
    """Home or abroad; without a home country, whether somebody lives where he studied."""

    def made(row: Row) -> Row:
        lives, studied = row.get("residence_country", ""), row.get("university_countries", "").split(";")
        told = (
            ("home" if lives == home else "abroad") if home else ("where studied" if lives in studied else "elsewhere")
        )
        return {**row, "residence_country": told if lives else ""}

    return made


def ways(columns: Sequence[str], home: str = "") -> tuple[tuple[str, Change], ...]:
    """Every way to say less of these columns, and its name."""
    lives = f"home ({home}) or abroad" if home else "where studied or elsewhere"
    known: list[tuple[str, str, Change]] = [
        ("age", "age in bands of 5 years", on("age", band(5))),
        ("age", "age in bands of 10 years", on("age", band(10))),
        ("university_countries", "universities by region", on("university_countries", region)),
        ("university_countries", "number of universities", on("university_countries", number)),
        ("residence_country", "residence by region", on("residence_country", region)),
        ("residence_country", f"residence: {lives}", abroad(home)),
    ]
    return (
        *((name, change) for column, name, change in known if column in columns),
        *((f"without {column}", without(column)) for column in columns),
    )


def weighed(name: str, rows: Sequence[Row], columns: Sequence[str]) -> Coarser:
    sizes = classes(rows, columns)
    return Coarser(name, min(sizes, default=0), sizes.count(1), sum(size < SMALL for size in sizes))


def examine(people: Mapping[str, Row], population: Sequence[Row] = (), home: str = "") -> Report:
    """Everything but quotes and transcripts. `people` are rows by participant id."""
    rows = list(people.values())
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    sizes = classes(rows, columns)
    shared = [column for column in columns if any(column in row for row in population)]
    profiles = tuple(
        Profile(
            name,
            sizes[at],
            singled_by(rows, columns, at),
            tuple(column for column in columns if rows[at].get(column) and alike(rows, [column], at) == 1),
            alike([*population, rows[at]], shared, len(population)) - 1 if shared else None,
        )
        for at, name in enumerate(people)
    )
    each = [weighed(name, [change(row) for row in rows], columns) for name, change in ways(columns, home)]
    margins = tuple(
        (column, tuple(sorted(Counter(row.get(column, "") for row in rows).items(), key=lambda one: (-one[1], one[0]))))
        for column in columns
    )
    start = weighed("", rows, columns)
    return Report(columns, profiles, (start, *each), cheapest(rows, columns, home), margins)


def cheapest(rows: Sequence[Row], columns: Sequence[str], home: str) -> tuple[Coarser, ...]:
    """The best single way, the best two together, and so on, as long as another one helps."""
    made: list[Coarser] = []
    changes = ways(columns, home)
    best = weighed("", rows, columns)
    for count in range(1, TOGETHER + 1):
        tried = []
        for chosen in combinations(changes, count):
            coarse = list(rows)
            for _, change in chosen:
                coarse = [change(row) for row in coarse]
            tried.append(weighed(", ".join(name for name, _ in chosen), coarse, columns))
        found = min(tried, key=lambda one: (one.small, one.alone, one.name.count("without")), default=best)
        if best.small and (found.small, found.alone) < (best.small, best.alone):
            made.append(found)
            best = found
    return tuple(made)


class Quoted(Struct, frozen=True):
    """What is published of one participant in print."""

    id: str
    line: tuple[str, ...]
    """columns that the line beneath his quotes prints"""
    quotes: int
    facts: frozenset[str]
    """countries that his chosen quotes name"""


class Revealed(Struct, frozen=True):
    """What a reader has who puts line, quotes and the published margins together."""

    id: str
    quotes: int
    by_line: int
    """participants whom the line fits"""
    by_all: int
    """participants whom line and quotes fit"""
    learnt: tuple[str, ...]
    """columns not in the line of which the reader then knows the value: all whom it fits share it"""
    rare: tuple[str, ...]
    """columns of the line whose value the margins show for one person only"""
    better: str
    """a line that says less and fits SMALL participants or as many as possible; "" where his own does"""
    better_size: int


def revealed(people: Mapping[str, Row], quoted: Sequence[Quoted], home: str = "") -> tuple[Revealed, ...]:
    """What each quoted participant's line, quotes and margins say together, and a coarser line."""
    return tuple(reveal(people, one, home) for one in quoted)


def reveal(people: Mapping[str, Row], one: Quoted, home: str) -> Revealed:
    columns = tuple(dict.fromkeys(column for row in people.values() for column in row))
    by_line = fitting(people, one.id, one.line)
    by_all = [name for name in by_line if name == one.id or known(people[name]) >= one.facts]
    learnt = tuple(
        column
        for column in columns
        if column not in one.line and len({people[name].get(column, "") for name in by_all}) == 1
    )
    rows = list(people.values())
    at = list(people).index(one.id)
    rare = tuple(column for column in one.line if rows[at].get(column) and alike(rows, [column], at) == 1)
    better, size = finer(people, one, home) if len(by_all) < SMALL else ("", len(by_all))
    return Revealed(one.id, one.quotes, len(by_line), len(by_all), learnt, rare, better, size)


def fitting(people: Mapping[str, Row], id: str, columns: Sequence[str]) -> list[str]:
    """Participants who look like this one in these columns."""
    wanted = [people[id].get(column, "") for column in columns]
    return [name for name, row in people.items() if [row.get(column, "") for column in columns] == wanted]


def known(row: Row) -> frozenset[str]:
    """Countries that the table gives a participant."""
    cells = (row.get("university_countries", ""), row.get("residence_country", ""))
    return frozenset(code for cell in cells for code in cell.split(";") if code)


def finer(people: Mapping[str, Row], one: Quoted, home: str) -> tuple[str, int]:
    """The line that says least less and fits enough participants; else the one that fits most."""
    changes = [way for way in ways(one.line, home)]
    best, size = "", 0
    for count in (1, 2, 3):
        for chosen in combinations(changes, count):
            coarse = dict(people)
            for _, change in chosen:
                coarse = {name: change(row) for name, row in coarse.items()}
            fits = fitting(coarse, one.id, one.line)
            found = sum(name == one.id or known(people[name]) >= one.facts for name in fits)
            if found > size:
                best, size = ", ".join(name for name, _ in chosen), found
        if size >= SMALL:
            break
    return best, size
