"""Where somebody studies or works, told by the turn before, by an apposition, or letter by letter."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.contacts import emails_and_usernames
from pipeline.deidentify.organisations.institutions import HEADS, preposition, relational
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.words import organisation_words, phrases, spoken_numbers
from pipeline.deidentify.words.inflect import fold, known, named
from pipeline.deidentify.words.lists import sets

WORDS = sets("organisations/words.txt")
AREAS = WORDS["area"]
LETTER_NAMES = emails_and_usernames.LETTERS | frozenset(
    "а е и о у о эйч ви джи дабл ай эс кэ вэ гэ жэ зэ тэ пэ эф ю я".split()
)
"""names of letters with which an abbreviation is said"""
SHORTEST = 3
"""letters of an abbreviation said letter by letter"""
APPOSED = WORDS["apposed"]
CLOSING = frozenset((".", ",", "!", "?", "…", ";", ")"))


def state_unit(passage: Passage) -> Iterator[Finding]:
    """«УВД Алмалинского района», «акимат Жамбылской области», «суд города …»: a state body with its district."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-2]):
        if not WORDS["state body"].intersection((token.norm, *token.lemmas)):
            continue
        one, two = tokens[at + 1], tokens[at + 2]
        if not phrases.adjacent(token, one) or not phrases.adjacent(one, two):
            continue
        if (relational(one) and AREAS.intersection(two.lemmas)) or (
            AREAS.intersection(one.lemmas) and (two.capital if passage.cased else not known(two.norm))
        ):
            yield Finding(token.start, two.end, "ORG_EMPLOYER", 0.86, "state-unit")


def said_by_letter(passage: Passage) -> Iterator[Finding]:
    """«работает в эн си о си», «закончил Ю-Си-Эл»: letters said one by one after a preposition."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if not preposition(passage, at) or not _letter(token):
            continue
        last, count = at + 1, 1
        while last < len(tokens):
            step = last + (tokens[last].text == "-")
            if step >= len(tokens) or not _letter(tokens[step]) or tokens[step].start - tokens[last - 1].end > 1:
                break
            last, count = step + 1, count + 1
        strange = any(token.norm in emails_and_usernames.LETTERS for token in tokens[at:last])
        if count >= SHORTEST and strange:
            study = phrases.near(passage, at, organisation_words.STUDY, 6, 3)
            kind = "ORG_UNIVERSITY" if study else "ORG_EMPLOYER"
            yield Finding(token.start, tokens[last - 1].end, kind, 0.78, "said-by-letter")


def _letter(token: Token) -> bool:
    return token.norm in LETTER_NAMES


def apposed(passage: Passage) -> Iterator[Finding]:
    """«закончила Сатпаева, это ПТУ», «Малайзия: УТП, это …»: capitals that explain or are explained beside study."""
    if not passage.cased:
        return
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if not _abbreviation(token) or preposition(passage, at):
            continue
        before = tokens[at - 1].norm if at else ""
        explained = at + 2 < len(tokens) and tokens[at + 1].text == "," and tokens[at + 2].norm in APPOSED
        if before in APPOSED or before in (":", "—", "–") or explained:
            study = phrases.near(passage, at, organisation_words.STUDY | {"кампус"}, 12, 6)
            work = phrases.near(passage, at, organisation_words.WORK_VERBS, 8, 3)
            if study or work:
                kind = "ORG_UNIVERSITY" if study else "ORG_EMPLOYER"
                yield Finding(token.start, token.end, kind, 0.6, "abbreviation-apposed")


def _abbreviation(token: Token) -> bool:
    text = token.text
    return (
        text.isupper()
        and text.isalpha()
        and 2 < len(text) <= 7
        and token.norm not in organisation_words.ABBREVIATIONS_KEPT
    )


def school_answer(passage: Passage) -> Iterator[Finding]:
    """«Какая школа?» — «Обычная, пятая.», «В британской, Maple Leaf.»: the answer names the school."""
    asked = {token.norm for token in _last_question(passage.before)}
    tokens = passage.tokens
    if not asked & WORDS["studying"]:
        return
    for number in spoken_numbers.numbers(passage):
        ends = number.last >= len(tokens) or tokens[number.last].text in CLOSING
        if number.ordinal and 0 < number.value < 1000 and number.first < 5 and ends:
            yield Finding(tokens[number.first].start, tokens[number.last - 1].end, "ORG_SCHOOL", 0.78, "school-answer")
    first = next((at for at, token in enumerate(tokens[:6]) if _foreign(passage, token)), -1)
    if first >= 0:
        last = first + 1
        while last < len(tokens) and _foreign(passage, tokens[last]):
            last += 1
        yield Finding(tokens[first].start, tokens[last - 1].end, "ORG_SCHOOL", 0.93, "school-answer")


def _foreign(passage: Passage, token: Token) -> bool:
    shown = token.text.isascii() and token.text.isalpha() and token.norm not in organisation_words.LATIN_STOP
    return shown and (token.capital or not passage.cased) and not named(token.norm)


def _last_question(before: str) -> tuple[Token, ...]:
    """The words of the question with which the turn before ends; none where it ends otherwise."""
    from pipeline.deidentify.passage import tokens

    text = before[-90:]
    bare = not any(mark in before for mark in ".?!")
    return tokens(text.rstrip()) if text.rstrip().endswith("?") or bare else ()


def numbered_clinic(passage: Passage) -> Iterator[Finding]:
    """«детская поликлиника номер один», «городской роддом № 2»: with the adjectives of its full name."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if HEADS.get(next(iter(token.lemmas), "")) != "ORG_EMPLOYER":
            continue
        word = at + 1
        if word >= len(tokens) or tokens[word].norm not in ("номер", "№", "n"):
            continue
        number = next((n for n in spoken_numbers.numbers(passage) if n.first == word + 1 and n.value < 1000), None)
        first = at
        while (
            first
            and phrases.adjacent(tokens[first - 1], tokens[first])
            and WORDS["medical"] & set(tokens[first - 1].lemmas)
        ):
            first -= 1
        if number is not None:
            end = tokens[number.last - 1].end
            yield Finding(tokens[first].start, end, "ORG_EMPLOYER", 0.87, "clinic-numbered")


