"""Who speaks when, from Zoom's one track a participant: energy and speech detection, leaks taken out, overlap kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.media import speech
from pipeline.model import Diarization, Recording, Segment, Track, Voice

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Levels = NDArray[np.float32]
    """energy of each frame, in dB of full scale"""
    Mask = NDArray[np.bool_]

FRAME = 0.01
"""seconds"""
SILENCE = -80.0
"""dB: a frame below is digital silence, which Zoom writes while a participant is muted or absent"""
DEPTH = 30.0
"""dB under a person's usual loudness that still belong to his word"""
HELD = (0.05, 0.25)
"""seconds before and after a sound in which its leak into another track may be heard"""
REACH = 0.15
"""seconds by which energy may move a boundary outside what speech detection found"""
SHORTEST = 0.12
"""seconds: anything shorter is a click"""
LEAKING = 0.3
"""share of the other's speech during which a track must not be silent before its leak is measured"""
CLEAR = 6.0
"""dB by which a sound must exceed the leak that is to be expected"""
LATE = 1.0
"""seconds after the beginning from which a track's own beginning is a late one"""
CREDIBLE = 0.5
"""seconds of speech on no track that are more than a breath"""


class Tuning(NamedTuple):
    """What the operator may set of this method."""

    bridge: float
    """seconds of pause that stay inside a turn"""
    bleed_db: float
    """a voice so much weaker, relative to its own usual loudness, than another's at the same time is a leak"""


class Person(NamedTuple):
    """One participant: his tracks (several after a reconnect, or with two devices) taken together."""

    label: str
    display_name: str
    levels: Levels
    talks: Mask
    """where speech detection hears a voice"""
    usual: float
    """dB: how loud he is when he speaks"""


def diarize(recording: Recording, audio: Path, tuning: Tuning, heard: Callable[[float], None]) -> Diarization:
    """Segments of every participant track; `audio` holds the decoded tracks; `heard` is told the share done."""
    people = list(_people(recording, audio, heard))
    owns = {person.label: _own(person, [other for other in people if other is not person], tuning) for person in people}
    talks = {person.label: person.talks for person in people}
    notes = []
    for label, unheard in _before_joining(recording, audio, people).items():
        owns[label] |= unheard
        talks[label] |= unheard
        notes.append(f"partly-from-mix:{label}")
    segments = [
        Segment(start, end, label)
        for label, own in owns.items()
        for start, end in _runs(own, talks[label], tuning.bridge)
    ]
    segments.sort(key=lambda segment: (segment.start, segment.end, segment.speaker))
    spoke = {segment.speaker for segment in segments}
    notes += [f"silent:{person.label}" for person in people if person.label not in spoke]
    voices = tuple(Voice(person.label, person.display_name) for person in people if person.label in spoke)
    heard(1.0)
    return Diarization(tuple(segments), exclusive(segments, _loudness(people)), "tracks", voices, tuple(notes))


def _people(recording: Recording, audio: Path, heard: Callable[[float], None]) -> Iterator[Person]:
    """The participants in order of their first track."""
    import numpy as np

    groups: dict[str, list[Track]] = {}
    for track in recording.participants():
        groups.setdefault(track.display_name.casefold() or track.label, []).append(track)
    frames = round(recording.seconds / FRAME) + 1
    done = 0
    for tracks in groups.values():
        levels = np.full(frames, -100.0, dtype=np.float32)
        talks = np.zeros(frames, dtype=bool)
        for track in tracks:
            flac = audio / f"{track.label}.flac"
            found = frame_levels(flac)[:frames]
            levels[: len(found)] = np.maximum(levels[: len(found)], found)
            for start, end in speech.speech_regions(flac):
                talks[round(start / FRAME) : round(end / FRAME)] = True
            done += 1
            heard(done / (len(recording.participants()) + 1))
        spoken = levels[talks & (levels > SILENCE)]
        usual = float(np.percentile(spoken, 75)) if len(spoken) else SILENCE
        yield Person(tracks[0].label, tracks[0].display_name, levels, talks, usual)


