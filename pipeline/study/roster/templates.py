"""The tables as an Excel workbook: drop-downs where a cell takes a word of a list, and a note for each column."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Literal

from pipeline.study.roster import countries

Language = Literal["ru", "en"]
Texts = tuple[str, str]
"""Russian, English"""

ROWS = 500
"""rows that have drop-downs"""
HEADER, INK = "E8EDF3", "1F1F1F"
WIDTHS = {
    "recording": 46,
    "university_countries": 26,
    "residence_country": 22,
    "names": 34,
    "display_name": 24,
    "email": 28,
    "employer": 24,
    "other": 24,
}
"""characters; other columns have 18"""
DATED = ("interview_date", "withdrawn_on")
NUMBERS = ("age", "birth_year")

YES_NO: tuple[Texts, ...] = (("да", "yes"), ("нет", "no"), ("не спрашивали", "not asked"), ("неизвестно", "unknown"))
LISTS: dict[str, tuple[Texts, ...]] = {
    "gender": (
        ("женский", "female"),
        ("мужской", "male"),
        ("другое", "other"),
        ("отказ", "refused"),
        ("неизвестно", "unknown"),
    ),
    "language": (("ru", "ru"), ("kk", "kk"), ("en", "en")),
    "consent_quote": YES_NO,
    "consent_share": YES_NO,
    "consent_audio": YES_NO,
    "role": (("участник", "participant"), ("интервьюер", "interviewer")),
}
"""column -> the words its drop-down offers"""
STRICT = frozenset(("gender", "consent_quote", "consent_share", "consent_audio", "role"))
"""columns that take a word of their list alone; in the others something else may be typed"""
COUNTRIES = ("university_countries", "residence_country")
"""columns whose drop-down is the list of countries"""
NOTES: dict[str, Texts] = {
    "participant_id": (
        "Код участника: P01, P02 … Имён здесь быть не должно.",
        "The participant's id: P01. No names here.",
    ),
    "recording": (
        "Как запись называется в recordings/. Несколько записей одного интервью: первая; вторая.",
        "As the recording is called in recordings/. Several that are one interview: first; second.",
    ),
    "gender": ("Выберите из списка. Пусто значит: не спрашивали.", "Choose from the list. Empty means: not asked."),
    "age": (
        "Полных лет на момент интервью, или год рождения рядом.",
        "Whole years at the interview, or the year of birth.",
    ),
    "birth_year": ("Четыре цифры; точных дат здесь быть не должно.", "Four digits; no exact dates here."),
    "university_countries": (
        "По стране на каждый университет; если их несколько, напишите через точку с запятой: Россия; Япония.",
        "One country for each university; if there are several, type them with semicolons: Russia; Japan.",
    ),
    "residence_country": ("Где участник живёт.", "Where the participant lives."),
    "language": ("Язык интервью.", "Language of the interview."),
    "interview_date": ("Например 02.05.2021. Не публикуется.", "Such as 2021-05-02. Never published."),
    "consent_quote": ("Можно ли печатать цитаты. Без «да» не печатаются.", "May be quoted. Without a yes nothing is."),
    "consent_share": (
        "Можно ли передавать расшифровку. «Нет» оставляет её вне выпуска.",
        "May the transcript be shared. A no keeps it out of releases.",
    ),
    "consent_audio": ("Можно ли передавать запись.", "May the recording be shared."),
    "withdrawn_on": (
        "Дата, когда участник отозвал согласие: интервью остаётся вне всех выпусков.",
        "The day of a withdrawal: the interview stays out of every release.",
    ),
    "role": ("Чья это строка.", "Whose row this is."),
    "names": ("Фамилия, имя, отчество; варианты через точку с запятой.", "Full name; variants with semicolons."),
    "display_name": ("Как подписан в Zoom.", "As Zoom shows the person."),
    "email": ("Адреса через точку с запятой.", "Addresses, with semicolons."),
    "phone": ("Номера через точку с запятой.", "Numbers, with semicolons."),
    "employer": ("Где работает.", "Where the person works."),
    "other": ("Всё остальное, что выдаёт человека.", "Anything else that would identify the person."),
}
"""column -> what is shown when a cell of it is chosen"""
OWNER: Texts = (
    "Код участника, как в participants; у интервьюера пусто.",
    "The participant's id as in participants; empty for an interviewer.",
)
"""the same of the column participant_id in contacts"""
TITLES: dict[str, Texts] = {
    "participants": ("Участники", "Participants"),
    "contacts": ("Контакты (не публикуются)", "Contacts (never published)"),
}
RUSSIAN = {
    "participant_id": "код",
    "recording": "запись",
    "gender": "пол",
    "age": "возраст",
    "birth_year": "год рождения",
    "university_countries": "страны университетов",
    "residence_country": "страна проживания",
    "language": "язык",
    "interview_date": "дата интервью",
    "consent_quote": "согласие на цитаты",
    "consent_share": "согласие на передачу",
    "consent_audio": "согласие на аудио",
    "withdrawn_on": "дата отзыва",
    "role": "роль",
    "names": "имена",
    "display_name": "имя в Zoom",
    "email": "почта",
    "phone": "телефон",
    "employer": "работодатель",
    "other": "прочее",
}
"""column -> the header that means the same in Russian"""
HELP: Texts = ("Справка", "Help")
FURTHER: dict[str, Texts] = {
    "participants": (
        "Добавьте любые другие столбцы: они считаются открытыми сведениями и попадут в выпуск. Столбцы, названия "
        "которых начинаются с private_, не попадут. Заголовки можно писать по-русски.",
        "Add any further columns: they count as public facts and go into the release. Columns whose names begin with "
        "private_ do not. Headers may be in Russian.",
    ),
    "contacts": (
        "Строка на человека; у интервьюера код не нужен. Ничего из этой таблицы не публикуется.",
        "A row a person; an interviewer needs no id. Nothing of this table is published.",
    ),
}
HIDDEN = "lists"
"""the sheet that the drop-downs read; the program reads the first visible one"""


def workbook(table: Literal["participants", "contacts"], rows: Sequence[Sequence[str]], language: Language) -> bytes:
    """A workbook whose first row is `rows[0]`, headers of participants or contacts."""
    import openpyxl
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    book.properties.creator = ""
    sheet, hidden = book.active, book.create_sheet(HIDDEN)
    sheet.title, hidden.sheet_state = TITLES[table][language == "en"], "hidden"
    for row in rows:
        sheet.append([cell or None for cell in row])
    lists = 0
    for number, header in enumerate(rows[0], 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = WIDTHS.get(header, 18)
        offered = words(header, language)
        if offered:
            lists += 1
            for at, word in enumerate(offered, 1):
                hidden.cell(at, lists, word)
        place = (
            f"'{HIDDEN}'!${get_column_letter(lists)}$1:${get_column_letter(lists)}${len(offered)}" if offered else ""
        )
        told = note(table, header, language)
        made_for = validation(header, language, place, told)
        made_for.add(f"{letter}2:{letter}{ROWS + 1}")
        sheet.add_data_validation(made_for)
    dress(sheet, rows[0], len(rows))
    explain(book.create_sheet(HELP[language == "en"]), table, rows[0], language)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def words(header: str, language: Language) -> list[str]:
    """What a column's drop-down offers, none for a column without one."""
    if header in COUNTRIES:
        return country_names(language)
    return [both[language == "en"] for both in LISTS.get(header, ())]


