"""Names of people: what a word's form, the lists and the sentence say about it."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.passage import Finding, Passage, Rule, Token, morph, normal, tokens
from pipeline.deidentify.people import context, kazakh_speech
from pipeline.deidentify.people.cues import CUES
from pipeline.deidentify.people.kazakh import FIRST
from pipeline.deidentify.people.lexicon import (
    Reading,
    listed,
    lists,
    named,
    ordinary,
    readings,
    small,
    unknown,
    wordy,
)
from pipeline.deidentify.people.whole_names import (
    Part,
    carried_to,
    halves,
    honoured_to,
    led_from,
    longest_run,
    next_word,
    respectful,
    spelt_to,
)
from pipeline.deidentify.words.letters import folded, latin


def find(passage: Passage) -> Iterator[Finding]:
    """Names of people as spans of one to five words."""
    parts = _parts(passage)
    at = 0
    while at < len(passage.tokens):
        group = longest_run(passage, parts, at)
        if not group:
            at += 1
            continue
        last = honoured_to(passage, carried_to(passage, spelt_to(passage, group[-1].to)))
        best = max(group, key=lambda part: part.score)
        first = led_from(passage, group[0].at)
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
    told = _told_halves(passage, at)
    if told:
        return Part(at, at + 1, 0.8, "split-told", told, free=True)
    if not _may_be_halves(passage, at, one, two):
        return None
    joined = one.norm + two.norm
    rest = passage.cased and two.text.islower() and unknown(two.norm) and folded(joined) in lists().given
    if not rest and (_stands(one) or (_stands(two) and len(two.text) > 3)):
        return None
    found = [reading for reading in readings(joined) if reading.sure >= 0.8]
    return Part(at, at + 1, 0.65, "split-in-two", found[0], free=True) if found and not ordinary(joined) else None


SHORTEST_HALVES = 4
"""letters of both halves of a name that the sentence announces"""


def _told_halves(passage: Passage, at: int) -> Reading | None:
    """What two words are as one name that the sentence announces: «за мир меня зовут», «парень, у лан»."""
    one, two = passage.tokens[at], passage.tokens[at + 1]
    joined = one.norm + two.norm
    if two.start != one.end + 1 or len(joined) < SHORTEST_HALVES or not (one.text + two.text).isalpha():
        return None
    if len(one.text) < 6 and at and folded(one.text) in FIRST and folded(passage.tokens[at - 1].text) in lists().given:
        family = next((r for r in readings(joined) if r.role == "surname" and r.sure >= 0.85), None)
        if family:
            return family
    name = halves(one.norm, two.norm)
    if name is None or _stands(one) or context.calling(one.norm) or {one.norm, two.norm} & CUES["introduce"]:
        return None
    return name if _announced(passage, at) else None


def _announced(passage: Passage, at: int) -> bool:
    """Whether a cue before two words or after them says that they are a name."""
    if context.cue(passage, at) in ("introduction", "kin", "title") or context.cue(passage, at + 1) == "introduction":
        return True
    after = passage.tokens[at + 2 : at + 4]
    kin = len(after) == 2 and (CUES["kin"].intersection(after[1].lemmas) or after[1].norm == "двоюродный")
    return bool(kin) or any(context.patronymic_follows(passage, at + 1 + step) for step in (0, 1))


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
    if not token.text[0].isalpha() or token.norm in CUES["filler"] or context.manner(passage, at):
        return None
    if not shown and (_deed(passage, at) or _kazakh_noun(passage, at)):
        return None
    found = readings(token.text)
    short = len(token.text) < (2 if passage.cased and token.capital else 3)
    lowly = short or (not shown and (small(token.norm) or context.calling(token.norm)))
    if lowly:
        found = _framed(passage, at, found)
        if not found:
            return None
    if not found:
        return _stranger(passage, at)
    if found[0].sure <= 0.7 and not shown and context.kazakh_speech(passage, at):
        return None
    return _written(passage, at, found[0], shown) if passage.cased else _spoken(passage, at, found[0])


def _deed(passage: Passage, at: int) -> bool:
    """Whether a word is a verb, and a name only in a case that no preposition asks for: «иду»."""
    token = passage.tokens[at]
    verb = bool(token.tags) and token.tags[0].startswith(("VERB", "INFN", "GRND")) and not token.capital
    if (
        not verb
        or not morph().word_is_known(token.norm)
        or folded(token.text) in lists().given
        or listed(folded(token.text))
    ):
        return False
    return not (at and any("PREP" in tag for tag in passage.tokens[at - 1].tags))


def _kazakh_noun(passage: Passage, at: int) -> bool:
    """Whether a word without a capital stands in a turn in Kazakh that has capitals, and nothing says it is a name."""
    small_letters = passage.cased and not passage.tokens[at].capital
    return small_letters and kazakh_speech.spoken(passage) and not context.cue(passage, at)


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
    after = next_word(passage, at)
    if at == 0 or after != at + 1 or not context.calling(passage.tokens[at - 1].norm):
        return ()
    token = passage.tokens[after]
    if folded(token.text) not in lists().given or ordinary(token.norm):
        return ()
    base = folded(passage.tokens[at].text)
    return tuple(reading for reading in found if reading.role == "surname" and reading.base == base)


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
    alone = given and kazakh and len(norm) > 4 and norm not in CUES["said_in_russian"]
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
    after = next_word(passage, at)
    return (
        after > 0
        and respectful(passage.tokens[after].text)
        and folded(passage.tokens[after].text) not in CUES["not_after"]
    )


def pets(passage: Passage) -> Iterator[Finding]:
    """Names of animals: strange words beside a word for a pet, or in the answer to what it is called."""
    asked = any(word in normal(passage.before) for word in ("зовут", "звать", "кличка")) and bool(
        CUES["pet"] & {lemma for token in tokens(passage.before) for lemma in token.lemmas}
    )
    if not asked and not any(lemma in CUES["pet"] for token in passage.tokens for lemma in (token.norm, *token.lemmas)):
        return
    for at, token in enumerate(passage.tokens):
        if (not passage.cased or token.capital) and _animal(passage, at):
            yield Finding(token.start, token.end, "TRAP", 0.8, "pet")
            continue
        human = any(reading.sure >= 0.85 for reading in readings(token.text))
        if human or not unknown(token.norm) or (passage.cased and not token.capital):
            continue
        nearby = passage.tokens[max(0, at - 4) : at]
        if asked or any(lemma in CUES["pet"] for other in nearby for lemma in other.lemmas):
            yield Finding(token.start, token.end, "TRAP", 0.8, "pet")


def _animal(passage: Passage, at: int) -> bool:
    """Whether the sentence says outright that a name is an animal's: «собака Алтай», «Картер — это кот»."""
    tokens = passage.tokens
    if not passage.cased or not tokens[at].text.isalpha():
        return False
    before = tokens[at - 1] if at else None
    if before is not None and before.end + 1 == tokens[at].start and CUES["pet"] & {before.norm, *before.lemmas}:
        return True
    after = [token for token in tokens[at + 1 : at + 5] if token.norm not in ("это", "наш", "наша", "мой", "моя")]
    said = len(after) > 1 and after[0].text in "—–-"
    return said and bool(CUES["pet"] & {after[1].norm, *after[1].lemmas}) and "nomn" in " ".join(after[1].tags)


RULES: tuple[Rule, ...] = (Rule("names", find), Rule("pets", pets))
