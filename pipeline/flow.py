"""The whole story: STAGES in order, and the one loop that carries every recording through them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pipeline.attribute import stage as attribute
from pipeline.decisions import second_look, sign_off
from pipeline.decisions.journal import Book
from pipeline.deidentify import stage as deidentify
from pipeline.deidentify.labels import replace
from pipeline.diarize import stage as diarize
from pipeline.errors import REVIEW_DUE, InterviewsError, MissingDependency, worst
from pipeline.ingest import stage as ingest
from pipeline.model import Dialogue, Diarization, Failure, Recording, Redaction, Tell, Transcript
from pipeline.progress.reporter import Reporter
from pipeline.store.artifacts import digest
from pipeline.study import capacity, foreseen
from pipeline.study.folder import Entry, Study, write_register
from pipeline.study.inputs import PACE, Inputs, Stage, makeshift
from pipeline.study.report import page
from pipeline.transcribe import stage as transcribe

STAGES = (
    Stage("ingest", ingest, ("parts",), Recording, ("ffmpeg-python",)),
    Stage(
        "transcribe",
        transcribe,
        ("recording",),
        Transcript,
        ("openai-whisper", "faster-whisper", "silero-vad", "onnxruntime", "torch"),
    ),
    Stage(
        "diarize",
        diarize,
        ("recording", "people"),
        Diarization,
        ("pyannote.audio", "silero-vad", "onnxruntime", "torch"),
    ),
    Stage(
        "attribute",
        attribute,
        ("recording", "transcript", "diarization", "cast", "guide"),
        Dialogue,
        ("pymorphy3", "rapidfuzz"),
    ),
    Stage(
        "deidentify",
        deidentify,
        ("dialogue", "corrections", "contacts"),
        Redaction,
        ("presidio-analyzer", "natasha", "pymorphy3"),
    ),
)


LONG = 1800
"""seconds of audio from which it is worth a few seconds to measure how long the rest will take"""


def run(
    study: Study,
    entries: tuple[Entry, ...],
    until: str,
    report: Reporter,
    runner: AbstractContextManager[Runner] | None = None,
) -> int:
    """Carry `entries` through the stages, up to and including `until`; returns the exit code.

    What is finished is not done again; a recording that fails is remembered and leaves the others running.
    `runner` does the work of a stage elsewhere than in this process.
    """
    stages = STAGES[: [stage.name for stage in STAGES].index(until) + 1]
    with study.store.locked("interviews run"), runner or nullcontext(here) as carry:
        study.store.prepare()
        write_register(study)
        check(study, entries, stages)
        capacity.refuse(study, entries)
        report.open(stage.name for stage in stages)
        for said in foreseen.troubles(Inputs(study), entries, diarize.lacks):
            report.says(said.says)
        inputs = Inputs(study)
        codes = one_pass(inputs, entries, stages, report, carry)
        if inputs.begins_again:
            codes = one_pass(Inputs(study, last=True), entries, stages, report, carry)
        page.write(study)
        report.close(worst(codes))
    return worst(codes)


def one_pass(
    inputs: Inputs, entries: tuple[Entry, ...], stages: tuple[Stage, ...], report: Reporter, runner: Runner
) -> set[int]:
    """Every stage over all recordings, or up to where a damaged artifact was found. Returns the exit codes met."""
    study = inputs.study
    going = {entry.id: entry for entry in entries}
    codes: set[int] = set()
    failed = study.store.failed()
    for number, stage in enumerate(stages):
        wanted = {name: inputs.fingerprint(stage, entry) for name, entry in going.items()}
        due = {entry: wanted[name] for name, entry in going.items() if not inputs.fresh(stage, name, wanted[name])}
        if inputs.begins_again:
            break
        for name in failed & (going.keys() - {entry.id for entry in due}):
            study.store.succeeded(name, stage.name)
        sizes = {entry.id: inputs.seconds(entry) for entry in due}
        report.begin(stage.name, sizes, len(going) - len(due), ahead(stages[number + 1 :], going, sizes, inputs))
        if runner is here:
            expect(stage, due, inputs, report)
        for name, failure in runner(stage, due, inputs, report):
            if failure:
                study.store.fail(failure)
                report.failed(failure)
                codes.add(failure.code)
                going.pop(name, None)
            else:
                inputs.seals.keep(name, stage.name)
                report.finished(name, sizes[name] or inputs.seconds(going[name]))
        inputs.save()
        for name in inputs.damaged:
            going.pop(name, None)
        announce(inputs, report)
        report.end()
        if inputs.begins_again:
            break
    if stages[-1].name == "deidentify" and review_due(inputs, going):
        codes.add(REVIEW_DUE)
    inputs.save()
    announce(inputs, report)
    return codes


def announce(inputs: Inputs, report: Reporter) -> None:
    """Name the results that proved damaged."""
    for name, stage in inputs.found:
        report.says(f"{name}: the result of the {stage} stage was changed or damaged; it is made anew.")
    inputs.found.clear()


def review_due(inputs: Inputs, interviews: Iterable[str]) -> bool:
    """Whether a person must look at any of them: never signed off, or changed since."""
    known, program = sign_off.books(inputs.store.work), version("interviews")
    return any(not signed_off(inputs, name, known, program) for name in interviews)


def signed_off(inputs: Inputs, name: str, known: Mapping[str, Book], program: str) -> bool:
    """Whether a person stands behind an interview as it is now. Once found true, it is until something changes.

    `program` is the version of what tells so.
    """
    book, asked_from = known.get(name), inputs.study.settings.review.asked_from
    if book is None or book.signed() is None:
        return False
    headers = (inputs.header(name, "attribute"), inputs.header(name, "deidentify"))
    state = digest(
        [header.content if header else "" for header in headers],
        (book.decisions(), book.corrected(), book.signed(), style(inputs.study)),
        (sign_off.beside(name, known), asked_from),
        program,
    )
    if inputs.seals.known.get(f"{name}/signed") == state:
        return True
    dialogue, redaction = inputs.read(name, "attribute", Dialogue), inputs.read(name, "deidentify", Redaction)
    if dialogue is None or redaction is None:
        return True
    done = sign_off.reviewed((dialogue, redaction), name, known, style(inputs.study))
    whole = done.current and not second_look.tally(second_look.wanted(done.asked, asked_from)).left
    if whole:
        inputs.seals.note(f"{name}/signed", state)
    return whole


def style(study: Study) -> replace.Style:
    """How this study's replacements look."""
    return replace.Style(study.settings.deidentify.policy, study.settings.deidentify.brackets)


