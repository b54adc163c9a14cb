"""Speech to text: the words of recordings with their times, and what was thrown out by which rule."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

from msgspec import Meta, Struct
from msgspec.structs import replace

from pipeline.errors import ConfigError, MissingDependency, attempt
from pipeline.model import Dropped, Failure, Job, Recording, Tell, Transcript, Word, quiet
from pipeline.transcribe import captions
from pipeline.transcribe.hallucination import Sentence, invented, repeats, sentences
from pipeline.transcribe.planning import Cutting, Planned, plan
from pipeline.transcribe.windows import Window, into_speech, placed
from pipeline.weights import converted, models

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VERSION = "3"

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

    @property
    def expected(self) -> str:
        """The prompt as the engines get it."""
        hint = DISFLUENT if self.disfluencies and self.language == "ru" else ""
        return f"{hint} {self.prompt}".strip()


class Item(Struct, frozen=True):
    job: Job
    recording: Recording


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

    def hear(self, windows: Iterable[NDArray[np.float32]]) -> Iterator[Heard | Exception]:
        """What was said in each window (16 kHz mono, at most 30 s), in order; a result depends on its window alone.

        Windows may be taken several at a time and in another thread. An exception stands for a window that could not
        be decoded; the others go on.
        """
        ...


def check(settings: Settings) -> None:
    """Raises ConfigError for settings that contradict each other, MissingDependency where weights are not here."""
    if settings.engine == "captions":
        return
    if settings.compute_type == "int8" and settings.engine != "faster-whisper":
        raise ConfigError(
            "`compute_type: int8` is not possible with the engine openai-whisper.",
            "Set `engine: faster-whisper`, or leave `compute_type` at auto.",
        )
    if settings.engine == "faster-whisper":
        from importlib.util import find_spec

        if find_spec("faster_whisper") is None:
            raise MissingDependency(
                "The engine faster-whisper is not installed.",
                'Run `pip install "interviews[fast]"`, or set `engine: openai-whisper` under `transcribe:`.',
            )
        converted.ct2_path(settings.model)
    else:
        models.whisper_path(settings.model)


def load(settings: Settings) -> Engine:
    """The engine, its model in memory. Raises MissingDependency, or ConfigError where settings and model disagree."""
    check(settings)
    if settings.engine == "faster-whisper":
        from pipeline.transcribe.faster_whisper import FasterWhisper

        return FasterWhisper(settings)
    from pipeline.transcribe.openai_whisper import OpenAiWhisper

    return OpenAiWhisper(settings)


def loads(settings: Settings, _recording: Recording) -> bool:
    """Whether a model is needed, so that several recordings together are cheaper than each alone."""
    return settings.engine != "captions"


def outlook(settings: Settings, seconds: float, notes: Path) -> str:
    """One sentence on how long `seconds` of audio will take here, by a short measurement kept in the file `notes`."""
    from pipeline.transcribe.outlook import outlook as told

    return told(settings, seconds, notes)


class Open:
    """A recording that is being decoded: its windows, and what was heard in them so far."""

    def __init__(self, item: Item, planned: tuple[Planned, ...]) -> None:
        self.item = item
        self.planned = planned
        self.heard: list[Heard] = []
        self.failure: Failure | None = None

    @property
    def share(self) -> float:
        """Done of the recording, 0-1."""
        done = sum(one.window.seconds for one in self.planned[: len(self.heard)])
        return done / sum(one.window.seconds for one in self.planned)

    def fail(self, error: Exception) -> None:
        """This recording cannot be finished; the first reason counts."""

        def again() -> None:
            raise error

        self.failure = self.failure or attempt(self.item.job.id, "transcribe", again)

    def result(self, settings: Settings, model: str) -> Transcript | Failure:
        if self.failure:
            return self.failure
        made = partial(transcript, self.planned, self.heard, settings, model)
        return attempt(self.item.job.id, "transcribe", made)


class Queue:
    """The windows of all recordings, one after the other, and which recording each belongs to."""

    def __init__(self, items: Iterable[Item], settings: Settings) -> None:
        self.items, self.settings = items, settings
        self.open: deque[Open] = deque()
        self.fed: deque[Open] = deque()

    def windows(self) -> Iterator[NDArray[np.float32]]:
        """Every window's sound. A recording that cannot be read fails by itself; its other windows are left out."""
        cutting = Cutting(self.settings.speech_threshold, self.settings.window_seconds, self.settings.window_pause)
        for item in self.items:
            found = attempt(item.job.id, "transcribe", partial(plan, item.job, item.recording, cutting))
            one = Open(item, () if isinstance(found, Failure) else found)
            one.failure = found if isinstance(found, Failure) else None
            self.open.append(one)
            for planned in one.planned:
                try:
                    samples = planned.samples()
                except Exception as error:
                    one.fail(error)
                if one.failure:
                    break
                self.fed.append(one)
                yield samples

    def finished(self, everything: bool = False) -> Iterator[Open]:
        """Recordings at the front that nothing more will come for, in order."""
        while self.open and (
            everything or self.open[0].failure or len(self.open[0].heard) == len(self.open[0].planned)
        ):
            yield self.open.popleft()


