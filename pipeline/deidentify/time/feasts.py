"""Days of birth told by a feast: «на следующий день после женского», «ровно в Наурыз», «за два дня до Нового года»."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.deidentify.passage import Finding, Passage, Rule
from pipeline.deidentify.words.inflect import fold

FEAST = (
    r"(?:(?:нов(?:ый|ого|ому|ым) год\w*)|(?:8|восьмо\w+) март\w*|(?:9|девято\w+) ма[яю]|"
    r"(?:1|перво\w+) (?:ма[яю]|сентябр\w+|апрел\w+)|"
    r"(?:день|дня|дню) (?:побед\w+|независимост\w+|республик\w+|конституци\w+|святого валентина|защитник\w+)|"
    r"(?:междунар\w+ )?женск\w+(?: дн\w+| день)?|наурыз\w*|рождеств\w+|пасх\w+|валентин\w+|хэллоуин\w*|"
    r"масленниц\w*|айт\w*)"
)
AWAY = re.compile(
    rf"(?:(?:прямо|ровно|как раз|аккурат) (?:в|на|под)|(?:на )?(?:следующий|второй|другой|третий) день после|"
    rf"накануне|(?:через|за|спустя) (?:\w+ )?(?:\w+ )?(?:день|дня|дней|сутки|неделю|недели)(?: до| после| перед)?|"
    rf"сразу после|перед) {FEAST}(?!\w)"
)
BORN = re.compile(r"(?<!\w)(?:род(?:ил|ит)\w*|(?:день|дня|дню|днем) рождени\w*|днюх\w*|др|туган\w*|именинн\w*)(?!\w)")
NEAR = 60
"""characters around in which somebody's birth is spoken of"""


def by_feast(passage: Passage) -> Iterator[Finding]:
    """A day counted from a feast where somebody's birth is spoken of here or in the turn before."""
    text = fold(passage.text)
    if len(text) != len(passage.text):
        return
    for match in AWAY.finditer(text):
        around = text[max(0, match.start() - NEAR) : match.end() + NEAR // 2]
        if BORN.search(around) or (match.start() < NEAR // 2 and BORN.search(fold(passage.before[-NEAR:]))):
            yield Finding(match.start(), match.end(), "DATE_BIRTH", 0.85, "birth-feast")


RULES: tuple[Rule, ...] = (Rule("birth-feast", by_feast),)
