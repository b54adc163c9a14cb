"""The command line: one thin function a command, and the only place where errors become exit codes."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from pipeline import messages, privacy
from pipeline.errors import INTERRUPTED, Interrupted, InterviewsError, StudyBusy, UsageError, of_disk, worst
from pipeline.messages import say, show, translated

UsageProblem = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
"""Root of the errors in a command line. Newer Typers carry a click of their own, so it is found through theirs."""

app = typer.Typer(
    name="interviews",
    help="Confidential research interviews to anonymised, coding-ready transcripts. Nothing leaves this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
models = typer.Typer(help="Weights of the speech models: fetch, import, convert, list, verify.", no_args_is_help=True)
evaluate = typer.Typer(help="Measure against a reference that people made.", no_args_is_help=True)
keys = typer.Typer(
    help="The key from labels back to what they hide; it leaves work/ only encrypted.", no_args_is_help=True
)
app.add_typer(models, name="models")
app.add_typer(keys, name="key")
app.add_typer(evaluate, name="evaluate")


def in_its_language(folder: Path | None) -> Path | None:
    """From here on messages are in the language of the study that the command line names, if it is one already."""
    if folder is not None:
        messages.speak(messages.of_study(folder))
    return folder


StudyFolder = Annotated[Path, typer.Argument(metavar="STUDY", help="the study's folder", callback=in_its_language)]
Json = Annotated[bool, typer.Option("--json", help="print JSON instead of text")]
Wait = Annotated[bool, typer.Option("--wait", help="until nobody else works on the study, instead of giving up")]
Only = Annotated[str, typer.Option("--only", metavar="IDS", help="these recordings alone: P03, or P01,P04")]


def command(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code. Never shows more of an unexpected error than where it is."""
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    messages.speak(None)
    try:
        return app(args=list(arguments), standalone_mode=False) or 0
    except InterviewsError as error:
        say(f"{error.what}\n{error.do}" if "\n" in error.what else f"{error.what} {error.do}")
        return error.exit_code
    except (Interrupted, KeyboardInterrupt, typer.Abort):
        say("Interrupted. What was finished is kept; the same command goes on from there.")
        return INTERRUPTED
    except BrokenPipeError:
        return 0
    except Exception as error:
        return explained(error)


def explained(error: Exception) -> int:
    """Say what an error of the command line, of the disk or of the program means; returns its exit code."""
    trouble = of_disk(error) if isinstance(error, OSError) else None
    if trouble:
        say(f"{trouble.what} {trouble.do}")
        return trouble.exit_code
    if isinstance(error, UsageProblem):
        say(f"{error.format_message()} See `interviews --help`.".lstrip())  # type: ignore[attr-defined]
        return 2
    privacy.show_bug(type(error), error, None)
    return 1


def interrupt(_number: int, _frame: object) -> None:
    """Ctrl-C and a polite kill end the program wherever it is; artifacts on disk stay whole."""
    raise Interrupted


@app.command()
def init(
    folder: StudyFolder,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="participants as an Excel workbook instead of CSV")] = False,
    lang: Annotated[str, typer.Option("--lang", metavar="ru|en", help="of a new study's messages and reports")] = "ru",
) -> int:
    """Make a study: recordings/, study.yaml, participants and contacts with the recordings found."""
    from pipeline.study.initialise import initialise
    from pipeline.study.safe_places import concerns

    for line in initialise(folder, xlsx, language(lang)):
        show(line)
    return warn([concern.says for concern in concerns(folder, messages.speaking())])


@app.command()
def match(folder: StudyFolder, as_json: Json = False) -> int:
    """Show which recording belongs to which participant, to be confirmed before a run."""
    from pipeline.study.folder import open_study
    from pipeline.study.overview import match_table

    study = open_study(folder)
    privacy.confine(study.folder / "work")
    match_table(study, as_json)
    return warn(study.warnings)


@app.command()
def run(  # noqa: PLR0913, PLR0917 - each is an option of the command
    folder: StudyFolder,
    only: Only = "",
    until: Annotated[str, typer.Option(metavar="STAGE", help="stop after this stage")] = "deidentify",
    workers: Annotated[int, typer.Option(min=0, metavar="N", help="work in so many processes on this machine")] = 0,
    scheduler: Annotated[str, typer.Option(metavar="ADDRESS", help="work on a Dask cluster: tcp://host:8786")] = "",
    cluster: Annotated[str, typer.Option(metavar="KIND", help="slurm: work in jobs of this cluster")] = "",
    wait: Wait = False,
    as_json: Json = False,
) -> int:
    """Carry the recordings through all stages; what is finished is not done again."""
    from pipeline.cli.run import Asked, run

    asked = Asked(folder, only, until, workers, scheduler, cluster, as_json)
    asked.check()
    return patiently(folder, wait, lambda: run(asked))


