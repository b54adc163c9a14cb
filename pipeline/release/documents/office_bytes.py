"""Office files as the same bytes every time, with properties that say nothing of who made them or when."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

EPOCH = (1980, 1, 1, 0, 0, 0)
"""the earliest time a zip member can carry"""
CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></cp:coreProperties>'
)
APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)


def repack(made: bytes, title: str) -> bytes:
    """The same docx or xlsx with neutral properties, fixed times and no picture of its first page."""
    replaced = {"docProps/core.xml": CORE.format(title=escape(title)).encode(), "docProps/app.xml": APP.encode()}
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            add(target, name, replaced.get(name) or source.read(name))
    return packed.getvalue()


def add(packed: zipfile.ZipFile, name: str, data: bytes) -> None:
    """A compressed member without its time, the same on every system."""
    member = zipfile.ZipInfo(name, EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o600 << 16
    member.create_system = 3
    packed.writestr(member, data)
