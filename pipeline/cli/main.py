"""The command line: its commands in order, each in the file of its subject, and where errors become exit codes."""

from __future__ import annotations

import signal
from collections.abc import Sequence

import typer

from pipeline import messages, privacy
from pipeline.cli import life, measure, models, release, review, run, study
from pipeline.errors import INTERRUPTED, Interrupted, InterviewsError, of_disk
from pipeline.messages import say

UsageProblem = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
"""Root of the errors in a command line. Newer Typers carry a click of their own, so it is found through theirs."""

COMMANDS = (
    study.init,
    study.match,
    run.run,
    study.status,
    release.export,
    review.review,
    release.bundle,
    release.quote,
    life.retract,
    release.disclosure,
    review.review_pack,
    review.review_open,
    review.review_merge,
    run.anonymize,
    measure.sample,
    life.audit,
    life.forget,
    study.verify,
    study.doctor,
)
"""As `interviews --help` lists them, by the names of their functions with - for _, and with their docstrings."""
GROUPS = {"models": models.models, "key": life.keys, "evaluate": measure.evaluate}
"""Commands of two words, after the others."""

app = typer.Typer(
    name="interviews",
    help="Confidential research interviews to anonymised, coding-ready transcripts. Nothing leaves this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for function in COMMANDS:
    app.command()(function)
for name, group in GROUPS.items():
    app.add_typer(group, name=name)


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
