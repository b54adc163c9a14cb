"""Capitals for a tagger that finds nothing without them: a copy of the turn in which likely names begin with one."""

from __future__ import annotations

from pipeline.deidentify.passage import Passage, Token
from pipeline.deidentify.people import context
from pipeline.deidentify.people.context import END
from pipeline.deidentify.people.lexicon import ordinary, readings, unknown, wordy
from pipeline.deidentify.words.letters import latin


def recased(passage: Passage) -> str:
    """The passage's text, same length, with a capital on every word that is likelier a name than a word."""
    if passage.cased:
        return passage.text
    letters = list(passage.text)
    fresh = True
    for at, token in enumerate(passage.tokens):
        if fresh or (_likely(token) and (_known(token) or not context.kazakh_speech(passage, at))):
            upper = letters[token.start].upper()
            letters[token.start] = upper if len(upper) == 1 else letters[token.start]
        fresh = token.text in END
    return "".join(letters)


def _known(token: Token) -> bool:
    """Whether the lists, not the word's build alone, take it for a name."""
    return any(reading.sure > 0.7 for reading in readings(token.text))


def _likely(token: Token) -> bool:
    """Whether the word is a name or a place before anything else, or no word of the dictionary."""
    if not token.text[0].isalpha() or len(token.text) < 3 or latin(token.text):
        return False
    if unknown(token.norm):
        return True
    if wordy(token.norm) or ordinary(token.norm):
        return False
    return bool(readings(token.text)) or any("Geox" in tag or "Orgn" in tag for tag in token.tags)
