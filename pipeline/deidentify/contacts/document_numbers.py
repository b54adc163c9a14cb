"""Phones, cards, accounts, numbers of documents and registers, written or spoken, with checksums where they exist."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from pipeline.deidentify.contacts import emails_and_usernames, number_plates
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.passage import passage as from_text
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.inflect import fold
from pipeline.deidentify.words.lists import lists
from pipeline.deidentify.words.spoken_numbers import Run

LISTS = lists("contacts/numbers.txt")


class Register(Struct, frozen=True):
    """A register that numbers people, or what they own."""

    name: str
    lengths: tuple[int, ...]
    """digits a number has; () where any will do"""
    cues: tuple[str, ...]
    """beginnings of folded words that announce it"""
    module: str = ""
    """of python-stdnum, for the checksum"""
    alone: bool = False
    """a valid checksum suffices without any cue"""


REGISTERS: tuple[Register, ...] = (
    Register("iin", (12,), ("иин", "жсн", "бин"), "", alone=True),
    Register("card", (15, 16, 18, 19), ("карт", "visa", "виза ", "mastercard", "каспи"), "luhn", alone=True),
    Register("snils", (11,), ("снилс", "страхов"), "ru.snils"),
    Register("inn", (10, 12), ("инн", "налог"), "ru.inn"),
    Register("pesel", (11,), ("pesel", "песел"), "pl.pesel"),
    Register("bsn", (8, 9), ("bsn", "бсн", "бэсэн", "burgerservice"), "nl.bsn"),
    Register("ssn", (9,), ("ssn", "эсэсэн", "social", "сошиал", "соушал", "сошл"), "us.ssn"),
    Register("rrn", (13,), ("rrn", "резидент", "alien", "ирг", "регистрац", "jumin"), "kr.rrn"),
    Register("tckimlik", (11,), ("kimlik", "кимлик", "тс "), "tr.tckimlik"),
    Register("steuer-id", (11,), ("steuer", "штойер", "налог"), "de.idnr"),
    Register("rodne-cislo", (9, 10), ("родне", "родно", "rodn"), "cz.rc"),
    Register("personnummer", (10, 12), ("personnummer", "персоннум", "персуннум"), "se.personnummer"),
    Register("nir", (13, 15), ("insee", "securite", "секью"), "fr.nir"),
    Register("codice", (), ("codice", "кодиче"), ""),
    Register("my-number", (12,), ("mynumber", "майнамбер"), ""),
)
PHONE_CUES = LISTS["phone"]
DOCUMENT_CUES = (*LISTS["document"], *(cue for register in REGISTERS for cue in register.cues))
LONGEST_PHONE = 15
"""digits, by ITU-T E.164"""
IBAN = re.compile(r"(?<!\w)[a-z]{2}[ ]?\d{2}(?:[ ]?[a-z0-9]{3,4}){3,8}(?:[ ]?[a-z0-9]{1,3})?(?!\w)", re.IGNORECASE)
PASSPORT = re.compile(r"(?<!\w)[nнnсcаa][ ]?№?[ ]?\d{2}(?:[ -]?\d{2,3}){2}(?!\w)(?![-.]\d)", re.IGNORECASE)
CODE = re.compile(r"(?<![\w@./-])[a-zа-яё]*\d[a-zа-яё0-9]*(?:[-/][a-zа-яё0-9]+| \d+)*(?![\w@])", re.IGNORECASE)
PLATES = (
    re.compile(r"(?<!\w)\d{3}[ ]?[a-z]{2,3}[ ]?\d{2}(?!\w)", re.IGNORECASE),
    re.compile(r"(?<!\w)[авекмнорстух][ ]?\d{3}[ ]?[авекмнорстух]{2}[ ]?\d{2,3}(?!\w)", re.IGNORECASE),
    re.compile(r"(?<!\w)[abcehkmoptxy]\d{3}[abcehkmoptxy]{2,3}\d{0,3}(?!\w)", re.IGNORECASE),
)
NINO = re.compile(r"(?<!\w)[a-ceghj-prstw-z]{2}[ ]?\d{2}[ ]?\d{2}[ ]?\d{2}[ ]?[a-d](?!\w)", re.IGNORECASE)
DOTTED = re.compile(r"(?<!\w)\d{2}[./]\d{2}[./](?:19|20)\d{2}(?!\w)")


def _cues(passage: Passage, start: int, cues: tuple[str, ...], width: int = 60) -> bool:
    """Whether one of the words in the characters before an offset, or in the end of the question before, begins so."""
    here = passage.text[max(0, start - width) : start]
    if start < width:
        here = passage.before[-(width - start) :] + " " + here
    return any(word.startswith(cues) for word in fold(here).replace("-", " ").split())


def _nearest(passage: Passage, start: int) -> str:
    """ "phone", "document" or "": which kind of cue stands closest before an offset."""
    here = fold(passage.text[max(0, start - 70) : start])
    for text in (here, fold(passage.before[-80:]) if start < 45 else ""):
        for word in reversed(re.findall(r"[\w№]+", text)):
            if word.startswith(DOCUMENT_CUES):
                return "document"
            if word.startswith(PHONE_CUES) and not word.startswith(LISTS["number"]):
                return "phone"
    return ""


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


@lru_cache(maxsize=64)
def _checker(module: str) -> Callable[[str], bool]:
    from stdnum import get_cc_module, luhn

    if module == "luhn":
        return lambda digits: bool(luhn.is_valid(digits))
    country, name = module.split(".")
    found = get_cc_module(country, name)
    return lambda digits: bool(found and found.is_valid(digits))


def valid(register: Register, digits: str) -> bool:
    """Whether a number has the register's length and checksum."""
    if register.lengths and len(digits) not in register.lengths:
        return False
    if register.name == "iin":
        return kz_valid(digits)
    return bool(register.module) and _checker(register.module)(digits)