def frame_levels(flac: Path) -> Levels:
    """Energy of every 10 ms, in dB of full scale; the file is read in blocks."""
    import numpy as np

    size = round(speech.RATE * FRAME)
    rest = np.empty(0, dtype=np.float32)
    found: list[Levels] = []
    for block in speech.blocks(flac):
        samples = np.concatenate([rest, block])
        whole = len(samples) // size
        power = np.square(samples[: whole * size].reshape(whole, size)).mean(axis=1)
        found.append((10 * np.log10(power + 1e-10)).astype(np.float32))
        rest = samples[whole * size :]
    return np.concatenate(found) if found else np.empty(0, dtype=np.float32)


def _own(person: Person, others: Sequence[Person], tuning: Tuning) -> Mask:
    """Frames in which this track holds its own participant's voice: loud enough, and not what another leaks into it."""
    import numpy as np

    idle = person.levels[~person.talks & (person.levels > SILENCE)]
    noise = float(np.median(idle)) if len(idle) else SILENCE
    own: Mask = person.levels > max(person.usual - DEPTH, noise + 4)
    smooth = _smoothed(person.levels)
    for other in others:
        own &= ~_leaks(person, other, smooth, tuning)
    return own


def _leaks(person: Person, other: Person, smooth: Levels, tuning: Tuning) -> Mask:
    """Frames of this person's track in which the other is the source of what is heard."""
    import numpy as np

    held = _held(_smoothed(other.levels))
    sounding = held > other.usual - DEPTH
    weaker: Mask = (smooth - person.usual) < (held - other.usual) - tuning.bleed_db
    weaker &= smooth < held
    both = sounding & (person.levels > SILENCE)
    if both.sum() >= LEAKING * max(1, sounding.sum()):
        usual_leak = float(np.median((smooth - held)[both]))
        weaker |= smooth < held + min(usual_leak, -CLEAR) + CLEAR
    return weaker & sounding


def _smoothed(levels: Levels) -> Levels:
    """Mean power of the 50 ms around each frame, in dB."""
    import numpy as np
    from scipy.ndimage import uniform_filter1d

    power = uniform_filter1d(np.power(10.0, levels.astype(np.float64) / 10), 5)
    return np.asarray(10 * np.log10(np.maximum(power, 1e-10)), dtype=np.float32)


