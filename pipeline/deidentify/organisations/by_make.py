"""Workplaces by how their names are made or told: «Айбар Строй», «„Берёзка“, это магазин», «в Таласскую областную»."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.kept import fame
from pipeline.deidentify.organisations.employers import BUSINESSES
from pipeline.deidentify.organisations.institutions import preposition, relational
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.passage import tokens as made
from pipeline.deidentify.people import kazakh_speech
from pipeline.deidentify.words import phrases
from pipeline.deidentify.words.inflect import known, named
from pipeline.deidentify.words.lists import sets
from pipeline.deidentify.words.organisation_words import INDUSTRY
from pipeline.deidentify.words.phrases import QUOTES, adjacent, closing_mark

WORDS = sets("organisations/words.txt")
LONGEST = 4
"""words of a firm's name"""
EXPLAINED = 5
"""words after a name in quotation marks within which it is said what it is"""


def explained(passage: Passage) -> Iterator[Finding]:
    """«хожу в „Берёзку“, это магазин рядом», «„У Ахмета“, шашлычная такая»: a name, then what bears it."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        closing = closing_mark(passage, at + 2, 6) if token.text in QUOTES else 0
        if not closing:
            continue
        shown = tokens[at + 1].capital or tokens[at + 1].norm == "у"
        if shown and _business_after(passage, closing + 1):
            yield Finding(token.start, tokens[closing].end, "ORG_EMPLOYER", 0.9, "business-explained")


def _business_after(passage: Passage, at: int) -> bool:
    """Whether a comma and, after nothing but small words and adjectives, a business in the nominative follow."""
    tokens = passage.tokens
    if at >= len(tokens) or tokens[at].text not in ",—–-(":
        return False
    for token in tokens[at + 1 : at + 1 + EXPLAINED]:
        if not (BUSINESSES | WORDS["house"]).isdisjoint(token.lemmas):
            return any("NOUN" in tag and "nomn" in tag for tag in token.tags)
        if not token.tags or not token.tags[0].startswith(("PRCL", "NPRO", "ADJF", "ADVB", "CONJ", "PREP")):
            return False
    return False


def told_by_whom(passage: Passage) -> Iterator[Finding]:
    """«муж на „Богатыре“, на разрезе», «перешла в „Мяту“»: a name in quotation marks where somebody is."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        if token.text not in QUOTES or at == 0 or tokens[at - 1].norm not in WHERE or not tokens[at + 1].capital:
            continue
        closing = closing_mark(passage, at + 2, 7)
        around = {lemma for other in tokens[max(0, at - 5) : at] for lemma in (other.norm, *other.lemmas)}
        ahead = {lemma for other in tokens[closing + 1 : closing + 4] for lemma in other.lemmas}
        artful = (around | ahead) & (fame.ENJOYED | fame.WORDS["titled_work"] | fame.WORDS["staged"])
        if closing and around & WORDS["belonging"] and not artful:
            yield Finding(token.start, tokens[closing].end, "ORG_EMPLOYER", 0.74, "business-where")


WHERE = frozenset("в во на из от с со".split())


