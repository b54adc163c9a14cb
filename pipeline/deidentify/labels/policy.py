"""What becomes of each kind of entity: labelled, generalised, given a pseudonym, or kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

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


KINDS: dict[str, KindRule] = {
    "PERSON": KindRule("direct", "label", "имя", "names a person"),
    "PHONE": KindRule("direct", "label", "телефон", "reaches a person"),
    "EMAIL": KindRule("direct", "label", "почта", "reaches a person"),
    "USERNAME": KindRule("direct", "label", "ник", "reaches a person"),
    "ID_NUMBER": KindRule("direct", "label", "номер", "identifies a person in a register"),
    "URL": KindRule("direct", "label", "ссылка", "leads to a page about a person"),
    "ADDRESS": KindRule("direct", "label", "адрес", "locates a home or a workplace"),
    "ORG_EMPLOYER": KindRule("quasi", "generalise", "работодатель", "few people work there in such a position"),
    "ORG_UNIVERSITY": KindRule("quasi", "generalise", "университет", "few people of one origin studied there"),
    "ORG_SCHOOL": KindRule("quasi", "generalise", "школа", "one school in one town"),
    "CITY_SMALL": KindRule("quasi", "label", "город", "few people come from there"),
    "CITY_LARGE": KindRule("quasi", "label", "город", "narrows down together with other facts"),
    "REGION": KindRule("quasi", "label", "регион", "narrows down together with other facts"),
    "DATE_BIRTH": KindRule("quasi", "label", "дата-рождения", "found in many registers"),
    "DATE": KindRule("quasi", "label", "дата", "an exact day can be looked up"),
    "PROFESSION_UNIQUE": KindRule("quasi", "label", "должность", "one person holds that position"),
    "NATIONALITY_SMALL": KindRule("quasi", "label", "народ", "a small group"),
    "NATIONALITY": KindRule("keep", "keep", "народ", "a variable of the study"),
    "COUNTRY": KindRule("keep", "keep", "страна", "a variable of the study"),
    "AGE": KindRule("keep", "keep", "возраст", "a variable of the study"),
    "ALLOWED_TERM": KindRule("keep", "keep", "термин", "a programme, language, product or brand names nobody"),
    "PUBLIC_FIGURE": KindRule("keep", "keep", "деятель", "known to everybody and not close to the speaker"),
    "TRAP": KindRule("keep", "keep", "прочее", "looks like an identifier and is none"),
}


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
