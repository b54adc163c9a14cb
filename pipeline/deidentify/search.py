"""The search through one dialogue: rules, resolution, persons linked, a second pass, entity ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from pipeline.deidentify import engine, resolve, same_entity, second_pass
from pipeline.deidentify.contacts import pieces
from pipeline.deidentify.kept import allowed_words, examples
from pipeline.deidentify.passage import Finding, Passage, passage
from pipeline.deidentify.people import joining, linking, tagger
from pipeline.deidentify.people.persons import Person
from pipeline.deidentify.rules import RULES
from pipeline.deidentify.settings import Item, Settings
from pipeline.model import Dialogue, Flag, Tell

Found = list[tuple[int, Finding]]
Seen = dict[tuple[str, str, bool], tuple[Finding, ...]]
"""what the rules saw in a turn, by its text, the turn before and whether case counts"""
SILENT = frozenset({"TRAP"})
"""kinds that only keep other rules from masking; nothing of them is reported"""


class Search(Struct, frozen=True):
    """What one dialogue holds."""

    entities: tuple[tuple[int, Finding, str], ...]
    """(turn, finding, entity id) in order"""
    flags: tuple[Flag, ...]
    trace: tuple[tuple[int, Finding], ...]
    """(turn, finding) of all that any rule saw, chosen or not: the decisions behind the entities"""
    harmless: tuple[tuple[int, Finding], ...] = ()
    """(turn, finding) of what was chosen and is nobody's: brands, languages, ordinary words that look like names"""


def search(item: Item, settings: Settings, tell: Tell, seen: Seen | None = None) -> Search:
    """All that identifies a person in one dialogue, each with the id of whom or what it means.

    A turn that was `seen` before is not read again; what is read is added to it.
    """
    passages = prepared(item.dialogue)
    raw = {}
    for number, findings in look(passages, {} if seen is None else seen):
        raw[number] = list(findings)
        tell(item.job.id, len(raw) / len(passages))
    known = linking.seeds(item.dialogue, item.contacts)
    _second(item, passages, raw, known)
    allowed = {number: allowed_words.spans(made, settings.allow) for number, made in passages.items()}
    found = [
        (turn, one)
        for turn, one in _resolved(raw, passages)
        if one.score >= settings.threshold and not allowed_words.covers(allowed[turn], one)
    ]
    linked = linking.linked(_mentions(found, passages, item.dialogue), passages, known)
    trace = tuple((turn, one) for turn, seen in raw.items() for one in seen)
    harmless = tuple((turn, one) for turn, one in found if one.kind in SILENT)
    return Search(_identified(found, passages, linked), linked.flags, trace, harmless)


def look(passages: Mapping[int, Passage], seen: Seen) -> Iterator[tuple[int, tuple[Finding, ...]]]:
    """What the rules see, turn by turn. Turns that were not `seen` before are read together, and added to it."""
    told = {number: (made.text, made.before, made.cased) for number, made in passages.items()}
    fresh = tagger.ahead({number: passages[number] for number, key in told.items() if key not in seen})
    for number, key in told.items():
        if key not in seen:
            seen[key] = engine.findings(fresh[number], RULES)
        yield number, seen[key]


def _second(
    item: Item, passages: Mapping[int, Passage], raw: dict[int, list[Finding]], known: Sequence[linking.Known]
) -> None:
    """Adds to `raw` what the first pass and the contacts let us find again."""
    for number, one in pieces.told(passages, _resolved(raw, passages)):
        raw[number].append(one)
    found = _resolved(raw, passages)
    mentions = _mentions(found, passages, item.dialogue)
    scores = {(turn, one.start): one.score for turn, one in found}
    sure: dict[Person, float] = {}
    for mention in mentions:
        sure[mention.person] = max(sure.get(mention.person, 0.0), scores[mention.turn, mention.start])
    called = second_pass.names(linking.linked(mentions, passages, known).people, known, sure)
    for number, made in passages.items():
        raw[number] += second_pass.people(made, called)
    for number, again in second_pass.anything(found, passages, item.contacts):
        raw[number].append(again)
    towns = frozenset(
        same_entity.name(passages[turn].text[one.start : one.end]) for turn, one in found if one.kind.startswith("CITY")
    )
    for number, made in passages.items():
        raw[number] = examples.unless_lived_in(raw[number], towns, made.text)


def _resolved(raw: Mapping[int, Sequence[Finding]], passages: Mapping[int, Passage]) -> Found:
    return [
        (number, one)
        for number, all_of in raw.items()
        for one in joining.joined(resolve.resolved(all_of, passages[number]), passages[number])
    ]


def _mentions(found: Found, passages: Mapping[int, Passage], dialogue: Dialogue) -> list[linking.Mention]:
    """The findings of kind PERSON, each with who says it."""
    says = {turn.number: turn.speaker for turn in dialogue.turns}
    return [linking.mention(turn, one, passages[turn].text, says[turn]) for turn, one in found if one.kind == "PERSON"]


def _identified(
    found: Found, passages: Mapping[int, Passage], linked: linking.Linked
) -> tuple[tuple[int, Finding, str], ...]:
    """Entity ids in order of appearance; those of whom the study knows bear his or her id in it."""
    names: dict[object, str] = {}
    numbers: dict[str, int] = {}
    made = []
    for turn, one in sorted(found, key=lambda pair: (pair[0], pair[1].start)):
        if one.kind in SILENT:
            continue
        token: object
        if one.kind == "PERSON":
            token = linked.of[turn, one.start]
            identity = linked.people[linked.of[turn, one.start]].identity
        else:
            token = (same_entity.family(one.kind), same_entity.name(passages[turn].text[one.start : one.end]))
            identity = ""
        if token not in names:
            family = same_entity.family(one.kind)
            if not identity:
                numbers[family] = numbers.get(family, 0) + 1
            names[token] = f"{family}:{identity or numbers[family]}"
        made.append((turn, one, names[token]))
    return tuple(made)


def prepared(dialogue: Dialogue) -> dict[int, Passage]:
    """Each turn as the recognisers see it, by its number."""
    cased = is_cased(turn.text for turn in dialogue.turns)
    made = {}
    before = ""
    for turn in dialogue.turns:
        made[turn.number] = passage(turn.text, before, cased)
        before = turn.text
    return made


def is_cased(texts: Iterable[str]) -> bool:
    """Whether whoever wrote this gave sentences and names their capitals."""
    letters = capitals = 0
    for text in texts:
        letters += sum(character.isalpha() for character in text)
        capitals += sum(character.isupper() for character in text)
    return letters == 0 or capitals / letters > 0.005
