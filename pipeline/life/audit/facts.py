"""What is known of a study: its interviews, consents, reviewers, what was hidden, what was measured, what left it."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from pipeline import flow
from pipeline.corrections.apply import CUT, corrected
from pipeline.decisions import leak_sample, sign_off
from pipeline.decisions.journal import Book
from pipeline.decisions.judged import Judged, judged
from pipeline.decisions.second_look import Tally
from pipeline.deidentify.labels import policy
from pipeline.disclosure import report, risk
from pipeline.errors import ConfigError, CorruptArtifact
from pipeline.measure import sampling
from pipeline.model import Dialogue, Redaction, SignOff
from pipeline.participants import Consent
from pipeline.release import build, checksums, frozen_ledger, publish, traces
from pipeline.release.documents import tables
from pipeline.release.member_check import FOLDER
from pipeline.release.request import DRAFT_LINE, Interview, Request
from pipeline.store.artifacts import read_table
from pipeline.study import forgotten as removals
from pipeline.study import safe_places
from pipeline.study import settings as config
from pipeline.study.folder import Entry, Study

State = Literal["waiting", "failed", "searched", "changed", "signed"]
TABLES = ("ingest", "transcribe", "diarize", "attribute", "deidentify", "review", "export")
PRIVATE = {("transcribe", "prompt"), ("deidentify", "allow")}
"""settings whose values are words of the study"""
PATH = re.compile(r"[/\\]|\.(pt|bin|ckpt)$")
"""a model that is a file of this machine; where it lies is nobody's business"""


class Seen(Struct, frozen=True):
    """A finished interview with all that was decided on it."""

    interview: Interview
    """numbered and labelled as a release would be"""
    said: Dialogue
    """before corrections"""
    judged: Judged
    book: Book
    aligned: bool
    """False where it was corrected and waits to be searched again: where things stand is then not known"""

    def cite(self, number: int) -> str:
        return dict(self.interview.cites).get(number, str(number))


class Row(Struct, frozen=True):
    """One recording."""

    id: str
    state: State
    seconds: float = 0.0
    turns: int = 0
    words: int = 0
    hidden: int = 0
    undecided: int = 0
    cuts: int = 0
    looked: Tally = Tally()
    """how its second look went"""
    read: float = 0.0
    """share of the words that somebody read, 0–1"""
    read_by: tuple[tuple[str, float], ...] = ()
    signed: SignOff | None = None
    text_from: str = ""
    speakers_from: str = ""


class Asked(Struct, frozen=True):
    """One participant's consent, and whether the transcript may leave the study."""

    id: str
    consent: Consent
    recorded: bool
    out: Literal["", "withdrawn", "refused"]


class Kind(Struct, frozen=True):
    """How much of one kind was found, and what became of it."""

    name: str
    action: str
    hidden: int
    shown: int
    people: int
    """of the shown, by a person's decision"""


class Reader(Struct, frozen=True):
    """One reviewer, by code."""

    code: str
    decisions: int
    corrections: int
    judgements: int
    turns: int
    """read"""
    signed: tuple[str, ...]
    first: str
    last: str
    """ISO dates of the first and the last act"""


class Setting(Struct, frozen=True):
    """One setting that the study was run with, without those that hold names or words of the study."""

    table: str
    name: str
    value: str
    """"" for one that is not shown"""
    own: bool
    """whether the study chose it, or it is the default"""


class Facts(Struct, frozen=True):
    """Everything the audit says."""

    study: Study
    seen: tuple[Seen, ...]
    rows: tuple[Row, ...]
    asked: tuple[Asked, ...]
    kinds: tuple[Kind, ...]
    readers: tuple[Reader, ...]
    rate: leak_sample.Rate | None
    traces: tuple[str, ...]
    """what makes the data pseudonymised only; names as in METHODS.md"""
    concerns: tuple[safe_places.Concern, ...]
    people: risk.Report | None
    forgotten: tuple[dict[str, str], ...]
    made_by: tuple[tuple[str, str], ...]
    settings: tuple[Setting, ...]
    release: Literal["none", "draft", "published"]
    releases: int
    """how many releases differed from the one before"""
    sent: bool
    """an encrypted copy was made"""
    copies: tuple[str, ...]
    """participants who have a copy of their own"""
    cleared: int
    """doubts of the release check that a person found harmless"""

    @property
    def last(self) -> str:
        """ISO date of the last act of a reviewer, "" before any."""
        return max((reader.last for reader in self.readers), default="")

    def of(self, *states: State) -> list[Row]:
        return [row for row in self.rows if row.state in states]


