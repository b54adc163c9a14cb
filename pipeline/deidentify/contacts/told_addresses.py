"""Addresses as people tell them: a number in answer to a question, «дом семь на Абая», a street that is named alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.deidentify.contacts import codes
from pipeline.deidentify.contacts.address_parts import (
    STREETS,
    house_letter,
    is_part,
    name_like,
    parts_from,
    turning,
)
from pipeline.deidentify.contacts.foreign_addresses import FOREIGN_AFTER, FOREIGN_BEFORE, LISTS, PARTICLES
from pipeline.deidentify.passage import Finding, Passage, Rule, Token, tokens
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.inflect import fold, known, ordinary
from pipeline.deidentify.words.lists import sets
from pipeline.deidentify.words.spoken_numbers import Number

WORDS = sets("contacts/addresses.txt")
ASKED = 12
"""words of a question that are read"""
HOUSE = 2000
"""no house has a number from here on"""
MARKS = ",-—–:"
SENTENCE = re.compile(r"[.!?…]")
YEAR = re.compile("(?:19|20)[0-9]{2}")
CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
GOES_ON = WORDS["house_letter"] | WORDS["turning"] | WORDS["between_parts"]
TAILS = frozenset("би хана батыра батыр жолы".split())
"""later words of Kazakh streets that need no capital"""


def _said(token: Token) -> frozenset[str]:
    return frozenset((token.norm, *token.lemmas))


@lru_cache(maxsize=256)
def asked(question: str) -> str:
    """ "part", "street" or "": what a turn asks of an address at its end."""
    said = [token for token in tokens(question) if token.text[0].isalnum() or token.text in ".!?…"]
    while said and not said[-1].text[0].isalnum():
        said.pop()
    last = next((at for at in range(len(said) - 1, -1, -1) if not said[at].text[0].isalnum()), -1)
    sentence = said[last + 1 :]
    if len(sentence) <= 3 and last > 0 and not question.rstrip().endswith("?"):
        sentence = [token for token in said if token.text[0].isalnum()]
    return _asks(sentence[-ASKED:])


def _asks(sentence: Sequence[Token]) -> str:
    words = frozenset(word for token in sentence for word in _said(token))
    if words & WORDS["asks_not"] or not sentence:
        return ""
    asking = bool(words & WORDS["asks"])
    if words & {"улица", "көше"}:
        return "street" if asking or len(sentence) <= 3 else ""
    parts = words & WORDS["asked_part"]
    if not parts:
        return ""
    if parts == {"этаж"}:
        return "part" if words & WORDS["asks_you"] else ""
    return "part" if asking or len(sentence) <= 4 else ""


def answered(passage: Passage) -> Iterator[Finding]:
    """«А дом какой?» — «Тридцать седьмой, второй подъезд»; «А улица?» — «Каирбекова»."""
    what = asked(passage.before) if passage.before else ""
    if what == "part":
        yield from parts_told(passage, "address-answered")
    elif what == "street":
        yield from _street_told(passage)


def parts_told(passage: Passage, rule: str, sentences: bool = True) -> Iterator[Finding]:
    """The first number of an answer that may be a house, a flat or a floor, to the last of its parts."""
    numbers = {number.first: number for number in spoken_numbers.numbers(passage)}
    for number in numbers.values():
        if number.big or number.value >= HOUSE or not _opens(passage, number.first, sentences):
            continue
        last = tail(passage, number.first, numbers)
        if last > number.first:
            first = _part_before(passage, number.first)
            start, end = passage.tokens[first].start, passage.tokens[last - 1].end
            yield Finding(start, end, "ADDRESS", 0.96, rule)
            return


def _opens(passage: Passage, at: int, sentences: bool) -> bool:
    """Whether nothing but words that put an answer off stands before a number in its sentence or turn."""
    before = passage.tokens[:at]
    words = 0
    for token in reversed(before):
        if token.text in ".!?…" and sentences:
            return True
        if token.text[0].isalnum():
            if token.norm not in WORDS["answer"] and not is_part(token):
                if not passage.cased and any(t.norm == "дробь" for t in passage.tokens[at : at + 4]):
                    return True
                return not passage.cased and sentences and _closes(passage, at) and len(before) < 8
            words += 1
    return words < 6


def _closes(passage: Passage, at: int) -> bool:
    """Whether nothing but numbers follows to the end of the turn."""
    return all(token.norm in spoken_numbers.vocabulary() for token in passage.tokens[at:])


def _part_before(passage: Passage, at: int) -> int:
    return at - 1 if at and is_part(passage.tokens[at - 1]) else at


def tail(passage: Passage, at: int, numbers: dict[int, Number]) -> int:
    """One past the parts of an address that begin with a number; `at` where it counts something else."""
    said = passage.tokens
    end = at
    while at < len(said):
        number = numbers.get(at)
        if number is not None:
            if number.big or number.value >= HOUSE or _counts(passage, number):
                break
            end = at = number.last + house_letter(passage, number.last)
            if at < len(said) and not WORDS["ordered"].isdisjoint(said[at].lemmas):
                end = at = at + 1
        elif is_part(said[at]) and at + 1 < len(said) and (at + 1 in numbers or at + 2 in numbers):
            at += 1
        elif said[at].norm in ("дробь", "/", "номер", *MARKS) and at + 1 < len(said) and end == at:
            at += 1
            if said[at].norm in WORDS["house_letter"] and said[at - 1].norm in ("дробь", "/"):
                end = at = at + 1
        else:
            break
    return turning(passage, end)


def _counts(passage: Passage, number: Number) -> bool:
    """Whether the word after a number is counted by it: «восемьсот в месяц», «двадцать минут», «третий курс»."""
    if number.last >= len(passage.tokens):
        return False
    after = passage.tokens[number.last]
    if is_part(after) or not after.text[0].isalpha() or after.norm in GOES_ON:
        return False
    if not spoken_numbers.UNITS.isdisjoint(after.lemmas):
        return True
    return after.norm in ("в", "с", "по", "из", "лет") or _counted(number, passage.tokens[number.last - 1], after)


def _counted(number: Number, word: Token, noun: Token) -> bool:
    """Whether a noun stands as the number before it asks: «второй раз», «пять кошек», but not «сто первая, код …»."""
    if not noun.tags or "NOUN" not in noun.tags[0]:
        return False
    nouns = [tag for tag in noun.tags if "NOUN" in tag]
    if number.ordinal:
        cases = [(g, c) for g in ("masc", "femn", "neut") for c in CASES if any(g in t and c in t for t in word.tags)]
        return not word.tags or any(gender in tag and case in tag for gender, case in cases for tag in nouns)
    if number.value % 10 == 1 and number.value % 100 != 11:
        return any("sing" in tag for tag in nouns)
    few = 2 <= number.value % 10 <= 4 and not 11 < number.value % 100 < 15
    return any("gent" in tag and ("sing" if few else "plur") in tag for tag in nouns)


def _street_told(passage: Passage) -> Iterator[Finding]:
    """The name with which an answer begins, and the house after it."""
    said = passage.tokens
    first = 0
    while first < len(said) and (said[first].norm in WORDS["answer"] or not said[first].text[0].isalnum()):
        first += 1
    last = first
    while last < len(said) and last - first < 3 and _name(passage, last):
        last += 1
    if last > first:
        numbers = {number.first: number for number in spoken_numbers.numbers(passage)}
        end, count = parts_from(passage, last, numbers)
        end = end if count else last
        yield Finding(said[first].start, said[end - 1].end, "ADDRESS", 0.96, "address-street-told")


def _name(passage: Passage, at: int) -> bool:
    token = passage.tokens[at]
    if token.norm in WORDS["no_name"] or not token.text.isalpha() or is_part(token):
        return False
    if passage.cased or token.norm in TAILS:
        return token.capital or token.norm in TAILS
    adjective = any("ADJF" in tag for tag in token.tags[:1])
    return name_like(passage, at) or (adjective and "Apro" not in token.tags[0])


def named_street(passage: Passage) -> Iterator[Finding]:
    """«наша улица называлась Степная», «улица называется по-ихнему Винная, Бор утца»."""
    said = passage.tokens
    for at, token in enumerate(said):
        if not STREETS.intersection(_said(token)):
            continue
        verb = next((i for i in range(at + 1, min(at + 4, len(said))) if WORDS["street_called"] & _said(said[i])), 0)
        first = verb + 1
        while verb and first < len(said) and (said[first].norm in WORDS["answer"] or said[first].text in MARKS):
            first += 1
        last = first
        while verb and last < len(said) and last - first < 3 and _name(passage, last):
            last += 1
        if verb and last > first:
            yield Finding(said[first].start, said[last - 1].end, "ADDRESS", 0.96, "address-street-called")


def reversed_order(passage: Passage) -> Iterator[Finding]:
    """«дом сорок пять на Жангельдина», «в пятом доме по улице Ленина»."""
    said = passage.tokens
    for number in spoken_numbers.numbers(passage):
        if number.big or not 0 < number.value < HOUSE:
            continue
        first, last = number.first, number.last
        if last < len(said) and "дом" in said[last].lemmas and number.ordinal:
            last += 1
        elif first and "дом" in said[first - 1].lemmas and not number.ordinal:
            first -= 1
        else:
            continue
        last += house_letter(passage, last)
        if last + 1 >= len(said) or said[last].norm not in ("на", "по"):
            continue
        name = last + 1 + bool(STREETS & _said(said[last + 1]))
        end = name
        while end < len(said) and end - name < 3 and name_like(passage, end):
            end += 1
        if end > name:
            yield Finding(said[first].start, said[end - 1].end, "ADDRESS", 0.96, "address-reversed")


def flat_first(passage: Passage) -> Iterator[Finding]:
    """«апартмент девять, триста десять Оук-авеню»: the flat, the house, then the street."""
    said = passage.tokens
    numbers = {number.first: number for number in spoken_numbers.numbers(passage)}
    for at, token in enumerate(said[:-1]):
        if token.norm not in WORDS["flat"] or at + 1 not in numbers:
            continue
        house = numbers[at + 1].last
        house += house < len(said) and said[house].text == ","
        number = numbers.get(house)
        last = number.last if number is not None else house
        street = next((i for i in range(last, min(last + 6, len(said))) if foreign(said[i])), 0)
        between = said[last:street]
        if street and all(t.text[0].isalpha() or t.text in "-'’" for t in between):
            yield Finding(token.start, said[street].end, "ADDRESS", 0.96, "address-flat-first")


def foreign(token: Token) -> bool:
    """Whether a word is, or ends with, what streets abroad are called by."""
    norm = fold(token.norm)
    return norm in FOREIGN_AFTER or (len(norm) > 6 and norm.endswith(LISTS["grown"]))


def lived_in(passage: Passage) -> Iterator[Finding]:
    """«снимали на Хауптштрассе», «снимаем, Хольцер штрассе»: a street abroad where somebody lives."""
    said = passage.tokens
    for at, token in enumerate(said):
        if foreign(token) and not known(token.norm):
            first, last = at, at + 1
            while first and at - first < 4 and _of_street(passage, first - 1):
                first -= 1
        elif token.norm in FOREIGN_BEFORE and not known(token.norm):
            first, last = at, at + 1
            while last < len(said) and last - at < 4 and _of_name(passage, last):
                last += 1
        else:
            continue
        named = last - first > 1 or len(token.text) > 6
        led = first and (_led_to(said[first - 1]) or (not passage.cased and _lives(said[first - 1])))
        if named and led and _home(passage, first):
            yield Finding(said[first].start, said[last - 1].end, "ADDRESS", 0.9, "address-lived-in")


def _of_street(passage: Passage, at: int) -> bool:
    """Whether a word may be one of a street's before what streets are called by."""
    token = passage.tokens[at]
    if token.text in "-'’" or token.norm in PARTICLES:
        return True
    return token.text.isalpha() and (token.capital if passage.cased else not known(token.norm))


