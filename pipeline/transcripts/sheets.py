"""Tables as text: CSV and TSV with named columns (Premiere, whisper, VizScribe), and Audacity's labels."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from pipeline.transcripts.clock import bounded, seconds
from pipeline.transcripts.paragraphs import labelled
from pipeline.transcripts.said import Refused, Said

COLUMNS = {
    "start": ("start", "start time", "begin", "from", "time", "timestamp", "timecode", "in", "начало", "время"),
    "end": ("end", "end time", "stop", "to", "out", "конец"),
    "speaker": ("speaker", "speaker name", "name", "who", "voice", "спикер", "говорящий", "имя"),
    "text": ("text", "dialog", "dialogue", "transcript", "content", "sentence", "utterance", "текст", "реплика"),
}
"""what a column may be called, by what it holds"""
FRAMES = re.compile(r"(\d+:\d\d:\d\d)[:;](\d\d)")
"""a time with the number of a picture after the seconds"""
PICTURES_A_SECOND = 25
LABEL = re.compile(r"\s*(\d+[.,]\d+)\t(\d+[.,]\d+)\t(.*)")
FEW = 40
"""lines that are looked at to tell what a file is"""


def delimiter(text: str) -> str:
    """What stands between the columns of a table that names them, "" for anything else."""
    head = next((line for line in text.split("\n") if line.strip()), "").strip("\ufeff")
    for mark in ("\t", ";", ","):
        cells = [cell.strip().strip('"').casefold() for cell in head.split(mark)]
        found = {kind for kind, names in COLUMNS.items() for cell in cells if cell in names}
        if len(cells) > 1 and "text" in found and len(found) > 1:
            return mark
    return ""


def is_table(text: str) -> bool:
    return bool(delimiter(text))


def is_labels(text: str) -> bool:
    lines = [line for line in text.split("\n") if line.strip()][:FEW]
    return bool(lines) and all(LABEL.fullmatch(line) or line.startswith("\\") for line in lines)


def read_table(text: str) -> list[Said]:
    """The rows of a table. Raises Refused where a time is none."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter(text)) if any(row)]
    except csv.Error:
        raise Refused("broken") from None
    head = [cell.strip().casefold() for cell in rows[0]]
    at = {kind: next((n for n, cell in enumerate(head) if cell in names), -1) for kind, names in COLUMNS.items()}

    def cell(row: Sequence[str], kind: str) -> str:
        return row[at[kind]].strip() if 0 <= at[kind] < len(row) else ""

    whole = all(re.fullmatch(r"\d*", cell(row, kind)) for row in rows[1:] for kind in ("start", "end"))
    made = []
    for row in rows[1:]:
        start, end = (moment(cell(row, kind), 1000.0 if whole and at["end"] >= 0 else 1.0) for kind in ("start", "end"))
        made.append(
            Said(cell(row, "text"), cell(row, "speaker"), start, end if end is None else max(end, start or 0.0))
        )
    return made


def moment(text: str, scale: float) -> float | None:
    """Seconds of a cell; None for an empty one. Raises Refused."""
    try:
        if framed := FRAMES.fullmatch(text):
            return bounded(seconds(framed[1]) + int(framed[2]) / PICTURES_A_SECOND)
        if ":" in text:
            return seconds(text)
        return bounded(float(text.replace(",", ".")) / scale) if text else None
    except ValueError:
        raise Refused("times") from None


def write_table(turns: Sequence[Said]) -> bytes:
    made = io.StringIO()
    rows = csv.writer(made, lineterminator="\n")
    rows.writerow(("start", "end", "speaker", "text"))
    for one in turns:
        times = ("" if at is None else f"{at:.3f}" for at in (one.start, one.end))
        rows.writerow((*times, one.speaker, one.text))
    return made.getvalue().encode()


def read_labels(text: str) -> list[Said]:
    """Audacity's labels, each with its speaker where its text begins with one. Raises Refused."""
    found = [match for line in text.split("\n") if (match := LABEL.fullmatch(line))]
    made: list[Said] = []
    for match, pieces in zip(found, labelled([match[3] for match in found]), strict=True):
        start, end = (moment(match[number], 1.0) for number in (1, 2))
        made += [Said(said, name, start, end) for name, said in pieces]
    return made


def write_labels(turns: Sequence[Said]) -> bytes:
    from pipeline.transcripts.subtitles import lasting

    lines = (
        f"{start:.6f}\t{end:.6f}\t{f'{one.speaker}: ' if one.speaker else ''}{' '.join(one.text.split())}\n"
        for start, end, one in lasting(turns)
    )
    return "".join(lines).encode()
