"""Words to speakers, speakers to roles, roles to turns."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def cues(module: str) -> dict[str, Any]:
    """What a module of this folder goes by: its part of cues.toml."""
    told: dict[str, Any] = tomllib.loads(Path(__file__).with_name("cues.toml").read_text(encoding="utf-8"))[module]
    return told
