"""Where a track holds speech: silero-vad over the whole file in bounded memory, behind an energy gate.

The package's network for whole sequences runs in onnxruntime. The package itself is not imported: it brings torch,
which takes half a gigabyte and seconds, and finding speech is all that many a study needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.media import refused
from pipeline.weights import packaged

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 16_000
"""samples a second of every decoded track"""
FRAME = 512
"""samples that silero-vad judges at once: 32 ms"""
CONTEXT = 64
"""samples of the frame before that silero-vad sees as well"""
STATE = 128
"""width of silero-vad's memory"""
BLOCK = 256 * FRAME
"""samples read and judged together: 8 s; longer ones gain no time, and the network needs 30 kB for each frame"""
FLOOR = 10 ** (-65 / 20)
"""root mean square (full scale 1.0) below which a frame cannot be speech: -65 dBFS"""
PAD = round(0.03 * RATE)
"""samples added on both sides of a region, as silero-vad does by default"""
SLACK = 0.15
"""how far below the threshold the probability must fall for speech to end"""

Regions = tuple[tuple[float, float], ...]


def speech_regions(flac: Path, *, threshold: float = 0.5, min_speech: float = 0.1, min_silence: float = 0.1) -> Regions:
    """Speech in a decoded track as (start, end) in seconds: sorted, apart, within the file.

    `threshold` is silero-vad's probability; speech and silence shorter than the two minima (seconds) are ignored.
    Raises RecordingError where the file cannot be read as 16 kHz mono audio.
    """
    return tuple(regions_as_heard(flac, threshold=threshold, min_speech=min_speech, min_silence=min_silence))


def regions_as_heard(
    flac: Path, *, threshold: float = 0.5, min_speech: float = 0.1, min_silence: float = 0.1
) -> Iterator[tuple[float, float]]:
    """The same one by one, each known when the next has ended: whoever reads them need not wait for the whole track."""
    listener, limits = Listener(), (round(min_speech * RATE), round(min_silence * RATE))
    chances = (chance for block in blocks(flac) for chance in listener.chances(block))
    for start, end in spoken(chances, lambda: listener.samples, threshold, *limits):
        yield round(start / RATE, 3), round(end / RATE, 3)


def spoken(
    chances: Iterable[float], samples: Callable[[], int], threshold: float, min_speech: int, min_silence: int
) -> Iterator[tuple[int, int]]:
    """Speech as (start, end) in samples, from the probability of each frame, by silero-vad's own rules.

    `samples` tells the track's length once all chances are taken.
    """

    def found() -> Iterator[tuple[int, int]]:
        begun = fallen = -1
        for at, chance in enumerate(chances):
            now = at * FRAME
            if chance >= threshold:
                begun = now if begun < 0 else begun
                fallen = -1
            elif begun >= 0 and chance < max(threshold - SLACK, 0.01):
                fallen = now if fallen < 0 else fallen
                if now - fallen >= min_silence:
                    yield begun, fallen
                    begun = fallen = -1
        if begun >= 0:
            yield begun, samples()

    return padded((span for span in found() if span[1] - span[0] > min_speech), samples)


def padded(spans: Iterator[tuple[int, int]], samples: Callable[[], int]) -> Iterator[tuple[int, int]]:
    """The spans with a margin on both sides; where two margins would meet, each gets half of what lies between."""
    before = PAD
    one = next(spans, None)
    while one:
        start, end = one
        one = next(spans, None)
        gap = one[0] - end if one else 2 * PAD
        after = gap // 2 if gap < 2 * PAD else PAD
        yield max(0, start - before), min(samples(), end + after)
        before = after


def blocks(flac: Path) -> Iterator[NDArray[np.float32]]:
    """A decoded track, `BLOCK` samples at a time, so that five hours need no more memory than a few seconds."""
    import soundfile

    try:
        with soundfile.SoundFile(flac) as file:
            if (file.samplerate, file.channels) != (RATE, 1):
                raise refused("track-format")
            yield from file.blocks(BLOCK, dtype="float32")
    except (soundfile.SoundFileError, OSError) as error:
        raise refused("track-unreadable") from error


class Listener:
    """silero-vad with its memory of what came before: feed it consecutive blocks of one track."""

    def __init__(self) -> None:
        import numpy as np

        self.model = _silero()
        self.samples = 0
        self.context = np.zeros(CONTEXT, dtype=np.float32)
        self.state = [np.zeros((1, 1, STATE), dtype=np.float32)] * 2

    def chances(self, block: NDArray[np.float32]) -> list[float]:
        """Probability of speech for each frame of the block, the last frame filled up with zeros; 0 under the gate."""
        import numpy as np

        self.samples += len(block)
        frames = np.pad(block, (0, -len(block) % FRAME)).reshape(-1, FRAME)
        befores = np.vstack([self.context, frames[:-1, -CONTEXT:]])
        self.context = frames[-1, -CONTEXT:].copy()
        given = dict(zip(("input", "h", "c"), (np.hstack([befores, frames]), *self.state), strict=True))
        speech, *self.state = self.model.run(None, given)
        loud = np.sqrt(np.square(frames).mean(axis=1)) >= FLOOR
        found: list[float] = (speech * loud).tolist()
        return found


@lru_cache(maxsize=1)
def _silero() -> Any:
    """The 16 kHz network for sequences in silero-vad's wheel, on one thread: it is too small to share."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    network = packaged.folder("silero_vad") / "data" / "silero_vad_16k_sequence.onnx"
    return onnxruntime.InferenceSession(str(network), options, providers=["CPUExecutionProvider"])
