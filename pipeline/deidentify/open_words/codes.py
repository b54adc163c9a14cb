"""Codes said in pieces: letters, names of letters, numbers and the words between them are one."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.contacts import emails_and_usernames as net
from pipeline.deidentify.open_words.clues import CUES, Clues
from pipeline.deidentify.open_words.number_runs import YEARS, harmless
from pipeline.deidentify.open_words.ordinary import facts
from pipeline.deidentify.open_words.surroundings import Cover
from pipeline.deidentify.passage import Passage, Token
from pipeline.deidentify.people.context import opens
from pipeline.deidentify.words.organisation_words import ABBREVIATIONS_KEPT
from pipeline.deidentify.words.spoken_numbers import Number, numbers, vocabulary

Phrase = tuple[int, int, Clues]
"""first token, one past the last, clues"""
MARKS = frozenset(",./-–—№#()")
WORDS = frozenset("а в и к о с у я да на ну не ни но то".split())
"""letters and names of letters that are words of their own"""
LETTERS = (net.LETTERS | CUES["letter"] | CUES["spelt"]) - WORDS
LABELS = ABBREVIATIONS_KEPT | CUES["number"] | CUES["address"]
"""what says of what a number is"""
SHORT = 3
"""letters of a word that is none and may be the letters of a code"""
ENOUGH = 4
"""digits of a code that has no letters"""


def codes(passage: Passage, cover: Cover) -> Iterator[Phrase]:
    """All codes of a turn, and abbreviations that are said letter by letter."""
    found = {at: number for number in numbers(passage) for at in range(number.first, number.last)}
    first = 0
    while first < len(passage.tokens):
        last = first
        while last < len(passage.tokens) and _part(passage, last, first, found):
            last += 1
        if last > first:
            yield from _code(passage, (first, last), found, cover)
        first = max(last, first + 1)
    yield from _spelt(passage)


def _part(passage: Passage, at: int, first: int, found: dict[int, Number]) -> bool:
    """Whether a token may stand in a code that begins at `first`."""
    token = passage.tokens[at]
    if at in found:
        return not found[at].big and not found[at].ordinal
    if token.text in MARKS:
        ends = token.text == "." and passage.text[token.end : token.end + 1] in ("", " ")
        return at > first and not ends
    return token.norm in CUES["joint"] or _letters(passage, at) or (at > first and _between(passage, at))


def _between(passage: Passage, at: int) -> bool:
    """Whether a letter that is a word of its own stands right after another letter: «вэ эр а», «кей зет а»."""
    return passage.tokens[at].norm in WORDS and len(passage.tokens[at].norm) < SHORT and _letters(passage, at - 1)


def _letters(passage: Passage, at: int) -> bool:
    """Whether a token is a letter, its name, or several letters that make no word."""
    token = passage.tokens[at]
    if not token.text.isalpha():
        return False
    if len(token.text) == 1:
        capital = token.capital and passage.cased and not opens(passage, at)
        return token.text.isascii() or capital or token.norm not in WORDS
    if token.norm in LETTERS:
        return True
    if not LABELS.isdisjoint((token.norm, *token.lemmas)) and not _before_joint(passage, at):
        return False
    upper = token.text.isupper() and len(token.text) <= SHORT
    return upper or (len(token.norm) <= SHORT and not facts(token.norm).known and token.norm not in vocabulary())


def _before_joint(passage: Passage, at: int) -> bool:
    """Whether a word for what stands between the pieces of a code follows: «АК, номер …»."""
    after = [token for token in passage.tokens[at + 1 : at + 3] if token.text != ","]
    return passage.tokens[at].text.isupper() and bool(after) and after[0].norm in CUES["joint"]


def _code(passage: Passage, span: tuple[int, int], found: dict[int, Number], cover: Cover) -> Iterator[Phrase]:
    """The code in a stretch of its parts, where there is one."""
    first, last = span
    said = [at for at in range(first, last) if passage.tokens[at].text[0].isalnum()]
    while said and said[-1] in found and harmless(passage, found[said[-1]]):
        number = found[said[-1]]
        said = [at for at in said if at < number.first]
    while len(said) > 1 and passage.tokens[said[0]].norm in NUMBERED and cover.hides(passage.tokens[said[1]]):
        said = said[1:]
    while said and passage.tokens[said[-1]].norm in CUES["joint"]:
        said = said[:-1]
    inside = list(dict.fromkeys(found[at] for at in said if at in found))
    digits = "".join(number.digits for number in inside)
    words = [passage.tokens[at] for at in said if at not in found]
    hidden = any(cover.hides(passage.tokens[at]) for at in said)
    letters = [token for token in words if token.norm not in CUES["joint"]]
    if not words or not digits or all(number.value in YEARS for number in inside):
        return
    if len(digits) >= (ENOUGH if not letters else ENOUGH - 1) or (hidden and len(digits) > 1):
        first = said[0]
        before = passage.tokens[max(0, first - 1)]
        if first and before.norm in WORDS and len(before.text) == 1 and len(passage.tokens[first].norm) > 1 and letters:
            first -= first not in found
        yield first, said[-1] + 1, {"bias": 1.0, "code": 1.0}


def _spelt(passage: Passage) -> Iterator[Phrase]:
    """«каз эн эм у», «у эм це эс»: three letters or more, two of them by their names, with what was said in full."""
    tokens = passage.tokens
    at = 0
    while at < len(tokens):
        last = at
        while last < len(tokens) and (tokens[last].norm in SPELT or _initials(passage, last)):
            last += 1
        named = {token.norm for token in tokens[at:last] if len(token.norm) > 1 or token.norm not in VOWELS}
        if len(named) < 2:
            at = max(last, at + 1)
            continue
        first = at - 1 if at and (_clipped(tokens[at - 1]) or tokens[at - 1].norm in VOWELS) else at
        if last - first > 2:
            yield first, last, {"bias": 1.0, "spelt": 1.0}
        at = last


NUMBERED = CUES["joint"] - {"айди", "id"}
"""what is said before a code and is no part of it"""


def _initials(passage: Passage, at: int) -> bool:
    """Whether a token is a capital or two letters that make no word: «У М цс»."""
    token = passage.tokens[at]
    if not passage.cased or not token.text.isalpha() or len(token.text) > 2:
        return False
    return (len(token.text) == 1 and token.capital and not opens(passage, at)) or not facts(token.norm).known


VOWELS = frozenset("аеиоуэюя")
SPELT = (CUES["spelt"] | frozenset("а е и о у я ю э".split())) - {"и"}


def _clipped(token: Token) -> bool:
    """Whether a word may be a word cut short before letters: «каз», «кыр», «мед»."""
    return token.text.isalpha() and len(token.norm) <= SHORT + 1 and not facts(token.norm).small
