"""Schools, universities and workplaces whose noun and name stand apart, or of which only one half is said."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.organisations.institutions import HEADS, preposition, relational
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.words import phrases, spoken_numbers
from pipeline.deidentify.words.lists import sets
from pipeline.deidentify.words.organisation_words import PLANTS
from pipeline.deidentify.words.spoken_numbers import Number

WORDS = sets("organisations/words.txt")
BREAKS = frozenset(".!?…;")


def school_number(passage: Passage) -> Iterator[Finding]:
    """«школа обычная, номер девять», «школа — тридцать седьмая»: the number a few words after the noun."""
    tokens = passage.tokens
    for number in spoken_numbers.numbers(passage):
        if not 0 < number.value < 1000:
            continue
        first = number.first - (number.first > 0 and tokens[number.first - 1].norm in ("номер", "№"))
        told = first < number.first or (number.ordinal and _ends(passage, number.last))
        if told and _school_before(tokens[max(0, first - 5) : first]):
            end = tokens[number.last - 1].end
            yield Finding(tokens[first].start, end, "ORG_SCHOOL", 0.8, "school-number-after")


def _school_before(before: tuple[Token, ...]) -> bool:
    """Whether the last noun of the clause is a school."""
    for token in reversed(before):
        if token.text in BREAKS:
            return False
        if any("NOUN" in tag for tag in token.tags[:1]):
            return "ORG_SCHOOL" in (HEADS.get(lemma) for lemma in token.lemmas)
    return False


def _ends(passage: Passage, at: int) -> bool:
    """Whether a phrase ends before a token: a mark, a preposition of place, nothing more; unmarked, no noun."""
    if at >= len(passage.tokens):
        return True
    token = passage.tokens[at]
    plain = not passage.cased and _no_noun(passage, at)
    return not token.text[0].isalnum() or token.norm in ("в", "во", "на") or plain


def _no_noun(passage: Passage, at: int) -> bool:
    tags = passage.tokens[at].tags[:1] if at < len(passage.tokens) else ()
    return not any("NOUN" in tag or "ADJF" in tag for tag in tags)


def middle_school(passage: Passage) -> Iterator[Finding]:
    """«вторую среднюю в …», «закончил пятую среднюю»: an ordinal, and the adjective without its noun."""
    tokens = passage.tokens
    for number in spoken_numbers.numbers(passage):
        if not number.ordinal or number.last >= len(tokens) or not _middle(passage, number):
            continue
        yield Finding(tokens[number.first].start, tokens[number.last].end, "ORG_SCHOOL", 0.8, "school-middle")


def _middle(passage: Passage, number: Number) -> bool:
    token = passage.tokens[number.last]
    feminine = token.norm.endswith(("яя", "юю", "ей"))
    return feminine and "средний" in token.lemmas and _no_noun(passage, number.last + 1)


def nickname(passage: Passage) -> Iterator[Finding]:
    """«политех», «иняз»."""
    for token in passage.tokens:
        if WORDS["nickname"].intersection((token.norm, *token.lemmas)):
            yield Finding(token.start, token.end, "ORG_UNIVERSITY", 0.76, "university-nickname")


def plant_after(passage: Passage) -> Iterator[Finding]:
    """«больница …ская», «завод …ский»: the adjective of the town after the noun, as people say it."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        following = tokens[at + 1]
        if not PLANTS.intersection(token.lemmas) or not phrases.adjacent(token, following):
            continue
        ends = at + 2 >= len(tokens) or not any("NOUN" in tag for tag in tokens[at + 2].tags[:1])
        if relational(following) and ends and (following.capital or not passage.cased):
            yield Finding(token.start, following.end, "ORG_EMPLOYER", 0.78, "plant-after")


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


def name_apart(passage: Passage) -> Iterator[Finding]:
    """«у него ресторан там, „…“»: a name in quotation marks within five words of a business."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if token.text not in phrases.QUOTES or at + 1 >= len(tokens) or not tokens[at + 1].capital:
            continue
        before = tokens[max(0, at - 6) : at]
        breaks = [i for i, other in enumerate(before) if other.text in BREAKS]
        clause = before[breaks[-1] + 1 :] if breaks else before
        if not any(WORDS["house"].intersection(other.lemmas) for other in clause):
            continue
        closing = phrases.closing_mark(passage, at + 2, 4)
        if closing:
            yield Finding(token.start, tokens[closing].end, "ORG_EMPLOYER", 0.76, "employer-name-apart")


def district_office(passage: Passage) -> Iterator[Finding]:
    """«в школьном округе»: what a town has only one of, after a preposition."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        if "школьный" in token.lemmas and "округ" in tokens[at + 1].lemmas and preposition(passage, at):
            yield Finding(token.start, tokens[at + 1].end, "ORG_EMPLOYER", 0.8, "school-board")


def station(passage: Passage) -> Iterator[Finding]:
    """«ТЭЦ-4», «на грэс два»: a power station by its number."""
    tokens = passage.tokens
    for number in spoken_numbers.numbers(passage):
        at = number.first - 1 - (number.first > 1 and tokens[number.first - 1].text in "-–№")
        if at >= 0 and WORDS["station"].intersection((tokens[at].norm, *tokens[at].lemmas)) and 0 < number.value < 30:
            yield Finding(tokens[at].start, tokens[number.last - 1].end, "ORG_EMPLOYER", 0.85, "station-number")


RULES: tuple[Rule, ...] = (
    Rule("school-number-after", school_number),
    Rule("school-middle", middle_school),
    Rule("university-nickname", nickname),
    Rule("plant-after", plant_after),
    Rule("station-number", station),
    Rule("farm-spoken", collective_farm),
    Rule("employer-name-apart", name_apart),
    Rule("school-board", district_office),
)
