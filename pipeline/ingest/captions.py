"""Zoom's subtitles: cues with times, and who speaks, in each of the shapes in which Zoom writes the name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from pathlib import Path

from msgspec import Struct

from pipeline.model import Caption
from pipeline.transcripts import subtitles
from pipeline.transcripts.encoding import decoded
from pipeline.transcripts.said import Refused

NAME_LENGTH = 64
"""Longest display name that is looked for, in characters; Zoom's own limit."""

MOSTLY, NEARLY_ALL, OFTEN = 0.5, 0.8, 2
"""Share of cues that begin with a name in a file that names speakers; share from which a name may stand once."""

BEFORE_COLON = re.compile(rf"\s*([^:\n]{{1,{NAME_LENGTH}}}?)\s*:(?!\d)\s*(.*)", re.S)
OWN_LINE = re.compile(rf"\s*([^\n]{{1,{NAME_LENGTH}}}?)\s*:?\s*\n(.*)", re.S)
SHAPES = (BEFORE_COLON, OWN_LINE)
"""How a name may stand in a cue: before a colon, or on a line of its own."""


class Cues(Struct, frozen=True):
    """What a subtitle file gave."""

    captions: tuple[Caption, ...]
    note: str = ""
    """why there are none: "captions-unreadable", "captions-too-large" or "captions-empty" """


def read(path: Path, known: tuple[str, ...], most_bytes: int) -> Cues:
    """The cues of a .vtt or .srt file, times from the file's own zero.

    `known` are display names, spaces or none, of the host and of the tracks. Never raises for what is in the file.
    """
    try:
        if path.stat().st_size > most_bytes:
            return Cues((), "captions-too-large")
        text = decoded(path.read_bytes())
        found = subtitles.cues(text)
    except (OSError, Refused):
        return Cues((), "captions-unreadable")
    if not found and not subtitles.is_vtt(text):
        return Cues((), "captions-unreadable")
    cues = [Caption(one.start or 0.0, one.end or 0.0, one.speaker, one.text) for one in found]
    captions = tuple(sorted(spoken(cues, known), key=lambda caption: (caption.start, caption.end)))
    return Cues(captions, "" if captions else "captions-empty")


def spoken(cues: list[Caption], known: tuple[str, ...]) -> list[Caption]:
    """Cues as they stand in the file, a speaker from a <v> tag alone, as captions with the name out of the text."""
    shape, names = naming([cue for cue in cues if not cue.speaker], known)
    captions = []
    for cue in cues:
        speaker, text = cue.speaker.strip(), cue.text
        if shape is not None and not speaker:
            match = shape.fullmatch(text)
            if match and match[1] in names:
                speaker, text = match[1], match[2]
        text = " ".join(text.split())
        if text:
            captions.append(Caption(cue.start, max(cue.end, cue.start), speaker, text))
    return captions


def naming(cues: list[Caption], known: tuple[str, ...]) -> tuple[re.Pattern[str] | None, set[str]]:
    """In which shape this file names its speakers, and the names; (None, ∅) where it names nobody.

    A beginning is a name where it is that of the host or of a track, or where most cues begin so and it comes back;
    where nearly all do, one that merely looks like a name counts too. Any other colon is part of what was said.
    """
    best: tuple[int, re.Pattern[str] | None, set[str]] = (0, None, set())
    plain = {run_together(name) for name in known if name}
    for shape in SHAPES:
        begun = Counter(match[1] for cue in cues if (match := shape.fullmatch(cue.text)))
        sure = {name for name in begun if run_together(name) in plain}
        likely = {name for name, count in begun.items() if name in sure or count >= OFTEN or looks_like_name(name)}
        share = sum(begun[name] for name in likely) / max(len(cues), 1)
        names = set(sure)
        if share >= MOSTLY:
            names |= {name for name in likely if begun[name] >= OFTEN and is_short(name)}
        if share >= NEARLY_ALL and (sure or shape is BEFORE_COLON or len(names) * OFTEN <= len(cues)):
            names |= {name for name in likely if looks_like_name(name)}
        named = sum(begun[name] for name in names)
        if named > best[0]:
            best = (named, shape, names)
    return best[1], best[2]


def is_short(name: str) -> bool:
    """Few enough words for a name, and no end of a sentence within."""
    return len(name.split()) <= 6 and not re.search(r"[?!;…]|[.,] +[а-яёa-z]", name)


def looks_like_name(text: str) -> bool:
    """One to five words that begin with capitals, digits or brackets: a display name such as "Kamila's iPhone"."""
    words = text.split()
    if not 1 <= len(words) <= 5 or not is_short(text) or text.endswith(","):
        return False
    return words[0][0].isupper() and all(not word[0].islower() or word[:1] == "i" for word in words)


def run_together(name: str) -> str:
    """A name as Zoom writes it into file names, for comparing."""
    return "".join(unicodedata.normalize("NFC", name).split()).casefold()
