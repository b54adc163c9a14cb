"""Tables for the operator: who belongs to what, how far everything is, what is damaged. Ids only, never names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.errors import CorruptArtifact
from pipeline.ingest.layout import layout
from pipeline.messages import say, show, translated
from pipeline.progress.reporter import span
from pipeline.store.artifacts import sha256, write_table
from pipeline.store.seals import distrust
from pipeline.study import retention
from pipeline.study.folder import Entry, Study
from pipeline.study.inputs import Inputs, Stage


class Method(Struct, frozen=True):
    """The one field of a Diarization that the status shows; the rest is skipped unread."""

    method: str


class Made(Struct, frozen=True):
    """The one part of transcribe.json that is shown."""

    engine: str
    model: str
    weights: str = ""


class Row(Struct, frozen=True):
    """How far one recording is."""

    id: str
    stages: dict[str, str]
    """stage -> "done", "stale" (would be made anew), "failed" or "-" """
    method: str
    """how speakers were told apart: tracks, pyannote or captions; "" before that"""
    voices: str
    """where they were told apart by sound: "to confirm" until a person has listened, then "confirmed"; else "" """
    reason: str
    """why it stopped, and what to do; "" where it did not"""


def rows(study: Study, stages: Sequence[Stage]) -> tuple[Row, ...]:
    """Every recording's state; reads headers, not artifacts."""
    inputs = Inputs(study)
    made = tuple(row(study, entry, inputs, stages) for entry in study.entries)
    if study.store.work.is_dir():
        inputs.digests.save()
    return made


def row(study: Study, entry: Entry, inputs: Inputs, stages: Sequence[Stage]) -> Row:
    failure = study.store.failure(entry.id)
    states = {}
    for stage in stages:
        failed = failure and failure.stage == stage.name
        states[stage.name] = "failed" if failed else inputs.state(stage, entry)
    method = ""
    if states["diarize"] in {"done", "stale"}:
        try:
            method = msgspec.json.decode(study.store.data(entry.id, "diarize"), type=Method).method
        except CorruptArtifact:
            states["diarize"] = "stale"
    voices = ""
    if method not in {"", "tracks", "undivided", "given"}:
        voices = "confirmed" if study.store.voices_confirmed(entry.id) else "to confirm"
    return Row(entry.id, states, method, voices, f"{failure.what} {failure.do}" if failure else "")


def text_from(study: Study, found: tuple[Row, ...]) -> str:
    """Engine, model and where its weights came from, of the first recording that has a text; "" before that."""
    for item in found:
        if item.stages.get("transcribe") in {"done", "stale"}:
            with suppress(CorruptArtifact):
                made = msgspec.json.decode(study.store.data(item.id, "transcribe"), type=Made)
                return f"{made.engine} {made.model}".strip() + (f": {made.weights}" if made.weights else "")
    return ""


def status_table(study: Study, as_json: bool, stages: Sequence[Stage]) -> None:
    """Print recording x stage."""
    found = rows(study, stages)
    today = date.today()
    if as_json:
        value = {
            "recordings": [msgspec.to_builtins(item) for item in found],
            "text_from": text_from(study, found),
            "retain_until": study.settings.study.retain_until or None,
            "retention_days_left": retention.left(study, today),
        }
        print(json.dumps(value, ensure_ascii=False, indent=1))
        return
    console = Console(highlight=False)
    console.print(grid(found, stages), soft_wrap=True)
    if made := text_from(study, found):
        console.print(f"\n{made}", soft_wrap=True)
    for item in found:
        if item.reason:
            console.print(f"\n[bold]{item.id}[/]: {translated(item.reason)}", soft_wrap=True)
    if late := retention.warning(study, today):
        say(f"Note: {late}")


MARKS = {"done": ("done", "green"), "stale": ("to redo", "yellow"), "failed": ("failed", "red"), "-": ("-", "dim")}
"""How a stage's state is shown, and in which style."""
SHOWN = {"undivided": "not told apart", "given": "transcript"}
"""How a way of telling speakers apart is shown where its own name says too little."""


