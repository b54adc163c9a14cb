"""The table `export:` of study.yaml: what a release says of participants, and how its transcripts look."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class RoleLabels(Struct, frozen=True, forbid_unknown_fields=True):
    """What stands before the colon of a turn. Several speakers of one role are numbered: И1, И2."""

    interviewer: str = ""
    """"" = И in a Russian study, I in an English one"""
    respondent: str = ""
    """"" = Р, or R"""
    other: str = ""
    """"" = Д (другой), or O"""


Universities = Literal["country", "region", "number", "none"]
Residence = Literal["country", "region", "abroad", "none"]


class Shareable(Struct, frozen=True, forbid_unknown_fields=True):
    """What the shareable tier says less than the others; see the fields of the same names in Settings."""

    age_band: int = 5
    universities: Universities = "country"
    residence: Residence = "country"
    leave_out: tuple[str, ...] = ()


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """The table `export:` of study.yaml."""

    attribution_ru: str = "({gender}, {age}, {universities}, {residence})"
    """Russian attribution line; a field that is not known goes together with the comma before it"""
    attribution_en: str = "({gender}, {age}, {universities}, {residence})"
    """English attribution line; the fields are gender, age, universities, residence, id, language and public columns"""
    home: str = ""
    """ISO code of the country that the participants come from, for «at home or abroad»"""
    age_band: int = 0
    """years in an age band (5 gives «25–29 лет»); 0 prints the age itself"""
    universities: Universities = "country"
    """how universities are told: their countries, parts of the world, their number, or not at all"""
    residence: Residence = "country"
    """the same of where somebody lives; abroad: at home or abroad, which needs `home`"""
    leave_out: tuple[str, ...] = ()
    """columns that no file shows: gender, age or the header of a public column"""
    shareable: Shareable = Shareable()
    """what the shareable tier says less"""
    labels: RoleLabels = RoleLabels()
    """letters of the roles"""
    turn_numbers: bool = True
    """print ¶ and the turn's number after the speaker's letter"""
    profile: Literal["verbatim", "clean"] = "verbatim"
    """clean: print without hesitation sounds, broken-off words and doubled function words; .json and .vtt keep them"""
    pauses_from: float = 3.0
    """seconds from which a pause inside a turn is marked, as (...) or (5); 0 = never; only where times were measured"""
    overlaps: bool = True
    """mark with // where another speaker begins to talk at the same time"""
    cue_seconds: float = 7.0
    """longest subtitle cue"""
