"""How far a run is and how long it will still take: counted here, shown by display.py."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.messages import say, translated
from pipeline.model import Failure
from pipeline.privacy import Log
from pipeline.progress import runlog
from pipeline.progress.runlog import Going, Run, StageRun

WORDS = {
    "ingest": "reading the recordings",
    "transcribe": "turning speech into text",
    "diarize": "telling the speakers apart",
    "attribute": "putting turns together",
    "deidentify": "finding what identifies people",
}
"""What each stage does, for people."""

OFTEN = 1.0
"""seconds between two writes of the file that says how far a run is"""


class Reporter:
    """Follows a run. This base class keeps the log, the clock and the file for onlookers; subclasses show them."""

    def __init__(self, work: Path | None = None) -> None:
        self.work = work
        self.log = Log(work / "log.jsonl") if work else None
        self.workers = ""
        self.stages: tuple[str, ...] = ()
        self.stage = ""
        self.sizes: dict[str, float] = {}
        self.shares: dict[str, float] = {}
        self.heard: dict[str, float] = {}
        self.ahead: Mapping[str, float] = {}
        self.paces: dict[str, float] = {}
        self.fresh = 0
        self.start = time.time()
        self.began = self.told = 0.0
        self.failures: list[Failure] = []
        self.over: list[StageRun] = []

    def open(self, stages: Iterable[str]) -> None:
        """A run through these stages begins. Call with the study's lock held."""
        self.stages, self.start = tuple(stages), time.time()
        if self.work:
            self.paces = runlog.paces(self.work)
            (self.work / runlog.STATE).unlink(missing_ok=True)

    def begin(self, stage: str, sizes: dict[str, float], fresh: int, ahead: Mapping[str, float] = {}) -> None:
        """A stage starts on recordings of these lengths in seconds; `fresh` others need nothing.

        `ahead` are seconds of audio that later stages will have to do, by stage.
        """
        self.stage, self.sizes, self.shares = stage, sizes, dict.fromkeys(sizes, 0.0)
        self.heard, self.fresh, self.ahead = {}, fresh, ahead
        self.began = time.monotonic()
        self.note("stage", stage=stage, count=len(sizes))
        self.keep(True)
        self.show_begin()

    def expects(self, outlook: str) -> None:
        """How long the stage will take, in words. Silent here."""

    def says(self, line: str) -> None:
        """Something the operator should know. On stderr here."""
        say(line)

    def tell(self, recording: str, share: float) -> None:
        """A stage has done this share (0–1) of a recording."""
        self.shares[recording] = max(0.0, min(1.0, float(share)))  # engines count in numbers of their own
        self.keep()
        self.show_share(recording)

    def finished(self, recording: str, seconds: float = 0.0) -> None:
        """The result of a recording, `seconds` long, is safely on disk."""
        self.shares[recording] = 1.0
        self.heard[recording] = seconds or self.sizes.get(recording, 0.0)
        self.note("done", id=recording, stage=self.stage, seconds=round(time.monotonic() - self.began, 1))
        self.keep()
        self.show_share(recording)
        self.show_finished(recording)

    def failed(self, failure: Failure) -> None:
        """A recording stopped here."""
        self.shares[failure.id] = 1.0
        self.failures.append(failure)
        self.note("failed", id=failure.id, stage=failure.stage, code=failure.code)
        self.keep()
        self.show_failed(failure)

    def end(self) -> None:
        """The stage is over."""
        lost = sum(failure.stage == self.stage for failure in self.failures)
        seconds = round(sum(self.heard.values()), 1)
        wall = round(time.monotonic() - self.began, 1)
        self.over.append(StageRun(self.stage, len(self.sizes), len(self.heard), lost, self.fresh, seconds, wall))
        self.show_end()

    def close(self, code: int) -> None:
        """The run is over."""
        began = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(self.start))
        run = Run(began, code, round(time.time() - self.start, 1), tuple(self.over), self.workers)
        if self.work:
            runlog.over(self.work, run)
            (self.work / runlog.STATE).unlink(missing_ok=True)
        self.show_run(run)

    def share(self) -> float:
        """Done of this stage, 0–1, by seconds of audio."""
        weights = {name: self.sizes.get(name) or 1.0 for name in self.shares}
        whole = sum(weights.values())
        return sum(weights[name] * share for name, share in self.shares.items()) / whole if whole else 1.0

    def left(self) -> float | None:
        """Seconds this stage will still take, by the audio done so far; None before there is anything to go by."""
        share = self.share()
        return None if share < 0.02 else (time.monotonic() - self.began) * (1 - share) / share

    def all_left(self) -> float | None:
        """Seconds the whole run will still take: later stages by their pace in earlier runs; None if one is unknown."""
        here = self.left()
        if here is None or not all(self.sizes.values()):
            return None
        if any(seconds and stage not in self.paces for stage, seconds in self.ahead.items()):
            return None
        return here + sum(seconds * self.paces.get(stage, 0.0) for stage, seconds in self.ahead.items())

    def working(self) -> dict[str, float]:
        """The recordings at work, and how far each is."""
        return {name: share for name, share in self.shares.items() if 0 < share < 1}

    def going(self) -> Going:
        """How far the run is."""
        lost = sum(failure.stage == self.stage for failure in self.failures)
        return Going(
            stage=self.stage,
            number=self.stages.index(self.stage) + 1 if self.stage in self.stages else 1,
            stages=self.stages,
            todo=len(self.sizes),
            done=len(self.heard),
            failed=lost,
            fresh=self.fresh,
            share=round(self.share(), 3),
            left=self.left(),
            all_left=self.all_left(),
            working={name: round(share, 3) for name, share in self.working().items()},
            began=self.start,
            told=time.time(),
        )

    def keep(self, now: bool = False) -> None:
        """Say how far the run is to who looks on from elsewhere."""
        if self.work and (now or time.monotonic() - self.told >= OFTEN):
            self.told = time.monotonic()
            runlog.tell(self.work, self.going())

    def note(self, event: str, **fields: Any) -> None:
        if self.log:
            self.log.write(event, **fields)

    def show_begin(self) -> None:
        """Silent here."""

    def show_share(self, recording: str) -> None:
        """Silent here."""

    def show_finished(self, recording: str) -> None:
        """Silent here."""

    def show_failed(self, failure: Failure) -> None:
        """Silent here."""

    def show_end(self) -> None:
        """Silent here."""

    def show_run(self, run: Run) -> None:
        """On stderr, for people."""
        for line in summary(run):
            say(line)


