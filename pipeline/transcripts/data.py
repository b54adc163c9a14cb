"""JSON of recognisers and services: whisper, WhisperX, whisper.cpp, Vibe, services with milliseconds, JSON by lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from pipeline.transcripts.clock import bounded, seconds
from pipeline.transcripts.said import Refused, Said

LISTS = (
    "turns",
    "segments",
    "utterances",
    "transcription",
    "monologues",
    "paragraphs",
    "results",
    "transcript",
    "items",
)
"""keys under which programs keep what was said, the fullest first"""
TEXTS = ("text", "transcript", "content", "sentence", "value")
NAMES = (
    "display_name",
    "speaker_name",
    "speakerName",
    "speaker",
    "speaker_label",
    "speakerLabel",
    "speaker_id",
    "voice",
)
STARTS = ("start", "start_time", "startTime", "begin", "from", "start_ts", "offset", "ts", "time")
ENDS = ("end", "end_time", "endTime", "stop", "to", "end_ts")
MILLISECONDS, CENTISECONDS = 1000.0, 100.0
SLOWEST = 1.0
"""letters a second below which nobody speaks: whole numbers that would mean so are no seconds"""


def parsed(text: str) -> Any:
    """The value of a JSON text, or the list of those of its lines; None for anything else."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError):
        return None


def has(text: str, key: str) -> bool:
    """Whether a text is JSON whose turns stand under a key."""
    value = parsed(text)
    return isinstance(value, dict) and isinstance(value.get(key), list)


def by_lines(text: str) -> bool:
    """Whether each line of a text is a JSON object of its own."""
    lines = [line for line in text.split("\n", 2) if line.strip()]
    return len(lines) > 1 and all(line.startswith("{") for line in lines[:2]) and isinstance(parsed(text), list)


def read(text: str) -> list[Said]:
    """What was said, by the fields that each row has. Raises Refused for JSON that holds no transcript."""
    found = rows(parsed(text))
    if found is None:
        raise Refused("json")
    try:
        made = [said(row) for row in found]
    except (TypeError, ValueError, OverflowError):
        raise Refused("times") from None
    scale = unit(found, made)
    return [
        Said(one.text, one.speaker, scaled(one.start, scale), scaled(one.end, scale))
        for one in made
        if one.text.strip()
    ]


def rows(value: Any) -> list[Mapping[str, Any]] | None:
    """The rows of what was said, wherever they lie; None where there are none."""
    if isinstance(value, list):
        listed: list[Mapping[str, Any]] = [row for row in value if isinstance(row, dict)]
        return listed if any(text_of(row) is not None for row in listed) else None
    if not isinstance(value, dict):
        return None
    for key in LISTS:
        inner = value.get(key)
        found = by_word(inner) if key == "items" else rows(inner)
        if found:
            return found
    return [value] if isinstance(value.get("text"), str) and value["text"].strip() else None


def by_word(items: Any) -> list[Mapping[str, Any]] | None:
    """Turns of words that each have their speaker, as AWS Transcribe lists them."""
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        return None
    made: list[Mapping[str, Any]] = []
    for speaker, group in groupby(items, key=lambda one: one.get("speaker_label") or ""):
        words = list(group)
        text = ""
        for word in words:
            options = word.get("alternatives")
            said = options[0].get("content") if isinstance(options, list) and options else word.get("content")
            text += str(said or "") if word.get("type") == "punctuation" else f" {said or ''}"
        timed = [word for word in words if word.get("start_time") is not None]
        if text.strip() and timed:
            times = {"start": timed[0]["start_time"], "end": timed[-1].get("end_time")}
            made.append({"text": text.strip(), "speaker": speaker, **times})
    return made or None


def said(row: Mapping[str, Any]) -> Said:
    """A row as a turn, times in the unit of the file. Raises TypeError and ValueError for what is no time."""
    inner = row.get("offsets") or row.get("timestamps")
    times = {**row, **inner} if isinstance(inner, dict) else row
    whisper_cpp = MILLISECONDS if isinstance(row.get("offsets"), dict) else 1.0
    pieces = [piece for piece in (row.get("elements") or row.get("words") or ()) if isinstance(piece, dict)]
    start, end = (
        moment(next((found for one in (times, *order) if (found := first(one, keys)) is not None), None))
        for keys, order in ((STARTS, pieces), (ENDS, pieces[::-1]))
    )
    if end is None and start is not None and (lasts := moment(row.get("duration"))) is not None:
        end = start + lasts
    return Said(
        (text_of(row) or "").strip(),
        speaker_of(row),
        None if start is None else start / whisper_cpp,
        None if end is None else max(end, start or 0.0) / whisper_cpp,
    )


