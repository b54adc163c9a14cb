"""Channels, podcasts and chats that people run, and the names they bear there: «канал „Плов в Осло“», «я Oil Mom»."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.deidentify.contacts.emails_and_usernames import APPS, ENDINGS
from pipeline.deidentify.kept.fame import ENJOYED
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.passage import tokens as from_text
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.inflect import bases
from pipeline.deidentify.words.lists import sets
from pipeline.deidentify.words.phrases import QUOTES, closing_mark

WORDS = sets("contacts/channels.txt")
NETWORKS = APPS | frozenset("ватсап вотсапп вацап соцсеть интернет".split())
CALLED = WORDS["called"]
NAMING = re.compile("назыв|назва|назов|именова|зва|зов", re.IGNORECASE)
"""beginnings of their forms"""
HEARD = ENJOYED | frozenset("подписать подписаться подписан подписана известный популярный".split())
STOPS = WORDS["stop"]
REACH, LONGEST = 14, 4
"""words between a channel and its title; words of a title without quotation marks"""
DOTTED = re.compile(r"(?<![\w@./-])[a-z][a-z0-9_]+(?:\.[a-z0-9_]{2,})+(?![\w@/])", re.IGNORECASE)
LATIN = re.compile("[A-Za-z]{2}")


def _said(token: Token) -> tuple[str, ...]:
    return (token.norm, *token.lemmas)


def titled_channel(passage: Passage) -> Iterator[Finding]:
    """«у нас чат „Мыши“», «веду подкаст, называется „Две чашки“»: the title leads to its people."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if token.text not in QUOTES or not _announced(passage, at):
            continue
        closing = closing_mark(passage, at + 1, 11)
        if closing:
            yield Finding(token.start, tokens[closing].end, "USERNAME", 0.96, "channel-titled")


def called_channel(passage: Passage) -> Iterator[Finding]:
    """The same without quotation marks, after «называется»: «канал называется плов в осло»."""
    tokens = passage.tokens
    if not NAMING.search(passage.text):
        return
    for at, token in enumerate(tokens[:-1]):
        if not CALLED.intersection(token.lemmas) or tokens[at + 1].text in QUOTES or not _announced(passage, at + 1):
            continue
        last = title_end(passage, at + 1)
        if last > at + 1:
            yield Finding(tokens[at + 1].start, tokens[last - 1].end, "USERNAME", 0.96, "channel-called")


def title_end(passage: Passage, first: int) -> int:
    """One past a title that begins at a token, in quotation marks or not; `first` where none does."""
    tokens = passage.tokens
    if first < len(tokens) and tokens[first].text in QUOTES:
        closing = closing_mark(passage, first + 1, 11)
        return closing + 1 if closing else first
    last = first
    while last < len(tokens) and last - first < LONGEST and tokens[last].text[0].isalnum():
        if tokens[last].norm in STOPS and not (tokens[last].norm in ("и", "у", "с") and last > first):
            break
        last += 1
    while last > first and (tokens[last - 1].norm in STOPS or _finite(tokens[last - 1])):
        last -= 1
    return last if last > first and (not passage.cased or tokens[first].capital) else first


def _finite(token: Token) -> bool:
    return bool(token.tags) and token.tags[0].startswith(("VERB", "PRED"))


def _announced(passage: Passage, at: int) -> bool:
    """Whether a channel stands a little before a token in its sentence, and is not merely listened to."""
    tokens = passage.tokens
    before: list[Token] = []
    for index in range(at - 1, max(-1, at - 1 - REACH), -1):
        if tokens[index].text in ".!?…;" or tokens[index].text in QUOTES.values():
            break
        before.append(tokens[index])
    words = {word for token in before for word in _said(token)}
    group = bool(words & WORDS["group"]) and any(NETWORKS & bases(token.norm) for token in before)
    channel = group or bool(words & WORDS["channel"])
    wider = {word for token in tokens[max(0, at - 2 * REACH) : at] for word in _said(token)}
    owned = wider & WORDS["owned"] or any(token.norm in ("нас", "меня", "нее", "него", "них") for token in before)
    return channel and (bool(owned) or not words & HEARD)


