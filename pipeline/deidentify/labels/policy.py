"""What becomes of each kind of entity: labelled, generalised, given a pseudonym, or kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct, toml

from pipeline.errors import ConfigError
from pipeline.model import Class

Action = Literal["label", "generalise", "pseudonym", "keep"]


class KindRule(Struct, frozen=True):
    """What the project knows of one kind of entity."""

    cls: Class
    action: Action
    """by default"""
    ru: str
    """the word in a Russian label, "имя" in "[имя-1]" """
    why: str
    """the reason for the default, shown to an ethics board"""


KINDS = toml.decode(Path(__file__).with_name("kinds.toml").read_bytes(), type=dict[str, KindRule])


def class_of(kind: str) -> Class:
    """direct, quasi or keep; an unknown kind counts as direct, the safe side."""
    return KINDS[kind].cls if kind in KINDS else "direct"


def decide(kind: str, overrides: Mapping[str, str] | None = None) -> Action:
    """What becomes of a kind, the study's own `policy:` first."""
    chosen = (overrides or {}).get(kind, "")
    if chosen:
        return action(chosen)
    return KINDS[kind].action if kind in KINDS else "label"


def action(word: str) -> Action:
    """The Action a study's setting names; ConfigError where it names none."""
    for known in ACTIONS:
        if word == known:
            return known
    raise ConfigError(
        "The setting `deidentify: policy:` names an action that does not exist.",
        f"Use one of {', '.join(ACTIONS)}.",
    )


ACTIONS: tuple[Action, ...] = ("label", "generalise", "pseudonym", "keep")


def check(overrides: Mapping[str, str]) -> None:
    """ConfigError where the study's `policy:` holds an unknown kind or action."""
    for kind, word in overrides.items():
        if kind not in KINDS:
            raise ConfigError(
                "The setting `deidentify: policy:` names a kind of entity that does not exist.",
                f"Use one of {', '.join(KINDS)}.",
            )
        action(word)
