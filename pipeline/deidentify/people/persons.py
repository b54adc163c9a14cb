"""A mention of a person taken apart: given name, patronymic, surname; and how well two mentions fit together."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct
from rapidfuzz.distance import Levenshtein

from pipeline.deidentify.passage import Token, tokens
from pipeline.deidentify.people.cues import CUES
from pipeline.deidentify.people.endings import nominatives
from pipeline.deidentify.people.kazakh import LINEAGE, address, compound
from pipeline.deidentify.people.lexicon import Reading, lists, ordinary, readings
from pipeline.deidentify.people.whole_names import respectful
from pipeline.deidentify.words.letters import cyrillic, folded, key, latin

SAME, LINK = 1.0, 0.65
"""the same word; and the least likeness at which two mentions are taken for one person"""


class Name(Struct, frozen=True):
    """One word of a mention."""

    bases: frozenset[str] = frozenset()
    """folded nominatives it may be a form of, by the lists where they have it; full names of fond forms too"""
    sounds: frozenset[str] = frozenset()
    """keys of all nominatives its spelling allows"""

    def __bool__(self) -> bool:
        return bool(self.bases)


class Person(Struct, frozen=True):
    """What one mention tells of a person."""

    given: Name = Name()
    patronymic: Name = Name()
    """the father's name"""
    surname: Name = Name()
    loose: Name = Name()
    """a single word that may be a given name or a surname"""
    gender: str = ""
    words: tuple[str, ...] = ()

    @property
    def slots(self) -> int:
        """How many parts of a name the mention has."""
        return sum(map(bool, (self.given, self.patronymic, self.surname, self.loose)))


@lru_cache(maxsize=20_000)
def person(text: str) -> Person:
    """A mention taken apart; empty where it holds no word."""
    words = _words(text)
    found: dict[str, Name] = {}
    gender = ""
    fathers = [None if _fond_of_short(word, words) else _patronymic(word) for word in words]
    order = _order(words, fathers)
    for at, word in enumerate(words):
        role, name, sex = order.get(at) or _role(word, fathers, found, at)
        found.setdefault(role, name)
        gender = sex or gender
    return Person(
        found.get("given", Name()),
        found.get("patronymic", Name()),
        found.get("surname", Name()),
        found.get("loose", Name()),
        gender,
        tuple(words),
    )


def _fond_of_short(word: str, words: list[str]) -> bool:
    """Whether a word that looks like a patronymic is a fond form: «Ромыч» when it stands alone."""
    made = _patronymic(word)
    return len(words) == 1 and "ыч" in folded(word)[-4:] and made is not None and not made.bases & lists().given.keys()


def _order(words: list[str], fathers: list[Name | None]) -> dict[int, tuple[str, Name, str]]:
    """Surname and given name where only their places tell them apart: «Оразбек Жандос Серікұлы», «Ким Алина»."""
    if len(words) == 3 and fathers[2] and not fathers[0] and not fathers[1]:
        if _is_given(words[0]) and not _is_given(words[1]):
            return {}
    elif len(words) != 2 or any(fathers) or not _is_given(words[1]) or _is_given(words[0]):
        return {}
    first = [r for r in readings(words[0]) if r.role == "surname"]
    second = [r for r in readings(words[1]) if r.role in ("given", "short") and r.sure > 0.5]
    genders = {r.gender for r in second if r.sure >= 0.9}
    gender = genders.pop() if len(genders) == 1 else ""
    return {0: ("surname", _name(words[0], first), ""), 1: ("given", _name(words[1], second), gender)}


def _is_given(word: str) -> bool:
    """Whether a word is a listed given name as it stands or in another case."""
    return any(r.role in ("given", "short") and r.sure >= 0.85 and r.base in lists().given for r in readings(word))


def _words(text: str) -> list[str]:
    """The words of a name as written, halves of split ones joined, honorifics left out."""
    found = [token for token in tokens(text) if token.text[0].isalpha()]
    joined: list[str] = []
    for token in found:
        hyphened = text[token.start - 1] == "-" if token.start else False
        honoured = respectful(token.text) and not _syllable(token, hyphened, token is found[-1])
        if joined and (honoured or (hyphened and token.text.islower())):
            continue
        if joined and (folded(token.text) in LINEAGE or _broken(joined[-1], token.text)):
            joined[-1] += token.text.lower()
        else:
            joined.append(token.text)
    return joined


