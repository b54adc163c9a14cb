"""A participant's own copy of the interview, for approval: own words readable, what belongs to others hidden."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import structs

from pipeline.deidentify.contacts import owners
from pipeline.errors import ConfigError, ExportRefused
from pipeline.messages import wording
from pipeline.model import Entity
from pipeline.participants import Contact
from pipeline.release import build, options
from pipeline.release.documents import docx, transcripts
from pipeline.release.gate import leak
from pipeline.release.gate.private_words import Secret, Sought, of_contact, of_entity, sought
from pipeline.release.gate.spellings import fold, inflected
from pipeline.release.quotes import whose
from pipeline.release.request import Interview, Request
from pipeline.store.artifacts import write_atomically
from pipeline.study.folder import Study

FOLDER = "member-check"
"""in the study's folder: private, for one participant each, and never part of release/"""
WORDING = wording(Path(__file__).with_name("member_check.toml"))
"""the letter on top of the copy, and what stands for an interviewer's name"""


def write(study: Study, participant: str) -> Iterator[str]:
    """Write member-check/<id>/. Raises UsageError, ConfigError (3) after a withdrawal, ExportRefused (7) for a leak."""
    with study.store.locked("interviews export"):
        request = options.now(study)
        interview = whose(request, participant)
        refuse(interview, participant)
        request = structs.replace(request, draft=False)
        copy = readable(request, interview)
        page = transcripts.page(request, copy, interview.name)
        told = letter(request.title, request.language, study.settings.study.ethics.contact)
        styled = [("Letter", text) for text in told]
        files = {
            f"{interview.name}.docx": docx.docx(page, styled),
            f"{interview.name}.txt": "\n\n".join((*told, "")).encode() + transcripts.txt(page),
        }
        doubts = examine(request, copy, files, frozenset(told))
        folder = study.folder / FOLDER / interview.name
        put(folder, files)
    yield f"The copy for {participant} is in {folder}/ ({', '.join(sorted(files))})."
    if interview.signed is None:
        yield f"note: nobody has signed {interview.id} off: read the copy before you send it."
    for hit in doubts:
        yield f"note: {hit.said()}"


def letter(title: str, language: str, contact: str) -> tuple[str, ...]:
    """The letter's paragraphs."""
    paragraphs, holes = (
        {key: both[language == "en"] for key, both in WORDING[section].items()} for section in ("letter", "holes")
    )
    study = holes["title"].format(title=title) if title else ""
    where = contact.rstrip(".") or holes["nobody"]
    return tuple(text.format(title=study, contact=where) for text in paragraphs.values())


def refuse(interview: Interview, participant: str) -> None:
    """Raises ConfigError for who is no participant, or has withdrawn."""
    person = interview.participant
    if person is None:
        raise ConfigError(
            f"{participant}: no row of the participants' list has this recording.", "Add one, then try again."
        )
    if person.consent.withdrawn_on:
        raise ConfigError(
            f"{participant}: the participant has withdrawn; no copy is made.",
            f"`interviews forget STUDY --participant {participant}` removes what is still here.",
        )


def mine(request: Request, interview: Interview) -> frozenset[str]:
    """Entity ids of what is the participant's own."""
    person = interview.participant
    owner = person.id if person else ""
    return owners.own(interview.dialogue, interview.redaction.entities, owner, request.roster.contacts)


def readable(request: Request, interview: Interview) -> Interview:
    """The interview as its participant may see it: own identifiers shown, interviewers by role, others as released."""
    own = mine(request, interview)
    askers = {contact.owner for contact in request.roster.contacts if contact.role == "interviewer"}
    opening, closing = brackets(interview)
    hidden = WORDING["hidden"]["interviewer"][request.language == "en"]

    def shown(entity: Entity) -> Entity:
        if entity.entity_id in own:
            return structs.replace(entity, label="")
        if entity.label and entity.entity_id.removeprefix("PERSON:") in askers:
            return structs.replace(entity, label=f"{opening}{hidden}{closing}")
        return entity

    entities = tuple(shown(entity) for entity in interview.redaction.entities)
    return structs.replace(interview, redaction=structs.replace(interview.redaction, entities=entities))


def brackets(interview: Interview) -> tuple[str, str]:
    """The marks that this study puts around a label."""
    labels = (entity.label for entity in interview.redaction.entities if entity.label)
    first = next((label for label in labels if not label[0].isalnum() and not label[-1].isalnum()), "[]")
    return first[0], first[-1]


def examine(request: Request, copy: Interview, files: dict[str, bytes], told: frozenset[str]) -> tuple[leak.Hit, ...]:
    """Search the copy for everybody else's names and contacts, but for the letter's own lines, which say whom to write.

    Returns the doubts that nobody has decided. Raises ExportRefused.
    """
    folder = request.study / "work" / "tmp" / "member-check"
    build.clear(folder)
    try:
        put(folder, files)
        wanted = others(request, copy)
        verdict = leak.search(folder, structs.replace(wanted, ours=wanted.ours | told))
    finally:
        build.clear(folder)
    if verdict.hits:
        raise ExportRefused(
            f"The copy would show {build.count(len(verdict.hits), 'private item')} of somebody else; nothing was "
            "written.\n" + build.listed(verdict.hits),
            "Hide these passages in the review page first.",
        )
    return tuple(hit for hit in verdict.doubts if hit.why != "kept" and hit.key not in request.cleared)


def others(request: Request, copy: Interview) -> Sought:
    """What the copy must not hold: all that a release must not, but for words that are the participant's own."""
    owner = copy.participant.id if copy.participant else ""
    contacts = [contact for contact in request.roster.contacts if contact.owner == owner]
    rest = tuple(contact for contact in request.roster.contacts if contact.owner != owner)
    interviews = tuple(copy if one.id == copy.id else one for one in request.interviews)
    narrowed = structs.replace(request, interviews=interviews, roster=structs.replace(request.roster, contacts=rest))
    wanted = sought(narrowed, {copy.id: copy.name})
    words = own_words(copy, contacts)
    left = tuple(one for one in wanted.secrets if not all(fold(word) in words for word in one.words))
    return structs.replace(wanted, secrets=left)


def own_words(copy: Interview, contacts: list[Contact]) -> frozenset[str]:
    """Every form of the words by which the participant is known, and of those the copy shows as his or hers."""
    texts = {turn.number: turn.text for turn in copy.dialogue.turns}
    secrets: list[Secret] = [secret for contact in contacts for secret in of_contact(contact)]
    for entity in copy.redaction.entities:
        if not entity.label and entity.cls != "keep":
            secrets += of_entity(copy, entity, texts[entity.turn][entity.start : entity.end])
    return frozenset(
        form for secret in secrets for word in secret.words for form in (fold(word), *inflected(word, True))
    )


def put(folder: Path, files: dict[str, bytes]) -> None:
    """Write private files into a private folder."""
    for part in (folder.parent, folder):
        part.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name, data in files.items():
        write_atomically(folder / name, (data,))
