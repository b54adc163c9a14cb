"""Turns as HTML: written once by the server, replaced one by one where a decision changes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.corrections.apply import turn_name
from pipeline.decisions.judged import Mark
from pipeline.model import Speaker, Turn
from pipeline.review.interview_view import Desk, View
from pipeline.review.wording import Words

DOUBTFUL, POOR = 0.75, 0.5
"""confidence of a word below which it is shaded, and shaded darker"""
GROUPS = {
    "PERSON": "person",
    **dict.fromkeys(("PHONE", "EMAIL", "USERNAME", "ID_NUMBER", "URL"), "contact"),
    **dict.fromkeys(("ADDRESS", "CITY_SMALL", "CITY_LARGE", "REGION", "COUNTRY"), "place"),
    **dict.fromkeys(("ORG_EMPLOYER", "ORG_UNIVERSITY", "ORG_SCHOOL"), "org"),
    **dict.fromkeys(("DATE", "DATE_BIRTH", "AGE"), "date"),
}
"""kind -> the group that gives its colour"""
LETTERS = {
    "ru": {"interviewer": "И", "respondent": "Р", "other": "Д"},
    "en": dict(zip(("interviewer", "respondent", "other"), "IRO", strict=True)),
}


PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
)


class Painter:
    """Writes the turns of one view."""

    def __init__(self, desk: Desk, view: View, words: Words) -> None:
        self.view = view
        self.words = words
        self.versions = desk.book.versions
        self.roles = {speaker.label: speaker.role for speaker in view.dialogue.speakers}
        self.letters = letters(view, words)
        self.read = set().union(*desk.book.read_by().values())
        self.template = PAGES.get_template("turn.html")

    def everything(self) -> Markup:
        """All turns, in order."""
        return Markup("\n").join(self.turn(index) for index in range(len(self.view.dialogue.turns)))

    def turn(self, index: int) -> Markup:
        """One turn: head with speaker, number, time and flags; text with marks."""
        view, turn = self.view, self.view.dialogue.turns[index]
        name = turn_name(view.keys[index])
        made = self.template.render(
            t=self.words,
            turn=turn,
            name=name,
            role=self.roles.get(turn.speaker, "other"),
            read=name in self.read,
            letter=self.letters.get(turn.speaker, "?"),
            time=clock(turn.start),
            flags=view.flags.get(turn.number, ()),
            pieces=self.pieces(turn),
            versions=self.versions,
            conflicts=view.conflicts,
            groups=GROUPS,
        )
        return Markup(made)

    def pieces(self, turn: Turn) -> Iterator[tuple[str, str, Mark | None]]:
        """The turn's text cut up: what was said, how doubtful it is, and the mark on what is hidden or was proposed."""
        shaded = {
            span: "poor" if word.confidence < POOR else "doubtful"
            for word, span in zip(turn.words, turn.spans, strict=True)
            if word.confidence < DOUBTFUL
        }
        at = 0
        for mark in self.view.marks.get(turn.number, ()):
            start, end = mark.entity.start, mark.entity.end
            yield from plain(turn, at, start, shaded)
            yield turn.text[start:end], "", mark
            at = end
        yield from plain(turn, at, len(turn.text), shaded)


def plain(
    turn: Turn, start: int, end: int, shaded: dict[tuple[int, int], str]
) -> Iterator[tuple[str, str, Mark | None]]:
    """What stands between two marks, the doubtful words apart."""
    at = start
    for (a, b), how in shaded.items():
        if a >= at and b <= end:
            yield turn.text[at:a], "", None
            yield turn.text[a:b], how, None
            at = b
    yield turn.text[at:end], "", None


def letters(view: View, words: Words) -> dict[str, str]:
    """Speaker label -> letter of the role, numbered where several share one."""
    chosen = LETTERS[words.language]
    roles: dict[str, list[str]] = {}
    known: dict[str, Speaker] = {speaker.label: speaker for speaker in view.dialogue.speakers}
    for label in (*dict.fromkeys(turn.speaker for turn in view.dialogue.turns), *known):
        role = known[label].role if label in known else "other"
        if label not in roles.setdefault(role, []):
            roles[role].append(label)
    return {
        label: chosen[role] if len(group) == 1 else f"{chosen[role]}{number}"
        for role, group in roles.items()
        for number, label in enumerate(group, 1)
    }


def clock(seconds: float) -> str:
    """1:02:03 or 2:03."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
