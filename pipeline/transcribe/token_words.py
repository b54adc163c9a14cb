"""Tokens and their moments as words with times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pipeline.transcribe.engine import Timed

TOKENS_A_SECOND = 50
"""positions of the encoder's output"""


class Piece(NamedTuple):
    """A part of a word as whisper's tokenizer cuts it: the fields of whisper.timing.WordTiming that are used here."""

    word: str
    tokens: list[int]
    start: float
    end: float
    probability: float


def words(timings: Sequence[Any], language: str = "") -> tuple[Timed, ...]:
    """Whisper's pieces as words, split at white space alone; times and confidence are those of letters and digits."""
    groups: list[list[Any]] = []
    for piece in timings:
        if groups and not piece.word[:1].isspace():
            groups[-1].append(piece)
        elif piece.word.strip():
            groups.append([piece])
    made = []
    for group in groups:
        sounding = [piece for piece in group if any(letter.isalnum() for letter in piece.word)] or group
        tokens = sum(len(piece.tokens) for piece in sounding)
        confidence = sum(float(piece.probability) * len(piece.tokens) for piece in sounding) / tokens
        text = "".join(piece.word for piece in group).strip()
        made += [
            Timed(float(sounding[0].start), float(sounding[-1].end), part, round(confidence, 3), language)
            for part in text.split()
        ]
    return tuple(made)


def pieces(
    tokenizer: Any, tokens: Sequence[int], path: Sequence[tuple[int, int]], chances: Sequence[float]
) -> list[Piece]:
    """Pieces of words from a path of (token, position) pairs, as dynamic time warping gives it, in order.

    A token begins where the path first reaches it. `chances` are the probabilities of the tokens.
    """
    reached: dict[int, int] = {}
    for token, position in path:
        reached.setdefault(token, position)
    texts, groups = tokenizer.split_to_word_tokens([*tokens, tokenizer.eot])
    if len(groups) <= 1:
        return []
    made: list[Piece] = []
    at = 0
    for text, group in zip(texts[:-1], groups[:-1], strict=True):
        after = at + len(group)
        start, end = reached[at] / TOKENS_A_SECOND, reached.get(after, path[-1][1]) / TOKENS_A_SECOND
        made.append(Piece(text, group, start, end, sum(chances[at:after]) / len(group)))
        at = after
    return made
