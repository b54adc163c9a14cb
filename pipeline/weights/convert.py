"""openai-whisper's checkpoint in the form that CTranslate2 and faster-whisper read, made here and nowhere fetched."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import ConfigError, MissingDependency
from pipeline.model import Tell
from pipeline.weights import download, models
from pipeline.weights.catalogue import name_of
from pipeline.weights.checkpoints import OFFICIAL, load, sidecar

if TYPE_CHECKING:
    import torch

MERGED = 10**9
"""rank of a token that is no merge of others"""


def convert(model: str, tell: Tell) -> Path:
    """Write `<model>.ct2` into the folder for weights, whole or not at all, and return it.

    Raises MissingDependency where the checkpoint is absent or damaged, the package missing, or the disk full.
    """
    source = models.whisper_path(model)
    digest = models.trusted(source)
    made = models.home() / f"{source.stem}.ct2"
    partial = made.with_name(made.name + ".partial")
    with models.locked():
        shutil.rmtree(partial, ignore_errors=True)
        try:
            download.room(models.home(), 2 * source.stat().st_size)
            partial.mkdir()
            tell(made.name, 0.1)
            write(source, digest, partial)
            tell(made.name, 0.9)
            shutil.rmtree(made, ignore_errors=True)
            partial.replace(made)
            for name in models.CONVERTED:
                models.note(made / name, models.sha256(made / name))
        except OSError as error:
            raise download.unwritable(models.home(), error) from error
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    tell(made.name, 1.0)
    return made


def write(source: Path, digest: str, folder: Path) -> None:
    """All files of a converted model."""
    try:
        import ctranslate2  # noqa: F401
    except ImportError:
        raise MissingDependency(
            "The package faster-whisper, which brings CTranslate2, is not installed.",
            'Run `pip install "interviews[fast]"`.',
        ) from None
    from whisper.tokenizer import get_tokenizer

    model = load(source)
    tokenizer = get_tokenizer(
        model.is_multilingual, num_languages=model.num_languages, language="ru", task="transcribe"
    )
    if not model.is_multilingual:
        raise ConfigError("The whisper model knows English only.", "Convert a model without `.en`.")
    spec = specification(model)
    spec.register_vocabulary(vocabulary(tokenizer, model.dims.n_vocab))
    spec.config.alignment_heads = heads(model, source, digest)
    spec.config.lang_ids = list(tokenizer.all_language_tokens)
    spec.config.suppress_ids = suppressed(tokenizer)
    spec.config.suppress_ids_begin = [*tokenizer.encode(" "), tokenizer.eot]
    spec.validate()
    spec.optimize(quantization="float16" if in_half(source) else None)
    spec.save(str(folder))
    put(folder / "tokenizer.json", tokenizer_json(tokenizer, model.dims.n_vocab))
    size = {"text_layers": model.dims.n_text_layer, "text_width": model.dims.n_text_state}
    put(folder / "preprocessor_config.json", {"feature_size": model.dims.n_mels, "source_sha256": digest, **size})
    for file in folder.iterdir():
        with file.open("rb") as written:
            os.fsync(written.fileno())


def in_half(source: Path) -> bool:
    """Whether a checkpoint keeps its weights in 16 bits, as the published ones do."""
    import torch

    state = torch.load(source, map_location="cpu", weights_only=True, mmap=True)["model_state_dict"]
    found: bool = state["decoder.token_embedding.weight"].dtype == torch.float16
    return found


def put(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def suppressed(tokenizer: Any) -> list[int]:
    """Tokens that no text may hold: what whisper.decode suppresses by itself."""
    control = ("transcribe", "translate", "sot", "sot_prev", "sot_lm", "no_speech")
    return sorted({*tokenizer.non_speech_tokens, *(getattr(tokenizer, name) for name in control)})


def heads(model: Any, source: Path, digest: str) -> list[tuple[int, int]]:
    """The attention heads that follow the speech: by the sidecar, whisper's table, or whisper's own default."""
    import whisper

    dims = model.dims
    official = name_of(digest) or OFFICIAL.get((dims.n_mels, dims.n_text_state, dims.n_text_layer), "")
    stated = sidecar(source).alignment_heads
    if stated:
        return [(layer, head) for layer, head in stated]
    if official in whisper._ALIGNMENT_HEADS:
        model.set_alignment_heads(whisper._ALIGNMENT_HEADS[official])
    pairs: torch.Tensor = model.alignment_heads.indices().T
    return [(int(layer), int(head)) for layer, head in pairs]


def specification(model: Any) -> Any:
    """CTranslate2's description of the network, filled from the checkpoint's tensors."""
    from ctranslate2.specs import WhisperSpec

    dims, state = model.dims, model.state_dict()
    spec = WhisperSpec(dims.n_audio_layer, dims.n_audio_head, dims.n_text_layer, dims.n_text_head)
    for name in ("conv1", "conv2"):
        linear(getattr(spec.encoder, name), state, f"encoder.{name}")
    spec.encoder.position_encodings.encodings = state["encoder.positional_embedding"].numpy()
    norm(spec.encoder.layer_norm, state, "encoder.ln_post")
    spec.decoder.embeddings.weight = state["decoder.token_embedding.weight"].numpy()
    spec.decoder.projection.weight = state["decoder.token_embedding.weight"].numpy()
    spec.decoder.position_encodings.encodings = state["decoder.positional_embedding"].numpy()
    norm(spec.decoder.layer_norm, state, "decoder.ln")
    for side in ("encoder", "decoder"):
        for number, layer in enumerate(getattr(spec, side).layer):
            block(layer, state, f"{side}.blocks.{number}")
    return spec


def block(layer: Any, state: Mapping[str, torch.Tensor], name: str) -> None:
    """One layer: attention to itself, to the sound (decoder alone), and two linear maps."""
    norm(layer.self_attention.layer_norm, state, f"{name}.attn_ln")
    fused(layer.self_attention.linear[0], state, f"{name}.attn", ("query", "key", "value"))
    linear(layer.self_attention.linear[1], state, f"{name}.attn.out")
    if f"{name}.cross_attn.out.weight" in state:
        norm(layer.attention.layer_norm, state, f"{name}.cross_attn_ln")
        fused(layer.attention.linear[0], state, f"{name}.cross_attn", ("query",))
        fused(layer.attention.linear[1], state, f"{name}.cross_attn", ("key", "value"))
        linear(layer.attention.linear[2], state, f"{name}.cross_attn.out")
    norm(layer.ffn.layer_norm, state, f"{name}.mlp_ln")
    linear(layer.ffn.linear_0, state, f"{name}.mlp.0")
    linear(layer.ffn.linear_1, state, f"{name}.mlp.2")


def linear(spec: Any, state: Mapping[str, torch.Tensor], name: str) -> None:
    spec.weight = state[f"{name}.weight"].numpy()
    spec.bias = state[f"{name}.bias"].numpy()


def norm(spec: Any, state: Mapping[str, torch.Tensor], name: str) -> None:
    spec.gamma = state[f"{name}.weight"].numpy()
    spec.beta = state[f"{name}.bias"].numpy()


def fused(spec: Any, state: Mapping[str, torch.Tensor], name: str, parts: tuple[str, ...]) -> None:
    """Several linear maps of one input as one; whisper's keys have no bias."""
    import torch

    weights_of = [state[f"{name}.{part}.weight"] for part in parts]
    biases = [
        state.get(f"{name}.{part}.bias", torch.zeros(weight.shape[0]))
        for part, weight in zip(parts, weights_of, strict=True)
    ]
    spec.weight = torch.cat(weights_of).numpy()
    spec.bias = torch.cat(biases).numpy()


