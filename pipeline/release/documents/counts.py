"""What a release says about itself in numbers: the columns of its tables, and how much was hidden."""

from __future__ import annotations

from collections import Counter

from pipeline.deidentify.labels.policy import KINDS
from pipeline.release.attribution import areas
from pipeline.release.request import DRAFT_LINE, Interview, Request

Table = tuple[tuple[str, ...], ...]

COLUMNS: dict[str, tuple[str, str, str]] = {
    "document": ("имя файлов интервью", "name of the interview's files", ""),
    "status": ("подписан ли выпуск", "not signed off, or released", ""),
    "gender": ("пол", "gender", "female; male; other; refused; unknown; not asked"),
    "age": ("возраст на момент интервью, лет или промежуток", "age at the interview, years or a band", ""),
    "birth_year": ("год рождения", "year of birth", ""),
    "university_countries": (
        "страны университетов, по порядку; RU;RU значит два университета",
        "countries of the universities in order; RU;RU is two universities",
        "ISO 3166 alpha-2",
    ),
    "residence_country": ("страна проживания", "country of residence", "ISO 3166 alpha-2"),
    "language": ("язык интервью", "language of the interview", ""),
    "interview_year": ("год интервью", "year of the interview", ""),
    "attribution_ru": ("подпись к цитате", "line beneath a quote, Russian", ""),
    "attribution_en": ("подпись к цитате, английская", "line beneath a quote, English", ""),
    "consent_quote": ("согласие на цитаты", "consent to quotes", "yes; no; not asked; unknown"),
    "consent_share": (
        "согласие на передачу расшифровки",
        "consent to share the transcript",
        "yes; no; not asked; unknown",
    ),
    "consent_audio": ("согласие на передачу записи", "consent to share the recording", "yes; no; not asked; unknown"),
    "minutes": ("длительность записи", "length of the recording", "minutes"),
    "turns": ("реплик", "turns", ""),
    "words": ("слов", "words", ""),
    "words_respondent": ("слов респондента", "words of the respondent", ""),
    "parts": ("частей записи", "parts of the recording", ""),
    "text_from": ("чем распознана речь", "what made the text", ""),
    "speakers_from": ("чем разделены говорящие", "what told speakers apart", "tracks; pyannote; captions; undivided"),
}
"""column -> what it holds in Russian and English, and its values or unit"""
VALUES = {"region": "; ".join(areas.AREAS), "number": "1; 2; …", "abroad": "; ".join(areas.HOME_OR_ABROAD)}
"""what cells of countries hold where they say less"""
PUBLIC = ("сведение об участнике, внесённое исследователями", "what the researchers recorded of the participant")
CODEBOOK = ("table", "column", "meaning_ru", "meaning_en", "values", "filled", "distinct")
LOG = ("document", "kind", "class", "mentions_hidden", "mentions_kept", "things_hidden", "things_kept")


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


def log(request: Request, interviews: tuple[tuple[str, Interview], ...]) -> Table:
    """How many passages of each kind were hidden or kept, an interview at a time; counts alone."""
    made = []
    for name, interview in interviews:
        mentions: Counter[tuple[str, str, bool]] = Counter()
        things: dict[tuple[str, str, bool], set[str]] = {}
        for entity in interview.redaction.entities:
            key = (entity.kind, entity.cls, bool(entity.label))
            mentions[key] += 1
            things.setdefault(key, set()).add(entity.entity_id)
        for kind, of in sorted({key[:2] for key in mentions}, key=order):
            hidden, kept = (kind, of, True), (kind, of, False)
            counted = (mentions[hidden], mentions[kept], len(things.get(hidden, ())), len(things.get(kept, ())))
            made.append((name, kind, of, *map(str, counted)))
    return (LOG, *made, *mark(request, LOG))


def order(key: tuple[str, str]) -> tuple[int, str, str]:
    known = list(KINDS)
    return (known.index(key[0]) if key[0] in known else len(known), *key)


def mark(request: Request, header: tuple[str, ...]) -> Table:
    """The last row of a draft's table."""
    return ((DRAFT_LINE, *("" for _ in header[1:])),) if request.draft else ()


def words() -> frozenset[str]:
    """Everything here that is ours wherever it stands."""
    return frozenset((*PUBLIC, *CODEBOOK, *LOG, *(text for row in COLUMNS.values() for text in row if text)))