def registered(passage: Passage) -> Iterator[Finding]:
    """Numbers of registers: by cue and length, better with a checksum; IIN and cards by checksum alone."""
    for run in spoken_numbers.runs(passage):
        if len(run.digits) < 8 or run.plus:
            continue
        for register in REGISTERS:
            fits = not register.lengths or len(run.digits) in register.lengths
            cued = fits and _cues(passage, run.start, register.cues)
            right = fits and valid(register, run.digits)
            if right and (cued or register.alone):
                yield Finding(run.start, run.end, "ID_NUMBER", 0.97, f"id-{register.name}")
            elif cued:
                yield Finding(run.start, run.end, "ID_NUMBER", 0.85, f"id-{register.name}-unchecked")


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
        if digits >= 5 and not DOTTED.fullmatch(match.group()) and _nearest(passage, match.start()) == "document":
            yield Finding(match.start(), match.end(), "ID_NUMBER", 0.85, "id-document")
    for run in spoken_numbers.runs(passage):
        if len(run.digits) >= 6 and not run.plus and _nearest(passage, run.start) == "document":
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
            passage.tokens[at].norm in emails_and_usernames.LETTERS
            or (
                len(passage.tokens[at].norm) <= 2
                and passage.tokens[at].norm not in emails_and_usernames.STOPS
                and _capital(passage, at)
            )
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
            near = _nearest(passage, match.start()) == "document"
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


def plate(passage: Passage) -> Iterator[Finding]:
    """Number plates of Kazakhstan and Russia."""
    for pattern in PLATES:
        for match in pattern.finditer(passage.text):
            if (match.group()[:3].isdecimal() and " " not in match.group()) or _cues(
                passage, match.start(), LISTS["plate"]
            ):
                yield Finding(match.start(), match.end(), "ID_NUMBER", 0.85, "id-plate")
    for match in NINO.finditer(passage.text):
        yield Finding(match.start(), match.end(), "ID_NUMBER", 0.85, "id-nino")


def phone(passage: Passage) -> Iterator[Finding]:
    """Telephone numbers in any grouping; the longest plausible stretch of a run."""
    for run in spoken_numbers.runs(passage):
        if len(run.digits) < 5:
            continue
        for part in spoken_numbers.parts(passage, run, LONGEST_PHONE):
            score = _phone_score(passage, part, run)
            if score:
                end = part.end
                yield Finding(part.start, end, "PHONE", score, "phone")
                break