def together(
    items: Iterable[Item], engine: Engine, settings: Settings, tell: Tell
) -> Iterator[tuple[str, Transcript | Failure]]:
    """Transcribe recordings through one stream of windows; each is yielded as soon as its last window is heard."""
    queue = Queue(items, settings)
    for heard in engine.hear(queue.windows()):
        one = queue.fed.popleft()
        if isinstance(heard, Exception):
            one.fail(heard)
        elif not one.failure:
            one.heard.append(heard)
            tell(one.item.job.id, one.share)
        for done in queue.finished():
            yield done.item.job.id, done.result(settings, engine.name)
    for done in queue.finished(everything=True):
        yield done.item.job.id, done.result(settings, engine.name)


def transcript(planned: tuple[Planned, ...], heard: list[Heard], settings: Settings, model: str) -> Transcript:
    """What was heard in a recording's windows as words of the recording."""
    words: list[Word] = []
    dropped: list[Dropped] = []
    for one, said in zip(planned, heard, strict=True):
        for thrown in said.thrown:
            start = max(one.window.real(thrown.start), one.window.speech[0][0])
            end = min(one.window.real(thrown.end, ending=True), one.window.speech[-1][1])
            dropped.append(Dropped(round(start, 3), round(end, 3), thrown.text, thrown.rule, one.track))
        kept, out = sifted(said, one.window, one.track)
        words += kept
        dropped += out
    words.sort(key=lambda word: (word.start, word.end, word.track))
    dropped.sort(key=lambda text: (text.start, text.end, text.track))
    notes = () if words else ("no-words",)
    return Transcript(tuple(words), tuple(dropped), settings.engine, model, notes)


def sifted(heard: Heard, window: Window, label: str) -> tuple[list[Word], list[Dropped]]:
    """A window's words as words of the recording, and the sentences and repetitions among them that were invented."""
    times = placed(tuple((word.start, word.end) for word in heard.words), window)
    words = [
        Word(start, end, word.text, word.confidence, word.language, label)
        for word, (start, end) in zip(heard.words, times, strict=True)
    ]
    verdicts = [""] * len(words)
    for start, end in repeats([word.text for word in words]):
        verdicts[start:end] = ["repeats"] * (end - start)
    for start, end in sentences([word.text for word in words], times):
        rule = invented(evidence(heard, window, words, (start, end)))
        verdicts[start:end] = [rule or verdict for verdict in verdicts[start:end]]
    kept = [word for word, verdict in zip(words, verdicts, strict=True) if not verdict]
    return kept, joined(words, verdicts)


def evidence(heard: Heard, window: Window, words: list[Word], part: tuple[int, int]) -> Sentence:
    """What speaks for a window's words from one index to another."""
    start, end = part
    raw = [(window.real(word.start), window.real(word.end, ending=True)) for word in heard.words[start:end]]
    speech = window.speech
    lasts = sum(until - since for since, until in raw)
    inside = sum(into_speech(until, speech) - into_speech(since, speech) for since, until in raw)
    since, until = words[start].start, words[end - 1].end
    return Sentence(
        text=" ".join(word.text for word in words[start:end]),
        confidence=round(sum(word.confidence for word in words[start:end]) / (end - start), 3),
        spoken=round(into_speech(until, speech) - into_speech(since, speech), 3),
        covered=round(inside / lasts, 3) if lasts > 0 else 1.0,
        no_speech=heard.no_speech,
    )


def joined(words: list[Word], verdicts: list[str]) -> list[Dropped]:
    """Neighbouring words that one rule threw out, as one text."""
    made: list[Dropped] = []
    before = ""
    for word, verdict in zip(words, verdicts, strict=True):
        if verdict and verdict == before:
            made[-1] = replace(made[-1], end=word.end, text=f"{made[-1].text} {word.text}")
        elif verdict:
            made.append(Dropped(word.start, word.end, word.text, verdict, word.track))
        before = verdict
    return made


def run(
    items: Iterable[Item], settings: Settings, tell: Tell = quiet, load: Callable[[Settings], Engine] = load
) -> Iterator[tuple[str, Transcript | Failure]]:
    """Transcribe recordings; the model is loaded once, when the first one needs it."""
    if settings.engine == "captions":
        for item in items:
            made = partial(captions.transcript, item.recording, settings.language)
            yield item.job.id, attempt(item.job.id, "transcribe", made)
        return
    waiting = iter(items)
    first = next(waiting, None)
    if first is None:
        return
    engine = attempt(first.job.id, "transcribe", partial(load, settings))
    if isinstance(engine, Failure):
        for item in (first, *waiting):
            yield item.job.id, replace(engine, id=item.job.id)
    else:
        yield from together(chain((first,), waiting), engine, settings, tell)
