"""The gate: searches every byte of a release for what must not be in it, before anybody can see it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple

from msgspec import Struct

from pipeline.release.documents import docx as office
from pipeline.release.documents import tables
from pipeline.release.gate import spellings
from pipeline.release.gate.private_words import DIGITS, Secret, Sought
from pipeline.release.gate.spellings import WORD
from pipeline.release.gate.unpack import Fragment, fragments

Why = Literal["found", "ordinary", "kept", "near"]

WHY: dict[Why, str] = {
    "found": "",
    "ordinary": "; also an ordinary word",
    "kept": "; recognised there and kept on purpose",
    "near": "; one letter differs",
}
NEAREST = 6
"""letters of a name from which a misspelling is looked for"""
RUN_TOGETHER = 8
"""letters from which a name written in one word is looked for inside longer words"""
CASED = 0.02
"""share of words with a capital from which a text counts as written with capitals"""

STREET = re.compile(
    r"(?:\b(?:улиц[аеуыо]й?|ул\.?|проспект[аеу]?|пр\.|площад[ьи]|переул(?:ок|к[аеу])|бульвар[аеу]?|имени|им\.|көшесі))\s+$",
    re.IGNORECASE,
)
"""what stands before a name that is a street's or an institution's"""
NUMBERS = re.compile(rf"\d(?:[\s().\-–+/]{{0,3}}\d){{{DIGITS - 1},}}")
HYPHENATED = re.compile(r"([^\W\d_]+)[-‐‑]\s?([^\W\d_]+)")
CAMEL = re.compile(r"(?<=[^\W\d_A-ZА-ЯЁӘІҢҒҮҰҚӨҺ])(?=[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ])")
OPENING = re.compile(r"(?:^|[.?!…:]|¶\d+)[\s«»\"“”„(—–-]*$")


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


class Match(NamedTuple):
    """A word of the release may be this word of that secret."""

    secret: int
    word: int


class Token(NamedTuple):
    start: int
    end: int
    text: str


class Raw(NamedTuple):
    """A finding before files of one interview are put together."""

    file: str
    place: str
    secret: int
    why: Why
    lower: bool


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


class Index:
    """Words of all secrets by every form in which they may appear."""

    def __init__(self, secrets: tuple[Secret, ...]) -> None:
        self.secrets = secrets
        self.exact: dict[str, list[Match]] = {}
        self.heard: dict[str, list[Match]] = {}
        self.latin: dict[str, list[Match]] = {}
        self.close: dict[str, list[tuple[str, Match]]] = {}
        self.numbers: dict[str, int] = {}
        self.joined: dict[str, list[tuple[str, int]]] = {}
        self.seen: dict[str, tuple[Match, ...]] = {}
        self.searched: dict[tuple[str, str, bool, bool, bool], tuple[Raw, ...]] = {}
        for number, secret in enumerate(secrets):
            if secret.way == "digits":
                self.numbers.setdefault(secret.words[0], number)
            else:
                self.add(number, secret)

    def add(self, number: int, secret: Secret) -> None:
        for at, text in enumerate(secret.words):
            match = Match(number, at)
            declined = spellings.inflected(text, secret.way == "name")
            for form in declined:
                self.exact.setdefault(form, []).append(match)
            if not text.isdigit():
                into = self.heard if spellings.cyrillic(text) else self.latin
                for sound in spellings.sounds(text):
                    if len(sound) >= 3:
                        into.setdefault(sound, []).append(match)
            if secret.direct and len(secret.words) == 1 and secret.way == "name":
                for form in declined:
                    if len(form) >= NEAREST:
                        for variant in spellings.near(form):
                            self.close.setdefault(variant, []).append((form, match))
        if len(secret.words) > 1 and secret.way == "name":
            self.add_joined(number, secret)

    def add_joined(self, number: int, secret: Secret) -> None:
        """A name without its spaces, first name first and last."""
        for words in (secret.words, secret.words[::-1]):
            for text in {spellings.fold("".join(words)), "".join(spellings.sounds(word)[0] for word in words)}:
                if len(text) >= RUN_TOGETHER:
                    self.joined.setdefault(text[:5], []).append((text, number))

    def matches(self, text: str) -> tuple[Match, ...]:
        """Which words of which secrets a word of the release may be."""
        if text not in self.seen:
            found = self.look(text)
            if len(parts := CAMEL.split(text)) > 1:
                whole = [match for part in parts for match in self.look(part)]
                found += [match for match in whole if len(self.secrets[match.secret].words) == 1]
            if len(text) >= RUN_TOGETHER:
                found += self.run_together(text)
            self.seen[text] = tuple(dict.fromkeys(found))
        return self.seen[text]

    def look(self, text: str) -> list[Match]:
        folded = spellings.fold(text)
        found = list(self.exact.get(folded, ()))
        if text.isdigit():
            return found
        if spellings.cyrillic(text):
            if self.latin:
                for stem in spellings.stems(spellings.sounds(text)[0]):
                    found += self.latin.get(stem, ())
            return found
        for sound in spellings.sounds(text):
            for stem in spellings.stems(sound):
                found += self.heard.get(stem, ())
                found += self.latin.get(stem, ()) if text.lower() != stem else ()
        return found

    def run_together(self, text: str) -> list[Match]:
        """Whole names inside a word."""
        found = []
        for spelling in {spellings.fold(text), *spellings.sounds(text)}:
            for at in range(len(spelling) - RUN_TOGETHER + 1):
                for name, number in self.joined.get(spelling[at : at + 5], ()):
                    if spelling.startswith(name, at):
                        found.append(Match(number, -1))
        return found

    def misspelt(self, text: str) -> list[Match]:
        """Secrets that differ by one letter from a word no dictionary knows."""
        from rapidfuzz.distance import OSA

        spelling = spellings.fold(text)
        if len(spelling) < NEAREST or spellings.ordinary(text.lower()):
            return []
        found = []
        for variant in spellings.near(spelling):
            for form, match in self.close.get(variant, ()):
                if OSA.distance(spelling, form, score_cutoff=1) <= 1:
                    found.append(match)
        return list(dict.fromkeys(found))


class Searched:
    """One file of the release."""

    def __init__(self, name: str, pieces: tuple[Fragment, ...], sought: Sought, index: Index) -> None:
        self.name = name
        self.pieces = pieces
        self.sought = sought
        self.index = index
        self.interview = sought.interviews.get(name.rsplit("/", 1)[-1].rsplit(".", 1)[0], "")
        self.kept = sought.kept.get(self.interview, frozenset())
        self.labels = re.compile("|".join(map(re.escape, sought.labels))) if sought.labels else None
        words = [found for piece in pieces for found in WORD.findall(piece.text) if len(found) > 1]
        capitals = sum(found[0].isupper() and found[1:].islower() for found in words)
        self.cased = capitals > CASED * len(words)

    def findings(self) -> Iterator[Raw]:
        for piece in self.pieces:
            if piece.text.strip() in self.sought.ours or piece.text.strip() in self.sought.public:
                continue
            member = piece.place == "name of a member"
            key = (piece.text, self.interview, self.cased, piece.public, member)
            if key not in self.index.searched:
                self.index.searched[key] = tuple(self.look_at(piece))
            for raw in self.index.searched[key]:
                yield raw._replace(file=self.name, place=piece.place)

    def look_at(self, piece: Fragment) -> Iterator[Raw]:
        """Everything found in one text; a turn stands in many files, and is searched once."""
        text = spellings.clean(self.labels.sub(" \x1f ", piece.text) if self.labels else piece.text)
        yield from self.numbers(piece, text)
        words = set(WORD.findall(text))
        if any(map(self.index.matches, words)) or "-" in text:
            yield from self.read(piece, text)
        yield from self.misspellings(piece, words)

    def numbers(self, piece: Fragment, text: str) -> Iterator[Raw]:
        for run in NUMBERS.findall(text) if self.index.numbers else ():
            digits = re.sub(r"\D", "", run)
            for at in range(len(digits) - DIGITS + 1):
                number = self.index.numbers.get(digits[at : at + DIGITS])
                if number is not None:
                    yield Raw(self.name, piece.place, number, "found", False)

    def read(self, piece: Fragment, text: str) -> Iterator[Raw]:
        """Findings among the words of a text: single words, and rows of words that make a whole secret."""
        tokens = [Token(found.start(), found.end(), found.group()) for found in WORD.finditer(text)]
        for at in range(len(tokens)):
            found = list(self.at_token(tokens, at, text, piece))
            if found:
                yield next((raw for raw in found if raw.why == "found"), found[0])
        for pair in HYPHENATED.finditer(text):
            for match in self.index.matches(pair.group(1) + pair.group(2)):
                secret = self.index.secrets[match.secret]
                if len(secret.words) == 1 and self.seeks(secret, piece):
                    yield Raw(self.name, piece.place, match.secret, "found", False)

    def at_token(self, tokens: list[Token], at: int, text: str, piece: Fragment) -> Iterator[Raw]:
        """Every secret that begins with this word, or stands in it with its words run together."""
        for match in self.index.matches(tokens[at].text):
            secret = self.index.secrets[match.secret]
            if match.word > 0 or not self.seeks(secret, piece):
                continue
            row = tokens[at : at + len(secret.words)] if match.word == 0 else [tokens[at]]
            if match.word < 0 or self.is_row(match.secret, row, text):
                yield Raw(self.name, piece.place, match.secret, *self.weigh(secret, row, text, match.word < 0))

    def seeks(self, secret: Secret, piece: Fragment) -> bool:
        """Whether a secret is sought at this place."""
        if secret.direct:
            return True
        return secret.scope == self.interview and not piece.public

    def is_row(self, number: int, row: list[Token], text: str) -> bool:
        """Whether these words are all words of the secret, in order and in one sentence."""
        secret = self.index.secrets[number]
        if len(row) < len(secret.words):
            return False
        together = all(
            "\x1f" not in text[one.end : two.start] and two.start - one.end <= 3 for one, two in pairwise(row)
        )
        return together and all(Match(number, at) in self.index.matches(token.text) for at, token in enumerate(row))

    def weigh(self, secret: Secret, row: list[Token], text: str, joined: bool) -> tuple[Why, bool]:
        """How sure a finding is, and whether all that was found is an ordinary word in lower case."""
        words = [spellings.fold(token.text) for token in row]
        if not joined and all(word in self.kept for word in words):
            return "kept", False
        if joined or (secret.direct and len(row) > 1):
            return "found", False
        doubtful = [self.doubtful(secret, token, text) for token in row]
        lower = self.cased and all(token.text.islower() for token in row)
        return ("ordinary" if all(doubtful) else "found"), lower

    def doubtful(self, secret: Secret, token: Token, text: str) -> bool:
        """Whether a word may be something else than the secret it looks like."""
        lower = token.text.lower()
        if token.text.isdigit():
            return len(lower) < DIGITS - 1
        if STREET.search(text[: token.start]):
            return True
        russian = lower if spellings.cyrillic(lower) else secret.words[0].lower()
        capital = token.text[0].isupper() and self.cased
        inside = capital and not OPENING.search(text[: token.start])
        if len(lower) <= 3 and not inside:
            return True
        if not spellings.ordinary(russian):
            return False
        return not secret.direct or not (inside or ((capital or not self.cased) and spellings.name_first(russian)))

    def misspellings(self, piece: Fragment, words: set[str]) -> Iterator[Raw]:
        if not self.index.close or piece.place == "name of a member":
            return
        for found in sorted(words):
            if len(found) < NEAREST or (self.cased and not found[0].isupper()):
                continue
            if any(len(self.index.secrets[match.secret].words) == 1 for match in self.index.matches(found)):
                continue
            for match in self.index.misspelt(found)[:1]:
                yield Raw(self.name, piece.place, match.secret, "near", False)


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
