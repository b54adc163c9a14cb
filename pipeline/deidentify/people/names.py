"""Names of people: what a word's form, the lists and the sentence say about it, and which words are one name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from pipeline.deidentify.passage import Finding, Passage, Rule, Token, morph, normal, tokens
from pipeline.deidentify.people import context, whole_names
from pipeline.deidentify.people.cues import cues
from pipeline.deidentify.people.endings import nominatives
from pipeline.deidentify.people.kazakh import LINEAGE
from pipeline.deidentify.people.lexicon import Reading, listed, lists, named, ordinary, readings, small, unknown, wordy
from pipeline.deidentify.words.letters import cyrillic, folded, latin


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


def respectful(word: str) -> bool:
    """Whether a word is, in any case, what respect adds after a name: «-сан», «агая», «апайға»."""
    return any(form in cues().honorific for form in nominatives(cyrillic(word) if latin(word) else folded(word)))


def find(passage: Passage) -> Iterator[Finding]:
    """Names of people as spans of one to five words."""
    parts = _parts(passage)
    at = 0
    while at < len(passage.tokens):
        group = _group(passage, parts, at)
        if not group:
            at += 1
            continue
        last = honoured_to(passage, whole_names.carried_to(passage, group[-1].to))
        best = max(group, key=lambda part: part.score)
        first = whole_names.led_from(passage, group[0].at)
        start, end = passage.tokens[first].start, passage.tokens[last].end
        yield Finding(start, end, "PERSON", round(min(best.score, 0.94), 3), best.rule)
        at = last + 1


def _parts(passage: Passage) -> dict[int, Part]:
    """The parts of names in a passage by their first token; a name split in two counts as one part."""
    parts: dict[int, Part] = {}
    for at in range(len(passage.tokens)):
        part = _halves(passage, at) or _part(passage, at)
        if part:
            parts[at] = part
    return parts


def _halves(passage: Passage, at: int) -> Part | None:
    """A name that the recogniser of speech broke in two: «Бо тагоз», «Жумаг улов», «Дарин Очка»."""
    if at + 1 >= len(passage.tokens):
        return None
    one, two = passage.tokens[at], passage.tokens[at + 1]
    if not _may_be_halves(passage, at, one, two):
        return None
    joined = one.norm + two.norm
    rest = passage.cased and two.text.islower() and unknown(two.norm) and folded(joined) in lists().given
    if not rest and (_stands(one) or (_stands(two) and len(two.text) > 3)):
        return None
    found = [reading for reading in readings(joined) if reading.sure >= 0.8]
    return Part(at, at + 1, 0.65, "split-in-two", found[0], free=True) if found and not ordinary(joined) else None


def _may_be_halves(passage: Passage, at: int, one: Token, two: Token) -> bool:
    """Whether two tokens stand together as halves would: a space between, no small word, something strange in them."""
    if two.start != one.end + 1 or not (one.text + two.text).isalpha() or latin(one.text + two.text):
        return False
    if len(one.text) + len(two.text) < 5 or small(two.norm):
        return False
    if not passage.cased:
        strange = unknown(one.norm) or unknown(two.norm)
        return strange and not (small(one.norm) or ordinary(one.norm) or ordinary(two.norm))
    shown = one.capital and not context.opens(passage, at)
    return shown or (one.capital and not small(one.norm) and (unknown(one.norm) or unknown(two.norm)))


def _stands(token: Token) -> bool:
    """Whether a token is a name as it is."""
    return any(reading.sure >= 0.8 for reading in readings(token.text)) and not ordinary(token.norm)


def _part(passage: Passage, at: int) -> Part | None:
    """What one token may be as a part of a name; None where it can be none."""
    token = passage.tokens[at]
    shown = passage.cased and token.capital and not context.opens(passage, at)
    if not token.text[0].isalpha() or token.norm in cues().filler or context.manner(passage, at):
        return None
    found = readings(token.text)
    lowly = _too_short(passage, token) or (not shown and (small(token.norm) or context.calling(token.norm)))
    if lowly:
        found = _framed(passage, at, found)
        if not found:
            return None
    if not found:
        return _stranger(passage, at)
    if found[0].sure <= 0.7 and not shown and context.kazakh_speech(passage, at):
        return None
    return _written(passage, at, found[0], shown) if passage.cased else _spoken(passage, at, found[0])


def _written(passage: Passage, at: int, best: Reading, shown: bool) -> Part:
    """A part in a text with capitals; `shown` where the token's own capital says that it is a name."""
    token = passage.tokens[at]
    doubtful = is_doubtful(token, best)
    rule = f"{best.role}-name" if best.role in ("given", "short") else best.role
    if shown:
        return Part(at, at, 0.7 if doubtful else best.sure, rule, best, free=True)
    if token.capital:
        free = not doubtful or said(passage, at, best)
        return Part(at, at, best.sure - (0.25 if doubtful else 0.05), rule, best, free)
    if doubtful or latin(token.text):
        return Part(at, at, 0.5, f"{rule}-lower-case", best, free=said(passage, at, best) and not latin(token.text))
    return Part(at, at, max(0.3, best.sure - 0.2), f"{rule}-lower-case", best, free=best.sure > 0.55)


