"""How much of a gold set's identifiers the default policy hides, and what that means for a study of interviews."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace as changed

from pipeline.deidentify import stage
from pipeline.measure import second_look
from pipeline.measure.gold import Gold, dialogue, load
from pipeline.model import Entity, Job, Redaction

STUDY = 22
"""interviews in the reference study"""
RESAMPLES = 2000


class Tally(Struct, frozen=True):
    """What was counted in one gold file."""

    id: str
    variant: str
    entities: dict[str, tuple[int, int]]
    """class -> (protected, all): an entity is protected when every mention is covered whole"""
    spans: dict[str, tuple[int, int]]
    """kind -> (mentions covered whole, all)"""
    masked: tuple[int, int]
    """(masked characters that gold marks as direct or quasi, all masked characters)"""
    kept: tuple[int, int]
    """(mentions that must stay and were touched, all that must stay)"""
    people: tuple[int, int]
    """(people with one label for all their found mentions, all people found)"""
    labels: tuple[int, int]
    """(labels that two or more people share, all labels on people)"""


class Measure(Struct, frozen=True):
    """A share in per cent with its interval, by resampling interviews."""

    value: float
    low: float
    high: float


class Variant(Struct, frozen=True):
    """The report on one variant of the gold set."""

    variant: str
    interviews: int
    direct: Measure
    quasi: Measure
    precision: Measure
    """of masked characters"""
    keep_masked: Measure
    """share of what must stay that was masked"""
    one_label: Measure
    """share of people who have one label"""
    shared_labels: Measure
    """share of labels that different people share"""
    kinds: dict[str, float]
    """recall of mentions by kind"""
    misses_direct: float
    """direct entities not fully hidden, expected in an interview"""
    misses_quasi: float
    misses_study: float
    """direct entities not fully hidden, expected in a study of 22"""
    clean_interviews: float
    """share of interviews in which no direct entity is missed"""
    worst: str
    """the interview with the lowest direct recall, and that recall"""
    worst_direct: float
    hidden_or_asked: dict[str, float] = {}
    """direct and quasi: share of entities of which every mention is hidden or asked about, letter for letter"""
    hidden_or_asked_kinds: dict[str, float] = {}
    """the same of mentions by kind"""
    questions_per_1000_words: float = 0.0
    """distinct ones, each interview as if it were the first"""
    questions_in_turn: tuple[float, ...] = ()
    """the same by interview, those of earlier interviews answered"""
    curve: tuple[second_look.Point, ...] = ()
    """what is hidden or asked, and how much is asked, by the risk from which is asked"""


class Report(Struct, frozen=True):
    """Results of a gold set by variant."""

    variants: tuple[Variant, ...]


def redact(gold: Gold, settings: stage.Settings) -> Redaction:
    """The stage's own result on a gold interview, with no contacts."""
    return stage.redact(stage.Item(Job(gold.id, Path()), dialogue(gold)), settings)


def masked(entities: Iterable[Entity]) -> dict[int, list[Entity]]:
    """Entities that the policy does not keep, by index of the turn (from 0)."""
    found: dict[int, list[Entity]] = defaultdict(list)
    for entity in entities:
        if entity.label:
            found[entity.turn - 1].append(entity)
    return found


def tally(gold: Gold, entities: Sequence[Entity]) -> Tally:
    """Counts for one gold file."""
    hidden = masked(entities)
    spans: dict[str, list[bool]] = defaultdict(list)
    whole: dict[tuple[str, str], bool] = {}
    right = total = touched = keep = 0
    for index, turn in enumerate(gold.turns):
        covered = {i for e in hidden[index] for i in range(e.start, e.end)}
        wanted: set[int] = set()
        for entity in turn.entities:
            characters = range(entity.start, entity.end)
            if entity.cls == "keep":
                keep += 1
                touched += not covered.isdisjoint(characters)
                continue
            wanted.update(characters)
            safe = covered.issuperset(characters)
            spans[entity.type].append(safe)
            key = (entity.cls, entity.entity_id)
            whole[key] = whole.get(key, True) and safe
        total += len(covered)
        right += len(covered & wanted)
    people, labels = _labels(gold, hidden)
    return Tally(
        gold.id,
        gold.variant,
        {c: _share(ok for (cls, _), ok in whole.items() if cls == c) for c in ("direct", "quasi")},
        {kind: _share(found) for kind, found in sorted(spans.items())},
        (right, total),
        (touched, keep),
        people,
        labels,
    )


def _share(values: Iterable[bool]) -> tuple[int, int]:
    listed = list(values)
    return sum(listed), len(listed)


def _labels(gold: Gold, hidden: dict[int, list[Entity]]) -> tuple[tuple[int, int], tuple[int, int]]:
    """One label per person, and labels that several people share."""
    labels_of: dict[str, set[str]] = defaultdict(set)
    people_of: dict[str, set[str]] = defaultdict(set)
    for index, turn in enumerate(gold.turns):
        for entity in turn.entities:
            if entity.type != "PERSON" or entity.cls == "keep":
                continue
            for found in hidden[index]:
                if found.start < entity.end and entity.start < found.end:
                    labels_of[entity.entity_id].add(found.entity_id)
                    people_of[found.entity_id].add(entity.entity_id)
    one = _share(len(labels) == 1 for labels in labels_of.values())
    shared = _share(len(people) > 1 for people in people_of.values())
    return one, shared


