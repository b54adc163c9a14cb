"""Words that say that a famous stranger is meant, not somebody the speaker knows: «читала …», «фанатка …»."""

from __future__ import annotations

from pipeline.deidentify.passage import Passage, Token
from pipeline.deidentify.words.lists import sets

WORDS = sets("kept/cues.txt")
ENJOYED = WORDS["enjoyed"]
"""what one does with the works of a writer, a singer, a composer"""
FAMOUS = ENJOYED | WORDS["admired"] | WORDS["work"] | WORDS["trade"]
REACH = 4
"""words on either side"""


def famous(passage: Passage, first: int, last: int) -> bool:
    """Whether the words beside a name, within its sentence, speak of a celebrity and of no acquaintance."""
    if quoting(passage, first):
        return True
    words = {word for token in _around(passage, first, last) for word in (token.norm, *token.lemmas)}
    return bool(words & FAMOUS) and not words & WORDS["own"]


def compared(passage: Passage, first: int) -> bool:
    """Whether somebody is compared with whoever is named: «как …», «прямо …», «вылитый …», «кто ты, … или …»."""
    before = [token for token in passage.tokens[max(0, first - 3) : first] if token.text not in '«"“„']
    return bool(before) and not WORDS["comparing"].isdisjoint((before[-1].norm, *before[-1].lemmas))


def quoting(passage: Passage, first: int) -> bool:
    """Whether «как говорил», «как писал» stands right before a name."""
    before = passage.tokens[max(0, first - 2) : first]
    return len(before) == 2 and before[0].norm == "как" and bool(WORDS["quoting"].intersection(before[1].lemmas))


def _around(passage: Passage, first: int, last: int) -> tuple[Token, ...]:
    """The words near a name, not beyond the end of its sentence."""
    tokens = passage.tokens
    back = first
    while back > 0 and first - back < REACH and tokens[back - 1].text not in ".!?…":
        back -= 1
    ahead = last
    while ahead < len(tokens) and ahead - last < REACH and tokens[ahead].text not in ".!?…":
        ahead += 1
    return (*tokens[back:first], *tokens[last:ahead])
