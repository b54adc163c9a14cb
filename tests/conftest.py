"""What several test files share: where the gold data lies, and how to mark what needs it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("steady", derandomize=True)  # the same examples on every run
settings.register_profile("wide", max_examples=2000)  # INTERVIEWS_HYPOTHESIS=wide looks further, at random
settings.load_profile(os.environ.get("INTERVIEWS_HYPOTHESIS", "steady"))

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("INTERVIEWS_TEST_DATA", ROOT.parent / "shared" / "data"))
needs_data = pytest.mark.skipif(
    not (DATA / "README.md").is_file(),
    reason="the gold data is not beside this checkout; set INTERVIEWS_TEST_DATA to its folder",
)
