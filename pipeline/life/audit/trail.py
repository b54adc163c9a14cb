"""Every decision on what is hidden: where, what kind, who and when. No word of what was said is in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec
from msgspec import Struct, structs

from pipeline.corrections import apply
from pipeline.corrections.apply import named, turn_name
from pipeline.decisions.journal import Row
from pipeline.decisions.second_look import wanted
from pipeline.life.audit.facts import Facts, Seen
from pipeline.model import Correction, Decision

What = Literal["passage", "notice", "second look", "correction", "sample", "sign-off", "release check"]


class Decided(Struct, frozen=True):
    """One line of the trail."""

    interview: str
    turn: str
    """as every file numbers it; of a correction, as it was numbered when it was made"""
    what: What
    kind: str
    cls: str
    label: str
    found_by: str
    """the rule; "reviewer" where only a person saw it"""
    decision: str
    reviewer: str
    at: str
    """ISO date and time, UTC; "" where nobody has decided"""


def trail(facts: Facts, study_rows: tuple[Row, ...]) -> Iterator[Decided]:
    """All decisions in force, interview by interview; `study_rows` are those on the study as a whole."""
    for seen in facts.seen:
        yield from passages(seen)
        yield from looked(seen, facts.study.settings.review.asked_from)
        yield from corrected(seen)
        yield from sampled(seen)
        last = seen.book.holds("sign", "")
        if last is not None:
            yield line(seen, "", "sign-off", "signed", last)
    for row in study_rows:
        yield Decided("", "", "release check", "", "", "", "", "harmless", row.reviewer, row.at)


def line(seen: Seen, turn: str, what: What, decision: str, row: Row | None) -> Decided:
    """A line without kind, label and rule; no `row` where nobody has decided."""
    reviewer, at = (row.reviewer, row.at) if row else ("", "")
    return Decided(seen.interview.id, turn, what, "", "", "", "", decision, reviewer, at)


def passages(seen: Seen) -> Iterator[Decided]:
    """What was found or added, in order, and the notices that a person answered."""
    rows = decisions(seen)
    labels = {(e.turn, e.start, e.end): e.label for e in seen.interview.redaction.entities}
    for mark in seen.judged.marks:
        entity = mark.entity
        row = rows.get((entity.turn, entity.start, entity.end, ""))
        yield structs.replace(
            line(seen, seen.cite(entity.turn), "passage", mark.state, row),
            kind=entity.kind,
            cls=entity.cls,
            label=labels.get((entity.turn, entity.start, entity.end), entity.label),
            found_by=(mark.proposed or entity).found_by,
        )
    for flag, answered in seen.judged.flags:
        row = rows.get((flag.turn, flag.start, flag.end, flag.rule))
        found = line(seen, seen.cite(flag.turn), "notice", "read" if answered else "undecided", row)
        yield structs.replace(found, found_by=flag.rule)


def looked(seen: Seen, asked_from: float | None) -> Iterator[Decided]:
    """Words that a person was asked about and that are shown; those he hid are passages."""
    rows = decisions(seen)
    for one in wanted(seen.judged.asked, asked_from):
        if one.state != "hidden":
            place = one.open
            row = rows.get((place.turn, place.start, place.end, "")) if one.state != "open" else None
            said = {"here": "harmless", "study": "harmless in the study", "open": "undecided"}[one.state]
            yield line(seen, seen.cite(place.turn), "second look", said, row)


def decisions(seen: Seen) -> dict[tuple[int, int, int, str], Row]:
    """Turn, start, end and, of a notice, its rule -> the row in force."""
    turns = named(seen.interview.dialogue.turns)
    made = {}
    for row in sorted(seen.book.all("decide"), key=lambda row: row.seq):
        decision = msgspec.json.decode(row.data, type=Decision)
        anchor = decision.anchor
        turn = turns.get(turn_name(anchor))
        if turn is not None:
            rule = decision.kind if decision.action == "seen" else ""
            made[turn.number, anchor.start, anchor.end, rule] = row
    return made


def corrected(seen: Seen) -> Iterator[Decided]:
    """What people changed in the transcript itself: words, speakers, cuts."""
    dialogue = seen.said
    for row in seen.book.corrections:
        if row.batch in seen.book.undone:
            continue
        made = msgspec.json.decode(row.data, type=Correction)
        at = apply.place(dialogue, made.anchor)
        edited = apply.apply(dialogue, made)
        dialogue = edited.dialogue if edited else dialogue
        yield line(seen, "" if at is None else str(at + 1), "correction", made.kind, row)


def sampled(seen: Seen) -> Iterator[Decided]:
    """Turns of the audit sample that were judged."""
    turns = named(seen.interview.dialogue.turns)
    for row in seen.book.all("judge"):
        turn = turns.get(row.key)
        yield line(seen, seen.cite(turn.number) if turn else "", "sample", f"leaks: {row.data}", row)
