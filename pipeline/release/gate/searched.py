"""One file of a release, read for everything that is sought."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.deidentify.normal_form import SIGNS, readings
from pipeline.release.gate import said_numbers, spellings
from pipeline.release.gate.index import NEAREST, Index, Match, Raw, Why
from pipeline.release.gate.private_words import DIGITS, Secret, Sought
from pipeline.release.gate.spellings import WORD
from pipeline.release.gate.split_words import Row, Token, letter, rows
from pipeline.release.gate.unpack import EDGES, Fragment
from pipeline.release.gate.unwrapped import unwrapped

CASED = 0.02
"""share of words with a capital from which a text counts as written with capitals"""
STREET = re.compile(
    r"(?:\b(?:улиц[аеуыо]й?|ул\.?|проспект[аеу]?|пр\.|площад[ьи]|переул(?:ок|к[аеу])|бульвар[аеу]?|имени|им\.|көшесі))\s+$",
    re.IGNORECASE,
)
"""what stands before a name that is a street's or an institution's"""
HEADED = re.compile(r"^([^\s¶]{1,40}[:\t]?)[ \t]¶\d+[a-z]*[ \t]")
"""the speaker before a turn and its number: apart, the turn is the same text in every format"""
OPENING = re.compile(r"(?:^|[.?!…:]|¶\d+)[\s«»\"“”„(—–-]*$")
_SIGN = re.escape("".join(sign for sign in SIGNS if not sign.isdigit() and sign != "!"))
ODD = re.compile(rf"[\d{_SIGN}]{{0,2}}[^\W\d_]+(?:(?:[\d{_SIGN}]|[!*•×□](?=[^\W_*])|\*){{1,3}}[^\W\d_]*)*")
"""a word that may have digits or signs for letters"""
GUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{32,}\b")
"""names that programs make by chance: letters of them are no misspelt name"""
ORDINARY_SPLIT = 7
"""letters from which a word is seen in pieces that are all words themselves"""
SHORTEST_SPLIT, SHORTEST_GLUED = 5, 4
SURE_OF_CASE = 7
"""letters from which a misspelt name is noticed in lower case too"""


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
            text = piece.text.strip()
            if text in self.sought.ours:
                continue
            shown = self.sought.public.get(text) or [(part, piece.public) for part in HEADED.split(text, 1) if part]
            for part, public in shown:
                yield from self.remembered(piece._replace(text=part, public=public))

    def remembered(self, piece: Fragment) -> Iterator[Raw]:
        """Everything found in one text; a turn stands in many files, and is searched once."""
        where = next((mark for mark in (EDGES, "name of a member") if piece.place.startswith(mark)), "")
        key = (piece.text, self.interview, self.cased, piece.public, where)
        if key not in self.index.searched:
            self.index.searched[key] = tuple(self.look_at(piece))
        for raw in self.index.searched[key]:
            yield raw._replace(file=self.name, place=piece.place)

    def look_at(self, piece: Fragment) -> Iterator[Raw]:
        """Everything found in a text, and in what it says beneath its markup."""
        text = self.labels.sub(" \x1f ", piece.text) if self.labels else piece.text
        for reading in (text, *unwrapped(text)):
            yield from self.look_in(piece, spellings.clean(reading))

    def look_in(self, piece: Fragment, text: str) -> Iterator[Raw]:
        tokens = worded(text)
        words = {token.text for token in tokens}
        if self.index.numbers:
            yield from self.numbers(piece, text, [token.text for token in tokens])
        edge = piece.place.startswith(EDGES)
        if any(map(self.index.matches, words)):
            read = self.read(piece, text, tokens)
            yield from (raw for raw in read if not edge or len(self.index.secrets[raw.secret].words) > 1)
        if GUID.search(text):
            text = GUID.sub("\x1f", text)
            tokens = worded(text)
        yield from self.written_apart(piece, text, tokens)
        if edge:
            return
        odd = {found for found in ODD.findall(text) if not found.isalpha() and sum(map(str.isalpha, found)) >= 3}
        yield from self.odd(piece, odd)
        yield from self.nearly(piece, {token.text for token in tokens if alone(token, text)})

    def numbers(self, piece: Fragment, text: str, words: Sequence[str]) -> Iterator[Raw]:
        for digits in said_numbers.numbers(text, words, DIGITS):
            for at in range(len(digits) - DIGITS + 1):
                number = self.index.numbers.get(digits[at : at + DIGITS])
                if number is not None:
                    yield Raw(self.name, piece.place, number, "found", False)

    def read(self, piece: Fragment, text: str, tokens: list[Token]) -> Iterator[Raw]:
        """Findings among the words of a text: single words, and rows of words that make a whole secret."""
        for at in range(len(tokens)):
            found = list(self.at_token(tokens, at, text, piece))
            if found:
                yield next((raw for raw in found if raw.why == "found"), found[0])

    def written_apart(self, piece: Fragment, text: str, tokens: list[Token]) -> Iterator[Raw]:
        """Secrets whose letters or pieces stand apart."""
        for row in rows(text, tokens):
            pieces = [token.text for token in tokens[row.first : row.last]]
            for word in stretches(list(map(letter, pieces))) if row.how == "spelt" else ["".join(pieces)]:
                for match in self.index.whole(word):
                    why = self.split(match, pieces, row, word)
                    if why and self.seeks(self.index.secrets[match.secret], piece):
                        yield Raw(self.name, piece.place, match.secret, why, False)

    def split(self, match: Match, pieces: list[str], row: Row, word: str) -> Why | None:
        """How sure it is that these pieces are one word, None where they are words of their own."""
        least = {"spelt": SHORTEST_GLUED - 1, "glued": SHORTEST_GLUED, "apart": SHORTEST_SPLIT}[row.how]
        if (
            len(word) < least
            or (row.how == "apart" and match.word < 0)
            or any(match in self.index.matches(one) for one in pieces)
        ):
            return None
        if row.how == "spelt":
            return "found"
        words = all(len(one) > 1 and spellings.ordinary(one.lower()) for one in pieces)
        if words and len(word) < ORDINARY_SPLIT:
            return "split" if row.how == "glued" else None
        return "found" if row.how == "glued" and not words else "split"

    def odd(self, piece: Fragment, words: set[str]) -> Iterator[Raw]:
        """Secrets with digits or signs in place of letters."""
        for found in sorted(words):
            exact = {match for reading in readings(found) for match in self.index.whole(reading)}
            for match in exact:
                if self.seeks(self.index.secrets[match.secret], piece):
                    yield Raw(self.name, piece.place, match.secret, "found", False)
            if not exact:
                bare = "".join(filter(str.isalpha, found))
                yield from (Raw(self.name, piece.place, m.secret, "near", False) for m in self.index.misspelt(bare)[:1])

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
        if not (spellings.ordinary(russian) or spellings.ordinary(lower)):
            return False
        return not secret.direct or not (inside or ((capital or not self.cased) and spellings.name_first(russian)))

    def nearly(self, piece: Fragment, words: set[str]) -> Iterator[Raw]:
        """Misspelt names, and fond forms of them."""
        if piece.place == "name of a member":
            return
        for found in sorted(words):
            if found.isdigit() or self.index.alone(found):
                continue
            shown = found[0].isupper() or not self.cased
            misspelt: list[Match] = []
            if len(found) >= NEAREST and (shown or (len(found) >= SURE_OF_CASE and spellings.strange(found.lower()))):
                misspelt = self.index.misspelt(found) or self.index.derived(found)
                yield from (Raw(self.name, piece.place, match.secret, "near", False) for match in misspelt[:1])
            if not misspelt and (shown or not spellings.ordinary(found.lower())):
                fond = self.index.fond(found)
                yield from (Raw(self.name, piece.place, match.secret, "fond", False) for match in fond[:1])


def worded(text: str) -> list[Token]:
    return [Token(found.start(), found.end(), found.group()) for found in WORD.finditer(text)]


def alone(token: Token, text: str) -> bool:
    """Whether no digit stands at a word's side, as in what programs name things by."""
    return not (text[token.start - 1 : token.start].isdigit() or text[token.end : token.end + 1].isdigit())


def stretches(letters: list[str]) -> list[str]:
    """Whatever a row of spelt letters may hold: all of it, and each stretch that is long enough for a name."""
    word = "".join(letters)
    size = range(SHORTEST_SPLIT, min(len(word), 24))
    return [word, *(word[at : at + length] for length in size for at in range(len(word) - length + 1))]
