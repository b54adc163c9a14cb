"""Things of every day that look like names: medicines, goods, planets, interjections, sayings in Kazakh."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.passage import Finding, Passage, Rule
from pipeline.deidentify.people import context
from pipeline.deidentify.people.kazakh_speech import is_kazakh
from pipeline.deidentify.people.lexicon import lists as names
from pipeline.deidentify.words import organisation_words, phrases
from pipeline.deidentify.words.inflect import bases, fold, known
from pipeline.deidentify.words.lists import lists, sets

MEDICINES = sets("kept/medicines.txt")
ENDING = tuple(lists("kept/medicines.txt")["ending"])
WORDS = sets("kept/everyday.txt")
SHORTEST = 7
"""letters of a medicine that only its ending shows"""
SAYING = 3
"""words in quotation marks that are a sentence, not a name"""


def medicine(passage: Passage) -> Iterator[Finding]:
    """«эналаприл», «пьём Бедаквилин»: by name, or by the ending that medicines alone have."""
    for at, token in enumerate(passage.tokens):
        if len(token.text) < 4 or known(token.norm) or not token.text.isalpha():
            continue
        forms = bases(token.norm)
        listed = not MEDICINES["name"].isdisjoint(forms)
        built = len(token.text) >= SHORTEST and any(form.endswith(ENDING) for form in forms)
        if not (listed or built):
            continue
        small = passage.cased and not token.capital
        if small or listed or phrases.near(passage, at, MEDICINES["taken"], 8, 6):
            yield Finding(token.start, token.end, "ALLOWED_TERM", 0.9, "medicine")


def goods(passage: Passage) -> Iterator[Finding]:
    """«пуховик „Коламбия“», «старую „Ниву“ продал», «медаль „Алтын сапа“»: a brand or prize after what it is."""
    tokens = passage.tokens
    for at, token in enumerate(tokens[1:], start=1):
        closing = phrases.closing_mark(passage, at + 1, 6) if token.text in phrases.QUOTES else 0
        if not closing:
            continue
        before = {word for other in tokens[max(0, at - 2) : at] for word in (other.norm, *other.lemmas)}
        if before & (WORDS["goods"] | WORDS["prize"]) and not before & {"в", "на", "из", "у"}:
            yield Finding(token.start, tokens[closing].end, "TRAP", 0.9, "goods")


def software(passage: Passage) -> Iterator[Finding]:
    """«программа Дамумед», «„Дамумед“ называется программа»: what people enter things into, not where they work."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if WORDS["software"].isdisjoint(token.lemmas) or phrases.near(passage, at, organisation_words.WORK_VERBS, 5, 0):
            continue
        after = at + 1 + (at + 1 < len(tokens) and tokens[at + 1].norm in ("называется", "под", ","))
        if after < len(tokens) and _named(passage, after):
            start, end = phrases.quoted(passage, after, after + 1)
            yield Finding(start, end, "ALLOWED_TERM", 0.85, "software")
        if at > 1 and tokens[at - 1].norm in ("называется", "это", "такая", "такое") and _named(passage, at - 2):
            start, end = phrases.quoted(passage, at - 2, at - 1)
            yield Finding(start, end, "ALLOWED_TERM", 0.85, "software")


def _named(passage: Passage, at: int) -> bool:
    """Whether a token is written as the name of a thing, and is nobody's name."""
    token = passage.tokens[at]
    word = token.text.isalpha() and token.capital and passage.cased and not context.opens(passage, at)
    return word and fold(token.text) not in names().given


