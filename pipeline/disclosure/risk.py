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

from pipeline.release.attribution import areas
from pipeline.release.attribution.contradictions import AGE
from pipeline.release.attribution.countries import countries

Row = Mapping[str, str]
"""column -> cell of one participant"""

WITHOUT = "without "
"""what the name of a way begins with that leaves a column out"""
WHERE_STUDIED = "residence: where studied or elsewhere"
"""a way to say less that no attribution line can put into words"""
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


Change = Callable[[Row], Row]


def on(column: str, how: Callable[[str], str]) -> Change:
    return lambda row: {**row, column: how(row.get(column, ""))} if column in row else row


def without(column: str) -> Change:
    return lambda row: {key: cell for key, cell in row.items() if key != column}


def abroad(home: str) -> Change:
    """Home or abroad; without a home country, whether somebody lives where he studied."""

    def made(row: Row) -> Row:
        lives, studied = row.get("residence_country", ""), row.get("university_countries", "").split(";")
        told = areas.abroad(lives, home) if home else ("where studied" if lives in studied else "elsewhere")
        return {**row, "residence_country": told if lives else ""}

    return made


def ways(columns: Sequence[str], home: str = "") -> tuple[tuple[str, Change], ...]:
    """Every way to say less of these columns, and its name."""
    lives = f"residence: home ({home}) or abroad" if home else WHERE_STUDIED
    known: list[tuple[str, str, Change]] = [
        ("age", "age in bands of 5 years", on("age", band(5))),
        ("age", "age in bands of 10 years", on("age", band(10))),
        ("university_countries", "universities by region", on("university_countries", areas.region)),
        ("university_countries", "number of universities", on("university_countries", areas.number)),
        ("residence_country", "residence by region", on("residence_country", areas.region)),
        ("residence_country", lives, abroad(home)),
    ]
    return (
        *((name, change) for column, name, change in known if column in columns),
        *((f"{WITHOUT}{column}", without(column)) for column in columns),
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
    """what his chosen quotes tell: codes of countries, "age 28" """


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
    better: tuple[str, ...]
    """ways to say less in the line, with which it fits SMALL participants or as many as possible; none where it does"""
    better_size: int


def revealed(people: Mapping[str, Row], quoted: Sequence[Quoted], home: str = "") -> tuple[Revealed, ...]:
    """What each quoted participant's line, quotes and margins say together, and a coarser line."""
    return tuple(reveal(people, one, home) for one in quoted)


def reveal(people: Mapping[str, Row], one: Quoted, home: str) -> Revealed:
    columns = tuple(dict.fromkeys(column for row in people.values() for column in row))
    by_line = fitting(people, one.id, one.line)
    by_all = [name for name in by_line if name == one.id or tells(people[name], one.facts)]
    learnt = tuple(
        column
        for column in columns
        if column not in one.line and len({people[name].get(column, "") for name in by_all}) == 1
    )
    rows = list(people.values())
    at = list(people).index(one.id)
    rare = tuple(column for column in one.line if rows[at].get(column) and alike(rows, [column], at) == 1)
    better, size = finer(people, one, home, len(by_all)) if len(by_all) < SMALL else ((), len(by_all))
    return Revealed(one.id, one.quotes, len(by_line), len(by_all), learnt, rare, better, size)


def fitting(people: Mapping[str, Row], id: str, columns: Sequence[str]) -> list[str]:
    """Participants who look like this one in these columns."""
    wanted = [people[id].get(column, "") for column in columns]
    return [name for name, row in people.items() if [row.get(column, "") for column in columns] == wanted]


def known(row: Row) -> frozenset[str]:
    """Countries that the table gives a participant."""
    cells = (row.get("university_countries", ""), row.get("residence_country", ""))
    return frozenset(code for cell in cells for code in cell.split(";") if code)


def tells(row: Row, facts: frozenset[str]) -> bool:
    """Whether what quotes tell may be true of somebody with this row; what the row does not say may be."""
    told = known(row)
    exact = all(code in countries() for code in told)
    places = not exact or all(fact in told for fact in facts if not fact.startswith(AGE))
    low, _, high = row.get("age", "").partition("–")
    ages = [int(fact.removeprefix(AGE)) for fact in facts if fact.startswith(AGE)]
    return places and (not low.isdigit() or all(int(low) <= age <= int(high or low) for age in ages))


def finer(people: Mapping[str, Row], one: Quoted, home: str, size: int) -> tuple[tuple[str, ...], int]:
    """The line that says least less and fits enough participants; else the one that fits most, if more than `size`."""
    changes = [way for way in ways(one.line, home) if way[0] != WHERE_STUDIED]
    best: tuple[str, ...] = ()
    for count in (1, 2, 3):
        tried = []
        for chosen in combinations(changes, count):
            coarse = dict(people)
            for _, change in chosen:
                coarse = {name: change(row) for name, row in coarse.items()}
            fits = fitting(coarse, one.id, one.line)
            found = sum(name == one.id or tells(people[name], one.facts) for name in fits)
            names = tuple(name for name, _ in chosen)
            tried.append((found < SMALL, sum(name.startswith(WITHOUT) for name in names), found, names))
        enough = [line for line in tried if not line[0]]
        if enough:
            _, _, found, names = min(enough, key=lambda line: line[:3])
            return names, found
        most = max(tried, key=lambda line: (line[2], -line[1]), default=None)
        if most and most[2] > size:
            best, size = most[3], most[2]
    return best, size
