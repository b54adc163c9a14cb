"""Transcripts as they are read and imported: the released text of an interview as plain text and subtitles."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct

from pipeline.deidentify.labels.replace import Piece, pieces, released
from pipeline.model import Entity, Role, Turn
from pipeline.release.attribution import line as attribution
from pipeline.release.documents import verbatim
from pipeline.release.request import DRAFT_LINE, Interview, Request, letters

PART = {"ru": "Часть {number}", "en": "Part {number}"}
TITLE = {"ru": "Интервью {name}", "en": "Interview {name}"}
OVERLAP = "//"
SHORTEST_OVERLAP = 0.5
"""seconds; less is two people breathing at the same time"""


class Spoken(NamedTuple):
    """One or more words of a turn, or the label that replaced them: where in the released text, and when."""

    start: int
    end: int
    begins: float
    ends: float


class Label(NamedTuple):
    """A replacement in a released text."""

    start: int
    end: int
    kind: str


class Line(Struct, frozen=True):
    """One turn as it is released."""

    number: int
    cite: str
    """how every file names it: its number, or "42a" of a turn that was split after coding began"""
    letter: str
    """what stands before the colon"""
    role: Role
    turn: Turn
    text: str
    """released, without marks"""
    marked: str
    """released, with pauses and overlaps marked; without hesitation where the profile is clean"""
    spoken: tuple[Spoken, ...]
    labels: tuple[Label, ...]


class Page(Struct, frozen=True):
    """One interview as it is released: every format is written from this."""

    name: str
    draft: bool
    language: str
    attributions: dict[str, str]
    """language -> line"""
    lines: tuple[Line, ...]
    request: Request
    interview: Interview

    @property
    def title(self) -> str:
        return TITLE[self.language].format(name=self.name)

    def starts_part(self, index: int) -> bool:
        """Whether another part of the interview begins with this line."""
        parts = len(self.interview.recording.parts) > 1 or self.lines[-1].turn.part > 1
        return parts and (index == 0 or self.lines[index].turn.part != self.lines[index - 1].turn.part)

    def section(self, line: Line) -> str:
        """Heading of the guide's question that begins with this line, "" for any other.

        Without a colon: a program that looks for speakers must not take it for one.
        """
        number, questions = line.turn.guide, self.request.guide
        if not 0 < number <= len(questions):
            return ""
        return f"{number}. {questions[number - 1].replace(':', ' –')}"

    def head(self, line: Line) -> str:
        """Speaker's letter, colon and, where wanted, the turn's number."""
        return f"{line.letter}: ¶{line.cite}" if self.request.settings.turn_numbers else f"{line.letter}:"


def page(request: Request, interview: Interview, name: str) -> Page:
    """The released text of an interview."""
    by_turn: dict[int, list[Entity]] = {}
    for entity in interview.redaction.entities:
        if entity.label:
            by_turn.setdefault(entity.turn, []).append(entity)
    short = letters(interview.dialogue, request.language, request.settings.labels)
    roles: dict[str, Role] = {speaker.label: speaker.role for speaker in interview.dialogue.speakers}
    cited = dict(interview.cites)
    made = []
    for turn in interview.dialogue.turns:
        entities = by_turn.get(turn.number, [])
        text, parts = released(turn, entities), pieces(turn, entities)
        spoken, labels = timed(turn, parts), replaced(parts, entities)
        made.append(
            Line(
                number=turn.number,
                cite=cited.get(turn.number, str(turn.number)),
                letter=short[turn.speaker],
                role=roles.get(turn.speaker, "other"),
                turn=turn,
                text=text,
                marked=mark(turn, text, spoken, labels, request),
                spoken=spoken,
                labels=labels,
            )
        )
    lines = attribution.lines(request, interview.participant)
    return Page(name, request.draft, request.language, lines, tuple(made), request, interview)


def replaced(parts: tuple[Piece, ...], entities: list[Entity]) -> tuple[Label, ...]:
    """Where the replacements stand in the released text."""
    kinds = {entity.start: entity.kind for entity in entities}
    made, at = [], 0
    for part in parts:
        if part.label:
            made.append(Label(at, at + len(part.text), kinds[part.start]))
        at += len(part.text)
    return tuple(made)


def moved(parts: tuple[Piece, ...], offset: int, at_end: bool) -> int:
    """Where the first letter of a word, or the end of its last, lies in the released text."""
    at = 0
    for part in parts:
        if offset < part.end or (at_end and offset == part.end):
            if part.label:
                return at + (len(part.text) if at_end else 0)
            return at + offset - part.start
        at += len(part.text)
    return at


def timed(turn: Turn, parts: tuple[Piece, ...]) -> tuple[Spoken, ...]:
    """The released text's words with their times; words behind one label are one."""
    made: list[Spoken] = []
    for word, (start, end) in zip(turn.words, turn.spans, strict=True):
        new = Spoken(moved(parts, start, False), moved(parts, end, True), word.start, word.end)
        if made and new.start < made[-1].end:
            last = made.pop()
            new = Spoken(last.start, max(last.end, new.end), last.begins, max(last.ends, new.ends))
        made.append(new)
    return tuple(made)


