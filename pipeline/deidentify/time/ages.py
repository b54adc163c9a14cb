"""Ages, which the policy keeps: they are a variable of the study. Counts of years and sums are told apart from them."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.passage import Finding, Passage, Rule
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.lists import sets
from pipeline.deidentify.words.spoken_numbers import Number

WORDS = sets("time/words.txt")


def age(passage: Passage) -> Iterator[Finding]:
    """«мне двадцать восемь лет», «ей семь», «за шестьдесят»."""
    tokens = passage.tokens
    for number in spoken_numbers.numbers(passage):
        if _is_age(passage, number):
            yield Finding(tokens[number.first].start, tokens[number.last - 1].end, "AGE", 0.7, "age")


def _is_age(passage: Passage, number: Number) -> bool:
    if number.big or number.ordinal or not 0 < number.value <= 110:
        return False
    tokens = passage.tokens
    if _dictated(passage, number):
        return False
    who = any(token.norm in WORDS["aged"] for token in tokens[max(0, number.first - 3) : number.first])
    following = tokens[number.last].norm if number.last < len(tokens) else ""
    counts = bool(following) and bool((spoken_numbers.UNITS - {"год", "лето"}).intersection(tokens[number.last].lemmas))
    return (who and not counts) or (following in WORDS["years"] and _asked(passage))


def _dictated(passage: Passage, number: Number) -> bool:
    """Whether a number is one of several that follow each other as those of a document do: «13, 27, 5»."""
    for run in spoken_numbers.runs(passage):
        if number in run.numbers:
            return len(run.numbers) > 2 and len(run.digits) > 4
    return False


def _asked(passage: Passage) -> bool:
    return "лет" in passage.before or "возраст" in passage.before


def amount(passage: Passage) -> Iterator[Finding]:
    """Sums, counts and years: numbers with what they count; they stay."""
    tokens = passage.tokens
    for number in spoken_numbers.numbers(passage):
        last = _counted(passage, number)
        if (last > number.last or number.big) and not _is_age(passage, number):
            yield Finding(tokens[number.first].start, tokens[last - 1].end, "TRAP", 0.7, "amount")


def _counted(passage: Passage, number: Number) -> int:
    """One past the words that say what a number counts."""
    last = number.last
    while last < len(passage.tokens) and last - number.last < 2:
        token = passage.tokens[last]
        if not spoken_numbers.UNITS.intersection(token.lemmas) or token.start - passage.tokens[last - 1].end > 1:
            break
        last += 1
    return last


RULES: tuple[Rule, ...] = (Rule("age", age), Rule("amount", amount))
