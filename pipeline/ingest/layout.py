"""Which file of a recording is what, told from Zoom's names alone: the mix, the participants, the subtitles."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import NamedTuple

from msgspec import Struct

from pipeline.model import Part, Source

AUDIO_SUFFIX = re.compile(
    r"\.(m4[ab]|mp[23]|wav|w64|flac|og[ga]|opus|aac|wma|amr|aif[fc]?|caf|ac3|mka|wv|ape|tta|au)", re.I
)
VIDEO_SUFFIX = re.compile(r"\.(mp4|m4v|mov|mkv|avi|webm|3g[p2]|wmv|flv|mpe?g|ts|ogv|asf)", re.I)
CAPTION_SUFFIX = re.compile(r"\.(vtt|srt)", re.I)
UNCONVERTED = ".zoom"

GMT = re.compile(r"GMT(\d{8})-(\d{6})")
"""Stamp at the head of every file of one cloud recording, in universal time."""

VIEW = re.compile(
    r"(_(gallery|gvo|avo|as|separate|speaker|active|shared|screen))*_?\d{3,4}x\d{3,4}|(_gallery|_gvo|_avo|_as)+"
)
"""What follows the stem of a cloud video: how the screen was divided."""

COPY = re.compile(r"( ?\(\d+\)| - (copy|копия))+$", re.I)
"""What a browser or a file manager adds to a second download."""

AUDIO_RECORD = re.compile(r"Audio Record( ?\d+)?", re.I)


class MixRule(NamedTuple):
    """Which file of a folder holds everybody's voices. The first rule that finds one decides."""

    name: str
    pattern: re.Pattern[str]
    pieces: bool
    """several files are pieces of one meeting, one after another; else they are views of the same"""


MIXES = (
    MixRule("audio-only", re.compile(r"audio_only(_\d+)?\.m4a", re.I), pieces=True),
    MixRule("audio-number", re.compile(r"audio\d{6,}\.m4a", re.I), pieces=True),
    MixRule(
        "cloud-audio",
        re.compile(r"GMT\d{8}-\d{6}(_Recording|_(?!Recording)[^_.]+)?( ?\(\d+\))?\.m4a"),
        pieces=False,
    ),
    MixRule("zoom-video", re.compile(r"zoom_\d+\.mp4", re.I), pieces=True),
    MixRule("video-number", re.compile(r"video\d{6,}\.mp4", re.I), pieces=True),
    MixRule(
        "cloud-video", re.compile(rf"GMT\d{{8}}-\d{{6}}(_[^_.]+)?({VIEW.pattern})?( ?\(\d+\))?\.mp4"), pieces=False
    ),
)

CAPTION_RANKS = (r"transcript.*\.vtt", r"(?!.*(\.cc\.|closed_?caption)).*\.vtt", r".*\.vtt", r".*\.srt")
"""Which subtitles are read where there are several: Zoom's transcript, which names the speakers, before the rest."""


class Voice(Struct, frozen=True):
    """A participant's own audio: one file, or several where he left and came back."""

    display_name: str
    """as Zoom wrote it, spaces lost; "" where the file has no name in it"""
    index: int
    """the number Zoom gave the first of the files, 0 where it gave none"""
    sources: tuple[Source, ...]


class Layout(Struct, frozen=True):
    """Which file of a recording is what."""

    mix: tuple[Source, ...]
    """everybody together; several are pieces that follow one another"""
    voices: tuple[Voice, ...]
    """in order of display name"""
    captions: Source | None
    unconverted: bool
    """Zoom has not yet made audio of it"""


def layout(piece: Part) -> Layout:
    """Which file of a part is what, told from the names alone."""
    media = [source for source in piece.sources if is_media(suffix(source, piece))]
    mix = mix_of(media)
    separate = [source for source in media if source not in mix and is_separate(source)]
    voices = voices_of(separate, meeting_id(piece) or common_number(separate))
    others = tuple(source for source in media if source not in separate)
    if not mix and (len(others) == 1 or not voices):
        mix = others[:1]
    subtitles = sorted((s for s in piece.sources if CAPTION_SUFFIX.fullmatch(suffix(s, piece))), key=caption_rank)
    unconverted = not media and any(suffix(source, piece) == UNCONVERTED for source in piece.sources)
    return Layout(mix, voices, subtitles[0] if subtitles else None, unconverted)


def mix_of(media: list[Source]) -> tuple[Source, ...]:
    """The files that hold everybody, by the first of MIXES that applies."""
    for rule in MIXES:
        found = [source for source in media if rule.pattern.fullmatch(source.path)]
        if found:
            found.sort(key=lambda source: (len(source.path), source.path))
            return tuple(found if rule.pieces else found[:1])
    return tuple(source for source in media if not source.path)


