"""A run works out once whether a sign-off holds; then only when the interview, a decision or a setting changes."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pipeline import flow
from pipeline.decisions import sign_off
from pipeline.decisions.journal import Journal, Wish
from pipeline.decisions.judged import result
from pipeline.model import Dialogue, Redaction, SignOff
from pipeline.study.folder import Study
from pipeline.study.inputs import Inputs
from tests.helpers.review_pages import put, written


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """The sample study with P01 signed off as it stands."""
    made = written(tmp_path)
    before = sign_off.reviewed(
        (made.store.read("P01", "attribute", Dialogue), made.store.read("P01", "deidentify", Redaction)),
        "P01",
        {},
        flow.style(made),
    )
    signed = SignOff("R1", "2021-05-02T10:00:00Z", result(before.dialogue, before.redaction), 1.0)
    journal = Journal(made.store.work / sign_off.DATABASE)
    journal.act("R1", "P01", [Wish("sign", "", msgspec.json.encode(signed).decode())])
    journal.close()
    return made


def holds(study: Study) -> bool:
    inputs = Inputs(study)
    due = flow.review_due(inputs, ["P01"])
    inputs.save()
    return not due


def test_a_sign_off_that_held_is_not_worked_out_again(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    assert holds(study)
    monkeypatch.setattr(sign_off, "reviewed", None)
    assert holds(study)


def test_a_sign_off_of_something_else_does_not_hold(study: Study) -> None:
    assert holds(study)
    put(study, "P01", ["И: Откуда вы?", "Р: Из [Текели|CITY_SMALL:t]."])
    assert not holds(study)


def test_who_was_never_signed_off_is_due(study: Study) -> None:
    assert flow.review_due(Inputs(study), ["P04"])
