"""Five hundred lines that give nobody away, each put to the gate as it is: none may be refused, few may ask."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from pipeline.release.gate import leak
from pipeline.release.gate.private_words import sought
from tests.helpers.releases import interview, request
from tests.release.gate.test_spellings import PEOPLE

FILLS = {
    "year": [str(year) for year in range(1990, 2024)],
    "date": ["15.05.2014", "2 мая 2021 года", "2021-07-19", "12 сентября", "May 3, 2019", "1 қыркүйек", "03/04/2018"],
    "sum": ["150 000", "1 250 000", "300 тысяч", "45000", "2,5 миллиона", "99 990", "12 345 678"],
    "n": [str(number) for number in range(1, 100)],
    "brand": ["Samsung", "Kaspi", "Air Astana", "Toyota Camry", "Magnum", "Xiaomi Redmi 9", "H&M", "Nestlé", "Яндекс"],
    "city": ["Алматы", "Seoul", "Токио", "Караганда", "Praha", "Бишкек", "Қостанай", "New York", "Оренбург"],
}
HOLE = re.compile(r"\{(\w+)\}")
LINES = 520


def lines() -> list[str]:
    """The table's lines, those with holes filled in again and again, always the same way."""
    chance = random.Random(5)
    table = Path(__file__).with_name("harmless.txt").read_text(encoding="utf-8").splitlines()
    given = [line for line in table if line and not line.startswith("#")]
    made = [line for line in given if not HOLE.search(line)]
    holes = [line for line in given if HOLE.search(line)]
    while len(set(made)) < LINES:
        made.append(HOLE.sub(lambda hole: chance.choice(FILLS[hole[1]]), holes[len(made) % len(holes)]))
    return list(dict.fromkeys(made))


@pytest.mark.parametrize("joined", [False, True], ids=["alone", "as one text"])
def test_no_harmless_line_is_refused(joined: bool, tmp_path: Path) -> None:
    made = request(tmp_path, interview("P09", ["Р: Да."]), contacts=PEOPLE)
    folder = tmp_path / "release"
    folder.mkdir()
    said = lines()
    for number, line in enumerate(said):
        (folder / f"{number:03}.txt").write_text(line, encoding="utf-8")
    if joined:
        for file in folder.iterdir():
            file.unlink()
        (folder / "all.txt").write_text("\n".join(said), encoding="utf-8")
    found = leak.search(folder, sought(made, {"P09": "P09"}))
    assert len(said) >= 500
    assert [(hit.files, hit.places, hit.secret) for hit in found.hits] == []
    asked = {(file, place) for hit in found.doubts for file in hit.files for place in hit.places}
    assert len(asked) <= 16, sorted(asked)
