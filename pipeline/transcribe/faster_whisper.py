"""The fast engine: faster-whisper's CTranslate2, with the windows, features, tokens and checks of the reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from pipeline.errors import ConfigError, MissingDependency
from pipeline.transcribe.decoding import LONGEST, Listener, Reading
from pipeline.transcribe.engine import Heard, Settings, Timed
from pipeline.transcribe.hallucination import Draft
from pipeline.transcribe.machine import available_cores, free_memory
from pipeline.transcribe.windows import RATE
from pipeline.transcribe.word_times import pieces, tokenizer, words
from pipeline.weights import converted, models, sources
from pipeline.weights.checkpoints import Sidecar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CONTEXT, POSITIONS = 448, 1500
"""tokens the decoder sees at most, positions of the encoder's output"""
SAMPLES = 30 * RATE
"""of a window"""
MOST = {"cpu": 8, "cuda": 64}
"""windows at once: more gain nothing"""
BATCH, WORKERS = 3, 4
"""on a processor: windows of a batch, more of which overflow its caches; and batches at once, each on its own cores,
which it fills better than one batch does all of them"""


SECOND_TRIES: tuple[dict[str, Any], ...] = (
    {"beam_size": 5, "no_repeat_ngram_size": 5},
    {"beam_size": 5, "no_repeat_ngram_size": 3, "repetition_penalty": 1.2},
)
"""What takes the place of higher temperatures. CTranslate2 seeds its chance once a thread, so that a text drawn by it
would depend on all windows before; these searches depend on their window alone and cannot loop."""


class Described(msgspec.Struct, frozen=True):
    """`preprocessor_config.json` of a converted model; the defaults are those of the largest."""

    feature_size: int = 80
    source_sha256: str = ""
    """of the checkpoint it was made from"""
    text_layers: int = 32
    text_width: int = 1280


def check(settings: Settings) -> None:
    """Raises MissingDependency where the library or the converted weights are not here."""
    if find_spec("faster_whisper") is None:
        raise MissingDependency(
            "The engine faster-whisper is not installed.",
            'Run `pip install "interviews[fast]"`, or set `engine: openai-whisper` under `transcribe:`.',
        )
    converted.ct2_path(settings.model)


def load(settings: Settings) -> FasterWhisper:
    """See engine.load."""
    return FasterWhisper(settings)


