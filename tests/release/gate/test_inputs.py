"""Names that a user writes where the program does not expect any: study.yaml, labels, the guide, corrections."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from pipeline.deidentify import stage
from pipeline.deidentify.labels.replace import released
from pipeline.model import Entity, Job
from pipeline.participants import Participant
from pipeline.release import build, publish
from pipeline.release.gate import leak
from pipeline.release.gate.leak import Verdict
from pipeline.release.gate.private_words import sought
from pipeline.release.request import Request
from pipeline.study.export_settings import RoleLabels, Settings
from tests.helpers.releases import interview, request
from tests.helpers.review_pages import Page, written
from tests.release.gate.test_spellings import PEOPLE
from tests.review.test_actions import Table

SPELLINGS = (
    "Сарсенова",
    "Сар\u2066се\u206aно\u20d0ва",
    "Sаrsеnоvа",
    "Сарсен0ва",
    "С а р с е н о в а",
    "Сар<b>се</b>нова",
    "701\u2011555·01*42",
    "٧٠١ ٥٥٥ ٠١ ٤٢",
    "Тенгри Лаб",
)
LINE = "({{gender}}, {{age}}, {}, {{residence}})"
INPUTS: dict[str, Callable[[Request, str], Request]] = {
    "attribution_ru": lambda made, text: structs.replace(made, settings=Settings(attribution_ru=LINE.format(text))),
    "attribution_en": lambda made, text: structs.replace(made, settings=Settings(attribution_en=LINE.format(text))),
    "title": lambda made, text: structs.replace(made, title=f"Учёба. {text}"),
    "guide": lambda made, text: structs.replace(made, guide=("Как дела?", f"Что вам говорит {text}?")),
    "labels": lambda made, text: structs.replace(made, settings=Settings(labels=RoleLabels(respondent=text))),
    "public column": lambda made, text: structs.replace(
        made,
        interviews=(structs.replace(made.interviews[0], participant=Participant("P09", extra=(("note", text),))),),
    ),
    "typed label": lambda made, text: labelled(made, f"[{text}]"),
    "typed label with another bracket": lambda made, text: labelled(made, f"‹{text}›"),
}


def labelled(made: Request, label: str) -> Request:
    """The first replacement as a person typed it."""
    one = made.interviews[0]
    entities = tuple(structs.replace(entity, label=label) for entity in one.redaction.entities)
    redaction = structs.replace(one.redaction, entities=entities)
    return structs.replace(made, interviews=(structs.replace(one, redaction=redaction, typed=frozenset({label})),))


def searched(made: Request, folder: Path) -> Verdict:
    build.build(made, made.interviews, folder, lambda _id, _share: None)
    return leak.search(folder, sought(made, {"P09": "P09"}))


def study(folder: Path) -> Request:
    said = ["И: Как дела?", "Р: Хорошо, [Жанар|PERSON:z] в [банке|ORG_EMPLOYER:b] работает, в [Токио|CITY_LARGE:t]."]
    return request(folder, interview("P09", said), contacts=PEOPLE)


@pytest.mark.parametrize("text", SPELLINGS, ids=ascii)
@pytest.mark.parametrize("where", INPUTS)
def test_what_a_user_writes_is_searched(where: str, text: str, tmp_path: Path) -> None:
    verdict = searched(INPUTS[where](study(tmp_path), text), tmp_path / "built")
    assert verdict.hits


@pytest.mark.parametrize("where", INPUTS)
@pytest.mark.parametrize("text", ["коллега", "группа 2021 года", "Japan", "[имя-2]"])
def test_what_names_nobody_passes_there(where: str, text: str, tmp_path: Path) -> None:
    assert searched(INPUTS[where](study(tmp_path), text), tmp_path / "built") == Verdict((), ())


def test_what_the_program_fills_in_is_exempt_and_no_more(tmp_path: Path) -> None:
    made = request(tmp_path, interview("P09", ["Р: Живу в [Японии|REGION], училась в [японском|REGION:u] вузе."]))
    assert searched(made, tmp_path / "one").hits == ()
    typed = structs.replace(made, settings=Settings(attribution_ru="({gender}, {age}, {residence}, бывает в Японии)"))
    assert {hit.secret for hit in searched(typed, tmp_path / "two").hits} == {"REGION:1 of P09"}


def test_a_label_that_a_person_types_on_the_page_stops_the_release(tmp_path: Path) -> None:
    study = written(tmp_path)
    table = Table(Page(study))
    table.post("decide", spot=table.spot("Айгерим"), action="edit", kind="PERSON", label="[Айгерим С.]")
    assert any(not one.key and "of contact P01" in one.says for one in publish.doubts(study))


def test_a_corrected_name_is_masked_whole_however_it_is_typed() -> None:
    for text in ("Сар\u2066се\u206aно\u20d0ва", "Sаrsеnоvа", "Сарсен0ва", "Cарсенова"):
        one = interview("P01", [f"Р: Меня зовут Айгерим {text}, и всё."])
        turn = one.dialogue.turns[0]
        found: tuple[Entity, ...] = stage.redact(
            stage.Item(Job("P01", Path("nowhere")), one.dialogue, PEOPLE), stage.Settings()
        ).entities
        shown = released(turn, found)
        assert shown.startswith("Меня зовут [имя-1]"), ascii(shown)
        assert shown.endswith(", и всё."), ascii(shown)
