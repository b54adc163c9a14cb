"""The reversible key: what each label stands for. It lives in work/ alone and leaves it only encrypted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from pipeline.errors import UsageError
from pipeline.model import Entity


class Row(Struct, frozen=True):
    """One entity of an interview."""

    label: str
    """as released; a generalisation or pseudonym has a row for each case form"""
    kind: str
    entity_id: str
    originals: tuple[str, ...]
    """distinct words it replaced, in order of appearance"""
    mentions: tuple[tuple[int, int, int], ...]
    """turn, start, end"""


class Key(Struct, frozen=True):
    """All that an interview's labels hide."""

    interview: str
    rows: tuple[Row, ...]


def key(interview: str, entities: Sequence[Entity], texts: Mapping[int, str]) -> Key:
    """The key of one interview from its entities and the texts of its turns."""
    found: dict[tuple[str, str], list[Entity]] = {}
    for entity in sorted(entities, key=lambda e: (e.turn, e.start)):
        if entity.label:
            found.setdefault((entity.label, entity.entity_id), []).append(entity)
    rows = []
    for (label, entity_id), mentions in found.items():
        originals = tuple(dict.fromkeys(texts[e.turn][e.start : e.end] for e in mentions))
        places = tuple((e.turn, e.start, e.end) for e in mentions)
        rows.append(Row(label, mentions[0].kind, entity_id, originals, places))
    return Key(interview, tuple(rows))


def encode(keys: Sequence[Key]) -> bytes:
    """Keys as JSON, in the order given."""
    return msgspec.json.format(msgspec.json.encode(tuple(keys)), indent=1)


def decode(data: bytes) -> tuple[Key, ...]:
    """Keys from `encode`'s JSON."""
    return msgspec.json.decode(data, type=tuple[Key, ...])


def encrypted(keys: Sequence[Key], recipients: Sequence[str]) -> bytes:
    """Keys encrypted with age for recipients "age1…" or "ssh-ed25519 …"; UsageError where one is none."""
    import pyrage

    if not recipients:
        raise UsageError("No recipient was named.", "Give --recipient age1… for everybody who may read the key.")
    sealed: bytes = pyrage.encrypt(encode(keys), [recipient(text) for text in recipients])
    return sealed


def decrypted(data: bytes, identity: str) -> tuple[Key, ...]:
    """Keys from `encrypted`, for the holder of an identity "AGE-SECRET-KEY-1…"."""
    import pyrage

    try:
        return decode(pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(identity.strip())]))
    except Exception as error:
        raise UsageError(
            "The key file does not open with this identity.", "Use the identity it was made for."
        ) from error


def recipient(text: str) -> object:
    """A recipient of an encrypted file. Raises UsageError for what is none."""
    import pyrage

    for kind in (pyrage.x25519.Recipient, pyrage.ssh.Recipient):
        try:
            return kind.from_str(text.strip())
        except Exception:
            continue
    raise UsageError("A recipient is no age recipient.", "It begins with age1 or ssh-; check that nothing was cut off.")
