"""The columns of participants and contacts in English and Russian, and how each cell is understood."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import TypeVar

from pipeline.errors import ConfigError
from pipeline.model import Answer, Role
from pipeline.study.roster import countries
from pipeline.study.roster.tables import Table, key

Value = TypeVar("Value")

PARTICIPANTS = {
    "participant_id": "id, participant, respondent, respondent_id, code, case, участник, id участника, код, "
    "код участника, номер участника, респондент, id респондента, код респондента, информант, шифр",
    "recording": "recordings, file, files, audio, запись, записи, файл, файлы, имя записи, папка",
    "gender": "sex, пол, гендер",
    "age": "возраст, лет, полных лет",
    "birth_year": "year_of_birth, born, год рождения, г р",
    "university_countries": "university_country, universities, country_of_university, country_of_study, "
    "countries_of_universities, страна вуза, страны вузов, страна университета, страны университетов, "
    "страна обучения, страны обучения, страна учебы, вуз страна",
    "residence_country": "residence, country, country_of_residence, lives_in, страна проживания, страна, "
    "страна жительства, живет в, проживание",
    "language": "interview_language, язык, язык интервью",
    "interview_date": "date, date_of_interview, дата, дата интервью",
    "consent_quote": "consent_quotes, quote, согласие на цитирование, согласие на цитаты, согласие цитаты, "
    "цитирование, цитаты",
    "consent_share": "share, sharing, согласие на передачу, согласие на публикацию, согласие на хранение, "
    "согласие передача, передача",
    "consent_audio": "audio_consent, согласие на аудио, согласие аудио, согласие на звук",
    "speakers": "speaker_roles, говорящие, роли говорящих",
    "speakers_count": "number_of_speakers, число говорящих, сколько говорящих, количество говорящих",
    "withdrawn_on": "withdrawn, withdrawal_date, отозвано, дата отзыва, отзыв согласия, дата отзыва согласия",
}
"""Column -> other headers that mean it."""

CONTACTS = {
    "participant_id": PARTICIPANTS["participant_id"],
    "role": "роль",
    "names": "name, full_name, имя, имена, фио, ф и о, фамилия имя отчество, фамилия, полное имя",
    "display_name": "display_names, zoom_name, zoom, имя в zoom, имя в зум, имя в зуме, ник, отображаемое имя",
    "email": "emails, e_mail, mail, почта, электронная почта, эл почта, имейл, адрес почты",
    "phone": "phones, telephone, mobile, телефон, телефоны, номер телефона, мобильный, whatsapp, telegram",
    "employer": "employers, workplace, company, работодатель, место работы, работа, организация, компания",
    "other": "others, notes, прочее, другое, иное",
}

PRIVATE = re.compile(r"(private|личное|личные|приватно)(_|$)")
"""Headers, as `tables.key` makes them, of columns that are never released."""

GENDERS = {
    "female": "female, f, woman, ж, жен, женский, женщина, әйел",
    "male": "male, m, man, м, муж, мужской, мужчина, еркек, ер",
    "other": "other, nonbinary, non binary, другое, другой, иное, небинарный",
}
REFUSED = (
    "refused, refuse, declined, prefer not to say, no answer, отказ, отказалась, отказался, отказ от ответа, бас тартты"
)
UNKNOWN = "unknown, n a, na, dont know, не известно, неизвестно, нет данных, н д, не знаю, белгісіз"
NOT_ASKED = "not asked, not_asked, не спрашивали, не спрошено, не задано, сұралмады"

ANSWERS: dict[Answer, str] = {
    "yes": "yes, y, true, 1, да, согласен, согласна, есть, иә",
    "no": f"no, n, false, 0, нет, не согласен, не согласна, жоқ, {REFUSED}",
    "not asked": NOT_ASKED,
    "unknown": UNKNOWN,
}

ROLES = {
    "interviewer": "interviewer, researcher, host, интервьюер, исследователь, исследовательница, модератор",
    "participant": "participant, respondent, interviewee, участник, участница, респондент, респондентка, информант",
}

SPEAKER_ROLES: dict[Role, str] = {
    "interviewer": ROLES["interviewer"],
    "respondent": ROLES["participant"],
    "other": "other, third, другой, другая, другое, иное, третий, третье лицо",
}

MISSING = {"refused": REFUSED, "unknown": UNKNOWN, "": NOT_ASKED}
"""Why a cell that is filled in holds no value."""

YEARS = re.compile(r"(\d{1,3})( ?(лет|год|года|г|жас|years?( old)?|y\.?o?\.?))?", re.I)
DATES = (
    (re.compile(r"\d{4}-\d\d?-\d\d?"), "%Y-%m-%d"),
    (re.compile(r"\d{4}-\d\d?-\d\d?[ T]\d\d:\d\d(:\d\d)?(\.\d+)?"), "%Y-%m-%d"),
    (re.compile(r"\d\d?\.\d\d?\.\d{4}( г\.?)?"), "%d.%m.%Y"),
)
OLDEST, FIRST_YEAR = 120, 1900
MEANINGLESS = frozenset({"", "-", "–", "—"})


class Cell:
    """One cell with where it stands, so that a complaint names row and column and never what is written there."""

    def __init__(self, file: str, row: int, column: str, text: str) -> None:
        self.file, self.row, self.column = file, row, column
        self.text = "" if text in MEANINGLESS else text

    def wrong(self, what: str, do: str) -> ConfigError:
        return ConfigError(f"{self.file}, row {self.row}, column {self.column}: {what}.", do)


def match(table: Table, known: dict[str, str]) -> dict[str, int]:
    """Known column -> position in the table. Raises ConfigError where two headers mean the same column."""
    meanings = {key(name): column for column, others in known.items() for name in (column, *others.split(","))}
    places: dict[str, int] = {}
    for position, header in enumerate(table.header):
        column = meanings.get(key(header))
        if column is None:
            continue
        if column in places:
            raise ConfigError(
                f"{table.file}: columns {places[column] + 1} and {position + 1} both mean `{column}`.",
                "Keep one of them, or rename the other.",
            )
        places[column] = position
    return places


def among(words: dict[Value, str], text: str) -> Value | None:
    """The value whose list of words holds a text, None where none does."""
    wanted = key(text)
    return next((value for value, others in words.items() if wanted in listed(others)), None)


@cache
def listed(words: str) -> frozenset[str]:
    """The words of one of the lists of this module, as they are compared."""
    return frozenset(map(key, words.split(",")))


def missing(cell: Cell) -> str | None:
    """ "refused", "unknown" or "" (not asked) where a cell says why it has no value; None where it has one."""
    return "" if not cell.text else among(MISSING, cell.text)


def gender(cell: Cell) -> str:
    why = missing(cell)
    found = why if why is not None else among(GENDERS, cell.text)
    if found is None:
        raise cell.wrong("not understood", "Write female, male, other, refused or unknown, or leave it empty.")
    return found


def answer(cell: Cell) -> Answer:
    """Of a consent column; an empty cell is "not asked"."""
    found = among(ANSWERS, cell.text) if cell.text else "not asked"
    if found is None:
        raise cell.wrong("not understood", "Write yes, no, not asked or unknown, or leave it empty (not asked).")
    return found


def whole_years(cell: Cell) -> int:
    found = YEARS.fullmatch(cell.text)
    if not found or int(found[1]) > OLDEST:
        raise cell.wrong(
            f"not an age in whole years (0–{OLDEST})",
            "Write a number, refused or unknown, or leave it empty. Age groups go into a column of another name.",
        )
    return int(found[1])


def birth_year(cell: Cell) -> int:
    found = re.fullmatch(r"(\d{4})( ?г\.?)?", cell.text)
    if not found or not FIRST_YEAR <= int(found[1]) <= date.today().year:
        raise cell.wrong(
            "not a year of birth", "Write four digits, refused or unknown, or leave it empty; no exact dates here."
        )
    return int(found[1])


def country(cell: Cell, text: str) -> str:
    """ISO 3166 alpha-2 of one country named in a cell."""
    found = countries.code(text)
    if found is None:
        near = countries.nearest(text)
        hint = f" The nearest name in the list is {near}." if near else ""
        raise cell.wrong(
            "a country that is not in the list",
            f"Write its two-letter ISO code (KZ), or its name in Russian, Kazakh or English.{hint}",
        )
    return found


def country_list(cell: Cell) -> tuple[str, ...]:
    """Countries in order, repeated ones kept: RU;RU is two universities."""
    pieces = [piece for piece in re.split(r"[;/|\n]", cell.text) if piece.strip()]
    if len(pieces) == 1 and "," in pieces[0] and countries.code(pieces[0]) is None:
        pieces = [piece for piece in pieces[0].split(",") if piece.strip()]
    return tuple(country(cell, piece) for piece in pieces)


def day(cell: Cell) -> str:
    """ISO date, "" for an empty cell."""
    if not cell.text:
        return ""
    for pattern, form in DATES:
        if pattern.fullmatch(cell.text):
            try:
                return datetime.strptime(re.split(r"[ T]", cell.text)[0], form).date().isoformat()
            except ValueError:
                break
    raise cell.wrong("not a date", "Write it as 2021-05-02 or 02.05.2021, or leave it empty.")


def several(cell: Cell) -> tuple[str, ...]:
    """A list with ; or line ends between its items."""
    return tuple(piece.strip() for piece in re.split(r"[;\n]", cell.text) if piece.strip())


def speakers(cell: Cell) -> tuple[tuple[str, Role], ...]:
    """Who has which role: `Name in Zoom=interviewer; SPEAKER_01=respondent`."""
    pairs: list[tuple[str, Role]] = []
    for piece in several(cell):
        name, mark, said = piece.rpartition("=")
        role = among(SPEAKER_ROLES, said) if mark and name.strip() else None
        if role is None:
            raise cell.wrong(
                "a role is not understood",
                "Write `name in Zoom=interviewer; other name=respondent`, or a label such as SPEAKER_00 for the name. "
                "The roles are interviewer, respondent and other.",
            )
        pairs.append((name.strip(), role))
    return tuple(pairs)


def people(cell: Cell) -> tuple[int, int] | None:
    """How many people speak, at least and at most: "3", or "2-4"."""
    if not cell.text:
        return None
    found = re.fullmatch(r"(\d{1,2})(?:\s*[-–—]\s*(\d{1,2}))?", cell.text)
    least, most = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= least <= most:
        raise cell.wrong("not a number of people", "Write 2, or 2-4, or leave it empty.")
    return least, most


def unless_missing(cell: Cell, read: Callable[[Cell], Value], empty: Value, why: list[tuple[str, str]]) -> Value:
    """What `read` makes of a cell; `empty` where the cell says that it has no value, with the reason added to `why`."""
    reason = missing(cell)
    if reason is None:
        return read(cell)
    if reason:
        why.append((cell.column, reason))
    return empty
