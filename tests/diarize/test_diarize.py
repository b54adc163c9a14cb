"""Who speaks when: by tracks, by pyannote, by captions, and which of them a recording gets."""

from __future__ import annotations

import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from msgspec import json, structs

from pipeline.diarize import captions, pyannote, stage, tracks
from pipeline.measure import speakers as evaluate
from pipeline.model import Caption, Diarization, Failure, Job, Mark, Recording, Segment, Track
from tests.conftest import DATA, needs_data
from tests.helpers import known_speakers
from tests.helpers.known_speakers import Zoom, drawn

FOLDERS = ("P01", "P04", "P05")


@pytest.fixture(scope="module", params=FOLDERS)
def zoom(request: pytest.FixtureRequest) -> Zoom:
    return known_speakers.load(request.param)


def diarized(recording: Recording, audio: dict[str, known_speakers.Audio], folder: Path) -> Diarization:
    """One recording through the stage, with the settings everybody gets."""
    job = Job(recording.id, known_speakers.save(audio, folder))
    ((_, made),) = stage.run([stage.Item(job, recording)], stage.Settings())
    assert isinstance(made, Diarization), made
    return made


def assert_exact(zoom: Zoom, made: Diarization) -> None:
    scores = evaluate.speakers(zoom.truth.rttm, made)
    assert scores.der_collar_250ms <= 0.03, scores
    assert scores.der <= 0.08, scores
    assert_one_at_a_time(made)


def assert_one_at_a_time(made: Diarization) -> None:
    for one, other in zip(made.exclusive, made.exclusive[1:], strict=False):
        assert one.start < one.end <= other.start


@needs_data
def test_tracks_are_exact(zoom: Zoom, tmp_path: Path) -> None:
    made = diarized(zoom.recording, zoom.tracks, tmp_path)
    assert made.method == "tracks"
    assert {voice.label for voice in made.voices} == set(zoom.truth.roles)
    assert_exact(zoom, made)
    again = diarized(zoom.recording, zoom.tracks, tmp_path)
    assert json.encode(made) == json.encode(again)


@needs_data
@pytest.mark.campaign
def test_a_voice_that_leaks_into_another_track_is_not_that_participant(zoom: Zoom, tmp_path: Path) -> None:
    for delay in (0.0, 0.15):
        made = diarized(zoom.recording, known_speakers.leaking(zoom.tracks, -25, delay), tmp_path)
        assert_exact(zoom, made)


@needs_data
@pytest.mark.slow
def test_what_a_late_track_misses_is_taken_from_the_mix(zoom: Zoom, tmp_path: Path) -> None:
    late = "track-1" if zoom.recording.id != "P04" else "track-2"
    cut = zoom.tracks[late].copy()
    cut[: 37 * known_speakers.RATE] = 0
    moved = tuple(
        structs.replace(track, starts=(37.0,)) if track.label == late else track for track in zoom.recording.tracks
    )
    made = diarized(structs.replace(zoom.recording, tracks=moved), zoom.tracks | {late: cut}, tmp_path)
    assert f"partly-from-mix:{late}" in made.notes
    assert_exact(zoom, made)


@needs_data
@pytest.mark.slow
def test_one_person_on_two_tracks_is_one_voice(zoom: Zoom, tmp_path: Path) -> None:
    """After a reconnect Zoom writes a second file for the same name."""
    half = len(zoom.tracks["track-1"]) // 2
    before, after = zoom.tracks["track-1"].copy(), zoom.tracks["track-1"].copy()
    before[half:], after[:half] = 0, 0
    first = zoom.recording.participants()[0]
    again = structs.replace(first, label="track-9", starts=(half / known_speakers.RATE,))
    recording = structs.replace(zoom.recording, tracks=(*zoom.recording.tracks, again))
    made = diarized(recording, zoom.tracks | {"track-1": before, "track-9": after}, tmp_path)
    assert {voice.label for voice in made.voices} == set(zoom.truth.roles)
    assert_exact(zoom, made)


