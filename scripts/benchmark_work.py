"""What a processor can do at most, and how much of it whisper's networks ask for."""

from __future__ import annotations

import time

ARCHITECTURES = {
    "tiny": {"n_audio_state": 384, "n_audio_head": 6, "n_audio_layer": 4},
    "base": {"n_audio_state": 512, "n_audio_head": 8, "n_audio_layer": 6},
    "small": {"n_audio_state": 768, "n_audio_head": 12, "n_audio_layer": 12},
}


def matrix_rate(threads: int) -> float:
    """Billions of multiplications and additions a second that torch reaches on large matrices here."""
    import torch

    torch.set_num_threads(threads)
    one = torch.randn(1500, 1536)
    other = torch.randn(1536, 1536)
    one @ other
    began = time.perf_counter()
    for _ in range(8):
        one @ other
    return 8 * 2 * 1500 * 1536 * 1536 / (time.perf_counter() - began) / 1e9


def encoder_work(architecture: str) -> float:
    """Billions of multiplications and additions that the encoder needs for one window."""
    shape = ARCHITECTURES[architecture]
    width, layers = shape["n_audio_state"], shape["n_audio_layer"]
    layer = 2 * 1500 * 12 * width**2 + 2 * 2 * 1500**2 * width
    return (layers * layer + 2 * 3000 * 3 * 80 * width + 2 * 1500 * 3 * width**2) / 1e9


def decoder_work(architecture: str) -> float:
    """Billions of multiplications and additions that the decoder needs for one token."""
    shape = ARCHITECTURES[architecture]
    width, layers = shape["n_audio_state"], shape["n_audio_layer"]
    return 2 * (layers * (14 * width**2 + 2 * 1500 * width) + 51865 * width) / 1e9
