"""The table of numbers that name a person or what he or she owns: a new register is one row of PATTERNS."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module

from msgspec import Struct

from pipeline.deidentify.passage import Finding, Passage
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.inflect import fold
from pipeline.deidentify.words.lists import lists

LISTS = lists("contacts/numbers.txt")
NEAR = 70
"""characters in which the word for a document or a vehicle stands before its number"""


def kz_valid(digits: str) -> bool:
    """Checksum of Kazakhstan's IIN and BIN."""
    if len(digits) != 12:
        return False
    numbers = [int(digit) for digit in digits]
    for weights in (range(1, 12), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)):
        check = sum(w * n for w, n in zip(weights, numbers, strict=False)) % 11
        if check < 10:
            return check == numbers[11]
    return False


def checksum(module: str) -> Callable[[str], bool]:
    """The check of a module of python-stdnum, imported when a number is first checked: "ru.snils", "luhn"."""
    return lambda digits: bool(import_module(f"stdnum.{module}").is_valid(digits))


class Pattern(Struct, frozen=True):
    """A register that numbers people, or what they own."""

    name: str
    """what `found_by` says after id-"""
    lengths: tuple[int, ...] = ()
    """digits a number has, written or spoken; () where any will do"""
    cues: tuple[str, ...] = ()
    """beginnings of folded words that announce it"""
    valid: Callable[[str], bool] | None = None
    """its checksum, of the digits alone"""
    alone: bool = False
    """a valid checksum, or the shape, suffices without any cue"""
    shape: re.Pattern[str] | None = None
    """of a number with letters in it, as it is written; `lengths` and `valid` are not asked then"""
    kind: str = "ID_NUMBER"


PATTERNS = (
    Pattern("iin", (12,), ("иин", "жсн", "бин"), kz_valid, alone=True),
    Pattern("card", (15, 16, 18, 19), ("карт", "visa", "виза ", "mastercard", "каспи"), checksum("luhn"), alone=True),
    Pattern("snils", (11,), ("снилс", "страхов")),
    Pattern("inn", (10, 12), ("инн", "налог"), checksum("ru.inn")),
    Pattern("pesel", (11,), ("pesel", "песел"), checksum("pl.pesel")),
    Pattern("bsn", (8, 9), ("bsn", "бсн", "бэсэн", "burgerservice"), checksum("nl.bsn")),
    Pattern("ssn", (9,), ("ssn", "эсэсэн", "social", "сошиал", "соушал", "сошл"), checksum("us.ssn")),
    Pattern("rrn", (13,), ("rrn", "резидент", "alien", "ирг", "регистрац", "jumin"), checksum("kr.rrn")),
    Pattern("tckimlik", (11,), ("kimlik", "кимлик", "тс "), checksum("tr.tckimlik")),
    Pattern("steuer-id", (11,), ("steuer", "штойер", "налог"), checksum("de.idnr")),
    Pattern("rodne-cislo", (9, 10), ("родне", "родно", "rodn"), checksum("cz.rc")),
    Pattern("personnummer", (10, 12), ("personnummer", "персоннум", "персуннум"), checksum("se.personnummer")),
    Pattern("nir", (13, 15), ("insee", "securite", "секью"), checksum("fr.nir")),
    Pattern("codice", (), ("codice", "кодиче")),
    Pattern("my-number", (12,), ("mynumber", "майнамбер")),
    Pattern("nino", shape=re.compile(r"(?<!\w)[a-ceghj-prstw-z]{2}(?:[ ]?\d{2}){3}[ ]?[a-d](?!\w)", re.I), alone=True),
)
DOCUMENT_CUES = (*LISTS["document"], *(cue for pattern in PATTERNS for cue in pattern.cues))


def registered(passage: Passage) -> Iterator[Finding]:
    """Numbers of registers: by cue and length, better with a checksum; IIN and cards by checksum alone."""
    for run in spoken_numbers.runs(passage):
        if len(run.digits) < 8 or run.plus:
            continue
        for pattern in PATTERNS:
            if pattern.shape is not None or (pattern.lengths and len(run.digits) not in pattern.lengths):
                continue
            announced = cued(passage, run.start, pattern.cues)
            right = pattern.valid is not None and pattern.valid(run.digits)
            if right and (announced or pattern.alone):
                yield Finding(run.start, run.end, pattern.kind, 0.97, f"id-{pattern.name}")
            elif announced:
                yield Finding(run.start, run.end, pattern.kind, 0.85, f"id-{pattern.name}-unchecked")


def shaped(passage: Passage) -> Iterator[Finding]:
    """Numbers with letters in them, by their shape; by a cue too where that is not enough."""
    for pattern in PATTERNS:
        for match in pattern.shape.finditer(passage.text) if pattern.shape is not None else ():
            if pattern.alone or cued(passage, match.start(), pattern.cues):
                yield Finding(match.start(), match.end(), pattern.kind, 0.85, f"id-{pattern.name}")


def cued(passage: Passage, start: int, cues: tuple[str, ...], width: int = 60) -> bool:
    """Whether one of the words in the characters before an offset, or in the end of the question before, begins so."""
    here = passage.text[max(0, start - width) : start]
    if start < width:
        here = passage.before[-(width - start) :] + " " + here
    return any(word.startswith(cues) for word in fold(here).replace("-", " ").split())


def nearest(passage: Passage, start: int) -> str:
    """ "phone", "document" or "": which kind of cue stands closest before an offset."""
    here = fold(passage.text[max(0, start - 70) : start])
    for text in (here, fold(passage.before[-80:]) if start < 45 else ""):
        words = re.findall(r"[\w№]+", text)
        for at, word in reversed(tuple(enumerate(words))):
            if word == "код" and _dialling(passage, words[at + 1 : at + 2]):
                return "phone"
            if word.startswith(DOCUMENT_CUES):
                return "document"
            if word.startswith(LISTS["phone"]) and not word.startswith(LISTS["number"]):
                return "phone"
    return ""


def _dialling(passage: Passage, following: list[str]) -> bool:
    """Whether a code is that of a town or a network: «код города», or said where a telephone is asked for."""
    if following and following[0].startswith(("город", "оператор", "стран")):
        return True
    asked = fold(passage.before[-80:]).split()
    return any(word.startswith(LISTS["phone"]) for word in asked) and not any(
        word.startswith(DOCUMENT_CUES) for word in asked
    )


def announced(passage: Passage, start: int, cues: tuple[str, ...]) -> bool:
    """The same in the characters just before a number, or, where it opens a turn, in the end of the turn before."""
    here = passage.text[max(0, start - NEAR) : start]
    if start < NEAR // 2:
        here = f"{passage.before[-NEAR:]} {here}"
    return any(word.startswith(cues) for word in fold(here).replace("-", " ").split())
