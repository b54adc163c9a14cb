"""What one word can be as a part of a person's name: given name, fond form, patronymic or surname, and how surely."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from msgspec import Struct, json

from pipeline.deidentify.passage import morph, normal, parses
from pipeline.deidentify.people import kazakh
from pipeline.deidentify.people.endings import nominatives, without_kazakh_case
from pipeline.deidentify.words import lists as tables
from pipeline.deidentify.words.letters import cyrillic, folded, latin

Role = Literal["given", "short", "patronymic", "surname"]
NAMELIKE = ("Name", "Surn", "Patr")
NOT_WORDS = (*NAMELIKE, "Geox", "Orgn", "Trad")


class Reading(Struct, frozen=True):
    """One way to take a word as a part of a name."""

    role: Role
    gender: str
    """"m", "f", or "" for either"""
    base: str
    """folded nominative; for a fond form the form itself"""
    sure: float
    """0–1, how surely a word of this form is a name, the sentence left aside"""
    full: tuple[str, ...] = ()
    """full names a fond form may stand for"""


class Lists(Struct, frozen=True):
    """The gazetteers of names, folded."""

    given: dict[str, str]
    """name -> gender"""
    short: dict[str, tuple[str, tuple[str, ...]]]
    """fond form -> gender, full names"""
    fuller: dict[str, tuple[str, ...]]
    """fond form -> full names, also where the form is a given name in its own right: «Катя»"""
    surnames: frozenset[str]
    syllables: frozenset[str]
    """of Korean and Chinese given names"""
    words: frozenset[str]
    """lemmas and forms of ordinary words"""
    kazakh_words: frozenset[str]
    new_words: frozenset[str]
    """words of today's speech that the dictionary lacks"""


@lru_cache(maxsize=1)
def lists() -> Lists:
    """All gazetteers of names, read once (0.05 s)."""
    given = _mimesis("ru", "kk")
    short: dict[str, tuple[str, tuple[str, ...]]] = {}
    for line, fonds in _folded("people/names_ru.txt").items():
        name, gender = line.split()
        given[name] = gender
        for fond in fonds:
            other, full = short.get(fond, (gender, ()))
            short[fond] = (other if other == gender else "", (*full, name))
    for line, names in _folded("people/names_world.txt").items():
        gender = line.split()[1]
        _add(given, names, "" if gender == "mf" else gender)
    for gender, names in _folded("people/names_kk.txt").items():
        _add(given, names, gender)
    return Lists(
        given=given,
        short={form: full for form, full in short.items() if form not in given},
        fuller={form: full for form, (_, full) in short.items()},
        surnames=_words("people/names_surnames.txt"),
        syllables=_words("people/names_syllables.txt"),
        words=_words("people/names_words.txt"),
        kazakh_words=_words("words/words_kk.txt"),
        new_words=_words("words/words_new.txt"),
    )


def _add(given: dict[str, str], names: Iterable[str], gender: str) -> None:
    for name in names:
        given[name] = gender if given.get(name, gender) == gender else ""


def _folded(name: str) -> dict[str, tuple[str, ...]]:
    return {folded(kind): tuple(map(folded, words)) for kind, words in tables.lists(name).items()}


def _words(name: str) -> frozenset[str]:
    return frozenset(word for words in _folded(name).values() for word in words)


def _mimesis(*languages: str) -> dict[str, str]:
    """Given names of the mimesis library, "ru" and "kk"."""
    given: dict[str, str] = {}
    for language in languages:
        people = json.decode((files("mimesis") / "datasets" / language / "person.json").read_bytes())
        for gender, names in people["names"].items():
            _add(given, [folded(name) for name in names], gender[0])
    return given


def kazakh_names() -> frozenset[str]:
    """All listed Kazakh given names, folded."""
    return frozenset(_mimesis("kk")) | _words("people/names_kk.txt")


