"""How ordinary a word is: what dictionaries and frequencies of Russian, Kazakh and English say."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from pipeline.deidentify.open_words import kazakh
from pipeline.deidentify.passage import LAST_LETTER, morph, normal, parses
from pipeline.deidentify.people import lexicon
from pipeline.deidentify.places.hints import LOANS
from pipeline.deidentify.words import loanwords
from pipeline.deidentify.words.inflect import bases, fold, stems

SPOKEN = 3.0
"""Zipf value (a word in 10⁶ is 3, one in 1,000 is 6) from which a word is frequent; rarer ones are not in the lists"""
EVERYDAY = 4.3
"""Zipf value from which a word that nothing but its spelling shares with a name is no name"""
ALWAYS = 5.0
"""Zipf value from which a word needs no dictionary: «нибудь»"""
PROPER = ("Name", "Surn", "Patr", "Geox", "Orgn")
SMALL = ("PREP", "CONJ", "PRCL", "NPRO", "INTJ", "ADVB", "PRED", "NUMR", "VERB", "INFN", "GRND", "COMP")
"""parts of speech that never name anything"""
LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
CYRILLIC = re.compile(r"^[а-я]+$")


class Facts(Struct, frozen=True):
    """What is known of a word whatever stands around it."""

    known: bool
    """a dictionary has it"""
    proper: float
    """0–1, share of its readings that name somebody or something"""
    small: bool
    """it has a reading as a part of speech that names nothing"""
    frequency: float
    """Zipf value of the word or its lemma; 0.0 where it is rarer than SPOKEN"""

    @property
    def plain(self) -> bool:
        """Whether nothing but a capital or its neighbours can make a name of it."""
        if not self.known:
            return False
        return self.proper < 0.1 or (self.frequency >= EVERYDAY and self.small)


@lru_cache(maxsize=2)
def frequencies(language: str) -> dict[str, float]:
    """Zipf values of a language's frequent words, ё as е."""
    from wordfreq import get_frequency_list

    found: dict[str, float] = {}
    for centibels, words in reversed([*enumerate(get_frequency_list(language, "small"))]):
        found.update(dict.fromkeys(words, 9 - centibels / 100))
    for word in [word for word in found if "ё" in word]:
        plain = word.replace("ё", "е")
        found[plain] = max(found[word], found.get(plain, 0.0))
    return found


ACCENTED = str.maketrans("áóéýúí", "аоеуиу") | {0x301: None}


@lru_cache(maxsize=100_000)
def facts(norm: str) -> Facts:
    """What is known of a normalised word, of any language."""
    if not norm.isascii() and norm.translate(ACCENTED) != norm and CYRILLIC.match(norm.translate(ACCENTED)):
        return facts(norm.translate(ACCENTED))
    if norm.isascii():
        common = frequencies("en").get(norm, 0.0)
        return Facts(common >= SPOKEN, 0.0, False, common)
    if max(norm) > LAST_LETTER or not morph().word_is_known(norm):
        return _outside(norm)
    readings = parses(norm)
    named = any(mark in tag for _, tag in readings for mark in PROPER) and not kazakh.ordinary(norm)
    small = any(tag.startswith(SMALL) for _, tag in readings)
    known = frequencies("ru")
    common = max(known.get(norm, 0.0), *(known.get(normal(lemma), 0.0) - 0.5 for lemma, _ in readings))
    return Facts(True, _proper(norm) if named else 0.0, small, max(common, 0.0))


def _proper(norm: str) -> float:
    """0–1, share of a word's readings, by how likely each is, that name somebody or something."""
    readings = morph().parse(norm)
    every = sum(one.score for one in readings)
    return sum(one.score for one in readings if any(mark in one.tag for mark in PROPER)) / every if every else 0.0


def _outside(norm: str) -> Facts:
    """What is known of a word that the Russian dictionary lacks: Kazakh, new, made up, or spoken otherwise."""
    common = frequencies("ru").get(norm, 0.0)
    plain = (
        kazakh.ordinary(norm)
        or derived(norm)
        or lexicon.HUM.match(norm)
        or _listed(norm)
        or loanwords.made_up(norm)
        or _written_otherwise(norm)
    )
    return Facts(bool(plain) or common >= ALWAYS, 0.0, False, common)


