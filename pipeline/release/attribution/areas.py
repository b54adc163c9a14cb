"""Parts of the world: what a release says of a country where it says less."""

from __future__ import annotations

from msgspec import Struct

from pipeline.release.attribution.countries import rows


class Area(Struct, frozen=True):
    place_en: str
    """follows "in" """
    place_ru: str
    """with its preposition"""
    codes: frozenset[str]
    """ISO 3166 alpha-2"""


AREAS = {name: Area(english, russian, frozenset(codes.split())) for name, english, russian, codes in rows("areas.txt")}
"""name in tables -> area"""
HOME_OR_ABROAD = ("home", "abroad")
OF = {code: name for name, area in AREAS.items() for code in area.codes}


def area(code: str) -> str:
    """The area of a country, or an area itself."""
    return code if code in AREAS else OF.get(code.upper(), "elsewhere")


def region(cell: str) -> str:
    """A cell of countries as areas, each once."""
    return ";".join(dict.fromkeys(area(code) for code in cell.split(";") if code))


def number(cell: str) -> str:
    """How many countries, not which."""
    return str(len([code for code in cell.split(";") if code])) if cell and not cell.isdigit() else cell


def abroad(cell: str, home: str) -> str:
    """Home or abroad."""
    return cell if cell in ("", *HOME_OR_ABROAD) else HOME_OR_ABROAD[cell != home]
