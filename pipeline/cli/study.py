"""A study and its state: init, match, status, verify, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline import messages
from pipeline.cli.options import Json, StudyFolder, in_its_language, language, opened, show_each, warn


def init(
    folder: StudyFolder,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="participants as an Excel workbook instead of CSV")] = False,
    lang: Annotated[str, typer.Option("--lang", metavar="ru|en", help="of a new study's messages and reports")] = "ru",
) -> None:
    """Make a study: recordings/, study.yaml, participants and contacts with the recordings found."""
    from pipeline.study.initialise import initialise
    from pipeline.study.safe_places import concerns

    show_each(initialise(folder, xlsx, language(lang)))
    warn([concern.says for concern in concerns(folder, messages.speaking())])


def match(folder: StudyFolder, as_json: Json = False) -> None:
    """Show which recording belongs to which participant, to be confirmed before a run."""
    from pipeline.study.overview import match_table

    study = opened(folder)
    match_table(study, as_json)
    warn(study.warnings)


def status(
    folder: StudyFolder,
    watch: Annotated[bool, typer.Option("--watch", help="follow a run that goes on elsewhere")] = False,
    as_json: Json = False,
) -> None:
    """Show how far each recording is, and why one stopped."""
    from pipeline.flow import STAGES
    from pipeline.study.folder import open_study
    from pipeline.study.overview import status_table

    if watch:
        from pipeline.progress.watch import follow

        follow(folder.resolve() / "work", as_json)
    study = open_study(folder)
    status_table(study, as_json, STAGES)
    warn(study.warnings)


def verify(folder: StudyFolder, as_json: Json = False) -> int:
    """Check every artifact against its checksum."""
    from pipeline.study.folder import open_study
    from pipeline.study.overview import verify_table

    return verify_table(open_study(folder), as_json)


def doctor(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[STUDY]", help="also look at this study", callback=in_its_language)
    ] = None,
) -> int:
    """Check what this machine needs: ffmpeg, weights, disk, permissions."""
    from pipeline.flow import STAGES
    from pipeline.study.doctor import examine

    return examine(folder, STAGES)