def voices_of(separate: list[Source], meeting: str) -> tuple[Voice, ...]:
    """Participants' own files, those of one display name together, in order of name."""
    named = [(*display_name(source, meeting, len(separate)), source) for source in separate]
    groups: dict[str, list[tuple[str, int, Source]]] = {}
    for name, index, source in sorted(named, key=lambda row: (row[0], row[1], row[2].path)):
        groups.setdefault(name.casefold() or source.path, []).append((name, index, source))
    voices = (Voice(rows[0][0], rows[0][1], tuple(source for _, _, source in rows)) for rows in groups.values())
    return tuple(sorted(voices, key=lambda voice: (voice.display_name, voice.index)))


def is_separate(source: Source) -> bool:
    """Whether a file holds one participant: it lies in Audio Record, or is a cloud audio with a name in it."""
    path = PurePosixPath(source.path)
    if not AUDIO_SUFFIX.fullmatch(path.suffix):
        return False
    return bool(AUDIO_RECORD.fullmatch(path.parent.name)) or bool(GMT.match(path.name) and cloud_person(path.name))


def cloud_person(name: str) -> str:
    """The participant's name in a cloud audio file's name, "" where it has none."""
    stem = COPY.sub("", PurePosixPath(name).stem)
    found = re.match(r"GMT\d{8}-\d{6}(?:_Recording|_[^_.]+)?(?P<rest>.*)", stem, re.S)
    rest = found["rest"] if found else ""
    if not rest or VIEW.fullmatch(rest):
        return ""
    rest = re.sub(r"^[\s_.-]*(audio[ _-]?only)?[\s_.-]*", "", rest, flags=re.I)
    return rest.rstrip("_- ")


def common_number(separate: list[Source]) -> str:
    """The meeting id, told from the digits in which the names of several participants' files agree."""
    stems = [PurePosixPath(source.path).stem for source in separate]
    if len(stems) < 2:
        return ""
    shared = 0
    while len({stem[len(stem) - shared - 1 : len(stem) - shared] for stem in stems}) == 1 and shared < len(stems[0]):
        shared += 1
    found = re.search(r"\d{8,11}$", stems[0][len(stems[0]) - shared :])
    return found[0] if found else ""


def display_name(source: Source, meeting: str, files: int) -> tuple[str, int]:
    """A participant's display name and the number of his file: "audioДаринаОмарова187654321012.m4a"."""
    name = composed(PurePosixPath(source.path).name)
    stem = COPY.sub("", PurePosixPath(name).stem)
    if GMT.match(stem):
        found = re.fullmatch(r"(.*?)(\d*)", cloud_person(name), re.S)
        return (found[1].rstrip("_- "), int(found[2] or 0)) if found else ("", 0)
    stem = re.sub(r"^audio", "", stem, flags=re.I)
    if meeting and stem.endswith(meeting):
        stem = stem[: -len(meeting)]
        width = 2 if files > 9 and re.search(r"[1-9]\d$", stem) and int(stem[-2:]) <= files else 1
        digits = re.search(rf"\d{{1,{width}}}$", stem)
    else:
        digits = re.search(r"\d+$", stem)
    if not digits:
        return stem, 0
    return stem[: digits.start()], int(digits[0][-11:]) if len(digits[0]) <= 2 else 0


def caption_rank(source: Source) -> tuple[int, int, str]:
    name = PurePosixPath(source.path).name.lower()
    rank = next(number for number, pattern in enumerate(CAPTION_RANKS) if re.search(rf"^{pattern}$|{pattern}$", name))
    return rank, len(name), name


def is_media(suffix: str) -> bool:
    """Whether ffmpeg is asked to read files that end so."""
    return bool(AUDIO_SUFFIX.fullmatch(suffix) or VIDEO_SUFFIX.fullmatch(suffix))


def suffix(source: Source, piece: Part) -> str:
    return PurePosixPath(source.path or piece.folder).suffix.lower()


def meeting_id(piece: Part) -> str:
    """The meeting's number at the end of Zoom's folder name, "" where there is none."""
    found = re.search(r"(?:^|\D)(\d{9,11})$", PurePosixPath(piece.folder).name)
    return found[1] if found else ""


def composed(name: str) -> str:
    """Composed Unicode: macOS writes й and ё as two characters. Bytes that are no text become "\\xff"."""
    try:
        return unicodedata.normalize("NFC", name.encode().decode())
    except UnicodeEncodeError:
        return name.encode(errors="surrogateescape").decode(errors="backslashreplace")