def ordinal_clinic(passage: Passage) -> Iterator[Finding]:
    """«в Первом роддоме», «из пятой поликлиники»: by its number, before the noun."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        counted = _ordinal(token) and adjacent(token, tokens[at + 1]) and preposition(passage, at)
        if counted and WORDS["numbered"].intersection(tokens[at + 1].lemmas):
            yield Finding(token.start, tokens[at + 1].end, "ORG_EMPLOYER", 0.86, "clinic-ordinal")


def answered(passage: Passage) -> Iterator[Finding]:
    """«А завод какой?» — «Карбид, мы его так звали»: the first word of an answer to how a business is called."""
    tokens = passage.tokens
    asked = passage.before.rstrip()[-60:]
    if (
        not asked.endswith("?")
        or not tokens
        or not any(word in asked.lower() for word in ("какой", "какая", "называ", "назван"))
    ):
        return
    if not any(not BUSINESSES.isdisjoint(token.lemmas) for token in made(asked)):
        return
    closing = closing_mark(passage, 1, 6) if tokens[0].text in QUOTES else 0
    noun = not known(tokens[0].norm) or tokens[0].tags[0].startswith("NOUN")
    if closing:
        yield Finding(tokens[0].start, tokens[closing].end, "ORG_EMPLOYER", 0.8, "business-answered")
    elif tokens[0].text.isalpha() and tokens[0].capital and noun:
        yield Finding(tokens[0].start, tokens[0].end, "ORG_EMPLOYER", 0.76, "business-answered")


def finished(passage: Passage) -> Iterator[Finding]:
    """«закончил пражский, на филологии»: the adjective of a university's town after a verb of studying."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[1:], start=1):
        before = tokens[at - 1]
        verb = before if before.norm not in ("в", "во") or at < 2 else tokens[at - 2]
        if WORDS["graduated"].isdisjoint(verb.lemmas) or not relational(token):
            continue
        if token.norm.endswith(("ий", "ом", "ую", "ой")) and not _noun_follows(passage, at + 1):
            yield Finding(token.start, token.end, "ORG_UNIVERSITY", 0.8, "university-bare")


def owned(passage: Passage) -> Iterator[Finding]:
    """«подрабатывал „У Ахмета“»: in quotation marks, whose place it is."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-2]):
        if token.text in QUOTES and tokens[at + 1].text == "У" and (tokens[at + 2].capital or not passage.cased):
            closing = closing_mark(passage, at + 3, 4)
            if closing:
                yield Finding(token.start, tokens[closing].end, "ORG_EMPLOYER", 0.96, "business-owned")


def firm(passage: Passage) -> Iterator[Finding]:
    """«Кордай Агро Трейд», «айбар строй плюс»: words of which the last ones are what firms are called by."""
    tokens = passage.tokens
    at = 0
    while at < len(tokens) - 1:
        last = at
        while last < len(tokens) and last - at < LONGEST and _of_firm(passage, last, at):
            last += 1
        made = [token for token in tokens[at + 1 : last] if token.norm in WORDS["firm_part"]]
        if made and _own(passage, at):
            while tokens[last - 1].norm not in WORDS["firm_part"]:
                last -= 1
            start, end = phrases.quoted(passage, at, last)
            yield Finding(start, end, "ORG_EMPLOYER", 0.96 if passage.cased else 0.86, "firm-made")
            at = last
        else:
            at += 1


def _of_firm(passage: Passage, at: int, first: int) -> bool:
    """Whether a token may be a word of a firm's name that begins at `first`."""
    token = passage.tokens[at]
    if at > first and not adjacent(passage.tokens[at - 1], token):
        return False
    if not token.text.isalpha():
        return False
    part = at > first and token.norm in WORDS["firm_part"]
    part = part and (passage.cased or token.norm not in WORDS["firm_word"] or _sure_part(passage, at - 1))
    return part or (token.capital if passage.cased else _strange(token))


def _strange(token: Token) -> bool:
    """Whether a word without a capital is a name or a place, or no word of the dictionary."""
    return not known(token.norm) or named(token.norm) or any("Geox" in tag for tag in token.tags)


def _sure_part(passage: Passage, at: int) -> bool:
    return passage.tokens[at].norm in WORDS["firm_part"] - WORDS["firm_word"]


def _own(passage: Passage, at: int) -> bool:
    """Whether the first word of a firm's name is one of its own, not the word for a firm or a sentence's first."""
    token = passage.tokens[at]
    if token.norm in WORDS["firm_part"] or not BUSINESSES.isdisjoint(token.lemmas):
        return False
    if not passage.cased and kazakh_speech.is_word(token.norm):
        return False
    return len(token.text) > 2 and (passage.cased or _strange(token))


