"""One interview on the reviewer's desk: its corrected dialogue, what was found in it, and how every mark stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property

import msgspec
from msgspec import Struct
from msgspec.structs import replace as changed

from pipeline.corrections import apply as correcting
from pipeline.corrections.apply import Key, turn_name
from pipeline.decisions import second_look
from pipeline.decisions.journal import Book, Journal, Wish
from pipeline.decisions.judged import Judged, Mark, judged, result
from pipeline.decisions.second_look import Asked
from pipeline.decisions.sign_off import beside, share_read
from pipeline.deidentify.labels.replace import Style
from pipeline.model import (
    Anchor,
    Correction,
    Decision,
    Dialogue,
    Dropped,
    Entity,
    Flag,
    Recording,
    Redaction,
    Transcript,
    Turn,
)
from pipeline.store.artifacts import Store, digest

FIRST = 2
"""interviews at the beginning of a study that are read as a whole"""
KAZAKH = frozenset({"mostly-kazakh"})
HARMLESS = frozenset({"greeting", "farewell"})
"""flags that do not keep a turn out of accepting many at once"""


class Search(Struct, frozen=True):
    """What must be searched: the dialogue as it was, and what people corrected."""

    interview: str
    dialogue: Dialogue
    corrections: tuple[Correction, ...]


class View(Struct, frozen=True, dict=True):
    """An interview at one moment."""

    dialogue: Dialogue
    keys: tuple[Key, ...]
    judged: Judged
    searching: bool
    """whether a correction is still being searched"""
    stale_corrections: tuple[Correction, ...]
    revision: int
    """grows with every look that differs"""
    conflicts: frozenset[str]
    own_answers: frozenset[str]
    """questions that this interview's own decisions answer for the whole study"""

    @cached_property
    def by_key(self) -> dict[str, int]:
        """Name of a turn -> its index."""
        return {turn_name(key): index for index, key in enumerate(self.keys)}

    @cached_property
    def marks(self) -> dict[int, list[Mark]]:
        """Marks by turn number."""
        made: dict[int, list[Mark]] = {}
        for mark in self.judged.marks:
            made.setdefault(mark.entity.turn, []).append(mark)
        return made

    @cached_property
    def flags(self) -> dict[int, list[tuple[Flag, bool]]]:
        """Flags by turn number."""
        made: dict[int, list[tuple[Flag, bool]]] = {}
        for flag, seen in self.judged.flags:
            made.setdefault(flag.turn, []).append((flag, seen))
        return made

    @cached_property
    def result(self) -> str:
        """Digest of what would be released."""
        return result(self.dialogue, self.judged.redaction)

    @cached_property
    def undecided(self) -> int:
        """Marks, flags and conflicts that wait for a person; a conflict on an open word is a question of its own."""
        waiting = {self.key_of(one) for one in self.judged.asked if one.state == "open"} if self.conflicts else set()
        return self.judged.undecided + len(self.conflicts - waiting)

    def key_of(self, one: Asked) -> str:
        """The row of the log that a decision on an open word is."""
        return f"{turn_name(self.keys[one.open.turn - 1])}/{one.open.start}-{one.open.end}"

    def asked(self, asked_from: float | None) -> tuple[tuple[Asked, ...], ...]:
        """Places by question, in order; what other interviews answered for the whole study is not asked here."""
        made: dict[str, list[Asked]] = {}
        for one in second_look.wanted(self.judged.asked, asked_from):
            made.setdefault(one.open.question, []).append(one)
        own = self.own_answers
        return tuple(
            tuple(found) for name, found in made.items() if name in own or {o.state for o in found} != {"study"}
        )

    def questions(self, asked_from: float | None) -> tuple[int, int]:
        """How many questions the interview has, and how many of them have a place that nobody has answered."""
        every = self.asked(asked_from)
        return len(every), sum(any(one.state == "open" for one in places) for places in every)

    def turn(self, name: str) -> Turn | None:
        """The turn of this name."""
        index = self.by_key.get(name)
        return None if index is None else self.dialogue.turns[index]

    def anchor(self, name: str, start: int, end: int) -> Anchor | None:
        """The anchor of a stretch of a turn, None where there is none."""
        index = self.by_key.get(name)
        if index is None or not 0 <= start < end <= len(self.dialogue.turns[index].text):
            return None
        return Anchor(self.keys[index].text, self.keys[index].nth, start, end)

    def anchor_of(self, entity: Entity) -> Anchor | None:
        """The anchor of the words of an entity."""
        return self.anchor(turn_name(self.keys[entity.turn - 1]), entity.start, entity.end)


