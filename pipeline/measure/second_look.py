"""What is hidden or asked about: how much of what must go a second look at the open words can catch, and what it costs.

Letters and digits are compared: marks and spaces between two parts of a name give nobody away.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from pipeline.measure.gold import Gold
from pipeline.model import Redaction

CUTS = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8)
"""risks from which is asked, of the curve"""
HIDDEN = 1.1
"""what stands for the risk of a letter that is hidden: it is caught whatever is asked"""


class Look(Struct, frozen=True):
    """What a second look at one gold file can catch."""

    variant: str
    words: int
    entities: tuple[tuple[str, float], ...]
    """class, and the highest risk from which asking still catches every mention; below 0 where nothing does"""
    mentions: tuple[tuple[str, float], ...]
    """kind, and the same of one mention"""
    questions: dict[str, float]
    """each question that is asked, and its highest risk"""


class Point(Struct, frozen=True):
    """What asking from a risk on brings and costs."""

    risk: float
    direct: float
    """per cent of entities hidden or asked about"""
    quasi: float
    questions_per_1000_words: float


def look(gold: Gold, found: Redaction) -> Look:
    """What can be caught in one gold file."""
    caught = letters(found)
    whole: dict[tuple[str, str], float] = {}
    mentions = []
    for number, turn in enumerate(gold.turns, start=1):
        for entity in turn.entities:
            if entity.cls == "keep":
                continue
            telling = [at for at in range(entity.start, entity.end) if turn.text[at].isalnum()]
            least = min((caught[number].get(at, -1.0) for at in telling), default=HIDDEN)
            mentions.append((entity.type, least))
            key = (entity.cls, entity.entity_id)
            whole[key] = min(whole.get(key, HIDDEN), least)
    asked: dict[str, float] = {}
    for one in found.open:
        asked[one.question] = max(asked.get(one.question, 0.0), one.risk)
    words = sum(len(turn.text.split()) for turn in gold.turns)
    entities = tuple((cls, least) for (cls, _), least in whole.items())
    return Look(gold.variant, words, entities, tuple(mentions), asked)


def letters(found: Redaction) -> dict[int, dict[int, float]]:
    """Number of a turn -> offset -> highest risk with which it is asked about; HIDDEN where it is hidden."""
    caught: dict[int, dict[int, float]] = defaultdict(dict)
    for one in found.open:
        for at in range(one.start, one.end):
            caught[one.turn][at] = max(one.risk, caught[one.turn].get(at, 0.0))
    for entity in found.entities:
        if entity.label:
            caught[entity.turn].update(dict.fromkeys(range(entity.start, entity.end), HIDDEN))
    return caught


def shares(looks: Sequence[Look], cut: float = 0.0) -> dict[str, float]:
    """Per cent of direct and of quasi entities that are hidden or asked about, where is asked from a risk on."""
    every = [entity for one in looks for entity in one.entities]
    return {cls: _percent([least >= cut for kind, least in every if kind == cls]) for cls in ("direct", "quasi")}


def kinds(looks: Sequence[Look]) -> dict[str, float]:
    """Per cent of mentions that are hidden or asked about, by kind."""
    every = [mention for one in looks for mention in one.mentions]
    return {kind: _percent([least >= 0 for k, least in every if k == kind]) for kind in sorted({k for k, _ in every})}


def questions(looks: Sequence[Look], cut: float = 0.0) -> float:
    """Distinct questions per 1,000 words, each interview as if it were the first of its study."""
    asked = sum(sum(risk >= cut for risk in one.questions.values()) for one in looks)
    return _per_thousand(asked, sum(one.words for one in looks))


def in_turn(looks: Sequence[Look]) -> tuple[float, ...]:
    """The same by interview, where nothing is asked again that an earlier one asked."""
    answered: set[str] = set()
    found = []
    for one in looks:
        found.append(_per_thousand(len(one.questions.keys() - answered), one.words))
        answered |= one.questions.keys()
    return tuple(found)


def curve(looks: Sequence[Look]) -> tuple[Point, ...]:
    """Recall over questions, by the risk from which is asked."""
    caught = {cut: shares(looks, cut) for cut in CUTS}
    return tuple(Point(cut, share["direct"], share["quasi"], questions(looks, cut)) for cut, share in caught.items())


def _percent(values: Sequence[bool]) -> float:
    return round(100 * sum(values) / len(values), 1) if values else 100.0


def _per_thousand(count: int, words: int) -> float:
    return round(1000 * count / words, 1) if words else 0.0


def rows(gold: Gold, found: Redaction) -> str:
    """A list with one item a turn, each a list of [start, end, risk] of what is open.

    Marks and spaces that lie between an open word and what is hidden or open after it are counted to the open word.
    """
    caught = letters(found)
    made = []
    for number, turn in enumerate(gold.turns, start=1):
        row = []
        for one in (one for one in found.open if one.turn == number):
            end = _joined(turn.text, one.end, caught[number])
            row.append([_joined_before(turn.text, one.start, caught[number]), end, one.risk])
        made.append(row)
    return json.dumps(made, ensure_ascii=False) + "\n"


def _joined(text: str, end: int, caught: Mapping[int, float]) -> int:
    """The end moved to what is caught next, where no letter lies between."""
    at = end
    while at < len(text) and at not in caught and not text[at].isalnum():
        at += 1
    return at if at < len(text) and at in caught else end


def _joined_before(text: str, start: int, caught: Mapping[int, float]) -> int:
    """The start moved to the end of what is hidden before, where no letter lies between."""
    at = start
    while at > 0 and at - 1 not in caught and not text[at - 1].isalnum():
        at -= 1
    return at if at > 0 and caught.get(at - 1) == HIDDEN else start


def lines(
    share: Mapping[str, float], by_kind: Mapping[str, float], asked: Sequence[float], points: Sequence[Point]
) -> Iterator[str]:
    """The measures as text; nothing where no second look was measured."""
    if not share:
        return
    yield f"  hidden or asked: {share['direct']} % direct, {share['quasi']} % quasi"
    yield "  mentions hidden or asked by kind: " + ", ".join(f"{kind} {value}" for kind, value in by_kind.items())
    yield "  questions per 1,000 words, interview by interview: " + ", ".join(map(str, asked))
    for point in points:
        yield (
            f"  asked from risk {point.risk:.2f} on: {point.questions_per_1000_words} questions per 1,000 words, "
            f"{point.direct} % direct, {point.quasi} % quasi"
        )
