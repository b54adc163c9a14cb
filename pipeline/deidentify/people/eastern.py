"""Korean and Chinese names in Cyrillic: a surname of one syllable and one or two syllables of a given name."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.people import context
from pipeline.deidentify.people.cues import CUES
from pipeline.deidentify.people.lexicon import lists, named, ordinary, readings, wordy


def find(passage: Passage) -> Iterator[Finding]:
    """Runs of two or three syllables that are a name."""
    tokens = passage.tokens
    at = 0
    while at < len(tokens):
        run = _run(passage, at)
        if len(run) > 1 and _name(passage, run, at):
            yield Finding(run[0].start, run[-1].end, "PERSON", 0.75, "eastern-name")
            at += len(run)
            continue
        token = tokens[at]
        if _before_given(passage, at):
            yield Finding(token.start, tokens[at + 2].end, "PERSON", 0.9, "eastern-official")
        elif at and _short_surname(token) and _full(tokens[at - 1], token):
            yield Finding(tokens[at - 1].start, token.end, "PERSON", 0.7, "eastern-surname")
        at += 1


def _short_surname(token: Token) -> bool:
    """Whether a word is such a surname as it stands, or in the case in which a man's is declined: «Гошу Пака»."""
    if len(token.text) > 5 or token.norm == "ли":
        return False
    surnames = CUES["eastern_surname"]
    return token.norm in surnames or (
        token.norm[-1] in "ауе" and token.norm[:-1] in surnames and not ordinary(token.norm)
    )


def _before_given(passage: Passage, at: int) -> bool:
    """Whether a short surname opens a full name: «Ма Исмаил Юсупович», «пан клавдия ильинична»."""
    token = passage.tokens[at]
    if len(token.text) > 4 or not (token.norm in CUES["eastern_surname"] or token.norm in lists().surnames):
        return False
    following = passage.tokens[at + 1 : at + 3]
    if len(following) < 2:
        return False
    given = following[0].norm in lists().given and following[0].start == token.end + 1
    return given and (token.capital or not passage.cased) and context.patronymic_follows(passage, at + 1)


def _full(given: Token, surname: Token) -> bool:
    """Whether a full given name stands right before a surname of one syllable: «Владимир Ан»."""
    beside = surname.start == given.end + 1 and len(given.text) > 3
    sure = given.norm in lists().given or any(
        reading.role in ("given", "short") and reading.sure >= 0.85 for reading in readings(given.text)
    )
    return beside and sure and (not ordinary(given.norm) or (named(given.norm) and not wordy(given.norm)))


def _run(passage: Passage, at: int) -> list[Token]:
    """A syllable and the one or two after it, over hyphens and spaces, of one kind of letter case."""
    known = lists()
    run: list[Token] = []
    for token in passage.tokens[at : at + 5]:
        if token.text == "-" and run:
            continue
        if len(token.text) < 2 and not passage.cased:
            break
        fits = token.norm in known.syllables or (not run and token.norm in known.surnames)
        if not fits or (
            passage.cased and not token.capital and not (run and "-" in passage.text[run[-1].end : token.start])
        ):
            break
        if run and passage.text[run[-1].end : token.start].strip(" -"):
            break
        run.append(token)
    return run[:3]


def _name(passage: Passage, run: list[Token], at: int) -> bool:
    """Whether a run of syllables is a name: capitals throughout, or a cue, or no syllable that is a word."""
    if passage.cased and all(token.capital for token in run):
        return any(not ordinary(token.norm) for token in run)
    hyphened = passage.text[run[0].end : run[1].start] == "-" and run[0].norm != run[1].norm
    if passage.cased and hyphened and run[0].capital and not context.opens(passage, at):
        return True
    cued = context.cue(passage, at) in ("introduction", "title", "kin")
    strange = sum(not ordinary(token.norm) for token in run)
    surname = run[0].norm in lists().surnames
    told = any(not ordinary(token.norm) and len(token.text) > 2 for token in run)
    return strange == len(run) or (strange >= 1 and (cued or told or (surname and len(run) == 3)))


RULES: tuple[Rule, ...] = (Rule("eastern-names", find),)
