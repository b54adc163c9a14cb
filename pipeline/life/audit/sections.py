"""The sections behind the first page: the form's questions, then tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.deidentify.labels import policy
from pipeline.disclosure.report import way
from pipeline.life.audit.document import Block, Fact, Grid, Heading, NewPage, Text
from pipeline.life.audit.facts import Facts, Row
from pipeline.life.audit.front_page import Front, identified, ranged
from pipeline.life.audit.trail import Decided
from pipeline.messages import Language
from pipeline.release.documents import tables

COARSER = 8
"""ways to say less that the table shows"""


class Sections:
    """All sections in one language."""

    def __init__(self, facts: Facts, decided: tuple[Decided, ...], language: Language) -> None:
        self.facts = facts
        self.decided = decided
        self.language = language
        self.front = Front(facts, language)
        self.words, self.says = self.front.words, self.front.says

    def blocks(self) -> Iterator[Block]:
        """The whole report."""
        yield from self.front.blocks()
        yield NewPage()
        described = (self.form, self.flow, self.consents, self.review, self.kinds, self.people)
        for section in (*described, self.retention, self.models, self.trail):
            yield Heading(self.words["sections"][section.__name__])
            yield from section()

    def head(self, *names: str) -> tuple[str, ...]:
        return tuple(self.words["heads"][name] for name in names)

    def form(self) -> Iterator[Block]:
        known, front = self.words["answers"], self.front
        kinds = [self.words["kinds"].get(kind.name, kind.name) for kind in self.facts.kinds if kind.hidden]
        values = {
            "people": len(self.facts.asked),
            "kinds": ", ".join(kinds) or self.says["none"],
            "disk": front.disk,
            "codes": front.codes,
            "network": self.says["offline" if self.facts.study.settings.offline else "online"],
            "status": front.status,
            "models": front.front["made"].format(texts=front.texts, speakers=front.speakers) if front.texts else "",
            "withdrawn": front.withdrawn,
            "leak": front.leak.rstrip("."),
            "alone": self.alone(),
            "left": front.left if self.facts.release != "published" else "",
            "retention": front.retention,
            **{name: front.answers(name) for name in ("share", "quote", "audio")},
        }
        rows = []
        for key, asked in self.words["questions"].items():
            told = known.get(key, "").format(**values)
            ours = front.own(key) if hasattr(front.study.ethics, key) else ""
            rows.append((asked, f"{ours} {told}".strip()))
        yield Grid(self.head("question", "answer"), tuple(rows), (4.2, 11.8))

    def alone(self) -> str:
        """How many participants are the only one of their kind."""
        report = self.facts.people
        if report is None:
            return self.says["no_people"].rstrip(".")
        alone = sum(person.size == 1 for person in report.people)
        return f"{self.words['heads']['alone']}: {alone}/{len(report.people)}"

    def flow(self) -> Iterator[Block]:
        texts, speakers = self.front.texts or self.says["not_yet"], self.front.speakers or self.says["not_yet"]
        told = (tuple(row.split(" | ")) for row in self.words["flow"].values())
        head, *rows = (tuple(cell.format(text=texts, speakers=speakers) for cell in row) for row in told)
        yield Grid(head, tuple(rows), (2.6, 7.2, 3.4, 2.8))

    def consents(self) -> Iterator[Block]:
        if not self.facts.asked:
            yield Text(self.says["no_participants"])
            return
        rows = tuple(
            (
                one.id,
                *(self.says[answer] for answer in (one.consent.share, one.consent.quote, one.consent.audio)),
                self.front.day(one.consent.withdrawn_on) or self.says["not_yet"],
                self.says["yes" if one.recorded else "no"],
                self.words["out"][one.out],
            )
            for one in self.facts.asked
        )
        head = self.head("id", "share", "quote", "audio", "withdrawn", "recorded", "out")
        yield Grid(head, rows, (1.7, 2.5, 2.5, 2.5, 2.2, 1.8, 2.8))

    def review(self) -> Iterator[Block]:
        head = self.head("interview", "state", "minutes", "words", "hidden", "undecided", "cuts", "read", "signed")
        yield Grid(head, tuple(map(self.interview, self.facts.rows)), (1.4, 2.5, 1.4, 1.4, 1.6, 1.5, 1.9, 2.2, 2.1))
        yield Fact(self.says["second_look"], self.front.looked)
        looked = tuple(
            (row.id, *map(str, (one.asked, one.different, one.hidden, one.here, one.study, one.left)))
            for row in self.facts.rows
            if (one := row.looked).asked
        )
        if looked:
            head = self.head("interview", "asked", "questions", "hidden", "here", "study", "left")
            yield Grid(head, looked, (2.2, 2.0, 2.4, 1.8, 2.6, 3.2, 1.8))
        unaligned = [one.interview.id for one in self.facts.seen if not one.aligned]
        if unaligned:
            yield Text(self.says["unaligned"].format(ids=", ".join(unaligned)))
        if self.facts.readers:
            head = self.head("reviewer", "decisions", "corrections", "turns", "judged", "signed", "days")
            rows = tuple(
                (
                    one.code,
                    *map(str, (one.decisions, one.corrections, one.turns, one.judgements)),
                    ranged(one.signed) or self.says["not_yet"],
                    " – ".join(dict.fromkeys(map(self.front.day, (one.first, one.last)))),
                )
                for one in self.facts.readers
            )
            yield Grid(head, rows, (2.1, 1.9, 2.5, 2.2, 2.0, 2.3, 3.0))
        else:
            yield Text(f"{self.says['nobody'].capitalize()}.")
        yield Fact(self.words["page"]["leak"], self.front.leak)
        if self.facts.cleared:
            yield Text(self.says["cleared"].format(count=self.facts.cleared))

    def interview(self, row: Row) -> tuple[str, ...]:
        state = self.words["states"][row.state]
        if row.state in ("waiting", "failed"):
            return (row.id, state, *(self.says["not_yet"],) * 7)
        who = ", ".join(f"{code} {self.front.percent(share)}" for code, share in row.read_by)
        read = f"{self.front.percent(row.read)} ({who})" if who else self.front.percent(row.read)
        signed = f"{row.signed.reviewer}, {self.front.day(row.signed.at)}" if row.signed else self.says["not_yet"]
        minutes = self.front.number(row.seconds / 60)
        counts = map(str, (row.words, row.hidden, row.undecided, row.cuts))
        return (row.id, state, minutes, *counts, read, signed)

    def kinds(self) -> Iterator[Block]:
        if not self.facts.kinds:
            yield Text(self.says["no_people"])
            return
        rows = tuple(
            (
                self.words["kinds"].get(kind.name, kind.name),
                self.words["classes"][policy.class_of(kind.name)],
                self.words["actions"][kind.action],
                *map(str, (kind.hidden, kind.shown, kind.people)),
                self.words["why"].get(kind.name, ""),
            )
            for kind in self.facts.kinds
        )
        head = self.head("kind", "class", "action", "hidden", "shown", "people", "why")
        yield Grid(head, rows, (2.7, 2.3, 2.4, 1.7, 1.8, 1.8, 3.3))

    def people(self) -> Iterator[Block]:
        report = self.facts.people
        if report is None:
            yield Text(self.says["no_people"])
            return
        yield Text(
            self.says["disclosure"].format(
                columns=", ".join(map(self.column, report.columns)) or self.says["none"],
                people=len(report.people),
                alone=sum(person.size == 1 for person in report.people),
                smallest=min((person.size for person in report.people), default=0),
            )
        )
        rows = tuple((self.coarsening(one.name), str(one.smallest), str(one.alone)) for one in report.coarser[:COARSER])
        yield Grid(self.head("way", "smallest", "alone"), rows, (9.0, 3.5, 3.5))

    def column(self, header: str) -> str:
        """What a column of data_list holds, in a word or two."""
        if header not in tables.COLUMNS:
            return header
        return re.split(r"[,;]| in order", tables.COLUMNS[header][self.language == "en"])[0]

    def coarsening(self, name: str) -> str:
        """A way to say less."""
        text = way(name, self.language) or self.says["as_is"]
        for header in self.facts.people.columns if self.facts.people else ():
            for left_out in ("без", "without"):
                text = text.replace(f"{left_out} {header}", f"{left_out}: {self.column(header)}")
        return text

    def retention(self) -> Iterator[Block]:
        front = self.front
        yield Fact(self.words["page"]["retention"], front.retention)
        yield Fact(self.words["page"]["status"], front.status)
        if not self.facts.forgotten:
            yield Text(self.says["no_forgotten"])
            return
        rows = tuple(
            (
                identified(row),
                self.front.day(row.get("date", "")),
                "; ".join(f"{name}: {cell}" for name, cell in row.items() if cell and name not in ("id", "date")),
            )
            for row in self.facts.forgotten
        )
        yield Grid(self.head("id", "date", "more"), rows, (3.0, 3.0, 10.0))

    def models(self) -> Iterator[Block]:
        if self.facts.made_by:
            yield Grid(self.head("program", "version"), self.facts.made_by, (8.0, 8.0))
        rows = tuple(
            (
                f"{one.table}: {one.name}" if one.table else one.name,
                one.value or self.says["hidden_setting"],
                self.says["yes"] if one.own else "",
            )
            for one in self.facts.settings
        )
        yield Grid(self.head("setting", "value", "own"), rows, (5.6, 8.4, 2.0))

    def trail(self) -> Iterator[Block]:
        yield Text(self.says["csv"].format(name=f"audit-{self.language}.csv"))
        names = ("accepted", "rejected", "edited", "added", "kept", "undecided")
        counted: Counter[tuple[str, str]] = Counter()
        for one in self.decided:
            if one.what == "passage":
                counted[one.found_by, one.decision] += 1
        rules = sorted({rule for rule, _ in counted})
        rows = tuple((rule, *(str(counted[rule, name]) for name in names)) for rule in rules)
        if rows:
            head = self.head("rule", "accepted", "rejected", "edited", "added", "kept", "none")
            yield Grid(head, rows, (3.7, 2.0, 2.0, 2.0, 2.2, 2.1, 2.0))
