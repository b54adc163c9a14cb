"""Time marks in a paragraph: `#00:01:02-3#` of f4, `[00:01:02]`, and those without brackets that a file has often."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from pipeline.transcripts.clock import TIME, seconds
from pipeline.transcripts.speakers import looks_like_name, names_nobody

F4 = r"#(\d{1,3}:\d\d:\d\d(?:[-.,:]\d{1,3})?)#"
WHOLE = r"[\[(<{]\s*(\d{1,3}:\d\d:\d\d(?:[.,]\d{1,3})?)\s*[\])>}]"
"""in brackets with hours: a mark wherever it stands"""
INSIDE = re.compile(rf"{F4}|{WHOLE}")
BRACKETED = rf"[\[(<{{]\s*(?P<at>{TIME})(?:\s*(?:-->|[-–—])\s*(?P<until>{TIME}))?\s*[\])>}}]"
OPENS = re.compile(rf"\s*{BRACKETED}\s*[-–—:|]?\s*")
BARE = re.compile(rf"\s*(?P<at>{TIME})(?:\s*(?:-->|[-–—])\s*(?P<until>{TIME}))?(?:\s*$|\s*[-–—|]\s+|\t+|\s+(?=\S))")
RANGE = re.compile(r"\s*(?P<at>\d+(?::\d+){1,2}(?:[.,]\d+)?)\s*-->\s*(?P<until>\d+(?::\d+){1,2}(?:[.,]\d+)?)\s*")
HEAD = re.compile(rf"\s*(?P<name>[^:\n\t\[(<{{]{{1,60}}?)\s*{BRACKETED}\s*:?\s*")
"""a line of its own that holds a speaker and his time, which is where he begins"""
CLOSES = re.compile(rf"\s*{BRACKETED}\s*$")
RISING = 0.9
"""share of the bare times of a file that must not run back"""
OFTEN = 0.2
"""share of its paragraphs that begin with one"""


class Stretch(Struct, frozen=True):
    """A piece of a paragraph between two time marks."""

    text: str
    start: float | None = None
    end: float | None = None


def bare_times(paragraphs: Sequence[str]) -> bool:
    """Whether times without brackets at the heads of paragraphs are marks, not times of day that somebody tells."""
    found = [seconds(match["at"]) for text in paragraphs if (match := BARE.match(text)) and readable(match["at"])]
    if len(found) < 2:
        return False
    rising = sum(before <= after for before, after in pairwise(found)) / (len(found) - 1)
    return rising >= RISING and len(found) >= OFTEN * len([text for text in paragraphs if text.strip()])


def readable(text: str) -> bool:
    try:
        seconds(text)
    except ValueError:
        return False
    return True


def stretches(paragraph: str, bare: bool) -> list[Stretch]:
    """A paragraph cut at its marks. A mark at the end of a paragraph is where it ends."""
    head = HEAD.fullmatch(paragraph)
    if head and (looks_like_name(head["name"]) or names_nobody(head["name"])):
        return [Stretch(paragraph)]
    start = end = None
    for shape in (RANGE, OPENS, BARE) if bare else (RANGE, OPENS):
        if match := shape.match(paragraph):
            start, end = seconds(match["at"]), seconds(match["until"]) if match["until"] else None
            paragraph = paragraph[match.end() :]
            break
    if closing := CLOSES.search(paragraph):
        end = seconds(closing["at"])
        paragraph = paragraph[: closing.start()]
    made = []
    at = 0
    for match in INSIDE.finditer(paragraph):
        moment = seconds(match[1] or match[2])
        said = paragraph[at : match.start()]
        if said.strip():
            made.append(Stretch(said, start, moment))
        start, at = moment, match.end()
    rest = paragraph[at:]
    if rest.strip() or not made:
        made.append(Stretch(rest, start, end))
    return made
