"""Work on a cluster: the same bytes as without one, whoever dies, and nothing of an interview on the way."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec import Struct, structs

from pipeline import flow
from pipeline.cli.run import check
from pipeline.cluster import worker
from pipeline.cluster.pools import Place
from pipeline.errors import UsageError
from pipeline.model import Recording, Track
from pipeline.progress import runlog
from pipeline.study.folder import open_study
from tests.cli.test_run import private_words, shown
from tests.helpers.sample_studies import Ran, artifacts, demo, interviews

pytestmark = pytest.mark.campaign

UNTIL = os.environ.get("INTERVIEWS_TEST_UNTIL", "transcribe")
"""how far runs are carried here; `deidentify` takes minutes"""
DONE = 6 if UNTIL == "deidentify" else 0
ENVIRONMENT = {**os.environ, "INTERVIEWS_MODELS": os.devnull, "COLUMNS": "200"}


COUNTS = {"stage", "todo", "done", "failed", "fresh", "seconds", "wall", "speed"}
FIELDS = {
    "begin": {"event", "stage", "todo", "fresh", "seconds"},
    "progress": {"event", "stage", "id", "share", "stage_share", "left", "all_left"},
    "done": {"event", "stage", "id"},
    "end": {"event", *COUNTS},
    "run": {"event", "code", "seconds", "wall", "speed", "stages"},
}
"""What other programs may rely on."""


class Whole(Struct, frozen=True):
    """An undisturbed run without a cluster."""

    study: Path
    ran: Ran

    @property
    def made(self) -> dict[str, bytes]:
        return artifacts(self.study)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """The sample study after such a run."""
    folder = tmp_path_factory.mktemp("whole")
    study = demo(folder)
    ran = interviews(folder, "run", str(study), "--until", UNTIL, "--json")
    assert ran.code == DONE, ran.stderr
    return Whole(study, ran)


def started(study: Path, *arguments: str) -> subprocess.Popen[str]:
    """A run that goes on while the test looks, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline", "run", str(study), "--until", UNTIL, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=ENVIRONMENT,
        start_new_session=True,
    )


def ended(run: subprocess.Popen[str]) -> Ran:
    stdout, stderr = run.communicate(timeout=240)
    return Ran(run.returncode, stdout, stderr, ())


