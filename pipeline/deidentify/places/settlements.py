"""Settlements by size, and the villages and districts that no gazetteer knows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from pipeline.deidentify.passage import Finding, Passage, Rule, Token, readings
from pipeline.deidentify.places import hints, regions
from pipeline.deidentify.places.hints import harmless, hinted, kazakh_word, proper, sentence_start
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.inflect import cyrillic, fold, known, named, ordinary, skeleton, sound, stems
from pipeline.deidentify.words.phrases import adjective, words_upto

LARGE = 400_000
"""inhabitants from which a town counts as large: fewer facts follow from having lived there"""
HUGE = 100_000
"""inhabitants from which a town is named without any hint that it is one"""
LONGEST = 4
"""words in a town's name"""


def gazetteer() -> Iterator[tuple[str, str, int]]:
    """Folded name without spaces and hyphens, country and inhabitants of each place of GeoNames and of our own list."""
    for table in ("places/places.tsv", "places/places_extra.tsv"):
        for line in (files("pipeline.deidentify") / table).read_text(encoding="utf-8").splitlines():
            name, country, people = line.split("\t")
            yield name, country, int(people)


@lru_cache(maxsize=1)
def settlements() -> dict[str, int]:
    """Folded names without spaces and hyphens -> inhabitants of the largest place of that name (0.1 s)."""
    made: dict[str, int] = {}
    for name, _, people in gazetteer():
        made[name] = max(made.get(name, 0), people)
    return made


@lru_cache(maxsize=1)
def openings() -> frozenset[str]:
    """The first four, five and six letters of every name: a quick way to say no."""
    return frozenset(name[:letters] for name in settlements() for letters in (4, 5, 6))


def _joined(norms: tuple[str, ...]) -> tuple[str, ...]:
    """Folded nominatives of a name of several words, run together."""
    if len(norms) == 1:
        return tuple(dict.fromkeys(_nominatives(norms[0])))
    firsts = [fold(norm) for norm in norms[:-1]]
    head = [("".join(firsts))]
    declined = [adjective(word) for word in firsts]
    head += ["".join(declined)] if declined != firsts else []
    if len(norms) == 2:
        head += [base for base in stems(firsts[0]) if base != firsts[0]]
    likely = [first for first in head if len(first) < 4 or first[:6] in openings()]
    last = _nominatives(norms[-1]) if likely else []
    return tuple(dict.fromkeys(a + b for a in likely for b in last))


def _nominatives(norm: str) -> list[str]:
    return [fold(word) for word in (*stems(fold(norm)), *readings(norm)[0])]


def settlement(passage: Passage) -> Iterator[Finding]:
    """Towns and villages that the gazetteer knows, in any case form, hyphen or not."""
    at = 0
    while at < len(passage.tokens):
        token = passage.tokens[at]
        beginning = token.text[0].isalpha() and _may_begin(token)
        longest = words_upto(passage, at, LONGEST) if beginning else ()
        norms = tuple([word.norm for word in longest])
        for count in range(len(longest), 0, -1):
            people = _population(norms[:count])
            if people < 0:
                continue
            words = longest[:count]
            score = _score(passage, at, words, people)
            if score:
                kind = "CITY_LARGE" if people >= LARGE else "CITY_SMALL"
                at += sum(1 for token in passage.tokens[at:] if token.start < words[-1].end) - 1
                at = _stretch(passage, at)
                yield Finding(words[0].start, passage.tokens[at].end, kind, score, "place-gazetteer")
                break
        at += 1


def _may_begin(token: Token) -> bool:
    """Whether a place's name may begin with a token: the quick no that nearly every word gets."""
    folded = fold(token.norm)
    if len(folded) < 2:
        return False
    if len(folded) < 4 or folded[:4] in openings() or folded[:3] in hints.WORDS["three"]:
        return True
    return fold(token.lemmas[0])[:4] in openings() or folded[:-1] in settlements()


@lru_cache(maxsize=50_000)
def _population(norms: tuple[str, ...]) -> int:
    """Inhabitants of the place these words name; -1 where they name none."""
    if len(norms) > 1 and (norms[0] in hints.SHORT or norms[-1] in hints.SHORT):
        return -1
    known_places = settlements()
    names = (name for name in _joined(norms) if len(norms) == 1 or len(name) >= 6)
    return max((known_places[name] for name in names if name in known_places), default=-1)


