"""What names nobody: programmes, exams, products, languages, holidays, public figures; each with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.deidentify.kept import fame
from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.people import lexicon
from pipeline.deidentify.words import organisation_words, phrases
from pipeline.deidentify.words.inflect import bases, fold, known, ordinary
from pipeline.deidentify.words.lists import lists, sets

WORDS = sets("kept/cues.txt")
KIN = WORDS["kin"]
"""whoever is called this by the speaker is no public figure to him"""
WORKING = organisation_words.WORK - {"взять", "контракт", "консультировать", "инжиниринг"}
NICKNAMED = frozenset("звать прозвать дразнить обзывать называть кликать".split())
HEARD = frozenset(("programme", "exam", "network", "product"))
BETWEEN = frozenset("ну то есть это который которая в смысле".split())
"""what stands between a public figure's given name and the surname that explains it"""


@lru_cache(maxsize=1)
def terms() -> phrases.Lexicon:
    """Programmes, exams, products … by reason."""
    return phrases.lexicon(phrases.read("kept/terms.txt"))


@lru_cache(maxsize=1)
def figures() -> dict[str, frozenset[str]]:
    """Folded surname -> given names and patronymics that go with it."""
    made: dict[str, set[str]] = {}
    for given, surname in phrases.read("kept/public.txt"):
        made.setdefault(fold(surname).split()[-1], set()).update(fold(given).split(), fold(surname).split()[:-1])
    return {surname: frozenset(given) for surname, given in made.items()}


@lru_cache(maxsize=1)
def single() -> frozenset[str]:
    """Folded surnames and names that mean the public figure when they stand alone."""
    return frozenset(fold(word) for word in lists("kept/public_single.txt")[""] if not word.startswith("!"))


@lru_cache(maxsize=1)
def borne() -> frozenset[str]:
    """The same of those that other people bear too: they mean him only beside words of fame."""
    return frozenset(fold(word[1:]) for word in lists("kept/public_single.txt")[""] if word.startswith("!"))


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    """All words that may be a public figure's surname or single name."""
    return single() | borne() | frozenset(figures())


def allowed_term(passage: Passage) -> Iterator[Finding]:
    """Programmes, exams, products, networks, languages and holidays."""
    for match in phrases.matches(passage, terms(), by_ear=False):
        tokens = passage.tokens[match.first : match.last]
        if (len(tokens) == 1 and not _term_meant(passage, match)) or _worked_at(passage, match):
            continue
        start, end = phrases.quoted(passage, match.first, match.last)
        kind = "TRAP" if match.entry.group in ("product", "network", "language", "brand") else "ALLOWED_TERM"
        yield Finding(start, end, kind, 0.9, f"allowed-{match.entry.group}")


def _worked_at(passage: Passage, match: phrases.Match) -> bool:
    """Whether a brand is where somebody works, or a programme's name a university: «преподаёт в Эразмусе»."""
    at = match.first - (match.first > 1 and passage.tokens[match.first - 1].text in phrases.QUOTES)
    before = passage.tokens[at - 1].norm if at else ""
    if match.entry.group == "brand":
        opening = match.first == 0 or before in tuple(".!?…") or (before in ("потом", "сейчас") and match.first > 0)
        placed = before in ("в", "во", "из", "на") or opening
        return placed and phrases.near(passage, match.first, WORKING, 6, 4)
    return before in ("в", "во") and match.entry.words[0] in ("эразмус", "erasmus")


def _term_meant(passage: Passage, match: phrases.Match) -> bool:
    """Whether a single word is the term, not an ordinary word, nor Latin letters that spell it by chance."""
    token, word = passage.tokens[match.first], match.entry.words[0]
    if token.text.isascii() and not word.isascii() and len(word) < 4:
        return False
    if fold(token.text) in lexicon.lists().given and fold(token.text) != word:
        return False
    if WORDS["borne_term"].intersection((word, *token.lemmas)) and not _thing_meant(passage, match):
        return False
    if token.norm in WORDS["short_term"]:
        return token.text.isupper() or (passage.cased and token.capital) or token.text.isascii()
    return True


