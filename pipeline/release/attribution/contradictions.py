"""Where a transcript and the participants' table disagree on an age or a country that the respondent states."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from pipeline.deidentify.passage import morph, passage
from pipeline.deidentify.words import spoken_numbers
from pipeline.release.attribution import line
from pipeline.release.request import Interview
from pipeline.study.export_settings import Settings
from pipeline.study.roster import countries

OF_ME = re.compile(r"\b(?:мне|маған|i am|i'm)\b[^.?!]{0,24}$", re.IGNORECASE)
NOT_NOW = re.compile(r"\b(?:было|исполнилось|будет|когда|тогда|в то время|was|when)\b", re.IGNORECASE)
MY_AGE = re.compile(r"\b(?:мне|маған|i am|i'm)\b([^.?!]{1,30}?)\b(?:лет|год|года|жас|years)\b", re.IGNORECASE)
I_LIVE = re.compile(
    r"\b(?:я|мы)?\s*(?:сейчас |теперь |уже )?(?:живу|жив[её]м|проживаю|i live)\b[^.?!]{0,30}$", re.IGNORECASE
)
YOUNGEST = 14
"""years; «мне … два года» tells no age of anybody who is interviewed"""
AGE = "age "
"""what a fact that is an age begins with"""
I_STUDIED = re.compile(
    r"\b(?:(?:от|за)?учил(?:ся|ась)|закончил[аи]?|окончил[аи]?|учусь|i studied|graduated)\b[^.?!]{0,40}$", re.IGNORECASE
)


class Contradiction(Struct, frozen=True):
    cite: str
    column: str
    table: str
    said: str
    """number or country code, never the words"""


def contradictions(interview: Interview) -> tuple[Contradiction, ...]:
    """What a person should look up; the program decides nothing."""
    person = interview.participant
    if person is None:
        return ()
    ages = line.ages(person, Settings())
    table = {
        "age": line.age_cell(person, Settings()),
        "residence_country": person.residence_country,
        "university_countries": ";".join(person.university_countries),
    }
    made = []
    for cite, column, said in stated(interview):
        if column == "age":
            differs = ages is not None and not ages[0] - 1 <= int(said) <= ages[1] + 1
        else:
            differs = bool(table[column]) and said not in table[column].split(";")
        if differs:
            made.append(Contradiction(cite, column, table[column], said))
    return tuple(dict.fromkeys(made))


def exact(interview: Interview, settings: Settings) -> tuple[str, ...]:
    """Turns that tell what these settings coarsen or leave out: an age beside a band, a country beside its region."""
    coarse = {
        "age": settings.age_band > 1 or "age" in settings.leave_out,
        "residence_country": settings.residence != "country",
        "university_countries": settings.universities != "country",
    }
    return tuple(dict.fromkeys(cite for cite, column, _ in stated(interview) if coarse[column]))


def stated(interview: Interview) -> Iterator[tuple[str, str, str]]:
    """What the respondent says of himself in words that are kept: turn, column, a number or a country's code."""
    roles = {speaker.label: speaker.role for speaker in interview.dialogue.speakers}
    turns = {turn.number: turn for turn in interview.dialogue.turns}
    cites = dict(interview.cites)
    for entity in interview.redaction.entities:
        turn = turns[entity.turn]
        if entity.label or roles.get(turn.speaker) != "respondent":
            continue
        cite = cites.get(turn.number, str(turn.number))
        before, surface = turn.text[: entity.start], turn.text[entity.start : entity.end]
        if entity.kind == "AGE" and OF_ME.search(before) and not NOT_NOW.search(before[-40:]):
            years = age(surface)
            if years is not None:
                yield cite, "age", str(years)
        code = country(surface) if entity.kind == "COUNTRY" else ""
        if code and I_LIVE.search(before):
            yield cite, "residence_country", code
        if code and I_STUDIED.search(before):
            yield cite, "university_countries", code


def age(surface: str) -> int | None:
    """Years, in figures or words."""
    figures = re.search(r"\d+", surface)
    if figures:
        return int(figures[0])
    found = [round(number.value) for number in spoken_numbers.numbers(passage(surface))]
    return found[0] if found else None


def country(surface: str) -> str:
    """ISO code of a country in any case form, "" for what is none."""
    plain = surface.strip(" .,;:!?«»\"'")
    lemmas = " ".join(morph().parse(word)[0].normal_form for word in plain.split())
    return countries.code(plain) or countries.code(lemmas) or ""


def facts(text: str) -> frozenset[str]:
    """What a quote tells of its speaker: the countries it names, and his age as "age 28"."""
    ages = (age(found[1]) for found in MY_AGE.finditer(text) if not NOT_NOW.search(found[0]))
    return named(text) | {f"{AGE}{years}" for years in ages if years is not None and years >= YOUNGEST}


def named(text: str) -> frozenset[str]:
    """Countries that a text names."""
    return frozenset(
        code for word in set(re.findall(r"[^\W\d_]{2,}", text)) if word[0].isupper() and (code := country(word))
    )