def letter_of() -> dict[int, str]:
    """GPT-2's letter for each byte: bytes that print stand for themselves, the others for letters from 256 on."""
    printing = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printing]
    return {byte: chr(byte) for byte in printing} | {byte: chr(256 + n) for n, byte in enumerate(others)}


def written(token: bytes, letters: Mapping[int, str]) -> str:
    return "".join(letters[byte] for byte in token)


def vocabulary(tokenizer: Any, size: int) -> list[str]:
    """Every token as CTranslate2 names it, by number. Two control tokens go by the names Hugging Face gave them."""
    letters, encoding = letter_of(), tokenizer.encoding
    special = {number: name for name, number in encoding._special_tokens.items()}
    special[tokenizer.no_speech] = "<|nocaptions|>"
    return [
        special[number] if number in special else written(encoding.decode_single_token_bytes(number), letters)
        for number in range(size)
    ]


def tokenizer_json(tokenizer: Any, size: int) -> dict[str, Any]:
    """tokenizer.json of Hugging Face's tokenizers: the same byte-pair encoding that tiktoken reads from its table."""
    letters, encoding = letter_of(), tokenizer.encoding
    names = vocabulary(tokenizer, size)
    special = set(encoding._special_tokens.values())
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": number,
                "content": names[number],
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for number in sorted(special)
            if number < size
        ],
        "normalizer": None,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "post_processor": None,
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "",
            "fuse_unk": False,
            "byte_fallback": False,
            "vocab": {name: number for number, name in enumerate(names) if number not in special},
            "merges": [
                f"{written(left, letters)} {written(right, letters)}"
                for left, right in merges(encoding._mergeable_ranks)
            ],
        },
    }


def merges(ranks: Mapping[bytes, int]) -> list[tuple[bytes, bytes]]:
    """The pair that makes each token of more than one byte, in order of rank.

    tiktoken keeps the tokens and not the pairs. A token's pair is what is left when it is taken apart by the table
    itself, with no merge of its own rank or later.
    """
    found = []
    for token, rank in sorted(ranks.items(), key=lambda one: one[1]):
        if len(token) > 1:
            pair = parted(token, rank, ranks)
            if len(pair) == 2:
                found.append((pair[0], pair[1]))
    return found


def parted(token: bytes, limit: int, ranks: Mapping[bytes, int]) -> list[bytes]:
    """A token merged from its bytes by all pairs of a lower rank than `limit`."""
    parts = [bytes([byte]) for byte in token]
    while len(parts) > 2:
        order = [ranks.get(parts[n] + parts[n + 1], MERGED) for n in range(len(parts) - 1)]
        lowest = min(range(len(order)), key=lambda n: order[n])
        if order[lowest] >= limit:
            break
        parts[lowest : lowest + 2] = [parts[lowest] + parts[lowest + 1]]
    return parts
