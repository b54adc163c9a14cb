"""What coders rely on once they have begun: turn numbers, labels and ids stay as they were first released."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from zlib import crc32

from msgspec import structs

from pipeline.deidentify.labels.policy import KINDS
from pipeline.model import Entity, Turn
from pipeline.release.frozen_ledger import Change, Frozen, Ledger, Mention, Said
from pipeline.release.request import Interview
from pipeline.store.artifacts import digest

NAMESPACE = uuid.UUID("6f1c8d0e-53b4-5f0a-9b0e-2d4a7c1e9f35")
NUMBERED = re.compile(r"(?<=[^\W\d_])-(\d+)(?!\d)")
"""the number of a label: [имя-3], [школе-1]"""
TRACKS = 64
"""words of different tracks that begin in the same millisecond are told apart by so many"""


def settle(ledger: Ledger, interviews: Sequence[Interview]) -> tuple[tuple[Interview, ...], Ledger]:
    """The interviews numbered and labelled as the ledger has it, and the ledger that their release would leave."""
    made, frozen, changes = [], dict(ledger.interviews), list(ledger.changes)
    release = ledger.release + 1
    for interview in interviews:
        known = ledger.interviews.get(interview.id)
        numbers = cites(interview.dialogue.turns, known or Frozen())
        entities = relabelled(interview, known or Frozen())
        settled = structs.replace(
            interview,
            cites=tuple(numbers.items()),
            redaction=structs.replace(interview.redaction, entities=entities),
        )
        now = freeze(settled, known or Frozen())
        if known:
            changes += differences(release, interview.id, known, now)
        elif ledger.release:
            changes.append(Change(release, interview.id, "", "interview", "", "added"))
        made.append(settled)
        frozen[interview.id] = now
    secret = ledger.secret or digest([interview.dialogue for interview in interviews])
    differs = not ledger.release or len(changes) > len(ledger.changes)
    return tuple(made), Ledger(
        secret,
        release if differs else ledger.release,
        frozen,
        shuffled(ledger, interviews, secret),
        tuple(changes),
    )


def shuffled(ledger: Ledger, interviews: Sequence[Interview], secret: str) -> dict[str, str]:
    """Interview id -> doc-01 …, in an order that only the secret tells; later interviews take the next numbers."""
    blind = dict(ledger.blind)
    new = sorted((one.id for one in interviews if one.id not in blind), key=lambda name: digest(secret, name))
    for name in new:
        blind[name] = f"doc-{len(blind) + 1:02}"
    return blind


def guid(ledger: Ledger, *what: str) -> str:
    """The id of a thing: the same for ever, and without the study's secret nobody can tell what it is made from."""
    return str(uuid.uuid5(NAMESPACE, "\0".join((ledger.secret, *what))))


def at(turn: Turn) -> tuple[int, ...]:
    """Where each word begins, in milliseconds and by track: stays when a word, a speaker or a boundary is corrected."""
    if not turn.words:
        return (round(turn.start * 1000) * TRACKS,)
    return tuple(round(word.start * 1000) * TRACKS + crc32(word.track.encode()) % TRACKS for word in turn.words)


def cites(turns: Sequence[Turn], known: Frozen) -> dict[int, str]:
    """Turn number -> how it is cited: as before, split turns as 42a and 42b, new ones by the next free number."""
    if not known.last_turn:
        return {turn.number: str(turn.number) for turn in turns}
    owners = {word: said.cite for said in known.turns for word in said.words}
    claims: dict[str, list[int]] = {}
    for turn in turns:
        votes = Counter(owners[word] for word in at(turn) if word in owners)
        if votes:
            claims.setdefault(votes.most_common(1)[0][0], []).append(turn.number)
    made = {}
    for cite, claimed in claims.items():
        for index, number in enumerate(claimed):
            made[number] = cite if len(claimed) == 1 else cite + part(index)
    last = known.last_turn
    for turn in turns:
        if turn.number not in made:
            last += 1
            made[turn.number] = str(last)
    return {turn.number: made[turn.number] for turn in turns}