def gather(study: Study) -> Facts:
    """Read all of it; what is not there yet is told as missing. Raises ConfigError."""
    books = sign_off.books(study.store.work)
    ready = [entry for entry in study.entries if whole(study, entry)]
    request = build.tiered(publish.request_of(study, ready, books, draft=True))
    request = build.settled(request, request.interviews)[0]
    seen = tuple(look(study, one, books) for one in request.interviews)
    by_id = {one.interview.id: one for one in seen}
    people = report.rows(request) if seen else {}
    return Facts(
        study=study,
        seen=seen,
        rows=tuple(row(study, entry, by_id.get(entry.id)) for entry in study.entries),
        asked=consents(study),
        kinds=kinds(study, seen),
        readers=readers(books),
        rate=measured(study, seen),
        traces=traces.found(study.folder, study.roster),
        concerns=safe_places.concerns(study.folder),
        people=risk.examine(people, [], study.settings.export.home) if people else None,
        forgotten=forgotten(study),
        made_by=publish.versions(study, (one.interview for one in seen)),
        settings=chosen_settings(study),
        release=released(request),
        releases=frozen_ledger.read(study.folder).release,
        sent=any((study.folder / "transfer").glob("release.*")),
        copies=tuple(sorted(path.name for path in (study.folder / FOLDER).glob("*") if path.is_dir())),
        cleared=len(request.cleared),
    )


def whole(study: Study, entry: Entry) -> bool:
    """Whether every result of an interview is there and undamaged."""
    try:
        for stage in flow.STAGES:
            study.store.data(entry.id, stage.name)
    except CorruptArtifact:
        return False
    return True


def look(study: Study, interview: Interview, books: Mapping[str, Book]) -> Seen:
    """One interview with its decisions."""
    book = books.get(interview.id) or Book()
    said = study.store.read(interview.id, "attribute", Dialogue)
    found = study.store.read(interview.id, "deidentify", Redaction)
    corrections = book.corrected()
    entry = next(entry for entry in study.entries if entry.id == interview.id)
    aligned = not corrections or publish.up_to_date(study, entry)
    dialogue = corrected(said, corrections).dialogue
    beside = sign_off.beside(interview.id, books)
    made = judged(found, dialogue, book.decisions(), flow.style(study), beside) if aligned else Judged((), (), ())
    return Seen(interview, said, made, book, aligned)


def row(study: Study, entry: Entry, seen: Seen | None) -> Row:
    """How far one recording is."""
    if seen is None:
        return Row(entry.id, "failed" if study.store.failure(entry.id) else "waiting")
    interview, turns, read_by = seen.interview, seen.interview.dialogue.turns, seen.book.read_by()
    last = seen.book.signed()
    state: State = "searched" if last is None else "signed" if interview.signed and seen.aligned else "changed"
    return Row(
        id=entry.id,
        state=state,
        seconds=interview.recording.seconds,
        turns=len(turns),
        words=sum(len(turn.words) for turn in turns),
        hidden=sum(bool(mark.entity.label) for mark in seen.judged.marks),
        undecided=seen.judged.undecided + len(seen.book.conflicts()),
        looked=interview.looked,
        cuts=sum(word.text == CUT for turn in turns for word in turn.words),
        read=sign_off.share_read(turns, set().union(*read_by.values())),
        read_by=tuple((code, sign_off.share_read(turns, read_by[code])) for code in sorted(read_by)),
        signed=last,
        text_from=interview.text_from,
        speakers_from=interview.speakers_from,
    )


def consents(study: Study) -> tuple[Asked, ...]:
    """Every participant's consent."""
    recorded = {entry.participant for entry in study.entries}
    made = []
    for person in study.roster.participants:
        out: Literal["", "withdrawn", "refused"] = ""
        if person.consent.withdrawn_on:
            out = "withdrawn"
        elif person.consent.share == "no":
            out = "refused"
        made.append(Asked(person.id, person.consent, person.id in recorded, out))
    return tuple(made)


