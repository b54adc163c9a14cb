"""Ordinary Kazakh words inside Kazakh speech, which a tagger taught on Russian takes for names and towns."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.passage import Finding, Passage, Rule
from pipeline.deidentify.people import context, kazakh_speech
from pipeline.deidentify.people.endings import nominatives
from pipeline.deidentify.people.lexicon import lists, readings
from pipeline.deidentify.words.letters import folded


def kazakh_word(passage: Passage) -> Iterator[Finding]:
    """«қар еріп жатты», «калай жагдайыныз»: words of a turn in Kazakh that are no names, whatever they look like."""
    if not kazakh_speech.spoken(passage):
        return
    given = lists().given
    for at, token in enumerate(passage.tokens):
        if not token.text[0].isalpha() or not kazakh_speech.is_word(token.norm):
            continue
        plain_stem = folded(token.text) in kazakh_speech.stems()
        forms = (folded(token.text),) if plain_stem else nominatives(folded(token.text))
        named = any(form in given for form in forms) or (not plain_stem and bool(readings(token.text)))
        if passage.cased and token.capital:
            plain = context.opens(passage, at) and not ((named and _called(passage, at)) or _told(passage, at))
        else:
            plain = passage.cased or not named
        if plain:
            yield Finding(token.start, token.end, "TRAP", 0.9, "kazakh-word")


def _told(passage: Passage, at: int) -> bool:
    """Whether «деген» and a noun for a person after a word say whose name it is: «Сансызбай деген інім»."""
    after = [token.norm for token in passage.tokens[at + 1 : at + 3]]
    return after[:1] == ["деген"] and len(after) > 1 and after[1] not in ("не", "бар", "жоқ", "осы", "сол", "нәрсе")


def _called(passage: Passage, at: int) -> bool:
    """Whether what follows a name that is a word too makes it one: a deed, a word of respect, «деген»."""
    if folded(passage.tokens[at].text) not in kazakh_speech.stems():
        return True
    after = passage.tokens[at + 1 : at + 3]
    if context.cue(passage, at) or not after:
        return True
    if after[0].norm == "деген":
        return _told(passage, at)
    return (not after[0].text[0].isalpha() and after[0].text != ",") or folded(after[0].text).endswith(ACTED)


ACTED = tuple("ды ди ты ти ады еди йды йди апай апа ага ата аже".split())
"""ends of what somebody did, and of words of respect"""


RULES: tuple[Rule, ...] = (Rule("kazakh-word", kazakh_word),)
