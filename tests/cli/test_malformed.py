"""Broken and hostile files through the real commands: the documented exit code, no traceback, and the rest is done.

INTERVIEWS_MALFORMED=300 tries three hundred of them; without it a few of each kind.
"""

from __future__ import annotations

import json
import os
import time
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.cli.main import command
from pipeline.flow import STAGES
from pipeline.study.folder import open_study
from pipeline.study.overview import rows
from tests.helpers import malformed_files
from tests.helpers.malformed_files import SECRET
from tests.helpers.sample_studies import Ran, interviews

pytestmark = pytest.mark.campaign

EACH = int(os.environ.get("INTERVIEWS_MALFORMED", "36")) // 3
"""damaged files of each of three groups: recordings with subtitles, transcripts, tables and settings"""
LONGEST = 10.0
"""seconds that a file may take"""
STARTING = 8.0
"""seconds of processor time in which the search loads what it knows"""
BATCH = 26
"""transcripts at once"""


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file outside any study that no reader may be talked into opening."""
    path = tmp_path_factory.mktemp("outside") / "secret.txt"
    path.write_text("НИКОМУ", encoding="utf-8")
    return path


def quiet(ran: Ran) -> None:
    """Nothing but the program's own sentences was said."""
    text = f"{ran.stdout}{ran.stderr}"
    assert "Traceback" not in text
    assert "bug" not in text.lower(), text
    assert SECRET not in text
    assert ran.sockets == ()


def seconds_each(study: Path) -> dict[str, float]:
    """How long each recording took to be read, from the run's own log."""
    lines = [json.loads(line) for line in (study / "work" / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    stamps = [(time.mktime(time.strptime(line["at"], "%Y-%m-%dT%H:%M:%S")), line.get("id", "")) for line in lines]
    return {name: after - before for (before, _), (after, name) in pairwise(stamps) if name.startswith("rec-")}


def test_broken_recordings_leave_the_others_running(tmp_path: Path, secret: Path) -> None:
    study, whole = tmp_path / "study", malformed_files.media(tmp_path)
    recordings = study / "recordings"
    recordings.mkdir(parents=True)
    (recordings / "P01.m4a").write_bytes(whole["x.m4a"])
    (recordings / "P01.vtt").write_text(malformed_files.VTT, encoding="utf-8")
    (study / "participants.csv").write_text("participant_id\nP01\n", encoding="utf-8")
    media = [*malformed_files.broken(whole, EACH * 2 // 3), *((f"{SECRET} {n}", d) for n, d in traps(secret).items())]
    for name, data in media:
        (recordings / name).write_bytes(data)
    subtitles = {"c.vtt": malformed_files.VTT.encode(), "c.srt": malformed_files.SRT.encode()}
    captioned = list(malformed_files.broken(subtitles, EACH - EACH * 2 // 3, seed=1))
    for at, (name, data) in enumerate(captioned):
        (recordings / name).write_bytes(data)
        (recordings / name).with_suffix(".m4a").write_bytes(whole["x.m4a"] + bytes([at]) * 9)
    ran = interviews(tmp_path, "run", "--until", "ingest", str(study))
    quiet(ran)
    assert ran.code == 5, ran.stderr
    found = {row.id: row for row in rows(open_study(study), STAGES)}
    assert len(found) == 1 + len(media) + len(captioned)
    states = {name: row.stages["ingest"] for name, row in found.items()}
    assert {"done", "failed"} == set(states.values())
    assert states["P01"] == "done"
    assert sum(state == "done" for state in states.values()) >= 1 + len(captioned)
    assert all(row.reason for row in found.values() if states[row.id] == "failed")
    assert max(seconds_each(study).values()) <= LONGEST
    assert not list((study / "work").rglob("*.partial"))
    assert not list((study / "work").rglob("scratch"))


def traps(secret: Path) -> dict[str, bytes]:
    return malformed_files.traps_of_media(secret)


def cpu_of_children() -> float:
    """Seconds of processor time that finished child processes took; the load of the machine does not count."""
    used = os.times()
    return used.children_user + used.children_system


def test_broken_transcripts_leave_the_others_running(tmp_path: Path, secret: Path) -> None:
    whole = malformed_files.transcripts()
    hostile = {**malformed_files.traps_of_word(secret), **malformed_files.TRAPS_OF_TEXT}
    named = [*malformed_files.broken(whole, EACH), *hostile.items()]
    for first in range(0, len(named), BATCH):
        batch(tmp_path / str(first), [*named[first : first + BATCH], *whole.items()], len(whole))


def batch(folder: Path, named: list[tuple[str, bytes]], whole: int) -> None:
    """Run one command over these files, the last of which are whole ones."""
    (folder / "in").mkdir(parents=True)
    files = [folder / "in" / name for name, _ in named]
    for path, (_, data) in zip(files, named, strict=True):
        path.write_bytes(data)
    before = cpu_of_children()
    ran = interviews(folder, "anonymize", *map(str, files), "--out", str(folder / "out"))
    assert cpu_of_children() - before <= STARTING + LONGEST
    quiet(ran)
    assert ran.code == 5, ran.stderr
    made = {path.stem: path for path in (folder / "out").iterdir()}
    refused = {line.split(":")[0] for line in ran.stderr.splitlines()}
    assert set(made) | refused == {f"t{at:03}" for at in range(1, len(files) + 1)}
    assert set(made).isdisjoint(refused)
    assert {f"t{at:03}" for at in range(len(files) - whole + 1, len(files) + 1)} <= set(made)
    assert not any("НИКОМУ".encode() in path.read_bytes() for path in made.values())


def altered(secret: Path) -> list[tuple[str, str, bytes]]:
    """(what it is, the study's file, its content)"""
    whole = malformed_files.study_files()
    made = []
    for name, data in malformed_files.broken(whole, EACH):
        made.append((name, next(file for file in whole if name.endswith(file)), data))
    made += [
        (f"{name}.xlsx", "participants.xlsx", data) for name, data in malformed_files.traps_of_excel(secret).items()
    ]
    return made + [(f"{name}.yaml", "study.yaml", data) for name, data in malformed_files.TRAPS_OF_YAML.items()]


def test_broken_tables_and_settings_stop_before_any_work(
    tmp_path: Path, secret: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = tmp_path / "study"
    (study / "recordings").mkdir(parents=True)
    (study / "private").mkdir()
    codes = []
    for name, file, data in altered(secret):
        for left in ("participants.csv", "participants.xlsx", "private/contacts.csv", "study.yaml"):
            (study / left).unlink(missing_ok=True)
        (study / file).write_bytes(data)
        began = time.process_time()
        codes.append(command(["status", str(study)]))
        assert time.process_time() - began <= LONGEST, name
        shown = capsys.readouterr()
        quiet(Ran(codes[-1], shown.out, shown.err, ()))
        assert codes[-1] in (0, 3), name
    assert 3 in codes