def country_names(language: Language) -> list[str]:
    """Countries by their names, in order of the alphabet; each is understood when the table is read."""
    from babel import Locale

    found = {str(name) for code, name in Locale(language).territories.items() if countries.code(str(name)) == code}
    return sorted(found, key=lambda name: name.casefold().replace("ё", "е"))


def note(table: str, header: str, language: Language) -> str:
    """What a column holds."""
    both = OWNER if (table, header) == ("contacts", "participant_id") else NOTES.get(header, ("", ""))
    return both[language == "en"]


def validation(header: str, language: Language, place: str, told: str) -> Any:
    """A drop-down where there is a list, and the column's note for every cell of it."""
    from openpyxl.worksheet.datavalidation import DataValidation

    made = DataValidation(type="list" if place else None, formula1=f"={place}" if place else None, allow_blank=True)
    made.showErrorMessage = header in STRICT
    if header in STRICT:
        made.error = ("Выберите слово из списка или оставьте пусто.", "Choose from the list, or leave it empty.")[
            language == "en"
        ]
    if told:
        made.showInputMessage, made.prompt, made.promptTitle = (
            True,
            told,
            RUSSIAN[header] if language == "ru" else header,
        )
    return made


def title(header: str, language: Language) -> str:
    """A column's name, with what it means in Russian."""
    return header if language == "en" or header not in RUSSIAN else f"{header}: {RUSSIAN[header]}"


def explain(sheet: Any, table: str, headers: Sequence[str], language: Language) -> None:
    """The notes of all columns on a sheet of their own."""
    from openpyxl.styles import Alignment, Font

    for header in headers:
        sheet.append([title(header, language), note(table, header, language)])
        sheet.cell(sheet.max_row, 1).font = Font(name="Calibri", size=11, bold=True)
    sheet.append(["", FURTHER[table][language == "en"]])
    on_one_page(sheet)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 44, 90
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(vertical="top", wrap_text=True)


def dress(sheet: Any, headers: Sequence[str], filled: int) -> None:
    """A header that stays in sight, and cells that a spreadsheet does not change: text is text, dates are dates."""
    from openpyxl.styles import Font, PatternFill

    for number, header in enumerate(headers, 1):
        top = sheet.cell(1, number)
        top.font, top.fill = Font(name="Calibri", size=11, bold=True, color=INK), PatternFill("solid", fgColor=HEADER)
        shape = "yyyy-mm-dd" if header in DATED else "0" if header in NUMBERS else "@"
        top.number_format = "@"
        for row in range(2, max(filled, ROWS) + 2):
            sheet.cell(row, number).number_format = shape
    sheet.freeze_panes = "B2"
    on_one_page(sheet)


def on_one_page(sheet: Any) -> None:
    """Printed across, as wide as the paper."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