def _framed(passage: Passage, at: int, found: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """The readings of a word that is no name by itself in a name's frame: «мать Ли Светлана», «Ян Павлович»."""
    if context.patronymic_follows(passage, at) and not small(passage.tokens[at].norm):
        return tuple(reading for reading in found if reading.role in ("given", "short"))
    after = _next(passage, at)
    if at == 0 or after != at + 1 or not context.calling(passage.tokens[at - 1].norm):
        return ()
    token = passage.tokens[after]
    if folded(token.text) not in lists().given or ordinary(token.norm):
        return ()
    base = folded(passage.tokens[at].text)
    return tuple(reading for reading in found if reading.role == "surname" and reading.base == base)


def _too_short(passage: Passage, token: Token) -> bool:
    return len(token.text) < 2 or (len(token.text) < 3 and not (passage.cased and token.capital))


def is_doubtful(token: Token, best: Reading) -> bool:
    """Whether the form alone does not decide: an ordinary word, a very short one, a surname that no list knows."""
    if latin(token.text):
        return len(token.text) < 4 or best.sure < 0.85
    if wordy(token.norm):
        return True
    if len(token.text) > 4 and folded(token.text) in lists().given:
        return False
    if ordinary(token.norm) and not (named(token.norm) and listed(best.base)):
        return True
    if best.base in lists().given or best.role in ("patronymic", "short"):
        return len(token.text) < 3
    return ordinary(token.norm) or len(token.text) < 4


def _spoken(passage: Passage, at: int, best: Reading) -> Part | None:
    """A part in a text without capitals."""
    token = passage.tokens[at]
    doubtful = is_doubtful(token, best) and not _only_kazakh(passage, at)
    rule = f"{best.role}-spoken"
    if latin(token.text) and (best.sure < 0.9 or len(token.text) < 4):
        return None
    if not doubtful:
        return Part(at, at, max(0.3, best.sure - 0.1), rule, best, free=best.sure > 0.5)
    return Part(at, at, 0.5, rule, best, free=said(passage, at, best) and len(token.text) > 2)


def _only_kazakh(passage: Passage, at: int) -> bool:
    """Whether a given name is a word in Kazakh alone, amid Russian, where hardly anybody says the word: «аскар»."""
    norm = passage.tokens[at].norm
    kazakh = folded(norm) in lists().kazakh_words and not morph().word_is_known(norm)
    given = folded(norm) in lists().given
    alone = given and kazakh and len(norm) > 4 and norm not in cues().said_in_russian
    return alone and not context.kazakh_speech(passage, at)


def said(passage: Passage, at: int, best: Reading) -> bool:
    """Whether the sentence makes a person of an ordinary word."""
    token = passage.tokens[at]
    if context.idiom(passage, at):
        return False
    if best.role in ("given", "short") and (_honoured(passage, at) or context.patronymic_follows(passage, at)):
        return True
    cue = context.cue(passage, at)
    if cue in ("introduction", "title", "kin"):
        return best.role != "surname" or cue != "kin"
    if best.role in ("given", "short") and _beside_name(passage, at):
        return True
    if best.base != folded(token.text):
        return False
    return (
        context.speaks(passage, at)
        or context.told(passage, at)
        or (cue == "greeting" and context.addressed(passage, at))
    )


def _beside_name(passage: Passage, at: int) -> bool:
    """Whether «и» joins a word to a name that is no ordinary word: «с Лукой и Зузаной»."""
    for joint, other in ((at + 1, at + 2), (at - 1, at - 2)):
        if 0 <= other < len(passage.tokens) and passage.tokens[joint].norm == "и":
            token = passage.tokens[other]
            found = readings(token.text)
            if (
                found
                and found[0].sure > 0.8
                and found[0].role in ("given", "short")
                and not is_doubtful(token, found[0])
            ):
                return True
    return False


def _stranger(passage: Passage, at: int) -> Part | None:
    """A word that nobody knows, where the sentence or a neighbour makes it a name."""
    token = passage.tokens[at]
    strange = unknown(token.norm)
    if len(token.text) < 3 or not token.text.isalpha():
        return None
    if not strange and not (token.capital and passage.cased and not context.opens(passage, at)):
        return None
    cue = "honorific" if _honoured(passage, at) else context.cue(passage, at)
    cued = cue in ("introduction", "title", "kin", "honorific")
    if latin(token.text) and not (token.capital and passage.cased):
        return None
    free = strange and cued and (token.capital or not passage.cased)
    return Part(at, at, 0.6 if free else 0.45, f"{cue}-cue" if cued else "neighbour", None, free)


def _honoured(passage: Passage, at: int) -> bool:
    """Whether a word of respect that is no other word follows: «Роза апа»."""
    after = _next(passage, at)
    return (
        after > 0
        and respectful(passage.tokens[after].text)
        and folded(passage.tokens[after].text) not in cues().not_after
    )


def _group(passage: Passage, parts: dict[int, Part], at: int) -> list[Part]:
    """The longest run of parts from `at` that is one name and holds a part that is one by itself."""
    if at not in parts:
        return []
    run = [parts[at]]
    while len(run) < 5:
        after = _next(passage, run[-1].to)
        if after not in parts or not _joins(passage, run, parts[after]):
            break
        run.append(parts[after])
    return _trimmed(passage, run) if any(part.free for part in run) else []


def _next(passage: Passage, at: int) -> int:
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
    return alike and folded(passage.tokens[last.at].text) in FIRST_OF_TWO


FIRST_OF_TWO = frozenset("жан мари клаус ханс карл хосе хуан эрих пьер анн".split())
"""folded given names abroad that a second one often follows"""


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


VOCATIVES = frozenset(("я", "а", "щи", "ши"))
"""what Koreans add to a name, after a hyphen: «Вики-я», «Айгуль-ши»"""


def honoured_to(passage: Passage, last: int) -> int:
    """The index of the last token of a name with what respect adds to it: «Сато-сан», «Сауле апай», «Марат улы»."""
    tokens = passage.tokens
    after = _next(passage, last)
    if after < 0:
        return last
    word = tokens[after]
    if after == last + 2:
        return after if respectful(word.text) or unknown(word.norm) or word.norm in VOCATIVES else last
    if folded(word.text) in LINEAGE or (respectful(word.text) and folded(word.text) not in cues().not_after):
        return after
    return last


def pets(passage: Passage) -> Iterator[Finding]:
    """Names of animals: strange words beside a word for a pet, or in the answer to what it is called."""
    asked = any(word in normal(passage.before) for word in ("зовут", "звать", "кличка")) and bool(
        cues().pet & {lemma for token in tokens(passage.before) for lemma in token.lemmas}
    )
    if not asked and not any(lemma in cues().pet for token in passage.tokens for lemma in (token.norm, *token.lemmas)):
        return
    for at, token in enumerate(passage.tokens):
        if (not passage.cased or token.capital) and _animal(passage, at):
            yield Finding(token.start, token.end, "TRAP", 0.8, "pet")
            continue
        human = any(reading.sure >= 0.85 for reading in readings(token.text))
        if human or not unknown(token.norm) or (passage.cased and not token.capital):
            continue
        nearby = passage.tokens[max(0, at - 4) : at]
        if asked or any(lemma in cues().pet for other in nearby for lemma in other.lemmas):
            yield Finding(token.start, token.end, "TRAP", 0.8, "pet")


def _animal(passage: Passage, at: int) -> bool:
    """Whether the sentence says outright that a name is an animal's: «собака Алтай», «Картер — это кот»."""
    tokens = passage.tokens
    if not passage.cased or not tokens[at].text.isalpha():
        return False
    before = tokens[at - 1] if at else None
    if before is not None and before.end + 1 == tokens[at].start and cues().pet & {before.norm, *before.lemmas}:
        return True
    after = [token for token in tokens[at + 1 : at + 5] if token.norm not in ("это", "наш", "наша", "мой", "моя")]
    said = len(after) > 1 and after[0].text in "—–-"
    return said and bool(cues().pet & {after[1].norm, *after[1].lemmas}) and "nomn" in " ".join(after[1].tags)


RULES: tuple[Rule, ...] = (Rule("names", find), Rule("pets", pets))
