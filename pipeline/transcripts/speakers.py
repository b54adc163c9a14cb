"""Who is named before what is said: names, roles and the codes of machines."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

LONGEST = 60
"""characters of a name"""
MOST_WORDS = 5
TABLE = Path(__file__).with_name("speakers.txt")
END = r"[?!;…«»\"]|\.\.|[.,]\s+[а-яёa-zәіңғүұқөһ]{2}"
"""what a name holds nowhere: the end of a sentence, or a clause"""
ROLES = ("asks", "answers", "role")
"""kinds of words that say what somebody does in an interview"""
NUMBER = re.compile(r"[\s_#№.\-]*\d*\.?$")


@cache
def words(kind: str) -> frozenset[str]:
    """The words of a kind in speakers.txt."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if line.startswith(f"{kind}: ") for word in line.split()[1:])


def bare(name: str) -> str:
    """A name as it is compared: small letters, no number at its end, no brackets around."""
    return NUMBER.sub("", name.strip(" \t\u00a0[](){}<>*_:-–—").casefold())


def is_role(name: str) -> bool:
    """Whether this says what somebody does in the interview, and no name."""
    return any(bare(name) in words(kind) for kind in ROLES)


def stated_role(name: str) -> str:
    """ "interviewer" or "respondent" where a speaker's name is or begins with a word for that, else ""."""
    word = bare(role_word(name) or name)
    return next(
        (role for kind, role in (("asks", "interviewer"), ("answers", "respondent")) if word in words(kind)), ""
    )


def is_code(name: str) -> bool:
    """Whether this is what a machine calls a voice: SPEAKER_00, «Спикер 2», S1, a number."""
    parts = [NUMBER.sub("", part) for part in re.split(r"[\s_]+", bare(name)) if part]
    return all(part in words("code") for part in parts if part)


def names_nobody(name: str) -> bool:
    return is_role(name) or is_code(name)


def role_word(name: str) -> str:
    """The role that a name begins with, as it is written: «Респондент» of «Респондент (Асель)»; "" without one."""
    first = re.split(r"[\s(,\[:/-]+", name.strip(" [](){}<>*"), maxsplit=1)[0]
    return first if len(first) > 1 and is_role(first) else ""


def looks_like_name(text: str) -> bool:
    """One to five words with capitals, digits or brackets at their heads: «Kamila's iPhone», «Қ. Мүсілімханов»."""
    parts = text.split()
    if not 1 <= len(parts) <= MOST_WORDS or not may_be_name(text):
        return False
    return parts[0][0].isupper() and all(not part[0].islower() or part[:2] == "iP" for part in parts)


def may_be_name(text: str) -> bool:
    """Whether a text is short enough for a name and no sentence ends in it, nor is it what speech begins with."""
    name = text.strip()
    if not 0 < len(name) <= LONGEST or len(name.split()) > MOST_WORDS or re.search(END, name):
        return False
    return any(letter.isalpha() for letter in name) and bare(name) not in words("lead")


def is_sound(text: str) -> bool:
    """Whether what stands in brackets is a sound: [смех], [inaudible]."""
    return any(word.casefold() in words("sound") for word in re.findall(r"[\w-]+", text))
