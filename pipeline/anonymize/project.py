"""A transcript from elsewhere as a REFI-QDA project of one text, as programs for coding import it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.messages import Language
from pipeline.model import Dialogue, Recording, Redaction, Turn
from pipeline.participants import Roster
from pipeline.release.documents import qdpx as projects
from pipeline.release.documents.transcripts import Line, Page
from pipeline.release.request import Interview, Request
from pipeline.transcripts.said import Said


def qdpx(turns: Sequence[Said], name: str, language: Language) -> bytes:
    """The project as bytes: a text whose paragraphs begin with the speaker, and its case."""
    seconds = max((one.end or one.start or 0.0 for one in turns), default=0.0)
    interview = Interview(name, None, Recording(name, (), (), (), seconds), Dialogue((), ()), Redaction((), ()))
    request = Request(Path(), name, language, False, (interview,), Roster())
    lines = tuple(line(number, one) for number, one in enumerate(turns, 1))
    return projects.qdpx(request, [Page(name, False, language, {}, lines, request, interview)])


def line(number: int, one: Said) -> Line:
    """A turn as a project shows it."""
    turn = Turn(number, one.start or 0.0, one.end or one.start or 0.0, one.speaker, one.text, (), ())
    return Line(number, str(number), one.speaker or "—", "other", turn, one.text, one.text, (), ())
