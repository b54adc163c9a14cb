"""What people decided about proposed redactions, as one pure function from a Redaction to the one that is released."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace as changed

from pipeline.corrections.apply import Key, keys, turn_name
from pipeline.decisions import second_look
from pipeline.decisions.second_look import Asked, Beside
from pipeline.decisions.second_look import State as Standing
from pipeline.deidentify.labels import policy
from pipeline.deidentify.labels.replace import Style, label_all, marks, released
from pipeline.model import Decision, Dialogue, Entity, Flag, Open, Redaction
from pipeline.store.artifacts import digest

State = Literal["undecided", "accepted", "rejected", "edited", "added", "kept"]
FOUND_BY = "reviewer"


class Mark(Struct, frozen=True):
    """One stretch of a turn and how it stands."""

    entity: Entity
    """as released: its label is "" where the words are shown"""
    state: State
    proposed: Entity | None = None
    """None where only a person saw it"""


class Judged(Struct, frozen=True):
    """An interview's redaction with people's decisions."""

    marks: tuple[Mark, ...]
    """by turn and start, never overlapping"""
    flags: tuple[tuple[Flag, bool], ...]
    """passages to read, and whether a person has answered"""
    stale: tuple[Decision, ...]
    """decisions whose place is gone or holds something else now"""
    asked: tuple[Asked, ...] = ()
    """every open word, and how it stands"""

    @property
    def redaction(self) -> Redaction:
        """What is released, and what in it is still open."""
        entities = tuple(mark.entity for mark in self.marks)
        left = tuple(one.open for one in self.asked if one.state == "open")
        return Redaction(entities, tuple(flag for flag, _ in self.flags), left)

    @property
    def undecided(self) -> int:
        """How much a person must still decide before signing off."""
        return sum(mark.state == "undecided" for mark in self.marks) + sum(not seen for _, seen in self.flags)


def judged(
    redaction: Redaction, dialogue: Dialogue, decisions: Iterable[Decision], style: Style, beside: Beside = Beside()
) -> Judged:
    """Every proposal, every addition and every open word with its state; the later decision on a stretch holds."""
    numbers = {key: turn.number for key, turn in zip(keys(dialogue.turns), dialogue.turns, strict=True)}
    texts = {turn.number: turn.text for turn in dialogue.turns}
    spans: dict[int, dict[tuple[int, int], Decision]] = {}
    answers: set[tuple[int, int, int, str]] = set()
    stale: list[Decision] = []
    for decision in decisions:
        anchor = decision.anchor
        turn = numbers.get(Key(anchor.text, anchor.nth))
        if turn is None or not 0 <= anchor.start < anchor.end <= len(texts[turn]):
            if decision.action != "harmless":  # what stands there now is asked about anew
                stale.append(decision)
        elif decision.action == "seen":
            answers.add((turn, anchor.start, anchor.end, decision.kind))
        else:
            spans.setdefault(turn, {})[anchor.start, anchor.end] = decision
    proposals: dict[int, list[Entity]] = {}
    for entity in redaction.entities:
        proposals.setdefault(entity.turn, []).append(entity)
    made: list[Mark] = []
    for turn in sorted({*proposals, *spans}):
        found, gone = _turn(proposals.get(turn, ()), spans.get(turn, {}), turn)
        made += found
        stale += gone
    flags = tuple((flag, (flag.turn, flag.start, flag.end, flag.rule) in answers) for flag in redaction.flags)
    marks = _labelled(made, redaction.entities, texts, style)
    names = {number: turn_name(key) for key, number in numbers.items()}

    def holds(one: Open) -> Standing | None:
        if f"{names[one.turn]}/{one.start}-{one.end}" in beside.disputed:
            return "open"
        return "study" if one.question in beside.harmless else None

    answered = {(turn, *span): one for turn, found in spans.items() for span, one in found.items()}
    asked = second_look.asked(redaction.open, texts, (mark.entity for mark in marks), answered, holds)
    return Judged(marks, flags, tuple(stale), asked)


def _turn(
    proposals: Sequence[Entity], decided: Mapping[tuple[int, int], Decision], turn: int
) -> tuple[list[Mark], list[Decision]]:
    """The marks of one turn; labels of what a person added or renamed are still to come ("")."""
    left = dict(decided)
    made, stale = [], []
    for entity in proposals:
        decision = left.pop((entity.start, entity.end), None)
        if decision is not None and decision.action == "harmless":
            decision = None
        if decision is not None and decision.action in ("accept", "reject") and decision.kind not in ("", entity.kind):
            stale.append(decision)
            decision = None
        made.append(_proposed(entity, decision))
    for (start, end), decision in left.items():
        if decision.action == "harmless":
            continue
        rivals = [mark for mark in made if mark.entity.start < end and start < mark.entity.end]
        if decision.action != "add" and rivals:
            stale.append(decision)
        elif decision.action != "reject":
            made = [piece for mark in made for piece in _around(mark, start, end, mark in rivals)]
            made.append(Mark(_wanted(turn, start, end, decision), "added"))
    return sorted(made, key=lambda mark: mark.entity.start), stale


def _proposed(entity: Entity, decision: Decision | None) -> Mark:
    """A proposal after the decision on exactly its words."""
    if decision is None:
        return Mark(entity, "undecided" if entity.label else "kept", entity)
    if decision.action == "accept":
        return Mark(entity, "accepted", entity)
    if decision.action == "reject":
        return Mark(changed(entity, label=""), "rejected", entity)
    wanted = _wanted(entity.turn, entity.start, entity.end, decision)
    if not decision.label and wanted.kind == entity.kind and entity.label:
        return Mark(entity, "accepted", entity)
    return Mark(changed(wanted, score=entity.score, found_by=entity.found_by), "edited", entity)


def _wanted(turn: int, start: int, end: int, decision: Decision) -> Entity:
    """An entity as a person wants it; whoever marks a harmless kind means it to be hidden."""
    cls = policy.class_of(decision.kind)
    return Entity(turn, start, end, decision.kind, "quasi" if cls == "keep" else cls, 1.0, FOUND_BY, "", decision.label)


def _around(mark: Mark, start: int, end: int, crosses: bool) -> list[Mark]:
    """What an added stretch leaves of a mark on either side: words that were hidden stay hidden."""
    if not crosses:
        return [mark]
    pieces = ((mark.entity.start, min(start, mark.entity.end)), (max(end, mark.entity.start), mark.entity.end))
    return [changed(mark, entity=changed(mark.entity, start=a, end=b)) for a, b in pieces if b - a > 1]


def _labelled(
    made: Sequence[Mark], known: Sequence[Entity], texts: Mapping[int, str], style: Style
) -> tuple[Mark, ...]:
    """Labels and entity ids for what people added or renamed: those of the same thing, else the next free number."""
    fresh = [(at, mark) for at, mark in enumerate(made) if mark.state in ("added", "edited")]
    if not fresh:
        return tuple(made)
    done = list(made)
    registry = _Registry(known, texts)
    waiting: list[tuple[int, Entity]] = []
    for at, mark in fresh:
        entity = registry.joined(mark, texts[mark.entity.turn])
        done[at] = changed(mark, entity=entity)
        if not entity.label:
            waiting.append((at, entity))
    labels = _labels(tuple(known), tuple(entity for _, entity in waiting), texts, style)
    for (at, entity), label in zip(waiting, labels, strict=True):
        done[at] = changed(done[at], entity=changed(entity, label=label))
    return tuple(done)


class _Registry:
    """Which entity id a new mention belongs to."""

    def __init__(self, known: Sequence[Entity], texts: Mapping[int, str]) -> None:
        self.by_label = {entity.label: entity for entity in known if entity.label}
        self.by_name: dict[tuple[str, tuple[str, ...]], tuple[str, str]] = {}
        self.last: dict[str, int] = {}
        for entity in known:
            family, _, number = entity.entity_id.rpartition(":")
            if number.isdigit():
                self.last[family] = max(self.last.get(family, 0), int(number))
            if entity.label:
                name = _name(texts[entity.turn][entity.start : entity.end])
                self.by_name.setdefault((_family(entity.kind), name), (entity.entity_id, entity.label))

    def joined(self, mark: Mark, text: str) -> Entity:
        """The mark's entity with its id, and with the label that its fellows have."""
        entity = mark.entity
        if entity.label in self.by_label:
            return changed(entity, entity_id=self.by_label[entity.label].entity_id)
        family, name = _family(entity.kind), _name(text[entity.start : entity.end])
        token = (family, (mark.proposed.entity_id,) if mark.proposed and mark.proposed.kind != entity.kind else name)
        if token not in self.by_name:
            self.last[family] = self.last.get(family, 0) + 1
            self.by_name[token] = (f"{family}:{self.last[family]}", "")
        identity, label = self.by_name[token]
        plain = label if policy.decide(entity.kind) == "label" else ""
        return changed(entity, entity_id=identity, label=entity.label or plain)


