"""An interview as its reviewers left it: what a run asks about sign-offs, and what an export publishes."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from pipeline.corrections.apply import CUT, corrected, keys, turn_name
from pipeline.decisions import leak_sample
from pipeline.decisions.journal import Book, Journal
from pipeline.decisions.judged import judged, result
from pipeline.deidentify.labels.replace import Style, pieces
from pipeline.model import Correction, Dialogue, Redaction, SignOff

DATABASE = "review.db"
"""in work/"""


class Reviewed(Struct, frozen=True):
    """One interview with everything that people decided."""

    dialogue: Dialogue
    """corrected"""
    redaction: Redaction
    """after decisions"""
    respelt: tuple[tuple[str, str], ...]
    """words as recognised and as corrected"""
    signed: SignOff | None
    current: bool
    """whether the sign-off is of exactly this"""

    @property
    def cuts(self) -> tuple[tuple[float, float], ...]:
        """Seconds of the recording that a person took out."""
        words = (word for turn in self.dialogue.turns for word in turn.words)
        return tuple((word.start, word.end) for word in words if word.text == CUT)


def books(work: Path) -> dict[str, Book]:
    """What was decided, by interview; empty where nobody has begun."""
    if not (work / DATABASE).is_file():
        return {}
    journal = Journal(work / DATABASE, create=False)
    journal.close()
    return journal.books


def corrections(work: Path) -> dict[str, tuple[Correction, ...]]:
    """The corrections in force, by interview."""
    return {name: made for name, book in books(work).items() if (made := book.corrected())}


def reviewed(dialogue: Dialogue, redaction: Redaction, book: Book | None, style: Style) -> Reviewed:
    """The dialogue of `attribute` and the redaction of `deidentify` with what people decided in force."""
    book = book or Book()
    done = corrected(dialogue, book.corrected())
    after = judged(redaction, done.dialogue, book.decisions(), style)
    signed = book.signed()
    current = signed is not None and signed.result == result(done.dialogue, after.redaction)
    return Reviewed(done.dialogue, after.redaction, done.respelt, signed, current)


def sampled(done: Reviewed, book: Book | None) -> tuple[int, int]:
    """Leaks that readers of the audit sample found in an interview, and the words left as said that they read."""
    named = {turn_name(key): turn for key, turn in zip(keys(done.dialogue.turns), done.dialogue.turns, strict=True)}
    leaks = words = 0
    for row in book.all("judge") if book else ():
        turn = named.get(row.key)
        if turn is not None:
            shown = [entity for entity in done.redaction.entities if entity.turn == turn.number and entity.label]
            leaks += int(row.data)
            words += leak_sample.unmasked(pieces(turn, shown))
    return leaks, words


def cleared(known: dict[str, Book]) -> tuple[str, ...]:
    """Keys of the release check's doubts that a person found harmless."""
    return tuple(sorted(row.key for row in known[""].all("clear") if row.data)) if "" in known else ()