DERIVED = (
    (re.compile(r"(?:ски|цки)$"), ("ский", "цкий")),
    (re.compile(r"(?:ост(?:ь|и|ью))$"), ("ый", "ий", "ой")),
    (re.compile(r"(?:ик(?:а|у|ом|е|и|ов|ам|ами|ах)?)$"), ("а", "", "ь")),
    (re.compile(r"(?:чик(?:а|у|ом|е|и|ов|ам|ами|ах)?)$"), ("", "ка")),
    (
        re.compile(r"(?:еньк|оньк|очк|ечк|ушк|юшк|ышк|ишк)(?:ий|ая|ое|ие|ого|ую|ой|их|ими|а|у|и|е|о|ам|ами|ах|ек)$"),
        ("ый", "ий", "а", "о", "ка", ""),
    ),
    (re.compile(r"(?:енн|нн|ск)?о$"), ("енный", "нный", "ский", "ый")),
)
"""endings by which speakers make new words, and what then stands in their place in a known one"""
PREFIXES = (
    "супер",
    "мега",
    "недо",
    "пере",
    "анти",
    "авто",
    "видео",
    "аудио",
    "онлайн",
    "нано",
    "микро",
    "мини",
    "псевдо",
    "экс",
    "пол",
    "полу",
)


def derived(norm: str) -> bool:
    """Whether a word that no dictionary has is made of one by rule: «дипломатически», «видеозвонок»."""
    for ending, bases_of in DERIVED:
        cut = ending.sub("", norm)
        if cut != norm and len(cut) > 3 and any(_common(cut + base) for base in bases_of):
            return True
    return any(
        norm.startswith(prefix) and len(norm) - len(prefix) > 3 and _common(norm[len(prefix) :]) for prefix in PREFIXES
    )


def _common(norm: str) -> bool:
    """Whether the dictionary has a word and means no name by it."""
    if not CYRILLIC.match(norm) or not morph().word_is_known(norm):
        return False
    return not any(mark in tag for _, tag in parses(norm) for mark in PROPER)


def _listed(norm: str) -> bool:
    """Whether the lists have a word that the dictionary lacks: Kazakh, of today's speech, or borrowed."""
    known = lexicon.lists()
    forms = bases(norm)
    common = fold(norm) in known.kazakh_words and fold(norm) not in known.given
    return common or not known.new_words.isdisjoint(forms) or not LOANS.isdisjoint(forms)


def _written_otherwise(norm: str) -> bool:
    """Whether an ordinary word is only drawn out or shortened: «нууу», «даааа», «ооочень»."""
    short = re.sub(r"(.)\1{2,}", r"\1", norm)
    return short != norm and (morph().word_is_known(short) or len(short) < 3)


@lru_cache(maxsize=20_000)
def misspelt(norm: str) -> bool:
    """Whether one letter more, less or otherwise makes a frequent ordinary word of a word that no dictionary has."""
    if len(norm) < 6 or not CYRILLIC.match(norm):
        return False
    known = frequencies("ru")
    cuts = [(norm[:at], norm[at:]) for at in range(len(norm) + 1)]
    made = {a + b[1:] for a, b in cuts if b}
    made |= {a + letter + b[1:] for a, b in cuts if b for letter in LETTERS}
    made |= {a + letter + b for a, b in cuts for letter in LETTERS}
    return any(known.get(word, 0.0) >= SPOKEN and facts(word).plain for word in made if word != norm and word in known)


@lru_cache(maxsize=50_000)
def stem(norm: str) -> str:
    """What all forms of a word have in common, for asking about them together."""
    if norm.isascii() or max(norm) > LAST_LETTER:
        return norm
    if morph().word_is_known(norm):
        return normal(morph().parse(norm)[0].normal_form)
    return min(stems(fold(norm)), key=lambda form: (len(form), form))