def _score(passage: Passage, at: int, words: tuple[Token, ...], people: int) -> float:
    """How surely these words are meant as a place, by case, size and the words around; 0 for not at all."""
    hint = hinted(passage, at)
    first = words[0]
    if len(words) > 1:
        return _several(passage, words, hint, people)
    if first.norm in hints.NOT_PLACES or (kazakh_word(first.norm) and not (hint and first.capital)):
        return 0.0
    geographic = any("Geox" in tag for tag in first.tags)
    inside = passage.cased and first.capital and not sentence_start(passage, at)
    shown = first.capital or not passage.cased
    if ordinary(first.norm):
        return _common(passage, at, hint, inside, geographic and people >= HUGE)
    surely = geographic or people >= HUGE
    cases = (
        (named(first.norm) and hint and people >= 5000 and shown, 0.8),
        (named(first.norm), 0.6 if geographic and people >= HUGE and (inside or not passage.cased) else 0.0),
        (surely, 0.92 if hint or shown else 0.55),
        (bool(hint), 0.9 if hint == "strong" else 0.85 if len(first.norm) >= 4 else 0.6),
        (inside or (not passage.cased and len(first.norm) >= 6 and people >= 15_000), 0.6),
    )
    return next((score for fits, score in cases if fits), 0.0)


def _several(passage: Passage, words: tuple[Token, ...], hint: str, people: int) -> float:
    """The same for a name of several words, or one that was heard as several."""
    first = words[0]
    apart = passage.text[first.end : words[1].start] == " "
    if all(ordinary(word.norm) or named(word.norm) for word in words) and not (hint or first.capital):
        return 0.0
    if passage.cased and not first.capital and hint != "strong":
        return 0.0
    if apart and not passage.cased and not hint and people < 1000:
        return 0.0
    return 0.9


def _common(passage: Passage, at: int, hint: str, inside: bool, famous: bool) -> float:
    """The same for a name that is an ordinary word too: «Рудный», «Алга», «Семей»."""
    token = passage.tokens[at]
    if passage.cased:
        if famous and token.capital and _sentence(passage, at):
            return 0.76
        return 0.85 if inside and (hint or famous) else 0.7 if token.capital and hint == "strong" else 0.0
    if not hint:
        return 0.0
    if famous:
        return 0.7
    return 0.7 if _lone_adjective(passage, at) else 0.0


def _sentence(passage: Passage, at: int) -> bool:
    """Whether a word is a sentence of its own, as an answer is."""
    after = passage.tokens[at + 1].text if at + 1 < len(passage.tokens) else "."
    return (at == 0 or passage.tokens[at - 1].text in ".!?…") and after in ".!?…"


def _lone_adjective(passage: Passage, at: int) -> bool:
    """Whether an adjective stands without a noun, as the names of many towns do: «из рудного», «в боровое»."""
    token = passage.tokens[at]
    if not token.tags or not all("ADJF" in tag and "Apro" not in tag for tag in token.tags):
        return False
    following = passage.tokens[at + 1] if at + 1 < len(passage.tokens) else None
    return following is None or not any("NOUN" in tag or "ADJF" in tag or "PRTF" in tag for tag in following.tags)


def village(passage: Passage) -> Iterator[Finding]:
    """The name after «аул», «село», «посёлок», «в районе», whether any gazetteer has it or not."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        if not hints.WORDS["village"].intersection((token.norm, *token.lemmas)):
            continue
        first = at + 1
        while first < len(tokens) - 1 and (
            tokens[first].text in '«"„“,-:' or tokens[first].norm in hints.WORDS["called"]
        ):
            first += 1
        told = tokens[first].capital if passage.cased else tokens[first].norm.endswith(("ский", "ный", "вый"))
        if not proper(passage, first) and not (told and (passage.cased or _lone_adjective(passage, first))):
            continue
        last = first
        if not passage.cased and first + 1 < len(tokens) and fold(tokens[first].norm) in hints.WORDS["turkic"]:
            last += not known(tokens[first + 1].norm)
        while last + 2 < len(tokens) and tokens[last + 1].text == "-" and tokens[last + 2].text[0].isalnum():
            last += 2
        if (
            passage.cased
            and last + 1 < len(tokens)
            and tokens[last + 1].capital
            and tokens[last].end + 1 == tokens[last + 1].start
        ):
            last += 1
        if any(not token.text[0].isalnum() and token.text != "-" for token in tokens[first : last + 1]):
            continue
        yield Finding(tokens[first].start, tokens[last].end, "CITY_SMALL", 0.8, "place-village")


def unknown_place(passage: Passage) -> Iterator[Finding]:
    """A word that nobody knows after «в», «из», «до»: most are places, employers or misheard names of either."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        hint = hinted(passage, at)
        if not hint or not token.text[0].isalpha() or len(token.norm) < 2:
            continue
        last = _stretch(passage, at)
        if last == at and (len(token.norm) < 4 or hints.NOT_PLACES.intersection(token.lemmas)):
            continue
        if last == at and (
            harmless(token.norm, token.capital and passage.cased) or (token.text.isascii() and not token.capital)
        ):
            continue
        strange = not known(token.norm)
        inside = passage.cased and token.capital and not named(token.norm) and not sentence_start(passage, at)
        sure = hint == "strong" or (at > 0 and hints.PREPOSITIONS.get(tokens[at - 1].norm, 0) == 2)
        if not (inside or (strange and sure)) or (passage.cased and not token.capital and not strange):
            continue
        score = 0.6 if strange and sure else 0.5 if sure or (strange and tokens[at - 1].norm == "на") else 0.0
        if score:
            yield Finding(token.start, tokens[last].end, "CITY_SMALL", score, "place-unknown")


