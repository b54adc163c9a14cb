"""Two sources beside each other: words of the recogniser that Zoom's own subtitles read otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby

from msgspec.structs import replace

from pipeline.model import Recording, Word
from pipeline.transcribe import captions
from pipeline.transcribe.hallucination import plain

PART = 60.0
"""seconds of talk that are compared at a time; a difference that crosses an edge is left alone"""
LONGEST = 4
"""words on one side of a difference that still stand for one another; longer ones are no misheard name"""
NAMING = 0.95
"""confidence below which a word is doubted whose other reading is a name or has a digit: there a slip costs most"""


def doubted(words: tuple[Word, ...], recording: Recording, below: float) -> tuple[Word, ...]:
    """The words, each with the subtitles' reading where that differs and its own confidence is below `below`.

    Names, places and numbers, by their capitals and digits, are doubted earlier. 0: nothing is.
    """
    if not below or not any(caption.text.split() for caption in recording.captions):
        return words
    marked = [*words]
    told = captions.transcript(recording, "").words
    for track in sorted({word.track for word in told}):
        theirs = [word for word in told if word.track == track]
        ours = [at for at, word in enumerate(words) if track == "mix" or word.track in (track, "mix")]
        for at, other in differences(words, ours, theirs):
            if words[at].confidence < (NAMING if naming(other) else below):
                marked[at] = replace(words[at], other=" ".join(word.text for word in other))
    return tuple(marked)


def differences(
    words: Sequence[Word], ours: Sequence[int], theirs: Sequence[Word]
) -> Iterator[tuple[int, Sequence[Word]]]:
    """Words of ours, by their indices, and what the others have in their place."""
    parts = {part: list(group) for part, group in groupby(theirs, key=lambda word: word.start // PART)}
    for part, group in groupby(ours, key=lambda at: words[at].start // PART):
        mine, other = list(group), parts.get(part, [])
        said, read = [plain(words[at].text) for at in mine], [plain(word.text) for word in other]
        for kind, first, last, since, until in SequenceMatcher(None, said, read, autojunk=False).get_opcodes():
            if kind == "replace" and max(last - first, until - since) <= LONGEST:
                pairs = last - first == until - since
                for step, at in enumerate(mine[first:last]):
                    yield at, other[since + step : since + step + 1] if pairs else other[since:until]


def naming(words: Sequence[Word]) -> bool:
    """Whether a reading looks like a name or a number."""
    return any(word.text[:1].isupper() or any(letter.isdigit() for letter in word.text) for word in words)
