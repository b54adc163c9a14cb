"""Countries as people write them: ISO codes, names in Russian, Kazakh and English, and everyday names."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from pipeline.study.roster.tables import key

LANGUAGES = ("ru", "kk", "en")

NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})


@cache
def names() -> dict[str, str]:
    """Every accepted spelling, as `tables.key` makes it -> ISO 3166 alpha-2."""
    import pycountry
    from babel import Locale

    known: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES:
                known.setdefault(key(name), code)
                known.setdefault(key(code), code)
    for country in pycountry.countries:
        for name in (country.alpha_3, country.name, getattr(country, "common_name", ""), country.alpha_2):
            if name:
                known.setdefault(key(name), country.alpha_2)
    aliases = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return known | {key(name): code for code, others in aliases.items() for name in others}


def code(cell: str) -> str | None:
    """ISO 3166 alpha-2 of a country, None where the cell names none."""
    return names().get(key(cell))


def nearest(cell: str) -> str:
    """The accepted spelling nearest to a cell, as CLDR writes that country in English, "" where none is near."""
    from babel import Locale

    close = get_close_matches(key(cell), names(), 1, 0.75)
    return str(Locale("en").territories[names()[close[0]]]) if close else ""
