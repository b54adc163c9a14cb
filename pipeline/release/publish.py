"""`interviews export`: what is on disk becomes a Request, and build.py makes release/ of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

import msgspec
from msgspec import structs

from pipeline import flow
from pipeline.decisions import leak_sample, second_look, sign_off
from pipeline.decisions.journal import Book
from pipeline.deidentify.labels import key
from pipeline.errors import ConfigError, ExportRefused
from pipeline.model import Dialogue, Diarization, Recording, Redaction, Transcript, quiet
from pipeline.release import build
from pipeline.release.documents import transcripts
from pipeline.release.gate import leak
from pipeline.release.gate.private_words import sought
from pipeline.release.request import Doubt, Interview, Options, Request
from pipeline.store.artifacts import corrupt, write_atomically
from pipeline.store.seals import distrust
from pipeline.study import settings as config
from pipeline.study.folder import Entry, Study
from pipeline.study.inputs import Inputs
from pipeline.weights import catalogue


def publish(study: Study, draft: bool, options: Options = Options()) -> Iterator[str]:
    """Write release/ and say what is in it. Raises ExportRefused (7), ConfigError (3)."""
    with study.store.locked("interviews export"):
        known = sign_off.books(study.store.work)
        inputs = Inputs(study)
        ready = [entry for entry in study.entries if current(inputs, entry)]
        missing = [entry.id for entry in study.entries if entry not in ready]
        if not ready:
            raise ConfigError(
                "No interview is finished yet.", "Run `interviews run` first; `interviews status` says how far it is."
            )
        for entry in ready:
            refuse_damaged(study, entry, options.audio)
        if not draft:
            refuse_unreviewed(study, ready, known)
        request = request_of(study, ready, known, draft)
        made = build.publish(structs.replace(request, **structs.asdict(options)))
    yield f"{len(ready) - len(made.left_out)} interviews are in {made.folder}/ ({len(made.files)} files)."
    for out in made.left_out:
        yield f"left out: {out.id}: {out.reason}"
    for name in missing:
        yield f"left out: {name}: not finished; `interviews status` says why"
    for warning in made.warnings:
        yield f"note: {warning.text}"


def request_of(study: Study, ready: list[Entry], known: Mapping[str, Book], draft: bool) -> Request:
    """What an export is asked to make: the interviews as their reviewers left them."""
    settings = study.settings
    interviews = tuple(interview(study, entry, known) for entry in ready)
    return Request(
        study=study.folder,
        title=settings.study.title,
        language=settings.study.language,
        draft=draft,
        interviews=interviews,
        roster=study.roster,
        settings=settings.export,
        made_by=versions(study, interviews),
        set_otherwise=set_otherwise(study),
        guide=study.guide,
        leaks=leaks(study, ready, known),
        second_look=settings.review.said,
        cleared=sign_off.cleared(dict(known)),
    )


def refuse_unreviewed(study: Study, ready: list[Entry], known: Mapping[str, Book]) -> None:
    """Raise ExportRefused unless a person stands behind every interview exactly as it would be published."""
    unsigned, stale, unsettled = [], [], []
    for entry in ready:
        one = interview(study, entry, known)
        if build.why_not(one):
            continue
        if sign_off.last(known, entry.id) is None:
            unsigned.append(entry.id)
        elif one.signed is None:
            stale.append(entry.id)
        if one.looked.left:
            unsettled.append(one)
    said = [f"Nobody has signed off {', '.join(unsigned)}."] if unsigned else []
    said += [f"{', '.join(stale)}: the result changed after it was signed off."] if stale else []
    said += build.unsettled(unsettled)
    if said:
        raise ExportRefused(
            " ".join(said),
            f"`interviews review {study.folder}` opens the page on which to decide and sign off; "
            "`interviews export --draft` writes a draft to look at, marked as such in every file.",
        )


def released(study: Study, name: str, draft: bool = False) -> str:
    """The text file of one interview, exactly as an export would write it now."""
    entry = next(entry for entry in study.entries if entry.id == name)
    request = build.tiered(request_of(study, [entry], sign_off.books(study.store.work), draft))
    request, (one,) = build.settled(request, request.interviews)
    shown = build.names_of(request, (one,))[one.id]
    return transcripts.txt(transcripts.page(request, one, shown)).decode()


def doubts(study: Study) -> tuple[Doubt, ...]:
    """What the leak gate would say of a release made now. Raises ExportRefused, ConfigError as an export does."""
    ready = [entry for entry in study.entries if study.store.header(entry.id, "deidentify")]
    request = build.tiered(request_of(study, ready, sign_off.books(study.store.work), draft=True))
    build.check(request)
    shared, _, _ = build.choose(request)
    request, shared = build.settled(request, shared)
    names = build.names_of(request, shared)
    trial = study.store.work / "tmp" / "trial"
    build.clear(trial)
    try:
        build.build(request, shared, trial, quiet)
        verdict = leak.search(trial, sought(request, names))
    finally:
        build.clear(trial)
    ids = {shown: name for name, shown in names.items()}
    return tuple(doubt(hit, ids) for hit in (*verdict.hits, *verdict.doubts))


def doubt(hit: leak.Hit, ids: Mapping[str, str]) -> Doubt:
    """A finding of the gate for the review page: with the turn it stands in, where it stands in one."""
    turns = [int(found[1]) for place in hit.places if (found := re.match(r"¶(\d+)", place))]
    stems = [ids[stem] for file in hit.files if (stem := Path(file).stem) in ids]
    says = f"{hit.secret}{leak.WHY[hit.why]}"
    if not (stems and turns):
        where = hit.files if len(hit.files) < 4 else (*hit.files[:3], "…")
        says += f": {', '.join(where)}, {', '.join(hit.places[:4])}"
    return Doubt(says, hit.key, stems[0] if stems else "", turns[0] if turns else 0)


def export_key(study: Study, recipients: list[str], out: Path | None) -> Path:
    """Write what every label stands for, encrypted with age. Raises UsageError for what is no recipient."""
    ready = [entry for entry in study.entries if study.store.header(entry.id, "deidentify")]
    if not ready:
        raise ConfigError("No interview is finished yet, so there is no key.", "Run `interviews run` first.")
    known = sign_off.books(study.store.work)
    found = [interview(study, entry, known) for entry in ready]
    texts = {one.id: {turn.number: turn.text for turn in one.dialogue.turns} for one in found}
    data = key.encrypted([key.key(one.id, one.redaction.entities, texts[one.id]) for one in found], recipients)
    target = out or study.folder / "work" / "key.age"
    write_atomically(target, (data,))
    return target


def current(inputs: Inputs, entry: Entry) -> bool:
    """Whether the last stage's result is there and is what a run would make now."""
    return all(inputs.state(stage, entry) == "done" for stage in flow.STAGES)