def part(index: int) -> str:
    """a, b … z, za, zb …"""
    return "z" * (index // 25) + chr(ord("a") + index % 25) if index >= 25 else chr(ord("a") + index)


def stem(entity: Entity) -> str:
    """What a label says without its number."""
    return KINDS[entity.kind].ru if entity.kind in KINDS else entity.kind


def number(label: str) -> int:
    found = NUMBERED.search(label)
    return int(found.group(1)) if found else 0


def relabelled(interview: Interview, known: Frozen) -> tuple[Entity, ...]:
    """The entities with the numbers they were released under; those that are new take the next free ones."""
    entities = interview.redaction.entities
    if not known.last_turn:
        return entities
    places = {turn.number: turn for turn in interview.dialogue.turns}
    groups: dict[tuple[str, int], Counter[int]] = {}
    released = {(said.stem, word): said for said in known.mentions for word in said.words}
    for entity in entities:
        if entity.label and number(entity.label):
            votes = groups.setdefault((stem(entity), number(entity.label)), Counter())
            words = covered(places[entity.turn], entity)
            votes.update({found.number for w in words if (found := released.get((stem(entity), w))) and found.number})
    given = assigned(groups, known)
    made = []
    for entity in entities:
        label = entity.label
        if label and number(label):
            label = NUMBERED.sub(f"-{given[(stem(entity), number(label))]}", label, count=1)
        elif label and entity.kind == "PERSON":
            was = [released.get((stem(entity), word)) for word in covered(places[entity.turn], entity)]
            label = next((said.label for said in was if said and not said.number), label)
        made.append(structs.replace(entity, label=label) if label != entity.label else entity)
    return tuple(made)


def assigned(groups: dict[tuple[str, int], Counter[int]], known: Frozen) -> dict[tuple[str, int], int]:
    """(stem, number now) -> number to print; whoever shares the most mentions with a released one keeps its number."""
    claims = [(-share, key, old) for key, votes in groups.items() for old, share in votes.items()]
    given: dict[tuple[str, int], int] = {}
    taken: set[tuple[str, int]] = set()
    for _, key, old in sorted(claims):
        if key not in given and (key[0], old) not in taken:
            given[key] = old
            taken.add((key[0], old))
    last = dict(known.last)
    for key in groups:
        if key not in given:
            last[key[0]] = last.get(key[0], 0) + 1
            given[key] = last[key[0]]
    return given


def covered(turn: Turn, entity: Entity) -> tuple[int, ...]:
    """The words that a mention covers, see `at`."""
    if not turn.words:
        return at(turn)
    return tuple(
        word
        for word, (start, end) in zip(at(turn), turn.spans, strict=True)
        if start < entity.end and end > entity.start
    )


def freeze(interview: Interview, known: Frozen) -> Frozen:
    """What is released now, as a later release will look it up."""
    numbers = dict(interview.cites)
    turns = {turn.number: turn for turn in interview.dialogue.turns}
    mentions = tuple(
        Mention(stem(entity), number(entity.label), entity.label, covered(turns[entity.turn], entity))
        for entity in interview.redaction.entities
        if entity.label
    )
    last = dict(known.last)
    for mention in mentions:
        if mention.number:
            last[mention.stem] = max(last.get(mention.stem, 0), mention.number)
    return Frozen(
        tuple(Said(numbers[turn.number], at(turn)) for turn in interview.dialogue.turns),
        mentions,
        max((known.last_turn, *(int(re.match(r"\d+", cite)[0]) for cite in numbers.values()))),  # type: ignore[index]
        last,
    )


def differences(release: int, interview: str, before: Frozen, now: Frozen) -> Iterator[Change]:
    """What a coder must know: turns that went elsewhere, labels that stand where others stood, or none."""
    old_turns = {word: said.cite for said in before.turns for word in said.words}
    new_turns = {word: said.cite for said in now.turns for word in said.words}
    cited, were = {said.cite for said in now.turns}, {said.cite for said in before.turns}
    for said in before.turns:
        if said.cite not in cited:
            found = dict.fromkeys(new_turns[word] for word in said.words if word in new_turns)
            yield Change(release, interview, said.cite, "turn", said.cite, " ".join(found))
    for said in now.turns:
        split = any(said.cite.startswith(cite) and said.cite[len(cite) :].isalpha() for cite in were - cited)
        if said.cite not in were and not split:
            yield Change(release, interview, said.cite, "turn", "", said.cite)
    old_labels = {word: mention.label for mention in before.mentions for word in mention.words}
    new_labels = {word for mention in now.mentions for word in mention.words}
    for mention in now.mentions:
        olds = dict.fromkeys(old_labels[word] for word in mention.words if word in old_labels)
        if list(olds) != [mention.label]:
            where = new_turns[mention.words[0]] if mention.words else ""
            yield Change(release, interview, where, "label", " ".join(olds), mention.label)
    for mention in before.mentions:
        if mention.words and not new_labels.intersection(mention.words):
            where = new_turns.get(mention.words[0], old_turns.get(mention.words[0], ""))
            yield Change(release, interview, where, "label", mention.label, "")