def _thing_meant(passage: Passage, match: phrases.Match) -> bool:
    """Whether a car, a film or a feast is meant by a word that is a given name too: «на Ладе», «фильм „Томирис“»."""
    start, _ = phrases.quoted(passage, match.first, match.last)
    before = passage.tokens[match.first - 1].norm if match.first else ""
    if start < passage.tokens[match.first].start or fame.famous(passage, match.first, match.last):
        return True
    placed = before in ("на", "в", "до", "после", "перед") and match.entry.group != "culture"
    return placed or phrases.near(passage, match.first, WORDS["named_thing"], 3, 2)


def english_word(passage: Passage) -> Iterator[Finding]:
    """Common English words inside Russian speech, which a tagger takes for brands."""
    for token in passage.tokens:
        if token.text.isascii() and token.norm in phrases.english() and not (token.capital and passage.cased):
            yield Finding(token.start, token.end, "TRAP", 0.6, "english-word")


@lru_cache(maxsize=1)
def heard_terms() -> phrases.Lexicon:
    """Those of them that are also known by ear."""
    return phrases.lexicon((group, name) for group, name in phrases.read("kept/terms.txt") if group in HEARD)


def heard_term(passage: Passage) -> Iterator[Finding]:
    """Programmes misheard: «Балашаку», «Bolashaku»."""
    for match in phrases.matches(passage, heard_terms()):
        if not match.exact:
            start, end = phrases.quoted(passage, match.first, match.last)
            yield Finding(start, end, "ALLOWED_TERM", 0.8, f"allowed-{match.entry.group}-heard")


def public_figure(passage: Passage) -> Iterator[Finding]:
    """A public figure, alone or with the given name that goes with the surname; not the speaker's own kin."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if not token.text[0].isalpha() or (passage.cased and not token.capital and ordinary(token.norm)):
            continue
        found = bases(token.norm)
        if found.isdisjoint(_names()) or _derived(token, found) or _of_school(passage, at):
            continue
        surname = next((base for base in sorted(found) if base in figures()), "")
        first, last = _whole(passage, at, figures().get(surname, frozenset()))
        with_given = last - first > 1
        alone = bool(single() & found) or (bool(borne() & found) and fame.famous(passage, first, last))
        if not (surname and with_given) and not alone:
            continue
        yield from _patronymic_again(passage, at, figures().get(surname, frozenset()))
        first = _prefixed(passage, first)
        if claimed(passage, first, last) or (not with_given and _part_of_another(passage, at)):
            continue
        yield Finding(
            tokens[first].start, tokens[last - 1].end, "PUBLIC_FIGURE", 0.9 if with_given else 0.85, "public-figure"
        )


def _patronymic_again(passage: Passage, surname: int, given: frozenset[str]) -> Iterator[Finding]:
    """«Высоцкого папа любил, Владимира Семёновича»: his given name and patronymic elsewhere in the turn."""
    tokens = passage.tokens
    for at in range(len(tokens) - 1):
        pair = tokens[at : at + 2]
        if (
            at in (surname - 2, surname + 1)
            and phrases.adjacent(*pair)
            and abs(tokens[surname].start - pair[0].start) < 2
        ):
            continue
        both = all(given & bases(token.norm) for token in pair) and pair[1].norm != pair[0].norm
        if both and any("Patr" in tag for tag in pair[1].tags):
            yield Finding(pair[0].start, pair[1].end, "PUBLIC_FIGURE", 0.9, "public-figure-again")


def _derived(token: Token, found: frozenset[str]) -> bool:
    """Whether a surname is made of the name of a public figure: «Токтогулов», «Абаева»."""
    made = re.fullmatch(r"(.{3,})[оеа]в(?:а|у|ым|ой|е)?", fold(token.norm))
    whole = {base for base in found & _names() if base.endswith(("ов", "ев", "ова", "ева"))}
    return bool(made) and not whole


def _of_school(passage: Passage, at: int) -> bool:
    """Whether a school or a university that bears the name stands right before it: «школу Токомбаева»."""
    before = passage.tokens[at - 1] if at else None
    kinds = {organisation_words.HEADS.get(lemma, "") for lemma in before.lemmas} if before else set()
    return bool(kinds & {"ORG_SCHOOL", "ORG_UNIVERSITY"})


def titled(passage: Passage) -> Iterator[Finding]:
    """«президент …», «премьер …»: whoever bears such a title and is not the speaker's own."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[:-1]):
        if not WORDS["title"].intersection(token.lemmas) or not adjacent_name(passage, at + 1):
            continue
        if not claimed(passage, at, at + 2):
            yield Finding(tokens[at + 1].start, tokens[at + 1].end, "PUBLIC_FIGURE", 0.8, "public-title")


