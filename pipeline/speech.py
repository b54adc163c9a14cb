"""Where a track holds speech: silero-vad over the whole file in bounded memory, behind an energy gate."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import RecordingError

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

RATE = 16_000
"""samples a second of every decoded track"""
FRAME = 512
"""samples that silero-vad judges at once: 32 ms"""
CONTEXT = 64
"""samples of the frame before that silero-vad sees as well"""
BLOCK = 2048 * FRAME
"""samples read and judged together: 65.5 s, 4 MB"""
FLOOR = 10 ** (-65 / 20)
"""root mean square (full scale 1.0) below which a frame cannot be speech: -65 dBFS"""
PAD = 0.03
"""seconds added on both sides of a region, as silero-vad does by default"""

Regions = tuple[tuple[float, float], ...]


def speech_regions(flac: Path, *, threshold: float = 0.5, min_speech: float = 0.1, min_silence: float = 0.1) -> Regions:
    """Speech in a decoded track as (start, end) in seconds: sorted, apart, within the file.

    `threshold` is silero-vad's probability; speech and silence shorter than the two minima (seconds) are ignored.
    Raises RecordingError where the file cannot be read as 16 kHz mono audio.
    """
    samples = 0
    chances: list[float] = []
    with single_threaded():
        from silero_vad.utils_vad import get_speech_timestamps_from_probs

        listener = Listener()
        for block in blocks(flac):
            samples += len(block)
            chances.extend(listener.chances(block))
    spans: list[dict[str, int]] = get_speech_timestamps_from_probs(
        chances,
        sampling_rate=RATE,
        threshold=threshold,
        min_speech_duration_ms=round(1000 * min_speech),
        min_silence_duration_ms=round(1000 * min_silence),
        speech_pad_ms=round(1000 * PAD),
        audio_length_samples=samples,
    )
    return tuple((round(span["start"] / RATE, 3), round(span["end"] / RATE, 3)) for span in spans)


def blocks(flac: Path) -> Iterator[NDArray[np.float32]]:
    """A decoded track, `BLOCK` samples at a time, so that five hours need no more memory than one minute."""
    import soundfile

    try:
        with soundfile.SoundFile(flac) as file:
            if (file.samplerate, file.channels) != (RATE, 1):
                raise RecordingError("A decoded audio track is not 16 kHz mono.", REDO)
            yield from file.blocks(BLOCK, dtype="float32")
    except (soundfile.SoundFileError, OSError) as error:
        raise RecordingError("A decoded audio track is missing or cannot be read.", REDO) from error


REDO = "Remove the recording's `audio` folder in work/ and run again: the tracks are then decoded anew."


@contextmanager
def single_threaded() -> Iterator[None]:
    """One torch thread inside: these networks are too small to share. Importing silero_vad sets one for good."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class Listener:
    """silero-vad with its memory of what came before: feed it consecutive blocks of one track.

    The package judges 32 ms at a time. Only the recurrent cell depends on the frame before, so the layers below and
    above it see a whole block at once here; the probabilities are the same.
    """

    def __init__(self) -> None:
        import torch

        self.model, self.memory = _silero()
        self.context = torch.zeros(CONTEXT)
        self.state = (torch.zeros(1, 1, 128), torch.zeros(1, 1, 128))

    def chances(self, block: NDArray[np.float32]) -> list[float]:
        """Probability of speech for each frame of the block, the last frame filled up with zeros; 0 under the gate."""
        import torch

        samples = torch.from_numpy(block)
        samples = torch.nn.functional.pad(samples, (0, -len(samples) % FRAME))
        frames = samples.view(-1, FRAME)
        befores = torch.cat([self.context[None], frames[:-1, -CONTEXT:]])
        self.context = frames[-1, -CONTEXT:].clone()
        with torch.inference_mode():
            features = self.model.encoder(self.model.run_extractors(torch.cat([befores, frames], dim=1)))
            remembered, self.state = self.memory(features.squeeze(-1)[None], self.state)
            speech = self.model.decoder.decoder(remembered[0].unsqueeze(-1)).flatten()
            loud = frames.square().mean(dim=1).sqrt() >= FLOOR
            found: list[float] = (speech * loud).tolist()
        return found


@lru_cache(maxsize=1)
def _silero() -> tuple[Any, torch.nn.LSTM]:
    """The 16 kHz network from the weights in silero-vad's wheel, and its recurrent cell as a layer over sequences."""
    import silero_vad
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = silero_vad.load_silero_vad(onnx=False)._model
    cell = model.decoder.rnn
    memory = torch.nn.LSTM(cell.weight_ih.shape[1], cell.weight_hh.shape[1], batch_first=True)
    memory.load_state_dict({f"{name}_l0": getattr(cell, name).detach() for name in WEIGHTS})
    return model, memory.eval()


WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
