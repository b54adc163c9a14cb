"""Roles that one person holds: «единственный казахстанский судья в …», «первый казах, который …»."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.words.lists import sets

WORDS = sets("organisations/unique_roles.txt")
FIRST = frozenset("первый".split())


RELATIVE = WORDS["relative"]
TRAILING = frozenset(("в", "во", "на", "при", "из", "и", "по", *RELATIVE))


def unique(passage: Passage) -> Iterator[Finding]:
    """«единственный казах во всём департаменте», «единственная, по-моему, казашка-нотариус в Иокогаме»."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        words = {token.norm, *token.lemmas}
        only, first = bool(words & WORDS["only"]), bool(words & FIRST)
        if not only and not first:
            continue
        role = _role(passage, at + 1, 5 if only else 2)
        if role < 0 and only:
            role = _from_country(tokens, at)
        if role < 0:
            continue
        last, place = _role_end(passage, role)
        ever = _ever(tokens, last)
        if ever:
            last, place = ever, True
        if first and not place:
            continue
        aside = any(t.norm in WORDS["aside"] or t.text == "," for t in tokens[at + 1 : role])
        start = tokens[role].start if aside else token.start
        score = 0.85 if place or only else 0.6
        yield Finding(start, tokens[last - 1].end, "PROFESSION_UNIQUE", score, "role-only" if only else "role-first")


def _from_country(tokens: tuple[Token, ...], at: int) -> int:
    """`at` where «единственная из Казахстана, кто …» says who without a noun; -1 elsewhere."""
    if at + 3 >= len(tokens) or tokens[at + 1].norm != "из":
        return -1
    return at if any(token.norm in RELATIVE for token in tokens[at + 3 : at + 6]) else -1


def _role(passage: Passage, at: int, reach: int) -> int:
    """Index of a noun for a person or a profession within reach; -1 where there is none."""
    tokens = passage.tokens
    for index in range(at, min(at + reach + 2, len(tokens))):
        token = tokens[index]
        if token.text in ".!?…" or token.norm in ("ребенок", "сын", "дочь", "дочка", "раз", "выход", "вариант"):
            return -1
        if WORDS["people"].intersection((token.norm, *token.lemmas)):
            return _adjectives(tokens, index, at)
    return -1


def _adjectives(tokens: tuple[Token, ...], index: int, floor: int) -> int:
    while index > floor and _adjective(tokens[index - 1]):
        index -= 1
    return index


def _adjective(token: Token) -> bool:
    return any("ADJF" in tag and "Apro" not in tag for tag in token.tags[:2])


def _role_end(passage: Passage, role: int) -> tuple[int, bool]:
    """One past the description of a role, and whether it says where or in what: its clause, at most eleven words."""
    tokens = passage.tokens
    last, telling, words, relative = role, False, 0, False
    while last < len(tokens) and words < 11:
        token = tokens[last]
        following = tokens[last + 1].norm if last + 1 < len(tokens) else ""
        if token.text in ".!?…;:—" or (token.text == "," and (relative or following not in RELATIVE)):
            break
        if last > role and (token.norm in WORDS["stop"] or (_verb(token) and not relative)):
            break
        relative = relative or token.norm in RELATIVE
        telling = telling or relative or token.norm in ("в", "во", "на", "при", "среди", "из", "по")
        words += token.text[0].isalnum()
        last += 1
    while last > role + 1 and (not tokens[last - 1].text[0].isalnum() or tokens[last - 1].norm in TRAILING):
        last -= 1
    return last, telling


def _ever(tokens: tuple[Token, ...], at: int) -> int:
    """One past «за всю историю» in the rest of a sentence, which says of what a role is the first; 0 without it."""
    for index in range(at, min(at + REST, len(tokens))):
        if tokens[index].text in ".!?…":
            return 0
        if "история" in tokens[index].lemmas and index > at and tokens[index - 1].norm in ("всю", "в"):
            return index + 1
    return 0


REST = 8
"""tokens after a role in which that may be said"""


def _verb(token: Token) -> bool:
    return bool(token.tags) and all("VERB" in tag or "PRED" in tag for tag in token.tags[:2])


RULES: tuple[Rule, ...] = (Rule("role-unique", unique),)
