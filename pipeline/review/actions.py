"""What a reviewer can do to an interview: each act with what it takes and what it writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace as changed

from pipeline.corrections.apply import ROLES
from pipeline.decisions.journal import Clash, Wish
from pipeline.decisions.judged import Mark
from pipeline.deidentify.labels.policy import KINDS
from pipeline.model import Anchor, Correction, Decision, Dropped
from pipeline.review.interview_view import Desk, View, wish
from pipeline.review.outside_numbers import Number, Share
from pipeline.review.render import letters
from pipeline.review.study_view import Room
from pipeline.review.wording import Words

LONGEST = 2_000
"""characters of a replacement or of corrected words"""


class Impossible(Exception):
    """What was asked for has no place in this interview."""


class Since(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Told by every act: the revision of the interview that the page shows."""

    since: Number = 0


class Spot(Struct, frozen=True, forbid_unknown_fields=True):
    """A stretch of a turn, and the version of its decision that the reviewer saw."""

    turn: str
    start: Number
    end: Number
    seen: Number = -1


class Decide(Since, frozen=True):
    """A verdict on one stretch, or on all that are alike."""

    spot: Spot
    action: Literal["accept", "reject", "edit", "add"]
    kind: str = ""
    label: str = ""
    scope: Literal["one", "interview", "study"] = "one"
    count: bool = False
    """only say how many there are"""


class Bulk(Since, frozen=True):
    """Accept every undecided finding of a kind from a score on."""

    kind: str
    above: Share
    count: bool = False


class Answer(Since, frozen=True):
    """A flag was read."""

    spot: Spot
    rule: str


class Correct(Since, frozen=True):
    """A correction, as far as the page knows it."""

    kind: Literal["words", "speaker", "role", "split", "cut", "restore"]
    spot: Spot | None = None
    value: str = ""
    speaker: str = ""
    number: Number = -1
    """of "restore": which dropped text"""


class Read(Since, frozen=True):
    """Turns that were on screen long enough."""

    turns: list[str]


class Judge(Since, frozen=True):
    """A verdict on a turn of the audit sample."""

    turn: str
    leaks: Number


class Cleared(Struct, frozen=True, forbid_unknown_fields=True):
    """A verdict on a doubt of the release check."""

    key: str
    harmless: bool


class Act(Struct, frozen=True):
    """One address under /api/<interview>/."""

    takes: Any
    does: Callable[[Room, Desk, str, Any], dict[str, object]]


def decide(room: Room, desk: Desk, who: str, body: Decide) -> dict[str, object]:
    """Write a decision on a stretch, its like in the interview, or in the study."""
    if len(body.label) > LONGEST or (body.action in ("edit", "add") and body.kind not in KINDS):
        raise Impossible
    view = room.look(desk)
    if body.scope == "one":
        made = Decision(_anchor(view, body.spot), body.action, body.kind or _kind_at(view, body.spot), body.label)
        room.journal.act(who, desk.id, [wish(made, body.spot.seen)])
        return {}
    wishes = _added(room, view, body) if body.action == "add" else _alike(room, desk, view, body)
    if body.scope == "interview":
        wishes = {name: found for name, found in wishes.items() if name == desk.id}
    if not body.count:
        room.journal.act_on(who, {name: tuple(found) for name, found in wishes.items() if found})
    return {"count": sum(map(len, wishes.values())), "here": len(wishes.get(desk.id, ()))}


def _anchor(view: View, spot: Spot) -> Anchor:
    anchor = view.anchor(spot.turn, spot.start, spot.end)
    if anchor is None:
        raise Impossible
    return anchor


def _kind_at(view: View, spot: Spot) -> str:
    mark = _mark_at(view, spot)
    return (mark.proposed or mark.entity).kind if mark else ""


def _mark_at(view: View, spot: Spot) -> Mark | None:
    turn = view.turn(spot.turn)
    marks = view.marks.get(turn.number, ()) if turn else ()
    return next((one for one in marks if (one.entity.start, one.entity.end) == (spot.start, spot.end)), None)


