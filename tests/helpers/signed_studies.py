"""Studies that are signed off and released, in this process, as people would through the page."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from pipeline import flow
from pipeline.corrections.apply import turn_name
from pipeline.decisions.journal import Wish
from pipeline.model import Decision
from pipeline.progress.reporter import Reporter
from pipeline.release import publish
from pipeline.release.request import Options
from pipeline.review.interview_view import View, wish
from pipeline.study.folder import Study, open_study
from pipeline.study.inputs import Inputs
from tests.helpers.review_pages import LINES, put, room, written


def signed(folder: Path, lines: Mapping[str, Sequence[str]] = LINES) -> Path:
    """The sample study with hand-written interviews, all up to date and signed off."""
    study = written(folder, lines)
    settle(study)
    sign(study.folder)
    return study.folder


def encoded(value: object) -> str:
    """As the log of decisions holds it."""
    return msgspec.json.encode(value).decode()


def settle(study: Study) -> None:
    """Give hand-written artifacts the fingerprints that a run would give them."""
    for stage in flow.STAGES:
        inputs = Inputs(study)
        for entry in study.entries:
            study.store.adopt(entry.id, stage.name, inputs.fingerprint(stage, entry))


def added(folder: Path, name: str, lines: Sequence[str]) -> None:
    """One more hand-written interview."""
    study = open_study(folder)
    put(study, name, lines)
    settle(study)


def run(folder: Path) -> int:
    """Carry a study through all stages."""
    study = open_study(folder)
    return flow.run(study, study.entries, "deidentify", Reporter())


def sign(folder: Path, *only: str) -> None:
    """Accept what the programs found, answer every flag, and sign off; clear what the release check doubts."""
    asyncio.run(_sign(open_study(folder), only))


async def _sign(study: Study, only: Sequence[str]) -> None:
    shown = room(study)
    try:
        for name in only or shown.desks:
            desk = shown.desk(name)
            assert desk is not None
            view = shown.look(desk)
            names = {index: turn for turn, index in view.by_key.items()}
            wishes = []
            for mark in view.judged.marks:
                if mark.state == "undecided":
                    anchor = view.anchor(names[mark.entity.turn - 1], mark.entity.start, mark.entity.end)
                    assert anchor is not None
                    wishes.append(wish(Decision(anchor, "accept", mark.entity.kind)))
            for flag, seen in view.judged.flags:
                anchor = view.anchor(names[flag.turn - 1], flag.start, max(flag.end, flag.start + 1))
                if not seen and anchor is not None:
                    wishes.append(wish(Decision(anchor, "seen", flag.rule)))
            shown.journal.act("R1", name, [*wishes, *settled(view)])
            assert shown.sign(desk, "R1") is not None
        doubts = [Wish("clear", doubt.key, "harmless") for doubt in publish.doubts(study) if doubt.key]
        shown.journal.act("R1", "", doubts)
    finally:
        shown.close()
        shown.journal.close()


def settled(view: View) -> list[Wish]:
    """Answers to all that the second look asks of an interview: harmless there."""
    made = []
    for one in view.judged.asked:
        place = one.open
        anchor = view.anchor(turn_name(view.keys[place.turn - 1]), place.start, place.end)
        if one.state == "open" and anchor is not None:
            made.append(wish(Decision(anchor, "harmless", question=place.question)))
    return made


def release(folder: Path, options: Options = Options()) -> list[str]:
    """Publish what was signed off; what the command says."""
    return list(publish.publish(open_study(folder), False, options))


def files(folder: Path, *out: str) -> dict[str, bytes]:
    """Every file of a folder by its path, without some folders in it."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        shown: path.read_bytes()
        for path in paths
        if not (shown := path.relative_to(folder).as_posix()).startswith(out or ("\0",))
    }


def texts(name: str, data: bytes) -> Iterator[str]:
    """All that a file says, as bytes of any usual encoding, members of archives included; lower case."""
    yield name.lower()
    for encoding in ("utf-8", "utf-16-le") if name.endswith((".flac", ".m4a")) else ("utf-8", "utf-16-le", "cp1251"):
        yield data.decode(encoding, errors="ignore").lower()
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for member in packed.namelist():
                yield from texts(member, packed.read(member))


def standing(study: Path, surfaces: Sequence[str], *out: str) -> dict[str, set[str]]:
    """Surface -> files of the study in which it stands, anywhere, in any letter case."""
    found: dict[str, set[str]] = {surface: set() for surface in surfaces}
    for name, data in files(study, *out).items():
        said = list(texts(name, data))
        for surface in surfaces:
            if any(surface.lower() in text for text in said):
                found[surface].add(name)
    return {surface: where for surface, where in found.items() if where}
