"""Rows of a table in a document as paragraphs: which column holds the time, the speaker, and what is said."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.transcripts.clock import TIME
from pipeline.transcripts.speakers import LONGEST, looks_like_name, names_nobody

STAMP = re.compile(rf"[\[(<#]?\s*({TIME})(?:-\d)?(?:\s*[-–—>]+\s*({TIME}))?\s*[\])>#]?")
NUMBER = re.compile(r"\s*№?\s*\d{1,5}[.)]?\s*")
HEADS = re.compile(
    r"(время|тайм-?код|спикер|говорящий|имя|кто|текст|реплика|расшифровка|№|time|timecode|timestamp|start|end|speaker"
    r"|name|who|text|transcript|content)s?",
    re.I,
)
NAMED_SHARE = 0.6
"""share of the cells of a column that look like names where the column holds the speakers"""


def paragraphs(rows: Sequence[Sequence[str]]) -> list[str]:
    """A row as `[00:01:02] Name: text` where the table is a transcript, else a paragraph a cell."""
    filled = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if filled and all(HEADS.fullmatch(cell) or not cell for cell in filled[0]):
        filled = filled[1:]
    width = max(map(len, filled), default=0)
    columns = [[row[at] if at < len(row) else "" for row in filled] for at in range(width)]
    times = [at for at, column in enumerate(columns) if all_of(column, STAMP)]
    numbers = [at for at, column in enumerate(columns) if at not in times and all_of(column, NUMBER)]
    left = [at for at in range(width) if at not in times and at not in numbers]
    speaker = next((at for at in left[:-1] if holds_names(columns[at])), None)
    if speaker is None and not times:
        return [cell for row in filled for cell in row if cell]
    made = []
    for number in range(len(filled)):
        stamps = [found[1] for at in times if (found := STAMP.fullmatch(columns[at][number]))]
        said = "\n".join(columns[at][number] for at in left if at != speaker and columns[at][number])
        name = columns[speaker][number].rstrip(": ") if speaker is not None else ""
        made.append(f"{f'[{stamps[0]}] ' if stamps else ''}{f'{name}: ' if name else ''}{said}")
    return made


def all_of(column: Sequence[str], shape: re.Pattern[str]) -> bool:
    """Whether every filled cell of a column has a shape, and one is filled."""
    cells = [cell for cell in column if cell]
    return bool(cells) and all(shape.fullmatch(cell) for cell in cells)


def holds_names(column: Sequence[str]) -> bool:
    """Whether a column is of speakers."""
    cells = [cell.rstrip(": ") for cell in column if cell]
    short = all(len(cell) <= LONGEST for cell in cells)
    named = sum(names_nobody(cell) or looks_like_name(cell) or cells.count(cell) > 1 for cell in cells)
    return bool(cells) and short and named >= NAMED_SHARE * len(cells)