def counts(stage: StageRun) -> dict[str, float]:
    """What an event tells of a stage that is over."""
    names = ("todo", "done", "failed", "fresh", "seconds", "wall", "speed")
    return {name: getattr(stage, name) for name in names}


def summary(run: Run) -> Iterator[str]:
    """How a run went, for people; nothing where nothing was to do."""
    worked = [stage for stage in run.stages if stage.todo]
    if not worked:
        return
    took = span(run.wall)
    yield f"This run took {took}, {span(run.seconds)} of audio:" if run.seconds else f"This run took {took}:"
    for stage in worked:
        took, fast = span(stage.wall), stage.speed and stage.wall >= 1
        pace = f"{took}, {stage.speed:.1f} x the audio's own speed" if fast else took
        parts = [f"{stage.done} done"]
        parts += [f"{stage.failed} failed"] if stage.failed else []
        parts += [f"{stage.fresh} done before"] if stage.fresh else []
        yield f"  {stage.stage:<11} {', '.join(map(translated, parts))}; {translated(pace)}"


def times(left: float | None, all_left: float | None) -> str:
    """How long it will still take, as the end of a line, in the language of messages."""
    if left is None:
        return ""
    if all_left is None:
        return translated(f", about {span(left)} left")
    return translated(f", about {span(left)} left ({span(all_left)} for all stages)")


def span(seconds: float) -> str:
    """A length of time as people say it: 45 s, 12 min, 3.5 h."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"
