"""`interviews doctor`: is everything here that a run needs, and is the study kept in a safe place?"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from msgspec import Struct

from pipeline.errors import InterviewsError, MissingDependency, worst
from pipeline.media import ffmpeg
from pipeline.messages import speaking, translated
from pipeline.progress.reporter import span
from pipeline.study import capacity, foreseen, retention, safe_places
from pipeline.study.folder import Study, open_study
from pipeline.study.inputs import PACE, Inputs, Stage
from pipeline.weights import models as weights


class Check(Struct, frozen=True):
    """One thing that was looked at."""

    name: str
    good: bool
    says: str
    code: int = 0
    """exit code if it is not good; 0 for a warning"""

    @property
    def mark(self) -> str:
        return "ok" if self.good else ("FAIL" if self.code else "note")


def examine(folder: Path | None, stages: Sequence[Stage]) -> int:
    """Print every check and return the exit code: 4 if a run could not work, 3 if the study is not usable."""
    checks = list(machine())
    if folder is None:
        checks.append(models())
    else:
        try:
            study = open_study(folder)
            checks += [models(listens(study)), *study_checks(study, stages)]
        except InterviewsError as error:
            checks.append(Check("study", False, f"{error.what} {error.do}", error.exit_code))
    said = [(translated(check.mark), translated(check.name), translated(check.says)) for check in checks]
    marked, named = (max(map(len, column)) for column in list(zip(*said, strict=True))[:2])
    for mark, name, says in said:
        print(f"{mark:<{marked}}  {name:<{named}}  {says}")
    return worst({check.code for check in checks if not check.good})


def machine() -> Iterator[Check]:
    """What does not depend on a study."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check("python", True, version)
    try:
        yield Check("ffmpeg", True, str(ffmpeg.binary()))
    except InterviewsError as error:
        yield Check("ffmpeg", False, f"{error.what} {error.do}", 4)
    cores = os.cpu_count() or 1
    yield Check("processor", True, f"{cores} cores, {capacity.memory() / 1e9:.0f} GB of memory; {graphics()}")


def models(wanted: bool = True) -> Check:
    """The weights on this machine; a study whose text is Zoom's subtitles wants none."""
    here = ", ".join(sorted(model.name for model in weights.installed()))
    if not wanted:
        return Check("weights", True, here or "not needed: the text is Zoom's subtitles (`engine: captions`)")
    none = "none yet; `interviews models fetch turbo` or `interviews models import FOLDER`"
    return Check("weights", bool(here), here or none)


def graphics() -> str:
    """The GPU, if PyTorch can use one."""
    import torch

    if torch.cuda.is_available():
        return f"GPU: {torch.cuda.get_device_name(0)}"
    return "no usable GPU, speech recognition runs on the processor"


def study_checks(study: Study, stages: Sequence[Stage]) -> Iterator[Check]:
    """What a run of this study needs, and where the study lies."""
    yield Check("study", True, f"{len(study.entries)} recordings, {len(study.roster.participants)} participants")
    yield from (Check("roster", False, warning) for warning in study.warnings)
    yield from engines(study, stages)
    yield from expected(study, stages)
    needed = capacity.needs(study, study.entries)
    yield from hours(study, needed.seconds, stages)
    yield disk(needed, shutil.disk_usage(study.folder).free)
    yield from recogniser(study, stages)
    yield from place(study)
    yield from kept(study)


def kept(study: Study) -> Iterator[Check]:
    """How long the material may be kept."""
    until, late = study.settings.study.retain_until, retention.warning(study, date.today())
    if until:
        yield Check("retention", not late, late or f"the material may be kept until {until}")


def engines(study: Study, stages: Sequence[Stage]) -> Iterator[Check]:
    """The chosen engines have what they need."""
    inputs = Inputs(study)
    for stage in stages:
        if hasattr(stage.module, "check"):
            try:
                stage.module.check(inputs.settings(stage))
                yield Check(stage.name, True, getattr(inputs.settings(stage), "engine", "ready"))
            except MissingDependency as error:
                yield Check(stage.name, False, f"{error.what} {error.do}", error.exit_code if listens(study) else 0)
            except InterviewsError as error:
                yield Check(stage.name, False, f"{error.what} {error.do}", error.exit_code)


def listens(study: Study) -> bool:
    """Whether any recording is to be heard: not where all came with transcripts, or the text is Zoom's subtitles."""
    inputs = Inputs(study)
    wanted = study.settings.transcribe.engine != "captions"
    return wanted and not (study.entries and all(foreseen.given(inputs, entry) for entry in study.entries))


def expected(study: Study, stages: Sequence[Stage]) -> Iterator[Check]:
    """What would show only when all is transcribed."""
    lacks = next((stage.module.lacks for stage in stages if hasattr(stage.module, "lacks")), lambda _: False)
    for trouble in foreseen.troubles(Inputs(study), study.entries, lacks):
        yield Check("recordings", False, trouble.says, 4 if trouble.fails else 0)


def hours(study: Study, seconds: float, stages: Sequence[Stage]) -> Iterator[Check]:
    """What the batch will take here, by a short measurement with the chosen weights."""
    inputs = Inputs(study)
    if not seconds:
        return
    (study.folder / "work").mkdir(mode=0o700, exist_ok=True)
    for stage in stages:
        if hasattr(stage.module, "outlook"):
            with suppress(InterviewsError):
                says = stage.module.outlook(inputs.settings(stage), seconds, study.folder / "work" / PACE)
                yield Check("time", True, says)


def disk(needed: capacity.Needs, free: int) -> Check:
    """Room for the decoded audio."""
    known = f"{span(needed.seconds)} of audio; " if needed.seconds else ""
    says = f"{known}about {capacity.gigabytes(needed.bytes)} still needed in work/, {capacity.gigabytes(free)} free"
    return Check("disk", needed.bytes <= free, says, 3)


def recogniser(study: Study, stages: Sequence[Stage]) -> Iterator[Check]:
    """Room in memory for the chosen speech recogniser."""
    settings, here = Inputs(study).settings(stages[1]), capacity.memory()
    with suppress(InterviewsError):
        needed = capacity.recogniser(settings)
        if needed and here:
            says = f"about {capacity.gigabytes(needed)} for the recogniser, of {capacity.gigabytes(here)}"
            hint = "" if needed <= here else "; choose a smaller `model:`, or `engine: faster-whisper`, in study.yaml"
            yield Check("memory", needed <= here, says + hint, 4)


def place(study: Study) -> Iterator[Check]:
    """Nobody else reads it, nothing copies it away, and its disk is encrypted."""
    found = safe_places.concerns(study.folder, speaking())
    yield from (Check("place", False, concern.says) for concern in found)
    if not found:
        yield Check("place", True, "on an encrypted disk of this machine, closed to others")
