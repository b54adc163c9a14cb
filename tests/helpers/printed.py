"""All that a file says, whatever its format."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from pipeline.transcripts.office import read_rtf


def plain(path: Path) -> str:
    """All text in a file, its properties included, in small letters."""
    data = path.read_bytes()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return " ".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist()).lower()
    if data.startswith(b"{\\rtf"):
        return "\n".join(read_rtf(data)).lower()
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), data.decode("utf-8")).lower()
