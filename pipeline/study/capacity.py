"""What a run needs of the disk and of memory, before it begins: refused where it cannot fit, told by the doctor."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress

from msgspec import Struct

from pipeline.errors import ConfigError, InterviewsError
from pipeline.ingest import zoom
from pipeline.ingest.layout import layout
from pipeline.media import ffmpeg
from pipeline.study.folder import Entry, Study
from pipeline.study.inputs import Inputs
from pipeline.transcribe import stage as transcribe
from pipeline.weights import converted, models

KEPT = 20_000
"""bytes of FLAC a second: speech at 16 kHz compresses to about half; silence on participants' tracks to nothing"""
RAW = ffmpeg.RATE * 2
"""bytes a second and track while a recording is being decoded"""
SWELLS = 20
"""times the size of its sources that decoding a recording takes at most, from 24 kbit/s a track upwards"""
BESIDE = 1e9
"""bytes that a recogniser needs beside its weights: the program itself, and the windows being decoded"""


class Needs(Struct, frozen=True):
    """What the decoded audio of a study takes."""

    seconds: float
    """of audio in all recordings that state their length"""
    kept: int
    """bytes that stay in work/ when all is decoded, beyond what is there already"""
    scratch: int
    """bytes in use while the longest recording is decoded"""

    @property
    def bytes(self) -> int:
        return self.kept + self.scratch


def needs(study: Study, entries: tuple[Entry, ...]) -> Needs:
    """Measured where a recording was ingested, else by what its files state. Looks into the files of those to come."""
    inputs = Inputs(study)
    kept = scratch = 0
    total = 0.0
    for entry in entries:
        known = inputs.seconds(entry)
        seconds, tracks = (known, 0) if known else stated(study, entry)
        total += seconds
        kept += round(seconds * KEPT * min(tracks, 2))
        scratch = max(scratch, round(seconds * RAW * tracks))
    return Needs(total, kept, scratch)


def stated(study: Study, entry: Entry) -> tuple[float, int]:
    """Seconds of a recording by its largest files, 0 where they do not tell, and how many tracks it will have."""
    seconds, voices = 0.0, 0
    for name in entry.names:
        with suppress(InterviewsError, OSError, ValueError):
            part = zoom.part(study.recordings, name, lambda _: "")
            made = layout(part)
            voices = max(voices, len(made.voices))
            for source in made.mix or (made.voices[0].sources if made.voices else ()):
                path = zoom.locate(study.recordings, part, source)
                seconds += ffmpeg.probe(path, study.folder / "work" / "doctor.log").seconds or 0.0
    return seconds, (1 + voices if seconds else 0)


def refuse(study: Study, entries: tuple[Entry, ...]) -> None:
    """Raises ConfigError where the disk cannot hold what is still to be decoded.

    By the sizes of the sources first, which costs nothing; only where these leave a doubt, by what the files state.
    """
    store = study.store
    todo = tuple(entry for entry in entries if store.header(entry.id, "ingest") is None)
    free = shutil.disk_usage(store.work).free
    if SWELLS * sum(size(study, entry) for entry in todo) <= free:
        return
    needed = needs(study, todo).bytes
    if needed > free:
        raise ConfigError(
            f"The disk is too small: the decoded audio of {len(todo)} recordings takes about {gigabytes(needed)} in "
            f"work/, and {gigabytes(free)} are free.",
            "Free some space, move the study to a larger disk, or do some recordings first with --only.",
        )


def size(study: Study, entry: Entry) -> int:
    """Bytes that a recording's files take on the disk; holes in them hold no sound."""
    total = 0
    for name in entry.names:
        with suppress(InterviewsError, OSError):
            part = zoom.part(study.recordings, name, lambda _: "")
            for source in part.sources:
                stat = zoom.locate(study.recordings, part, source).stat()
                total += getattr(stat, "st_blocks", -(-stat.st_size // 512)) * 512
    return total


def recogniser(settings: transcribe.Settings) -> float:
    """Bytes of memory that the chosen recogniser takes on the processor. Raises MissingDependency."""
    if settings.engine == "captions":
        return 0.0
    if settings.engine == "faster-whisper":
        return BESIDE + (converted.ct2_path(settings.model) / "model.bin").stat().st_size
    return BESIDE + 2 * models.whisper_path(settings.model).stat().st_size


def memory() -> float:
    """Bytes of memory of this machine, 0 where the system does not tell."""
    if sys.platform == "win32" or "SC_PHYS_PAGES" not in os.sysconf_names:
        return 0.0
    return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


def gigabytes(size: float) -> str:
    return f"{size / 1e9:.1f} GB" if size < 1e10 else f"{size / 1e9:.0f} GB"
