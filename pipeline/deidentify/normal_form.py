"""One form of every text that is compared: nothing invisible, one alphabet a word, plain digits; offsets are kept.

The search and the gate both read texts in this form. It is for reading only: what is released is never rewritten.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from itertools import product
from pathlib import Path

from msgspec import Struct

TABLE = tomllib.loads(Path(__file__).with_name("normal_form.toml").read_text(encoding="utf-8"))


def _pairs(name: str) -> dict[str, str]:
    return {pair[0]: pair[2:] for pair in TABLE[name].split()}


IN_CYRILLIC = {case(a): case(b) for a, b in _pairs("latin_in_cyrillic").items() for case in (str.lower, str.upper)}
IN_LATIN = _pairs("cyrillic_in_latin")
OTHERS = _pairs("others")
SIGNS: dict[str, list[str]] = TABLE["signs"]
AS_DIGITS = str.maketrans(_pairs("as_digits"))

USUAL = re.compile("[\t\n\r\x1f -~А-яЁёІіҢңҒғҮүҰұҚқӨөҺһӘә«»“”„–—…№¶]*")
"""text of which every character is what it seems; a word may mix them all the same"""
MIXED = re.compile("[a-z][Ѐ-ӿ]|[Ѐ-ӿ][a-z]", re.IGNORECASE)
"""where a word of usual characters changes its alphabet"""
RUN = re.compile(r"[^\W_]+")
SHOWN_AS = {
    **{control: control for control in "\t\n\r\x1f"},
    **dict.fromkeys("\u2028\u2029\x85", "\n"),
    **dict.fromkeys("\u3164\uffa0\u115f\u1160", ""),
    **dict.fromkeys("\u2010\u2011\u2012\u2212\u2043\u02d7\u06d4\u2796\ufe58\ufe63\uff0d\u30fc\uff70", "-"),
    "\u2800": " ",
}
"""controls that part words, line ends, letters that show nothing, hyphens, and Braille's blank"""
INVISIBLE = ("Cf", "Cc", "Mn", "Me", "Co", "Cn", "Cs")
NAMED = re.compile(r"(?:LATIN|INDICATOR SYMBOL) ?(SMALL|CAPITAL)? ?LETTER (?:SMALL CAPITAL )?([A-Z])(?: WITH .*)?$")
"""letters whose name says which they are: small capitals, squared ones, those of flags"""
INSIDE = re.compile(r"(?<=[^\W\d_])[01346](?=[^\W\d_])")
"""a digit among letters, as in «Сарсен0ва»"""
LETTERS_FROM = 4
"""letters of a word in which a single digit is taken for a letter"""
MOST_READINGS = 48


class Plain(Struct, frozen=True):
    """A text in normal form."""

    text: str
    starts: tuple[int, ...] = ()
    """offset in the source of each character, and of the source's end; () where all stand as they stood"""
    ends: tuple[int, ...] = ()

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch lies in the source, with the invisible characters that stand in it or end it."""
        if not self.starts:
            return start, end
        until = max(self.ends[end - 1], self.starts[end]) if end > start else self.starts[end]
        return self.starts[start], until


@lru_cache(maxsize=512)
def plain(text: str) -> Plain:
    """A text in normal form."""
    if USUAL.fullmatch(text):
        return Plain(one_alphabet(text) if MIXED.search(text) else text)
    made: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in clusters(text):
        for character in shown(text[start:end], made[-1] if made else ""):
            made.append(character)
            starts.append(start)
            ends.append(end)
    joined = one_alphabet("".join(made))
    if joined == text:
        return Plain(text)
    return Plain(joined, (*starts, len(text)), tuple(ends))


def clusters(text: str) -> list[tuple[int, int]]:
    """Offsets of each character with the marks that stand on it."""
    made: list[tuple[int, int]] = []
    for at, character in enumerate(text):
        if made and category(character)[0] == "M":
            made[-1] = (made[-1][0], at + 1)
        else:
            made.append((at, at + 1))
    return made


@lru_cache(maxsize=4096)
def category(character: str) -> str:
    return unicodedata.category(character)


def shown(cluster: str, before: str) -> str:
    """What a character with its marks is read as, "" where nothing is seen; `before` is what stands before it."""
    made = image(cluster)
    if made.isdigit() and not cluster[0].isdecimal() and before.isalpha():
        return ""  # a footnote's mark, or «м²»
    return made


@lru_cache(maxsize=20_000)
def image(cluster: str) -> str:
    """The same wherever it stands."""
    first = unicodedata.normalize("NFC", cluster)[0]
    kind = unicodedata.category(first)
    if first in SHOWN_AS:
        return SHOWN_AS[first]
    if kind in INVISIBLE:
        return ""
    if kind[0] == "Z":
        return " "
    digit = unicodedata.numeric(first, None)
    if digit is not None and digit in range(10):
        return str(int(digit))
    return letter(first) if kind[0] in "LNS" else first


def letter(character: str) -> str:
    """A letter without its decoration: full width, in a circle, mathematical; a Cyrillic one without foreign marks."""
    apart = unicodedata.normalize("NFD", character)
    fraction = character.isnumeric() and unicodedata.numeric(character) % 1
    if character.isascii() or character in "йёїЙЁЇ№" or fraction or any(map(str.isalpha, apart[1:])):
        return character
    bare = apart[0]
    if cyrillic(character):
        return bare.casefold() if bare.islower() and len(bare.casefold()) == 1 else bare
    if bare != character:
        return character if bare.isascii() else letter(bare)
    wide = "".join(one for one in unicodedata.normalize("NFKC", character) if one.isalnum())
    if wide and wide != character and len(wide) <= 4:
        return wide
    named = None if character in OTHERS else NAMED.search(unicodedata.name(character, ""))
    return character if named is None else named[2].lower() if named[1] == "SMALL" else named[2]


def cyrillic(text: str) -> bool:
    """Whether any letter is Cyrillic."""
    return any("Ѐ" <= one <= "ԯ" or "\u1c80" <= one <= "\u1c88" or "\ua640" <= one <= "\ua69f" for one in text)


def one_alphabet(text: str) -> str:
    """Each word in the alphabet of most of its letters; the same length."""
    return RUN.sub(lambda found: resolved(found.group()), text)


@lru_cache(maxsize=100_000)
def resolved(word: str) -> str:
    """A word in one alphabet, as far as every foreign letter of it looks like one of that; the same length."""
    russian = [one for one in word if cyrillic(one)]
    if russian:
        word = "".join(
            unicodedata.normalize("NFD", one)[0] if not one.isascii() and accented(one) else one for one in word
        )
    latin = [one for one in word if one.isascii() and one.isalpha()]
    foreign = [one for one in word if one.isalpha() and not one.isascii() and not cyrillic(one) and not accented(one)]
    if (russian and latin) or foreign:
        word = _into(word, russian, latin)
    return word


def lettered(text: str) -> str:
    """A single digit among letters as the letter it looks like; the same length. The gate tries all `readings`."""
    return RUN.sub(lambda found: _lettered(found.group()), text) if INSIDE.search(text) else text


def _lettered(word: str) -> str:
    if sum(map(str.isalpha, word)) < LETTERS_FROM:
        return word
    return INSIDE.sub(lambda found: SIGNS[found.group()][0 if cyrillic(word) else 1][0], word)


def accented(character: str) -> bool:
    """Whether a letter is a Latin one with a mark, which says how it sounds."""
    return unicodedata.normalize("NFD", character)[0].isascii()


def _into(word: str, russian: list[str], latin: list[str]) -> str:
    """The word in the alphabet that its unmistakable letters have; as it is where they have two."""
    if russian and latin:
        firm_latin = any(one not in IN_CYRILLIC for one in latin)
        firm_russian = any(one not in IN_LATIN for one in russian)
        if firm_latin and firm_russian:
            return word
        into_cyrillic = not firm_latin
    elif russian or latin:
        into_cyrillic = bool(russian)
    else:
        return word
    return in_cyrillic(word) if into_cyrillic else in_latin(word)


def in_cyrillic(word: str) -> str:
    """Every letter that looks like a Cyrillic one as that."""
    return "".join(IN_CYRILLIC.get(one) or (one if cyrillic(one) else alike(one)[0] or one) for one in word)


def in_latin(word: str) -> str:
    """Every letter that looks like a Latin one as that."""
    return "".join(IN_LATIN.get(one) or (one if one.isascii() else alike(one)[1] or one) for one in word)


@cache
def confusables() -> dict[str, list[dict[str, str]]]:
    """Unicode's own table, both ways."""
    from confusable_homoglyphs.confusables import confusables_data

    table: dict[str, list[dict[str, str]]] = confusables_data
    return table