def _syllable(token: Token, hyphened: bool, last: bool) -> bool:
    """Whether a word of respect is rather a syllable of a name: «Сан» in «Тен Сан Гук»."""
    return not hyphened and not last and folded(token.text) in lists().syllables


def _broken(one: str, two: str) -> bool:
    """Whether two words are halves of one name."""
    together = [r for r in readings(one + two.lower()) if r.sure >= 0.75]
    if not together or (len(one) > 2 and any(r.sure >= 0.8 for r in readings(one)) and not ordinary(one.lower())):
        return False
    if together[0].role == "patronymic":
        return _son_of_known(one + two.lower()) and not _son_of_known(two)
    return together[0].role in ("given", "short") or not any(r.sure >= 0.75 for r in readings(two))


def _son_of_known(patronymic: str) -> bool:
    """Whether the father's name in a patronymic is a name the lists or their elements make."""
    fathers = (_patronymic(patronymic) or Name()).bases
    return any(father in lists().given or compound(father) is not None for father in fathers)


def _patronymic(word: str) -> Name | None:
    """The father's name, None where the word is no patronymic."""
    fathers = frozenset(r.base[:-1] for r in readings(word) if r.role == "patronymic" and r.base.endswith("*"))
    return Name(fathers, frozenset(key(father) for father in fathers)) if fathers else None


def _role(word: str, fathers: list[Name | None], taken: dict[str, Name], at: int) -> tuple[str, Name, str]:
    """The role of one word of a mention, what it may be a form of, and the gender it shows."""
    found = readings(word)
    father = fathers[at]
    if father:
        return "patronymic", father, next(r.gender for r in found if r.role == "patronymic")
    given = [r for r in found if r.role in ("given", "short") and r.sure > 0.5]
    surnames = [r for r in found if r.role == "surname"]
    alone = len(fathers) == 1
    if alone and not given:
        return "loose", _name(word, surnames), surnames[0].gender if surnames else ""
    if alone and surnames and surnames[0].sure > given[0].sure:
        return "loose", _name(word, [*given, *surnames]), ""
    if given and "given" not in taken:
        genders = {r.gender for r in given if r.sure >= 0.9}
        return "given", _name(word, given), genders.pop() if len(genders) == 1 else ""
    if surnames and "surname" not in taken:
        return "surname", _name(word, surnames), surnames[0].gender
    first = any(fathers) or at == 0
    return ("given" if first and "given" not in taken else "surname"), _name(word, []), ""


def _name(word: str, found: list[Reading]) -> Name:
    spelt = cyrillic(word) if latin(word) else folded(word)
    forms = (*nominatives(spelt), masculine(spelt))
    bases = frozenset(r.base for r in found) | frozenset(name for r in found for name in r.full)
    if any(r.role == "surname" for r in found):
        bases |= {masculine(spelt)}
    return Name(bases or frozenset(forms), frozenset(key(form) for form in forms if len(form) > 2))


FEMININE = re.compile(r"(?<=[оеа]в)(?:а|ой|у|ым|е)$|(?<=ин)(?:а|ой|у|ым|е)$|(?<=ск)(?:ая|ой|ую|ого|ому|им|ом)$")


def masculine(spelt: str) -> str:
    """A surname without what gender and case add: «омаровой» as «омаров»."""
    return FEMININE.sub("", spelt)


FOND_TAILS = tuple(sorted(CUES["fond_tail"], key=lambda tail: (-len(tail), tail)))


@lru_cache(maxsize=100_000)
def fond(short: str, full: str) -> float:
    """0–1, how well a folded nominative fits as a fond or cut form of a folded full name."""
    if len(short) < 3 or short == full:
        return 0.0
    if short[:2] == full[:2] and address(short):
        return 0.72
    listed = lists().fuller.get(short)
    if listed and full in listed:
        return 0.95
    if len(full) > len(short) and full.startswith(short) and len(full) - len(short) <= 4:
        return 0.8 if len(short) > 3 or len(full) < 6 else 0.7
    alike = short[:3] == full[:3] or short.startswith(full)
    for tail in FOND_TAILS if alike else ():
        stem = short.removesuffix(tail)
        if stem != short and (len(stem) >= 3 or stem == full) and full.startswith(stem):
            return 0.85 if len(stem) > 3 or len(full) <= 5 else 0.72
    clipped = len(short) == 4 and not listed and short.endswith(("ха", "ша", "ся", "ня"))
    return CLIPPED if clipped and key(full).startswith(key(short[:2])) else 0.0


