"""What a release must not hold: every contact, and every word that was hidden in some interview."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from msgspec import Struct, structs

from pipeline.deidentify.labels.policy import KINDS
from pipeline.model import Entity
from pipeline.participants import Contact
from pipeline.release.attribution import line
from pipeline.release.documents import coding_programs, formats, json_transcript, qdpx, tables
from pipeline.release.gate.spellings import WORD, clean, fold, name_first, ordinary
from pipeline.release.request import Interview, Request

Way = Literal["name", "phrase", "digits"]

SHORTEST = 3
"""letters of a part of a name that is sought alone"""
DIGITS = 7
"""last digits of a number by which it is found"""

WORDS = tomllib.loads(Path(__file__).with_name("private_words.toml").read_text(encoding="utf-8"))
"""words of contacts that are no names"""
OURS = frozenset((*tables.CHANGES, *coding_programs.GROUP.values(), *qdpx.GUIDE.values(), qdpx.ORIGIN)) | tables.words()
"""further headers and names of groups"""
NO_NAMES = frozenset(fold(word) for kind in ("devices", "addresses") for word in WORDS[kind].split())


class Secret(Struct, frozen=True):
    """One private string, as it is looked for."""

    id: str
    """how messages name it: "PERSON:3 of P02", "name of contact P01" """
    words: tuple[str, ...]
    """as written, cleaned; digits of a number are one word"""
    way: Way
    scope: str = ""
    """id of the only interview in which it is sought, "" for the whole study"""
    direct: bool = True
    """names or reaches a person by itself; else a fact that was hidden in its own interview"""
    salt: str = ""
    """digest of the private text it comes from, so that a decision's key tells nobody the string"""
    owner: str = ""
    """whose text that is: a contact's or an interview's id"""


class Sought(Struct, frozen=True):
    """All that the gate must know of a study."""

    secrets: tuple[Secret, ...]
    interviews: dict[str, str]
    """name of a file in the release, or of a text in its project -> interview id"""
    labels: tuple[str, ...]
    """what stands in place of hidden words: never searched"""
    public: frozenset[str]
    """attribution lines: public as a whole"""
    ours: frozenset[str]
    """lines, headers and keys that are the same for every study"""
    kept: dict[str, frozenset[str]]
    """interview id -> folded words that were recognised there and kept on purpose"""


def sought(request: Request, names: dict[str, str]) -> Sought:
    """From the contacts and from all redactions, those of interviews that are left out included."""
    found = [
        structs.replace(made, salt=digest(repr(contact)), owner=contact.owner)
        for contact in request.roster.contacts
        for made in of_contact(contact)
    ]
    labels: set[str] = set()
    kept: dict[str, frozenset[str]] = {}
    for interview in request.interviews:
        texts = {turn.number: turn.text for turn in interview.dialogue.turns}
        salt = digest("\n".join(texts.values()))
        words: set[str] = set()
        for entity in interview.redaction.entities:
            surface = texts.get(entity.turn, "")[entity.start : entity.end]
            if entity.label:
                spellings = (surface, *misheard(interview, surface))
                found += [
                    structs.replace(made, salt=salt, owner=interview.id)
                    for said in spellings
                    for made in of_entity(interview, entity, said)
                ]
                labels |= {entity.label} if not entity.label[0].isalnum() else set()
            else:
                words |= {fold(word) for word in WORD.findall(clean(surface))}
        kept[interview.id] = frozenset(words)
    people = [interview.participant for interview in request.interviews]
    lines = {text for person in people for text in line.lines(request, person).values()}
    return Sought(
        secrets=distinct(found),
        interviews={name: interview for interview, name in names.items()} | qdpx.sources(request),
        labels=tuple(sorted(labels, key=len, reverse=True)),
        public=frozenset(lines),
        ours=formats.ours(request) | json_transcript.words() | frozenset(tables.COLUMNS) | frozenset(KINDS) | OURS,
        kept=kept,
    )


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def of_contact(contact: Contact) -> Iterator[Secret]:
    """Everything a row of contacts says of a person."""
    for what, texts, read in (
        ("name", contact.names, named),
        ("display name", contact.display_names, named),
        ("e-mail", contact.emails, addressed),
        ("phone", contact.phones, numbered),
        ("employer", contact.employers, phrased),
        ("entry", contact.others, numbered),
    ):
        for text in texts:
            yield from read(f"{what} of contact {contact.owner}", text)