def _alike(room: Room, desk: Desk, view: View, body: Decide) -> dict[str, list[Wish]]:
    """Decisions on every mention of the same thing: in this interview by its id, in others by its words."""
    mark = _mark_at(view, body.spot)
    if mark is None:
        raise Impossible
    made: dict[str, list[Wish]] = {}
    said = _said(view, mark).casefold()
    for other in room.ready():
        theirs = other.view()
        here = other is desk
        wanted = [
            one
            for one in theirs.judged.marks
            if (here and one.entity.entity_id == mark.entity.entity_id)
            or (one.entity.kind == mark.entity.kind and _said(theirs, one).casefold() == said)
        ]
        for one in wanted:
            anchor = theirs.anchor_of(one.entity)
            if anchor is not None:
                kind = body.kind or (one.proposed or one.entity).kind
                made.setdefault(other.id, []).append(wish(Decision(anchor, body.action, kind, body.label)))
    return made


def _said(view: View, mark: Mark) -> str:
    return view.dialogue.turns[mark.entity.turn - 1].text[mark.entity.start : mark.entity.end]


def _added(room: Room, view: View, body: Decide) -> dict[str, list[Wish]]:
    """The same words, wherever they stand unhidden."""
    turn = view.turn(body.spot.turn)
    if turn is None:
        raise Impossible
    words = turn.text[body.spot.start : body.spot.end]
    made: dict[str, list[Wish]] = {}
    for name, places in room.occurrences(words).items():
        theirs = room.desks[name].view()
        for where, start, end in places:
            anchor = theirs.anchor(where, start, end)
            if anchor is not None:
                made.setdefault(name, []).append(wish(Decision(anchor, "add", body.kind, body.label)))
    return made


def bulk(room: Room, desk: Desk, who: str, body: Bulk) -> dict[str, object]:
    """Accept many at once; the count alone where that is asked."""
    view = room.look(desk)
    flagged = desk.flagged()
    wishes = []
    for mark in view.judged.marks:
        entity = mark.entity
        fits = mark.state == "undecided" and (not body.kind or entity.kind == body.kind)
        if not fits or entity.score < body.above or entity.turn in flagged:
            continue
        anchor = view.anchor_of(entity)
        made = wish(Decision(anchor, "accept", entity.kind)) if anchor else None
        if made and made.key not in view.conflicts:
            wishes.append(made)
    if wishes and not body.count:
        room.journal.act(who, desk.id, wishes)
    return {"count": len(wishes)}


def answer(room: Room, desk: Desk, who: str, body: Answer) -> dict[str, object]:
    """A flag was read."""
    view = room.look(desk)
    made = Decision(_anchor(view, body.spot), "seen", body.rule)
    room.journal.act(who, desk.id, [wish(made, body.spot.seen)])
    return {}


def correct(room: Room, desk: Desk, who: str, body: Correct) -> dict[str, object]:
    """Change words, speaker, role or turns; cut or restore."""
    view = room.look(desk)
    value = " ".join(body.value.split())
    if len(value) > LONGEST or len(body.speaker) > 40 or not _speaker_fits(view, body.speaker):
        raise Impossible
    made = Correction(body.kind, None, value, body.speaker)
    if body.kind == "restore":
        texts = dropped(desk)
        if not 0 <= body.number < len(texts):
            raise Impossible
        one = texts[body.number]
        made = changed(made, value=" ".join(one.text.split()), start=one.start, end=one.end)
    elif body.kind != "role":
        turn = view.turn(body.spot.turn) if body.spot else None
        if body.spot is None or turn is None:
            raise Impossible
        end = min(max(body.spot.end, body.spot.start + 1), len(turn.text))
        made = changed(made, anchor=_anchor(view, changed(body.spot, end=end)))
    elif value not in ROLES:
        raise Impossible
    rows = desk.correct(made)
    if not rows:
        raise Impossible
    room.journal.act(who, desk.id, rows)
    return {}


def _speaker_fits(view: View, label: str) -> bool:
    known = {speaker.label for speaker in view.dialogue.speakers}
    return not label or label in known or label == new_speaker(view)


def new_speaker(view: View) -> str:
    """A label that no speaker of the interview has."""
    known = {speaker.label for speaker in view.dialogue.speakers}
    return next(name for n in range(1, 1000) if (name := f"speaker-{n}") not in known)