def interjection(passage: Passage) -> Iterator[Finding]:
    """«Ой-бай», «Апыр-ай», «Во-во»: exclamations, and words said twice."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if token.norm in WORDS["interjection"]:
            yield Finding(token.start, token.end, "TRAP", 0.9, "interjection")
        joined = at + 2 < len(tokens) and tokens[at + 1].text == "-" and tokens[at + 1].start == token.end
        if joined and tokens[at + 2].start == tokens[at + 1].end:
            said = f"{token.norm}-{tokens[at + 2].norm}"
            twice = token.norm == tokens[at + 2].norm and len(token.text) < 5
            if said in WORDS["interjection"] or twice:
                yield Finding(token.start, tokens[at + 2].end, "TRAP", 0.9, "interjection")


def heavenly(passage: Passage) -> Iterator[Finding]:
    """«звёзды, Марс красный такой висит», «лететь на Марс»: planets, some of whose names people and dogs bear."""
    for at, token in enumerate(passage.tokens):
        if WORDS["heavenly"].isdisjoint((token.norm, *token.lemmas)) or (passage.cased and not token.capital):
            continue
        if phrases.near(passage, at, WORDS["sky"], 8, 6):
            yield Finding(token.start, token.end, "TRAP", 0.9, "heavenly")


def virtue(passage: Passage) -> Iterator[Finding]:
    """«вера, говорит, поможет», «Надежда появилась»: a noun that is a given name too, spoken of as what it is."""
    for at, token in enumerate(passage.tokens):
        if not ABSTRACT.intersection(token.lemmas[:2]):
            continue
        if passage.cased and not token.capital:
            announced = context.cue(passage, at) == "introduction" or (
                at and context.calling(passage.tokens[at - 1].norm)
            )
            if not announced and not context.told(passage, at):
                yield Finding(token.start, token.end, "TRAP", 0.9, "virtue")
        elif context.idiom(passage, at) or _spoken_of(passage, at):
            yield Finding(token.start, token.end, "TRAP", 0.9, "virtue")


ABSTRACT = frozenset(("вера", "надежда", "любовь", "слава", "победа"))


def _spoken_of(passage: Passage, at: int) -> bool:
    """Whether the words right beside a virtue speak of it and not of somebody called so."""
    tokens = passage.tokens
    if context.cue(passage, at) in ("introduction", "title", "kin") or context.patronymic_follows(passage, at):
        return False
    after = tokens[at + 1 : at + 3]
    if after and (after[0].norm in ("в", "на", "только") or after[0].text == "!"):
        return True
    if at and tokens[at - 1].norm in WORDS["abstract_beside"] and tokens[at - 1].norm not in ("это", "на", "в", "и"):
        return True
    if len(after) > 1 and after[0].text == "," and after[1].norm == "как":
        return True
    return any(not WORDS["abstract_verb"].isdisjoint(word.lemmas) for word in after)


def saying(passage: Passage) -> Iterator[Finding]:
    """«кричат „Жеңіс күні құтты болсын“»: a sentence in Kazakh between quotation marks, without names."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        closing = phrases.closing_mark(passage, at + 1, 14) if token.text in phrases.QUOTES else 0
        words = [word for word in tokens[at + 1 : closing] if word.text[0].isalpha()] if closing else []
        if len(words) < 2 or any(word.capital for word in words[1:]):
            continue
        kazakh = sum(is_kazakh(word.norm) for word in words)
        marked = at > 0 and tokens[at - 1].text == ":"
        long = len(words) >= SAYING or marked or any(word.text in ",!" for word in tokens[at:closing])
        if kazakh * 3 >= len(words) * 2 and long and not _housed(passage, at):
            yield Finding(token.start, tokens[closing].end, "TRAP", 0.9, "saying")


def _housed(passage: Passage, at: int) -> bool:
    """Whether a business or a fund stands before a quotation mark."""
    before = passage.tokens[max(0, at - 3) : at]
    return any(not organisation_words.HEADS.keys().isdisjoint(token.lemmas) for token in before)


RULES: tuple[Rule, ...] = (
    Rule("medicine", medicine),
    Rule("goods", goods),
    Rule("software", software),
    Rule("interjection", interjection),
    Rule("heavenly", heavenly),
    Rule("virtue", virtue),
    Rule("saying", saying),
)