def until(true: Callable[[], object], run: subprocess.Popen[str] | None = None) -> None:
    """Wait for what a run does, as long as it is alive."""
    end = time.monotonic() + 120
    while not true():
        assert run is None or run.poll() is None, ended(run).stderr
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def below(process: int) -> list[int]:
    """Worker processes that a run has started, by id."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
            line = (status.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == process and any(sign in line for sign in (b"spawn_main", b"dask worker", b"interviews")):
            found.append(int(status.parent.name))
    return found


def goes_on(folder: Path, study: Path, whole: Whole) -> None:
    """A run without a cluster finishes the work: nothing finished is done again, and the bytes are the same."""
    finished = {path: (study / "work" / path).stat().st_mtime_ns for path in artifacts(study) if path.endswith(".json")}
    assert interviews(folder, "run", str(study), "--until", UNTIL).code == DONE
    assert {path: (study / "work" / path).stat().st_mtime_ns for path in finished} == finished
    assert artifacts(study) == whole.made
    assert not list((study / "work").rglob("*.partial"))


@contextmanager
def scheduler(folder: Path, workers: int) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A scheduler of one's own with workers, as an operator starts them; its address and process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    log = (folder / "dask.log").open("wb")
    running = [
        subprocess.Popen(
            [*dask, "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"], stdout=log, stderr=log, cwd=folder
        )
    ]
    until(lambda: not socket.socket().connect_ex(("127.0.0.1", port)))
    for _ in range(workers):
        options = ["--nthreads", "1", "--no-dashboard", "--death-timeout", "10", "--local-directory", str(folder)]
        command = [sys.executable, "-m", "distributed.cli.dask_worker", address, *options]
        running.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=ENVIRONMENT))
    try:
        yield address, running[0]
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)
        log.close()


@pytest.mark.slow
def test_a_worker_dies_in_the_middle_and_nothing_differs(tmp_path: Path, whole: Whole) -> None:
    study = demo(tmp_path)
    run = started(study, "--workers", "2")
    until(lambda: list(study.glob("work/P*/scratch")), run)
    victim = below(run.pid)[0]
    os.kill(victim, 9)
    done = ended(run)
    assert done.code == DONE, done.stderr
    assert artifacts(study) == whole.made
    assert not list((study / "work").rglob("*.partial"))
    assert not list((study / "work" / "tmp").iterdir())
    assert shown(study, done) == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_no_worker_and_nothing_half_written(
    tmp_path: Path, whole: Whole, number: signal.Signals
) -> None:
    study = demo(tmp_path)
    run = started(study, "--workers", "1")
    until(lambda: list(study.glob("work/P*/ingest.json")), run)
    workers = below(run.pid)
    assert workers
    if number is signal.SIGINT:
        os.kill(-run.pid, number)
    else:
        run.send_signal(number)
    done = ended(run)
    assert done.code == 130
    assert "Traceback" not in done.stderr
    assert not [one for one in workers if Path(f"/proc/{one}").exists()]
    assert not list((study / "work").rglob("*.partial"))
    goes_on(tmp_path, study, whole)


@pytest.mark.slow
def test_the_scheduler_is_lost_and_the_run_goes_on_without_it(tmp_path: Path, whole: Whole) -> None:
    study = demo(tmp_path)
    with scheduler(tmp_path, 1) as (address, process):
        run = started(study, "--scheduler", address)
        until(lambda: list(study.glob("work/P*/ingest.json")), run)
        process.kill()
        done = ended(run)
    assert done.code == 4, done.stderr
    assert "Связь с планировщиком Dask потеряна" in done.stderr
    goes_on(tmp_path, study, whole)
    log = (tmp_path / "dask.log").read_text(encoding="utf-8").lower()
    assert [word for word in private_words(study) if word in log] == []


def test_a_scheduler_that_does_not_answer_is_named(tmp_path: Path) -> None:
    study = demo(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    done = ended(started(study, "--scheduler", address))
    assert done.code == 4
    assert "dask scheduler" in done.stderr


@pytest.mark.parametrize(
    ("workers", "scheduler", "kind"),
    [(2, "", "slurm"), (2, "tcp://127.0.0.1:1", ""), (0, "", "pbs"), (0, "127.0.0.1", "")],
)
def test_options_that_make_no_sense(workers: int, scheduler: str, kind: str) -> None:
    with pytest.raises(UsageError):
        check("ingest", Place(workers, scheduler, kind))


def test_without_dask_a_run_works_and_a_cluster_says_what_to_install(tmp_path: Path) -> None:
    study = demo(tmp_path)
    patch = "for name in ('dask', 'distributed', 'dask_jobqueue'): sys.modules[name] = None"
    missing = interviews(tmp_path, "run", str(study), "--workers", "2", patch=patch)
    assert missing.code == 4
    assert "[cluster]" in missing.stderr
    plain = interviews(tmp_path, "run", str(study), "--until", "ingest", "--only", "P04", patch=patch)
    assert plain.code == 0
    assert plain.sockets == ()


def test_workers_read_the_study_as_it_was_when_the_run_began(tmp_path: Path) -> None:
    study = open_study(demo(tmp_path))
    study.store.prepare()
    worker.announce(study.store.work / "tmp" / "run-1", study)
    assert worker.announced(str(study.store.work / "tmp" / "run-1")) == study


def test_a_task_tells_nothing_but_ids(tmp_path: Path) -> None:
    study = open_study(demo(tmp_path))
    study.store.prepare()
    run = study.store.work / "tmp" / "run-2"
    worker.announce(run, study)
    told: list[tuple[str, float]] = []
    task = worker.Task("key", str(run), "ingest", ("P01",), flow.made_by(flow.STAGES[0]))
    outcome = worker.work(task, lambda name, share: told.append((name, share)))
    assert outcome == worker.Outcome((("P01", None),))
    assert {name for name, _ in told} == {"P01"}
    assert study.store.header("P01", "ingest")
    assert not re.search("[а-яё]", repr((task, outcome, told)), re.IGNORECASE)


def test_a_task_of_a_run_that_is_over_does_nothing(tmp_path: Path) -> None:
    study = open_study(demo(tmp_path))
    task = worker.Task("key", str(tmp_path / "gone"), "ingest", ("P01",), {})
    assert worker.work(task, lambda *_: None).unseen
    assert not study.store.work.exists()


def test_a_worker_with_other_versions_is_not_used(tmp_path: Path) -> None:
    study = open_study(demo(tmp_path))
    study.store.prepare()
    run = study.store.work / "tmp" / "run-3"
    worker.announce(run, study)
    assert worker.work(worker.Task("key", str(run), "ingest", ("P01",), {"interviews": "0"}), lambda *_: None).versions


def test_what_stops_a_whole_task_is_a_value_without_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = open_study(demo(tmp_path))
    study.store.prepare()
    run = study.store.work / "tmp" / "run-4"
    worker.announce(run, study)

    def broken(*_: object) -> None:
        raise LookupError("Айгерим.m4a")

    monkeypatch.setattr(flow, "results", broken)
    task = worker.Task("key", str(run), "ingest", ("P01", "P04"), flow.made_by(flow.STAGES[0]))
    outcome = worker.work(task, lambda *_: None)
    assert [name for name, _ in outcome.results] == ["P01", "P04"]
    assert all(failure and "LookupError" in failure.what for _, failure in outcome.results)
    assert "Айгерим" not in repr(outcome)


def test_recordings_share_a_task_only_where_a_model_must_load() -> None:
    from pipeline.diarize import stage as diarize
    from pipeline.transcribe import stage as transcribe

    voices = tuple(Track(f"track-{n}", "participant", "", 1.0) for n in (1, 2))
    mixed = Recording("P01", (), (Track("mix", "mixed", "", 1.0),), (), 1.0)
    apart = structs.replace(mixed, tracks=(*mixed.tracks, *voices))
    assert not transcribe.loads(transcribe.Settings(engine="captions"), mixed)
    assert transcribe.loads(transcribe.Settings(), mixed)
    assert diarize.loads(diarize.Settings(), mixed)
    assert not diarize.loads(diarize.Settings(), apart)
    assert diarize.loads(diarize.Settings(engine="pyannote"), apart)


def test_a_model_stays_in_a_worker_until_another_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.transcribe import stage as transcribe

    loaded: list[str] = []
    monkeypatch.setattr(transcribe, "load", lambda settings: loaded.append(settings.model))
    worker.model.cache_clear()
    small, large = transcribe.Settings(model="small"), transcribe.Settings(model="large-v3")
    for settings in (small, small, large, small):
        worker.model("transcribe", settings)
    assert loaded == ["small", "large-v3", "small"]
    worker.model.cache_clear()


def test_a_run_tells_what_it_does_and_keeps_a_summary(whole: Whole) -> None:
    events = [json.loads(line) for line in whole.ran.stdout.splitlines()]
    assert {event["event"] for event in events} == {"begin", "progress", "done", "end", "run"}
    for event in events:
        assert set(event) == FIELDS[event["event"]]
    last = events[-1]
    assert [stage["stage"] for stage in last["stages"]][:2] == ["ingest", "transcribe"]
    assert all(stage["done"] == 2 and stage["seconds"] > 200 for stage in last["stages"])
    (kept,) = runlog.runs(whole.study / "work")
    assert kept.code == whole.ran.code == last["code"] == DONE
    assert runlog.going(whole.study / "work") is None
    assert set(runlog.paces(whole.study / "work")) >= {"ingest"}