CLIPPED = 0.66
"""two letters and -ха, -ша: «Гоха» of «Гаухар»; any name that begins alike may be meant"""


@lru_cache(maxsize=100_000)
def likeness(one: Name, other: Name, surnames: bool = False) -> float:
    """0–1, how surely two words are one name: the same, fond, sounding alike, or misheard."""
    if one.bases & other.bases:
        return SAME
    best = 0.0
    if not surnames:
        named = [(a, b) for a in one.bases for b in other.bases]
        best = max((max(fond(a, b), fond(b, a)) for a, b in named), default=0.0)
        long = [(a, b) for a, b in named if min(len(a), len(b)) > 3]
        blurred = ((key(a), key(b)) for a, b in long if a[0] == b[0] or len(a) == len(b)) if best < LINK else ()
        best = max((max(fond(a, b), fond(b, a)) * 0.93 for a, b in blurred), default=best)
    if {key(a) for a in one.bases} & {key(b) for b in other.bases}:
        return max(best, 0.85)
    if {sound for sound in one.sounds & other.sounds if len(sound) > 2}:
        best = max(best, 0.75)
    if not (_listed(one) and _listed(other)):
        pairs = [(a, b) for a in one.sounds for b in other.sounds if not surnames or _suffixed(a) == _suffixed(b)]
        best = max(best, max((_heard(a, b) for a, b in pairs), default=0.0))
    return best


def _suffixed(sound: str) -> bool:
    """Whether a key ends as surnames do: a name and the surname made of it are two people's."""
    return sound.endswith(("аф", "иф", "ава", "ива", "ин", "ина", "ски"))


def _listed(name: Name) -> bool:
    """Whether a word is a well-known name as it stands, so that its likeness to another one means nothing."""
    known = lists().given
    return any(base in known for base in name.bases)


@lru_cache(maxsize=100_000)
def _heard(one: str, other: str) -> float:
    """0–1, how likely one key is the other misheard."""
    shorter = min(len(one), len(other))
    if shorter < 4 or (one[0] != other[0] and shorter < 6):
        return 0.0
    distance = Levenshtein.distance(one, other, score_cutoff=2)
    if distance > 2 or (distance == 2 and shorter < 5):
        return 0.0
    if distance == 2:
        lost = one[0] == other[0] and one[-1] == other[-1] and abs(len(one) - len(other)) == 2
        return 0.7 if shorter > 7 else 0.6 if lost else 0.0
    return 0.78 if shorter > 4 else 0.66


@lru_cache(maxsize=100_000)
def fits(one: Person, other: Person) -> float:
    """0 where two mentions cannot be one person, else how surely they are."""
    if one.gender and other.gender and one.gender != other.gender:
        return 0.0
    if one.words and other.words and _part_of(one, other):
        return SAME
    scores = []
    for a, b, last in (
        (one.given, other.given, False),
        (one.patronymic, other.patronymic, True),
        (one.surname, other.surname, True),
    ):
        if a and b:
            scores.append(likeness(a, b, last))
    for loose, rest in ((one.loose, other), (other.loose, one)):
        if loose:
            parts = [(rest.given, False), (rest.loose, False), (rest.surname, True)]
            scores.append(max((likeness(loose, part, last) for part, last in parts if part), default=0.0))
    if scores and min(scores) < DOUBT:
        return max(_as_surname(one, other), _as_surname(other, one))
    scores += [score for score in (_as_surname(one, other), _as_surname(other, one)) if score and not scores]
    if one.slots == other.slots == 1 or not scores:
        crossed = ((one.given, other.surname), (other.given, one.surname))
        scores += [likeness(a, b, True) * 0.8 for a, b in crossed if a and b]
    return max(scores, default=0.0) if min(scores, default=0.0) >= LINK else min(scores, default=0.0)


def _as_surname(one: Person, other: Person) -> float:
    """How surely a lone name that is listed as a given one is the other's surname: «Оразбек» of Жандос Оразбек."""
    if one.slots == 1 and one.given and other.surname and other.given:
        return 0.95 if one.given.bases & other.surname.bases else 0.0
    return 0.0


def _part_of(one: Person, other: Person) -> bool:
    """Whether all words of the shorter mention stand in the longer one: «Мин Чжи» in «Пак Мин Чжи»."""
    few, many = sorted(({folded(word) for word in person.words} for person in (one, other)), key=len)
    return len(few) > 1 and few < many


DOUBT = 0.55
"""below this two parts of a name contradict each other"""