def dotted_handle(passage: Passage) -> Iterator[Finding]:
    """«anna.lee.seoul»: Latin words with points between, where no host ends them."""
    for match in DOTTED.finditer(passage.text):
        parts = match.group().lower().split(".")
        if parts[-1] not in ENDINGS | WORDS["file"] and sum(map(len, parts)) > 5:
            yield Finding(match.start(), match.end(), "USERNAME", 0.95, "username-dotted")


OWN_NAME = WORDS["own_name"]


def latin_self(passage: Passage) -> Iterator[Finding]:
    """«на Ютубе я Anna Cooks», «в Фейсбуке, там я как Anna Piano»: what somebody is called on a network."""
    tokens = passage.tokens
    if not LATIN.search(passage.text):
        return
    for at, token in enumerate(tokens):
        if APPS.isdisjoint(bases(token.norm)):
            continue
        first, own = at + 1, False
        while (
            first < len(tokens) and first - at < 6 and (tokens[first].norm in LINKING or tokens[first].text in ",:—–-")
        ):
            own = own or tokens[first].norm in OWN_NAME
            first += 1
        last = first
        while (
            last < len(tokens) and last - first < 5 and tokens[last].text.isascii() and tokens[last].text[0].isalnum()
        ):
            last += 1
        if own and last > first:
            yield Finding(tokens[first].start, tokens[last - 1].end, "USERNAME", 0.96, "username-own")


NAMED = sets("contacts/emails_and_usernames.txt")
ASKED = 80
"""characters of the turn before in which a user name is asked for"""
HANDLES = frozenset("ник никнейм логин юзернейм хэндл username nickname login".split())


def remarked(passage: Passage) -> Iterator[Finding]:
    """«я далия тревел, слитно, через игрек»: words of which it is said how they are written, on a network."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if token.norm not in NAMED["remark"] or not _on_network(passage, at):
            continue
        last = at
        while last and (tokens[last - 1].norm in REMARKING or tokens[last - 1].text == ","):
            last -= 1
        first = last
        while first and last - first < LONGEST and _of_handle(tokens, first - 1):
            first -= 1
        if first < last:
            yield Finding(tokens[first].start, tokens[last - 1].end, "USERNAME", 0.96, "username-remarked")


REMARKING = NAMED["remark"] | frozenset("через в одним одно без с все всё пишется маленькими это латинскими".split())
LINKS = (NAMED["link"] | frozenset("меня у нас зовут".split())) - frozenset(("на",))


def _of_handle(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a word may be one of a user name that a remark follows."""
    token = tokens[at]
    if not token.text[0].isalnum():
        return token.text in "._-" and at > 0
    known = token.norm in LINKS or not NETWORKS.isdisjoint(bases(token.norm)) or token.norm in HANDLES
    return not known and token.norm not in NAMED["no_handle"] and not _prepositional(token)


def _prepositional(token: Token) -> bool:
    return bool(token.tags) and token.tags[0].startswith(("PREP", "CONJ", "NPRO", "PRCL"))


def _on_network(passage: Passage, at: int, ahead: int = 0) -> bool:
    """Whether a network or a word for a user name stands in the words around a token, or is asked about."""
    near = (*passage.tokens[max(0, at - 12) : at], *passage.tokens[at + 1 : at + 1 + ahead])
    if any(token.norm in HANDLES or not NETWORKS.isdisjoint(bases(token.norm)) for token in near):
        return True
    return _handle_asked(passage.before)


@lru_cache(maxsize=256)
def _handle_asked(before: str) -> bool:
    """Whether a turn asks what somebody is called on a network."""
    said = from_text(before[-ASKED:])
    network = any(token.norm in HANDLES or not NETWORKS.isdisjoint(bases(token.norm)) for token in said)
    words = {word for token in said for word in _said(token)}
    return network and bool(words & NAMED["asks_handle"]) and len(said) < 14


