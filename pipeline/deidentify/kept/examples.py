"""Towns of talk: an example, a dream, a thing that a country did; nobody says that he was there."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify import same_entity
from pipeline.deidentify.passage import Finding, Passage, Rule, Token, parses
from pipeline.deidentify.words import phrases
from pipeline.deidentify.words.inflect import bases
from pipeline.deidentify.words.lists import sets

WORDS = sets("kept/cues.txt")
RULE = "town-of-talk"
REACH = 4


def town(passage: Passage) -> Iterator[Finding]:
    """«типа Нью-Йорка», «мечтала увидеть Венецию», «как Париж, где-то есть», «Астану строили»."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if passage.cased and not token.capital:
            continue
        first, last = _hyphened(passage, at)
        whole = passage.text[token.start : tokens[last].end].lower()
        if (
            first < at
            or not any("Geox" in tag for tag in (*token.tags, *(tag for _, tag in parses(whole))))
            or _been(passage, first, last)
        ):
            continue
        if _example(passage, first) or _dreamt(passage, first, last) or _done(passage, first, last):
            yield Finding(tokens[first].start, tokens[last].end, "TRAP", 0.8, RULE)


def _hyphened(passage: Passage, at: int) -> tuple[int, int]:
    """The tokens of a name of two words with a hyphen: «Нью-Йорк»."""
    tokens = passage.tokens
    first = last = at
    if at > 1 and tokens[at - 1].text == "-" and tokens[at - 2].end == tokens[at - 1].start:
        first = at - 2
    if last + 2 < len(tokens) and tokens[last + 1].text == "-" and tokens[last + 1].start == tokens[last].end:
        last += 2
    return first, last


def _clause(passage: Passage, first: int, last: int) -> tuple[Token, ...]:
    """The words around a town, not beyond its sentence."""
    tokens = passage.tokens
    back, ahead = first, last + 1
    while back and first - back < REACH and tokens[back - 1].text not in ".!?…":
        back -= 1
    while ahead < len(tokens) and ahead - last <= REACH and tokens[ahead].text not in ".!?…":
        ahead += 1
    return (*tokens[back:first], *tokens[last + 1 : ahead])


def _been(passage: Passage, first: int, last: int) -> bool:
    around = _clause(passage, first, last)
    return any(not WORDS["been"].isdisjoint(token.lemmas) for token in around)


def _example(passage: Passage, first: int) -> bool:
    """Whether a town is named as one of its kind: «типа …», «как в …», «это тебе не …», «где-нибудь в …»."""
    before = [token.norm for token in passage.tokens[max(0, first - 5) : first]]
    tail = before[-1:] if before[-1:] and before[-1] not in ("в", "во", "из", "на", "про") else before[-2:-1]
    if before[-2:-1] == ["как"] and before[-3:-2] and before[-3] in WORDS["comparing"] | WORDS["example"]:
        return True
    if tail and (tail[0] in WORDS["example"] or before[-1] == "как"):
        return True
    if before[-2:] in (["нибудь", "в"], ["нибудь", "во"]) or before[-4:-1] in (["где", "-", "нибудь"],):
        return True
    return before[-1:] == ["не"] and bool({"это", "тут", "здесь", "тебе", "вам"}.intersection(before[-3:-1]))


def _dreamt(passage: Passage, first: int, last: int) -> bool:
    """Whether somebody only wants to be there; «хочу в …, буду учиться» is no dream."""
    around = _clause(passage, first, last)
    return any(not WORDS["dreamt"].isdisjoint(token.lemmas) for token in around)


def _done(passage: Passage, first: int, last: int) -> bool:
    """Whether something is done to the town itself, as no speaker does: «Астану строили»."""
    tokens = passage.tokens
    if first and tokens[first - 1].norm in ("в", "во", "из", "на", "под", "до"):
        return first > 1 and any(
            "переименовать" in token.lemmas
            for token in (*tokens[max(0, first - 4) : first], *tokens[last + 1 : last + 3])
        )
    after = tokens[last + 1 : last + 3]
    return any(not WORDS["public_deed"].isdisjoint(token.lemmas) for token in after) and any(
        "accs" in tag for tag in tokens[last].tags
    )


def street(passage: Passage) -> Iterator[Finding]:
    """«ходила на Абая, там рынок», «на углу Гоголя и Фурманова»: a street by its hero alone, where nobody lives."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[1:], start=1):
        if WORDS["street"].isdisjoint(bases(token.norm)) or (passage.cased and not token.capital):
            continue
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        placed = tokens[at - 1].norm in ("на", "по", "до", "вдоль", "с", "углу", "и") and token.norm.endswith(
            ("а", "я", "о")
        )
        numbered = after is not None and (after.text[0].isdigit() or any("NUMR" in tag for tag in after.tags))
        beside = phrases.near(passage, at, WORDS["by_street"], 6, 6)
        if placed and beside and not numbered and not _been(passage, at, at):
            yield Finding(token.start, token.end, "TRAP", 0.9, "street-alone")


def unless_lived_in(found: list[Finding], towns: frozenset[tuple[str, ...]], text: str) -> list[Finding]:
    """A turn's findings without the towns of talk that are somebody's town elsewhere: one word is masked or shown."""
    return [one for one in found if one.rule != RULE or same_entity.name(text[one.start : one.end]) not in towns]


RULES: tuple[Rule, ...] = (Rule(RULE, town), Rule("street-alone", street))
