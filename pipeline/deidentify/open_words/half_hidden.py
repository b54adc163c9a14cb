"""Words that belong to a name beside them: cut off by the recogniser, joined by a hyphen, or said between its parts."""

from __future__ import annotations

from pipeline.deidentify.open_words.clues import CUES, Clues
from pipeline.deidentify.open_words.surroundings import Cover, Interview
from pipeline.deidentify.passage import Passage
from pipeline.deidentify.people.cues import CUES as PEOPLE
from pipeline.deidentify.people.lexicon import readings
from pipeline.deidentify.words.lists import lists
from pipeline.deidentify.words.organisation_words import HEADS

SHORT = 3
"""letters of a word that a recogniser may have cut off its neighbour"""
MARKS = lists("open_words/cues.txt")["mark"]
HYPHENS = "-–‑_/.@'’"


def belongs(passage: Passage, at: int, beside: int, told: Interview) -> str:
    """Why a word belongs to the name whose nearest token is `beside`; "" where it doesn't."""
    tokens = passage.tokens
    token = tokens[at]
    if not token.text[0].isalnum():
        return ""
    between = tokens[min(at, beside) + 1 : max(at, beside)]
    before = at < beside
    if (
        len(between) == 1
        and between[0].text in HYPHENS
        and tokens[max(at, beside)].start - tokens[min(at, beside)].end == 1
    ):
        return "joined by a hyphen"
    if token.norm.startswith(MARKS):
        return "mark of an address"
    if before and not between and token.norm in PEOPLE["particle"]:
        return "particle"
    if between and not (told.garbled and before and between[0].text == ","):
        return ""
    if not between and not {*token.lemmas}.isdisjoint(NOUNS):
        return "its noun"
    return "cut off" if told.garbled and len(token.norm) <= SHORT else ""


NOUNS = CUES["named"] | CUES["place"] | HEADS.keys()


def beside_hidden(passage: Passage, at: int, cover: Cover, told: Interview) -> Clues:
    """Clues of a word that stands beside what is hidden and may be a part of it; empty where it is not."""
    tokens = passage.tokens
    for beside in (at + 1, at + 2, at - 1, at - 2):
        if not 0 <= beside < len(tokens) or cover.over(tokens[beside].start, tokens[beside].end) != "hidden":
            continue
        reason = belongs(passage, at, beside, told)
        if reason == "cut off" and beside < at:
            reason = ""
        if not reason and beside == at + 1 and _father(passage, beside) and _noun(passage, at):
            reason = "before a patronymic"
        if reason and reason != "its noun":
            return {"bias": 1.0, f"{reason}, by hidden": 1.0}
    return {}


def _father(passage: Passage, at: int) -> bool:
    return any(reading.role == "patronymic" and reading.sure > 0.7 for reading in readings(passage.tokens[at].text))


def _noun(passage: Passage, at: int) -> bool:
    """Whether a word may be the given name that a patronymic wants before it."""
    token = passage.tokens[at]
    named = not (PEOPLE["kin"] | PEOPLE["title"]).isdisjoint(token.lemmas)
    return token.text.isalpha() and not named and any(tag.startswith("NOUN") for tag in token.tags)
