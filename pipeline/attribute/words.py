"""Which voice says each word: by the track it was heard on, the name of its caption, or who speaks at that time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.attribute import CUES
from pipeline.model import Caption, Diarization, Dropped, Recording, Segment, Word

OUTSIDE = 0.3
"""seconds between a word and its owner's speech from which on it is not his"""
DOUBLE = 0.6
"""seconds within which a word heard on two tracks is one word"""
EDGE = 0.3
"""seconds within which a word begins or ends together with a segment"""
UNSURE = 0.1
"""seconds by which the times of a word and of the speech around it may miss each other"""
SENTENCE_ENDS = (".", "?", "!", "…", ".»", "?»", "!»")
COSTS: dict[str, float] = CUES["words"]["costs"]
"""what decides about a word that several people may have said"""


class Placed(NamedTuple):
    """A word and the label of the voice that says it."""

    word: Word
    speaker: str


def place(words: Sequence[Word], recording: Recording, diarization: Diarization) -> tuple[list[Placed], list[Dropped]]:
    """Each word with its voice, in order of time, and the words that were another track's leak."""
    floors = Floors(diarization)
    owners = _owners(recording, diarization)
    named = _named(words, recording.captions, diarization, owners)
    heard = [word for word in words if word.track in owners and not word.interpolated]
    mixed = [word for word in words if word.track not in owners or word.interpolated]
    shared = {voice.label: voice.track for voice in diarization.voices if voice.track}
    kept, dropped = _from_tracks(heard, owners, floors, shared)
    kept = _in_rooms(kept, owners, diarization)
    kept += _from_mix(_by_cue(mixed, recording.captions), named, floors)
    kept.sort(key=lambda one: (one.word.start, one.word.end, one.speaker))
    return kept, dropped


class Floors:
    """Diarization that can be asked about a stretch of time."""

    def __init__(self, diarization: Diarization, of: Sequence[str] = ()) -> None:
        self.labels = tuple(of) or tuple(voice.label for voice in diarization.voices)
        self.all = {label: _Line(diarization.segments, label) for label in self.labels}
        self.single = {label: _Line(diarization.exclusive, label) for label in self.labels}

    def share(self, label: str, start: float, end: float) -> float:
        """How much of the stretch a voice speaks, 0–1, whoever else does."""
        return self.all[label].covered(start, end) / max(end - start, 1e-6)

    def held(self, label: str, start: float, end: float) -> float:
        """How much of the stretch a voice has the floor, 0–1."""
        return self.single[label].covered(start, end) / max(end - start, 1e-6)

    def together(self, start: float, end: float) -> bool:
        """Whether two people talk in the middle of the stretch."""
        middle = (start + end) / 2
        return sum(self.all[label].near(middle, UNSURE) is not None for label in self.labels) > 1

    def edges(self, label: str, time: float) -> tuple[float, float]:
        """Beginning and end of a voice's segment around a moment; infinitely far where it is silent."""
        return self.all[label].near(time, UNSURE) or (float("-inf"), float("inf"))

    def inserted(self, label: str, time: float) -> bool:
        """Whether a voice speaks there for a second or so while another has the floor."""
        piece = self.all[label].at(time)
        return piece is not None and piece[1] - piece[0] <= 1.2 and self.held(label, *piece) < 0.5


