"""A released transcript as a Word document with named styles, so that a whole study can be restyled at once."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipeline.model import Role
from pipeline.release.documents.office_bytes import repack
from pipeline.release.documents.transcripts import PART, Line, Page
from pipeline.release.request import DRAFT

if TYPE_CHECKING:
    from docx.document import Document as Doc

FONT = "Calibri"
INK, GREY, RED = "1F1F1F", "767676", "B3261E"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""what XML cannot hold"""
STYLES: dict[Role, str] = {"interviewer": "Interviewer", "respondent": "Respondent", "other": "Other Speaker"}


def docx(page: Page, letter: Sequence[tuple[str, str]] = ()) -> bytes:
    """The document as bytes, `letter` (style, text) before it; equal input gives equal bytes."""
    document = blank(page.language)
    body = Body(document)
    for of, text in letter:
        body.add(of, (text, ""))
    if page.draft:
        body.add("Draft Banner", ("\n".join(DRAFT.values()), ""))
    body.add("Interview Title", (page.title, ""))
    for attribution in page.attributions.values():
        body.add("Attribution", (attribution, ""))
    for index, line in enumerate(page.lines):
        if page.starts_part(index):
            body.add("Part Mark", (PART[page.language].format(number=line.turn.part), ""))
        if page.section(line):
            body.add("Heading 1", (page.section(line), ""))
        add_turn(body, page, line)
    edges(document, page)
    return packed(document, page.title)


def empty(language: str) -> bytes:
    """A document that holds nothing of any study: what it is made of is ours."""
    return packed(blank(language), "")


def packed(document: Doc, title: str) -> bytes:
    made = io.BytesIO()
    document.save(made)
    return repack(made.getvalue(), title)


def add_turn(body: Body, page: Page, line: Line) -> None:
    """`Р: ¶4 text`, a paragraph of the role's style; labels keep a character style of their own."""
    runs = [(f"{line.letter}:", "Speaker Label"), (" ", "")]
    if page.request.settings.turn_numbers:
        runs += [(f"¶{line.cite}", "Turn Number"), (" ", "")]
    body.add(STYLES[line.role], *runs, *pieces(line))


def pieces(line: Line) -> list[tuple[str, str]]:
    """The marked text cut at its labels, and the style of each piece."""
    text = " ".join(line.marked.split())
    shown = {line.text[label.start : label.end] for label in line.labels}
    if not shown:
        return [(text, "")]
    pattern = re.compile("(" + "|".join(re.escape(label) for label in sorted(shown, key=len, reverse=True)) + ")")
    return [(piece, "Redaction" if piece in shown else "") for piece in pattern.split(text) if piece]


class Body:
    """Paragraphs written straight into the document: the library looks every style up by walking all of them."""

    def __init__(self, document: Doc) -> None:
        from docx.oxml.ns import qn

        self.end = document.element.body.sectPr
        self.space = qn("xml:space")

    def add(self, style: str, *runs: tuple[str, str]) -> None:
        """A paragraph of a named style from texts with their character styles, "" for none."""
        paragraph = element("p")
        paragraph.append(styled("p", style))
        for text, of in runs:
            run = element("r")
            if of:
                run.append(styled("r", of))
            for number, line in enumerate(CONTROL.sub("", text).split("\n")):
                if number:
                    run.append(element("br"))
                written = element("t")
                written.text = line
                written.set(self.space, "preserve")
                run.append(written)
            paragraph.append(run)
        self.end.addprevious(paragraph)


def element(name: str, /, **values: str) -> Any:
    """An element of a document with such values."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{name}")
    for key, value in values.items():
        made.set(qn(f"w:{key}"), value)
    return made


def styled(of: str, style: str) -> Any:
    """The properties of a paragraph (p) or run (r) of a named style."""
    made = element(f"{of}Pr")
    made.append(element(f"{of}Style", val=style.replace(" ", "")))
    return made


def edges(document: Doc, page: Page) -> None:
    """Header with the draft mark on every page, footer with the interview and the page's number."""
    section = document.sections[0]
    if page.draft:
        header = section.header.paragraphs[0]
        header.style = document.styles["Draft Mark"]
        header.add_run(" / ".join(DRAFT.values()))
    footer = section.footer.paragraphs[0]
    footer.style = document.styles["Footer Line"]
    footer.add_run(f"{page.name} · ")
    field(footer, "PAGE")


def field(paragraph: Any, code: str) -> None:
    """A field that the word processor computes."""
    instruction, shown = element("instrText"), element("t")
    instruction.text, shown.text = code, "1"
    begins, ends, separates = (element("fldChar", fldCharType=kind) for kind in ("begin", "end", "separate"))
    run = paragraph.add_run()
    for part in (begins, instruction, separates, shown, ends):
        run._r.append(part)


