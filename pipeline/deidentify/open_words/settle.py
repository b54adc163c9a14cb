"""Which words of an interview are open: neither masked nor known to be harmless, so that a person must be asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from pipeline.deidentify.open_words import codes, days, homes, net, number_runs, phrases, slots
from pipeline.deidentify.open_words.clues import Clues, clues, joined, suspected
from pipeline.deidentify.open_words.half_hidden import HYPHENS, belongs, beside_hidden
from pipeline.deidentify.open_words.ordinary import EVERYDAY, SPOKEN, facts, stem
from pipeline.deidentify.open_words.risk import risk, why
from pipeline.deidentify.open_words.surroundings import Cover, Interview, cover, doubts, interview
from pipeline.deidentify.passage import Passage
from pipeline.deidentify.people.context import opens
from pipeline.deidentify.words.spoken_numbers import vocabulary
from pipeline.model import Dialogue, Entity, Open

SETTLED = 0.01
"""risk up to which a word is settled: one of a hundred such words would identify somebody"""
CUT_OFF = "·"
"""the question about all small words that may be cut off what is hidden beside them"""
Harmless = Iterable[tuple[int, int, int]]
"""(turn, start, end) of what the search knows to be nobody's: brands, languages, months, programmes"""


class Stretch(Struct):
    """Tokens of a turn that are asked about together."""

    first: int
    last: int
    """one past the last"""
    core: tuple[str, ...]
    """what the question is about: stems"""
    risk: float
    why: tuple[str, ...]


def open_words(
    dialogue: Dialogue, passages: Mapping[int, Passage], entities: Iterable[Entity], harmless: Harmless = ()
) -> tuple[Open, ...]:
    """Every open word or run of words, by turn and start.

    `entities` are all that the search found: what is masked, and what it knows and keeps. Neither is open.
    """
    found = tuple(entities)
    told = interview(passages, found)
    covers = covering(found, harmless)
    called = frozenset(
        stem(word) for entity in found for word in _of_a_home(passages[entity.turn], entity)
    ) | frozenset(
        stem for number, passage in passages.items() for stem in _called(passage, covers.get(number, NOTHING))
    )
    made = []
    for turn in dialogue.turns:
        passage = passages[turn.number]
        covered = covers.get(turn.number, NOTHING)
        suspects = [*_suspects(passage, covered, told, doubts(turn)), *_again(passage, covered, called)]
        stretches = joined_up(passage, suspects, covered, told)
        made += [_open(turn.number, passage, stretch) for stretch in stretches]
    return tuple(made)


NOTHING = cover(())


def covering(entities: Iterable[Entity], harmless: Harmless) -> dict[int, Cover]:
    """What the search found in each turn, and what is harmless beside it."""
    taken: dict[int, list[tuple[int, int, str]]] = {}
    for entity in entities:
        taken.setdefault(entity.turn, []).append((entity.start, entity.end, "hidden" if entity.label else "kept"))
    for turn, start, end in harmless:
        found = taken.setdefault(turn, [])
        if not any(s < end and start < e for s, e, _ in found):
            found.append((start, end, "harmless"))
    return {turn: cover(found) for turn, found in taken.items()}


def _called(passage: Passage, covered: Cover) -> Iterator[str]:
    """Stems of rare words that stand where only a name can."""
    for first, last, _ in slots.slots(passage, covered):
        for token in passage.tokens[first:last]:
            if len(token.norm) > 2 and facts(token.norm).frequency < EVERYDAY and not covered.found(token):
                yield stem(token.norm)


def _of_a_home(passage: Passage, entity: Entity) -> Iterator[str]:
    """Rare words of a hidden address where no capital tells them: «винная», of «винная улица»."""
    if entity.kind != "ADDRESS" or not entity.label or passage.cased:
        return
    for token in passage.tokens:
        inside = entity.start <= token.start and token.end <= entity.end and token.text.isalpha()
        known = facts(token.norm)
        if inside and len(token.norm) > 4 and known.frequency < SPOKEN and not known.small:
            yield token.norm


