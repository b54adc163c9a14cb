"""One file of a release, read for everything that is sought."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from pipeline.release.gate import spellings
from pipeline.release.gate.index import NEAREST, Index, Match, Raw, Why
from pipeline.release.gate.private_words import DIGITS, Secret, Sought
from pipeline.release.gate.spellings import WORD
from pipeline.release.gate.unpack import Fragment

CASED = 0.02
"""share of words with a capital from which a text counts as written with capitals"""
STREET = re.compile(
    r"(?:\b(?:улиц[аеуыо]й?|ул\.?|проспект[аеу]?|пр\.|площад[ьи]|переул(?:ок|к[аеу])|бульвар[аеу]?|имени|им\.|көшесі))\s+$",
    re.IGNORECASE,
)
"""what stands before a name that is a street's or an institution's"""
NUMBERS = re.compile(rf"\d(?:[\s().\-–+/]{{0,3}}\d){{{DIGITS - 1},}}")
HYPHENATED = re.compile(r"([^\W\d_]+)[-‐‑]\s?([^\W\d_]+)")
OPENING = re.compile(r"(?:^|[.?!…:]|¶\d+)[\s«»\"“”„(—–-]*$")


class Token(NamedTuple):
    start: int
    end: int
    text: str


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
