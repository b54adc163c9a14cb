"""Heroes of epics, tales, books and films, and whom people pray to: spoken of like neighbours, and nobody near."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipeline.deidentify.kept import fame
from pipeline.deidentify.kept.public import claimed
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.people import context
from pipeline.deidentify.words import phrases
from pipeline.deidentify.words.inflect import ordinary
from pipeline.deidentify.words.lists import sets

WORDS = sets("kept/cues.txt")
SHORTEST = 4
"""letters of a hero's name that counts without a capital"""


@lru_cache(maxsize=1)
def heroes() -> phrases.Lexicon:
    """Heroes by where they come from."""
    return phrases.lexicon(phrases.read("kept/heroes.txt"))


def hero(passage: Passage) -> Iterator[Finding]:
    """«Дед Мороз», «прям Робин Гуд», «ждала, как Каныкей»; those whose name people bear only where the words say so."""
    found = [match for match in phrases.matches(passage, heroes(), by_ear=False) if _shown(passage, match)]
    sure = {match.first for match in found if not _borne(passage, match)}
    for match in found:
        if claimed(passage, match.first, match.last):
            continue
        meant = match.first in sure or _meant(passage, match) or _listed_with(found, match, sure, passage)
        if meant:
            start, end = phrases.quoted(passage, match.first, match.last)
            yield Finding(start, end, "TRAP", 0.9, "hero")


def _shown(passage: Passage, match: phrases.Match) -> bool:
    """Whether a hero's name is written as one: with a capital within a sentence, or as words nothing else is."""
    words = passage.tokens[match.first : match.last]
    if len(words) > 1:
        return not passage.cased or words[0].capital or words[-1].capital or match.entry.group == "tale"
    token = words[0]
    if passage.cased and token.capital:
        return not (ordinary(token.norm) and context.opens(passage, match.first)) or match.entry.group == "faith"
    return not ordinary(token.norm) and len(token.text) >= SHORTEST and not passage.cased


def _borne(passage: Passage, match: phrases.Match) -> bool:
    """Whether somebody near may bear the name: the list says so, or it is a single surname or given name."""
    words = passage.tokens[match.first : match.last]
    return match.entry.doubtful or (
        len(words) == 1 and match.entry.group not in ("faith", "only") and _family(words[0])
    )


def _family(token: Token) -> bool:
    return any("Surn" in tag or "Name" in tag for tag in token.tags) or token.norm.endswith(("ов", "ев", "ин", "ский"))


def _meant(passage: Passage, match: phrases.Match) -> bool:
    """Whether the words around a name that people bear speak of the hero: a comparison, a book or a film."""
    if fame.compared(passage, match.first) or fame.quoting(passage, match.first):
        return True
    start, _ = phrases.quoted(passage, match.first, match.last)
    if start < passage.tokens[match.first].start:
        return True
    return phrases.near(passage, match.first, WORDS["told_of"], 12, 8)


def _listed_with(found: list[phrases.Match], match: phrases.Match, sure: set[int], passage: Passage) -> bool:
    """Whether a hero whom nobody else is called like stands a few words away: «Каныкей, Алмамбет»."""
    return any(
        other.first in sure and 0 < abs(other.first - match.first) <= 4 and _enumerated(passage, other, match)
        for other in found
    )


def _enumerated(passage: Passage, one: phrases.Match, two: phrases.Match) -> bool:
    first, second = sorted((one, two), key=lambda match: match.first)
    between = passage.tokens[first.last : second.first]
    return all(token.text == "," or token.norm in ("и", "или", "ну") for token in between)


RULES: tuple[Rule, ...] = (Rule("hero", hero),)
