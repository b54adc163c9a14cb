"""What a speech recogniser is asked and what it answers; which one a study gets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

from msgspec import Meta, Struct

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DISFLUENT = "Э-э, ну, я, м-м… я как бы, это самое, хотела, хотел сказать, вот. Угу. Ну, то есть, э-э, да."
"""A prompt in the manner of unedited speech: whisper writes in the manner of what came before."""


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    engine: Literal["openai-whisper", "faster-whisper", "captions"] = "openai-whisper"
    """captions: the text of Zoom's own subtitles instead of a speech recogniser"""
    model: str = "turbo"
    """name of a whisper model, or path of a checkpoint"""
    language: str = "ru"
    """ISO 639-1 of most of what is said; text is never translated"""
    other_languages: tuple[str, ...] = ("kk", "en")
    """spoken here and there: a window in one of them is written down in it; none: everything is in `language`"""
    language_prior: Annotated[float, Meta(gt=0, lt=1)] = 0.9
    """share of windows that is expected in `language`; the others share the rest"""
    language_margin: Annotated[float, Meta(ge=0, le=1)] = 0.2
    """by how much another language must lead before a window is taken for it (0-1)"""
    prompt: str = ""
    """words that the recogniser should expect in `language`, such as names of programmes"""
    disfluencies: bool = False
    """show the recogniser an example of unedited Russian, so that it writes «э-э» and false starts down more often"""
    beam_size: Annotated[int, Meta(ge=1, le=20)] = 1
    """how many readings are followed at once; 5 is a little more faithful and takes about twice as long"""
    temperatures: tuple[float, ...] = (0.4, 0.8)
    """tried in turn where a window comes out as a loop or unsure of itself"""
    doubt: Annotated[float, Meta(ge=0, le=1)] = 0.6
    """confidence below which a word that Zoom's subtitles read otherwise is marked as doubtful (names and numbers
    sooner); 0: none is"""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """auto: the graphics card where there is one"""
    compute_type: Literal["auto", "float32", "float16", "bfloat16", "int8"] = "auto"
    """numbers the model counts in; auto: float16 on a graphics card, else float32 (openai) or int8 (faster)"""
    batch_size: Annotated[int, Meta(ge=0, le=256)] = 0
    """windows decoded at once; 0: as many as memory has room for"""
    threads: Annotated[int, Meta(ge=0)] = 0
    """0: all cores; fewer are faster where other programs use them too"""
    speech_threshold: Annotated[float, Meta(gt=0, lt=1)] = 0.5
    """probability from which sound counts as speech; lower for faint voices"""
    window_seconds: Annotated[float, Meta(ge=5, le=30)] = 30.0
    """longest stretch that is decoded at once; whisper's limit is 30"""
    window_pause: Annotated[float, Meta(ge=0)] = 0.0
    """seconds of silence that end a window before it is full; 0: none does"""
    alignment_heads: tuple[tuple[int, int], ...] = ()
    """[layer, head] pairs for word times, for a model that is not one of the published ones"""

    def expected(self, spoken: str) -> str:
        """What windows of a language are told to expect: a Russian prompt would pull others into Russian."""
        hint = DISFLUENT if self.disfluencies and spoken == "ru" else ""
        return f"{hint} {self.prompt}".strip() if spoken == self.language else ""


class Timed(Struct, frozen=True):
    """A word and its time in a window."""

    start: float
    end: float
    text: str
    confidence: float
    language: str = ""
    """ISO 639-1 of its window"""


class Thrown(Struct, frozen=True):
    """A stretch of a window whose text nobody should believe."""

    start: float
    end: float
    text: str
    rule: str


class Heard(Struct, frozen=True):
    """What an engine heard in one window."""

    words: tuple[Timed, ...]
    """in order; times may touch, never run back"""
    thrown: tuple[Thrown, ...] = ()
    no_speech: float = 0.0
    """probability that the window holds no speech"""


class Engine(Protocol):
    """A speech recogniser, loaded."""

    name: str
    """of the model, as the transcript states it"""
    weights: str
    """where they came from, as the transcript states it"""

    def hear(self, windows: Iterable[NDArray[np.float32]]) -> Iterator[Heard | Exception]:
        """What was said in each window (16 kHz mono, at most 30 s), in order; a result depends on its window alone.

        Windows may be taken several at a time and in another thread. An exception stands for a window that could not
        be decoded; the others go on.
        """
        ...


def check(settings: Settings) -> None:
    """Raises ConfigError for settings that contradict each other, MissingDependency where weights are not here."""
    if settings.engine != "captions":
        file_of(settings).check(settings)


def load(settings: Settings) -> Engine:
    """The engine, its model in memory. Raises MissingDependency, or ConfigError where settings and model disagree."""
    check(settings)
    loaded: Engine = file_of(settings).load(settings)
    return loaded


def file_of(settings: Settings) -> ModuleType:
    """An engine's file bears its name, and has `check` and `load`. It is imported when it is wanted and no sooner."""
    return import_module(f"pipeline.transcribe.{settings.engine.replace('-', '_')}")
