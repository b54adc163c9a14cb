"""What carries interviews through the stages: run, for a study's recordings; anonymize, for transcripts that exist."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline import privacy
from pipeline.cli.options import Json, Only, StudyFolder, Wait, in_its_language, patiently, warn
from pipeline.errors import UsageError, worst
from pipeline.messages import say, show

if TYPE_CHECKING:
    from pipeline.cluster.pools import Place


def check(until: str, place: Place) -> None:
    """Raises UsageError for a stage, or for places of work, that there are not."""
    from pipeline import flow

    names = [stage.name for stage in flow.STAGES]
    if until not in names:
        raise UsageError(f"There is no stage called that after --until. The stages are {', '.join(names)}.", "")
    if sum(map(bool, (place.workers, place.scheduler, place.kind))) > 1:
        raise UsageError("--workers, --scheduler and --cluster exclude each other.", "Give one of them.")
    if place.kind not in ("", "slurm"):
        raise UsageError("--cluster must be slurm.", "")
    if place.scheduler and not place.scheduler.startswith(("tcp://", "tls://")):
        raise UsageError("The address after --scheduler must look like tcp://host:8786.", "")


def run(  # noqa: PLR0913, PLR0917 - each is an option of the command
    folder: StudyFolder,
    only: Only = "",
    until: Annotated[str, typer.Option(metavar="STAGE", help="stop after this stage")] = "deidentify",
    workers: Annotated[int, typer.Option(min=0, metavar="N", help="work in so many processes on this machine")] = 0,
    scheduler: Annotated[str, typer.Option(metavar="ADDRESS", help="work on a Dask cluster: tcp://host:8786")] = "",
    cluster: Annotated[str, typer.Option(metavar="KIND", help="slurm: work in jobs of this cluster")] = "",
    wait: Wait = False,
    as_json: Json = False,
) -> int:
    """Carry the recordings through all stages; what is finished is not done again."""
    from pipeline.cluster.pools import Place

    place = Place(workers, scheduler, cluster)
    check(until, place)
    return patiently(folder, wait, lambda: carry(folder, only, until, place, as_json))


def carry(folder: Path, only: str, until: str, place: Place, as_json: bool) -> int:
    """Open the study and carry its recordings through, here or on a cluster; the exit code."""
    from pipeline import flow
    from pipeline.cluster import dispatch
    from pipeline.progress.display import reporter
    from pipeline.study.folder import open_study
    from pipeline.study.overview import closing

    study = open_study(folder)
    entries = study.chosen(only)
    warn(study.warnings)
    work = study.folder / "work"
    privacy.confine(work)
    with reporter(work, as_json) as report:
        runner = None if place.here else dispatch.Cluster(place, study, report)
        code = flow.run(study, entries, until, report, runner)
    say(closing(code, len(entries), len({failure.id for failure in report.failures}), folder))
    return code


def anonymize(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="transcripts, of whatever program")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="where t001, t002 … are written")],
    folder: Annotated[
        Path | None,
        typer.Option("--study", metavar="STUDY", help="use its settings and contacts", callback=in_its_language),
    ] = None,
    form: Annotated[
        str, typer.Option("--as", metavar="FORMAT", help="docx, txt, vtt, srt, json or qdpx instead of each its own")
    ] = "",
) -> int:
    """Anonymise transcripts that exist already."""
    from pipeline.anonymize.files import anonymize_files

    failures = anonymize_files(files, out, folder, form)
    for failure in failures:
        say(f"{failure.id}: {failure.what} {failure.do}")
    done = len(files) - len(failures)
    show(f"{done} of {len(files)} transcripts are in {out}, numbered in the order of the files given.")
    return worst({failure.code for failure in failures})
