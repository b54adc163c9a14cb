"""Universities, schools and employers that no list has: by their head noun, by capitals, by how they are spoken of."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.places import hints
from pipeline.deidentify.places import words as placewords
from pipeline.deidentify.words import organisation_words, phrases, spoken_numbers
from pipeline.deidentify.words.inflect import fold, known, named, ordinary, sound

HEADS = organisation_words.HEADS


def preposition(passage: Passage, at: int) -> bool:
    """Whether a preposition stands before a token, a quotation mark left aside."""
    index = at - 1
    while index >= 0 and at - index <= hints.MARKS and passage.tokens[index].text in '«"„“':
        index -= 1
    return index >= 0 and passage.tokens[index].norm in (
        "в",
        "во",
        "на",
        "из",
        "у",
        "от",
        "с",
        "со",
        "до",
        "для",
        "к",
        "по",
    )


def relational(token: Token) -> bool:
    """An adjective that places something: «кызылординский», «алматинской»."""
    stem = fold(token.norm)
    if "ск" not in stem or len(stem) < 6:
        return False
    for ending in ("ий", "ого", "ому", "им", "ом", "ая", "ой", "ую", "ое", "ие", "их"):
        if stem.endswith("ск" + ending) or stem.endswith("цк" + ending):
            return not (organisation_words.GENERIC | organisation_words.SUBJECTS).intersection(token.lemmas)
    return False


def proper(passage: Passage, at: int) -> bool:
    """Whether a token may be part of a proper name."""
    if at >= len(passage.tokens) or at < 0:
        return False
    token = passage.tokens[at]
    if not token.text[0].isalpha() or len(token.norm) < 2:
        return False
    if passage.cased:
        return token.capital
    if token.norm in organisation_words.LATIN_STOP or token.norm in placewords.SHORT:
        return False
    geographic = any("Geox" in tag or "Surn" in tag for tag in token.tags)
    return not known(token.norm) or (geographic and not ordinary(token.norm))


def named_institution(passage: Passage) -> Iterator[Finding]:
    """«университет имени …», «Токийский университет», «школа-лицей номер 165», «телеканал „…“»."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        kind = _head_kind(token)
        if not kind:
            continue
        first, telling = _before(passage, at, kind)
        last, named_it = _after(passage, at, kind)
        if not (telling or named_it):
            continue
        if named_it and not telling and kind != "ORG_EMPLOYER":
            first = _described(passage, at)
        start = tokens[first].start
        if named_it and not telling and kind != "ORG_UNIVERSITY" and tokens[at + 1].text in '«"„“':
            start = token.start
        score = 0.85 if telling or named_it == "sure" else 0.6
        yield Finding(start, tokens[last - 1].end, kind, score, f"named-{kind[4:].lower()}")


def _head_kind(token: Token) -> str:
    """Kind of organisation that a noun heads, misheard or not; "" for other words."""
    for lemma in (token.norm, *token.lemmas):
        if lemma in HEADS:
            return HEADS[lemma]
    if known(token.norm) or len(token.norm) < 5:
        return ""
    return next((heard_heads()[key] for key in sorted(phrases.sounds(token.norm)) if key in heard_heads()), "")


@lru_cache(maxsize=1)
def heard_heads() -> dict[str, str]:
    """Sound of a longer head noun -> kind."""
    return {sound(word): kind for word, kind in HEADS.items() if len(word) >= 5}


def _plant(token: Token) -> bool:
    if organisation_words.PLANTS.intersection(token.lemmas):
        return True
    return not known(token.norm) and any(
        sound(plant) in phrases.sounds(token.norm) for plant in organisation_words.PLANTS
    )


def _industrial(token: Token) -> bool:
    if fold(token.norm).startswith(organisation_words.INDUSTRY):
        return True
    return not known(token.norm) and sound(token.norm).startswith(tuple(map(sound, organisation_words.INDUSTRY)))


