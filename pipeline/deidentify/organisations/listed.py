"""Universities, schools and employers of the gazetteers, in any case form, spelling and nickname."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipeline.deidentify.organisations.institutions import honoured_to, preposition, relational
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.words import phrases
from pipeline.deidentify.words.inflect import known, named, ordinary
from pipeline.deidentify.words.organisation_words import LATIN_STOP, STUDY, WORK, WORK_VERBS
from pipeline.deidentify.words.organisation_words import WORDS as ORGANISATION_WORDS
from pipeline.deidentify.words.phrases import Lexicon, Match


@lru_cache(maxsize=1)
def universities() -> Lexicon:
    """Universities by country."""
    return phrases.lexicon(phrases.read("organisations/universities.txt"))


@lru_cache(maxsize=1)
def schools() -> Lexicon:
    return phrases.lexicon(phrases.read("organisations/schools.txt"))


@lru_cache(maxsize=1)
def employers() -> Lexicon:
    """Employers by sector."""
    return phrases.lexicon(phrases.read("organisations/employers.txt"))


def listed_university(passage: Passage) -> Iterator[Finding]:
    """Universities of the gazetteer."""
    for match in phrases.matches(passage, universities()):
        score = _listed(passage, match, STUDY)
        if score:
            last = honoured_to(passage, match.last)
            start, end = phrases.quoted(passage, match.first, last)
            yield Finding(start, end, "ORG_UNIVERSITY", score, "university-gazetteer")


def listed_school(passage: Passage) -> Iterator[Finding]:
    """Kinds of schools of which a town has one, with the town: «НИШ в Усть-Каменогорске», «кызылординский КТЛ»."""
    from pipeline.deidentify.places import settlements

    towns = None
    for match in phrases.matches(passage, schools()):
        score = _listed(passage, match, ORGANISATION_WORDS["schooling"])
        if not score:
            continue
        first, last = match.first, match.last
        if first and relational(passage.tokens[first - 1]):
            first -= 1
        start, end = phrases.quoted(passage, first, last)
        following = passage.tokens[last : last + 2]
        if len(following) == 2 and following[0].norm in ("в", "во", "города", "г", "номер", "№"):
            towns = towns or [
                *settlements.settlement(passage),
                *settlements.misheard(passage),
                *settlements.unknown_place(passage),
            ]
            after = [town for town in towns if town.start == following[1].start and "CITY" in town.kind]
            end = max([end, *(town.end for town in after)])
        yield Finding(start, end, "ORG_SCHOOL", score, "school-gazetteer")


def listed_employer(passage: Passage) -> Iterator[Finding]:
    """Employers of the gazetteer, unless spoken of as a thing that somebody used."""
    for match in phrases.matches(passage, employers()):
        score = _listed(passage, match, WORK)
        product = phrases.near(passage, match.first, ORGANISATION_WORDS["product"], 3, 2)
        product = product and not phrases.near(passage, match.first, WORK_VERBS, 6, 3)
        if score and product:
            start, end = phrases.quoted(passage, match.first, match.last)
            yield Finding(start, end, "TRAP", 0.9, "employer-product")
        elif score:
            last = match.last + _branch(passage, match.last)
            start, end = phrases.quoted(passage, match.first, last)
            yield Finding(start, end, "ORG_EMPLOYER", score, "employer-gazetteer")


def _branch(passage: Passage, last: int) -> int:
    """1 where the name of a country follows a company's: «Шелл Казахстан»."""
    if last >= len(passage.tokens) or not phrases.adjacent(passage.tokens[last - 1], passage.tokens[last]):
        return 0
    token = passage.tokens[last]
    return int(
        token.norm in ("казахстан", "kazakhstan", "россия", "russia", "europe", "group", "групп", "холдинг", "bank")
        or "банк" in token.lemmas
    )


def _listed(passage: Passage, match: Match, around: frozenset[str]) -> float:
    """How surely a listed name is meant; 0 for not at all."""
    entry = match.entry
    context = phrases.near(passage, match.first, around)
    hint = preposition(passage, match.first)
    if (entry.group == "media" or (entry.doubtful and len(entry.words) > 1)) and not context:
        return 0.0
    if len(entry.words) > 1:
        return 0.93 if match.exact else 0.75
    if not match.exact:
        return 0.7 if context or hint else 0.5
    token = passage.tokens[match.first]
    if entry.doubtful:
        return _doubtful(passage, token, entry.words[0], context and hint)
    return _single(passage, token, entry.words[0], (hint, context))


def _doubtful(passage: Passage, token: Token, name: str, around: bool) -> float:
    """The same for a listed name that is an ordinary word or an ambiguous abbreviation too."""
    if passage.cased and token.text.isupper() and 1 < len(name) <= 4:
        return 0.7
    if passage.cased and (not token.capital or len(name) <= 3):
        return 0.0
    return 0.8 if around else 0.0


def _single(passage: Passage, token: Token, name: str, around: tuple[bool, bool]) -> float:
    """The same for a listed name of one word; `around`: a preposition before it, words of work or study near it."""
    hint, context = around
    lower = passage.cased and not token.capital
    short = len(name) <= 3
    latin = token.text.isascii() and token.norm not in LATIN_STOP and not lower
    cases = (
        (token.text.isupper() and len(token.text) > 1, 0.92),
        (ordinary(token.norm), 0.8 if (hint or context or _whole(passage, token)) and not lower else 0.0),
        (short and latin, 0.75),
        (short, 0.8 if context or (hint and not known(token.norm)) else 0.75 if _consonants(token.norm) else 0.0),
        (named(token.norm), 0.75 if hint and context else 0.0),
        (lower, 0.7 if hint or context else 0.0),
    )
    return next((score for fits, score in cases if fits), 0.92)


def _consonants(norm: str) -> bool:
    """Whether an abbreviation cannot be read as a word: «кмг»."""
    return len(norm) == 3 and not norm.isascii() and not set(norm) & set("аеиоуыэюяіәөүұ") and not known(norm)


def _whole(passage: Passage, token: Token) -> bool:
    """Whether a word with a capital is a sentence of its own, as in the answer to «где работаете?»."""
    around = (passage.text[: token.start].rstrip()[-1:], passage.text[token.end : token.end + 1])
    return passage.cased and token.capital and around[0] in ("", ".", "!", "?", "…") and around[1] in (".", "!", ",")


RULES: tuple[Rule, ...] = (
    Rule("university-gazetteer", listed_university),
    Rule("school-gazetteer", listed_school),
    Rule("employer-gazetteer", listed_employer),
)
