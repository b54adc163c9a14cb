"""Two reviewers apart: some interviews leave as one encrypted file, and the decisions come back as another."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from pipeline import flow
from pipeline.decisions.journal import Book, Journal, Row, now
from pipeline.decisions.sign_off import DATABASE
from pipeline.errors import ConfigError, UsageError
from pipeline.model import Decision
from pipeline.store.artifacts import write_atomically
from pipeline.study.folder import Study, open_study
from pipeline.study.inputs import Inputs

MARK = "pack.json"
"""in work/: this folder was opened from a pack, so what goes back is decisions alone"""
ARTIFACTS = ("ingest", "transcribe", "diarize", "attribute", "deidentify")
MEMBER = re.compile(
    r"study\.yaml|participants\.csv|private/contacts\.csv|recordings/[\w-]{1,40}\.m4a"
    rf"|work/[\w-]{{1,40}}/(({'|'.join(ARTIFACTS)})\.json|audio/[\w-]{{1,40}}\.flac)"
)
"""what a pack may hold beside its contents and log: nothing else is written to a disk"""
SCHEMA = 1
SUFFIX = ".review.age"


class Contents(Struct, frozen=True):
    """First member of a pack."""

    schema: int
    interviews: tuple[str, ...]
    whole: bool
    """whether the interviews themselves are in it, not only decisions"""


class Difference(Struct, frozen=True):
    """Two verdicts on one stretch: for the operator by place, never by word."""

    interview: str
    key: str
    ours: str
    """reviewer and action"""
    theirs: str


def send(study: Study, interviews: str, recipients: list[str], out: Path | None) -> Path:
    """Write a pack for another reviewer; where it lies. Raises UsageError, ConfigError."""
    ready = [entry.id for entry in study.entries if study.store.header(entry.id, "deidentify")]
    names = [name for name in chosen(interviews, [entry.id for entry in study.entries]) if name in ready]
    if not names:
        raise ConfigError("None of these interviews is finished yet.", "Run `interviews run` first.")
    target = out or study.store.work / f"{now()[:10]}{SUFFIX}"
    pack(study.folder, names, recipients, target)
    return target


def receive(file: Path, folder: Path, identity: Path) -> None:
    """Open a pack as a study in a new folder. Raises UsageError, ConfigError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with opened(file, secret(identity), folder) as packed:
        unpack(packed, folder)
        found = contents(packed)
    study = open_study(folder)
    entries, stage = {entry.id: entry for entry in study.entries}, flow.STAGES[-1]
    for name in found.interviews:  # this folder has fewer contacts than the study that the searches were made in
        study.store.adopt(name, stage.name, Inputs(study).fingerprint(stage, entries[name]))


def merge(study: Study, files: list[Path], identity: Path) -> Iterator[str]:
    """Take in packs, and list by place where reviewers differ."""
    for file in files:
        with opened(file, secret(identity), study.store.work / "tmp") as packed:
            found = taken_in(study.store.work, packed, {entry.id for entry in study.entries})
        for one in found:
            yield f"{one.interview}: two reviewers differ: {one.key}"
        yield f"{len(found)} conflicts; `interviews review` shows both values of each." if found else "No conflicts."


def secret(identity: Path) -> str:
    """The identity in a file as age-keygen writes it. Raises UsageError."""
    try:
        lines = identity.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise UsageError("The identity file cannot be read.", "Name the file that age-keygen wrote.") from None
    return next((line for line in lines if line.startswith("AGE-SECRET-KEY-")), "")


def chosen(wanted: str, known: Sequence[str]) -> tuple[str, ...]:
    """The interviews of "P01-P11", "P01,P04" or "all". Raises UsageError."""
    if wanted == "all":
        return tuple(known)
    names: list[str] = []
    for part in wanted.split(","):
        first, dash, last = part.strip().partition("-")
        if part.strip() in known:
            names.append(part.strip())
        elif dash and first in known and last in known and first <= last:
            names += [name for name in known if first <= name <= last]
        else:
            raise UsageError("An interview to pack is not of this study.", "Write P01-P11, P01,P04 or all.")
    return tuple(dict.fromkeys(names))


def pack(study: Path, interviews: Sequence[str], recipients: Sequence[str], out: Path) -> None:
    """Write a pack that only the recipients can open. Raises UsageError for what is no recipient."""
    import pyrage

    from pipeline.deidentify.labels.key import recipient

    if not recipients:
        raise UsageError("No recipient was named.", "Give --recipient age1… for whoever may open the pack.")
    keys = [recipient(text) for text in recipients]
    work = study / "work"
    whole = not (work / MARK).is_file()
    temporary = work / "tmp"
    temporary.mkdir(mode=0o700, exist_ok=True)
    plain = temporary / "pack.zip"
    try:
        with zipfile.ZipFile(plain, "w", zipfile.ZIP_STORED) as packed:
            packed.writestr("contents.json", msgspec.json.encode(Contents(SCHEMA, tuple(interviews), whole)))
            packed.writestr("log.json", msgspec.json.encode(rows(work, interviews)))
            if whole:
                for name, data in files(study, interviews):
                    packed.writestr(name, data)
        partial = out.with_name(out.name + ".partial")
        pyrage.encrypt_file(str(plain), str(partial), keys)
        partial.chmod(0o600)
        partial.replace(out)
    finally:
        plain.unlink(missing_ok=True)


def rows(work: Path, interviews: Sequence[str]) -> tuple[Row, ...]:
    """What was decided of some interviews, in order."""
    if not (work / DATABASE).is_file():
        return ()
    journal = Journal(work / DATABASE, create=False)
    try:
        return journal.everything(interviews)
    finally:
        journal.close()