def _before(passage: Passage, at: int, kind: str) -> tuple[int, bool]:
    """First token of the adjectives before a head, and whether one of them tells which it is."""
    tokens = passage.tokens
    first, telling = at, False
    while first > 0 and tokens[first - 1].text[0].isalpha() and tokens[first].start - tokens[first - 1].end <= 1:
        token = tokens[first - 1]
        if (
            (relational(token) and kind != "ORG_EMPLOYER")
            or (relational(token) and organisation_words.PLANTS.intersection(tokens[at].lemmas))
            or (
                organisation_words.PLANTS.intersection(tokens[at].lemmas)
                and fold(token.norm).startswith(organisation_words.INDUSTRY)
            )
        ):
            telling = True
        elif not organisation_words.SUBJECTS.intersection(token.lemmas) or kind == "ORG_EMPLOYER":
            break
        first -= 1
        if first > 1 and tokens[first - 1].text in "-–" and tokens[first - 2].end == tokens[first - 1].start:
            first -= 2
    return (first, True) if telling else (at, False)


def _described(passage: Passage, at: int) -> int:
    """First token of the adjectives that belong to a school's or university's full name: «средней школе номер 27»."""
    tokens = passage.tokens
    first = at
    while first > 0 and phrases.adjacent(tokens[first - 1], tokens[first]):
        if not (organisation_words.SUBJECTS | organisation_words.KINDS).intersection(tokens[first - 1].lemmas):
            break
        first -= 1
    return first


def _after(passage: Passage, at: int, kind: str) -> tuple[int, str]:
    """One past the name after a head, and "sure", "likely" or "" for how it is told."""
    tokens = passage.tokens
    last = at + 1
    while (
        kind == "ORG_SCHOOL"
        and last + 1 < len(tokens)
        and tokens[last].text in "-–"
        and tokens[last + 1].text[0].isalpha()
    ):
        last += 2
    if kind == "ORG_SCHOOL" and last < len(tokens) and HEADS.get(tokens[last].lemmas[0]) == "ORG_SCHOOL":
        last += 1
    if last >= len(tokens):
        return last, ""
    following = tokens[last]
    if following.text in phrases.QUOTES:
        closing = phrases.closing_mark(passage, last + 1, 8)
        return (closing + 1, "sure") if closing else (at + 1, "")
    numbered = _numbered(passage, last)
    if numbered and kind in ("ORG_SCHOOL", "ORG_EMPLOYER"):
        return numbered, "sure"
    if following.norm in ("имени", "им") and last + 1 < len(tokens):
        last += 2 if tokens[last + 1].text != "." else 3
        while last < len(tokens) and proper(passage, last):
            last += 1
        return min(last, len(tokens)), "sure"
    return _proper_after(passage, at, last, kind)


def _proper_after(passage: Passage, at: int, last: int, kind: str) -> tuple[int, str]:
    """The same where a proper name follows with nothing between."""
    tokens = passage.tokens
    start = last
    while (
        last < len(tokens)
        and last - start < 4
        and proper(passage, last)
        and tokens[last].start - tokens[last - 1].end <= 1
    ):
        if not passage.cased and last > start and not tokens[last].text.isascii():
            break
        last += 1
        while last + 1 < len(tokens) and tokens[last].text == "-" and tokens[last].start == tokens[last - 1].end:
            last += 2
    if last == start:
        return at + 1, ""
    if kind == "ORG_EMPLOYER" and organisation_words.MISSIONS.intersection(tokens[at].lemmas):
        return at + 1, ""
    person = named(tokens[start].norm) and kind != "ORG_UNIVERSITY" and not tokens[start].text.isascii()
    if person and kind == "ORG_EMPLOYER":
        return at + 1, ""
    return last, "sure" if passage.cased and kind != "ORG_EMPLOYER" else "likely"


def _numbered(passage: Passage, at: int) -> int:
    """One past «номер 165», «№ 9», or 0."""
    tokens = passage.tokens
    word = at < len(tokens) and tokens[at].norm in ("номер", "№", "n")
    begin = at + 1 if word else at
    for number in spoken_numbers.numbers(passage):
        if number.first == begin and word and number.value < 1000:
            return number.last
    return 0


def numbered_school(passage: Passage) -> Iterator[Finding]:
    """«в сорок пятой школе», «165-я гимназия»; a head first is left to the rule of names."""
    for number in spoken_numbers.numbers(passage):
        if not number.ordinal or number.last >= len(passage.tokens) or not 0 < number.value < 1000:
            continue
        token = passage.tokens[number.last]
        if HEADS.get(next(iter(token.lemmas), "")) == "ORG_SCHOOL" or token.norm in (
            "больница",
            "больнице",
            "поликлинике",
        ):
            kind = "ORG_SCHOOL" if "ORG_SCHOOL" in (HEADS.get(lemma) for lemma in token.lemmas) else "ORG_EMPLOYER"
            yield Finding(passage.tokens[number.first].start, token.end, kind, 0.85, "numbered-school")


