"""Speech is found where it is, packed into windows without loss, and word times come back inside it."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.errors import RecordingError
from pipeline.media import ffmpeg, speech
from pipeline.media.speech import speech_regions
from pipeline.transcribe.windows import MARGIN, Read, Window, placed, windows
from tests.conftest import DATA, needs_data
from tests.helpers.voices import RATE, babble, save_track

Span = tuple[float, float]


def hush(start: float, end: float) -> NDArray[np.float32]:
    return np.zeros(round(end * RATE) - round(start * RATE), dtype=np.float32)


def halting(start: float, end: float, every: float = 1.7, lasts: float = 0.2) -> NDArray[np.float32]:
    """A voice that pauses so often, for so long."""
    time = np.arange(round(start * RATE), round(end * RATE)) / RATE
    return np.where(time % every < lasts, 0.001, np.sin(700 * time)).astype(np.float32)


@st.composite
def recordings(draw: st.DrawFn) -> tuple[tuple[Span, ...], float]:
    """Regions of speech in milliseconds' steps, and the length of the track."""
    steps = draw(st.lists(st.tuples(st.integers(20, 4000), st.integers(100, 45_000)), min_size=1, max_size=40))
    regions: list[Span] = []
    now = 0
    for gap, long in steps:
        regions.append(((now + gap) / 1000, (now + gap + long) / 1000))
        now += gap + long
    return tuple(regions), (now + draw(st.integers(0, 2000))) / 1000


def test_speech_lies_where_somebody_speaks(tmp_path: Path) -> None:
    found = speech_regions(save_track(tmp_path / "mix.flac", 20, (1, 4), (6, 7.5), (12, 18)))
    assert len(found) == 3
    for (start, end), (begun, ended) in zip(found, ((1, 4), (6, 7.5), (12, 18)), strict=True):
        assert start == pytest.approx(begun, abs=0.1)
        assert end == pytest.approx(ended, abs=0.1)


def test_nothing_is_speech_under_the_gate(tmp_path: Path) -> None:
    import soundfile

    for name, loudness in (("silent", 0.0), ("hiss", 3e-4)):
        sound = loudness * np.random.default_rng(0).standard_normal(RATE * 5).astype(np.float32)
        soundfile.write(tmp_path / f"{name}.flac", sound, RATE)
        assert speech_regions(tmp_path / f"{name}.flac") == ()
    soundfile.write(tmp_path / "far.flac", (babble(5) * 1e-3).astype(np.float32), RATE)
    assert speech_regions(tmp_path / "far.flac", threshold=0.01) == ()


def test_judging_many_frames_at_once_gives_what_the_package_gives_frame_by_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import silero_vad
    import torch

    path = save_track(tmp_path / "mix.flac", 12.3, (0.5, 5), (6, 11))
    monkeypatch.setattr(speech, "BLOCK", 100 * speech.FRAME)
    listener = speech.Listener()
    ours = [chance for block in speech.blocks(path) for chance in listener.chances(block)]
    stock = silero_vad.load_silero_vad(onnx=False)
    samples = torch.from_numpy(ffmpeg.read(path))
    samples = torch.nn.functional.pad(samples, (0, -len(samples) % 512))
    theirs = [stock(frame, RATE).item() for frame in samples.view(-1, 512)]
    loud = samples.view(-1, 512).square().mean(dim=1).sqrt() >= speech.FLOOR
    assert len(ours) == len(theirs)
    assert max(theirs) > 0.9
    assert [a if heard else 0.0 for a, heard in zip(theirs, loud, strict=True)] == pytest.approx(ours, abs=1e-4)


steps = st.lists(st.tuples(st.sampled_from([0.0, 0.3, 0.4, 0.5, 0.9]), st.integers(1, 12)), max_size=30)


