"""How faithful a transcript is: word, character and speaker-attributed word error rates against what was said.

Both sides are normalised alike: small letters, ё as е, all punctuation and hyphens as white space. Numbers stay as they
were written: «25» and «двадцать пять» are different words, and count as errors.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from pipeline.errors import UsageError
from pipeline.model import Dialogue, Transcript


class TextScores(Struct, frozen=True):
    """Error rates as fractions (0.03 is 3 %); they can exceed 1 where much was invented."""

    wer: float
    """words wrong, missing or invented, by the words that were said; turns in order of their beginnings"""
    cer: float
    """the same of characters"""
    sa_wer: float | None
    """words wrong, missing, invented or under the wrong person; None where the text has no speakers yet"""


class Said(NamedTuple):
    """One turn: who, and the words."""

    speaker: str
    text: str


def transcripts(reference: Path, transcript: Transcript, dialogue: Dialogue | None = None) -> TextScores:
    """Score one recording's text against `truth.json`. Raises UsageError where it cannot be read."""
    import jiwer

    truth = read(reference)
    if dialogue:
        found = [Said(turn.speaker, turn.text) for turn in dialogue.turns]
    else:
        found = [Said("", " ".join(word.text for word in transcript.words))]
    said, heard = (normalised(" ".join(turn.text for turn in turns)) for turns in (truth, found))
    return TextScores(
        wer=round(float(jiwer.wer(said, heard)), 5),
        cer=round(float(jiwer.cer(said, heard)), 5),
        sa_wer=attributed(by_speaker(truth), by_speaker(found)) if dialogue else None,
    )


def read(reference: Path) -> tuple[Said, ...]:
    """The turns of a reference in order of their beginnings: {turns: [{speaker, start, text}]}."""
    try:
        turns = json.loads(reference.read_text(encoding="utf-8-sig"))["turns"]
        ordered = sorted(turns, key=lambda turn: float(turn.get("start", 0.0)))
        truth = tuple(Said(str(turn["speaker"]), str(turn["text"])) for turn in ordered)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"The reference cannot be read ({type(error).__name__}).",
            "Give a .json file with `turns`, each with speaker, start and text.",
        ) from error
    if not any(normalised(turn.text) for turn in truth):
        raise UsageError("Nobody says anything in the reference.", "Check that the file is the one you meant.")
    return truth


def normalised(text: str) -> str:
    """Words of a text as they are compared."""
    plain = unicodedata.normalize("NFC", text).casefold().replace("ё", "е")
    return " ".join(re.findall(r"[^\W_]+", plain))


def by_speaker(turns: Iterable[Said]) -> dict[str, str]:
    """Everything each speaker says, in order."""
    words: dict[str, list[str]] = defaultdict(list)
    for turn in turns:
        words[turn.speaker].append(normalised(turn.text))
    return {speaker: " ".join(filter(None, said)) for speaker, said in words.items()}


def attributed(truth: Mapping[str, str], found: Mapping[str, str]) -> float:
    """Word error rate of each person's words for himself, voices paired with persons so that it is least.

    A person without a voice has lost all his words; a voice without a person has invented all of its.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    persons, voices = [*truth.values()], [*found.values()]
    size = max(len(persons), len(voices))
    persons += [""] * (size - len(persons))
    voices += [""] * (size - len(voices))
    costs = np.array([[errors(person, voice) for voice in voices] for person in persons])
    rows, columns = linear_sum_assignment(costs)
    total = sum(len(text.split()) for text in truth.values())
    return round(float(costs[rows, columns].sum()) / total, 5)


def errors(said: str, heard: str) -> int:
    """Words to be exchanged, added or taken away to make one text of the other."""
    import jiwer

    if not said or not heard:
        return len(said.split()) + len(heard.split())
    counted = jiwer.process_words(said, heard)
    return int(counted.substitutions + counted.deletions + counted.insertions)
