"""One table of formats: each is written for every interview, and README.txt tells what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ExportRefused
from pipeline.release import build
from pipeline.release.documents import formats
from pipeline.release.documents.formats import FORMATS, Format
from pipeline.release.documents.transcripts import Page
from tests.helpers.releases import request
from tests.release.test_build import one


def test_readme_names_every_folder(tmp_path: Path) -> None:
    russian, english = formats.readme(request(tmp_path, one())).decode().split("Interview transcripts without names")
    for form in FORMATS:
        for text in (russian, english):
            assert f" {form.folder.split('/')[0]}/" in text


def test_a_format_is_its_function_and_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else need know of it: it is written and told of."""

    def loud(page: Page) -> bytes:
        return "\n".join(line.text.upper() for line in page.lines).encode()

    row = Format("loud", "text", loud, "то же, но громко", "the same, but loud")
    monkeypatch.setattr(formats, "FORMATS", (*FORMATS, row))
    folder = build.publish(request(tmp_path, one("P01"), one("P02"))).folder
    assert [path.name for path in sorted((folder / "loud").iterdir())] == ["P01.text", "P02.text"]
    told = (folder / "README.txt").read_text(encoding="utf-8")
    assert "  loud/            то же, но громко\n" in told
    assert "  loud/            the same, but loud\n" in told


def test_the_gate_reads_every_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = Format("raw", "text", lambda page: "\n".join(line.turn.text for line in page.lines).encode())
    monkeypatch.setattr(formats, "FORMATS", (*FORMATS, raw))
    with pytest.raises(ExportRefused, match=r"raw/P01\.text"):
        build.publish(request(tmp_path, one()))