@given(steps, st.integers(1, speech.FRAME), st.integers(0, 400), st.integers(0, 400))
def test_speech_begins_and_ends_by_the_rules_of_the_package(
    steps: list[tuple[float, int]], last: int, min_speech: int, min_silence: int
) -> None:
    from silero_vad.utils_vad import get_speech_timestamps_from_probs

    chances = [chance for chance, count in steps for _ in range(count)]
    samples = max(0, len(chances) - 1) * speech.FRAME + (last if chances else 0)
    theirs = get_speech_timestamps_from_probs(
        chances,
        threshold=0.5,
        min_speech_duration_ms=min_speech,
        min_silence_duration_ms=min_silence,
        audio_length_samples=samples,
    )
    ours = speech.spoken(chances, lambda: samples, 0.5, min_speech * RATE // 1000, min_silence * RATE // 1000)
    assert list(ours) == [(span["start"], span["end"]) for span in theirs]


def test_finding_speech_needs_no_torch(tmp_path: Path) -> None:
    path = save_track(tmp_path / "mix.flac", 2, (0.5, 1.5))
    code = (
        "import sys; from pathlib import Path; from pipeline.media.speech import speech_regions;"
        "assert len(speech_regions(Path(sys.argv[1]))) == 1; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)


def test_a_track_is_read_a_few_seconds_at_a_time(tmp_path: Path) -> None:
    path = save_track(tmp_path / "mix.flac", 140, (1, 4))
    sizes = [len(block) for block in speech.blocks(path)]
    assert sum(sizes) == 140 * RATE
    assert max(sizes) == speech.BLOCK


def test_an_unreadable_track_is_an_error_of_its_recording(tmp_path: Path) -> None:
    import soundfile

    (tmp_path / "text.flac").write_text("no audio")
    soundfile.write(tmp_path / "stereo.flac", np.zeros((RATE, 2), dtype=np.float32), RATE)
    for name in ("text", "stereo", "absent"):
        with pytest.raises(RecordingError) as raised:
            speech_regions(tmp_path / f"{name}.flac")
        assert name not in raised.value.what + raised.value.do


@needs_data
@pytest.mark.parametrize("length", [15.0, 12.0])
def test_no_word_is_cut_in_two(length: float, tmp_path: Path) -> None:
    """In the data words end up to 0.15 s later than told, and begin up to a quarter of a second later."""
    import soundfile

    folder, track = DATA / "zoom" / "P01", tmp_path / "track.flac"
    told = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    cuts, inside = [], []
    for speaker, file in told["tracks"].items():
        (source,) = folder.glob(f"*/{file}")
        ffmpeg.decode(source, tmp_path / "raw", tmp_path / "log")
        soundfile.write(track, ffmpeg.Raw(tmp_path / "raw")[:], RATE)
        made = list(windows(speech_regions(track), told["duration"], length, partial(ffmpeg.read, track)))
        found = [a.pieces[-1].end for a, b in pairwise(made) if a.pieces[-1].end == b.pieces[0].start]
        words = [word for turn in told["turns"] if turn["speaker"] == speaker for word in turn["words"]]
        inside += [cut for cut in found for word in words if word["start"] + 0.25 < cut < word["end"] - 0.02]
        cuts += found
    assert len(cuts) >= 5
    assert inside == []


@needs_data
def test_no_word_of_ninety_utterances_is_missed() -> None:
    found = speech_regions(DATA / "whisper-synthetic" / "utterances.flac")
    told = json.loads((DATA / "whisper-synthetic" / "utterances.json").read_text(encoding="utf-8"))
    middles = [(start + end) / 2 for one in told for _, start, end in one["words"]]
    heard = [any(start <= middle <= end for start, end in found) for middle in middles]
    assert sum(heard) / len(heard) >= 0.99
    pauses = [(a["end"] + b["start"]) / 2 for a, b in pairwise(told) if b["start"] - a["end"] > 1]
    assert len(pauses) > 20
    assert not [pause for pause in pauses if any(start <= pause <= end for start, end in found)]


@settings(max_examples=60, deadline=None)
@given(recordings(), st.sampled_from([0.0, 0.5]), st.sampled_from([hush, halting]))
def test_each_moment_of_speech_lies_in_one_window(
    recording: tuple[tuple[Span, ...], float], pause: float, read: Read
) -> None:
    regions, seconds = recording
    made = list(windows(regions, seconds, 30.0, read, pause))
    pieces = [piece for one in made for piece in one.pieces]
    assert all(one.seconds <= 30.0 + 1e-6 for one in made)
    assert all(a.end <= b.start for a, b in pairwise(pieces))
    assert all(0 <= piece.start < piece.end <= seconds for piece in pieces)
    for piece in pieces:
        assert all(piece.start <= start < end <= piece.end for start, end in piece.speech)
    said = [span for one in made for span in one.speech]
    assert sum(end - start for start, end in said) == pytest.approx(sum(end - start for start, end in regions))
    assert all(any(a <= start and end <= b for a, b in regions) for start, end in said)


def test_windows_are_full_and_cut_at_the_longest_pause_near_their_end() -> None:
    sentences = [(4.0 * n, 4.0 * n + 3.0) for n in range(16)]
    sentences[7] = (28.0, 30.4)
    first, *others = windows(tuple(sentences), 64.0, 30.0, hush)
    assert first.pieces[-1].end == pytest.approx(30.4 + MARGIN)
    assert all(one.seconds > 20 for one in others[:-1])


def test_long_silence_is_left_out_and_a_short_pause_is_kept() -> None:
    (one,) = windows(((1.0, 2.0), (2.3, 3.0), (60.0, 61.0)), 100.0, 30.0, hush)
    assert [(piece.start, piece.end) for piece in one.pieces] == [(0.8, 3.2), (59.8, 61.2)]
    assert one.seconds == pytest.approx(3.8)
    assert one.real(2.4) == pytest.approx(59.8)
    assert one.real(2.4, ending=True) == pytest.approx(3.2)
    assert one.real(3.0) == pytest.approx(60.4)


def test_a_setting_keeps_utterances_apart() -> None:
    assert len(list(windows(((1.0, 2.0), (2.3, 3.0), (60.0, 61.0)), 100.0, 30.0, hush, pause=1.0))) == 2


def test_a_window_is_filled_with_the_next_words_up_to_a_pause_in_them() -> None:
    regions = ((0.0, 20.0), (21.0, 35.0), (40.0, 45.0))
    first, second = windows(regions, 50.0, 30.0, halting)
    cut = first.pieces[-1].end
    assert second.pieces[0].start == cut
    assert 24.0 <= first.seconds <= 30.0
    assert 0.0 < cut % 1.7 < 0.2
    whole, rest = windows(regions, 50.0, 30.0, partial(halting, lasts=0.1))
    assert whole.speech == regions[:1]
    assert rest.speech == regions[1:]


def test_speech_without_a_pause_is_cut_where_it_is_quietest() -> None:
    def loud(start: float, end: float) -> NDArray[np.float32]:
        time = np.arange(round(start * RATE), round(end * RATE)) / RATE
        quiet = np.abs(time - 27.4) < 0.05
        return np.where(quiet, 0.001, np.sin(700 * time)).astype(np.float32)

    first, second = windows(((0.0, 50.0),), 50.0, 30.0, loud)
    assert first.pieces[0].end == second.pieces[0].start
    assert first.pieces[0].end == pytest.approx(27.4, abs=0.05)


def test_the_sound_of_a_window_is_that_of_its_pieces(tmp_path: Path) -> None:
    path = save_track(tmp_path / "mix.flac", 20, (1, 3), (15, 16))
    (one,) = windows(((1.0, 3.0), (15.0, 16.0)), 20.0, 30.0, partial(ffmpeg.read, path))
    sound, whole = one.samples(partial(ffmpeg.read, path)), ffmpeg.read(path)
    assert len(sound) == round(one.seconds * RATE)
    assert np.array_equal(sound[: round(2.4 * RATE)], whole[round(0.8 * RATE) : round(3.2 * RATE)])


@settings(max_examples=100, deadline=None)
@given(recordings(), st.data())
def test_words_come_back_in_order_apart_and_inside_speech(
    recording: tuple[tuple[Span, ...], float], data: st.DataObject
) -> None:
    regions, seconds = recording
    one: Window = data.draw(st.sampled_from(list(windows(regions, seconds, 30.0, hush))))
    room = int(sum(end - start for start, end in one.speech) / 0.02)
    edges = data.draw(st.lists(st.floats(0, 31), min_size=1, max_size=max(1, min(60, room))).map(sorted))
    times = placed(tuple(zip(edges, [*edges[1:], edges[-1] + 0.3], strict=True)), one)
    assert len(times) == len(edges)
    assert all(start < end for start, end in times)
    assert all(before[1] <= after[0] for before, after in pairwise(times))
    for time in (time for pair in times for time in pair):
        assert any(start - 1e-9 <= time <= end + 1e-9 for start, end in one.speech)


def test_a_word_is_not_spread_across_a_pause() -> None:
    (one,) = windows(((1.0, 2.0), (2.7, 4.0)), 10.0, 30.0, hush)
    assert one.pieces[0].end == pytest.approx(2.2)
    assert placed(((0.5, 1.0), (1.0, 1.5), (1.5, 2.0)), one) == ((1.3, 1.8), (1.8, 2.0), (2.7, 3.1))
