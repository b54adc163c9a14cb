"""Codes of letters and digits, written or read aloud, always whole: «БК-А 0213», «K/20/47», «эм-ка семнадцать»."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from pipeline.deidentify.contacts.number_patterns import DOCUMENT_CUES, LISTS, NEAR
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.inflect import fold, ordinary
from pipeline.deidentify.words.lists import lists, sets
from pipeline.deidentify.words.spoken_numbers import Number

TABLE = "contacts/code_letters.txt"
WORDS = sets(TABLE)
STARTS = lists(TABLE)
MARKS = frozenset("-–—‑/.,№()")
DOCUMENTS = (*DOCUMENT_CUES, *STARTS["document"])
NUMBERED = (*LISTS["number"], "под", "сери", "госномер")
"""beginnings of words after which a number is a document's own, not its price or its kind"""
CUE = re.compile(r"\w+")


class Code(Struct, frozen=True):
    """A stretch of letters and digits: token indices, half-open."""

    first: int
    last: int
    digits: str
    letters: int
    """letters that are written, or named one by one"""
    joined: bool
    """holds a hyphen, a slash or the word for one"""


def codes(passage: Passage) -> Iterator[Code]:
    """Every stretch with a digit in it that letters or marks may join, left to right; sums and dates among them."""
    numbers = {number.first: number for number in spoken_numbers.numbers(passage)}
    done = 0
    for first in numbers:
        if first >= done:
            begin = _leftwards(passage, first)
            last = _rightwards(passage, first, numbers)
            made = _code(passage, max(begin, done), last, numbers)
            done = last
            if made is not None:
                yield made


def _leftwards(passage: Passage, first: int) -> int:
    """First token of the letters that lead to a number."""
    at = first
    while at > 0:
        before = at - 1
        while before > 0 and _mark(passage, before) and not _ends(passage, before):
            before -= 1
        if not letter(passage, before):
            break
        at = before
    while at < first and _weak(passage, at) and not _beside(passage, at):
        at += 1
        while at < first and _mark(passage, at):
            at += 1
    return at


def _rightwards(passage: Passage, first: int, numbers: dict[int, Number]) -> int:
    """One past the last letter or digit of a code that begins with a number."""
    tokens = passage.tokens
    last = at = numbers[first].last
    while at < len(tokens):
        while at < len(tokens) and _mark(passage, at) and not _ends(passage, at):
            at += 1
        number = numbers.get(at)
        if number is not None and not number.ordinal and not number.big:
            last = at = number.last
        elif at < len(tokens) and letter(passage, at) and (not _weak(passage, at) or _tied(passage, at)):
            last = at = at + 1
        else:
            break
    return last


def _mark(passage: Passage, at: int) -> bool:
    token = passage.tokens[at]
    return token.text in MARKS or token.norm in WORDS["between"]


def _ends(passage: Passage, at: int) -> bool:
    """Whether a full stop, or a dash between spaces, ends what came before."""
    token, text = passage.tokens[at], passage.text
    spaced = text[token.end : token.end + 1] in (" ", "")
    return (token.text == "." and spaced) or (
        token.text in "—–" and spaced and text[token.start - 1 : token.start] == " "
    )


def letter(passage: Passage, at: int) -> bool:
    """Whether a token is one or a few letters of a code, written or named."""
    token = passage.tokens[at]
    if not token.text.isalpha() or (len(token.text) > 2 and fold(token.norm).startswith(DOCUMENTS)):
        return False
    if token.norm in WORDS["name"] | WORDS["weak"] or token.text.isupper():
        return len(token.text) <= 3 or token.norm in WORDS["name"]
    if len(token.text) == 1:
        return not passage.cased or (at > 0 and passage.tokens[at - 1].end == token.start)
    return len(token.text) <= 3 and not passage.cased and (token.text.isascii() or not ordinary(token.norm))


def _weak(passage: Passage, at: int) -> bool:
    """Whether a letter may as well be a word."""
    token = passage.tokens[at]
    return token.norm in WORDS["weak"] and not (passage.cased and token.text.isupper())


def _tied(passage: Passage, at: int) -> bool:
    """Whether a letter is written together with what stands before it, or a mark, a letter or a number follows."""
    tokens = passage.tokens
    if tokens[at].start == tokens[at - 1].end:
        return True
    if _mark(passage, at - 1) and tokens[at - 1].norm in WORDS["between"] | frozenset("-/"):
        return True
    if tokens[at].norm in WORDS["name"] and tokens[at - 1].norm in WORDS["name"] - WORDS["weak"]:
        return True
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if following is not None and following.text in "-/" and following.start == tokens[at].end:
        return True
    return following is not None and (_numeric(following) or (letter(passage, at + 1) and not _weak(passage, at + 1)))


