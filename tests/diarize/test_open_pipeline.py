"""Telling voices apart with models that need no account: small random networks, and the real ones where they are."""

from __future__ import annotations

import os
import socket
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import torch
from msgspec import json

from pipeline.diarize import pyannote, stage, windows
from pipeline.diarize.campplus import CamPlusPlus, Shape
from pipeline.errors import MissingDependency
from pipeline.measure import speakers as evaluate
from pipeline.model import Diarization, Failure, Job, Mark, Recording, Track
from pipeline.weights import models, open_diarization
from tests.conftest import DATA, needs_data
from tests.helpers import known_speakers

REAL = models.home() / pyannote.OPEN
needs_models = pytest.mark.skipif(
    not (REAL / open_diarization.CONFIG).is_file(), reason="no speaker models here: `interviews models fetch open`"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return known_speakers.open_models(tmp_path_factory.mktemp("models") / "open")


def noisy(seconds: float) -> known_speakers.Audio:
    return np.random.default_rng(1).normal(0, 2000, round(seconds * known_speakers.RATE)).astype(np.int16)


def mixed(seconds: float) -> Recording:
    return Recording("P03", (Mark(0.0, seconds),), (Track("mix", "mixed", "", seconds),), (), seconds)


def diarized(samples: known_speakers.Audio, folder: Path, settings: stage.Settings) -> Diarization | Failure:
    recording = mixed(len(samples) / known_speakers.RATE)
    job = Job("P03", known_speakers.save({"mix": samples}, folder))
    ((_, made),) = stage.run([stage.Item(job, recording)], settings)
    return made


def test_random_networks_run_from_a_folder_without_the_network(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    settings = stage.Settings(model=str(folder), max_speakers=3)
    made = diarized(noisy(14), tmp_path, settings)
    assert isinstance(made, Diarization), made
    assert (made.method, made.model) == ("pyannote", "open")
    assert made.segments
    for one, other in zip(made.exclusive, made.exclusive[1:], strict=False):
        assert one.start < one.end <= other.start
    assert all(len(voice.centroid) == 24 for voice in made.voices)


def test_the_result_does_not_depend_on_how_many_threads_there_are(folder: Path, tmp_path: Path) -> None:
    found = []
    before = torch.get_num_threads()
    for threads in (1, 2, 1):
        torch.set_num_threads(threads)
        made = diarized(noisy(24), tmp_path, stage.Settings(model=str(folder)))
        assert torch.get_num_threads() == threads
        found.append(json.encode(made))
    torch.set_num_threads(before)
    assert found[0] == found[1] == found[2]


def test_progress_rises_to_one(folder: Path, tmp_path: Path) -> None:
    flac = known_speakers.save({"mix": noisy(30)}, tmp_path) / "audio" / "mix.flac"
    shares: list[float] = []
    pyannote.diarize_track(pyannote.load(str(folder)), flac, pyannote.Bounds(None, None), shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(set(shares)) > 3


@pytest.mark.slow
def test_a_long_track_is_read_window_by_window(folder: Path, tmp_path: Path) -> None:
    """What Python and numpy hold never comes near the size of the decoded sound."""
    minutes = 10
    flac = known_speakers.save({"mix": noisy(60 * minutes)}, tmp_path) / "audio" / "mix.flac"
    pipeline = pyannote.load(str(folder)).pipeline
    tracemalloc.start()
    pipeline.talking(flac, lambda **_: None)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 4 * 60 * minutes * known_speakers.RATE / 2


def test_silence_is_nobody(folder: Path, tmp_path: Path) -> None:
    pipeline = pyannote.load(str(folder)).pipeline
    with torch.no_grad():
        pipeline.networks.segmentation.classifier.bias[0] += 1000.0
    flac = known_speakers.save({"mix": np.zeros(12 * known_speakers.RATE, np.int16)}, tmp_path) / "audio" / "mix.flac"
    made = pyannote.diarize_track(pyannote.Loaded("open", pipeline), flac, pyannote.Bounds(None, None))
    assert (made.segments, made.voices) == ((), ())


@pytest.mark.parametrize("name", ["segmentation.safetensors", "embedding.safetensors", "config.yaml", "sources.json"])
def test_changed_or_missing_files_are_refused(name: str, folder: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "open"
    shutil.copytree(folder, copy)
    content = bytearray((copy / name).read_bytes())
    content[-5] ^= 1
    (copy / name).write_bytes(content)
    settings = stage.Settings(engine="pyannote", model=str(copy))
    if name.endswith(".safetensors"):
        made = diarized(noisy(2), tmp_path, settings)
        assert isinstance(made, Failure)
        assert (made.code, "models fetch open" in made.do) == (4, True)
    (copy / name).unlink()
    if name != "sources.json":
        with pytest.raises(MissingDependency, match=name):
            stage.check(settings)


def test_by_name_only_the_published_weights_are_taken(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERVIEWS_MODELS", str(folder.parent))
    made = diarized(noisy(2), tmp_path, stage.Settings(engine="pyannote", model="open"))
    assert isinstance(made, Failure)
    assert made.code == 4
    assert "damaged" in made.what


def test_the_best_that_is_here_is_taken(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERVIEWS_MODELS", str(folder.parent))
    assert pyannote.located(pyannote.BEST) == pyannote.Weights("open", folder.parent / "open", True)
    community = known_speakers.community(tmp_path / "pyannote-community-1")
    (folder.parent / "pyannote-community-1").symlink_to(community)
    try:
        assert pyannote.located(pyannote.BEST).name == "community-1"
    finally:
        (folder.parent / "pyannote-community-1").unlink()


def test_a_vector_depends_on_its_own_frames_alone() -> None:
    torch.manual_seed(3)
    network = CamPlusPlus(Shape(((2, 1), (2, 2)), 16, 8, 4, 24)).eval()
    frames = torch.randn(2, 250, 80)
    with torch.inference_mode():
        together, alone = network(frames), torch.cat([network(one[None]) for one in frames])
    assert together.shape == (2, 24)
    assert torch.allclose(together, alone, atol=1e-5)


GRID = windows.Grid(4.0, 2.0, 4, 1.0, 0.0)


def drawn(*pictures: str) -> windows.Talking:
    """Windows of four frames; a line a person: "##.." """
    return np.array([[[mark == "#" for mark in row] for row in picture.split()] for picture in pictures]).swapaxes(1, 2)


def lines(found: windows.Lines) -> str:
    return " ".join("".join(".#"[int(talks)] for talks in line) for line in found.T)


def heard(talking: windows.Talking, *known: tuple[int, int, int, int, int]) -> windows.Heard:
    """`known`: window, person, begin, end, group."""
    return windows.joined(talking, {windows.Run(*one[:4]): one[4] for one in known}, GRID)


def test_a_window_is_cut_at_pauses() -> None:
    found = windows.runs(drawn("##.# .##."), 0, GRID)
    assert [tuple(run) for run in found] == [(0, 0, 0, 2), (0, 0, 3, 4), (0, 1, 1, 3)]


def test_a_long_run_is_cut() -> None:
    found = windows.runs(drawn("####"), 0, GRID)
    assert [(run.begin, run.end) for run in found] == [(0, 2), (2, 4)]


def test_runs_of_other_windows_follow_those_that_lie_at_the_same_time() -> None:
    talking = drawn("##.. ..##", "#### ....", "##.. ..##")
    found = heard(talking, (0, 0, 0, 2, 0), (0, 1, 2, 4, 1), (2, 0, 0, 2, 1), (2, 1, 2, 4, 0))
    assert lines(found.talking) == "##....## ..####.."


def test_a_window_that_takes_two_voices_for_one_is_put_right_by_its_runs() -> None:
    found = heard(drawn("##.# ...."), (0, 0, 0, 2, 0), (0, 0, 3, 4, 1))
    assert lines(found.talking) == "##.. ...#"


def test_who_speaks_first_comes_first_and_one_has_the_floor() -> None:
    found = heard(drawn(".### ##.."), (0, 0, 1, 3, 0), (0, 0, 3, 4, 0), (0, 1, 0, 2, 1))
    assert found.groups.tolist() == [1, 0]
    assert lines(found.talking) == "##.. .###"
    assert found.alone.sum(axis=1).tolist() == [1, 1, 1, 1]


@needs_data
@needs_models
@pytest.mark.slow
def test_the_published_weights_match_the_human_reference(tmp_path: Path) -> None:
    recorded = DATA / "pyannote-recorded" / "02_pyannote_sample"
    (tmp_path / "mix.flac").symlink_to(recorded / "clip_16k.wav")
    made = pyannote.diarize_track(pyannote.load("open"), tmp_path / "mix.flac", pyannote.Bounds(None, None))
    scores = evaluate.speakers(recorded / "human.rttm", made)
    assert scores.der <= 0.055, scores
    assert len(made.voices) == 2


@needs_data
@needs_models
@pytest.mark.campaign
@pytest.mark.skipif("INTERVIEWS_MEASURE" not in os.environ, reason="a measurement of minutes: set INTERVIEWS_MEASURE=1")
@pytest.mark.parametrize("name", ["P01", "P04", "P05"])
def test_the_published_weights_tell_the_voices_of_a_mix_apart(name: str, tmp_path: Path) -> None:
    """Without captions, and without being told how many people speak."""
    zoom = known_speakers.load(name)
    flac = known_speakers.save({"mix": zoom.tracks["mix"]}, tmp_path) / "audio" / "mix.flac"
    made = pyannote.diarize_track(pyannote.load("open"), flac, pyannote.Bounds(None, None))
    scores = evaluate.speakers(zoom.truth.rttm, made)
    assert scores.der_collar_250ms <= 0.03, scores
    assert len(made.voices) == len(zoom.truth.roles)
