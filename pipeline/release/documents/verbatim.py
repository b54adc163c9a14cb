"""How close to the sound a printed transcript stays: verbatim, or clean of hesitation. The text itself never changes.

Clean takes out what nobody means: hesitation sounds, broken-off beginnings of the next word, and function words said
twice in a row. «Ну», «вот», «как бы» stay: they are words, and say how something is meant; so do «угу» and «ага», which
are answers. Labels are never touched. The release's .json and .vtt files hold every word in both profiles.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

HESITATION = re.compile(r"э+(-э+)*м*|м{2,}(-м+)*|м(-м+)+|а(-а){2,}|ы+(-ы+)+|гм+|um+|uh+m*|e+rm*")
"""sounds of somebody who is looking for words"""

REPEATED = frozenset(
    """
    я ты мы вы он она оно они мне меня нам нас ему ей им их его её у в во на с со к ко по о об от до из за для при без
    и а но или что чтобы как если когда потому то это эта этот эти так там не ни бы же ли вот ну
    i you he she it we they the a an and but or to in on at of for that this is
    мен сен ол біз сіз олар және бірақ
    """.split()
)
"""words that nobody says twice in a row on purpose; «очень, очень» and «да, да» are meant"""

STOPS = ".?!…"
BROKEN_OFF = re.compile(r"\W*(\w+)(-|–|—|\.\.\.|…),?")

Spans = Sequence[tuple[int, int]]


def pause(seconds: float) -> str:
    """A pause as Dresing and Pehl write it: (.) (..) (...) for one to three seconds, the number for longer ones."""
    whole = max(1, round(seconds))
    return f"({'.' * whole})" if whole <= 3 else f"({whole})"


def clean(text: str, labels: Spans, marks: Mapping[int, str]) -> str:
    """A turn's text without hesitation, with marks put in at their offsets; nothing within `labels` changes.

    A turn that is nothing but hesitation stays as it is: that somebody hesitated is then all that he said.
    """
    words = list(re.finditer(r"\S+", text))
    free = [not any(start < word.end() and word.start() < end for start, end in labels) for word in words]
    gone = [free[n] and superfluous(words, free, n) for n in range(len(words))]
    if all(gone):
        gone = [False] * len(words)
    made: list[str] = []
    capital = False
    for n, word in enumerate(words):
        inside = {offset - word.start(): mark for offset, mark in marks.items() if word.start() <= offset < word.end()}
        if not gone[n]:
            capital = capital and free[n]
            made.append(marked(word[0][:1].upper() + word[0][1:] if capital else word[0], inside))
            capital = False
            continue
        capital = capital or (word[0].lstrip('«"“(')[:1].isupper() and (not made or made[-1][-1:] in STOPS))
        made += [mark.strip() for mark in inside.values()]
        if made and word[0][-1:] in STOPS and not begins_next(words, n):
            made[-1] = made[-1].rstrip(",;:")
            made[-1] += "" if made[-1][-1:] in STOPS else word[0][-1:]
    return " ".join(made)


def marked(word: str, marks: Mapping[int, str]) -> str:
    """A word with marks at offsets in it."""
    for offset in sorted(marks, reverse=True):
        word = word[:offset] + marks[offset] + word[offset:]
    return word


def superfluous(words: Sequence[re.Match[str]], free: Sequence[bool], n: int) -> bool:
    """Whether the n-th word is hesitation, the broken-off beginning of the next, or said again by the next."""
    core = bare(words[n][0])
    if HESITATION.fullmatch(core):
        return True
    if n + 1 == len(words) or not free[n + 1]:
        return False
    again = core == bare(words[n + 1][0]) and core in REPEATED and words[n][0][-1:] not in STOPS
    return again or begins_next(words, n)


def begins_next(words: Sequence[re.Match[str]], n: int) -> bool:
    """Whether the n-th word breaks off and the next one says it whole."""
    begun = BROKEN_OFF.fullmatch(words[n][0])
    if not begun or n + 1 == len(words):
        return False
    following = bare(words[n + 1][0])
    return len(following) > len(begun[1]) and following.startswith(begun[1].casefold())


def bare(word: str) -> str:
    """A word in small letters without the punctuation around it."""
    return re.sub(r"^\W+|\W+$", "", word).casefold()