def _beside(passage: Passage, at: int) -> bool:
    """Whether a letter at the beginning stands beside a mark or another letter of the code, or a digit."""
    tokens = passage.tokens
    following = tokens[at + 1]
    close = following.start == tokens[at].end
    named = tokens[at].norm in WORDS["name"] and len(tokens[at].norm) > 1
    return close or following.norm in WORDS["between"] or letter(passage, at + 1) or (named and _numeric(following))


def _numeric(token: Token) -> bool:
    return token.text.isdecimal() or token.norm in spoken_numbers.vocabulary()


def _code(passage: Passage, first: int, last: int, numbers: dict[int, Number]) -> Code | None:
    tokens = passage.tokens[first:last]
    said = [number for at, number in numbers.items() if first <= at < last]
    if any(number.big or number.ordinal for number in said) or not said:
        return None
    digits = "".join(number.digits for number in said)
    inside = [at for at in range(first, last) if not any(number.first <= at < number.last for number in said)]
    letters = sum(letter(passage, at) for at in inside)
    marks = WORDS["between"] | frozenset("-/‑–")
    joined = any(token.norm in marks for token in tokens)
    return Code(first, last, digits, letters, joined)


def coded(passage: Passage) -> Iterator[Finding]:
    """Codes that a word for a document or a vehicle announces, here or in the turn before."""
    for code in codes(passage):
        if (code.letters or code.joined) and len(code.digits) > 1 and _announced(passage, code):
            start, end = passage.tokens[code.first].start, passage.tokens[code.last - 1].end
            yield Finding(start, end, "ID_NUMBER", 0.96, "id-coded")


def _announced(passage: Passage, code: Code) -> bool:
    """Whether the nearest word that a number goes with is a document or a vehicle, and the code is like theirs."""
    if counted(passage, code) or _dated(passage, code):
        return False
    cue, numbered = cue_before(passage, code.first)
    digits = len(code.digits)
    if cue == "vehicle":
        return numbered and bool(code.letters)
    if not cue:
        return numbered and code.letters > 1 and not _housed(passage, code)
    if cue not in ("document", "loose"):
        return False
    if not code.letters:
        return digits > 3 and (numbered or cue == "document" or digits > 5)
    return numbered or digits > 3 or (cue == "document" and (digits > 2 or code.letters > 1))


def _housed(passage: Passage, code: Code) -> bool:
    """Whether the number before a code is a house's, a school's, a bus's."""
    near = passage.tokens[max(0, code.first - 4) : code.first]
    return any(fold(token.norm).startswith(LISTS["no_phone"]) for token in near)


def cue_before(passage: Passage, at: int) -> tuple[str, bool]:
    """ "document", "loose", "vehicle", "phone", "public" or "": what the nearest word says that a token's number is.

    Also whether the word for a number stands there.
    """
    start = passage.tokens[at].start
    here = fold(passage.text[max(0, start - NEAR) : start])
    numbered = False
    for text in (here, fold(passage.before[-NEAR:]) if start < NEAR // 2 else ""):
        for word in reversed(CUE.findall(text)):
            if word.startswith(NUMBERED):
                numbered = True
            kind = _kind(word)
            if kind:
                before = any(w.startswith(NUMBERED) for w in CUE.findall(text))
                return kind, numbered or before
    return ("", numbered)


def _kind(word: str) -> str:
    if word.startswith(STARTS["public"]):
        return "public"
    if word.startswith(("госномер", "номерной", *LISTS["vehicle"])):
        return "vehicle"
    if word.startswith(STARTS["loose"]):
        return "loose"
    if word.startswith(DOCUMENTS):
        return "document"
    return "phone" if word.startswith(LISTS["phone"]) and not word.startswith(LISTS["number"]) else ""


def counted(passage: Passage, code: Code) -> bool:
    """Whether what follows says that the last number counts something."""
    following = passage.tokens[code.last] if code.last < len(passage.tokens) else None
    return following is not None and bool(spoken_numbers.UNITS.intersection(following.lemmas))


def _dated(passage: Passage, code: Code) -> bool:
    """Whether the digits are but a year, or a day with its month, or a mark between 1 and 10."""
    text = passage.text[passage.tokens[code.first].start : passage.tokens[code.last - 1].end]
    if re.fullmatch(r"\d{1,2}([./-])(?:0?[1-9]|1[0-2])\1(?:19|20)?\d\d|\d{1,2}[.,/]\d{1,2}", text):
        return True
    return len(code.digits) == 4 and code.digits[:2] in ("19", "20") and not code.joined


RULES: tuple[Rule, ...] = (Rule("id-coded", coded),)
