"""Files for coding programs: what each of them needs at the beginning of a turn, and one number for all."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from msgspec import structs

from pipeline.release.documents import coding_programs, qdpx, transcripts
from pipeline.release.documents import docx as word
from pipeline.release.documents.formats import FORMATS
from pipeline.release.documents.transcripts import Page
from tests.helpers.releases import interview, request
from tests.release.test_build import person

SAID = ["И: Где вы учились: здесь или там?", "Р: В [Текели|CITY_SMALL] и <дома> & там.", "И: Угу."]


def page(folder: Path, draft: bool = False, **settings: object) -> Page:
    made = request(folder, interview("P07", SAID, person("P07")), draft=draft)
    made = structs.replace(made, settings=structs.replace(made.settings, **settings))
    return transcripts.page(made, made.interviews[0], "P07")


def test_maxqda_paragraphs_begin_with_the_speaker_and_are_numbered_as_the_turns(tmp_path: Path) -> None:
    lines = coding_programs.maxqda(page(tmp_path)).decode().splitlines()
    for number, line in enumerate(lines, 1):
        assert re.match(rf"[ИР]: ¶{number} ", line)
        assert line.index(":") < 63
    assert len(lines) == 3


def test_in_an_english_study_the_letters_are_english(tmp_path: Path) -> None:
    made = structs.replace(request(tmp_path, interview("P07", SAID, person("P07"))), language="en", draft=False)
    text = coding_programs.maxqda(transcripts.page(made, made.interviews[0], "P07")).decode()
    assert [line[:2] for line in text.splitlines()] == ["I:", "R:", "I:"]


def test_nvivo_reads_speakers_or_times(tmp_path: Path) -> None:
    made = page(tmp_path)
    assert re.match(r"И: ¶1 .+\n\nР: ¶2 ", coding_programs.nvivo_speaker(made).decode())
    rows = [row.split("\t") for row in coding_programs.nvivo_timed(made).decode().splitlines()]
    assert all(len(row) == 3 and re.fullmatch(r"\d\d:\d\d:\d\d\.\d", row[0]) for row in rows)
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert [row[1] for row in rows] == ["И", "Р", "И"]


def test_every_format_cites_a_turn_by_the_same_number(tmp_path: Path) -> None:
    made = page(tmp_path)
    texts = [form.write(made).decode() for form in FORMATS if form.extension not in ("docx", "json")]
    texts.append(qdpx.text(made))
    import docx

    texts.append("\n".join(one.text for one in docx.Document(io.BytesIO(word.docx(made))).paragraphs))
    for text in texts:
        assert re.findall(r"¶(\d+)", text[: text.index("[город-1]")])[-1] == "2"


def test_a_draft_says_so_without_moving_a_paragraph(tmp_path: Path) -> None:
    drafted, final = page(tmp_path, draft=True), page(tmp_path)
    for write in (
        coding_programs.maxqda,
        coding_programs.nvivo_speaker,
        coding_programs.nvivo_timed,
        coding_programs.atlasti,
    ):
        assert "DRAFT" in write(drafted).decode()
        assert write(drafted).decode().startswith(write(final).decode())


def test_html_is_clean_and_well_formed(tmp_path: Path) -> None:
    root = etree.fromstring(coding_programs.html(page(tmp_path)))
    assert {element.tag for element in root.find("body").iter()} <= {"body", "h1", "h2", "h3", "p", "em", "strong"}
    assert root.xpath("string(//p[contains(., '¶2')])") == "Р: ¶2 В [город-1] и <дома> & там."


@pytest.mark.parametrize("tier", ["restricted", "blind"])
def test_sheets_name_documents_as_their_files(tier: str, tmp_path: Path) -> None:
    from pipeline.release.documents import tables

    made = structs.replace(request(tmp_path, interview("P07", SAID, person("P07")), draft=False), tier=tier)
    rows = (("P07", made.interviews[0]),)
    book = openpyxl.load_workbook(io.BytesIO(tables.xlsx(coding_programs.variables(made, rows), "document_variables")))
    table = list(book.active.values)
    assert table[0][:2] == ("Document group", "Document name")
    assert table[1][:2] == ("Интервью", "P07")
    assert coding_programs.classification(made, rows)[1][0] == "P07"
    if tier == "blind":
        assert len(table[0]) == 2
    else:
        assert dict(zip(table[0], table[1], strict=True))["age"] == 31
