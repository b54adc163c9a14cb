"""Words that are neither hidden nor known to be harmless: how each stands after people were asked about them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Literal

from msgspec import Struct

from pipeline.model import Decision, Entity, Open

State = Literal["open", "hidden", "here", "study"]
STUDY = "study"
"""`kind` of a "harmless" that holds wherever the same is asked"""


class Beside(Struct, frozen=True):
    """What an interview's open words depend on beside its own decisions."""

    harmless: frozenset[str] = frozenset()
    """questions answered for the whole study, in whichever interview"""
    disputed: frozenset[str] = frozenset()
    """keys of stretches on which two reviewers differ"""


class Asked(Struct, frozen=True):
    """One place that a person is asked about, and how it stands."""

    open: Open
    state: State
    """here, study: harmless in this place, in the whole study"""


class Tally(Struct, frozen=True):
    """How the second look at an interview went: places by their state."""

    asked: int = 0
    different: int = 0
    """questions: each may have several places"""
    hidden: int = 0
    here: int = 0
    study: int = 0
    left: int = 0
    """nobody has answered"""


def asked(
    open_words: Iterable[Open],
    texts: Mapping[int, str],
    entities: Iterable[Entity],
    answers: Mapping[tuple[int, int, int], Decision],
    holds: Callable[[Open], State | None],
) -> tuple[Asked, ...]:
    """Every open word as it stands: hidden, answered in its place (turn, start, end), or else as `holds` says."""
    hidden: dict[int, list[tuple[int, int]]] = {}
    for entity in entities:
        if entity.label:
            hidden.setdefault(entity.turn, []).append((entity.start, entity.end))
    made = []
    for one in open_words:
        text = texts.get(one.turn, "")
        if one.end > len(text):  # the text was corrected and waits to be searched again
            made.append(Asked(one, "open"))
        elif covered(text, one, hidden.get(one.turn, ())):
            made.append(Asked(one, "hidden"))
        else:
            made.append(Asked(one, holds(one) or answered(one, answers.get((one.turn, one.start, one.end)))))
    return tuple(made)


def covered(text: str, one: Open, hidden: Iterable[tuple[int, int]]) -> bool:
    """Whether every letter and digit of an open word is hidden."""
    left = {at for at in range(one.start, one.end) if text[at].isalnum()}
    for start, end in hidden:
        left -= set(range(start, end))
    return not left


def answered(one: Open, decision: Decision | None) -> State:
    """What a decision on exactly this place says: harmless, or shown when it was proposed; else nothing."""
    if decision is not None and decision.action == "harmless" and decision.question == one.question:
        return "study" if decision.kind == STUDY else "here"
    return "here" if decision is not None and decision.action == "reject" else "open"


def wanted(found: Iterable[Asked], asked_from: float | None) -> tuple[Asked, ...]:
    """The places that a study asks about: from a risk on, none for None."""
    return () if asked_from is None else tuple(one for one in found if one.open.risk >= asked_from)


def tally(places: Collection[Asked]) -> Tally:
    """How the second look went, over the places that the study asks about."""
    counted = {state: sum(one.state == state for one in places) for state in ("hidden", "here", "study", "open")}
    return Tally(
        asked=len(places),
        different=len({one.open.question for one in places}),
        hidden=counted["hidden"],
        here=counted["here"],
        study=counted["study"],
        left=counted["open"],
    )
