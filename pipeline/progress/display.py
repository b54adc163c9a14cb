"""What the operator sees of a run: live bars on a terminal, plain lines elsewhere, or one JSON event a line."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from pipeline.messages import say, translated
from pipeline.model import Failure
from pipeline.progress.reporter import WORDS, Reporter, counts, span, summary, times
from pipeline.progress.runlog import Going, Run


class Lines(Reporter):
    """Plain lines on stderr, at most one every ten seconds for what is going on."""

    shown = 0.0

    def show_begin(self) -> None:
        known = f", {self.fresh} done before" if self.fresh else ""
        say(f"{self.stage}: {WORDS[self.stage]} ({len(self.sizes)} to do{known})")

    def expects(self, outlook: str) -> None:
        say(outlook)

    def show_share(self, recording: str) -> None:
        now = time.monotonic()
        if 0 < self.shares[recording] < 1 and now - max(self.shown, self.began) > 10:
            self.shown = now
            say(f"{self.stage}: {recording} {self.shares[recording]:.0%}{times(self.left(), self.all_left())}")

    def show_finished(self, recording: str) -> None:
        say(f"{self.stage}: {recording} done")

    def show_failed(self, failure: Failure) -> None:
        say(" ".join((f"{self.stage}: {failure.id} failed.", failure.what, failure.do)))


class Events(Reporter):
    """One JSON object a line on stdout, for other programs; README lists the events and their fields."""

    def event(self, name: str, **fields: Any) -> None:
        print(json.dumps({"event": name, **fields}, ensure_ascii=False), flush=True)

    def staged(self, name: str, **fields: Any) -> None:
        self.event(name, stage=self.stage, **fields)

    def show_begin(self) -> None:
        self.staged("begin", todo=sorted(self.sizes), fresh=self.fresh, seconds=round(sum(self.sizes.values()), 1))

    def expects(self, outlook: str) -> None:
        self.staged("outlook", says=outlook)

    def show_share(self, recording: str) -> None:
        left, all_left = (None if value is None else round(value, 1) for value in (self.left(), self.all_left()))
        shares = {"share": round(self.shares[recording], 3), "stage_share": round(self.share(), 3)}
        self.staged("progress", id=recording, **shares, left=left, all_left=all_left)

    def show_finished(self, recording: str) -> None:
        self.staged("done", id=recording)

    def show_failed(self, failure: Failure) -> None:
        self.staged("failed", id=failure.id, code=failure.code, what=failure.what, do=failure.do)

    def show_end(self) -> None:
        self.staged("end", **counts(self.over[-1]))

    def show_run(self, run: Run) -> None:
        stages = [{"stage": stage.stage, **counts(stage)} for stage in run.stages]
        speed = round(run.seconds / run.wall, 2) if run.wall else 0.0
        self.event("run", code=run.code, seconds=run.seconds, wall=run.wall, speed=speed, stages=stages)


class Board(Progress):
    """Bars with a line below."""

    footer = ""

    def get_renderables(self) -> Iterable[RenderableType]:
        yield from super().get_renderables()
        if self.footer:
            yield Text(self.footer, style="dim", no_wrap=True, overflow="ellipsis")


class Live(Reporter):
    """A bar a stage with the time left, and below it the recordings at work, on a terminal."""

    def __init__(self, work: Path, board: Board) -> None:
        super().__init__(work)
        self.board = board
        self.task = TaskID(0)

    def show_begin(self) -> None:
        now = "" if self.sizes else translated("nothing to do")
        self.task = self.board.add_task(self.stage, total=1.0, words=translated(WORDS[self.stage]), now=now)

    def expects(self, outlook: str) -> None:
        self.board.console.print(translated(outlook), soft_wrap=True)

    def says(self, line: str) -> None:
        self.board.console.print(translated(line), soft_wrap=True)

    def show_share(self, recording: str) -> None:  # noqa: ARG002 - the bar is the stage's
        left = self.left()
        eta = translated(f"{span(left)} left") if left is not None and left >= 1 else ""
        self.board.update(self.task, completed=self.share(), now=eta)
        self.board.footer = footer(self.going())

    def show_failed(self, failure: Failure) -> None:
        why = translated(f"{failure.what} {failure.do}")
        self.board.console.print(f"[red]✗[/] [bold]{failure.id}[/] ({failure.stage}). {why}")

    def show_end(self) -> None:
        over = self.over[-1]
        now = f"{over.failed} failed" if over.failed else ("done" if over.todo else "nothing to do")
        self.board.update(self.task, completed=1.0, now=translated(now))
        self.board.footer = ""

    def show_run(self, run: Run) -> None:
        for line in summary(run):
            self.board.console.print(translated(line), soft_wrap=True)


@contextmanager
def reporter(work: Path, as_json: bool) -> Iterator[Reporter]:
    """The Reporter that suits where output goes."""
    work.mkdir(mode=0o700, parents=True, exist_ok=True)
    console = Console(stderr=True, highlight=False)
    if as_json:
        yield Events(work)
    elif console.is_terminal:
        columns = (
            TextColumn("{task.fields[words]:<30}"),
            BarColumn(bar_width=16 if console.width < 100 else 32),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[now]}", style="dim"),
        )
        with Board(*columns, console=console, refresh_per_second=4) as board:
            yield Live(work, board)
    else:
        yield Lines(work)


def footer(going: Going) -> str:
    """One line under the bars: how many are done, the recordings at work, and when all of it will be over."""
    working = "  ".join(f"{name} {share:.0%}" for name, share in sorted(going.working.items()))
    soon = going.all_left is None or going.all_left < 1
    whole = "" if soon else translated(f"all stages: {span(going.all_left or 0)} left")
    return "   ".join(part for part in (translated(f"{going.done} of {going.todo} done"), working, whole) if part)
