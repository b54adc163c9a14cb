"""`interviews anonymize`: transcripts that exist already, from txt, docx, vtt, srt or json, each kept in its format."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from pipeline.deidentify import stage as deidentify
from pipeline.deidentify.labels.replace import released
from pipeline.errors import RecordingError, UsageError, attempt
from pipeline.model import Dialogue, Failure, Job, Speaker, Turn
from pipeline.participants import Contact
from pipeline.store import office_files
from pipeline.store.artifacts import write_atomically

LARGEST, LARGEST_TEXT = 50 << 20, 10 << 20
"""bytes of a docx, which may hold pictures, and of any other transcript"""
MOST_CHARACTERS = 2_000_000
"""in one transcript: some forty hours of speech"""
MOST_SECONDS = 1_000_000.0
PREFIX = re.compile(r"^\s*(?P<name>[^\W\d_][^:\n]{0,60}?)\s*:(?=\s|$)")
ROLE_WORD = re.compile(
    r"^(и|р|i|r|q|a|интервьюер|респондент|информант|вопрос|ответ|speaker|interviewer|respondent|note|вед\w*)[\s_\d]*$",
    re.I,
)


class Piece(Struct, frozen=True):
    """A paragraph, cue or turn of a transcript."""

    text: str
    start: float = 0.0
    end: float = 0.0
    speaker: str = ""
    """where the format keeps it apart from the text"""


def anonymize_files(files: list[Path], out: Path, folder: Path | None) -> list[Failure]:
    """Write t001.txt, t002.docx … to `out`, in the order given; one that fails leaves the others going.

    With `folder`, the settings and contacts of that study hold. Raises UsageError, ConfigError.
    """
    settings, contacts = study_of(folder)
    unknown = sorted({path.suffix.lower() for path in files} - set(READERS))
    if unknown:
        raise UsageError("Some of the files are of a kind that holds no transcript.", f"Known: {', '.join(READERS)}.")
    if out.exists() and (not out.is_dir() or any(out.glob("t[0-9]*"))):
        raise UsageError("The folder after --out holds transcripts already, or is no folder.", "Name a new one.")
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = [
        attempt(f"t{n:03}", "anonymize", one(path, f"t{n:03}", out, (settings, contacts)))
        for n, path in enumerate(files, 1)
    ]
    return [result for result in made if isinstance(result, Failure)]


def study_of(folder: Path | None) -> tuple[deidentify.Settings, tuple[Contact, ...]]:
    """Settings and contacts to work with."""
    if folder is None:
        return deidentify.Settings(), ()
    from pipeline.study.folder import open_study

    study = open_study(folder)
    return study.settings.deidentify, study.roster.contacts


def one(path: Path, name: str, out: Path, given: tuple[deidentify.Settings, tuple[Contact, ...]]) -> Callable[[], None]:
    """The work on one file."""
    settings, contacts = given

    def work() -> None:
        suffix = path.suffix.lower()
        pieces = read(path, READERS[suffix])
        dialogue = as_dialogue(pieces)
        redaction = deidentify.redact(deidentify.Item(Job(name, out), dialogue, contacts), settings)
        texts = [released(turn, redaction.entities) for turn in dialogue.turns]
        clean = [
            msgspec.structs.replace(piece, text=text, speaker="") for piece, text in zip(pieces, texts, strict=True)
        ]
        write_atomically(out / f"{name}{suffix}", (WRITERS[suffix](clean),))

    return work


def as_dialogue(pieces: list[Piece]) -> Dialogue:
    """One turn a piece; names before colons that recur are the speakers' names, to be searched everywhere."""
    texts = [f"{piece.speaker}: {piece.text}" if piece.speaker else piece.text for piece in pieces]
    prefixes = Counter(found["name"] for text in texts if (found := PREFIX.match(text)))
    names = sorted(
        name for name, count in prefixes.items() if count > 1 and name[0].isupper() and not ROLE_WORD.match(name)
    )
    speakers = tuple(Speaker(f"S{n}", "other", "", (), 0.0, name) for n, name in enumerate(names, 1))
    turns = tuple(
        Turn(number, piece.start, piece.end, "", text, (), ())
        for number, (piece, text) in enumerate(zip(pieces, texts, strict=True), 1)
    )
    return Dialogue(turns, speakers)


def read(path: Path, reader: Callable[[bytes], list[Piece]]) -> list[Piece]:
    """The pieces of a file. Raises RecordingError."""
    try:
        if not path.is_file() and path.exists():
            raise RecordingError("This is no file.", "Name the files themselves, such as folder/*.docx.")
        if path.stat().st_size > (LARGEST if path.suffix.lower() == ".docx" else LARGEST_TEXT):
            raise too_large()
        pieces = reader(path.read_bytes())
        for piece in pieces:
            f"{piece.speaker}{piece.text}".encode()
    except RecordingError:
        raise
    except office_files.Refused as refusal:
        raise RecordingError(
            f"The file is not opened: {refusal}.", "Open it in its own program, check it, and save its text anew."
        ) from None
    except FileNotFoundError:
        raise RecordingError("There is no such file.", "Check the path.") from None
    except Exception:
        raise RecordingError(
            "The file cannot be read as what its ending says.", "Open it in its own program and save it again."
        ) from None
    if not any(piece.text.strip() for piece in pieces):
        raise RecordingError("The file holds no text.", "Check that it is the right file.")
    if sum(len(piece.text) for piece in pieces) > MOST_CHARACTERS:
        raise too_large()
    return pieces


