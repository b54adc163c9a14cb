"""`interviews doctor`: is everything here that a run needs, and is the study kept in a safe place?"""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from pipeline import audio, weights
from pipeline.errors import InterviewsError, worst
from pipeline.inputs import Inputs
from pipeline.messages import translated
from pipeline.progress import span
from pipeline.study import Entry, Study, open_study

SYNCED = (
    "onedrive",
    "dropbox",
    "yandex.disk",
    "yandexdisk",
    "яндекс.диск",
    "icloud",
    "google drive",
    "googledrive",
    "mega",
)
"""Names of folders that copy themselves to somebody's servers."""

AUDIO_BYTES = 20_000
"""of decoded FLAC a second and track: 16 kHz mono speech compresses to about half of 32,000"""


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


def examine(folder: Path | None) -> int:
    """Print every check and return the exit code: 4 if a run could not work, 3 if the study is not usable."""
    checks = list(machine())
    if folder is not None:
        try:
            checks += study_checks(open_study(folder))
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
        yield Check("ffmpeg", True, str(audio.binary()))
    except InterviewsError as error:
        yield Check("ffmpeg", False, f"{error.what} {error.do}", 4)
    cores = os.cpu_count() or 1
    yield Check("processor", True, f"{cores} cores, {memory():.0f} GB of memory; {graphics()}")
    here = [model.name for model in weights.installed()]
    text = (
        ", ".join(sorted(here))
        if here
        else "none yet; `interviews models fetch turbo` or `interviews models import FOLDER`"
    )
    yield Check("weights", bool(here), text)


def graphics() -> str:
    """The GPU, if PyTorch can use one."""
    import torch

    if torch.cuda.is_available():
        return f"GPU: {torch.cuda.get_device_name(0)}"
    return "no usable GPU, speech recognition runs on the processor"


def memory() -> float:
    """Gigabytes of memory of this machine, 0 where the system does not tell."""
    if sys.platform == "win32" or "SC_PHYS_PAGES" not in os.sysconf_names:
        return 0.0
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def study_checks(study: Study) -> Iterator[Check]:
    """What a run of this study needs, and where the study lies."""
    yield Check("study", True, f"{len(study.entries)} recordings, {len(study.roster.participants)} participants")
    yield from (Check("roster", False, warning) for warning in study.warnings)
    yield from engines(study)
    yield from hours(study)
    yield disk(study)
    yield from places(study)


def engines(study: Study) -> Iterator[Check]:
    """The chosen engines have what they need."""
    from pipeline import flow

    inputs = Inputs(study)
    for stage in flow.STAGES:
        if hasattr(stage.module, "check"):
            try:
                stage.module.check(inputs.settings(stage))
                yield Check(stage.name, True, getattr(inputs.settings(stage), "engine", "ready"))
            except InterviewsError as error:
                yield Check(stage.name, False, f"{error.what} {error.do}", error.exit_code)


def hours(study: Study) -> Iterator[Check]:
    """What the batch will take here, by a short measurement with the chosen weights."""
    from pipeline import flow

    inputs = Inputs(study)
    seconds = sum(inputs.seconds(entry) or stated(study, entry) for entry in study.entries)
    if not seconds:
        return
    (study.folder / "work").mkdir(mode=0o700, exist_ok=True)
    for stage in flow.STAGES:
        if hasattr(stage.module, "outlook"):
            with suppress(InterviewsError):
                says = stage.module.outlook(inputs.settings(stage), seconds, study.folder / "work" / flow.PACE)
                yield Check("time", True, says)


def stated(study: Study, entry: Entry) -> float:
    """Seconds that the largest file of each part of a recording says it lasts; 0 where none does."""
    seconds = 0.0
    for name in entry.names:
        path = study.recordings / name
        files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
        with suppress(InterviewsError, ValueError):
            largest = max(files, key=lambda file: file.stat().st_size)
            seconds += audio.probe(largest, study.folder / "work" / "doctor.log").seconds or 0.0
    return seconds


def disk(study: Study) -> Check:
    """Room for the decoded audio: measured where it was ingested, else by the size of the sources."""
    sources = sum(file.stat().st_size for file in study.recordings.rglob("*") if file.is_file())
    inputs = Inputs(study)
    seconds = sum(inputs.seconds(entry) for entry in study.entries)
    needed = 3 * seconds * AUDIO_BYTES if seconds else 4 * sources
    free = shutil.disk_usage(study.folder).free
    known = f"{span(seconds)} of audio; " if seconds else ""
    says = f"{known}about {needed / 1e9:.1f} GB needed in work/, {free / 1e9:.0f} GB free"
    return Check("disk", free > needed, says, 4)


def places(study: Study) -> Iterator[Check]:
    """Nobody else reads it, and nothing copies it away."""
    synced = [name for name in SYNCED if any(name in part.lower() for part in study.folder.parts)]
    if synced:
        yield Check("place", False, f"The study lies in a folder that syncs ({synced[0]}): move it to a local disk.")
    for name in ("work", "private"):
        folder = study.folder / name
        if os.name == "posix" and folder.is_dir() and stat.S_IMODE(folder.stat().st_mode) & 0o077:
            yield Check("permissions", False, f"{name}/ can be read by others: run `chmod 700` on it.")
    if os.name == "posix" and stat.S_IMODE(study.folder.stat().st_mode) & 0o007:
        yield Check("permissions", False, "the study's folder can be read by everybody here: run `chmod 700` on it.")
