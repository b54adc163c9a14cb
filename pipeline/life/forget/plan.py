"""Who is to be forgotten, and what must be known of him before the first file goes."""

from __future__ import annotations

from msgspec import Struct

from pipeline import flow
from pipeline.errors import ConfigError, CorruptArtifact
from pipeline.ingest import zoom
from pipeline.life.forget import sweep
from pipeline.model import Redaction
from pipeline.release import frozen_ledger
from pipeline.store.artifacts import digest
from pipeline.study import forgotten
from pipeline.study.folder import Study
from pipeline.study.forgotten import EVERYBODY, Pending
from pipeline.study.inputs import Inputs


class Plan(Struct, frozen=True):
    """Who is to be forgotten, and what that means."""

    id: str
    """or EVERYBODY"""
    recordings: tuple[str, ...]
    """names in recordings/; private"""
    pending: Pending


def plan(study: Study, participant: str) -> Plan:
    """Look who it is. Raises ConfigError for an id that the study has never had."""
    begun = forgotten.pending(study.store.work)
    if not participant:
        names = zoom.discover(study.recordings)
        return Plan(EVERYBODY, names, Pending(EVERYBODY, ""))
    if begun and begun.id.casefold() == participant.casefold():
        return Plan(begun.id, recordings_of(study, begun.id), begun)
    if begun:
        whom = "" if begun.id == EVERYBODY else f" --participant {begun.id}"
        raise ConfigError(
            f"{begun.id}: forgetting was interrupted.", f"Complete it first: `interviews forget STUDY{whom}`."
        )
    id = known(study, participant)
    return Plan(
        id, recordings_of(study, id), Pending(id, digest(study.settings), good(study, id), spoken_of(study, id))
    )


def known(study: Study, participant: str) -> str:
    """The id as the study writes it. Raises ConfigError."""
    ids = dict.fromkeys(entry.id for entry in study.entries)
    ids |= dict.fromkeys(person.id for person in study.roster.participants)
    ids |= dict.fromkeys(contact.owner for contact in study.roster.contacts if contact.role == "participant")
    ids |= dict.fromkeys((*study.store.recordings(), *frozen_ledger.read(study.folder).interviews))
    ids |= dict.fromkeys(one.id for one in forgotten.records(study.store.work))
    found = [id for id in ids if id.casefold() == participant.casefold()]
    if not found:
        raise ConfigError(
            "There is no participant of that id in this study; nothing was changed.",
            "`interviews status` lists the ids there are. An id is written as in the list of participants.",
        )
    return found[0]


def recordings_of(study: Study, id: str) -> tuple[str, ...]:
    """Names in recordings/, of those that were forgotten before, too."""
    here = set(zoom.discover(study.recordings))
    entry = next((entry for entry in study.entries if entry.id == id), None)
    before = [one.path for one in forgotten.left(study.store.work) if one.id == id and one.what == "recording"]
    return tuple(dict.fromkeys(name for name in (*(entry.names if entry else ()), *before) if name in here))


def good(study: Study, id: str) -> dict[str, dict[str, str]]:
    """What is up to date in the other interviews, so that it still is when this person's contacts are gone."""
    inputs = Inputs(study)
    found: dict[str, dict[str, str]] = {}
    for entry in study.entries:
        for stage in flow.STAGES:
            wanted = inputs.fingerprint(stage, entry)
            if entry.id != id and inputs.fresh(stage, entry.id, wanted):
                found.setdefault(entry.id, {})[stage.name] = wanted
    return found


def spoken_of(study: Study, id: str) -> tuple[str, ...]:
    """Other interviews in which somebody says this person's name, or a name like it."""
    others = [name for name in study.store.recordings() if name != id]
    texts = {study.store.path(name, "attribute"): name for name in others}
    said = {texts[path] for path in sweep.holding(texts, sweep.of(study, id))}
    return tuple(name for name in others if name in said or linked(study, name, id))


def linked(study: Study, name: str, id: str) -> bool:
    """Whether the search took somebody in an interview for this person."""
    if not study.store.header(name, "deidentify"):
        return False
    try:
        entities = study.store.read(name, "deidentify", Redaction).entities
    except CorruptArtifact:
        return False
    return any(entity.entity_id.rpartition(":")[2] == id for entity in entities)
