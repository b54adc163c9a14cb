"""How every engine listens: windows in batches, languages, checks, second tries for those that failed, and halves.

What differs between engines is a `Network`; the order of things, the rules and the limits are the same for all.
"""

from __future__ import annotations

import threading
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from pipeline.transcribe.engine import Heard, Settings, Thrown, Timed
from pipeline.transcribe.hallucination import Draft, broken
from pipeline.transcribe.prefetch import ahead, side_by_side
from pipeline.transcribe.windows import RATE, powers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST = 300
"""tokens a window may have: half a minute of very fast Russian; whisper's own limit of 224 cuts such speech off"""
HALVED = 8.0
"""seconds from which a window that ran into the limit, or into a loop, is decoded in two halves"""
PAUSE, STEP = 0.3, 0.02
"""seconds: a window is halved at its quietest stretch of this length, looked for in these steps"""
AHEAD = 2
"""batches whose features may wait for the model"""


class Reading(Struct, frozen=True):
    """One decoding of a window, as the model gives it."""

    tokens: tuple[int, ...]
    """of the text alone"""
    log_probability: float
    """mean over the tokens and the end"""
    no_speech: float
    finished: bool
    """ended by itself, not by the limit"""


class Network(Protocol):
    """A loaded model. Lists are batches; a window's result is the same in every batch, but for the last digits."""

    @property
    def tokenizer(self) -> Any:
        """Whisper's."""
        ...

    parallel: bool
    """whether the model leaves the processor free, so that features can be computed at the same time"""
    workers: int
    """threads that may ask it at once, each with a batch of its own"""

    def room(self) -> int:
        """Windows that memory has room for at once in the batch of each worker."""
        ...

    def features(self, samples: NDArray[np.float32]) -> Any:
        """What the encoder is given for a window. Called in another thread where `parallel`."""
        ...

    def encoded(self, features: Sequence[Any]) -> list[Any]:
        """What the encoder makes of windows."""
        ...

    def guesses(self, encoded: Sequence[Any]) -> list[dict[str, float]]:
        """Probability of every language, by ISO code, for each window."""
        ...

    def readings(self, encoded: Sequence[Any], spoken: str, temperature: float) -> list[Reading]:
        """Decode windows of one language; chance begins anew in each call, and is the same for each of them."""
        ...

    def timed(self, encoded: Any, seconds: float, draft: Draft) -> tuple[Timed, ...]:
        """The words of a window with their times in it."""
        ...


class Sound(Struct, frozen=True):
    """A window on its way through an engine."""

    samples: Any
    features: Any

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE


Answer = TypeVar("Answer")


class Abandoned(Exception):
    """Whoever asked is gone."""


