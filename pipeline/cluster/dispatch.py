"""The same flow on Dask: a stage becomes tasks for workers on this machine, in SLURM jobs or on a cluster of one's own.

Only paths, ids and versions travel; what is said stays on the file system that all share. worker.py is the other end.
"""

from __future__ import annotations

import math
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Any

from pipeline import flow
from pipeline.cluster import worker
from pipeline.cluster.pools import Place
from pipeline.cluster.worker import Outcome, Task
from pipeline.errors import REPORT, ConfigError, MissingDependency, place
from pipeline.model import Failure, Recording
from pipeline.progress.reporter import Reporter
from pipeline.store import locks
from pipeline.study.folder import Entry, Study
from pipeline.study.inputs import Inputs, Stage

if TYPE_CHECKING:
    from distributed import Client, Future

INSTALL = 'Install it with `pip install "interviews[cluster]"` (in a checkout: `pip install ".[cluster]"`).'
LOOK = 1.0
"""seconds between two looks at whether the scheduler and its workers are still there"""
LONELY = 30.0
"""seconds without any worker after which the operator is told"""
DRAIN = 20.0
"""seconds that workers elsewhere get to notice that a run is over"""
VISIBLE = 60.0
"""seconds within which a file that a worker wrote must be seen here: network file systems look again after 30"""


class Cluster:
    """A Runner whose work is done by Dask workers. They are started when the first recording is due.

    As a context: on the way out the workers are gone, or no longer touch the study.
    """

    def __init__(self, place: Place, study: Study, report: Reporter) -> None:
        self.place, self.study = place, study
        self.settings = study.settings.cluster
        self.run = study.store.work / "tmp" / f"run-{secrets.token_hex(4)}"
        self.mail: SimpleQueue[Any] = SimpleQueue()
        self.tasks: dict[Any, Task] = {}
        self.left = ExitStack()
        self.client: Client | None = None
        self.lonely = 0.0
        report.workers = str(place)
        require(place)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        if self.client is None:
            return
        self.run.unlink(missing_ok=True)
        if self.client.status == "running":
            with suppress(Exception):
                self.client.cancel(list(self.tasks), force=True)
        self.left.close()
        locks.wait_for_workers(self.study.store.work, DRAIN)
        self.study.store.sweep()
        shutil.rmtree(self.run.parent / "dask-scratch-space", ignore_errors=True)

    def __call__(
        self, stage: Stage, due: Mapping[Entry, str], inputs: Inputs, report: Reporter
    ) -> Iterator[tuple[str, Failure | None]]:
        """See flow.Runner."""
        if not due:
            return
        if self.client is None:
            self.start(report)
        for ids, gpu in self.dealt(stage, list(due), inputs):
            self.submit(stage, ids, gpu)
        waiting = {entry.id for entry in due}
        while self.tasks:
            for name, failure in self.news(stage, inputs, report):
                if name in waiting:  # what a task answers at its end was told of in part before
                    waiting.discard(name)
                    yield name, failure or self.invisible(inputs, stage, name)

    def start(self, report: Reporter) -> None:
        """Connect, starting workers where they are ours. Raises MissingDependency."""
        from pipeline.cluster import pools

        worker.announce(self.run, self.study)
        report.says("Connecting to the scheduler …" if self.place.scheduler else f"Starting workers ({self.place}) …")
        self.client = self.left.enter_context(pools.client(self.place, self.study))
        self.client.subscribe_topic(self.run.name, self.mail.put)

    def dealt(self, stage: Stage, due: list[Entry], inputs: Inputs) -> Iterator[tuple[tuple[str, ...], bool]]:
        """Recordings as tasks, and whether each is for a graphics card, if there are any.

        The longest come first; several go together where they share the cost of loading a model.
        """
        due.sort(key=lambda entry: (-inputs.seconds(entry), entry.id))
        heavy = [entry.id for entry in due if self.loads(stage, entry, inputs)]
        hands = max(1, self.place.workers or len(self.working()) or self.settings.slurm.jobs)
        size = min(self.settings.recordings_per_task, max(1, math.ceil(len(heavy) / hands)))
        count = math.ceil(len(heavy) / size)
        yield from ((tuple(heavy[number::count]), self.settings.gpu) for number in range(count))
        yield from (((entry.id,), False) for entry in due if entry.id not in heavy)

    def loads(self, stage: Stage, entry: Entry, inputs: Inputs) -> bool:
        """Whether a stage needs a model for this recording."""
        if not hasattr(stage.module, "loads"):
            return False
        recording = inputs.read(entry.id, "ingest", Recording)
        return recording is not None and stage.module.loads(inputs.settings(stage), recording)

    def submit(self, stage: Stage, ids: tuple[str, ...], gpu: bool) -> None:
        """Hand out a task. Its key is all that a dashboard shows: the stage and ids."""
        assert self.client
        key = f"{stage.name}-{'-'.join(ids)}-{secrets.token_hex(4)}"
        task = Task(key, str(self.run), stage.name, ids, flow.made_by(stage), gpu)
        future = self.client.submit(on_worker, task, key=key, pure=False, resources={"gpu": 1} if gpu else None)
        self.tasks[future] = task
        future.add_done_callback(self.mail.put)

    def news(self, stage: Stage, inputs: Inputs, report: Reporter) -> Iterator[tuple[str, Failure | None]]:
        """What workers said since; waits for a moment where they said nothing. Raises MissingDependency."""
        from distributed import CancelledError, Future
        from distributed.comm import CommClosedError

        try:
            said = self.mail.get(timeout=LOOK)
            if isinstance(said, Future):
                yield from self.settled(said, stage, inputs)
                return
        except Empty:
            self.look(report)
            return
        except (CommClosedError, CancelledError, TimeoutError):
            raise lost() from None
        key, name, share = said[1]
        if key not in {task.key for task in self.tasks.values()}:
            return  # late news of a task that is over
        if share < 1:
            report.tell(name, share)
        else:
            yield name, None

    def settled(self, future: Future[Any], stage: Stage, inputs: Inputs) -> Iterator[tuple[str, Failure | None]]:
        """What came of a task. Raises MissingDependency, ConfigError where workers are not what they must be."""
        task = self.tasks.pop(future)
        if future.status == "cancelled":
            raise lost()
        if future.status == "error":
            yield from self.broken(future, task, stage)
            return
        outcome: Outcome = future.result()
        if outcome.unseen:
            raise ConfigError(
                "A worker does not see this study's folder.",
                "It must lie on a file system that this machine and all workers share, under the same path.",
            )
        if outcome.versions:
            raise MissingDependency(
                "A worker has other versions of this program or its libraries than this machine.",
                "Install the same on all, from the same scripts/constraints.txt.",
            )
        inputs.damaged |= set(outcome.damaged)
        yield from outcome.results

    def broken(self, future: Future[Any], task: Task, stage: Stage) -> Iterator[tuple[str, Failure | None]]:
        """A task that no worker survived: its recordings one by one, so that only the one to blame fails."""
        from distributed import KilledWorker

        error = future.exception()
        if isinstance(error, KilledWorker) and len(task.recordings) > 1:
            for name in task.recordings:
                self.submit(stage, (name,), task.gpu)
            return
        if isinstance(error, ModuleNotFoundError | ImportError):
            raise MissingDependency(
                "A worker, or the scheduler, lacks this program.", "Install the same version there."
            ) from None
        for name in task.recordings:
            yield name, stopped(name, stage, error)

    def working(self) -> Sequence[str]:
        """Addresses of the workers there are."""
        assert self.client
        return list(self.client.scheduler_info(n_workers=-1)["workers"])

    def look(self, report: Reporter) -> None:
        """Notice that nobody works. Raises MissingDependency where the scheduler is gone."""
        assert self.client
        if self.client.status != "running":
            raise lost()
        self.lonely = 0.0 if self.working() else self.lonely + LOOK
        if self.lonely == LONELY:
            report.says("No worker is there yet; waiting. Ctrl-C ends the run, and keeps what is finished.")

    def invisible(self, inputs: Inputs, stage: Stage, name: str) -> Failure | None:
        """None once the file that a worker wrote is seen here: a network file system may take a while."""
        end = time.monotonic() + VISIBLE
        while inputs.store.header(name, stage.name) is None and name not in inputs.damaged:
            if time.monotonic() > end:
                what = "A worker says that it wrote its result, but it is not in the study's folder."
                return Failure(name, stage.name, 5, what, "Check the file system that all share.")
            os.listdir(inputs.store.folder(name))
            time.sleep(0.2)
        return None