def _lives(before: Token) -> bool:
    return not WORDS["living"].isdisjoint(before.lemmas)


def _led_to(before: Token) -> bool:
    return before.norm in ("на", "по") or before.text in ",:—–"


def _of_name(passage: Passage, at: int) -> bool:
    token = passage.tokens[at]
    return token.norm in PARTICLES or (name_like(passage, at) and not is_part(token))


def _home(passage: Passage, at: int) -> bool:
    """Whether somebody's home is spoken of in the sentence before a token, or in the turn before where that is near."""
    said = passage.tokens
    words: set[str] = set()
    for index in range(at - 1, max(-1, at - 9), -1):
        if said[index].text in ".!?…":
            break
        words |= _said(said[index])
    if at < 4:
        words |= {word for token in tokens(passage.before)[-8:] for word in _said(token)}
    if not words.isdisjoint(WORDS["living"] | WORDS["addressed"] | WORDS["housed"]):
        return True
    return any(not WORDS["visiting"].isdisjoint(token.lemmas) for token in said[max(0, at - 14) : at])


def name_comma_number(passage: Passage) -> Iterator[Finding]:
    """«дом наш — Толе би, двести восемьдесят пять», «дача у них, Садовая, восемь»: where a home is spoken of."""
    said = passage.tokens
    numbers = {number.first: number for number in spoken_numbers.numbers(passage)}
    for number in numbers.values():
        if number.ordinal or number.big or not 0 < number.value < HOUSE or not number.first:
            continue
        comma = said[number.first - 1].text == ","
        if passage.cased and not comma:
            continue
        last = number.first - comma
        first = last
        while first and last - first < 4 and (_name(passage, first - 1) or said[first - 1].text == "-"):
            first -= 1
        street = first == last and bool(last) and bool(STREETS & _said(said[last - 1]))
        if street:
            first = last - 1
            while first and last - first < 4 and _name(passage, first - 1):
                first -= 1
        if first == last or (street and first == last - 1):
            continue
        end, count = parts_from(passage, number.first, numbers)
        if _counts(passage, number) or (first + 1 == last and _sentence(passage, first)):
            continue
        if count and _introduced(passage, first) and _home(passage, first):
            yield Finding(said[first].start, said[end - 1].end, "ADDRESS", 0.96, "address-home")


