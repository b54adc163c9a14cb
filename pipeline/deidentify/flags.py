"""Passages a person must read: nothing here masks anything, it says where to look and what might be cut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.deidentify.passage import Token, tokens
from pipeline.deidentify.people.kazakh_speech import is_kazakh
from pipeline.deidentify.words.inflect import fold
from pipeline.deidentify.words.lists import lists, sets
from pipeline.deidentify.words.phrases import read
from pipeline.model import Dialogue, Flag, Turn

WORDS = sets("flags.txt")
LISTS = lists("flags.txt")
OFF_RECORD = re.compile(
    r"не (?:для|под) (?:записи|запись|протокола|печати|публикации)|не записыва\w+|выключи\w* (?:запись|диктофон)"
    r"|останови\w* запись|вы(?:режете|режьте|режи|резать|реж\w+)|(?:это )?между нами|только между нами|не публику\w+"
    r"|не указыва\w+|без имен|сотр[иеё]\w*|удалит\w* это|уберит\w* это|это (?:лучше )?убер\w+"
    r"|не (?:надо|нужно) это записывать"
    r"|off the record|поставь\w* на паузу|жазба",
)
STRETCH = 5
"""Kazakh words on end that make a stretch"""
MOSTLY = 0.5
"""share of Kazakh words from which an interview counts as Kazakh"""
OPENING, CLOSING = 4, 8
"""turns at the beginning and the end in which greetings and farewells are looked for"""
THIRD = WORDS["third_person"]


@lru_cache(maxsize=1)
def sensitive() -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """First folded lemma -> rules and the words that must follow."""
    made: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for rule, phrase in read("sensitive.txt"):
        words = tuple(fold(word) for word in phrase.split())
        made.setdefault(words[0], []).append((rule, words))
    return {first: tuple(found) for first, found in made.items()}


def flags(dialogue: Dialogue) -> tuple[Flag, ...]:
    """Flags of a dialogue, in order of turn, start and rule."""
    found: list[Flag] = []
    for index, turn in enumerate(dialogue.turns):
        said = tokens(turn.text)
        found += _sensitive(turn, said)
        found += _off_record(turn)
        found += _kazakh(turn, said)
        if index < OPENING or index >= len(dialogue.turns) - CLOSING:
            found += _proposed_cut(turn, said, index < OPENING)
    if dialogue.turns and kazakh_share(dialogue) > MOSTLY:
        found.append(Flag(dialogue.turns[0].number, 0, len(dialogue.turns[0].text), "mostly-kazakh"))
    return tuple(sorted(set(found), key=lambda f: (f.turn, f.start, f.end, f.rule)))


def _sensitive(turn: Turn, said: tuple[Token, ...]) -> Iterator[Flag]:
    """One flag a rule and sentence, on the words that raised it; accusations only where somebody else is spoken of."""
    raised: dict[tuple[str, int], tuple[int, int]] = {}
    sentence = 0
    for at, token in enumerate(said):
        sentence += token.text in ".!?…"
        for lemma in (token.norm, *token.lemmas):
            for rule, words in sensitive().get(fold(lemma), ()):
                if _follow(said, at, words) and (rule != "accusation" or _third_person(said, at)):
                    key = (rule, sentence)
                    start = raised.get(key, (token.start, 0))[0]
                    raised[key] = (start, said[at + len(words) - 1].end)
    for (rule, _), (start, end) in raised.items():
        yield Flag(turn.number, start, end, rule)


def _follow(said: tuple[Token, ...], at: int, words: tuple[str, ...]) -> bool:
    window = said[at : at + len(words)]
    return len(window) == len(words) and all(
        word in (fold(token.norm), *map(fold, token.lemmas)) for word, token in zip(words, window, strict=True)
    )


def _third_person(said: tuple[Token, ...], at: int) -> bool:
    """Whether the sentence speaks of somebody: a pronoun, an office or a name."""
    window = said[max(0, at - 12) : at + 12]
    return any(
        token.norm in THIRD
        or THIRD.intersection(token.lemmas)
        or any("Name" in tag or "Surn" in tag for tag in token.tags[:1])
        for token in window
    )


def _off_record(turn: Turn) -> Iterator[Flag]:
    for match in OFF_RECORD.finditer(fold(turn.text)):
        yield Flag(turn.number, match.start(), match.end(), "off-the-record")


def _kazakh(turn: Turn, said: tuple[Token, ...]) -> Iterator[Flag]:
    """Stretches of Kazakh; one word that is not may stand between two that are."""
    first = last = -1
    count = gap = 0
    for token in (*(t for t in said if t.text[0].isalpha()), None):
        if token is not None and is_kazakh(token.norm):
            first = token.start if count == 0 else first
            last, count, gap = token.end, count + 1, 0
            continue
        gap += 1
        if token is None or gap > 1:
            if count >= STRETCH:
                yield Flag(turn.number, first, last, "kazakh")
            count = 0


def kazakh_share(dialogue: Dialogue) -> float:
    """Share of Kazakh words among all words of an interview."""
    words = [token.norm for turn in dialogue.turns for token in tokens(turn.text) if token.text[0].isalpha()]
    return sum(map(is_kazakh, words)) / len(words) if words else 0.0


def _proposed_cut(turn: Turn, said: tuple[Token, ...], opening: bool) -> Iterator[Flag]:
    """Turns at either end in which people greet, part or exchange contacts: proposed as cuts."""
    words = [fold(token.norm) for token in said]
    if any(word.startswith(LISTS["exchange"]) for word in words) and not opening:
        yield Flag(turn.number, 0, len(turn.text), "contacts-exchanged")
    elif opening and WORDS["greeting"].intersection(words):
        yield Flag(turn.number, 0, len(turn.text), "greeting")
    elif not opening and len(words) < 15 and WORDS["farewell"].intersection(words):
        yield Flag(turn.number, 0, len(turn.text), "farewell")
