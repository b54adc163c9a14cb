"""Homes told by what stands beside them, and by the parts of an address without a street: asked about as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.open_words.clues import CUES, Clues
from pipeline.deidentify.open_words.number_runs import harmless
from pipeline.deidentify.open_words.ordinary import facts
from pipeline.deidentify.open_words.surroundings import Cover
from pipeline.deidentify.passage import Passage, Token
from pipeline.deidentify.people.context import END
from pipeline.deidentify.words.spoken_numbers import Number, numbers

Phrase = tuple[int, int, Clues]
"""first token, one past the last, clues"""
BEFORE = 9
"""tokens between a home and the words that say where it is"""
LONGEST = 24
"""tokens of such words"""
NAME = 3
"""words of a name before the parts of an address"""


def homes(passage: Passage, cover: Cover) -> Iterator[Phrase]:
    """All such phrases of a turn."""
    found = {at: number for number in numbers(passage) for at in range(number.first, number.last)}
    yield from _beside(passage, found, cover)
    yield from _parts(passage, found, cover)


def _beside(passage: Passage, found: dict[int, Number], cover: Cover) -> Iterator[Phrase]:
    """«живём сразу за мостом, второй дом от мечети, синие ворота»."""
    at = 0
    while at < len(passage.tokens):
        if not (_landmark(passage, at, cover) and _lives(passage, at)):
            at += 1
            continue
        first, last = _first(passage, at), at
        while last < len(passage.tokens) and last - first < LONGEST and _goes_on(passage, last, found):
            last += 1
        while last > at + 1 and not _ends(passage.tokens[last - 1]) and last - 1 not in found:
            last -= 1
        yield first, last, {"bias": 1.0, "home": 1.0}
        at = last + 1


def _lives(passage: Passage, at: int) -> bool:
    """Whether somebody's home, or the way to it, is spoken of in the words before a token."""
    near = passage.tokens[max(0, at - BEFORE) : at]
    said = [token for back, token in enumerate(near) if not any(t.text in END for t in near[back:])]
    return any(not CUES["living"].isdisjoint((token.norm, *token.lemmas)) for token in said)


def _landmark(passage: Passage, at: int, cover: Cover) -> bool:
    """Whether a preposition of place stands here with something that can be seen: «за мостом», «напротив мельницы»."""
    tokens = passage.tokens
    word = tokens[at].norm
    if word not in BESIDE:
        return False
    at += 1 + (at + 1 < len(tokens) and tokens[at + 1].norm in ("с", "со", "от", "до"))
    first = at
    while at < len(tokens) and _adjective(tokens[at]):
        at += 1
    if at >= len(tokens) or cover.found(tokens[at]) or not _thing(tokens[at], BESIDE[word]):
        return False
    return not CUES["landmark"].isdisjoint(tokens[at].lemmas) or word in CUES["beside"] or (word == "за" and at > first)


BESIDE = {word: tuple(kind.split("_")[1:]) for kind in CUES if kind.startswith("beside_") for word in CUES[kind]}
"""preposition of place -> the cases after it"""


def _thing(token: Token, cases: tuple[str, ...]) -> bool:
    """Whether a noun, in one of the cases, is something that stands in one place."""
    if not token.text.isalpha() or not CUES["no_landmark"].isdisjoint((token.norm, *token.lemmas)):
        return False
    if not facts(token.norm).known:
        return True
    return any(
        "NOUN" in tag and "anim" not in tag.replace("inan", "") and any(case in tag for case in cases)
        for tag in token.tags
    )


def _first(passage: Passage, at: int) -> int:
    """Where the words begin that lead up to a preposition: «сразу за», «второй дом возле»."""
    while at > 0 and passage.tokens[at - 1].norm in CUES["leading"]:
        at -= 1
    return at


