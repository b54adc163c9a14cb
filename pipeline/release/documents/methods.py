"""METHODS.md: how the transcripts were made, hidden, read and checked, in the study's language, for the paper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from msgspec import structs

from pipeline.deidentify.labels.policy import KINDS
from pipeline.messages import wording
from pipeline.release import traces
from pipeline.release.documents.tables import order
from pipeline.release.documents.transcripts import OVERLAP
from pipeline.release.request import DRAFT_LINE, Interview, Request
from pipeline.release.silenced_audio import MARGIN

BESIDE = Path(__file__).parent
LANGUAGES = ("ru", "en")
TEMPLATES = {language: (BESIDE / f"methods.{language}.md").read_text(encoding="utf-8") for language in LANGUAGES}
WORDING = wording(BESIDE / "methods.toml")
SAID = {language: {key: both[at] for key, both in WORDING["said"].items()} for at, language in enumerate(LANGUAGES)}
"""what stands between the lines of a template, by language"""
SUMMED, STATUS = (dict(zip(LANGUAGES, WORDING["found_again"][key], strict=True)) for key in ("summed", "heading"))
"""the line that says how much a release holds, and the heading of what it says of names"""
APART = {"CITY_SMALL": "малый город", "CITY_LARGE": "крупный город", "NATIONALITY_SMALL": "малый народ"}
"""kinds that share a label with another"""
KIND_NAMES = {
    "en": {kind: f"{kind.replace('_', ' ').lower()} ({kind})" for kind in KINDS},
    "ru": {kind: f"{APART.get(kind, rule.ru.replace('-', ' '))} ({kind})" for kind, rule in KINDS.items()},
}
"""kinds of the log's codes in words"""


def methods(request: Request, interviews: tuple[Interview, ...], left_out: int) -> bytes:
    """METHODS.md, computed from what was done and from what is on disk."""
    say = SAID[request.language]
    band = request.settings.age_band
    turns = [turn for interview in interviews for turn in interview.dialogue.turns]
    hours = sum(interview.recording.seconds for interview in interviews) / 3600
    text = TEMPLATES[request.language].format(
        draft=f"**{DRAFT_LINE}**\n\n" if request.draft else "",
        title=request.title or say["untitled"],
        summed=summed(request.language, len(interviews), hours, len(turns), sum(len(turn.spans) for turn in turns)),
        heading=STATUS[request.language],
        left_out=left_out,
        status=status(traces.found(request.study, request.roster), request.language),
        tools="\n".join(f"- {name} {version}" for name, version in request.made_by) or f"- {say['none']}",
        text_from=", ".join(sorted({say.get(i.text_from, i.text_from) for i in interviews} - {""})) or say["none"],
        speakers_from=", ".join(sorted({say.get(i.speakers_from, "") for i in interviews} - {""})) or say["none"],
        weights="; ".join(sorted({told for one in interviews for told in one.weights})) or say["none"],
        set_otherwise="; ".join(f"{name} {value}" for name, value in request.set_otherwise) or say["no"],
        audio=say["audio"].format(margin=decimal(f"{MARGIN:g}", request.language)) if request.audio else "",
        reviewed=reviewed(request, interviews),
        leaks=leaks(request),
        looked=looked(request, interviews),
        kinds=kinds(
            request.language,
            (
                (entity.kind, (1, 0) if entity.label else (0, 1))
                for interview in interviews
                for entity in interview.redaction.entities
            ),
        ),
        pause=decimal(f"{request.settings.pauses_from:g}", request.language),
        overlap=OVERLAP,
        ages=say["band"].format(band=band) if band > 1 else say["years"],
        tier=request.tier,
        settings=f"age_band {band}, universities {request.settings.universities}, "
        f"residence {request.settings.residence}, leave_out {len(request.settings.leave_out)}, "
        f"pauses_from {request.settings.pauses_from:g}, "
        f"overlaps {str(request.settings.overlaps).lower()}, cue_seconds {request.settings.cue_seconds:g}",
    )
    return text.encode()


