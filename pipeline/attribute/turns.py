"""Words with speakers become turns: who talks until when, who only says «угу» meanwhile, and what is a question."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, takewhile
from typing import NamedTuple

from pipeline.attribute import CUES
from pipeline.attribute.words import PLAIN_BACKCHANNELS, SENTENCE_ENDS, Placed, plain, united
from pipeline.model import Mark, Segment, Turn, Word

ASIDE_WORDS = 3
"""a listener's aside has no more words …"""
ASIDE_SECONDS = 1.5
"""… and is no longer than this"""
CLOSE = 0.4
"""seconds of silence around an aside in which the other still has not stopped"""
NEAR_SENTENCE = 1.0
"""seconds within which a turn that is interrupted is cut at the end of a sentence rather than in mid-sentence"""
REQUESTS, QUESTION_WORDS, LEADS = (
    frozenset(CUES["turns"][kind].split()) for kind in ("requests", "question_words", "leads")
)


class Utterance(NamedTuple):
    """Words of one speaker without a long pause."""

    speaker: str
    words: tuple[Word, ...]

    @property
    def start(self) -> float:
        return self.words[0].start

    @property
    def end(self) -> float:
        return max(word.end for word in self.words)

    def joined(self, other: Utterance) -> Utterance:
        return Utterance(self.speaker, self.words + other.words)


class Bit(NamedTuple):
    """A turn before it has a number: an utterance, or several that nobody interrupted."""

    said: Utterance
    backchannel: bool


def bits(placed: Sequence[Placed], parts: Sequence[Mark], bridge: float) -> list[Bit]:
    """Turns in order of their beginning. `bridge` is the longest pause, in seconds, that one utterance bridges."""
    utterances = _interrupted(_utterances(placed, parts, bridge))
    asides = {index for index, one in enumerate(utterances) if _aside(one, utterances)}
    found: list[Bit] = []
    last: int | None = None
    for index, utterance in enumerate(utterances):
        if index in asides:
            found.append(Bit(utterance, True))
        elif last is not None and _goes_on(found[last].said, utterance, parts):
            found[last] = Bit(found[last].said.joined(utterance), False)
        else:
            last = len(found)
            found.append(Bit(utterance, False))
    return found


def _utterances(placed: Sequence[Placed], parts: Sequence[Mark], bridge: float) -> list[Utterance]:
    """Each speaker's words, split at his long pauses and where a part of the interview begins; in order of start."""
    by_speaker: dict[str, list[Word]] = {}
    for one in placed:
        by_speaker.setdefault(one.speaker, []).append(one.word)
    found: list[Utterance] = []
    for speaker, words in by_speaker.items():
        run: list[Word] = []
        for word in sorted(words, key=lambda word: (word.start, word.end)):
            if run and (word.start - run[-1].end > bridge or part_of(word, parts) != part_of(run[-1], parts)):
                found.append(Utterance(speaker, tuple(run)))
                run = []
            run.append(word)
        found.append(Utterance(speaker, tuple(run)))
    return sorted(found, key=lambda one: (one.start, one.end, one.speaker))


def part_of(word: Word, parts: Sequence[Mark]) -> int:
    """1, 2 …: the part of the interview in which a word begins."""
    return max(1, sum(mark.start <= word.start + 0.001 for mark in parts))


def _interrupted(utterances: list[Utterance]) -> list[Utterance]:
    """The same, an utterance cut in two where another person says something of substance in its midst."""
    pending = list(utterances)
    done: list[Utterance] = []
    while pending:
        one = pending.pop(0)
        during = takewhile(lambda other: other.start < one.end, pending)  # noqa: B023
        inner = next((other for other in during if _interrupts(other, one)), None)
        if inner is None:
            done.append(one)
            continue
        cut = _cut(one, inner)
        done.append(Utterance(one.speaker, one.words[:cut]))
        pending.append(Utterance(one.speaker, one.words[cut:]))
        pending.sort(key=lambda other: (other.start, other.end, other.speaker))
    return sorted(done, key=lambda one: (one.start, one.end, one.speaker))


def _interrupts(other: Utterance, one: Utterance) -> bool:
    """Whether someone says more than «угу» within an utterance, with words of it before and after."""
    inside = other.speaker != one.speaker and other.end < one.end and not _listening(other)
    return inside and 0 < _cut(one, other) < len(one.words)