def _goes_on(passage: Passage, at: int, found: dict[int, Number]) -> bool:
    """Whether a token belongs to words that say where a home is."""
    token = passage.tokens[at]
    if token.text == "," or at in found:
        return token.text != "," or _resumes(passage, at + 1, found)
    if token.norm in BESIDE or token.norm in CUES["leading"] or token.norm in WITHIN:
        return True
    return _noun(token) or _adjective(token)


WITHIN = frozenset("и с со от до на в по к".split())
"""small words inside words that say where a home is"""


def _resumes(passage: Passage, at: int, found: dict[int, Number]) -> bool:
    """Whether such words go on after a comma, not with another clause."""
    if at >= len(passage.tokens):
        return False
    token = passage.tokens[at]
    home = not CUES["home_part"].isdisjoint(token.lemmas)
    return at in found or token.norm in BESIDE or token.norm in CUES["leading"] or _adjective(token) or home


def _adjective(token: Token) -> bool:
    telling = any(tag.startswith(("ADJF", "PRTF")) and "Apro" not in tag for tag in token.tags[:1])
    return telling or "сам" in token.lemmas or "самый" in token.lemmas


def _ends(token: Token) -> bool:
    """Whether words that say where a home is may end with a token."""
    named = not CUES["landmark"].isdisjoint(token.lemmas)
    return named or _noun(token) or (_adjective(token) and token.norm in CUES["leading"])


def _noun(token: Token) -> bool:
    if not token.text[0].isalpha() or token.norm in STOPS:
        return False
    return any(tag.startswith("NOUN") for tag in token.tags[:1]) or not facts(token.norm).known


STOPS = frozenset("там тут это так вот ну потом раз да нет".split())


def _parts(passage: Passage, found: dict[int, Number], cover: Cover) -> Iterator[Phrase]:
    """«третий Карасу, дом восемь, квартира одиннадцать»: two parts with their numbers, and the name before them."""
    tokens = passage.tokens
    runs: list[list[int]] = []
    for at, token in enumerate(tokens):
        if CUES["part"].isdisjoint((token.norm, *token.lemmas)):
            continue
        last = _numbered(passage, at, found)
        if last <= at:
            continue
        if runs and all(t.text in ",-/" or t.norm in ("и", "номер") for t in tokens[runs[-1][1] : at]):
            runs[-1][1] = last
            runs[-1][2] += 1
        else:
            runs.append([at, last, 1])
    for first, last, count in runs:
        named = _name(passage, first, found)
        hidden = named > 0 and cover.hides(tokens[named - 1])
        if count > 1 or (named < first and (_lives(passage, named) or hidden)):
            yield named, last, {"bias": 1.0, "home": 1.0}


def _numbered(passage: Passage, at: int, found: dict[int, Number]) -> int:
    """One past the number of a part of an address; the part itself where it has none."""
    after = at + 1
    if after < len(passage.tokens) and passage.tokens[after].norm in ("номер", "№"):
        after += 1
    number = found.get(after)
    if number and number.first == after and not number.ordinal and not harmless(passage, number):
        return number.last
    return at


def _name(passage: Passage, first: int, found: dict[int, Number]) -> int:
    """Where the name begins that stands before the parts of an address, if one does."""
    tokens = passage.tokens
    at = first - (first > 0 and tokens[first - 1].text == ",")
    begins = at
    while begins > 0 and at - begins < NAME and _named(passage, begins - 1, found):
        begins -= 1
    return begins if begins < at else first


def _named(passage: Passage, at: int, found: dict[int, Number]) -> bool:
    """Whether a token may be a word of a street's name: no verb, no preposition, no word for a home."""
    token = passage.tokens[at]
    if at in found:
        return True
    if not token.text[0].isalpha() or not CUES["living"].isdisjoint((token.norm, *token.lemmas)):
        return False
    if passage.cased and token.capital:
        return True
    return not facts(token.norm).small and (
        _noun(token) or not facts(token.norm).plain or token.tags[:1][0].startswith("ADJ")
    )