@lru_cache(maxsize=4096)
def alike(character: str) -> tuple[str, str]:
    """The Cyrillic and the Latin letter that a letter of another alphabet looks like, "" where none does."""
    if not character.isalpha() or character.isascii() or cyrillic(character):
        return "", ""
    if character in OTHERS:
        return OTHERS[character][0], OTHERS[character][1]
    if accented(character):
        return "", ""
    seen, edge = {character}, [character]
    for _ in range(2):
        edge = [row["c"] for one in edge for row in confusables().get(one, ()) if len(row["c"]) == 1]
        seen.update(edge)
    latin = next((one for one in sorted(seen) if one.isascii() and one.isalpha()), "")
    russian = next((one for one in sorted(seen) if "Ѐ" <= one <= "ӿ" and one.isalpha()), "")
    return russian or IN_CYRILLIC.get(latin, ""), latin


@lru_cache(maxsize=50_000)
def readings(word: str) -> tuple[str, ...]:
    """What else a word may be read as: in the other alphabet where all its letters allow it, signs as letters."""
    made: list[str] = []
    letters = [one for one in word if one.isalpha()]
    if letters and not any(one.isascii() or cyrillic(one) for one in letters):
        made += [in_cyrillic(word), in_latin(word)]
    if all(one in IN_CYRILLIC or cyrillic(one) for one in letters):
        made.append("".join(IN_CYRILLIC.get(one, one) for one in word))
    if all(one in IN_LATIN or one.isascii() for one in letters):
        made.append("".join(IN_LATIN.get(one, one) for one in word))
    found = []
    for spelling in dict.fromkeys((word, *made)):
        found.append(spelling)
        if any(one in SIGNS for one in spelling) and letters:
            into = 0 if cyrillic(spelling) else 1
            choices = [SIGNS[one][into] if one in SIGNS else one for one in spelling]
            ways = 1
            for at, choice in enumerate(choices):
                ways *= len(choice)
                choices[at] = choice if ways <= MOST_READINGS else choice[0]
            found += map("".join, product(*choices))
    return tuple(one for one in dict.fromkeys(found) if one != word)


_LIKE = "".join(map(chr, AS_DIGITS))
AMONG_DIGITS = re.compile(
    rf"(?<![^\W\d_])[\d{_LIKE}]*\d[\d{_LIKE}]*(?![^\W\d_])|(?<=[\d\W])[ОоOoIlІі|]{{1,4}}(?=[\W\d])"
)


def numeric(text: str) -> str:
    """Letters that stand among digits, or alone, as the digits they look like: «7О1»; the same length."""
    return AMONG_DIGITS.sub(lambda found: found.group().translate(AS_DIGITS), text)