def grid(found: tuple[Row, ...], stages: Sequence[Stage]) -> Text:
    """Recording x stage in columns. Rich's own tables measure every cell: a second and a half for a thousand rows."""
    headings = ("recording", *(stage.name for stage in stages), "speakers from", "voices")
    marks = {state: (translated(word), style) for state, (word, style) in MARKS.items()}
    told = {word: translated(SHOWN.get(word, word)) for item in found for word in (item.method, item.voices)}
    cells = [[(translated(heading), "bold") for heading in headings]] + [
        [
            (item.id, ""),
            *(marks[state] for state in item.stages.values()),
            (told[item.method], ""),
            (told[item.voices], ""),
        ]
        for item in found
    ]
    widths = [max(len(row[column][0]) for row in cells) for column in range(len(headings))]
    shown = Text()
    for number, row in enumerate(cells):
        shown.append("\n" if number else "")
        for (word, style), width in zip(row, widths, strict=True):
            shown.append(f"{word:<{width}} ", style)
    return shown


def closing(code: int, count: int, failed: int, folder: Path) -> str:
    """The last line of a run: what came of it and what comes next."""
    done = f"{count - failed} of {count} recordings are finished."
    if failed:
        next_step = f"{failed} stopped: `interviews status {folder}` says why. Then run the same command again."
        return " ".join((done, next_step))
    if code == 6:
        next_step = f"A person must review them now: `interviews review {folder}` opens the page."
        return " ".join((done, next_step))
    return done


def match_table(study: Study, as_json: bool) -> None:
    """Print what speaks for each pairing of recording and participant; names go to work/match.csv alone."""
    digests = study.digests
    lines: list[dict[str, Any]] = []
    private = []
    for entry in study.entries:
        parts = study.parts(entry, digests)
        layouts = [layout(part) for part in parts]
        person = study.participant(entry.participant)
        told = person.interview_date if person else ""
        days = {part.started[:10] for part in parts if part.started}
        agrees = "-" if not told or not days else ("agrees" if told in days else "differs")
        seconds = Inputs(study).seconds(entry)
        lines.append(
            {
                "recording": entry.id,
                "participant": entry.participant,
                "parts": len(parts),
                "tracks": sum(len(found.voices) for found in layouts),
                "date": agrees,
                "length": span(seconds) if seconds else "-",
            }
        )
        names = "; ".join(sorted({voice.display_name for found in layouts for voice in found.voices}))
        private += [(entry.id, entry.participant, name, names, told) for name in entry.names]
    digests.save()
    target = study.folder / "work" / "match.csv"
    write_table(target, ("id", "participant_id", "recording", "names in Zoom", "interview_date"), private)
    if as_json:
        print(json.dumps({"recordings": lines}, ensure_ascii=False, indent=1))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("recording", "participant", "parts", "tracks", "date", "length"):
        table.add_column(translated(heading))
    for line in lines:
        table.add_row(*(str(value) or "-" for value in (line | {"date": translated(line["date"])}).values()))
    Console(highlight=False).print(table)
    say("Names and file names side by side, to confirm: work/match.csv (private).")


def verify_table(study: Study, as_json: bool) -> int:
    """Check every artifact, and the release's files against its manifest. Returns 8 if one is damaged."""
    store = study.store
    checked = [result for recording in store.recordings() for result in store.check(recording)]
    if store.path("", "cast").is_file():
        checked += store.check_one("", "cast")
    distrust(store, {name.partition("/")[0] for name, whole in checked if not whole})
    manifest = study.folder / "release" / "manifest-sha256.txt"
    listed = manifest.read_text(encoding="utf-8").splitlines() if manifest.is_file() else []
    for line in (line for line in listed if not line.startswith("#")):
        wanted, name = line.split(maxsplit=1)
        file = manifest.parent / name
        checked.append((f"release/{name}", file.is_file() and sha256(file) == wanted))
    bad = [name for name, whole in checked if not whole]
    if as_json:
        print(json.dumps({"checked": len(checked), "damaged": bad}, indent=1))
    else:
        for name in bad:
            show(f"damaged: {name}")
        show(f"{len(checked)} files checked, {len(bad)} damaged.")
        if bad:
            say("Run `interviews run` (and export) again: damaged files are built anew.")
    return 8 if bad else 0
