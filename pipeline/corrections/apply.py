"""What a person changed in a dialogue, applied to it before it is searched: words, speakers, roles, splits, cuts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate

from msgspec import Struct
from msgspec.structs import replace as changed

from pipeline.model import Anchor, Correction, Dialogue, Role, Speaker, Turn, Word

CUT = "[фрагмент исключён]"
"""what the release shows where a person took a passage out"""
RESTORED = "restored"
ROLES: tuple[Role, ...] = ("interviewer", "respondent", "other")


class Key(Struct, frozen=True, order=True):
    """A turn by what it says: sha256 of its text, and which of the turns with that text."""

    text: str
    nth: int


class Edited(Struct, frozen=True):
    """What one correction did to the turns."""

    dialogue: Dialogue
    moved: tuple[tuple[int, Callable[[int, int], tuple[int, int, int] | None]], ...]
    """(index of a changed turn before, where a span of it lies now: index, start, end; None where it is gone)"""


class Corrected(Struct, frozen=True):
    """A dialogue after all corrections that still fit it."""

    dialogue: Dialogue
    stale: tuple[Correction, ...]
    """those whose place is gone"""
    respelt: tuple[tuple[str, str], ...]
    """words as they were recognised and as they were corrected: a release may show neither where they are hidden"""


@lru_cache(maxsize=100_000)
def text_digest(text: str) -> str:
    """sha256 of a turn's text."""
    return hashlib.sha256(text.encode()).hexdigest()


def turn_name(key: Key | Anchor) -> str:
    """How pages and rows of the log name a turn."""
    return f"{key.text[:24]}-{key.nth}"


def keys(turns: Sequence[Turn]) -> tuple[Key, ...]:
    """The key of each turn, in order."""
    seen: dict[str, int] = {}
    made = []
    for turn in turns:
        text = text_digest(turn.text)
        made.append(Key(text, seen.get(text, 0)))
        seen[text] = seen.get(text, 0) + 1
    return tuple(made)


def named(turns: Sequence[Turn]) -> dict[str, Turn]:
    """Turns by the names that pages and rows of the log give them, in order."""
    return {turn_name(key): turn for key, turn in zip(keys(turns), turns, strict=True)}


def corrected(dialogue: Dialogue, corrections: Sequence[Correction]) -> Corrected:
    """The dialogue as people left it. A correction that fits nothing changes nothing and is reported as stale."""
    stale, respelt = [], []
    for correction in corrections:
        edited = apply(dialogue, correction)
        if edited is None:
            stale.append(correction)
            continue
        if correction.kind == "words":
            said = words_at(dialogue, correction)
            if said and said != correction.value:
                respelt.append((said, correction.value))
        dialogue = edited.dialogue
    return Corrected(dialogue, tuple(stale), tuple(respelt))


def apply(dialogue: Dialogue, correction: Correction) -> Edited | None:
    """The dialogue after one correction, None where its place is gone."""
    if correction.kind in ("role", "restore"):
        return (_role if correction.kind == "role" else _restore)(dialogue, correction)
    at = place(dialogue, correction.anchor)
    if at is None or correction.anchor is None:
        return None
    turn = dialogue.turns[at]
    start, end = correction.anchor.start, correction.anchor.end
    if correction.kind == "speaker":
        return _speaker(dialogue, at, correction.speaker)
    if correction.kind == "split":
        return _split(dialogue, at, start, correction.speaker)
    reach = _whole_words(turn, start, end)
    texts = (CUT,) if correction.kind == "cut" else tuple(correction.value.split())
    return _rewritten(dialogue, at, reach, texts) if reach else None


def place(dialogue: Dialogue, anchor: Anchor | None) -> int | None:
    """Index of the turn an anchor lies in, None where no turn says that any more."""
    if anchor is None:
        return None
    wanted = Key(anchor.text, anchor.nth)
    found = next((index for index, key in enumerate(keys(dialogue.turns)) if key == wanted), None)
    if found is None or not 0 <= anchor.start <= anchor.end <= len(dialogue.turns[found].text):
        return None
    return found


def words_at(dialogue: Dialogue, correction: Correction) -> str:
    """The words a correction is about, as they stand before it."""
    at = place(dialogue, correction.anchor)
    if at is None or correction.anchor is None:
        return ""
    turn = dialogue.turns[at]
    reach = _whole_words(turn, correction.anchor.start, correction.anchor.end)
    return turn.text[turn.spans[reach[0]][0] : turn.spans[reach[1] - 1][1]] if reach else ""


