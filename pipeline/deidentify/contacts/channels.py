"""Channels, podcasts and chats that people run, and the names they bear there: «канал „Плов в Осло“», «я Oil Mom»."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.deidentify.contacts.emails_and_usernames import APPS, ENDINGS
from pipeline.deidentify.kept.fame import ENJOYED
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
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


LINKING = OWN_NAME | frozenset("там и это у вот тоже просто теперь сейчас".split())

RULES: tuple[Rule, ...] = (
    Rule("channel-titled", titled_channel),
    Rule("channel-called", called_channel),
    Rule("username-dotted", dotted_handle),
    Rule("username-own", latin_self),
)