def check(study: Study, entries: tuple[Entry, ...], stages: tuple[Stage, ...]) -> None:
    """Stop before any work where a stage could not begin. Raises ConfigError, MissingDependency.

    Recordings that came with their transcripts need no program that listens.
    """
    inputs = Inputs(study)
    heard = tuple(entry for entry in entries if not foreseen.given(inputs, entry))
    missing = []
    for stage in stages:
        try:
            if hasattr(stage.module, "check"):
                stage.module.check(inputs.settings(stage))
        except MissingDependency as error:
            if any(study.store.header(entry.id, stage.name) is None for entry in heard):
                missing.append(error)
    if missing:
        raise missing[0]


def ahead(
    stages: tuple[Stage, ...], going: Mapping[str, Entry], sizes: Mapping[str, float], inputs: Inputs
) -> dict[str, float]:
    """Seconds of audio that later stages will have to do: what is being made anew, and what they have not made yet."""
    if not sizes:
        return {}

    def seconds(stage: Stage, entry: Entry) -> float:
        if entry.id in sizes:
            return sizes[entry.id]
        return 0.0 if inputs.store.header(entry.id, stage.name) else inputs.seconds(entry)

    return {stage.name: sum(seconds(stage, entry) for entry in going.values()) for stage in stages}


def expect(stage: Stage, due: Mapping[Entry, str], inputs: Inputs, report: Reporter) -> None:
    """Say what a stage that takes long will take here, measured with the chosen weights; never a reason to stop."""
    seconds = sum(inputs.seconds(entry) for entry in due)
    if hasattr(stage.module, "outlook") and seconds >= LONG:
        with suppress(InterviewsError):
            report.expects(stage.module.outlook(inputs.settings(stage), seconds, inputs.study.folder / "work" / PACE))


Runner = Callable[[Stage, Mapping[Entry, str], Inputs, Reporter], Iterator[tuple[str, Failure | None]]]
"""Carries the recordings that are due, each with the fingerprint its result will have, through a stage. Yields each as
soon as its result is in its place, or with the Failure that it ended in."""


def here(
    stage: Stage, due: Mapping[Entry, str], inputs: Inputs, report: Reporter
) -> Iterator[tuple[str, Failure | None]]:
    """The Runner that works in this process."""
    if due:
        yield from results(stage, due, inputs, report.tell)


def results(
    stage: Stage, due: Mapping[Entry, str], inputs: Inputs, tell: Tell, load: Callable[[Any], Any] | None = None
) -> Iterator[tuple[str, Failure | None]]:
    """What a stage makes of recordings, each put in its place as soon as it is complete, or why it could not.

    `load` brings the stage's model from elsewhere, such as the memory of a process that keeps it.
    """
    wanted = {entry.id: fingerprint for entry, fingerprint in due.items()}
    kept = {"load": load} if load and hasattr(stage.module, "load") else {}
    for name, made in stage.module.run(inputs.items(stage, due), inputs.settings(stage), tell, **kept):
        if isinstance(made, Failure):
            yield name, made
        else:
            without = hasattr(stage.module, "makeshift") and stage.module.makeshift(made)
            fingerprint = makeshift(wanted[name]) if without else wanted[name]
            inputs.store.write(name, stage.name, made, fingerprint, made_by(stage))
            yield name, None


def made_by(stage: Stage) -> dict[str, str]:
    """Versions of the program and of the libraries behind an artifact."""
    found = {}
    for name in ("interviews", *stage.libraries):
        with suppress(PackageNotFoundError):  # an extra that is not installed made nothing
            found[name] = version(name)
    return found