def _again(passage: Passage, covered: Cover, called: frozenset[str]) -> Iterator[Stretch]:
    """The same words where nothing else says that they are names."""
    for at, token in enumerate(passage.tokens):
        if token.text.isalpha() and (token.capital or not passage.cased) and not covered.found(token):
            about = stem(token.norm)
            if about in called:
                yield Stretch(at, at + 1, (about,), risk(CALLED), why(CALLED))


CALLED: Clues = {"bias": 1.0, "called": 1.0}


def _suspects(
    passage: Passage, covered: Cover, told: Interview, unsure: Mapping[int, tuple[float, bool]]
) -> Iterator[Stretch]:
    """Single words, numbers and phrases whose risk is too high to settle them; they may overlap."""
    for first, last, digits, found in number_runs.runs(passage, covered, told):
        if risk(found) > SETTLED:
            yield Stretch(first, last, (digits,), risk(found), why(found))
    for kind in KINDS:
        for first, last, found in kind(passage, covered):
            if risk(found) > SETTLED:
                yield from _pieces(passage, (first, last), found, covered)
    for at, found in read(passage, covered, told, unsure):
        if risk(found) > SETTLED:
            yield Stretch(at, at + 1, (_about(passage.tokens[at].norm, found),), risk(found), why(found))


KINDS = (phrases.phrases, codes.codes, days.days, net.addresses, homes.homes, slots.slots)
"""what is asked about as one because of what stands around it, by kind"""


def _pieces(passage: Passage, span: tuple[int, int], found: Clues, covered: Cover) -> Iterator[Stretch]:
    """What of a phrase is not hidden, without marks at the ends; all pieces are one question."""
    tokens = passage.tokens
    first, end = span
    core = tuple(stem(token.norm) for token in tokens[first:end] if token.text[0].isalnum())
    for at in range(first, end + 1):
        if at < end and not covered.hides(tokens[at]):
            continue
        said = [index for index in range(first, at) if tokens[index].text[0].isalnum()]
        if said and (not _aside(passage, said, covered) or not AS_LETTERS.isdisjoint(found)):
            begins = said[0] - (said[0] > first and tokens[said[0] - 1].text in OPENING)
            ends = said[-1] + 1
            ends += ends < at and tokens[ends].text in CLOSING
            yield Stretch(begins, ends, core, risk(found), why(found))
        first = at + 1


def _aside(passage: Passage, said: list[int], covered: Cover) -> bool:
    """Whether a piece of a phrase says nothing by itself: known and harmless, or small words."""
    tokens = [passage.tokens[index] for index in said]
    return all(covered.found(t) or (facts(t.norm).small and t.norm not in vocabulary()) for t in tokens)


AS_LETTERS = frozenset(("code", "spelt", "called", "no phrase", "net address", "home"))
"""clues of phrases of which no word is what it seems"""
OPENING, CLOSING = '«"“„+', '»"”'


def _about(norm: str, found: Clues) -> str:
    """What a question about one word is about: its stem, and in which sense where it has several."""
    if "cut off, by hidden" in found:
        return CUT_OFF
    several = facts(norm).known and 0 < facts(norm).proper < 1
    return stem(norm) + (AS_A_NAME if several and not AS_NAMES.isdisjoint(found) else "")


AS_A_NAME = "!"
"""marks a word that is a name and an ordinary one too where it stands as a name does"""
AS_NAMES = frozenset(
    ("introduction before", "kin before", "title before", "greeting before", "addressed", "named", "capital inside")
)
"""clues that a name stands here"""


