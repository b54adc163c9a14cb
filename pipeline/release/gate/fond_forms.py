"""Fond and full forms of given names: «ержанчик» of Ержан, «Саша» of Александр."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.deidentify.people import endings
from pipeline.deidentify.people.lexicon import lists
from pipeline.deidentify.people.persons import fond
from pipeline.deidentify.words.letters import cyrillic, folded, latin

SURNAME = re.compile(r"(?:ов|ев|ин|ын|ск|цк)(?:а|ий|ая|ой)?$|(?:улы|кызы|вич|вна|енко|швили|дзе)$")
"""endings of names of which no fond form is made"""
LIKELY = 0.7
"""from this on a form is taken for a fond one"""


def names(word: str) -> Iterator[str]:
    """A word of a contact as a given name, in the spelling in which forms are compared."""
    spelt = plain(word)
    if len(spelt) >= 3 and (spelt in lists().given or spelt in lists().fuller or not SURNAME.search(spelt)):
        yield spelt


def plain(word: str) -> str:
    return cyrillic(word) if latin(word) else folded(word)


@lru_cache(maxsize=50_000)
def nominatives(word: str) -> tuple[str, ...]:
    """What a word of the release may be a case of; none of a name that is another one in full."""
    forms = endings.nominatives(plain(word))
    known = lists()
    if any(form in known.given and form not in known.fuller for form in forms[:1]):
        return tuple(form for form in forms[:1])
    return tuple(form for form in forms if len(form) >= 3)


def others(form: str) -> tuple[str, ...]:
    """Full names that a short form is listed for."""
    return lists().fuller.get(form, ())


@lru_cache(maxsize=100_000)
def fits(form: str, name: str) -> bool:
    """Whether one is a fond form of the other."""
    known = lists()
    full = form in known.given and form not in known.fuller
    if full and name not in known.fuller:
        return False
    return max(fond(form, name), fond(name, form) if full else 0.0) >= LIKELY
