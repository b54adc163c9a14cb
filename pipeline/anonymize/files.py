"""`interviews anonymize`: transcripts that exist already, each kept in its format or written in another."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

from pipeline.anonymize import project, speakers
from pipeline.deidentify import stage as deidentify
from pipeline.deidentify.labels.replace import marks, released
from pipeline.errors import UsageError, attempt
from pipeline.messages import Language, speaking
from pipeline.model import Dialogue, Failure, Job, Speaker, Turn
from pipeline.participants import Contact
from pipeline.store.artifacts import write_atomically
from pipeline.transcripts.formats import FORMATS, Format, open_transcript, refused
from pipeline.transcripts.said import Refused, Said

QDPX = "qdpx"
ASKED = ("docx", "txt", "vtt", "srt", "json", QDPX)
"""formats that may be asked for"""


class Given(Struct, frozen=True):
    """What all files of a command are worked on with."""

    settings: deidentify.Settings
    contacts: tuple[Contact, ...]
    language: Language
    form: str
    """that is wanted, "" for each file's own"""


def anonymize_files(files: list[Path], out: Path, folder: Path | None, form: str = "") -> list[Failure]:
    """Write t001.txt, t002.docx … to `out`, in the order given; one that fails leaves the others going.

    With `folder`, the settings and contacts of that study hold. Raises UsageError, ConfigError.
    """
    if form and form not in ASKED:
        raise UsageError("There is no format called that after --as.", f"Known: {', '.join(ASKED)}.")
    given = Given(*study_of(folder), form)
    if out.exists() and (not out.is_dir() or any(out.glob("t[0-9]*"))):
        raise UsageError("The folder after --out holds transcripts already, or is no folder.", "Name a new one.")
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    before, tempfile.tempdir = tempfile.tempdir, str(out)
    try:
        made = [attempt(f"t{n:03}", "anonymize", one(path, f"t{n:03}", out, given)) for n, path in enumerate(files, 1)]
    finally:
        tempfile.tempdir = before
    return [result for result in made if isinstance(result, Failure)]


def study_of(folder: Path | None) -> tuple[deidentify.Settings, tuple[Contact, ...], Language]:
    """Settings, contacts and language to work with."""
    if folder is None:
        return deidentify.Settings(), (), speaking()
    from pipeline.study.folder import open_study

    study = open_study(folder)
    return study.settings.deidentify, study.roster.contacts, study.settings.study.language


def one(path: Path, name: str, out: Path, given: Given) -> Callable[[], None]:
    """The work on one file."""

    def work() -> None:
        found = open_transcript(path)
        dialogue = as_dialogue(found.turns)
        redaction = deidentify.redact(deidentify.Item(Job(name, out), dialogue, given.contacts), given.settings)
        instead = speakers.shown(found.turns, given.contacts, given.language)
        texts = [released(turn, redaction.entities) for turn in dialogue.turns]
        texts = speakers.hidden(texts, speakers.named(found.turns), marks(given.settings.brackets))
        clean = [
            msgspec.structs.replace(said, text=text, speaker=instead.get(said.speaker, ""))
            for said, text in zip(found.turns, texts, strict=True)
        ]
        suffix, data = written(clean, name, found.form, given)
        write_atomically(out / f"{name}{suffix}", (data,))

    return work


def written(turns: list[Said], name: str, form: Format, given: Given) -> tuple[str, bytes]:
    """The end of a file's name, and the file. Raises RecordingError where the format needs times that nobody stated."""
    if given.form == QDPX:
        return f".{QDPX}", project.qdpx(turns, name, given.language)
    wanted = next((row for row in FORMATS if row.name == given.form), form) if given.form else form
    try:
        return wanted.suffix, wanted.write(turns)
    except Refused as refusal:
        raise refused(refusal.why) from None


def as_dialogue(turns: tuple[Said, ...]) -> Dialogue:
    """One turn for each that the file has; names of speakers are to be searched everywhere."""
    labels = {name: f"S{number}" for number, name in enumerate(dict.fromkeys(one.speaker for one in turns), 1)}
    names = set(speakers.named(turns))
    people = tuple(
        Speaker(label, "other", "", (), 0.0, name if name in names else "") for name, label in labels.items()
    )
    made = tuple(
        Turn(number, one.start or 0.0, one.end or one.start or 0.0, labels[one.speaker], one.text, (), ())
        for number, one in enumerate(turns, 1)
    )
    return Dialogue(made, people)