def _introduced(passage: Passage, first: int) -> bool:
    """Whether a name begins its clause, or follows a preposition of place."""
    if not first:
        return True
    before = passage.tokens[first - 1]
    return before.text in ",:—–-.?!…«" or before.norm in WORDS["before_street"]


def _sentence(passage: Passage, at: int) -> bool:
    """Whether an ordinary word merely begins a sentence, as its capital says: «Дорогая, восемьсот»."""
    opens = not at or passage.tokens[at - 1].text in ".!?…"
    return opens and ordinary(passage.tokens[at].norm)


def spelt_postcode(passage: Passage) -> Iterator[Finding]:
    """A postcode of letters and digits, or one read out number by number, after the word for it or its question."""
    said = passage.tokens
    for code in codes.codes(passage):
        start = said[code.first].start
        sentence = SENTENCE.split(passage.text[max(0, start - 70) : start])[-1]
        here = fold(sentence).split()
        near = here if start > 25 else [*fold(passage.before[-40:]).replace("?", " ").split(), *here]
        if YEAR.fullmatch(code.digits) and not code.letters:
            continue
        if not any(word.startswith(LISTS["postcode"]) for word in near) or WORDS["index_of"].intersection(near):
            continue
        size = len(code.digits) + code.letters
        if 4 <= size <= 9 and (code.letters or len(code.digits) > 3) and not codes.counted(passage, code):
            yield Finding(start, said[code.last - 1].end, "ADDRESS", 0.96, "postcode-spelt")


RULES: tuple[Rule, ...] = (
    Rule("address-answered", answered),
    Rule("address-street-called", named_street),
    Rule("address-reversed", reversed_order),
    Rule("address-flat-first", flat_first),
    Rule("address-lived-in", lived_in),
    Rule("address-home", name_comma_number),
    Rule("postcode-spelt", spelt_postcode),
)
