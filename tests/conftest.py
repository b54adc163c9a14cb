"""What several test files share: where the gold data lies, and how to mark what needs it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from pipeline import messages

settings.register_profile("steady", derandomize=True)  # the same examples on every run
settings.register_profile("wide", max_examples=2000)  # INTERVIEWS_HYPOTHESIS=wide looks further, at random
settings.load_profile(os.environ.get("INTERVIEWS_HYPOTHESIS", "steady"))

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("INTERVIEWS_TEST_DATA", ROOT.parent / "shared" / "data"))
needs_data = pytest.mark.skipif(
    not (DATA / "README.md").is_file(),
    reason="the gold data is not beside this checkout; set INTERVIEWS_TEST_DATA to its folder",
)


TEMPORARY = {name: os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP", "XDG_CACHE_HOME", "MPLCONFIGDIR")}


@pytest.fixture(autouse=True)
def _own_surroundings() -> Iterator[None]:
    """What a command sets for its process (temporary folders, caches, language) ends with its test."""
    for name, value in TEMPORARY.items():
        os.environ.pop(name, None)
        os.environ |= {name: value} if value is not None else {}
    tempfile.tempdir = None
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)
    tempfile.tempdir = None
    messages.speak(None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with long tests first, so that no process is left alone with one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