def _cut(one: Utterance, inner: Utterance) -> int:
    """Index of the word before which an interrupted utterance is cut: where its sentence ends, if that is near."""
    begun = sum(word.start < inner.start for word in one.words)
    for index in range(max(begun, 1), len(one.words)):
        said = one.words[index - 1]
        if said.end > inner.end + NEAR_SENTENCE:
            break
        if said.text.endswith(SENTENCE_ENDS):
            return index
    return begun


def _listening(one: Utterance) -> bool:
    """Whether these words could be said without taking the floor."""
    return (
        len(one.words) <= ASIDE_WORDS
        and one.end - one.start <= ASIDE_SECONDS
        and all(plain(word.text) in PLAIN_BACKCHANNELS for word in one.words)
    )


def _aside(one: Utterance, utterances: Sequence[Utterance]) -> bool:
    """Whether someone else talks on around it: not an answer, which a question and a silence go before."""
    if not _listening(one):
        return False
    for other in utterances:
        if other.start > one.end:
            break
        if other.speaker == one.speaker or other.end < one.start:
            continue
        before = [word for word in other.words if word.start < one.start]
        after = [word for word in other.words if word.start >= one.start]
        if before and after and after[0].start - one.end <= CLOSE and not before[-1].text.endswith("?"):
            return True
    return False


def _goes_on(before: Utterance, after: Utterance, parts: Sequence[Mark]) -> bool:
    """Whether two utterances are one turn."""
    return before.speaker == after.speaker and part_of(before.words[0], parts) == part_of(after.words[0], parts)


def asks(text: str) -> bool:
    """Whether the text asks: by its mark, by a request to tell, or by its first word where all marks are lost."""
    if "?" in text:
        return True
    words = [plain(word) for word in text.split()]
    if any(mark in text for mark in ".!…"):
        return any(word in REQUESTS for word in words)
    first = next((word for word in words if word not in LEADS), "")
    return first in QUESTION_WORDS or first in REQUESTS


def turns(
    found: Sequence[Bit],
    parts: Sequence[Mark],
    segments: Sequence[Segment],
    interviewers: frozenset[str],
    guide: Sequence[int] = (),
) -> tuple[Turn, ...]:
    """Numbered turns with text, spans and overlaps; a question is an interviewer's.

    `guide`: for each bit the question of the interview guide that it asks, empty where there is no guide.
    """
    made = []
    for number, (said, backchannel) in enumerate(found, 1):
        text, spans = _text(said.words)
        made.append(
            Turn(
                number=number,
                start=said.start,
                end=said.end,
                speaker=said.speaker,
                text=text,
                words=said.words,
                spans=spans,
                overlaps=_overlaps(said, segments),
                backchannel=backchannel,
                question=said.speaker in interviewers and not backchannel and asks(text),
                part=part_of(said.words[0], parts),
                guide=guide[number - 1] if guide else 0,
            )
        )
    return tuple(made)


def _text(words: Sequence[Word]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The words with one space between them, and where each stands."""
    spans = []
    at = 0
    for word in words:
        spans.append((at, at + len(word.text)))
        at += len(word.text) + 1
    return " ".join(word.text for word in words), tuple(spans)


def _overlaps(said: Utterance, segments: Sequence[Segment]) -> tuple[tuple[float, float], ...]:
    """Where someone else speaks while this speaker does, within the turn; sorted and apart."""
    near = [segment for segment in segments if segment.start < said.end and segment.end > said.start]
    own = [segment for segment in near if segment.speaker == said.speaker]
    common = sorted(
        (max(mine.start, other.start, said.start), min(mine.end, other.end, said.end))
        for mine in own
        for other in near
        if other.speaker != said.speaker
    )
    return tuple(
        (round(start, 3), round(end, 3)) for start, end in united(span for span in common if span[0] < span[1])
    )


def talk(found: Sequence[Bit]) -> dict[str, tuple[Utterance, ...]]:
    """What each speaker says in turns of his own, in order."""
    own = sorted((bit.said for bit in found if not bit.backchannel), key=lambda said: said.speaker)
    return {speaker: tuple(group) for speaker, group in groupby(own, key=lambda said: said.speaker)}
