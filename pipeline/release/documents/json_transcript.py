"""json/*.json of a release, the transcripts for programs, and the JSON Schema that travels with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.release.documents import tables
from pipeline.release.documents.transcripts import Line, Page
from pipeline.release.request import DRAFT_LINE

SCHEMA: dict[str, Any] = json.loads(Path(__file__).with_name("transcript.schema.json").read_text(encoding="utf-8"))


def transcript(page: Page) -> bytes:
    """The transcript for programs; see schema/transcript.schema.json in the release."""
    speakers = {line.letter: line.role for line in page.lines}
    value: dict[str, Any] = {
        "schema": SCHEMA["properties"]["schema"]["const"],
        "status": "draft" if page.draft else "released",
        **({"notice": DRAFT_LINE} if page.draft else {}),
        "id": page.name,
        "language": page.language,
        "attribution": page.attributions,
        "attributes": dict(tables.public(page.request, page.interview)),
        "seconds": round(page.interview.recording.seconds, 3),
        "parts": [{"start": round(p.start, 3), "seconds": round(p.seconds, 3)} for p in page.interview.recording.parts],
        "speakers": [{"id": letter, "role": role} for letter, role in speakers.items()],
        "turns": [turn_of(line) for line in page.lines],
    }
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def turn_of(line: Line) -> dict[str, Any]:
    turn = line.turn
    return {
        "number": line.number,
        "cite": line.cite,
        "part": turn.part,
        "speaker": line.letter,
        "start": round(turn.start, 3),
        "end": round(turn.end, 3),
        "text": line.text,
        "labels": [{"start": label.start, "end": label.end, "kind": label.kind} for label in line.labels],
        "overlaps": [[round(begins, 3), round(ends, 3)] for begins, ends in turn.overlaps],
        "backchannel": turn.backchannel,
        "question": turn.question,
    }


def schema(draft: bool) -> bytes:
    """transcript.schema.json"""
    head = {key: SCHEMA[key] for key in ("$schema", "title")}
    marked = {"$comment": DRAFT_LINE} if draft else {}
    return (json.dumps(head | marked | SCHEMA, ensure_ascii=False, indent=1) + "\n").encode()


def words() -> frozenset[str]:
    """Every key and text of the schema, which are ours wherever they stand."""
    return frozenset(strings(json.loads(schema(True))))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value