def too_large() -> RecordingError:
    return RecordingError(
        f"The file is too large for a transcript: more than {LARGEST_TEXT >> 20} MB (a docx {LARGEST >> 20} MB), or "
        f"{MOST_CHARACTERS:,} characters.",
        "Check that it is the right file, and cut what is really so long into several.",
    )


def decoded(data: bytes) -> str:
    """Text in UTF-8, UTF-16 or Windows' Cyrillic."""
    for encoding in (
        ("utf-8-sig", "utf-16", "cp1251") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1251")
    ):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("no known encoding")


def read_txt(data: bytes) -> list[Piece]:
    return [Piece(line) for line in decoded(data).splitlines()]


def read_docx(data: bytes) -> list[Piece]:
    import docx

    office_files.check(data)
    document = docx.Document(io.BytesIO(data))
    return [Piece(paragraph.text) for paragraph in paragraphs(document)]


def paragraphs(document: Any) -> Iterator[Any]:
    """Of the body and of its tables, in order. Headers, footers and comments are not carried over.

    Each cell once: a row's `cells` repeat one as often as its file says that it is wide.
    """
    from docx.table import _Cell

    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                for cell in row._tr.tc_lst:
                    yield from paragraphs(_Cell(cell, block))
        else:
            yield block


def read_vtt(data: bytes) -> list[Piece]:
    import webvtt

    return [
        Piece(cue.text, cue.start_in_seconds, cue.end_in_seconds, cue.voice or "")
        for cue in webvtt.from_string(decoded(data)).captions
    ]


def read_srt(data: bytes) -> list[Piece]:
    from webvtt import WebVTT

    captions = WebVTT.from_buffer(io.StringIO(decoded(data)), format="srt")
    return [Piece(cue.text, cue.start_in_seconds, cue.end_in_seconds) for cue in captions.captions]


def read_json(data: bytes) -> list[Piece]:
    """A list of turns, or one under `turns` or `segments`; each with `text`, and perhaps a speaker and times."""
    value = json.loads(decoded(data))
    if isinstance(value, dict):
        value = value.get("turns") or value.get("segments")
    return [
        Piece(
            str(turn["text"]),
            moment(turn.get("start")),
            moment(turn.get("end")),
            str(turn.get("display_name") or turn.get("speaker") or ""),
        )
        for turn in value
    ]


def moment(value: Any) -> float:
    """Seconds of a JSON transcript. Raises ValueError for what is no time."""
    seconds = float(value or 0.0)
    if not 0.0 <= seconds <= MOST_SECONDS:
        raise ValueError("no time")
    return seconds


def write_txt(pieces: list[Piece]) -> bytes:
    return ("\n".join(piece.text for piece in pieces) + "\n").encode()


def write_docx(pieces: list[Piece]) -> bytes:
    """A new document: nothing of the old one's properties, comments or history comes along."""
    import docx

    document = docx.Document()
    document.core_properties.author = ""
    for piece in pieces:
        document.add_paragraph(piece.text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def write_vtt(pieces: list[Piece]) -> bytes:
    cues = [f"{clock(piece.start, '.')} --> {clock(piece.end, '.')}\n{piece.text}\n" for piece in pieces]
    return ("WEBVTT\n\n" + "\n".join(cues)).encode()


def write_srt(pieces: list[Piece]) -> bytes:
    cues = [
        f"{n}\n{clock(piece.start, ',')} --> {clock(piece.end, ',')}\n{piece.text}\n"
        for n, piece in enumerate(pieces, 1)
    ]
    return "\n".join(cues).encode()


def write_json(pieces: list[Piece]) -> bytes:
    turns = [
        {"number": n, "start": piece.start, "end": piece.end, "text": piece.text} for n, piece in enumerate(pieces, 1)
    ]
    return json.dumps({"turns": turns}, ensure_ascii=False, indent=1).encode()


def clock(seconds: float, mark: str) -> str:
    """00:01:02.345"""
    millis = round(seconds * 1000)
    return f"{millis // 3_600_000:02}:{millis // 60_000 % 60:02}:{millis // 1000 % 60:02}{mark}{millis % 1000:03}"


READERS: dict[str, Callable[[bytes], list[Piece]]] = {
    ".txt": read_txt,
    ".docx": read_docx,
    ".vtt": read_vtt,
    ".srt": read_srt,
    ".json": read_json,
}
WRITERS: dict[str, Callable[[list[Piece]], bytes]] = {
    ".txt": write_txt,
    ".docx": write_docx,
    ".vtt": write_vtt,
    ".srt": write_srt,
    ".json": write_json,
}
