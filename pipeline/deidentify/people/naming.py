"""What a sentence says to be somebody's name or nickname, whatever word it is: «Арман её имя», «по прозвищу Шах»."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.people.cues import CUES
from pipeline.deidentify.people.lexicon import lists, readings, small, unknown
from pipeline.deidentify.people.whole_names import honoured_to
from pipeline.deidentify.words.inflect import known
from pipeline.deidentify.words.letters import folded
from pipeline.deidentify.words.phrases import english

OPENING = '«"“„'
LONGEST = 3
"""words of a nickname with capitals"""


def nickname(passage: Passage) -> Iterator[Finding]:
    """«по прозвищу Шах», «прозвали его Генерал», «позывной „Сокол“»; animals have names of their own."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if not CUES["nickname"].intersection(token.lemmas) or _animal(passage, at):
            continue
        yield from _name(passage, _past(tokens, at + 1, CUES["before_nickname"], "—–-:,"))


def own_word(passage: Passage) -> Iterator[Finding]:
    """«Тыныштық её имя», «по имени Асыл», «моё имя — Жулдыз»: ordinary words too, which no list makes names."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if token.norm not in ("имя", "имени") or _animal(passage, at):
            continue
        before = tokens[at - 1].norm if at else ""
        if token.norm == "имени" and before != "по":
            continue
        following = _past(tokens, at + 1, CUES["whose"], "—–-:")
        if token.norm == "имени" or before in CUES["whose"] or following > at + 1:
            yield from _name(passage, following)
        if before in CUES["whose"] and at > 1 and _shown(passage, at - 2):
            yield Finding(tokens[at - 2].start, tokens[at - 2].end, "PERSON", 0.8, "naming")


def named_so(passage: Passage) -> Iterator[Finding]:
    """«моего босса зовут Чили», «её назвали Рига»: any word that the sentence makes a name."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        following = tokens[at + 1]
        calls = token.norm in CUES["called_so"]
        if not calls or not passage.cased or not following.capital or following.start - token.end != 1:
            continue
        before = tokens[max(0, at - 4) : at]
        stop = max((i for i, other in enumerate(before) if other.text in ".!?…"), default=-1)
        words = {word for other in before[stop + 1 :] for word in (other.norm, *other.lemmas)}
        whose = words & (CUES["kin"] | CUES["title"] | CUES["called_whom"])
        if whose and not _animal(passage, at) and following.text.isalpha() and not readings(following.text):
            yield Finding(following.start, following.end, "PERSON", 0.95, "named-so")


def kazakh_told(passage: Passage) -> Iterator[Finding]:
    """«Сансызбай деген інім бар»: a name, «called», and what its bearer is."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-2]):
        named = tokens[at + 1].norm == "деген" and folded(tokens[at + 2].text).startswith(KAZAKH_PEOPLE)
        if named and len(token.text) > 2 and token.text.isalpha() and (token.capital or not passage.cased):
            yield Finding(token.start, token.end, "PERSON", 0.8, "naming-kazakh")


KAZAKH_PEOPLE = tuple(sorted(map(folded, CUES["kazakh_person"])))


def _past(tokens: Sequence[Token], at: int, words: frozenset[str], marks: str) -> int:
    """Index of the first token from `at` on that is none of some words or marks."""
    while at < len(tokens) and (tokens[at].norm in words or tokens[at].text in marks):
        at += 1
    return at


def _name(passage: Passage, first: int) -> Iterator[Finding]:
    """The words from a token on that are given as a name; nothing where none looks like one."""
    tokens = passage.tokens
    if first < len(tokens) and tokens[first].text in OPENING:
        first += 1
    last = first
    while last < len(tokens) and last - first < LONGEST and _shown(passage, last) and (passage.cased or last == first):
        last += 1
    if last > first:
        end = tokens[honoured_to(passage, last - 1)].end
        yield Finding(tokens[first].start, end, "PERSON", 0.8, "naming")


def _shown(passage: Passage, at: int) -> bool:
    """Whether a token is written as a name would be; without capitals, whether it is a noun or a strange word."""
    token = passage.tokens[at]
    if not token.text.isalpha() or len(token.text) < 2 or small(token.norm):
        return False
    if passage.cased:
        return token.capital
    return unknown(token.norm) or _nominal(token)


def _nominal(token: Token) -> bool:
    nominative = token.tags[:1] and "nomn" in token.tags[0] and token.tags[0].startswith("NOUN")
    return bool(nominative) and len(token.text) > 3


def _animal(passage: Passage, at: int) -> bool:
    nearby = passage.tokens[max(0, at - 6) : at + 3]
    return any(lemma in CUES["pet"] for token in nearby for lemma in token.lemmas)


def surname_told(passage: Passage) -> Iterator[Finding]:
    """«фамилия Ма», «фамилия у него Ри»: surnames of two letters, which nothing else shows."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if "фамилия" not in token.lemmas:
            continue
        following = _past(tokens, at + 1, CUES["before_nickname"], "—–-:")
        if following < len(tokens) and _short_surname(passage, tokens[following]):
            yield Finding(tokens[following].start, tokens[following].end, "PERSON", 0.9, "naming")