def saint_school(passage: Passage) -> Iterator[Finding]:
    """«школа Святого Альбана»."""
    tokens = passage.tokens
    for at in range(len(tokens) - 2):
        if tokens[at + 1].lemmas[:1] == ("святой",) and HEADS.get(next(iter(tokens[at].lemmas), "")) in (
            "ORG_SCHOOL",
            "ORG_UNIVERSITY",
        ):
            yield Finding(tokens[at + 1].start, tokens[at + 2].end, "ORG_SCHOOL", 0.9, "school-saint")


def latin_institution(passage: Passage) -> Iterator[Finding]:
    """«Purdue University», «University of …», «Prairie Elementary», «… GmbH»."""
    tokens = passage.tokens
    kinds = (
        (organisation_words.LATIN_UNIVERSITY, "ORG_UNIVERSITY"),
        (organisation_words.LATIN_SCHOOL, "ORG_SCHOOL"),
        (organisation_words.LATIN_COMPANY, "ORG_EMPLOYER"),
    )
    for at, token in enumerate(tokens):
        kind = next((kind for words, kind in kinds if token.norm in words), "")
        if not kind or (passage.cased and not token.capital):
            continue
        first, last = at, at + 1
        while first > 0 and _latin(passage, first - 1) and tokens[first].start - tokens[first - 1].end == 1:
            first -= 1
        while (
            last < len(tokens) and _latin(passage, last, inside=True) and tokens[last].start - tokens[last - 1].end == 1
        ):
            last += 1
        while last > at + 1 and tokens[last - 1].norm in ("of", "di", "de", "and", "der", "für"):
            last -= 1
        if last - first > 1:
            yield Finding(tokens[first].start, tokens[last - 1].end, kind, 0.85, "latin-institution")


def _latin(passage: Passage, at: int, inside: bool = False) -> bool:
    token = passage.tokens[at]
    if not token.text[0].isalpha() or (
        not token.text.replace("'", "").isascii() and token.norm not in ("für", "münchen", "universität")
    ):
        return False
    if inside and token.norm in ("of", "di", "de", "and", "der", "für", "technology", "science", "arts", "school"):
        return True
    if token.norm in organisation_words.LATIN_STOP:
        return False
    return token.capital or not passage.cased


def ministry(passage: Passage) -> Iterator[Finding]:
    """«Министерство юстиции», «агентство по делам молодёжи»: a state body with what it is in charge of."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if not organisation_words.MINISTRIES.intersection(token.lemmas):
            continue
        last = at + 1
        while last < len(tokens) and last - at < 6 and _in_charge(tokens, last):
            last += 1
        while last > at + 1 and not any("NOUN" in tag for tag in tokens[last - 1].tags):
            last -= 1
        if last > at + 1:
            sure = "министерство" in token.lemmas or (passage.cased and token.capital) or tokens[at + 1].norm == "по"
            yield Finding(token.start, tokens[last - 1].end, "ORG_EMPLOYER", 0.85 if sure else 0.55, "state-body")


def _in_charge(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a word continues the name of a state body: a genitive, or «по», «и» before one."""
    token = tokens[at]
    if tokens[at].start - tokens[at - 1].end > 1:
        return False
    if token.norm in ("по", "и"):
        return at + 1 < len(tokens) and known(tokens[at + 1].norm) and any("NOUN" in tag for tag in tokens[at + 1].tags)
    after = tokens[at - 1].norm == "по" and any("datv" in tag and "NOUN" in tag for tag in token.tags)
    return after or _genitive(token)


def _genitive(token: Token) -> bool:
    """Whether a word may be a genitive that is no pronoun or name."""
    if not known(token.norm) or len(token.norm) < 4 or named(token.norm):
        return False
    return any("gent" in tag and ("NOUN" in tag or "ADJF" in tag) and "Apro" not in tag for tag in token.tags[:6])


