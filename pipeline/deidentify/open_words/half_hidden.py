"""Words that belong to a name beside them: cut off by the recogniser, joined by a hyphen, or said between its parts."""

from __future__ import annotations

from pipeline.deidentify.open_words.clues import CUES, Clues
from pipeline.deidentify.open_words.ordinary import EVERYDAY, facts
from pipeline.deidentify.open_words.surroundings import KAZAKH, Cover, Interview
from pipeline.deidentify.passage import Passage, Token
from pipeline.deidentify.people.context import opens
from pipeline.deidentify.people.cues import CUES as PEOPLE
from pipeline.deidentify.people.lexicon import readings
from pipeline.deidentify.words.lists import lists
from pipeline.deidentify.words.organisation_words import HEADS
from pipeline.deidentify.words.spoken_numbers import UNITS

SHORT = 3
"""letters of a word that a recogniser may have cut off its neighbour"""
MARKS = lists("open_words/cues.txt")["mark"]
HYPHENS = "-–‑_/.@'’"


def belongs(passage: Passage, at: int, beside: int, told: Interview) -> str:
    """Why a word belongs to the name whose nearest token is `beside`; "" where it doesn't."""
    tokens = passage.tokens
    token = tokens[at]
    first, last = tokens[min(at, beside)], tokens[max(at, beside)]
    between = tokens[min(at, beside) + 1 : max(at, beside)]
    if not token.text[0].isalnum() or len(between) > 1 or (between and between[0].text[0].isalnum()):
        return ""
    if _mark(token, told):
        return "mark of an address"
    if first.end == last.start or (between and between[0].text in HYPHENS and last.start - first.end == 1):
        return "joined by a hyphen"
    if between:
        return "cut off" if between[0].text == "," and _cut_off(token, told) else ""
    return _adjoining(passage, at, beside, told)


def _adjoining(passage: Passage, at: int, beside: int, told: Interview) -> str:
    """Why a word belongs to the name right before or after it."""
    tokens = passage.tokens
    token = tokens[at]
    letter = at < beside and len(token.text) == 1 and token.text.isascii() and tokens[beside].text[0].isdigit()
    if _marked(passage, at) or letter or (at < beside and token.norm in PEOPLE["particle"]):
        return "particle"
    if not {*token.lemmas}.isdisjoint(NOUNS):
        return "its noun"
    if _part(passage, at, beside) or _syllable(passage, at, beside):
        return "part of a name" if _part(passage, at, beside) else "syllable"
    if _cut_in_two(tokens[min(at, beside)], tokens[max(at, beside)]):
        return "half of a word"
    return "cut off" if _cut_off(token, told) else ""


def _part(passage: Passage, at: int, beside: int) -> bool:
    """Whether names are made of a word: «Айбар строй», «каз наму», «Талды су»; or it only dangles there."""
    token = passage.tokens[at]
    made = CUES["name_head"] if at < beside else CUES["firm"] | CUES["name_part"]
    return not made.isdisjoint((token.norm, *token.lemmas)) or _dangles(passage, at, beside)


def _syllable(passage: Passage, at: int, beside: int) -> bool:
    """Whether a short word beside a name is its end or beginning: «Талды су», «данусь я», «Женя С», «Каз наму»."""
    token = passage.tokens[at]
    if not token.text.isalpha() or len(token.norm) > SHORT or opens(passage, at):
        return False
    if len(token.norm) == 1:
        if passage.cased:
            return token.capital
        return at > beside and token.norm in VOWELS and not facts(passage.tokens[beside].norm).known
    known = facts(token.norm)
    return not (known.small or known.frequency >= EVERYDAY) and not UNITS.intersection(token.lemmas)


def _dangles(passage: Passage, at: int, beside: int) -> bool:
    """Whether a small word after a name governs nothing and is the name's end: «Женя с не уехал», «Данусь я,»."""
    tokens = passage.tokens
    word = tokens[at].norm
    if at < beside or word not in GOVERNING | VOWELS or len(word) > 2:
        return False
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if word in VOWELS:
        return passage.cased and (after is None or after.text in ",.")
    if after is None:
        return False
    return after.norm in ("не", "ни") or any(tag.startswith(("VERB", "INFN")) for tag in after.tags[:1])


GOVERNING = frozenset("с к у в на за до по от".split())


def _foreign(token: Token) -> bool:
    """Whether a short word is no word of Russian or Kazakh, nor said to people: «су», but not «апа»."""
    said = facts(token.norm).known or not PEOPLE["kin"].isdisjoint(token.lemmas) or not KAZAKH.isdisjoint(token.norm)
    return not said


VOWELS = frozenset("яюеэ")


def _mark(token: Token, told: Interview) -> bool:
    """Whether a word is a mark of addresses in the net, or has one in it where much is misheard: «уточка»."""
    return token.norm.startswith(MARKS) or (told.garbled and any(mark in token.norm for mark in MARKS))


def _cut_off(token: Token, told: Interview) -> bool:
    return told.garbled and len(token.norm) <= SHORT


def _marked(passage: Passage, at: int) -> bool:
    """Whether a word of an address in the net stands before, a small word between them left out."""
    before = [token for token in passage.tokens[max(0, at - 2) : at] if token.text[0].isalnum()]
    if not before or len(before) != min(2, at):
        return False
    near = before[-1]
    return near.norm.startswith(MARKS) or (len(near.norm) <= SHORT and before[0].norm.startswith(MARKS))


def _cut_in_two(one: Token, two: Token) -> bool:
    """Whether two words, one of which is none, are the halves of one that the dictionary has: «министер стве»."""
    if facts(one.norm).known and facts(two.norm).known:
        return False
    whole = one.norm + two.norm
    return len(whole) > 5 and whole.isalpha() and not whole.isascii() and facts(whole).known


NOUNS = CUES["named"] | CUES["place"] | HEADS.keys()


def beside_hidden(passage: Passage, at: int, cover: Cover, told: Interview) -> Clues:
    """Clues of a word that stands beside what is hidden and may be a part of it; empty where it is not."""
    tokens = passage.tokens
    for beside in (at + 1, at + 2, at - 1, at - 2):
        if not 0 <= beside < len(tokens) or cover.over(tokens[beside].start, tokens[beside].end) != "hidden":
            continue
        reason = belongs(passage, at, beside, told)
        if not reason and beside == at + 1 and _father(passage, beside) and _noun(passage, at):
            reason = "before a patronymic"
        if reason == "syllable" and not (tokens[at].capital and len(tokens[at].text) == 1) and not _foreign(tokens[at]):
            continue
        if reason and reason != "its noun":
            return {"bias": 1.0, f"{reason}, by hidden": 1.0}
    return {}


def _father(passage: Passage, at: int) -> bool:
    return any(reading.role == "patronymic" and reading.sure > 0.7 for reading in readings(passage.tokens[at].text))


def _noun(passage: Passage, at: int) -> bool:
    """Whether a word may be the given name that a patronymic wants before it."""
    token = passage.tokens[at]
    named = not (PEOPLE["kin"] | PEOPLE["title"]).isdisjoint(token.lemmas)
    noun = any(tag.startswith("NOUN") for tag in token.tags) and len(token.norm) > SHORT
    return token.text.isalpha() and not named and noun and not facts(token.norm).small
