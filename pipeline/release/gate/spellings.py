"""The shapes in which a private word may come back: case forms, Kazakh endings, other alphabets, other letters."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from itertools import product
from pathlib import Path

from pipeline.deidentify.normal_form import plain
from pipeline.deidentify.passage import morph

WORD = re.compile(r"[^\W\d_]+|\d+")
APOSTROPHE = re.compile(r"(?<=[^\W\d_])['’‘ʹʼʻ`´](?=[^\W\d_])")
FOLD = str.maketrans("ёәіїңғґүұқөһўє", "еаиинггуукохуе")
LOOKALIKES = str.maketrans("aceopxykmtbhi", "асеорхукмтвни")
"""Latin letters that look like Cyrillic ones, for words that mix the two"""
TABLES = tomllib.loads(Path(__file__).with_name("spellings.toml").read_text(encoding="utf-8"))
EVERYWHERE = frozenset((*TABLES["everywhere"].split(), *TABLES["english"].split()))
"""ordinary words that stand in no Russian dictionary"""
VOWELS = frozenset("аеиоуыэюя")
VOICELESS = frozenset("кпстфхцчшщбвгд")

NAMES = ("Name", "Surn", "Patr")
PROPER = (*NAMES, "Geox", "Orgn", "Abbr", "Init", "Trad")

ENDINGS: tuple[tuple[str, str], ...] = tuple((pattern, forms) for pattern, forms in TABLES["endings"].values())
"""what a pattern replaces at a word's end, and by what (0: nothing): names that no dictionary declines"""
LATIN: dict[str, tuple[str, ...]] = {spelling: tuple(heard.split()) for spelling, heard in TABLES["latin"].items()}
"""Latin spellings and the sounds they may stand for, longest first"""


def clean(text: str) -> str:
    """The normal form, without apostrophes inside words."""
    return APOSTROPHE.sub("", plain(text).text)


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Lower case, ё as е, Kazakh letters as Russian ones, Latin look-alikes in a Cyrillic word as what they seem."""
    lower = word.lower()
    if cyrillic(lower) and latin(lower):
        lower = lower.translate(LOOKALIKES)
    return lower.translate(FOLD)


def cyrillic(word: str) -> bool:
    return any("Ѐ" <= letter <= "ӿ" for letter in word)


def latin(word: str) -> bool:
    return any("a" <= letter <= "z" for letter in word.lower())


@lru_cache(maxsize=100_000)
def sounds(word: str) -> tuple[str, ...]:
    """A word in coarse letters that are the same for all usual transliterations; a Latin one may have several."""
    lower = word.lower()
    if cyrillic(lower) and not latin(lower):
        return (coarse(fold(lower)),)
    lower = lower.translate(FOLD)
    options: list[tuple[str, ...]] = []
    at, ways = 0, 1
    while at < len(lower):
        spelling, heard = spelt(lower, at)
        ways *= len(heard)
        options.append(heard if ways <= 16 else heard[:1])
        at += len(spelling)
    return tuple(dict.fromkeys(coarse("".join(pick)) for pick in product(*options)))


def spelt(word: str, at: int) -> tuple[str, tuple[str, ...]]:
    """The longest known spelling that begins here, and what it may sound like; a Cyrillic letter is itself."""
    if cyrillic(word[at]):
        return word[at], (word[at],)
    for spelling, heard in LATIN.items():
        if word.startswith(spelling, at):
            return spelling, heard
    plain = unicodedata.normalize("NFD", word[at])[0]
    return word[at], next((heard for spelling, heard in LATIN.items() if spelling == plain), ("",))


COARSE = str.maketrans({"э": "е", "й": "и", "ы": "и", "ь": "", "ъ": "", "щ": "ш", "ю": "иу", "я": "иа"})


def coarse(word: str) -> str:
    """Folded Cyrillic with what transliterations confuse made equal: й ы и, э е, doubled letters, дж and ж."""
    heard = word.translate(COARSE).replace("дж", "ж")
    once = "".join(letter for at, letter in enumerate(heard) if at == 0 or heard[at - 1] != letter)
    return re.sub(r"(?<![бвгджзклмнпрстфхцчш])ие", "е", once)


@lru_cache(maxsize=50_000)
def tags(word: str) -> tuple[tuple[str, float], ...]:
    """Readings of a lower-case word that the dictionary holds, likeliest first; none for an unknown word."""
    if not morph().word_is_known(word):
        return ()
    return tuple((str(parse.tag), parse.score) for parse in morph().parse(word))


@lru_cache(maxsize=50_000)
def ordinary(word: str) -> bool:
    """Whether a lower-case word is in the dictionary as something else than a name or a place, or known everywhere."""
    if word in EVERYWHERE:
        return True
    return any(not any(mark in tag for mark in PROPER) for tag, _ in tags(word))


def strange(word: str) -> bool:
    """Whether no dictionary knows a lower-case word."""
    return not tags(word) and word not in EVERYWHERE


def nothing_else(word: str) -> bool:
    """Whether a lower-case word is no other word than an organisation's."""
    return all("Orgn" in tag for tag, _ in tags(word)) and word not in EVERYWHERE