@app.command()
def status(
    folder: StudyFolder,
    watch: Annotated[bool, typer.Option("--watch", help="follow a run that goes on elsewhere")] = False,
    as_json: Json = False,
) -> int:
    """Show how far each recording is, and why one stopped."""
    from pipeline.flow import STAGES
    from pipeline.study.folder import open_study
    from pipeline.study.overview import status_table

    if watch:
        from pipeline.progress.watch import follow

        follow(folder.resolve() / "work", as_json)
    study = open_study(folder)
    status_table(study, as_json, STAGES)
    return warn(study.warnings)


@app.command()
def export(  # noqa: PLR0913, PLR0917 - each is an option of the command
    folder: StudyFolder,
    draft: Annotated[bool, typer.Option("--draft", help="before review and sign-off; marked so in every file")] = False,
    tier: Annotated[str, typer.Option(metavar="TIER", help="restricted, shareable or blind")] = "restricted",
    case_link: Annotated[str, typer.Option(metavar="HOW", help="ref, or code for QualCoder")] = "ref",
    audio: Annotated[bool, typer.Option("--audio", help="also the recordings, hidden words silenced")] = False,
    bag: Annotated[bool, typer.Option("--bag", help="as a BagIt bag, for an archive")] = False,
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
    from pipeline.study.folder import open_study

    asked = options(tier, case_link, audio, bag)
    if for_participant and asked != Options():
        raise UsageError("A copy for a participant has no tier, case link, audio or bag.", "Leave these options out.")

    def work() -> int:
        study = open_study(folder)
        warn(study.warnings)
        privacy.confine(study.folder / "work")
        lines = write(study, for_participant) if for_participant else publish(study, draft, asked)
        for line in lines:
            show(line)
        return 0

    return patiently(folder, wait, work)


@app.command()
def review(  # noqa: PLR0913, PLR0917 -- one parameter an option
    folder: StudyFolder,
    lang: Annotated[str, typer.Option("--lang", metavar="ru|en", help="of the page; else the study's")] = "",
    host: Annotated[str, typer.Option(help="another than this machine; needs --cert and --key")] = "127.0.0.1",
    cert: Annotated[Path | None, typer.Option(metavar="FILE", help="TLS certificate (PEM)")] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="its private key (PEM)")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="only print the address")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one")] = 0,
    reviewer: Annotated[str, typer.Option(metavar="R1|R2", help="who opens the page")] = "R1",
) -> int:
    """Open the local page on which people decide, correct and sign off. Prints its one-time address."""
    from pipeline.review.open_page import Options, review
    from pipeline.study.folder import open_study

    study = open_study(folder)
    spoken = language(lang) if lang else study.settings.study.language
    warn(study.warnings)
    privacy.confine(study.folder / "work")
    review(study, Options(spoken, host, port, cert, key, not no_browser, reviewer))
    return 0


@app.command()
def bundle(  # noqa: PLR0913, PLR0917 - each is an option of the command
    folder: StudyFolder,
    recipient: Annotated[
        list[str] | None, typer.Option(metavar="age1…", help="who may open it; without one, a zip with a passphrase")
    ] = None,
    draft: Annotated[bool, typer.Option("--draft", help="before review and sign-off")] = False,
    tier: Annotated[str, typer.Option(metavar="TIER", help="restricted, shareable or blind")] = "shareable",
    case_link: Annotated[str, typer.Option(metavar="HOW", help="ref, or code for QualCoder")] = "ref",
    audio: Annotated[bool, typer.Option("--audio", help="also the recordings, hidden words silenced")] = False,
    bag: Annotated[bool, typer.Option("--bag", help="as a BagIt bag, for an archive")] = False,
) -> int:
    """Encrypt a release for somebody else, coarsened unless told otherwise, with a note on how to open it."""
    from pipeline.release.options import options, send
    from pipeline.study.folder import open_study

    asked = options(tier, case_link, audio, bag)
    study = open_study(folder)
    privacy.confine(study.folder / "work")
    for line in send(study, draft, asked, recipient or []):
        show(line)
    return 0


@app.command()
def quote(
    folder: StudyFolder,
    participant: Annotated[str, typer.Argument(metavar="P07", help="whose words")],
    turns: Annotated[str, typer.Argument(metavar="42-44", help="turns, as the transcripts number them")],
    lang: Annotated[str, typer.Option("--lang", metavar="ru|en", help="of marks and attribution")] = "",
    tier: Annotated[
        str, typer.Option(metavar="TIER", help="shareable prints a coarsened line, blind none")
    ] = "restricted",
) -> int:
    """Print a quote with its attribution, ready for a paper, and keep it in work/quotes.csv."""
    from pipeline.release.options import quote as chosen
    from pipeline.study.folder import open_study

    study = open_study(folder)
    privacy.confine(study.folder / "work")
    made = chosen(study, participant, turns, lang, tier)
    print(made.printed())
    warn(made.notes)
    say(f"{made.participant}, ¶{made.turns}. It is on the list in work/quotes.csv.")
    return 0


