"""The second look: every question that nothing but a person can answer, with its places, and the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from pipeline.corrections.apply import turn_name
from pipeline.decisions import second_look
from pipeline.decisions.journal import Wish
from pipeline.decisions.second_look import STUDY, Asked
from pipeline.deidentify.labels.policy import KINDS
from pipeline.model import Correction, Decision, Turn
from pipeline.review import same_words
from pipeline.review.actions import LONGEST, Act, Impossible, Since, Spot
from pipeline.review.interview_view import Desk, View, wish
from pipeline.review.render import clock, letters
from pipeline.review.study_view import Room
from pipeline.review.wording import Words
from pipeline.store.artifacts import digest

AROUND = 90
"""characters of a turn shown before and after a word"""
NEAR = 24
"""characters of a turn before a word that say too little without the turn before"""
MOST = 400
"""places of one question that one answer takes"""


class Place(Struct, frozen=True):
    """One place of a question."""

    turn: str
    start: int
    end: int
    seen: int
    """version of its decision"""
    state: second_look.State
    disputed: bool
    number: int
    letter: str
    role: str
    time: str
    lead: tuple[str, str]
    """letter and last words of the turn before, where the word begins its own; else empty"""
    before: str
    said: str
    after: str


class Question(Struct, frozen=True):
    """One line of the second look: places that ask the same."""

    key: str
    """names it on the page"""
    risk: float
    why: tuple[str, ...]
    places: tuple[Place, ...]


class Answer(Since, frozen=True):
    """A person's answer to a question, for some of its places."""

    spots: list[Spot]
    answer: Literal["here", "study", "hide", "correct"]
    kind: str = ""
    """of "hide" """
    value: str = ""
    """the right words, of "correct" """
    alone: bool = False
    """of "hide": these places and no others"""


def questions(room: Room, desk: Desk, words: Words) -> tuple[Question, ...]:
    """Every question of an interview that its own reviewers are asked, the riskiest first."""
    view = room.look(desk)
    short = letters(view, words)
    roles = {speaker.label: speaker.role for speaker in view.dialogue.speakers}
    made = []
    for places in view.asked(room.outside.asked_from):
        first = max(places, key=lambda one: one.open.risk).open
        shown = tuple(place(desk, view, one, (short, roles)) for one in places)
        key = digest(first.question)[:16]
        made.append(Question(key, round(first.risk, 3), first.why, shown))
    return tuple(sorted(made, key=lambda one: -one.risk))


def place(desk: Desk, view: View, one: Asked, speakers: tuple[Mapping[str, str], Mapping[str, str]]) -> Place:
    """A place with the words around it, hidden ones as their labels."""
    word, (short, roles) = one.open, speakers
    turn, name = view.dialogue.turns[word.turn - 1], turn_name(view.keys[word.turn - 1])
    key = view.key_of(one)
    lead = ("", "")
    if word.start <= NEAR and word.turn > 1:
        last = view.dialogue.turns[word.turn - 2]
        lead = short.get(last.speaker, "?"), around(view, last, len(last.text), -1)
    return Place(
        turn=name,
        start=word.start,
        end=word.end,
        seen=desk.book.versions.get(key, 0),
        state=one.state,
        disputed=key in view.conflicts,
        number=turn.number,
        letter=short.get(turn.speaker, "?"),
        role=roles.get(turn.speaker, "other"),
        time=clock(turn.start),
        lead=lead,
        before=around(view, turn, word.start, -1),
        said=turn.text[word.start : word.end],
        after=around(view, turn, word.end, 1),
    )


def around(view: View, turn: Turn, offset: int, way: int) -> str:
    """Some words of a turn before (-1) or after (1) an offset, as they would be released; cut between words."""
    low, high = (max(0, offset - AROUND), offset) if way < 0 else (offset, min(len(turn.text), offset + AROUND))
    if way < 0 and low:
        low = turn.text.find(" ", low, offset) + 1 or low
    if way > 0 and high < len(turn.text):
        high = max(turn.text.rfind(" ", offset, high), offset) or high
    made, at = "", low
    for mark in view.marks.get(turn.number, ()):
        entity = mark.entity
        if not entity.label or entity.end <= low or high <= entity.start:
            continue
        made += turn.text[at : max(at, entity.start)] + entity.label
        at = entity.end
    made += turn.text[at:high] if at < high else ""
    return f"… {made}" if way < 0 and low else f"{made} …" if way > 0 and high < len(turn.text) else made


