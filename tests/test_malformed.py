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

from pipeline import anonymize
from pipeline.cli import command
from pipeline.overview import rows
from pipeline.study import open_study
from tests import malformed
from tests.malformed import SECRET
from tests.studies import Ran, interviews

EACH = int(os.environ.get("INTERVIEWS_MALFORMED", "36")) // 3
"""damaged files of each of three groups: recordings with subtitles, transcripts, tables and settings"""
LONGEST = 10.0
"""seconds that a file may take"""


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
    study, whole = tmp_path / "study", malformed.media(tmp_path)
    recordings = study / "recordings"
    recordings.mkdir(parents=True)
    (recordings / "P01.m4a").write_bytes(whole["x.m4a"])
    (recordings / "P01.vtt").write_text(malformed.VTT, encoding="utf-8")
    (study / "participants.csv").write_text("participant_id\nP01\n", encoding="utf-8")
    media = [*malformed.broken(whole, EACH * 2 // 3), *((f"{SECRET} {n}", d) for n, d in traps(secret).items())]
    for name, data in media:
        (recordings / name).write_bytes(data)
    subtitles = {"c.vtt": malformed.VTT.encode(), "c.srt": malformed.SRT.encode()}
    captioned = list(malformed.broken(subtitles, EACH - EACH * 2 // 3, seed=1))
    for at, (name, data) in enumerate(captioned):
        (recordings / name).write_bytes(data)
        (recordings / name).with_suffix(".m4a").write_bytes(whole["x.m4a"] + bytes([at]) * 9)
    ran = interviews(tmp_path, "run", "--until", "ingest", str(study))
    quiet(ran)
    assert ran.code == 5, ran.stderr
    found = {row.id: row for row in rows(open_study(study))}
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
    return malformed.traps_of_media(secret)


def test_broken_transcripts_leave_the_others_running(tmp_path: Path, secret: Path) -> None:
    whole = malformed.transcripts()
    (tmp_path / "in").mkdir()
    named = [*malformed.broken(whole, EACH), *malformed.traps_of_word(secret).items(), *malformed.TRAPS_OF_TEXT.items()]
    files = []
    for name, data in [*named, *((f"whole{kind[1:]}", data) for kind, data in whole.items())]:
        files.append(tmp_path / "in" / name)
        files[-1].write_bytes(data)
    ran = interviews(tmp_path, "anonymize", *map(str, files), "--out", str(tmp_path / "out"))
    quiet(ran)
    assert ran.code == 5, ran.stderr
    made = {path.stem: path for path in (tmp_path / "out").iterdir()}
    refused = {line.split(":")[0] for line in ran.stderr.splitlines()}
    names = {f"t{at:03}" for at in range(1, len(files) + 1)}
    assert set(made) | refused == names
    assert set(made).isdisjoint(refused)
    assert {f"t{at:03}" for at in range(len(named) + 1, len(files) + 1)} <= set(made)
    assert not any("НИКОМУ".encode() in path.read_bytes() for path in made.values())


@pytest.mark.parametrize("kind", ["word", "text"])
def test_no_transcript_takes_long(tmp_path: Path, secret: Path, kind: str) -> None:
    hostile = malformed.traps_of_word(secret) if kind == "word" else malformed.TRAPS_OF_TEXT
    for name, data in hostile.items():
        (tmp_path / name).write_bytes(data)
        began = time.process_time()
        anonymize.anonymize_files([tmp_path / name], tmp_path / f"{name}.out", None)
        assert time.process_time() - began <= LONGEST, name


def altered(secret: Path) -> list[tuple[str, str, bytes]]:
    """(what it is, the study's file, its content)"""
    whole = malformed.study_files()
    made = []
    for name, data in malformed.broken(whole, EACH):
        made.append((name, next(file for file in whole if name.endswith(file)), data))
    made += [(f"{name}.xlsx", "participants.xlsx", data) for name, data in malformed.traps_of_excel(secret).items()]
    return made + [(f"{name}.yaml", "study.yaml", data) for name, data in malformed.TRAPS_OF_YAML.items()]


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
