"""What commands have in common: options, how a study is opened and its lines are printed, how one waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline import messages, privacy
from pipeline.errors import StudyBusy, UsageError
from pipeline.messages import say, show

if TYPE_CHECKING:
    from pipeline.study.folder import Study


def in_its_language(folder: Path | None) -> Path | None:
    """From here on messages are in the language of the study that the command line names, if it is one already."""
    if folder is not None:
        messages.speak(messages.of_study(folder))
    return folder


StudyFolder = Annotated[Path, typer.Argument(metavar="STUDY", help="the study's folder", callback=in_its_language)]
Json = Annotated[bool, typer.Option("--json", help="print JSON instead of text")]
Wait = Annotated[bool, typer.Option("--wait", help="until nobody else works on the study, instead of giving up")]
Only = Annotated[str, typer.Option("--only", metavar="IDS", help="these recordings alone: P03, or P01,P04")]
Participant = Annotated[str, typer.Argument(metavar="P07", help="whose words")]
Turns = Annotated[str, typer.Argument(metavar="42-44", help="turns, as the transcripts number them")]
Recipients = Annotated[
    list[str], typer.Option("--recipient", metavar="age1…", help="who may open it; may be given several times")
]


def opened(folder: Path, warned: bool = False) -> Study:
    """The study, its warnings printed if `warned`; from here on temporary files and caches lie in its work/.

    Raises ConfigError for what concerns the whole study.
    """
    from pipeline.study.folder import open_study

    study = open_study(folder)
    warn(study.warnings if warned else ())
    privacy.confine(study.folder / "work")
    return study


def warn(warnings: Sequence[str]) -> None:
    """Print warnings; they change no exit code."""
    for warning in warnings:
        say(f"Note: {warning}")


def show_each(lines: Iterable[str]) -> None:
    """Print results as they come."""
    for line in lines:
        show(line)


def patiently(folder: Path, wait: bool, work: Callable[[], int]) -> int:
    """Do `work`; with --wait again from the beginning, once nobody else holds the study. Raises StudyBusy without."""
    from pipeline.store import locks

    while True:
        try:
            return work()
        except StudyBusy as busy:
            if not wait:
                raise StudyBusy(busy.what, f"{busy.do} `--wait` does so by itself.") from None
            say(f"{busy.what} Waiting until that has finished …")
            locks.wait(folder.resolve() / "work")


def language(named: str) -> messages.Language:
    """The language of an option. Raises UsageError for one that is not spoken here."""
    for known in messages.LANGUAGES:
        if known == named:
            return known
    raise UsageError("--lang must be ru or en.", "")
