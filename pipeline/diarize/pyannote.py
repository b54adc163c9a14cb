"""Who speaks when, heard from mixed audio by pyannote.audio: networks from a local folder, no telemetry, no network."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import structs

from pipeline.errors import InterviewsError, MissingDependency, RecordingError
from pipeline.media import speech
from pipeline.model import Diarization, Recording, Segment, Voice
from pipeline.weights import models, open_diarization
from pipeline.weights.catalogue import COMMUNITY

if TYPE_CHECKING:
    import torch

GHOST_SHARE = 0.02
"""a voice with less of all speech than this …"""
GHOST_TURN = 2.0
"""… and no turn this long (seconds) is a cough or an echo, not a person"""
STEPS = {"segmentation": (0.0, 0.3), "embeddings": (0.3, 0.95)}
"""where each slow step of the network begins and ends, as a share of the whole"""


class Bounds(NamedTuple):
    """How many people may speak; None leaves it to the clustering."""

    least: int | None
    most: int | None


def unheard(_share: float) -> None:
    """Progress that nobody follows."""


class Weights(NamedTuple):
    """Which speaker models are used, and where they lie."""

    name: str
    """as the catalogue has it, or the name of a folder of one's own"""
    folder: Path
    open: bool
    """whether it is our own conversion of models that need no account, and not pyannote's community-1"""


def located(model: str) -> Weights:
    """A model given by name or as a path; BEST: community-1, else the open one. Raises MissingDependency."""
    if model == COMMUNITY:
        return Weights(model, models.pyannote_path(), False)
    if model == OPEN:
        return Weights(model, _open(models.home() / OPEN), True)
    if model != BEST:
        folder = Path(model).expanduser()
        is_open = (folder / open_diarization.SAID).is_file()
        return Weights(folder.name, _open(folder) if is_open else models.pyannote_path(model), is_open)
    try:
        return located(COMMUNITY)
    except MissingDependency:
        with suppress(MissingDependency):
            return located(OPEN)
        raise MissingDependency(f"No speaker models are installed in {models.home()}.", FETCH) from None


def _open(folder: Path) -> Path:
    """The folder, if it is whole. Raises MissingDependency."""
    lacking = [name for name in open_diarization.files() if not (folder / name).is_file()]
    if lacking:
        raise MissingDependency(
            f"The speaker models that need no account are not whole: {folder} lacks {', '.join(lacking)}.", FETCH
        )
    return folder


BEST, OPEN = "best", "open"
"""settings: the best models that are here; those that need no account"""
FETCH = (
    "Run `interviews models fetch open` (no account needed), or `interviews models fetch community-1` (needs "
    "HF_TOKEN), or bring a folder from another machine with `interviews models import FOLDER`."
)


class Loaded(NamedTuple):
    """A pipeline, ready to listen."""

    model: str
    pipeline: Any
    """pyannote's SpeakerDiarization, or OpenPipeline"""


def load(model: str) -> Loaded:
    """The diarization pipeline of a model's folder, on the GPU where there is one. Raises MissingDependency."""
    weights = located(model)
    with _private():
        if weights.open:
            from pipeline.diarize import open_pipeline

            pinned = open_diarization.SOURCES if model in (BEST, OPEN) else ()
            return Loaded(weights.name, open_pipeline.load(weights.folder, pinned))
        return Loaded(weights.name, _community(weights.folder))


def _community(folder: Path) -> Any:
    """pyannote's own pipeline. Raises MissingDependency."""
    import torch
    from pyannote.audio import Pipeline

    try:
        pipeline = Pipeline.from_pretrained(folder)
    except InterviewsError:
        raise
    except Exception as error:
        raise MissingDependency(
            f"The speaker models are there but cannot be loaded ({type(error).__name__}).", IMPORT_AGAIN
        ) from error
    if pipeline is None:
        raise MissingDependency("The speaker models are there but hold no pipeline.", IMPORT_AGAIN)
    if torch.cuda.is_available():
        pipeline.to(torch.device("cuda"))
    return pipeline


IMPORT_AGAIN = (
    "Fetch them again with `interviews models fetch community-1` (needs HF_TOKEN), or copy the whole folder from a "
    "machine that has it: `interviews models import FOLDER`."
)


@contextmanager
def _private() -> Iterator[None]:
    """pyannote imported and run without telemetry, hub or warnings, which could quote a path."""
    os.environ["PYANNOTE_METRICS_ENABLED"] = "0"
    os.environ["HF_HUB_OFFLINE"] = "1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def diarize(
    loaded: Loaded, recording: Recording, audio: Path, bounds: Bounds, heard: Callable[[float], None]
) -> Diarization:
    """Segments of the mixed track; `heard` is told the share done."""
    return diarize_track(loaded, audio / f"{mixed(recording)}.flac", bounds, heard)


