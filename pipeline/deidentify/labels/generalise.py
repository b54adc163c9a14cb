"""Coarser words in place of a quasi-identifier: a university's country, an employer's sector, a year for a day."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.deidentify.organisations import listed
from pipeline.deidentify.passage import passage
from pipeline.deidentify.words import phrases
from pipeline.deidentify.words.grammar import inflected
from pipeline.deidentify.words.inflect import fold
from pipeline.deidentify.words.spoken_numbers import numbers

IN_COUNTRY = {
    "KZ": "Казахстане", "RU": "России", "GB": "Великобритании", "US": "США", "CA": "Канаде", "DE": "Германии",
    "FR": "Франции", "NL": "Нидерландах", "AT": "Австрии", "CH": "Швейцарии", "CZ": "Чехии", "SK": "Словакии",
    "PL": "Польше", "HU": "Венгрии", "IT": "Италии", "ES": "Испании", "PT": "Португалии", "SE": "Швеции",
    "NO": "Норвегии", "DK": "Дании", "FI": "Финляндии", "EE": "Эстонии", "LV": "Латвии", "LT": "Литве",
    "BE": "Бельгии", "IE": "Ирландии", "GR": "Греции", "TR": "Турции", "JP": "Японии", "KR": "Южной Корее",
    "CN": "Китае", "HK": "Гонконге", "TW": "Тайване", "SG": "Сингапуре", "MY": "Малайзии", "AU": "Австралии",
    "NZ": "Новой Зеландии", "AE": "ОАЭ", "IL": "Израиле", "EG": "Египте", "IN": "Индии", "UA": "Украине",
    "KG": "Кыргызстане", "UZ": "Узбекистане", "GE": "Грузии", "AM": "Армении", "AZ": "Азербайджане", "BY": "Беларуси",
}  # fmt: skip
"""country -> the words after «университет в»; after «во» for France"""
SECTORS = {
    "bank": "банк",
    "finance": "финансовая организация",
    "state": "государственная организация",
    "energy": "энергетическая компания",
    "mining": "горнодобывающая компания",
    "telecom": "телекоммуникационная компания",
    "it": "технологическая компания",
    "industry": "промышленная компания",
    "consulting": "консалтинговая компания",
    "transport": "транспортная компания",
    "international": "международная организация",
    "retail": "торговая компания",
    "media": "редакция",
    "health": "медицинская организация",
    "construction": "строительная компания",
}
BY_HEAD = (
    (("комбинат", "завод", "фабрик", "гок", "нпз"), "промышленное предприятие"),
    (("шахт", "рудник", "месторожд", "разрез"), "горнодобывающее предприятие"),
    (("больниц", "поликлин", "клиник", "госпитал", "роддом", "аптек"), "медицинская организация"),
    (("банк",), "финансовая организация"),
    (
        ("министер", "департамент", "комитет", "акимат", "управлен", "прокурат", "полици", "суд"),
        "государственная организация",
    ),
    (("телеканал", "газет", "журнал", "редакц", "радио", "издательств"), "редакция"),
    (("театр", "музе", "библиотек", "филармон", "хор", "оркестр", "галере"), "учреждение культуры"),
    (("посольств", "консульств"), "дипломатическое представительство"),
    (("ресторан", "кафе", "отел", "гостиниц", "магазин", "супермаркет", "пекарн"), "предприятие обслуживания"),
    (("фонд", "ассоциац", "нко", "нпо"), "некоммерческая организация"),
)
"""beginnings of folded words in an employer's name -> its sector"""


@lru_cache(maxsize=4096)
def country_of(surface: str) -> str:
    """ISO code of the country where a university lies; "" where the list does not know it."""
    made = passage(surface)
    found = next(phrases.matches(made, listed.universities()), None)
    return found.entry.group if found else ""


@lru_cache(maxsize=4096)
def sector_of(surface: str) -> str:
    """The sector of an employer in the nominative; "" where nothing tells it."""
    made = passage(surface)
    found = next(phrases.matches(made, listed.employers()), None)
    if found:
        return SECTORS.get(found.entry.group, "")
    words = fold(surface).replace("«", " ").replace("-", " ").split()
    for beginnings, sector in BY_HEAD:
        if any(word.startswith(beginnings) for word in words):
            return sector
    return ""


def university(surfaces: tuple[str, ...], case: str, number: int) -> str:
    """«университете-1 в Японии», the country left out where no mention tells it."""
    country = next((code for code in map(country_of, surfaces) if code), "")
    head = f"{inflected('университет', case)}-{number}"
    if not country:
        return head
    return f"{head} {'во' if country == 'FR' else 'в'} {IN_COUNTRY[country]}"


def employer(surfaces: tuple[str, ...], case: str, number: int) -> str:
    """«банке-1», «международной организации-2»; «работодатель-1» where no mention tells the sector."""
    sector = next((found for found in map(sector_of, surfaces) if found), "работодатель")
    return f"{inflected(sector, case)}-{number}"


def year(surface: str) -> str:
    """«2018 год» for an exact day that names its year; "" for one that does not."""
    found = [n.value for n in numbers(passage(surface)) if 1900 <= n.value <= 2099]
    written = re.findall(r"(?:19|20)\d\d", surface)
    if found or written:
        return f"{found[-1] if found else written[-1]} год"
    return ""


def birth_years(surface: str) -> str:
    """«1990–1994 годы» for a date or a year of birth; "" where the year is not told."""
    values = [n.value for n in numbers(passage(surface))]
    full = [v for v in values if 1900 <= v <= 2099]
    short = [1900 + v if v > 25 else 2000 + v for v in values[-1:] if 32 <= v <= 99 or (len(values) > 1 and v <= 25)]
    chosen = full[-1] if full else (short[0] if short else 0)
    first = chosen - chosen % 5
    return f"{first}–{first + 4} годы" if chosen else ""


def age_band(surface: str) -> str:
    """«25–29 лет»; "" where no number is found."""
    found = [n.value for n in numbers(passage(surface)) if 0 < n.value < 120]
    first = found[0] - found[0] % 5 if found else 0
    return f"{first}–{first + 4} лет" if found else ""