def of_entity(interview: Interview, entity: Entity, surface: str) -> Iterator[Secret]:
    """What was hidden: direct kinds are sought in the whole study, the others in their own interview."""
    named_so = f"{entity.entity_id} of {interview.id}"
    if entity.cls != "direct":
        words = tuple(WORD.findall(clean(surface)))
        if words and (len(words) > 1 or len(words[0]) >= SHORTEST):
            yield Secret(named_so, words, "phrase", interview.id, direct=False)
    elif entity.kind == "PERSON":
        yield from named(named_so, surface)
    elif entity.kind in ("PHONE", "ID_NUMBER"):
        yield from numbered(named_so, surface)
    elif entity.kind == "EMAIL":
        yield from addressed(named_so, surface)
    else:
        yield from phrased(named_so, surface)


def named(id: str, text: str) -> Iterator[Secret]:
    """A name as a whole and each part of it that can stand alone."""
    apart = re.sub(r"(?<=[^\W\d_A-ZА-ЯЁ])(?=[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ])", " ", clean(text))
    words = tuple(word for word in WORD.findall(apart) if fold(word) not in NO_NAMES)
    if len(words) > 1:
        yield Secret(id, words, "name")
    for word in words:
        if len(word) >= SHORTEST and not word.isdigit() and (word[0].isupper() or namelike(word)):
            yield Secret(id, (word,), "name")


def namelike(word: str) -> bool:
    """Whether a word written in lower case inside a name is part of the name."""
    return not ordinary(word.lower()) or name_first(word.lower())


def addressed(id: str, text: str) -> Iterator[Secret]:
    """An e-mail address, and its mailbox where that is not a common one."""
    yield from phrased(id, text)
    mailbox = text.split("@", maxsplit=1)[0]
    if "@" in text and len(mailbox) >= 5 and mailbox.lower() not in WORDS["mailboxes"].split():
        yield from phrased(id, mailbox)


def misheard(interview: Interview, surface: str) -> Iterator[str]:
    """How the recogniser wrote words of a hidden passage before a person corrected them."""
    words = {fold(word) for word in WORD.findall(clean(surface)) if len(word) >= SHORTEST}
    for said, corrected in interview.respelt:
        if words.intersection(fold(word) for word in WORD.findall(clean(corrected))):
            yield said


def numbered(id: str, text: str) -> Iterator[Secret]:
    """A number by its last digits; with fewer digits, or spoken, by its words."""
    digits = re.sub(r"\D", "", text)
    if len(digits) >= DIGITS:
        yield Secret(id, (digits[-DIGITS:],), "digits")
    else:
        yield from phrased(id, text)


def phrased(id: str, text: str) -> Iterator[Secret]:
    """Words in a row."""
    words = tuple(WORD.findall(clean(text)))
    if words and (len(words) > 1 or len(words[0]) >= SHORTEST):
        yield Secret(id, words, "phrase")


def distinct(secrets: list[Secret]) -> tuple[Secret, ...]:
    """Each string once, named after the first that has it; what is sought everywhere is not sought twice."""
    first: dict[tuple[tuple[str, ...], str], Secret] = {}
    for secret in sorted(secrets, key=lambda secret: bool(secret.scope)):
        key = tuple(fold(word) for word in secret.words)
        if (key, "") not in first:
            first.setdefault((key, secret.scope), secret)
    return tuple(first.values())