@lru_cache(maxsize=50_000)
def ordinary(norm: str) -> bool:
    """Whether a word is in the dictionary as something else than a name, a place or an abbreviation."""
    if not morph().word_is_known(norm):
        return _colloquial(norm)
    return any(not any(mark in tag for mark in NOT_WORDS) for _, tag in parses(norm))


@lru_cache(maxsize=50_000)
def wordy(norm: str) -> bool:
    """Whether a name's form is an ordinary word in its own right, so that only the sentence can decide."""
    known = lists()
    if folded(norm) in known.kazakh_words or norm in known.words:
        return True
    if not morph().word_is_known(norm):
        return False
    lemmas = {normal(form) for form, tag in parses(norm) if not any(mark in tag for mark in NAMELIKE)}
    return bool(lemmas & known.words)


@lru_cache(maxsize=50_000)
def unknown(norm: str) -> bool:
    """Whether neither the Russian dictionary nor the list of Kazakh words has the word."""
    return norm.isalpha() and not morph().word_is_known(norm) and not _colloquial(norm)


def _colloquial(norm: str) -> bool:
    """Whether a word that the Russian dictionary lacks is a Kazakh or a modern one."""
    if HUM.match(norm):
        return True
    known = lists()
    return folded(norm) in known.kazakh_words or any(form in known.new_words for form in nominatives(folded(norm)))


HUM = re.compile(r"^(?:э+м+|м{2,}|э{2,}|у+м{2,}|а{2,}|а+м{2,})$")
"""hesitation, however long the recogniser makes it"""
SMALL = ("PREP", "CONJ", "PRCL", "NPRO", "INTJ", "ADVB", "PRED", "NUMR", "COMP", "INFN")


@lru_cache(maxsize=50_000)
def small(norm: str) -> bool:
    """Whether a word's likeliest reading is a preposition, pronoun, adverb or the like: no name without a capital."""
    if not morph().word_is_known(norm):
        return False
    return parses(norm)[0][1].startswith(SMALL)


@lru_cache(maxsize=50_000)
def named(norm: str) -> bool:
    """Whether the dictionary itself has the form as a given name or a patronymic."""
    return morph().word_is_known(norm) and any("Name" in tag or "Patr" in tag for _, tag in parses(norm))


def listed(base: str) -> bool:
    """Whether the gazetteers have a folded nominative as a given name or a fond form."""
    return base in lists().given or base in lists().short


@lru_cache(maxsize=50_000)
def readings(word: str) -> tuple[Reading, ...]:
    """All readings of a word as part of a name, surest first; the word as written."""
    spelt = _respelt(cyrillic(word)) if latin(word) else normal(word)
    if len(spelt) < 2 or not spelt.replace("'", "").replace("’", "").isalpha() or HUM.match(spelt):
        return ()
    found = [*_listed(spelt), *_dictionary(spelt), *_patronymic(spelt), *_surname(spelt), *_compound(spelt)]
    best: dict[tuple[str, str], Reading] = {}
    for reading in found:
        seen = best.get((reading.role, reading.base))
        if seen is None or reading.sure > seen.sure:
            best[reading.role, reading.base] = reading
    return tuple(sorted(best.values(), key=lambda r: (-r.sure, r.role, r.base)))


SPELT = (
    ("ийа", "ия"),
    ("ыйа", "ыя"),
    ("иа", "ия"),
    ("аи", "ай"),
    ("еи", "ей"),
    ("ои", "ой"),
    ("йа", "я"),
    ("гул", "гуль"),
)
"""how a name read letter by letter from Latin is spelt in Cyrillic"""


def _respelt(word: str) -> str:
    """A name read from Latin letters as the lists spell it, where they have it that way."""
    known = lists().given
    if folded(word) in known:
        return word
    spelt = word
    for read, right in SPELT:
        spelt = spelt.replace(read, right) if not (right == "гуль" and "гуль" in spelt) else spelt
        if folded(spelt) in known:
            return spelt
    return word