def kinds(study: Study, seen: tuple[Seen, ...]) -> tuple[Kind, ...]:
    """Counts by kind over all interviews, in the order of the policy."""
    hidden: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for one in seen:
        for mark in one.judged.marks:
            (hidden if mark.entity.label else shown)[mark.entity.kind] += 1
            people[mark.entity.kind] += mark.state == "rejected"
    overrides = study.settings.deidentify.policy
    named = sorted(hidden | shown, key=tables.order)
    return tuple(Kind(k, policy.decide(k, overrides), hidden[k], shown[k], people[k]) for k in named)


def readers(books: Mapping[str, Book]) -> tuple[Reader, ...]:
    """What each reviewer did in the whole study."""
    acts: dict[str, Counter[str]] = {}
    days: dict[str, set[str]] = {}
    signed: dict[str, set[str]] = {}
    for name, book in books.items():
        for (what, _), rows in book.rows.items():
            for one in rows:
                days.setdefault(one.reviewer, set()).add(one.at[:10])
                if one.batch not in book.undone:
                    acts.setdefault(one.reviewer, Counter())[what] += 1
        last = book.signed()
        if last:
            signed.setdefault(last.reviewer, set()).add(name)
    return tuple(
        Reader(
            code=code,
            decisions=acts.get(code, Counter())["decide"],
            corrections=acts.get(code, Counter())["correct"],
            judgements=acts.get(code, Counter())["judge"],
            turns=acts.get(code, Counter())["read"],
            signed=tuple(sorted(signed.get(code, ()))),
            first=min(days[code]),
            last=max(days[code]),
        )
        for code in sorted(days)
    )


def measured(study: Study, seen: tuple[Seen, ...]) -> leak_sample.Rate | None:
    """The leak rate by the audit samples that people read, in the review page or in work/sample.csv; None for none."""
    found: dict[tuple[str, int], tuple[int, int]] = {}
    file = study.store.work / "sample.csv"
    for line in sampling.read(file) if file.is_file() else ():
        cells = [(line.get(column) or "").strip() for column in ("turn", "leaks", "words")]
        if all(cell.isdecimal() for cell in cells):
            turn, leaks, words = map(int, cells)
            found[line.get("interview") or "", turn] = leaks, words
    for one in seen:
        verdicts = sign_off.verdicts(one.interview.dialogue.turns, one.judged.redaction.entities, one.book)
        found |= {(one.interview.id, number): verdict for number, verdict in verdicts.items()}
    if not found:
        return None
    return leak_sample.rate(sum(leaks for leaks, _ in found.values()), sum(words for _, words in found.values()))


def forgotten(study: Study) -> tuple[dict[str, str], ...]:
    """work/forgotten.csv: whose material was removed, and when. Raises ConfigError."""
    try:
        lines = read_table(study.store.work / removals.RECORD)
    except (OSError, UnicodeDecodeError, csv.Error):
        raise ConfigError("work/forgotten.csv cannot be read.", "Put it back from a backup.") from None
    return tuple({key: cell or "" for key, cell in line.items() if key} for line in lines)


def chosen_settings(study: Study) -> tuple[Setting, ...]:
    """Every setting of the stages, and whether the study changed it."""
    usual = config.convert(config.read_yaml(config.configs() / "default.yaml"))
    made = [Setting("", "offline", shown(study.settings.offline), study.settings.offline != usual.offline)]
    for table in TABLES:
        ours, theirs = getattr(study.settings, table), getattr(usual, table)
        for name in ours.__struct_fields__:
            value = getattr(ours, name)
            text = "" if (table, name) in PRIVATE and value else shown(value)
            made.append(Setting(table, name, text, value != getattr(theirs, name)))
    return tuple(made)


def shown(value: Any) -> str:
    """A value as study.yaml has it; of a path its suffix alone."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return "…" + Path(value).suffix if PATH.search(value) else value or '""'
    if isinstance(value, Struct | dict | tuple):
        return msgspec.json.encode(value).decode()
    return "null" if value is None else f"{value:g}"


def released(request: Request) -> Literal["none", "draft", "published"]:
    """Whether there is a release, and whether somebody stands behind it."""
    folder = request.study / "release"
    manifests = [path for path in (folder / checksums.MANIFEST, folder / "bag-info.txt") if path.is_file()]
    if not manifests:
        return "none"
    return "draft" if any(DRAFT_LINE in path.read_text(encoding="utf-8") for path in manifests) else "published"
