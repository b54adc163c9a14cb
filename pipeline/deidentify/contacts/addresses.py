"""Postal addresses down to the flat, written or spoken, Russian, Kazakh and foreign. A street alone names nobody."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.contacts import foreign_addresses
from pipeline.deidentify.contacts.address_parts import PARTS, STREETS, counts, is_part, name_like, parts_from
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.inflect import bases
from pipeline.deidentify.words.lists import sets
from pipeline.deidentify.words.spoken_numbers import Number

WORDS = sets("contacts/addresses.txt")
DISTRICTS = WORDS["district"]
ADDRESSED = WORDS["addressed"]
LIVING = WORDS["living"]
FLATS = WORDS["flat"]
NO_NAME = WORDS["no_name"]
FAMED = WORDS["famed"]


def street_address(passage: Passage) -> Iterator[Finding]:
    """«улица Достык, дом сто пять, квартира двенадцать», «микрорайон Самал-2, 33, кв 41», «Достык 105, кв. 12»."""
    tokens = passage.tokens
    numbers = {number.first: number for number in spoken_numbers.numbers(passage)}
    done = 0
    for at, token in enumerate(tokens):
        if at < done:
            continue
        head = _head(token)
        first, last = (at, _name_end(passage, at, numbers)) if head else (0, 0)
        if head and last > at:
            end, parts = parts_from(passage, last, numbers)
            if parts:
                start = _town_before(passage, _district_before(passage, first))
                yield Finding(tokens[start].start, tokens[end - 1].end, "ADDRESS", 0.95, "address-street")
                done = end
            elif head == "street" and (_capital_name(passage, at + 1, last) or FAMED & bases(tokens[last - 1].norm)):
                yield Finding(token.start, tokens[last - 1].end, "TRAP", 0.8, "street-alone")


def microdistrict(passage: Passage) -> Iterator[Finding]:
    """«в Самале-2», «живу в аксае 4»: the name and number of a microdistrict, without the word for one."""
    tokens = passage.tokens
    numbers = {number.first: number for number in spoken_numbers.numbers(passage)}
    for at, token in enumerate(tokens[:-1] if numbers else ()):
        number = numbers.get(at + 1 + (tokens[at + 1].text == "-"))
        if number is None or not 0 < number.value < 41 or WORDS["microdistrict"].isdisjoint(bases(token.norm)):
            continue
        placed = at > 0 and tokens[at - 1].norm in ("в", "во", "из", "до", "на", "с", "под")
        if placed and not number.ordinal and not counts(passage, number):
            end, _ = parts_from(passage, number.first, numbers)
            last = max(end, number.last)
            yield Finding(token.start, tokens[last - 1].end, "ADDRESS", 0.9, "address-microdistrict")


def corner(passage: Passage) -> Iterator[Finding]:
    """«на Толе би, угол Сейфуллина», «на пересечении Абая и Правды»: two streets that meet."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if token.norm not in WORDS["corner"]:
            continue
        last = _street_words(passage, at + 1)
        first = at
        before = at - 1 - (at > 0 and tokens[at - 1].text == ",")
        while before >= 0 and first - before < 4 and _streetlike(passage, before):
            first, before = before, before - 1
        if last + 1 < len(tokens) and tokens[last].norm == "и" and last > at + 1:
            last = max(last, _street_words(passage, last + 1))
            first = at if first == at else first
        two = first < at or any(t.norm == "и" for t in tokens[at + 1 : last])
        if last > at + 1 and two:
            yield Finding(tokens[first].start, tokens[last - 1].end, "ADDRESS", 0.96, "address-corner")


def _street_words(passage: Passage, at: int) -> int:
    """One past the words of a street's name from a token on."""
    last = at
    while last < len(passage.tokens) and last - at < 2 and _streetlike(passage, last):
        last += 1
    return last


def _streetlike(passage: Passage, at: int) -> bool:
    """Whether a word may be a street's: with a capital; without capitals, one that streets or people bear."""
    token = passage.tokens[at]
    if not token.text[0].isalpha() or token.norm in NO_NAME:
        return False
    if passage.cased:
        return token.capital or token.norm in ("би", "хана", "батыра", "жолы")
    surname = any("Surn" in tag for tag in token.tags) or not token.tags
    return surname or not FAMED.isdisjoint(bases(token.norm))


def numbered_district(passage: Passage) -> Iterator[Finding]:
    """«в седьмом микрорайоне, дом двадцать»: the district by its number, then the house."""
    tokens = passage.tokens
    numbers = {number.first: number for number in spoken_numbers.numbers(passage)}
    for number in numbers.values():
        head = number.last
        if head >= len(tokens) or not 0 < number.value < 100 or not DISTRICTS.intersection(_words(tokens[head])):
            continue
        end, count = parts_from(passage, head + 1, numbers)
        if count and (number.ordinal or not number.spoken):
            yield Finding(tokens[number.first].start, tokens[end - 1].end, "ADDRESS", 0.96, "address-district")


