"""Each container and codec in which recordings come is decoded to its whole length, every moment at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile

from pipeline.errors import RecordingError
from pipeline.ingest import stage, zoom
from pipeline.media import ffmpeg
from pipeline.model import Job, Recording
from tests.helpers.sound_files import BEEPS, FILES, SECONDS, Made, encoders, onsets, ran, sound, written

Voices = tuple[float, ...]
"""when somebody's tones begin"""

TIMES = 0.1
"""seconds by which a moment may be off"""


@pytest.mark.parametrize("made", FILES, ids=lambda made: made.name)
def test_length_and_times(made: Made, tmp_path: Path) -> None:
    path = written(tmp_path, made)
    samples = ffmpeg.decode(path, tmp_path / "x.raw", tmp_path / "log")
    assert samples / ffmpeg.RATE == pytest.approx(made.seconds, abs=made.slack)
    heard = onsets(ffmpeg.Raw(tmp_path / "x.raw")[:])
    assert heard == pytest.approx([at + made.shift for at in BEEPS], abs=TIMES)


def test_more_than_twelve_hold_their_length() -> None:
    assert sum(made.slack <= 0.05 for made in FILES) >= 12


def two_streams(folder: Path, one: Voices, two: Voices, *options: str) -> Path:
    """A file with two audio streams, each with its tones."""
    for number, beeps in enumerate((one, two)):
        soundfile.write(folder / f"{number}.wav", sound(beeps=beeps, hertz=500.0 + 300 * number), ffmpeg.RATE)
    inputs = ("-i", str(folder / "0.wav"), "-i", str(folder / "1.wav"), "-map", "0", "-map", "1")
    target = folder / "recordings" / "P01.mkv"
    target.parent.mkdir()
    ran(*inputs, *(options or ("-c:a", "libopus" if "libopus" in encoders() else "flac")), str(target))
    return target


def ingested(folder: Path) -> Recording:
    part = zoom.part(folder / "recordings", zoom.discover(folder / "recordings")[0], lambda _: "")
    items = [stage.Item(Job("P01", folder / "work"), folder / "recordings", (part,))]
    ((_, made),) = stage.run(items, stage.Settings())
    assert isinstance(made, Recording), made
    return made


def heard(folder: Path, label: str) -> list[float]:
    samples = ffmpeg.read(folder / "work" / "audio" / f"{label}.flac") * 32768
    return onsets(samples.astype("int16"))


def test_two_streams_are_two_tracks(tmp_path: Path) -> None:
    two_streams(tmp_path, (1.5, 7.0), (4.25,))
    found = ingested(tmp_path)
    assert [track.kind for track in found.tracks] == ["mixed", "participant", "participant"]
    assert heard(tmp_path, "mix") == pytest.approx(list(BEEPS), abs=TIMES)
    assert heard(tmp_path, "track-1") == pytest.approx([1.5, 7.0], abs=TIMES)
    assert heard(tmp_path, "track-2") == pytest.approx([4.25], abs=TIMES)
    assert found.seconds == pytest.approx(SECONDS, abs=0.05)


@pytest.mark.parametrize("second", [BEEPS, (4.25,), ()], ids=["the same", "a part of it", "nothing"])
def test_a_stream_that_holds_the_other_is_the_whole(tmp_path: Path, second: Voices) -> None:
    two_streams(tmp_path, BEEPS, second)
    assert [track.kind for track in ingested(tmp_path).tracks] == ["mixed"]


def test_a_stream_that_nobody_can_decode_is_left_out(tmp_path: Path) -> None:
    """As telephones write beside the usual one, for sound from all sides."""
    path = two_streams(tmp_path, BEEPS, (2.0,), "-f", "mov", "-c:a", "aac").rename(tmp_path / "recordings" / "P01.mov")
    data = path.read_bytes()
    at = data.rfind(b"stsd")
    path.write_bytes(data[:at] + data[at:].replace(b"mp4a", b"apac").replace(b"esds", b"xxxx"))
    assert ffmpeg.probe(path, tmp_path / "log").usable == (0,)
    found = ingested(tmp_path)
    assert [track.kind for track in found.tracks] == ["mixed"]
    assert found.seconds == pytest.approx(SECONDS, abs=0.05)


def test_a_codec_that_nobody_can_decode_is_said_so(tmp_path: Path) -> None:
    path = two_streams(tmp_path, BEEPS, (2.0,), "-f", "mov", "-c:a", "aac").rename(tmp_path / "recordings" / "P01.mov")
    path.write_bytes(path.read_bytes().replace(b"mp4a", b"apac").replace(b"esds", b"xxxx"))
    with pytest.raises(RecordingError, match="cannot decode"):
        ffmpeg.probe(path, tmp_path / "log")


@pytest.mark.parametrize(
    "junk",
    [bytes(5000), b"\xff\xfb" * 700],
    ids=["zeros", "false heads"],
)
def test_an_mp3_with_a_spoilt_beginning_is_heard(tmp_path: Path, junk: bytes) -> None:
    """As recorders and broken downloads leave them; what follows is whole."""
    made = next(made for made in FILES if made.suffix == ".mp3")
    path = written(tmp_path, made)
    path.write_bytes(junk + path.read_bytes())
    samples = ffmpeg.decode(path, tmp_path / "x.raw", tmp_path / "log")
    assert samples / ffmpeg.RATE == pytest.approx(SECONDS, abs=0.2)
    assert onsets(ffmpeg.Raw(tmp_path / "x.raw")[:]) == pytest.approx(list(BEEPS), abs=0.2)
