"""Studies of many finished recordings: one is really run, the others are its artifacts under other names."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import msgspec
from msgspec import Struct

from tests.helpers.small_batches import batch

FILE = "audio_only.m4a"
RESPONDENT = ("Айгерим", "Сарсенова")
GIVEN = tuple("Асель Динара Ерлан Жанна Камила Мадина Нурлан Ольга Рустам Салтанат Тимур Шолпан Эльмира Юлия".split())
ENDINGS = ("бекова", "галиева", "еева", "жанова", "икова", "манова", "нурова", "пова", "рова", "това")
BEGINNINGS = ("Абди", "Бай", "Даут", "Ис", "Кен", "Мук", "Ораз", "Сад")


class Clone(Struct, frozen=True):
    """One recording of the crowd."""

    id: str
    started: datetime
    name: tuple[str, str]
    """given name and surname of the respondent"""

    @property
    def folder(self) -> str:
        return f"{self.started:%Y-%m-%d %H.%M.%S} Дарина Омарова's Zoom Meeting 87654321012"


def clones(count: int) -> Iterator[Clone]:
    """Recordings an hour apart, each of another respondent."""
    names = [(given, begun + end) for begun, end, given in product(BEGINNINGS, ENDINGS, GIVEN)]
    for number in range(count):
        yield Clone(f"P{number + 1:04}", datetime(2021, 5, 2, 9) + timedelta(hours=number), names[number % len(names)])


def crowd(folder: Path, count: int, megabytes: int = 25) -> Path:
    """A finished study of `count` recordings in `folder`, each with a mix of so many megabytes, most of them sparse."""
    pattern, study = folder / "pattern" / "study", folder / f"crowd-{count}"
    if not pattern.is_dir():
        batch(folder / "pattern")
        command = [sys.executable, "-m", "pipeline", "run", str(pattern), "--only", "P01"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 6, done.stderr
    crew = tuple(clones(count))
    (study / "private").mkdir(parents=True)
    shutil.copy(pattern / "study.yaml", study)
    tables(study, crew)
    recorded = next(path for path in (pattern / "recordings").iterdir() if path.name.endswith("87654321012"))
    for clone in crew:
        record(recorded, study / "recordings" / clone.folder, clone, megabytes)
    finish(pattern, study, crew)
    return study


def tables(study: Path, crew: tuple[Clone, ...]) -> None:
    """participants.csv and contacts.csv with a row for everybody."""
    with (study / "participants.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(("participant_id", "recording", "gender", "age", "residence_country", "consent_share"))
        rows.writerows((one.id, one.folder, "female", 20 + n % 40, "KZ", "yes") for n, one in enumerate(crew))
    with (study / "private" / "contacts.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(("participant_id", "role", "names", "display_name"))
        rows.writerow(("", "interviewer", "Омарова Дарина", "Дарина Омарова"))
        rows.writerows((one.id, "participant", " ".join(reversed(one.name)), " ".join(one.name)) for one in crew)


def record(pattern: Path, target: Path, clone: Clone, megabytes: int) -> None:
    """The files of one recording: hard links, but for the mix, which ends in a box of free space nobody wrote."""
    old, new = "".join(RESPONDENT), "".join(clone.name)
    for path in pattern.rglob("*"):
        if path.is_file():
            other = target / path.relative_to(pattern).with_name(path.name.replace(old, new))
            other.parent.mkdir(parents=True, exist_ok=True)
            if path.name == FILE:
                pad(path, other, megabytes << 20)
            else:
                os.link(path, other)


def pad(source: Path, target: Path, size: int) -> None:
    """The same sound in a file of `size` bytes: an MP4 box of type «free» follows it."""
    data = source.read_bytes()
    target.write_bytes(data + (size - len(data)).to_bytes(4, "big") + b"free")
    os.truncate(target, size)


def finish(pattern: Path, study: Path, crew: tuple[Clone, ...]) -> None:
    """Give every recording the artifacts that a run would find up to date."""
    from pipeline import flow
    from pipeline.study.folder import open_study, write_register
    from pipeline.study.inputs import Inputs

    opened = open_study(study)
    store = opened.store
    store.prepare()
    write_register(opened)
    links(pattern / "work" / "P01" / "audio", [store.folder(clone.id) / "audio" for clone in crew])
    for stage in flow.STAGES:
        inputs = Inputs(opened)
        raw = (pattern / "work" / "P01" / f"{stage.name}.json").read_bytes().partition(b"\n")[2].decode()
        for clone, entry in zip(crew, opened.entries, strict=True):
            text = renamed(raw, clone).encode()
            store.write(entry.id, stage.name, msgspec.Raw(text), inputs.fingerprint(stage, entry), flow.made_by(stage))
        inputs.digests.save()


def links(source: Path, targets: list[Path]) -> None:
    for target in targets:
        target.mkdir()
        for path in source.iterdir():
            os.link(path, target / path.name)


def renamed(text: str, clone: Clone) -> str:
    """An artifact of the pattern as the clone's own."""
    for join in ("", " "):
        text = text.replace(join.join(RESPONDENT), join.join(clone.name))
    return text.replace('"P01"', f'"{clone.id}"').replace("2021-05-02T15:30:45", clone.started.isoformat())
