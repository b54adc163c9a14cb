"""The study-level cast: which display name is which contact, who hosts, who comes back in other recordings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import sqrt
from typing import NamedTuple

from msgspec import structs
from rapidfuzz import fuzz

from pipeline.attribute import CUES
from pipeline.attribute.words import plain
from pipeline.model import Cast, Diarization, Member, Recording, Role, Voice
from pipeline.participants import Roster

ALIKE = 84.0
"""similarity (0–100) of two spellings of one name"""
SHORT = 5
"""letters of a name below which another letter makes another name"""
LONG = 7
"""letters beyond which one word may be a name and a surname run together"""
SAME_VOICE = 0.7
"""cosine of two speaker embeddings of one person"""
UNDER_NAME = 0.6
"""share of a voice's speech that must lie under one caption name for it to be his"""
MACHINE = re.compile(rf"\b(?:{'|'.join(CUES['cast']['machines'].split())})\b", re.IGNORECASE)
"""words of a display name that name a machine, not a person"""
LETTERS, SPELLINGS = (dict(pair.split(":") for pair in CUES["cast"][kind].split()) for kind in ("letters", "spellings"))


class Person(NamedTuple):
    """Someone the roster names."""

    owner: str
    """participant id, or "" for an interviewer"""
    interviewer: bool
    names: tuple[str, ...]


def build(
    recordings: Mapping[str, Recording],
    diarizations: Mapping[str, Diarization],
    roster: Roster,
    interviewers: Sequence[str],
    participant_of: Mapping[str, str],
) -> dict[str, Cast]:
    """One slice a recording that is both ingested and diarized. The order of the recordings does not matter."""
    ready = sorted(set(recordings) & set(diarizations))
    people = _people(roster, interviewers)
    names = {
        (name, voice.label): voice.display_name or _caption_name(voice, recordings[name], diarizations[name])
        for name in ready
        for voice in diarizations[name].voices
    }
    told = {row.id: row.speakers for row in roster.participants if row.speakers}
    back = _recurring_names(names) | _recurring_voices({name: diarizations[name].voices for name in ready})
    casts = {}
    for name in ready:
        owner = participant_of.get(name, "")
        labels = [voice.label for voice in diarizations[name].voices]
        members = [Member(label, names[name, label], recurring=(name, label) in back) for label in labels]
        known = tuple(_member(member, people, owner, recordings[name].host) for member in members)
        casts[name] = _overridden(Cast(name, owner, known), told.get(owner, ()))
    return casts


def _overridden(cast: Cast, told: Sequence[tuple[str, Role]]) -> Cast:
    """The same with the roles that the roster gives by label or display name; what fits nobody is counted."""
    roles: dict[str, Role] = {}
    unmatched = 0
    for name, role in told:
        fitting = _meant(name, cast.members)
        roles |= dict.fromkeys((member.label for member in fitting), role)
        unmatched += not fitting
    members = tuple(structs.replace(one, override=roles.get(one.label)) for one in cast.members)
    return structs.replace(cast, members=members, unmatched=unmatched)


def _meant(name: str, members: Sequence[Member]) -> list[Member]:
    """Whom a name of the roster's `speakers` means: a label, a display name as it stands, or the one most like it."""
    for same in (
        [member for member in members if member.label.casefold() == name.casefold()],
        [member for member in members if member.display_name and plain(member.display_name) == plain(name)],
    ):
        if same:
            return same
    scores = [(likeness(member.display_name, name), member) for member in members]
    best = max((score for score, _ in scores), default=0.0)
    near = [member for score, member in scores if score >= ALIKE and score > best - 3]
    return near if len({member.display_name for member in near}) == 1 else []


def _people(roster: Roster, interviewers: Sequence[str]) -> list[Person]:
    """Everyone whose name is known, with all spellings of it."""
    people = [Person("", True, (name,)) for name in interviewers]
    for contact in roster.contacts:
        asks = contact.role == "interviewer"
        people.append(Person("" if asks else contact.owner, asks, contact.names + contact.display_names))
    return people


def _member(member: Member, people: Sequence[Person], owner: str, host: str) -> Member:
    """A member with what his display name tells."""
    person = _who(member.display_name, people, owner)
    return structs.replace(
        member,
        participant=person.owner if person else "",
        interviewer=bool(person and person.interviewer),
        host=likeness(member.display_name, host) >= ALIKE,
    )


