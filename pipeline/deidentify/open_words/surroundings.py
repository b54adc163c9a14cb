"""What an interview tells of its words: what is hidden beside them, who is known, how well it was heard."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from pipeline.deidentify.open_words.ordinary import facts
from pipeline.deidentify.passage import Passage, Token, normal
from pipeline.deidentify.people.endings import nominatives
from pipeline.deidentify.words.letters import folded, key
from pipeline.model import Entity, Turn

KAZAKH = frozenset("әғқңөұүһі")
HALF = re.compile(r"(\w{4,})-$")
"""what a hyphen joins to what follows"""
GARBLED = 0.04
"""share of strange words from which a text was heard badly"""
TELLING = 200
"""words from which that share tells anything"""


class Interview(Struct, frozen=True):
    """What is true of all turns of an interview."""

    garbled: bool
    """words are so often strange that names are likely cut and joined at the wrong places"""
    people: frozenset[str]
    """how the known people's names sound"""
    halves: frozenset[str]
    """words that a hyphen joins to somebody's name somewhere"""


class Cover(Struct, frozen=True):
    """What the search says of one turn."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    states: tuple[str, ...]
    """for each stretch: "hidden", "kept", or "harmless": a word that names nobody where it stands"""

    def over(self, start: int, end: int) -> str:
        """The state of what the search found that touches a stretch, else ""."""
        at = bisect_right(self.starts, start)
        for index in (at - 1, at):
            if 0 <= index < len(self.starts) and self.starts[index] < end and start < self.ends[index]:
                return self.states[index]
        return ""

    def found(self, token: Token) -> bool:
        """Whether the search found a word to be hidden or kept, so that nobody is asked about it."""
        return self.over(token.start, token.end) in ("hidden", "kept")

    def hides(self, token: Token) -> bool:
        """Whether a word is hidden."""
        return self.over(token.start, token.end) == "hidden"


def interview(passages: Mapping[int, Passage], entities: Sequence[Entity]) -> Interview:
    """What all turns together tell."""
    words = [token for passage in passages.values() for token in passage.tokens if token.text.isalpha()]
    strange = sum(map(_strange, words))
    texts = {turn: passage.text for turn, passage in passages.items()}
    names = {
        key(form)
        for entity in entities
        if entity.kind == "PERSON" and entity.label
        for word in texts[entity.turn][entity.start : entity.end].split()
        if len(word) > 3
        for form in nominatives(folded(word.strip('.,!?«»"')))
    }
    hidden = [entity for entity in entities if entity.kind == "PERSON" and entity.label]
    halves = {half for entity in hidden for half in HALF.findall(texts[entity.turn][: entity.start])}
    return Interview(strange > GARBLED * max(len(words), TELLING), frozenset(names), frozenset(map(normal, halves)))


def _strange(token: Token) -> bool:
    return not token.capital and not token.text.isascii() and not KAZAKH & {*token.norm} and not facts(token.norm).known


def cover(found: Iterable[tuple[int, int, str]]) -> Cover:
    """Stretches (start, end, state) that lie apart, in order."""
    ordered: Sequence[tuple[int, int, str]] = sorted(found)
    return Cover(tuple(s for s, _, _ in ordered), tuple(e for _, e, _ in ordered), tuple(h for _, _, h in ordered))


def doubts(turn: Turn) -> dict[int, tuple[float, bool]]:
    """Offset of a word -> how unsure the recogniser was of it (0–1), and whether another source read it otherwise."""
    return {
        start: (1 - word.confidence, bool(word.other))
        for word, (start, _) in zip(turn.words, turn.spans, strict=True)
        if word.confidence < 1 or word.other
    }
