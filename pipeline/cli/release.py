"""What leaves the study: export, bundle, quote; and disclosure, which says what that gives away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import Participant, StudyFolder, Turns, Wait, opened, patiently, show_each, warn
from pipeline.errors import UsageError
from pipeline.messages import say, show

Tier = Annotated[str, typer.Option(metavar="TIER", help="restricted, shareable or blind")]
CaseLink = Annotated[str, typer.Option(metavar="HOW", help="ref, or code for QualCoder")]
Audio = Annotated[bool, typer.Option("--audio", help="also the recordings, hidden words silenced")]
Bag = Annotated[bool, typer.Option("--bag", help="as a BagIt bag, for an archive")]


def export(  # noqa: PLR0913, PLR0917 - each is an option of the command
    folder: StudyFolder,
    draft: Annotated[bool, typer.Option("--draft", help="before review and sign-off; marked so in every file")] = False,
    tier: Tier = "restricted",
    case_link: CaseLink = "ref",
    audio: Audio = False,
    bag: Bag = False,
    wait: Wait = False,
    for_participant: Annotated[
        str, typer.Option("--for-participant", metavar="P07", help="instead: a copy for this participant to approve")
    ] = "",
) -> int:
    """Write release/: anonymised transcripts with demographic metadata, if the leak gate lets them pass."""
    from pipeline.release.member_check import write
    from pipeline.release.options import options
    from pipeline.release.publish import publish
    from pipeline.release.request import Options

    asked = options(tier, case_link, audio, bag)
    if for_participant and asked != Options():
        raise UsageError("A copy for a participant has no tier, case link, audio or bag.", "Leave these options out.")

    def work() -> int:
        study = opened(folder, warned=True)
        show_each(write(study, for_participant) if for_participant else publish(study, draft, asked))
        return 0

    return patiently(folder, wait, work)


def bundle(  # noqa: PLR0913, PLR0917 - each is an option of the command
    folder: StudyFolder,
    recipient: Annotated[
        list[str] | None, typer.Option(metavar="age1…", help="who may open it; without one, a zip with a passphrase")
    ] = None,
    draft: Annotated[bool, typer.Option("--draft", help="before review and sign-off")] = False,
    tier: Tier = "shareable",
    case_link: CaseLink = "ref",
    audio: Audio = False,
    bag: Bag = False,
) -> None:
    """Encrypt a release for somebody else, coarsened unless told otherwise, with a note on how to open it."""
    from pipeline.release.options import options, send

    asked = options(tier, case_link, audio, bag)
    show_each(send(opened(folder), draft, asked, recipient or []))


def quote(
    folder: StudyFolder,
    participant: Participant,
    turns: Turns,
    lang: Annotated[str, typer.Option("--lang", metavar="ru|en", help="of marks and attribution")] = "",
    tier: Annotated[
        str, typer.Option(metavar="TIER", help="shareable prints a coarsened line, blind none")
    ] = "restricted",
) -> None:
    """Print a quote with its attribution, ready for a paper, and keep it in work/quotes.csv."""
    from pipeline.release.options import quote as chosen

    made = chosen(opened(folder), participant, turns, lang, tier)
    print(made.printed())
    warn(made.notes)
    say(f"{made.participant}, ¶{made.turns}. It is on the list in work/quotes.csv.")


def disclosure(
    folder: StudyFolder,
    tier: Annotated[str, typer.Option(metavar="TIER", help="restricted or shareable")] = "restricted",
    population: Annotated[Path | None, typer.Option(metavar="CSV", help="people they might be taken from")] = None,
) -> None:
    """Report how easily each participant is recognised, and what saying less would buy; for your eyes only."""
    from pipeline.disclosure.report import report

    show(f"The report is in {report(opened(folder), tier, population)}.")