def adjacent_name(passage: Passage, at: int) -> bool:
    """Whether the token is a surname right after a title."""
    token = passage.tokens[at]
    surname = any("Surn" in tag for tag in token.tags) or (
        not known(token.norm) and fold(token.norm).endswith(("ов", "ев", "ин"))
    )
    return surname and (token.capital or not passage.cased) and phrases.adjacent(passage.tokens[at - 1], token)


def kept_abbreviation(passage: Passage) -> Iterator[Finding]:
    """«PhD», «КПСС», «ЕНТ»: abbreviations that name no organisation somebody belongs to."""
    for token in passage.tokens:
        if token.norm not in organisation_words.ABBREVIATIONS_KEPT or (token.norm == token.text and passage.cased):
            continue
        if sum(c.isupper() for c in token.text) > 1 or not known(token.norm):
            yield Finding(token.start, token.end, "TRAP", 0.6, "abbreviation-kept")


def _whole(passage: Passage, at: int, given: frozenset[str]) -> tuple[int, int]:
    """First and one past the last token of a name whose surname stands at `at`."""
    tokens = passage.tokens
    first, last = at, at + 1
    while first > 0 and tokens[first].start - tokens[first - 1].end <= 1:
        hyphen = first > 1 and tokens[first - 1].text == "-" and tokens[first - 2].end == tokens[first - 1].start
        if not given & bases(tokens[first - 1 - hyphen].norm):
            break
        first -= 1 + hyphen
    while last < len(tokens) and given & bases(tokens[last].norm) and tokens[last].start - tokens[last - 1].end <= 1:
        last += 1
    return _from_given(passage, first, given), last


def _from_given(passage: Passage, first: int, given: frozenset[str]) -> int:
    """The first token of a name whose parts a word of thinking holds apart: «Виктора, ну, Цоя»."""
    back = first - 1
    while back > 0 and first - back < 5 and (passage.tokens[back].text == "," or passage.tokens[back].norm in BETWEEN):
        back -= 1
    apart = 0 <= back < first - 1
    return back if apart and not given.isdisjoint(bases(passage.tokens[back].norm)) else first


def _prefixed(passage: Passage, first: int) -> int:
    """First token of a surname of two parts: «Сент-Экзюпери»."""
    tokens = passage.tokens
    joined = first > 1 and tokens[first - 1].text == "-" and tokens[first - 2].end == tokens[first - 1].start
    return first - 2 if joined and tokens[first - 2].norm in WORDS["prefix"] else first


def claimed(passage: Passage, first: int, last: int) -> bool:
    """Whether kin, a boss or a friend is meant: «мой дядя Абай», «Абай, мой брат», «зовут Абай»."""
    before = passage.tokens[max(0, first - 3) : first]
    after = passage.tokens[last : last + 3]
    if any(token.text in ".!?…" for token in before):
        before = before[max(i for i, t in enumerate(before) if t.text in ".!?…") + 1 :]
    governed = bool(before) and not WORDS["after_kin"].isdisjoint((before[-1].norm, *before[-1].lemmas))
    claims = {word for token in before for word in _said(token)} & (KIN | WORDS["called"])
    if not _given(passage, first, last):
        claims -= WORDS["possessive"]
    works = fame.famous(passage, first, last) and not _given(passage, first, last)
    if not governed and claims and not (works and claims <= KIN):
        return True
    if after and NICKNAMED.intersection(after[0].lemmas):
        return True
    kin = KIN - WORDS["possessive"]
    return bool(after) and after[0].text in ",—-" and any(kin.intersection((t.norm, *t.lemmas)) for t in after[1:3])


