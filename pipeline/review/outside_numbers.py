"""Numbers that come from outside, in an address, a header or a body: plain digits within bounds, or none at all."""

from __future__ import annotations

import math
import re
from typing import Annotated

from msgspec import Meta

MOST = 2**53 - 1
"""the largest whole number that a browser counts to"""
WHOLE = re.compile(r"[0-9]{1,16}", re.ASCII)
DECIMAL = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", re.ASCII)

Number = Annotated[int, Meta(ge=-1, le=MOST)]
"""in a body; -1 where the page knows none"""
Share = Annotated[float, Meta(ge=0.0, le=1.0)]


def whole(text: str, most: int = MOST) -> int | None:
    """A whole number from 0 to `most`, None for anything else."""
    number = int(text) if WHOLE.fullmatch(text) else None
    return number if number is not None and number <= most else None


def decimal(text: str, least: float, most: float) -> float | None:
    """A number between two bounds, None for anything else."""
    number = float(text) if DECIMAL.fullmatch(text) else math.nan
    return number if least <= number <= most else None
