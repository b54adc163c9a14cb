"""Which file of a recording is what, told from Zoom's names alone: the mix, the participants, the subtitles."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from itertools import takewhile
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec import Struct

from pipeline.model import Part, Source

UNCONVERTED = ".zoom"
NAMES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("zoom_names.toml").read_text(encoding="utf-8"))
SHAPES: dict[str, re.Pattern[str]] = {name: re.compile(pattern) for name, pattern in NAMES["shapes"].items()}
"""How names of files and folders look, by what they tell."""
MIXES: tuple[tuple[re.Pattern[str], bool], ...] = tuple(
    (re.compile(mix["pattern"].replace("VIEW", SHAPES["view"].pattern)), mix["pieces"])
    for mix in NAMES["names"]["mixes"]
)
"""Names of the files that hold everybody's voices, and whether several are pieces of one meeting; the best first."""


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
    text: Source | None = None
    """a transcript from elsewhere: what is said, and by whom"""


def layout(piece: Part) -> Layout:
    """Which file of a part is what, told from the names alone."""
    media = [source for source in piece.sources if is_media(suffix(source, piece))]
    mix = mix_of(media)
    separate = [source for source in media if source not in mix and is_separate(source)]
    voices = voices_of(separate, meeting_id(piece) or common_number(separate))
    others = tuple(source for source in media if source not in separate)
    if not mix and (len(others) == 1 or not voices):
        mix = others[:1]
    subtitles = sorted(
        (s for s in piece.sources if SHAPES["captions-end"].fullmatch(suffix(s, piece))),
        key=lambda source: caption_rank(source.path or piece.folder),
    )
    texts = [source for source in piece.sources if is_document(source.path or PurePosixPath(piece.folder).name)]
    if not media:
        texts += subtitles
    unconverted = not media and any(suffix(source, piece) == UNCONVERTED for source in piece.sources)
    captions = subtitles[0] if subtitles and media else None
    return Layout(mix, voices, captions, unconverted and not texts, texts[0] if texts else None)


def mix_of(media: list[Source]) -> tuple[Source, ...]:
    """The files that hold everybody, by the first of MIXES that applies."""
    for pattern, pieces in MIXES:
        found = [source for source in media if pattern.fullmatch(source.path)]
        if found:
            found.sort(key=lambda source: (len(source.path), source.path))
            return tuple(found if pieces else found[:1])
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
    if not SHAPES["audio-end"].fullmatch(path.suffix):
        return False
    return bool(SHAPES["tracks-folder"].fullmatch(path.parent.name)) or bool(
        SHAPES["stamp"].match(path.name) and cloud_person(path.name)
    )


def cloud_person(name: str) -> str:
    """The participant's name in a cloud audio file's name, "" where it has none."""
    stem = SHAPES["copy"].sub("", PurePosixPath(name).stem)
    found = SHAPES["cloud-head"].match(stem)
    rest = found["rest"] if found else ""
    if not rest or SHAPES["view"].fullmatch(rest):
        return ""
    rest = re.sub(r"^[\s_.-]*(audio[ _-]?only)?[\s_.-]*", "", rest, flags=re.I)
    return rest.rstrip("_- ")


def common_number(separate: list[Source]) -> str:
    """The meeting id, told from the digits in which the names of several participants' files agree."""
    stems = [PurePosixPath(source.path).stem for source in separate]
    letters = zip(*(reversed(stem) for stem in stems), strict=False)
    shared = "".join(same[0] for same in takewhile(lambda each: len(set(each)) == 1, letters))[::-1]
    found = re.search(r"\d{8,11}$", shared) if len(stems) > 1 else None
    return found[0] if found else ""


def display_name(source: Source, meeting: str, files: int) -> tuple[str, int]:
    """A participant's display name and the number of his file: "audioДаринаОмарова187654321012.m4a"."""
    name = composed(PurePosixPath(source.path).name)
    stem = SHAPES["copy"].sub("", PurePosixPath(name).stem)
    if SHAPES["stamp"].match(stem):
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


def caption_rank(path: str) -> tuple[int, int, str]:
    """The fuller subtitles before the others, by their names."""
    name = PurePosixPath(path).name.lower()
    rank = next(number for number, pattern in enumerate(NAMES["names"]["captions"]) if re.search(f"{pattern}$", name))
    return rank, len(name), name


def is_media(suffix: str) -> bool:
    """Whether ffmpeg is asked to read files that end so."""
    return bool(SHAPES["audio-end"].fullmatch(suffix) or SHAPES["video-end"].fullmatch(suffix))


def is_document(name: str) -> bool:
    """Whether a file is named as transcripts from elsewhere are, subtitles aside."""
    path = PurePosixPath(name)
    return bool(SHAPES["transcript-end"].fullmatch(path.suffix)) and not SHAPES["no-transcript"].fullmatch(path.name)


def is_text(name: str) -> bool:
    """Whether a file may hold a transcript: a document or subtitles."""
    captions = SHAPES["captions-end"].fullmatch(PurePosixPath(name).suffix)
    return is_document(name) or bool(captions and not SHAPES["no-transcript"].fullmatch(PurePosixPath(name).name))


def suffix(source: Source, piece: Part) -> str:
    return PurePosixPath(source.path or piece.folder).suffix.lower()


def meeting_id(piece: Part) -> str:
    """The meeting's number at the end of Zoom's folder name, "" where there is none."""
    found = SHAPES["meeting-id"].search(PurePosixPath(piece.folder).name)
    return found[1] if found else ""


def composed(name: str) -> str:
    """Composed Unicode: macOS writes й and ё as two characters. Bytes that are no text become "\\xff"."""
    try:
        return unicodedata.normalize("NFC", name.encode().decode())
    except UnicodeEncodeError:
        return name.encode(errors="surrogateescape").decode(errors="backslashreplace")
