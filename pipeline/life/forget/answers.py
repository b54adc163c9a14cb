"""Answers that a forgotten interview gave for the whole study: those that others rely on become their own."""

from __future__ import annotations

import msgspec

from pipeline import flow
from pipeline.corrections.apply import keys
from pipeline.decisions import sign_off
from pipeline.decisions.journal import Book, Journal, Wish
from pipeline.decisions.second_look import STUDY
from pipeline.decisions.sign_off import DATABASE, Reviewed
from pipeline.model import Anchor, Decision
from pipeline.release import publish
from pipeline.review.interview_view import wish
from pipeline.study.folder import Study


def keep(rest: Study, id: str) -> None:
    """Write them down in the interviews that say the same words; `rest` is the study without the forgotten one."""
    known = sign_off.books(rest.store.work)
    if id not in known:
        return
    others = {name: book for name, book in known.items() if name != id}
    lost = known[id].harmless() - sign_off.harmless(others)
    who = reviewers(known[id])
    for entry in rest.entries if lost else ():
        if not publish.up_to_date(rest, entry):
            continue
        done = sign_off.reviewed(publish.searched(rest, entry), entry.id, known, flow.style(rest))
        for reviewer, wishes in answers(done, lost, who).items():
            journal = Journal(rest.store.work / DATABASE)
            journal.act(reviewer, entry.id, wishes)
            journal.close()


def reviewers(book: Book) -> dict[str, str]:
    """Question -> code of who answered it for the whole study."""
    rows = ((row, msgspec.json.decode(row.data, type=Decision)) for row in book.all("decide"))
    return {made.question: row.reviewer for row, made in rows if made.action == "harmless" and made.kind == STUDY}


def answers(done: Reviewed, lost: frozenset[str], who: dict[str, str]) -> dict[str, list[Wish]]:
    """By reviewer, the answers that an interview would lose."""
    names = keys(done.dialogue.turns)
    made: dict[str, list[Wish]] = {}
    for one in done.asked:
        word = one.open
        if one.state == "study" and word.question in lost:
            name = names[word.turn - 1]
            anchor = Anchor(name.text, name.nth, word.start, word.end)
            decision = Decision(anchor, "harmless", STUDY, "", word.question)
            made.setdefault(who[word.question], []).append(wish(decision))
    return made
