"""Whom a study knows: the rows of its tables, as values."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from pipeline.model import Role

Answer = Literal["yes", "no", "not asked", "unknown"]


class Consent(Struct, frozen=True):
    quote: Answer = "not asked"
    share: Answer = "not asked"
    audio: Answer = "not asked"
    withdrawn_on: str = ""
    """ISO date"""


class Participant(Struct, frozen=True):
    """One row of participants.csv: public attributes and consent, no names."""

    id: str
    recordings: tuple[str, ...] = ()
    """names in recordings/, in order; private"""
    gender: str = ""
    """"female", "male", "other", "refused", "unknown"; "" = not asked"""
    age: int | None = None
    birth_year: int | None = None
    university_countries: tuple[str, ...] = ()
    """ISO 3166 alpha-2, in order, repeated for several universities in one country"""
    residence_country: str = ""
    language: str = ""
    interview_date: str = ""
    """ISO date; private"""
    consent: Consent = Consent()
    extra: tuple[tuple[str, str], ...] = ()
    """further public columns, header and cell"""
    private: tuple[tuple[str, str], ...] = ()
    """private_* columns; never released"""
    speakers: tuple[tuple[str, Role], ...] = ()
    """roles set by hand: a display name or a voice's label, and its role; private"""
    people: tuple[int, int] | None = None
    """how many people speak, at least and at most, where the roster says it"""
    missing: tuple[tuple[str, str], ...] = ()
    """columns without a value because it was "refused" or is "unknown"; any other empty one was not asked"""


class Contact(Struct, frozen=True):
    """One row of contacts.csv: what must never be released."""

    owner: str
    """participant id, or interviewer code such as "interviewer-1" """
    role: Literal["participant", "interviewer"]
    names: tuple[str, ...] = ()
    display_names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    employers: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


class Roster(Struct, frozen=True):
    participants: tuple[Participant, ...] = ()
    contacts: tuple[Contact, ...] = ()
    warnings: tuple[str, ...] = ()
    """ready to be shown: by id, never by name"""
