"""project.qdpx: the whole study as REFI-QDA (QDA-XML 1.0), which MAXQDA, NVivo, ATLAS.ti and QualCoder import.

A case a participant with its variables, a plain text an interview, a code a question of the guide with the sections it
opens. Texts are members of their own, LF only and without a mark; positions count code points.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from pipeline.release import frozen
from pipeline.release.documents import tables, transcripts
from pipeline.release.documents.docx import CONTROL
from pipeline.release.documents.office_bytes import add
from pipeline.release.documents.transcripts import Page
from pipeline.release.request import DRAFT_LINE, Request

URN = "urn:QDA-XML:project:1.0"
ORIGIN = "interviews"
BEYOND = re.compile("[\U00010000-\U0010ffff]")
"""characters outside the basic plane, which programs count as one or as two"""
COLOURS = ("#1F77B4", "#2CA02C", "#9467BD", "#8C564B", "#E377C2", "#7F7F7F", "#BCBD22", "#17BECF", "#D62728", "#FF7F0E")
GUIDE = {"ru": "Вопросы гайда", "en": "Questions of the guide"}
Guid = Callable[..., str]


class Section(Struct, frozen=True):
    """A stretch of a text that answers a question of the guide."""

    question: int
    cite: str
    """of the turn it begins with"""
    start: int
    end: int


def qdpx(request: Request, pages: Sequence[Page]) -> bytes:
    """The project as bytes; equal input gives equal bytes."""
    made = io.BytesIO()
    named = guids(request)
    texts = {page.name: text(page) for page in pages}
    with zipfile.ZipFile(made, "w") as packed:
        add(packed, "project.qde", project(request, pages, texts, named))
        for page in pages:
            add(packed, f"Sources/{named('source', page.interview.id)}.txt", texts[page.name].encode())
    return made.getvalue()


def guids(request: Request) -> Guid:
    """What gives each thing of the project its id; those of the blind tier cannot be matched with any other's."""
    tier = ("blind",) if request.tier == "blind" else ()
    return lambda *what: frozen.guid(request.ledger, *tier, *what)


def sources(request: Request) -> dict[str, str]:
    """Stem of a text's member -> interview id."""
    named = guids(request)
    return {named("source", interview.id): interview.id for interview in request.interviews}


def text(page: Page) -> str:
    """The transcript as the coder sees it: that of txt/."""
    return BEYOND.sub("\ufffd", transcripts.txt(page).decode())


def sections(page: Page, text: str) -> tuple[Section, ...]:
    """Where each question of the guide begins, and the next one ends it."""
    starts, at = [], 0
    for line in page.lines:
        found = text.find(f"\n{page.head(line)} ", at) + 1
        at = found or at
        if found and page.section(line):
            starts.append((line.turn.guide, line.cite, at))
    ends = [*(at for _, _, at in starts[1:]), len(text)][: len(starts)]
    return tuple(
        Section(question, cite, start, start + len(body(text[start:end])))
        for (question, cite, start), end in zip(starts, ends, strict=True)
    )


def body(piece: str) -> str:
    """A section without the heading of the next one."""
    return re.sub(r"\n\n— [^\n]+ —\s*$", "", piece).rstrip("\n")


def project(request: Request, pages: Sequence[Page], texts: dict[str, str], named: Guid) -> bytes:
    """project.qde. The order of the elements is the schema's."""
    from lxml import etree

    root = etree.Element(f"{{{URN}}}Project", nsmap={None: URN})
    root.set("name", CONTROL.sub("", request.title) or ORIGIN)
    root.set("origin", ORIGIN)
    user = named("user")
    root.set("creatingUserGUID", user)
    child(child(root, "Users"), "User", guid=user, name=ORIGIN)
    add_codes(root, request, pages, named)
    table = {page.name: dict(tables.public(request, page.interview)) for page in pages}
    add_cases(root, pages, table, named)
    listed = child(root, "Sources")
    for page in pages:
        add_source(listed, page, texts[page.name], named)
    if request.draft:
        child(root, "Description").text = DRAFT_LINE
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return written


def child(parent: Any, name: str, /, **attributes: str) -> Any:
    """A new element of the project's name space."""
    from lxml import etree

    made = etree.SubElement(parent, f"{{{URN}}}{name}")
    for key, value in attributes.items():
        made.set(key, CONTROL.sub("", value))
    return made


def add_codes(root: Any, request: Request, pages: Sequence[Page], named: Guid) -> None:
    """Codes for the guide's questions, and for cases where they are tied to their texts by a coding."""
    asked = [f"{number}. {question}" for number, question in enumerate(request.guide, 1)]
    by_code = request.case_link == "code"
    if not asked and not by_code:
        return
    codes = child(child(root, "CodeBook"), "Codes")
    if asked:
        group = child(codes, "Code", guid=named("codes", "guide"), name=GUIDE[request.language], isCodable="false")
        for index, name in enumerate(asked):
            guid, colour = named("question", request.guide[index]), COLOURS[index % len(COLOURS)]
            child(group, "Code", guid=guid, name=name, isCodable="true", color=colour)
    if by_code:
        for page in pages:
            child(codes, "Code", guid=named("case", page.interview.id), name=page.name, isCodable="true")


def add_cases(root: Any, pages: Sequence[Page], table: dict[str, dict[str, str]], named: Guid) -> None:
    """Variables with their types, and a case a participant with what is known of him."""
    headers = dict.fromkeys(header for cells in table.values() for header, cell in cells.items() if cell)
    types = {header: kind([cells.get(header, "") for cells in table.values()]) for header in headers}
    if types:
        listed = child(root, "Variables")
        for header, of in types.items():
            child(listed, "Variable", guid=named("variable", header), name=header, typeOfVariable=of)
    cases = child(root, "Cases")
    for page in pages:
        case = child(cases, "Case", guid=named("case", page.interview.id), name=page.name)
        for header, cell in table[page.name].items():
            if cell:
                value = child(case, "VariableValue")
                child(value, "VariableRef", targetGUID=named("variable", header))
                child(value, f"{types[header]}Value").text = CONTROL.sub("", cell)
        child(case, "SourceRef", targetGUID=named("source", page.interview.id))


def kind(cells: Sequence[str]) -> str:
    """The type that all filled cells of a column have."""
    filled = [cell for cell in cells if cell]
    if filled and all(re.fullmatch(r"-?(0|[1-9]\d{0,14})", cell) for cell in filled):
        return "Integer"
    if filled and all(re.fullmatch(r"-?(0|[1-9]\d{0,14})(\.\d+)?", cell) for cell in filled):
        return "Float"
    return "Text"


def add_source(listed: Any, page: Page, text: str, named: Guid) -> None:
    """The text of an interview and what is coded in it."""
    id = page.interview.id
    guid = named("source", id)
    source = child(listed, "TextSource", guid=guid, name=page.name, plainTextPath=f"internal://{guid}.txt")
    source.set("creatingUser", named("user"))
    coded = [
        ((id, "section", part.cite), part.start, part.end, named("question", page.request.guide[part.question - 1]))
        for part in sections(page, text)
    ]
    if page.request.case_link == "code":
        coded.insert(0, ((id, "case", ""), 0, len(text), named("case", id)))
    for key, start, end, code in coded:
        selection = child(source, "PlainTextSelection", guid=named("selection", *key), name="")
        selection.set("startPosition", str(start))
        selection.set("endPosition", str(end))
        selection.set("creatingUser", named("user"))
        coding = child(selection, "Coding", guid=named("coding", *key), creatingUser=named("user"))
        child(coding, "CodeRef", targetGUID=code)