def decision_key(decision: Decision) -> str:
    """The row a decision replaces: one a stretch, and one a flag."""
    anchor = decision.anchor
    rule = f"/{decision.kind}" if decision.action == "seen" else ""
    return f"{turn_name(anchor)}/{anchor.start}-{anchor.end}{rule}"


def wish(decision: Decision, seen: int = -1) -> Wish:
    """A decision as it is written."""
    return Wish("decide", decision_key(decision), msgspec.json.encode(decision).decode(), seen)


class Desk:
    """Keeps one interview ready; everything that it shows is read off artifacts and the log."""

    def __init__(self, interview: str, store: Store, journal: Journal, style: Style) -> None:
        self.id = interview
        self.store = store
        self.journal = journal
        self.style = style
        self.contents = ("", "")
        self.dialogue = Dialogue((), ())
        self.dropped: tuple[Dropped, ...] = ()
        self.recording = Recording(interview, (), (), (), 0.0)
        self.found: dict[str, Redaction] = {}
        """digest of corrections -> what the search found with them"""
        self.known: tuple[str, View] | None = None
        self.changes: dict[str, int] = {}
        """name of a turn -> the revision in which it began to look as it does"""
        self.revision = 1

    @property
    def book(self) -> Book:
        return self.journal.book(self.id)

    def load(self, fresh: Callable[[], bool]) -> bool:
        """Read the artifacts where they changed; False where there is nothing to review yet.

        `fresh` tells whether the redaction on disk was made with the corrections now in force.
        """
        headers = self.store.header(self.id, "attribute"), self.store.header(self.id, "deidentify")
        if headers[0] is None or headers[1] is None:
            return False
        contents = headers[0].content, headers[1].content
        if contents == self.contents:
            return True
        self.dialogue = self.store.read(self.id, "attribute", Dialogue)
        self.recording = self.store.read(self.id, "ingest", Recording)
        self.dropped = self.store.read(self.id, "transcribe", Transcript).dropped
        redaction = self.store.read(self.id, "deidentify", Redaction)
        corrections = self.book.corrected()
        self.found.clear()
        if fresh():
            self.found[digest(corrections)] = redaction
        self.contents, self._made_with = contents, ((), -1)
        self.latest = (correcting.corrected(self.dialogue, corrections).dialogue, redaction)
        return True

    def due(self) -> Search | None:
        """What must be searched before the interview can be signed off, None where all is."""
        corrections = self.book.corrected()
        return None if digest(corrections) in self.found else Search(self.id, self.dialogue, corrections)

    def searched(self, search: Search, redaction: Redaction) -> bool:
        """Take in what a search found; whether it is what is wanted now."""
        self.found[digest(search.corrections)] = redaction
        return search.corrections == self.book.corrected()

    def view(self) -> View:
        """How the interview stands."""
        book = self.book
        corrections = book.corrected()
        state = digest(corrections, self.journal.last, sorted(self.found), self.contents)
        if self.known and self.known[0] == state:
            return self.known[1]
        before = self.known[1] if self.known else None
        if before is not None and self._made_with == (corrections, len(self.found)):
            dialogue, keys, stale = before.dialogue, before.keys, before.stale_corrections
        else:
            done = correcting.corrected(self.dialogue, corrections)
            dialogue, keys, stale = done.dialogue, correcting.keys(done.dialogue.turns), done.stale
        redaction = self.found.get(digest(corrections))
        if redaction is None:
            redaction = carried(self.latest[0], self.latest[1], dialogue)
        self.latest = (dialogue, redaction)
        made = judged(redaction, dialogue, book.decisions(), self.style, beside(self.id, self.journal.books))
        searching = digest(corrections) not in self.found
        conflicts = frozenset(book.conflicts())
        self.revision += 1
        view = View(dialogue, keys, made, searching, stale, self.revision, conflicts, book.harmless())
        self._note(before, view)
        self.known, self._made_with = (state, view), (corrections, len(self.found))
        return view

    _made_with: tuple[tuple[Correction, ...], int] = ((), -1)
    latest: tuple[Dialogue, Redaction] = (Dialogue((), ()), Redaction((), ()))

    def _note(self, before: View | None, view: View) -> None:
        """Remember which turns look different now."""
        if before is None:
            return
        old = {name: _looks(before, index) for name, index in before.by_key.items()}
        for name, index in view.by_key.items():
            if old.get(name) != _looks(view, index):
                self.changes[name] = view.revision

    def correct(self, correction: Correction) -> tuple[Wish, ...]:
        """The rows of a correction: itself, and the decisions on turns that it changes, at their new place."""
        view = self.view()
        edited = correcting.apply(view.dialogue, correction)
        if edited is None:
            return ()
        data = msgspec.json.encode(correction).decode()
        wishes = [Wish("correct", digest(data, self.journal.last)[:24], data)]
        return (*wishes, *self._moved(view, edited))

    def _moved(self, view: View, edited: correcting.Edited) -> Iterable[Wish]:
        new = edited.dialogue.turns
        names = correcting.keys(new)
        moved = dict(edited.moved)
        for decision in self.book.decisions():
            anchor = decision.anchor
            index = view.by_key.get(turn_name(anchor))
            if index is None:
                continue
            where = moved[index](anchor.start, anchor.end) if index in moved else (index, anchor.start, anchor.end)
            if where is None:
                continue
            at, start, end = where
            there = Anchor(names[at].text, names[at].nth, start, end)
            if there != anchor:
                yield wish(changed(decision, anchor=there))
        for row in tuple(self.book.all("read")):
            index = view.by_key.get(row.key)
            where = (moved[index](0, 1) if index in moved else (index, 0, 1)) if index is not None else None
            if where is not None and turn_name(names[where[0]]) != row.key:
                yield Wish("read", turn_name(names[where[0]]), row.data)

    def share_read(self, names: Collection[str] | None = None) -> float:
        """Share (0–1) of the words that somebody, or the reader of these turns, has read."""
        read = set().union(*self.book.read_by().values()) if names is None else names
        return share_read(self.view().dialogue.turns, read)

    def flagged(self) -> frozenset[int]:
        """Turns that hold something a person must read before anything in them is accepted unseen."""
        view = self.view()
        return frozenset(flag.turn for flag, _ in view.judged.flags if flag.rule not in HARMLESS)


