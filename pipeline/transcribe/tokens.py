"""Whisper's tokenizer, for engines that have no use for the rest of the package."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from pipeline.errors import MissingDependency

NAME = "whisper.tokenizer"


@lru_cache(maxsize=16)
def tokenizer(languages: int, spoken: str) -> Any:
    """The tokenizer of a multilingual model that knows so many languages, set to one of them (ISO code)."""
    return _module().get_tokenizer(True, num_languages=languages, language=spoken, task="transcribe")


def _module() -> Any:
    """The module from its file: importing its package would bring torch and numba, half a gigabyte."""
    if NAME in sys.modules:
        return sys.modules[NAME]
    package = find_spec("whisper")
    if package is None or not package.submodule_search_locations:
        raise MissingDependency("The package openai-whisper is not installed.", "Run `pip install openai-whisper`.")
    file = Path(package.submodule_search_locations[0]) / "tokenizer.py"
    spec = spec_from_file_location(NAME, file)
    if spec is None or spec.loader is None:
        raise MissingDependency("The package openai-whisper is damaged.", "Install openai-whisper again.")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
