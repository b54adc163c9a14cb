"""Studies to review: the sample study with hand-written interviews in it, or run for real, and the page served."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from starlette.testclient import TestClient

from pipeline import flow
from pipeline.decisions.journal import Journal
from pipeline.decisions.sign_off import DATABASE
from pipeline.model import Diarization, Flag, Transcript
from pipeline.review import open_page
from pipeline.review.app import Site
from pipeline.review.security import Sessions
from pipeline.review.study_view import Room
from pipeline.study.folder import Study, open_study
from pipeline.study.inputs import Inputs
from tests.helpers.releases import interview
from tests.helpers.sample_studies import ROOT, demo

ORIGIN = "http://127.0.0.1:8765"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed; scripts/setup installs Debian's")
LINES = {
    "P01": [
        "И: Здравствуйте! Откуда вы?",
        "Р: Меня зовут [Айгерим|PERSON:a], я из [Текели|CITY_SMALL:t].",
        "И: Понятно.",
        "Р: [Айгерим|PERSON:a] училась в [КИМЭП|ORG_UNIVERSITY:k], потом уехала в [Японию|COUNTRY:j-].",
    ],
    "P04": ["И: Как дела?", "Р: Хорошо, [Айгерим|PERSON:a] передаёт привет."],
}


def written(folder: Path, lines: Mapping[str, Sequence[str]] = LINES, flags: Sequence[Flag] = ()) -> Study:
    """The sample study as if its stages had made these interviews."""
    study = open_study(demo(folder))
    (study.folder / "work").mkdir(mode=0o700)
    for entry in study.entries:
        put(study, entry.id, lines[entry.id], flags if entry.id == "P01" else ())
    return open_study(study.folder)


def put(study: Study, name: str, lines: Sequence[str], flags: Sequence[Flag] = ()) -> None:
    """One interview's artifacts, the last one with the fingerprint that a run would give it."""
    made = interview(name, list(lines))
    store = study.store
    store.write(name, "ingest", made.recording, "", {})
    store.write(name, "transcribe", Transcript((), (), "captions", ""), "", {})
    store.write(name, "diarize", Diarization((), (), "tracks", ()), "", {})
    store.write(name, "attribute", made.dialogue, "", {})
    entry = next(entry for entry in study.entries if entry.id == name)
    wanted = Inputs(study).fingerprint(flow.STAGES[-1], entry)
    store.write(name, "deidentify", replace(made.redaction, flags=tuple(flags)), wanted, {})


def room(study: Study) -> Room:
    """The study under review, its log opened."""
    return open_page.room_of(study, Journal(study.store.work / DATABASE))


class Page:
    """The application in this process, and browsers that were let in."""

    def __init__(self, study: Study, idle: float = 3600.0) -> None:
        self.room = room(study)
        self.sessions = Sessions(idle)
        self.site = Site(self.room, "Sample", "en", self.sessions, ORIGIN)
        self.app: Any = self.site.application(lambda: None)

    def browser(self, reviewer: str = "R1") -> TestClient:
        """A browser that came in by its one-time address and sends what a browser sends."""
        client = self.stranger()
        assert client.get(f"/open/{self.sessions.invite(reviewer)}").status_code == 303
        client.headers |= {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
        return client

    def stranger(self) -> TestClient:
        """A browser that knows the address alone."""
        return TestClient(self.app, base_url=ORIGIN, follow_redirects=False, raise_server_exceptions=False)


@contextmanager
def served(study: Path, *options: str) -> Iterator[str]:
    """`interviews review` as a process of its own; the one-time address it printed."""
    command = [sys.executable, "-m", "pipeline", "review", str(study), "--no-browser", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=dict(os.environ)
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert re.fullmatch(r"https?://[\w.:]+/\S+", address), "no address was printed"
            yield address
        finally:
            process.terminate()
            _, said = process.communicate(timeout=20)
        assert "Traceback" not in said
        assert process.returncode == 0
