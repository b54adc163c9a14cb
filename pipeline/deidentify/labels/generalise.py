"""Coarser words in place of a quasi-identifier: a university's country, an employer's sector, a year for a day."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from msgspec import Struct, toml

from pipeline.deidentify.organisations import listed
from pipeline.deidentify.passage import passage
from pipeline.deidentify.words import phrases
from pipeline.deidentify.words.grammar import case_of, inflected
from pipeline.deidentify.words.inflect import fold
from pipeline.deidentify.words.spoken_numbers import numbers
from pipeline.model import Entity


class Coarser(Struct, frozen=True):
    """The words of generalise.toml, which says what each table holds."""

    country: dict[str, str]
    sector: dict[str, str]
    by_head: dict[str, tuple[str, ...]]
    noun: dict[str, str]


COARSER = toml.decode(Path(__file__).with_name("generalise.toml").read_bytes(), type=Coarser)


def coarser(entity: Entity, text: str, surfaces: tuple[str, ...], number: int) -> str:
    """What is shown for one mention of the `number`-th entity of its word, in its case; "" where nothing fits.

    `text` is the turn's, `surfaces` are all mentions of the entity.
    """
    said = text[entity.start : entity.end]
    if entity.kind in BY_WORDS:
        return BY_WORDS[entity.kind](said)
    case = case_of(text, entity.start, entity.end)
    if entity.kind in BY_MENTIONS:
        return BY_MENTIONS[entity.kind](surfaces, case, number)
    noun = COARSER.noun.get(entity.kind)
    return f"{inflected(noun, case)}-{number}" if noun else ""


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
        return COARSER.sector.get(found.entry.group, "")
    words = fold(surface).replace("«", " ").replace("-", " ").split()
    for sector, beginnings in COARSER.by_head.items():
        if any(word.startswith(beginnings) for word in words):
            return sector
    return ""


def university(surfaces: tuple[str, ...], case: str, number: int) -> str:
    """«университете-1 в Японии», the country left out where no mention tells it."""
    country = next((code for code in map(country_of, surfaces) if code), "")
    head = f"{inflected('университет', case)}-{number}"
    if not country:
        return head
    return f"{head} {'во' if country == 'FR' else 'в'} {COARSER.country[country]}"


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


BY_WORDS = {"DATE": year, "DATE_BIRTH": birth_years, "AGE": age_band}
"""kind -> what its generalisation makes of the words of one mention"""
BY_MENTIONS = {"ORG_UNIVERSITY": university, "ORG_EMPLOYER": employer}
"""kind -> what its generalisation makes of all mentions of the entity, in a case"""
