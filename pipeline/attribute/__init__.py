"""Words to speakers, speakers to roles, roles to turns."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

CUES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("cues.toml").read_text(encoding="utf-8"))
"""What each module of this folder goes by, by its name."""
