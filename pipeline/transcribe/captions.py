"""Zoom's own subtitles as the source of the text: cues to words, their times spread over the cue."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from itertools import accumulate

from pipeline.errors import RecordingError
from pipeline.model import Caption, Dropped, Recording, Transcript, Word

LEAST = 1
"""milliseconds that a word lasts at least"""

Cue = tuple[int, int, tuple[str, ...]]
"""start and end in milliseconds, words"""


def transcript(recording: Recording, language: str) -> Transcript:
    """The subtitles as a transcript. Raises RecordingError where Zoom wrote none."""
    spoken = [caption for caption in recording.captions if caption.text.split()]
    if not spoken:
        raise RecordingError(
            "This recording has no subtitles, and the settings take the text from them.",
            "Set `engine: openai-whisper` under `transcribe:` in study.yaml, or put the .vtt file that Zoom wrote into "
            "the recording's folder. For the next interviews, turn on captions and their saving in Zoom.",
        )
    limit = int(recording.seconds * 1000)
    labels = tracks_by_name(recording)
    by_speaker: dict[str, list[Caption]] = defaultdict(list)
    for caption in spoken:
        by_speaker[plain(caption.speaker)].append(caption)
    words: list[Word] = []
    dropped: list[Dropped] = []
    for speaker, captions in by_speaker.items():
        label = labels.get(speaker, "mix")
        for cue in clipped(captions):
            if cue[0] + LEAST * len(cue[2]) > limit:
                dropped.append(Dropped(cue[0] / 1000, cue[1] / 1000, " ".join(cue[2]), "after-the-end", label))
            else:
                words += spread((cue[0], min(cue[1], limit), cue[2]), language, label)
    words.sort(key=lambda word: (word.start, word.end, word.track))
    dropped.sort(key=lambda text: (text.start, text.end, text.track))
    return Transcript(tuple(words), tuple(dropped), "captions", "")


def given(recording: Recording, language: str) -> Transcript:
    """A transcript from elsewhere, turn by turn in its own order; nothing of it is left out."""
    words: list[Word] = []
    for turn in recording.captions:
        texts = tuple(turn.text.split())
        start, end = round(1000 * turn.start), round(1000 * turn.end)
        words += spread((start, max(end, start + LEAST * len(texts)), texts), language, "mix")
    return Transcript(tuple(words), (), "given", "")


def clipped(captions: list[Caption]) -> list[Cue]:
    """One speaker's cues in order, each ended where the next begins, none too short for its words."""
    ordered = sorted(captions, key=lambda caption: (caption.start, caption.end))
    starts = [round(1000 * caption.start) for caption in ordered]
    cues: list[Cue] = []
    free = 0
    for caption, start, following in zip(ordered, starts, [*starts[1:], None], strict=True):
        texts = tuple(caption.text.split())
        begin = max(start, free)
        end = round(1000 * caption.end)
        if following is not None:
            end = min(end, following)
        free = max(end, begin + LEAST * len(texts))
        cues.append((begin, free, texts))
    return cues


def spread(cue: Cue, language: str, label: str) -> list[Word]:
    """The words of a cue, each with a share of its time in proportion to its characters."""
    start, end, texts = cue
    until = list(accumulate(len(text) + 1 for text in texts))
    spare = end - start - LEAST * len(texts)
    edges = [start + LEAST * n + spare * past // until[-1] for n, past in enumerate([0, *until])]
    return [
        Word(edges[n] / 1000, edges[n + 1] / 1000, text, 1.0, language, label, interpolated=True)
        for n, text in enumerate(texts)
    ]


def tracks_by_name(recording: Recording) -> dict[str, str]:
    """Participant tracks by the plain form of their display name; a name that two tracks share is nobody's."""
    names = [(plain(track.display_name), track.label) for track in recording.participants()]
    count = Counter(name for name, _ in names)
    return {name: label for name, label in names if name and count[name] == 1}


def plain(name: str) -> str:
    """A display name as it can be compared: Zoom's file names lose spaces, and some systems change other characters."""
    return "".join(letter for letter in unicodedata.normalize("NFC", name).casefold() if letter.isalnum())
