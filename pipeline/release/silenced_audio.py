"""The recordings for a release: every word that the transcripts hide or leave out is covered by a soft hiss."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ExportRefused
from pipeline.media import ffmpeg
from pipeline.model import Entity, Turn, Word
from pipeline.release.request import Interview, LeftOut

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MARGIN = 0.25
"""seconds covered before and after a word: how exact word times are"""
LONGEST_WORD = 4.0
"""seconds; a longer word is a time that the recogniser did not find"""
HISS = 0.02
"""amplitude of what covers a word, 1 is the loudest there is"""
BLOCK = 10.0
"""seconds read and written at once"""
FORMAT = "m4a"
DO = (
    "Text that comes from subtitles has no word times: choose `transcribe: {engine: openai-whisper}` and run again. "
    "Consent goes into the column consent_audio. Or export without --audio."
)


def choose(interviews: tuple[Interview, ...]) -> tuple[tuple[Interview, ...], tuple[LeftOut, ...]]:
    """Whose recordings may be released, and why the others may not. Raises ExportRefused where none may."""
    reasons = {interview.id: why_not(interview) for interview in interviews}
    out = tuple(LeftOut(name, reason) for name, reason in reasons.items() if reason)
    chosen = tuple(interview for interview in interviews if not reasons[interview.id])
    if not chosen:
        said = "\n".join(f"  {one.id}: {one.reason}" for one in out)
        raise ExportRefused(f"No recording may be released; nothing was published.\n{said}", DO)
    return chosen, out


def why_not(interview: Interview) -> str:
    """Why a recording stays where it is, "" where it may go."""
    consent = interview.participant.consent.audio if interview.participant else "not asked"
    if consent != "yes":
        return f"consent to share the recording is “{consent}”"
    words = [word for turn in interview.dialogue.turns for word in turn.words]
    if not words:
        return "nothing in it was transcribed"
    if 2 * sum(word.interpolated for word in words) > len(words):
        return "the times of its words were not measured"
    doubts = sum(doubtful(covered, interview) for covered in hidden(interview))
    return f"the times of {doubts} hidden passages are not sure" if doubts else ""


def hidden(interview: Interview) -> Iterator[tuple[Word, ...]]:
    """The words behind each label."""
    turns = {turn.number: turn for turn in interview.dialogue.turns}
    for entity in interview.redaction.entities:
        if entity.label:
            yield behind(turns[entity.turn], entity)


def behind(turn: Turn, entity: Entity) -> tuple[Word, ...]:
    pairs = zip(turn.words, turn.spans, strict=True)
    return tuple(word for word, (start, end) in pairs if start < entity.end and end > entity.start)


def doubtful(words: tuple[Word, ...], interview: Interview) -> bool:
    """Whether nobody can say where in the recording these words are."""
    return not words or any(
        word.interpolated
        or not 0 < word.end - word.start <= LONGEST_WORD
        or not 0 <= word.start < interview.recording.seconds
        for word in words
    )


def regions(interview: Interview) -> tuple[tuple[float, float], ...]:
    """Seconds that are covered, margins included, in order and apart."""
    spoken = [(word.start, word.end) for words in hidden(interview) for word in words]
    made: list[tuple[float, float]] = []
    for start, end in sorted((*spoken, *interview.cuts)):
        begins, ends = max(start - MARGIN, 0.0), end + MARGIN
        if made and begins <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], ends))
        else:
            made.append((begins, ends))
    return tuple(made)


def write(interview: Interview, tracks: Path, target: Path) -> None:
    """The interview's recording without what is hidden; `tracks` holds its decoded tracks. Raises RecordingError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    names = [track.label for track in interview.recording.tracks if track.kind == "mixed"]
    names = names[:1] or [track.label for track in interview.recording.tracks]
    sources = [tracks / f"{name}.flac" for name in names]
    ffmpeg.encode(
        covered(sources, regions(interview), interview.recording.seconds), target, tracks.parent / "ffmpeg.log"
    )
    target.chmod(0o644)


def covered(
    sources: list[Path], regions: tuple[tuple[float, float], ...], seconds: float
) -> Iterator[NDArray[np.int16]]:
    """Blocks of samples, all tracks added up, with the hiss in place of the regions."""
    import numpy as np

    noise = np.random.default_rng(0)
    begins = 0.0
    while begins < seconds:
        ends = min(begins + BLOCK, seconds)
        length = round(ends * ffmpeg.RATE) - round(begins * ffmpeg.RATE)
        mixed = np.zeros(length, dtype=np.float32)
        for source in sources:
            heard = ffmpeg.read(source, begins, ends)[:length]
            mixed[: len(heard)] += heard
        for start, end in regions:
            first = max(int(start * ffmpeg.RATE) - round(begins * ffmpeg.RATE), 0)
            last = min(int(end * ffmpeg.RATE) + 1 - round(begins * ffmpeg.RATE), length)
            if first < last:
                # Differences lie high above speech, so that what covers a short word resembles it by no chance either.
                mixed[first:last] = np.diff(noise.uniform(-HISS / 2, HISS / 2, last - first + 1))
        yield np.round(np.clip(mixed, -1, 32767 / 32768) * 32767).astype(np.int16)
        begins = ends