def mark(turn: Turn, text: str, spoken: tuple[Spoken, ...], labels: tuple[Label, ...], request: Request) -> str:
    """The released text as it is printed: pauses and beginnings of overlaps marked, hesitation as the profile says."""
    settings = request.settings
    marks: dict[int, str] = {}
    measured = not any(word.interpolated for word in turn.words)
    if measured and settings.pauses_from > 0:
        for before, after in pairwise(spoken):
            gap = after.begins - before.ends
            if gap >= settings.pauses_from:
                marks[after.start] = f"{verbatim.pause(gap)} "
    if settings.overlaps:
        for begins, ends in turn.overlaps:
            at = next((word for word in spoken if word.ends > begins), None)
            if at and ends - begins >= SHORTEST_OVERLAP and not marks.get(at.start, "").endswith(f"{OVERLAP} "):
                marks[at.start] = f"{marks.get(at.start, '')}{OVERLAP} "
    if settings.profile == "clean":
        return verbatim.clean(text, [(label.start, label.end) for label in labels], marks)
    return verbatim.marked(text, marks)


def txt(page: Page) -> bytes:
    """Plain text: a head, then one paragraph a turn that begins with the speaker's letter and a colon."""
    made = [DRAFT_LINE] if page.draft else []
    made += [page.title, *page.attributions.values(), ""]
    for index, line in enumerate(page.lines):
        if page.starts_part(index):
            made += [f"— {PART[page.language].format(number=line.turn.part)} —", ""]
        if page.section(line):
            made += [f"— {page.section(line)} —", ""]
        made += [f"{page.head(line)} {' '.join(line.marked.split())}", ""]
    return ("\n".join(made).rstrip("\n") + "\n").encode()


def vtt(page: Page) -> bytes:
    """Subtitles: released words at their times, voices by role."""
    blocks = ["WEBVTT"]
    head = ([DRAFT_LINE] if page.draft else []) + [page.title, *page.attributions.values()]
    blocks.append("NOTE\n" + "\n".join(piece.replace("-->", "→") for piece in head))
    cues = [cue for line in page.lines for cue in chunks(line, page.request.settings.cue_seconds)]
    for begins, ends, name, letter, text in sorted(cues, key=lambda cue: (cue[0], cue[1])):
        blocks.append(f"{name}\n{stamp(begins)} --> {stamp(max(ends, begins + 0.1))}\n<v {letter}>{escaped(text)}")
    return ("\n\n".join(blocks) + "\n").encode()


def chunks(line: Line, longest: float) -> list[tuple[float, float, str, str, str]]:
    """A turn in cues of about equal length, none longer than `longest` seconds, broken after sentences."""
    if not line.spoken:
        text = " ".join(line.text.split())
        return [(line.turn.start, line.turn.end, f"¶{line.cite}", line.letter, text)] if text else []
    lasts = line.spoken[-1].ends - line.spoken[0].begins
    even = lasts / max(1, math.ceil(lasts / longest))
    groups: list[list[Spoken]] = [[]]
    for word in line.spoken:
        begins = groups[-1][0].begins if groups[-1] else word.begins
        over = word.ends - begins > longest or (word.begins - begins >= even and len(groups[-1]) > 1)
        if groups[-1] and (over or sentence_over(line, groups[-1], even)):
            groups.append([])
        groups[-1].append(word)
    edges = [0, *(group[0].start for group in groups[1:]), len(line.text)]
    made = []
    for index, group in enumerate(groups):
        text = " ".join(line.text[edges[index] : edges[index + 1]].split())
        name = f"¶{line.cite}" if len(groups) == 1 else f"¶{line.cite}.{index + 1}"
        made.append((group[0].begins, max(word.ends for word in group), name, line.letter, text))
    return made


def sentence_over(line: Line, group: list[Spoken], even: float) -> bool:
    """Whether a sentence ends here and the cue is long enough to stand alone."""
    ended = line.text[: group[-1].end].rstrip("»\"') ")[-1:] in tuple(".?!…")
    return ended and group[-1].ends - group[0].begins > even * 0.6


def stamp(seconds: float) -> str:
    """00:01:02.345"""
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
