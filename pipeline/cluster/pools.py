"""Dask's own part: a scheduler and workers on this machine, in SLURM jobs, or those that somebody runs already."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pipeline.errors import ConfigError, MissingDependency
from pipeline.study.folder import Study

if TYPE_CHECKING:
    from distributed import Client, SpecCluster

CONNECT = 15
"""seconds in which a scheduler must answer"""
NO_PAGES = "127.0.0.1:0"
"""Dask opens a port for its pages even where it has none to show: any free one, for this machine alone"""


class Place(Struct, frozen=True):
    """Where the work is done; at most one of the three is set."""

    workers: int = 0
    scheduler: str = ""
    kind: str = ""

    @property
    def here(self) -> bool:
        """In this process."""
        return not (self.workers or self.scheduler or self.kind)

    def __str__(self) -> str:
        return self.kind or ("scheduler" if self.scheduler else f"{self.workers} local")


@contextmanager
def client(place: Place, study: Study) -> Iterator[Client]:
    """A connection to workers; those started here end with it. Raises MissingDependency, ConfigError."""
    import dask

    settings = study.settings.cluster
    quiet = {
        "distributed.scheduler.allowed-failures": settings.patience,
        "distributed.diagnostics.nvml": False,
        "distributed.admin.system-monitor.gil.enabled": False,
        "distributed.worker.profile.enabled": False,
        "distributed.scheduler.http.routes": [],
        "distributed.worker.http.routes": [],
        "temporary-directory": str(study.store.work / "tmp"),
    }
    warnings.simplefilter("ignore")
    with dask.config.set(quiet), ExitStack() as left:
        if place.scheduler:
            answers(place.scheduler)
            yield left.enter_context(connected(place.scheduler))
        else:
            made = slurm(study) if place.kind else local(place.workers, study)
            yield left.enter_context(connected(left.enter_context(closing(made))))


@contextmanager
def connected(to: Any) -> Iterator[Client]:
    """Raises MissingDependency where no scheduler answers."""
    from distributed import Client

    try:
        made = Client(to, timeout=CONNECT, set_as_default=False)
    except (OSError, TimeoutError, ValueError):
        raise silent() from None
    try:
        yield made
    finally:
        with suppress(Exception):
            made.close(timeout=5)


def answers(address: str) -> None:
    """Look at once whether anybody listens there: Dask would try for long. Raises MissingDependency."""
    host, _, port = address.partition("://")[2].rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT).close()
    except (OSError, ValueError):
        raise silent() from None


def silent() -> MissingDependency:
    return MissingDependency(
        "No Dask scheduler answers at the address after --scheduler.",
        "Check it, or start one: `dask scheduler`, then workers with `dask worker ADDRESS --nthreads 1`; without "
        "--scheduler this machine does the work.",
    )


@contextmanager
def closing(cluster: SpecCluster) -> Iterator[SpecCluster]:
    """A cluster that is gone afterwards; at once where the run did not come to its end."""
    try:
        yield cluster
    except BaseException:
        with suppress(Exception):
            cluster.sync(stop_now, cluster)
        raise
    finally:
        with suppress(Exception):
            cluster.close(timeout=30)


async def stop_now(cluster: SpecCluster) -> None:
    """Kill local workers in the middle of their work: what they have not finished is done anew."""
    import asyncio

    nannies = [nanny for nanny in cluster.workers.values() if hasattr(nanny, "kill")]
    for nanny in nannies:
        nanny.auto_restart = False
    await asyncio.gather(*(nanny.kill(timeout=0.1) for nanny in nannies), return_exceptions=True)


def local(count: int, study: Study) -> SpecCluster:
    """Processes on this machine that talk over its loopback alone, encrypted: others may be logged in here."""
    import dask
    from distributed import Nanny, Scheduler, SpecCluster
    from distributed.security import Security

    settings = study.settings.cluster
    cards = graphics_cards() if settings.gpu else 0
    if settings.gpu and not cards:
        raise MissingDependency(
            "The settings say `cluster: {gpu: true}`, but this machine has no graphics card.", "Set `gpu: false`."
        )
    cores = settings.cores or max(1, (os.cpu_count() or 1) // count)
    threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), cores)
    dask.config.set({f"distributed.nanny.pre-spawn-environ.{name}": value for name, value in threads.items()})
    security = Security.temporary()
    common = {
        "host": "127.0.0.1",
        "protocol": "tls://",
        "security": security,
        "dashboard": False,
        "dashboard_address": NO_PAGES,
    }
    options = {
        **common,
        "nthreads": 1,
        "memory_limit": 0,
        "silence_logs": 50,
        "local_directory": str(study.store.work / "tmp"),
    }
    workers = {}
    for number in range(count):
        card = {"resources": {"gpu": 1}, "env": {"CUDA_VISIBLE_DEVICES": str(number)}} if number < cards else {}
        workers[number] = {"cls": Nanny, "options": {**options, **card}}
    with interrupts_held():
        return SpecCluster(
            workers, {"cls": Scheduler, "options": {**common, "port": 0}}, security=security, silence_logs=50
        )


@contextmanager
def interrupts_held() -> Iterator[None]:
    """What starts inside never gets a terminal's Ctrl-C: this process alone decides what it means."""
    if sys.platform == "win32":
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # where multiprocessing starts it later, it lets SIGINT through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def graphics_cards() -> int:
    """How many this machine has."""
    try:
        told = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    return sum(line.startswith("GPU ") for line in told.stdout.splitlines())


