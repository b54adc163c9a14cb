"""`interviews status --watch`: follow a run that goes on in another process, by its one small file and the lock."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from pipeline.errors import Interrupted
from pipeline.messages import say, translated
from pipeline.progress import runlog
from pipeline.progress.reporter import WORDS, span, times
from pipeline.progress.runlog import Going
from pipeline.store import locks

EVERY = 1.0
"""seconds between two looks"""


def follow(work: Path, as_json: bool) -> None:
    """Show how far a run is until it is over. Ctrl-C ends the looking, not the run, so it is no interruption."""
    console = Console(highlight=False)
    try:
        if as_json:
            for going in looks(work):
                print(json.dumps({"event": "going", **msgspec.to_builtins(going)}, ensure_ascii=False), flush=True)
        elif console.is_terminal:
            with Live(console=console, auto_refresh=False, transient=True) as live:
                for going in looks(work):
                    live.update(board(going, console.width), refresh=True)
        else:
            for line in changes(looks(work)):
                say(line)
    except (Interrupted, KeyboardInterrupt):
        return


def looks(work: Path) -> Iterator[Going]:
    """What the run tells, once a second, as long as one goes on."""
    found = False
    while (holder := locks.holder(work)) is not None and holder.doing == "interviews run":
        found = True
        going = runlog.going(work)
        if going:
            yield going
        time.sleep(EVERY)
    if not found:
        say("No run is going on.")


def changes(seen: Iterator[Going]) -> Iterator[str]:
    """A line whenever a recording was finished or a stage began."""
    last: tuple[object, ...] = ()
    for going in seen:
        key = going.stage, going.done, going.failed
        if key != last:
            yield f"{heading(going)}: {state(going)}{times(going.left, going.all_left)}"
        last = key


def heading(going: Going) -> str:
    """Which stage of how many, in the language of messages, as all that follows."""
    return translated(f"{going.stage} ({going.number} of {len(going.stages)})")


def state(going: Going) -> str:
    """How many recordings are through this stage."""
    if going.failed:
        return translated(f"{going.done} of {going.todo} done, {going.failed} failed")
    return translated(f"{going.done} of {going.todo} done")


def board(going: Going, width: int) -> RenderableType:
    """One screen: the stage with its bar, the recordings at work with theirs, and the time left."""
    table = Table.grid(padding=(0, 1))
    bar = 20 if width < 100 else 40
    table.add_row(
        Text(translated(WORDS.get(going.stage, going.stage)), style="bold"),
        ProgressBar(1.0, going.share, width=bar),
        f"{going.share:.0%}",
        translated(f"{span(going.left)} left") if going.left else "",
    )
    for name, share in sorted(going.working.items()):
        table.add_row(f"  {name}", ProgressBar(1.0, share, width=bar), f"{share:.0%}", "")
    since = translated(f"; running for {span(max(0.0, time.time() - going.began))}")
    whole = translated(f", about {span(going.all_left)} left for all stages") if going.all_left else ""
    return Group(table, Text(f"{heading(going)}, {state(going)}{since}{whole}", style="dim"))
