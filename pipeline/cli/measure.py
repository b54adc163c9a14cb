"""What is measured: a study's results against references that people made, and the leaks that a sample shows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import Json, Only, StudyFolder, show_each

evaluate = typer.Typer(help="Measure against a reference that people made.", no_args_is_help=True)


def sample(
    folder: StudyFolder,
    words: Annotated[int, typer.Option(min=1, help="how many words to draw, about")] = 2000,
    seed: Annotated[int, typer.Option(help="another number draws other turns")] = 0,
    judged: Annotated[Path | None, typer.Option(metavar="FILE", help="the sample with its verdicts filled in")] = None,
    bound: Annotated[float, typer.Option(min=0.01, help="leaks per 10,000 words that you would accept")] = 5.0,
) -> None:
    """Draw turns to read for what was missed, and measure the leak rate of this study from the verdicts."""
    from pipeline.measure import sampling
    from pipeline.study.folder import open_study

    show_each(sampling.judge(judged, bound) if judged else sampling.draw(open_study(folder), words, seed))


@evaluate.command("speakers")
def evaluate_speakers(
    folder: StudyFolder,
    only: Only,
    reference: Annotated[Path, typer.Option(help="truth.rttm or truth.json")],
    as_json: Json = False,
) -> int:
    """Score who speaks when, and who is who, against a reference."""
    from pipeline.measure.scoring import speakers

    return speakers(folder, only, reference, as_json)


@evaluate.command("transcripts")
def evaluate_transcripts(
    folder: StudyFolder,
    only: Only,
    reference: Annotated[Path, typer.Option(help="truth.json with turns and their words or text")],
    as_json: Json = False,
) -> int:
    """Score the text of one recording against a reference: word, character and speaker-attributed word error rates."""
    from pipeline.measure.scoring import transcripts

    return transcripts(folder, only, reference, as_json)


@evaluate.command("deidentify")
def evaluate_deidentify(
    gold: Annotated[Path, typer.Argument(metavar="GOLD_DIR", help="folder of gold transcripts")],
    spans: Annotated[
        Path | None, typer.Option("--spans", metavar="DIR", help="write what would be masked here")
    ] = None,
    open_words: Annotated[
        Path | None, typer.Option("--open", metavar="DIR", help="write what would be asked about here")
    ] = None,
    as_json: Json = False,
) -> int:
    """Score de-identification against gold transcripts."""
    from pipeline.measure.scoring import deidentification

    return deidentification(gold, spans, open_words, as_json)


@evaluate.command("release")
def evaluate_release(
    folder: StudyFolder,
    gold: Annotated[Path, typer.Option("--gold", metavar="DIR", help="folder with <id>/truth.json or <id>.json")],
    as_json: Json = False,
) -> int:
    """Score what leaves a study of what must go, end to end, against references."""
    from pipeline.measure.scoring import release

    return release(folder, gold, as_json)
