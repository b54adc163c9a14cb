"""Organisations called by letters: «закончила МГИМО», «работает в эн си о си», «Малайзия: УТП, это …»."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.contacts import emails_and_usernames
from pipeline.deidentify.organisations.institutions import preposition
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.words import phrases
from pipeline.deidentify.words.lists import sets
from pipeline.deidentify.words.organisation_words import ABBREVIATIONS_KEPT, STUDY, WORK, WORK_VERBS

WORDS = sets("organisations/words.txt")
LETTER_NAMES = emails_and_usernames.LETTERS | frozenset(
    "а е и о у о эйч ви джи дабл ай эс кэ вэ гэ жэ зэ тэ пэ эф ю я".split()
)
"""names of letters with which an abbreviation is said"""
SHORTEST = 3
"""letters of an abbreviation said letter by letter"""
APPOSED = WORDS["apposed"]


def abbreviation(passage: Passage) -> Iterator[Finding]:
    """Capitals after a preposition that no list has: «закончила МГИМО», «работал в КТБ»."""
    if not passage.cased:
        return
    for at, token in enumerate(passage.tokens):
        if not _capitals(token, 2):
            continue
        study = phrases.near(passage, at, STUDY, 7, 3)
        if preposition(passage, at) and (study or phrases.near(passage, at, WORK, 7, 3)):
            kind = "ORG_UNIVERSITY" if study else "ORG_EMPLOYER"
            yield Finding(token.start, token.end, kind, 0.6, "abbreviation")


def said_by_letter(passage: Passage) -> Iterator[Finding]:
    """«работает в эн си о си», «закончил Ю-Си-Эл»: letters said one by one after a preposition."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if not preposition(passage, at) or token.norm not in LETTER_NAMES:
            continue
        last, count = at + 1, 1
        while last < len(tokens):
            step = last + (tokens[last].text == "-")
            letter = step < len(tokens) and tokens[step].norm in LETTER_NAMES
            if not letter or tokens[step].start - tokens[last - 1].end > 1:
                break
            last, count = step + 1, count + 1
        strange = any(token.norm in emails_and_usernames.LETTERS for token in tokens[at:last])
        if count >= SHORTEST and strange:
            study = phrases.near(passage, at, STUDY, 6, 3)
            kind = "ORG_UNIVERSITY" if study else "ORG_EMPLOYER"
            yield Finding(token.start, tokens[last - 1].end, kind, 0.78, "said-by-letter")


def apposed(passage: Passage) -> Iterator[Finding]:
    """«закончила Сатпаева, это ПТУ», «Малайзия: УТП, это …»: capitals that explain or are explained beside study."""
    if not passage.cased:
        return
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if not _capitals(token, 3) or not token.text.isalpha() or preposition(passage, at):
            continue
        before = tokens[at - 1].norm if at else ""
        explained = at + 2 < len(tokens) and tokens[at + 1].text == "," and tokens[at + 2].norm in APPOSED
        if before in APPOSED or before in (":", "—", "–") or explained:
            study = phrases.near(passage, at, STUDY | {"кампус"}, 12, 6)
            work = phrases.near(passage, at, WORK_VERBS, 8, 3)
            if study or work:
                kind = "ORG_UNIVERSITY" if study else "ORG_EMPLOYER"
                yield Finding(token.start, token.end, kind, 0.6, "abbreviation-apposed")


def _capitals(token: Token, shortest: int) -> bool:
    """Whether a word is all capitals, at least so many and seven at most, and no abbreviation that names nobody."""
    return token.text.isupper() and shortest <= len(token.text) <= 7 and token.norm not in ABBREVIATIONS_KEPT


RULES: tuple[Rule, ...] = (
    Rule("abbreviation", abbreviation),
    Rule("said-by-letter", said_by_letter),
    Rule("abbreviation-apposed", apposed),
)
