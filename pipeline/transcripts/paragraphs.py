"""Paragraphs to turns: who speaks is told by what stands before a colon, a tab, in brackets or on a line of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pipeline.transcripts.clock import TIME, seconds
from pipeline.transcripts.marks import Stretch, bare_times, stretches
from pipeline.transcripts.said import Said
from pipeline.transcripts.speakers import LONGEST, is_sound, looks_like_name, may_be_name, names_nobody

STAMP = rf"(?:[\s,|]*[\[(<]?\s*(?P<at>{TIME})(?:\s*[-–—]\s*(?P<until>{TIME}))?\s*[\])>]?)"
DASH = r"\s*(?:[-–—•*>]+\s+|>>+\s*)?"
NAME = rf"(?P<name>[^:\n\t]{{1,{LONGEST}}}?)"
SHAPES: dict[str, re.Pattern[str]] = {
    "colon": re.compile(rf"{DASH}{NAME}{STAMP}?\s*:(?![\d/\\])\s*(?P<text>.*)", re.S),
    "stamped": re.compile(rf"{DASH}{NAME}(?:\s*[,|–—-]\s*|\s+|(?=[\[(<])){STAMP}\s*:?\s*(?P<text>)", re.S),
    "tab": re.compile(rf"{DASH}{NAME}\s*\t\s*(?P<text>.*)", re.S),
    "brackets": re.compile(
        rf"{DASH}[\[({{<]{{1,2}}(?P<name>[^\])}}>\n]{{1,{LONGEST}}})[\])}}>]{{1,2}}\s*[:–—-]?\s*(?P<text>.*)", re.S
    ),
    "bracket": re.compile(rf"{DASH}(?P<name>[^()\n\t:]{{1,{LONGEST}}}?)\)\s+(?P<text>.*)", re.S),
    "marked": re.compile(rf"{DASH}{NAME}\s*(?P<text>)", re.S),
    "alone": re.compile(rf"{DASH}{NAME}\s*(?P<text>)", re.S),
}
"""how a speaker may stand in a paragraph, the surest first; each has `name` and `text`; on a line of his own he is
`marked` where a time stands before him"""
WAYS = (
    (re.compile(r"\s*\*\*[^*]+\*\*"), re.compile(r"\*\*([^*]+)\*\*"), r"\1"),
    (re.compile(r"\s*#{1,6} \S"), re.compile(r"^\s*#{1,6} "), ""),
    (re.compile(r"\s*\[\d\d\.\d\d\.\d\d\]"), re.compile(r"^\s*\[(\d\d)\.(\d\d)\.(\d\d)\]"), r"[\1:\2:\3]"),
    (re.compile(r"\s*\[\d{1,2}\.\d\d\]"), re.compile(r"^\s*\[(\d{1,2})\.(\d\d)\]"), r"[\1:\2]"),
)
"""what tells that a file writes something in its own way, what that is, and what it is instead"""
SPELT = re.compile(
    r"^\s*(?:(?P<hours>\d+) (?:hours?|час\w*) ?)?(?:(?P<minutes>\d+) (?:minutes?|минут\w*) ?)?"
    r"(?:(?P<seconds>\d+) (?:seconds?|секунд\w*))?\s*$"
)
SHARE, MOSTLY, NEARLY_ALL = 0.3, 0.5, 0.8
"""share of paragraphs that begin in a shape from which a file is taken to name its speakers so, mostly so, or always"""
OFTEN, RARE = 2, 0.05
"""times, and share of paragraphs, from which an ordinary word before a colon is a speaker"""


class Head(Struct, frozen=True):
    """The beginning of a paragraph that names who speaks."""

    name: str
    text: str
    """what follows; "" for a line of its own"""
    start: float | None = None
    end: float | None = None


def turns(paragraphs: Sequence[str], wrapped: bool = False) -> list[Said]:
    """What each speaker says. `wrapped`: the lines are those of a page, so that one that names nobody goes on."""
    lines = usual([line.strip(" \u00a0\u200b\ufeff") for text in paragraphs for line in text.split("\n")])
    bare = bare_times(lines)
    cut = headed(carried([stretches(line, bare) for line in lines if line]))
    known = speakers([pieces[0] for pieces in cut])
    made: list[Said] = []
    for pieces in cut:
        head = next((one for shape, one in heads(pieces[0]) if one.name in known.get(shape, ())), None)
        made += said(pieces, head)
    return timed(joined(made, wrapped))


def labelled(texts: Sequence[str]) -> list[list[tuple[str, str]]]:
    """What each speaker says in each of a file's cues, as (name, text): a cue may hold the lines of several."""
    lines = [[Stretch(line.strip()) for line in text.split("\n") if line.strip()] for text in texts]
    known = speakers([line for cue in lines for line in cue])
    made: list[list[tuple[str, str]]] = []
    for cue in lines:
        pieces: list[tuple[str, str]] = []
        for line in cue:
            head = next((one for shape, one in heads(line) if one.name in known.get(shape, ())), None)
            if head:
                pieces.append((head.name, head.text))
            else:
                name, before = pieces.pop() if pieces else ("", "")
                pieces.append((name, f"{before}\n{line.text}".strip()))
        made.append([(name, text) for name, text in pieces if text])
    return made


