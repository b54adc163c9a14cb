"""What json/*.json of a release holds, as a JSON Schema that travels with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pipeline.release.request import DRAFT_LINE

SECONDS = {"type": "number", "minimum": 0, "description": "seconds from the beginning of the recording"}
OFFSET = {"type": "integer", "minimum": 0, "description": "code points of text"}


def record(properties: dict[str, Any], optional: tuple[str, ...] = (), description: str = "") -> dict[str, Any]:
    """An object with these properties and no others."""
    made: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": properties}
    made["required"] = [name for name in properties if name not in optional]
    return made | ({"description": description} if description else {})


def several(items: dict[str, Any], description: str = "") -> dict[str, Any]:
    return {"type": "array", "items": items} | ({"description": description} if description else {})


TURN = record(
    {
        "number": {"type": "integer", "description": "place in this transcript, from 1"},
        "cite": {"type": "string", "description": "the ¶ of all other files; stays when turns before it change"},
        "part": {"type": "integer", "description": "part of an interview that was recorded in pieces"},
        "speaker": {"type": "string", "description": "id of one of speakers"},
        "start": SECONDS,
        "end": SECONDS,
        "text": {"type": "string", "description": "as released, with labels in place of hidden words"},
        "labels": several(
            record({"start": OFFSET, "end": OFFSET, "kind": {"type": "string"}}), "where the labels stand in text"
        ),
        "overlaps": several({"type": "array", "items": SECONDS}, "when another speaker talks at the same time"),
        "backchannel": {"type": "boolean", "description": "only a sign of listening, such as «угу»"},
        "question": {"type": "boolean"},
    }
)
TRANSCRIPT = record(
    {
        "schema": {"const": "interviews/transcript/1"},
        "status": {"enum": ["draft", "released"], "description": "draft: nobody has signed it off"},
        "notice": {"type": "string", "description": "only in a draft"},
        "id": {"type": "string"},
        "language": {"enum": ["ru", "en"], "description": "of the speakers' letters and marks"},
        "attribution": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "the line beneath a quote, by language",
        },
        "attributes": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "what may be known of the participant; columns of data_list",
        },
        "seconds": SECONDS,
        "parts": several(record({"start": SECONDS, "seconds": {"type": "number"}})),
        "speakers": several(
            record({"id": {"type": "string"}, "role": {"enum": ["interviewer", "respondent", "other"]}})
        ),
        "turns": several(TURN),
    },
    optional=("notice",),
    description="One interview, its identifying words replaced by labels.",
)


def transcript(draft: bool) -> bytes:
    """transcript.schema.json"""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "transcript"}
    marked = {"$comment": DRAFT_LINE} if draft else {}
    return (json.dumps(head | marked | TRANSCRIPT, ensure_ascii=False, indent=1) + "\n").encode()


def words() -> frozenset[str]:
    """Every key and text of the schema, which are ours wherever they stand."""
    return frozenset(strings(json.loads(transcript(True))))


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
