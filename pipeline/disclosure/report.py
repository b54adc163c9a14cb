"""work/disclosure.html: what a release says of each participant, for the researchers alone."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from pipeline.disclosure import risk
from pipeline.disclosure.risk import Profile, Quoted, Report, Revealed
from pipeline.errors import ConfigError
from pipeline.messages import wording
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

if TYPE_CHECKING:
    from jinja2 import Template

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
WORDS, COLUMNS, WAYS = (
    {language: {key: both[at] for key, both in section.items()} for at, language in enumerate(("ru", "en"))}
    for section in wording(Path(__file__).with_name("wording.toml")).values()
)
"""language -> what the page says, columns of data_list, and ways to say less"""


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
    """The page, see report.html.j2."""
    word = WORDS[language] | {"small": WORDS[language]["small"].format(small=risk.SMALL)}
    return _template().render(
        language=language,
        word=word,
        report=report,
        columns=lambda names: columns(names, language) or "—",
        sizes=sorted(Counter(str(person.size) for person in report.people).items(), key=lambda size: int(size[0])),
        alone=[(way(one.name, language), one.alone) for one in report.coarser],
        ways=lambda found: [((way(w.name, language), w.smallest, w.alone, w.small), not w.name) for w in found],
        prints=[(revealed(one, language), one.by_all == 1) for one in told],
        quotes=[(quoted_line(one, word["nothing"]), one.fits == 1) for one in lines],
        counted=any(person.population is not None for person in report.people),
        each=[(profile(person, language), person.size == 1) for person in report.people],
        against=[
            ((name, f"¶{one.cite}", column(one.column, language), one.table, one.said), False) for name, one in against
        ],
        margins=[
            (column(name, language), [(value or "—", count) for value, count in found])
            for name, found in report.margins
        ],
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("pipeline.disclosure", ""),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["e"] = escape
    return environment.get_template("report.html.j2")


def profile(person: Profile, language: str) -> tuple[object, ...]:
    """A participant's row among the others."""
    single = "; ".join(columns(chosen, language, " + ") for chosen in person.singled_by) or "—"
    cells = (person.id, person.size, single, columns(person.only_one, language) or "—")
    return cells if person.population is None else (*cells, person.population)


def revealed(one: Revealed, language: str) -> tuple[object, ...]:
    """A row on what line, quotes and tables say of a participant together."""
    return (
        *(one.id, one.quotes, one.by_line, one.by_all, columns(one.learnt, language) or "—"),
        *(columns(one.rare, language) or "—", ways(one.better, language) or "—", one.better_size),
    )


def quoted_line(one: QuoteLine, nothing: str) -> tuple[object, ...]:
    """A row on a chosen quote and the line beneath it; `nothing` stands for an empty line."""
    better = "—" if one.less == one.line else one.less or nothing
    return (one.quote.participant, f"¶{one.quote.turns}", one.line, one.fits, better, one.will_fit)


def column(name: str, language: str) -> str:
    """A column in the report's language."""
    return COLUMNS[language].get(name, name)


def columns(names: Iterable[str], language: str, between: str = ", ") -> str:
    return between.join(column(name, language) for name in names)


def way(name: str, language: str) -> str:
    """A way to say less, or several, in the report's language; "" as it is."""
    return ways(name.split(", "), language) if name else WORDS[language]["as_is"]


def ways(names: Iterable[str], language: str) -> str:
    return ", ".join(russian(name) if language == "ru" else name for name in names)


def russian(name: str) -> str:
    if name.startswith(risk.WITHOUT):
        return f"без столбца «{column(name.removeprefix(risk.WITHOUT), 'ru')}»"
    if name.startswith("residence: home"):
        return name.replace("residence: home", "проживание: дома").replace(" or abroad", " или за границей")
    return WAYS["ru"].get(name, name)