def unknown_employer(passage: Passage) -> Iterator[Finding]:
    """A proper name, a Latin brand or a word nobody knows after «работаю в …», «компания …»."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if not preposition(passage, at) or not phrases.near(passage, at, organisation_words.WORK_VERBS, 6, 0):
            continue
        start = at
        if (
            token.norm in placewords.NOT_PLACES
            or token.norm in organisation_words.ABBREVIATIONS_KEPT
            or HEADS.get(next(iter(token.lemmas), ""))
        ):
            continue
        if not _brand(passage, at):
            continue
        last = at + 1
        while (
            last < len(tokens)
            and _brand(passage, last)
            and tokens[last].start - tokens[last - 1].end <= 1
            and (passage.cased or tokens[last].text.isascii())
        ):
            last += 1
        begin, end = phrases.quoted(passage, start, last)
        yield Finding(begin, end, "ORG_EMPLOYER", 0.6, "employer-unknown")


def _brand(passage: Passage, at: int) -> bool:
    token = passage.tokens[at]
    if (
        not token.text[0].isalpha()
        or len(token.norm) < 2
        or placewords.loan(token.norm)
        or token.norm in placewords.LOANS
    ):
        return False
    if passage.cased:
        return token.capital and not (known(token.norm) and any("Geox" in tag for tag in token.tags))
    if token.text.isascii():
        return token.norm not in organisation_words.LATIN_STOP and len(token.norm) > 2
    return not known(token.norm) and len(token.norm) > 3


def quoted_name(passage: Passage) -> Iterator[Finding]:
    """«…» after a preposition, where work or study is spoken of."""
    for at, token in enumerate(passage.tokens):
        if token.text != "«" or at == 0 or passage.tokens[at - 1].norm not in ("в", "на", "из", "от", "с"):
            continue
        closing = next((i for i in range(at + 1, min(at + 8, len(passage.tokens))) if passage.tokens[i].text == "»"), 0)
        if closing and passage.tokens[at + 1].capital and phrases.near(passage, at, organisation_words.WORK, 10, 0):
            yield Finding(token.start, passage.tokens[closing].end, "ORG_EMPLOYER", 0.7, "employer-quoted")


def abbreviation(passage: Passage) -> Iterator[Finding]:
    """Capitals after a preposition that no list has: «закончила МГИМО», «работал в КТБ»."""
    if not passage.cased:
        return
    for at, token in enumerate(passage.tokens):
        if (
            not token.text.isupper()
            or not 2 <= len(token.text) <= 7
            or token.norm in organisation_words.ABBREVIATIONS_KEPT
        ):
            continue
        study = phrases.near(passage, at, organisation_words.STUDY, 7, 3)
        if preposition(passage, at) and (study or phrases.near(passage, at, organisation_words.WORK, 7, 3)):
            kind = "ORG_UNIVERSITY" if study else "ORG_EMPLOYER"
            yield Finding(token.start, token.end, kind, 0.6, "abbreviation")


def elliptic(passage: Passage) -> Iterator[Finding]:
    """«училась в Йельском», «закончил Варшавский»: a university's adjective without its noun, beside words of study."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if not relational(token) or (passage.cased and not token.capital):
            continue
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if following is not None and any("NOUN" in tag or "ADJF" in tag for tag in following.tags[:1]):
            continue
        said = preposition(passage, at) or bool(
            {"закончить", "окончить", "поступить"}.intersection(_lemmas(tokens, at))
        )
        if said and phrases.near(passage, at, organisation_words.STUDY, 4, 0):
            yield Finding(token.start, token.end, "ORG_UNIVERSITY", 0.7, "university-adjective")


def _lemmas(tokens: tuple[Token, ...], at: int) -> set[str]:
    return {lemma for token in tokens[max(0, at - 2) : at] for lemma in token.lemmas}


RULES: tuple[Rule, ...] = (
    Rule("named-institution", named_institution),
    Rule("numbered-school", numbered_school),
    Rule("school-saint", saint_school),
    Rule("latin-institution", latin_institution),
    Rule("state-body", ministry),
    Rule("employer-unknown", unknown_employer),
    Rule("employer-quoted", quoted_name),
    Rule("abbreviation", abbreviation),
    Rule("university-adjective", elliptic),
)