def files(study: Path, interviews: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """What review needs of a study: settings, these people's rows, artifacts, audio. No recording, no other contact."""
    if (study / "study.yaml").is_file():
        yield "study.yaml", (study / "study.yaml").read_bytes()
    ids = "".join(f"{name}\n" for name in interviews)
    yield "participants.csv", f"participant_id\n{ids}".encode()
    contacts = study / "private" / "contacts.csv"
    if contacts.is_file():
        yield "private/contacts.csv", only(contacts.read_bytes(), interviews)
    for name in interviews:
        yield f"recordings/{name}.m4a", b""
        for path in sorted((study / "work" / name).glob("*.json")):
            if path.stem in ARTIFACTS:
                yield f"work/{name}/{path.name}", path.read_bytes()
        for path in sorted((study / "work" / name / "audio").glob("*.flac")):
            yield f"work/{name}/audio/{path.name}", path.read_bytes()


def only(table: bytes, interviews: Sequence[str]) -> bytes:
    """The rows of contacts.csv that are these participants' or an interviewer's."""
    text = table.decode("utf-8-sig")
    first = text.partition("\n")[0]
    lines = list(csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ","))
    kept = [
        line for at, line in enumerate(lines) if at == 0 or (line and (line[0] in interviews or "interviewer" in line))
    ]
    made = io.StringIO()
    csv.writer(made).writerows(kept)
    return made.getvalue().encode()


def opened(file: Path, identity: str, temporary: Path) -> zipfile.ZipFile:
    """A pack's contents, for the holder of an identity "AGE-SECRET-KEY-1…". Raises UsageError."""
    import pyrage

    temporary.mkdir(mode=0o700, parents=True, exist_ok=True)
    plain = temporary / "opened.zip"
    try:
        pyrage.decrypt_file(str(file), str(plain), [pyrage.x25519.Identity.from_str(identity.strip())])
        packed = zipfile.ZipFile(io.BytesIO(plain.read_bytes()))
        if any(member.compress_type != zipfile.ZIP_STORED for member in packed.infolist()):
            raise ValueError("packs are never compressed: what is not stored as it is may unfold without end")
        contents(packed)
    except UsageError:
        raise
    except Exception:
        raise UsageError(
            "A pack does not open with this identity.", "Use the identity it was made for, and a pack that is whole."
        ) from None
    finally:
        plain.unlink(missing_ok=True)
    return packed


def contents(packed: zipfile.ZipFile) -> Contents:
    """What a pack says it holds. Raises UsageError for one of a newer program."""
    found = msgspec.json.decode(packed.read("contents.json"), type=Contents)
    if found.schema != SCHEMA:
        raise UsageError("A pack was made by another version of the program.", "Use the same version on both sides.")
    return found


def unpack(packed: zipfile.ZipFile, folder: Path) -> None:
    """Make a study of a pack, to be reviewed like any other. Raises ConfigError where something is there already."""
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError("The folder to open the pack in is not empty.", "Name one that does not exist yet.")
    found = contents(packed)
    if not found.whole:
        raise UsageError("This pack holds decisions alone.", "`interviews review-merge STUDY FILE` takes them in.")
    work = folder / "work"
    (folder / "recordings").mkdir(parents=True)
    work.mkdir(mode=0o700)
    for name in packed.namelist():
        if name in ("contents.json", "log.json"):
            continue
        if not MEMBER.fullmatch(name):
            raise UsageError("A pack holds what no pack does.", "Do not use it: somebody tampered with it.")
        target = folder / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(target, (packed.read(name),))
    write_atomically(work / MARK, (msgspec.json.encode(found),))
    take_in(work, msgspec.json.decode(packed.read("log.json"), type=tuple[Row, ...]))


def taken_in(work: Path, packed: zipfile.ZipFile, known: Collection[str]) -> tuple[Difference, ...]:
    """Take in a pack's decisions on the study's interviews; where two reviewers differ, a person must decide.

    What it holds of anybody who was forgotten since it was sent stays out.
    """
    rows_in = msgspec.json.decode(packed.read("log.json"), type=tuple[Row, ...])
    incoming = [row for row in rows_in if row.interview in known]
    journal = Journal(work / DATABASE)
    try:
        ours = journal.everything(sorted({row.interview for row in incoming}))
        found = tuple(differences(ours, incoming))
        known = {row.uid for row in ours}
        journal.take_in([row for row in incoming if row.uid not in known])
        journal.dispute("merge", [(one.interview, one.key, one.ours, one.theirs) for one in found])
    finally:
        journal.close()
    return found


def take_in(work: Path, incoming: Sequence[Row]) -> None:
    """Put rows into a database that may not exist yet."""
    journal = Journal(work / DATABASE)
    try:
        journal.take_in(incoming)
    finally:
        journal.close()


def differences(ours: Sequence[Row], theirs: Sequence[Row]) -> Iterator[Difference]:
    """Stretches that both sides decided since they parted, differently."""
    common = {row.uid for row in ours} & {row.uid for row in theirs}
    mine, other = _books(ours), _books(theirs)
    since = [
        {(r.interview, r.key) for r in rows if r.what == "decide" and r.uid not in common} for rows in (ours, theirs)
    ]
    for interview, key in sorted(since[0] & since[1]):
        one, two = mine[interview].holds("decide", key), other[interview].holds("decide", key)
        if one and two and one.data != two.data:
            yield Difference(interview, key, _says(one), _says(two))


def _books(every: Sequence[Row]) -> dict[str, Book]:
    made: dict[str, Book] = {}
    for row in every:
        made.setdefault(row.interview, Book()).add(row)
    return made


def _says(row: Row) -> str:
    decision = msgspec.json.decode(row.data, type=Decision)
    return msgspec.json.encode(
        {"who": row.reviewer, "action": decision.action, "kind": decision.kind, "label": decision.label}
    ).decode()
