"""Numbers of documents, cards, accounts and registers, written or spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.deidentify.contacts.emails_and_usernames import LETTERS, STOPS
from pipeline.deidentify.contacts.number_patterns import LISTS, announced, nearest, registered, shaped
from pipeline.deidentify.passage import Finding, Passage, Rule
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.inflect import fold
from pipeline.deidentify.words.spoken_numbers import Number, Run

IBAN = re.compile(r"(?<!\w)[a-z]{2}[ ]?\d{2}(?:[ ]?[a-z0-9]{3,4}){3,8}(?:[ ]?[a-z0-9]{1,3})?(?!\w)", re.IGNORECASE)
PASSPORT = re.compile(r"(?<!\w)[nнnсcаa][ ]?№?[ ]?\d{2}(?:[ -]?\d{2,3}){2}(?!\w)(?![-.]\d)", re.IGNORECASE)
CODE = re.compile(r"(?<![\w@./-])[a-zа-яё]*\d[a-zа-яё0-9]*(?:[-/][a-zа-яё0-9]+| \d+)*(?![\w@])", re.IGNORECASE)
DOTTED = re.compile(r"(?<!\w)\d{2}[./]\d{2}[./](?:19|20)\d{2}(?!\w)")


def long_number(passage: Passage) -> Iterator[Finding]:
    """12 digits are an IIN or a BIN and 16 a card even where recognition spoilt the checksum."""
    for run in spoken_numbers.runs(passage):
        if run.plus or len(run.digits) < 12:
            continue
        grouped = [len(number.digits) for number in run.numbers]
        sure = (
            len(grouped) == 1 or grouped in ([4, 4, 4, 4], [6, 6], [4, 4, 4]) or (run.spoken and len(run.digits) < 20)
        )
        if len(run.digits) in (12, 13, 16) and sure:
            yield Finding(run.start, run.end, "ID_NUMBER", 0.7, "id-long")
        elif 12 < len(run.digits) <= 30:
            yield Finding(run.start, run.end, "ID_NUMBER", 0.6, "id-very-long")


def document(passage: Passage) -> Iterator[Finding]:
    """A number, letters in it or not, after a word for a document."""
    for match in CODE.finditer(passage.text):
        digits = sum(c.isdigit() for c in match.group())
        if digits >= 5 and not DOTTED.fullmatch(match.group()) and nearest(passage, match.start()) == "document":
            yield Finding(match.start(), match.end(), "ID_NUMBER", 0.85, "id-document")
    for run in spoken_numbers.runs(passage):
        if len(run.digits) >= 6 and not run.plus and nearest(passage, run.start) == "document":
            start = _letters_before(passage, run)
            yield Finding(start, run.end, "ID_NUMBER", 0.85 if len(run.numbers) < 8 or run.spoken else 0.8, "id-spoken")


def _letters_before(passage: Passage, run: Run) -> int:
    """Start of a run with the letters of a series that precede it: «эн ноль девять …», «серия АВ …»."""
    first = run.numbers[0].first
    at = first - 1
    while (
        at >= 0
        and passage.tokens[at].text.isalpha()
        and (
            passage.tokens[at].norm in LETTERS
            or (len(passage.tokens[at].norm) <= 2 and passage.tokens[at].norm not in STOPS and _capital(passage, at))
        )
    ):
        at -= 1
    return passage.tokens[at + 1].start if at + 1 < first else run.start


def _capital(passage: Passage, at: int) -> bool:
    token = passage.tokens[at]
    return token.text.isupper() or (not passage.cased and token.text.isascii()) or token.norm in ("n", "н")


def passport(passage: Passage) -> Iterator[Finding]:
    """A letter and eight digits or so: passports of Kazakhstan and others."""
    for match in PASSPORT.finditer(passage.text):
        digits = sum(c.isdigit() for c in match.group())
        if 7 <= digits <= 9 and match.group()[0].isalpha():
            near = nearest(passage, match.start()) == "document"
            letter = fold(match.group()[0])
            spaced = match.group()[1] == " " and letter in "аcс" and not near
            if not spaced:
                yield Finding(match.start(), match.end(), "ID_NUMBER", 0.95 if near else 0.85, "id-passport")


def code(passage: Passage) -> Iterator[Finding]:
    """Letters and digits mixed, as on student cards and contracts: «1M13CE27-5»."""
    for match in CODE.finditer(passage.text):
        first = re.split(r"[-/ ]", match.group())[0]
        digits = sum(c.isdigit() for c in match.group())
        letters = sum(c.isalpha() for c in first)
        if digits >= 5 and letters and any(c.isdigit() for c in first):
            yield Finding(match.start(), match.end(), "ID_NUMBER", 0.75, "id-code")


def account(passage: Passage) -> Iterator[Finding]:
    """IBAN, by checksum or by the look of it."""
    from stdnum import iban

    for match in IBAN.finditer(passage.text):
        compact = match.group().replace(" ", "")
        for cut in range(len(compact), 14, -1):
            if iban.is_valid(compact[:cut]):
                end = _position(match.group(), cut) + match.start()
                yield Finding(match.start(), end, "ID_NUMBER", 0.97, "id-iban")
                break
        else:
            digits = sum(c.isdigit() for c in compact)
            if 15 <= len(compact) <= 34 and digits >= len(compact) / 2:
                yield Finding(match.start(), match.end(), "ID_NUMBER", 0.8, "id-iban-unchecked")


def _position(text: str, count: int) -> int:
    """Offset just after the `count`-th character that is not a space."""
    seen = 0
    for at, character in enumerate(text):
        seen += character != " "
        if seen == count:
            return at + 1
    return len(text)


def millions(passage: Passage) -> Iterator[Finding]:
    """«паспорт эн одиннадцать миллионов двести три тысячи сорок семь»: nobody's sum, which would be round."""
    for number in spoken_numbers.numbers(passage):
        if not number.spoken or number.value < 1_000_000 or number.value % 1000 == 0:
            continue
        start = passage.tokens[_series(passage, number.first)].start
        if announced(passage, start, LISTS["paper"]) and not _counted(passage, number):
            yield Finding(start, passage.tokens[number.last - 1].end, "ID_NUMBER", 0.85, "id-millions")


def _counted(passage: Passage, number: Number) -> bool:
    following = passage.tokens[number.last] if number.last < len(passage.tokens) else None
    return following is not None and bool(spoken_numbers.UNITS.intersection(following.lemmas))


def _series(passage: Passage, at: int) -> int:
    """First token of the letters that stand before a number."""
    while at and (passage.tokens[at - 1].norm in LETTERS or len(passage.tokens[at - 1].text) == 1):
        if not passage.tokens[at - 1].text.isalpha() or passage.tokens[at - 1].norm in STOPS:
            break
        at -= 1
    return at


RULES: tuple[Rule, ...] = (
    Rule("id-register", registered),
    Rule("id-passport", passport),
    Rule("id-document", document),
    Rule("id-iban", account),
    Rule("id-shape", shaped),
    Rule("id-long", long_number),
    Rule("id-code", code),
    Rule("id-millions", millions),
)