def report(tallies: Sequence[Tally], looks: Sequence[second_look.Look] = ()) -> Report:
    """The measures by variant, with intervals by interview."""
    order = list(dict.fromkeys(t.variant for t in tallies))
    return Report(
        tuple(
            _asked(_variant(name, [t for t in tallies if t.variant == name]), [k for k in looks if k.variant == name])
            for name in order
        )
    )


def _asked(variant: Variant, looks: Sequence[second_look.Look]) -> Variant:
    """With what a second look at the open words adds."""
    if not looks:
        return variant
    return changed(
        variant,
        hidden_or_asked=second_look.shares(looks),
        hidden_or_asked_kinds=second_look.kinds(looks),
        questions_per_1000_words=second_look.questions(looks),
        questions_in_turn=second_look.in_turn(looks),
        curve=second_look.curve(looks),
    )


def _variant(name: str, tallies: Sequence[Tally]) -> Variant:
    kinds: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for one in tallies:
        for kind, counts in one.spans.items():
            kinds[kind].append(counts)
    missed = [t.entities["direct"][1] - t.entities["direct"][0] for t in tallies]
    missed_quasi = [t.entities["quasi"][1] - t.entities["quasi"][0] for t in tallies]
    worst = min(tallies, key=lambda t: (_percent([t.entities["direct"]]), t.id))
    return Variant(
        name,
        len(tallies),
        _measure([t.entities["direct"] for t in tallies]),
        _measure([t.entities["quasi"] for t in tallies]),
        _measure([t.masked for t in tallies]),
        _measure([t.kept for t in tallies]),
        _measure([t.people for t in tallies]),
        _measure([t.labels for t in tallies]),
        {kind: _percent(counts) for kind, counts in sorted(kinds.items())},
        round(sum(missed) / len(missed), 2),
        round(sum(missed_quasi) / len(missed_quasi), 2),
        round(STUDY * sum(missed) / len(missed), 1),
        round(sum(not count for count in missed) / len(missed), 3),
        worst.id,
        _percent([worst.entities["direct"]]),
    )


def _percent(counts: Sequence[tuple[int, int]]) -> float:
    """Share in per cent over several (part, all); 100.0 where there is nothing to find."""
    part, whole = sum(c[0] for c in counts), sum(c[1] for c in counts)
    return round(100 * part / whole, 1) if whole else 100.0


def _measure(counts: Sequence[tuple[int, int]]) -> Measure:
    """The share and its 95 % interval over resampled interviews; the same on every run."""
    draw = random.Random(len(counts))
    values = sorted(_percent(draw.choices(counts, k=len(counts))) for _ in range(RESAMPLES))
    value = _percent(counts)
    if not any(whole for _, whole in counts):
        return Measure(0.0, 0.0, 0.0)
    return Measure(value, values[int(0.025 * RESAMPLES)], values[int(0.975 * RESAMPLES) - 1])


class Written(Struct, frozen=True):
    """Where what was found in each gold file is written to, None for nowhere."""

    spans: Path | None = None
    """folder for what is hidden"""
    open: Path | None = None
    """folder for what is asked about"""


def evaluate(folder: Path, written: Written = Written(), settings: stage.Settings | None = None) -> Report:
    """Run the stage on every gold file of a folder, measure, and write down what it found where that is wanted."""
    chosen = settings or stage.Settings()
    tallies, looks = [], []
    for name, gold in load(folder).items():
        found = redact(gold, chosen)
        tallies.append(tally(gold, found.entities))
        looks.append(second_look.look(gold, found))
        rows = ((written.spans, _spans(gold, found.entities)), (written.open, second_look.rows(gold, found)))
        for target, lines_of in rows:
            if target is not None:
                target.mkdir(parents=True, exist_ok=True)
                (target / name).write_text(lines_of, encoding="utf-8")
    return report(tallies, looks)


def _spans(gold: Gold, entities: Sequence[Entity]) -> str:
    """A list with one item a turn, each a list of [start, end, label]."""
    hidden = masked(entities)
    rows = [
        [[e.start, e.end, e.label] for e in sorted(hidden[i], key=lambda e: e.start)] for i in range(len(gold.turns))
    ]
    return json.dumps(rows, ensure_ascii=False) + "\n"


def lines(result: Report) -> tuple[str, ...]:
    """The report as text, a paragraph a variant."""
    said: list[str] = []
    for v in result.variants:
        said += [
            f"{v.variant} ({v.interviews} interviews)",
            f"  direct identifiers hidden     {_said(v.direct)}",
            f"  quasi-identifiers hidden      {_said(v.quasi)}",
            f"  masked characters that should {_said(v.precision)}",
            f"  must stay, wrongly masked     {_said(v.keep_masked)}",
            f"  people with one label         {_said(v.one_label)}",
            f"  labels shared by people       {_said(v.shared_labels)}",
            f"  expected misses: {v.misses_direct} direct and {v.misses_quasi} quasi an interview, "
            f"{v.misses_study} direct in a study of {STUDY}",
            f"  interviews without a direct miss: {100 * v.clean_interviews:.0f} %; "
            f"worst: {v.worst} ({v.worst_direct} %)",
            "  mentions hidden by kind: " + ", ".join(f"{kind} {share}" for kind, share in v.kinds.items()),
        ]
        said += second_look.lines(v.hidden_or_asked, v.hidden_or_asked_kinds, v.questions_in_turn, v.curve)
    return tuple(said)


def _said(measure: Measure) -> str:
    return f"{measure.value:5.1f} %  ({measure.low}–{measure.high})"