def refuse_damaged(study: Study, entry: Entry, audio: bool) -> None:
    """Raises CorruptArtifact where a result of an interview, or the sound to be released, is not what was written."""
    for stage in flow.STAGES:
        checked = study.store.check_one(entry.id, stage.name)
        if not all(whole for _, whole in (checked if audio else islice(checked, 1))):
            distrust(study.store, [entry.id])
            raise corrupt(entry.id, stage.name)


def up_to_date(study: Study, entry: Entry) -> bool:
    """Whether the search on disk is of what people corrected last: its offsets are of no other text."""
    inputs = Inputs(study)
    return inputs.fresh(flow.STAGES[-1], entry.id, inputs.fingerprint(flow.STAGES[-1], entry))


def searched(study: Study, entry: Entry) -> tuple[Dialogue, Redaction]:
    """What the stages made of an interview, before any person. Raises CorruptArtifact."""
    store = study.store
    return store.read(entry.id, "attribute", Dialogue), store.read(entry.id, "deidentify", Redaction)


def typed(book: Book | None) -> frozenset[str]:
    """Labels of the reviewers' own."""
    made = book.decisions() if book else ()
    return frozenset(one.label for one in made if one.label and one.action != "harmless")


def interview(study: Study, entry: Entry, known: Mapping[str, Book]) -> Interview:
    """One interview as its reviewers left it; `known` is what they decided, by interview. Raises CorruptArtifact."""
    store = study.store
    transcript = store.read(entry.id, "transcribe", Transcript)
    heard = store.read(entry.id, "diarize", Diarization)
    done = sign_off.reviewed(searched(study, entry), entry.id, known, flow.style(study))
    asked = second_look.wanted(done.asked, study.settings.review.asked_from)
    left = tuple(one.open for one in asked if one.state == "open")
    return Interview(
        id=entry.id,
        participant=study.participant(entry.participant),
        recording=store.read(entry.id, "ingest", Recording),
        dialogue=done.dialogue,
        redaction=structs.replace(done.redaction, open=left),
        text_from=f"{transcript.engine} {transcript.model}".strip(),
        weights=tuple(weights(transcript, heard)),
        speakers_from=heard.method,
        cuts=done.cuts,
        signed=done.signed if done.current else None,
        respelt=done.respelt,
        looked=second_look.tally(asked),
        typed=typed(known.get(entry.id)),
    )


