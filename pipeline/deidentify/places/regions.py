"""Regions, which narrow a respondent down, and countries, which are a variable of the study and stay."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.people.lexicon import lists
from pipeline.deidentify.places import hints
from pipeline.deidentify.places.hints import hinted, proper, sentence_start
from pipeline.deidentify.words.inflect import bases, fold, known, named, ordinary
from pipeline.deidentify.words.letters import folded
from pipeline.deidentify.words.phrases import adjective, read, words_from


@lru_cache(maxsize=1)
def regions() -> dict[str, frozenset[str]]:
    """First word -> whole names of regions, folded, words apart."""
    made: dict[str, set[str]] = {}
    for _, name in read("places/regions.txt"):
        made.setdefault(fold(name.split()[0]), set()).add(fold(name))
    return {first: frozenset(names) for first, names in made.items()}


@lru_cache(maxsize=1)
def countries() -> dict[str, tuple[tuple[str, ...], ...]]:
    """First word -> names of countries as folded words: CLDR in Russian, Kazakh and English, and what people say."""
    from babel import Locale

    made: dict[str, set[tuple[str, ...]]] = {}
    names = list(hints.COUNTRIES)
    for language in ("ru", "kk", "en"):
        territories = Locale(language).territories
        names += [name for code, name in territories.items() if code.isalpha() and code not in ("ZZ", "EU", "UN", "EZ")]
    for name in names:
        words = tuple(fold(word) for word in name.replace("(", " ").replace(")", " ").replace("-", " ").split())
        made.setdefault(words[0], set()).add(words)
    return {first: tuple(sorted(found, key=len, reverse=True)) for first, found in made.items()}


def region(passage: Passage) -> Iterator[Finding]:
    """Listed regions, and «… область», «штат …», «провинция …»."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if not token.text[0].isalpha():
            continue
        for base in _first_bases(token):
            found = [name for name in regions().get(base, ()) if _matches(passage, at, tuple(name.split()))]
            if found:
                last = words_from(passage, at, max(len(name.split()) for name in found))[-1]
                if _region_likely(passage, at, last):
                    yield Finding(token.start, last.end, "REGION", 0.9, "region-gazetteer")
                break
        if hints.REGION_WORDS.intersection(token.lemmas):
            yield from _around_region(passage, at)


def _region_likely(passage: Passage, at: int, last: Token) -> bool:
    """Short names and words that are more often something else need a preposition or a capital."""
    token = passage.tokens[at]
    if last is not token:
        return True
    if token.text.isascii() or ordinary(token.norm) or named(token.norm):
        return bool(hinted(passage, at)) or (token.capital and passage.cased and not sentence_start(passage, at))
    return True


def _first_bases(token: Token) -> frozenset[str]:
    return bases(token.norm) if len(token.norm) > 2 else frozenset((token.norm,))


def _matches(passage: Passage, at: int, name: tuple[str, ...]) -> bool:
    """Whether the words from `at` on are a name's words in some case."""
    words = words_from(passage, at, len(name))
    return bool(words) and all(
        want in bases(word.norm) or _same_adjective(want, word.norm) for want, word in zip(name, words, strict=True)
    )


def _same_adjective(want: str, norm: str) -> bool:
    return want.endswith(("ая", "ый", "ий", "ое")) and adjective(fold(norm))[:-2] == want[:-2] and len(want) > 4


def _around_region(passage: Passage, at: int) -> Iterator[Finding]:
    """The adjective before «область», «район», «край»; the name after «штат», «провинция», «префектура»."""
    tokens = passage.tokens
    token = tokens[at]
    kind = "CITY_SMALL" if "район" in token.lemmas else "REGION"
    double = at > 2 and tokens[at - 2].text == "-" and tokens[at - 3].text[0].isalpha()
    shown = double and passage.cased and tokens[at - 3].capital and tokens[at - 1].capital
    described = at > 0 and (_relational(tokens[at - 1]) or (shown and "ADJF" in "".join(tokens[at - 1].tags[:1])))
    if described and hints.WORDS["region_after_adjective"].intersection(token.lemmas):
        start = tokens[at - 3 if double else at - 1].start
        yield Finding(start, token.end, kind, 0.85, "region-adjective")
    announces = bool(hints.WORDS["region_before_name"].intersection(token.lemmas))
    if announces and at + 1 < len(tokens) and proper(passage, at + 1):
        yield Finding(tokens[at + 1].start, tokens[at + 1].end, kind, 0.75, "region-named")


def _relational(token: Token) -> bool:
    """An adjective of a place: «карагандинская», «каркаралинском»."""
    stem = fold(token.norm)
    if not stem.endswith(tuple(f"ск{e}" for e in ("ая", "ой", "ую", "ий", "ом", "ого", "ому", "им", "ие", "их"))):
        return False
    return not known(token.norm) or not hints.WORDS["plain_adjective"].intersection(token.lemmas)


def country(passage: Passage) -> Iterator[Finding]:
    """Names of countries and continents, which the policy keeps by default."""
    for at, token in enumerate(passage.tokens):
        if not token.text[0].isalpha():
            continue
        for base in _first_bases(token):
            match = next((name for name in countries().get(base, ()) if _matches(passage, at, name)), None)
            if match and _country_likely(passage, at, match):
                last = words_from(passage, at, len(match))[-1]
                yield Finding(token.start, last.end, "COUNTRY", 0.9, "country")
                break


def _country_likely(passage: Passage, at: int, name: tuple[str, ...]) -> bool:
    token = passage.tokens[at]
    if len(name) == 1 and fold(token.norm) != name[0] and _given(token):
        return False
    if len(name) == 1 and (
        ordinary(token.norm) or len(name[0]) <= 3 or named(token.norm) or name[0] in hints.WORDS["doubtful"]
    ):
        return bool(hinted(passage, at)) or (token.capital and not sentence_start(passage, at)) or token.text.isupper()
    return True


def _given(token: Token) -> bool:
    """Whether a listed given name only looks like some form of a country's: «Малика» of «Мали»."""
    return folded(token.text) in lists().given and not any("Geox" in tag for tag in token.tags)


RULES: tuple[Rule, ...] = (Rule("region", region), Rule("country", country))
