"""A short form of the fault campaign; `python -m tests.helpers.fault_campaign` is the long one."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.campaign


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the campaign forks, mounts and looks into /proc")
def test_what_goes_wrong_at_night_changes_nothing_in_the_morning() -> None:
    command = [sys.executable, "-m", "tests.helpers.fault_campaign", "--short"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split()[1] for line in done.stdout.splitlines()] == [
        "kill",
        "disk",
        "permission",
        "clock",
        "damage",
    ]