class FasterWhisper:
    """A loaded model and how to ask it. Raises MissingDependency where converted weights are absent or damaged."""

    def __init__(self, settings: Settings) -> None:
        import ctranslate2
        from faster_whisper import WhisperModel
        from faster_whisper.feature_extractor import FeatureExtractor

        self.settings = settings
        self.path = converted.ct2_path(settings.model)
        for name in models.CONVERTED:
            models.trusted(self.path / name)
        self.described = told(self.path / "preprocessor_config.json", Described)
        self.name = converted.known_name(settings.model) or f"{self.path.stem} ({self.described.source_sha256[:12]})"
        self.weights = sources.told(models.home() / f"{self.path.stem}.pt", self.described.source_sha256)
        seen = "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
        self.device = settings.device if settings.device != "auto" else seen
        self.parallel = self.device == "cuda"
        self.at_once = settings.batch_size or self.fits()
        cores = settings.threads or available_cores()
        self.workers, threads = (1, cores) if self.parallel else shared(cores, min(WORKERS, self.at_once))
        self.check_heads()
        try:
            model = WhisperModel(
                str(self.path),
                device=self.device,
                compute_type=number(settings.compute_type, self.device),
                cpu_threads=threads,
                num_workers=self.workers,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise MissingDependency(
                f"The weights in {self.path} cannot be read, or this machine cannot count in `compute_type: "
                f"{settings.compute_type}`.",
                "Leave `compute_type` at auto; if that is so already, remove that folder and run `interviews models "
                "convert` again.",
            ) from error
        self.model = model.model
        self.extractor = FeatureExtractor(feature_size=self.model.n_mels)
        self.tokenizer = self.tokenizer_of(settings.language)

    def hear(self, windows: Iterable[NDArray[np.float32]]) -> Iterator[Heard | Exception]:
        """What was said in each window (16 kHz, at most 30 s), in order; a window's result depends on it alone."""
        return Listener(self, self.settings).hear(windows)

    def fits(self) -> int:
        """Windows whose keys and values fit in half of the free memory."""
        keys = 4 * 2 * self.described.text_layers * self.described.text_width * (POSITIONS + CONTEXT)
        return max(1, min(MOST[self.device], int(free_memory(self.device) / 2 / (2 * keys * self.settings.beam_size))))

    def room(self) -> int:
        """Windows of a worker's batch."""
        return self.at_once if self.parallel else min(BATCH, self.at_once // self.workers)

    def features(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-mel spectrogram of a window, filled up to 30 s with silence; shape (bands, 3000)."""
        import numpy as np

        whole = np.pad(samples[:SAMPLES], (0, max(0, SAMPLES - len(samples))))
        made: NDArray[np.float32] = self.extractor(whole, padding=0)
        return made

    def encoded(self, features: Sequence[NDArray[np.float32]]) -> list[NDArray[Any]]:
        """The encoder's output for windows, each of shape (positions, width); on a processor each goes alone."""
        import ctranslate2
        import numpy as np

        made: list[NDArray[Any]] = []
        for group in [features] if self.device == "cuda" else [[one] for one in features]:
            output = self.model.encode(view(list(group)), to_cpu=True)
            made += list(np.array(output.to(ctranslate2.DataType.float32)))
        return made

    def guesses(self, encoded: Sequence[NDArray[Any]]) -> list[dict[str, float]]:
        """Probability of every language for each window."""
        return [
            {token.strip("<|>"): chance for token, chance in found}
            for found in self.model.detect_language(view(encoded))
        ]

    def readings(self, encoded: Sequence[NDArray[Any]], spoken: str, temperature: float) -> list[Reading]:
        """Decode windows of one language; above temperature 0 by a search that cannot loop."""
        prompt = self.prompt(spoken)
        limit = min(LONGEST, CONTEXT - len(prompt))
        tries = (0.0, *self.settings.temperatures)
        search = {"beam_size": self.settings.beam_size}
        if temperature > 0:
            search = SECOND_TRIES[min(tries.index(temperature), len(SECOND_TRIES)) - 1]
        results = self.model.generate(
            view(encoded),
            [prompt] * len(encoded),
            max_length=length(prompt, limit),
            return_scores=True,
            return_no_speech_prob=True,
            **search,
        )
        return [reading(result, limit, self.tokenizer.eot) for result in results]

    def prompt(self, spoken: str) -> list[int]:
        """What decoding begins with: the study's prompt where it is in the window's language, then the controls."""
        tokenizer = self.tokenizer_of(spoken)
        expected = self.settings.expected(spoken)
        before = [tokenizer.sot_prev, *tokenizer.encode(" " + expected)[-(CONTEXT // 2 - 1) :]] if expected else []
        return [*before, *tokenizer.sot_sequence_including_notimestamps]

    def drill(self, encoded: Sequence[NDArray[Any]], steps: int) -> None:
        """Decode so many tokens whatever the windows hold, to see how long it takes."""
        prompt = self.prompt(self.settings.language)
        self.model.generate(
            view(encoded),
            [prompt] * len(encoded),
            beam_size=self.settings.beam_size,
            max_length=length(prompt, steps),
            suppress_tokens=[-1, self.tokenizer.eot],
        )

    def timed(self, encoded: NDArray[Any], seconds: float, draft: Draft) -> tuple[Timed, ...]:
        """The words of a window with their times in it."""
        if not draft.tokens:
            return ()
        tokenizer = self.tokenizer_of(draft.language or self.settings.language)
        (found,) = self.model.align(
            view([encoded]),
            [*tokenizer.sot_sequence],
            [list(draft.tokens)],
            round(seconds * 100),
            median_filter_width=7,
        )
        return words(pieces(tokenizer, draft.tokens, found.alignments, found.text_token_probs), draft.language)

    def tokenizer_of(self, spoken: str) -> Any:
        """Whisper's tokenizer in a language; its numbers are those of the converted vocabulary."""
        return tokenizer(self.model.num_languages, spoken)

    def check_heads(self) -> None:
        """Raises ConfigError where the settings name other attention heads than the weights were converted with."""
        wanted = self.settings.alignment_heads
        if wanted and set(wanted) != set(told(self.path / "config.json", Sidecar).alignment_heads):
            raise ConfigError(
                "`alignment_heads` are not those that the model was converted with.",
                'Write them as {"alignment_heads": [[2, 0]]} into a .json file beside the .pt file, with the same '
                "name, and run `interviews models convert` again.",
            )


Read = TypeVar("Read", Described, Sidecar)


def told(path: Path, kind: type[Read]) -> Read:
    """A file of a converted model. Raises MissingDependency where it cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError) as error:
        raise MissingDependency(
            f"{path} cannot be read.", "Remove its folder and run `interviews models convert` again."
        ) from error


def shared(cores: int, most: int) -> tuple[int, int]:
    """Workers, at most so many, and the threads of each, so that few cores are left over and none has two threads."""
    threads = -(-cores // most)
    return cores // threads, threads


def length(prompt: Sequence[int], limit: int) -> int:
    """CTranslate2's `max_length` by which it decodes up to `limit` tokens: half of it, or what the prompt leaves."""
    return max(2 * limit, len(prompt) + limit)


def reading(result: Any, limit: int, eot: int) -> Reading:
    """CTranslate2's result with whisper's mean: over the tokens and the end of the text."""
    tokens = result.sequences_ids[0]
    mean = result.scores[0] * len(tokens) / (len(tokens) + 1)
    text = tuple(token for token in tokens if token < eot)
    return Reading(text, float(mean), float(result.no_speech_prob), len(tokens) < limit)


def number(compute_type: str, device: str) -> str:
    """CTranslate2's name of what the model counts in."""
    if compute_type == "auto":
        return "float16" if device == "cuda" else "int8"
    return "int8_float16" if (compute_type, device) == ("int8", "cuda") else compute_type


def view(rows: Sequence[NDArray[Any]]) -> Any:
    """Arrays of one shape as CTranslate2's batch."""
    import ctranslate2
    import numpy as np

    return ctranslate2.StorageView.from_array(np.ascontiguousarray(np.stack(list(rows))))