def _whole_words(turn: Turn, start: int, end: int) -> tuple[int, int] | None:
    """First word and the one after the last that a span touches, None where it touches none."""
    touched = [index for index, (a, b) in enumerate(turn.spans) if a < end and start < b]
    return (touched[0], touched[-1] + 1) if touched else None


def _rewritten(dialogue: Dialogue, at: int, reach: tuple[int, int], texts: tuple[str, ...]) -> Edited:
    """Other words in place of some, at their times. A turn without any words is gone."""
    turn = dialogue.turns[at]
    first, last = reach
    start, end = turn.spans[first][0], turn.spans[last - 1][1]
    new = " ".join(texts)
    tail = turn.text[end:]
    if not new:
        tail = tail.lstrip()
    text = turn.text[:start] + new + tail
    shift = len(text) - len(turn.text)
    offsets = [start + used for used in accumulate((len(one) + 1 for one in texts), initial=0)]
    spans = (
        *turn.spans[:first],
        *((begin, begin + len(one)) for begin, one in zip(offsets, texts, strict=False)),
        *((a + shift, b + shift) for a, b in turn.spans[last:]),
    )
    words = (*turn.words[:first], *_spoken(turn.words[first:last], texts), *turn.words[last:])
    turns = list(dialogue.turns)
    if not words:
        del turns[at]
        later = tuple((index, _same(index - 1)) for index in range(at + 1, len(dialogue.turns)))
        return Edited(changed(dialogue, turns=_numbered(turns)), ((at, lambda _a, _b: None), *later))
    text, spans = _trimmed(text, spans)
    turns[at] = changed(turn, text=text, words=words, spans=spans)

    def moved(a: int, b: int) -> tuple[int, int, int] | None:
        if b <= start:
            return at, a, b
        return (at, a + shift, b + shift) if a >= end else None

    return Edited(changed(dialogue, turns=_numbered(turns)), ((at, moved),))


