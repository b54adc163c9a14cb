"""What comes after, over the years a study is kept: retract, audit, forget, and the key from labels to names."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import Participant, Recipients, StudyFolder, Turns, language, opened, show_each
from pipeline.errors import UsageError
from pipeline.messages import say, show, translated

keys = typer.Typer(
    help="The key from labels back to what they hide; it leaves work/ only encrypted.", no_args_is_help=True
)


def retract(
    folder: StudyFolder,
    participant: Participant,
    turns: Turns,
    words: Annotated[
        bool, typer.Option("--words", help="only these words of them, typed or pasted after the command")
    ] = False,
    reviewer: Annotated[str, typer.Option(metavar="R1|R2", help="who writes the cut")] = "R1",
) -> None:
    """Cut what a participant takes back out of the transcript, as the review page's D does."""
    from pipeline.life.retract import retract as cut

    show_each(cut(opened(folder), participant, turns, passage() if words else "", reviewer))


def passage() -> str:
    """Words from standard input: on the command line they would stay in the shell's history. Raises UsageError."""
    if sys.stdin.isatty():
        say("Paste the words, then press Enter and Ctrl-D.")
    text = sys.stdin.read()
    if not text.strip():
        raise UsageError("No words were given.", "Paste them after the command, or leave --words out.")
    return text


def audit(
    folder: StudyFolder,
    lang: Annotated[str, typer.Option("--lang", metavar="ru|en", help="one language instead of both")] = "",
) -> None:
    """Write audit/: what an ethics board reads, and each decision without the words it is about."""
    from pipeline.life.audit.write import write

    spoken = language(lang) if lang else ""
    show_each(write(opened(folder, warned=True), spoken))


def forget(
    folder: StudyFolder,
    participant: Annotated[str, typer.Option(metavar="P07", help="this one alone; without it, the whole study")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="ask nothing; files in recordings/ stay")] = False,
) -> None:
    """Remove a participant, or the whole study, from everything in the study's folder; list what is out of reach."""
    from pipeline.life.forget.forget import forget as forgotten
    from pipeline.life.forget.forget import plan as planned

    study = opened(folder)
    plan = planned(study, participant)
    recordings = False
    if not yes:
        who = f"participant {plan.id}" if participant else "the WHOLE study but recordings/"
        typer.confirm(translated(f"This cannot be undone. Forget {who}?"), abort=True, err=True)
        if plan.recordings:
            question = f"Delete the recordings, too ({len(plan.recordings)} of {plan.id}, in recordings/)?"
            recordings = typer.confirm(translated(question), err=True)
    show_each(forgotten(study, plan, recordings))


@keys.command("export")
def key_export(
    folder: StudyFolder,
    recipient: Recipients,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="instead of work/key.age")] = None,
) -> None:
    """Encrypt the key for its recipients, with age."""
    from pipeline.release.publish import export_key
    from pipeline.study.folder import open_study

    show(f"The encrypted key is in {export_key(open_study(folder), recipient, out)}.")
