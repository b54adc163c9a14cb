"""work/ledger.json: numbers, labels and ids as they were first released."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from msgspec import Struct, structs

from pipeline.errors import ConfigError, CorruptArtifact
from pipeline.store.artifacts import Store


class Said(Struct, frozen=True):
    """One turn as it was released."""

    cite: str
    """"42", or "42a" of a turn that was split"""
    words: tuple[int, ...]
    """see `at`"""


class Mention(Struct, frozen=True):
    """One hidden passage as it was released."""

    stem: str
    """what it is, without its number: "имя"; labels of one stem share their numbers"""
    number: int
    """0 for a label that has none"""
    label: str
    words: tuple[int, ...]


class Frozen(Struct, frozen=True):
    """One interview as it was last released."""

    turns: tuple[Said, ...] = ()
    mentions: tuple[Mention, ...] = ()
    last_turn: int = 0
    """highest number ever given to a turn"""
    last: dict[str, int] = {}
    """stem -> highest number ever given"""


class Change(Struct, frozen=True):
    """What a later release shows otherwise than the one before it."""

    release: int
    interview: str
    turn: str
    what: Literal["label", "turn", "interview"]
    old: str
    new: str


class Ledger(Struct, frozen=True):
    """work/ledger.json: all that stays the same from the first release on."""

    secret: str = ""
    """what ids are made from, so that an id tells nobody whose it is"""
    release: int = 0
    """how many releases differed from the one before; 0 before the first"""
    interviews: dict[str, Frozen] = {}
    blind: dict[str, str] = {}
    """interview id -> its name in the blind tier"""
    changes: tuple[Change, ...] = ()


def read(study: Path) -> Ledger:
    """The ledger, an empty one before the first release. Raises ConfigError where it is damaged."""
    store = Store(study / "work")
    if not store.path("", "ledger").is_file():
        return Ledger()
    try:
        return store.read("", "ledger", Ledger)
    except CorruptArtifact:
        raise ConfigError(
            "work/ledger.json, which keeps labels and turn numbers as they were released, is damaged.",
            "Put it back from a backup. Without it the next release would number anew, and coding begun on the last "
            "one would point to other places; if nobody has begun, delete the file.",
        ) from None


def write(study: Path, ledger: Ledger) -> None:
    """Keep the ledger, whole or not at all; an equal one is left alone."""
    store = Store(study / "work")
    if read(study) != ledger:
        store.write("", "ledger", ledger, "", {})


def forget(study: Path, interviews: Iterable[str]) -> None:
    """Empty the ledger of interviews. What remains of each says which numbers were given, so that none is given again.

    Blind names stay for the same reason: the next interview would take that of one that is gone.
    """
    ledger = read(study)
    gone = frozenset(interviews) & ledger.interviews.keys()
    emptied = {name: Frozen((), (), known.last_turn, known.last) for name, known in ledger.interviews.items()}
    kept = structs.replace(
        ledger,
        interviews={name: emptied[name] if name in gone else known for name, known in ledger.interviews.items()},
        changes=tuple(change for change in ledger.changes if change.interview not in gone),
    )
    if kept != ledger:
        write(study, kept)