def _held(levels: Levels) -> Levels:
    """The loudest a frame has just been, or is about to be: where a leak arrives late or rings on."""
    import numpy as np
    from scipy.ndimage import maximum_filter1d

    before, after = (round(seconds / FRAME) for seconds in HELD)
    return np.asarray(maximum_filter1d(levels, before + after + 1, origin=(after - before) // 2), dtype=np.float32)


def _before_joining(recording: Recording, audio: Path, people: Sequence[Person]) -> dict[str, Mask]:
    """Speech that only the mix holds while exactly one track has not begun yet: it can be that participant's alone.

    Zoom starts a participant's file when he joins, or when his sound first reaches the host.
    """
    import numpy as np
    from scipy.ndimage import binary_dilation

    absent = _not_yet(recording, people)
    mix = next((track for track in recording.tracks if track.kind == "mixed"), None)
    if mix is None or not absent:
        return {}
    frames = len(people[0].levels)
    levels = np.full(frames, -100.0, dtype=np.float32)
    found = frame_levels(audio / f"{mix.label}.flac")[:frames]
    levels[: len(found)] = found
    talks = np.zeros(frames, dtype=bool)
    for start, end in speech.speech_regions(audio / f"{mix.label}.flac"):
        talks[round(start / FRAME) : round(end / FRAME)] = True
    if not talks.any():
        return {}
    loud = talks & (levels > float(np.percentile(levels[talks], 75)) - DEPTH)
    sounding = np.any([person.levels > max(SILENCE, person.usual - DEPTH) for person in people], axis=0)
    unheard = loud & ~binary_dilation(sounding, iterations=round(REACH / FRAME))
    alone = np.sum(list(absent.values()), axis=0) == 1
    claims = {label: unheard & mask & alone for label, mask in absent.items()}
    return {label: mask for label, mask in claims.items() if mask.sum() * FRAME >= CREDIBLE}


def _not_yet(recording: Recording, people: Sequence[Person]) -> dict[str, Mask]:
    """For each participant who came late: the frames before any of his tracks begins."""
    import numpy as np

    began: dict[str, float] = {}
    for track in recording.participants():
        name = track.display_name.casefold() or track.label
        began[name] = min(began.get(name, np.inf), track.starts[0] if track.starts else 0.0)
    late = {person.label: began[person.display_name.casefold() or person.label] for person in people}
    frames = np.arange(len(people[0].levels)) if people else np.empty(0)
    return {label: frames < start / FRAME for label, start in late.items() if start > LATE}


def _runs(own: Mask, talks: Mask, bridge: float) -> Iterator[tuple[float, float]]:
    """Stretches of own voice in seconds: those that speech detection confirms, pauses bridged."""
    from scipy.ndimage import binary_dilation

    near = binary_dilation(talks, iterations=round(REACH / FRAME))
    pieces = [(a, b) for a, b in _stretches(own & near) if talks[a:b].any()]
    joined: list[tuple[int, int]] = []
    for a, b in pieces:
        if joined and (a - joined[-1][1]) * FRAME <= bridge:
            joined[-1] = (joined[-1][0], b)
        else:
            joined.append((a, b))
    for a, b in joined:
        if own[a:b].sum() * FRAME >= SHORTEST:
            yield round(a * FRAME, 3), round(b * FRAME, 3)


def _stretches(mask: Mask) -> list[tuple[int, int]]:
    """Half-open index ranges in which the mask is true."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


Loudness = Callable[[str, float, float], float]
"""How loud a speaker is between two times, relative to his usual loudness."""


def _loudness(people: Sequence[Person]) -> Loudness:
    import numpy as np

    known = {person.label: person for person in people}

    def loudness(label: str, start: float, end: float) -> float:
        person = known[label]
        piece = person.levels[round(start / FRAME) : max(round(end / FRAME), round(start / FRAME) + 1)]
        power = float(np.mean(np.power(10.0, piece.astype(np.float64) / 10)))
        return 10 * float(np.log10(power + 1e-10)) - person.usual

    return loudness


def _unknown(_label: str, _start: float, _end: float) -> float:
    return 0.0


def exclusive(segments: Sequence[Segment], loudness: Loudness = _unknown) -> tuple[Segment, ...]:
    """The same segments, one speaker at a time: where several talk, he who holds the floor, else the louder."""
    edges = sorted({time for segment in segments for time in (segment.start, segment.end)})
    chosen: list[Segment] = []
    active: list[Segment] = []
    queue = sorted(segments, key=lambda segment: segment.start)
    for start, end in pairwise(edges):
        active = [segment for segment in active if segment.end > start]
        while queue and queue[0].start <= start:
            active.append(queue.pop(0))
        if not active:
            continue
        speaker = _floor(active, start, end, loudness).speaker
        if chosen and chosen[-1].speaker == speaker and chosen[-1].end == start:
            chosen[-1] = Segment(chosen[-1].start, end, speaker)
        else:
            chosen.append(Segment(start, end, speaker))
    return tuple(chosen)


def _floor(active: Sequence[Segment], start: float, end: float, loudness: Loudness) -> Segment:
    """Whose floor it is: one who began before all others and goes on after them, else the louder, else the newcomer."""
    for segment in active:
        if all(segment is other or (segment.start <= other.start and segment.end >= other.end) for other in active):
            return segment
    return max(active, key=lambda segment: (loudness(segment.speaker, start, end), segment.start, segment.speaker))
