"""Natasha's tagger over a copy of the turn that it can read: Kazakh letters mapped, and names given their capitals."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from msgspec.structs import replace as changed

from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.people import context
from pipeline.deidentify.people.context import END
from pipeline.deidentify.people.lexicon import lists, named, ordinary, readings, unknown, wordy
from pipeline.deidentify.words.letters import folded, latin

KAZAKH = str.maketrans("әғқңөұүіһӘҒҚҢӨҰҮІҺ", "агкноууихАГКНОУУИХ")
"""One Russian letter for each Kazakh one: offsets stay, and the tagger knows the letters."""
LONGEST = 4000
"""letters that the tagger reads at once"""
KINDS = {"PER": ("PERSON", 0.7), "LOC": ("CITY_SMALL", 0.4), "ORG": ("ORG_EMPLOYER", 0.4)}
"""Places and organisations get a low score: the gazetteers know the kind better and win."""


@lru_cache(maxsize=1)
def tagger() -> Any:
    """Natasha's news tagger; its weights ship in the wheel (0.5 s, 100 MB)."""
    from natasha import NewsEmbedding, NewsNERTagger

    return NewsNERTagger(NewsEmbedding())


def ahead(passages: Mapping[int, Passage]) -> dict[int, Passage]:
    """The passages with what the tagger sees in them: in batches of turns of like length it is nearly twice as fast.

    What it sees in a turn does not depend on the turns beside it.
    """
    read = dict(passages)
    numbers = [number for number, made in passages.items() if made.tokens]
    numbers.sort(key=lambda number: len(passages[number].text))
    for number, seen in zip(numbers, _spans([passages[number] for number in numbers]), strict=True):
        read[number] = changed(passages[number], tagged=seen)
    return read


def _spans(passages: Iterable[Passage]) -> Iterator[tuple[tuple[int, int, str], ...]]:
    texts = [recased(passage).translate(KAZAKH) for passage in passages]
    cuts = [parts(text) for text in texts]
    read = tagger().map([text[a:b] for text, cut in zip(texts, cuts, strict=True) for a, b in cut])
    for cut in cuts:
        yield tuple((a + one.start, a + one.stop, one.type) for a, _ in cut for one in next(read).spans)


def recased(passage: Passage) -> str:
    """The passage's text, same length, with a capital on every word that is likelier a name than a word."""
    if passage.cased:
        return passage.text
    letters = list(passage.text)
    fresh = True
    for at, token in enumerate(passage.tokens):
        listed = any(reading.sure > 0.7 for reading in readings(token.text))
        if fresh or (_likely(token) and (listed or not context.kazakh_speech(passage, at))):
            upper = letters[token.start].upper()
            letters[token.start] = upper if len(upper) == 1 else letters[token.start]
        fresh = token.text in END
    return "".join(letters)


def _likely(token: Token) -> bool:
    """Whether the word is a name or a place before anything else, or no word of the dictionary."""
    if not token.text[0].isalpha() or len(token.text) < 3 or latin(token.text):
        return False
    if unknown(token.norm):
        return True
    if wordy(token.norm) or ordinary(token.norm):
        return False
    return bool(readings(token.text)) or any("Geox" in tag or "Orgn" in tag for tag in token.tags)


def parts(text: str) -> list[tuple[int, int]]:
    """A text as (start, end) of parts that the tagger reads apart: one, unless it is longer than any turn is.

    A long one is cut behind a sentence, else at a space; its matrices would not fit into any cache.
    """
    made: list[tuple[int, int]] = []
    start = 0
    while len(text) - start > LONGEST:
        window = text[start : start + LONGEST]
        sentence = max(window.rfind(mark) for mark in (". ", "? ", "! ")) + 1
        cut = sentence or window.rfind(" ")
        end = start + (cut if window[: max(0, cut)].strip() else LONGEST)
        made.append((start, end))
        start = end
    return [*made, (start, len(text))] if text[start:].strip() else made


def tag(passage: Passage) -> Iterator[Finding]:
    """Persons, places and organisations as the tagger sees them."""
    starts = [token.start for token in passage.tokens]
    read = passage if passage.tagged is not None else ahead({0: passage})[0]
    for start, stop, type_ in read.tagged or ():
        kind, score = KINDS[type_]
        near = range(bisect_left(starts, start), bisect_left(starts, stop))
        inside = [at for at in near if passage.tokens[at].end <= stop]
        if inside and _kazakh(passage, inside):
            continue
        if kind == "PERSON":
            yield from _person(passage, inside)
        elif any(_telling(passage, at) for at in inside):
            yield Finding(start, stop, kind, score, f"tagger-{type_.lower()}")


def _kazakh(passage: Passage, inside: list[int]) -> bool:
    """Whether a span is Kazakh speech that the tagger, taught on Russian news, cannot read."""
    if any(reading.sure > 0.7 for at in inside for reading in readings(passage.tokens[at].text)):
        return False
    capital = passage.cased and any(passage.tokens[at].capital and not context.opens(passage, at) for at in inside)
    return not capital and any(context.kazakh_speech(passage, at) for at in inside)


def _telling(passage: Passage, at: int) -> bool:
    """Whether a word can be what makes a place or an organisation one: no ordinary word that only opens a sentence."""
    token = passage.tokens[at]
    if not token.text[0].isalpha() or len(token.text) < 2:
        return False
    if not passage.cased or not token.capital or context.opens(passage, at):
        return not ordinary(token.norm) and not (latin(token.text) and not passage.cased)
    return not (ordinary(token.norm) and any("Abbr" in tag for tag in token.tags))


def _person(passage: Passage, inside: list[int]) -> Iterator[Finding]:
    """A person's words without the ordinary ones at either end; less sure where nothing else speaks for a name."""
    first = next((at for at in inside if not _plain(passage, at)), -1)
    if first < 0:
        return
    last = next(at for at in reversed(inside) if not _plain(passage, at))
    words = passage.tokens[first : last + 1]
    sure = any(readings(word.text) and not wordy(word.norm) for word in words)
    shown = passage.cased and (not context.opens(passage, first) or (words[0].capital and unknown(words[0].norm)))
    if sure or shown or context.cue(passage, first) in ("introduction", "kin", "title"):
        yield Finding(words[0].start, words[-1].end, "PERSON", 0.7 if sure else 0.55, "tagger-per")


def _plain(passage: Passage, at: int) -> bool:
    """Whether a word inside a person's span is an ordinary one that no capital of its own makes a name."""
    token = passage.tokens[at]
    if not token.text[0].isalpha():
        return True
    if context.calling(token.norm):
        return True
    if (
        named(token.norm)
        and not wordy(token.norm)
        and (not ordinary(token.norm) or folded(token.text) in lists().given)
    ):
        return False
    if not ordinary(token.norm) and not latin(token.text):
        return False
    if passage.cased and token.capital and context.opens(passage, at) and context.acts(passage, at):
        return not readings(token.text)
    return not passage.cased or not token.capital or context.opens(passage, at)


RULES: tuple[Rule, ...] = (Rule("tagger", tag),)
