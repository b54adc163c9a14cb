"""Who takes part: participants.csv (public attributes and consent) and private/contacts.csv (names)."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.errors import ConfigError
from pipeline.ingest.layout import composed
from pipeline.participants import Consent, Contact, Participant, Roster
from pipeline.study.roster import columns, tables
from pipeline.study.roster.columns import KNOWN, Cell
from pipeline.study.roster.tables import Row, Table

ID = re.compile(r"[^\W_][\w-]{0,39}")
TAKEN_IDS = frozenset(
    {"tmp", "con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)
"""Ids that are a folder of work/ already, or a device on Windows."""

INTERVIEWER = "interviewer"
"""How the owner of a contacts row begins that belongs to an interviewer."""


def read(study: Path, contacts_path: Path) -> Roster:
    """Participants and contacts of a study. Raises ConfigError; a missing file is a warning."""
    warnings: list[str] = []
    path = tables.find(study, "participants")
    participants: tuple[Participant, ...] = ()
    if path is None:
        warnings.append("There is no participants.csv: transcripts will carry no demographics and no consent.")
    else:
        participants = read_participants(tables.read(path), warnings)
    path = tables.find(contacts_path.parent, contacts_path.stem)
    if path is None:
        warnings.append(
            "There is no contacts file: names of participants and interviewers are then found by their form alone. "
            "Put them into private/contacts.csv, which is never released."
        )
        return Roster(participants, (), tuple(warnings))
    known = {participant.id for participant in participants}
    return Roster(participants, read_contacts(tables.read(path), known, warnings), tuple(warnings))


def read_participants(table: Table, warnings: list[str]) -> tuple[Participant, ...]:
    """One Participant a row. Raises ConfigError where the table as a whole is wrong, too."""
    places = columns.match(table, KNOWN.participants)
    if "participant_id" not in places:
        raise ConfigError(
            f"{table.file} has no column participant_id.",
            "Name the column that holds P01, P02 … so (or «id», «код участника»), in the first row.",
        )
    extra, private = other_columns(table, places, warnings)
    if "speakers" in places:
        warnings.append(
            f"{table.file}: the column speakers may hold names. It is never released; take it out before sharing "
            "this table."
        )
    participants = [participant(table, row, places, (extra, private)) for row in table.rows]
    check_unique(table, participants)
    return tuple(participants)


def other_columns(table: Table, places: dict[str, int], warnings: list[str]) -> tuple[list[int], list[int]]:
    """Positions of further public columns, and of private ones, about which a warning is added."""
    names = columns.match(table, {name: about for name, about in KNOWN.contacts.items() if name not in SHARED})
    extra, private = [], []
    for position, header in enumerate(table.header):
        if position in places.values():
            continue
        if columns.PRIVATE.match(tables.key(header)):
            private.append(position)
            warnings.append(f"{table.file}, column {position + 1} is private: better kept in private/contacts.csv.")
        elif position in names.values():
            private.append(position)
            warnings.append(
                f"{table.file}, column {position + 1} looks like names or addresses and is treated as private. "
                "Move it to private/contacts.csv: this table is meant to be shared."
            )
        elif header:
            extra.append(position)
        elif any(row.cells[position] for row in table.rows):
            raise ConfigError(f"{table.file}: column {position + 1} has no header.", "Give it one, or empty it.")
    headers = [tables.key(table.header[position]) for position in extra]
    if len(set(headers)) < len(headers):
        raise ConfigError(f"{table.file}: two columns have the same header.", "Rename or remove one of them.")
    return extra, private


SHARED = ("participant_id", "role", "other")
"""Columns of contacts whose headers mean nothing private in participants."""


def participant(table: Table, row: Row, places: dict[str, int], others: tuple[list[int], list[int]]) -> Participant:
    """One row of participants. Raises ConfigError by row and column."""
    cell = columns.cells(table, row, places)

    def pairs(positions: list[int]) -> tuple[tuple[str, str], ...]:
        return tuple((table.header[position], row.cells[position]) for position in positions)

    why: list[tuple[str, str]] = []
    return Participant(
        id=usable_id(cell("participant_id")),
        recordings=tuple(recording_name(name) for name in columns.several(cell("recording"))),
        gender=columns.gender(cell("gender")),
        age=columns.unless_missing(cell("age"), columns.whole_years, None, why),
        birth_year=columns.unless_missing(cell("birth_year"), columns.birth_year, None, why),
        university_countries=columns.unless_missing(cell("university_countries"), columns.country_list, (), why),
        residence_country=columns.unless_missing(
            cell("residence_country"), lambda one: columns.country(one, one.text), "", why
        ),
        language=cell("language").text,
        interview_date=columns.day(cell("interview_date")),
        consent=Consent(
            quote=columns.answer(cell("consent_quote")),
            share=columns.answer(cell("consent_share")),
            audio=columns.answer(cell("consent_audio")),
            withdrawn_on=columns.day(cell("withdrawn_on")),
        ),
        extra=pairs(others[0]),
        private=pairs(others[1]),
        speakers=columns.speakers(cell("speakers")),
        people=columns.people(cell("speakers_count")),
        missing=tuple(why),
    )


def usable_id(cell: Cell) -> str:
    """A participant id that can be part of file names."""
    name = cell.text
    if not name:
        raise cell.wrong("it is empty", "Give every participant an id such as P07.")
    taken = name.casefold() in TAKEN_IDS or name.casefold().startswith(("rec-", INTERVIEWER))
    if not ID.fullmatch(name) or taken:
        raise cell.wrong(
            "this cannot be an id, because files are named after it",
            "Use up to 40 letters, digits, - and _, beginning with a letter or digit, such as P07; `rec-` and "
            "`interviewer` are kept for the program.",
        )
    return name


def recording_name(cell: str) -> str:
    """A name in recordings/ as `zoom.discover` gives it."""
    name = composed(cell).replace("\\", "/").strip("/ ")
    return name.removeprefix("./").removeprefix("recordings/")


def check_unique(table: Table, participants: list[Participant]) -> None:
    """Raises ConfigError where an id or a recording occurs twice."""
    ids: dict[str, int] = {}
    claims: dict[str, int] = {}
    for row, person in zip(table.rows, participants, strict=True):
        if person.id.casefold() in ids:
            raise ConfigError(
                f"{table.file}: rows {ids[person.id.casefold()]} and {row.number} have the same participant_id.",
                "Give every participant a row and an id of their own (P01 and p01 count as the same). An interview in "
                "several recordings is one row: list them in `recording` as `first; second`.",
            )
        ids[person.id.casefold()] = row.number
        for name in person.recordings:
            if name in claims:
                both = f"rows {claims[name]} and {row.number}" if claims[name] != row.number else f"row {row.number}"
                raise ConfigError(
                    f"{table.file}: one recording is claimed twice, in {both}, column recording.",
                    "Correct the cell: every recording belongs to one participant, once. `interviews match` shows "
                    "recordings and participants side by side.",
                )
            claims[name] = row.number


def read_contacts(table: Table, known: set[str], warnings: list[str]) -> tuple[Contact, ...]:
    """One Contact a row that holds anything. Raises ConfigError."""
    places = columns.match(table, KNOWN.contacts)
    if not places.keys() & {"names", "display_name", "email", "phone", "employer", "other"}:
        raise ConfigError(
            f"{table.file} has no column that it should have.",
            "Its first row should hold: participant_id, role, names, display_name, email, phone, employer, other.",
        )
    unread = [number + 1 for number, header in enumerate(table.header) if header and number not in places.values()]
    if unread:
        warnings.append(
            f"{table.file}: column {', '.join(map(str, unread))} is not understood and not used. Put anything that "
            "must never be released into the column `other`."
        )
    contacts: list[Contact] = []
    for row in table.rows:
        found = contact(table, row, places, contacts)
        if not any((found.names, found.display_names, found.emails, found.phones, found.employers, found.others)):
            continue
        if found.role == "participant" and found.owner not in known:
            shown = found.owner if re.fullmatch(r"[A-Za-z]{0,3}-?\d+", found.owner) else "its id"
            warnings.append(f"{table.file}, row {row.number}: {shown} is not among the participants.")
        contacts.append(found)
    return tuple(contacts)


def contact(table: Table, row: Row, places: dict[str, int], before: list[Contact]) -> Contact:
    """One row of contacts. A row without an id is an interviewer's."""
    cell = columns.cells(table, row, places)
    owner, said = cell("participant_id").text, cell("role")
    role = columns.among(KNOWN.roles, said.text) if said.text else ""
    if role in {None, "other"}:
        raise said.wrong("not understood", "Write participant or interviewer, or leave it empty.")
    theirs = role == "interviewer" or (not role and (not owner or owner.casefold().startswith(INTERVIEWER)))
    if not owner and not theirs:
        raise cell("participant_id").wrong("it is empty", "Write whose names these are.")
    if not owner:
        owner = f"{INTERVIEWER}-{1 + sum(one.role == 'interviewer' for one in before)}"
    return Contact(
        owner=owner,
        role="interviewer" if theirs else "participant",
        names=columns.several(cell("names")),
        display_names=columns.several(cell("display_name")),
        emails=columns.several(cell("email")),
        phones=columns.several(cell("phone")),
        employers=columns.several(cell("employer")),
        others=columns.several(cell("other")),
    )


def strike(path: Path, owner: str) -> int:
    """Rewrite participants or contacts without the rows of a participant; how many there were. Raises ConfigError."""
    gone = numbers_of(path, owner)
    if gone:
        tables.drop_rows(path, gone)
    return len(gone)


def rows_of(path: Path, owner: str) -> int:
    """How many rows a participant has in a table. Raises ConfigError."""
    return len(numbers_of(path, owner))


def numbers_of(path: Path, owner: str) -> set[int]:
    """Numbers of a participant's rows."""
    table = tables.read(path)
    place = columns.match(table, {"participant_id": KNOWN.participants["participant_id"]}).get("participant_id")
    if place is None:
        return set()
    return {row.number for row in table.rows if row.cells[place].casefold() == owner.casefold()}
