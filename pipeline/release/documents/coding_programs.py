"""Transcripts as MAXQDA, NVivo, ATLAS.ti and Taguette read them, and the attribute tables that go with them.

All begin a turn with a new paragraph and carry the turn numbers of every other file. None has a head: what is known
of the participant comes as attributes, and a draft says what it is in its last line.
"""

from __future__ import annotations

from html import escape

from pipeline.release.documents import tables
from pipeline.release.documents.tables import Rows, Table
from pipeline.release.documents.transcripts import PART, Line, Page, stamp
from pipeline.release.request import DRAFT_LINE, Request

GROUP = {"ru": "Интервью", "en": "Interviews"}
"""the document group that MAXQDA makes"""


def said(line: Line) -> str:
    """What a turn says, on one line."""
    return " ".join(line.marked.split())


def closed(page: Page, lines: list[str], mark: str = DRAFT_LINE) -> bytes:
    """Lines of text, a draft's mark last, so that paragraph 42 stays turn 42."""
    return ("\n".join([*lines, mark] if page.draft else lines) + "\n").encode()


def maxqda(page: Page) -> bytes:
    """A paragraph a turn, speaker first: MAXQDA's own paragraph numbers are the turns'."""
    return closed(page, [f"{page.head(line)} {said(line)}" for line in page.lines])


def nvivo_speaker(page: Page) -> bytes:
    """Speaker first, a blank line between turns: for NVivo's auto-coding by speaker."""
    return closed(page, [f"{page.head(line)} {said(line)}\n" for line in page.lines])


def nvivo_timed(page: Page) -> bytes:
    """Time, speaker and text between tabs, to be imported beside the audio: 00:01:02.3, Р, ¶4 text."""
    numbered = page.request.settings.turn_numbers
    rows, latest = [], 0.0
    for line in page.lines:
        latest = max(latest, line.turn.start)
        rows.append("\t".join((tenths(latest), line.letter, f"¶{line.cite} {said(line)}" if numbered else said(line))))
    return closed(page, rows, f"{tenths(latest)}\t\t{DRAFT_LINE}")


def tenths(seconds: float) -> str:
    """00:01:02.3, as exact as NVivo reads times."""
    return stamp(int(seconds * 10) / 10)[:-2]


def atlasti(page: Page) -> bytes:
    """Speaker first, the time of each turn as ATLAS.ti marks it at its end: #00:01:02-3#."""
    made = []
    for line in page.lines:
        made += [f"{page.head(line)} {said(line)} #{tenths(line.turn.start).replace('.', '-')}#", ""]
    return closed(page, made)


def html(page: Page) -> bytes:
    """A clean page for Taguette and browsers: headings and paragraphs, no style, no script."""
    body = [f"<h1>{escape(page.title)}</h1>"]
    if page.draft:
        body.insert(0, f"<p><strong>{escape(DRAFT_LINE)}</strong></p>")
    body += [f"<p><em>{escape(line)}</em></p>" for line in page.attributions.values()]
    for index, line in enumerate(page.lines):
        if page.starts_part(index):
            body.append(f"<h2>{escape(PART[page.language].format(number=line.turn.part))}</h2>")
        if page.section(line):
            body.append(f"<h3>{escape(page.section(line))}</h3>")
        number = f" ¶{line.cite}" if page.request.settings.turn_numbers else ""
        body.append(f"<p><strong>{escape(line.letter)}:</strong>{number} {escape(said(line), quote=False)}</p>")
    head = (
        f'<html lang="{page.language}">\n<head>\n<meta charset="utf-8"/>\n<title>{escape(page.title)}</title>\n</head>'
    )
    return ("\n".join(["<!DOCTYPE html>", head, "<body>", *body, "</body>", "</html>"]) + "\n").encode()


def variables(request: Request, rows: Rows) -> Table:
    """MAXQDA's document variables: its two columns that name a document, then one a public attribute."""
    table = attributes(request, rows)
    group = GROUP[request.language]
    head = ("Document group", "Document name", *table[0][1:])
    return (head, *((group, *row) for row in table[1:]))


def classification(request: Request, rows: Rows) -> Table:
    """NVivo's classification sheet: the name of the file, then one column a public attribute."""
    table = attributes(request, rows)
    return (("Name", *table[0][1:]), *table[1:])


def attributes(request: Request, rows: Rows) -> Table:
    """A header and a row an interview; "" where a value is not known."""
    found: list[tuple[str, dict[str, str]]] = [(name, dict(tables.public(request, one))) for name, one in rows]
    headers = tuple(dict.fromkeys(header for _, cells in found for header in cells))
    marked = ("status",) if request.draft else ()
    head = ("document", *marked, *headers)
    status = ("DRAFT",) if request.draft else ()
    return (head, *((name, *status, *(cells.get(header, "") for header in headers)) for name, cells in found))