def look(room: Room, desk: Desk, who: str, body: Answer) -> dict[str, object]:
    """Write an answer down."""
    view = room.look(desk)
    if not 0 < len(body.spots) <= MOST:
        raise Impossible
    found = [(spot, asked_at(view, spot)) for spot in body.spots]
    if body.answer == "correct":
        correct(desk, who, body)
        return {}
    if body.answer == "hide":
        wishes = hidden(room, desk, body, view, [one for _, one in found])
        room.journal.act_on(who, wishes)
        return {"count": sum(map(len, wishes.values())), "interviews": sorted(wishes)}
    kind = STUDY if body.answer == "study" else ""
    made = []
    for spot, one in found:
        anchor = view.anchor(spot.turn, spot.start, spot.end)
        if anchor is None:
            raise Impossible
        made.append(wish(Decision(anchor, "harmless", kind, "", one.open.question), spot.seen))
    room.journal.act(who, desk.id, made)
    return {"count": len(made), "versions": {one.key: desk.book.versions.get(one.key, 0) for one in made}}


def asked_at(view: View, spot: Spot) -> Asked:
    """The open word that stands in a place. Raises Impossible where none does."""
    turn = view.turn(spot.turn)
    for one in view.judged.asked if turn else ():
        if turn and (one.open.turn, one.open.start, one.open.end) == (turn.number, spot.start, spot.end):
            return one
    raise Impossible


def hidden(room: Room, desk: Desk, body: Answer, view: View, found: Sequence[Asked]) -> dict[str, Sequence[Wish]]:
    """Decisions that hide these places and, unless they alone are meant, all that ask or say the same in the study."""
    if body.kind not in KINDS:
        raise Impossible
    made: dict[str, dict[str, Wish]] = {desk.id: {}}
    for spot in body.spots:
        anchor = view.anchor(spot.turn, spot.start, spot.end)
        if anchor is None:
            raise Impossible
        one = wish(Decision(anchor, "add", body.kind), spot.seen)
        made[desk.id][one.key] = one
    if not body.alone:
        asks = {one.open.question for one in found}
        says = {view.dialogue.turns[one.open.turn - 1].text[one.open.start : one.open.end] for one in found}
        for other in room.ready():
            theirs = other.view()
            for name, start, end in elsewhere(theirs, asks, says):
                anchor = theirs.anchor(name, start, end)
                if anchor is not None:
                    one = wish(Decision(anchor, "add", body.kind))
                    made.setdefault(other.id, {}).setdefault(one.key, one)
    return {name: tuple(wishes.values()) for name, wishes in made.items() if wishes}


def elsewhere(view: View, asks: set[str], says: set[str]) -> Iterator[tuple[str, int, int]]:
    """Where an interview asks one of these questions, or says the same words, and shows them."""
    taken: dict[int, list[tuple[int, int]]] = {}
    for mark in view.judged.marks:
        if mark.entity.label:
            taken.setdefault(mark.entity.turn, []).append((mark.entity.start, mark.entity.end))

    def free(turn: int, start: int, end: int) -> bool:
        apart = all(b <= start or end <= a for a, b in taken.get(turn, ()))
        if apart:
            taken.setdefault(turn, []).append((start, end))
        return apart

    for one in view.judged.asked:
        word = one.open
        if word.question in asks and free(word.turn, word.start, word.end):
            yield turn_name(view.keys[word.turn - 1]), word.start, word.end
    for turn in view.dialogue.turns:
        for words in says:
            for start, end in same_words.places(turn.text, words):
                if free(turn.number, start, end):
                    yield turn_name(view.keys[turn.number - 1]), start, end


def correct(desk: Desk, who: str, body: Answer) -> None:
    """Other words in each of the places; one act, so that it is undone at once. Raises Impossible."""
    value = " ".join(body.value.split())
    view = desk.view()
    if not value or len(value) > LONGEST:
        raise Impossible
    places = [(view.by_key[spot.turn], spot) for spot in body.spots]
    batch = ""
    for index, spot in sorted(places, key=lambda one: (one[0], one[1].start), reverse=True):
        now = desk.view()
        anchor = now.anchor(turn_name(now.keys[index]), spot.start, spot.end)
        rows = desk.correct(Correction("words", anchor, value)) if anchor else ()
        if not rows:
            raise Impossible
        batch = desk.journal.act_in(who, desk.id, rows, batch)


ACTS: dict[str, Act] = {"look": Act(Answer, look)}
