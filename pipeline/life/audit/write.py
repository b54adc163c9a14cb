"""`interviews audit`: the report and the trail of decisions, searched like a release, then put into audit/."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import structs

from pipeline.decisions import sign_off
from pipeline.errors import ExportRefused
from pipeline.life.audit.document import docx
from pipeline.life.audit.facts import Facts, gather
from pipeline.life.audit.sections import Sections
from pipeline.life.audit.trail import Decided, trail
from pipeline.life.audit.wording import words
from pipeline.messages import LANGUAGES, Language
from pipeline.release import build, publish
from pipeline.release.documents import tables
from pipeline.release.gate import leak
from pipeline.release.gate.private_words import sought
from pipeline.store.artifacts import write_atomically
from pipeline.study.folder import Study

FOLDER = "audit"
"""in the study's folder, beside work/: it holds no original, and is asked for when work/ has been removed"""


def write(study: Study, language: Literal["", "ru", "en"] = "") -> Iterator[str]:
    """Write audit/, in both languages unless one is named. Raises ConfigError, ExportRefused where a name is in it."""
    with study.store.locked("interviews audit"):
        facts = gather(study)
        books = sign_off.books(study.store.work)
        whole = tuple(row for row in books[""].all("clear") if row.data) if "" in books else ()
        rows = tuple(trail(facts, whole))
        languages: tuple[Language, ...] = (language,) if language else LANGUAGES
        files = {name: data for one in languages for name, data in made(facts, rows, one).items()}
        examine(study, facts, files)
        folder = study.folder / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        for name, data in files.items():
            if not (folder / name).is_file() or (folder / name).read_bytes() != data:
                write_atomically(folder / name, (data,))
    yield f"The report is in {folder}/ ({', '.join(sorted(files))}). It is private: give it to the board alone."


def made(facts: Facts, rows: tuple[Decided, ...], language: Language) -> dict[str, bytes]:
    """The files of one language."""
    title = words(language)["front"]["title"]
    report = docx(Sections(facts, rows, language).blocks(), language, title)
    return {f"audit-{language}.docx": report, f"audit-{language}.csv": tables.csv_of(table(rows, language))}


def table(rows: tuple[Decided, ...], language: Language) -> tuple[tuple[str, ...], ...]:
    """The trail in one language; kinds, labels and rules stand as every other file has them."""
    said = words(language)
    lines = (
        (
            *(one.interview, one.turn, said["what"][one.what], one.kind, said["classes"].get(one.cls, one.cls)),
            *(one.label, one.found_by, said["decisions"].get(one.decision, one.decision), one.reviewer, one.at),
        )
        for one in rows
    )
    return tuple(said["columns"].values()), *lines


def examine(study: Study, facts: Facts, files: dict[str, bytes]) -> None:
    """Search the report for participants' names and contacts, and everything hidden. Raises ExportRefused.

    Interviewers may be named in it: the board wants to know who is responsible.
    """
    request = publish.request_of(study, [], {}, draft=True)
    contacts = tuple(contact for contact in study.roster.contacts if contact.role == "participant")
    roster = structs.replace(request.roster, contacts=contacts)
    interviews = tuple(seen.interview for seen in facts.seen)
    wanted = sought(structs.replace(request, roster=roster, interviews=interviews), {})
    named = {f"PERSON:{contact.owner}" for contact in study.roster.contacts if contact.role == "interviewer"}
    left = tuple(one for one in wanted.secrets if one.id.split(" of ")[0] not in named)
    folder = study.store.work / "tmp" / "audit"
    build.clear(folder)
    try:
        folder.mkdir(mode=0o700, parents=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
        verdict = leak.search(folder, structs.replace(wanted, secrets=left))
    finally:
        build.clear(folder)
    if verdict.hits:
        raise ExportRefused(
            f"The report would give away {build.count(len(verdict.hits), 'private item')}; nothing was written.\n"
            + build.listed(verdict.hits),
            "Take names of participants out of study.yaml and of replacements written by hand, then try again.",
        )