def state_university(passage: Passage) -> Iterator[Finding]:
    """«университет штата Огайо», «университет города Осака», «институт провинции …»."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-2]):
        if HEADS.get(next(iter(token.lemmas), "")) != "ORG_UNIVERSITY":
            continue
        middle = tokens[at + 1]
        if not {"штат", "город", "провинция", "земля", "префектура"}.intersection(middle.lemmas):
            continue
        last = at + 2
        while last < len(tokens) and last - at < 5 and (tokens[last].capital or not passage.cased):
            if not tokens[last].text.isalpha() or (last > at + 2 and not passage.cased):
                break
            last += 1
        if last > at + 2 and fold(tokens[at + 2].norm) not in ("в", "и", "на"):
            yield Finding(token.start, tokens[last - 1].end, "ORG_UNIVERSITY", 0.93, "university-of-state")


def ordinal_school(passage: Passage) -> Iterator[Finding]:
    """«отдали в сто пятую», «училась в двадцать седьмой»: a school by its number alone, where a child is sent."""
    tokens = passage.tokens
    for number in spoken_numbers.numbers(passage):
        before = tokens[max(0, number.first - 12) : number.first]
        last = tokens[number.last - 1]
        ends = number.last >= len(tokens) or tokens[number.last].text in CLOSING or _apart(passage, number.last)
        lone = number.ordinal and 2 < number.value < 1000 and last.norm.endswith(("ую", "ью", "ой", "ей", "ья"))
        sent = any(WORDS["sent"].intersection(token.lemmas) for token in before)
        if lone and ends and sent and before and before[-1].norm in ("в", "во", "из"):
            yield Finding(tokens[number.first].start, last.end, "ORG_SCHOOL", 0.78, "school-ordinal")


def _apart(passage: Passage, at: int) -> bool:
    """Whether a word cannot be what the feminine ordinal before it counts: without marks, where one sentence ends."""
    if passage.cased:
        return False
    case = "accs" if passage.tokens[at - 1].norm.endswith(("ую", "ью", "юю")) else "loct"
    tags = passage.tokens[at].tags
    return bool(tags) and not any(("femn" in tag and case in tag) or tag.startswith("ADJF") for tag in tags)


def university_of(passage: Passage) -> Iterator[Finding]:
    """«Университет музыки Шопена», «академия художеств имени …»: what is taught there, then whose name it bears."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-2]):
        taught = tokens[at + 1]
        if HEADS.get(next(iter(token.lemmas), "")) != "ORG_UNIVERSITY" or not phrases.adjacent(token, taught):
            continue
        genitive = any("NOUN" in tag and "gent" in tag and "inan" in tag for tag in taught.tags[:2])
        last = at + 2 + (tokens[at + 2].norm in ("имени", "им"))
        first = last
        while passage.cased and last < len(tokens) and tokens[last].capital and tokens[last].text.isalpha():
            last += 1
        if genitive and not taught.capital and last > first:
            yield Finding(token.start, tokens[last - 1].end, "ORG_UNIVERSITY", 0.93, "university-of")


POLYTECHNICS = WORDS["polytechnic"]


def university_in_town(passage: Passage) -> Iterator[Finding]:
    """«в ТУ Дармштадт», «TU Wien», «в уни Грац»: a short word for a university and the town it bears."""
    from pipeline.deidentify.places import settlements

    tokens = passage.tokens
    if not any(token.norm in POLYTECHNICS for token in tokens):
        return
    towns = {found.start: found.end for found in settlements.settlement(passage)}
    for at, token in enumerate(tokens[:-1]):
        after = tokens[at + 1 + (tokens[at + 1].text == "-" and at + 2 < len(tokens))]
        shown = token.text.isupper() or token.text.isascii() or preposition(passage, at)
        if token.norm in POLYTECHNICS and shown and after.start in towns and after.start - token.end <= 1:
            yield Finding(token.start, towns[after.start], "ORG_UNIVERSITY", 0.93, "university-in-town")


RULES: tuple[Rule, ...] = (
    Rule("university-in-town", university_in_town),
    Rule("state-unit", state_unit),
    Rule("said-by-letter", said_by_letter),
    Rule("abbreviation-apposed", apposed),
    Rule("school-answer", school_answer),
    Rule("clinic-numbered", numbered_clinic),
    Rule("university-of-state", state_university),
    Rule("university-of", university_of),
    Rule("school-ordinal", ordinal_school),
)
