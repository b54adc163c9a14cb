"""Who may work on a study at the same time, with real processes; and what an onlooker sees."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.errors import StudyBusy
from pipeline.progress import runlog, watch
from pipeline.progress.runlog import Going
from pipeline.store import locks
from tests.helpers.review_pages import written
from tests.helpers.sample_studies import demo, interviews

HOLD = """
import sys, time
from pathlib import Path
from pipeline.store import locks
with locks.held(Path(sys.argv[1]), "interviews run"):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@contextmanager
def held(work: Path, seconds: float = 60) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds a study, for a while."""
    command = [sys.executable, "-c", HOLD, str(work), str(seconds)]
    other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert other.stdout
    assert other.stdout.readline() == "held\n"
    try:
        yield other
    finally:
        other.kill()
        other.wait()


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


def test_a_second_run_and_an_export_are_told_who_is_there(tmp_path: Path) -> None:
    study = demo(tmp_path)
    with held(study / "work") as other:
        for command in (("run",), ("export", "--draft")):
            ran = interviews(tmp_path, *command, str(study))
            assert ran.code == 3, ran.stderr
            assert f"`interviews run`, процесс {other.pid} на {socket.gethostname()}, с " in ran.stderr
            assert "--wait" in ran.stderr


def test_a_run_that_waits_begins_when_the_other_is_over(tmp_path: Path) -> None:
    study = demo(tmp_path)
    with held(study / "work", 4):
        ran = interviews(tmp_path, "run", str(study), "--until", "ingest", "--only", "P04", "--wait")
    assert ran.code == 0, ran.stderr
    assert "Ждём" in ran.stderr


def test_a_killed_holder_neither_holds_nor_is_named(work: Path) -> None:
    with held(work) as other:
        other.kill()
        other.wait()
        assert (work / "lock.holder").exists()
        assert locks.holder(work) is None
        killed = (work / "lock.holder").read_bytes()
    with held(work):
        (work / "lock.holder").write_bytes(killed)
        assert locks.holder(work) == locks.UNKNOWN
    with locks.held(work, "interviews export"):
        assert "`interviews export`" in str(locks.holder(work))
    assert not (work / "lock.holder").exists()


def test_what_another_machine_wrote_is_believed(work: Path) -> None:
    with held(work):
        (work / "lock.holder").write_bytes(b'{"doing":"interviews run","process":1,"host":"node7","since":"now"}')
        with pytest.raises(StudyBusy, match="process 1 on node7"), locks.held(work, "interviews export"):
            pass


def test_a_moment_of_another_stops_nobody(work: Path) -> None:
    with held(work, 0.4), locks.held(work, "interviews run"):
        pass


def test_a_review_does_not_hold_the_study(tmp_path: Path) -> None:
    study = written(tmp_path).folder
    command = [sys.executable, "-m", "pipeline", "review", str(study), "--no-browser"]
    page = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert page.stdout
        assert page.stdout.readline().startswith("http://127.0.0.1:")
        assert locks.holder(study / "work") is None
        with locks.held(study / "work", "interviews run"):
            pass
    finally:
        page.terminate()
        page.wait(20)


def test_two_workers_never_have_one_recording(work: Path) -> None:
    (work / "P01").mkdir()
    code = HOLD.replace('held(Path(sys.argv[1]), "interviews run")', 'busy(Path(sys.argv[1]), ("P01",))')
    other = subprocess.Popen([sys.executable, "-c", code, str(work), "2"], stdout=subprocess.PIPE, text=True)
    assert other.stdout
    other.stdout.readline()
    began = time.monotonic()
    with locks.busy(work, ("P01",)):
        assert time.monotonic() - began > 1
    other.wait()
    locks.wait_for_workers(work)


GOING = Going(
    stage="transcribe",
    number=2,
    stages=("ingest", "transcribe"),
    todo=3,
    done=1,
    failed=0,
    fresh=0,
    share=0.4,
    left=600.0,
    all_left=None,
    working={"P07": 0.25},
    began=time.time(),
    told=time.time(),
)


def test_who_looks_on_sees_what_is_at_work_until_the_run_is_over(tmp_path: Path) -> None:
    study = demo(tmp_path)
    (study / "work").mkdir(mode=0o700)
    runlog.tell(study / "work", GOING)
    with held(study / "work", 5):
        ran = interviews(tmp_path, "status", str(study), "--watch", "--json")
    assert ran.code == 0
    first, rest = ran.stdout.split("\n", 1)
    assert json.loads(first)["working"] == {"P07": 0.25}
    assert '"recordings"' in rest
    assert (study / "work" / "progress.json").stat().st_mode & 0o777 == 0o600


def test_where_no_run_goes_on_watching_is_over_at_once(tmp_path: Path) -> None:
    ran = interviews(tmp_path, "status", str(demo(tmp_path)), "--watch")
    assert ran.code == 0
    assert "Сейчас ничего не обрабатывается" in ran.stderr


@pytest.mark.parametrize("width", [80, 120])
def test_a_watched_run_fits_the_terminal(width: int) -> None:
    from rich.console import Console

    console = Console(width=width, force_terminal=True, color_system=None)
    with console.capture() as shown:
        console.print(watch.board(GOING, width))
    lines = shown.get().splitlines()
    assert max(map(len, lines)) <= width
    assert len(lines) == 3
    assert "P07" in lines[1]
    assert "10 min left" in lines[0]
