"""The report of a study: facts of each recording from its artifacts, and one page made of them when they changed."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pipeline.errors import CorruptArtifact
from pipeline.messages import translated, wording
from pipeline.model import Dialogue, Diarization, Failure, Recording, Redaction, Transcript
from pipeline.store.artifacts import Store, digest, write_atomically
from pipeline.study.folder import Entry, Study
from pipeline.study.report import timeline
from pipeline.study.report.timeline import Lane

if TYPE_CHECKING:
    from jinja2 import Template

VERSION = "1"
STAGES: dict[str, type[Any]] = {
    "ingest": Recording,
    "transcribe": Transcript,
    "diarize": Diarization,
    "attribute": Dialogue,
    "deidentify": Redaction,
}
"""What the page is made of, by stage."""
WORDING = wording(Path(__file__).with_name("report.toml"))


class Talker(Struct, frozen=True):
    """One speaker of a recording."""

    label: str
    role: str
    """"voice" before roles are known"""
    name: str
    """role, numbered where several share it"""
    share: float
    """of all speech, 0–1"""
    margin: float | None
    """how sure the role is, 0–1"""


class Facts(Struct, frozen=True):
    """What the page says of one recording."""

    id: str
    failure: Failure | None
    seconds: float = 0.0
    parts: int = 1
    method: str = ""
    text: str = ""
    talkers: tuple[Talker, ...] = ()
    overlap: float = 0.0
    """share of the speech in which two or more speak"""
    questions: int = 0
    guide: int = 0
    """questions of the guide that were asked"""
    hidden: int | None = None
    to_read: int = 0
    certainty: float | None = None
    """median confidence of the recognised words, None for subtitles"""
    margin: float | None = None
    """of the least certain role"""
    disagreement: float | None = None
    flags: tuple[str, ...] = ()
    """in plain words"""
    confirmed: bool = False
    lanes: tuple[Lane, ...] = ()

    @property
    def finished(self) -> bool:
        return self.hidden is not None and self.failure is None


def write(study: Study) -> Path | None:
    """work/report.html, made anew only where something it shows has changed; None before any recording got that far."""
    store = study.store
    target = store.work / "report.html"
    headers = {entry.id: {stage: store.header(entry.id, stage) for stage in STAGES} for entry in study.entries}
    if not any(found["diarize"] for found in headers.values()):
        return None
    state = digest(
        VERSION,
        study.settings.study.language,
        study.settings.study.title,
        len(study.guide),
        [
            (
                name,
                store.failure(name),
                store.voices_confirmed(name),
                [one.content if one else "" for one in of.values()],
            )
            for name, of in headers.items()
        ],
    )
    mark = f"<!-- {state} -->"
    if not made_of(target, mark):
        facts = tuple(facts_of(study, entry) for entry in study.entries)
        write_atomically(target, (f"<!doctype html>\n{mark}\n".encode(), html(study, facts).encode()))
    return target


def made_of(target: Path, mark: str) -> bool:
    """Whether the page on disk was made of this state."""
    try:
        with target.open(encoding="utf-8") as page:
            return [page.readline().strip(), page.readline().strip()] == ["<!doctype html>", mark]
    except (OSError, UnicodeDecodeError):
        return False


def facts_of(study: Study, entry: Entry) -> Facts:
    """One recording, as far as it has come; a damaged artifact counts as missing and is flagged."""
    store, language = study.store, study.settings.study.language
    read = {stage: _read(store, entry.id, stage) for stage in STAGES}
    recording, heard, dialogue = read["ingest"], read["diarize"], read["attribute"]
    failure = store.failure(entry.id)
    if recording is None or heard is None:
        return Facts(entry.id, failure, recording.seconds if recording else 0.0)
    redaction, transcript = read["deidentify"] if dialogue else None, read["transcribe"]
    confirmed = heard.method not in ("tracks", "given") and store.voices_confirmed(entry.id)
    turns = dialogue.turns if dialogue else ()
    who = talkers(heard, dialogue, words(language))
    spoken = sum(end - start for start, end in timeline.joined((one.start, one.end) for one in heard.segments))
    both = sum(end - start for start, end in timeline.overlapping(heard.segments))
    margins = [one.margin for one in who if one.margin is not None]
    kinds = (
        *recording.notes,
        *heard.notes,
        *(transcript.notes if transcript else ()),
        *(dialogue.flags if dialogue else ()),
    )
    if confirmed:
        kinds = tuple(kind for kind in kinds if kind != "voices-unconfirmed")
    if any(made is None and store.header(entry.id, stage) for stage, made in read.items()):
        kinds = (*kinds, "damaged")
    return Facts(
        id=entry.id,
        failure=failure,
        seconds=recording.seconds,
        parts=len(recording.parts),
        method=heard.method,
        text=f"{transcript.engine} {Path(transcript.model).stem}".strip() if transcript else "",
        talkers=who,
        overlap=both / spoken if spoken else 0.0,
        questions=sum(turn.question for turn in turns),
        guide=sum(turn.guide > 0 for turn in turns),
        hidden=sum(bool(entity.label) for entity in redaction.entities) if redaction else None,
        to_read=len(redaction.flags) if redaction else 0,
        certainty=certainty(transcript),
        margin=min(margins, default=None),
        disagreement=heard.disagreement,
        flags=sentences(kinds, language),
        confirmed=confirmed,
        lanes=timeline.lanes(heard, {one.label: one.role for one in who}, turns, redaction, recording.seconds),
    )


def _read(store: Store, recording: str, stage: str) -> Any:
    """An artifact, None where there is none that can be trusted."""
    if store.header(recording, stage) is None:
        return None
    try:
        return store.read(recording, stage, STAGES[stage])
    except CorruptArtifact:
        return None


def talkers(heard: Diarization, dialogue: Dialogue | None, said: dict[str, str]) -> tuple[Talker, ...]:
    """Everyone heard, interviewers first, with the share of all speech."""
    roles = {speaker.label: speaker for speaker in dialogue.speakers} if dialogue else {}
    seconds = {
        voice.label: sum(one.end - one.start for one in heard.segments if one.speaker == voice.label)
        for voice in heard.voices
    }
    total = sum(seconds.values()) or 1.0
    order = ("interviewer", "respondent", "other", "voice")
    of = {label: str(roles[label].role) if label in roles else "voice" for label in seconds}
    several, met = Counter(of.values()), Counter[str]()
    made = []
    for label in sorted(seconds, key=lambda one: (order.index(of[one]), one)):
        role = of[label]
        met[role] += 1
        name = f"{said[role]} {met[role]}" if several[role] > 1 else said[role]
        made.append(Talker(label, role, name, seconds[label] / total, roles[label].margin if label in roles else None))
    return tuple(made)


def words(language: str) -> dict[str, str]:
    """Everything the page says in one language."""
    return {key: both[language == "en"] for key, both in WORDING["words"].items()}


def sentences(kinds: tuple[str, ...], language: str) -> tuple[str, ...]:
    """Flags and notes in plain words, each once, in the order of the table."""
    numbers = {kind.partition(":")[0]: kind.partition(":")[2] for kind in kinds}
    if any(kind.endswith("-unaligned") for kind in numbers):
        numbers["unaligned"] = ""
    told = ((kind, both[language == "en"]) for kind, both in WORDING["flags"].items() if kind in numbers)
    return tuple(said.replace("{number}", numbers[kind]) for kind, said in told)


def certainty(transcript: Transcript | None) -> float | None:
    """Median confidence of the words that were recognised; None where the text came as subtitles."""
    words = [word.confidence for word in transcript.words if not word.interpolated] if transcript else []
    return round(median(words), 3) if words else None


def html(study: Study, facts: tuple[Facts, ...]) -> str:
    """The whole page but its first two lines."""
    language = study.settings.study.language
    return _template().render(
        language=language,
        say=words(language),
        why=lambda failure: translated(f"{failure.what} {failure.do}", language),
        title=study.settings.study.title,
        facts=facts,
        guide=len(study.guide),
        share=share,
        clock=clock,
        ticks=ticks,
        lane=timeline.LANE,
        width=timeline.WIDTH,
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("pipeline.study", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")


def share(value: float) -> str:
    """A share (0–1) in per cent."""
    return "<1 %" if 0 < value < 0.005 else f"{100 * value:.0f} %"


def clock(seconds: float) -> str:
    """56:02, 1:02:30"""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def ticks(seconds: float) -> list[tuple[float, str]]:
    """Places (0–100 %) and words of the marks under a timeline: four to eight round times."""
    step = next((step for step in (60, 120, 300, 600, 900, 1800, 3600) if seconds / step <= 8), 7200)
    return [(100 * at / seconds, clock(at)) for at in range(0, int(seconds) + 1, step)] if seconds else []
