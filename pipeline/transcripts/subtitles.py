"""WebVTT and SubRip: cues with times, voices in tags, brackets or before colons.

Read by hand: webvtt-py refuses commas in times and leaves out what follows an empty line in a cue.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from pipeline.transcripts.clock import clock, seconds
from pipeline.transcripts.paragraphs import labelled
from pipeline.transcripts.said import Refused, Said

MOMENT = r"(?:\d+:)?\d+:\d+(?:[.,:]\d+)?"
TIMING = re.compile(rf"[ \t]*({MOMENT})[ \t]*-+>[ \t]*({MOMENT})(?![\d:]).*")
ASIDE = re.compile(r"(?:NOTE|STYLE|REGION|WEBVTT|X-TIMESTAMP-MAP|Kind:|Language:)\b")
"""how blocks begin that nobody says"""
VOICE = re.compile(r"<v(?:\.[^ \t>]*)?[ \t]+([^>]*)>")
TAG = re.compile(r"</?[a-zA-Z][^<>]*>|</?\d[\d:.,]*>|\{\\[^{}]*\}|\{/?[a-zA-Z]:[^{}]{0,20}\}")
QUOTED = re.compile(r'\s*\d*\s*"(?P<name>[^"\n]{1,60})"\s*(?:\(\d+\))?\s*')
"""how Webex names the speaker in the line before a cue's times"""
IDENTITY = re.compile(r'\s*(?:[^\s"]+|\d*\s*"[^"\n]{1,60}"\s*(?:\(\d+\))?)\s*')
"""the line before a cue's times that is a number or a name of the cue"""
SHOWN = re.compile(r"\s*\[((?:\d+:)?\d+:\d\d)\]\s*")
"""a time that noScribe was asked to write into the text"""
CUES_SHARE = 0.1
"""share of the lines of subtitles that are times, at least"""


def is_vtt(text: str) -> bool:
    return bool(re.match(r"\s*WEBVTT\b", text))


def is_timed(text: str) -> bool:
    """Whether a text holds cues."""
    lines = [line for line in text.split("\n") if line.strip()]
    return any(map(TIMING.fullmatch, lines)) and sum(map(bool, map(TIMING.fullmatch, lines))) >= CUES_SHARE * len(lines)


def cues(text: str) -> list[Said]:
    """All cues in the order of the file, tags out of their text; a cue with two voices is two.

    Raises Refused where a time is none.
    """
    lines = text.split("\n")
    at = [number for number, line in enumerate(lines) if TIMING.fullmatch(line)]
    made: list[Said] = []
    for number, until in pairwise([*at, len(lines)]):
        match = TIMING.fullmatch(lines[number])
        assert match
        try:
            start, end = seconds(match[1]), seconds(match[2])
        except ValueError:
            raise Refused("times") from None
        last = until if until == len(lines) else until - identities(lines, until)
        named = QUOTED.fullmatch(lines[number - 1]) if number else None
        payload = "\n".join(spoken_lines(lines[number + 1 : last]))
        made += voices(payload, named["name"] if named else "", (start, max(start, end)))
    return made


def identities(lines: Sequence[str], timing: int) -> int:
    """How many lines before a line of times belong to it: 1 where it has a number or a name, else 0."""
    before = lines[timing - 1]
    apart = timing < 2 or not lines[timing - 2].strip() or TIMING.fullmatch(lines[timing - 2])
    return int(bool(before.strip().isdigit() or (apart and IDENTITY.fullmatch(before))))


def spoken_lines(lines: Sequence[str]) -> Iterator[str]:
    """The lines of a cue, those after an empty one too, but for blocks that are notes or styles."""
    aside = False
    for number, line in enumerate(lines):
        if not line.strip():
            aside = False
        elif ASIDE.match(line) and (number == 0 or not lines[number - 1].strip()):
            aside = True
        if line.strip() and not aside:
            yield line


