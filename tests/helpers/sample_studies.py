"""Studies for tests: the sample study, broken recordings beside it, and a runner that watches what a process does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "configs" / "demo"

WATCHED = """
import json, os, runpy, sys
calls = []
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        calls.append(event)
        raise ConnectionRefusedError("no socket may be opened")
sys.addaudithook(watch)
{patch}
from pipeline import privacy
privacy.harden()
from pipeline.cli.main import command
code = command(sys.argv[2:])
json.dump(calls, open(sys.argv[1], "w"))
sys.exit(code)
"""
"""Runs a command line under a guard that refuses and records every attempt to reach out; `patch` may break a stage."""


class Ran(Struct, frozen=True):
    """What a command did."""

    code: int
    stdout: str
    stderr: str
    sockets: tuple[str, ...]


def demo(folder: Path) -> Path:
    """A copy of the sample study in `folder`."""
    shutil.copytree(DEMO, folder / "study")
    return folder / "study"


def interviews(folder: Path, *arguments: str, patch: str = "") -> Ran:
    """Run `interviews` with these arguments in a process of its own; notes of the guard go to `folder`."""
    notes = folder / "sockets.json"
    notes.unlink(missing_ok=True)
    environment = {**os.environ, "INTERVIEWS_MODELS": str(folder / "no-models"), "COLUMNS": "200"}
    environment.pop("HF_TOKEN", None)
    done = subprocess.run(
        [sys.executable, "-c", WATCHED.format(patch=patch), str(notes), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        cwd=folder,
        check=False,
        timeout=600,
    )
    sockets = tuple(json.loads(notes.read_text())) if notes.is_file() else ("the process ended before it could tell",)
    return Ran(done.returncode, done.stdout, done.stderr, sockets)


def artifacts(study: Path) -> dict[str, bytes]:
    """Every artifact of a study by its path in work/, decoded audio included; not what may differ between runs."""
    work = study / "work"
    files = (*work.glob("*/*.json"), *work.glob("*/audio/*.flac"), *work.glob("*/samples/*.flac"), work / "cast.json")
    return {
        str(path.relative_to(work)): path.read_bytes()
        for path in sorted(files)
        if path.name != "failure.json" and path.is_file()
    }
