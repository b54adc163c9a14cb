"""ffmpeg: what is decoded, what is refused and with which advice, and that nothing but bytes of sound comes out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from pipeline.errors import MissingDependency, RecordingError
from pipeline.media import ffmpeg

SECONDS = 8.0


def tone(seconds: float = SECONDS, rate: int = 32_000, channels: int = 1) -> NDArray[np.float32]:
    """A tone that swells, so that every moment is audible; shape (samples,) or (samples, channels)."""
    moments = np.arange(int(seconds * rate)) / rate
    sound = (0.4 * np.sin(2 * np.pi * 220 * moments) * (1 + np.sin(moments)) / 2).astype(np.float32)
    return sound if channels == 1 else np.stack([sound] * channels, axis=1)


def made(folder: Path, name: str, *options: str, seconds: float = SECONDS) -> Path:
    """A file of `seconds` in the format that its name says."""
    soundfile.write(folder / "tone.wav", tone(seconds), 32_000)
    arguments = [str(ffmpeg.binary()), "-nostdin", "-v", "error", "-i", str(folder / "tone.wav"), *options, "-y"]
    subprocess.run([*arguments, f"file:{folder / name}"], check=True, stdin=subprocess.DEVNULL)
    return folder / name


def decode(path: Path) -> NDArray[np.int16]:
    target = path.parent / "decoded.raw"
    samples = ffmpeg.decode(path, target, path.parent / "work" / "ffmpeg.log")
    sound = np.fromfile(target, dtype="<i2")
    assert len(sound) == samples
    return sound


def refusal(path: Path) -> str:
    with pytest.raises(RecordingError) as caught:
        decode(path)
    assert caught.value.do
    assert path.stem not in f"{caught.value.what} {caught.value.do}"
    assert "\n" not in caught.value.what + caught.value.do
    return caught.value.what


FORMATS = (
    "m4a",
    "mp3",
    "wav",
    "flac",
    "ogg",
    "opus",
    "aac",
    "wma",
    "mka",
    "webm",
    "mp4",
    "mov",
    "3gp",
    "aiff",
    "ac3",
    "avi",
)


@pytest.mark.parametrize("suffix", FORMATS)
def test_formats(tmp_path: Path, suffix: str) -> None:
    options = ["-ar", "8000", "-b:a", "12k"] if suffix == "3gp" else []
    path = made(tmp_path, f"sound.{suffix}", *options)
    found = ffmpeg.probe(path, tmp_path / "log")
    assert found.audio_streams == 1
    assert found.seconds is None or found.seconds == pytest.approx(SECONDS, abs=0.2)
    assert len(decode(path)) / ffmpeg.RATE == pytest.approx(SECONDS, abs=0.2)


def test_probe(tmp_path: Path) -> None:
    found = ffmpeg.probe(made(tmp_path, "sound.m4a"), tmp_path / "log")
    assert found == ffmpeg.Probe(seconds=8.0, audio_streams=1, codec="aac", sample_rate=32_000)


def test_a_tag_cannot_pose_as_the_length(tmp_path: Path) -> None:
    lie = "title=x\n  Duration: 09:00:00.00\n  Stream #0:9: Audio: flac, 8000 Hz"
    found = ffmpeg.probe(made(tmp_path, "sound.m4a", "-metadata", lie), tmp_path / "log")
    assert (found.seconds, found.audio_streams, found.sample_rate) == (8.0, 1, 32_000)


@pytest.mark.parametrize("name", ["-i.m4a", "a\nb.m4a", "😀 %d.m4a", "concat:a|b.m4a", "'\"$(x).m4a", "Дарина's.m4a"])
def test_any_file_name(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path, "sound.m4a").rename(tmp_path / name)
    assert len(decode(path)) / ffmpeg.RATE == pytest.approx(SECONDS, abs=0.1)
    monkeypatch.chdir(tmp_path)
    assert ffmpeg.probe(Path(name), tmp_path / "log").audio_streams == 1


def test_stereo_becomes_mono_and_every_stream_is_heard(tmp_path: Path) -> None:
    left, right = tone(4), np.zeros_like(tone(4))
    soundfile.write(tmp_path / "left.wav", np.stack([left, right], axis=1), 32_000)
    assert np.abs(decode(tmp_path / "left.wav")).max() > 3000
    soundfile.write(tmp_path / "none.wav", right, 32_000)
    both = ["-i", f"{tmp_path / 'none.wav'}", "-map", "1:a", "-map", "0:a"]
    assert np.abs(decode(made(tmp_path, "two.mka", *both))).max() > 3000


def test_what_was_decoded_is_the_sound(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "same.wav", tone(3, ffmpeg.RATE), ffmpeg.RATE, subtype="PCM_16")
    expected, _ = soundfile.read(tmp_path / "same.wav", dtype="int16")
    np.testing.assert_array_equal(decode(tmp_path / "same.wav"), expected)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "secret.m4a").touch()
    assert "empty" in refusal(tmp_path / "secret.m4a")


def test_a_text_named_m4a(tmp_path: Path) -> None:
    (tmp_path / "secret.m4a").write_text("<html>Log in to see the recording</html>\n" * 30)
    assert "no audio inside" in refusal(tmp_path / "secret.m4a")


def test_a_playlist_cannot_name_other_files(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "other.wav", tone(), 32_000)
    (tmp_path / "secret.m4a").write_text(f"ffconcat version 1.0\nfile {tmp_path / 'other.wav'}\n")
    assert "no audio inside" in refusal(tmp_path / "secret.m4a")
    (tmp_path / "secret.m4a").write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXTINF:8,\n{tmp_path / 'other.wav'}\n")
    assert "no audio inside" in refusal(tmp_path / "secret.m4a")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "cannot be opened" in refusal(tmp_path / "secret.m4a")


def test_pictures_without_sound(tmp_path: Path) -> None:
    path = made(tmp_path, "secret.mp4", "-f", "lavfi", "-i", "color=size=64x64:duration=2", "-map", "1:v")
    assert "no sound track" in refusal(path)


@pytest.mark.parametrize("name", ["m4a", "m4a with its index first", "mkv", "wav", "flac"])
def test_a_truncated_file(tmp_path: Path, name: str) -> None:
    options = ("-movflags", "faststart") if "first" in name else ()
    path = made(tmp_path, f"secret.{name.split(maxsplit=1)[0]}", *options, seconds=60)
    whole = path.read_bytes()
    for share in (0.1, 0.5, 0.9):
        path.write_bytes(whole[: int(len(whole) * share)])
        assert "cut off or damaged" in refusal(path)


def test_a_wav_that_went_through_a_pipe_is_whole(tmp_path: Path) -> None:
    made(tmp_path, "sound.flac")
    arguments = [str(ffmpeg.binary()), "-v", "error", "-i", str(tmp_path / "sound.flac"), "-f", "wav", "pipe:1"]
    (tmp_path / "piped.wav").write_bytes(subprocess.run(arguments, check=True, capture_output=True).stdout)
    assert len(decode(tmp_path / "piped.wav")) / ffmpeg.RATE == pytest.approx(SECONDS, abs=0.1)


def test_a_hole_in_the_middle(tmp_path: Path) -> None:
    path = made(tmp_path, "secret.m4a", seconds=60)
    whole = path.read_bytes()
    third = len(whole) // 3
    path.write_bytes(whole[:third] + b"\0" * third + whole[2 * third :])
    assert "cut off or damaged" in refusal(path)


def test_a_length_that_is_only_guessed_refuses_nothing(tmp_path: Path) -> None:
    """An MP3 of varying bit rate without a header of its own states no length."""
    soundfile.write(tmp_path / "tone.wav", np.concatenate([np.zeros(32_000 * 30, np.float32), tone(30)]), 32_000)
    path = tmp_path / "sound.mp3"
    options = ["-q:a", "5", "-write_xing", "0", "-id3v2_version", "0", "-y", str(path)]
    subprocess.run([str(ffmpeg.binary()), "-v", "error", "-i", str(tmp_path / "tone.wav"), *options], check=True)
    assert ffmpeg.probe(path, tmp_path / "log").seconds is None
    assert len(decode(path)) / ffmpeg.RATE == pytest.approx(60, abs=0.2)


def test_messages_of_ffmpeg_go_to_the_log_alone(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = made(tmp_path, "secret.m4a")
    path.write_bytes(path.read_bytes()[:5000])
    refusal(path)
    assert capfd.readouterr() == ("", "")
    log = tmp_path / "work" / "ffmpeg.log"
    assert "moov atom not found" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_encode_and_read(tmp_path: Path) -> None:
    sound = (tone(5, ffmpeg.RATE) * 32_000).astype(np.int16)
    target = tmp_path / "mix.flac"
    ffmpeg.encode(iter([sound[:70_000], sound[70_000:]]), target, tmp_path / "log")
    np.testing.assert_array_equal(np.round(ffmpeg.read(target) * 32_768), sound)
    np.testing.assert_array_equal(ffmpeg.read(target, 1.5, 2.25), ffmpeg.read(target)[24_000:36_000])
    assert len(ffmpeg.read(target, 4.0, 99.0)) == ffmpeg.RATE
    assert len(ffmpeg.read(target, 99.0)) == 0
    info = soundfile.info(target)
    assert (info.samplerate, info.channels, info.subtype, info.frames) == (ffmpeg.RATE, 1, "PCM_16", len(sound))
    assert target.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.parametrize("suffix", [".flac", ".m4a", ".wav"])
def test_the_same_sound_gives_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    sound = (tone(3, ffmpeg.RATE) * 32_000).astype(np.int16)
    first, second = tmp_path / f"a{suffix}", tmp_path / "elsewhere" / f"b{suffix}"
    second.parent.mkdir()
    ffmpeg.encode([sound], first, tmp_path / "log")
    ffmpeg.encode(np.array_split(sound, 7), second, tmp_path / "log")
    assert first.read_bytes() == second.read_bytes()


def test_a_disk_that_takes_nothing(tmp_path: Path) -> None:
    target = tmp_path / "gone" / "mix.flac"
    with pytest.raises(OSError, match="No such file"):
        ffmpeg.encode([np.zeros(10, np.int16)], target, tmp_path / "log")


def test_a_failing_block_leaves_no_file(tmp_path: Path) -> None:
    def blocks() -> object:
        yield np.zeros(100_000, np.int16)
        raise ValueError("the source broke")

    with pytest.raises(ValueError, match="broke"):
        ffmpeg.encode(blocks(), tmp_path / "mix.flac", tmp_path / "log")  # type: ignore[arg-type]
    assert not (tmp_path / "mix.flac").exists()


def test_without_any_ffmpeg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "none"))
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    ffmpeg.binary.cache_clear()
    try:
        with pytest.raises(MissingDependency) as caught:
            ffmpeg.binary()
        assert caught.value.exit_code == 4
    finally:
        ffmpeg.binary.cache_clear()


@pytest.mark.skipif(sys.platform != "linux", reason="looks the child up in /proc")
@pytest.mark.parametrize("hanging", [False, True], ids=["working", "hanging"])
def test_ffmpeg_ends_with_its_parent(tmp_path: Path, hanging: bool) -> None:
    """The parent is killed as by the system, without a chance to clean up; a stopped child notices no closed pipe."""
    slow = made(tmp_path, "long.flac", seconds=600)
    program = f"""
        import time
        from pathlib import Path
        from pipeline.media import ffmpeg
        arguments = ffmpeg.command(ffmpeg.raw_mono("file:" + {str(slow)!r}, 1))
        with ffmpeg.running(arguments, Path({str(tmp_path / "log")!r}), stdout=-1) as (process, _):
            process.stdout.read(1000)
            print(process.pid, flush=True)
            time.sleep(60)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert Path(f"/proc/{child}").exists()
        if hanging and sys.platform != "win32":
            os.kill(child, signal.SIGSTOP)
        parent.kill()
    deadline = time.monotonic() + 10
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(child)


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
