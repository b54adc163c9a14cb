"""The columns of participants and contacts in English and Russian, and how each cell is understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from pipeline.errors import ConfigError
from pipeline.model import Role
from pipeline.participants import Answer
from pipeline.study.roster import countries
from pipeline.study.roster.tables import Row, Table, key

Value = TypeVar("Value")


class Column(Struct, frozen=True):
    """One column as columns.toml describes it."""

    also: str
    russian: str = ""
    note: tuple[str, str] = ("", "")
    width: int = 18
    format: str = "@"
    offers: str = ""
    strict: bool = False
    seldom: bool = False


class Known(Struct, frozen=True):
    """All of columns.toml, by its sections; pairs are Russian and English."""

    participants: dict[str, Column]
    contacts: dict[str, Column]
    lists: dict[str, tuple[tuple[str, str], ...]]
    genders: dict[str, str]
    missing: dict[str, str]
    answers: dict[Answer, str]
    roles: dict[str, str]
    sheets: dict[str, tuple[str, str]]
    further: dict[str, tuple[str, str]]
    about: dict[str, tuple[tuple[str, str], ...]]


KNOWN = msgspec.toml.decode(Path(__file__).with_suffix(".toml").read_bytes(), type=Known)
ROLES: dict[str, Role] = {"interviewer": "interviewer", "participant": "respondent", "other": "other"}
"""what the roster calls the role of a speaker -> what it is called in a dialogue"""
UNANSWERED: dict[str, Answer] = {"": "not asked", "refused": "no", "unknown": "unknown"}
"""why a consent column holds no answer -> what that comes to"""

PRIVATE = re.compile(r"(private|личное|личные|приватно)(_|$)")
"""Headers, as `tables.key` makes them, of columns that are never released."""

YEARS = re.compile(r"(\d{1,3})( ?(лет|год|года|г|жас|years?( old)?|y\.?o?\.?))?", re.I)
DATES = (
    (re.compile(r"\d{4}-\d\d?-\d\d?"), "%Y-%m-%d"),
    (re.compile(r"\d{4}-\d\d?-\d\d?[ T]\d\d:\d\d(:\d\d)?(\.\d+)?"), "%Y-%m-%d"),
    (re.compile(r"\d\d?\.\d\d?\.\d{4}( г\.?)?"), "%d.%m.%Y"),
)
OLDEST, FIRST_YEAR = 120, 1900
MEANINGLESS = frozenset({"", "-", "–", "—"})


class Cell:
    """One cell with where it stands, so that a complaint names row and column and never what is written there."""

    def __init__(self, file: str, row: int, column: str, text: str) -> None:
        self.file, self.row, self.column = file, row, column
        self.text = "" if text in MEANINGLESS else text

    def wrong(self, what: str, do: str) -> ConfigError:
        return ConfigError(f"{self.file}, row {self.row}, column {self.column}: {what}.", do)


def cells(table: Table, row: Row, places: Mapping[str, int]) -> Callable[[str], Cell]:
    """The cells of a row by their columns; one of a column that the table lacks is empty."""

    def cell(column: str) -> Cell:
        place = places.get(column)
        return Cell(table.file, row.number, column, "" if place is None else row.cells[place])

    return cell


def match(table: Table, known: Mapping[str, Column]) -> dict[str, int]:
    """Known column -> position in the table. Raises ConfigError where two headers mean the same column."""
    meanings = {key(name): column for column, about in known.items() for name in (column, *about.also.split(","))}
    places: dict[str, int] = {}
    for position, header in enumerate(table.header):
        column = meanings.get(key(header))
        if column is None:
            continue
        if column in places:
            raise ConfigError(
                f"{table.file}: columns {places[column] + 1} and {position + 1} both mean `{column}`.",
                "Keep one of them, or rename the other.",
            )
        places[column] = position
    return places


def among(words: Mapping[Value, str], text: str) -> Value | None:
    """The value whose list of words holds a text, None where none does."""
    wanted = key(text)
    return next((value for value, others in words.items() if wanted in listed(others)), None)


@cache
def listed(words: str) -> frozenset[str]:
    """The words of one of the lists of columns.toml, as they are compared."""
    return frozenset(map(key, words.split(",")))


def missing(cell: Cell) -> str | None:
    """ "refused", "unknown" or "" (not asked) where a cell says why it has no value; None where it has one."""
    return "" if not cell.text else among(KNOWN.missing, cell.text)


def gender(cell: Cell) -> str:
    why = missing(cell)
    found = why if why is not None else among(KNOWN.genders, cell.text)
    if found is None:
        raise cell.wrong("not understood", "Write female, male, other, refused or unknown, or leave it empty.")
    return found


def answer(cell: Cell) -> Answer:
    """Of a consent column; an empty cell is "not asked"."""
    why = missing(cell)
    found = UNANSWERED[why] if why is not None else among(KNOWN.answers, cell.text)
    if found is None:
        raise cell.wrong("not understood", "Write yes, no, not asked or unknown, or leave it empty (not asked).")
    return found


def whole_years(cell: Cell) -> int:
    found = YEARS.fullmatch(cell.text)
    if not found or int(found[1]) > OLDEST:
        raise cell.wrong(
            f"not an age in whole years (0–{OLDEST})",
            "Write a number, refused or unknown, or leave it empty. Age groups go into a column of another name.",
        )
    return int(found[1])


def birth_year(cell: Cell) -> int:
    found = re.fullmatch(r"(\d{4})( ?г\.?)?", cell.text)
    if not found or not FIRST_YEAR <= int(found[1]) <= date.today().year:
        raise cell.wrong(
            "not a year of birth", "Write four digits, refused or unknown, or leave it empty; no exact dates here."
        )
    return int(found[1])


def country(cell: Cell, text: str) -> str:
    """ISO 3166 alpha-2 of one country named in a cell."""
    found = countries.code(text)
    if found is None:
        near = countries.nearest(text)
        hint = f" The nearest name in the list is {near}." if near else ""
        raise cell.wrong(
            "a country that is not in the list",
            f"Write its two-letter ISO code (KZ), or its name in Russian, Kazakh or English.{hint}",
        )
    return found


def country_list(cell: Cell) -> tuple[str, ...]:
    """Countries in order, repeated ones kept: RU;RU is two universities."""
    pieces = [piece for piece in re.split(r"[;/|\n]", cell.text) if piece.strip()]
    if len(pieces) == 1 and "," in pieces[0] and countries.code(pieces[0]) is None:
        pieces = [piece for piece in pieces[0].split(",") if piece.strip()]
    return tuple(country(cell, piece) for piece in pieces)


def day(cell: Cell) -> str:
    """ISO date, "" for an empty cell."""
    if not cell.text:
        return ""
    for pattern, form in DATES:
        if pattern.fullmatch(cell.text):
            try:
                return datetime.strptime(re.split(r"[ T]", cell.text)[0], form).date().isoformat()
            except ValueError:
                break
    raise cell.wrong("not a date", "Write it as 2021-05-02 or 02.05.2021, or leave it empty.")


def several(cell: Cell) -> tuple[str, ...]:
    """A list with ; or line ends between its items."""
    return tuple(piece.strip() for piece in re.split(r"[;\n]", cell.text) if piece.strip())


def speakers(cell: Cell) -> tuple[tuple[str, Role], ...]:
    """Who has which role: `Name in Zoom=interviewer; SPEAKER_01=respondent`."""
    pairs: list[tuple[str, Role]] = []
    for piece in several(cell):
        name, mark, said = piece.rpartition("=")
        role = among(KNOWN.roles, said) if mark and name.strip() else None
        if role is None:
            raise cell.wrong(
                "a role is not understood",
                "Write `name in Zoom=interviewer; other name=respondent`, or a label such as SPEAKER_00 for the name. "
                "The roles are interviewer, respondent and other.",
            )
        pairs.append((name.strip(), ROLES[role]))
    return tuple(pairs)


def people(cell: Cell) -> tuple[int, int] | None:
    """How many people speak, at least and at most: "3", or "2-4"."""
    if not cell.text:
        return None
    found = re.fullmatch(r"(\d{1,2})(?:\s*[-–—]\s*(\d{1,2}))?", cell.text)
    least, most = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= least <= most:
        raise cell.wrong("not a number of people", "Write 2, or 2-4, or leave it empty.")
    return least, most


def unless_missing(cell: Cell, read: Callable[[Cell], Value], empty: Value, why: list[tuple[str, str]]) -> Value:
    """What `read` makes of a cell; `empty` where the cell says that it has no value, with the reason added to `why`."""
    reason = missing(cell)
    if reason is None:
        return read(cell)
    if reason:
        why.append((cell.column, reason))
    return empty