def _trimmed(text: str, spans: tuple[tuple[int, int], ...]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Without white space at the end, which the last words leave behind when they go."""
    return text[: max(b for _, b in spans)], spans


def _spoken(before: tuple[Word, ...], texts: tuple[str, ...]) -> tuple[Word, ...]:
    """Words at the times of those they replace: one to one, else spread by their length."""
    if len(before) == len(texts):
        pairs = zip(before, texts, strict=True)
        return tuple(changed(word, text=text, confidence=1.0) for word, text in pairs)
    start, end = before[0].start, max(word.end for word in before)
    letters = sum(map(len, texts)) or 1
    edges = [start + (end - start) * used / letters for used in accumulate(map(len, texts), initial=0)]
    return tuple(
        changed(before[0], start=round(a, 3), end=round(b, 3), text=text, confidence=1.0, interpolated=True)
        for a, b, text in zip(edges, edges[1:], texts, strict=False)
    )


def _split(dialogue: Dialogue, at: int, offset: int, speaker: str) -> Edited | None:
    """A turn becomes two before the word that begins at or after `offset`; the second may be another speaker's."""
    turn = dialogue.turns[at]
    first = next((index for index, (a, _) in enumerate(turn.spans) if a >= offset), 0)
    if first == 0:
        return None
    cut = turn.spans[first][0]
    head = _piece(turn, 0, first)
    tail = changed(_piece(turn, first, len(turn.words)), speaker=speaker or turn.speaker, guide=0)
    dialogue = _with_speaker(dialogue, tail.speaker)
    tail = changed(tail, question=_asks(dialogue, tail))
    turns = [*dialogue.turns[:at], head, tail, *dialogue.turns[at + 1 :]]

    def moved(a: int, b: int) -> tuple[int, int, int] | None:
        if b <= len(head.text):
            return at, a, b
        return (at + 1, a - cut, b - cut) if a >= cut else None

    later = tuple((index, _same(index + 1)) for index in range(at + 1, len(dialogue.turns)))
    return Edited(changed(dialogue, turns=_numbered(turns)), ((at, moved), *later))


def _same(index: int) -> Callable[[int, int], tuple[int, int, int] | None]:
    return lambda a, b: (index, a, b)


def _piece(turn: Turn, first: int, last: int) -> Turn:
    """Some words of a turn as a turn."""
    begin, end = turn.spans[first][0], turn.spans[last - 1][1]
    words = turn.words[first:last]
    since, until = words[0].start, max(word.end for word in words)
    return changed(
        turn,
        start=since,
        end=until,
        text=turn.text[begin:end],
        words=words,
        spans=tuple((a - begin, b - begin) for a, b in turn.spans[first:last]),
        overlaps=tuple((max(a, since), min(b, until)) for a, b in turn.overlaps if a < until and b > since),
    )


def _speaker(dialogue: Dialogue, at: int, speaker: str) -> Edited | None:
    if not speaker:
        return None
    dialogue = _with_speaker(dialogue, speaker)
    turn = changed(dialogue.turns[at], speaker=speaker)
    turns = list(dialogue.turns)
    turns[at] = changed(turn, question=_asks(dialogue, turn))
    return Edited(changed(dialogue, turns=tuple(turns)), ())


def _with_speaker(dialogue: Dialogue, label: str) -> Dialogue:
    """The dialogue with a speaker of this label, a new one if need be."""
    if any(speaker.label == label for speaker in dialogue.speakers):
        return dialogue
    return changed(dialogue, speakers=(*dialogue.speakers, Speaker(label, "other", "", ("reviewer",), 1.0)))


def _role(dialogue: Dialogue, correction: Correction) -> Edited | None:
    """Another role for a speaker; the respondent is the interview's participant."""
    role = next((one for one in ROLES if one == correction.value), None)
    if role is None or all(speaker.label != correction.speaker for speaker in dialogue.speakers):
        return None
    person = next((speaker.participant for speaker in dialogue.speakers if speaker.participant), "")
    speakers = tuple(
        changed(one, role=role, participant=person if role == "respondent" else "", evidence=("reviewer",), margin=1.0)
        if one.label == correction.speaker
        else one
        for one in dialogue.speakers
    )
    dialogue = changed(dialogue, speakers=speakers, flags=tuple(f for f in dialogue.flags if f != "role-uncertain"))
    turns = tuple(
        changed(turn, question=_asks(dialogue, turn)) if turn.speaker == correction.speaker else turn
        for turn in dialogue.turns
    )
    return Edited(changed(dialogue, turns=turns), ())


def _asks(dialogue: Dialogue, turn: Turn) -> bool:
    """Whether a turn whose speaker or role changed is a question: an interviewer's, with the mark."""
    role = next((speaker.role for speaker in dialogue.speakers if speaker.label == turn.speaker), "other")
    return role == "interviewer" and not turn.backchannel and (turn.question or "?" in turn.text)


def _restore(dialogue: Dialogue, correction: Correction) -> Edited | None:
    """Words that a rule dropped, back as a turn of their own."""
    texts = tuple(correction.value.split())
    if not texts or correction.end < correction.start:
        return None
    at = sum(turn.start <= correction.start for turn in dialogue.turns)
    speaker = correction.speaker or dialogue.turns[max(0, at - 1)].speaker
    dialogue = _with_speaker(dialogue, speaker)
    blank = Word(correction.start, correction.end, "", 1.0, "ru", RESTORED, True)
    words = _spoken((blank, blank), texts) if len(texts) != 2 else _spoken((blank,), texts)
    text = " ".join(texts)
    edges = list(accumulate((len(one) + 1 for one in texts), initial=0))
    spans = tuple((a, a + len(one)) for a, one in zip(edges, texts, strict=False))
    part = dialogue.turns[max(0, at - 1)].part if dialogue.turns else 1
    new = Turn(0, correction.start, correction.end, speaker, text, words, spans, part=part)
    turns = [*dialogue.turns[:at], new, *dialogue.turns[at:]]
    moved = tuple((index, _same(index + 1)) for index in range(at, len(dialogue.turns)))
    left = tuple(
        one
        for one in dialogue.dropped
        if (one.start, " ".join(one.text.split())) != (correction.start, correction.value)
    )
    return Edited(changed(dialogue, turns=_numbered(turns), dropped=left), moved)


def _numbered(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    return tuple(
        turn if turn.number == number else changed(turn, number=number) for number, turn in enumerate(turns, 1)
    )
