"""Looks for a person's words in files that the program did not write, or that are somebody else's."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from pipeline.errors import CorruptArtifact
from pipeline.model import Contact, Dialogue
from pipeline.release.gate.private_words import NO_NAMES
from pipeline.release.gate.spellings import FOLD, WORD, clean
from pipeline.study.folder import Study

LARGEST = 64 << 20
"""bytes; larger files are sound or pictures"""
SOUND = frozenset((".flac", ".m4a", ".mp4", ".wav", ".mp3", ".ogg"))
SHORTEST = 4
"""letters of a part of a name that is sought by itself"""
ENDING = re.compile(r"[аяоеуюыийь]{1,2}$")
"""what case forms of a name differ in"""
ENCODINGS = ("utf-8", "utf-16-le", "cp1251")


def of(study: Study, id: str) -> frozenset[str]:
    """By what this person would be found in a file: his contacts, else how Zoom showed him."""
    theirs = [contact for contact in study.roster.contacts if contact.owner.casefold() == id.casefold()]
    display: list[str] = []
    if study.store.header(id, "attribute"):
        with suppress(CorruptArtifact):
            speakers = study.store.read(id, "attribute", Dialogue).speakers
            display = [one.display_name for one in speakers if one.role == "respondent"]
    return words(theirs, display)


def words(contacts: Iterable[Contact], display: Iterable[str] = ()) -> frozenset[str]:
    """What a person is found by: parts of names without their case endings, addresses and numbers whole."""
    found: set[str] = set()
    for contact in contacts:
        display = (*display, *contact.names, *contact.display_names)
        found |= {plain(text) for text in (*contact.emails, *contact.phones, *contact.others)}
    parts = {word for text in display for word in WORD.findall(plain(text))} - NO_NAMES
    found |= {ENDING.sub("", part) if len(part) > SHORTEST else part for part in parts}
    return frozenset(word for word in found if len(word) >= SHORTEST)


def plain(text: str) -> str:
    """As it is compared: lower case, Kazakh letters as Russian ones."""
    return clean(text).lower().translate(FOLD)


def holding(files: Iterable[Path], sought: frozenset[str]) -> Iterator[Path]:
    """Files in which any of these words stands, those inside archives included."""
    if sought:
        yield from (file for file in files if readable(file) and holds(file.read_bytes(), sought))


def readable(file: Path) -> bool:
    return file.is_file() and file.suffix.lower() not in SOUND and file.stat().st_size <= LARGEST


def holds(data: bytes, sought: frozenset[str]) -> bool:
    """Whether any of these words stands in a file, as text of any usual encoding."""
    if data[:4] == b"PK\x03\x04":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                return any(holds(packed.read(member), sought) for member in packed.namelist())
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
            return False
    texts = (plain(data.decode(encoding, errors="ignore")) for encoding in ENCODINGS)
    return any(word in text for text in texts for word in sought)
