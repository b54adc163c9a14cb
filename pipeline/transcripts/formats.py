"""All formats of transcripts from elsewhere, one a row, and which of them a file is: told by what is in it."""

from __future__ import annotations

import io
import re
import tomllib
import zipfile
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from pipeline.errors import RecordingError
from pipeline.store import office_files
from pipeline.transcripts import data, markup, office, sheets, subtitles, tiers, word
from pipeline.transcripts.encoding import decoded
from pipeline.transcripts.paragraphs import turns
from pipeline.transcripts.said import Refused, Said

ADVICE: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("advice.toml").read_text(encoding="utf-8"))
"""what happened and what to do, for each way in which a transcript cannot be taken"""
LARGEST, LARGEST_TEXT = 50 << 20, 10 << 20
"""bytes of a document, which may hold pictures, and of any other transcript"""
MOST_CHARACTERS = 2_000_000
"""in one transcript: some forty hours of speech"""
CONTROLS = 0.02
"""share of control characters from which on something is no text"""
DOCUMENTS = (b"PK", b"%PDF", b"\xd0\xcf\x11\xe0")


class Content:
    """A file's bytes, and its text once somebody asks for it."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @cached_property
    def text(self) -> str:
        """Raises Refused for what is no text."""
        text = decoded(self.data)
        controls = sum(letter < " " and letter not in "\t\n\f\v\x1b" for letter in text[:10_000])
        if controls > CONTROLS * min(len(text), 10_000):
            raise Refused("no-text")
        return text.replace("\0", "").replace("\v", "\n").replace("\f", "\n")

    @cached_property
    def members(self) -> frozenset[str]:
        """Names of what a packed file holds, empty for any other."""
        if not self.data.startswith(b"PK"):
            return frozenset()
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as packed:
                return frozenset(packed.namelist())
        except (zipfile.BadZipFile, ValueError, OSError):
            raise Refused("broken") from None


class Format(Struct, frozen=True):
    """One way to keep a transcript."""

    suffix: str
    """of the files that are written"""
    is_it: Callable[[Content], bool]
    """whether a file is in this format; asked in the order of the rows"""
    read: Callable[[Content], list[Said]]
    """Raises Refused; any other error says that the file is broken"""
    write: Callable[[Sequence[Said]], bytes]
    name: str = ""
    """as --as has it, "" where none may be asked for"""


def begins(*marks: bytes) -> Callable[[Content], bool]:
    return lambda content: content.data.startswith(marks)


FORMATS = (
    Format(
        ".docx",
        lambda content: "word/document.xml" in content.members,
        lambda content: turns(word.read(content.data)),
        word.write,
        "docx",
    ),
    Format(
        ".odt",
        lambda content: {"content.xml", "mimetype"} <= content.members,
        lambda content: turns(office.read_odt(content.data)),
        office.write_odt,
    ),
    Format(".rtf", begins(b"{\\rtf"), lambda content: turns(office.read_rtf(content.data)), office.write_rtf),
    Format(
        ".docx",
        begins(b"%PDF"),
        lambda content: turns(office.read_pdf(content.data), wrapped=True),
        word.write,
    ),
    Format(
        ".docx",
        begins(b"\xd0\xcf\x11\xe0"),
        lambda content: turns(word.read(office.read_doc(content.data))),
        word.write,
    ),
    Format(
        ".eaf",
        lambda content: tiers.is_eaf(content.text),
        lambda content: tiers.read_eaf(content.data),
        tiers.write_eaf,
    ),
    Format(
        ".TextGrid",
        lambda content: tiers.is_textgrid(content.text),
        lambda content: tiers.read_textgrid(content.text),
        tiers.write_textgrid,
    ),
    Format(
        ".otr",
        lambda content: markup.is_otr(content.text),
        lambda content: markup.read_otr(content.text),
        markup.write_otr,
    ),
    Format(
        ".json",
        lambda content: data.has(content.text, "segments"),
        lambda content: data.read(content.text),
        data.write_segments,
    ),
    Format(
        ".jsonl",
        lambda content: data.by_lines(content.text),
        lambda content: data.read(content.text),
        data.write_lines,
    ),
    Format(
        ".json",
        lambda content: data.parsed(content.text) is not None,
        lambda content: data.read(content.text),
        data.write,
        "json",
    ),
    Format(
        ".html",
        lambda content: markup.is_html(content.text),
        lambda content: markup.read_html(content.text),
        markup.write_html,
    ),
    Format(
        ".vtt",
        lambda content: subtitles.is_vtt(content.text),
        lambda content: subtitles.read(content.text),
        subtitles.write_vtt,
        "vtt",
    ),
    Format(
        ".srt",
        lambda content: subtitles.is_timed(content.text),
        lambda content: subtitles.read(content.text),
        subtitles.write_srt,
        "srt",
    ),
    Format(
        ".csv",
        lambda content: sheets.is_table(content.text),
        lambda content: sheets.read_table(content.text),
        sheets.write_table,
    ),
    Format(
        ".txt",
        lambda content: sheets.is_labels(content.text),
        lambda content: sheets.read_labels(content.text),
        sheets.write_labels,
    ),
    Format(".txt", lambda _: True, lambda content: turns(content.text.split("\n")), word.write_txt, "txt"),
)
"""in the order in which they are asked; PDF and Word's old format come out as .docx"""


class Transcript(Struct, frozen=True):
    """A transcript from elsewhere."""

    form: Format
    turns: tuple[Said, ...]


def refused(why: str) -> RecordingError:
    """The error of a transcript that cannot be taken."""
    return RecordingError(ADVICE[why]["what"], ADVICE[why]["do"])


def open_transcript(path: Path) -> Transcript:
    """The transcript in a file. Raises RecordingError, which names no file."""
    try:
        if not path.is_file():
            raise refused("no-file" if path.exists() else "gone")
        if path.stat().st_size > LARGEST:
            raise refused("too-large")
        data = path.read_bytes()
    except OSError:
        raise refused("unopened") from None
    return transcript(data)


def transcript(data: bytes) -> Transcript:
    """The transcript that bytes hold. Raises RecordingError."""
    if len(data) > (LARGEST if data.startswith(DOCUMENTS) else LARGEST_TEXT):
        raise refused("too-large")
    if not data.strip():
        raise refused("no-words")
    try:
        made = told(Content(data))
    except Refused as refusal:
        raise refused(refusal.why) from None
    except office_files.Refused as refusal:
        raise RecordingError(f"The file is not opened: {refusal}.", ADVICE["trap"]["do"]) from None
    except RecordingError:
        raise
    except Exception:
        raise refused("broken") from None
    if not any(letter.isalnum() for one in made.turns for letter in one.text):
        raise refused("no-words")
    if sum(len(one.text) for one in made.turns) > MOST_CHARACTERS:
        raise refused("too-large")
    return made


def told(content: Content) -> Transcript:
    """The transcript by the reader of its format. Raises whatever the reader does."""
    form = next(form for form in FORMATS if form.is_it(content))
    return Transcript(
        form, tuple(replace(one, text=clean(one.text), speaker=clean(one.speaker)) for one in form.read(content))
    )


def clean(text: str) -> str:
    """A text without halves of characters, control characters and space around it.

    A tab parts what stands in two places: it becomes a bar, so that no name reaches across it.
    """
    whole = text.encode("utf-8", "replace").decode()
    shown = "".join(letter for letter in whole if letter in "\t\n" or letter >= " ").strip()
    return re.sub(r" *\t\s*", " | ", shown)
