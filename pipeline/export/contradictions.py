"""Where a transcript and the participants' table disagree on an age or a country that the respondent states."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from pipeline.deidentify import spoken
from pipeline.deidentify.passage import morph, passage
from pipeline.export import attribution
from pipeline.export.request import Interview, Settings
from pipeline.ingest import countries
from pipeline.model import Turn

OF_ME = re.compile(r"\b(?:мне|маған|i am|i'm)\b[^.?!]{0,24}$", re.IGNORECASE)
NOT_NOW = re.compile(r"\b(?:было|исполнилось|будет|когда|тогда|в то время|was|when)\b", re.IGNORECASE)
I_LIVE = re.compile(
    r"\b(?:я|мы)?\s*(?:сейчас |теперь |уже )?(?:живу|жив[её]м|проживаю|i live)\b[^.?!]{0,30}$", re.IGNORECASE
)
I_STUDIED = re.compile(
    r"\b(?:(?:от|за)?учил(?:ся|ась)|закончил[аи]?|окончил[аи]?|учусь|i studied|graduated)\b[^.?!]{0,40}$", re.IGNORECASE
)


class Contradiction(Struct, frozen=True):
    cite: str
    column: str
    table: str
    said: str
    """number or country code, never the words"""


def contradictions(interview: Interview, settings: Settings) -> tuple[Contradiction, ...]:
    """What a person should look up; the program decides nothing."""
    person = interview.participant
    if person is None:
        return ()
    roles = {speaker.label: speaker.role for speaker in interview.dialogue.speakers}
    cites = dict(interview.cites)
    made = []
    for turn in interview.dialogue.turns:
        if roles.get(turn.speaker) == "respondent":
            cite = cites.get(turn.number, str(turn.number))
            for column, table, said in stated(interview, turn, settings):
                made.append(Contradiction(cite, column, table, said))
    return tuple(dict.fromkeys(made))


def stated(interview: Interview, turn: Turn, settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Column, the table's value and the one that is said, where they differ."""
    person = interview.participant
    assert person is not None
    ages = attribution.ages(person, Settings(age_band=0, labels=settings.labels))
    for entity in interview.redaction.entities:
        if entity.turn != turn.number:
            continue
        before, surface = turn.text[: entity.start], turn.text[entity.start : entity.end]
        if entity.kind == "AGE" and ages and OF_ME.search(before) and not NOT_NOW.search(before[-40:]):
            years = age(surface)
            if years is not None and not ages[0] - 1 <= years <= ages[1] + 1:
                yield "age", attribution.age_cell(person, Settings()), str(years)
        code = country(surface) if entity.kind == "COUNTRY" else ""
        if code and person.residence_country and I_LIVE.search(before) and code != person.residence_country:
            yield "residence_country", person.residence_country, code
        if (
            code
            and person.university_countries
            and I_STUDIED.search(before)
            and code not in person.university_countries
        ):
            yield "university_countries", ";".join(person.university_countries), code


def age(surface: str) -> int | None:
    """Years, in figures or words."""
    figures = re.search(r"\d+", surface)
    if figures:
        return int(figures[0])
    found = [round(number.value) for number in spoken.numbers(passage(surface))]
    return found[0] if found else None


def country(surface: str) -> str:
    """ISO code of a country in any case form, "" for what is none."""
    plain = surface.strip(" .,;:!?«»\"'")
    lemmas = " ".join(morph().parse(word)[0].normal_form for word in plain.split())
    return countries.code(plain) or countries.code(lemmas) or ""


def named(text: str) -> frozenset[str]:
    """Countries that a text names."""
    return frozenset(
        code for word in set(re.findall(r"[^\W\d_]{2,}", text)) if word[0].isupper() and (code := country(word))
    )
