"""What becomes of each kind, by default and by a study's own choice."""

from __future__ import annotations

import pytest

from pipeline.deidentify.labels import policy
from pipeline.errors import ConfigError


def test_direct_kinds_are_labelled_and_variables_of_the_study_kept() -> None:
    for kind, rule in policy.KINDS.items():
        if rule.cls == "direct":
            assert policy.decide(kind) == "label"
    assert {kind for kind in policy.KINDS if policy.decide(kind) == "keep"} == {
        *("NATIONALITY", "COUNTRY", "AGE", "ALLOWED_TERM", "PUBLIC_FIGURE", "TRAP")
    }
    assert policy.decide("CITY_LARGE") != "keep"


def test_every_default_has_a_reason_and_a_word_for_its_label() -> None:
    assert all(rule.why and rule.ru for rule in policy.KINDS.values())


def test_a_study_changes_one_kind_and_no_other() -> None:
    overrides = {"COUNTRY": "label", "PERSON": "pseudonym"}
    assert policy.decide("COUNTRY", overrides) == "label"
    assert policy.decide("PERSON", overrides) == "pseudonym"
    assert policy.decide("AGE", overrides) == "keep"


def test_an_unknown_kind_is_hidden() -> None:
    assert policy.class_of("SOMETHING") == "direct"
    assert policy.decide("SOMETHING") == "label"


@pytest.mark.parametrize("overrides", [{"PERSON": "blur"}, {"CITY": "keep"}])
def test_what_does_not_exist_is_refused(overrides: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        policy.check(overrides)
