"""The audit sample: drawn from what is released, judged by a person, turned into a rate."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.measure.sampling import HEADER, judge
from tests.helpers.sample_studies import demo, interviews


def judged(file: Path, verdicts: list[str], mark: str = ",") -> Path:
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=mark)
        writer.writerow(HEADER)
        writer.writerows(("P01", number, 100, verdict, "text") for number, verdict in enumerate(verdicts, 1))
    return file


def test_from_draw_to_rate(tmp_path: Path) -> None:
    study = demo(tmp_path)
    assert interviews(tmp_path, "run", str(study)).code == 6
    drawn = interviews(tmp_path, "sample", str(study), "--words", "150")
    assert drawn.code == 0, drawn.stderr
    file = study / "work" / "sample.csv"
    assert file.stat().st_mode & 0o077 == 0
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert sum(int(row["words"]) for row in rows) >= 150
    assert not any("Айгерим" in row["text"] for row in rows)
    unjudged = interviews(tmp_path, "sample", str(study), "--judged", str(file))
    assert unjudged.code == 3
    file.write_text(file.read_text(encoding="utf-8-sig").replace(",,", ",0,"), encoding="utf-8")
    said = interviews(tmp_path, "sample", str(study), "--judged", str(file))
    assert said.code == 0, said.stderr
    assert "утечек: 0" in said.stdout


@pytest.mark.parametrize("mark", [",", ";"])
def test_the_rate_and_what_is_still_to_read(tmp_path: Path, mark: str) -> None:
    text = " ".join(judge(judged(tmp_path / "s.csv", ["0"] * 9 + ["1", ""], mark), 5.0))
    assert "10 turns with 1000 words were read; 1 leaks." in text
    assert "10.0 (95 % interval 0.253 to 55.716)" in text
    assert "Turns with a leak: 10.0%" in text
    assert "10144 more words" in text


def test_a_verdict_is_a_number(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Row 3"):
        list(judge(judged(tmp_path / "s.csv", ["0", "yes"]), 5.0))
