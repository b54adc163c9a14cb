"""Which words side by side are one name, over the little words inside names from abroad and those of respect."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from pipeline.deidentify.passage import Passage, Token
from pipeline.deidentify.people.cues import CUES
from pipeline.deidentify.people.endings import nominatives
from pipeline.deidentify.people.kazakh import LINEAGE
from pipeline.deidentify.people.lexicon import Reading, lists, ordinary, readings, small, unknown, wordy
from pipeline.deidentify.words.letters import cyrillic, folded, key, latin


class Part(Struct, frozen=True):
    """One or two tokens that may be a part of a name."""

    at: int
    """index of its first token"""
    to: int
    """index of its last token"""
    score: float
    rule: str
    reading: Reading | None
    """None for a word that only its place shows to be a name"""
    free: bool
    """stands as a name by itself; a part that is not free needs a neighbour that is"""


@lru_cache(maxsize=1)
def _by_sound() -> dict[str, str]:
    """How listed given names of five letters and more sound -> the name."""
    return {key(name): name for name in sorted(lists().given) if len(name) > 4}


@lru_cache(maxsize=1)
def _openings() -> frozenset[str]:
    """How given names begin to the ear: a quick way to say no."""
    return frozenset(sound[:3] for sound in _by_sound()) | {key(name)[:3] for name in lists().given if len(name) == 4}


@lru_cache(maxsize=50_000)
def spoken_name(word: str) -> Reading | None:
    """The given name that a word, heard as two, is in some case or sounds like; None where it is none."""
    known = lists()
    if latin(word) or key(word)[:3] not in _openings():
        return None
    for base in nominatives(folded(word)):
        name = base if base in known.given or base in known.short else _by_sound().get(key(base), "")
        if name and abs(len(name) - len(base)) < 2:
            gender = known.given[name] if name in known.given else known.short[name][0]
            return Reading("given" if name in known.given else "short", gender, name, 0.8)
    return None


@lru_cache(maxsize=50_000)
def halves(one: str, two: str) -> Reading | None:
    """The given name that two words are together; two ordinary ones only where it is spelt so."""
    name = spoken_name(one + two)
    if name is None or folded(one + two) in lists().given:
        return name
    strange = not (small(one) or small(two)) and not (ordinary(one) and ordinary(two))
    return name if strange and len(one + two) > 5 else None


def respectful(word: str) -> bool:
    """Whether a word is, in any case, what respect adds after a name: «-сан», «агая», «апайға»."""
    return any(form in CUES["honorific"] for form in nominatives(cyrillic(word) if latin(word) else folded(word)))


def longest_run(passage: Passage, parts: dict[int, Part], at: int) -> list[Part]:
    """The longest run of parts from `at` that is one name and holds a part that is one by itself."""
    if at not in parts:
        return []
    run = [parts[at]]
    while len(run) < 5:
        after = next_word(passage, run[-1].to)
        if after not in parts or not _joins(passage, run, parts[after]):
            break
        run.append(parts[after])
    return _trimmed(passage, run) if any(part.free for part in run) else []


def next_word(passage: Passage, at: int) -> int:
    """The index of the word after a token, over a hyphen inside one word; -1 where a mark stands between."""
    tokens = passage.tokens
    if at + 1 >= len(tokens):
        return -1
    if tokens[at + 1].text == "-" and tokens[at + 1].start == tokens[at].end and at + 2 < len(tokens):
        return at + 2 if tokens[at + 2].start == tokens[at + 1].end else -1
    return at + 1 if tokens[at + 1].text[0].isalpha() else -1


def _joins(passage: Passage, run: Sequence[Part], new: Part) -> bool:
    """Whether a part continues a name: its letter case, gender and role go with what stands before it."""
    token, last = passage.tokens[new.at], passage.tokens[run[-1].to]
    if passage.cased and token.capital != last.capital and (new.reading is None or latin(token.text)):
        return run[-1].free and unknown(token.norm) and not latin(token.text) and not _doubled(passage, new.at)
    if passage.cased and not token.capital and ordinary(token.norm):
        return False
    if _double(passage, run[-1], new):
        return True
    if run[-1].reading and new.reading and not _agree(last, token):
        return False
    return _completed(passage, run, new)


def _double(passage: Passage, last: Part, new: Part) -> bool:
    """Whether two given names are one: «Жан-Марк», «Анна-Лена»; without marks, «жан марк»."""
    if not (last.reading and new.reading) or {last.reading.role, new.reading.role} - {"given", "short"}:
        return False
    if new.at == last.to + 2:
        return passage.tokens[new.at].capital or not passage.cased
    alike = passage.tokens[new.at].capital == passage.tokens[last.at].capital
    return alike and folded(passage.tokens[last.at].text) in CUES["first_of_two"]


def _doubled(passage: Passage, at: int) -> bool:
    """Whether a word stands before a hyphen and itself, as no name does: «чак-чак»."""
    following = passage.tokens[at + 1 : at + 3]
    return len(following) == 2 and following[0].text == "-" and following[1].norm == passage.tokens[at].norm


def _completed(passage: Passage, run: Sequence[Part], new: Part) -> bool:
    """Whether the role of a part is one that the name before it still lacks."""
    token, last = passage.tokens[new.at], passage.tokens[run[-1].to]
    roles = [part.reading.role if part.reading else "" for part in run]
    role = new.reading.role if new.reading else ""
    if role in ("given", "short"):
        if any(r in ("given", "short") for r in roles):
            return _also(token, "surname") and not ordinary(token.norm) and len(run) == 1
        strange = "" in roles and not passage.cased
        return not strange and (new.free or not ordinary(token.norm))
    if role == "surname":
        plural = token.norm.endswith(("ых", "их"))
        lowered = passage.cased and token.capital != last.capital and wordy(last.norm)
        return not plural and not lowered and role not in roles and (run[-1].free or new.free)
    if role == "patronymic":
        return role not in roles and (run[-1].free or new.free)
    return "" not in roles and any(part.free for part in run) and "surname" not in roles


def _agree(one: Token, other: Token) -> bool:
    """Whether some readings of two words agree in gender."""
    pairs = ((a.gender, b.gender) for a in readings(one.text) for b in readings(other.text))
    genders = list(pairs)
    return not genders or any(not a or not b or a == b for a, b in genders)


def _also(token: Token, role: str) -> bool:
    return any(reading.role == role and reading.sure >= 0.75 for reading in readings(token.text))


def _trimmed(passage: Passage, run: list[Part]) -> list[Part]:
    """Without ordinary words at either end that no part beside them needs."""
    while run and not run[0].free and ordinary(passage.tokens[run[0].at].norm) and not _completes(run):
        run = run[1:]
    while run and not run[-1].free and ordinary(passage.tokens[run[-1].at].norm):
        if passage.cased and passage.tokens[run[-1].at].capital:
            break
        if len(run) > 1 and run[-1].reading and run[-1].reading.role == "surname" and _cases(passage, run[-2], run[-1]):
            break
        run = run[:-1]
    return run


def _cases(passage: Passage, one: Part, two: Part) -> bool:
    """Whether a name and the ordinary word after it stand in one case, as a surname would; not in the nominative."""
    tags = [" ".join(passage.tokens[part.at].tags) for part in (one, two)]
    return any(case in tags[0] and case in tags[1] for case in ("gent", "datv", "accs", "ablt", "loct"))


def _completes(run: Sequence[Part]) -> bool:
    """Whether an ordinary word that opens a run is the given name of the patronymic or surname after it."""
    first = run[0].reading
    after = run[1].reading if len(run) > 1 else None
    if first and after and first.role == "surname" and after.role == "given":
        return run[1].free and after.sure >= 0.9 and first.sure >= 0.75
    return bool(first and after and first.role in ("given", "short") and after.role in ("patronymic", "surname"))


def honoured_to(passage: Passage, last: int) -> int:
    """The index of the last token of a name with what respect adds to it: «Сато-сан», «Сауле апай», «Марат улы»."""
    tokens = passage.tokens
    after = next_word(passage, last)
    if after < 0:
        return last
    word = tokens[after]
    if after == last + 2:
        return after if respectful(word.text) or unknown(word.norm) or word.norm in CUES["vocative"] else last
    if folded(word.text) in LINEAGE or (respectful(word.text) and folded(word.text) not in CUES["not_after"]):
        return after
    return last


FAMILY = re.compile(r"(.{3,}?)(?:ов|ев|ова|ева|ин|ина|улы|кызы)(?:а|у|ым|ой|е)?")
"""a surname or patronymic made of a given name"""


def spelt_to(passage: Passage, last: int) -> int:
    """The index of the last token of a name in Latin letters that goes on in small Cyrillic ones: «Daniyar омаров»."""
    after = next_word(passage, last)
    if after != last + 1 or not latin(passage.tokens[last].text) or latin(passage.tokens[after].text):
        return last
    made = FAMILY.fullmatch(folded(passage.tokens[after].text))
    return after if made and made[1] in lists().given else last


LONGEST = 2
"""particles in a row: «де ла», «ван дер»"""


def carried_to(passage: Passage, last: int) -> int:
    """The index of the last token of a name that goes on over a particle; `last` where it does not."""
    at = _step(passage, last)
    count = 0
    while 0 <= at < len(passage.tokens) and passage.tokens[at].norm in CUES["particle"] and count < LONGEST:
        at, count = _step(passage, at), count + 1
    if not count or at < 0 or not _namelike(passage, at):
        return last
    return carried_to(passage, at)


def led_from(passage: Passage, first: int) -> int:
    """The index of a name's first token with the particle before it: «аль-Мансури»; `first` where there is none."""
    tokens = passage.tokens
    at = first - 1 - (first > 1 and tokens[first - 1].text == "-")
    touching = at >= 0 and tokens[first].start - tokens[at].end <= 1
    return at if touching and tokens[at].norm in CUES["leading_particle"] else first


def _step(passage: Passage, at: int) -> int:
    """The index of the next word over a hyphen or one space; -1 where anything else stands between."""
    tokens = passage.tokens
    after = at + 1
    if after < len(tokens) and tokens[after].text in "-'’" and tokens[after].start == tokens[at].end:
        after += 1
    if after >= len(tokens) or not tokens[after].text.isalpha() or tokens[after].start - tokens[at].end > 1:
        return -1
    return after


def _namelike(passage: Passage, at: int) -> bool:
    token = passage.tokens[at]
    if passage.cased:
        return token.capital
    return not ordinary(token.norm) or any(reading.sure >= 0.85 for reading in readings(token.text))