def voices(payload: str, named: str, times: tuple[float, float]) -> Iterator[Said]:
    """What each voice of a cue says; several share its time by the length of what they say."""
    parts = VOICE.split(payload)
    told = [(named, plain(parts[0])), *((plain(n), plain(t)) for n, t in zip(parts[1::2], parts[2::2], strict=True))]
    yield from shared([(name, text) for name, text in told if text], Said("", "", *times))


def shared(pieces: Sequence[tuple[str, str]], cue: Said) -> Iterator[Said]:
    """What is said in a cue, each piece with a share of its time by its length."""
    start, end = cue.start or 0.0, cue.end or 0.0
    total, past = max(sum(len(text) for _, text in pieces), 1), 0
    for name, text in pieces:
        begins = start + (end - start) * past / total
        past += len(text)
        yield Said(text, name, round(begins, 3), round(start + (end - start) * past / total, 3))


def plain(text: str) -> str:
    """A cue's text without its tags and the marks of writing directions."""
    return re.sub("[\u200e\u200f\u202a-\u202e]", "", html.unescape(TAG.sub("", text))).strip()


def read(text: str) -> list[Said]:
    """The cues of a file, each with its speaker: of its tag, else of its first words."""
    found = [shown_twice(cue) for cue in cues(text)]
    told = iter(labelled([one.text for one in found if not one.speaker]))
    made = [piece for cue in found for piece in (shared(next(told), cue) if not cue.speaker else (unlabelled(cue),))]
    return going_on(made)


def unlabelled(cue: Said) -> Said:
    """A cue whose voice stands before its text a second time, without it there."""
    twice = f"{cue.speaker}:"
    return replace(cue, text=cue.text[len(twice) :].strip()) if cue.text.startswith(twice) else cue


def shown_twice(cue: Said) -> Said:
    """A cue without the time that stands in its text too."""
    match = SHOWN.match(cue.text)
    if match and abs(seconds(match[1]) - (cue.start or 0.0)) <= 1.0:
        return replace(cue, text=cue.text[match.end() :])
    return cue


def going_on(found: Sequence[Said]) -> list[Said]:
    """The same, a cue that names nobody given to who spoke before it, where a file names two or more."""
    several = len({one.speaker for one in found if one.speaker}) > 1
    made: list[Said] = []
    for one in found:
        speaker = one.speaker or (made[-1].speaker if several and made else "")
        made.append(replace(one, speaker=speaker))
    return made


def lasting(turns: Sequence[Said]) -> Iterator[tuple[float, float, Said]]:
    """Turns with a beginning and an end. Raises Refused where most have no time."""
    begins = 0.0
    if 2 * sum(one.start is None for one in turns) > len(turns):
        raise Refused("untimed")
    for number, one in enumerate(turns):
        begins = begins if one.start is None else one.start
        following = next((later.start for later in turns[number + 1 :] if later.start is not None), None)
        spoken = begins + max(len(one.text) / LETTERS_A_SECOND, SHORTEST)
        end = one.end if one.end is not None else max(begins, following) if following is not None else spoken
        yield begins, end, one
        begins = end if one.start is None else begins


LETTERS_A_SECOND, SHORTEST = 14.0, 1.0
"""how fast people speak, and seconds that a turn lasts at least, where nothing else tells when the last turn ends"""


def write_vtt(turns: Sequence[Said]) -> bytes:
    made = ["WEBVTT"]
    for start, end, one in lasting(turns):
        voice = f"<v {escaped(one.speaker)}>" if one.speaker else ""
        made.append(f"{clock(start)} --> {clock(end)}\n{voice}{escaped(lines(one.text))}")
    return ("\n\n".join(made) + "\n").encode()


def write_srt(turns: Sequence[Said]) -> bytes:
    made = []
    for number, (start, end, one) in enumerate(lasting(turns), 1):
        voice = f"{one.speaker}: " if one.speaker else ""
        made.append(f"{number}\n{clock(start, ',')} --> {clock(end, ',')}\n{voice}{lines(one.text)}\n")
    return "\n".join(made).encode()


def lines(text: str) -> str:
    """A text as a cue may hold it: no empty line, and no arrow that would begin another."""
    return re.sub(r"\n\s*\n+", "\n", text).replace("-->", "→")


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