def district(passage: Passage) -> Iterator[Finding]:
    """«шестнадцатый бецирк», «в двадцатом округе», «Юсон-гу»: parts of towns by number or by their foreign word."""
    tokens = passage.tokens
    for number in spoken_numbers.numbers(passage):
        after = tokens[number.last] if number.last < len(tokens) else None
        if after is None or not hints.WORDS["district"].intersection((after.norm, *after.lemmas)):
            continue
        if number.ordinal and number.value < 60:
            yield Finding(tokens[number.first].start, after.end, "CITY_SMALL", 0.8, "place-district")
    for at, token in enumerate(tokens[1:], start=1):
        if token.norm not in hints.ADMINISTRATIVE or known(tokens[at - 1].norm):
            continue
        first = at - 1
        joined = tokens[first].text == "-" and first > 0
        first -= joined
        apart = tokens[first].end + 1 == token.start and not known(token.norm)
        if (
            (joined or (apart and hinted(passage, first)))
            and tokens[first].text.isalpha()
            and not known(tokens[first].norm)
        ):
            yield Finding(tokens[first].start, token.end, "CITY_SMALL", 0.75, "place-district")


def _stretch(passage: Passage, at: int) -> int:
    """Last token of a name that goes on after a hyphen, or with a foreign word for a part of a town."""
    tokens = passage.tokens
    while at + 1 < len(tokens):
        hyphen = tokens[at + 1].text == "-" and at + 2 < len(tokens) and tokens[at].end == tokens[at + 1].start
        if hyphen and (
            tokens[at + 2].capital
            or not known(tokens[at + 2].norm)
            or tokens[at + 2].norm in hints.TAILS
            or (passage.cased and tokens[at].capital and not known(tokens[at].norm) and len(tokens[at + 2].text) > 2)
        ):
            at += 2
        elif tokens[at + 1].norm in hints.TAILS and tokens[at + 1].start - tokens[at].end == 1:
            at += 1
        else:
            break
    return at


@lru_cache(maxsize=1)
def by_sound() -> dict[str, tuple[str, ...]]:
    """Consonant skeleton -> names of the places that a Kazakhstani speaks of most, for words misheard."""
    made: dict[str, list[str]] = {}
    for name, country, people in gazetteer():
        floor = {"KZ": 0, "RU": 30_000}.get(country, 60_000)
        if len(name) >= 5 and people >= floor and not name.isascii():
            made.setdefault(skeleton(name), []).append(name)
    return {key: tuple(names) for key, names in made.items()}


def misheard(passage: Passage) -> Iterator[Finding]:
    """A word no dictionary has that sounds like a town: «Горхинге», «Mangeyme», «Нейпе Рвилл»."""
    for at, token in enumerate(passage.tokens):
        if not token.text[0].isalpha() or len(token.norm) < 3:
            continue
        longest = words_upto(passage, at, 3)
        for count in range(1, len(longest) + 1):
            words = longest[:count]
            if all(known(word.norm) for word in words) or any(
                w.norm in hints.SHORT or harmless(w.norm, w.capital and passage.cased) for w in words
            ):
                continue
            if count > 1 and (not passage.cased or sum(known(word.norm) for word in words) > 1):
                continue
            name = _heard(words)
            small = passage.cased and not token.capital
            if name and small and (len(name) < 6 or not _sure_hint(passage, at)):
                continue
            if name and (hinted(passage, at) or (passage.cased and token.capital)):
                people = settlements()[name]
                kind = "CITY_LARGE" if people >= LARGE else "CITY_SMALL"
                yield Finding(token.start, words[-1].end, kind, 0.7 if hinted(passage, at) else 0.5, "place-misheard")


def _sure_hint(passage: Passage, at: int) -> bool:
    """Whether «в», «из», «до» or a word for a town stands before."""
    before = passage.tokens[at - 1].norm if at else ""
    return hints.PREPOSITIONS.get(before, 0) == 2 or hinted(passage, at) == "strong"


def _heard(words: tuple[Token, ...]) -> str:
    """The town these words sound like; "" for none."""
    spelt = "".join(cyrillic(word.norm) for word in words)
    if len(spelt) < 5:
        return ""
    for base in stems(fold(spelt)):
        if len(base) < 5:
            continue
        heard = sound(base)
        for name in by_sound().get(skeleton(base), ()):
            if _differ(heard, sound(name)) <= (1 if len(name) < 8 else 2):
                return name
    return ""


def _differ(one: str, two: str) -> int:
    from rapidfuzz.distance import Levenshtein

    return int(Levenshtein.distance(one, two, score_cutoff=3))


RULES: tuple[Rule, ...] = (
    Rule("place-gazetteer", settlement),
    *regions.RULES,
    Rule("place-village", village),
    Rule("place-district", district),
    Rule("place-unknown", unknown_place),
    Rule("place-misheard", misheard),
)
