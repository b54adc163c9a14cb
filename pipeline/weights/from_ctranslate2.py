"""CTranslate2's form of a whisper model taken back to openai-whisper's: the opposite of convert.py.

Nothing of the file is run: it is a list of named arrays (CTranslate2's `model_spec.py` writes it).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import MissingDependency

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Arrays = Mapping[str, NDArray[Any]]

KINDS = {0: "float32", 1: "int8", 2: "int16", 3: "int32", 4: "float16"}
"""CTranslate2's numbers for types of values; others (bfloat16) are of no use here"""
COMPUTED = "encoder.positional_embedding"
"""sines that whisper computes by itself: no weight"""
NORMS = {"attn_ln": "self_attention/layer_norm", "cross_attn_ln": "attention/layer_norm", "mlp_ln": "ffn/layer_norm"}
MAPS = {
    "attn.out": "self_attention/linear_1",
    "cross_attn.out": "attention/linear_2",
    "mlp.0": "ffn/linear_0",
    "mlp.2": "ffn/linear_1",
}
FUSED = {
    "self_attention/linear_0": ("attn.query", "attn.key", "attn.value"),
    "attention/linear_0": ("cross_attn.query",),
    "attention/linear_1": ("cross_attn.key", "cross_attn.value"),
}
"""linear maps of one input, which CTranslate2 keeps as one"""


def arrays(file: Path) -> dict[str, NDArray[Any]]:
    """Every array of a model.bin by its name, as views of the file. Raises MissingDependency for anything else."""
    import numpy as np

    try:
        data = np.memmap(file, np.uint8, "r").data
        reader = Reader(data)
        reader.number("I")  # version of the format
        if reader.text() != "WhisperSpec":
            raise ValueError
        reader.number("I")  # revision of the specification
        found = {}
        for _ in range(reader.number("I")):
            name = reader.text()
            shape = tuple(reader.number("I") for _ in range(reader.number("B")))
            kind = np.dtype(KINDS[reader.number("B")])
            values = np.frombuffer(reader.bytes(reader.number("I")), kind)
            found[name] = values.reshape(shape)
        for _ in range(reader.number("I")):  # arrays that equal another one are kept once
            name = reader.text()
            found[name] = found[reader.text()]
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise MissingDependency(
            f"{file.name} is no whisper model in CTranslate2's form, or it is damaged.",
            "Fetch it again, or bring it again from where it came.",
        ) from error
    return found


class Reader:
    """Numbers, texts and bytes one after the other."""

    def __init__(self, data: memoryview) -> None:
        self.data, self.at = data, 0

    def bytes(self, count: int) -> memoryview:
        part = self.data[self.at : self.at + count]
        if len(part) < count:
            raise ValueError("the file ends early")
        self.at += count
        return part

    def number(self, kind: str) -> int:
        size = struct.calcsize(kind)
        return int(struct.unpack(f"<{kind}", self.bytes(size))[0])

    def text(self) -> str:
        return bytes(self.bytes(self.number("H"))).rstrip(b"\0").decode("utf-8")


def checkpoint(found: Arrays) -> dict[str, Any]:
    """{dims, model_state_dict} as openai-whisper reads it. Raises MissingDependency where weights are rounded."""
    import torch

    if any(name.endswith("weight_scale") for name in found):
        raise MissingDependency(
            "The model is rounded to 8 bits, and openai-whisper's form cannot be made of it.",
            "Bring the model in float16 or float32.",
        )
    try:
        state = {name: torch.from_numpy(values.copy()) for name, values in weights(found).items()}
        return {"dims": dimensions(found), "model_state_dict": state}
    except (KeyError, IndexError) as error:
        raise MissingDependency(
            "The model lacks layers that every whisper model has.", "Bring the whole model again."
        ) from error