def diarize_track(loaded: Loaded, flac: Path, bounds: Bounds, heard: Callable[[float], None] = unheard) -> Diarization:
    """Segments of one decoded track."""
    from pipeline.diarize.open_pipeline import OpenPipeline

    pipeline, hook = loaded.pipeline, _hook(heard)
    with _private():
        if isinstance(pipeline, OpenPipeline):
            output: Any = pipeline(flac, bounds.least, bounds.most, hook)
        else:
            output = pipeline(
                {"waveform": waveform(flac), "sample_rate": speech.RATE, "uri": flac.stem},
                min_speakers=bounds.least,
                max_speakers=bounds.most,
                hook=hook,
            )
    found = structs.replace(from_output(output), model=loaded.model)
    heard(1.0)
    return found


def mixed(recording: Recording) -> str:
    """Label of the track in which everybody is heard."""
    together = [track for track in recording.tracks if track.kind == "mixed"]
    if together:
        return together[0].label
    if len(recording.tracks) == 1:
        return recording.tracks[0].label
    raise RecordingError(
        "This recording has a track for each participant but none with all of them, so pyannote has nothing to hear.",
        "Set `diarize: {engine: tracks}` in study.yaml, or put Zoom's audio_only.m4a beside the tracks.",
    )


def waveform(flac: Path) -> torch.Tensor:
    """A whole decoded track, (1, samples); five hours are 1.2 GB."""
    import numpy as np
    import torch

    blocks = list(speech.blocks(flac))
    if not blocks:
        raise RecordingError("The recording is empty.", "Check the file, or take the recording out with `ignore:`.")
    return torch.from_numpy(np.concatenate(blocks))[None]


def _hook(heard: Callable[[float], None]) -> Callable[..., None]:
    """pyannote's progress as a share of the whole."""

    def hook(step: str, _artefact: object, total: int | None = None, completed: int | None = None, **_: object) -> None:
        if step in STEPS and total and completed is not None:
            begin, end = STEPS[step]
            heard(round(begin + (end - begin) * completed / total, 3))

    return hook


def from_output(output: Any) -> Diarization:
    """Our types from pyannote's `DiarizeOutput`, ghost voices folded into their neighbours."""
    segments = _segments(output.speaker_diarization)
    single = _segments(output.exclusive_speaker_diarization)
    voices = _voices(output)
    ghosts = _ghosts(segments)
    real = [segment for segment in segments if segment.speaker not in ghosts]
    return Diarization(
        _folded(segments, real),
        _folded(single, real),
        "pyannote",
        tuple(voice for voice in voices if voice.label not in ghosts),
        tuple(f"ghost-folded:{label}" for label in sorted(ghosts)),
    )


def bridged(found: Diarization, pause: float) -> Diarization:
    """The same, a speaker's pauses of up to so many seconds inside his turn where nobody else speaks in them."""
    return structs.replace(found, segments=_bridged(found.segments, pause), exclusive=_bridged(found.exclusive, pause))


def _bridged(segments: tuple[Segment, ...], pause: float) -> tuple[Segment, ...]:
    """`segments` in order of time; so are those that are returned."""
    made: list[Segment] = []
    last: dict[str, int] = {}
    for segment in segments:
        at = last.get(segment.speaker)
        before = None if at is None else made[at]
        if at is not None and before and segment.start - before.end <= pause:
            others = (made[other].end for name, other in last.items() if name != segment.speaker)
            if all(end <= before.end for end in others):
                made[at] = Segment(before.start, max(before.end, segment.end), segment.speaker)
                continue
        last[segment.speaker] = len(made)
        made.append(segment)
    return tuple(made)


def _segments(annotation: Any) -> list[Segment]:
    """In order of time."""
    found = [
        Segment(round(float(turn.start), 3), round(float(turn.end), 3), str(speaker))
        for turn, _, speaker in annotation.itertracks(yield_label=True)
    ]
    return sorted(found, key=lambda segment: (segment.start, segment.end, segment.speaker))


def _voices(output: Any) -> list[Voice]:
    """One a speaker, with his embedding as a unit vector of three decimals."""
    import numpy as np

    labels = [str(label) for label in output.speaker_diarization.labels()]
    if output.speaker_embeddings is None:
        return [Voice(label) for label in labels]
    rows = np.nan_to_num(np.asarray(output.speaker_embeddings, dtype=np.float64))
    rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    quantised = np.round(rows, 3) + 0.0
    return [Voice(label, "", tuple(row.tolist())) for label, row in zip(labels, quantised, strict=True)]


def _ghosts(segments: list[Segment]) -> set[str]:
    """Labels that hold next to nothing; never all of them."""
    spoken: dict[str, list[float]] = {}
    for segment in segments:
        spoken.setdefault(segment.speaker, []).append(segment.end - segment.start)
    total = sum(sum(lengths) for lengths in spoken.values())
    return {
        label
        for label, lengths in spoken.items()
        if sum(lengths) < GHOST_SHARE * total and max(lengths) < GHOST_TURN and len(spoken) > 1
    }


def _folded(segments: list[Segment], real: list[Segment]) -> tuple[Segment, ...]:
    """Each ghost's segment given to whoever really speaks nearest to it."""

    def nearest(segment: Segment) -> str:
        return min(
            real, key=lambda one: (max(one.start - segment.end, segment.start - one.end, 0.0), one.start)
        ).speaker

    known = {segment.speaker for segment in real}
    return tuple(
        segment if segment.speaker in known else Segment(segment.start, segment.end, nearest(segment))
        for segment in segments
    )
