"""An interview as its reviewers left it: what a run asks about sign-offs, and what an export publishes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from pipeline.corrections.apply import CUT, corrected, named
from pipeline.decisions import leak_sample
from pipeline.decisions.journal import Book, Journal
from pipeline.decisions.judged import judged, result
from pipeline.decisions.second_look import Asked, Beside
from pipeline.deidentify.labels.replace import Style, pieces
from pipeline.model import Correction, Dialogue, Entity, Redaction, SignOff, Turn

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
    asked: tuple[Asked, ...] = ()
    """every word that nothing but a person could settle, and how it stands"""

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


def harmless(known: Mapping[str, Book]) -> frozenset[str]:
    """Questions that somebody answered for the whole study, in whichever interview."""
    return frozenset().union(*(book.harmless() for book in known.values()))


def beside(name: str, known: Mapping[str, Book]) -> Beside:
    """What an interview's open words depend on beside its own decisions, of all that is `known` by interview."""
    return Beside(harmless(known), frozenset(known[name].conflicts()) if name in known else frozenset())


def last(known: Mapping[str, Book], name: str) -> SignOff | None:
    """The last sign-off of an interview, of whatever it was then."""
    return known[name].signed() if name in known else None


def reviewed(searched: tuple[Dialogue, Redaction], name: str, known: Mapping[str, Book], style: Style) -> Reviewed:
    """The dialogue of `attribute` and the redaction of `deidentify` with what people decided in force.

    `known` is what was decided, by interview.
    """
    (dialogue, redaction), book = searched, known.get(name) or Book()
    done = corrected(dialogue, book.corrected())
    after = judged(redaction, done.dialogue, book.decisions(), style, beside(name, known))
    signed = book.signed()
    current = signed is not None and signed.result == result(done.dialogue, after.redaction)
    return Reviewed(done.dialogue, after.redaction, done.respelt, signed, current, after.asked)


def verdicts(turns: Sequence[Turn], entities: Sequence[Entity], book: Book) -> dict[int, tuple[int, int]]:
    """Number of a turn of the audit sample -> leaks found in it, and its words left as said that were read."""
    by_name = named(turns)
    judged_turns = ((by_name[row.key], row.data) for row in book.all("judge") if row.key in by_name)
    return {turn.number: (int(leaks), leak_sample.unmasked(pieces(turn, entities))) for turn, leaks in judged_turns}


def sampled(done: Reviewed, book: Book | None) -> tuple[int, int]:
    """Leaks that readers of the audit sample found in an interview, and the words left as said that they read."""
    found = verdicts(done.dialogue.turns, done.redaction.entities, book or Book()).values()
    return sum(leaks for leaks, _ in found), sum(words for _, words in found)


def share_read(turns: Sequence[Turn], read: Collection[str]) -> float:
    """Share (0–1) of the words that the turns of these names have."""
    counts = {name: len(turn.words) for name, turn in named(turns).items()}
    return sum(count for name, count in counts.items() if name in read) / (sum(counts.values()) or 1)


def cleared(known: dict[str, Book]) -> tuple[str, ...]:
    """Keys of the release check's doubts that a person found harmless."""
    return tuple(sorted(row.key for row in known[""].all("clear") if row.data)) if "" in known else ()
