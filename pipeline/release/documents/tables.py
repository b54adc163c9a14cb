"""The tables of a release: data_list with a row an interview, its codebook, what was hidden in numbers, what moved."""

from __future__ import annotations

import csv
import io
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from pipeline.deidentify.labels.policy import KINDS
from pipeline.release.attribution import areas, line
from pipeline.release.documents.office_bytes import repack
from pipeline.release.request import DRAFT_LINE, Interview, Request
from pipeline.study.export_settings import Settings, Universities

Table = tuple[tuple[str, ...], ...]
Rows = tuple[tuple[str, Interview], ...]
"""interviews by their names in the release"""

WIDEST = 60
"""characters of a column in the spreadsheet; longer cells are wrapped"""

COLUMNS: dict[str, tuple[str, str, str]] = {
    header: (told[0], told[1], told[2])
    for header, told in tomllib.loads(Path(__file__).with_name("columns.toml").read_text("utf-8"))["columns"].items()
}
"""header that is ours -> what it holds in Russian and English, and its values or unit"""
VALUES = {"region": "; ".join(areas.AREAS), "number": "1; 2; …", "abroad": "; ".join(areas.HOME_OR_ABROAD)}
"""what cells of countries hold where they say less"""
PUBLIC = ("сведение об участнике, внесённое исследователями", "what the researchers recorded of the participant")
CODEBOOK = ("table", "column", "meaning_ru", "meaning_en", "values", "filled", "distinct")
LOG = ("document", "kind", "class", "mentions_hidden", "mentions_kept", "things_hidden", "things_kept")
LOOKED = ("document", "setting", "asked", "questions", "hidden", "harmless_here", "harmless_in_study", "left_open")
"""headers of second_look.csv"""
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
        *((header, cell) for header, cell in participant.extra if header not in COLUMNS),
    )
    gone = {*settings.leave_out, *(("birth_year",) if "age" in settings.leave_out else ())}
    return tuple((header, cell) for header, cell in cells if header not in gone)


def lives(cell: str, settings: Settings) -> str:
    """Where somebody lives, as far as the release says."""
    if settings.residence == "abroad":
        return areas.abroad(cell, settings.home)
    return {"country": cell, "region": areas.region(cell)}.get(settings.residence, "")


def rows(request: Request, interviews: Rows) -> Table:
    """Headers, then one row an interview; `interviews` are names in the release and what they are."""
    filled = [(name, row(request, name, interview)) for name, interview in interviews]
    extra = dict.fromkeys(header for _, cells in filled for header in cells if header not in COLUMNS)
    headers = (*(header for header in COLUMNS if any(header in cells for _, cells in filled)), *extra)
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


def changes(request: Request, names: dict[str, str]) -> Table:
    """What releases after the first show otherwise: labels and turn numbers, never what a label hides."""
    found = [change for change in request.ledger.changes if change.interview in names]
    rows = ((str(c.release), names[c.interview], c.what, c.turn, c.old, c.new) for c in found)
    return (CHANGES, *rows, *mark(request, CHANGES))


def codebook(request: Request, table: Table) -> Table:
    """One row a column of data_list: what it means, and how many cells are filled."""
    made = []
    for at, header in enumerate(table[0]):
        filled = [row[at] for row in table[1:] if row[at]]
        russian, english, values = COLUMNS.get(header, (*PUBLIC, ""))
        values = coarser(request, header) or values
        made.append(("data_list", header, russian, english, values, str(len(filled)), str(len(set(filled)))))
    return (CODEBOOK, *made, *mark(request, CODEBOOK))


def coarser(request: Request, header: str) -> str:
    """The values of a column of countries that a release tells less of, "" for any other."""
    detail = {"university_countries": request.settings.universities, "residence_country": request.settings.residence}
    return VALUES.get(detail.get(header, ""), "")


def recounted(book: Table, table: Table) -> Table:
    """A codebook whose cells are counted anew in a data_list that has become shorter."""
    columns = {header: [row[at] for row in table[1:] if row[at]] for at, header in enumerate(table[0])}
    known = ((row, columns.get(row[1])) for row in book)
    return tuple(row if cells is None else (*row[:5], str(len(cells)), str(len(set(cells)))) for row, cells in known)


def log(request: Request, interviews: Rows) -> Table:
    """How many passages of each kind were hidden or kept, an interview at a time; counts alone."""
    made = []
    for name, interview in interviews:
        mentions: Counter[tuple[str, str, bool]] = Counter()
        things: dict[tuple[str, str, bool], set[str]] = {}
        for entity in interview.redaction.entities:
            key = (entity.kind, entity.cls, bool(entity.label))
            mentions[key] += 1
            things.setdefault(key, set()).add(entity.entity_id)
        for kind, of in sorted({key[:2] for key in mentions}, key=lambda key: (*order(key[0]), key[1])):
            hidden, kept = (kind, of, True), (kind, of, False)
            counted = (mentions[hidden], mentions[kept], len(things.get(hidden, ())), len(things.get(kept, ())))
            made.append((name, kind, of, *map(str, counted)))
    return (LOG, *made, *mark(request, LOG))


def looked(request: Request, interviews: Rows) -> Table:
    """How the second look at each interview went; counts alone."""
    made = []
    for name, interview in interviews:
        one = interview.looked
        counts = (one.asked, one.different, one.hidden, one.here, one.study, one.left)
        made.append((name, request.second_look, *map(str, counts)))
    return (LOOKED, *made, *mark(request, LOOKED))


def order(kind: str) -> tuple[int, str]:
    """Kinds as the policy lists them, then others by name."""
    known = list(KINDS)
    return (known.index(kind) if kind in known else len(known), kind)


def mark(request: Request, header: tuple[str, ...]) -> Table:
    """The last row of a draft's table."""
    return ((DRAFT_LINE, *("" for _ in header[1:])),) if request.draft else ()


def words() -> frozenset[str]:
    """Everything here that is ours wherever it stands."""
    return frozenset((*PUBLIC, *CODEBOOK, *LOG, *LOOKED, *(text for row in COLUMNS.values() for text in row if text)))


def csv_of(table: Table) -> bytes:
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


def xlsx(table: Table, title: str = "data_list") -> bytes:
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
