"""Where each stage's inputs come from, and what makes a result still good: digests of settings and content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
from msgspec import Struct

from pipeline.attribute import cast as casting
from pipeline.decisions import sign_off
from pipeline.errors import CorruptArtifact
from pipeline.model import Cast, Correction, Diarization, Job, Part, Recording
from pipeline.store.artifacts import Artifact, Header, digest, intact
from pipeline.store.seals import Seals
from pipeline.study.folder import Entry, Study

PACE = "pace.json"
"""in work/: what was measured before"""
MAKERS = {
    "recording": "ingest",
    "transcript": "transcribe",
    "diarization": "diarize",
    "dialogue": "attribute",
    "redaction": "deidentify",
}
"""Which stage makes an artifact."""
FACTS = ("contacts", "corrections", "guide", "people")
"""Inputs that the study's own files and its reviewers hold; they count by what they say."""
LISTENING = ("transcribe", "diarize")
"""Stages that hear the decoded sound: it costs them hours, and its checksum seconds."""


class Stage(Struct, frozen=True):
    """One row of the flow."""

    name: str
    module: ModuleType
    """has Settings, VERSION, Item and run; see the stage contract in the README"""
    takes: tuple[str, ...]
    """fields of Item: artifacts of earlier stages, or facts of the study"""
    makes: type
    libraries: tuple[str, ...]
    """whose versions are written beside what it makes"""


def makeshift(fingerprint: str) -> str:
    """The fingerprint of a result that is good only as long as what its stage had to do without is missing."""
    return digest("makeshift", fingerprint)


