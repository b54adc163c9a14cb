"""Names of several words looked up in a passage in any case form, and what stands around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from msgspec import Struct

from pipeline.deidentify.passage import Passage, Token, tokens
from pipeline.deidentify.words.inflect import bases, cyrillic, fold, known, sound
from pipeline.deidentify.words.lists import rows, sets

QUOTES = {"«": "»", "“": "”", "„": "“", '"': '"', "‘": "’"}


class Entry(Struct, frozen=True):
    """A listed name."""

    words: tuple[str, ...]
    """folded nominatives"""
    group: str
    """what the list says of it: a sector, a country, a reason"""
    doubtful: bool = False
    """an ordinary word or an ambiguous abbreviation too: needs other words around it"""


class Match(Struct, frozen=True):
    """A listed name in a passage: token indices, half-open."""

    first: int
    last: int
    entry: Entry
    exact: bool
    """False where only the sound agrees"""


class Lexicon(Struct, frozen=True):
    """Listed names, found by a normalised word that may be their first in some case form."""

    starting: Callable[[str], tuple[Entry, ...]]
    sounding: Callable[[str], tuple[Entry, ...]]
    """the same by ear, for words misheard"""


def read(name: str) -> Iterator[tuple[str, str]]:
    """Group and name of each name in the list `name`, a path below deidentify/; lines are `group: a|b|c` or `a|b|c`."""
    for group, names in rows(name):
        yield from ((group, each.strip()) for each in names.split("|") if each.strip())


def lexicon(names: Iterable[tuple[str, str]]) -> Lexicon:
    """Names made ready for look-up; a leading "!" marks a doubtful one."""
    first: dict[str, list[Entry]] = {}
    heard: dict[str, list[Entry]] = {}
    for group, name in names:
        words = tuple(fold(name.removeprefix("!").replace("-", " ")).split())
        entry = Entry(words, group, name.startswith("!"))
        first.setdefault(words[0], []).append(entry)
        if len(words) > 1 or len(words[0]) >= 6:
            heard.setdefault(sound(words[0]), []).append(entry)

    @lru_cache(maxsize=20_000)
    def starting(norm: str) -> tuple[Entry, ...]:
        return tuple(entry for key in sorted(first.keys() & _keys(norm)) for entry in first[key])

    @lru_cache(maxsize=5_000)
    def sounding(norm: str) -> tuple[Entry, ...]:
        keys = heard.keys() & {*sounds(norm), *(sound(key) for key in _adjective_keys(fold(norm)))}
        found = [entry for key in sorted(keys) for entry in heard[key] if not entry.doubtful]
        return tuple(sorted(found, key=lambda entry: -len(entry.words)))

    return Lexicon(starting, sounding)


def _keys(norm: str) -> frozenset[str]:
    """Folded nominatives a word may come from."""
    folded = fold(norm)
    if norm.isascii():
        return frozenset((folded, fold(cyrillic(norm))))
    return (bases(norm) if len(folded) >= 3 else frozenset((folded,))) | _adjective_keys(folded)


@lru_cache(maxsize=50_000)
def sounds(norm: str) -> frozenset[str]:
    """How all nominatives of a word sound."""
    return frozenset(sound(base) for base in bases(norm))


def same(want: str, norm: str) -> bool:
    """Whether a token is a listed word in some case."""
    if want == fold(norm) or (norm.isascii() and want == fold(cyrillic(norm))):
        return True
    if want.isascii() or len(norm) < 3:
        return False
    found = bases(norm)
    return want in found or (want.endswith(("ая", "ый", "ий", "ое", "ой")) and _adjectival(want, fold(norm)))


@lru_cache(maxsize=20_000)
def _adjectival(want: str, norm: str) -> bool:
    stem = want[:-2]
    endings = "ого его ому ему ой ей ую юю ым им ом ем ая яя ое ее ый ий ые ие ых их ыми ими".split()
    return len(stem) > 2 and norm.startswith(stem) and norm[len(stem) :] in endings


def chain(passage: Passage, at: int, count: int) -> tuple[int, ...]:
    """Indices of `count` words from a token on with only space, hyphens or quotes between; () if there are fewer."""
    found: list[int] = []
    tokens = passage.tokens
    for index in range(at, min(len(tokens), at + 2 * count + 2)):
        token = tokens[index]
        if token.text[0].isalnum():
            found.append(index)
            if len(found) == count:
                return tuple(found)
        elif token.text not in "-–«»\"'&.’" or (token.text == "." and len(tokens[index - 1].text) > 2):
            return ()
    return ()


def matches(passage: Passage, listed: Lexicon, by_ear: bool = True) -> Iterator[Match]:
    """Listed names in a passage, the longest at each place, left to right."""
    free = 0
    for at, token in enumerate(passage.tokens):
        if at < free or not token.text[0].isalnum():
            continue
        entries = listed.starting(token.norm)
        found = _written_at(passage, entries, at) if entries else None
        if found is None and by_ear and len(token.norm) >= 3 and _strange(passage, at):
            found = _heard_at(passage, listed, at)
        if found is not None:
            yield found
            free = found.last


def _written_at(passage: Passage, entries: tuple[Entry, ...], at: int) -> Match | None:
    """The longest of some listed names that stands at a token."""
    tokens = passage.tokens
    best: Match | None = None
    for entry in entries:
        words = chain(passage, at, len(entry.words))
        fits = words and all(same(w, tokens[i].norm) for w, i in zip(entry.words, words, strict=True))
        if fits and (best is None or words[-1] + 1 > best.last):
            best = Match(at, words[-1] + 1, entry, True)
    return best


@lru_cache(maxsize=20_000)
def _adjective_keys(folded: str) -> frozenset[str]:
    for ending in "ого его ому ему ыми ими ой ей ую юю ым им ом ем ые ие".split():
        if folded.endswith(ending) and len(folded) > len(ending) + 2:
            stem = folded[: -len(ending)]
            return frozenset((stem + "ый", stem + "ий", stem + "ая", stem + "ое", stem + "ой"))
    return frozenset()


def _heard_at(passage: Passage, listed: Lexicon, at: int) -> Match | None:
    """A listed name that the words only sound like; one of them must be unknown, and one may be cut in two."""
    tokens = passage.tokens
    firsts = [tokens[at].norm]
    if at + 1 < len(tokens) and passage.cased and _cut_in_two(tokens[at], tokens[at + 1]):
        firsts.append(tokens[at].norm + tokens[at + 1].norm)
    for first in firsts:
        for entry in listed.sounding(first):
            last = _heard_to(passage, entry, at)
            if last and not all(known(token.norm) for token in tokens[at:last] if token.text[0].isalnum()):
                return Match(at, last, entry, False)
    return None


def _strange(passage: Passage, at: int) -> bool:
    """Whether one of the next words is unknown to the dictionary, as it must be for a misheard name."""
    return any(not known(token.norm) and token.text[0].isalpha() for token in passage.tokens[at : at + 4])


def _cut_in_two(one: Token, two: Token) -> bool:
    """Whether two tokens may be one word that was heard as two."""
    return (
        adjacent(one, two) and one.text.isalpha() and two.text.isalpha() and not (known(one.norm) and known(two.norm))
    )


def _heard_to(passage: Passage, entry: Entry, at: int) -> int:
    """One past the tokens from `at` on that sound like a listed name; 0 where they do not."""
    tokens = passage.tokens
    index, cuts = at, 0
    for want in entry.words:
        while index < len(tokens) and index > at and tokens[index].text in '-–«»"':
            index += 1
        if index >= len(tokens):
            return 0
        if _alike(want, tokens[index].norm):
            index += 1
        elif index + 1 < len(tokens) and not cuts and passage.cased and _cut_in_two(tokens[index], tokens[index + 1]):
            if not _alike(want, tokens[index].norm + tokens[index + 1].norm):
                return 0
            index, cuts = index + 2, 1
        else:
            return 0
    return index


def _alike(want: str, norm: str) -> bool:
    if len(want) < 4:
        return same(want, norm)
    heard = sound(want)
    mine = {*sounds(norm), *(sound(key) for key in _adjective_keys(fold(norm)))}
    return heard in mine


def quoted(passage: Passage, first: int, last: int) -> tuple[int, int]:
    """Offsets of tokens first…last, with the quotation marks around them where there are both."""
    start, end = passage.tokens[first].start, passage.tokens[last - 1].end
    opening, closing = passage.text[start - 1 : start], passage.text[end : end + 1]
    if start and opening in QUOTES and closing == QUOTES[opening]:
        return start - 1, end + 1
    return start, end


def closing_mark(passage: Passage, first: int, within: int) -> int:
    """Index of the first closing quotation mark from a token on, at most so many further; 0 where there is none."""
    tokens = passage.tokens
    return next((at for at in range(first, min(first + within, len(tokens))) if tokens[at].text in '»”“"'), 0)


def near(passage: Passage, at: int, words: frozenset[str], back: int = 8, ahead: int = 5) -> bool:
    """Whether a word with one of these lemmas stands around a token, or ends the question before."""
    window = (*passage.tokens[max(0, at - back) : at], *passage.tokens[at + 1 : at + 1 + ahead])
    if any(not words.isdisjoint((token.norm, *token.lemmas)) for token in window):
        return True
    return at < 5 and _asked(passage.before[-60:], words)


@lru_cache(maxsize=256)
def _asked(before: str, words: frozenset[str]) -> bool:
    return any(not words.isdisjoint((token.norm, *token.lemmas)) for token in tokens(before))


def adjacent(one: Token, two: Token) -> bool:
    """Whether only one space stands between two tokens."""
    return two.start - one.end == 1


def words_upto(passage: Passage, at: int, most: int) -> tuple[Token, ...]:
    """The words from a token on, at most so many, with nothing but space or hyphens between."""
    found: list[Token] = []
    tokens = passage.tokens
    index = at
    while index < len(tokens) and len(found) < most:
        token = tokens[index]
        if token.text[0].isalnum():
            if found and passage.text[found[-1].end : token.start].strip("-–— "):
                break
            found.append(token)
        elif token.text not in "-–—":
            break
        index += 1
    return tuple(found)


def words_from(passage: Passage, at: int, count: int) -> tuple[Token, ...]:
    """`count` words from a token on, with nothing but space or hyphens between; () where there are fewer."""
    found = words_upto(passage, at, count)
    return found if len(found) == count else ()


def adjective(word: str) -> str:
    """The nominative of an adjective in another case; other words unchanged."""
    for endings, base in ((("ем", "его", "ему", "им"), "ий"), (("ом", "ого", "ому", "ым"), "ый"), (("ой", "ую"), "ая")):
        for ending in endings:
            if word.endswith(ending) and len(word) > len(ending) + 2:
                return word[: -len(ending)] + base
    return word


@lru_cache(maxsize=1)
def english() -> frozenset[str]:
    """Common English words of study and work abroad."""
    return sets("words/english.txt")[""]
