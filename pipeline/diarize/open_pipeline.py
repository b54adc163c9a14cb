"""Who speaks when with models that need no account: pyannote's segmentation-3.0, CAM++, and a clustering of our own.

Segmentation tells up to three people apart within a window of ten seconds; windows begin a second apart, so that each
moment is judged ten times. It often takes two voices for one person where they are alike, but it hears every pause: so
CAM++ makes a vector of each run without a pause in every few windows, the vectors are put into groups, and the runs of
the other windows follow those that lie at the same time. The track is read window by window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pipeline.diarize import clusters, windows
from pipeline.errors import MissingDependency
from pipeline.media import ffmpeg, speech
from pipeline.weights import open_diarization

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

    from pipeline.diarize.windows import Grid, Run, Talking

    Vector = NDArray[np.float32]

STEP = 1.0
"""seconds between the beginnings of two windows"""
EVERY = 2
"""of so many windows one is given to CAM++, by far the slower network"""
BATCH = 8
"""windows that a thread gives to segmentation at once: more are not faster on a processor, and take more memory"""
ENOUGH = 0.5
"""seconds of a run that must be heard alone; with less, what others say at the same time is taken too"""
SHORTEST = 0.1
"""seconds: less speech makes no vector …"""
LEAST = 0.3
"""… and so many are needed by the network: shorter speech is given to it several times over"""
ROUND = 10
"""frames: speech is cut to a multiple of so many, as torch prepares itself anew for each length it has not seen"""
SHIFT = 0.01
"""seconds from one frame of CAM++'s input to the next"""

Work = TypeVar("Work")
Made = TypeVar("Made")


class Output(NamedTuple):
    """The parts of a pipeline's answer that are read here, by pyannote's names."""

    speaker_diarization: Any
    exclusive_speaker_diarization: Any
    speaker_embeddings: NDArray[np.float64] | None


class Networks(NamedTuple):
    segmentation: Any
    """pyannote's PyanNet"""
    embedding: Any
    """CamPlusPlus"""
    device: torch.device


def load(folder: Path, sources: tuple[open_diarization.Source, ...] = open_diarization.SOURCES) -> OpenPipeline:
    """The pipeline of a folder, on the GPU where there is one; weights other than `sources` are refused.

    With `sources` () they need only be what the folder itself says. Raises MissingDependency.
    """
    import torch

    content = open_diarization.opened(folder, sources)
    try:
        built = segmentation(content.config["segmentation"]), embedding(content.config["embedding"])
        for network, tensors in zip(built, (content.segmentation, content.embedding), strict=True):
            network.load_state_dict(tensors)
    except (KeyError, TypeError, RuntimeError) as error:
        raise MissingDependency(
            f"The speaker models of {folder} do not fit their configuration ({type(error).__name__}).",
            open_diarization.AGAIN,
        ) from error
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    for network in built:
        network.eval().requires_grad_(False).to(device)
    built[1].head.to(memory_format=torch.channels_last)  # a fifth faster
    return OpenPipeline(Networks(*built, device))


def segmentation(config: Mapping[str, Any]) -> Any:
    """An empty PyanNet of the configured size."""
    from pyannote.audio.core.task import Problem, Resolution, Specifications
    from pyannote.audio.models.segmentation import PyanNet

    network = PyanNet(lstm={"bidirectional": True, "monolithic": True, **config["lstm"]}, linear=config["linear"])
    network.specifications = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION,
        resolution=Resolution.FRAME,
        duration=config["seconds"],
        classes=[f"speaker#{number + 1}" for number in range(config["people"])],
        powerset_max_classes=config["at_once"],
        permutation_invariant=True,
    )
    network.build()  # type: ignore[no-untyped-call]
    return network


def embedding(config: Mapping[str, Any]) -> Any:
    """An empty CAM++ of the configured size."""
    from pipeline.diarize.campplus import CamPlusPlus, Shape

    blocks = tuple((int(layers), int(dilation)) for layers, dilation in config["blocks"])
    return CamPlusPlus(Shape(**{**config, "blocks": blocks}))


