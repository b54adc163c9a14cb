"""The page in front: what an ethics board asks first, each answer computed or to be filled in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from msgspec import structs

from pipeline.deidentify.labels import policy
from pipeline.life.audit.document import Block, Fact, Title
from pipeline.life.audit.facts import Facts
from pipeline.life.audit.wording import words
from pipeline.messages import Language

ANSWERS = ("yes", "no", "not asked", "unknown")
DISK = ("synced", "network", "fat", "unencrypted", "open")
"""troubles of the place that a board should know"""


class Front:
    """Answers in one language; the sections behind the page use them too."""

    def __init__(self, facts: Facts, language: Language) -> None:
        self.facts = facts
        self.language = language
        self.study = facts.study.settings.study
        self.words = words(language)
        self.says, self.front = self.words["says"], self.words["front"]

    def own(self, name: str) -> str:
        """What study.yaml says under `ethics:`, or that it is to be filled in."""
        text = str(getattr(self.study.ethics, name)).strip()
        return ended(text) if text else self.front["todo"].format(name=f"study: ethics: {name}")

    def blocks(self) -> Iterator[Block]:
        """The page."""
        last = f" {self.front['last'].format(date=self.day(self.facts.last))}" if self.facts.last else ""
        title = self.study.title or self.front["untitled"]
        yield Title(f"{self.front['title']}: {title}", f"{self.front['about']}{last}")
        for key, asked in self.words["page"].items():
            yield Fact(asked, getattr(self, key))

    @cached_property
    def collected(self) -> str:
        facts = self.facts
        people = facts.study.roster.participants
        years = sorted({person.interview_date[:4] for person in people if person.interview_date})
        spoken = sorted({self.tongue(person.language) for person in people if person.language})
        span = "–".join(dict.fromkeys((years[0], years[-1]))) if years else ""
        return self.front["collected_says"].format(
            interviews=len(facts.rows),
            people=len(people),
            years=self.front["years"].format(years=span) if span else "",
            hours=self.number(sum(row.seconds for row in facts.rows) / 3600),
            words=sum(row.words for row in facts.rows),
            languages=self.front["languages"].format(languages=", ".join(spoken)) if spoken else "",
        )

    def tongue(self, code: str) -> str:
        """A language by its name, where the list has its ISO code."""
        from babel import Locale

        return str(Locale(self.language).languages.get(code.lower(), code))

    @cached_property
    def consent(self) -> str:
        return self.front["consent_says"].format(
            **{name: self.answers(name) for name in ("share", "quote", "audio")},
            withdrawn=self.withdrawn,
            informed=self.own("informed"),
        )

    def answers(self, name: str) -> str:
        """«да 2, не спрашивали 1» of one consent column."""
        counted = Counter(str(getattr(one.consent, name)) for one in self.facts.asked)
        told = [f"{self.says[answer]} {counted[answer]}" for answer in ANSWERS if counted[answer]]
        return ", ".join(told) or self.says["none"]

    @cached_property
    def withdrawn(self) -> str:
        return ranged([one.id for one in self.facts.asked if one.out == "withdrawn"]) or self.says["none"]

    @cached_property
    def disk(self) -> str:
        """What is known of the place."""
        found = {concern.trouble for concern in self.facts.concerns}
        told = [self.says[trouble] for trouble in DISK if trouble in found]
        if "unknown" in found:
            told.append(self.says["disk_unknown"])
        elif not found & {"unencrypted", "network", "memory"}:
            told.append(self.says["disk_encrypted"])
        if "open" not in found:
            told.append(self.says["closed"])
        return " ".join(told)

    @cached_property
    def place(self) -> str:
        apart = self.front["apart"] if Path(self.study.contacts).is_absolute() else ""
        return self.front["place_says"].format(disk=self.disk, storage=self.own("storage"), apart=apart)

    @cached_property
    def texts(self) -> str:
        """What the text comes from, "" before there is any."""
        return self.made({row.text_from.strip() for row in self.facts.rows})

    @cached_property
    def speakers(self) -> str:
        """What tells speakers apart, "" before anything did."""
        return self.made({row.speakers_from for row in self.facts.rows})

    def made(self, by: set[str]) -> str:
        """Engines by their names."""
        return ", ".join(self.words["made"].get(one, one) for one in sorted(by - {""}))

    @cached_property
    def codes(self) -> str:
        return ", ".join(reader.code for reader in self.facts.readers) or self.says["nobody"]

    @cached_property
    def access(self) -> str:
        return self.front["access_says"].format(codes=self.codes, access=self.own("access"))

    @cached_property
    def removed(self) -> str:
        kinds = self.facts.kinds
        by_class: Counter[str] = Counter()
        for kind in kinds:
            by_class["direct" if policy.class_of(kind.name) == "direct" else "quasi"] += kind.hidden
        return self.front["removed_says"].format(
            hidden=sum(kind.hidden for kind in kinds),
            direct=by_class["direct"],
            quasi=by_class["quasi"],
            rejected=sum(kind.people for kind in kinds),
            cuts=sum(row.cuts for row in self.facts.rows),
        )

    @cached_property
    def checked(self) -> str:
        rows = self.facts.rows
        words = sum(row.words for row in rows)
        read = sum(row.read * row.words for row in rows) / words if words else 0.0
        return self.front["checked_says"].format(
            signed=len(self.facts.of("signed")),
            interviews=len(rows),
            read=self.percent(read),
            decisions=sum(reader.decisions for reader in self.facts.readers),
            looked=self.looked,
        )

    @cached_property
    def looked(self) -> str:
        """Which words a person was asked about, and what he answered."""
        review = self.facts.study.settings.review
        told = self.front[f"look_{review.said.split(' ')[0]}"]
        names = ("asked", "different", "hidden", "here", "study", "left")
        counts = {name: sum(getattr(row.looked, name) for row in self.facts.rows) for name in names}
        return told.format(risk=f"{review.asked_from or 0:g}", **counts)

    @cached_property
    def leak(self) -> str:
        rate = self.facts.rate
        if rate is None:
            return self.front["leak_none"]
        numbers = {name: self.number(getattr(rate, name)) for name in ("low", "high")}
        return self.front["leak_says"].format(
            words=rate.words, leaks=rate.leaks, per=self.number(rate.per_10000), **numbers
        )

    @cached_property
    def unmeasured(self) -> str:
        report = self.facts.people
        people = ""
        if report is not None:
            alone = sum(person.size == 1 for person in report.people)
            people = self.front["unmeasured_people"].format(alone=alone, people=len(report.people))
        return self.front["unmeasured_says"].format(people=people)

    @cached_property
    def status(self) -> str:
        traces = [self.says[trace] for trace in self.facts.traces]
        return self.front["pseudonymised"].format(traces=", ".join(traces)) if traces else self.front["anonymised"]

    @cached_property
    def left(self) -> str:
        facts = self.facts
        count, recipients = facts.releases, self.own("recipients")
        told = [self.says[f"release_{facts.release}"].format(count=count, recipients=recipients)]
        if facts.sent:
            told.append(self.says["sent"])
        if facts.copies:
            told.append(self.says["member"].format(ids=ranged(facts.copies)))
        if facts.forgotten:
            told.append(self.says["forgotten"].format(ids=ranged([*map(identified, facts.forgotten)])))
        return " ".join(told)

    @cached_property
    def retention(self) -> str:
        until = self.day(self.study.retain_until) or self.front["todo"].format(name="study: retain_until")
        return self.front["retention_says"].format(date=until, at_end=self.own("at_end"))

    @cached_property
    def undone(self) -> str:
        """What is missing, in one sentence a thing."""
        facts, told = self.facts, []
        for state in ("waiting", "failed", "searched", "changed"):
            ids = [row.id for row in facts.rows if row.state == state]
            if ids:
                told.append(self.says[state].format(ids=ranged(ids)))
        undecided = sum(row.undecided for row in facts.rows)
        if undecided:
            told.append(self.says["undecided"].format(count=undecided))
        left = sum(row.looked.left for row in facts.rows)
        if left:
            told.append(self.says["unsettled"].format(count=left))
        unasked = [one.id for one in facts.asked if one.consent.share in ("not asked", "unknown") and not one.out]
        if unasked:
            told.append(self.says["no_consents"].format(ids=ranged(unasked)))
        names = [name for name, text in structs.asdict(self.study.ethics).items() if not text.strip()]
        names += [] if self.study.retain_until else ["retain_until"]
        if names:
            told.append(self.says["unfilled"].format(names=", ".join(names)))
        return " ".join(f"{one[0].upper()}{one[1:]}." for one in told) or self.front["nothing_undone"]

    def number(self, value: float) -> str:
        """One decimal, with the language's mark."""
        text = f"{value:.1f}"
        return text.replace(".", ",") if self.language == "ru" else text

    def day(self, when: str) -> str:
        """A date as the language writes it, from ISO; anything else as it stands."""
        found = re.match(r"(\d{4})-(\d\d)-(\d\d)", when)
        return f"{found[3]}.{found[2]}.{found[1]}" if found and self.language == "ru" else when[:10]

    def percent(self, share: float) -> str:
        return f"{share:.0%}".replace("%", " %")


def identified(row: dict[str, str]) -> str:
    """Whose removal a row of forgotten.csv is."""
    return row.get("id") or next(iter(row.values()), "")


def ranged(ids: Sequence[str]) -> str:
    """«P01–P04, P07»: three ids and more that follow each other as one range."""
    made: list[list[str]] = []
    for one in ids:
        if made and follows(made[-1][-1], one):
            made[-1].append(one)
        else:
            made.append([one])
    told = [f"{group[0]}–{group[-1]}" if len(group) > 2 else ", ".join(group) for group in made]
    return ", ".join(told)


def follows(one: str, other: str) -> bool:
    """Whether an id is the one after another: P08, P09."""
    first, second = (re.fullmatch(r"(.*?)(\d+)", text) for text in (one, other))
    if not first or not second or len(one) != len(other):
        return False
    return first[1] == second[1] and int(second[2]) == int(first[2]) + 1


def ended(text: str) -> str:
    """A sentence with its full stop."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
