"""Once somebody or something is known, all other occurrences are found: other cases, fond forms, misheard spellings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from rapidfuzz.distance import Levenshtein

from pipeline.deidentify import same_entity
from pipeline.deidentify.labels.policy import class_of
from pipeline.deidentify.passage import Finding, Passage, Token, morph
from pipeline.deidentify.people import context
from pipeline.deidentify.people.cues import CUES
from pipeline.deidentify.people.endings import nominatives
from pipeline.deidentify.people.lexicon import listed, lists, named, ordinary, readings, small, unknown, wordy
from pipeline.deidentify.people.linking import Known
from pipeline.deidentify.people.names import said
from pipeline.deidentify.people.persons import Person, fond
from pipeline.deidentify.people.whole_names import honoured_to
from pipeline.deidentify.words.letters import cyrillic, folded, key, latin
from pipeline.participants import Contact

WHERE = frozenset("в во из на до под имени улица улице проспект площадь микрорайон".split())


class Names(Struct, frozen=True):
    """The words by which the people of an interview are called."""

    exact: dict[str, float]
    """folded nominative -> how surely it names a person"""
    keys: dict[str, float]
    """how they sound -> the same"""
    given: frozenset[str]
    """those of which fond forms are made"""
    contacts: frozenset[str]
    """words of people whom the study knows"""
    full: frozenset[str]
    """given names of people whom the interview also calls by more than that"""


def names(people: Sequence[Known], seeds: Sequence[Known], sure: Mapping[Person, float]) -> Names:
    """All words of all known people; `sure` tells how surely the first pass took a mention for a name.

    `seeds` are those whom the study knows before a word is read.
    """
    exact: dict[str, float] = {}
    given: set[str] = set()
    contacts: set[str] = set()
    for someone in people:
        for form in someone.forms:
            words = {*form.given.bases, *form.surname.bases, *form.loose.bases} | {_plain(word) for word in form.words}
            for word in words:
                if len(word) > 2:
                    exact[word] = max(exact.get(word, 0.0), sure.get(form, 0.95))
            given |= form.given.bases | form.loose.bases
    for form in (form for someone in seeds for form in someone.forms):
        contacts |= {*form.given.bases, *form.surname.bases, *form.loose.bases}
    keys: dict[str, float] = {}
    for word, score in exact.items():
        if len(word) > 3:
            keys[key(word)] = max(keys.get(key(word), 0.0), score)
    told = (form for someone in people for form in someone.forms if form.slots > 1 and sure.get(form, 0.0) > 0.8)
    full = {base for form in told for base in form.given.bases if sure_given(base)}
    return Names(exact, keys, frozenset(given), frozenset(contacts), frozenset(full))


def sure_given(base: str) -> bool:
    """Whether a folded name is one of the lists and nothing else."""
    return len(base) > 3 and base in lists().given and not wordy(base)


def _plain(word: str) -> str:
    return cyrillic(word) if latin(word) else folded(word)


def people(passage: Passage, known: Names) -> Iterator[Finding]:
    """Words of a turn by which a known person is called, found in any form."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if not token.text[0].isalpha() or len(token.text) < 2:
            continue
        shown = passage.cased and token.capital and not context.opens(passage, at)
        if not shown and (small(token.norm) or token.norm in CUES["filler"] or context.calling(token.norm)):
            continue
        rule, score = _called(passage, at, known) if len(token.text) > 2 else ("", 0.0)
        if rule:
            yield Finding(token.start, tokens[honoured_to(passage, at)].end, "PERSON", score, rule)
        if at + 1 < len(tokens) and rule not in ("contact", "known-person") and _halves(passage, at, known):
            yield Finding(token.start, tokens[at + 1].end, "PERSON", 0.7, "known-person-split")


