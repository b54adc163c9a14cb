"""What speaks for and against a word being a name: each clue by its own name, and how strongly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipeline.deidentify.open_words.letters import likeness
from pipeline.deidentify.open_words.ordinary import EVERYDAY, SPOKEN, facts, misspelt
from pipeline.deidentify.open_words.surroundings import KAZAKH, Cover, Interview
from pipeline.deidentify.passage import Passage, Token
from pipeline.deidentify.people import context
from pipeline.deidentify.people.cues import CUES as PEOPLE
from pipeline.deidentify.people.endings import nominatives
from pipeline.deidentify.people.lexicon import lists as names
from pipeline.deidentify.people.lexicon import readings
from pipeline.deidentify.places import hints
from pipeline.deidentify.places.settlements import settlements
from pipeline.deidentify.words.inflect import fold, stems
from pipeline.deidentify.words.letters import folded, key
from pipeline.deidentify.words.lists import sets

CUES = sets("open_words/cues.txt")
Clues = dict[str, float]
HALF = 0.5
"""share of a word's readings as a name below which small letters say that it is none"""
QUOTES = frozenset("«\"“„'")


def suspected(passage: Passage, at: int, interview: Interview) -> bool:
    """Whether anything at all may make a name of a word, so that its clues are worth reading."""
    token = passage.tokens[at]
    known = facts(token.norm)
    if interview.garbled and (rare_name(token.norm) or _greeted(passage, at)):
        return True
    if token.norm in interview.halves or (not passage.cased and rare_name(token.norm)):
        return True
    small = passage.cased and not token.capital and known.known and known.proper < HALF
    if not known.plain and (interview.garbled or not small):
        return True
    everyday = known.plain and known.small and known.frequency >= EVERYDAY
    if passage.cased and token.capital and not everyday and (not context.opens(passage, at) or _quoted(passage, at)):
        return True
    return _named(passage, at) or _quoted_alone(passage, at) or _placed(passage, at)


def _greeted(passage: Passage, at: int) -> bool:
    """Whether a word is said right after a greeting or a farewell, where somebody is called: «Хорошего вечера, …»."""
    tokens = passage.tokens
    if at < 2 or tokens[at - 1].text != "," or len(tokens[at].norm) < 4:
        return False
    closed = at + 1 == len(tokens) or tokens[at + 1].text in ".,!?"
    return closed and not PEOPLE["greeting"].isdisjoint(tokens[at - 2].lemmas)


def rare_name(norm: str) -> bool:
    """Whether a word that the dictionary has otherwise is a listed given name and seldom anything else: «рена»."""
    return norm in names().given and facts(norm).frequency < EVERYDAY and not facts(norm).small


def _quoted(passage: Passage, at: int) -> bool:
    return at > 0 and passage.tokens[at - 1].text in QUOTES


def _quoted_alone(passage: Passage, at: int) -> bool:
    """Whether a word stands alone in quotation marks: «скажите, что от „коня“»."""
    return _quoted(passage, at) and at + 1 < len(passage.tokens) and passage.tokens[at + 1].text in "»“\"”'"


def _placed(passage: Passage, at: int) -> bool:
    """Whether a word that is a place's name too stands, without capitals to tell, where places are named: «под шу»."""
    token = passage.tokens[at]
    if passage.cased or at == 0 or passage.tokens[at - 1].norm not in hints.PREPOSITIONS:
        return False
    rare = facts(token.norm).frequency < EVERYDAY and any(tag.startswith(("NOUN", "ADJF")) for tag in token.tags[:1])
    return rare and any(form in settlements() for form in stems(fold(token.norm)))


def _named(passage: Passage, at: int) -> bool:
    """Whether words before say that a name follows."""
    before = [token for token in passage.tokens[max(0, at - 2) : at] if token.text[0].isalpha()]
    if not before or any(token.text in context.END for token in passage.tokens[max(0, at - 2) : at]):
        return False
    near = before[-1]
    return near.norm in CUES["naming"] or (
        len(before) > 1
        and before[0].norm in CUES["naming"]
        and len(near.norm) < 4
        and near.norm not in ("на", "в", "к")
    )


