"""The report's table of words: both languages, every key asked for, every key that is asked for there."""

from __future__ import annotations

import re
from collections.abc import Set
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from pipeline.decisions.judged import State
from pipeline.deidentify.labels import policy
from pipeline.life import audit
from pipeline.life.audit import facts
from pipeline.life.audit.front_page import DISK, Front
from pipeline.life.audit.sections import Sections
from pipeline.life.audit.trail import What
from pipeline.life.audit.wording import SAYS
from pipeline.model import Class, Correction
from pipeline.release.traces import TRACES
from pipeline.study.settings import Ethics

CODE = "".join(file.read_text(encoding="utf-8") for file in Path(audit.__file__).parent.glob("*.py"))
CALLS = re.findall(r"\.head\((.*?)\)", CODE)


def named(table: str) -> set[str]:
    """Keys that the code asks a section for by name: says["none"], front['last'], words["page"]["leak"]."""
    return set(re.findall(rf"\b{table}[\"']?\]?\[[\"'](\w+)[\"']", CODE))


def choices(owner: type, field: str) -> set[str]:
    """The values that a field may have."""
    return set(get_args(get_type_hints(owner)[field]))


ASKED: dict[str, Set[str]] = {
    "front": named("front") | {"look_required", "look_to_risk", "look_off"},
    "says": {
        *named("says"),
        *("yes", "no", "not asked", "unknown"),
        *("offline", "online"),
        *("waiting", "failed", "searched", "changed"),
        *(f"release_{release}" for release in choices(facts.Facts, "release")),
        *TRACES,
        *DISK,
    },
    "heads": named("heads") | {name for call in CALLS for name in re.findall(r'"(\w+)"', call)},
    "states": set(get_args(facts.State)),
    "out": choices(facts.Asked, "out"),
    "actions": set(policy.ACTIONS),
    "decisions": {
        *get_args(State),
        *choices(Correction, "kind"),
        "read",
        "signed",
        "harmless",
        "harmless in the study",
    },
    "what": set(get_args(What)),
    "classes": {*get_args(Class), ""},
    "kinds": policy.KINDS.keys(),
    "why": policy.KINDS.keys(),
}
"""what the code asks a section for"""


def test_every_key_has_both_languages() -> None:
    empty = {("classes", "")}
    said = {(section, key): both for section, keys in SAYS.items() for key, both in keys.items()}
    assert {place for place, both in said.items() if not all(one.strip() for one in both)} == empty


@pytest.mark.parametrize("section", ASKED)
def test_every_key_is_asked_for_and_every_key_asked_for_is_there(section: str) -> None:
    assert SAYS[section].keys() == ASKED[section]


def test_every_section_is_asked_for() -> None:
    assert SAYS.keys() == named("words") | named("said")


def test_what_the_page_and_the_sections_are_called_is_what_makes_them() -> None:
    assert all(hasattr(Front, key) for key in SAYS["page"])
    assert all(re.search(rf"\bself\.{key}\b", CODE) and hasattr(Sections, key) for key in SAYS["sections"])


def test_the_form_asks_for_every_setting() -> None:
    assert SAYS["questions"].keys() >= set(Ethics.__struct_fields__) - {"at_end"}
    assert SAYS["questions"].keys() >= SAYS["answers"].keys()
    answered = SAYS["answers"].keys() | set(Ethics.__struct_fields__)
    assert SAYS["questions"].keys() <= answered


def test_rows_have_a_cell_for_each_column() -> None:
    assert {row.count(" | ") for both in SAYS["flow"].values() for row in both} == {3}


def test_both_languages_have_the_same_holes() -> None:
    for keys in SAYS.values():
        for russian, english in keys.values():
            assert set(re.findall(r"\{\w+\}", russian)) == set(re.findall(r"\{\w+\}", english)), english


def test_why_a_kind_is_hidden_is_what_the_policy_says() -> None:
    assert {kind: english for kind, (_, english) in SAYS["why"].items()} == {
        kind: rule.why for kind, rule in policy.KINDS.items()
    }