def read(
    passage: Passage, covered: Cover, told: Interview, unsure: Mapping[int, tuple[float, bool]]
) -> Iterator[tuple[int, Clues]]:
    """Each suspected word outside of what the search found, with its clues."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if not token.text[0].isalpha() or covered.found(token):
            continue
        if covered.over(token.start, token.end):
            half = beside_hidden(passage, at, covered, told)
            if "half of a word, by hidden" in half:
                yield at, half
            continue
        doubt = unsure.get(token.start, (0.0, False))
        halves = _halves(passage, at, told)
        part = beside_hidden(passage, at, covered, told)
        if not halves and not part and not doubt[1] and doubt[0] < 0.5 and not suspected(passage, at, told):
            continue
        found = clues(passage, at, covered, told, doubt)
        if halves:
            found["half of a name"] = 1.0
        if part and risk(part) > risk(found):
            found = part
        yield at, found


def _halves(passage: Passage, at: int, told: Interview) -> bool:
    """Whether a word and the one before or after it make one name."""
    tokens = passage.tokens
    for one, two in ((at - 1, at), (at, at + 1)):
        if one < 0 or two >= len(tokens):
            continue
        rare = [t for t in (tokens[one], tokens[two]) if not facts(t.norm).plain]
        shown = passage.cased and tokens[one].capital and not opens(passage, one)
        if (rare or shown) and joined(tokens[one], tokens[two], told):
            return True
    return False


def joined_up(passage: Passage, found: list[Stretch], covered: Cover, told: Interview) -> list[Stretch]:
    """Stretches that overlap or touch, made one; each with the words beside that belong to it."""
    made: list[Stretch] = []
    for stretch in sorted(found, key=lambda s: (s.first, -s.last)):
        grown = _grown(passage, stretch, covered, told)
        if made and (grown.first < made[-1].last or _touch(passage, made[-1].last, grown.first, covered)):
            made[-1] = _both(made[-1], grown)
        else:
            made.append(grown)
    return made


def _both(one: Stretch, two: Stretch) -> Stretch:
    core = tuple(dict.fromkeys((*one.core, *two.core)))
    if len(core) > 1:
        core = tuple(word for word in core if word != CUT_OFF and word.removesuffix(AS_A_NAME) not in {*core} - {word})
    riskier = max(one, two, key=lambda stretch: stretch.risk)
    return Stretch(one.first, max(one.last, two.last), core, riskier.risk, riskier.why)


def _touch(passage: Passage, last: int, first: int, covered: Cover) -> bool:
    """Whether nothing but a space, a hyphen or an apostrophe lies between two stretches."""
    between = passage.tokens[last:first]
    if any(covered.over(token.start, token.end) for token in between):
        return False
    return len(between) == 0 or (len(between) == 1 and between[0].text in HYPHENS)


def _grown(passage: Passage, stretch: Stretch, covered: Cover, told: Interview) -> Stretch:
    """With the words beside that belong to it; none of them changes what is asked."""
    first, last = stretch.first, stretch.last
    for _ in range(REACH):
        first = _further(passage, first, -1, covered, told)
    for _ in range(REACH):
        last = _further(passage, last - 1, 1, covered, told) + 1
    return Stretch(first, last, stretch.core, stretch.risk, stretch.why)


def _further(passage: Passage, at: int, step: int, covered: Cover, told: Interview) -> int:
    """The next token in a direction if it belongs to the stretch that ends at `at`, else `at` itself."""
    for beside in (at + step, at + 2 * step):
        if not 0 <= beside < len(passage.tokens):
            return at
        token = passage.tokens[beside]
        if covered.over(token.start, token.end):
            return at
        reason = belongs(passage, beside, at, told)
        over = abs(beside - at) > 1 and reason == "cut off" and step > 0
        if (reason and not over) or (told.garbled and _enclosed(passage, beside, step, covered)):
            return beside
    return at


def _enclosed(passage: Passage, at: int, step: int, covered: Cover) -> bool:
    """Whether what is hidden follows a word beside a stretch: in a badly heard text it is all one name."""
    if not 0 <= at + step < len(passage.tokens):
        return False
    token, following = passage.tokens[at], passage.tokens[at + step]
    return token.text[0].isalnum() and covered.over(following.start, following.end) == "hidden"


REACH = 4
"""words on either side that a stretch may take in"""


def _open(turn: int, passage: Passage, stretch: Stretch) -> Open:
    tokens = passage.tokens
    start, end = tokens[stretch.first].start, tokens[stretch.last - 1].end
    return Open(turn, start, end, round(stretch.risk, 3), " ".join(stretch.core), stretch.why)
