"""What does not fit is said before the work begins, with what to do; what was decoded already needs no more room."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.flow import STAGES
from pipeline.study import capacity, doctor
from pipeline.study.folder import Study, open_study
from pipeline.transcribe.stage import Settings
from tests.helpers.checkpoints import save_whisper
from tests.helpers.sample_studies import demo, interviews
from tests.helpers.small_batches import SECONDS, batch

Usage = namedtuple("Usage", ("total", "used", "free"))


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    made = open_study(batch(tmp_path_factory.mktemp("room")))
    made.store.prepare()
    return made


def small_disk(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - free, free))


def test_the_need_is_told_from_lengths_and_tracks(study: Study) -> None:
    needed = capacity.needs(study, study.entries)
    assert needed.seconds == pytest.approx(2 * SECONDS, abs=0.5)
    assert needed.kept == pytest.approx(2 * SECONDS * 2 * capacity.KEPT, rel=0.05)
    assert needed.scratch == pytest.approx(SECONDS * 4 * capacity.RAW, rel=0.05), "P04 has a mix and three tracks"


def test_a_disk_that_cannot_hold_the_sound_is_refused(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = capacity.needs(study, study.entries).bytes
    small_disk(monkeypatch, needed - 1)
    with pytest.raises(ConfigError, match="disk is too small") as refused:
        capacity.refuse(study, study.entries)
    assert "--only" in refused.value.do
    small_disk(monkeypatch, needed)
    capacity.refuse(study, study.entries)


def test_holes_in_a_file_need_no_room(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = study.entries[0]
    before = capacity.size(study, entry)
    mix = next((study.recordings / entry.names[0]).glob("audio_only.m4a"))
    with mix.open("r+b") as stream:
        stream.truncate(mix.stat().st_size + (1 << 30))
    assert capacity.size(study, entry) < before + (1 << 20)
    small_disk(monkeypatch, 10**8)
    capacity.refuse(study, study.entries)


def test_the_doctor_says_what_will_not_fit(study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = capacity.needs(study, study.entries)
    assert not doctor.disk(needed, needed.bytes - 1).good
    assert doctor.disk(needed, needed.bytes).good
    weights = save_whisper(tmp_path / "tiny.pt")
    assert capacity.recogniser(Settings(model=str(weights))) == capacity.BESIDE + 2 * weights.stat().st_size
    assert capacity.recogniser(Settings(engine="captions")) == 0.0
    monkeypatch.setattr(capacity, "memory", lambda: 4e9)
    monkeypatch.setattr(capacity, "recogniser", lambda _: 7e9)
    (check,) = doctor.recogniser(study, STAGES)
    assert not check.good
    assert "smaller" in check.says


def test_the_doctor_asks_for_no_weights_where_the_text_is_subtitles(tmp_path: Path) -> None:
    assert doctor.models(wanted=False).good
    study = demo(tmp_path)
    said = interviews(tmp_path, "doctor", str(study)).stdout
    assert "models fetch" not in said
    (study / "study.yaml").write_text("study: {language: en}\n", encoding="utf-8")
    assert "models fetch turbo" in interviews(tmp_path, "doctor", str(study)).stdout
