"""A dialogue and the study's contacts become a Redaction: what identifies a person, where it stands, and its label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec import json
from msgspec.structs import replace as changed

from pipeline.corrections.apply import corrected
from pipeline.deidentify import flags
from pipeline.deidentify.labels import policy, replace
from pipeline.deidentify.normal_form import Plain, lettered, plain
from pipeline.deidentify.passage import Finding
from pipeline.deidentify.settings import Item, Settings
from pipeline.errors import attempt
from pipeline.model import Dialogue, Entity, Failure, Flag, Open, Redaction, Tell, Turn, quiet
from pipeline.participants import Contact

if TYPE_CHECKING:
    from pipeline.deidentify.search import Search, Seen

__all__ = ["VERSION", "Item", "Settings", "check", "run"]

VERSION = "4"

Placed = TypeVar("Placed", Entity, Flag, Open)


def check(settings: Settings) -> None:
    """ConfigError where the policy names what does not exist."""
    policy.check(settings.policy)


def run(items: Iterable[Item], settings: Settings, tell: Tell = quiet) -> Iterator[tuple[str, Redaction | Failure]]:
    """One Redaction an interview, in the order they come."""
    for item in items:
        work = partial(redact, item, settings, tell, TRACE)
        yield item.job.id, attempt(item.job.id, "deidentify", work)


TRACE = "trace-deidentify.jsonl"
"""in the job's folder, for the audit: turn, start, end, kind, score and rule of all that any rule saw; no words"""


def redact(item: Item, settings: Settings, tell: Tell = quiet, trace: str = "", seen: Seen | None = None) -> Redaction:
    """Everything in one dialogue that identifies a person; the decisions behind it go to a file `trace` if named.

    Turns that were `seen` in an earlier search are not read again. What is read is the normal form of each turn; what
    is said of it holds of the turn as it is.
    """
    from pipeline.deidentify import search
    from pipeline.deidentify.open_words.settle import open_words

    said = corrected(item.dialogue, item.corrections).dialogue
    item = changed(item, dialogue=read(said), contacts=tuple(map(known, item.contacts)))
    found = search.search(item, settings, tell, seen)
    there = {turn.number: plain(turn.text) for turn in said.turns}
    if trace and item.job.folder.is_dir():
        _keep(found.trace, there, item.job.folder / trace)
    labelled = labelled_of(found, item.dialogue, settings)
    every = sorted({*flags.flags(item.dialogue), *found.flags}, key=lambda f: (f.turn, f.start, f.end, f.rule))
    opened = open_words(item.dialogue, search.prepared(item.dialogue), labelled, harmless_of(found))
    return placed(Redaction(labelled, tuple(every), opened), there)


def labelled_of(found: Search, dialogue: Dialogue, settings: Settings) -> tuple[Entity, ...]:
    """What a search found, each with what is printed instead."""
    entities = tuple(
        Entity(turn, f.start, f.end, f.kind, policy.class_of(f.kind), round(f.score, 3), f.rule, identity, "")
        for turn, f, identity in found.entities
    )
    texts = {turn.number: turn.text for turn in dialogue.turns}
    return replace.label_all(entities, texts, replace.Style(settings.policy, settings.brackets))


RECKONED = ("amount", "english-word", "pet")
"""rules of the search whose harmless words are reckoned again, with what stands around them"""


def harmless_of(found: Search) -> tuple[tuple[int, int, int], ...]:
    """(turn, start, end) of words that a search knows to be nobody's."""
    return tuple((turn, one.start, one.end) for turn, one in found.harmless if one.rule not in RECKONED)


def read(dialogue: Dialogue) -> Dialogue:
    """The dialogue in normal form."""
    return changed(dialogue, turns=tuple(_read(turn) for turn in dialogue.turns))


def _read(turn: Turn) -> Turn:
    form = plain(turn.text)
    text = lettered(form.text)
    if text == turn.text:
        return turn
    spans = tuple((form.place(start), form.place(end)) for start, end in turn.spans)
    return changed(turn, text=text, spans=spans)


def known(contact: Contact) -> Contact:
    """A contact in normal form."""
    lists = ("names", "display_names", "emails", "phones", "employers", "others")
    return changed(contact, **{name: tuple(plain(one).text for one in getattr(contact, name)) for name in lists})


def placed(made: Redaction, texts: Mapping[int, Plain]) -> Redaction:
    """What was found in normal forms, where it stands in the turns themselves."""
    if not any(text.starts for text in texts.values()):
        return made

    def there(one: Placed) -> Placed:
        start, end = texts[one.turn].source(one.start, one.end)
        return changed(one, start=start, end=end)

    entities: list[Entity] = []
    for one in map(there, made.entities):
        before = entities[-1] if entities and entities[-1].turn == one.turn else None
        start = max(one.start, before.end) if before else one.start
        entities += [changed(one, start=start)] if start < one.end else []
    return Redaction(tuple(entities), tuple(map(there, made.flags)), tuple(map(there, made.open)))


def _keep(trace: tuple[tuple[int, Finding], ...], there: Mapping[int, Plain], path: Path) -> None:
    rows = ((turn, *there[turn].source(f.start, f.end), f.kind, round(f.score, 3), f.rule) for turn, f in trace)
    path.touch(mode=0o600)
    path.write_bytes(b"".join(json.encode(row) + b"\n" for row in rows))