@app.command()
def retract(
    folder: StudyFolder,
    participant: Annotated[str, typer.Argument(metavar="P07", help="whose words")],
    turns: Annotated[str, typer.Argument(metavar="42-44", help="turns, as the transcripts number them")],
    words: Annotated[
        bool, typer.Option("--words", help="only these words of them, typed or pasted after the command")
    ] = False,
    reviewer: Annotated[str, typer.Option(metavar="R1|R2", help="who writes the cut")] = "R1",
) -> int:
    """Cut what a participant takes back out of the transcript, as the review page's D does."""
    from pipeline.life.retract import retract as cut
    from pipeline.study.folder import open_study

    study = open_study(folder)
    privacy.confine(study.folder / "work")
    for line in cut(study, participant, turns, passage() if words else "", reviewer):
        show(line)
    return 0


def passage() -> str:
    """Words from standard input: on the command line they would stay in the shell's history. Raises UsageError."""
    if sys.stdin.isatty():
        say("Paste the words, then press Enter and Ctrl-D.")
    text = sys.stdin.read()
    if not text.strip():
        raise UsageError("No words were given.", "Paste them after the command, or leave --words out.")
    return text


@app.command()
def disclosure(
    folder: StudyFolder,
    tier: Annotated[str, typer.Option(metavar="TIER", help="restricted or shareable")] = "restricted",
    population: Annotated[Path | None, typer.Option(metavar="CSV", help="people they might be taken from")] = None,
) -> int:
    """Report how easily each participant is recognised, and what saying less would buy; for your eyes only."""
    from pipeline.disclosure.report import report
    from pipeline.study.folder import open_study

    study = open_study(folder)
    privacy.confine(study.folder / "work")
    show(f"The report is in {report(study, tier, population)}.")
    return 0


@app.command("review-pack")
def review_pack(
    folder: StudyFolder,
    interviews: Annotated[str, typer.Argument(metavar="P01-P11", help="which interviews: a range, a list, or all")],
    recipient: Annotated[list[str], typer.Option(metavar="age1…", help="who may open it; may be given several times")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="instead of a file in work/")] = None,
) -> int:
    """Encrypt some interviews for another reviewer, or the decisions for the way back."""
    from pipeline.review.open_page import send
    from pipeline.study.folder import open_study

    show(f"The encrypted pack is in {send(open_study(folder), interviews, recipient, out)}.")
    return 0


Identity = Annotated[Path, typer.Option("--identity", metavar="FILE", help="your age identity, AGE-SECRET-KEY-1…")]


@app.command("review-open")
def review_open(
    pack: Annotated[Path, typer.Argument(metavar="FILE", help="a pack from another reviewer")],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="a folder that does not exist yet")],
    identity: Identity,
) -> int:
    """Open a pack as a study of its own, to be reviewed with `interviews review FOLDER`."""
    from pipeline.review.open_page import receive

    receive(pack, folder, identity)
    show(f"The interviews are in {folder}. Review them with `interviews review {folder}`.")
    return 0


@app.command("review-merge")
def review_merge(
    folder: StudyFolder,
    packs: Annotated[list[Path], typer.Argument(metavar="FILE...", help="packs that came back")],
    identity: Identity,
) -> int:
    """Take in what another reviewer decided; lists where two reviewers differ."""
    from pipeline.review.open_page import merge
    from pipeline.study.folder import open_study

    for line in merge(open_study(folder), packs, identity):
        show(line)
    return 0


@app.command()
def anonymize(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="txt, docx, vtt, srt or json transcripts")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="where t001, t002 … are written")],
    folder: Annotated[
        Path | None,
        typer.Option("--study", metavar="STUDY", help="use its settings and contacts", callback=in_its_language),
    ] = None,
) -> int:
    """Anonymise transcripts that exist already."""
    from pipeline.anonymize.files import anonymize_files

    failures = anonymize_files(files, out, folder)
    for failure in failures:
        say(f"{failure.id}: {failure.what} {failure.do}")
    show(f"{len(files) - len(failures)} of {len(files)} transcripts are in {out}.")
    return worst({failure.code for failure in failures})


