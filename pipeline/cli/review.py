"""What reviewers do: the review page, and packs of interviews that go to another reviewer and come back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline import privacy
from pipeline.cli.options import Recipients, StudyFolder, language, show_each, warn
from pipeline.messages import show

Identity = Annotated[Path, typer.Option("--identity", metavar="FILE", help="your age identity, AGE-SECRET-KEY-1…")]


def review(  # noqa: PLR0913, PLR0917 -- one parameter an option
    folder: StudyFolder,
    lang: Annotated[str, typer.Option("--lang", metavar="ru|en", help="of the page; else the study's")] = "",
    host: Annotated[str, typer.Option(help="another than this machine; needs --cert and --key")] = "127.0.0.1",
    cert: Annotated[Path | None, typer.Option(metavar="FILE", help="TLS certificate (PEM)")] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="its private key (PEM)")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="only print the address")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one")] = 0,
    reviewer: Annotated[str, typer.Option(metavar="R1|R2", help="who opens the page")] = "R1",
) -> None:
    """Open the local page on which people decide, correct and sign off. Prints its one-time address."""
    from pipeline.review.open_page import Options
    from pipeline.review.open_page import review as serve
    from pipeline.study.folder import open_study

    study = open_study(folder)
    spoken = language(lang) if lang else study.settings.study.language
    warn(study.warnings)
    privacy.confine(study.folder / "work")
    serve(study, Options(spoken, host, port, cert, key, not no_browser, reviewer))


def review_pack(
    folder: StudyFolder,
    interviews: Annotated[str, typer.Argument(metavar="P01-P11", help="which interviews: a range, a list, or all")],
    recipient: Recipients,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="instead of a file in work/")] = None,
) -> None:
    """Encrypt some interviews for another reviewer, or the decisions for the way back."""
    from pipeline.review.packs import send
    from pipeline.study.folder import open_study

    show(f"The encrypted pack is in {send(open_study(folder), interviews, recipient, out)}.")


def review_open(
    pack: Annotated[Path, typer.Argument(metavar="FILE", help="a pack from another reviewer")],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="a folder that does not exist yet")],
    identity: Identity,
) -> None:
    """Open a pack as a study of its own, to be reviewed with `interviews review FOLDER`."""
    from pipeline.review.packs import receive

    receive(pack, folder, identity)
    show(f"The interviews are in {folder}. Review them with `interviews review {folder}`.")


def review_merge(
    folder: StudyFolder,
    packs: Annotated[list[Path], typer.Argument(metavar="FILE...", help="packs that came back")],
    identity: Identity,
) -> None:
    """Take in what another reviewer decided; lists where two reviewers differ."""
    from pipeline.review.packs import merge
    from pipeline.study.folder import open_study

    show_each(merge(open_study(folder), packs, identity))