@needs_data
def test_a_muted_participant_is_noted_and_no_voice(tmp_path: Path) -> None:
    zoom = known_speakers.load("P01")
    clip = {label: samples[: 60 * known_speakers.RATE] for label, samples in zoom.tracks.items()}
    empty = Track("track-3", "participant", "", 60.0, "Кто-то")
    recording = structs.replace(zoom.recording, tracks=(*zoom.recording.tracks, empty), seconds=60.0)
    made = diarized(recording, clip | {"track-3": np.zeros(60 * known_speakers.RATE, np.int16)}, tmp_path)
    assert {voice.label for voice in made.voices} == {"track-1", "track-2"}
    assert "silent:track-3" in made.notes


@pytest.mark.parametrize(
    ("segments", "exclusive"),
    [
        ("A ####....\nB ....####", "A ####....\nB ....####"),
        ("A ########\nB ...#....", "A ########"),
        ("A #####...\nB ...#####", "A ###.....\nB ...#####"),
        ("A ########\nB ...##...\nC ....###.", "A ########"),
    ],
)
def test_the_floor_is_one_persons_at_a_time(segments: str, exclusive: str) -> None:
    assert tracks.exclusive(drawn(segments)) == drawn(exclusive)


def test_where_two_begin_and_end_apart_the_louder_has_the_floor() -> None:
    louder = {"A": 0.0, "B": -6.0}
    found = tracks.exclusive(drawn("A #####...\nB ...#####"), lambda label, *_: louder[label])
    assert found == drawn("A #####...\nB .....###")


def cues(*lines: str) -> tuple[Caption, ...]:
    """Captions of two seconds each from lines such as `Имя: text`; without a name, `: text`."""
    parted = [line.partition(": ") for line in lines]
    return tuple(Caption(2.0 * n, 2.0 * n + 1.9, name.strip(": "), text) for n, (name, _, text) in enumerate(parted))


def captioned(*lines: str) -> Recording:
    found = cues(*lines)
    end = found[-1].end if found else 60.0
    return Recording("P03", (Mark(0.0, end),), (Track("mix", "mixed", "", end),), found, end)


def test_captions_give_speakers() -> None:
    made = captions.diarize(captioned("Дана: Вы учились", "Дана: в Праге?", "Ерлан: Да.", "Дана: А потом?"), 0.6)
    assert [(s.start, s.end, s.speaker) for s in made.segments] == [
        (0.0, 3.9, "caption-1"), (4.0, 5.9, "caption-2"), (6.0, 7.9, "caption-1"),
    ]  # fmt: skip
    assert [voice.display_name for voice in made.voices] == ["Дана", "Ерлан"]


@pytest.mark.parametrize(
    ("before", "after", "speaker"),
    [
        ("Ерлан: Я жил в Праге,", "Дана: А потом?", "Ерлан"),
        ("Дана: Где вы жили?", "Дана: А потом?", "Ерлан"),
        ("Ерлан: Я жил в Праге.", "Дана: А потом?", "Ерлан"),
    ],
)
def test_a_cue_without_a_name_goes_where_the_talk_goes(before: str, after: str, speaker: str) -> None:
    text = ": в общежитии." if before.endswith(",") else ": В общежитии."
    recording = captioned("Ерлан: Здравствуйте.", "Дана: Здравствуйте.", before, text, after)
    made = captions.diarize(recording, 0.6)
    names = {voice.label: voice.display_name for voice in made.voices}
    assert [names[segment.speaker] for segment in made.segments if segment.start <= 6.5 < segment.end] == [speaker]


def run_mixed(recording: Recording, folder: Path, settings: stage.Settings | None = None) -> Diarization | Failure:
    """A recording whose only track is 60 seconds of mixed audio."""
    audio = {"mix": np.random.default_rng(1).normal(0, 2000, 12 * known_speakers.RATE).astype(np.int16)}
    job = Job(recording.id, known_speakers.save(audio, folder))
    ((_, made),) = stage.run([stage.Item(job, recording)], settings or stage.Settings())
    return made


