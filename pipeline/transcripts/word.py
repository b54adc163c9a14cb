"""Word documents: all that stands in the text as it would be printed, what was inserted under tracked changes too."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.store import office_files
from pipeline.transcripts import rows
from pipeline.transcripts.clock import clock
from pipeline.transcripts.said import Said

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
GONE = frozenset({f"{W}{name}" for name in ("del", "moveFrom", "rPr", "pPr", "instrText", "delText", "delInstrText")})
"""what is not printed: deleted, moved elsewhere, or a property"""
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""says again, for old programs, what stands before it"""
LETTERS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}softHyphen": ""}


def read(data: bytes) -> list[str]:
    """The paragraphs of the body, tables row by row. Headers, footers, notes and comments are not carried over.

    Raises office_files.Refused.
    """
    import docx

    office_files.check(data)
    return list(blocks(docx.Document(io.BytesIO(data)).element.body))


def blocks(parent: Any) -> Iterator[str]:
    """Paragraphs and tables in order, those inside content controls too."""
    for child in parent:
        if child.tag == f"{W}p":
            yield text(child)
            for box in child.iter(f"{W}txbxContent"):
                if not any(above.tag == FALLBACK for above in box.iterancestors()):
                    yield from blocks(box)
        elif child.tag == f"{W}tbl":
            yield from rows.paragraphs(list(table(child)))
        elif child.tag not in GONE and isinstance(child.tag, str):
            yield from blocks(child)


def table(parent: Any) -> Iterator[list[str]]:
    """The rows of a table, each cell as its text."""
    for child in parent:
        if child.tag == f"{W}tr":
            yield ["\n".join(blocks(cell)) for cell in cells(child)]
        elif isinstance(child.tag, str) and child.tag not in GONE and child.tag != f"{W}tc":
            yield from table(child)


def cells(row: Any) -> Iterator[Any]:
    """The cells of a row, those inside content controls too."""
    for child in row:
        if child.tag == f"{W}tc":
            yield child
        elif isinstance(child.tag, str) and child.tag not in GONE:
            yield from cells(child)


def text(parent: Any) -> str:
    """What a paragraph says."""
    made = ""
    for child in parent:
        if child.tag == f"{W}t":
            made += child.text or ""
        elif child.tag in LETTERS:
            made += LETTERS[child.tag]
        elif child.tag not in (*GONE, FALLBACK, f"{W}txbxContent"):
            made += text(child)
    return made


def write(turns: Sequence[Said]) -> bytes:
    """A new document: nothing of the old one's properties, comments or history comes along."""
    import docx

    document = docx.Document()
    document.core_properties.author = ""
    for one in turns:
        document.add_paragraph(printable(line(one)))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def write_txt(turns: Sequence[Said]) -> bytes:
    return ("\n".join(line(one) for one in turns) + "\n").encode()


def line(one: Said) -> str:
    """`[00:01:02.345] Г1: text`, as every reader of paragraphs takes it."""
    stamp = f"[{clock(one.start)}] " if one.start is not None else ""
    return f"{stamp}{f'{one.speaker}: ' if one.speaker else ''}{one.text}"


def printable(text: str) -> str:
    """A text without what XML cannot hold."""
    return "".join(
        letter for letter in text if letter in "\t\n" or (letter >= " " and letter not in "\x7f\ufffe\uffff")
    )
