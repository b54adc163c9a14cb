"""What the report says in one language, from wording.toml."""

from __future__ import annotations

from pathlib import Path

from pipeline.messages import LANGUAGES, Language, wording

SAYS = wording(Path(__file__).with_suffix(".toml"))


def words(language: Language) -> dict[str, dict[str, str]]:
    """Section -> key -> text."""
    at = LANGUAGES.index(language)
    return {section: {key: both[at] for key, both in keys.items()} for section, keys in SAYS.items()}