@lru_cache(maxsize=50_000)
def name_first(word: str) -> bool:
    """Whether the likeliest reading of a lower-case word is a person's name."""
    found = tags(word)
    return bool(found) and any(mark in found[0][0] for mark in NAMES)


@lru_cache(maxsize=50_000)
def inflected(word: str, name: bool) -> frozenset[str]:
    """All case forms of a word, folded. `name`: declined as a person's name where it can be one."""
    lower = word.lower()
    made = {fold(lower)}
    if not cyrillic(lower) or len(lower) < 3:
        return frozenset(made)
    for parse in chosen(lower, name):
        made.update(fold(form.word) for form in parse.lexeme)
    bases = {fold(lower)}
    if name and not tags(lower):
        bases |= nominatives(fold(lower))
    for base in bases:
        made.update(endings(base))
    if len(lower) >= 4:
        made.update(form for form in kazakh(fold(lower)) if not tags(form))
    return frozenset(made)


def chosen(word: str, name: bool) -> list:  # type: ignore[type-arg]
    """The readings whose forms are sought: names for a name, else nouns and adjectives."""
    parses = [parse for parse in morph().parse(word) if "NOUN" in parse.tag or "ADJF" in parse.tag or not parse.tag]
    proper = [parse for parse in parses if any(mark in parse.tag for mark in (NAMES if name else PROPER[3:5]))]
    return proper or ([] if name and tags(word) else [parse for parse in parses if parse.score >= 0.1])


def endings(word: str) -> set[str]:
    """Forms by the shape of a word alone."""
    for pattern, replaced in ENDINGS:
        found = re.search(pattern, word)
        if found:
            stem = word[: found.start(1)]
            return {stem + ending.strip("0") for ending in replaced.split()} if len(stem) >= 2 else {word}
    return {word}


def nominatives(word: str) -> set[str]:
    """What an unknown name may be in the nominative, where it was seen in another case only."""
    made = set()
    for ending in TABLES["oblique"].split():
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 4:
            made |= {stem} if stem[-1] not in VOWELS else set()
            made |= {stem + "а"} if ending in ("ой", "ою", "у", "е", "ы") else set()
            made |= {stem + "я"} if ending in ("ей", "ею", "ю", "и") else set()
            break
    return {base for base in made if not ordinary(base)}


def kazakh(word: str) -> set[str]:
    """A folded word with the Kazakh endings that may follow its last letter."""
    last = word[-1]
    if last in VOWELS:
        follows = "vowel"
    elif last in "мн":
        follows = "nasal"
    else:
        follows = "voiceless" if last in VOICELESS else "voiced"
    return {word + ending for ending in TABLES["kazakh"][follows].split()}


@lru_cache(maxsize=100_000)
def stems(heard: str) -> frozenset[str]:
    """Coarse nominatives that a coarse word may come from, itself first."""
    made = {heard}
    for ending in TABLES["spoken"].split():
        stem = heard.removesuffix(ending)
        if stem != heard and len(stem) >= 4:
            made |= {stem, stem + "а", stem + "и"}
    if heard.endswith("с") and len(heard) > 5:
        made.add(heard[:-1])
    return frozenset(made)


def near(word: str) -> frozenset[str]:
    """The word and all it becomes by leaving one letter out: two words one letter apart share one of these."""
    return frozenset((word, *(word[:at] + word[at + 1 :] for at in range(len(word)))))