def _listed(norm: str) -> list[Reading]:
    """Given names, fond forms and surnames of the lists, in any case form."""
    known = lists()
    found = []
    for at, base in enumerate(nominatives(folded(norm))):
        sure = 0.9 if at == 0 else 0.85
        if base in known.given:
            found.append(Reading("given", known.given[base], base, sure))
        if base in known.short:
            gender, full = known.short[base]
            found.append(Reading("short", gender, base, sure, full))
        if base in known.surnames and len(base) > 2 and not norm.endswith(("им", "ым")):
            found.append(Reading("surname", "", base, sure - 0.05))
        if at and kazakh.address(base):
            found.append(Reading("short", "", base, 0.6))
    if kazakh.address(folded(norm)):
        found.append(Reading("short", "", folded(norm), 0.7))
    plain = morph().word_is_known(norm) and not named(norm)
    return found if plain else [*found, *_fond(folded(norm))]


TABLE = "people/names_cues.txt"
FOND = re.compile(rf"(?:{tables.alternatives(TABLE, 'fond_suffix')})$")


def _fond(name: str) -> list[Reading]:
    """Fond forms made by rule from a listed name: «Айгеримка», «Жансаяш», «Камилочка», «Айгеримжан»."""
    known = lists()
    found: dict[str, Reading] = {}
    for form in nominatives(name):
        body = form.removesuffix("а").removesuffix("я")
        tail = FOND.search(body)
        if not tail or body in known.given or form in known.given:
            continue
        for stem in _stems(body, tail.start()):
            full = _begins(stem)
            if full:
                gender = known.given[full[0]] if len({known.given[name] for name in full}) == 1 else ""
                found[form] = Reading("short", gender, form, 0.8 if len(stem) > 3 else 0.55, full)
    return list(found.values())


def _stems(body: str, cut: int) -> list[str]:
    return [body[:at] for at in range(cut, len(body)) if at >= 3 and FOND.fullmatch(body[at:])]


@lru_cache(maxsize=1)
def _stemmed() -> dict[str, tuple[str, ...]]:
    """Stems of all listed names, without their last vowel or sign, to the names."""
    made: dict[str, tuple[str, ...]] = {}
    for name in lists().given:
        for stem in {name, name.rstrip("аяьий")}:
            if len(stem) >= 3:
                made[stem] = (*made.get(stem, ()), name)
    return made


def _begins(stem: str) -> tuple[str, ...]:
    """Names that are this stem; for four letters and more a little may be missing at their end."""
    return _stemmed().get(stem, ()) or _stemmed().get(stem.rstrip("ь"), ())


def _dictionary(norm: str) -> list[Reading]:
    """Names of the Russian dictionary, which knows many Kazakh ones."""
    if not morph().word_is_known(norm):
        return []
    found = []
    for form, tag in parses(norm):
        gender = "m" if "masc" in tag else "f" if "femn" in tag else ""
        base = folded(form)
        if "Name" in tag and "plur" not in tag:
            found.append(Reading("given", gender, base, 0.85))
        elif "Patr" in tag:
            found.append(Reading("patronymic", gender, base, 0.95))
        elif "Surn" in tag:
            found.append(Reading("surname", gender, base, 0.75))
    genders = {(r.role, r.base): {other.gender for other in found if other.base == r.base} for r in found}
    return [r if len(genders[r.role, r.base]) == 1 else Reading(r.role, "", r.base, r.sure) for r in found]


RUSSIAN_PATRONYMIC = re.compile(r"^(.{2,}?)(?:([оеа]в|ь|й)?(ич)(?:а|у|ем|е|и|ы)?|([оеа]вн|ичн|иничн)(а|ы|е|у|ой|ою))$")
SPOKEN_PATRONYMIC = re.compile(r"^(.{3,})(?:(ыч)(?:а|у|ем|ом|е)?)$")
CUT_PATRONYMIC = re.compile(
    rf"^({tables.alternatives(TABLE, 'cut_father_m')})(?:ич|ыч)(?:а|у|ем|ом|е)?$|"
    rf"^({tables.alternatives(TABLE, 'cut_father_f')})(?:на|вна)(?:ы|е|у|ой)?$"
)
"""fathers' names in patronymics as they are said: «Юрич», «Пална», «Сергеич»"""