def usual(lines: Sequence[str]) -> list[str]:
    """Lines without Markdown's emphasis, and with times as others write them, where a file has such things often."""
    made = list(lines)
    for often, pattern, instead in WAYS:
        if sum(bool(often.match(line)) for line in made) >= OFTEN:
            made = [pattern.sub(instead, line) for line in made]
    return [SPELT.sub(spelt, line) for line in made]


def spelt(found: re.Match[str]) -> str:
    """«1 minute 12 seconds» as a mark."""
    hours, minutes, whole = (int(found[key] or 0) for key in ("hours", "minutes", "seconds"))
    return f"[{hours:02}:{minutes:02}:{whole:02}]" if found[0].strip() else found[0]


def headed(cut: list[list[Stretch]]) -> list[list[Stretch]]:
    """The same, a colon after each name that stands alone before lines with times, where all lines without are such."""
    bare = [number for number, pieces in enumerate(cut) if pieces[0].start is None]
    alone = [
        number
        for number in bare
        if number + 1 < len(cut)
        and cut[number + 1][0].start is not None
        and len(cut[number]) == 1
        and not any(shape == "colon" for shape, _ in heads(cut[number + 1][0]))
        and (is_short_name(cut[number][0].text) or names_nobody(cut[number][0].text))
    ]
    if not alone or len(alone) < NEARLY_ALL * len(bare):
        return cut
    return [
        [replace(pieces[0], text=f"{pieces[0].text}:")] if number in set(alone) else pieces
        for number, pieces in enumerate(cut)
    ]


def carried(cut: Iterable[list[Stretch]]) -> list[list[Stretch]]:
    """The same, the times of a line that holds nothing else given to the line after it."""
    made: list[list[Stretch]] = []
    waiting: Stretch | None = None
    for first, *rest in cut:
        one = first
        if waiting and one.start is None:
            one = replace(one, start=waiting.start, end=one.end or waiting.end)
        waiting = None if one.text.strip() or rest else one
        if not waiting:
            made.append([one, *rest])
    return made


def said(pieces: list[Stretch], head: Head | None) -> Iterator[Said]:
    """One paragraph as turns; what it names nobody for has no speaker yet."""
    name = head.name if head else ""
    for number, piece in enumerate(pieces):
        opens = head if number == 0 else None
        start = opens.start if opens and opens.start is not None else piece.start
        end = opens.end if opens and opens.end is not None else piece.end
        yield Said((opens.text if opens else piece.text).strip(), name, start, end)


def heads(opens: Stretch) -> Iterator[tuple[str, Head]]:
    """How the beginning of a paragraph may be read, by shape, the surest first."""
    for shape, pattern in SHAPES.items():
        if shape == ("alone" if opens.start is not None else "marked"):
            continue
        found = pattern.fullmatch(opens.text)
        if not found or not found["name"].strip() or (shape == "brackets" and is_sound(found["name"])):
            continue
        times = found.groupdict()
        start, end = (seconds(times[key]) if times.get(key) else None for key in ("at", "until"))
        yield shape, Head(trimmed(found["name"]), found["text"].strip(), start, end)