def on_worker(task: Task) -> Outcome:
    """The function that Dask calls on a worker. What it raises would be logged there, so it raises nothing of ours."""
    from distributed import get_worker

    here = get_worker()
    topic = Path(task.run).name
    return worker.work(task, lambda name, share: here.log_event(topic, (task.key, name, round(share, 3))))


def require(place: Place) -> None:
    """Raises MissingDependency where the extra is not installed."""
    from importlib.util import find_spec

    for name in ("distributed", *(["dask_jobqueue"] if place.kind else [])):
        if find_spec(name) is None:
            raise MissingDependency(f"Work on a cluster needs the package {name}, which is not installed.", INSTALL)


def lost() -> MissingDependency:
    return MissingDependency(
        "The connection to the Dask scheduler was lost.",
        "What was finished is kept. Start the scheduler again if it is yours; then run the same command again, with a "
        "cluster or without.",
    )


def stopped(name: str, stage: Stage, error: BaseException | None) -> Failure:
    """Why a recording came to nothing: its workers died, or a bug."""
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        what = "Several workers died one after the other while they had this recording in hand."
        do = "Most often they had too little memory. Give workers more, or run this recording without a cluster."
        return Failure(name, stage.name, 5, what, do)
    where = place(error) if error else "unknown"
    return Failure(name, stage.name, 1, f"A bug stopped this recording: {where}.", f"{REPORT} The others went on.")