@lru_cache(maxsize=256)
def _has_asked(before: str) -> bool:
    """Whether a turn asks if somebody is on a network: «а скайп у вас есть?»."""
    said = from_text(before[-ASKED:])
    return len(said) < 9 and any(not NETWORKS.isdisjoint(bases(token.norm)) for token in said)


def answered(passage: Passage) -> Iterator[Finding]:
    """«Какой у тебя ник?» — «Котёнок семь семь»: the few words with which such a question is answered."""
    if not passage.before or not (_handle_asked(passage.before) or _has_asked(passage.before)):
        return
    tokens = passage.tokens
    first = 0
    while first < len(tokens) and (tokens[first].norm in LINKS or not tokens[first].text[0].isalnum()):
        first += 1
    last = first
    while last < len(tokens) and tokens[last].text not in ",.!?…—;:" and last - first < 6:
        if tokens[last].norm in ("через", "одним") or tokens[last].norm in NAMED["remark"]:
            break
        last += 1
    words = tokens[first:last]
    whole = 0 < len(words) < 5 or any(token.norm in NAMED["dot"] for token in words)
    if not words or not whole or words[0].norm in NAMED["no_handle"] | CALLED or not _begins(words[0]):
        return
    if not _handle_asked(passage.before) and not any(token.norm in NAMED["dot"] | NAMED["joint"] for token in words):
        return
    if not any(_finite(token) and "1per" in token.tags[0] for token in words):
        yield Finding(tokens[first].start, tokens[last - 1].end, "USERNAME", 0.96, "username-answered")


def _begins(token: Token) -> bool:
    """Whether a word may begin a user name: a noun, an adjective or none of the language."""
    return not token.tags or token.tags[0].startswith(("NOUN", "ADJF", "LATN", "NUMR", "UNKN"))


def own_handle(passage: Passage) -> Iterator[Finding]:
    """«ник у меня Шумный Барсук», «логин — степной волк двенадцать»: ordinary words after the word for a user name."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        if HANDLES.isdisjoint((token.norm, *token.lemmas)):
            continue
        first = at + 1
        while first < len(tokens) and first - at < 6 and (tokens[first].norm in LINKS or _whose(tokens, first)):
            first += 1
        last = first
        while last < len(tokens) and last - first < LONGEST and _goes_on(passage, first, last):
            last += 1
        linked = first > at + 1 or (at > 0 and last > first + 1 and _on_network(passage, at, 10))
        if last > first and linked and _begins(tokens[first]):
            yield Finding(tokens[first].start, tokens[last - 1].end, "USERNAME", 0.96, "username-own-words")


def _whose(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a mark, or whose a user name is, stands at a token: «ник у мужа»."""
    return tokens[at].text in ":—–-" or (tokens[at - 1].norm == "у" and "NOUN" in "".join(tokens[at].tags[:1]))


def _goes_on(passage: Passage, first: int, at: int) -> bool:
    token = passage.tokens[at]
    if not token.text[0].isalnum() or _prepositional(token) or token.norm in NAMED["no_handle"] | STOPS:
        return False
    if not NETWORKS.isdisjoint(bases(token.norm)) or token.norm in NAMED["remark"]:
        return False
    number = token.text.isdecimal() or token.norm in spoken_numbers.vocabulary()
    return number or (token.capital if passage.cased else at - first < 2)


LINKING = OWN_NAME | frozenset("там и это у вот тоже просто теперь сейчас".split())

RULES: tuple[Rule, ...] = (
    Rule("channel-titled", titled_channel),
    Rule("channel-called", called_channel),
    Rule("username-dotted", dotted_handle),
    Rule("username-own", latin_self),
    Rule("username-remarked", remarked),
    Rule("username-answered", answered),
    Rule("username-own-words", own_handle),
)