def blank(language: str) -> Doc:
    """An A4 document with our styles and nothing else."""
    from docx import Document
    from docx.shared import Cm

    document = Document()
    drop_thumbnail(document)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.2)
    base(document, language)
    paragraph_styles(document)
    character_styles(document)
    return document


def drop_thumbnail(document: Doc) -> None:
    """The library's template carries a picture of some other document."""
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del package.rels[key]


def base(document: Doc, language: str) -> None:
    """Font and language of everything."""
    from docx.shared import Pt

    normal = document.styles["Normal"]
    normal.font.size = Pt(11)
    set_font(normal)
    normal.element.get_or_add_rPr().append(element("lang", val={"ru": "ru-RU", "en": "en-GB"}[language]))


def set_font(style: Any) -> None:
    from docx.oxml.ns import qn

    style.font.name = FONT
    fonts = style.element.rPr.rFonts
    for script in ("w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)


def paragraph_styles(document: Doc) -> None:
    """Named styles of title, attribution, speakers, part marks, banner, header and footer."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm

    title = style(document, "Interview Title", size=18, bold=True, after=4)
    title.paragraph_format.keep_with_next = True
    attribution = style(document, "Attribution", size=11, italic=True, colour="444444", after=14)
    together(attribution)
    part = style(document, "Part Mark", size=11, bold=True, colour=GREY, before=16, after=8)
    part.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    part.paragraph_format.keep_with_next = True
    for name, colour in (("Interviewer", "44546A"), ("Respondent", INK), ("Other Speaker", "5B4A6B")):
        speaker = style(document, name, size=11, colour=colour, after=7)
        speaker.paragraph_format.left_indent = Cm(0.9)
        speaker.paragraph_format.first_line_indent = Cm(-0.9)
        speaker.paragraph_format.line_spacing = 1.15
        speaker.paragraph_format.widow_control = True
    heading(document)
    letter = style(document, "Letter", size=11, after=6)
    letter.paragraph_format.line_spacing = 1.15
    banner = style(document, "Draft Banner", size=12, bold=True, colour=RED, after=14)
    banner.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    box(banner)
    mark = style(document, "Draft Mark", size=8, bold=True, colour=RED)
    mark.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot = style(document, "Footer Line", size=9, colour=GREY)
    foot.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def heading(document: Doc) -> None:
    """Word's own first heading, in our letters: it fills the navigation pane and a table of contents."""
    from docx.shared import Pt, RGBColor

    made: Any = document.styles["Heading 1"]
    made.font.size, made.font.bold = Pt(12.5), True
    made.font.color.rgb = RGBColor.from_string(INK)
    made.paragraph_format.space_before, made.paragraph_format.space_after = Pt(16), Pt(6)
    made.paragraph_format.keep_with_next = True
    set_font(made)
    for theme in [name for name in made.element.rPr.rFonts.attrib if name.endswith("Theme")]:
        del made.element.rPr.rFonts.attrib[theme]


def style(  # noqa: PLR0913 - these are the properties of a style
    document: Doc,
    name: str,
    *,
    size: float,
    bold: bool = False,
    italic: bool = False,
    colour: str = INK,
    before: float = 0,
    after: float = 0,
) -> Any:
    """A new paragraph style."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    made: Any = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    made.base_style = document.styles["Normal"]
    made.quick_style = True
    made.font.size = Pt(size)
    made.font.bold = bold
    made.font.italic = italic
    made.font.color.rgb = RGBColor.from_string(colour)
    made.paragraph_format.space_before = Pt(before)
    made.paragraph_format.space_after = Pt(after)
    return made


def together(style: Any) -> None:
    """No space between paragraphs of this style, only after the last."""
    style.element.get_or_add_pPr().insert_element_before(element("contextualSpacing"), "w:jc", "w:outlineLvl")


def box(banner: Any) -> None:
    """A frame and a pale ground around the banner."""
    properties = banner.element.get_or_add_pPr()
    borders = element("pBdr")
    for side in ("top", "left", "bottom", "right"):
        borders.append(element(side, val="single", sz="12", space="6", color=RED))
    ground = element("shd", val="clear", color="auto", fill="FCECEA")
    properties.insert_element_before(borders, "w:shd", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
    properties.insert_element_before(ground, "w:spacing", "w:ind", "w:jc", "w:outlineLvl")


def character_styles(document: Doc) -> None:
    """Named styles inside a turn: speaker's letter, number, label."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    letter: Any = document.styles.add_style("Speaker Label", WD_STYLE_TYPE.CHARACTER)
    letter.font.bold = True
    number: Any = document.styles.add_style("Turn Number", WD_STYLE_TYPE.CHARACTER)
    number.font.size = Pt(8.5)
    number.font.color.rgb = RGBColor.from_string(GREY)
    hidden: Any = document.styles.add_style("Redaction", WD_STYLE_TYPE.CHARACTER)
    hidden.font.color.rgb = RGBColor.from_string("7A4F01")