@pytest.fixture
def no_weights(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INTERVIEWS_MODELS", str(tmp_path / "nothing"))


@needs_data
@pytest.mark.usefixtures("no_weights")
def test_mixed_audio_without_weights_and_captions_is_everybody_under_one_label(tmp_path: Path) -> None:
    zoom = known_speakers.load("P01")
    audio = {"mix": zoom.tracks["mix"][: 30 * known_speakers.RATE]}
    recording = structs.replace(captioned(), seconds=30.0)
    item = stage.Item(Job("P03", known_speakers.save(audio, tmp_path)), recording)
    ((_, made),) = stage.run([item], stage.Settings())
    assert isinstance(made, Diarization), made
    assert (made.method, made.notes) == ("undivided", ("pyannote-weights-missing",))
    assert {segment.speaker for segment in made.segments} == {"everybody"}
    assert made.segments == made.exclusive
    assert [voice.label for voice in made.voices] == ["everybody"]
    assert not (tmp_path / "samples").exists()


@pytest.mark.usefixtures("no_weights")
def test_a_result_without_models_is_good_only_as_long_as_there_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = run_mixed(captioned("Дана: Откуда вы?", "Ерлан: Из Кентау."), tmp_path)
    assert isinstance(made, Diarization)
    assert stage.makeshift(made)
    assert stage.lacks(stage.Settings())
    known_speakers.open_models(tmp_path / "models" / "open")
    monkeypatch.setenv("INTERVIEWS_MODELS", str(tmp_path / "models"))
    assert not stage.lacks(stage.Settings())
    assert stage.lacks(stage.Settings(model="community-1"))


@pytest.mark.usefixtures("no_weights")
def test_mixed_audio_without_weights_falls_back_on_captions(tmp_path: Path) -> None:
    made = run_mixed(captioned("Дана: Откуда вы?", "Ерлан: Из Кентау."), tmp_path)
    assert isinstance(made, Diarization)
    assert (made.method, made.notes) == ("captions", ("pyannote-weights-missing",))


@pytest.mark.usefixtures("no_weights")
def test_pyannote_on_demand_is_never_replaced(tmp_path: Path) -> None:
    settings = stage.Settings(engine="pyannote")
    made = run_mixed(captioned("Дана: Откуда вы?", "Ерлан: Из Кентау."), tmp_path, settings)
    assert isinstance(made, Failure)
    assert made.code == 4
    for way in ("models fetch open", "models fetch community-1", "HF_TOKEN", "models import FOLDER"):
        assert way in made.do
    with pytest.raises(Exception, match="No speaker models"):
        stage.check(settings)


@pytest.mark.parametrize(
    ("engine", "word"), [("tracks", "participant tracks"), ("captions", "captions that say who speaks")]
)
def test_an_engine_without_its_input_fails_that_recording_alone(engine: Any, word: str, tmp_path: Path) -> None:
    made = run_mixed(captioned(), tmp_path, stage.Settings(engine=engine))
    assert isinstance(made, Failure)
    assert made.code == 5
    assert word in made.what


def test_silent_tracks_fail_with_advice(tmp_path: Path) -> None:
    tracks = tuple(Track(f"track-{n}", "participant", "", 5.0, name) for n, name in enumerate("АБ", 1))
    recording = Recording("P03", (Mark(0.0, 5.0),), tracks, (), 5.0)
    audio = {track.label: np.zeros(5 * known_speakers.RATE, np.int16) for track in tracks}
    ((_, made),) = stage.run(
        [stage.Item(Job("P03", known_speakers.save(audio, tmp_path)), recording)], stage.Settings()
    )
    assert isinstance(made, Failure)
    assert made.code == 5
    assert "ignore:" in made.do


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights in community-1's layout, with its real PLDA where the gold data is."""
    plda = DATA / "pyannote-recorded" / "plda"
    return known_speakers.community(tmp_path_factory.mktemp("community"), plda if plda.is_dir() else None)


@pytest.mark.campaign
def test_pyannote_runs_from_a_folder_without_the_network(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    settings = stage.Settings(model=str(folder), max_speakers=3)
    shares: list[float] = []
    audio = {"mix": np.random.default_rng(1).normal(0, 2000, 12 * known_speakers.RATE).astype(np.int16)}
    job = Job("P03", known_speakers.save(audio, tmp_path))
    recording = structs.replace(captioned(), seconds=12.0)
    items = [stage.Item(job, recording)] * 2
    made = [found for _, found in stage.run(items, settings, lambda _, share: shares.append(share))]
    assert isinstance(made[0], Diarization), made[0]
    assert made[0].method == "pyannote"
    assert made[0].segments
    assert_one_at_a_time(made[0])
    assert all(len(voice.centroid) == 256 and max(map(abs, voice.centroid)) <= 1 for voice in made[0].voices)
    assert shares[-1] == 1.0
    assert len(set(shares)) > 3
    assert json.encode(made[0]) == json.encode(made[1])


def test_telemetry_is_off_once_pyannote_is_loaded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYANNOTE_METRICS_ENABLED", "1")
    pyannote.load(str(folder))
    from pyannote.audio.telemetry import metrics

    assert not metrics.is_metrics_enabled()


def test_damaged_weights_are_a_missing_dependency(folder: Path, tmp_path: Path) -> None:
    import shutil

    broken = tmp_path / "community"
    shutil.copytree(folder, broken)
    (broken / "segmentation" / "pytorch_model.bin").write_bytes(b"not a checkpoint")
    made = run_mixed(captioned(), tmp_path, stage.Settings(model=str(broken), engine="pyannote"))
    assert isinstance(made, Failure)
    assert made.code == 4
    assert "models import FOLDER" in made.do


@needs_data
def test_recorded_networks_replayed_match_the_human_reference(folder: Path, tmp_path: Path) -> None:
    """What the real networks returned goes through pyannote's own clustering and our stage."""
    recorded = DATA / "pyannote-recorded" / "02_pyannote_sample"
    loaded = pyannote.load(str(folder))
    pipeline = pyannote.Loaded(loaded.model, replayed(loaded.pipeline, recorded))
    (tmp_path / "audio").mkdir()
    (tmp_path / "audio" / "mix.flac").symlink_to(recorded / "clip_16k.wav")
    recording = structs.replace(captioned(), seconds=30.0)
    made = pyannote.diarize(pipeline, recording, tmp_path / "audio", pyannote.Bounds(None, None), lambda _: None)
    scores = evaluate.speakers(recorded / "human.rttm", made)
    assert scores.der <= 0.06, scores
    assert len(made.voices) == 2


def replayed(pipeline: Any, recorded: Path) -> Any:
    """A loaded pipeline whose two networks answer with what was recorded."""
    from pyannote.core import SlidingWindow, SlidingWindowFeature

    chunks = np.load(recorded / "segmentations.npz")["segmentations"]
    embeddings = np.load(recorded / "raw_embeddings.npz")["embeddings"]
    window = SlidingWindow(start=0.0, duration=10.0, step=1.0)
    pipeline.get_segmentations = lambda *_, **__: SlidingWindowFeature(chunks, window)
    pipeline.get_embeddings = lambda *_, **__: embeddings
    return pipeline


@pytest.mark.parametrize(
    ("heard", "made"),
    [
        ("A ##.##....", "A #####...."),
        ("A ##...##..", "A ##...##.."),
        ("A ##.##\nB ..#..", "A ##.##\nB ..#.."),
        ("A ##.##\nB ######", "A ##.##\nB ######"),
        ("A ##.##....\nB .....#.##", "A #####....\nB .....####"),
    ],
)
def test_pauses_in_which_nobody_speaks_stay_inside_a_turn(heard: str, made: str) -> None:
    found = Diarization(drawn(heard), drawn(heard), "pyannote", ())
    assert pyannote.bridged(found, 1.0).segments == drawn(made)


def test_a_ghost_voice_is_folded_into_its_neighbour() -> None:
    from pyannote.core import Annotation
    from pyannote.core import Segment as Span

    annotation = Annotation()
    for n, segment in enumerate(drawn("A ####..####\nB ....##....", step=10.0)):
        annotation[Span(segment.start, segment.end), n] = segment.speaker
    annotation[Span(61.0, 61.5), "ghost"] = "C"
    output = SimpleNamespace(
        speaker_diarization=annotation, exclusive_speaker_diarization=annotation, speaker_embeddings=np.eye(3)
    )
    made = pyannote.from_output(output)
    assert [voice.label for voice in made.voices] == ["A", "B"]
    assert made.notes == ("ghost-folded:C",)
    assert Segment(61.0, 61.5, "A") in made.segments
