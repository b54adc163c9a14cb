"""Whose an identifier is: the respondent's own, or somebody else's, by whom the study knows and by the words before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.deidentify import same_entity
from pipeline.deidentify.passage import readings
from pipeline.deidentify.people.cues import CUES
from pipeline.deidentify.words.inflect import fold
from pipeline.deidentify.words.lists import sets
from pipeline.model import Dialogue, Entity, Turn
from pipeline.participants import Contact

WORDS = sets("contacts/owners.txt")
REACHING = frozenset(("PHONE", "EMAIL", "USERNAME", "ID_NUMBER", "URL", "ADDRESS"))
"""kinds that lead to one person by themselves: for these the sentence before is read too"""
WORD = re.compile(r"\w+(?:-\w+)*")
SENTENCE = re.compile(r"[.!?…]+[»\")]*\s+(?=[^\Wа-я])")
"""where a sentence ends"""
DIGITS = 7
"""last digits by which two numbers are the same"""


def own(
    dialogue: Dialogue, entities: Sequence[Entity], participant: str, contacts: Iterable[Contact]
) -> frozenset[str]:
    """Entity ids of what is the participant's: who he or she is, and what is told as his or hers.

    A thing is the participant's own where one mention of it is. Whoever is doubtful counts as somebody else.
    """
    respondents = {speaker.label for speaker in dialogue.speakers if speaker.role == "respondent"}
    turns = {turn.number: turn for turn in dialogue.turns}
    mine = f"PERSON:{participant}"
    theirs: dict[int, list[Entity]] = {}
    for entity in entities:
        if entity.kind == "PERSON" and entity.entity_id != mine:
            theirs.setdefault(entity.turn, []).append(entity)
    known = [contact for contact in contacts if contact.owner == participant]
    others = [contact for contact in contacts if contact.owner != participant]
    found = {mine}
    for entity in entities:
        turn = turns.get(entity.turn)
        if entity.kind == "PERSON" or turn is None:
            continue
        said = turn.text[entity.start : entity.end]
        heard = turn.speaker in respondents and not any(holds(contact, said) for contact in others)
        if any(holds(contact, said) for contact in known) or (
            heard and told_as_own(turn, entity, theirs.get(turn.number, ()))
        ):
            found.add(entity.entity_id)
    return frozenset(found)


def holds(contact: Contact, said: str) -> bool:
    """Whether a row of the contacts gives what was said: a number by its last digits, anything else by its words."""
    digits = re.sub(r"\D", "", said)
    for text in (*contact.emails, *contact.phones, *contact.employers, *contact.others):
        numbers = re.sub(r"\D", "", text)
        if len(digits) >= DIGITS and digits[-DIGITS:] == numbers[-DIGITS:]:
            return True
        if fold(said).strip() == fold(text).strip() or same_entity.name(said) == same_entity.name(text) != ():
            return True
    return False


def told_as_own(turn: Turn, entity: Entity, people: Sequence[Entity]) -> bool:
    """Whether the nearest word before an identifier that says whose it is means the speaker, or none says so.

    «Ник у меня …, у него …»: the first is the speaker's, the second is not.
    """
    sentence = begins(turn.text[: entity.start], 1)
    since = begins(turn.text[: entity.start], 2) if entity.kind in REACHING else sentence
    places: list[tuple[int, bool]] = [
        (person.start, False) for person in people if since <= person.start < entity.start
    ]
    words = [found for found in WORD.finditer(turn.text, since, entity.start)]
    plain = [fold(found.group()) for found in words]
    for at, word in enumerate(plain):
        beside = plain[max(0, at - 1) : at] + plain[at + 1 : at + 2]
        if word in WORDS["ourselves"] or (word in WORDS["mine"] and not any(map(kin, beside))):
            places.append((words[at].start(), True))
        elif kin(word) or (word in WORDS["they"] and words[at].start() >= sentence):
            places.append((words[at].start(), False))
    return max(places, default=(0, True))[1]


def begins(before: str, sentences: int) -> int:
    """Where the last so many sentences of a text begin, the unfinished one included."""
    ends = [found.end() for found in SENTENCE.finditer(before)]
    return ends[-sentences] if len(ends) >= sentences else 0


def kin(word: str) -> bool:
    """Whether a word names somebody by how near he or she is to the speaker."""
    return bool((CUES["kin"] | WORDS["close"]).intersection(readings(word)[0]))