def trimmed(name: str) -> str:
    """A name without the brackets and marks around it."""
    bare = name.strip(" \t\u00a0,;|*_–—-").lstrip("#@")
    if bare[:1] in "[({<" and bare[-1:] in "])}>":
        bare = bare[1:-1]
    return bare.strip()


def speakers(opening: Sequence[Stretch]) -> dict[str, frozenset[str]]:
    """The names that stand for speakers, by shape."""
    found: dict[str, Counter[str]] = {shape: Counter() for shape in SHAPES}
    for one in opening:
        for shape, head in heads(one):
            found[shape][head.name] += 1
    total = max(len(opening), 1)
    marks = sum(one.start is not None for one in opening)
    named = sum(count for name, count in found["marked"].items() if names_nobody(name) or is_short_name(name))
    if named < max(NEARLY_ALL * marks, OFTEN):
        found["marked"].clear()
    sure = {shape: {name for name in names if stated(shape, name, names, total)} for shape, names in found.items()}
    everyone = {name for shape in ("colon", "stamped", "marked") for name in sure[shape]}
    return {shape: frozenset(sure[shape] | (everyone & set(names))) for shape, names in found.items()}


def stated(shape: str, name: str, names: Counter[str], total: int) -> bool:
    """Whether a beginning that comes so often is a speaker's name rather than the beginning of what is said."""
    count, share = names[name], sum(names.values()) / total
    if shape == "alone":
        return count >= OFTEN and is_short_name(name)
    sure = shape in ("colon", "stamped", "marked") or share >= SHARE
    if names_nobody(name) or not may_be_name(name):
        return sure and names_nobody(name)
    if shape == "colon" and ordinary(name):
        return share >= NEARLY_ALL or (count >= OFTEN and count >= RARE * total)
    usual = SHARE if shape in ("stamped", "marked") else MOSTLY
    mostly = share >= usual and (shape != "colon" or len(re.sub(r"\(.*?\)", "", name).split()) == 1)
    return sure and (looks_like_name(name) or count >= OFTEN or mostly)


def is_short_name(name: str) -> bool:
    """Whether a line of its own may be somebody's name."""
    return looks_like_name(name) and len(name.split()) <= 3 and name[-1:] not in ".," and not ordinary(name)


def ordinary(name: str) -> bool:
    """Whether a single word is one of the language and nobody's name: «Первое: …»."""
    if not re.fullmatch("[а-яё-]+", name.casefold()):
        return False
    parses = morph().parse(name)
    named = any(set(parse.tag.grammemes) & {"Name", "Surn", "Patr"} for parse in parses)
    return not named and any(parse.is_known for parse in parses)


@cache
def morph() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


def joined(made: Iterable[Said], wrapped: bool) -> list[Said]:
    """Paragraphs that name nobody joined to the turn before them, where a file names two speakers or more.

    After a line that holds the speaker alone, what follows is always his.
    """
    pieces = list(made)
    several = len({one.speaker for one in pieces if one.speaker}) > 1
    done: list[Said] = []
    for one in pieces:
        before = done[-1] if done else None
        opened = before is not None and before.speaker and not before.text
        same = before is not None and one.speaker in ("", before.speaker)
        if before and same and (opened or (several and not one.speaker and before.speaker and one.start is None)):
            gap = "" if not before.text else " " if wrapped else "\n"
            done[-1] = replace(before, text=before.text + gap + one.text, end=one.end or before.end)
            if opened and one.start is not None and before.start is None:
                done[-1] = replace(done[-1], start=one.start)
        elif before and several and not one.speaker and before.speaker:
            done.append(replace(one, speaker=before.speaker))
        elif before and not before.text and before.start is not None and one.start is None and not before.speaker:
            done[-1] = replace(one, start=before.start, end=before.end or one.end)
        else:
            done.append(one)
    return [one for one in done if one.text]


def timed(made: Sequence[Said]) -> list[Said]:
    """The same with the times that follow from those of the neighbours."""
    done: list[Said] = []
    for number, one in enumerate(made):
        start, end = one.start, one.end
        if start is None and end is not None:
            start = done[-1].end if done and done[-1].end is not None else 0.0 if not done else None
        following = made[number + 1].start if number + 1 < len(made) else None
        if end is None and start is not None and following is not None:
            end = following
        if start is not None and end is not None:
            end = max(start, end)
        done.append(replace(one, start=start, end=end))
    return done
