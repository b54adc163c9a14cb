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
from pipeline.deidentify.normal_form import plain
from pipeline.deidentify.passage import readings
from pipeline.deidentify.words.organisation_words import GENERIC, HEADS
from pipeline.model import Entity
from pipeline.participants import Contact
from pipeline.release.attribution import line
from pipeline.release.documents import coding_programs, formats, json_transcript, qdpx, tables
from pipeline.release.gate.spellings import WORD, clean, fold, name_first, nothing_else, ordinary
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
FORMS = frozenset(WORDS["forms"].split())
OUR_LABEL = re.compile(
    rf"[^\w\s]+(?:{'|'.join(sorted({re.escape(rule.ru) for rule in KINDS.values()}))}|скрыто)-\d+[^\w\s]+"
)
"""a label with the word of a kind and a number"""
NUMBERED = re.compile(r"-\d+(?!\d)")
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
    public: dict[str, tuple[tuple[str, bool], ...]]
    """attribution line -> what is searched of it: a text, and whether it stands where public columns do"""
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
                labels |= {entity.label} if made_by_us(entity, interview.typed) else set()
            else:
                words |= {fold(word) for word in WORD.findall(clean(surface))}
        kept[interview.id] = frozenset(words)
    return Sought(
        secrets=distinct(found),
        interviews={name: interview for interview, name in names.items()} | qdpx.sources(request),
        labels=tuple(sorted(labels, key=len, reverse=True)),
        public=public(request),
        ours=formats.ours(request) | json_transcript.words() | frozenset(tables.COLUMNS) | frozenset(KINDS) | OURS,
        kept=kept,
    )


def made_by_us(entity: Entity, typed: frozenset[str]) -> bool:
    """Whether a label is one that the program makes; what a person typed is searched like any other word."""
    if OUR_LABEL.fullmatch(entity.label):
        return True
    if entity.label[0].isalnum() or entity.cls == "direct":
        return False
    return NUMBERED.sub("-", entity.label) not in {NUMBERED.sub("-", label) for label in typed}


def public(request: Request) -> dict[str, tuple[tuple[str, bool], ...]]:
    """Attribution lines and what people wrote in them."""
    found: dict[str, dict[tuple[str, bool], None]] = {}
    for interview in request.interviews:
        if (person := interview.participant) is None:
            continue
        printed = line.lines(request, person)
        for language in line.LANGUAGES:
            if language in printed:
                own, bare = line.typed(person, language, request.settings)
                found.setdefault(printed[language], {}).update({(own, True): None, (bare, False): None})
    return {text: tuple(parts) for text, parts in found.items()}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def of_contact(contact: Contact) -> Iterator[Secret]:
    """Everything a row of contacts says of a person."""
    for what, texts, read in (
        ("name", contact.names, named),
        ("display name", contact.display_names, named),
        ("e-mail", contact.emails, addressed),
        ("phone", contact.phones, numbered),
        ("employer", contact.employers, employed),
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
    digits = re.sub(r"\D", "", plain(text).text)
    if len(digits) >= DIGITS:
        yield Secret(id, (digits[-DIGITS:],), "digits")
    else:
        yield from phrased(id, text)


def phrased(id: str, text: str) -> Iterator[Secret]:
    """Words in a row."""
    words = tuple(WORD.findall(clean(text)))
    if words and (len(words) > 1 or len(words[0]) >= SHORTEST):
        yield Secret(id, words, "phrase")


def employed(id: str, text: str) -> Iterator[Secret]:
    """An employer by its whole name, and by what is its own of it: «Тенгри Лаб» of «Фонд Тенгри Лаб»."""
    yield from phrased(id, text)
    words = WORD.findall(clean(text))
    own = tuple(word for word in words if not heads(word))
    if own and len(own) < len(words) and (len(own) > 1 or (len(own[0]) > SHORTEST and nothing_else(own[0].lower()))):
        yield Secret(id, own, "phrase")


def heads(word: str) -> bool:
    """Whether a word says only what sort of organisation it is."""
    lemmas = readings(fold(word))[0]
    return any(lemma in HEADS or lemma in GENERIC or lemma in FORMS for lemma in (word.lower(), *lemmas))


def distinct(secrets: list[Secret]) -> tuple[Secret, ...]:
    """Each string once, named after the first that has it; what is sought everywhere is not sought twice."""
    first: dict[tuple[tuple[str, ...], str], Secret] = {}
    for secret in sorted(secrets, key=lambda secret: bool(secret.scope)):
        key = tuple(fold(word) for word in secret.words)
        if (key, "") not in first:
            first.setdefault((key, secret.scope), secret)
    return tuple(first.values())
