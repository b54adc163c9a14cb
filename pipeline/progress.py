"""What the operator sees of a run: a live table on a terminal, plain lines elsewhere, or one JSON event a line."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from pipeline.messages import say, translated
from pipeline.model import Failure
from pipeline.privacy import Log

WORDS = {
    "ingest": "reading the recordings",
    "transcribe": "turning speech into text",
    "diarize": "telling the speakers apart",
    "attribute": "putting turns together",
    "deidentify": "finding what identifies people",
}
"""What each stage does, for people."""


class Reporter:
    """Follows a run. This base class keeps the log and the clock; subclasses show them."""

    def __init__(self, log: Log | None = None) -> None:
        self.log = log
        self.stage = ""
        self.sizes: dict[str, float] = {}
        self.shares: dict[str, float] = {}
        self.began = 0.0
        self.failures: list[Failure] = []

    def begin(self, stage: str, sizes: dict[str, float], fresh: int) -> None:
        """A stage starts on recordings of these lengths in seconds; `fresh` others need nothing."""
        self.stage, self.sizes, self.shares = stage, sizes, dict.fromkeys(sizes, 0.0)
        self.began = time.monotonic()
        self.note("stage", stage=stage, count=len(sizes))
        self.show_begin(fresh)

    def expects(self, outlook: str) -> None:
        """How long the stage will take, in words."""
        self.show_outlook(outlook)

    def tell(self, recording: str, share: float) -> None:
        """A stage has done this share (0–1) of a recording."""
        self.shares[recording] = max(0.0, min(1.0, share))
        self.show_share(recording)

    def finished(self, recording: str) -> None:
        """A recording's result is safely on disk."""
        self.shares[recording] = 1.0
        self.note("done", id=recording, stage=self.stage, seconds=round(time.monotonic() - self.began, 1))
        self.show_share(recording)
        self.show_finished(recording)

    def failed(self, failure: Failure) -> None:
        """A recording stopped here."""
        self.shares[failure.id] = 1.0
        self.failures.append(failure)
        self.note("failed", id=failure.id, stage=failure.stage, code=failure.code)
        self.show_failed(failure)

    def end(self) -> None:
        """The stage is over."""
        self.show_end()

    def left(self) -> float | None:
        """Seconds this stage will still take, by the audio done so far; None before there is anything to go by."""
        weights = {name: self.sizes.get(name) or 1.0 for name in self.shares}
        whole = sum(weights.values())
        done = sum(weights[name] * share for name, share in self.shares.items())
        if not whole or done / whole < 0.02:
            return None
        return (time.monotonic() - self.began) * (whole - done) / done

    def note(self, event: str, **fields: Any) -> None:
        if self.log:
            self.log.write(event, **fields)

    def show_begin(self, fresh: int) -> None:
        """Silent here."""

    def show_outlook(self, outlook: str) -> None:
        """Silent here."""

    def show_share(self, recording: str) -> None:
        """Silent here."""

    def show_finished(self, recording: str) -> None:
        """Silent here."""

    def show_failed(self, failure: Failure) -> None:
        """Silent here."""

    def show_end(self) -> None:
        """Silent here."""


class Lines(Reporter):
    """Plain lines on stderr, at most one every ten seconds for what is going on."""

    shown = 0.0

    def show_begin(self, fresh: int) -> None:
        known = f", {fresh} done before" if fresh else ""
        say(f"{self.stage}: {WORDS[self.stage]} ({len(self.sizes)} to do{known})")

    def show_outlook(self, outlook: str) -> None:
        say(outlook)

    def show_share(self, recording: str) -> None:
        now = time.monotonic()
        if 0 < self.shares[recording] < 1 and now - max(self.shown, self.began) > 10:
            self.shown = now
            left = self.left()
            far = f"{self.stage}: {recording} {self.shares[recording]:.0%}"
            say(far if left is None else f"{far}, about {span(left)} left")

    def show_finished(self, recording: str) -> None:
        say(f"{self.stage}: {recording} done")

    def show_failed(self, failure: Failure) -> None:
        say(" ".join((f"{self.stage}: {failure.id} failed.", failure.what, failure.do)))


class Events(Reporter):
    """One JSON object a line on stdout, for other programs."""

    def event(self, name: str, **fields: Any) -> None:
        print(json.dumps({"event": name, "stage": self.stage, **fields}, ensure_ascii=False), flush=True)

    def show_begin(self, fresh: int) -> None:
        self.event("begin", todo=sorted(self.sizes), fresh=fresh)

    def show_outlook(self, outlook: str) -> None:
        self.event("outlook", says=outlook)

    def show_share(self, recording: str) -> None:
        self.event("progress", id=recording, share=round(self.shares[recording], 3), left=self.left())

    def show_finished(self, recording: str) -> None:
        self.event("done", id=recording)

    def show_failed(self, failure: Failure) -> None:
        self.event("failed", id=failure.id, code=failure.code, what=failure.what, do=failure.do)

    def show_end(self) -> None:
        self.event("end")


class Live(Reporter):
    """A bar a stage, with the recording at work and the time left, on a terminal."""

    def __init__(self, log: Log | None, progress: Progress) -> None:
        super().__init__(log)
        self.progress = progress
        self.task = TaskID(0)
        self.now = ""

    def show_begin(self, fresh: int) -> None:
        self.now = "" if self.sizes else translated("nothing to do")
        self.task = self.progress.add_task(
            self.stage,
            total=max(len(self.sizes), 1),
            words=translated(WORDS[self.stage]),
            now=self.now,
            left="",
            fresh=fresh,
        )

    def show_outlook(self, outlook: str) -> None:
        self.progress.console.print(translated(outlook), soft_wrap=True)

    def show_share(self, recording: str) -> None:
        left = self.left()
        eta = translated(f"{span(left)} left") if left is not None and left >= 1 else ""
        done = sum(self.shares.values())
        self.progress.update(self.task, completed=done, now=recording, left=eta)

    def show_failed(self, failure: Failure) -> None:
        why = translated(f"{failure.what} {failure.do}")
        self.progress.console.print(f"[red]✗[/] [bold]{failure.id}[/] ({failure.stage}). {why}")

    def show_end(self) -> None:
        failed = sum(failure.stage == self.stage for failure in self.failures)
        now = f"{failed} failed" if failed else ("done" if self.sizes else "nothing to do")
        total = max(len(self.sizes), 1)
        self.progress.update(self.task, total=total, completed=total, now=translated(now), left="")


@contextmanager
def reporter(work: Path, as_json: bool) -> Iterator[Reporter]:
    """The Reporter that suits where output goes."""
    work.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = Log(work / "log.jsonl")
    console = Console(stderr=True, highlight=False)
    if as_json:
        yield Events(log)
    elif console.is_terminal:
        columns = (
            TextColumn("{task.fields[words]:<31}"),
            BarColumn(bar_width=24),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[now]}  {task.fields[left]}", style="dim"),
        )
        with Progress(*columns, console=console, refresh_per_second=4) as progress:
            yield Live(log, progress)
    else:
        yield Lines(log)


def span(seconds: float) -> str:
    """A length of time as people say it: 45 s, 12 min, 3.5 h."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"
