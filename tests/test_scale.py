"""What many recordings cost when nothing is to be done: in proportion to their number, and without their sound."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from types import FrameType

import pytest

from pipeline import flow
from pipeline.flow import STAGES
from pipeline.progress.reporter import Reporter
from pipeline.study.folder import open_study
from pipeline.study.overview import rows
from tests.helpers.many_recordings import crowd

pytestmark = pytest.mark.campaign

COUNTS = (4, 24, 44)


@pytest.fixture(scope="module")
def crowds(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("crowds")
    made = {count: crowd(folder, count, megabytes=1) for count in COUNTS}
    for study in made.values():
        checked(study)
    return made


def checked(study: Path) -> int:
    opened = open_study(study)
    return flow.run(opened, opened.entries, "deidentify", Reporter())


def shown(study: Path) -> int:
    return len(rows(open_study(study), STAGES))


@pytest.mark.slow
@pytest.mark.parametrize("work", [checked, shown], ids=["run", "status"])
def test_the_cost_of_a_recording_does_not_grow_with_their_number(crowds: dict[int, Path], work: object) -> None:
    """Counted in calls, which no other program on the machine disturbs."""
    few, more, most = (calls(lambda study=study: work(study)) for study in crowds.values())  # type: ignore[operator]
    print(f"{(more - few) / 20:.0f} calls a recording up to 24, {(most - more) / 20:.0f} up to 44")
    assert most - more == pytest.approx(more - few, rel=0.03)


def calls(work: object) -> int:
    """How many functions are called in `work`, Python's own included."""
    counted: Counter[str] = Counter()

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        counted[event] += 1

    sys.setprofile(count)
    try:
        work()  # type: ignore[operator]
    finally:
        sys.setprofile(None)
    return counted["call"] + counted["c_call"]


@pytest.mark.slow
def test_a_run_with_nothing_to_do_makes_nothing_and_opens_no_sound(crowds: dict[int, Path]) -> None:
    study = crowds[COUNTS[0]]
    before = {path: path.stat().st_mtime_ns for path in (study / "work").glob("P*/*")}
    opened: list[str] = []
    watching = [True]

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event == "open":
            opened.append(str(arguments[0]))

    sys.addaudithook(watch)
    try:
        assert checked(study) == 6
    finally:
        watching.clear()
    assert {path: path.stat().st_mtime_ns for path in (study / "work").glob("P*/*")} == before
    assert opened
    assert [name for name in opened if name.endswith((".flac", ".m4a", ".vtt"))] == []
    headers = Counter(name for name in opened if name.endswith(".json") and "/P0" in name)
    assert max(headers.values()) <= 3, "a header is read a few times, however many stages there are"
