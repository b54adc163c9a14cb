"""What stands in place of a speaker's name: his role where one is known, else Г1, Г2 in order of appearance."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.attribute.cast import ALIKE, likeness
from pipeline.participants import Contact
from pipeline.transcripts.paragraphs import ordinary
from pipeline.transcripts.said import Said
from pipeline.transcripts.speakers import names_nobody, role_word

LETTER = "Г"
"""before the number of somebody whose role nobody knows; labels are Russian too, whatever the study's language"""
LABEL, DEVICE = "имя", "iphone"
"""the word of a label; what a display name says of a telephone"""
ROLES = {
    "ru": {"interviewer": "Интервьюер", "participant": "Респондент"},
    "en": {"interviewer": "Interviewer", "participant": "Respondent"},
}


def shown(turns: Sequence[Said], contacts: Sequence[Contact], language: str) -> dict[str, str]:
    """Speaker as the file names him -> what is written instead. Roles and codes of machines stay as they are."""
    made: dict[str, str] = {}
    for name in dict.fromkeys(one.speaker for one in turns if one.speaker):
        if names_nobody(name):
            made[name] = name
            continue
        role = role_word(name) or role_of(name, contacts, language)
        taken = set(made.values())
        made[name] = next(one for one in candidates(role) if one not in taken)
    return made


def candidates(role: str) -> Sequence[str]:
    """What a speaker may be called, the best first: his role, with a number where another has it."""
    if role:
        return [role, *(f"{role} {number}" for number in range(2, 1_000))]
    return [f"{LETTER}{number}" for number in range(1, 100_000)]


def role_of(name: str, contacts: Sequence[Contact], language: str) -> str:
    """The role of somebody whom the study's contacts name, "" for anybody else."""
    for contact in contacts:
        if any(likeness(name, known) >= ALIKE for known in (*contact.display_names, *contact.names)):
            return ROLES[language][contact.role]
    return ""


def hidden(texts: Sequence[str], names: Sequence[str], brackets: tuple[str, str]) -> list[str]:
    """Texts in which no word of a speaker's name stands, whatever the search took it for.

    Words of the language that are somebody's name too are hidden where they have a capital.
    """
    met = [int(number) for text in texts for number in re.findall(rf"{LABEL}-(\d+)", text)]
    opens, closes = brackets
    made = list(texts)
    for number, name in enumerate(names, max(met, default=0) + 1):
        words = [word for word in re.findall(r"[^\W\d_]{3,}", name) if word.casefold() not in {LABEL, DEVICE}]
        for word in words:
            shapes = (word.capitalize(), word.upper(), word) if ordinary(word) else (f"(?i:{re.escape(word)})",)
            found = re.compile(rf"(?<!\w)(?:{'|'.join(shapes)})(?!\w)")
            made = [found.sub(f"{opens}{LABEL}-{number}{closes}", text) for text in made]
    return made


def named(turns: Sequence[Said]) -> list[str]:
    """Names of speakers that are to be hidden wherever somebody says them."""
    return [name for name in dict.fromkeys(one.speaker for one in turns) if name and not names_nobody(name)]
