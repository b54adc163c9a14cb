"""`interviews run`: who does the work, and what the operator is told."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from pipeline import flow, privacy
from pipeline.cluster import dispatch
from pipeline.cluster.pools import Place
from pipeline.errors import UsageError
from pipeline.messages import say
from pipeline.progress.display import reporter
from pipeline.study.folder import open_study
from pipeline.study.overview import closing


class Asked(Struct, frozen=True):
    """What stands on the command line."""

    folder: Path
    only: str
    until: str
    workers: int
    scheduler: str
    cluster: str
    as_json: bool

    def check(self) -> None:
        """Raises UsageError."""
        names = [stage.name for stage in flow.STAGES]
        if self.until not in names:
            raise UsageError(f"There is no stage called that after --until. The stages are {', '.join(names)}.", "")
        if sum(map(bool, (self.workers, self.scheduler, self.cluster))) > 1:
            raise UsageError("--workers, --scheduler and --cluster exclude each other.", "Give one of them.")
        if self.cluster not in ("", "slurm"):
            raise UsageError("--cluster must be slurm.", "")
        if self.scheduler and not self.scheduler.startswith(("tcp://", "tls://")):
            raise UsageError("The address after --scheduler must look like tcp://host:8786.", "")


def run(asked: Asked) -> int:
    """Open the study and carry it through; the exit code."""
    study = open_study(asked.folder)
    entries = study.chosen(asked.only)
    for warning in study.warnings:
        say(f"Note: {warning}")
    work = study.folder / "work"
    privacy.confine(work)
    place = Place(asked.workers, asked.scheduler, asked.cluster)
    with reporter(work, asked.as_json) as report:
        runner = None if place.here else dispatch.Cluster(place, study, report)
        code = flow.run(study, entries, asked.until, report, runner)
    say(closing(code, len(entries), len({failure.id for failure in report.failures}), asked.folder))
    return code
