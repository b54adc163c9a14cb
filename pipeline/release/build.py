"""The release: built beside the previous one, searched for what must not be in it, and put in its place by a rename."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

from msgspec import structs

from pipeline.errors import ConfigError, ExportRefused
from pipeline.model import Tell, quiet
from pipeline.release import checksums, frozen, frozen_ledger, silenced_audio
from pipeline.release.attribution import contradictions
from pipeline.release.attribution import line as attribution
from pipeline.release.checksums import MANIFEST, contents
from pipeline.release.documents import (
    formats,
    json_transcript,
    methods,
    qdpx,
    tables,
    transcripts,
)
from pipeline.release.gate import leak
from pipeline.release.gate.private_words import sought
from pipeline.release.request import Interview, LeftOut, Published, Request, Warned
from pipeline.study.export_settings import Residence, Settings, Universities

__all__ = ["Interview", "LeftOut", "Published", "Request", "Settings", "Warned", "publish"]

LITTER = (".DS_Store", "Thumbs.db", "desktop.ini")
"""files that an operating system leaves in any folder"""


def publish(request: Request, tell: Tell = quiet) -> Published:
    """Build, search and publish release/. Raises ConfigError, or ExportRefused with the old release left as it was."""
    request = tiered(request)
    check(request)
    shared, left_out, warnings = choose(request)
    request, shared = settled(request, shared)
    refuse_unsettled(request, shared)
    release = request.study / request.into
    partial = release.with_name(release.name + ".partial")
    recover(release)
    guard(release)
    clear(partial)
    try:
        build(request, shared, partial, tell)
        silent = sounds(request, shared, partial) if request.audio else ()
        verdict = leak.search(partial, sought(request, names_of(request, shared)))
        refuse(request, verdict)
        if request.bag:
            checksums.pack(partial, request)
        else:
            (partial / MANIFEST).write_bytes(checksums.manifest(partial, checksums.said(request)))
        files = tuple(sorted(path.relative_to(partial).as_posix() for path in partial.rglob("*") if path.is_file()))
        if not request.draft:
            frozen_ledger.write(request.study, request.ledger)
        swap(partial, release)
    finally:
        clear(partial)
    warned = (
        *warnings,
        *(Warned(said) for said in unsettled(shared)),
        *exact(request, shared),
        *silent,
        *(Warned(hit.said(), hit.key) for hit in verdict.doubts if hit.key not in request.cleared),
    )
    return Published(release, files, warned, left_out)


def tiered(request: Request) -> Request:
    """The request with what its tier takes away."""
    if request.tier != "shareable":
        return request
    own, less = request.settings, request.settings.shareable
    settings = structs.replace(
        own,
        age_band=max(own.age_band, less.age_band),
        universities=max(own.universities, less.universities, key=get_args(Universities).index),
        residence=max(own.residence, less.residence, key=get_args(Residence).index),
        leave_out=tuple(dict.fromkeys((*own.leave_out, *less.leave_out))),
    )
    return structs.replace(request, settings=settings)


def settled(request: Request, shared: tuple[Interview, ...]) -> tuple[Request, tuple[Interview, ...]]:
    """The request and its interviews with the labels, turn numbers and names that earlier releases fixed."""
    made, ledger = frozen.settle(frozen_ledger.read(request.study), shared)
    by_id = {interview.id: interview for interview in made}
    everyone = tuple(by_id.get(interview.id, interview) for interview in request.interviews)
    return structs.replace(request, interviews=everyone, ledger=ledger), made


def check(request: Request) -> None:
    """Nothing stands in the way that the operator could have known before. Raises ConfigError."""
    columns = frozenset(header for row in request.roster.participants for header, _ in row.extra)
    attribution.check(request.settings, columns)
    names = [interview.name for interview in request.interviews]
    if len(set(names)) < len(names):
        raise ConfigError(
            "Two interviews would get the same file name in the release.",
            "Give their participants ids that differ in more than punctuation.",
        )


def choose(request: Request) -> tuple[tuple[Interview, ...], tuple[LeftOut, ...], tuple[Warned, ...]]:
    """Which interviews go in. Raises ExportRefused where none may."""
    shared, left_out, warnings = [], [], []
    for interview in sorted(request.interviews, key=lambda interview: interview.name):
        reason = why_not(interview)
        if reason:
            left_out.append(LeftOut(interview.id, reason))
            continue
        shared.append(interview)
        if interview.participant is None:
            warnings.append(Warned(f"{interview.id}: no row of the participants' list: no attribution line."))
        elif interview.participant.consent.share != "yes":
            answer = interview.participant.consent.share
            warnings.append(Warned(f"{interview.id}: consent to share is “{answer}”; exported all the same."))
    if not shared:
        said = "".join(f"\n  {one.id}: {one.reason}" for one in left_out)
        raise ExportRefused(
            f"There is no interview that may be released.{said}\n",
            "See consent_share and withdrawn_on in the list of participants, and `interviews status`.",
        )
    return tuple(shared), tuple(left_out), tuple(warnings)


def unsettled(interviews: Iterable[Interview]) -> list[str]:
    """How many words of which interviews nobody has settled; nothing where all are."""
    left = [f"{one.looked.left} ({one.id})" for one in interviews if one.looked.left]
    if not left:
        return []
    return [
        f"Words that nothing and nobody has called harmless: {', '.join(left)}. "
        "The second look (Q) of the review page asks about each."
    ]


def refuse_unsettled(request: Request, shared: tuple[Interview, ...]) -> None:
    """Raise ExportRefused where a release would hold a word that is neither hidden nor known to be harmless."""
    said = unsettled(shared)
    if said and not request.draft:
        raise ExportRefused(
            said[0],
            f"`interviews review {request.study}` opens the page.",
        )


def exact(request: Request, shared: tuple[Interview, ...]) -> Iterator[Warned]:
    """Interviews whose words tell what this release says less of."""
    for interview in shared if request.tier != "blind" else ():
        cites = contradictions.exact(interview, request.settings)
        if cites:
            turns = ", ".join(f"¶{cite}" for cite in cites)
            yield Warned(f"{interview.id}: {turns}: the respondent says more exactly what this release coarsens.")


def why_not(interview: Interview) -> str:
    """Why an interview stays out of the release, "" where it does not."""
    consent = interview.participant.consent if interview.participant else None
    if consent and consent.withdrawn_on:
        return "the participant has withdrawn"
    if consent and consent.share == "no":
        return "the participant does not consent to sharing"
    return ""


def names_of(request: Request, shared: tuple[Interview, ...]) -> dict[str, str]:
    """Interview id -> its name in the release; in the blind tier a number."""
    if request.tier != "blind":
        return {interview.id: interview.name for interview in shared}
    return {interview.id: request.ledger.blind[interview.id] for interview in shared}


def build(request: Request, shared: tuple[Interview, ...], folder: Path, tell: Tell) -> None:
    """Every file of the release but the manifest."""
    names = names_of(request, shared)
    pages = []
    for number, interview in enumerate(sorted(shared, key=lambda interview: names[interview.id])):
        page = transcripts.page(request, interview, names[interview.id])
        for form in formats.FORMATS:
            put(folder / form.folder / f"{page.name}.{form.extension}", form.write(page))
        pages.append(page)
        tell(interview.id, (number + 1) / len(shared))
    put(folder / "project.qdpx", qdpx.qdpx(request, pages))
    named = tuple((page.name, page.interview) for page in pages)
    for path, make in formats.SHEETS:
        put(folder / path, tables.xlsx(make(request, named), Path(path).stem))
    if request.ledger.release > 1 or not request.draft:
        put(folder / "CHANGES.csv", tables.csv_of(tables.changes(request, names)))
    table = tables.rows(request, named)
    put(folder / "data_list.csv", tables.csv_of(table))
    put(folder / "data_list.xlsx", tables.xlsx(table))
    put(folder / "codebook.csv", tables.csv_of(tables.codebook(request, table)))
    put(folder / "deidentification_log.csv", tables.csv_of(tables.log(request, named)))
    put(folder / "second_look.csv", tables.csv_of(tables.looked(request, named)))
    put(folder / "schema" / "transcript.schema.json", json_transcript.schema(request.draft))
    put(folder / "README.txt", formats.readme(request))
    put(folder / "METHODS.md", methods.methods(request, shared, len(request.interviews) - len(shared)))


def sounds(request: Request, shared: tuple[Interview, ...], folder: Path) -> tuple[Warned, ...]:
    """audio/ with what may be heard; warnings for what may not. Raises ExportRefused, RecordingError."""
    names = names_of(request, shared)
    chosen, out = silenced_audio.choose(shared)
    for interview in chosen:
        tracks = request.study / "work" / interview.id / "audio"
        silenced_audio.write(interview, tracks, folder / "audio" / f"{names[interview.id]}.{silenced_audio.FORMAT}")
    return tuple(Warned(f"{one.id}: no recording: {one.reason}.") for one in out)


def put(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def refuse(request: Request, verdict: leak.Verdict) -> None:
    """Raise ExportRefused where the gate found something, or a doubt waits for a decision."""
    if verdict.hits:
        raise ExportRefused(
            f"The release would give away {count(len(verdict.hits), 'private item')}; nothing was published.\n"
            + listed(verdict.hits),
            "Hide these passages in the review page, then export again. They are named by file, place and entity: "
            "the words themselves stand in no message.",
        )
    open_doubts = [hit for hit in verdict.doubts if hit.key not in request.cleared]
    if open_doubts and not request.draft:
        raise ExportRefused(
            f"{count(len(open_doubts), 'passage')} may give somebody away and nobody has decided; nothing was "
            f"published.\n{listed(tuple(open_doubts))}",
            "Decide on each in the review page, then export again. A draft (`--draft`) shows them as warnings.",
        )


def count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


SHOWN = 40
"""lines of findings that an error lists"""


def listed(hits: tuple[leak.Hit, ...]) -> str:
    lines = [f"  {hit.said()}" for hit in hits[:SHOWN]]
    if len(hits) > SHOWN:
        lines.append(f"  … and {len(hits) - SHOWN} more")
    return "\n".join(lines)


def recover(release: Path) -> None:
    """Put the previous release back where an export was killed between its two renames."""
    previous = release.with_name(release.name + ".previous")
    if previous.is_dir():
        if release.exists():
            shutil.rmtree(previous)
        else:
            previous.rename(release)


def guard(release: Path) -> None:
    """Nothing in release/ is anybody's own work, which publishing would delete. Raises ConfigError."""
    if not release.is_dir():
        return
    known = {MANIFEST, *checksums.TAGS}
    if (release / MANIFEST).is_file():
        lines = (release / MANIFEST).read_text(encoding="utf-8").splitlines()
        known |= {line.split("  ", 1)[1] for line in lines if "  " in line and not line.startswith("#")}
    foreign = [path for path in contents(release) if path.relative_to(release).as_posix() not in known]
    foreign = [path for path in foreign if path.name not in LITTER and not path.name.startswith(("~$", ".~lock"))]
    if foreign:
        raise ConfigError(
            f"release/ holds {count(len(foreign), 'file')} that no export wrote; publishing would delete them.",
            "Move them out of release/: it is rewritten as a whole by every export.",
        )


def swap(partial: Path, release: Path) -> None:
    """Publish by rename; a release that would not change is left alone."""
    if release.is_dir() and same(partial, release):
        return
    previous = release.with_name(release.name + ".previous")
    if release.is_dir():
        release.rename(previous)
    partial.rename(release)
    clear(previous)


def same(one: Path, other: Path) -> bool:
    """Whether two releases hold the same bytes."""
    files = [path.relative_to(one) for path in (*contents(one), one / MANIFEST)]
    theirs = {path.relative_to(other) for path in (*contents(other), other / MANIFEST)}
    return set(files) == theirs and all((one / f).read_bytes() == (other / f).read_bytes() for f in files)


def clear(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