def clues(passage: Passage, at: int, cover: Cover, interview: Interview, doubt: tuple[float, bool]) -> Clues:
    """All clues of a suspected word."""
    token = passage.tokens[at]
    found = dict(_word(token.norm))
    if token.text.isupper() and len(token.text) > 1:
        found["capitals"] = 1.0
    found |= dict(_case(passage, at))
    found |= dict(_beside(passage, at, cover))
    if interview.garbled:
        found["garbled"] = 1.0
        if "strange" in found:
            found["strange, garbled"] = 1.0
    if doubt[0]:
        found["unsure"] = doubt[0]
    if doubt[1]:
        found["heard otherwise"] = 1.0
    if token.norm in interview.halves:
        found["half of a name"] = 1.0
    if len(token.norm) > 4 and not interview.people.isdisjoint({key(form) for form in nominatives(folded(token.text))}):
        found["sounds like somebody"] = 1.0
    return found


@lru_cache(maxsize=50_000)
def _word(norm: str) -> tuple[tuple[str, float], ...]:
    """What a word itself says: its language, how frequent it is, what its letters and the lists make of it."""
    known = facts(norm)
    found = {"bias": 1.0, "letters": max(-1.5, min(1.5, likeness(norm)))}
    if known.proper:
        found["name by dictionary"] = known.proper
    if known.frequency >= SPOKEN:
        found["frequent"] = known.frequency - SPOKEN
    found |= {clue: 1.0 for clue, holds in _said_of(norm).items() if holds}
    return tuple(found.items())


def _said_of(norm: str) -> dict[str, bool]:
    known = facts(norm)
    english, kazakh = norm.isascii(), bool(KAZAKH & {*norm})
    strange = not known.known
    named = any(reading.sure >= 0.8 for reading in readings(norm))
    return {
        "english": english and known.known,
        "latin": english and strange,
        "kazakh letters": kazakh,
        "strange": strange and not english and not kazakh,
        "rare": not known.frequency,
        "small": known.small,
        "misspelt": strange and misspelt(norm),
        "borrowed": strange and hints.loan(norm),
        "listed name": named and not (known.known and known.proper < 0.1),
        "listed place": any(form in settlements() for form in stems(fold(norm))),
        "rare name": known.plain and rare_name(norm),
        "short": len(norm) < 4,
    }


def _case(passage: Passage, at: int) -> Iterator[tuple[str, float]]:
    """What its capital says."""
    token = passage.tokens[at]
    strange = not facts(token.norm).plain
    if not passage.cased:
        yield "no capitals", 1.0
    elif not token.capital:
        yield "lower case", 1.0
    elif context.opens(passage, at):
        yield ("opens, strange" if strange else "opens"), 1.0
    else:
        yield ("capital inside, strange" if strange else "capital inside"), 1.0


def _beside(passage: Passage, at: int, cover: Cover) -> Iterator[tuple[str, float]]:
    """What its neighbours say."""
    tokens = passage.tokens
    cue = context.cue(passage, at)
    if cue:
        yield f"{cue} before", 1.0
    if _named(passage, at):
        yield "named", 1.0
    hint = hints.hinted(passage, at)
    if hint:
        yield f"place {hint}", 1.0
    around = [t for t in (*tokens[max(0, at - 2) : at], *tokens[at + 1 : at + 3]) if t.text[0].isalpha()]
    if any(CUES["named"].intersection(t.lemmas) for t in around):
        yield "institution beside", 1.0
    if any(CUES["number"].intersection(t.lemmas) for t in around):
        yield "contact beside", 1.0
    for name, index in (("hidden before", at - 1), ("hidden after", at + 1)):
        if 0 <= index < len(tokens) and cover.over(tokens[index].start, tokens[index].end) == "hidden":
            yield name, 1.0
    strange = [t for t in around if t.text.isalpha() and not facts(t.norm).known]
    if strange:
        yield "strange beside", 1.0
    if _quoted(passage, at):
        yield ("alone in quotation marks" if _quoted_alone(passage, at) else "in quotation marks"), 1.0
    if context.kazakh_speech(passage, at):
        yield "kazakh speech", 1.0
    if context.addressed(passage, at):
        yield "addressed", 1.0


def joined(one: Token, two: Token, interview: Interview) -> bool:
    """Whether two words together are, or sound like, one name: «Алек сей», «До линке»."""
    if two.start - one.end > 1 or not (one.text.isalpha() and two.text.isalpha()):
        return False
    if min(len(one.text), len(two.text)) < 2 or len(one.text + two.text) < 5:
        return False
    whole = one.norm + two.norm
    forms: Sequence[str] = nominatives(folded(whole))
    if not interview.people.isdisjoint({key(form) for form in forms}):
        return True
    given = names().given
    return any(len(form) > 4 and (form in given or form in settlements()) for form in forms)