class Inputs:
    """The inputs of one pass over a study: values for the stages, digests for their fingerprints."""

    def __init__(self, study: Study, last: bool = False) -> None:
        self.study = study
        self.last = last
        self.store = study.store
        self.digests = study.digests
        self.seals = Seals(self.store)
        self.damaged: set[str] = set()
        """recordings of which an artifact had to be thrown away; another pass builds it again"""
        self.found: list[tuple[str, str]] = []
        """recording and stage of each result that proved damaged"""
        self.parts: dict[str, tuple[Part, ...]] = {}
        self.good: dict[tuple[str, str], Header] = {}
        """headers of what this pass will not make again"""
        self.lacking: dict[str, bool] = {}
        """by stage: whether it must do without something, looked up once a pass"""
        self.people = {row.id: row.people for row in study.roster.participants}

    @property
    def begins_again(self) -> bool:
        """Whether this pass ends here for another one: what recordings say depends on whom a damaged one knows."""
        return bool(self.damaged) and not self.last

    def fingerprint(self, stage: Stage, entry: Entry) -> str:
        """Equal as long as stage, version, settings and the content of the inputs are."""
        contents = [self.content(entry, name) for name in stage.takes]
        return digest(stage.name, stage.module.VERSION, self.identity(stage), contents)

    def fresh(self, stage: Stage, recording: str, wanted: str) -> bool:
        """Whether the artifact on disk is what would be made now, and whole. Reads its header, and more if touched."""
        header = self.header(recording, stage.name)
        if not self.kept(recording, stage, header, wanted):
            return False
        if header and self.seals.whole(recording, stage.name, header):
            return True
        del self.good[recording, stage.name]
        self.found.append((recording, stage.name))
        return False

    def state(self, stage: Stage, entry: Entry) -> str:
        """ "done", "stale" (would be made anew) or "-": of a recording that nobody began, no file is read."""
        header = self.header(entry.id, stage.name)
        if header is None:
            return "-"
        return "done" if self.kept(entry.id, stage, header, self.fingerprint(stage, entry)) else "stale"

    def kept(self, recording: str, stage: Stage, header: Header | None, wanted: str) -> bool:
        """Whether an artifact is fresh; if so, its header is remembered."""
        if header is None:
            return False
        if header.fingerprint != wanted and not (header.fingerprint == makeshift(wanted) and self.lacks(stage)):
            return False
        self.good[recording, stage.name] = header
        return True

    def lacks(self, stage: Stage) -> bool:
        """Whether a stage must still do without something that would give better results."""
        if stage.name not in self.lacking:
            self.lacking[stage.name] = stage.module.lacks(self.settings(stage))
        return self.lacking[stage.name]

    def header(self, recording: str, stage: str) -> Header | None:
        """The header of an artifact; read once where the artifact is fresh."""
        return self.good.get((recording, stage)) or self.store.header(recording, stage)

    def content(self, entry: Entry, name: str) -> str:
        """Digest of one input."""
        if name == "parts":
            return digest([(part.host, part.started, part.sources) for part in self.parts_of(entry)])
        if name == "cast":
            return digest(self.cast.get(entry.id))
        if name in self.told:
            return self.told[name]
        if name in FACTS:
            return digest(self.value(entry, name, None))
        header = self.header(entry.id, MAKERS[name])
        return header.content if header else ""

    def items(self, stage: Stage, due: Iterable[Entry]) -> Iterator[Struct]:
        """A stage's Items, read as it asks for them. A damaged artifact is thrown away and its recording skipped."""
        kinds = msgspec.structs.fields(stage.module.Item)
        types = {field.name: field.type for field in kinds}
        for entry in due:
            fields: dict[str, Any] = {"job": Job(entry.id, self.store.folder(entry.id))}
            if "recordings" in types:
                fields["recordings"] = self.study.recordings
            fields |= {name: self.value(entry, name, types[name]) for name in stage.takes}
            if stage.name in LISTENING and fields["recording"]:
                self.listen(fields["recording"])
            if entry.id not in self.damaged:
                yield stage.module.Item(**fields)

    def value(self, entry: Entry, name: str, kind: Any) -> Any:
        """One input itself, None where it proved damaged."""
        if name == "parts":
            return self.parts_of(entry)
        if name == "cast":
            return self.cast.get(entry.id)
        return self.fact(entry, name) if name in FACTS else self.read(entry.id, MAKERS[name], kind)

    def fact(self, entry: Entry, name: str) -> Any:
        """What the study's own files and its reviewers say."""
        if name == "people":
            return self.people.get(entry.participant)
        if name == "corrections":
            return self.corrections.get(entry.id, ())
        return self.study.guide if name == "guide" else self.study.roster.contacts

    def read(self, recording: str, stage: str, kind: type[Artifact]) -> Artifact | None:
        """An artifact, or None: a damaged one is thrown away, and its recording gets another pass."""
        try:
            return self.store.read(recording, stage, kind)
        except CorruptArtifact:
            self.drop(recording, stage)
            return None

    def drop(self, recording: str, stage: str) -> None:
        """Throw a damaged artifact away."""
        self.store.discard(recording, stage)
        self.good.pop((recording, stage), None)
        self.damaged.add(recording)
        self.found.append((recording, stage))

    def listen(self, recording: Recording) -> None:
        """Compare decoded sound with its checksums just before a stage hears it."""
        audio = self.store.folder(recording.id) / "audio"
        if not all(intact(audio / f"{track.label}.flac", track.sha256) for track in recording.tracks):
            self.drop(recording.id, "ingest")

    def parts_of(self, entry: Entry) -> tuple[Part, ...]:
        """The files behind an interview, looked at once a pass."""
        if entry.id not in self.parts:
            self.parts[entry.id] = self.study.parts(entry, self.digests)
        return self.parts[entry.id]

    def save(self) -> None:
        """Keep what was learnt of files."""
        self.digests.save()
        self.seals.save()

    def seconds(self, entry: Entry) -> float:
        """Length of an interview for the progress bar, 0.0 before it was ingested."""
        recording = self.read(entry.id, "ingest", Recording) if self.store.header(entry.id, "ingest") else None
        return recording.seconds if recording else 0.0

    def settings(self, stage: Stage) -> Any:
        """A stage's settings with a relative path to a model made absolute."""
        settings = getattr(self.study.settings, stage.name)
        model = self.model(settings)
        return msgspec.structs.replace(settings, model=str(model)) if model else settings

    def identity(self, stage: Stage) -> Any:
        """A stage's settings as they count: a model given as a path counts by its content."""
        settings = getattr(self.study.settings, stage.name)
        model = self.model(settings)
        if not model:
            return settings
        files = sorted(path for path in model.rglob("*") if path.is_file()) if model.is_dir() else [model]
        return msgspec.structs.replace(settings, model=digest([self.digests.sha256(path) for path in files]))

    def model(self, settings: Any) -> Path | None:
        """The file or folder that `model:` names, None where it is a name."""
        name = getattr(settings, "model", "")
        path = self.study.folder / name if name else None
        return path if path and path.exists() else None

    @cached_property
    def told(self) -> dict[str, str]:
        """Digests of the facts that are the same for every recording."""
        return {"contacts": digest(self.study.roster.contacts), "guide": digest(self.study.guide)}

    @cached_property
    def corrections(self) -> dict[str, tuple[Correction, ...]]:
        """What reviewers corrected, by recording."""
        return sign_off.corrections(self.store.work)

    @cached_property
    def cast(self) -> dict[str, Cast]:
        """The study-level cast by recording, kept in work/cast.json until a recording or the roster changes it."""
        study = self.study
        heard = {entry.id: self.heard(entry.id) for entry in study.entries}
        ready = {name: digests for name, digests in heard.items() if all(digests)}
        owners = {entry.id: entry.participant for entry in study.entries}
        names = study.settings.study.interviewers
        wanted = digest(ready, study.roster, names, owners)
        header = self.store.header("", "cast")
        known = self.read("", "cast", dict[str, Cast]) if header and header.fingerprint == wanted else None
        if known is not None:
            return known
        recordings = {name: self.read(name, "ingest", Recording) for name in ready}
        diarizations = {name: self.read(name, "diarize", Diarization) for name in ready}
        built = casting.build(
            {name: recording for name, recording in recordings.items() if recording},
            {name: found for name, found in diarizations.items() if found},
            study.roster,
            names,
            owners,
        )
        self.store.write("", "cast", built, wanted, {})
        return built

    def cast_anew(self) -> None:
        """Have work/cast.json say nothing of anybody who is no longer of the study."""
        self.cast  # noqa: B018 -- computing it writes the file

    def heard(self, recording: str) -> tuple[str, str]:
        """Content digests of what the cast is built from, "" for what is not there yet."""
        ingested, diarized = self.header(recording, "ingest"), self.header(recording, "diarize")
        return ingested.content if ingested else "", diarized.content if diarized else ""