def _short_surname(passage: Passage, token: Token) -> bool:
    listed = token.norm in lists().surnames or token.norm in CUES["eastern_surname"]
    return listed and len(token.text) < 4 and (token.capital or not passage.cased)


SPELT = 4
"""single letters in a row that are a name spelt out"""
SMALL_WORDS = frozenset("аиоувскяеэж")
"""letters that are words or sounds of thinking"""
SINGLES = re.compile(r"(?<!\w)\w\W{1,3}\w\W{1,3}\w\W{1,3}\w(?!\w)")
"""four single characters in a row: the quick no that nearly every turn gets"""


def spelt_out(passage: Passage) -> Iterator[Finding]:
    """«пишется К, и, м, о, в», «t h o m p s o n»: letter by letter, with commas, hyphens or nothing between."""
    tokens = passage.tokens
    at = 0 if SINGLES.search(passage.text) else len(tokens)
    while at < len(tokens):
        last, letters = at, 0
        while last < len(tokens) and (_one_letter(tokens[last]) or (letters and tokens[last].text in ",-–")):
            letters += _one_letter(tokens[last])
            last += 1
        while last > at and not _one_letter(tokens[last - 1]):
            last -= 1
        strange = sum(_one_letter(token) and token.norm not in SMALL_WORDS for token in tokens[at:last])
        if letters >= SPELT and strange > 1:
            yield Finding(tokens[at].start, tokens[last - 1].end, "PERSON", 0.9, "name-spelt")
        at = max(last, at + 1)


def _one_letter(token: Token) -> bool:
    return len(token.text) == 1 and token.text.isalpha()


def honoured(passage: Passage) -> Iterator[Finding]:
    """«Нака-сан», «мори сэнсэй»: a strange word, or one with a capital, before a Japanese or Korean honorific."""
    tokens = passage.tokens
    if CUES["eastern_honorific"].isdisjoint([token.norm for token in tokens]):
        return
    for at, token in enumerate(tokens[:-1]):
        hyphen = tokens[at + 1].text == "-" and at + 2 < len(tokens)
        after = tokens[at + 1 + hyphen]
        if after.norm not in CUES["eastern_honorific"] or after.start - token.end > 1 or not token.text.isalpha():
            continue
        worded = not hyphen and (small(token.norm) or folded(after.text) in CUES["not_after"])
        shown = token.capital if passage.cased else unknown(token.norm)
        if len(token.text) > 1 and shown and not (worded and known(token.norm)):
            yield Finding(token.start, after.end, "PERSON", 0.85, "honorific-eastern")


def latin_title(passage: Passage) -> Iterator[Finding]:
    """«Frau Seidel», «Dr. Amy Wong»: the Latin words with capitals after a Latin title."""
    tokens = passage.tokens
    if CUES["latin_title"].isdisjoint([token.norm for token in tokens]):
        return
    for at, token in enumerate(tokens):
        if token.norm not in CUES["latin_title"]:
            continue
        first = at + 1 + (at + 1 < len(tokens) and tokens[at + 1].text == ".")
        last = first
        while last < len(tokens) and last - first < LONGEST and _latin_name(passage, last):
            last += 1
            if not passage.cased:
                break
        if last > first:
            yield Finding(token.start, tokens[last - 1].end, "PERSON", 0.9, "title-latin")


def _latin_name(passage: Passage, at: int) -> bool:
    token = passage.tokens[at]
    latin = token.text.isalpha() and len(token.text) > 1 and token.text[0].isascii()
    return latin and (token.capital or not passage.cased) and token.norm not in english()


RULES: tuple[Rule, ...] = (
    Rule("nickname", nickname),
    Rule("naming", own_word),
    Rule("named-so", named_so),
    Rule("naming-kazakh", kazakh_told),
    Rule("name-spelt", spelt_out),
    Rule("honorific-eastern", honoured),
    Rule("surname-told", surname_told),
    Rule("title-latin", latin_title),
)
