"""Countries as an attribution line names them in two languages: where somebody lives, of where a university is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from msgspec import Struct


class Country(Struct, frozen=True):
    code: str
    """ISO 3166 alpha-2"""
    place_en: str
    """"Japan", "the USA": follows "in" """
    adjective_en: str
    """"Japanese" """
    place_ru: str
    """"в Японии", "на Кипре": with its preposition"""
    adjective_ru: str
    """"японский": masculine, nominative"""


@cache
def countries() -> dict[str, Country]:
    """ISO code -> country; all of ISO 3166 and Kosovo."""
    return {cells[0]: Country(*cells) for cells in rows("countries.txt")}


def rows(name: str) -> list[list[str]]:
    """The lines of a table beside this file, cell by cell."""
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [line.split("|") for line in lines if not line.startswith("#")]


def genitive(adjective: str) -> str:
    """ "японский" -> "японского", "кокосовый" -> "кокосового"."""
    return adjective[:-2] + "ого"


def genitive_plural(adjective: str) -> str:
    """ "российский" -> "российских", "кокосовый" -> "кокосовых"."""
    return adjective[:-1] + "х"


def article(word: str) -> str:
    """ "a" or "an", by sound: an American, a European, a Ukrainian, an Uzbek."""
    spoken_as_consonant = ("eu", "uk", "ug", "ur", "us ", "us-", "uni")
    lower = word.lower() + " "
    return "an" if lower[0] in "aeiouå" and not lower.startswith(spoken_as_consonant) else "a"
