"""Whisper's tokenizer, for engines that have no use for the rest of the package."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pipeline.weights import packaged


@lru_cache(maxsize=16)
def tokenizer(languages: int, spoken: str) -> Any:
    """The tokenizer of a multilingual model that knows so many languages, set to one of them (ISO code)."""
    return _module().get_tokenizer(True, num_languages=languages, language=spoken, task="transcribe")


@lru_cache(maxsize=1)
def _module() -> Any:
    """The module alone: importing its package would bring torch and numba, half a gigabyte."""
    return packaged.module("whisper", "tokenizer")