def united(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans in order of their start, those that overlap or touch as one."""
    found: list[tuple[float, float]] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


class _Line:
    """One voice's segments, sorted and apart."""

    def __init__(self, segments: Iterable[Segment], label: str) -> None:
        self.pieces = united(sorted((one.start, one.end) for one in segments if one.speaker == label))
        self.starts = [start for start, _ in self.pieces]

    def covered(self, start: float, end: float) -> float:
        """Seconds of the stretch that lie in a segment."""
        total = 0.0
        for piece in self.pieces[max(0, bisect_right(self.starts, start) - 1) :]:
            if piece[0] >= end:
                break
            total += max(0.0, min(end, piece[1]) - max(start, piece[0]))
        return total

    def at(self, time: float) -> tuple[float, float] | None:
        """The segment around a moment."""
        index = bisect_right(self.starts, time) - 1
        return self.pieces[index] if index >= 0 and time < self.pieces[index][1] else None

    def near(self, time: float, within: float) -> tuple[float, float] | None:
        """The segment around a moment, or one that begins or ends within so many seconds of it."""
        return self.at(time) or self.at(time + within) or self.at(time - within)

    def distance(self, start: float, end: float) -> float:
        """Seconds from the stretch to the nearest segment, 0 where it touches one."""
        index = bisect_right(self.starts, start)
        near = self.pieces[max(0, index - 1) : index + 1]
        return min((max(0.0, piece[0] - end, start - piece[1]) for piece in near), default=1e6)


def plain(name: str) -> str:
    """A display name as Zoom's file names and its captions have it in common: letters and digits, lower case."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _owners(recording: Recording, diarization: Diarization) -> dict[str, str]:
    """Voice of each participant track; empty where diarization did not go by tracks."""
    if diarization.method != "tracks":
        return {}
    labels = {voice.label for voice in diarization.voices}
    by_name = {plain(voice.display_name): voice.label for voice in diarization.voices if voice.display_name}
    owners: dict[str, str] = {}
    for track in recording.participants():
        label = track.label if track.label in labels else by_name.get(plain(track.display_name), "")
        if label:
            owners[track.label] = label
    return owners


def _in_rooms(kept: Sequence[Placed], owners: dict[str, str], diarization: Diarization) -> list[Placed]:
    """The same, each word of a track that several people share given to one of them."""
    rooms: dict[str, list[str]] = {}
    for voice in diarization.voices:
        if voice.track:
            rooms.setdefault(owners.get(voice.track, ""), []).append(voice.label)
    done = [one for one in kept if one.speaker not in rooms]
    for owner, labels in rooms.items():
        words = sorted((one.word for one in kept if one.speaker == owner), key=lambda word: (word.start, word.end))
        done += _from_mix(words, {}, Floors(diarization, labels))
    return done


def _from_tracks(
    words: Sequence[Word], owners: dict[str, str], floors: Floors, shared: dict[str, str]
) -> tuple[list[Placed], list[Dropped]]:
    """A track's words are its owner's, but for those that he cannot have said: copies go, the rest to who speaks."""
    by_track: dict[str, list[Word]] = {}
    for word in words:
        by_track.setdefault(word.track, []).append(word)
    kept: list[Placed] = []
    dropped: list[Dropped] = []
    for word in words:
        owner = owners[word.track]
        room = [label for label, track in shared.items() if owners.get(track) == owner] or [owner]
        if min(floors.all[label].distance(word.start, word.end) for label in room) < OUTSIDE:
            kept.append(Placed(word, owner))
            continue
        source = max(floors.labels, key=lambda label: floors.share(label, word.start, word.end))
        if floors.share(source, word.start, word.end) == 0.0:
            kept.append(Placed(word, owner))
        elif _copied(word, by_track, owners, source):
            dropped.append(Dropped(word.start, word.end, word.text, "bleed", word.track))
        else:
            kept.append(Placed(word, source))
    return kept, dropped


def _copied(word: Word, by_track: dict[str, list[Word]], owners: dict[str, str], source: str) -> bool:
    """Whether the source's own track has this word at about this time, or any other word in its place."""
    for track, others in by_track.items():
        if track == word.track or owners[track] != source:
            continue
        begin = bisect_right(others, word.start - DOUBLE, key=lambda other: other.start)
        for other in others[begin:]:
            if other.start > word.end + DOUBLE:
                break
            if plain(other.text) == plain(word.text) or (other.start < word.end and word.start < other.end):
                return True
    return False


def _named(
    words: Sequence[Word], captions: Sequence[Caption], diarization: Diarization, owners: dict[str, str]
) -> dict[int, str]:
    """Voices of the words (by identity) whose times come from a caption that names its speaker."""
    shown = [voice for voice in diarization.voices if voice.display_name and not voice.track]
    labels = {plain(voice.display_name): voice.label for voice in shown}
    spread = [word for word in words if word.interpolated]
    found: dict[int, str] = {}
    if not labels:
        return found
    cues = sorted(captions, key=lambda cue: cue.start)
    begin = 0
    for word in spread:
        if word.track in owners:
            found[id(word)] = owners[word.track]
            continue
        while begin < len(cues) and cues[begin].end < word.start - 0.05:
            begin += 1
        for cue in cues[begin:]:
            if cue.start > word.start + 0.05:
                break
            if word.end <= cue.end + 0.05 and word.text in cue.text.split() and plain(cue.speaker) in labels:
                found[id(word)] = labels[plain(cue.speaker)]
                break
    return found


def _by_cue(words: Sequence[Word], captions: Sequence[Caption]) -> list[Word]:
    """Words in the order in which they were written: where captions overlap, one is finished before the next."""
    cues = sorted((cue.start, cue.end, frozenset(cue.text.split())) for cue in captions)
    starts = [cue[0] for cue in cues]

    def written(word: Word) -> tuple[float, float]:
        last = bisect_right(starts, word.start + 0.05) if word.interpolated else 0
        around = (
            start
            for start, end, texts in cues[max(0, last - 4) : last]
            if word.end <= end + 0.05 and word.text in texts
        )
        return max(around, default=word.start), word.start

    return sorted(words, key=written)


class _Path(NamedTuple):
    """The cheapest way to a word said by one voice."""

    cost: float
    label: str
    before: _Path | None
    last: dict[str, Word]
    """each voice's last word on this way"""


def _from_mix(words: Sequence[Word], named: dict[int, str], floors: Floors) -> list[Placed]:
    """The cheapest sequence of speakers for words heard where everybody is (see [words.costs] in cues.toml)."""
    if not floors.labels:
        return []
    paths: list[_Path] = []
    before: Word | None = None
    for word in words:
        new_cue = before is not None and word.interpolated and named.get(id(word)) != named.get(id(before))
        change = _change(before, word, floors, new_cue) if before else 0.0
        fits = {label: _cost(word, label, named.get(id(word), ""), floors) for label in floors.labels}
        paths = [_cheapest(paths, word, label, (fits[label], change)) for label in floors.labels]
        before = word
    path: _Path | None = min(paths, key=lambda path: (path.cost, path.label), default=None)
    chosen = []
    while path is not None:
        chosen.append(path.label)
        path = path.before
    return [Placed(word, label) for word, label in zip(words, reversed(chosen), strict=True)]


def _cheapest(paths: Sequence[_Path], word: Word, label: str, costs: tuple[float, float]) -> _Path:
    """The best way to this word as this voice's; `costs` are those of the fit and of a change of speakers."""
    fit, change = costs
    if not paths:
        return _Path(fit, label, None, {label: word})
    ways = [path.cost + (0.0 if path.label == label else change) + _own(path.last.get(label), word) for path in paths]
    best = min(range(len(paths)), key=lambda index: (ways[index], paths[index].label))
    return _Path(ways[best] + fit, label, paths[best], {**paths[best].last, label: word})


def _change(before: Word, word: Word, floors: Floors, new_cue: bool) -> float:
    """Cost of a change of speakers before this word; none where two people talk at once."""
    if not word.interpolated and floors.together(word.start, word.end):
        return 0.0
    change = COSTS["switch"] + COSTS["in_pause"] * min(max(word.start - before.end, 0.0) / 0.5, 1.0)
    if new_cue:
        change += COSTS["new_cue"]
    if before.text.endswith(SENTENCE_ENDS):
        change += COSTS["at_sentence"]
    elif word.interpolated and word.text[:1].islower():
        change += COSTS["mid_sentence"]
    return change + (COSTS["lower_case"] if word.text[:1].islower() else 0.0)


def _own(before: Word | None, word: Word) -> float:
    """Cost of this word after the same voice's last one."""
    if before is None or word.interpolated:
        return 0.0
    common = min(before.end, word.end) - max(before.start, word.start)
    shorter = max(min(before.end - before.start, word.end - word.start), 0.05)
    cost = COSTS["at_once"] if common > 0.5 * shorter else 0.0
    near = word.start - before.end < 1.0
    if near and word.text[:1].islower() and before.text.endswith(SENTENCE_ENDS):
        cost += COSTS["no_sentence"]
    return cost


def _cost(word: Word, label: str, named: str, floors: Floors) -> float:
    """How badly a voice fits a word by itself."""
    if named:
        return 0.0 if label == named else COSTS["misnamed"]
    start, end = word.start, max(word.end, word.start + 0.05)
    spoken = max(floors.share(label, start + shift, end + shift) for shift in (-UNSURE / 2, 0.0, UNSURE / 2))
    cost = COSTS["outside"] * (1 - spoken) + COSTS["floor"] * (1 - floors.held(label, start, end))
    cost += min(floors.all[label].distance(start, end), 5.0)
    if plain(word.text) in PLAIN_BACKCHANNELS and floors.inserted(label, (start + end) / 2):
        cost += COSTS["backchannel"]
    begins, stops = floors.edges(label, (start + end) / 2)
    if abs(begins - start) < EDGE and not word.text[:1].islower():
        cost += COSTS["opens"]
    if abs(stops - end) < EDGE and word.text.endswith(SENTENCE_ENDS):
        cost += COSTS["closes"]
    return cost


PLAIN_BACKCHANNELS = frozenset(plain(word) for word in CUES["words"]["backchannels"].split())
"""what a listener says without taking the floor"""