def _town_before(passage: Passage, at: int) -> int:
    """First token of the town that an address begins with: «Адрес: Краков, улица Длуга, 15»."""
    tokens = passage.tokens
    at = _announced_before(passage, at)
    town = at - 1 - (at > 0 and tokens[at - 1].text == ",")
    if town < 0 or not name_like(passage, town):
        return at
    before = tokens[town - 1] if town else None
    return town if before is None or before.text == ":" or before.norm == "адрес" else at


def _announced_before(passage: Passage, at: int) -> int:
    """First token of «провинция Хэнань, город Лоян,» or «город Алматы,» before a street."""
    tokens = passage.tokens
    while at > 1:
        last = at - 1 - (tokens[at - 1].text == ",")
        first = last - 1 - (last > 1 and tokens[last - 1].text == ".")
        if first < 0 or not tokens[last].text.isalpha() or not WORDS["town"].intersection(_words(tokens[first])):
            return at
        at = first
    return at


def _words(token: Token) -> tuple[str, ...]:
    return (token.norm, *token.lemmas[:1])


def _capital_name(passage: Passage, first: int, last: int) -> bool:
    """Whether all words of a street's name have capitals that text with capitals would give only to a name."""
    words = [token for token in passage.tokens[first:last] if token.text.isalpha()]
    return passage.cased and bool(words) and all(token.capital for token in words)


def _district_before(passage: Passage, at: int) -> int:
    """First token of «Прага 4,» where that stands before a street."""
    tokens = passage.tokens
    index = at - 1 - (at > 0 and tokens[at - 1].text == ",")
    numbered = index > 0 and tokens[index].text.isdecimal() and len(tokens[index].text) <= 2
    return index - 1 if numbered and name_like(passage, index - 1) else at


def _head(token: Token) -> str:
    """ "street", "district" or "": which kind of name a word announces."""
    words = (token.norm, *token.lemmas)
    if DISTRICTS.intersection(words):
        return "district"
    return "street" if STREETS.intersection(words) else ""


def _name_end(passage: Passage, at: int, numbers: dict[int, Number]) -> int:
    """One past the name after «улица»; `at` where there is none."""
    tokens = passage.tokens
    last, count = at + 1, 0
    if last < len(tokens) and tokens[last].text == ".":
        last += 1
    while last < len(tokens) and count < 3:
        token = tokens[last]
        if token.text in "«»\"'":
            last += 1
        elif last in numbers and count == 0:
            if not numbers[last].ordinal and _head(tokens[at]) != "district":
                return at
            last, count = numbers[last].last, 1
        elif (
            not token.text[0].isalpha()
            or token.norm in PARTS
            or last in numbers
            or not _goes_on(passage, last, count, numbers)
        ):
            break
        else:
            last, count = _hyphened(passage, last + 1, numbers), count + 1
    return last if count else at


def _goes_on(passage: Passage, at: int, count: int, numbers: dict[int, Number]) -> bool:
    """Whether a word may be the name of a street, or its next word."""
    token = passage.tokens[at]
    if passage.cased and token.capital:
        return True
    if count == 0:
        return token.norm not in NO_NAME or (token.norm == "на" and _follows_to_part(passage, at, numbers))
    return not passage.cased and _follows_to_part(passage, at, numbers)


def _hyphened(passage: Passage, last: int, numbers: dict[int, Number]) -> int:
    """One past what is joined by hyphens to the token before `last`."""
    tokens = passage.tokens
    while last + 1 < len(tokens) and tokens[last].text == "-" and tokens[last].start == tokens[last - 1].end:
        if last + 1 in numbers:
            break
        last += 2
    return last


def _follows_to_part(passage: Passage, at: int, numbers: dict[int, Number]) -> bool:
    """Whether within the next two words a number or «дом» continues the address."""
    following = range(at + 1, min(at + 3, len(passage.tokens)))
    return any(i in numbers or passage.tokens[i].norm in PARTS for i in following)


def house_and_flat(passage: Passage) -> Iterator[Finding]:
    """A name before «дом 18, квартира 42» without any word for the street: «Достык, дом 105, квартира 12»."""
    tokens = passage.tokens
    numbers = {number.first: number for number in spoken_numbers.numbers(passage)}
    for at, token in enumerate(tokens):
        if token.norm not in ("дом", "д", "үй", "корпус") and token.norm not in FLATS:
            continue
        following = at + 1
        while following < len(tokens) and tokens[following].text in ".,№":
            following += 1
        if following not in numbers:
            continue
        end, count = parts_from(passage, at, numbers)
        first = _name_before(passage, at)
        if count >= 2 or first < at:
            score = 0.9 if count >= 2 else 0.75
            yield Finding(tokens[first].start, tokens[end - 1].end, "ADDRESS", score, "address-house")


