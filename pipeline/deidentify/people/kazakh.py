"""Kazakh names by their make-up: compounds of known elements, patronymics with -ұлы and -қызы, kin address."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.deidentify.people.cues import CUES
from pipeline.deidentify.people.endings import nominatives
from pipeline.deidentify.words.letters import folded
from pipeline.deidentify.words.lists import lists

SONS = ("улы", "ули", "уллы", "уулу", "оглы", "оглу", "углы")
DAUGHTERS = ("кызы", "кизи", "кызи", "гызы", "кизы", "киз", "кыз")
LINEAGE = (*SONS, *DAUGHTERS, "теги", "тегы")
ADDRESS = re.compile(r"^(?:[бвгджзйклмнпрстфхцчшщ]?[аяоуеиыэю][бвгджзйклмнпрстфхцчшщ]?)[еэ]ке$")
"""«Нуреке», «Ереке», «Саке»: the first syllable of a name and -еке"""


TABLE = "people/names_elements_kk.txt"


FIRST = frozenset(map(folded, lists(TABLE)["first"]))
"""elements that begin names"""


def _gendered(place: str) -> tuple[tuple[str, str], ...]:
    """The elements of a place in names, longest first, each with the gender it shows."""
    found: dict[str, str] = {}
    for gender in ("m", "f"):
        for element in map(folded, lists(TABLE)[f"{place} {gender}"]):
            found[element] = gender if found.get(element, gender) == gender else ""
    return tuple(sorted(found.items(), key=lambda item: -len(item[0])))


LAST = _gendered("last")
"""elements that end names"""
ENDS = _gendered("end")
"""what is added to a single element"""


@lru_cache(maxsize=50_000)
def compound(name: str) -> str | None:
    """Gender ("m", "f" or "" for either) of a name made of known elements, None if it is no such compound.

    `name` is a folded nominative of at least five letters.
    """
    if len(name) < 5:
        return None
    for last, gender in LAST:
        head = name[: -len(last)]
        if name.endswith(last) and len(head) >= 2 and (last in CUES["telling_last"] or _first(head)):
            return gender
    for end, gender in ENDS:
        head = name[: -len(end)]
        if name.endswith(end) and len(head) >= 4 and head in FIRST:
            return gender
    return None


def _first(head: str) -> bool:
    """Whether a head is an element, one with a linking vowel, or two of them."""
    if head in FIRST or (head[-1] in "ыиаеу" and len(head) > 3 and head[:-1] in FIRST):
        return True
    return len(head) >= 6 and any(
        head[:cut] in FIRST and (head[cut:] in FIRST or any(head[cut:] == last for last, _ in LAST))
        for cut in range(3, len(head) - 2)
    )


def address(name: str) -> bool:
    """Whether a word is a respectful short form such as «Нуреке» or «Маке»."""
    return name in CUES["short_address"] or bool(len(name) > 4 and ADDRESS.match(name))


@lru_cache(maxsize=50_000)
def lineage(word: str) -> tuple[str, str] | None:
    """(father's name, gender) of a patronymic with -ұлы, -қызы or -тегі, in any Russian or Kazakh case; else None."""
    for form in nominatives(word):
        for tail in LINEAGE:
            if form.endswith(tail) and len(form) - len(tail) >= 3:
                return form[: -len(tail)], "f" if tail in DAUGHTERS else "m" if tail in SONS else ""
    return None
