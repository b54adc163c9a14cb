"""Words around the names of places, and what they say of a token: is a place named here?"""

from __future__ import annotations

from pipeline.deidentify.passage import Passage
from pipeline.deidentify.people import lexicon
from pipeline.deidentify.words import loanwords
from pipeline.deidentify.words.inflect import bases, fold, known
from pipeline.deidentify.words.lists import lists, sets

WORDS = sets("places/words.txt")
LISTS = lists("places/words.txt")
PREPOSITIONS = {**dict.fromkeys(LISTS["mostly_before"], 2), **dict.fromkeys(LISTS["sometimes_before"], 1)}
"""preposition -> how often it stands before a place: 2 mostly, 1 sometimes"""
SETTLEMENT_WORDS = WORDS["settlement"]
ADMINISTRATIVE = WORDS["administrative"]
TAILS = WORDS["tail"]
REGION_WORDS = WORDS["region"]
SHORT = WORDS["short"]
NOT_PLACES = WORDS["no_place"]
LOANS = WORDS["loan"]
COUNTRIES = LISTS["country"]
WHERE = ("откуда", "куда", "где", "город", "родом", "родил", "живет", "живешь", "переехал")
"""beginnings of folded words of a question that a place answers"""
MARKS = 8
"""most marks that may stand between a place and the word before it"""


def sentence_start(passage: Passage, at: int) -> bool:
    before = passage.tokens[at - 1] if at else None
    return before is None or before.text in '.!?…—–:«"'


def hinted(passage: Passage, at: int) -> str:
    """ "strong" after «город», «родом из», «живу в»; "weak" after a bare preposition of place; else ""."""
    index = at - 1
    tokens = passage.tokens
    while index >= 0 and at - index <= MARKS and tokens[index].text in '«"„“,:-–—(':
        index -= 1
    if index < 0:
        return "weak" if _asked_where(passage.before) else ""
    before = tokens[index]
    if SETTLEMENT_WORDS.intersection((before.norm, *before.lemmas)):
        return "strong"
    if WORDS["governing"].intersection(before.lemmas) and index == at - 1:
        return "weak"
    if before.norm not in PREPOSITIONS:
        return ""
    verbs = {lemma for token in tokens[max(0, index - 3) : index] for lemma in (token.norm, *token.lemmas)}
    return "strong" if verbs & WORDS["living"] else "weak"


def proper(passage: Passage, at: int) -> bool:
    """Whether a token looks like a proper name: capital within a sentence, or a word no dictionary has."""
    token = passage.tokens[at]
    if not token.text[0].isalpha() or len(token.norm) < 3 or token.norm in NOT_PLACES:
        return False
    return token.capital if passage.cased else not known(token.norm) or any("Geox" in tag for tag in token.tags)


def _asked_where(before: str) -> bool:
    """Whether the turn before ends in a question about a place."""
    return before.endswith("?") and any(word.startswith(WHERE) for word in fold(before[-70:]).split())


def kazakh_word(norm: str) -> bool:
    """Whether a word is an ordinary Kazakh one."""
    return fold(norm) in lexicon.lists().kazakh_words


def harmless(norm: str, capital: bool = False) -> bool:
    """Whether a word no Russian dictionary has is known all the same: Kazakh, a loan, or what is no place."""
    if norm in NOT_PLACES or (not capital and (loan(norm))):
        return True
    listed = lexicon.lists()
    folded = fold(norm)
    return (
        folded in listed.kazakh_words
        or folded in listed.new_words
        or (not capital and (_loan_form(norm) or loanwords.made_up(norm)))
    )


def _loan_form(norm: str) -> bool:
    """Whether a word is some case of a listed loan or new word."""
    forms = bases(norm)
    return not (LOANS.isdisjoint(forms) and lexicon.lists().new_words.isdisjoint(forms))


def loan(norm: str) -> bool:
    """Whether a word no dictionary has is a borrowed common noun, or looks like one: «нетворкинге», «стартаперы»."""
    return norm in LOANS or norm.endswith(LISTS["loan_ending"])
