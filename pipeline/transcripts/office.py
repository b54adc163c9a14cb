"""OpenDocument, RTF, PDF with text, and Word's old format through LibreOffice where it is installed."""

from __future__ import annotations

import codecs
import io
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.store import office_files
from pipeline.transcripts import rows
from pipeline.transcripts.said import Refused, Said
from pipeline.transcripts.word import line, printable

PATIENCE = 120
"""seconds that LibreOffice may take over a document"""
MOST_PAGES = 2_000
ODT_SKIPPED = frozenset({"text:tracked-changes", "office:annotation", "text:note", "text:sequence-decls"})
ODT_LETTERS = {"text:tab": "\t", "text:line-break": "\n"}


def read_odt(data: bytes) -> list[str]:
    """The paragraphs of an OpenDocument text, without what was deleted, notes and comments.

    Raises office_files.Refused.
    """
    from odf.opendocument import load

    office_files.check(data)
    return list(odt_blocks(load(io.BytesIO(data)).text))


def odt_blocks(parent: Any) -> Iterator[str]:
    """Paragraphs and tables in order."""
    for child in parent.childNodes:
        name = getattr(child, "tagName", "")
        if name in ("text:p", "text:h"):
            yield odt_text(child)
        elif name == "table:table":
            yield from rows.paragraphs([odt_cells(row) for row in odt_rows(child)])
        elif name and name not in ODT_SKIPPED:
            yield from odt_blocks(child)


def odt_rows(parent: Any) -> Iterator[Any]:
    for child in parent.childNodes:
        name = getattr(child, "tagName", "")
        if name == "table:table-row":
            yield child
        elif name:
            yield from odt_rows(child)


def odt_cells(row: Any) -> list[str]:
    return [
        "\n".join(odt_blocks(cell)) for cell in row.childNodes if getattr(cell, "tagName", "") == "table:table-cell"
    ]


def odt_text(parent: Any) -> str:
    made = ""
    for child in parent.childNodes:
        name = getattr(child, "tagName", "")
        if name in ("Text", "CDATASection"):
            made += str(child)
        elif name == "text:s":
            made += " " * min(int(child.getAttribute("c") or 1), 1000)
        elif name in ODT_LETTERS:
            made += ODT_LETTERS[name]
        elif name not in ODT_SKIPPED:
            made += odt_text(child)
    return made


def write_odt(turns: Sequence[Said]) -> bytes:
    from odf.opendocument import OpenDocumentText
    from odf.teletype import addTextToElement
    from odf.text import P

    document = OpenDocumentText()
    for one in turns:
        paragraph = P()
        addTextToElement(paragraph, printable(line(one)))
        document.text.addElement(paragraph)
    stream = io.BytesIO()
    document.write(stream)
    return stream.getvalue()


def read_rtf(data: bytes) -> list[str]:
    """The paragraphs of an RTF file; cells of a table's row, which it parts by bars, as those of a table."""
    from striprtf.striprtf import rtf_to_text

    page = re.search(rb"\\ansicpg(\d+)", data[:2000])
    encoding = f"cp{page[1].decode()}" if page and page[1] != b"0" else "cp1252"
    try:
        codecs.lookup(encoding)
    except LookupError:
        encoding = "cp1252"
    text: str = rtf_to_text(data.decode(encoding, "replace"), encoding=encoding, errors="replace")
    made: list[str] = []
    table: list[list[str]] = []
    for paragraph in [*text.split("\n"), ""]:
        if paragraph.count("|") and paragraph.rstrip().endswith("|"):
            table.append(paragraph.rstrip().rstrip("|").split("|"))
        else:
            made += rows.paragraphs(table)
            table = []
            made.append(paragraph)
    return made


def write_rtf(turns: Sequence[Said]) -> bytes:
    """Every letter beyond ASCII by its number, as each program that reads RTF takes it."""

    def escaped(text: str) -> str:
        plain = re.sub(r"([\\{}])", r"\\\1", printable(text)).replace("\n", r"\line ").replace("\t", r"\tab ")
        wide = plain.encode("utf-16-le", "surrogatepass")
        units = (int.from_bytes(wide[at : at + 2], "little") for at in range(0, len(wide), 2))
        return "".join(chr(unit) if unit < 128 else rf"\u{unit - 65536 if unit > 32767 else unit}?" for unit in units)

    body = "".join(rf"{escaped(line(one))}\par" + "\n" for one in turns)
    return (r"{\rtf1\ansi\ansicpg1252\uc1\deff0{\fonttbl{\f0 Calibri;}}" + "\n" + body + "}").encode("ascii")


def read_pdf(data: bytes) -> list[str]:
    """The lines of all pages, without page numbers and heads that come back. Raises Refused."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("locked")
        if len(reader.pages) > MOST_PAGES:
            raise Refused("too-large")
        pages = [[row.strip() for row in page.extract_text().split("\n") if row.strip()] for page in reader.pages]
    except PyPdfError:
        raise Refused("broken") from None
    if not any(pages):
        raise Refused("picture")
    return [row for page in pages for row in body(page, pages)]


def body(page: Sequence[str], pages: Sequence[Sequence[str]]) -> list[str]:
    """A page's lines without its number, and without a first or last line that nearly every page has."""
    edges = [one[at] for one in pages if one for at in (0, -1)]
    kept = list(page)
    for at in (0, -1):
        if kept and (
            re.fullmatch(r"[–—-]?\s*\d{1,4}(\s*(/|из|of)\s*\d{1,4})?\s*[–—-]?", kept[at])
            or (len(pages) > 2 and edges.count(kept[at]) >= 0.8 * len(pages))
        ):
            kept.pop(at)
    return kept


def read_doc(data: bytes) -> bytes:
    """Word's old format as .docx. Raises Refused where LibreOffice is missing, or does not read it."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if not program:
        raise Refused("old-word")
    with tempfile.TemporaryDirectory(prefix="transcript-") as folder:
        source = Path(folder, "transcript.doc")
        source.write_bytes(data)
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        asked = [program, profile, "--headless", "--convert-to", "docx", "--outdir", folder, str(source)]
        try:
            subprocess.run(
                asked,
                timeout=PATIENCE,
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            return source.with_suffix(".docx").read_bytes()
        except (OSError, subprocess.SubprocessError):
            raise Refused("broken") from None