class OpenPipeline:
    """Both networks, and what is made of their answers."""

    def __init__(self, networks: Networks) -> None:
        self.networks = networks
        network = networks.segmentation
        field = network.receptive_field
        seconds = network.specifications.duration
        self.size = round(seconds * speech.RATE)
        """samples of a window"""
        frames = network.num_frames(self.size)
        self.grid: Grid = windows.Grid(seconds, STEP, frames, field.step, field.duration / 2)

    def __call__(self, flac: Path, least: int | None, most: int | None, hook: Callable[..., None]) -> Output:
        """Who speaks when in a decoded track; `hook` is told how far each step is, as pyannote tells it."""
        talking = self.talking(flac, partial(hook, "segmentation", None))
        vectors = self.vectors(flac, talking, partial(hook, "embeddings", None))
        seconds = [self.alone(talking, run) for run in vectors]
        times = self.grid.seconds / (EVERY * self.grid.step)
        groups = clusters.grouped(list(vectors.values()), seconds, times, (least or 1, most or clusters.MOST))
        known = dict(zip(vectors, groups.of, strict=True))
        heard = windows.joined(talking, known, self.grid)
        return Output(
            windows.annotation(heard.talking, self.grid),
            windows.annotation(heard.alone, self.grid),
            groups.centroids[heard.groups],
        )

    def talking(self, flac: Path, told: Callable[..., None]) -> Talking:
        """Who talks in each window: the louder class of each frame, as people."""
        import numpy as np
        import torch
        from pyannote.audio.utils.powerset import Powerset

        network, device = self.networks.segmentation, self.networks.device
        told_of = network.specifications
        powerset: Any = Powerset(len(told_of.classes), told_of.powerset_max_classes)
        people = powerset.mapping.bool().numpy()
        count = self.grid.count(samples(flac) / speech.RATE)

        def work(first: int) -> Talking:
            given = np.empty((min(BATCH, count - first), self.size), dtype=np.float32)
            for number in range(len(given)):
                given[number] = self.sound(flac, first + number)
            with torch.inference_mode():
                likeliest = network(torch.from_numpy(given)[:, None].to(device)).argmax(dim=-1)
            found: Talking = people[likeliest.cpu().numpy()]
            return found

        return np.concatenate(list(self.worked(work, range(0, count, BATCH), told)))

    def sound(self, flac: Path, window: int) -> NDArray[np.float32]:
        """One window's samples, filled up with silence at the end of the track."""
        import numpy as np

        begin = window * self.grid.step
        found = ffmpeg.read(flac, begin, begin + self.grid.seconds)
        return np.pad(found, (0, self.size - len(found)))

    def vectors(self, flac: Path, talking: Talking, told: Callable[..., None]) -> dict[Run, Vector]:
        """What CAM++ makes of each run of every few windows."""
        import numpy as np
        import torch
        from torchaudio.compliance import kaldi

        network, device = self.networks.embedding, self.networks.device
        second = self.grid.frames / self.grid.seconds

        def work(window: int) -> list[tuple[Run, Vector]]:
            people = talking[window]
            sound = torch.from_numpy(self.sound(flac, window))[None]
            bands = kaldi.fbank(sound, num_mel_bins=80, sample_frequency=speech.RATE, dither=0.0)
            frame = np.minimum((np.arange(len(bands)) * SHIFT * second).astype(int), self.grid.frames - 1)
            found = []
            for run in windows.runs(talking, window, self.grid):
                own = bands[torch.from_numpy(heard_in(people, run, ENOUGH * second)[frame])]
                if len(own) * SHIFT >= SHORTEST:
                    own = own.repeat(max(1, ceil(LEAST / SHIFT / len(own))), 1)
                    own = own[: len(own) // ROUND * ROUND]
                    with torch.inference_mode():
                        vector = network((own - own.mean(dim=0))[None].to(device))[0]
                    found.append((run, vector.cpu().numpy()))
            return found

        last = len(talking) - 1
        numbers = [number for number in range(last + 1) if number % EVERY == 0 or number == last]
        numbers = [number for number in numbers if talking[number].any()]
        return dict(one for made in self.worked(work, numbers, told) for one in made)

    def alone(self, talking: Talking, run: Run) -> float:
        """Seconds of a run in which nobody else talks."""
        people = talking[run.window, run.begin : run.end]
        return int((people[:, run.person] & (people.sum(axis=1) < 2)).sum()) * self.grid.frame

    def worked(self, work: Callable[[Work], Made], items: Sequence[Work], told: Callable[..., None]) -> Iterator[Made]:
        """`work` on each item, in order, by as many threads as torch may use, each of which counts on its own.

        A thread alone with its window is faster than several that share one, and its result never depends on how many
        there are.
        """
        import torch

        threads = torch.get_num_threads() if self.networks.device.type == "cpu" else 1
        torch.set_num_threads(1)
        try:
            with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
                for done, made in enumerate(pool.map(work, items), 1):
                    told(total=len(items), completed=done)
                    yield made
        finally:
            torch.set_num_threads(threads)


def heard_in(people: NDArray[np.bool_], run: Run, enough: float) -> NDArray[np.bool_]:
    """The frames of a window that show a run's voice: where nobody else talks, if those are `enough`, else all."""
    import numpy as np

    mask = np.zeros(len(people), dtype=bool)
    mask[run.begin : run.end] = people[run.begin : run.end, run.person]
    alone: NDArray[np.bool_] = mask & (people.sum(axis=1) < 2)
    return alone if alone.sum() >= enough else mask


def samples(flac: Path) -> int:
    """Length of a decoded track."""
    import soundfile

    count: int = soundfile.info(flac).frames
    return count