def _patronymic(norm: str) -> list[Reading]:
    """Patronymics by their suffix, Russian and Kazakh, in any case."""
    name = without_kazakh_case(folded(norm), ("ич", "на"))
    if ordinary(norm):
        return []
    found = RUSSIAN_PATRONYMIC.match(name)
    if found and (found[2] in ("ов", "ев", "ав") or found[4]):
        gender = "f" if found[4] else "m"
        father = found[1]
        return [Reading("patronymic", gender, f"{father}*", 0.95 if len(name) > 6 else 0.7)]
    found = CUT_PATRONYMIC.match(name)
    if found:
        return [Reading("patronymic", "m" if found[1] else "f", f"{found[1] or found[2]}*", 0.92)]
    found = SPOKEN_PATRONYMIC.match(name)
    if found:
        return [Reading("patronymic", "m", f"{found[1]}*", 0.75)]
    made = kazakh.lineage(name)
    return [Reading("patronymic", made[1], f"{made[0]}*", 0.95)] if made else []


SURNAME = re.compile(
    r"^(.{2,}?)(?:"
    r"(?P<ov>(?:[оеа]в|ин|ын)(?:а|у|ым|е|ой|ою|ы|ых|ыми)?)"
    r"|(?P<sky>(?:ск|цк)(?:ий|ого|ому|им|ом|ая|ую|ой|ые|их))"
    r"|(?P<enko>енко|ейко)"
    r"|(?P<yan>(?:ян|янц)(?:а|у|ом|ем|е)?)"
    r"|(?P<dze>швили|дзе|иани|ава|иа)"
    r"|(?P<uk>(?:чук|щук|нюк|рюк|люк)(?:а|у|ом|е)?)"
    r"|(?P<zade>заде|зода)"
    r")$"
)
SURE_OF = {"ov": 0.6, "sky": 0.45, "enko": 0.7, "yan": 0.5, "dze": 0.5, "uk": 0.6, "zade": 0.8}


def _surname(norm: str) -> list[Reading]:
    """Surnames by their suffix; surer where a Kazakh name stands before it."""
    name = without_kazakh_case(folded(norm), ("ов", "ев", "ова", "ева", "ин", "ина"))
    found = SURNAME.match(name)
    if not found or len(name) < 5 or ordinary(norm):
        return []
    kind = next(group for group, text in found.groupdict().items() if text)
    stem, tail = found[1], found[kind]
    gender = ""
    if kind == "ov":
        gender = "f" if tail[-1] in "ау" or tail.endswith(("ой", "ою")) else "m"
        base = name[: found.end(1)] + tail[:2].replace("ав", "ов")
    else:
        base = name
    rooted = kind == "ov" and (stem in lists().given or kazakh.compound(stem) is not None or _turkic(stem))
    sure = 0.85 if rooted else SURE_OF[kind]
    return [Reading("surname", gender if tail.endswith(("ой", "ым")) else "", base, sure)]


def _turkic(stem: str) -> bool:
    """Whether a surname's stem ends as Kazakh names do («…бай», «…бек», «…ген»)."""
    return stem.endswith(tables.lists(TABLE)["turkic_end"])


VERB = re.compile(r"(?:ир|из)(?:ова(?:л[аио]?|ть|в|нн\w+)|у(?:ю|ешь|ет|ем|ете|ют))(?:с[яь])?$")
"""verbs that the dictionary lacks: «интубировали», «релоцируют»"""


def _compound(norm: str) -> list[Reading]:
    """Given names made of Kazakh elements that no list has."""
    if ordinary(norm) or morph().word_is_known(norm) or VERB.search(norm):
        return []
    for at, base in enumerate(nominatives(folded(norm))):
        gender = kazakh.compound(base) if len(base) <= len(norm) else None
        if gender is not None and base not in lists().kazakh_words:
            return [Reading("given", gender, base, 0.7 if at == 0 else 0.65)]
    return []
