"""Countries as people write them: ISO codes, names in Russian, Kazakh and English, and everyday names."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache

from pipeline.study.roster.tables import key

LANGUAGES = ("ru", "kk", "en")

ALIASES = {
    "AE": ("ОАЭ", "Эмираты", "UAE", "Emirates", "БАӘ"),
    "BY": ("Белоруссия", "Белорусь"),
    "CI": ("Ivory Coast", "Берег Слоновой Кости"),
    "CN": ("КНР", "PRC", "Mainland China", "ҚХР"),
    "CZ": ("Czech Republic", "Чешская Республика"),
    "DE": ("ФРГ", "FRG"),
    "GB": ("UK", "U.K.", "Англия", "England", "Шотландия", "Scotland", "Уэльс", "Wales", "Северная Ирландия",
           "Northern Ireland", "Britain", "Great Britain", "Британия", "Соединённое Королевство", "Англия (UK)"),
    "HK": ("Hong Kong", "Гонконг"),
    "KG": ("Киргизия", "Кыргызстан", "Киргизстан", "Kyrgyz Republic"),
    "KP": ("КНДР", "DPRK", "Северная Корея", "North Korea"),
    "KR": ("Южная Корея", "Ю. Корея", "Корея", "South Korea", "Korea", "Republic of Korea", "Республика Корея",
           "Оңтүстік Корея"),
    "KZ": ("РК", "Республика Казахстан", "Казакстан", "Kazakstan", "ҚР"),
    "MD": ("Молдавия",),
    "MK": ("Macedonia", "Македония"),
    "MM": ("Бирма", "Burma"),
    "MO": ("Macau", "Macao", "Макао"),
    "NL": ("Голландия", "Holland", "the Netherlands"),
    "PS": ("Палестина", "Palestine"),
    "RU": ("Россия", "РФ", "Российская Федерация", "Russian Federation", "RF"),
    "SZ": ("Swaziland", "Свазиленд"),
    "TJ": ("Таджикия",),
    "TM": ("Туркмения", "Туркменистан"),
    "TR": ("Turkey", "Турция", "Turkiye"),
    "TW": ("Тайвань", "Taiwan"),
    "US": ("США", "USA", "U.S.", "U.S.A.", "United States of America", "the United States", "the US", "the USA",
           "Америка", "America", "Штаты", "Соединённые Штаты Америки", "АҚШ"),
    "VN": ("Vietnam", "Viet Nam"),
}  # fmt: skip
"""Names in everyday use that CLDR does not list."""

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
    known |= {key(name): code for code, others in ALIASES.items() for name in others}
    return known


def code(cell: str) -> str | None:
    """ISO 3166 alpha-2 of a country, None where the cell names none."""
    return names().get(key(cell))


def nearest(cell: str) -> str:
    """The accepted spelling nearest to a cell, as CLDR writes that country in English, "" where none is near."""
    from babel import Locale

    close = get_close_matches(key(cell), names(), 1, 0.75)
    return str(Locale("en").territories[names()[close[0]]]) if close else ""
