"""What is sought, by every form in which it may appear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import permutations
from typing import Literal, NamedTuple

from pipeline.deidentify.normal_form import readings
from pipeline.release.gate import fond_forms, spellings
from pipeline.release.gate.private_words import Secret

Why = Literal["found", "ordinary", "kept", "near", "fond", "split"]

HEAD = 3
"""letters by which a word that is no secret is told at once"""
NEAREST = 6
"""letters of a name from which a misspelling is looked for"""
DERIVED_FROM = 7
"""letters of a name that are noticed within a longer word"""
RUN_TOGETHER = 8
"""letters from which a name written in one word is looked for inside longer words"""
CAMEL = re.compile(r"(?<=[^\W\d_A-ZА-ЯЁӘІҢҒҮҰҚӨҺ])(?=[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ])")


class Match(NamedTuple):
    """A word of the release may be this word of that secret."""

    secret: int
    word: int


class Raw(NamedTuple):
    """A finding before files of one interview are put together."""

    file: str
    place: str
    secret: int
    why: Why
    lower: bool


class Index:
    """Words of all secrets by every form in which they may appear."""

    def __init__(self, secrets: tuple[Secret, ...]) -> None:
        self.secrets = secrets
        self.exact: dict[str, list[Match]] = {}
        self.heard: dict[str, list[Match]] = {}
        self.latin: dict[str, list[Match]] = {}
        self.close: dict[str, list[tuple[str, Match]]] = {}
        self.numbers: dict[str, int] = {}
        self.joined: dict[str, list[tuple[str, int]]] = {}
        self.heads: set[str] = set()
        self.stems: dict[str, list[tuple[str, Match]]] = {}
        self.given: dict[str, list[tuple[str, Match]]] = {}
        self.seen: dict[str, tuple[Match, ...]] = {}
        self.searched: dict[tuple[str, str, bool, bool, str], tuple[Raw, ...]] = {}
        for number, secret in enumerate(secrets):
            if secret.way == "digits":
                self.numbers.setdefault(secret.words[0], number)
            else:
                self.add(number, secret)

    def add(self, number: int, secret: Secret) -> None:
        for at, text in enumerate(secret.words):
            match = Match(number, at)
            declined = spellings.inflected(text, secret.way == "name")
            for form in declined:
                self.exact.setdefault(form, []).append(match)
            if not text.isdigit():
                into = self.heard if spellings.cyrillic(text) else self.latin
                for sound in spellings.sounds(text):
                    if len(sound) >= 3:
                        into.setdefault(sound, []).append(match)
            if len(secret.words) == 1:
                self.heads.update(form[:HEAD] for form in declined)
                self.add_alike(match, declined)
        if len(secret.words) > 1 and secret.direct and min(map(len, secret.words)) > 1:
            self.add_joined(number, secret)

    def add_alike(self, match: Match, declined: frozenset[str]) -> None:
        """A word that is a secret of its own, by what is nearly the same: misspellings, fond forms."""
        secret = self.secrets[match.secret]
        word = secret.words[0]
        if not secret.direct or (secret.way == "phrase" and (spellings.ordinary(word.lower()) or word.isdigit())):
            return
        for form in declined:
            if len(form) >= NEAREST:
                for variant in spellings.near(form):
                    self.close.setdefault(variant, []).append((form, match))
        stem = spellings.fold(word).rstrip("аяоеуиыйь")
        if len(stem) >= DERIVED_FROM:
            self.stems.setdefault(stem[:DERIVED_FROM], []).append((stem, match))
        if secret.way == "name":
            for name in fond_forms.names(word):
                self.given.setdefault(name[:2], []).append((name, match))

    def add_joined(self, number: int, secret: Secret) -> None:
        """Words without their spaces; of a name any two of them, in either order."""
        for words in (secret.words, *(permutations(secret.words[:4], 2) if secret.way == "name" else ())):
            for text in {spellings.fold("".join(words)), "".join(spellings.sounds(word)[0] for word in words)}:
                if len(text) >= RUN_TOGETHER:
                    self.joined.setdefault(text[:5], []).append((text, number))

    def matches(self, text: str) -> tuple[Match, ...]:
        """Which words of which secrets a word of the release may be."""
        if text not in self.seen:
            found = self.look(text)
            if len(parts := CAMEL.split(text)) > 1:
                whole = [match for part in parts for match in self.look(part)]
                found += [match for match in whole if len(self.secrets[match.secret].words) == 1]
            if len(text) >= RUN_TOGETHER:
                found += self.run_together(text)
            self.seen[text] = tuple(dict.fromkeys(found))
        return self.seen[text]

    def look(self, text: str) -> list[Match]:
        """Matches of a word as it is written, and as it may be read otherwise."""
        found = self.look_up(text)
        for reading in (*readings(text), *unstretched(text)):
            found += self.look_up(reading)
        return found

    def look_up(self, text: str) -> list[Match]:
        folded = spellings.fold(text)
        found = list(self.exact.get(folded, ()))
        if text.isdigit():
            return found
        if spellings.cyrillic(text) and not spellings.latin(text):
            if self.latin:
                for stem in spellings.stems(spellings.sounds(text)[0]):
                    found += self.latin.get(stem, ())
            alike = self.heard.get(spellings.sounds(text)[0], ())
            return found + [match for match in alike if len(self.secrets[match.secret].words) > 1]
        for sound in spellings.sounds(text):
            for stem in spellings.stems(sound):
                found += self.heard.get(stem, ())
                found += self.latin.get(stem, ()) if text.lower() != stem else ()
        return found

    def run_together(self, text: str) -> list[Match]:
        """Whole names inside a word."""
        found = []
        for spelling in {spellings.fold(text), *spellings.sounds(text)}:
            for at in range(len(spelling) - RUN_TOGETHER + 1):
                for name, number in self.joined.get(spelling[at : at + 5], ()):
                    if spelling.startswith(name, at):
                        found.append(Match(number, -1))
        return found

    def whole(self, text: str) -> Iterator[Match]:
        """Secrets that a word is from its beginning to its end."""
        if spellings.fold(text)[:HEAD] in self.heads or len(text) >= RUN_TOGETHER or not spellings.cyrillic(text):
            for match in self.matches(text):
                if match.word < 0 or len(self.secrets[match.secret].words) == 1:
                    yield match

    def misspelt(self, text: str) -> list[Match]:
        """Secrets that differ by one letter from a word no dictionary knows."""
        from rapidfuzz.distance import OSA

        spelling = spellings.fold(text)
        if len(spelling) < NEAREST or spellings.ordinary(text.lower()):
            return []
        found = []
        for variant in spellings.near(spelling):
            for form, match in self.close.get(variant, ()):
                if OSA.distance(spelling, form, score_cutoff=1) <= 1:
                    found.append(match)
        return list(dict.fromkeys(found))

    def alone(self, text: str) -> bool:
        """Whether a word is found as a secret of its own."""
        return any(len(self.secrets[match.secret].words) == 1 for match in self.matches(text))

    def derived(self, text: str) -> list[Match]:
        """Long names within a word that no dictionary knows: «сарсеновский»."""
        spelling = spellings.fold(text)
        if len(spelling) <= DERIVED_FROM or not spellings.strange(text.lower()):
            return []
        found = []
        for at in range(len(spelling) - DERIVED_FROM + 1):
            for stem, match in self.stems.get(spelling[at : at + DERIVED_FROM], ()):
                found += [match] if spelling.startswith(stem, at) else []
        return list(dict.fromkeys(found))

    def fond(self, text: str) -> list[Match]:
        """Secrets of which a word may be a fond form, or whose short form stands in the contacts."""
        found = []
        for form in fond_forms.nominatives(text):
            for name, match in (*self.given.get(form[:2], ()), *self.named_otherwise(form)):
                if fond_forms.fits(form, name):
                    found.append(match)
        return list(dict.fromkeys(found))

    def named_otherwise(self, form: str) -> Iterator[tuple[str, Match]]:
        """Names that a form may stand for which begins with other letters: «Саша» of Александр."""
        for name in fond_forms.others(form):
            yield from ((known, match) for known, match in self.given.get(name[:2], ()) if known == name)


STRETCHED = re.compile(r"(.)\1{2,}", re.IGNORECASE)
DOUBLED = re.compile(r"(.)\1+", re.IGNORECASE)


def unstretched(word: str) -> tuple[str, ...]:
    """A word whose letters are drawn out, without that: «Сарсеноооова»."""
    if not STRETCHED.search(word):
        return ()
    return STRETCHED.sub(r"\1", word), STRETCHED.sub(r"\1\1", word), DOUBLED.sub(r"\1", word)
