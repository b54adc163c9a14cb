"""Adjectives of Kazakhstan's towns: «усть-каменогорские своих не бросают», «чимкентский парень»."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipeline.deidentify.kept import works
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.places import hints
from pipeline.deidentify.places.settlements import LARGE, gazetteer
from pipeline.deidentify.words import organisation_words, phrases
from pipeline.deidentify.words.inflect import fold
from pipeline.deidentify.words.lists import sets

WORDS = sets("places/words.txt")
CASES = tuple("ий ого ому им ом ая ой ую ое ие их ими".split())
SMALLEST = 4_000
"""inhabitants from which a town has an adjective that people know"""
VOWELS = "аеиоуыэюяь"


@lru_cache(maxsize=1)
def adjectives() -> dict[str, str]:
    """Folded nominatives without hyphens -> kind, of the towns of Kazakhstan and of their former names."""
    made: dict[str, str] = {}
    for name, country, people in gazetteer():
        if country == "KZ" and len(name) > 4 and not name.isascii() and people >= SMALLEST:
            kind = "CITY_LARGE" if people >= LARGE else "CITY_SMALL"
            for form in _formed(name):
                if form not in WORDS["other_adjective"] and made.get(form) != "CITY_LARGE":
                    made[form] = kind
    return made


def _formed(name: str) -> tuple[str, ...]:
    """The adjectives that a town's name may have: «алматинский», «рудненский», «актюбинский», «тюлькубасский»."""
    stem = name.rstrip(VOWELS + "й")
    forms = [stem + "ский", stem + "инский", stem + "енский"]
    if name.endswith(("ск", "цк")):
        forms = [name + "ий"]
    elif name.endswith(("ный", "ное", "ная")):
        forms = [name[:-2] + "енский"]
    elif name[-1] in "кц":
        forms.append(stem[:-1] + "цкий")
    elif name.endswith(("о", "у", "и", "ы")):
        forms.append(name + "нский")
    return tuple(forms)


def adjective(passage: Passage) -> Iterator[Finding]:
    """Such an adjective where no region, street or institution bears it."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if not token.text.isalpha() or ("ск" not in token.norm and "цк" not in token.norm):
            continue
        first = at
        if at > 1 and tokens[at - 1].text == "-" and tokens[at - 2].end == tokens[at - 1].start:
            first = at - 2
        elif at and not passage.cased and phrases.adjacent(tokens[at - 1], token) and _kind(tokens, at - 1, at):
            first = at - 1
        kind = _kind(tokens, first, at)
        if kind and not _borne(passage, at + 1):
            yield Finding(tokens[first].start, token.end, kind, 0.8, "place-adjective")


def _kind(tokens: tuple[Token, ...], first: int, at: int) -> str:
    """The kind of town whose adjective the tokens are, run together; "" for none."""
    word = fold("".join(token.norm for token in tokens[first : at + 1] if token.text.isalpha()))
    ending = next((case for case in CASES if word.endswith(("ск" + case, "цк" + case))), "")
    return adjectives().get(word[: -len(ending)] + "ий", "") if ending else ""


BORNE = (
    organisation_words.PLANTS
    | organisation_words.HEADS.keys()
    | hints.REGION_WORDS
    | works.WORKS
    | frozenset("улица проспект тракт шоссе трасса сыр мясо яблоко апорт арбуз море озеро река полигон договор".split())
)
"""what is named after a town and is no fact about somebody, or is found by rules of its own"""


def _borne(passage: Passage, at: int) -> bool:
    return at < len(passage.tokens) and bool(BORNE.intersection(passage.tokens[at].lemmas))


RULES: tuple[Rule, ...] = (Rule("place-adjective", adjective),)
