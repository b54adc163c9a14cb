"""study.yaml over configs/default.yaml -> each stage's Settings. An unknown key is an error with the nearest name."""

from __future__ import annotations

import difflib
import re
import typing
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml
from msgspec import Struct

from pipeline.attribute import stage as attribute
from pipeline.deidentify import stage as deidentify
from pipeline.diarize import stage as diarize
from pipeline.errors import ConfigError
from pipeline.export.request import Settings as ExportSettings
from pipeline.ingest import stage as ingest
from pipeline.transcribe import stage as transcribe


class Ignored(Struct, frozen=True, forbid_unknown_fields=True):
    """A recording that is left out on purpose."""

    recording: str
    """its name in recordings/"""
    reason: str = ""


class StudySettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What holds for the study as a whole."""

    title: str = ""
    language: Literal["ru", "en"] = "ru"
    """of messages, reports and attribution lines"""
    contacts: str = "private/contacts.csv"
    """relative to the study, or an absolute path on another disk"""
    interviewers: tuple[str, ...] = ()
    """display names of the interviewers in Zoom"""
    guide: str = ""
    """file with the interview guide, one question a line"""
    ignore: tuple[Ignored, ...] = ()
    retain_until: str = ""
    """ISO date after which the material must be gone"""


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """All settings of a study, one table a stage."""

    study: StudySettings = StudySettings()
    ingest: ingest.Settings = ingest.Settings()
    transcribe: transcribe.Settings = transcribe.Settings()
    diarize: diarize.Settings = diarize.Settings()
    attribute: attribute.Settings = attribute.Settings()
    deidentify: deidentify.Settings = deidentify.Settings()
    export: ExportSettings = ExportSettings()
    offline: bool = False
    """never open a socket, not even to fetch model weights"""


def configs() -> Path:
    """The folder of configs/, in a checkout or inside the installed package."""
    inside = Path(__file__).parent / "configs"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "configs"


def load(file: Path) -> Settings:
    """Settings of a study. Raises ConfigError before anything is run."""
    settings = read_yaml(configs() / "default.yaml")
    return convert(merge(settings, read_yaml(file)))


def read_yaml(file: Path) -> dict[str, Any]:
    """A mapping; empty for a file with nothing but comments."""
    try:
        value = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{file.name} cannot be read.", "Check that it is there and saved as UTF-8 text.") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" near line {mark.line + 1}" if mark else ""
        raise ConfigError(
            f"{file.name} is not valid YAML{where}.",
            "Check the indentation (spaces, no tabs), and put quotes around texts that hold a colon.",
        ) from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ConfigError(
            f"{file.name} holds no settings.", "Write one `name: value` a line; see configs/default.yaml."
        )
    return value


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid on `base`, table by table."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = merge(below, value)
        elif value is not None:
            merged[key] = value
    return merged


def convert(values: dict[str, Any]) -> Settings:
    """Typed settings from plain ones. Raises ConfigError that never quotes a value: it may be a name."""
    check_keys(values, Settings, "")
    try:
        return msgspec.convert(values, Settings)
    except msgspec.ValidationError as error:
        found = re.search(r"at `\$\.?([^`]*)`", str(error))
        path = found.group(1) if found else "study.yaml"
        raise ConfigError(
            f"study.yaml: the value of `{path}` is not usable.",
            f"It must be {allowed(path)}; see configs/default.yaml.",
        ) from None


@cache
def fields(kind: type[Struct]) -> dict[str, Any]:
    """Name -> type of a settings struct."""
    return typing.get_type_hints(kind)


def check_keys(values: Mapping[str, Any], kind: type[Struct], path: str) -> None:
    """Every key is one that exists. Raises ConfigError with the nearest one that does."""
    known = fields(kind)
    for key, value in values.items():
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1)
            table = f"the table `{path.rstrip('.')}`" if path else "study.yaml"
            hint = f"Did you mean `{near[0]}`?" if near else f"Known there: {', '.join(known)}."
            raise ConfigError(f"study.yaml: there is no setting {shown(key)} in {table}.", hint)
        inner = known[key]
        if isinstance(inner, type) and issubclass(inner, Struct) and isinstance(value, dict):
            check_keys(value, inner, f"{path}{key}.")


def shown(key: object) -> str:
    """A mistyped key, if it looks like one; a name in the wrong place is not repeated."""
    return f"`{key}`" if isinstance(key, str) and re.fullmatch(r"[a-z_]{1,30}", key) else "of that name"


def allowed(path: str) -> str:
    """What a setting may be, in words."""
    kind: Any = Settings
    for step in re.findall(r"[A-Za-z_]+", path):
        if not (isinstance(kind, type) and issubclass(kind, Struct)) or step not in fields(kind):
            break
        kind = fields(kind)[step]
    if typing.get_origin(kind) is Literal:
        return "one of: " + ", ".join(str(choice) for choice in typing.get_args(kind))
    words = {bool: "true or false", int: "a whole number", float: "a number", str: "a text (put it in quotes)"}
    if kind in words:
        return words[kind]
    return "a list" if typing.get_origin(kind) is tuple else "a table of settings, indented below its name"
