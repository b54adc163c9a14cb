"""A table of spellings, each put to the gate: what a person would read as the secret is refused, or a doubt."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.participants import Contact
from pipeline.release.gate import leak
from pipeline.release.gate.private_words import Sought, sought
from tests.helpers.releases import interview, request

PEOPLE = (
    Contact(
        "P01",
        "participant",
        names=("Айгерим Болатқызы Сарсенова",),
        emails=("a.sarsenova@example.kz",),
        phones=("+7 701 555-01-42",),
        employers=("Фонд «Тенгри Лаб»",),
    ),
    Contact("P02", "participant", names=("Ержан Мукашев",), employers=("АО «НАК «Казатомпром»",)),
    Contact("P03", "participant", names=("Александр Ветров",)),
    Contact("P04", "participant", names=("Роман Ли",)),
    Contact("P05", "participant", names=("Асет Жумабай",), others=("zhumabay_92",)),
    Contact("interviewer-1", "interviewer", names=("Дарина Омарова",)),
)
CODE = re.compile(r"\\u([0-9a-f]{4})|\\U([0-9a-f]{8})")


def rows(name: str) -> list[tuple[str, str]]:
    """Verdict and spelling of each row of a table beside this file."""
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    apart = (line.split(": ", 1) for line in lines if line and not line.startswith("#"))
    return [(verdict, CODE.sub(lambda found: chr(int(found[1] or found[2], 16)), text)) for verdict, text in apart]


TABLE = rows("spellings.txt")


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Sought:
    made = request(tmp_path_factory.mktemp("study"), interview("P09", ["Р: Да."]), contacts=PEOPLE)
    return sought(made, {"P09": "P09"})


@pytest.fixture(scope="module")
def verdicts(wanted: Sought, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the gate says of each spelling: a file of its own each."""
    folder = tmp_path_factory.mktemp("release")
    for number, (_, text) in enumerate(TABLE):
        (folder / f"{number}.txt").write_text(f"Кстати, там был человек. Потом, {text}, и всё.\n", encoding="utf-8")
    found = leak.search(folder, wanted)
    said = {file: "doubt" for hit in found.doubts for file in hit.files}
    return said | {file: "refused" for hit in found.hits for file in hit.files}


@pytest.mark.parametrize("number", range(len(TABLE)), ids=lambda number: f"{number}-{TABLE[number][0]}")
def test_a_spelling_gets_its_verdict(number: int, verdicts: dict[str, str]) -> None:
    assert verdicts.get(f"{number}.txt", "fine") == TABLE[number][0], ascii(TABLE[number][1])


def test_the_table_holds_two_hundred_spellings() -> None:
    assert len({text for _, text in TABLE}) >= 200
