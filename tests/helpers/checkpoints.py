"""Small randomly initialised checkpoints in openai-whisper's own format, for tests that need no real weights."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

DIMS = {
    "n_mels": 80,
    "n_audio_ctx": 1500,
    "n_audio_state": 64,
    "n_audio_head": 2,
    "n_audio_layer": 2,
    "n_vocab": 51865,
    "n_text_ctx": 448,
    "n_text_state": 64,
    "n_text_head": 2,
    "n_text_layer": 2,
}


def save_whisper(path: Path, tokens: int = 24, seed: int = 0, **dims: int) -> Path:
    """Write a checkpoint of the real architecture that babbles and ends each text after about `tokens` tokens.

    All weights are random, but that only Russian word tokens have an embedding, and that the position embedding leans
    more and more towards the end of the text.
    """
    import torch

    torch.manual_seed(seed)
    model = babbling(DIMS | dims, tokens)
    torch.save({"dims": DIMS | dims, "model_state_dict": model.state_dict()}, path)
    return path


def babbling(dims: dict[str, int], tokens: int) -> Any:
    import torch
    from whisper.model import ModelDimensions, Whisper
    from whisper.tokenizer import get_tokenizer

    model = Whisper(ModelDimensions(**dims))
    width = dims["n_text_state"]
    tokenizer = get_tokenizer(True)
    words = [token for token in range(tokenizer.eot) if re.fullmatch(r" [а-яё]{3,}", tokenizer.decode([token]))]
    end = torch.tensor([1.0, -1.0]).repeat(width // 2)
    ramp = (torch.arange(dims["n_text_ctx"]) / (4 + tokens)).clamp(max=4) ** 8
    with torch.no_grad():
        embedding = model.decoder.token_embedding.weight
        embedding -= (embedding @ end)[:, None] * end / width
        spoken = embedding[words].clone()
        embedding.zero_()
        embedding[words] = spoken
        embedding[tokenizer.eot] = end
        wander = 3 * torch.randn(dims["n_text_ctx"], width)
        model.decoder.positional_embedding.copy_(wander + 3 * ramp[:, None] * end)
        for block in model.decoder.blocks:
            block.cross_attn.out.weight *= 3
    return model
