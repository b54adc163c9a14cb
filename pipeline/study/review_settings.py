"""The table `review:` of study.yaml: what a person must have looked at before an interview may be released."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import force_setattr


class ToRisk(Struct, frozen=True, forbid_unknown_fields=True):
    """Ask only about words that are likely enough to identify somebody."""

    to_risk: Annotated[float, Meta(ge=0, le=1)]


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """The table `review:` of study.yaml."""

    second_look: Literal["required", "off"] | ToRisk | bool = "required"
    """whether a release may hold words that nothing and nobody has called harmless; YAML reads a bare `off` as false"""

    def __post_init__(self) -> None:
        if isinstance(self.second_look, bool):
            force_setattr(self, "second_look", "required" if self.second_look else "off")

    @property
    def asked_from(self) -> float | None:
        """The risk from which a word is asked about, None where none is."""
        if isinstance(self.second_look, ToRisk):
            return self.second_look.to_risk
        return None if self.second_look == "off" else 0.0

    @property
    def said(self) -> str:
        """The setting as documents print it."""
        if isinstance(self.second_look, ToRisk):
            return f"to_risk {self.second_look.to_risk:g}"
        return str(self.second_look)
