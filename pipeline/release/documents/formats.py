"""The formats of a release, one a row, and README.txt that tells whoever receives the folder what lies in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from msgspec import structs

from pipeline.release.documents import coding_programs, docx, json_transcript, methods, transcripts
from pipeline.release.documents.tables import Rows, Table
from pipeline.release.documents.transcripts import Page
from pipeline.release.request import DRAFT_LINE, Request

README = Path(__file__).with_name("readme.txt").read_text(encoding="utf-8")
"""names the folders of coding programs itself"""


class Format(NamedTuple):
    """A way to write a transcript: a file an interview."""

    folder: str
    extension: str
    write: Callable[[Page], bytes]
    ru: str = ""
    """what README.txt says of the folder; "" where readme.txt names it"""
    en: str = ""


FORMATS = (
    Format(
        "docx",
        "docx",
        docx.docx,
        "расшифровки для чтения, печати и импорта в MAXQDA, NVivo, ATLAS.ti, QualCoder",
        "transcripts to read, print and import into MAXQDA, NVivo, ATLAS.ti, QualCoder",
    ),
    Format("txt", "txt", transcripts.txt, "то же простым текстом", "the same as plain text"),
    Format(
        "vtt",
        "vtt",
        transcripts.vtt,
        "то же как субтитры, со временем от начала записи",
        "the same as subtitles, timed from the beginning of the recording",
    ),
    Format(
        "json",
        "json",
        json_transcript.transcript,
        "то же для программ (поля описаны в schema/transcript.schema.json)",
        "the same for programs (fields: schema/transcript.schema.json)",
    ),
    Format("maxqda", "txt", coding_programs.maxqda),
    Format("nvivo/speaker", "txt", coding_programs.nvivo_speaker),
    Format("nvivo/timed", "txt", coding_programs.nvivo_timed),
    Format("atlasti", "txt", coding_programs.atlasti),
    Format("html", "html", coding_programs.html),
)
SHEETS: tuple[tuple[str, Callable[[Request, Rows], Table]], ...] = (
    ("maxqda/document_variables.xlsx", coding_programs.variables),
    ("nvivo/classification.xlsx", coding_programs.classification),
)
"""spreadsheets of participants' attributes: path, and what makes the table"""


def readme(request: Request) -> bytes:
    """README.txt"""
    return ((f"{DRAFT_LINE}\n\n" if request.draft else "") + README.format_map(listed())).encode()


def listed() -> dict[str, str]:
    """The lines on formats, in each language of README.txt."""
    told = [(f"{one.folder}/", one.ru, one.en) for one in FORMATS if one.en]
    return {
        "formats_ru": "\n".join(f"  {folder:<16} {russian}" for folder, russian, _ in told),
        "formats_en": "\n".join(f"  {folder:<16} {english}" for folder, _, english in told),
    }


def ours(request: Request) -> frozenset[str]:
    """Lines of README and METHODS that hold nothing given by the study: no title, no name of a model."""
    bare = structs.replace(request, title="", made_by=(), set_otherwise=())
    nothing = {"text_from": "", "weights": (), "speakers_from": "", "signed": None}
    pages = tuple(structs.replace(one, **nothing) for one in request.interviews)
    made = (
        README.format_map(listed()),
        methods.methods(bare, pages, 0).decode(),
        *methods.SAID[request.language].values(),
        DRAFT_LINE,
    )
    return frozenset(line.strip() for text in made for line in text.splitlines()) - {""}