def _phone_score(passage: Passage, run: Run, whole: Run) -> float:
    """How surely a run of numbers is a telephone number; 0 for not at all."""
    digits, groups = run.digits, len(run.numbers)
    if not 6 <= len(digits) <= LONGEST_PHONE or (groups == 1 and not run.plus and len(digits) < 7):
        return 0.0
    if run.plus:
        return _international(digits)
    entire = groups == len(whole.numbers)
    if not entire and len(digits) not in (9, 10, 11, 12):
        return 0.0
    cue = _nearest(passage, run.start)
    if cue == "document":
        return 0.0
    cued = cue == "phone" or _cues(passage, run.start, PHONE_CUES)
    shapes = (
        (len(digits) == 11 and digits[0] in "78" and digits[1] in "34679", 0.96 if cued or groups > 2 else 0.88),
        (len(digits) == 10 and digits[:2] in ("70", "77") and groups > 1, 0.9),
        (9 <= len(digits) <= 12 and digits[0] == "0" and groups > 1, 0.9 if cued else 0.8),
        (9 <= len(digits) <= 13 and groups >= 3 and entire, 0.9 if cued else 0.78),
        (cued and 7 <= len(digits) <= 15 and entire, 0.88),
        (cued and len(digits) == 6 and groups == 3 and entire, 0.8),
    )
    return next((score for fits, score in shapes if fits), 0.0)


def _international(digits: str) -> float:
    import phonenumbers

    if len(digits) < 7:
        return 0.0
    try:
        number = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return 0.85 if len(digits) >= 9 else 0.0
    if phonenumbers.is_valid_number(number):
        return 0.98
    if phonenumbers.is_possible_number(number):
        return 0.9
    return 0.8 if 9 <= len(digits) <= 13 else 0.65


def begun(passage: Passage) -> Iterator[Finding]:
    """The first groups of a mobile number with which a turn breaks off: «плюс семь семьсот семь, эмм…»."""
    for run in spoken_numbers.runs(passage)[-1:]:
        said = run.digits.removeprefix("7" if run.plus else "8")
        after = [t for t in passage.tokens if t.start >= run.end and t.text[0].isalnum()]
        mobile = len(said) < len(run.digits) and said[:2] in ("70", "74", "77")
        if mobile and 3 <= len(said) <= 9 and len(run.numbers) > 1 and _hesitates(after):
            yield Finding(run.start, run.end, "PHONE", 0.8, "phone-begun")


def _hesitates(after: Sequence[Token]) -> bool:
    """Whether nothing but sounds of thinking follows."""
    return len(after) <= 3 and all(t.norm in spoken_numbers.FILLERS or len(set(t.norm)) <= 2 for t in after)


def continued(passage: Passage) -> Iterator[Finding]:
    """The rest of a number that was dictated over several turns: a turn of nothing but numbers."""
    found = spoken_numbers.runs(passage)
    if len(found) != 1 or not 4 <= len(found[0].digits) <= 12:
        return
    words = [t for t in passage.tokens if t.text[0].isalnum()]
    spent = sum(number.last - number.first for number in found[0].numbers)
    said = fold(passage.before).replace("-", " ").split()
    cue = any(word.startswith(PHONE_CUES) for word in said)
    dictated = len(said) <= 6 and any(word.startswith(LISTS["dictation"]) for word in said)
    if len(words) - spent <= 3 and (cue or dictated or _broken_off(passage.before)) and len(found[0].numbers) >= 2:
        yield Finding(found[0].start, found[0].end, "PHONE", 0.75, "phone-continued")


def _broken_off(before: str) -> bool:
    """Whether the turn before ends within a number."""
    return bool(before) and any(True for _ in begun(from_text(before)))


RULES: tuple[Rule, ...] = (
    *emails_and_usernames.RULES,
    Rule("phone", phone),
    Rule("phone-begun", begun),
    Rule("phone-continued", continued),
    Rule("id-register", registered),
    Rule("id-passport", passport),
    Rule("id-document", document),
    Rule("id-iban", account),
    Rule("id-plate", plate),
    Rule("id-long", long_number),
    Rule("id-code", code),
    *number_plates.RULES,
)