def read(room: Room, desk: Desk, who: str, body: Read) -> dict[str, object]:
    """Turns were read."""
    view = room.look(desk)
    known = desk.book.read_by().get(who, set())
    fresh = [name for name in dict.fromkeys(body.turns) if name in view.by_key and name not in known]
    if fresh:
        room.journal.act(who, desk.id, [Wish("read", name) for name in fresh])
    return {}


def undo(room: Room, desk: Desk, who: str, _body: Since) -> dict[str, object]:
    """Take back one's own last act."""
    return _turned(room.journal.undo(who, desk.id))


def redo(room: Room, desk: Desk, who: str, _body: Since) -> dict[str, object]:
    """Do again what was taken back."""
    return _turned(room.journal.redo(who, desk.id))


def _turned(rows: tuple[Any, ...]) -> dict[str, object]:
    where = next((row.key for row in rows if row.what == "decide"), "")
    return {"turned": len(rows), "at": where}


def judge(room: Room, desk: Desk, who: str, body: Judge) -> dict[str, object]:
    """A verdict on a turn of the sample."""
    if room.look(desk).turn(body.turn) is None or not 0 <= body.leaks <= 100:
        raise Impossible
    room.journal.act(who, desk.id, [Wish("judge", body.turn, str(body.leaks))])
    return {}


def sign(room: Room, desk: Desk, who: str, _body: Since) -> dict[str, object]:
    """Sign the interview off."""
    return {"done": room.sign(desk, who) is not None}


def clear(room: Room, who: str, body: Cleared) -> None:
    """A doubt of the release check is harmless, or is not."""
    if len(body.key) <= 80:
        room.journal.act(who, "", [Wish("clear", body.key, "harmless" if body.harmless else "")])


def status(room: Room, desk: Desk, who: str) -> dict[str, object]:
    """How far an interview is; part of every answer."""
    row = room.row(desk.id)
    book = desk.book
    view = room.look(desk)
    return {
        "revision": view.revision,
        "total": row.total,
        "undecided": row.undecided,
        "asked": row.asked,
        "open": row.open,
        "read": row.read,
        "signed": row.signed.reviewer if row.signed else "",
        "stale": row.stale,
        "searching": view.searching,
        "undo": len(book.undoable.get(who, ())),
        "redo": len(book.redoable.get(who, ())),
        "full": row.full_read,
        "conflicts": {key: msgspec.json.decode(row.data) for key, row in book.conflicts().items()},
    }


def clashing(clash: Clash) -> list[dict[str, str]]:
    """What the other reviewer decided: who, and what."""
    made = []
    for row in clash.rows:
        decision = msgspec.json.decode(row.data, type=Decision) if row.what == "decide" and row.data else None
        made.append(
            {
                "key": row.key,
                "who": row.reviewer,
                "action": decision.action if decision else "",
                "kind": decision.kind if decision else "",
            }
        )
    return made


def dropped(desk: Desk) -> tuple[Dropped, ...]:
    """Text that a rule threw out and nobody has restored, in order of time."""
    back = {(one.start, one.value) for one in desk.book.corrected() if one.kind == "restore"}
    every = (*desk.dropped, *desk.dialogue.dropped)
    return tuple(
        one
        for one in sorted(every, key=lambda d: (d.start, d.text))
        if (one.start, " ".join(one.text.split())) not in back
    )


def speakers(desk: Desk, words: Words) -> list[dict[str, str]]:
    """The interview's speakers for the page: label, letter, role; a new one last."""
    view = desk.view()
    short = letters(view, words)
    known = [
        {"label": one.label, "letter": short[one.label], "role": one.role, "says": words.role(one.role)}
        for one in view.dialogue.speakers
    ]
    return [*known, {"label": new_speaker(view), "letter": "+", "role": "other", "says": words("new_speaker")}]


ACTS: dict[str, Act] = {
    "decide": Act(Decide, decide),
    "bulk": Act(Bulk, bulk),
    "flag": Act(Answer, answer),
    "correct": Act(Correct, correct),
    "read": Act(Read, read),
    "undo": Act(Since, undo),
    "redo": Act(Since, redo),
    "judge": Act(Judge, judge),
    "sign": Act(Since, sign),
}