def _family(kind: str) -> str:
    from pipeline.deidentify import same_entity

    return same_entity.family(kind)


@lru_cache(maxsize=20_000)
def _name(surface: str) -> tuple[str, ...]:
    from pipeline.deidentify import same_entity

    return same_entity.name(surface)


LATER = 1_000_000
"""added to the turns of new mentions, so that they are numbered after all that were there before"""


def _labels(
    known: tuple[Entity, ...], fresh: tuple[Entity, ...], texts: Mapping[int, str], style: Style
) -> tuple[str, ...]:
    """Labels of new mentions: numbered on from the known ones, plain where the study's policy would show the words."""
    if not fresh:
        return ()
    later = tuple(changed(entity, turn=entity.turn + LATER) for entity in fresh)
    more = {entity.turn: texts[entity.turn - LATER] for entity in later}
    labelled = label_all((*known, *later), {**texts, **more}, style)
    by_place = {(e.turn, e.start): e.label for e in labelled if e.turn > LATER}
    opening, closing = marks(style.brackets)
    used = [e.label for e in labelled if e.label]
    made = []
    for entity in later:
        label = by_place[entity.turn, entity.start]
        if not label:
            word = policy.KINDS[entity.kind].ru if entity.kind in policy.KINDS else "скрыто"
            pattern = re.compile(re.escape(f"{opening}{word}-") + r"(\d+)")
            numbers = [int(found[1]) for one in used if (found := pattern.match(one))]
            label = f"{opening}{word}-{max(numbers, default=0) + 1}{closing}"
            used.append(label)
        made.append(label)
    return tuple(made)


def result(dialogue: Dialogue, redaction: Redaction) -> str:
    """Digest of what is released of an interview: equal as long as a reader of the release sees the same."""
    by_turn: dict[int, list[Entity]] = {}
    for entity in redaction.entities:
        if entity.label:
            by_turn.setdefault(entity.turn, []).append(entity)
    lines = [(turn.number, turn.speaker, released(turn, by_turn.get(turn.number, []))) for turn in dialogue.turns]
    hidden = [(e.turn, e.start, e.end, e.kind, e.label) for e in redaction.entities if e.label]
    return digest(lines, [(s.label, s.role, s.participant) for s in dialogue.speakers], hidden)