def _given(passage: Passage, first: int, last: int) -> bool:
    """Whether a public figure is called by what is a given name too, which somebody near may bear."""
    given = lexicon.lists().given
    return any(not bases(token.norm).isdisjoint(given) for token in passage.tokens[first:last])


def _said(token: Token) -> tuple[str, ...]:
    """A word and its lemmas; «им» is the pronoun, not short for «имени»."""
    return (token.norm,) if token.norm == "им" else (token.norm, *token.lemmas)


def _famed(token: Token) -> bool:
    return not (single().isdisjoint(bases(token.norm)) and borne().isdisjoint(bases(token.norm)))


def _part_of_another(passage: Passage, at: int) -> bool:
    """Whether a name that is not his stands beside a surname: «Айдос Назарбаев»."""
    tokens = passage.tokens
    for index in (at - 1, at + 1):
        if not 0 <= index < len(tokens) or (abs(tokens[at].start - tokens[index].end) > 1 and index < at):
            continue
        token = tokens[index]
        if (index > at and token.start - tokens[at].end > 1) or _famed(token):
            continue
        named = any(mark in tag for tag in token.tags for mark in ("Name", "Patr", "Surn"))
        strange = not known(token.norm) and token.text[0].isalpha() and not token.text.isascii()
        strange = strange and (passage.cased or bool(lexicon.readings(token.text)))
        if (named or strange) and (token.capital or not passage.cased) and not ordinary(token.norm):
            return True
    return False


def pet(passage: Passage) -> Iterator[Finding]:
    """«собака Алтай», «Картер — это кот», «кот по кличке …»: an animal's name, everywhere in the turn."""
    tokens = passage.tokens
    animals = [at for at, token in enumerate(tokens) if WORDS["pet"].intersection(token.lemmas)]
    called = {name for at in animals for name in _pets(passage, at)}
    for token in tokens:
        if called & bases(token.norm) and (token.capital or not passage.cased):
            yield Finding(token.start, token.end, "TRAP", 0.9, "pet")


NAMED = frozenset("зовут звали кличка кличке назвали зовем имени".split())


def _pets(passage: Passage, at: int) -> frozenset[str]:
    """Nominatives of the name that goes with the word for an animal at `at`; none where there is no name."""
    tokens = passage.tokens
    after, between = at + 1, WORDS["called_pet"]
    while after < len(tokens) and after - at < 4 and (tokens[after].norm in between or tokens[after].text in ",—–-"):
        after += 1
    if after < len(tokens) and tokens[after].capital and passage.cased:
        named = any(token.norm in NAMED for token in tokens[after - 1 : after + 2])
        if named or not ordinary(tokens[after].norm):
            return bases(tokens[after].norm)
    back = at - 1
    while back >= 0 and at - back < 4 and (tokens[back].norm in ("это", "наш", "мой") or tokens[back].text in "—–-"):
        back -= 1
    dash = at - back > 1 and any(token.text in "—–-" for token in tokens[back + 1 : at])
    if back >= 0 and dash and tokens[back].capital and passage.cased:
        return bases(tokens[back].norm)
    return frozenset()


RULES: tuple[Rule, ...] = (
    Rule("allowed-term", allowed_term),
    Rule("allowed-term-heard", heard_term),
    Rule("english-word", english_word),
    Rule("public-figure", public_figure),
    Rule("public-title", titled),
    Rule("pet", pet),
    Rule("abbreviation-kept", kept_abbreviation),
)
