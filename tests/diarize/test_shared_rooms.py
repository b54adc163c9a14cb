"""Shared rooms, samples to listen to, and captions against voices."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import soundfile
from msgspec import structs

from pipeline.diarize import captions, pyannote, samples, shared_rooms, stage
from pipeline.model import Caption, Diarization, Job, Mark, Recording, Segment, Track, Voice
from tests.conftest import needs_data
from tests.helpers import known_speakers
from tests.helpers.known_speakers import drawn

RATE = known_speakers.RATE


def humming(pitches: list[float], seconds: float = 3.0) -> known_speakers.Audio:
    """Phrases of voiced sound, one pitch in Hz each, a second of silence between them."""
    pieces = []
    for pitch in pitches:
        time = np.arange(round(seconds * RATE)) / RATE
        sound = sum(np.sin(2 * np.pi * pitch * k * time) / k for k in range(1, 12))
        pieces += [sound / np.max(np.abs(sound)) * 12000, np.zeros(RATE)]
    return np.concatenate(pieces).astype(np.int16)


def phrases(count: int, seconds: float = 3.0) -> list[Segment]:
    return [Segment(n * (seconds + 1), n * (seconds + 1) + seconds, "track-1") for n in range(count)]


@pytest.mark.parametrize(
    ("pitches", "two"),
    [
        ([110, 112, 108, 111] * 3, False),
        ([110, 205] * 6, True),
        ([110, 205, 112, 108, 111, 109, 110, 113] * 2, False),
        ([110, 120, 132, 145, 158, 170, 182, 195, 206] * 2, False),
        ([200, 230] * 6, False),
    ],
    ids=["one voice", "a man and a woman", "one who laughs", "one who glides", "one in two moods"],
)
def test_two_usual_pitches_speak_for_two_people(pitches: list[float], two: bool, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.flac", humming(pitches), RATE, subtype="PCM_16")
    assert shared_rooms.suspected(tmp_path / "a.flac", phrases(len(pitches))) is two


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize("name", ["P01", "P04", "P05"])
def test_no_participant_of_the_gold_recordings_is_taken_for_two(name: str, tmp_path: Path) -> None:
    zoom = known_speakers.load(name)
    folder = known_speakers.save(zoom.tracks, tmp_path) / "audio"
    own = {
        label: [
            Segment(t["start"], t["end"], label) for t in zoom.truth.turns if zoom.truth.label_of[t["speaker"]] == label
        ]
        for label in zoom.truth.roles
    }
    assert [label for label in own if shared_rooms.suspected(folder / f"{label}.flac", own[label])] == []
    together = [pair for pair in combinations(sorted(own), 2) if pair == ("track-2", "track-3")]
    for one, other in together:
        room = np.clip(zoom.tracks[one].astype(int) + zoom.tracks[other], -32768, 32767).astype(np.int16)
        soundfile.write(folder / "room.flac", room, RATE, subtype="PCM_16")
        assert shared_rooms.suspected(folder / "room.flac", sorted(own[one] + own[other], key=lambda turn: turn.start))


def test_a_track_is_parted_as_pyannote_hears_it() -> None:
    segments = drawn("track-1 ##........\ntrack-2 ..########", 10.0)
    voices = (Voice("track-1", "Дана"), Voice("track-2", "Ерлан"))
    heard = Diarization(segments, segments, "tracks", voices)
    lines = drawn("SPEAKER_00 ..#####...\nSPEAKER_01 .......###", 10.0)
    inner = Diarization(lines, lines, "pyannote", (Voice("SPEAKER_00", "", (1.0,)), Voice("SPEAKER_01")))
    made = shared_rooms.parted(heard, "track-2", inner)
    assert made.segments == drawn("track-1 ##........\ntrack-2 ..#####...\ntrack-2b .......###", 10.0)
    assert [(one.label, one.display_name, one.track) for one in made.voices] == [
        ("track-1", "Дана", ""), ("track-2", "Ерлан", "track-2"), ("track-2b", "Ерлан", "track-2"),
    ]  # fmt: skip
    assert made.notes == ("shared-room:track-2",)


@pytest.mark.parametrize("bar", ["..########", "..#######."])
def test_one_voice_or_a_breath_of_another_parts_nothing(bar: str) -> None:
    segments = drawn("track-1 ##........\ntrack-2 ..########")
    heard = Diarization(segments, segments, "tracks", (Voice("track-1"), Voice("track-2")))
    lines = drawn(f"SPEAKER_00 {bar}" + ("" if bar.endswith("#") else "\nSPEAKER_01 .........#"))
    inner = Diarization(lines, lines, "pyannote", (Voice("SPEAKER_00"), Voice("SPEAKER_01")))
    assert shared_rooms.parted(heard, "track-2", inner) is heard


def room(tmp_path: Path, people: tuple[int, int] | None = None) -> stage.Item:
    """Two tracks of which the second holds a low and a high voice by turns."""
    second = humming([110, 205] * 6)
    first = np.concatenate([np.zeros(len(second), np.int16), humming([150] * 2)])
    audio = {"track-1": first, "track-2": np.pad(second, (0, len(first) - len(second)))}
    seconds = len(first) / RATE
    tracks = tuple(Track(label, "participant", "", seconds, name) for label, name in zip(audio, "АБ", strict=True))
    recording = Recording("P03", (Mark(0.0, seconds),), tracks, (), seconds)
    return stage.Item(Job("P03", known_speakers.save(audio, tmp_path)), recording, people)


def spoken(count: int, first: float) -> tuple[Segment, ...]:
    return tuple(structs.replace(one, start=one.start + first, end=one.end + first) for one in phrases(count))


@pytest.mark.parametrize(("setting", "noted"), [("auto", True), ("off", False)])
def test_without_weights_a_room_is_only_suspected(
    setting: str, noted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERVIEWS_MODELS", str(tmp_path / "none"))
    item = room(tmp_path)
    own = tuple(structs.replace(one, speaker="track-2") for one in phrases(12))
    heard = Diarization(own, own, "tracks", (Voice("track-1", "А"), Voice("track-2", "Б")))
    settings = stage.Settings(shared_rooms=setting)  # type: ignore[arg-type]
    monkeypatch.setattr("pipeline.diarize.tracks.diarize", lambda *_: heard)
    ((_, made),) = stage.run([item], settings)
    assert isinstance(made, Diarization)
    assert (made.notes == ("shared-room-suspected:track-2",)) is noted


def test_more_people_in_the_roster_than_voices_is_a_suspicion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERVIEWS_MODELS", str(tmp_path / "none"))
    segments = drawn("track-1 ##\ntrack-2 ..##")
    heard = Diarization(segments, segments, "tracks", (Voice("track-1", "А"), Voice("track-2", "Б")))
    monkeypatch.setattr("pipeline.diarize.tracks.diarize", lambda *_: heard)
    ((_, made),) = stage.run([room(tmp_path, (3, 3))], stage.Settings())
    assert isinstance(made, Diarization)
    assert made.notes == ("shared-room-suspected:track-1", "shared-room-suspected:track-2")


def test_samples_are_of_one_voice_from_two_halves_of_what_it_says() -> None:
    segments = drawn("A ####......########........####\nB ...######.......#########....")
    heard = Diarization(segments, segments, "pyannote", (Voice("A"), Voice("B")))
    alone = samples.alone(heard, "A")
    assert alone == drawn("A ###.......######..........####")
    first, second = samples.chosen(alone)
    assert sum(one.end - one.start for one in first) == 9.0
    assert all(one.start >= 10.0 for one in second)
    assert samples.chosen(()) == []
    long = samples.chosen(drawn("A #########################################"))
    assert [sum(one.end - one.start for one in sample) for sample in long] == [10.0, 10.0]


def test_samples_are_written_again_and_old_ones_go(tmp_path: Path) -> None:
    folder = known_speakers.save({"mix": humming([110, 205] * 6)}, tmp_path)
    own = tuple(Segment(one.start, one.end, "AB"[n % 2]) for n, one in enumerate(phrases(12)))
    heard = Diarization(own, own, "pyannote", (Voice("A"), Voice("B")))
    (folder / "samples").mkdir()
    (folder / "samples" / "C-1.flac").write_bytes(b"old")
    samples.keep(heard, folder / "audio" / "mix.flac", folder / "samples")
    files = sorted((folder / "samples").iterdir())
    assert [file.name for file in files] == ["A-1.flac", "A-2.flac", "B-1.flac", "B-2.flac"]
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)
    before = [file.read_bytes() for file in files]
    samples.keep(heard, folder / "audio" / "mix.flac", folder / "samples")
    assert [file.read_bytes() for file in files] == before
    for file in files:
        assert 8.5 <= soundfile.info(file).duration <= 10.5


def talked(*names: str) -> Recording:
    """Ten seconds under each name in turn."""
    cues = tuple(Caption(10.0 * n, 10.0 * n + 10.0, name, "да") for n, name in enumerate(names))
    return Recording("P03", (Mark(0.0, 60.0),), (), cues, 60.0)


@pytest.mark.parametrize(
    ("names", "differ"),
    [
        (("Дана", "Ерлан", "Дана", "Ерлан"), 0.0),
        (("Дана", "Ерлан", "Ерлан", "Ерлан"), 0.25),
        (("Дана", "Дана", "Дана", "Дана"), None),
        (("", "", "", ""), None),
    ],
)
def test_captions_are_compared_with_voices(names: tuple[str, ...], differ: float | None) -> None:
    segments = drawn("A #.#.\nB .#.#", 10.0)
    assert (
        captions.disagreement(talked(*names), Diarization(segments, segments, "tracks", (Voice("A"), Voice("B"))))
        == differ
    )


@needs_data
@pytest.mark.parametrize("name", ["P01", "P04", "P05"])
def test_zooms_own_captions_agree_with_the_tracks(name: str) -> None:
    zoom = known_speakers.described(name)
    segments = tuple(Segment(t["start"], t["end"], zoom.truth.label_of[t["speaker"]]) for t in zoom.truth.turns)
    voices = tuple(Voice(label) for label in sorted(zoom.truth.roles))
    exclusive = tuple(sorted(segments, key=lambda one: one.start))
    found = captions.disagreement(zoom.recording, Diarization(exclusive, exclusive, "tracks", voices))
    assert found is not None
    assert found < 0.1


@pytest.mark.parametrize(
    ("people", "bounds"), [(None, (None, 4)), ((3, 3), (2, 3)), ((1, 1), (1, 1)), ((3, 4), (3, 4))]
)
def test_the_roster_bounds_how_many_voices_pyannote_looks_for(
    people: tuple[int, int] | None,
    bounds: tuple[int | None, int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = known_speakers.save({"mix": humming([110] * 2)}, tmp_path)
    recording = Recording("P03", (Mark(0.0, 8.0),), (Track("mix", "mixed", "", 8.0),), (), 8.0)
    segments = drawn("A ###\nB ....##")
    asked: list[pyannote.Bounds] = []

    def heard(
        _network: object, _recording: object, _audio: object, given: pyannote.Bounds, _tell: object
    ) -> Diarization:
        asked.append(given)
        return Diarization(segments, segments, "pyannote", (Voice("A"), Voice("B")))

    monkeypatch.setattr(pyannote, "load", lambda _model: None)
    monkeypatch.setattr(pyannote, "diarize", heard)
    item = stage.Item(Job("P03", folder), recording, people)
    ((_, made),) = stage.run([item], stage.Settings(max_speakers=4))
    assert isinstance(made, Diarization)
    assert asked == [pyannote.Bounds(*bounds)]
    assert {path.name for path in (folder / "samples").iterdir()} == {"A-1.flac", "B-1.flac"}
