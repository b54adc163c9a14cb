"""How well the speakers of a recording were told apart, against a reference a person (or a generator) wrote."""

from __future__ import annotations

import json
import unicodedata
import warnings
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from pipeline.errors import UsageError
from pipeline.model import Dialogue, Diarization, Segment

if TYPE_CHECKING:
    from pyannote.core import Annotation

COLLAR = 0.5
"""seconds around a boundary that pyannote.metrics leaves out: half before it, half after"""
ROLE_OF = {"interviewer": "interviewer", "interviewer2": "interviewer", "respondent": "respondent"}
"""what a reference calls a role; anyone else is "other" """


class SpeakerScores(Struct, frozen=True):
    """Error rates as fractions (0.03 is 3 %); the last two need a reference with words and roles."""

    der: float
    """diarization error rate, no collar, overlapped speech scored"""
    der_collar_250ms: float
    """the same, 250 ms on each side of every boundary of the reference left out"""
    jer: float
    """Jaccard error rate"""
    words_wrong_per_1000: float | None
    """of 1,000 recognised words that are in the reference too, so many stand under the wrong person"""
    role_accuracy: float | None
    """share of the reference's speakers who have the right role, 0–1"""


class Reference(NamedTuple):
    """What is true of one recording."""

    segments: tuple[Segment, ...]
    words: tuple[tuple[str, str], ...]
    """word and speaker, in order; empty from an RTTM"""
    roles: dict[str, str]
    """by speaker; empty from an RTTM"""


def speakers(reference: Path, diarization: Diarization, dialogue: Dialogue | None = None) -> SpeakerScores:
    """Score one recording against `truth.rttm` or `truth.json`. Raises UsageError where it cannot be read as either."""
    truth = read(reference)
    wrong, right_roles = None, None
    if truth.words and dialogue:
        names = _same_people(truth.segments, diarization.segments)
        wrong = _wrong_words(truth.words, dialogue, names)
        right_roles = _right_roles(truth.roles, dialogue, names)
    der, collared, jer = _rates(truth.segments, diarization.segments)
    return SpeakerScores(der, collared, jer, wrong, right_roles)


def read(reference: Path) -> Reference:
    """The truth about speakers from an RTTM file, or from JSON with `turns` of words."""
    try:
        text = reference.read_text(encoding="utf-8-sig")
        truth = _from_json(json.loads(text)) if reference.suffix.lower() == ".json" else _from_rttm(text)
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise UsageError(
            f"The reference cannot be read ({type(error).__name__}).",
            "Give an .rttm file, or a .json with `turns`, each with speaker, role, start, end and words.",
        ) from error
    if not truth.segments:
        raise UsageError("The reference names no speaker.", "Check that the file is the one you meant.")
    return truth


def _from_rttm(text: str) -> Reference:
    rows = [line.split() for line in text.splitlines() if line.startswith("SPEAKER ")]
    return Reference(tuple(Segment(float(r[3]), float(r[3]) + float(r[4]), r[7]) for r in rows), (), {})


def _from_json(found: dict[str, Any]) -> Reference:
    turns = found["turns"]
    return Reference(
        tuple(Segment(turn["start"], turn["end"], turn["speaker"]) for turn in turns),
        tuple((word["word"], turn["speaker"]) for turn in turns for word in turn.get("words", ())),
        {turn["speaker"]: ROLE_OF.get(turn["role"], "other") for turn in turns if turn.get("role")},
    )


def _annotation(segments: Iterable[Segment]) -> Annotation:
    from pyannote.core import Annotation
    from pyannote.core import Segment as Span

    annotation = Annotation()
    for track, segment in enumerate(segments):
        annotation[Span(segment.start, segment.end), track] = segment.speaker
    return annotation


def _rates(truth: Sequence[Segment], found: Sequence[Segment]) -> tuple[float, float, float]:
    """Diarization error rate without and with a collar, and Jaccard error rate."""
    from pyannote.core import Segment as Span
    from pyannote.core import Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate, JaccardErrorRate

    reference, hypothesis = _annotation(truth), _annotation(found)
    whole = Timeline([Span(0.0, max(segment.end for segment in (*truth, *found)))])
    metrics: tuple[Any, ...] = (DiarizationErrorRate(), DiarizationErrorRate(collar=COLLAR), JaccardErrorRate())  # type: ignore[no-untyped-call]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        der, collared, jer = (round(float(metric(reference, hypothesis, uem=whole)), 5) for metric in metrics)
    return der, collared, jer


def _same_people(truth: Sequence[Segment], found: Sequence[Segment]) -> dict[str, str]:
    """Which of the reference's speakers each voice is: the pairing under which they speak together most."""
    from pyannote.metrics.diarization import DiarizationErrorRate

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pairs = DiarizationErrorRate().optimal_mapping(_annotation(truth), _annotation(found))
    return {str(voice): str(speaker) for voice, speaker in pairs.items()}


def _wrong_words(truth: Sequence[tuple[str, str]], dialogue: Dialogue, names: dict[str, str]) -> float | None:
    """Words under the wrong person per 1,000 of those that reference and transcript share."""
    said = [(word.text, names.get(turn.speaker, "")) for turn in dialogue.turns for word in turn.words]
    matcher = SequenceMatcher(None, [_plain(word) for word, _ in truth], [_plain(word) for word, _ in said], False)
    shared = [
        (truth[block.a + step][1], said[block.b + step][1])
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    ]
    if not shared:
        return None
    return round(1000 * sum(true != given for true, given in shared) / len(shared), 3)


def _plain(word: str) -> str:
    """A word without case and punctuation, ё as е."""
    letters = unicodedata.normalize("NFC", word).casefold().replace("ё", "е")
    return "".join(letter for letter in letters if letter.isalnum()) or word


def _right_roles(truth: dict[str, str], dialogue: Dialogue, names: dict[str, str]) -> float | None:
    """Share of the reference's speakers whose voice has their role; one without a voice counts as wrong."""
    if not truth:
        return None
    given = {names[speaker.label]: speaker.role for speaker in dialogue.speakers if speaker.label in names}
    return round(sum(given.get(speaker) == role for speaker, role in truth.items()) / len(truth), 5)
