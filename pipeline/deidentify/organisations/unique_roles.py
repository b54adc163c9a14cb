"""Roles that one person holds: «единственный казахстанский судья в …», «первый казах, который …»."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.words.lists import sets
from pipeline.deidentify.words.phrases import QUOTES, closing_mark

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
        role = max(_from_country(tokens, at), _who(tokens, at)) if only else -1
        if role < 0:
            role = _role(passage, at + 1, 5 if only else 2)
        if role < 0 and (only or _told(tokens, at)):
            role = _anybody(passage, at + 1)
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


def _who(tokens: tuple[Token, ...], at: int) -> int:
    """`at` where «единственная, кто умеет …» says by what somebody stands out; -1 where it tells of the speaker."""
    people = at + 1 < len(tokens) and "человек" in tokens[at + 1].lemmas
    following = [token.norm for token in tokens[at + 1 : at + (7 if people else 3)]]
    if not any(word in RELATIVE for word in following) or tokens[at].norm.endswith(("ое", "ом", "ого")):
        return -1
    clause = tokens[at + 1 : at + 14]
    who = next(i for i, t in enumerate(clause) if t.norm in RELATIVE)
    end = next((i for i, t in enumerate(clause) if i > who and t.text in ",.!?…—"), len(clause))
    return -1 if any(token.norm in WORDS["to_me"] for token in clause[:end]) else at


def _told(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether somebody is said to be the first: «она стала первой …», not «мой первый …»."""
    before = tokens[max(0, at - 4) : at]
    if before and before[-1].norm in WORDS["own"]:
        return False
    return any(WORDS["telling"].intersection((t.norm, *t.lemmas)) or t.text in "—–" for t in before)


def _anybody(passage: Passage, at: int) -> int:
    """Index of any noun for a living being that is neither kin nor everybody's, after at most two adjectives."""
    tokens = passage.tokens
    for index in range(at, min(at + 3, len(tokens))):
        token = tokens[index]
        noun = bool(token.tags) and "NOUN,anim" in token.tags[0]
        doing = bool(token.tags) and token.tags[0].startswith("PRTF") and index > at
        if (noun or doing) and WORDS["common"].isdisjoint((token.norm, *token.lemmas)):
            named = any(mark in token.tags[0] for mark in ("Name", "Surn", "Patr"))
            return -1 if named else index
        if not _adjective(token):
            return -1
    return -1


def youngest(passage: Passage) -> Iterator[Finding]:
    """«самый молодой доцент на кафедре», «самая юная защитившаяся в истории института»."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-2]):
        if "самый" not in token.lemmas or WORDS["aged"].isdisjoint(tokens[at + 1].lemmas):
            continue
        role = _anybody(passage, at + 1)
        last, place = _role_end(passage, role) if role > 0 else (0, False)
        if place:
            yield Finding(token.start, tokens[last - 1].end, "PROFESSION_UNIQUE", 0.85, "role-youngest")


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


FEWEST, LONGEST = 3, 12
"""words of a title that no quotation marks show"""


def titled_work(passage: Passage) -> Iterator[Finding]:
    """«тема диссертации — „…“», «патент называется „…“»: a title leads to whoever wrote it."""
    tokens = passage.tokens
    done = 0
    for at, token in enumerate(tokens):
        if at < done or not (_work(token) or (_calls(token) and _studied(tokens[max(0, at - 25) : at]))):
            continue
        first = at + 1
        while first < len(tokens) and first - at < 14 and _before_title(tokens[first]):
            first += 1
        if first >= len(tokens):
            continue
        closing = closing_mark(passage, first + 1, 25) if tokens[first].text in QUOTES else 0
        if closing:
            yield Finding(tokens[first].start, tokens[closing].end, "PROFESSION_UNIQUE", 0.96, "work-titled")
            done = closing
        elif not passage.cased and _titled(tokens[at:first]):
            last = _title_end(tokens, first)
            if last - first >= FEWEST:
                yield Finding(tokens[first].start, tokens[last - 1].end, "PROFESSION_UNIQUE", 0.96, "work-title-bare")
                done = last


def _work(token: Token) -> bool:
    return not WORDS["work"].isdisjoint((token.norm, *token.lemmas))


def _calls(token: Token) -> bool:
    return not frozenset(("называться", "назвать")).isdisjoint(token.lemmas)


def _studied(before: tuple[Token, ...]) -> bool:
    """Whether a work of one's studies is spoken of in the words before its title."""
    return any(_work(token) or not WORDS["studied"].isdisjoint(token.lemmas) for token in before)


def _before_title(token: Token) -> bool:
    return token.text in ",:—–-." or not WORDS["titling"].isdisjoint((token.norm, *token.lemmas))


def _titled(before: tuple[Token, ...]) -> bool:
    """Whether it is said that a title follows, for text without quotation marks."""
    words = {word for token in before for word in (token.norm, *token.lemmas)}
    named = bool(words & {"называться", "назвать", "тема"})
    return named and (len(words & WORDS["work"]) > 1 or "тема" not in words or "тему" in words or "такая" in words)


def _title_end(tokens: tuple[Token, ...], first: int) -> int:
    """One past the nouns, adjectives and prepositions of a title."""
    last = first
    while last < len(tokens) and last - first < LONGEST and _of_title(tokens[last]):
        last += 1
    while last > first and tokens[last - 1].tags and tokens[last - 1].tags[0].startswith(("PREP", "CONJ")):
        last -= 1
    return last


def _of_title(token: Token) -> bool:
    if token.norm == "и" or not token.tags:
        return token.text[0].isalnum()
    return (
        token.tags[0].startswith(("NOUN", "ADJF", "PRTF", "PREP", "NUMR", "UNKN", "LATN"))
        and "Apro" not in token.tags[0]
    )


RULES: tuple[Rule, ...] = (
    Rule("role-unique", unique),
    Rule("role-youngest", youngest),
    Rule("work-titled", titled_work),
)
