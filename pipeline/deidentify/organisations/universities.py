"""Universities of which half the name is said: «училась в Йельском», «ТУ Дармштадт», «университет штата Огайо»."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.organisations.institutions import head, preposition, relational
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.words import organisation_words, phrases
from pipeline.deidentify.words.inflect import fold
from pipeline.deidentify.words.lists import sets

WORDS = sets("organisations/words.txt")
POLYTECHNICS = WORDS["polytechnic"]


def elliptic(passage: Passage) -> Iterator[Finding]:
    """«училась в Йельском», «закончил Варшавский»: a university's adjective without its noun, beside words of study."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if not relational(token) or (passage.cased and not token.capital):
            continue
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if following is not None and any("NOUN" in tag or "ADJF" in tag for tag in following.tags[:1]):
            continue
        said = preposition(passage, at) or bool(
            {"закончить", "окончить", "поступить"}.intersection(_lemmas(tokens, at))
        )
        if said and phrases.near(passage, at, organisation_words.STUDY, 4, 0):
            yield Finding(token.start, token.end, "ORG_UNIVERSITY", 0.7, "university-adjective")


def _lemmas(tokens: tuple[Token, ...], at: int) -> set[str]:
    return {lemma for token in tokens[max(0, at - 2) : at] for lemma in token.lemmas}


def nickname(passage: Passage) -> Iterator[Finding]:
    """«политех», «иняз»."""
    for token in passage.tokens:
        if WORDS["nickname"].intersection((token.norm, *token.lemmas)):
            yield Finding(token.start, token.end, "ORG_UNIVERSITY", 0.76, "university-nickname")


def university_in_town(passage: Passage) -> Iterator[Finding]:
    """«в ТУ Дармштадт», «TU Wien», «в уни Грац»: a short word for a university and the town it bears."""
    from pipeline.deidentify.places import settlements

    tokens = passage.tokens
    if not any(token.norm in POLYTECHNICS for token in tokens):
        return
    towns = {found.start: found.end for found in settlements.settlement(passage)}
    for at, token in enumerate(tokens[:-1]):
        after = tokens[at + 1 + (tokens[at + 1].text == "-" and at + 2 < len(tokens))]
        shown = token.text.isupper() or token.text.isascii() or preposition(passage, at)
        if token.norm in POLYTECHNICS and shown and after.start in towns and after.start - token.end <= 1:
            yield Finding(token.start, towns[after.start], "ORG_UNIVERSITY", 0.93, "university-in-town")


def state_university(passage: Passage) -> Iterator[Finding]:
    """«университет штата Огайо», «университет города Осака», «институт провинции …»."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-2]):
        if head(token) != "ORG_UNIVERSITY":
            continue
        middle = tokens[at + 1]
        if not {"штат", "город", "провинция", "земля", "префектура"}.intersection(middle.lemmas):
            continue
        last = at + 2
        while last < len(tokens) and last - at < 5 and (tokens[last].capital or not passage.cased):
            if not tokens[last].text.isalpha() or (last > at + 2 and not passage.cased):
                break
            last += 1
        if last > at + 2 and fold(tokens[at + 2].norm) not in ("в", "и", "на"):
            yield Finding(token.start, tokens[last - 1].end, "ORG_UNIVERSITY", 0.93, "university-of-state")


def university_of(passage: Passage) -> Iterator[Finding]:
    """«Университет музыки Шопена», «академия художеств имени …»: what is taught there, then whose name it bears."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-2]):
        taught = tokens[at + 1]
        if head(token) != "ORG_UNIVERSITY" or not phrases.adjacent(token, taught):
            continue
        genitive = any("NOUN" in tag and "gent" in tag and "inan" in tag for tag in taught.tags[:2])
        last = at + 2 + (tokens[at + 2].norm in ("имени", "им"))
        first = last
        while passage.cased and last < len(tokens) and tokens[last].capital and tokens[last].text.isalpha():
            last += 1
        if genitive and not taught.capital and last > first:
            yield Finding(token.start, tokens[last - 1].end, "ORG_UNIVERSITY", 0.93, "university-of")


RULES: tuple[Rule, ...] = (
    Rule("university-adjective", elliptic),
    Rule("university-nickname", nickname),
    Rule("university-in-town", university_in_town),
    Rule("university-of-state", state_university),
    Rule("university-of", university_of),
)