class Listener:
    """Takes a stream of windows through a network."""

    def __init__(self, network: Network, settings: Settings) -> None:
        self.network = network
        self.settings = settings
        self.languages = (settings.language, *(one for one in settings.other_languages if one != settings.language))
        self.size = max(1, settings.batch_size // network.workers) if settings.batch_size else network.room()
        self.unwanted = threading.Event()

    def hear(self, windows: Iterable[NDArray[np.float32]]) -> Iterator[Heard | Exception]:
        """See stage.Engine."""
        prepared = (self.prepared(samples) for samples in windows)
        self.unwanted.clear()
        room = AHEAD * self.size if self.network.parallel else 0
        with warnings.catch_warnings(), ahead(prepared, room) as sounds:
            warnings.simplefilter("ignore")
            for heard in side_by_side(self.batch, self.batches(sounds), self.network.workers, self.unwanted):
                yield from heard

    def batches(self, sounds: Iterable[Sound]) -> Iterator[list[Sound]]:
        """As many as memory has room for, which is less once it has run out."""
        source = iter(sounds)
        while waiting := list(islice(source, self.size)):
            yield waiting

    def prepared(self, samples: NDArray[np.float32]) -> Sound:
        return Sound(samples, self.network.features(samples))

    def batch(self, sounds: Sequence[Sound]) -> list[Heard | Exception]:
        """Windows together; where that fails, in halves, so that one bad window or too little memory costs no other."""
        if not sounds:
            return []
        try:
            return list(self.heard(sounds))
        except Exception as error:
            if len(sounds) == 1 or self.unwanted.is_set():
                return [error] * len(sounds)
            if out_of_memory(error):
                self.size = min(self.size, (len(sounds) + 1) // 2)
        middle = (len(sounds) + 1) // 2
        return self.batch(sounds[:middle]) + self.batch(sounds[middle:])

    def heard(self, sounds: Sequence[Sound]) -> list[Heard | Exception]:
        """Decode windows; decode those that break a rule again, at higher temperatures, in halves."""
        encoded = self.ask(self.network.encoded, [sound.features for sound in sounds])
        spoken = self.spoken(encoded)
        drafts = [chosen(tries) for tries in self.tries(sounds, encoded, spoken)]
        results: list[Heard | Exception] = []
        for sound, features, draft in zip(sounds, encoded, drafts, strict=True):
            rule = broken(draft)
            if rule and rule.splits and sound.seconds >= HALVED:
                results.append(self.in_halves(sound))
            elif rule and rule.drops:
                thrown = Thrown(0.0, sound.seconds, draft.text, rule.name)
                results.append(Heard((), (thrown,), draft.no_speech))
            else:
                words = self.ask(self.network.timed, features, sound.seconds, draft)
                results.append(Heard(words, (), draft.no_speech))
        return results

    def ask(self, question: Callable[..., Answer], *given: Any) -> Answer:
        """The model's answer. Raises Abandoned where nobody waits: it cannot be interrupted, only not asked again."""
        if self.unwanted.is_set():
            raise Abandoned
        return question(*given)

    def spoken(self, encoded: Sequence[Any]) -> list[str]:
        """The language of each window."""
        if len(self.languages) == 1:
            return [self.languages[0]] * len(encoded)
        prior, margin = self.settings.language_prior, self.settings.language_margin
        guesses = self.ask(self.network.guesses, encoded)
        return [most_likely(guess, self.languages, prior, margin) for guess in guesses]

    def tries(self, sounds: Sequence[Sound], encoded: Sequence[Any], spoken: Sequence[str]) -> list[list[Draft]]:
        """All drafts of each window: one, and one more for each temperature while a rule asks for it."""
        tries: list[list[Draft]] = [[] for _ in sounds]
        due = list(range(len(sounds)))
        for temperature in (0.0, *self.settings.temperatures):
            for group in groups(due, spoken):
                given = [encoded[row] for row in group], spoken[group[0]], temperature
                readings = self.ask(self.network.readings, *given)
                for row, reading in zip(group, readings, strict=True):
                    tries[row].append(self.draft(reading, sounds[row].seconds, spoken[row]))
            due = [row for row in due if (rule := broken(tries[row][-1])) and rule.again]
        return tries

    def draft(self, reading: Reading, seconds: float, spoken: str) -> Draft:
        """A reading as the rules judge it; probabilities rounded, because a batch changes their last digits."""
        text = self.network.tokenizer.decode(list(reading.tokens)).strip()
        return Draft(
            text=text,
            seconds=seconds,
            log_probability=round(reading.log_probability, 3),
            no_speech=round(reading.no_speech, 3),
            compression=round(compression(text), 3),
            finished=reading.finished,
            tokens=reading.tokens,
            language=spoken,
            prompt=self.settings.expected(spoken),
        )

    def in_halves(self, sound: Sound) -> Heard | Exception:
        """A window decoded as two, cut where it is quietest near its middle."""
        at = quietest(sound.samples)
        first, second = self.batch([self.prepared(sound.samples[:at]), self.prepared(sound.samples[at:])])
        if isinstance(first, Exception) or isinstance(second, Exception):
            return first if isinstance(first, Exception) else second
        later = at / RATE
        return Heard(
            (*first.words, *(moved(word, later) for word in second.words)),
            (*first.thrown, *(moved(text, later) for text in second.thrown)),
            min(first.no_speech, second.no_speech),
        )


Moment = TypeVar("Moment", Timed, Thrown)


def moved(one: Moment, later: float) -> Moment:
    return replace(one, start=one.start + later, end=one.end + later)


def most_likely(guess: Mapping[str, float], languages: Sequence[str], prior: float, margin: float) -> str:
    """The window's language: the first of `languages` unless another leads it by `margin` after weighing.

    `guess` is the engine's probability of each language. `prior` (0–1) is the share of windows expected in the first;
    the others share the rest. What the engine gives to languages outside the list is left out: a model that hears
    Ukrainian in Russian, or Bashkir in Kazakh, is asked only between those that are spoken here.
    """
    first, *others = languages
    if not others:
        return first
    rest = (1 - prior) / len(others)
    weighed = {one: guess.get(one, 0.0) * (prior if one == first else rest) for one in languages}
    total = sum(weighed.values())
    if total <= 0:
        return first
    share = {one: round(value / total, 3) for one, value in weighed.items()}
    best = max(others, key=lambda one: share[one])
    return best if share[best] - share[first] >= margin else first


def groups(rows: Sequence[int], spoken: Sequence[str]) -> list[list[int]]:
    """Rows of one language each, the order kept."""
    return [[row for row in rows if spoken[row] == one] for one in dict.fromkeys(spoken[row] for row in rows)]


def quietest(samples: NDArray[np.float32]) -> int:
    """The middle of the quietest `PAUSE` in the middle half of a window, as an index of its samples."""
    import numpy as np

    step, width = int(STEP * RATE), round(PAUSE / STEP)
    power = powers(samples, step)
    smooth = np.convolve(power, np.ones(width), mode="valid")
    first = len(power) // 4
    return (first + int(smooth[first : 3 * len(power) // 4 - width].argmin()) + width // 2) * step


def compression(text: str) -> float:
    """How many times smaller a text gets when compressed, as whisper counts it: loops compress well."""
    written = text.encode()
    return len(written) / len(zlib.compress(written))


def chosen(tries: Sequence[Draft]) -> Draft:
    """The first draft that breaks no rule, else the most probable that none drops, else the first."""
    for one in tries:
        if broken(one) is None:
            return one
    kept = [one for one in tries if not (rule := broken(one)) or not rule.drops]
    return max(kept, key=lambda one: one.log_probability) if kept else tries[0]


def out_of_memory(error: Exception) -> bool:
    """Whether torch, CTranslate2 or Python ran out of the memory of the card or the machine."""
    return isinstance(error, MemoryError) or "out of memory" in str(error).lower() or "can't allocate" in str(error)
