"""Networks that stand in for a model: one that reads tones as words, and one that replays what a real model said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from pipeline.transcribe.decoding import Listener, Reading
from pipeline.transcribe.engine import Timed
from pipeline.transcribe.hallucination import Draft
from pipeline.transcribe.stage import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 16_000
SECOND = 1.0


class Letters:
    """A tokenizer whose tokens are the characters of the text."""

    def decode(self, tokens: Sequence[int]) -> str:
        return "".join(chr(token) for token in tokens)


class Counting:
    """Hears one word a second, which tells the loudness there in thousandths: «300 12 …».

    `limit` is the number of words after which it stops unfinished; `guess` gives the languages of a window by its
    first loudness; `spoil` may raise, or change a reading, given the loudnesses of each window of a batch.
    """

    def __init__(self, limit: int = 100, parallel: bool = False, workers: int = 1) -> None:
        self.tokenizer = Letters()
        self.parallel, self.workers = parallel, workers
        self.limit = limit
        self.guess: Callable[[int], dict[str, float]] = lambda _loud: {"ru": 1.0}
        self.spoil: Callable[[Sequence[list[int]], list[Reading], float], list[Reading]] = lambda _l, made, _t: made
        self.asked: list[tuple[int, str, float]] = []
        """size, language and temperature of each decoding"""

    def room(self) -> int:
        return 4

    def features(self, samples: NDArray[np.float32]) -> list[int]:
        import numpy as np

        cut = [samples[at : at + RATE] for at in range(0, len(samples), RATE)]
        return [round(1000 * float(np.abs(part).max())) for part in cut]

    def encoded(self, features: Sequence[Any]) -> list[Any]:
        return list(features)

    def guesses(self, encoded: Sequence[Any]) -> list[dict[str, float]]:
        return [self.guess(one[0]) for one in encoded]

    def readings(self, encoded: Sequence[Any], spoken: str, temperature: float) -> list[Reading]:
        self.asked.append((len(encoded), spoken, temperature))
        made = []
        for one in encoded:
            text = " ".join(str(loud) for loud in one[: self.limit])
            made.append(Reading(tuple(map(ord, text)), -0.2, 0.01, len(one) <= self.limit))
        return self.spoil(encoded, made, temperature)

    def timed(self, _encoded: Any, seconds: float, draft: Draft) -> tuple[Timed, ...]:
        texts = draft.text.split()
        return tuple(
            Timed(n * SECOND, min((n + 1) * SECOND, seconds), text, 0.9, draft.language) for n, text in enumerate(texts)
        )


class Hearer:
    """An engine around a network."""

    name, weights = "made up", ""

    def __init__(self, network: Any, settings: Settings) -> None:
        self.listener = Listener(network, settings)
        self.hear = self.listener.hear


class Replayed:
    """What a real model said of one window, at each temperature, in the format of tests/data/heard.json."""

    parallel = False
    workers = 1

    def __init__(self, recorded: dict[str, Any]) -> None:
        from whisper.tokenizer import get_tokenizer

        self.recorded = recorded
        self.tokenizer = get_tokenizer(True, language="ru", task="transcribe")

    def room(self) -> int:
        return 1

    def features(self, _samples: Any) -> str:
        return str(self.recorded["name"])

    def encoded(self, features: Sequence[Any]) -> list[Any]:
        return list(features)

    def guesses(self, encoded: Sequence[Any]) -> list[dict[str, float]]:
        return [{"ru": 0.98, "kk": 0.01}] * len(encoded)

    def readings(self, _encoded: Any, _spoken: str, temperature: float) -> list[Reading]:
        one = next(one for one in self.recorded["tries"] if one["temperature"] == temperature)
        return [Reading(tuple(one["tokens"]), one["log_probability"], one["no_speech"], one["finished"])]

    def timed(self, _encoded: Any, _seconds: float, draft: Draft) -> tuple[Timed, ...]:
        one = next(one for one in self.recorded["tries"] if tuple(one["tokens"]) == draft.tokens)
        return tuple(Timed(start, end, text, sure, "ru") for start, end, text, sure in one["words"])


def unsure(reading: Reading, probability: float) -> Reading:
    return replace(reading, log_probability=probability)
