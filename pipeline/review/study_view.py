"""The whole study under review: every interview's desk, the searches under way, and what the study page shows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

import msgspec
from msgspec import Struct

from pipeline.corrections.apply import turn_name
from pipeline.decisions import leak_sample
from pipeline.decisions.journal import Journal, Wish, now
from pipeline.decisions.journal import Row as Logged
from pipeline.decisions.sign_off import cleared, verdicts
from pipeline.deidentify.labels.replace import Style, released
from pipeline.deidentify.stage import Settings
from pipeline.model import Decision, Redaction, SignOff
from pipeline.participants import Contact
from pipeline.release.request import Doubt
from pipeline.review.interview_view import FIRST, KAZAKH, Desk, View
from pipeline.review.searching import Searcher, Task
from pipeline.store.artifacts import Store

SAMPLE_WORDS = 500
"""words of one helping of the audit sample"""
BOUND = 10.0
"""leaks per 10,000 words that the sample should exclude, unless the reviewer wants another bound"""


class Outside(Struct, frozen=True):
    """What the review page asks of the rest of the program."""

    fresh: Callable[[str], bool]
    """whether the redaction on disk is what a run would make now"""
    save: Callable[[str, Redaction], None]
    """keep what a search found, as a run would"""
    released: Callable[[str, bool], str]
    """an interview's file as it would be released; True for a draft"""
    check: Callable[[bytes], bytes]
    """the release check, run in the search's process: a study's folder to a tuple of Doubts"""
    asked_from: float | None = 0.0
    """risk from which a person is asked about an open word, None where nobody is"""


class Row(Struct, frozen=True):
    """One interview on the study page."""

    id: str
    ready: bool
    total: int = 0
    undecided: int = 0
    flags: int = 0
    read: float = 0.0
    minutes: int = 0
    full_read: bool = False
    signed: SignOff | None = None
    stale: bool = False
    conflicts: int = 0
    asked: int = 0
    """questions of the second look"""
    open: int = 0
    """of them, those that nobody has answered"""
    stale_decisions: int = 0
    notices: tuple[str, ...] = ()


class Drawn(Struct, frozen=True):
    """A turn of the audit sample."""

    interview: str
    turn: str
    number: int
    words: int
    text: str
    leaks: int | None
    """None before somebody judged it"""


