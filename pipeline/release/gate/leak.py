"""The gate: searches every byte of a release for what must not be in it, before anybody can see it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from msgspec import Struct

from pipeline.release.documents import docx as office
from pipeline.release.documents import tables
from pipeline.release.gate import spellings
from pipeline.release.gate.index import Index, Raw, Why
from pipeline.release.gate.private_words import Secret, Sought
from pipeline.release.gate.searched import Searched
from pipeline.release.gate.unpack import Fragment, fragments

WHY: dict[Why, str] = {
    "found": "",
    "ordinary": "; also an ordinary word",
    "kept": "; recognised there and kept on purpose",
    "near": "; one letter differs",
    "fond": "; may be a fond form of it",
    "split": "; written apart",
}


class Hit(Struct, frozen=True):
    """A private string in the release; the string itself is not in here."""

    files: tuple[str, ...]
    """paths in the release; a turn stands in several"""
    places: tuple[str, ...]
    """"¶42", a line, a cell, a member of an office file"""
    secret: str
    """how messages name the string"""
    why: Why
    key: str
    """names a doubt in a decision; the same on every export"""

    def said(self) -> str:
        decide = f" (decision {self.key})" if self.key else ""
        places = "; ".join(self.places[:6]) + (f" (and {len(self.places) - 6} more)" if len(self.places) > 6 else "")
        first = sorted(self.files, key=lambda file: not file.startswith("txt/"))
        files = ", ".join(first[:4]) + (f" (and {len(first) - 4} more files)" if len(first) > 4 else "")
        return f"{files}: {places}: {self.secret}{WHY[self.why]}{decide}"


class Verdict(Struct, frozen=True):
    hits: tuple[Hit, ...]
    """each refuses publication"""
    doubts: tuple[Hit, ...]
    """each needs a decision before a release; a warning in a draft"""


def search(folder: Path, sought: Sought) -> Verdict:
    """Every finding in a folder that is about to be released."""
    index = Index(sought.secrets)
    ours = office_boilerplate()
    raw: list[Raw] = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        apart: dict[str, list[Fragment]] = {}
        for piece in fragments(name, path.read_bytes(), ours):
            apart.setdefault(f"{name}/{piece.member}" if piece.member else name, []).append(piece)
        for part, pieces in apart.items():
            raw += Searched(part, tuple(pieces), sought, index).findings()
    return verdict(raw, sought)


def office_boilerplate() -> dict[str, bytes]:
    """Members of office files that are the same in an empty one."""
    import io
    import zipfile

    made: dict[str, bytes] = {}
    for data in (office.empty("ru"), office.empty("en"), tables.empty()):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            made |= {name: packed.read(name) for name in packed.namelist()}
    return made


def verdict(raw: list[Raw], sought: Sought) -> Verdict:
    """Findings put together over places and formats, hits apart from doubts."""
    sure = {(home(one, sought), one.place, one.secret) for one in raw if one.why == "found"}
    grouped: dict[tuple[str, int, Why, bool], list[Raw]] = {}
    for one in raw:
        where = home(one, sought)
        if one.why == "found" or (where, one.place, one.secret) not in sure:
            grouped.setdefault((where, one.secret, one.why, one.lower), []).append(one)
    hits: list[Hit] = []
    doubts: list[Hit] = []
    for (where, number, why, lower), found in grouped.items():
        secret = sought.secrets[number]
        key = "" if why == "found" else doubt_key(secret, why, "" if lower else where)
        files = tuple(dict.fromkeys(one.file for one in found))
        hit = Hit(files, tuple(dict.fromkeys(one.place for one in found)), secret.id, why, key)
        (doubts if key else hits).append(hit)
    return Verdict(tuple(hits), tuple(doubts))


def home(one: Raw, sought: Sought) -> str:
    """The interview that a finding belongs to, else its file."""
    stem = one.file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return sought.interviews.get(stem, one.file)


def doubt_key(secret: Secret, why: Why, where: str) -> str:
    """Names a doubt: an ordinary word in lower case once for the study, anything else once for an interview.

    It begins with whose string it is, so that verdicts on it can be forgotten with him.
    """
    told = "\0".join((secret.salt, *map(spellings.fold, secret.words), why, where))
    return f"{secret.owner}.{hashlib.sha256(told.encode()).hexdigest()[:8]}"
