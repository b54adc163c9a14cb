"""Quotes ready for a paper, each with its attribution, and the list of those that were chosen."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, structs

from pipeline.errors import ConfigError, ExportRefused, UsageError
from pipeline.release import build
from pipeline.release.attribution import line as attribution
from pipeline.release.documents import transcripts
from pipeline.release.documents.transcripts import Line, Page
from pipeline.release.gate import leak
from pipeline.release.gate.private_words import sought
from pipeline.release.request import LETTERS, Interview, Request
from pipeline.store.artifacts import write_table

COLUMNS = ("participant_id", "turns", "language", "attribution", "quote")
MARKS = {"ru": ("«", "»"), "en": ("“", "”")}
INNER = {"ru": ("„", "“"), "en": ("‘", "’")}
"""marks of a quotation inside the quote"""
RANGE = re.compile(r"(\d+[a-z]*)(?:[-–—](\d+[a-z]*))?")


class Quote(Struct, frozen=True):
    """One chosen quote, as released."""

    participant: str
    turns: str
    """"42" or "42–44", as every file numbers them"""
    language: str
    """of the frame: marks and attribution"""
    attribution: str
    text: str
    notes: tuple[str, ...] = ()
    """what a person should know before it is printed"""

    def printed(self) -> str:
        """As it goes into the paper."""
        return f"{self.text} {self.attribution}".strip()


def make(request: Request, participant: str, turns: str, language: str) -> Quote:
    """A quote of these turns. Raises UsageError, ConfigError without consent (3), ExportRefused where it leaks (7)."""
    interview = whose(request, participant)
    if build.why_not(interview):
        raise ConfigError(f"{participant}: no quote: {build.why_not(interview)}.", "Choose another participant.")
    person = interview.participant
    consent = person.consent.quote if person else "not asked"
    if consent != "yes":
        raise ConfigError(
            f"{participant}: no quote may be printed: consent_quote is “{consent}”.",
            "Ask the participant, and write `yes` into the column consent_quote of the participants' list.",
        )
    page = transcripts.page(request, interview, interview.name)
    lines = chosen(page, turns)
    text = framed(lines, language, {line.letter: lettered(line, request, language) for line in lines})
    line = attribution.lines(request, person).get(language, "")
    cite = lines[0].cite if len(lines) == 1 else f"{lines[0].cite}–{lines[-1].cite}"
    quote = Quote(participant, cite, language, line, text)
    unsigned = () if interview.signed else (f"{participant}: nobody has signed this interview off as it is now.",)
    notes = (*unsigned, *unsettled(participant, interview, lines), *examine(request, interview, quote))
    return structs.replace(quote, notes=notes)


def unsettled(participant: str, interview: Interview, lines: Sequence[Line]) -> Iterator[str]:
    """That nobody has answered what the second look asks of these turns."""
    turns = {line.turn.number for line in lines}
    left = sum(one.turn in turns for one in interview.redaction.open)
    if left:
        said = f"{participant}: {build.count(left, 'word')} of the quote: nothing and nobody has called them harmless."
        yield said


def whose(request: Request, participant: str) -> Interview:
    """The interview of a participant, or of a recording without one. Raises UsageError."""
    for interview in request.interviews:
        if participant in (interview.id, interview.participant.id if interview.participant else ""):
            return interview
    raise UsageError(
        "There is no finished interview of that participant.", "`interviews status` lists the ids and how far each is."
    )


def chosen(page: Page, turns: str) -> list[Line]:
    """The turns of a quote: somebody speaks in each, and the respondent in one. Raises UsageError."""
    lines = [line for line in between(page, turns) if line.text.strip()]
    if not any(line.role == "respondent" for line in lines):
        raise UsageError(f"{page.name}: the respondent does not speak in these turns.", "Choose other numbers.")
    return lines


def between(page: Page, turns: str) -> list[Line]:
    """The turns from one number to another. Raises UsageError."""
    found = RANGE.fullmatch(turns.strip().lstrip("¶"))
    cites = [line.cite for line in page.lines]
    if not found or not {found[1], found[2] or found[1]} <= set(cites):
        raise UsageError(
            f"{page.name} has no turns of these numbers.", "Write 42 or 42-44, as the transcripts number them after ¶."
        )
    return list(page.lines[cites.index(found[1]) : cites.index(found[2] or found[1]) + 1])


def lettered(line: Line, request: Request, language: str) -> str:
    """A speaker's letter in the frame's language, unless the study chose its own."""
    own = getattr(request.settings.labels, line.role)
    return line.letter if own else LETTERS[language][line.role] + line.letter[1:]


def framed(lines: list[Line], language: str, letters: Mapping[str, str]) -> str:
    """The respondent's words in the language's marks; what others say between them stands in brackets."""
    while lines[0].role != "respondent":
        lines = lines[1:]
    while lines[-1].role != "respondent":
        lines = lines[:-1]
    said = []
    for line in lines:
        text = " ".join(line.text.split())
        if line.role == "respondent":
            said.append(text)
        elif not line.turn.backchannel:
            said.append(f"[{letters[line.letter]}: {text}]")
    opening, closing = MARKS[language]
    inside, ended = INNER[language]
    whole = " ".join(said).replace(opening, inside).replace(closing, ended)
    return f"{opening}{whole}{closing}"


def examine(request: Request, interview: Interview, quote: Quote) -> tuple[str, ...]:
    """Search the quote as a release is searched; doubts on which nobody has decided. Raises ExportRefused."""
    folder = request.study / "work" / "tmp" / "quote"
    build.clear(folder)
    try:
        folder.mkdir(parents=True)
        (folder / f"{interview.name}.txt").write_text(f"¶{quote.turns} {quote.text}\n", encoding="utf-8")
        verdict = leak.search(folder, sought(request, {interview.id: interview.name}))
    finally:
        build.clear(folder)
    if verdict.hits:
        raise ExportRefused(
            f"The quote would give away {build.count(len(verdict.hits), 'private item')}:\n"
            + build.listed(verdict.hits),
            "Hide these passages in the review page first.",
        )
    undecided = sum(hit.key not in request.cleared for hit in verdict.doubts)
    if not undecided:
        return ()
    return (
        f"{quote.participant}: {build.count(undecided, 'passage')} of the quote may give somebody away; nobody has "
        "decided in the review.",
    )


def read(study: Path) -> tuple[Quote, ...]:
    """The quotes chosen so far."""
    file = study / "work" / "quotes.csv"
    if not file.is_file():
        return ()
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = [[row.get(column) or "" for column in COLUMNS] for row in csv.DictReader(stream)]
    return tuple(Quote(who, turns, language, line, text) for who, turns, language, line, text in rows)


def keep(study: Path, quote: Quote) -> None:
    """Put a quote on the list; the same turns in the same frame stand there once."""
    others = [one for one in read(study) if (one.participant, one.turns, one.language) != place(quote)]
    rows = [(one.participant, one.turns, one.language, one.attribution, one.text) for one in (*others, quote)]
    write_table(study / "work" / "quotes.csv", COLUMNS, rows)


def place(quote: Quote) -> tuple[str, str, str]:
    return quote.participant, quote.turns, quote.language
