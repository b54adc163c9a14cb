"""Where each stage's inputs come from, and what makes a result still good: digests of settings and content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from pipeline.attribute import cast as casting
from pipeline.errors import CorruptArtifact
from pipeline.model import Cast, Correction, Diarization, Job, Part, Recording
from pipeline.review import reviewed
from pipeline.store import Artifact, digest
from pipeline.study import Entry, Study

if TYPE_CHECKING:
    from pipeline.flow import Stage

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


class Inputs:
    """The inputs of one pass over a study: values for the stages, digests for their fingerprints."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.store = study.store
        self.digests = study.digests
        self.damaged: set[str] = set()
        """recordings of which an artifact had to be thrown away; another pass builds it again"""
        self.parts: dict[str, tuple[Part, ...]] = {}

    def fingerprint(self, stage: Stage, entry: Entry) -> str:
        """Equal as long as stage, version, settings and the content of the inputs are."""
        contents = [self.content(entry, name) for name in stage.takes]
        return digest(stage.name, stage.module.VERSION, self.identity(stage), contents)

    def fresh(self, stage: Stage, recording: str, wanted: str) -> bool:
        """Whether the artifact on disk is what would be made now. Reads its header alone."""
        header = self.store.header(recording, stage.name)
        return header is not None and header.fingerprint == wanted

    def content(self, entry: Entry, name: str) -> str:
        """Digest of one input."""
        if name == "parts":
            return digest([(part.host, part.started, part.sources) for part in self.parts_of(entry)])
        if name == "cast":
            return digest(self.cast.get(entry.id))
        if name in FACTS:
            return digest(self.value(entry, name, None))
        header = self.store.header(entry.id, MAKERS[name])
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
            person = self.study.participant(entry.participant)
            return person.people if person else None
        if name == "corrections":
            return self.corrections.get(entry.id, ())
        return self.study.guide if name == "guide" else self.study.roster.contacts

    def read(self, recording: str, stage: str, kind: type[Artifact]) -> Artifact | None:
        """An artifact, or None: a damaged one is thrown away, and its recording gets another pass."""
        try:
            return self.store.read(recording, stage, kind)
        except CorruptArtifact:
            self.store.discard(recording, stage)
            self.damaged.add(recording)
            return None

    def parts_of(self, entry: Entry) -> tuple[Part, ...]:
        """The files behind an interview, looked at once a pass."""
        if entry.id not in self.parts:
            self.parts[entry.id] = self.study.parts(entry, self.digests)
        return self.parts[entry.id]

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
    def corrections(self) -> dict[str, tuple[Correction, ...]]:
        """What reviewers corrected, by recording."""
        return reviewed.corrections(self.store.work)

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
        ingested, diarized = self.store.header(recording, "ingest"), self.store.header(recording, "diarize")
        return ingested.content if ingested else "", diarized.content if diarized else ""
