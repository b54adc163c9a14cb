"""Parts of the world: what a release says of a country where it says less."""

from __future__ import annotations

from msgspec import Struct


class Area(Struct, frozen=True):
    place_en: str
    """follows "in" """
    place_ru: str
    """with its preposition"""
    codes: frozenset[str]
    """ISO 3166 alpha-2"""


TABLE = """
Europe|Europe|в Европе|AD AL AT BA BE BG BY CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT \
NL NO PL PT RO RS RU SE SI SK SM UA VA XK
Central Asia|Central Asia|в Центральной Азии|AF KG KZ MN TJ TM UZ
East and South-East Asia|East or South-East Asia|в Восточной или Юго-Восточной Азии|BN CN HK ID JP KH KP KR LA MM MO \
MY PH SG TH TL TW VN
South Asia|South Asia|в Южной Азии|BD BT IN LK MV NP PK
Western Asia|Western Asia|в Западной Азии|AE AM AZ BH GE IL IQ IR JO KW LB OM PS QA SA SY TR YE
North America|North America|в Северной Америке|BM CA GL US
Oceania|Australia or Oceania|в Австралии или Океании|AU FJ NZ PG SB TO VU WS
Latin America|Latin America|в Латинской Америке|AR BO BR CL CO CR CU DO EC GT HN HT JM MX NI PA PE PR PY SV UY VE
Africa|Africa|в Африке|AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU \
MW MZ NA NE NG RW SC SD SL SN SO SS ST SZ TD TG TN TZ UG ZA ZM ZW
elsewhere|another part of the world|в другой части света|
"""
AREAS = {
    name: Area(english, russian, frozenset(codes.split()))
    for name, english, russian, codes in (line.split("|") for line in TABLE.strip().splitlines())
}
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
