"""What a report is made of, and the report as a Word document.

Named styles, a language on every run, nothing of who made it or when.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pipeline.messages import Language
from pipeline.release.documents import docx as word

if TYPE_CHECKING:
    from docx.document import Document as Doc

TODO = re.compile(r"(\[(?:вписать|to be filled in): [^\]]+\])")
"""what the program cannot know and nobody has told it yet"""
CODES = {"ru": "ru-RU", "en": "en-GB"}
HEAD, LINE = "E8EDF3", "C5CBD3"
"""colours of a table: its first row, its rules"""


class Title(Struct, frozen=True):
    text: str
    under: str


class Heading(Struct, frozen=True):
    text: str


class Fact(Struct, frozen=True):
    """A short answer with what it answers."""

    lead: str
    text: str


class Text(Struct, frozen=True):
    text: str


class Grid(Struct, frozen=True):
    """A table."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    """centimetres; 16 in all"""


class NewPage(Struct, frozen=True):
    """What follows begins on another page."""


Block = Title | Heading | Fact | Text | Grid | NewPage


def docx(blocks: Iterable[Block], language: Language, title: str) -> bytes:
    """The document as bytes; equal input gives equal bytes."""
    document = word.blank(language)
    styles(document)
    page = Page(document, language)
    for block in blocks:
        page.add(block)
    foot(document, title)
    return word.packed(document, title)


def styles(document: Doc) -> None:
    """Named styles of this report, so that it can be restyled at once."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    document.styles["Interview Title"].font.size = Pt(16)
    under = word.style(document, "Under Title", size=9, italic=True, colour=word.GREY, after=6)
    under.paragraph_format.keep_with_next = True
    fact = word.style(document, "Fact", size=10, after=4)
    fact.paragraph_format.widow_control = True
    word.style(document, "Report Text", size=10, before=4, after=6).paragraph_format.keep_together = True
    word.style(document, "Cell", size=8.5, before=1.5, after=1.5)
    head = word.style(document, "Cell Head", size=8, bold=True, before=1.5, after=1.5)
    head.paragraph_format.keep_with_next = True
    lead: Any = document.styles.add_style("Lead", WD_STYLE_TYPE.CHARACTER)
    lead.font.bold = True
    todo: Any = document.styles.add_style("To Fill In", WD_STYLE_TYPE.CHARACTER)
    todo.font.bold = True
    todo.font.color.rgb = RGBColor.from_string(word.RED)


class Page:
    """Blocks written one after another."""

    def __init__(self, document: Doc, language: Language) -> None:
        self.document = document
        self.language = language
        self.breaks = False

    def add(self, block: Block) -> None:
        """The next block."""
        if isinstance(block, NewPage):
            self.breaks = True
        elif isinstance(block, Title):
            self.paragraph("Interview Title", block.text)
            self.paragraph("Under Title", block.under)
        elif isinstance(block, Heading):
            self.paragraph("Heading 1", block.text)
        elif isinstance(block, Fact):
            self.paragraph("Fact", block.text, block.lead)
        elif isinstance(block, Text):
            self.paragraph("Report Text", block.text)
        else:
            self.table(block)

    def paragraph(self, style: str, text: str, lead: str = "") -> None:
        made = self.document.add_paragraph()
        styled(made._p, style)
        made.paragraph_format.page_break_before = True if self.breaks else None
        self.breaks = False
        if lead:
            self.run(made, f"{lead}. ", "Lead")
        self.runs(made, text)

    def runs(self, paragraph: Any, text: str) -> None:
        """A text with what is to be filled in marked."""
        for piece in TODO.split(word.CONTROL.sub("", text)):
            if piece:
                self.run(paragraph, piece, "To Fill In" if TODO.fullmatch(piece) else "")

    def run(self, paragraph: Any, text: str, style: str) -> None:
        made = paragraph.add_run(text)
        if style:
            styled(made._r, style)
        made._r.get_or_add_rPr().append(element("lang", val=CODES[self.language]))

    def table(self, grid: Grid) -> None:
        """A table whose first row is repeated on every page and whose rows are not torn apart."""
        from docx.shared import Cm

        made = self.document.add_table(rows=1 + len(grid.rows), cols=len(grid.head), style="Table Grid")
        made.autofit = False
        rules(made)
        for column, width in zip(made.columns, grid.widths, strict=True):
            column.width = Cm(width)
        for number, (row, cells) in enumerate(zip(made.rows, (grid.head, *grid.rows), strict=True)):
            keep(row, number == 0)
            for cell, text, width in zip(row.cells, cells, grid.widths, strict=True):
                cell.width = Cm(width)
                paragraph = cell.paragraphs[0]
                styled(paragraph._p, "Cell" if number else "Cell Head")
                self.runs(paragraph, text)
                if not number:
                    shade(cell)
        styled(self.document.add_paragraph()._p, "Cell")


def styled(element: Any, name: str) -> None:
    """Give a style by its id: the library looks a name up by walking all styles, for each paragraph anew."""
    element.style = name.replace(" ", "")


def element(tag: str, *inside: Any, **values: str) -> Any:
    """An element of WordprocessingML with its attributes, and others in it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{tag}", {qn(f"w:{key}"): value for key, value in values.items()})
    made.extend(inside)
    return made


def rules(table: Any) -> None:
    """Thin grey rules instead of black ones, and narrow margins beside the text."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    edges = (element(side, val="single", sz="4", space="0", color=LINE) for side in sides)
    layout = next(child for child in table._tbl.tblPr if child.tag.endswith("}tblLayout"))
    layout.addprevious(element("tblBorders", *edges))
    layout.addnext(element("tblCellMar", *(element(side, w="68", type="dxa") for side in ("left", "right"))))


def keep(row: Any, head: bool) -> None:
    """A row stays on one page; the first is repeated on the next."""
    properties = row._tr.get_or_add_trPr()
    properties.append(element("cantSplit"))
    if head:
        properties.append(element("tblHeader"))


def shade(cell: Any) -> None:
    cell._tc.get_or_add_tcPr().append(element("shd", val="clear", color="auto", fill=HEAD))


def foot(document: Doc, title: str) -> None:
    """The title and the page's number at the bottom."""
    footer = document.sections[0].footer.paragraphs[0]
    footer.style = document.styles["Footer Line"]
    footer.add_run(f"{title} · ")
    word.field(footer, "PAGE")
