"""The interview guide: its questions as a file of lines, and which turn of an interview asks which of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.attribute import CUES
from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

SUFFIXES = (".txt", ".md")
MOST_BYTES = 1 << 20
MARKER = re.compile(r"^\s*(?:[-*•–—+]\s+|>\s*)*(?:\(?(?:\d{1,3}(?:\.\d{1,3})*)[.)]\s*|[a-zа-я]\)\s*)?", re.IGNORECASE)
"""what stands before a question in a list: a dash, a number, a letter"""
ASIDE = re.compile(r"^\s*(?:#|[-*_=]{3,}\s*$)")
"""a heading, a comment or a rule: no question"""
SURE = 0.5
"""likeness (0–1) from which a turn asks a question of the guide wherever it stands"""
IN_ORDER = 0.38
"""the same for a turn that stands where the guide's order would have the question"""
RECALL = 0.75
"""how much of the likeness is the question's words in the turn; the rest is the turn's words in the question"""
ALIKE = 80.0
"""likeness (0–100) of two lemmas of one root, or of one misheard: «работа» and «работать»"""
LONG = 5
"""letters of a lemma from which another spelling may be the same word"""
FAINT = 0.25
"""weight of a word that stands in any question, against one that says what it is about"""
FORM = {"PREP", "CONJ", "PRCL", "INTJ", "NPRO", "PRED"}
"""parts of speech that hold a sentence together and tell nothing of its subject"""
Lemmas = tuple[str, ...]
Question = dict[str, float]
"""a question of the guide: how much each of its lemmas weighs"""


def read(file: Path) -> tuple[str, ...]:
    """The guide's questions in order, one a line, without the marks of a list. Raises ConfigError."""
    if file.suffix.lower() not in SUFFIXES:
        raise unreadable("it is neither .txt nor .md")
    try:
        data = file.read_bytes() if file.stat().st_size <= MOST_BYTES else b""
    except OSError:
        raise unreadable("there is no such file, or it cannot be opened") from None
    lines = (line for line in _text(data).splitlines() if line.strip() and not ASIDE.match(line))
    questions = tuple(question for line in lines if (question := _question(line)))
    if not questions:
        raise unreadable("it holds no question")
    return questions


def unreadable(why: str) -> ConfigError:
    return ConfigError(
        f"study.yaml: the interview guide that `study: guide:` names cannot be read: {why}.",
        "Save it as plain text (.txt or .md, UTF-8) with one question a line, and name it relative to the study; or "
        "leave `guide:` empty.",
    )


def _text(data: bytes) -> str:
    """UTF-8 with or without BOM, UTF-16 with BOM, else Windows-1251."""
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1251")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise unreadable("it is no text in UTF-8 or Windows-1251")


def _question(line: str) -> str:
    """One line without what stands before it in a list, emphasis and doubled spaces; "" where no word is left."""
    bare = " ".join(re.sub(r"[*_`]{1,3}", "", MARKER.sub("", line, count=1)).split())
    return bare if re.search(r"[^\W\d_]", bare) else ""


def matched(texts: Sequence[str], questions: Sequence[str]) -> tuple[int, ...]:
    """For each text the number (1, 2, …) of the question that it is the first to ask, 0 where it asks none.

    Each question begins at most once, with the text that is most like it. What is likely is settled first; what is
    only possible counts where it stands between its neighbours of the guide.
    """
    known = weighed(questions)
    likeness = [
        (score, place, number)
        for place, text in enumerate(texts)
        for number, score in enumerate(_scores(text, known), 1)
        if score >= IN_ORDER
    ]
    likeness.sort(key=lambda one: (-one[0], one[1], one[2]))
    found: dict[int, int] = {}
    for needed in (SURE, IN_ORDER):
        for score, place, number in likeness:
            free = place not in found and number not in found.values()
            if free and score >= needed and (needed == SURE or _in_order(found, place, number)):
                found[place] = number
    return tuple(found.get(place, 0) for place in range(len(texts)))


def _in_order(found: Mapping[int, int], place: int, number: int) -> bool:
    """Whether the nearest questions found before and after are those that the guide has before and after."""
    before = max((other for other in found if other < place), default=None)
    after = min((other for other in found if other > place), default=None)
    follows = before is None or found[before] < number
    leads = after is None or number < found[after]
    return bool(found) and follows and leads


def weighed(questions: Sequence[str]) -> tuple[Question, ...]:
    """Questions with the weight of each lemma: the rarer in the guide the more, everyday words little."""
    lemmas = [frozenset(lemmatised(question)) for question in questions]
    return tuple(
        {
            lemma: (FAINT if everyday(lemma) else 1.0)
            * log(1 + (len(lemmas) + 1) / sum(lemma in other for other in lemmas))
            for lemma in sorted(own)
        }
        for own in lemmas
    )


def _scores(text: str, questions: Sequence[Question]) -> list[float]:
    """Likeness (0–1) of a turn to each question: of its best sentence, or of two that follow each other."""
    sentences = [lemmatised(part) for part in re.split(r"(?<=[.?!…])\s+", text) if part.strip()]
    spans = [*sentences, *(one + other for one, other in pairwise(sentences))]
    return [round(max((_score(span, question) for span in spans), default=0.0), 4) for question in questions]


def _score(said: Lemmas, question: Question) -> float:
    """How much of the question is said, and how much of what is said is the question."""
    words = frozenset(said)
    if not words or not question:
        return 0.0
    best = {lemma: max(_same(lemma, word) for word in words) for lemma in question}
    topical = any(share and not everyday(lemma) for lemma, share in best.items())
    if not topical and not all(everyday(lemma) for lemma in question):
        return 0.0
    recall = sum(weight * best[lemma] for lemma, weight in question.items()) / sum(question.values())
    told = {word: (FAINT if everyday(word) else 1.0) for word in words}
    shared = sum(weight * max(_same(word, lemma) for lemma in question) for word, weight in told.items()) / sum(
        told.values()
    )
    return RECALL * recall + (1 - RECALL) * shared


@lru_cache(maxsize=100_000)
def _same(one: str, other: str) -> float:
    """1 for the same lemma, less for one like it, 0 for another word."""
    if one == other:
        return 1.0
    if min(len(one), len(other)) < LONG or one[0] != other[0] or everyday(one) or everyday(other):
        return 0.0
    from rapidfuzz import fuzz

    likeness = float(fuzz.ratio(one, other))
    return (likeness / 100) ** 2 if likeness >= ALIKE else 0.0


def lemmatised(text: str) -> Lemmas:
    """The words of a text in their dictionary forms, ё as е."""
    return tuple(_parsed(word)[0] for word in re.findall(r"[^\W\d_]+", text.casefold().replace("ё", "е")))


@cache
def everyday(lemma: str) -> bool:
    """Whether a lemma stands in any question, whatever it is about."""
    return lemma in PLAIN_USUAL or _parsed(lemma)[1] in FORM


PLAIN_USUAL = frozenset(CUES["guide"]["usual"].replace("ё", "е").split())
"""lemmas of an interviewer's everyday, whatever he asks about"""


@lru_cache(maxsize=50_000)
def _parsed(word: str) -> tuple[str, str]:
    """Dictionary form and part of speech of a word in lower case."""
    first = _morph().parse(word)[0]
    return str(first.normal_form).replace("ё", "е"), str(first.tag.POS or "")


@cache
def _morph() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")