@app.command()
def sample(
    folder: StudyFolder,
    words: Annotated[int, typer.Option(min=1, help="how many words to draw, about")] = 2000,
    seed: Annotated[int, typer.Option(help="another number draws other turns")] = 0,
    judged: Annotated[Path | None, typer.Option(metavar="FILE", help="the sample with its verdicts filled in")] = None,
    bound: Annotated[float, typer.Option(min=0.01, help="leaks per 10,000 words that you would accept")] = 5.0,
) -> int:
    """Draw turns to read for what was missed, and measure the leak rate of this study from the verdicts."""
    from pipeline.measure import sampling
    from pipeline.study.folder import open_study

    for line in sampling.judge(judged, bound) if judged else sampling.draw(open_study(folder), words, seed):
        show(line)
    return 0


@app.command()
def audit(
    folder: StudyFolder,
    lang: Annotated[str, typer.Option("--lang", metavar="ru|en", help="one language instead of both")] = "",
) -> int:
    """Write audit/: what an ethics board reads, and each decision without the words it is about."""
    from pipeline.life.audit.write import write
    from pipeline.study.folder import open_study

    if lang not in ("", "ru", "en"):
        raise UsageError("--lang must be ru or en.", "")
    study = open_study(folder)
    warn(study.warnings)
    privacy.confine(study.folder / "work")
    for line in write(study, lang):  # type: ignore[arg-type]
        show(line)
    return 0


@app.command()
def forget(
    folder: StudyFolder,
    participant: Annotated[str, typer.Option(metavar="P07", help="this one alone; without it, the whole study")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="ask nothing; files in recordings/ stay")] = False,
) -> int:
    """Remove a participant, or the whole study, from everything in the study's folder; list what is out of reach."""
    from pipeline.life.forget.forget import forget as forgotten
    from pipeline.life.forget.plan import plan as planned
    from pipeline.study.folder import open_study

    study = open_study(folder)
    privacy.confine(study.folder / "work")
    plan = planned(study, participant)
    recordings = False
    if not yes:
        who = f"participant {plan.id}" if participant else "the WHOLE study but recordings/"
        typer.confirm(translated(f"This cannot be undone. Forget {who}?"), abort=True, err=True)
        if plan.recordings:
            question = f"Delete the recordings, too ({len(plan.recordings)} of {plan.id}, in recordings/)?"
            recordings = typer.confirm(translated(question), err=True)
    for line in forgotten(study, plan, recordings):
        show(line)
    return 0


@app.command()
def verify(folder: StudyFolder, as_json: Json = False) -> int:
    """Check every artifact against its checksum."""
    from pipeline.study.folder import open_study
    from pipeline.study.overview import verify_table

    return verify_table(open_study(folder), as_json)


@app.command()
def doctor(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[STUDY]", help="also look at this study", callback=in_its_language)
    ] = None,
) -> int:
    """Check what this machine needs: ffmpeg, weights, disk, permissions."""
    from pipeline.flow import STAGES
    from pipeline.study.doctor import examine

    return examine(folder, STAGES)


@keys.command("export")
def key_export(
    folder: StudyFolder,
    recipient: Annotated[list[str], typer.Option(metavar="age1…", help="who may open it; may be given several times")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="instead of work/key.age")] = None,
) -> int:
    """Encrypt the key for its recipients, with age."""
    from pipeline.release.publish import export_key
    from pipeline.study.folder import open_study

    show(f"The encrypted key is in {export_key(open_study(folder), recipient, out)}.")
    return 0


@models.command("fetch")
def models_fetch(name: Annotated[str, typer.Argument(help="turbo, large-v3, small … or community-1")]) -> int:
    """Download weights once; a broken download goes on where it stopped."""
    from pipeline.cli.models import fetch

    return fetch(name)


@models.command("import")
def models_import(path: Annotated[Path, typer.Argument(help="a file or folder, on a USB stick for example")]) -> int:
    """Take weights from a folder of this machine."""
    from pipeline.cli.models import bring

    return bring(path)


@models.command("convert")
def models_convert(
    name: Annotated[str, typer.Argument(metavar="NAME|PATH", help="turbo, small … or the path of a .pt file")],
) -> int:
    """Make the weights that the engine faster-whisper needs out of Whisper's own."""
    from pipeline.cli.models import convert

    return convert(name)


@models.command("list")
def models_list(as_json: Json = False) -> int:
    """Show which weights are here and which can be fetched."""
    from pipeline.cli.models import catalogue

    return catalogue(as_json)


@models.command("verify")
def models_verify() -> int:
    """Check the weights against their published checksums."""
    from pipeline.cli.models import verify as check

    return check()


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
    as_json: Json = False,
) -> int:
    """Score de-identification against gold transcripts."""
    from pipeline.measure.scoring import deidentification

    return deidentification(gold, spans, as_json)


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


def warn(warnings: Sequence[str]) -> int:
    """Print warnings; they change no exit code."""
    for warning in warnings:
        say(f"Note: {warning}")
    return 0
