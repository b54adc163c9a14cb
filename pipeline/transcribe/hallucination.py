"""What a speech recogniser invents, and how that shows: named rules over a window's draft and over its sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib.resources import files
from itertools import pairwise

from msgspec import Struct


class Draft(Struct, frozen=True):
    """What an engine made of one window, before anyone believes it."""

    text: str
    seconds: float
    """length of the window"""
    log_probability: float
    """mean over the tokens"""
    no_speech: float
    """probability that the window holds no speech"""
    compression: float
    """bytes of the text by bytes of the text compressed"""
    finished: bool
    """the engine ended the text itself"""
    tokens: tuple[int, ...] = ()
    """of the text alone"""
    language: str = ""
    prompt: str = ""
    """what the engine was told to expect"""


class Rule(Struct, frozen=True):
    name: str
    broken: Callable[[Draft], bool]
    again: bool = False
    """worth decoding once more at a higher temperature"""
    drops: bool = False
    """text that still breaks it is taken out of the transcript"""
    splits: bool = False
    """a long window that still breaks it is decoded in two halves"""


def plain(text: str) -> str:
    """Letters and digits in lower case, ё as е, one space between words."""
    return " ".join(re.findall(r"\w+", text.casefold().replace("ё", "е")))


def echoes(draft: Draft) -> bool:
    """Whether the text is a piece of the prompt, four words or longer and more than a few sounds."""
    said = plain(draft.text)
    return said.count(" ") >= 3 and letters(said) >= 12 and f" {said} " in f" {plain(draft.prompt)} "


def phrases(kind: str) -> tuple[re.Pattern[str], ...]:
    """Patterns of one kind in invented.txt."""
    lines = files("pipeline.transcribe").joinpath("invented.txt").read_text("utf-8").splitlines()
    return tuple(re.compile(line.removeprefix(f"{kind}: ")) for line in lines if line.startswith(f"{kind}: "))


CREDITS, SAYABLE = phrases("credits"), phrases("sayable")

RULES = (
    Rule("wordless", lambda d: not any(letter.isalnum() for letter in d.text), drops=True),
    Rule("no-speech", lambda d: d.no_speech > 0.6 and d.log_probability < -1.0, drops=True),
    Rule("credits", lambda d: any(said.fullmatch(plain(d.text)) for said in CREDITS), drops=True),
    Rule("echo", echoes, again=True, drops=True),
    Rule("loop", lambda d: d.compression > 2.4, again=True, drops=True, splits=True),
    Rule("too-fast", lambda d: len(d.text.split()) > 3 + 8 * d.seconds, again=True, drops=True),
    Rule("unfinished", lambda d: not d.finished, splits=True),
    Rule("hopeless", lambda d: d.log_probability < -2.0, again=True, drops=True),
    Rule("low-probability", lambda d: d.log_probability < -1.0, again=True),
)
"""In order of what they say; whisper's own limits, but that a doubtful text is kept, with its low confidences, where
its mean token is not worse than one in seven. Ordinary Russian compresses by less than 2.2 in half a minute."""


def broken(draft: Draft) -> Rule | None:
    """The first rule a draft breaks."""
    return next((rule for rule in RULES if draft.text and rule.broken(draft)), None)


class Sentence(Struct, frozen=True):
    """Words between two ends of a sentence, or two longer silences, and what speaks for them."""

    text: str
    confidence: float
    """mean over the words"""
    spoken: float
    """seconds of speech, by voice detection and energy, that the words were laid on"""
    covered: float
    """share of the words' own time, as the engine aligned them, that lies in speech; 0–1"""
    no_speech: float
    """probability that its window holds no speech"""


def letters(text: str) -> int:
    return sum(letter.isalnum() for letter in text)


def weak(s: Sentence) -> bool:
    """Whether little but the recogniser's habit speaks for a sentence."""
    return s.confidence < 0.5 or s.no_speech > 0.4 or s.covered < 0.5 or letters(s.text) > 10 + 25 * s.spoken


SENTENCE_RULES: tuple[tuple[str, Callable[[Sentence], bool]], ...] = (
    ("credits", lambda s: any(said.fullmatch(plain(s.text)) for said in CREDITS)),
    ("boilerplate", lambda s: weak(s) and any(said.fullmatch(plain(s.text)) for said in SAYABLE)),
    ("outside-speech", lambda s: s.covered < 0.1 and s.confidence < 0.5),
    ("impossible-rate", lambda s: letters(s.text) > 5 + 28 * s.spoken and s.confidence < 0.4),
)
"""Nothing here drops a word for what it is unless nobody says it: «Спасибо» and «Да» are on no list. Fast Russian is
about 18 letters a second, the fastest 25; more is beyond anybody, and where the engine is sure of it, its times are
what is wrong."""


def invented(sentence: Sentence) -> str:
    """Name of the first rule a sentence breaks, "" if none."""
    return next((name for name, broken in SENTENCE_RULES if broken(sentence)), "")


LONGEST_PHRASE = 8
"""words of a phrase whose repetition is looked for"""


def repeats(texts: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Index ranges of words that only say once more what was said twice in a row before: a recogniser that is stuck.

    One word counts from its eighth time on, a phrase from its fourth: «да-да-да, да, да» is how people talk.
    """
    said = [plain(text) for text in texts]
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(said):
        for size in range(1, LONGEST_PHRASE + 1):
            end = at
            while said[end : end + size] == said[at : at + size] and end + size <= len(said):
                end += size
            if (end - at) // size >= (8 if size == 1 else 4):
                found.append((at + 2 * size, end))
                at = end
                break
        else:
            at += 1
    return tuple(found)


SENTENCE_END = re.compile(r"[.?!…]+[»\"')]*$")
INITIALS = re.compile(r"^([А-ЯA-ZӘҒҚҢӨҰҮҺІ]\.)+$")
SILENCE = 0.8
"""seconds between two words that part two sentences, whatever the punctuation"""


def sentences(texts: Sequence[str], times: Sequence[tuple[float, float]]) -> tuple[tuple[int, int], ...]:
    """Index ranges of sentences: after a full stop that is no initial's, and across a longer silence."""
    cuts = [
        index + 1
        for index, (before, after) in enumerate(pairwise(times))
        if after[0] - before[1] > SILENCE or (SENTENCE_END.search(texts[index]) and not INITIALS.match(texts[index]))
    ]
    edges = [0, *cuts, len(texts)]
    return tuple((start, end) for start, end in pairwise(edges) if end > start)
