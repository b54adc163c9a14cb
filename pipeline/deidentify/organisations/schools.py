"""Schools by their number, by whom they are named after, by the answer to «какая школа?»."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.organisations.institutions import head
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.passage import tokens as split
from pipeline.deidentify.people.lexicon import readings
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.inflect import named
from pipeline.deidentify.words.lists import sets
from pipeline.deidentify.words.organisation_words import HEADS, LATIN_STOP
from pipeline.deidentify.words.spoken_numbers import Number

WORDS = sets("organisations/words.txt")
REACH = 14
"""words between a school and its number"""
FEMININE, MASCULINE = ("ая", "ья", "яя"), ("ый", "ий", "ой")
"""ends of ordinals in the nominative, as a number that is remembered is said"""
BREAKS = frozenset(".!?…;")
CLOSING = frozenset((".", ",", "!", "?", "…", ";", ")"))


def numbered_school(passage: Passage) -> Iterator[Finding]:
    """«в сорок пятой школе», «165-я гимназия»; a head first is left to the rule of names."""
    for number in spoken_numbers.numbers(passage):
        if not number.ordinal or number.last >= len(passage.tokens) or not 0 < number.value < 1000:
            continue
        token = passage.tokens[number.last]
        if head(token) == "ORG_SCHOOL" or token.norm in ("больница", "больнице", "поликлинике"):
            kind = "ORG_SCHOOL" if "ORG_SCHOOL" in (HEADS.get(lemma) for lemma in token.lemmas) else "ORG_EMPLOYER"
            yield Finding(passage.tokens[number.first].start, token.end, kind, 0.85, "numbered-school")


def saint_school(passage: Passage) -> Iterator[Finding]:
    """«школа Святого Альбана»."""
    tokens = passage.tokens
    for at in range(len(tokens) - 2):
        saint = tokens[at + 1].lemmas[0] == "святой"
        if saint and head(tokens[at]) in ("ORG_SCHOOL", "ORG_UNIVERSITY"):
            yield Finding(tokens[at + 1].start, tokens[at + 2].end, "ORG_SCHOOL", 0.9, "school-saint")


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
    shown = token.text.isascii() and token.text.isalpha() and token.norm not in LATIN_STOP
    return shown and (token.capital or not passage.cased) and not named(token.norm)


def _last_question(before: str) -> tuple[Token, ...]:
    """The words of the question with which the turn before ends; none where it ends otherwise."""
    from pipeline.deidentify.passage import tokens

    text = before[-90:]
    bare = not any(mark in before for mark in ".?!")
    return tokens(text.rstrip()) if text.rstrip().endswith("?") or bare else ()


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


def remembered(passage: Passage) -> Iterator[Finding]:
    """A number with «номер», or a lone ordinal that agrees, after a word for a school said a little before."""
    tokens = passage.tokens
    for number in spoken_numbers.numbers(passage):
        if not 0 < number.value < 400 or number.first == 0:
            continue
        word = tokens[number.first - 1]
        numbered = word.norm in ("номер", "№")
        if not numbered and not (number.ordinal and number.value > 3 and _alone(passage, number.last)):
            continue
        genders = _schools(passage, number.first - 1 - numbered)
        if not genders:
            continue
        last = tokens[number.last - 1]
        if numbered and not number.ordinal and not _head_before(passage, number.first - 1):
            yield Finding(word.start, last.end, "ORG_SCHOOL", 0.8, "school-number-apart")
        elif number.ordinal and last.norm.endswith(tuple(genders)):
            yield Finding(tokens[number.first].start, last.end, "ORG_SCHOOL", 0.8, "school-number-apart")


def _head_before(passage: Passage, at: int) -> bool:
    """Whether the school stands right before «номер»: other rules take the whole of it."""
    return at > 0 and _school(passage.tokens[at - 1])


def _school(token: Token) -> bool:
    return any(HEADS.get(word) == "ORG_SCHOOL" for word in (token.norm, *token.lemmas[:1]))


def _schools(passage: Passage, at: int) -> set[str]:
    """Endings of ordinals that go with the schools named a little before, here or in a short question."""
    near = list(passage.tokens[max(0, at - REACH) : at + 1])
    if at < 4:
        near += split(passage.before[-60:])
    endings: set[str] = set()
    for token in near:
        if _school(token):
            endings.update(FEMININE if any("femn" in tag for tag in token.tags) else MASCULINE)
    return endings


def _alone(passage: Passage, at: int) -> bool:
    """Whether a number stands alone: a mark, a pronoun or a verb follows, and no noun that it counts."""
    if at >= len(passage.tokens):
        return True
    following = passage.tokens[at]
    if following.text[0] in ".,!?…;)":
        return True
    if WORDS["counted"].intersection(following.lemmas):
        return False
    return bool(following.tags) and following.tags[0].startswith(("NPRO", "VERB", "CONJ", "PREP", "PRCL"))


def named_after(passage: Passage) -> Iterator[Finding]:
    """«Школа там одна, имени Сарсена Аманжолова»: whose name a school bears, said a clause later."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        if token.norm != "имени" or not _schools(passage, at - 1):
            continue
        last = at + 1
        while last < len(tokens) and last - at < 4 and tokens[last].text.isalpha():
            if not (tokens[last].capital if passage.cased else readings(tokens[last].text)):
                break
            last += 1
        if last > at + 1:
            yield Finding(token.start, tokens[last - 1].end, "ORG_SCHOOL", 0.93, "school-named-after")


RULES: tuple[Rule, ...] = (
    Rule("numbered-school", numbered_school),
    Rule("school-saint", saint_school),
    Rule("school-number-after", school_number),
    Rule("school-middle", middle_school),
    Rule("school-answer", school_answer),
    Rule("school-ordinal", ordinal_school),
    Rule("school-number-apart", remembered),
    Rule("school-named-after", named_after),
)
