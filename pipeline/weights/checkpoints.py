"""Checkpoints as openai-whisper writes them: loaded, and what a file beside one adds."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from pipeline.errors import ConfigError, MissingDependency

OFFICIAL = {
    (80, 384, 4): "tiny",
    (80, 512, 6): "base",
    (80, 768, 12): "small",
    (80, 1024, 24): "medium",
    (80, 1280, 32): "large-v2",
    (128, 1280, 32): "large-v3",
    (128, 1280, 4): "turbo",
}
"""(mel bands, width, text layers) of the published models: a fine-tuned one keeps their alignment heads"""

Heads = tuple[tuple[int, int], ...]


class Sidecar(msgspec.Struct, frozen=True):
    """`<model>.json` beside a checkpoint of one's own: what the checkpoint does not say."""

    alignment_heads: Heads = ()
    """(layer, head) of the decoder whose attention follows the speech"""


def load(path: Path) -> Any:
    """The model in an openai-whisper checkpoint: {dims, model_state_dict}. Raises MissingDependency."""
    import torch
    from whisper.model import ModelDimensions, Whisper

    try:
        checkpoint = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        with untouched():
            model = Whisper(ModelDimensions(**checkpoint["dims"]))
        state = {name: tensor.float() for name, tensor in checkpoint["model_state_dict"].items()}
        model.load_state_dict(state, assign=True)
    except (pickle.UnpicklingError, RuntimeError, KeyError, TypeError, EOFError, OSError) as error:
        raise MissingDependency(
            f"{path.name} is no checkpoint of openai-whisper, or it is damaged.",
            "Run `interviews models verify`; fetch or import the model again, or name another one under `transcribe:` "
            "in study.yaml.",
        ) from error
    return model.eval().requires_grad_(False)


@contextmanager
def untouched() -> Iterator[None]:
    """Layers made inside have no first weights: memory that nobody wrote to is none, and the weights come from a file.

    The device "meta" would do the same, at 130 MB and a second for the modules that it imports.
    """
    from torch import nn

    kinds = (nn.Linear, nn.Conv1d, nn.Embedding, nn.LayerNorm)
    stock = [(kind, kind.reset_parameters) for kind in kinds]
    try:
        for kind in kinds:
            setattr(kind, "reset_parameters", lambda _layer: None)  # noqa: B010
        yield
    finally:
        for kind, method in stock:
            setattr(kind, "reset_parameters", method)  # noqa: B010


def sidecar(path: Path) -> Sidecar:
    """What `<model>.json` says, where it is there. Raises ConfigError."""
    try:
        return msgspec.json.decode(path.with_suffix(".json").read_bytes(), type=Sidecar)
    except FileNotFoundError:
        return Sidecar()
    except (OSError, msgspec.DecodeError):
        raise ConfigError(
            f"{path.with_suffix('.json').name}, beside the whisper model, cannot be read.",
            'It should look like {"alignment_heads": [[2, 0], [2, 1]]}.',
        ) from None
