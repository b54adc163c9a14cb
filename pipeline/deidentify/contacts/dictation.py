"""How addresses of mail and pages are dictated: with pauses between the marks, and without a word for every mark."""

from __future__ import annotations

from pipeline.deidentify.passage import Passage, Token
from pipeline.deidentify.words.lists import sets

WORDS = sets("contacts/emails_and_usernames.txt")
SPELT = WORDS["spelt"]


def breathless(passage: Passage) -> Passage:
    """The passage without the commas that a recogniser writes where somebody who spells draws breath.

    «аскар восемьдесят, нижнее подчёркивание, кз, собака, мейл точка ру»; offsets stay those of the text.
    """
    tokens = passage.tokens
    if "," not in passage.text or not any(token.norm in SPELT for token in tokens):
        return passage
    kept = tuple(token for at, token in enumerate(tokens) if token.text != "," or not _beside_mark(tokens, at))
    return passage if len(kept) == len(tokens) else Passage(passage.text, kept, passage.cased, passage.before)


def _beside_mark(tokens: tuple[Token, ...], at: int) -> bool:
    return any(0 <= near < len(tokens) and tokens[near].norm in SPELT for near in (at - 1, at + 1))
