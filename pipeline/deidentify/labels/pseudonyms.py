"""Invented names of the same gender and origin, in the case of the mention they replace."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from pipeline.deidentify.passage import Token, readings, tokens
from pipeline.deidentify.words.grammar import case_of, name_in
from pipeline.deidentify.words.inflect import fold
from pipeline.deidentify.words.lists import lists

WORDS = lists("labels/words.txt")
LETTERS = frozenset("әғқңөұүіһ")


class Invented(Struct, frozen=True):
    """One person's pseudonym, in the nominative."""

    given: str
    surname: str
    patronymic: str
    gender: str


@lru_cache(maxsize=4)
def names(origin: str, gender: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Given names and surnames of an origin ("kk", "ru" or "world") and gender, sorted."""
    if origin == "world":
        return WORDS[f"world_{gender}"], WORDS["world_surname"]
    from mimesis import Person
    from mimesis.enums import Gender
    from mimesis.locales import Locale

    person = Person(Locale.KK if origin == "kk" else Locale.RU, seed=1)
    wanted = Gender.FEMALE if gender == "femn" else Gender.MALE
    given = sorted({person.first_name(gender=wanted) for _ in range(150)})
    surnames = sorted({person.last_name(gender=wanted) for _ in range(150)})
    return tuple(given), tuple(surnames)


def gender_of(surfaces: Iterable[str]) -> str:
    """ "femn" or "masc", by patronymics, surnames and the dictionary's readings of all mentions of a person."""
    votes = 0
    for surface in surfaces:
        for token in tokens(surface):
            norm = token.norm
            if norm.endswith(("овна", "евна", "ична", "кызы", "қызы", "ова", "ева", "ина", "ская")):
                votes += 3
            elif norm.endswith(("ович", "евич", "улы", "ұлы", "ов", "ев", "ский")):
                votes -= 3
            for tag in readings(norm)[1][:2]:
                votes += ("Name" in tag and "femn" in tag) - ("Name" in tag and "masc" in tag)
            votes += norm.endswith(("гуль", "гүл", "ия", "ина", "ша")) - norm.endswith(("бек", "лан", "рат", "хан"))
    return "femn" if votes > 0 else "masc"


def origin_of(surfaces: Iterable[str]) -> str:
    """ "kk", "ru" or "world", by letters, endings and the dictionary."""
    text = " ".join(surfaces).lower()
    if LETTERS.intersection(text) or any(fold(w).endswith(WORDS["kazakh"]) for w in text.split()):
        return "kk"
    known = any("Name" in tag or "Patr" in tag for w in tokens(text) for tag in readings(w.norm)[1][:2])
    return "ru" if known or any(w.endswith(WORDS["surname"]) for w in text.split()) else "world"


def invent(surfaces: tuple[str, ...], number: int, forbidden: frozenset[str]) -> Invented:
    """The `number`-th person's pseudonym; no part of it is a folded word of `forbidden`, the interview's own names."""
    gender, origin = gender_of(surfaces), origin_of(surfaces)
    given, surnames = names(origin, gender)
    fathers = names(origin, "masc")[0]
    first = _free(given, number * 7, forbidden)
    last = _free(surnames, number * 11, forbidden)
    father = _free(fathers, number * 13, forbidden)
    return Invented(first, last, _patronymic(father, gender, origin), gender)


def _free(choices: tuple[str, ...], at: int, forbidden: frozenset[str]) -> str:
    """The first choice from `at` on that shares no beginning with a forbidden word."""
    for step in range(len(choices)):
        chosen = choices[(at + step) % len(choices)]
        stem = fold(chosen)[:4]
        if not any(word.startswith(stem) or stem.startswith(word) for word in forbidden):
            return chosen
    return f"Лицо-{at}"


def _patronymic(father: str, gender: str, origin: str) -> str:
    if origin == "kk":
        return father + ("қызы" if gender == "femn" else "ұлы")
    stem = father.rstrip("аеиоуыяйь")
    return stem + ("овна" if gender == "femn" else "ович")


def replaced(invented: Invented, text: str, start: int, end: int) -> str:
    """The pseudonym with the parts that the mention has, in its case and order."""
    case = case_of(text, start, end)
    parts = [token for token in tokens(text[start:end]) if token.text[0].isalpha()]
    made: list[str] = []
    for index, token in enumerate(parts):
        part = _part(token, index, len(parts), invented)
        if part not in made:
            made.append(part)
    return " ".join(name_in(part, case, invented.gender) for part in made) or invented.given


def _part(token: Token, index: int, count: int, invented: Invented) -> str:
    stems = {fold(lemma) for lemma in (token.norm, *token.lemmas)}
    if any(stem.endswith(WORDS["patronymic"]) for stem in stems) and index:
        return invented.patronymic
    if count > 1 and (index == count - 1 or any(stem.endswith(WORDS["surname"]) for stem in stems)):
        return invented.surname
    if count == 1 and any("Surn" in tag and "Name" not in tag for tag in token.tags[:2]):
        return invented.surname
    return invented.given