def legal(passage: Passage) -> Iterator[Finding]:
    """«тоо нур строй», «ип касымова»: what follows a legal form where no capitals help."""
    tokens = passage.tokens
    if passage.cased:
        return
    for at, token in enumerate(tokens[:-1]):
        if token.norm not in WORDS["legal_form"]:
            continue
        last = at + 1
        while last < len(tokens) and last - at < 4 and tokens[last].text.isalpha() and _title(tokens[last], last - at):
            last += 1
        if last > at + 1:
            yield Finding(tokens[at + 1].start, tokens[last - 1].end, "ORG_EMPLOYER", 0.8, "legal-form-spoken")


def _title(token: Token, place: int) -> bool:
    """Whether a word may be the first, or a later one, of a firm's name said without capitals."""
    if token.norm in WORDS["firm_part"] or not known(token.norm) or named(token.norm):
        return True
    first = token.tags[:1] and token.tags[0].startswith(("NOUN", "ADJF")) and "nomn" in token.tags[0]
    return place == 1 and bool(first)


def without_noun(passage: Passage) -> Iterator[Finding]:
    """«в Таласскую областную», «в пятой городской», «на Балхашском медном»: the noun is left to the listener."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        two = tokens[at + 1]
        if not adjacent(token, two) or not preposition(passage, at):
            continue
        sort = bool(WORDS["bare_adjective"].intersection(two.lemmas)) or two.norm.startswith(INDUSTRY)
        which = relational(token) or (_ordinal(token) and not two.norm.startswith(INDUSTRY))
        if sort and which and "ADJF" in " ".join(two.tags) and not _noun_follows(passage, at + 2):
            yield Finding(token.start, two.end, "ORG_EMPLOYER", 0.86, "workplace-bare")


def _ordinal(token: Token) -> bool:
    return any("Anum" in tag for tag in token.tags)


def _noun_follows(passage: Passage, at: int) -> bool:
    """Whether the word after an adjective is the noun, or one more adjective, that it belongs to."""
    if at >= len(passage.tokens) or not passage.tokens[at].text[0].isalpha():
        return False
    tags = passage.tokens[at].tags[:1]
    noun = bool(tags) and tags[0].startswith(("NOUN", "ADJF", "PRTF"))
    if not noun:
        return False
    asked = CASES.get(passage.tokens[at - 3].norm if at > 2 else "", ("gent", "datv", "accs", "ablt", "loct"))
    return any(case in tag for case in asked for tag in passage.tokens[at].tags)


CASES = {"в": ("accs", "loct"), "во": ("accs", "loct"), "на": ("accs", "loct"), "из": ("gent",), "от": ("gent",)}
"""cases that the preposition before two adjectives and their noun asks for"""


def placed_body(passage: Passage) -> Iterator[Finding]:
    """«из Кегенской ЦРБ», «в Аксайском РОВД»: an abbreviation of what each district has, with its district."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        two = tokens[at + 1]
        body = WORDS["state_body"].intersection((two.norm, *two.lemmas)) or two.norm in WORDS["district_body"]
        if body and adjacent(token, two) and relational(token):
            yield Finding(token.start, two.end, "ORG_EMPLOYER", 0.95, "body-placed")


def department(passage: Passage) -> Iterator[Finding]:
    """«на кафедре славистики»: one of its kind in a university."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        two = tokens[at + 1]
        genitive = two.tags[:1] and "NOUN" in two.tags[0] and any("gent" in tag for tag in two.tags)
        if "кафедра" in token.lemmas and genitive and adjacent(token, two) and len(two.text) > 5:
            yield Finding(token.start, two.end, "ORG_UNIVERSITY", 0.75, "department")


RULES: tuple[Rule, ...] = (
    Rule("business-explained", explained),
    Rule("business-owned", owned),
    Rule("business-where", told_by_whom),
    Rule("business-answered", answered),
    Rule("clinic-ordinal", ordinal_clinic),
    Rule("university-bare", finished),
    Rule("firm-made", firm),
    Rule("legal-form-spoken", legal),
    Rule("workplace-bare", without_noun),
    Rule("body-placed", placed_body),
    Rule("department", department),
)
