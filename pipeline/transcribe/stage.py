"""Speech to text: the words of recordings with their times, and what was thrown out by which rule."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pipeline.errors import attempt
from pipeline.model import Dropped, Failure, Job, Recording, Tell, Transcript, Word, quiet
from pipeline.transcribe import captions
from pipeline.transcribe.doubts import doubted
from pipeline.transcribe.engine import Engine, Heard, Settings, check, load
from pipeline.transcribe.hallucination import Sentence, invented, repeats, sentences
from pipeline.transcribe.planning import Planned, plan
from pipeline.transcribe.windows import Window, into_speech, placed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["VERSION", "Item", "Settings", "check", "load", "loads", "outlook", "run"]

VERSION = "5"


class Item(Struct, frozen=True):
    job: Job
    recording: Recording


def loads(settings: Settings, recording: Recording) -> bool:
    """Whether a model is needed, so that several recordings together are cheaper than each alone."""
    return settings.engine != "captions" and not recording.given


def outlook(settings: Settings, seconds: float, notes: Path) -> str:
    """One sentence on how long `seconds` of audio will take here, by a short measurement kept in the file `notes`."""
    from pipeline.transcribe.outlook import outlook as told

    return told(settings, seconds, notes, VERSION)


class Open:
    """A recording that is being decoded: its windows so far, and what was heard in them."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.planned: list[Planned] = []
        self.heard: list[Heard] = []
        self.whole = False
        """whether all its windows are known"""
        self.failure: Failure | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.failure is not None or (self.whole and len(self.heard) == len(self.planned))

    @property
    def share(self) -> float:
        """Done of the recording, 0-1."""
        return 1.0 if self.over else self.planned[len(self.heard) - 1].share

    def fail(self, error: Exception) -> None:
        """This recording cannot be finished; the first reason counts."""

        def again() -> None:
            raise error

        self.failure = self.failure or attempt(self.item.job.id, "transcribe", again)

    def result(self, settings: Settings, engine: Engine) -> Transcript | Failure:
        if self.failure:
            return self.failure
        return attempt(self.item.job.id, "transcribe", partial(self.transcript, settings, engine))

    def transcript(self, settings: Settings, engine: Engine) -> Transcript:
        made = transcript(self.planned, self.heard, settings, engine)
        return replace(made, words=doubted(made.words, self.item.recording, settings.doubt))


class Queue:
    """The windows of all recordings, one after the other, and which recording each belongs to."""

    def __init__(self, items: Iterable[Item], settings: Settings) -> None:
        self.items, self.settings = items, settings
        self.open: deque[Open] = deque()
        self.fed: deque[Open] = deque()

    def windows(self) -> Iterator[NDArray[np.float32]]:
        """Every window's sound. A recording that cannot be read fails by itself; its other windows are left out."""
        for item in self.items:
            one = Open(item)
            self.open.append(one)
            for samples in self.of(one):
                self.fed.append(one)
                yield samples
                if one.failure:
                    break

    def of(self, one: Open) -> Iterator[NDArray[np.float32]]:
        """A recording's windows, the last one given when it is known to be that."""
        samples = None
        try:
            for planned in plan(one.item.job, one.item.recording, self.settings):
                if samples is not None:
                    yield samples
                samples = planned.samples()
                one.planned.append(planned)
        except Exception as error:
            one.fail(error)
            return
        one.whole = True
        if samples is not None:
            yield samples

    def finished(self, everything: bool = False) -> Iterator[Open]:
        """Recordings at the front that nothing more will come for, in order."""
        while self.open and (everything or self.open[0].over):
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
            yield done.item.job.id, done.result(settings, engine)
    for done in queue.finished(everything=True):
        yield done.item.job.id, done.result(settings, engine)


def transcript(planned: list[Planned], heard: list[Heard], settings: Settings, engine: Engine) -> Transcript:
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
    return Transcript(tuple(words), tuple(dropped), settings.engine, engine.name, notes, engine.weights)


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
    """Transcribe recordings; the model is loaded once, when the first one needs it.

    The text of a recording that came with its transcript is that transcript.
    """
    heard: list[Item] = []
    for item in items:
        if loads(settings, item.recording):
            heard.append(item)
        else:
            of = captions.given if item.recording.given else captions.transcript
            made = partial(of, item.recording, settings.language)
            yield item.job.id, attempt(item.job.id, "transcribe", made)
    waiting = iter(heard)
    first = next(waiting, None)
    if first is None:
        return
    engine = attempt(first.job.id, "transcribe", partial(load, settings))
    if isinstance(engine, Failure):
        for item in (first, *waiting):
            yield item.job.id, replace(engine, id=item.job.id)
    else:
        yield from together(chain((first,), waiting), engine, settings, tell)
