"""The words of the review page in one language, from wording.toml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline.messages import LANGUAGES, Language, wording

SAYS = wording(Path(__file__).with_suffix(".toml"))
NOT_PICKED = ("NATIONALITY", "ALLOWED_TERM", "PUBLIC_FIGURE")
"""kinds that the search finds and no person is offered"""


class Words:
    """The words of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        at = LANGUAGES.index(language)
        self.says = {name: {key: both[at] for key, both in section.items()} for name, section in SAYS.items()}

    def __call__(self, name: str, **values: object) -> str:
        """A text with its values filled in."""
        return self.says["texts"][name].format(**values)

    def kind(self, kind: str) -> str:
        return self.says["kinds"].get(kind, kind)

    def flag(self, rule: str) -> str:
        return self.says["flags"].get(rule, rule.replace("-", " "))

    def role(self, role: str) -> str:
        return self.says["roles"][role]

    def keys(self, page: str = "keys") -> tuple[tuple[str, str], ...]:
        """Shortcuts of a page and what they do."""
        return tuple(self.says[page].items())

    def everything(self) -> Mapping[str, object]:
        """All that the script of a page needs."""
        kinds = self.says["kinds"]
        return {
            "texts": self.says["texts"],
            "kinds": [pair for pair in kinds.items() if pair[0] not in NOT_PICKED],
            "names": kinds,
            "why": self.says["why"],
            "roles": tuple(self.says["roles"].items()),
        }