def weights(transcript: Transcript, heard: Diarization) -> Iterator[str]:
    """Where the models came from that an interview was made with."""
    if transcript.weights:
        yield f"{transcript.model}: {transcript.weights}"
    if published := catalogue.known(heard.model):
        yield f"{published.name}: {published.maker}, {published.licence}"


def leaks(study: Study, ready: list[Entry], known: Mapping[str, Book]) -> leak_sample.Rate | None:
    """What reading the audit sample showed, None where nobody read any of it."""
    found = [
        sign_off.sampled(sign_off.reviewed(searched(study, entry), entry.id, known, flow.style(study)), book)
        for entry in ready
        if (book := known.get(entry.id)) is not None
    ]
    words = sum(read for _, read in found)
    return leak_sample.rate(sum(leaked for leaked, _ in found), words) if words else None


def versions(study: Study, interviews: Iterable[Interview]) -> tuple[tuple[str, str], ...]:
    """What made these results, from their headers; a stage names all libraries that it may need."""
    found: dict[str, str] = {}
    for one in interviews:
        for stage in flow.STAGES:
            header = study.store.header(one.id, stage.name)
            made_by = header.made_by if header else {}
            found |= {name: number for name, number in made_by.items() if took_part(name, one)}
    return tuple(sorted(found.items()))


def took_part(library: str, one: Interview) -> bool:
    """Whether a library had a part in this interview."""
    engine = one.text_from.partition(" ")[0]
    needs = {
        "openai-whisper": engine == "openai-whisper",
        "faster-whisper": engine == "faster-whisper",
        "pyannote.audio": one.speakers_from == "pyannote",
        "silero-vad": engine not in WRITTEN or one.speakers_from not in WRITTEN,
        "torch": engine not in WRITTEN or one.speakers_from not in WRITTEN,
    }
    return needs.get(library, True)


WRITTEN = ("captions", "given")
"""what needs no program that listens"""
STAGES = ("transcribe", "diarize", "attribute", "deidentify")
"""whose settings decide what a transcript says"""
WORDS = ("prompt", "allow", "model")
"""settings that hold words of the study or paths: never printed"""


def set_otherwise(study: Study) -> tuple[tuple[str, str], ...]:
    """Settings that differ from the program's own, by name; a table one line a key."""
    found: dict[str, str] = {}
    for stage in STAGES:
        chosen, own = (msgspec.to_builtins(getattr(from_, stage)) for from_ in (study.settings, config.Settings()))
        for name, value in chosen.items():
            if value != own[name] and name not in WORDS:
                inner = value.items() if isinstance(value, dict) else [("", value)]
                found |= {f"{stage}.{name}.{key}".rstrip("."): str(one) for key, one in inner}
    return tuple(found.items())
