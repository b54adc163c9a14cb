"""work/disclosure.html: what a release says of each participant, for the researchers alone."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from string import Formatter
from typing import Any

from msgspec import Struct, structs

from pipeline.disclosure import risk
from pipeline.disclosure.risk import Coarser, Quoted, Report, Revealed
from pipeline.disclosure.wording import WORDS, column, columns, way
from pipeline.disclosure.wording import ways as several
from pipeline.errors import ConfigError
from pipeline.release import build, quotes
from pipeline.release.attribution import line as attribution
from pipeline.release.attribution.contradictions import Contradiction, contradictions, facts
from pipeline.release.attribution.line import Language
from pipeline.release.documents import tables
from pipeline.release.options import now, options
from pipeline.release.quotes import Quote
from pipeline.release.request import Request
from pipeline.store.artifacts import write_atomically
from pipeline.study.export_settings import Settings
from pipeline.study.folder import Study

COUNTRIES = {"university_countries": "universities", "residence_country": "residence"}
"""columns that a setting of another name leaves out"""
SAYS_LESS: dict[str, dict[str, Any]] = {
    "age in bands of 5 years": {"age_band": 5},
    "age in bands of 10 years": {"age_band": 10},
    "universities by region": {"universities": "region"},
    "number of universities": {"universities": "number"},
    "residence by region": {"residence": "region"},
}
"""ways to say less, as settings"""
FIELDS = {"universities": "university_countries", "residence": "residence_country"}
"""fields of an attribution line that are columns of another name"""
NEVER = ("interview_year",)
"""columns that say something of the study, not of a person"""
MOST_PEOPLE = 1_000_000
"""in a table of people from whom the participants might come"""
STYLE = """
body{font:15px/1.5 system-ui,sans-serif;color:#1f1f1f;max-width:72rem;margin:2rem auto;padding:0 1.5rem}
h1{font-size:1.7rem}h2{margin-top:2.4rem;font-size:1.25rem}p{max-width:46rem}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;padding:.35rem .7rem;vertical-align:top}
th{border-bottom:2px solid #888}td{border-bottom:1px solid #ddd}
td.n{text-align:right}tr.alone td:first-child{font-weight:600}
.note{background:#fff6e0;border-left:4px solid #d99a00;padding:.6rem 1rem;max-width:44rem}
svg{max-width:100%;height:auto}
"""


class QuoteLine(Struct, frozen=True):
    """A chosen quote, its attribution line, and one that says less."""

    quote: Quote
    line: str
    fits: int
    """participants whom line and quote fit"""
    less: str
    """the line itself where nothing helps or need be done"""
    will_fit: int


def report(study: Study, tier: str, population: Path | None) -> Path:
    """Write work/disclosure.html for a tier. Raises UsageError, ConfigError."""
    chosen = options(tier, "ref", False, False).tier
    with study.store.locked("interviews disclosure"):
        return write(now(study, chosen), population)


def write(request: Request, population: Path | None = None) -> Path:
    """Write the report of what this request would release. Raises ConfigError for an unreadable population table."""
    people = rows(request)
    report = risk.examine(people, read_population(population), request.settings.home)
    told = risk.revealed(people, quoted(request, people), request.settings.home)
    found = [
        (interview.name, one)
        for interview in request.interviews
        for one in contradictions(interview)
        if interview.name in people
    ]
    file = request.study / "work" / "disclosure.html"
    file.parent.mkdir(mode=0o700, exist_ok=True)
    write_atomically(file, (html(request.language, report, told, quote_lines(request, people), found).encode(),))
    return file


def rows(request: Request) -> dict[str, dict[str, str]]:
    """What a release says of each participant, by id; columns that say nothing of anybody left out."""
    shown = [one for one in request.interviews if one.participant and not build.why_not(one)]
    cells = {
        one.name: {header: cell for header, cell in tables.public(request, one) if header not in NEVER}
        for one in sorted(shown, key=lambda one: one.name)
    }
    filled = {header for row in cells.values() for header, cell in row.items() if cell and cell != "not asked"}
    return {name: {header: cell for header, cell in row.items() if header in filled} for name, row in cells.items()}


def printed(request: Request, people: dict[str, dict[str, str]]) -> tuple[str, ...]:
    """Columns that the attribution line prints."""
    settings = request.settings
    template = settings.attribution_ru if request.language == "ru" else settings.attribution_en
    fields = [FIELDS.get(name, name) for _, name, _, _ in Formatter().parse(template) if name]
    columns = {header for row in people.values() for header in row}
    return tuple(field for field in dict.fromkeys(fields) if field in columns)


def quoted(request: Request, people: dict[str, dict[str, str]]) -> tuple[Quoted, ...]:
    """The chosen quotes, by participant; before any was chosen, everybody with the line alone."""
    line = printed(request, people)
    chosen = [quote for quote in quotes.read(request.study) if quote.participant in people]
    counts = Counter(quote.participant for quote in chosen)
    return tuple(
        Quoted(name, line, counts[name], facts(" ".join(quote.text for quote in chosen if quote.participant == name)))
        for name in (counts or people)
    )


def quote_lines(request: Request, people: dict[str, dict[str, str]]) -> list[QuoteLine]:
    """Each chosen quote with its line, and a coarser one where line and quote fit few."""
    by_name = {one.name: one.participant for one in request.interviews}
    columns, made = printed(request, people), []
    for quote in quotes.read(request.study):
        person = by_name.get(quote.participant)
        if person is None or quote.participant not in people:
            continue
        alone = (Quoted(quote.participant, columns, 1, facts(quote.text)),)
        (told,) = risk.revealed(people, alone, request.settings.home)
        language: Language = "ru" if quote.language == "ru" else "en"
        now = attribution.line(person, language, request.settings)
        less = attribution.line(person, language, settings_of(told.better, request.settings)) if told.better else now
        made.append(QuoteLine(quote, now, told.by_all, less, told.better_size))
    return made


def settings_of(ways: Sequence[str], settings: Settings) -> Settings:
    """The settings under which an export says less in these ways."""
    changed: dict[str, Any] = {}
    for name in ways:
        if name.startswith("without "):
            gone = name.removeprefix("without ")
            if gone in COUNTRIES:
                changed[COUNTRIES[gone]] = "none"
            else:
                changed["leave_out"] = (*changed.get("leave_out", settings.leave_out), gone)
        else:
            changed |= {"residence": "abroad"} if name.startswith("residence: home") else SAYS_LESS[name]
    return structs.replace(settings, **changed)


def read_population(file: Path | None) -> list[dict[str, str]]:
    """Rows of a table of people from whom the participants might come; a column `count` stands for so many rows."""
    if file is None:
        return []
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            found = list(csv.DictReader(stream))
        if sum(int(row.get("count") or 1) for row in found) > MOST_PEOPLE:
            raise ValueError("too many")
        return [
            {key: cell or "" for key, cell in row.items() if key and key != "count"}
            for row in found
            for _ in range(int(row.get("count") or 1))
        ]
    except (OSError, UnicodeDecodeError, ValueError, csv.Error):
        raise ConfigError(
            "The population table cannot be read.",
            "It is a CSV in UTF-8 with headers of data_list, and whole numbers in a column `count` if it has one; it "
            f"stands for at most {MOST_PEOPLE:,} people.",
        ) from None


def html(
    language: str,
    report: Report,
    told: Sequence[Revealed],
    lines: Sequence[QuoteLine],
    against: Sequence[tuple[str, Contradiction]],
) -> str:
    """One page that needs nothing else: no script, no font, no picture from elsewhere."""
    word = WORDS[language]
    sizes, margins = Counter(person.size for person in report.people), report.margins
    body = [
        f"<h1>{word['title']}</h1>",
        f'<p class="note">{word["restricted"]}</p>',
        f"<p>{word['how']}</p>",
        f"<p>{word['columns']}: {escape(columns(report.columns, word)) or '—'}</p>",
        f"<h2>{word['sizes']}</h2>",
        bars([(str(size), count) for size, count in sorted(sizes.items())], word["class"], word["people"]),
        f"<h2>{word['buys']}</h2>",
        bars([(way(one.name, word), one.alone) for one in report.coarser], word["way"], word["alone"]),
        ways(report.coarser, word),
        f"<h2>{word['together']}</h2>",
        ways(report.path, word) if report.path else f"<p>{word['none']}</p>",
        f"<h2>{word['prints']}</h2>",
        f"<p>{word['prints_how']}</p>",
        prints(told, word),
        *([f"<h2>{word['by_quote']}</h2>", f"<p>{word['by_quote_how']}</p>", by_quote(lines, word)] if lines else []),
        f"<h2>{word['each']}</h2>",
        f"<p>{word['each_how']}</p>",
        each(report, word),
        f"<h2>{word['against']}</h2>",
        disagreements(against, word),
        f"<h2>{word['margins']}</h2>",
        *(bars([(value or "—", count) for value, count in found], column(name, word), "") for name, found in margins),
    ]
    head = f'<head><meta charset="utf-8"><title>{word["title"]}</title><style>{STYLE}</style></head>'
    return f'<!DOCTYPE html>\n<html lang="{language}">{head}<body>\n' + "\n".join(body) + "\n</body></html>\n"


def table(head: Iterable[str], lines: Iterable[tuple[Iterable[object], bool]]) -> str:
    """A table; numbers stand to the right, and a marked row in bold."""
    made = ["<table><thead><tr>", *(f"<th>{escape(one)}</th>" for one in head), "</tr></thead><tbody>"]
    for cells, marked in lines:
        made.append('<tr class="alone">' if marked else "<tr>")
        for cell in cells:
            made.append(f'<td class="n">{cell}</td>' if isinstance(cell, int) else f"<td>{escape(str(cell))}</td>")
        made.append("</tr>")
    return "".join([*made, "</tbody></table>"])


def ways(found: Sequence[Coarser], word: dict[str, str]) -> str:
    head = (word["way"], word["smallest"], word["alone"], word["small"])
    return table(head, (((way(w.name, word), w.smallest, w.alone, w.small), not w.name) for w in found))


def each(report: Report, word: dict[str, str]) -> str:
    counted = any(person.population is not None for person in report.people)
    head = [word["id"], word["class"], word["single"], word["only"]] + [word["population"]] * counted
    lines = []
    for person in report.people:
        single = "; ".join(columns(chosen, word, " + ") for chosen in person.singled_by) or "—"
        cells: list[object] = [person.id, person.size, single, columns(person.only_one, word) or "—"]
        lines.append(([*cells, person.population or 0] if counted else cells, person.size == 1))
    return table(head, lines)


def prints(told: Sequence[Revealed], word: dict[str, str]) -> str:
    head = [word[key] for key in ("id", "quotes", "by_line", "by_all", "learnt", "rare", "better", "class")]
    return table(
        head,
        (
            (
                (
                    *(one.id, one.quotes, one.by_line, one.by_all, columns(one.learnt, word) or "—"),
                    *(columns(one.rare, word) or "—", several(one.better, word) or "—", one.better_size),
                ),
                one.by_all == 1,
            )
            for one in told
        ),
    )


def by_quote(lines: Sequence[QuoteLine], word: dict[str, str]) -> str:
    head = [word[key] for key in ("id", "turn", "now", "fits", "better", "will_fit")]
    return table(
        head,
        (
            (
                (
                    *(one.quote.participant, f"¶{one.quote.turns}", one.line, one.fits),
                    *("—" if one.less == one.line else one.less or word["nothing"], one.will_fit),
                ),
                one.fits == 1,
            )
            for one in lines
        ),
    )


def disagreements(against: Sequence[tuple[str, Contradiction]], word: dict[str, str]) -> str:
    if not against:
        return f"<p>{word['none']}</p>"
    head = [word[key] for key in ("id", "turn", "column", "table", "said")]
    return table(
        head, (((name, f"¶{one.cite}", column(one.column, word), one.table, one.said), False) for name, one in against)
    )


ROW, LEFT, WIDE = 26, 330, 400
"""pixels: height of a bar with its gap, room for names, the longest bar"""


def bars(values: Sequence[tuple[str, int]], name: str, unit: str) -> str:
    """A bar chart that lies on its side, drawn as SVG."""
    most = max((count for _, count in values), default=0) or 1
    height = ROW * (len(values) + 1)
    title = f"{name}: {unit}" if unit else name
    made = [
        f'<svg viewBox="0 0 {LEFT + WIDE + 60} {height}" width="{LEFT + WIDE + 60}" role="img" '
        f'aria-label="{escape(title)}" font-family="system-ui,sans-serif" font-size="13">',
        f'<text x="0" y="16" fill="#555">{escape(title)}</text>',
    ]
    for at, (label, count) in enumerate(values, 1):
        y, length = at * ROW, round(WIDE * count / most)
        short = label if len(label) <= 46 else label[:45] + "…"
        made.append(f'<text x="{LEFT - 8}" y="{y + 15}" text-anchor="end">{escape(short)}</text>')
        made.append(f'<rect x="{LEFT}" y="{y + 3}" width="{length}" height="{ROW - 8}" fill="#4c78a8"/>')
        made.append(f'<text x="{LEFT + length + 6}" y="{y + 15}">{count}</text>')
    return "".join([*made, "</svg>"])
