"""data_list: one row an interview, with what may be known of the participant."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from pipeline.release.attribution import areas, line
from pipeline.release.documents.office_bytes import repack
from pipeline.release.request import DRAFT_LINE, Interview, Request
from pipeline.study.export_settings import Settings, Universities

WIDEST = 60
"""characters of a column in the spreadsheet; longer cells are wrapped"""

OWN = (
    *("document", "status", "gender", "age", "birth_year", "university_countries", "residence_country", "language"),
    *("interview_year", "attribution_ru", "attribution_en", "consent_quote", "consent_share", "consent_audio"),
    *("minutes", "turns", "words", "words_respondent", "parts", "text_from", "speakers_from"),
)
"""headers that are ours; a public column of the same name is not printed twice"""
STUDIED: dict[Universities, Callable[[str], str]] = {
    "country": lambda cell: cell,
    "region": areas.region,
    "number": areas.number,
    "none": lambda _cell: "",
}
"""a cell of universities, by how they are told"""
CHANGES = ("release", "document", "what", "turn", "old", "new")
"""headers of CHANGES.csv"""


def public(request: Request, interview: Interview) -> tuple[tuple[str, str], ...]:
    """Public attributes by name: the year of the interview but not its day, never a private column."""
    participant = interview.participant
    if participant is None or request.tier == "blind":
        return ()
    settings = request.settings
    band = settings.age_band > 1
    cells = (
        ("gender", participant.gender or "not asked"),
        ("age", line.age_cell(participant, request.settings)),
        ("birth_year", "" if participant.birth_year is None or band else str(participant.birth_year)),
        ("university_countries", STUDIED[settings.universities](";".join(participant.university_countries))),
        ("residence_country", lives(participant.residence_country, settings)),
        ("language", participant.language),
        ("interview_year", participant.interview_date[:4]),
        *((header, cell) for header, cell in participant.extra if header not in OWN),
    )
    gone = {*settings.leave_out, *(("birth_year",) if "age" in settings.leave_out else ())}
    return tuple((header, cell) for header, cell in cells if header not in gone)


def lives(cell: str, settings: Settings) -> str:
    """Where somebody lives, as far as the release says."""
    if settings.residence == "abroad":
        return areas.abroad(cell, settings.home)
    return {"country": cell, "region": areas.region(cell)}.get(settings.residence, "")


def rows(request: Request, interviews: tuple[tuple[str, Interview], ...]) -> tuple[tuple[str, ...], ...]:
    """Headers, then one row an interview; `interviews` are names in the release and what they are."""
    filled = [(name, row(request, name, interview)) for name, interview in interviews]
    extra = dict.fromkeys(header for _, cells in filled for header in cells if header not in OWN)
    headers = (*(header for header in OWN if any(header in cells for _, cells in filled)), *extra)
    return (headers, *(tuple(cells.get(header, "") for header in headers) for _, cells in filled))


def row(request: Request, name: str, interview: Interview) -> dict[str, str]:
    """Header -> cell of one interview."""
    cells = {"document": name, "status": "DRAFT" if request.draft else "released"}
    cells |= dict(public(request, interview))
    lines = line.lines(request, interview.participant)
    cells |= {f"attribution_{language}": text for language, text in lines.items()}
    if interview.participant is not None and request.tier != "blind":
        consent = interview.participant.consent
        cells |= {"consent_quote": consent.quote, "consent_share": consent.share, "consent_audio": consent.audio}
    return cells | measures(interview)


def measures(interview: Interview) -> dict[str, str]:
    """How much was said, and how it became text."""
    turns = interview.dialogue.turns
    roles = {speaker.label: speaker.role for speaker in interview.dialogue.speakers}
    spoken = sum(len(turn.spans) for turn in turns if roles.get(turn.speaker) == "respondent")
    return {
        "minutes": f"{interview.recording.seconds / 60:.1f}",
        "turns": str(len(turns)),
        "words": str(sum(len(turn.spans) for turn in turns)),
        "words_respondent": str(spoken),
        "parts": str(max(1, len(interview.recording.parts))),
        "text_from": interview.text_from,
        "speakers_from": interview.speakers_from,
    }


def changes(request: Request, names: dict[str, str]) -> tuple[tuple[str, ...], ...]:
    """What releases after the first show otherwise: labels and turn numbers, never what a label hides."""
    mark = ((DRAFT_LINE, "", "", "", "", ""),) if request.draft else ()
    found = [change for change in request.ledger.changes if change.interview in names]
    return (
        CHANGES,
        *((str(c.release), names[c.interview], c.what, c.turn, c.old, c.new) for c in found),
        *mark,
    )


def csv_of(table: tuple[tuple[str, ...], ...]) -> bytes:
    """UTF-8 with the mark that spreadsheets need to see it."""
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows([harmless(cell) for cell in row] for row in table)
    return ("\ufeff" + made.getvalue()).encode()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "@", "+", "-", "\t") and not number(cell) else cell


def number(cell: str) -> bool:
    """Whether the spreadsheet may hold this cell as a number; not where that would change it."""
    digits = cell.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit() and (cell == "0" or not cell.startswith("0")) and len(cell) < 15


def xlsx(table: tuple[tuple[str, ...], ...], title: str = "data_list") -> bytes:
    """The same table as a spreadsheet: header frozen, numbers as numbers, everything else as text."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row_at, row in enumerate(table, 1):
        for column_at, value in enumerate(row, 1):
            cell = sheet.cell(row_at, column_at)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if row_at > 1 and number(value):
                cell.value = float(value) if "." in value else int(value)
            elif value:
                cell.value = value
                cell.data_type = "s"
            if row_at == 1:
                cell.font = Font(name="Calibri", size=11, bold=True)
                cell.fill = PatternFill("solid", fgColor="E8EDF3")
    for column_at in range(1, len(table[0]) + 1):
        longest = max(len(row[column_at - 1]) for row in table)
        sheet.column_dimensions[get_column_letter(column_at)].width = min(max(longest, 6) + 2, WIDEST)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    made = io.BytesIO()
    book.save(made)
    return repack(made.getvalue(), title)


def empty() -> bytes:
    """A spreadsheet that holds nothing of any study: what it is made of is ours."""
    return xlsx((("document",),))
