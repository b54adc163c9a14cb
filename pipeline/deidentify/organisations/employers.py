"""Workplaces: state bodies, plants, clinics, farms, businesses by what they are called, unknown names beside work."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.contacts.channels import CALLED, NAMING, title_end
from pipeline.deidentify.kept import fame
from pipeline.deidentify.organisations.institutions import head, preposition, relational
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.places import hints
from pipeline.deidentify.words import phrases, spoken_numbers
from pipeline.deidentify.words.inflect import known, named
from pipeline.deidentify.words.lists import sets
from pipeline.deidentify.words.organisation_words import ABBREVIATIONS_KEPT, HEADS, LATIN_STOP, PLANTS, WORK, WORK_VERBS
from pipeline.deidentify.words.organisation_words import WORDS as ORGANISATION_WORDS
from pipeline.deidentify.words.phrases import QUOTES, adjacent, closing_mark

WORDS = sets("organisations/words.txt")
BREAKS = frozenset(".!?…;")
BUSINESSES = WORDS["business"] | {word for word, kind in HEADS.items() if kind == "ORG_EMPLOYER"}
NO_BUSINESS = fame.FAMOUS - {"закон"}
"""words of books and films, which are called something too"""
REACH = 9
"""words between a business and its name"""


def ministry(passage: Passage) -> Iterator[Finding]:
    """«Министерство юстиции», «агентство по делам молодёжи»: a state body with what it is in charge of."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if not ORGANISATION_WORDS["ministry"].intersection(token.lemmas):
            continue
        last = at + 1
        while last < len(tokens) and last - at < 6 and _in_charge(tokens, last):
            last += 1
        while last > at + 1 and not any("NOUN" in tag for tag in tokens[last - 1].tags):
            last -= 1
        if last > at + 1:
            if not phrases.near(passage, at, WORK, 7, last - at + 3):
                continue
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


def state_unit(passage: Passage) -> Iterator[Finding]:
    """«УВД Алмалинского района», «акимат Жамбылской области», «суд города …»: a state body with its district."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-2]):
        if not WORDS["state_body"].intersection((token.norm, *token.lemmas)):
            continue
        one, two = tokens[at + 1], tokens[at + 2]
        if not adjacent(token, one) or not adjacent(one, two):
            continue
        if (relational(one) and WORDS["area"].intersection(two.lemmas)) or (
            WORDS["area"].intersection(one.lemmas) and (two.capital if passage.cased else not known(two.norm))
        ):
            yield Finding(token.start, two.end, "ORG_EMPLOYER", 0.86, "state-unit")


def unknown_employer(passage: Passage) -> Iterator[Finding]:
    """A proper name, a Latin brand or a word nobody knows after «работаю в …», «компания …»."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if not preposition(passage, at) or not phrases.near(passage, at, WORK_VERBS, 6, 1) or not _brand(passage, at):
            continue
        if token.norm in hints.NOT_PLACES or token.norm in ABBREVIATIONS_KEPT or head(token):
            continue
        last = at + 1
        while (
            last < len(tokens)
            and _brand(passage, last)
            and tokens[last].start - tokens[last - 1].end <= 1
            and (passage.cased or tokens[last].text.isascii())
        ):
            last += 1
        begin, end = phrases.quoted(passage, at, last)
        yield Finding(begin, end, "ORG_EMPLOYER", 0.6, "employer-unknown")


def _brand(passage: Passage, at: int) -> bool:
    token = passage.tokens[at]
    if not token.text[0].isalpha() or len(token.norm) < 2 or hints.loan(token.norm):
        return False
    if passage.cased:
        return token.capital and not (known(token.norm) and any("Geox" in tag for tag in token.tags))
    if token.text.isascii():
        return token.norm not in LATIN_STOP and len(token.norm) > 2
    return not known(token.norm) and len(token.norm) > 3


def quoted_name(passage: Passage) -> Iterator[Finding]:
    """«…» after a preposition, where work or study is spoken of."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if token.text != "«" or at == 0 or tokens[at - 1].norm not in ("в", "на", "из", "от", "с"):
            continue
        closing = next((i for i in range(at + 1, min(at + 8, len(tokens))) if tokens[i].text == "»"), 0)
        if closing and tokens[at + 1].capital and phrases.near(passage, at, WORK, 10, 0):
            yield Finding(token.start, tokens[closing].end, "ORG_EMPLOYER", 0.75, "employer-quoted")


def plant_after(passage: Passage) -> Iterator[Finding]:
    """«больница …ская», «завод …ский»: the adjective of the town after the noun, as people say it."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        following = tokens[at + 1]
        if not PLANTS.intersection(token.lemmas) or not adjacent(token, following):
            continue
        ends = at + 2 >= len(tokens) or not any("NOUN" in tag for tag in tokens[at + 2].tags[:1])
        if relational(following) and ends and (following.capital or not passage.cased):
            yield Finding(token.start, following.end, "ORG_EMPLOYER", 0.78, "plant-after")


def station(passage: Passage) -> Iterator[Finding]:
    """«ТЭЦ-4», «на грэс два»: a power station by its number."""
    tokens = passage.tokens
    for number in spoken_numbers.numbers(passage):
        at = number.first - 1 - (number.first > 1 and tokens[number.first - 1].text in "-–№")
        if at >= 0 and WORDS["station"].intersection((tokens[at].norm, *tokens[at].lemmas)) and 0 < number.value < 30:
            yield Finding(tokens[at].start, tokens[number.last - 1].end, "ORG_EMPLOYER", 0.85, "station-number")


