"""The settings a study was run with, without those that hold names or words of the study."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from pipeline.study import settings as config
from pipeline.study.folder import Study

TABLES = ("ingest", "transcribe", "diarize", "attribute", "deidentify", "export")
PRIVATE = {("transcribe", "prompt"), ("deidentify", "allow")}
"""settings whose values are words of the study"""
PATH = re.compile(r"[/\\]|\.(pt|bin|ckpt)$")
"""a model that is a file of this machine; where it lies is nobody's business"""


class Setting(Struct, frozen=True):
    """One setting."""

    table: str
    name: str
    value: str
    """"" for one that is not shown"""
    own: bool
    """whether the study chose it, or it is the default"""


def settings(study: Study) -> tuple[Setting, ...]:
    """Every setting of the stages, and whether the study changed it."""
    usual = config.convert(config.read_yaml(config.configs() / "default.yaml"))
    made = [Setting("", "offline", shown(study.settings.offline), study.settings.offline != usual.offline)]
    for table in TABLES:
        ours, theirs = getattr(study.settings, table), getattr(usual, table)
        for name in ours.__struct_fields__:
            value = getattr(ours, name)
            text = "" if (table, name) in PRIVATE and value else shown(value)
            made.append(Setting(table, name, text, value != getattr(theirs, name)))
    return tuple(made)


def shown(value: Any) -> str:
    """A value as study.yaml has it; of a path its suffix alone."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return "…" + Path(value).suffix if PATH.search(value) else value or '""'
    if isinstance(value, Struct | dict | tuple):
        return msgspec.json.encode(value).decode()
    return "null" if value is None else f"{value:g}"
