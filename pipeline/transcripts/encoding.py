"""Bytes to text: UTF-8, UTF-16 with or without a mark, and the 8-bit encodings of Cyrillic, told by their letters."""

from __future__ import annotations

import codecs
import math
import unicodedata
from collections.abc import Iterator

from pipeline.transcripts.said import Refused

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""how a file that names its encoding begins; the longer before the shorter"""
CANDIDATES = ("cp1251", "kz1048", "koi8-r", "mac-cyrillic", "cp866", "iso8859-5", "cp1252")
"""8-bit encodings, the likeliest first: of two that read a file alike, it is the first"""
PER_MILLE = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфёъ",
        map(int, "110 85 80 74 67 63 55 47 45 44 35 32 30 28 26 20 19 17 17 17 16 14 12 10 9 7 6 5 4 3 3 2 1".split()),
        strict=True,
    )
)
"""how often a letter stands in a thousand of Russian speech"""
KAZAKH = frozenset("әіңғүұқөһ")
LATIN = frozenset("äöüßéèêàáâãåçëíìîïñóòôõøúùûýÿæœšž")
SIGNS = frozenset("«»—–…№’‘“”„•°§\u00a0")
KAZAKH_SHARE, LATIN_SHARE, SIGN, ODD = 0.002, 0.01, 0.02, 1e-5
"""probabilities of a Kazakh and an accented letter, a sign, and anything else"""
CAPITAL_INSIDE, MIXED = 1e-3, 1e-3
"""by how much less likely a capital within a word is, and a letter beside one of another alphabet"""
LEAST_LEAD = 3.0
"""by how much, in natural logarithms, the best reading must lead one that reads another text"""
LEAST_MEAN = -6.0
"""natural logarithm of how likely a letter of the best reading must be on average; of Russian speech it is about -3"""
UTF16_SHARE = 0.7
"""share of every second byte that is 0 or 4 in a UTF-16 file of Latin or Cyrillic"""


def decoded(data: bytes) -> str:
    """The text of a file with one kind of line end, composed. Raises Refused where nobody can tell its encoding."""
    text = unmarked(data)
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def unmarked(data: bytes) -> str:
    """The text as its encoding gives it, without a mark at its head."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return attempt(data, encoding)
    wide = wide_encoding(data)
    if wide:
        return attempt(data, wide)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return eight_bit(data)


def attempt(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Refused("encoding") from None


def wide_encoding(data: bytes) -> str:
    """UTF-16 without a mark, by the high bytes of its letters; "" for anything else."""
    head = data[: 1 << 16]
    if len(head) < 4 or len(data) % 2:
        return ""
    for encoding, high in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if sum(byte in (0, 4) for byte in high) >= UTF16_SHARE * len(high):
            return encoding
    return ""


def eight_bit(data: bytes) -> str:
    """The reading of 8-bit text whose letters are the likeliest."""
    if b"\0" in data:
        raise Refused("no-text")
    readings: dict[str, float] = {}
    for encoding in CANDIDATES:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        readings.setdefault(text, likelihood(text[: 1 << 16]))
    ranked = sorted(readings, key=lambda text: -readings[text])
    letters = sum(letter > "\x7f" for letter in ranked[0][: 1 << 16]) if ranked else 0
    if letters and readings[ranked[0]] / letters < LEAST_MEAN:
        raise Refused("encoding")
    if not ranked or (len(ranked) > 1 and readings[ranked[0]] - readings[ranked[1]] < LEAST_LEAD):
        raise Refused("encoding")
    return ranked[0]


def likelihood(text: str) -> float:
    """Natural logarithm of how likely the letters beyond ASCII are, each seen beside its neighbours."""
    return sum(math.log(share) for share in shares(text))


def shares(text: str) -> Iterator[float]:
    before = " "
    for place, letter in enumerate(text):
        if letter > "\x7f":
            after = text[place + 1 : place + 2]
            share = alone(letter)
            if letter.isupper() and before.isalpha() and not before.isupper():
                share *= CAPITAL_INSIDE
            if letter.isalpha() and any(near.isalpha() and latin(near) != latin(letter) for near in (before, after)):
                share *= MIXED
            yield share
        before = letter


def alone(letter: str) -> float:
    """How likely a letter beyond ASCII is by itself."""
    small = letter.lower()
    if small in PER_MILLE:
        return PER_MILLE[small] / 1000
    if small in LATIN or small in KAZAKH:
        return LATIN_SHARE if small in LATIN else KAZAKH_SHARE
    return SIGN if letter in SIGNS else ODD


def latin(letter: str) -> bool:
    return letter.isascii() or letter.lower() in LATIN