def numbered_clinic(passage: Passage) -> Iterator[Finding]:
    """«детская поликлиника номер один», «городской роддом № 2»: with the adjectives of its full name."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if head(token) != "ORG_EMPLOYER":
            continue
        word = at + 1
        if word >= len(tokens) or tokens[word].norm not in ("номер", "№", "n"):
            continue
        number = next((n for n in spoken_numbers.numbers(passage) if n.first == word + 1 and n.value < 1000), None)
        first = at
        while first and adjacent(tokens[first - 1], tokens[first]) and WORDS["medical"] & set(tokens[first - 1].lemmas):
            first -= 1
        if number is not None:
            end = tokens[number.last - 1].end
            yield Finding(tokens[first].start, end, "ORG_EMPLOYER", 0.87, "clinic-numbered")


def district_office(passage: Passage) -> Iterator[Finding]:
    """«в школьном округе»: what a town has only one of, after a preposition."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        if "школьный" in token.lemmas and "округ" in tokens[at + 1].lemmas and preposition(passage, at):
            yield Finding(token.start, tokens[at + 1].end, "ORG_EMPLOYER", 0.8, "school-board")


def collective_farm(passage: Passage) -> Iterator[Finding]:
    """«в колхозе красный пахарь», where no capitals help: an adjective and a noun."""
    tokens = passage.tokens
    if passage.cased:
        return
    for at, token in enumerate(tokens[:-2]):
        if not {"колхоз", "совхоз"}.intersection(token.lemmas):
            continue
        one, two = tokens[at + 1], tokens[at + 2]
        if any("ADJF" in tag and "nomn" in tag for tag in one.tags) and any("NOUN" in tag for tag in two.tags[:1]):
            yield Finding(token.start, two.end, "ORG_EMPLOYER", 0.75, "farm-spoken")


def farm(passage: Passage) -> Iterator[Finding]:
    """«крестьянское хозяйство „Нива“», «ТОО „Степь“»: with the adjective before."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        if tokens[at + 1].text not in QUOTES or WORDS["farm"].isdisjoint((token.norm, *token.lemmas)):
            continue
        closing = closing_mark(passage, at + 2, 7)
        described = at > 0 and not WORDS["farm_adjective"].isdisjoint(tokens[at - 1].lemmas)
        first = at - (described and adjacent(tokens[at - 1], token))
        if closing:
            yield Finding(tokens[first].start, tokens[closing].end, "ORG_EMPLOYER", 0.96, "business-farm")


def name_apart(passage: Passage) -> Iterator[Finding]:
    """«у него ресторан там, „…“»: a name in quotation marks within five words of a business."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if token.text not in QUOTES or at + 1 >= len(tokens) or not tokens[at + 1].capital:
            continue
        before = tokens[max(0, at - 6) : at]
        breaks = [i for i, other in enumerate(before) if other.text in BREAKS]
        clause = before[breaks[-1] + 1 :] if breaks else before
        if not any(WORDS["house"].intersection(other.lemmas) for other in clause):
            continue
        closing = closing_mark(passage, at + 2, 4)
        if closing:
            yield Finding(token.start, tokens[closing].end, "ORG_EMPLOYER", 0.76, "employer-name-apart")


def called_business(passage: Passage) -> Iterator[Finding]:
    """What a business «называется», quoted or not; of a business that is merely talked of only what is quoted."""
    tokens = passage.tokens
    if not NAMING.search(passage.text):
        return
    for at, token in enumerate(tokens):
        if not CALLED.intersection(token.lemmas):
            continue
        first = at + 1 + (at + 1 < len(tokens) and tokens[at + 1].text in ",:—–-")
        if _business(passage, at):
            last = title_end(passage, first)
            if last > first:
                yield Finding(tokens[first].start, tokens[last - 1].end, "ORG_EMPLOYER", 0.96, "business-called")
            yield from _quoted_before(passage, at)


def _quoted_before(passage: Passage, at: int) -> Iterator[Finding]:
    """«она „У моста“ называлась»."""
    tokens = passage.tokens
    if at and tokens[at - 1].text in '»”"':
        opening = next((i for i in range(at - 2, max(-1, at - 9), -1) if tokens[i].text in QUOTES), -1)
        if opening >= 0:
            yield Finding(tokens[opening].start, tokens[at - 1].end, "ORG_EMPLOYER", 0.96, "business-called")


def _business(passage: Passage, at: int) -> bool:
    """Whether a business is spoken of before a verb in its sentence, and no book or film."""
    words: set[str] = set()
    for index in range(at - 1, max(-1, at - 1 - REACH), -1):
        token = passage.tokens[index]
        if token.text in ".!?…":
            break
        words.update((token.norm, *token.lemmas))
    return bool(words & BUSINESSES) and words.isdisjoint(NO_BUSINESS)


RULES: tuple[Rule, ...] = (
    Rule("state-body", ministry),
    Rule("employer-unknown", unknown_employer),
    Rule("employer-quoted", quoted_name),
    Rule("plant-after", plant_after),
    Rule("station-number", station),
    Rule("farm-spoken", collective_farm),
    Rule("employer-name-apart", name_apart),
    Rule("school-board", district_office),
    Rule("state-unit", state_unit),
    Rule("clinic-numbered", numbered_clinic),
    Rule("business-called", called_business),
    Rule("business-farm", farm),
)