def slurm(study: Study) -> SpecCluster:
    """Jobs that work until the run is over; one that dies is asked for again. Raises ConfigError, MissingDependency."""
    handler = signal.getsignal(signal.SIGINT)
    from dask_jobqueue.slurm import SLURMCluster

    signal.signal(signal.SIGINT, handler)  # importing dask-jobqueue makes Ctrl-C an exit with code 0
    if shutil.which("sbatch") is None:
        raise MissingDependency(
            "--cluster slurm needs SLURM's `sbatch`, which is not on this machine.",
            "Run the command on a login node of the cluster, or without --cluster.",
        )
    chosen = study.settings.cluster.slurm
    gpu = study.settings.cluster.gpu
    tmp = study.store.work / "tmp"
    tls = tmp / "tls"  # where nodes find the keys of this run's encryption
    tls.mkdir(mode=0o700, exist_ok=True)
    resources = ["--resources", "gpu=1"] if gpu else []
    directives = [f'-o "{tmp / "slurm-%j.log"}"', *(["--gres=gpu:1"] if gpu else []), *chosen.directives]
    said = {"NANNY__PRE_SPAWN_ENVIRON__OMP_NUM_THREADS": chosen.cores, "WORKER__HTTP__ROUTES": "[]"}
    exports = [f"export DASK_DISTRIBUTED__{name}={value}" for name, value in said.items()]
    try:
        with interrupts_held():
            cluster = SLURMCluster(
                queue=chosen.partition or None,
                account=chosen.account or None,
                cores=1,
                processes=1,
                job_cpu=chosen.cores,
                memory=chosen.memory,
                walltime=chosen.walltime,
                interface=chosen.interface or None,
                job_name="interviews",
                job_extra_directives=directives,
                job_script_prologue=["umask 077", *exports, *chosen.prologue],
                worker_extra_args=[*resources, "--no-dashboard", "--dashboard-address", NO_PAGES],
                local_directory=shlex.quote(str(tmp)),
                log_directory=None,
                python=shlex.quote(sys.executable),
                scheduler_options={"dashboard": False, "dashboard_address": NO_PAGES},
                security=True,
                shared_temp_directory=str(tls),
                silence_logs=50,
            )
            cluster.adapt(minimum_jobs=chosen.jobs, maximum_jobs=chosen.jobs)
    except (ValueError, RuntimeError, OSError):
        raise ConfigError(
            "SLURM jobs could not be prepared.",
            "Check `cluster: {slurm: …}` in study.yaml: memory, walltime, interface.",
        ) from None
    return cluster