def _who(shown: str, people: Sequence[Person], owner: str) -> Person | None:
    """The person of the roster whose name this is. This recording's own people go first; a tie is nobody."""
    if not shown:
        return None
    near = [person for person in people if person.interviewer or person.owner == owner]
    far = [person for person in people if person not in near]
    for group, needed in ((near, 1), (far, 2)):
        if len(tokens(shown)) < needed:
            continue
        scores = [(max((likeness(shown, name) for name in person.names), default=0.0), person) for person in group]
        best = max((score for score, _ in scores), default=0.0)
        if best < ALIKE:
            continue
        found = {(person.owner, person.interviewer) for score, person in scores if score > best - 3}
        return next(person for score, person in scores if score == best) if len(found) == 1 else None
    return None


def likeness(shown: str, name: str) -> float:
    """How well a display name can spell a full name, 0–100: in any script, order, shortened, run together."""
    theirs, ours = tokens(shown), tokens(name)
    if not theirs or not ours:
        return 0.0
    together = max(
        fuzz.ratio("".join(theirs), "".join(order)) for order in (ours, ours[::-1], ours[:2], ours[:2][::-1])
    )
    if len(theirs) == 1 and len(theirs[0]) > LONG and together >= ALIKE:
        return float(together)
    left = list(ours)
    scores = []
    for token in sorted(theirs, key=len, reverse=True):
        best = max(left, key=lambda other: _alike(token, other), default="")
        scores.append(_alike(token, best))
        if best:
            left.remove(best)
    return min(scores) if max(map(len, theirs)) > 2 else 0.0


def _alike(one: str, other: str) -> float:
    """Similarity of two parts of a name; an initial is like any name that begins with it, short names must be equal."""
    shorter = min(len(one), len(other))
    if shorter <= 1:
        return 90.0 if one[:1] == other[:1] != "" else 0.0
    likeness = float(fuzz.ratio(one, other))
    return likeness if shorter >= SHORT or one == other else min(likeness, ALIKE - 1)


def tokens(name: str) -> tuple[str, ...]:
    """The parts of a name in plain Latin, machines left out; names run together are parted at capitals."""
    people = MACHINE.sub(" ", re.sub(r"['’]s(?![a-z])|['’]s(?=i[A-Z])", " ", name))
    parted = MACHINE.sub(" ", re.sub(r"(?<=[^\W\d_A-ZА-ЯЁӘҒҚҢӨҰҮҺІ])(?=[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ])", " ", people))
    return tuple(folded(word) for word in re.findall(r"[^\W\d_]+", parted))


def folded(word: str) -> str:
    """A name's part in which transliterations meet: «Ержан», "Yerzhan" and "Erjan" are one."""
    latin = "".join(LETTERS.get(letter, letter) for letter in word.casefold()).replace("ch", "\0")
    for written, meant in SPELLINGS.items():
        latin = latin.replace(written, meant)
    return latin.replace("\0", "ch")


def _caption_name(voice: Voice, recording: Recording, diarization: Diarization) -> str:
    """The caption name under which most of a nameless voice's speech stands, "" where none is clear."""
    spoken = [segment for segment in diarization.exclusive if segment.speaker == voice.label]
    total = sum(segment.end - segment.start for segment in spoken)
    under: dict[str, float] = {}
    for cue in recording.captions:
        if cue.speaker:
            common = sum(max(0.0, min(cue.end, one.end) - max(cue.start, one.start)) for one in spoken)
            under[cue.speaker] = under.get(cue.speaker, 0.0) + common
    best = max(sorted(under), key=lambda name: under[name], default="")
    return best if best and under[best] >= UNDER_NAME * total else ""


Spoken = tuple[str, str]
"""recording id and label of a voice in it"""


def _recurring_names(names: Mapping[Spoken, str]) -> set[Spoken]:
    """Voices whose display name stands in another recording too; "iPhone" is not a name."""
    where: dict[tuple[str, ...], set[str]] = {}
    for (recording, _), name in names.items():
        where.setdefault(tuple(sorted(tokens(name))), set()).add(recording)
    return {key for key, name in names.items() if tokens(name) and len(where[tuple(sorted(tokens(name)))]) > 1}


def _recurring_voices(voices: Mapping[str, Iterable[Voice]]) -> set[Spoken]:
    """Voices that sound like one in another recording."""
    known = [(name, voice.label, voice.centroid) for name, group in voices.items() for voice in group if voice.centroid]
    back: set[Spoken] = set()
    for (one, label, a), (other, second, b) in combinations(known, 2):
        if one != other and len(a) == len(b) and _cosine(a, b) >= SAME_VOICE:
            back |= {(one, label), (other, second)}
    return back


def _cosine(a: Sequence[float], b: Sequence[float]) -> float:
    lengths = sqrt(sum(x * x for x in a) * sum(x * x for x in b))
    return sum(x * y for x, y in zip(a, b, strict=False)) / lengths if lengths else 0.0