def reviewed(request: Request, interviews: tuple[Interview, ...]) -> str:
    """Who signed which interview off, and which share of its words was read."""
    say = SAID[request.language]
    if request.draft:
        return say["unread"]
    signed = [(interview, interview.signed) for interview in interviews if interview.signed]
    if not signed or request.tier == "blind":
        return say["unknown"]
    rows = []
    for interview, by in signed:
        read = ", ".join(f"{reader} {share:.0%}" for reader, share in by.read_by)
        told = f" ({read})" if len(by.read_by) > 1 else ""
        rows.append(say["row"].format(name=interview.name, reviewer=by.reviewer, read=by.read, by=told))
    return "\n".join([say["signed"], "", *rows])


def leaks(request: Request) -> str:
    """What reading a random sample showed, where somebody did."""
    say, found = SAID[request.language], request.leaks
    if found is None or not found.words:
        return say["unsampled"]
    rates = (decimal(f"{rate:.1f}", request.language) for rate in (found.per_10000, found.low, found.high))
    return say["sampled"].format(found.words, found.leaks, *rates)


def looked(request: Request, interviews: tuple[Interview, ...]) -> str:
    """About which words a person was asked, how many there were, how he answered, and what is left."""
    say, setting = SAID[request.language], request.second_look
    told = say[f"look_{setting.split(' ')[0]}"].format(setting=decimal(setting, request.language))
    if setting == "off" or request.tier == "blind":
        return told
    rows = (say["look_row"].format(name=one.name, **structs.asdict(one.looked)) for one in interviews)
    return "\n".join([told, "", *rows])


def decimal(number: str, language: str) -> str:
    """A number with the decimal mark of a language."""
    return number.replace(".", ",") if language == "ru" else number


def summed(language: str, interviews: int, hours: float, turns: int, words: int) -> str:
    """The line that says how much a release holds."""
    return SUMMED[language].format(
        interviews=interviews, hours=decimal(f"{hours:.1f}", language), turns=turns, words=words
    )


def kinds(language: str, mentions: Iterable[tuple[str, tuple[int, int]]]) -> str:
    """Rows of the table of kinds, counts alone and never a word, from (kind, how many hidden and how many kept)."""
    counted: dict[str, list[int]] = {}
    for kind, (hidden, kept) in mentions:
        both = counted.setdefault(kind, [0, 0])
        both[0] += hidden
        both[1] += kept
    names = KIND_NAMES[language]
    rows = [f"| {names.get(k, k)} | {counted[k][0]} | {counted[k][1]} |" for k in sorted(counted, key=order)]
    return "\n".join(rows) or SAID[language]["nothing"]


def status(found: Sequence[str], language: str) -> str:
    """Whether names can be traced back, by what lies in the study's folder."""
    say = SAID[language]
    if not found:
        return say["anonymised"]
    return "\n".join((say["pseudonymised"], "", *(f"- {say[what]}" for what in found)))


TIER = re.compile(r"(?:уровень|tier) (restricted|shareable|blind);")
SUMS = {
    language: re.compile("^" + re.sub(r"\\{\w+\\}", r"[\\d.,]+", re.escape(line)), re.MULTILINE)
    for language, line in SUMMED.items()
}
"""the line that says how much a release holds, with any numbers"""


def language_of(text: str) -> Literal["ru", "en"]:
    return "ru" if STATUS["ru"] in text else "en"


def restated(text: str, found: Sequence[str]) -> str:
    """A METHODS.md that says of today whether names can be traced back."""
    language = language_of(text)
    head, title, rest = text.partition(f"{STATUS[language]}\n\n")
    _, mark, tail = rest.partition("\n\n## ")
    return f"{head}{title}{status(found, language)}{mark}{tail}" if title and mark else text


def without(text: str, name: str, listed: Sequence[Mapping[str, str]], hidden: Sequence[Mapping[str, str]]) -> str:
    """A METHODS.md after an interview was taken out; `listed` and `hidden` are the rows of its tables that are left."""
    language = language_of(text)
    told = summed(
        language,
        len(listed),
        sum(float(row["minutes"]) for row in listed) / 60,
        sum(int(row["turns"]) for row in listed),
        sum(int(row["words"]) for row in listed),
    )
    text = SUMS[language].sub(told, text, count=1)
    left = ((row["kind"], (int(row["mentions_hidden"]), int(row["mentions_kept"]))) for row in hidden)
    head, ruler, rest = text.partition("|---|---|---|\n")
    _, mark, tail = rest.partition("\n\n")
    text = head + ruler + kinds(language, left) + mark + tail
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(f"- {name}: "))
