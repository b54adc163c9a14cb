"""How long the material may be kept: said in time, after it, and not when nothing is left."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.flow import STAGES
from pipeline.study import overview, retention, settings
from pipeline.study.doctor import kept
from pipeline.study.folder import Study, open_study
from tests.helpers.sample_studies import demo

TODAY = date(2031, 10, 2)


def study(folder: Path, until: str) -> Study:
    made = demo(folder)
    text = (made / "study.yaml").read_text(encoding="utf-8").replace("  language: ru", f"  retain_until: {until}")
    (made / "study.yaml").write_text(text, encoding="utf-8")
    return open_study(made)


@pytest.mark.parametrize(
    ("until", "says"),
    [
        ("2032-01-01", ""),
        ("2031-12-31", "in 90 days"),
        ("31.12.2031", "by 2031-12-31"),
        ("'2031-10-02'", "in 0 days"),
        ("2031-10-01", "1 days ago"),
        ("''", ""),
    ],
)
def test_a_warning_from_ninety_days_before(tmp_path: Path, until: str, says: str) -> None:
    told = retention.warning(study(tmp_path, until), TODAY)
    assert says in told
    assert bool(told) == bool(says)
    assert not told or "interviews forget" in told


def test_no_warning_where_nothing_is_left(tmp_path: Path) -> None:
    made = study(tmp_path, "2031-10-01")
    for path in (*made.recordings.iterdir(), made.folder / "participants.csv", made.folder / "private"):
        path.rename(tmp_path / path.name)
    assert retention.warning(open_study(made.folder), TODAY) == ""


def test_status_and_doctor_say_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = study(tmp_path, (date.today() - timedelta(days=3)).isoformat())
    overview.status_table(made, False, STAGES)
    assert "3 days ago" in capsys.readouterr().err
    overview.status_table(made, True, STAGES)
    assert json.loads(capsys.readouterr().out)["retention_days_left"] == -3
    (check,) = kept(made)
    assert not check.good
    assert "3 days ago" in check.says


@pytest.mark.parametrize("wrong", ["soon", "2031-13-01", "01/02/2031"])
def test_what_is_no_date_is_said(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "study.yaml"
    file.write_text(f"study: {{retain_until: {wrong}}}\n")
    with pytest.raises(ConfigError, match="retain_until") as caught:
        settings.load(file)
    assert wrong not in caught.value.what