def _looks(view: View, index: int) -> object:
    turn = view.dialogue.turns[index]
    return (
        turn.number,
        turn.speaker,
        [speaker.role for speaker in view.dialogue.speakers if speaker.label == turn.speaker],
        [(mark.entity, mark.state) for mark in view.marks.get(turn.number, ())],
        view.flags.get(turn.number, ()),
        [key for key in view.conflicts if key.startswith(turn_name(view.keys[index]))] if view.conflicts else (),
    )


def carried(before: Dialogue, redaction: Redaction, after: Dialogue) -> Redaction:
    """A redaction on another version of its dialogue, where turns, or words of a changed turn, are the same."""
    old = {turn.number: turn for turn in before.turns}
    by_key = {key: turn for key, turn in zip(correcting.keys(after.turns), after.turns, strict=True)}
    numbers = dict(zip((turn.number for turn in before.turns), correcting.keys(before.turns), strict=True))
    gone = {turn.number for key, turn in by_key.items() if key not in set(numbers.values())}
    fresh = [turn for turn in after.turns if turn.number in gone]
    entities: list[Entity] = []
    flags: list[Flag] = []
    for entity in redaction.entities:
        same = by_key.get(numbers[entity.turn])
        if same is not None:
            entities.append(changed(entity, turn=same.number))
            continue
        surface = old[entity.turn].text[entity.start : entity.end]
        entities += _again(entity, surface, old[entity.turn], fresh)
    for flag in redaction.flags:
        same = by_key.get(numbers[flag.turn])
        if same is not None:
            flags.append(changed(flag, turn=same.number))
    kept = ((by_key.get(numbers[one.turn]), one) for one in redaction.open)
    left = [changed(one, turn=same.number) for same, one in kept if same is not None]
    ordered = sorted(entities, key=lambda e: (e.turn, e.start))
    return Redaction(
        _apart(ordered),
        tuple(sorted(flags, key=lambda f: (f.turn, f.start))),
        tuple(sorted(left, key=lambda one: (one.turn, one.start))),
    )


def _again(entity: Entity, surface: str, turn: Turn, fresh: Sequence[Turn]) -> Iterable[Entity]:
    """The same words in a changed turn that stands where the old one stood."""
    for new in fresh:
        if new.start <= turn.end and turn.start <= new.end:
            at = new.text.find(surface, max(0, entity.start - abs(len(turn.text) - len(new.text))))
            at = at if at >= 0 else new.text.find(surface)
            if at >= 0:
                yield changed(entity, turn=new.number, start=at, end=at + len(surface))
                return


def _apart(ordered: Sequence[Entity]) -> tuple[Entity, ...]:
    made: list[Entity] = []
    for entity in ordered:
        if not made or made[-1].turn != entity.turn or made[-1].end <= entity.start:
            made.append(entity)
    return tuple(made)
