"""Turns as HTML: written once by the server, replaced one by one where a decision changes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from pipeline.corrections.apply import turn_name
from pipeline.decisions.judged import Mark
from pipeline.model import Speaker, Turn
from pipeline.review.interview_view import Desk, View
from pipeline.review.wording import Words

if TYPE_CHECKING:
    from pipeline.model import Flag

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


class Painter:
    """Writes the turns of one view."""

    def __init__(self, desk: Desk, view: View, words: Words) -> None:
        self.view = view
        self.words = words
        self.versions = desk.book.versions
        self.speakers = {speaker.label: speaker for speaker in view.dialogue.speakers}
        self.letters = letters(view, words)
        self.read = set().union(*desk.book.read_by().values())

    def everything(self) -> Markup:
        """All turns, in order."""
        return Markup("\n").join(self.turn(index) for index in range(len(self.view.dialogue.turns)))

    def turn(self, index: int) -> Markup:
        """One turn: head with speaker, number, time and flags; text with marks."""
        turn = self.view.dialogue.turns[index]
        name = turn_name(self.view.keys[index])
        role = self.speakers[turn.speaker].role if turn.speaker in self.speakers else "other"
        classes = f"turn {role}{' backchannel' if turn.backchannel else ''}{' read' if name in self.read else ''}"
        return Markup(
            '<article class="{classes}" id="t-{name}" data-name="{name}" data-n="{number}" data-start="{start}" '
            'data-end="{end}" data-words="{count}"><header><button class="play" type="button" tabindex="-1" '
            'aria-label="{play}">▶</button><button class="who" type="button" tabindex="-1" title="{speaker}">{letter}'
            '</button><span class="no">¶{number}</span><time>{time}</time>{flags}</header>'
            '<p class="text" lang="ru">{text}</p></article>'
        ).format(
            classes=classes,
            name=name,
            number=turn.number,
            start=round(turn.start, 3),
            end=round(turn.end, 3),
            count=len(turn.words),
            play=f"{self.words('play')} {turn.number}",
            speaker=self.words.role(role),
            letter=self.letters.get(turn.speaker, "?"),
            time=clock(turn.start),
            flags=Markup("").join(self.flag(name, flag, seen) for flag, seen in self.view.flags.get(turn.number, ())),
            text=Markup("").join(self.text(turn, name)),
        )

    def flag(self, name: str, flag: Flag, seen: bool) -> Markup:
        key = f"{name}/{flag.start}-{flag.end}/{flag.rule}"
        return Markup(
            '<button class="flag{seen}" type="button" tabindex="-1" data-s="{s}" data-e="{e}" data-rule="{rule}" '
            'data-v="{v}">{says}</button>'
        ).format(
            seen=" seen" if seen else "",
            s=flag.start,
            e=flag.end,
            rule=flag.rule,
            v=self.versions.get(key, 0),
            says=self.words.flag(flag.rule),
        )

    def text(self, turn: Turn, name: str) -> Iterator[Markup]:
        """The turn's text: words as said, doubtful ones shaded, marks in their place."""
        shaded = {
            span: "poor" if word.confidence < POOR else "doubtful"
            for word, span in zip(turn.words, turn.spans, strict=True)
            if word.confidence < DOUBTFUL
        }
        at = 0
        for mark in self.view.marks.get(turn.number, ()):
            yield from self.plain(turn, at, mark.entity.start, shaded)
            yield self.mark(turn, name, mark)
            at = mark.entity.end
        yield from self.plain(turn, at, len(turn.text), shaded)

    def plain(self, turn: Turn, start: int, end: int, shaded: dict[tuple[int, int], str]) -> Iterator[Markup]:
        at = start
        for (a, b), how in shaded.items():
            if a >= at and b <= end:
                yield escape(turn.text[at:a])
                yield Markup('<span class="{}" title="{}">{}</span>').format(
                    how, self.words("doubtful"), turn.text[a:b]
                )
                at = b
        yield escape(turn.text[at:end])

    def mark(self, turn: Turn, name: str, mark: Mark) -> Markup:
        """A stretch that is hidden, was proposed to be, or was recognised and is kept."""
        entity = mark.entity
        said = turn.text[entity.start : entity.end]
        key = f"{name}/{entity.start}-{entity.end}"
        split = mark.proposed is not None and (mark.proposed.start, mark.proposed.end) != (entity.start, entity.end)
        return Markup(
            '<mark class="e {group} {state}{conflict}" data-s="{s}" data-e="{e}" data-v="{v}" data-kind="{kind}" '
            'data-o="{said}" data-l="{label}" data-was="{was}" data-score="{score}" data-by="{by}" data-id="{id}"'
            ' data-state="{state}"{split}>{shown}</mark>'
        ).format(
            group=GROUPS.get(entity.kind, "other"),
            state=mark.state,
            conflict=" conflict" if key in self.view.conflicts else "",
            s=entity.start,
            e=entity.end,
            v=self.versions.get(key, 0),
            kind=entity.kind,
            said=said,
            label=entity.label,
            was=mark.proposed.label if mark.proposed else "",
            score=f"{entity.score:.2f}",
            by=entity.found_by,
            id=entity.entity_id,
            split=Markup(" data-part") if split else "",
            shown=entity.label or said,
        )


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
