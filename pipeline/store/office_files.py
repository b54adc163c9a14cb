"""Office files from elsewhere (docx, xlsx): looked at before a parser opens them, and refused where they are traps."""

from __future__ import annotations

import io
import zipfile

MOST_BYTES = 200 << 20
"""that all members of a file may unpack to, pictures included"""
MOST_XML = 30 << 20
"""that its texts and tables may unpack to: the text of some hundred hours"""
MOST_MEMBERS = 5_000
XML = (".xml", ".rels", ".vml")
DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
"""which no office program writes: an entity that is declared may name a file, or unfold without end"""


class Refused(Exception):
    """A file that is not opened; the message is a half sentence that says why."""


def check(data: bytes) -> None:
    """Raises Refused for an archive that unpacks to more than it may, or declares entities; BadZipFile for none."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        members = packed.infolist()
        texts = [member for member in members if member.filename.lower().endswith(XML)]
        sizes = sum(member.file_size for member in members), sum(member.file_size for member in texts)
        if len(members) > MOST_MEMBERS or sizes[0] > MOST_BYTES or sizes[1] > MOST_XML:
            raise Refused(f"it unpacks to more than {MOST_XML >> 20} MB of text, or {MOST_BYTES >> 20} MB in all")
        for member in texts:
            content = packed.read(member).replace(b"\0", b"")
            if any(mark in content for mark in DECLARATIONS):
                raise Refused("it declares entities, which no office program does")