def _name_before(passage: Passage, at: int) -> int:
    """First token of the proper name, and of a number after it, that stand before «дом»."""
    tokens = passage.tokens
    first = index = at
    while index > 0 and at - index < 7:
        token = tokens[index - 1]
        if token.text in ",-":
            index -= 1
            continue
        number = token.text.isdecimal() or (token.norm in spoken_numbers.vocabulary() and first == at)
        proper = name_like(passage, index - 1)
        if not (number or proper):
            break
        index -= 1
        first = index
        hyphen = index > 1 and tokens[index - 1].text == "-" and tokens[index - 1].end == token.start
        if (
            proper
            and not hyphen
            and not (index and name_like(passage, index - 1) and tokens[index].start - tokens[index - 1].end == 1)
        ):
            break
    return first


def parts_alone(passage: Passage) -> Iterator[Finding]:
    """«корпус E6-2, второй этаж», «общежитие номер 6, комната 312»: two parts of an address without a street."""
    tokens = passage.tokens
    numbers = {number.first: number for number in spoken_numbers.numbers(passage)}
    done = 0
    for at, token in enumerate(tokens):
        if at < done or not is_part(token) or token.norm in ("д", "к", "вид", "вход"):
            continue
        if at and tokens[at - 1].lemmas[0] in ("телефон", "тел"):
            continue
        end, count = parts_from(passage, at, numbers)
        if count >= 2 and tokens[end - 1].end - token.start > 8:
            yield Finding(token.start, tokens[end - 1].end, "ADDRESS", 0.85, "address-parts")
            done = end


def parts_after(passage: Passage) -> Iterator[Finding]:
    """«7 микрорайон, 12 дом, 34 квартира»: numbers before the words for the parts, two or more of them."""
    tokens = passage.tokens
    first, last, count = 0, 0, 0
    for number in spoken_numbers.numbers(passage):
        part = tokens[number.last] if number.last < len(tokens) else None
        fits = part is not None and bool((PARTS | DISTRICTS).intersection((part.norm, *part.lemmas[:1])))
        fits = fits and part is not None and not (number.spoken and not number.ordinal and _several(part))
        gap = tokens[last : number.first] if count else ()
        if count and (not fits or any(t.text not in ",-" for t in gap)):
            if count > 1:
                yield Finding(tokens[first].start, tokens[last - 1].end, "ADDRESS", 0.9, "address-parts-after")
            count = 0
        if fits:
            first = first if count else number.first
            last, count = number.last + 1, count + 1
    if count > 1:
        yield Finding(tokens[first].start, tokens[last - 1].end, "ADDRESS", 0.9, "address-parts-after")


def _several(part: Token) -> bool:
    """Whether a word stands as after a count: «три корпуса», «двенадцать кабинетов»."""
    return bool(part.tags) and all("gent" in tag or "plur" in tag for tag in part.tags[:1])


def name_and_number(passage: Passage) -> Iterator[Finding]:
    """«живём на Бухар-Жырау, 56», «адрес Абая 52»: a name and a house number, where somebody lives."""
    tokens = passage.tokens
    numbers = {number.first: number for number in spoken_numbers.numbers(passage)}
    for number in numbers.values():
        year = number.value in range(1900, 2000)
        if number.ordinal or number.big or counts(passage, number) or number.value > 2000 or year:
            continue
        first = _name_before(passage, number.first)
        if first == number.first or tokens[first].text.isdecimal() or first == 0:
            continue
        words = {lemma for t in tokens[max(0, first - 5) : first] for lemma in (t.norm, *t.lemmas)}
        on = tokens[first - 1].norm == "на"
        end, count = parts_from(passage, number.first, numbers)
        if words & ADDRESSED or (on and (words & LIVING or count > 1)):
            score = 0.85 if count > 1 else 0.8
            yield Finding(tokens[first].start, tokens[end - 1].end, "ADDRESS", score, "address-name")


RULES: tuple[Rule, ...] = (
    Rule("address-district", numbered_district),
    Rule("address-corner", corner),
    Rule("address-microdistrict", microdistrict),
    Rule("address-street", street_address),
    Rule("address-house", house_and_flat),
    Rule("address-parts", parts_alone),
    Rule("address-parts-after", parts_after),
    Rule("address-name", name_and_number),
    *foreign_addresses.RULES,
)