def text_of(row: Mapping[str, Any]) -> str | None:
    found = first(row, TEXTS)
    if isinstance(found, str):
        return found
    options = row.get("alternatives")
    if isinstance(options, list) and options and isinstance(options[0], dict):
        return text_of(options[0])
    words = row.get("words") or row.get("elements")
    if isinstance(words, list) and words and all(isinstance(word, dict) for word in words):
        return " ".join(str(first(word, ("word", *TEXTS)) or "").strip() for word in words)
    return None


def speaker_of(row: Mapping[str, Any]) -> str:
    """Who speaks, as the file says it; what most of a turn's words say, where the turn itself says nothing."""
    found = first(row, NAMES)
    if isinstance(found, dict):
        found = first(found, ("name", "label", "id"))
    if found is None and isinstance(row.get("words"), list):
        named = [str(word["speaker"]) for word in row["words"] if isinstance(word, dict) and word.get("speaker")]
        found = max(sorted(set(named)), key=named.count, default=None)
    return "" if found is None or isinstance(found, bool) else str(found).strip()


def first(row: Mapping[str, Any], keys: Sequence[str]) -> Any:
    """The first of some fields that a row has."""
    return next((row[key] for key in keys if row.get(key) is not None and row.get(key) != ""), None)


def moment(value: Any) -> float | None:
    """A time as a number, from a number, «12.5», «12.5s» or «00:00:12.500»; None for none."""
    if value is None:
        return None
    if isinstance(value, str):
        plain = value.strip().removesuffix("s")
        return seconds(plain) if ":" in plain else bounded_large(float(plain))
    if isinstance(value, dict):
        return bounded_large(float(value.get("seconds") or 0) + float(value.get("nanos") or 0) / 1e9)
    if isinstance(value, bool):
        raise TypeError("no time")
    return bounded_large(float(value))


def bounded_large(value: float) -> float:
    """A number that may be a time in any unit."""
    if not 0.0 <= value <= 1e10:
        raise ValueError("no time")
    return value


def unit(found: Sequence[Mapping[str, Any]], made: Sequence[Said]) -> float:
    """By how much the times of a file are to be divided to be seconds.

    Whole numbers in which speech would be far slower than anybody speaks are milliseconds; Vibe, which says `stop`,
    counts hundredths.
    """
    times = [time for one in made for time in (one.start, one.end) if time is not None]
    if (
        not times
        or any(time != int(time) for time in times)
        or any(isinstance(row.get("offsets"), dict) for row in found)
    ):
        return 1.0
    letters = sum(len(one.text) for one in made)
    lasts = sum((one.end or 0.0) - (one.start or 0.0) for one in made if one.end is not None) or max(times)
    if lasts <= 0 or letters / lasts > SLOWEST:
        return 1.0
    return CENTISECONDS if any("stop" in row for row in found) else MILLISECONDS


def scaled(at: float | None, scale: float) -> float | None:
    """Seconds of a time. Raises Refused."""
    if at is None:
        return None
    try:
        return bounded(at / scale)
    except ValueError:
        raise Refused("times") from None


def fields(turns: Sequence[Said]) -> Iterator[dict[str, Any]]:
    for number, one in enumerate(turns, 1):
        yield {"number": number, "start": one.start, "end": one.end, "speaker": one.speaker, "text": one.text}


def write(turns: Sequence[Said]) -> bytes:
    return json.dumps({"turns": list(fields(turns))}, ensure_ascii=False, indent=1).encode()


def write_segments(turns: Sequence[Said]) -> bytes:
    """As whisper and the programs that read it have it."""
    made = [
        {"id": number, **{key: row[key] for key in ("start", "end", "speaker", "text")}}
        for number, row in enumerate(fields(turns))
    ]
    text = " ".join(one.text for one in turns)
    return json.dumps({"text": text, "segments": made}, ensure_ascii=False, indent=1).encode()


def write_lines(turns: Sequence[Said]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in fields(turns)).encode()