def _called(passage: Passage, at: int, known: Names) -> tuple[str, float]:
    """Which rule takes a word for the name of a known person, and how surely; ("", 0) where none does."""
    token = passage.tokens[at]
    if ordinary(token.norm):
        return _ordinary(passage, at, known)
    forms = frozenset(nominatives(_plain(token.text)))
    sure = max((known.exact[form] for form in forms if form in known.exact), default=0.0)
    if sure:
        meant = forms & known.contacts and not wordy(token.norm)
        if forms & known.full and not meant and not _placed(passage, at):
            return "known-person-called", 0.95
        return ("contact", 0.96) if meant else ("known-person", min(sure, 0.85) - 0.01)
    shown = token.capital and passage.cased and not context.opens(passage, at)
    if unknown(token.norm) or shown or context.calls(passage, at):
        return _alike(token, forms, known, shown or not passage.cased)
    return "", 0.0


def _placed(passage: Passage, at: int) -> bool:
    """Whether a preposition of place stands before a name that may be a place's or an organisation's too."""
    return at > 0 and passage.tokens[at - 1].norm in WHERE


def _alike(token: Token, forms: frozenset[str], known: Names, open_: bool) -> tuple[str, float]:
    """The rule by which a word sounds like a known name; `open_` where its letter case does not speak against one."""
    sure = max((known.keys.get(key(form), 0.0) for form in forms), default=0.0)
    if sure:
        return "known-person-sound", min(sure, 0.75)
    if any(fond(form, full) >= 0.7 for form in forms for full in known.given if form[:2] == full[:2]):
        return "known-person-fond", 0.65
    if len(token.text) > (4 if open_ else 6) and _near(forms, known):
        return "known-person-misheard", 0.55
    return "", 0.0


def _ordinary(passage: Passage, at: int, known: Names) -> tuple[str, float]:
    """An ordinary word is a known person's name only where a capital or the sentence says so."""
    token = passage.tokens[at]
    found = readings(token.text)
    bases = {reading.base for reading in found if reading.role != "patronymic"}
    if not any(base in known.exact for base in bases):
        fondly = any(fond(base, full) >= 0.8 for base in bases for full in known.given if listed(base))
        fondly = fondly and (token.capital if passage.cased else folded(token.text) in bases)
        return ("known-person-fond", 0.55) if fondly else ("", 0.0)
    nominative = folded(token.text) in bases
    if passage.cased and token.capital:
        return ("known-person", 0.8) if not context.opens(passage, at) else ("known-person-opening", 0.55)
    deed = bool(token.tags) and token.tags[0].startswith(("VERB", "INFN")) and not nominative
    if found and not deed and said(passage, at, found[0]):
        return "known-person", 0.8
    if not deed and not wordy(token.norm) and named(token.norm):
        return "known-person", 0.7
    if nominative and not passage.cased and not context.abstract(passage, at) and _stands(passage, at):
        return "known-person-spoken", 0.5
    return "", 0.0


def _stands(passage: Passage, at: int) -> bool:
    """Whether a known name stands in spoken text as one called or acting would, or beside a verb that addresses."""
    if context.subject(passage, at):
        return True
    before = passage.tokens[at - 1]
    if at + 1 == len(passage.tokens) and len(passage.tokens) < 5:
        return True
    return before.norm in CALLED_AFTER or any("1per" in tag or "impr" in tag for tag in before.tags[:1])


CALLED_AFTER = frozenset("честно спасибо жаль правда слушай привет да нет ладно хорошо конечно".split())
"""words after which a name is called in one breath"""


def _near(forms: frozenset[str], known: Names) -> bool:
    """Whether a word that nobody knows sounds nearly like a known name."""
    for form in forms:
        sound = key(form)
        if len(sound) < 5:
            continue
        for other in known.keys:
            if abs(len(other) - len(sound)) <= 1 and other[0] == sound[0]:
                allowed = 1 if len(other) < 8 else 2
                if Levenshtein.distance(sound, other, score_cutoff=allowed) <= allowed:
                    return True
    return False