def dimensions(found: Arrays) -> dict[str, int]:
    """The sizes of a whisper network, read off its weights."""
    sound, text = found["encoder/position_encodings/encodings"], found["decoder/position_encodings/encodings"]
    return {
        "n_mels": found["encoder/conv1/weight"].shape[1],
        "n_audio_ctx": sound.shape[0],
        "n_audio_state": sound.shape[1],
        "n_audio_head": int(found["encoder/num_heads"]),
        "n_audio_layer": layers(found, "encoder"),
        "n_vocab": found["decoder/embeddings/weight"].shape[0],
        "n_text_ctx": text.shape[0],
        "n_text_state": text.shape[1],
        "n_text_head": int(found["decoder/num_heads"]),
        "n_text_layer": layers(found, "decoder"),
    }


def layers(found: Arrays, side: str) -> int:
    """How many layers one side has."""
    return len(
        {
            name.split("/")[1]
            for name in found
            if name.startswith(f"{side}/layer_") and "layer_norm/" in name[8:] and name.split("/")[1] != "layer_norm"
        }
    )


def weights(found: Arrays) -> dict[str, NDArray[Any]]:
    """openai-whisper's name of each weight -> its values."""
    made = {
        COMPUTED: found["encoder/position_encodings/encodings"],
        "decoder.positional_embedding": found["decoder/position_encodings/encodings"],
        "decoder.token_embedding.weight": found["decoder/embeddings/weight"],
    }
    for name in ("conv1", "conv2"):
        made |= {f"encoder.{name}.{part}": found[f"encoder/{name}/{part}"] for part in ("weight", "bias")}
    made |= norm(found, "encoder/layer_norm", "encoder.ln_post") | norm(found, "decoder/layer_norm", "decoder.ln")
    for side in ("encoder", "decoder"):
        for number in range(layers(found, side)):
            made |= block(found, f"{side}/layer_{number}", f"{side}.blocks.{number}")
    return made


def norm(found: Arrays, theirs: str, ours: str) -> dict[str, NDArray[Any]]:
    return {f"{ours}.weight": found[f"{theirs}/gamma"], f"{ours}.bias": found[f"{theirs}/beta"]}


def block(found: Arrays, theirs: str, ours: str) -> dict[str, NDArray[Any]]:
    """One layer; those of the encoder do not attend to the sound."""
    made: dict[str, NDArray[Any]] = {}
    crossed = f"{theirs}/attention/layer_norm/gamma" in found
    for name, path in NORMS.items():
        if crossed or not name.startswith("cross"):
            made |= norm(found, f"{theirs}/{path}", f"{ours}.{name}")
    for name, path in MAPS.items():
        if crossed or not name.startswith("cross"):
            made |= {f"{ours}.{name}.{part}": found[f"{theirs}/{path}/{part}"] for part in ("weight", "bias")}
    for path, names in FUSED.items():
        if crossed or path.startswith("self"):
            made |= parted(found, f"{theirs}/{path}", [f"{ours}.{name}" for name in names])
    return made


def parted(found: Arrays, theirs: str, names: list[str]) -> dict[str, NDArray[Any]]:
    """Maps that CTranslate2 keeps as one; whisper's keys have no bias."""
    import numpy as np

    made = {}
    both = (np.split(found[f"{theirs}/{part}"], len(names)) for part in ("weight", "bias"))
    for name, weight, bias in zip(names, *both, strict=True):
        made[f"{name}.weight"] = weight
        if not name.endswith(".key"):
            made[f"{name}.bias"] = bias
    return made


def digest(state: Mapping[str, Any]) -> str:
    """sha256 of a network's weights: the same whatever file and whichever form they came in.

    Over each weight's name, shape and values as float32, by name; `state` holds tensors or arrays.
    """
    import numpy as np

    summed = hashlib.sha256()
    for name in sorted(state):
        if name != COMPUTED:
            values: NDArray[np.float32] = np.ascontiguousarray(np.asarray(state[name], np.float32))
            summed.update(f"{name} {values.shape}\n".encode())
            summed.update(values.tobytes())
    return summed.hexdigest()
