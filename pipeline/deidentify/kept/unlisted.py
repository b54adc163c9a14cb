"""Public figures whom no list has, by what the sentence says of them: «поэт …», «стихи …», «лечилась по …»."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.kept.public import claimed
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.people.lexicon import readings, unknown
from pipeline.deidentify.words.inflect import known, ordinary
from pipeline.deidentify.words.lists import sets

WORDS = sets("kept/cues.txt")
LONGEST = 3
"""words of a name"""
REACH = 5
"""words on either side that make somebody one near the speaker"""


def renowned(passage: Passage) -> Iterator[Finding]:
    """«это поэт такой, Аалы Токомбаев», «Токтогул акын был, великий»: who is called what only the famous are."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if WORDS["renowned"].isdisjoint(token.lemmas):
            continue
        after = at + 1
        while after < len(tokens) and after - at < 4 and (tokens[after].norm in SAID or tokens[after].text == ","):
            after += 1
        last = _name_to(passage, after)
        if last == after and at and _part(passage, at - 1):
            after, last = _name_from(passage, at), at
        if last > after and not _near(passage, after, last) and not claimed(passage, after, last):
            yield Finding(tokens[after].start, tokens[last - 1].end, "PUBLIC_FIGURE", 0.85, "renowned")


SAID = frozenset(
    "такой такая был была есть великий великая известный известная наш народный народная знаменитый".split()
)


def maker(passage: Passage) -> Iterator[Finding]:
    """«стихи Токомбаева», «по методу Шичко»: a surname in the genitive after what its bearer made."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        if WORDS["made_by"].isdisjoint(token.lemmas) or tokens[at + 1].start - token.end != 1:
            continue
        last = _name_to(passage, at + 1)
        if last > at + 1 and _surname(tokens[last - 1]) and not _near(passage, at + 1, last):
            yield Finding(tokens[at + 1].start, tokens[last - 1].end, "PUBLIC_FIGURE", 0.8, "maker")


def read(passage: Passage) -> Iterator[Finding]:
    """«перечитываю Довлатова»: a surname right after a verb of reading."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        if WORDS["read"].isdisjoint(token.lemmas) or tokens[at + 1].start - token.end != 1:
            continue
        last = _name_to(passage, at + 1)
        if passage.cased and last > at + 1 and _surname(tokens[last - 1]) and not _near(passage, at + 1, last):
            yield Finding(tokens[at + 1].start, tokens[last - 1].end, "PUBLIC_FIGURE", 0.8, "read")


def teacher(passage: Passage) -> Iterator[Finding]:
    """«лечилась по Неумывакину», «живу по Малахову»: a surname in the dative whose bearer teaches how to."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        if token.norm != "по" or tokens[at + 1].start - token.end != 1:
            continue
        around = (*tokens[max(0, at - 3) : at], *tokens[at + 2 : at + 4])
        taught = any(not WORDS["taught"].isdisjoint(other.lemmas) for other in around)
        last = _name_to(passage, at + 1)
        dative = last > at + 1 and tokens[last - 1].norm.endswith(("у", "ю", "ой", "е", "о"))
        if taught and dative and _surname(tokens[last - 1]) and not tokens[last - 1].norm.endswith("ому"):
            yield Finding(tokens[at + 1].start, tokens[last - 1].end, "PUBLIC_FIGURE", 0.85, "teacher")


def _part(passage: Passage, at: int) -> bool:
    """Whether a token may be a part of a name."""
    token = passage.tokens[at]
    if not token.text.isalpha() or len(token.text) < 3:
        return False
    if passage.cased:
        return token.capital and not (ordinary(token.norm) and not readings(token.text))
    return unknown(token.norm) or (not ordinary(token.norm) and any(r.sure >= 0.6 for r in readings(token.text)))


def _name_to(passage: Passage, first: int) -> int:
    """One past the parts of a name from a token on; `first` where there are none."""
    tokens, last = passage.tokens, first
    while last < len(tokens) and last - first < LONGEST and _part(passage, last):
        if last > first and tokens[last].start - tokens[last - 1].end != 1:
            break
        last += 1
    return last


def _name_from(passage: Passage, last: int) -> int:
    """The first token of the name that ends before `last`."""
    tokens, first = passage.tokens, last
    while first and last - first < LONGEST and _part(passage, first - 1):
        if tokens[first].start - tokens[first - 1].end > 1:
            break
        first -= 1
    return first


def _surname(token: Token) -> bool:
    """Whether a word is a surname rather than a given name that somebody near may bear."""
    if any(r.role in ("given", "short", "patronymic") and r.sure >= 0.8 for r in readings(token.text)):
        return False
    return not known(token.norm) or any("Surn" in tag for tag in token.tags)


def _near(passage: Passage, first: int, last: int) -> bool:
    """Whether the words around a name make its bearer somebody whom the speaker knows; greatness outweighs it."""
    tokens = passage.tokens
    around = (*tokens[max(0, first - REACH) : first], *tokens[last : last + REACH])
    words = {word for token in around for word in (token.norm, *token.lemmas)}
    return bool(words & WORDS["near"]) and not words & WORDS["admired"]


RULES: tuple[Rule, ...] = (
    Rule("renowned", renowned),
    Rule("maker", maker),
    Rule("read", read),
    Rule("teacher", teacher),
)