class Room:
    """All desks of a study."""

    def __init__(
        self,
        store: Store,
        journal: Journal,
        ids: Sequence[str],
        search: tuple[Settings, tuple[Contact, ...]],
        outside: Outside,
    ) -> None:
        self.store = store
        self.journal = journal
        self.settings, self.contacts = search
        style = Style(self.settings.policy, self.settings.brackets)
        self.desks = {name: Desk(name, store, journal, style) for name in ids}
        self.outside = outside
        self.searcher = Searcher(store.work)
        self.under_way: dict[str, asyncio.Task[None]] = {}
        self.doubts: tuple[Doubt, ...] | None = None
        self.warmed: set[str] = set()
        self.background: set[asyncio.Task[None]] = set()

    def desk(self, name: str) -> Desk | None:
        """An interview that can be reviewed; None for any other name."""
        desk = self.desks.get(name)
        if desk is None or not desk.load(lambda: self.outside.fresh(name)):
            return None
        self.journal.refresh()
        return desk

    def look(self, desk: Desk) -> View:
        """How an interview stands; what must be searched is."""
        view = desk.view()
        if view.searching and desk.id not in self.under_way:
            self.under_way[desk.id] = asyncio.get_running_loop().create_task(self._search(desk))
        return view

    async def _search(self, desk: Desk) -> None:
        try:
            while (due := desk.due()) is not None:
                folder = str(self.store.work / desk.id)
                task = Task(desk.id, folder, due.dialogue, due.corrections, self.contacts, self.settings)
                found = await self.searcher.search(task)
                if found is None:
                    await asyncio.sleep(5)
                    continue
                if desk.searched(due, found):
                    self.outside.save(desk.id, found)
                    desk.view()
        finally:
            del self.under_way[desk.id]

    def warm(self, desk: Desk) -> None:
        """Search an opened interview once, unseen, so that a correction is searched in a moment."""
        if desk.id in self.warmed:
            return
        self.warmed.add(desk.id)
        folder = str(self.store.work / desk.id)
        task = Task(desk.id, folder, desk.dialogue, desk.book.corrected(), self.contacts, self.settings)
        job = asyncio.get_running_loop().create_task(self.searcher.warm(task))
        self.background.add(job)
        job.add_done_callback(self.background.discard)

    def close(self) -> None:
        self.searcher.close()

    def rows(self) -> tuple[Row, ...]:
        """The study page's table."""
        return tuple(map(self.row, self.desks))

    def row(self, name: str) -> Row:
        """One interview's line in it."""
        desk = self.desk(name)
        if desk is None:
            return Row(name, False)
        view = self.look(desk)
        signed = desk.book.signed()
        marks = [mark for mark in view.judged.marks if mark.state != "kept"]
        asked, unanswered = view.questions(self.outside.asked_from)
        return Row(
            id=name,
            ready=True,
            total=len(marks) + len(view.judged.flags),
            undecided=view.undecided,
            flags=len(view.judged.flags) + len(view.dialogue.flags),
            read=desk.share_read(),
            minutes=round(desk.recording.seconds / 60),
            full_read=self.full_read(desk, view),
            signed=signed,
            stale=signed is not None and (signed.result != view.result or view.searching),
            conflicts=len(view.conflicts),
            asked=asked,
            open=unanswered,
            stale_decisions=len(view.judged.stale) + len(view.stale_corrections),
            notices=view.dialogue.flags,
        )

    def full_read(self, desk: Desk, view: View) -> bool:
        """Whether a person is asked to read all of an interview: the first two, Kazakh ones, uncertain ones."""
        return (
            list(self.desks).index(desk.id) < FIRST
            or bool(view.dialogue.flags)
            or any(flag.rule in KAZAKH for flag, _ in view.judged.flags)
        )

    def sign(self, desk: Desk, reviewer: str) -> SignOff | None:
        """A reviewer's sign-off, None while something is undecided, open or being searched."""
        view = self.look(desk)
        if view.undecided or view.searching or view.questions(self.outside.asked_from)[1]:
            return None
        shares = tuple((who, round(desk.share_read(names), 4)) for who, names in sorted(desk.book.read_by().items()))
        made = SignOff(reviewer, now(), view.result, round(desk.share_read(), 4), shares)
        self.journal.act(reviewer, desk.id, [Wish("sign", "", msgspec.json.encode(made).decode())])
        return made

    def ready(self) -> Iterable[Desk]:
        """Desks of the interviews that were searched."""
        return (desk for name in self.desks if (desk := self.desk(name)) is not None)

    def occurrences(self, words: str) -> dict[str, list[tuple[str, int, int]]]:
        """Where else the study says these words unhidden: interview -> (turn, start, end)."""
        wanted = [word.casefold() for word in words.split()]
        found: dict[str, list[tuple[str, int, int]]] = {}
        for desk in self.ready():
            view = desk.view()
            for name, index in view.by_key.items():
                turn = view.dialogue.turns[index]
                texts = [turn.text[a:b].strip(PUNCTUATION).casefold() for a, b in turn.spans]
                for at in range(len(texts) - len(wanted) + 1):
                    if texts[at : at + len(wanted)] != wanted:
                        continue
                    start, end = turn.spans[at][0], turn.spans[at + len(wanted) - 1][1]
                    start, end = trimmed(turn.text, start, end)
                    hidden = any(
                        mark.entity.label and mark.entity.start < end and start < mark.entity.end
                        for mark in view.marks.get(turn.number, ())
                    )
                    if not hidden:
                        found.setdefault(desk.id, []).append((name, start, end))
        return found

    def drawn(self) -> tuple[Drawn, ...]:
        """The audit sample so far: what was judged stays in it, then turns at random up to full helpings."""
        desks = {desk.id: desk for desk in self.ready()}
        views = {name: desk.view() for name, desk in desks.items()}
        people = leak_sample.population(
            {name: (view.dialogue, view.judged.redaction.entities) for name, view in views.items()}
        )
        judged = {(row.interview, row.key): int(row.data) for row in self.verdicts()}
        words = {(one.interview, one.turn): one.words for one in people}
        names = {(name, n): key for name, view in views.items() for n, key in enumerate(view.by_key, 1)}
        read = sum(words.get(place, 0) for place, key in names.items() if (place[0], key) in judged)
        wanted = SAMPLE_WORDS * (1 + read // SAMPLE_WORDS)
        made = []
        for one in leak_sample.draw(people, sum(words.values())):
            key = names[one.interview, one.turn]
            known = judged.get((one.interview, key))
            if known is None and wanted <= read:
                continue
            view = views[one.interview]
            text = released(view.dialogue.turns[one.turn - 1], [mark.entity for mark in view.marks.get(one.turn, ())])
            made.append(Drawn(one.interview, key, one.turn, one.words, text, known))
            wanted -= one.words if known is None else 0
        return tuple(made)

    def verdicts(self) -> tuple[Logged, ...]:
        """What was judged of the sample."""
        return tuple(row for name in self.desks for row in self.journal.book(name).all("judge"))

    def rate(self) -> leak_sample.Rate:
        """The leak rate that the verdicts give."""
        words = 0
        for desk in self.ready():
            view = desk.view()
            found = verdicts(view.dialogue.turns, view.judged.redaction.entities, desk.book)
            words += sum(read for _, read in found.values())
        return leak_sample.rate(sum(int(row.data) for row in self.verdicts()), words)

    def cleared(self) -> frozenset[str]:
        """Keys of the release check's doubts that a person found harmless."""
        return frozenset(cleared(self.journal.books))

    async def check(self) -> tuple[Doubt, ...] | None:
        """The release check; None where it could not be made."""
        data = msgspec.json.encode(str(self.store.work.parent))
        self.doubts = await self.searcher.do(self.outside.check, data, tuple[Doubt, ...])
        return self.doubts

    def by_place(self, name: str, decisions: Iterable[Decision]) -> list[tuple[Decision, str]]:
        """Stale decisions and what stands at their place now."""
        desk = self.desk(name)
        view = desk.view() if desk else None
        made = []
        for decision in decisions:
            turn = view.turn(turn_name(decision.anchor)) if view else None
            made.append((decision, turn.text[decision.anchor.start : decision.anchor.end] if turn else ""))
        return made


PUNCTUATION = ".,!?…:;—–-«»\"'()[]"


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without white space and punctuation at its ends."""
    while start < end and (text[start].isspace() or text[start] in PUNCTUATION):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in PUNCTUATION):
        end -= 1
    return start, end
