"""`interviews models`: what the operator sees of model weights."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from pipeline.messages import say, show, translated
from pipeline.model import Tell
from pipeline.weights import models
from pipeline.weights.bring import bring as bring_models
from pipeline.weights.catalogue import KNOWN
from pipeline.weights.fetch import fetch as fetch_model


def fetch(name: str) -> int:
    """Download one model. Raises MissingDependency (exit 4), ConfigError for a name nobody publishes."""
    with bar("fetching") as tell:
        path = fetch_model(name, tell, say)
    show(f"{name} is in {path}.")
    return 0


def bring(path: Path) -> int:
    """Import whatever weights a file or folder holds."""
    with bar("copying") as tell:
        came = bring_models(path, tell)
    for model in came:
        show(f"{model.name} is in {model.path}.")
    return 0


def convert(model: str) -> int:
    """Make faster-whisper's form of a model. Raises MissingDependency (exit 4)."""
    from pipeline.weights.convert import convert as made

    with bar("converting") as tell:
        path = made(model, tell)
    show(f"The weights for `engine: faster-whisper` are in {path}.")
    return 0


def catalogue(as_json: bool) -> int:
    """Every model that is published, and whether it is here."""
    here = {model.name: model for model in models.installed()}
    rows = [
        {
            "name": model.name,
            "what": model.what,
            "megabytes": sum(file.megabytes for file in model.files),
            "installed": model.name in here,
        }
        for model in KNOWN
    ]
    published = {model.name for model in KNOWN}
    rows += [
        {"name": model.name, "what": model.what, "megabytes": model.bytes // 1_000_000, "installed": True}
        for model in here.values()
        if model.name not in published
    ]
    if as_json:
        print(json.dumps({"folder": str(models.home()), "models": rows}, ensure_ascii=False, indent=1))
        return 0
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("model", "for", "MB", "here"):
        table.add_column(translated(heading), justify="right" if heading == "MB" else "left")
    for row in rows:
        table.add_row(
            str(row["name"]),
            translated(str(row["what"])),
            f"{row['megabytes']:,}",
            translated("yes") if row["installed"] else f"[dim]{translated('no')}[/]",
        )
    Console(highlight=False).print(table)
    say(f"Weights lie in {models.home()}; `interviews models fetch NAME` or `import FOLDER` brings more.")
    return 0


def verify() -> int:
    """Check every file of every model here. Returns 8 if one is damaged."""
    verdicts = models.verify()
    for verdict in verdicts:
        print(f"{translated(verdict.state):<10} {verdict.name:<20} {verdict.path}")
    damaged = [verdict for verdict in verdicts if verdict.state == "damaged"]
    if damaged:
        say("Delete the damaged files and fetch or import them again.")
    if not verdicts:
        say("There are no weights here yet.")
    return 8 if damaged else 0


@contextmanager
def bar(word: str) -> Iterator[Tell]:
    """A progress bar on a terminal, a line every tenth elsewhere."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        shown: dict[str, int] = {}

        def line(name: str, share: float) -> None:
            if int(share * 10) > shown.get(name, -1):
                shown[name] = int(share * 10)
                say(f"{word} {name}: {share:.0%}")

        yield line
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        tasks = {}

        def move(name: str, share: float) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(translated(f"{word} {name}"), total=1.0)
            progress.update(tasks[name], completed=share)

        yield move