def _halves(passage: Passage, at: int, known: Names) -> bool:
    """Whether two words together sound like one known name: «Сан жар»."""
    one, two = passage.tokens[at], passage.tokens[at + 1]
    if two.start != one.end + 1 or not (one.text.isalpha() and two.text.isalpha()):
        return False
    joined = _plain(one.text) + _plain(two.text)
    if small(two.norm) and len(two.text) < 4 and joined not in known.exact:
        return False
    if len(joined) < 5 or not (one.capital or not passage.cased):
        return False
    forms = nominatives(joined)
    if ordinary(one.norm) and ordinary(two.norm):
        return any(form in known.exact for form in forms) and not (_phrase(one, two) and len(joined) < 6)
    if any(form in known.exact for form in nominatives(_plain(two.text))):
        return False
    return any(key(form) in known.keys for form in forms)


def _phrase(one: Token, two: Token) -> bool:
    """Whether two ordinary words stand together as words do, the first being a preposition, a pronoun or the like."""
    small = ("PREP", "CONJ", "NPRO", "PRCL", "ADVB")
    return any(tag.startswith(small) for tag in one.tags) and morph().word_is_known(two.norm)


def anything(
    found: Sequence[tuple[int, Finding]], passages: Mapping[int, Passage], contacts: Sequence[Contact] = ()
) -> Iterator[tuple[int, Finding]]:
    """Other occurrences of places, organisations and numbers that were found once or are private to a contact."""
    known: dict[str, dict[tuple[str, ...], Finding]] = {}
    for words, one in (*_private(contacts), *_once(found, passages)):
        if words and sum(map(len, words)) > 2:
            known.setdefault(words[0], {}).setdefault(words, one)
    if known:
        for turn, passage in passages.items():
            yield from ((turn, one) for one in _again(passage, known))


def _once(
    found: Sequence[tuple[int, Finding]], passages: Mapping[int, Passage]
) -> Iterator[tuple[tuple[str, ...], Finding]]:
    for turn, one in found:
        if one.kind not in ("PERSON", "DATE", "DATE_BIRTH") and class_of(one.kind) != "keep" and one.score >= 0.5:
            again = Finding(one.start, one.end, one.kind, min(one.score - 0.01, 0.8), "known-again")
            yield same_entity.name(passages[turn].text[one.start : one.end]), again


def _private(contacts: Sequence[Contact]) -> Iterator[tuple[tuple[str, ...], Finding]]:
    """What the study's contacts list beside names."""
    for contact in contacts:
        lists = (("ORG_EMPLOYER", contact.employers), ("EMAIL", contact.emails), ("PHONE", contact.phones))
        for kind, texts in (*lists, ("USERNAME", contact.others)):
            yield from ((same_entity.name(text), Finding(0, 0, kind, 0.96, "contact")) for text in texts)


def _abbreviated(token: Token, passage: Passage, first: Finding) -> bool:
    """Whether a word of three or four letters is an organisation's abbreviation again, no word that looks like it."""
    shown = token.text.isupper() if passage.cased else unknown(token.norm) and not token.text.isascii()
    return shown and first.kind.startswith("ORG") and len(token.text) > 2


def _again(passage: Passage, known: Mapping[str, Mapping[tuple[str, ...], Finding]]) -> Iterator[Finding]:
    tokens = [token for token in passage.tokens if token.text[0].isalnum()]
    stems = [same_entity.name(token.text) or ("",) for token in tokens]
    for at, token in enumerate(tokens):
        for words, first in known.get(stems[at][0], {}).items():
            last = at + len(words) - 1
            if last >= len(tokens) or tuple(stem[0] for stem in stems[at : last + 1]) != words:
                continue
            if len(words) == 1 and ordinary(token.norm) and not (token.capital and passage.cased):
                continue
            if sum(map(len, words)) < 5 and not _abbreviated(token, passage, first):
                continue
            yield Finding(token.start, tokens[last].end, first.kind, first.score, first.rule)
