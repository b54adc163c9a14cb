"""The reference engine: openai-whisper over batches of windows, word times from its cross-attention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipeline.errors import ConfigError, MissingDependency
from pipeline.transcribe.decoding import LONGEST, Listener, Reading
from pipeline.transcribe.engine import Heard, Settings, Timed
from pipeline.transcribe.hallucination import Draft
from pipeline.transcribe.machine import available_cores, free_memory
from pipeline.transcribe.whisper_decoder import Sight, Texts, joined, sight
from pipeline.transcribe.word_times import TOKENS_A_SECOND, aligned, pieces, tokenizer, words
from pipeline.weights import checkpoints, models, sources
from pipeline.weights.checkpoints import OFFICIAL, sidecar

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

SEED = 0
MOST = {"cpu": 8, "cuda": 64}
"""windows at once: more gain nothing on a processor, and little on a graphics card"""


def check(settings: Settings) -> None:
    """Raises ConfigError for settings that contradict each other, MissingDependency where the weights are not here."""
    if settings.compute_type == "int8":
        raise ConfigError(
            "`compute_type: int8` is not possible with the engine openai-whisper.",
            "Set `engine: faster-whisper`, or leave `compute_type` at auto.",
        )
    models.whisper_path(settings.model)


def load(settings: Settings) -> OpenAiWhisper:
    """See engine.load."""
    return OpenAiWhisper(settings)


class OpenAiWhisper:
    """A loaded model and how to ask it. Raises MissingDependency where the weights are absent or damaged."""

    def __init__(self, settings: Settings) -> None:
        import torch

        self.settings = settings
        self.path = models.whisper_path(settings.model)
        digest = models.trusted(self.path)
        known = sources.named(self.path, digest)
        self.name = known or f"{self.path.stem} ({digest[:12]})"
        self.weights = sources.told(self.path, digest)
        torch.set_num_threads(settings.threads or available_cores())
        self.device = settings.device if settings.device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
        if self.device == "cuda" and not torch.cuda.is_available():
            raise MissingDependency(
                "The settings ask for `device: cuda`, but torch sees no graphics card.", "Set `device: auto`."
            )
        self.parallel = self.device == "cuda"
        if self.parallel:
            torch.backends.cuda.enable_cudnn_sdp(False)  # it plans anew, for 0.1 s, at every length that a text has
        self.workers = 1
        self.dtype = number(settings.compute_type, self.device)
        self.model = cast(checkpoints.load(self.path), self.dtype).to(self.device)
        self.set_heads(known)
        self.tokenizer = self.tokenizer_of(settings.language)
        if self.model.dims.n_vocab < 51865 and settings.language != "en":
            raise ConfigError(
                "The whisper model knows English only, but the study is in another language.",
                "Choose a model without `.en` under `transcribe:` in study.yaml, such as `model: turbo`.",
            )

    def hear(self, windows: Iterable[NDArray[np.float32]]) -> Iterator[Heard | Exception]:
        """What was said in each window (16 kHz, at most 30 s), in order; a window's result depends on it alone."""
        return Listener(self, self.settings).hear(windows)

    def room(self) -> int:
        """Windows whose keys and values fit in half of the free memory, with the encoder's work on them.

        On a processor these take no more than half of what the weights do, so that whole batches need less memory than
        whisper takes to load its model.
        """
        dims, size = self.model.dims, self.dtype.itemsize
        keys = 2 * dims.n_text_layer * dims.n_text_state * (dims.n_audio_ctx + dims.n_text_ctx) * size
        keys *= 2 if self.device == "cuda" else 1  # there they are joined
        work = 12 * dims.n_audio_ctx * dims.n_audio_state * size + 4 * dims.n_vocab * 4
        beams = self.settings.beam_size
        fits = int(free_memory(self.device) / 2 / ((keys + work) * beams))
        if self.device == "cpu":
            fits = min(fits, round(sum(one.nbytes for one in self.model.parameters()) / 2 / (keys * beams)))
        return max(1, min(MOST[self.device], fits))

    def features(self, samples: NDArray[np.float32]) -> torch.Tensor:
        """Log-mel spectrogram of a window, filled up to 30 s; shape (bands, 3000)."""
        return spectrogram(samples, self.model.dims.n_mels)

    def encoded(self, features: Sequence[torch.Tensor]) -> list[Sight]:
        """What the decoder needs of windows.

        A processor is busy with one window; there each goes alone, and its every digit is the same in any batch.
        """
        import torch

        rows = [features] if self.device == "cuda" else [[one] for one in features]
        made: list[Sight] = []
        with torch.inference_mode():
            for group in rows:
                seen = sight(self.model, self.model.encoder(torch.stack(list(group)).to(self.device, self.dtype)))
                made += seen.each()
        return made

    def guesses(self, encoded: Sequence[Sight]) -> list[dict[str, float]]:
        """Probability of every language for each window."""
        import torch

        if not self.model.is_multilingual:
            return [{"en": 1.0}] * len(encoded)
        codes, tokens = self.tokenizer.all_language_codes, list(self.tokenizer.all_language_tokens)
        with torch.inference_mode():
            texts = Texts(self.model, encoded, 1)
            made = texts.grown(torch.full((len(encoded), 1), self.tokenizer.sot, device=self.device))
            chances = texts.logits(made[:, 0])[:, tokens].softmax(dim=-1).tolist()
        return [dict(zip(codes, row, strict=True)) for row in chances]

    def readings(self, encoded: Sequence[Sight], spoken: str, temperature: float) -> list[Reading]:
        """Decode windows of one language; chance is seeded anew for each call, and the same for all its windows."""
        import torch

        options, limit = self.options(spoken, temperature)
        task = decoding_task(self.model, options)
        with torch.inference_mode(), torch.random.fork_rng(devices=[0] if self.device == "cuda" else []):
            torch.manual_seed(SEED)
            if not options.beam_size:
                return one_by_one(task, encoded)
            results = task.run(torch.cat([one.encoded for one in encoded]))
        eot = self.tokenizer.eot
        return [
            Reading(
                tuple(token for token in result.tokens if token < eot),
                float(result.avg_logprob),
                float(result.no_speech_prob),
                len(result.tokens) < limit,
            )
            for result in results
        ]

    def options(self, spoken: str, temperature: float) -> tuple[Any, int]:
        """Whisper's options, and how many tokens a text may have beside the prompt."""
        from whisper.decoding import DecodingOptions

        prompt = self.settings.expected(spoken)
        taken = len(self.tokenizer.encode(" " + prompt)) + 1 if prompt else 0
        limit = min(LONGEST, self.model.dims.n_text_ctx - min(taken, self.model.dims.n_text_ctx // 2) - 4)
        options = DecodingOptions(
            language=spoken,
            temperature=temperature,
            beam_size=self.settings.beam_size if temperature == 0 and self.settings.beam_size > 1 else None,
            prompt=prompt or None,
            sample_len=limit,
            without_timestamps=True,
            fp16=False,
        )
        return options, limit

    def drill(self, encoded: Sequence[Sight], steps: int) -> None:
        """Decode so many tokens whatever the windows hold, to see how long it takes."""
        import torch

        options, _ = self.options(self.settings.language, 0.0)
        endless = replace(options, sample_len=steps, suppress_tokens=f"-1,{self.tokenizer.eot}")
        with torch.inference_mode():
            one_by_one(decoding_task(self.model, endless), encoded)

    def timed(self, encoded: Sight, seconds: float, draft: Draft) -> tuple[Timed, ...]:
        """The words of a window with their times in it."""
        if not draft.tokens:
            return ()
        tokenizer = self.tokenizer_of(draft.language or self.settings.language)
        positions = round(seconds * 2 * TOKENS_A_SECOND) // 2  # as whisper counts them
        path, chances = aligned(self.model, tokenizer, draft.tokens, encoded, positions)
        return words(pieces(tokenizer, draft.tokens, path, chances), draft.language)

    def tokenizer_of(self, spoken: str) -> Any:
        """Whisper's tokenizer in a language."""
        return tokenizer(self.model.num_languages if self.model.is_multilingual else 0, spoken)

    def set_heads(self, known: str) -> None:
        """Tell the model which attention heads follow the speech: by the settings, the sidecar, or whisper's table."""
        import torch
        import whisper

        dims = self.model.dims
        heads = self.settings.alignment_heads or sidecar(self.path).alignment_heads
        official = known or OFFICIAL.get((dims.n_mels, dims.n_text_state, dims.n_text_layer), "")
        if heads:
            mask = torch.zeros(dims.n_text_layer, dims.n_text_head, dtype=torch.bool)
            try:
                for layer, head in heads:
                    mask[layer, head] = True
            except IndexError:
                raise ConfigError(
                    "`alignment_heads` names a layer or a head that the whisper model does not have.",
                    f"The model has {dims.n_text_layer} layers of {dims.n_text_head} heads, both counted from 0.",
                ) from None
            self.model.register_buffer("alignment_heads", mask.to_sparse().to(self.device), persistent=False)
        elif official in whisper._ALIGNMENT_HEADS:
            self.model.set_alignment_heads(whisper._ALIGNMENT_HEADS[official])
            self.model.to(self.device)


def decoding_task(model: Any, options: Any) -> Any:
    """What `whisper.decode` runs, given encoded windows in any number format, several beams of several windows.

    whisper's own method takes 16 and 32 bit floats, and beams of one window, alone.
    """
    from whisper.decoding import DecodingTask

    class Batch(DecodingTask):  # type: ignore[misc]
        def _get_audio_features(self, mel: torch.Tensor) -> torch.Tensor:
            return mel.repeat_interleave(self.n_group, dim=0) if self.n_group > 1 else mel

        def _detect_language(self, _features: torch.Tensor, tokens: torch.Tensor) -> tuple[list[str], None]:
            return [self.options.language] * len(tokens), None

    return Batch(model, options)


def one_by_one(task: Any, seen: Sequence[Sight]) -> list[Reading]:
    """What whisper's loop makes of windows without beams: a token of each at a time, until each has ended by itself."""
    import torch

    tokenizer, began = task.tokenizer, list(task.initial_tokens)
    together = [joined(seen)] if task.model.device.type == "cuda" else seen
    texts = Texts(task.model, together, len(began) + task.sample_len)
    made = texts.grown(torch.tensor([began] * len(seen), device=task.model.device))
    silence = texts.logits(made[:, task.sot_index]).softmax(dim=-1)[:, tokenizer.no_speech].tolist()
    forbidden = list(task._get_suppress_tokens())
    said: list[list[int]] = [[] for _ in seen]
    sums, going = [0.0] * len(seen), list(range(len(seen)))
    for step in range(task.sample_len):
        logits = texts.logits(made[:, -1])
        logits[:, forbidden + [*tokenizer.encode(" "), tokenizer.eot] * (step == 0)] = -torch.inf
        tokens = drawn(logits, task.options.temperature)
        sure = logits.gather(1, tokens[:, None])[:, 0] - logits.logsumexp(dim=-1)
        for row, token, chance in zip(going, tokens.tolist(), sure.tolist(), strict=True):
            said[row].append(token)
            sums[row] += chance
        left = [at for at, row in enumerate(going) if said[row][-1] != tokenizer.eot]
        if not left or step + 1 == task.sample_len:
            break
        if len(left) < len(going):
            going = [going[at] for at in left]
            texts.keep(left)
            tokens = tokens[left]
        made = texts.grown(tokens[:, None])
    made_of = zip(said, sums, silence, (row[-1] == tokenizer.eot for row in said), strict=True)
    return [
        Reading(tuple(t for t in row if t < tokenizer.eot), total / (len(row) + (not ended)), quiet, ended)
        for row, total, quiet, ended in made_of
    ]


def drawn(logits: torch.Tensor, temperature: float) -> torch.Tensor:
    """The next token of each row: the likeliest, or one by chance, as by Gumbel's noise.

    The noise is of this step and not of a row, so that a window is told the same whatever else is decoded with it.
    """
    import torch

    if temperature == 0:
        return logits.argmax(dim=-1)
    noise = -torch.empty(logits.shape[-1], device=logits.device).exponential_().log()
    return (logits / temperature + noise).argmax(dim=-1)


def number(compute_type: str, device: str) -> torch.dtype:
    """What the model counts in. Raises ConfigError where the processor cannot."""
    import torch

    if compute_type == "auto":
        return torch.float16 if device == "cuda" else torch.float32
    if compute_type == "float16" and device == "cpu":
        raise ConfigError(
            "`compute_type: float16` needs a graphics card with the engine openai-whisper.",
            "Leave `compute_type` at auto, or set `engine: faster-whisper`, which counts in int8 on a processor.",
        )
    chosen: torch.dtype = getattr(torch, compute_type)
    return chosen


def cast(model: Any, dtype: torch.dtype) -> Any:
    """The model with its weights in `dtype` once and for all; whisper would convert them at every step.

    Layer norms stay in 32 bits: whisper computes them so.
    """
    from torch import nn

    for module in model.modules():
        if isinstance(module, nn.Linear | nn.Conv1d | nn.Embedding):
            module.to(dtype)
    return model


def spectrogram(samples: NDArray[np.float32], bands: int) -> torch.Tensor:
    """Log-mel spectrogram of a window, filled up to 30 s with silence; shape (bands, 3000)."""
    import torch
    from whisper.audio import N_SAMPLES, log_mel_spectrogram

    padded = torch.nn.functional.pad(torch.from_numpy(samples), (0, max(0, N_SAMPLES - len(samples))))
    made: torch.Tensor = log_mel_spectrogram(padded[:N_SAMPLES], bands)
    return made
