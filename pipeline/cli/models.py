"""Weights of the speech models: fetch, import, convert, list, verify.

What goes wrong is raised in pipeline/weights: MissingDependency (exit 4), ConfigError for a name nobody publishes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import Json
from pipeline.errors import UsageError
from pipeline.messages import say, show, translated
from pipeline.model import Tell

models = typer.Typer(help="Weights of the speech models: fetch, import, convert, list, verify.", no_args_is_help=True)


@models.command("fetch")
def fetch(
    name: Annotated[str, typer.Argument(help="turbo, large-v3, small … or community-1")],
    engine: Annotated[
        str, typer.Option("--engine", metavar="NAME", help="faster-whisper: also make the form that it reads")
    ] = "openai-whisper",
) -> None:
    """Download weights once; a broken download goes on where it stopped."""
    from pipeline.weights.fetch import fetch as download
    from pipeline.weights.sources import source

    if engine not in ("openai-whisper", "faster-whisper"):
        raise UsageError("--engine must be openai-whisper or faster-whisper.", "")
    with bar("fetching") as tell:
        path = download(name, tell, say)
    show(f"{name} is in {path}.")
    if told := source(path):
        say(f"Made by {told.maker}, licence {told.licence}; it came from {told.route}; sha256 {told.sha256}.")
    if engine == "faster-whisper":
        convert(name)


@models.command("import")
def bring(path: Annotated[Path, typer.Argument(help="a file or folder, on a USB stick for example")]) -> None:
    """Take weights from a folder of this machine."""
    from pipeline.weights.bring import bring as copied

    with bar("copying") as tell:
        came = copied(path, tell)
    for model in came:
        show(f"{model.name} is in {model.path}.")


@models.command("convert")
def convert(
    name: Annotated[str, typer.Argument(metavar="NAME|PATH", help="turbo, small … or the path of a .pt file")],
) -> None:
    """Make the weights that the engine faster-whisper needs out of Whisper's own."""
    from pipeline.weights.convert import convert as made

    with bar("converting") as tell:
        path = made(name, tell)
    show(f"The weights for `engine: faster-whisper` are in {path}.")


@models.command("list")
def catalogue(as_json: Json = False) -> None:
    """Show which weights are here and which can be fetched."""
    from rich.console import Console
    from rich.table import Table

    from pipeline.weights.catalogue import KNOWN
    from pipeline.weights.models import home, installed

    here = {model.name: (model.what, model.bytes // 1_000_000) for model in installed()}
    published = {model.name: (model.what, sum(file.megabytes for file in model.files)) for model in KNOWN}
    rows = [
        {"name": name, "what": what, "megabytes": megabytes, "installed": name in here}
        for name, (what, megabytes) in (published | here | published).items()
    ]
    if as_json:
        print(json.dumps({"folder": str(home()), "models": rows}, ensure_ascii=False, indent=1))
        return
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
    say(f"Weights lie in {home()}; `interviews models fetch NAME` or `import FOLDER` brings more.")


@models.command("verify")
def verify() -> int:
    """Check the weights against their published checksums."""
    from pipeline.weights.models import verify as check

    verdicts = check()
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
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

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
