"""Who speaks when, from the names Zoom wrote into its own subtitles: coarse, but nothing else is needed."""

from __future__ import annotations

from pipeline.diarize.tracks import exclusive
from pipeline.model import Caption, Diarization, Recording, Segment, Voice

LONGEST = 60.0
"""seconds: no cue is longer"""
ENOUGH = 5.0
"""seconds of speech that captions and voices have in common before they are compared"""


def has_names(recording: Recording) -> bool:
    """Whether any cue says who speaks."""
    return any(caption.speaker for caption in recording.captions)


def diarize(recording: Recording, bridge: float) -> Diarization:
    """Segments of the cues; `bridge` is the longest pause, in seconds, that stays inside a turn."""
    cues = sorted(recording.captions, key=lambda cue: (cue.start, cue.end))
    labels: dict[str, str] = {}
    last: dict[str, Segment] = {}
    segments: list[Segment] = []
    for cue, speaker in zip(cues, _speakers(cues), strict=True):
        label = labels.setdefault(speaker, f"caption-{len(labels) + 1}")
        segment = Segment(round(cue.start, 3), round(cue.end, 3), label)
        before = last.get(label)
        if before and segment.start - before.end <= bridge:
            segments.remove(before)
            segment = Segment(before.start, max(before.end, segment.end), label)
        last[label] = segment
        segments.append(segment)
    segments.sort(key=lambda segment: (segment.start, segment.end, segment.speaker))
    voices = tuple(Voice(label, name) for name, label in labels.items())
    return Diarization(tuple(segments), exclusive(segments), "captions", voices)


def disagreement(recording: Recording, found: Diarization) -> float | None:
    """Share of captioned speech that the captions give to someone else; None where they name nobody to compare.

    Whose voice a name is shows in the speech they have in common: each voice goes by the name it is found under most.
    """
    common: dict[str, dict[str, float]] = {voice.label: {} for voice in found.voices}
    cues = sorted((cue for cue in recording.captions if cue.speaker), key=lambda cue: cue.start)
    begin = 0
    for segment in found.exclusive:
        while begin < len(cues) and cues[begin].end <= segment.start - LONGEST:
            begin += 1
        for cue in cues[begin:]:
            if cue.start >= segment.end:
                break
            shared = min(cue.end, segment.end) - max(cue.start, segment.start)
            under = common.setdefault(segment.speaker, {})
            under[cue.speaker] = under.get(cue.speaker, 0.0) + max(0.0, shared)
    names = {cue.speaker for cue in cues}
    total = sum(sum(under.values()) for under in common.values())
    if len(names) < 2 or total < ENOUGH:
        return None
    return round(1.0 - sum(max(under.values(), default=0.0) for under in common.values()) / total, 3)


def _speakers(cues: list[Caption]) -> list[str]:
    """A name for every cue: its own, else as sentences and questions run on across the cues around it."""
    names: list[str] = []
    for index, cue in enumerate(cues):
        before = cues[index - 1] if index else None
        after = cues[index + 1] if index + 1 < len(cues) else None
        if cue.speaker:
            names.append(cue.speaker)
        elif before and not _ends(before) and _goes_on(cue):
            names.append(names[-1])
        elif after and after.speaker and not _ends(cue) and _goes_on(after):
            names.append(after.speaker)
        elif before and before.text.rstrip().endswith("?"):
            names.append(next((name for name in reversed(names) if name != names[-1]), names[-1]))
        else:
            names.append(names[-1] if names else next(other.speaker for other in cues if other.speaker))
    return names


def _ends(cue: Caption) -> bool:
    """Whether a sentence ends with the cue."""
    return cue.text.rstrip(' »"').endswith((".", "?", "!", "…"))


def _goes_on(cue: Caption) -> bool:
    """Whether the cue begins in mid-sentence."""
    return cue.text.lstrip(' «"')[:1].islower()
