"""Whether a word is ordinary Kazakh: a stem of the list with the language's endings, and nobody's name."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.deidentify.people.lexicon import lists as names
from pipeline.deidentify.people.lexicon import readings
from pipeline.deidentify.words.letters import folded
from pipeline.deidentify.words.lists import sets

ENDING = (
    "лар|лер|дар|дер|тар|тер|ым|им|ын|ин|ы|и|сы|си|мыз|миз|ныз|низ|нын|нин|дын|дин|тын|тин|га|ге|ка|ке|на|не|да|де|та|те|"
    "нда|нде|дан|ден|тан|тен|нан|нен|ды|ди|ты|ти|ны|ни|мен|бен|пен|дагы|деги|тагы|теги|лык|лик|дык|дик|тык|тик|шы|ши|сыз|сиз|"
    "ай|ей|йик|айык|ейик|а|е|й|п|ып|ип|ган|ген|кан|кен|ар|ер|р|са|се|сам|сем|сан|сен|мын|мин|бын|бин|сын|син|м|н|"
    "ма|ме|ба|бе|па|пе|у|атын|етин|йтын|йтин|иниз|ыныз|ил|ыл|ын|ис|ыс|дыр|дир|тыр|тир|шык|шик|жан"
)
"""folded endings of nouns and verbs"""
ENDINGS = re.compile(f"(?:{ENDING}){{0,3}}")
LIKELY = 0.5
"""how surely a form may be a name before it is no ordinary word"""
SHORTEST = 3
"""letters of a stem to which endings are added"""


@lru_cache(maxsize=1)
def stems() -> frozenset[str]:
    """All stems, folded."""
    return frozenset(folded(word) for words in sets("open_words/kazakh.txt").values() for word in words)


@lru_cache(maxsize=20_000)
def ordinary(norm: str) -> bool:
    """Whether a word is an ordinary Kazakh one in some form."""
    word = folded(norm)
    if word in names().given or word in names().short:
        return False
    if word in stems():
        return True
    if any(reading.sure >= LIKELY for reading in readings(norm)):
        return False
    cuts = range(SHORTEST, len(word))
    return any(word[:at] in stems() and ENDINGS.fullmatch(word, at) for at in cuts)
