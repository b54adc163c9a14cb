"""What a study lets out whose truth is known: marks of a reference, carried over to what was written."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.json import decode
from msgspec.structs import replace as changed
from rapidfuzz.distance import Levenshtein

from pipeline.decisions import sign_off
from pipeline.deidentify.labels.replace import Style
from pipeline.errors import ConfigError, UsageError
from pipeline.measure import deidentification, second_look
from pipeline.measure.alignment import Timed, aligned
from pipeline.measure.gold import Gold, GoldEntity, GoldTurn
from pipeline.measure.sampling import finished
from pipeline.measure.transcripts import normalised
from pipeline.model import Dialogue, Entity, Open, Turn
from pipeline.study.folder import Study

VARIANT = "release"


class SaidTurn(Struct, frozen=True):
    """One turn of a reference; seconds of the recording."""

    speaker: str
    start: float
    end: float
    text: str
    entities: tuple[GoldEntity, ...] = ()


class Reference(Struct, frozen=True):
    """What was said in one recording, and what of it must go."""

    turns: tuple[SaidTurn, ...]


class Outcome(Struct, frozen=True):
    """How much of what must go leaves a study."""

    unwritten: int
    """mentions of which the recogniser wrote no word: nothing of them can leave"""
    misses_direct: float
    """direct entities neither hidden nor asked about, expected in an interview: those after the second look"""
    misses_quasi: float
    measured: deidentification.Variant


def measure(study: Study, gold: Path, style: Style) -> Outcome:
    """Every interview of a study that has a reference. Raises ConfigError, UsageError."""
    books = sign_off.books(study.folder / "work")
    tallies, looks, unwritten = [], [], 0
    for name, (dialogue, redaction) in finished(study).items():
        file = reference_of(gold, name)
        if file is None:
            continue
        done = sign_off.reviewed((dialogue, redaction), name, books, style)
        marked, lost = carried_over(name, read(file), done.dialogue)
        unwritten += lost
        tallies.append(deidentification.tally(marked, done.redaction.entities))
        asked = apart(redaction.open, done.redaction.entities)
        looks.append(second_look.look(marked, changed(done.redaction, open=asked)))
    if not tallies:
        raise ConfigError(
            "No interview of the study has a reference.",
            "Name the folder that holds truth.json of each interview in a folder of its id.",
        )
    (measured,) = deidentification.report(tallies, looks).variants
    return Outcome(unwritten, _missed(looks, "direct"), _missed(looks, "quasi"), measured)


def _missed(looks: Sequence[second_look.Look], cls: str) -> float:
    missed = sum(least < 0 for look in looks for kind, least in look.entities if kind == cls)
    return round(missed / len(looks), 2)


def apart(asked: Sequence[Open], hidden: Sequence[Entity]) -> tuple[Open, ...]:
    """What was asked about, without what people have hidden since."""
    return tuple(
        one
        for one in asked
        if not any(e.label and e.turn == one.turn and e.start < one.end and one.start < e.end for e in hidden)
    )


def reference_of(gold: Path, name: str) -> Path | None:
    """The reference of an interview in a folder of them: <id>/truth.json or <id>.json; None where there is none."""
    return next((file for file in (gold / name / "truth.json", gold / f"{name}.json") if file.is_file()), None)


def read(reference: Path) -> Reference:
    """A truth.json: its turns with their times and marks. Raises UsageError where it cannot be read."""
    try:
        return decode(reference.read_bytes(), type=Reference)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"The reference cannot be read ({type(error).__name__}).",
            "Give a truth.json with `turns`, each with speaker, start, end, text and entities.",
        ) from error


class Word(Struct, frozen=True):
    """A word that was said, and what it is a part of: indices of the turn and its entity, (-1, -1) for of nothing."""

    timed: Timed
    part: tuple[int, int] = (-1, -1)


def carried_over(name: str, truth: Reference, dialogue: Dialogue) -> tuple[Gold, int]:
    """A dialogue with the marks of its reference on the words that were written for those that are marked there.

    And the number of mentions for which no word was written.
    """
    voices = _same_voices(truth, dialogue)
    marks: dict[int, list[GoldEntity]] = defaultdict(list)
    lost = 0
    for speaker in dict.fromkeys(turn.speaker for turn in truth.turns):
        said = [word for at, turn in enumerate(truth.turns) if turn.speaker == speaker for word in _words(at, turn)]
        written = [
            (turn, span, Timed(normalised(word.text), word.start))
            for turn in dialogue.turns
            if turn.speaker == voices.get(speaker, "")
            for word, span in zip(turn.words, turn.spans, strict=True)
        ]
        partners = dict(aligned([word.timed for word in said], [timed for _, _, timed in written]))
        for (at, index), places in _parts(said).items():
            entity = truth.turns[at].entities[index]
            found = _written_for(places, partners, said, [timed for _, _, timed in written])
            lost += not found
            for turn, start, end in _stretches([written[place][:2] for place in found]):
                marks[turn.number].append(GoldEntity(start, end, entity.type, entity.entity_id, entity.cls))
    roles = {speaker.label: speaker.role for speaker in dialogue.speakers}
    turns = tuple(
        GoldTurn(turn.speaker, turn.text, tuple(marks[turn.number]), roles.get(turn.speaker, ""))
        for turn in dialogue.turns
    )
    return Gold(name, turns, VARIANT), lost


def _words(at: int, turn: SaidTurn) -> Iterator[Word]:
    """The words of a turn of a reference, their times spread evenly over it."""
    for match in re.finditer(r"\S+", turn.text):
        plain = normalised(match.group())
        if not plain:
            continue
        when = turn.start + (turn.end - turn.start) * match.start() / len(turn.text)
        inside = (i for i, e in enumerate(turn.entities) if e.start < match.end() and match.start() < e.end)
        index = next(inside, -1)
        yield Word(Timed(plain, when), (at, index) if index >= 0 else (-1, -1))


def _parts(said: Sequence[Word]) -> dict[tuple[int, int], list[int]]:
    """Turn and entity -> the words that it consists of."""
    made: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, word in enumerate(said):
        if word.part[1] >= 0:
            made[word.part].append(place)
    return made


def _written_for(
    places: Sequence[int], partners: Mapping[int, int], said: Sequence[Word], written: Sequence[Timed]
) -> range:
    """The words written for a mention: of those between its neighbours' partners the stretch that sounds most like it.

    Empty where nothing was written between them.
    """
    low = 1 + next((partners[place] for place in range(places[0] - 1, -1, -1) if place in partners), -1)
    high = next((partners[place] for place in range(places[-1] + 1, len(said)) if place in partners), len(written))
    own = [partners[place] for place in places if place in partners]
    if not own:
        return range(low, min(high, low + len(places) + EXTRA))
    name = "".join(said[place].timed.text for place in places)
    best, most = range(own[0], own[-1] + 1), -1.0
    for first in range(max(low, own[0] - EXTRA), own[0] + 1):
        for last in range(own[-1] + 1, min(high, own[-1] + EXTRA + 1) + 1):
            heard = "".join(word.text for word in written[first:last])
            alike = Levenshtein.normalized_similarity(name, heard)
            if alike > most:
                best, most = range(first, last), alike
    return best


EXTRA = 2
"""words more than were said that may be written for a mention, on either side"""


def _stretches(found: Sequence[tuple[Turn, tuple[int, int]]]) -> Iterator[tuple[Turn, int, int]]:
    """One stretch a turn, from its first word to the last letter of its last."""
    by_turn: dict[int, list[tuple[Turn, tuple[int, int]]]] = defaultdict(list)
    for turn, span in found:
        by_turn[turn.number].append((turn, span))
    for pieces in by_turn.values():
        turn, (start, end) = pieces[0][0], (pieces[0][1][0], pieces[-1][1][1])
        while end > start + 1 and not turn.text[end - 1].isalnum():
            end -= 1
        yield turn, start, end


def _same_voices(truth: Reference, dialogue: Dialogue) -> dict[str, str]:
    """Speaker of a reference -> the label under which most of his time was written."""
    shared: dict[tuple[str, str], float] = defaultdict(float)
    for one in truth.turns:
        for turn in dialogue.turns:
            both = min(one.end, turn.end) - max(one.start, turn.start)
            if both > 0:
                shared[one.speaker, turn.speaker] += both
    return dict(sorted(shared, key=lambda pair: shared[pair]))


def lines(outcome: Outcome) -> Iterator[str]:
    """The outcome as text."""
    variant = outcome.measured
    yield from deidentification.lines(deidentification.Report((variant,)))
    direct, quasi = outcome.misses_direct, outcome.misses_quasi
    yield f"  after the second look: {direct} direct and {quasi} quasi missed an interview"
    yield f"  mentions that the recogniser did not write: {outcome.unwritten}"
