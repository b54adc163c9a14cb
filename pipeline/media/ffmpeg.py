"""ffmpeg, and nothing else that runs it: probe, decode to 16 kHz mono, encode, read what was decoded."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from pipeline.errors import MissingDependency
from pipeline.media import heads, refused
from pipeline.media.heads import FORMATS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 16_000
"""Samples a second of everything that is decoded; mono, signed 16 bit."""

PROTOCOLS = "file,pipe"
LOST_SHARE, LOST_SECONDS = 0.02, 5.0
"""A decode that lacks more than either of these is no whole recording."""

LONGEST = 24 * 3600
"""Seconds after which a decode without a stated length is given up."""

PATIENCE = 120
"""Seconds in which ffmpeg must make a block of sound, or read a file's header, before it counts as hanging."""

HANDLES = Path("/dev/fd")
"""Where systems other than Windows show a process the files that it was handed."""

FAINT, CANCELLED = 330, 10
"""loudest sample (-40 dBFS of 32768) of a sum in which channels may have cancelled each other out; how many times
louder one of them is alone, if they did"""
FIRST = {"map": "0", "channel_layout": "mono"}
"""how the filter channelmap takes the first channel alone"""

PR_SET_PDEATHSIG = 1
"""Linux: the signal that this process gets when its parent is gone."""

BLOCK = 1 << 20
TAIL = 1 << 16
"""Bytes of a command's log in which its closing report is looked for."""

EXACT: dict[str, Any] = {"bitexact": None, "map_metadata": -1, "fflags": "+bitexact", "flags:a": "+bitexact"}
"""The same bytes for the same sound: no version, date or tag of the source in what is written."""


class Probe(Struct, frozen=True):
    """What a media file says of itself."""

    seconds: float | None
    """None where the file does not state its length, or only guesses it"""
    audio_streams: int
    codec: str
    """of the first audio stream"""
    sample_rate: int
    """of the first audio stream, as stored"""
    usable: tuple[int, ...] = (0,)
    """numbers, among the audio streams, of those that this ffmpeg can decode"""
    channels: str = "mono"
    """of the first audio stream, as ffmpeg names them"""


class Raw:
    """The samples of a file that `decode` wrote. A slice is read when it is asked for, and nothing is kept."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.samples = path.stat().st_size // 2

    def __len__(self) -> int:
        return self.samples

    def __getitem__(self, piece: slice) -> NDArray[np.int16]:
        import numpy as np

        first, last, _ = piece.indices(self.samples)
        return np.fromfile(self.path, dtype="<i2", count=max(last - first, 0), offset=first * 2)


@cache
def binary() -> Path:
    """The ffmpeg to run: the system's, else the one imageio-ffmpeg brings. Raises MissingDependency."""
    found = shutil.which("ffmpeg")
    if found:
        return Path(found)
    try:
        import imageio_ffmpeg

        return Path(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError, OSError):
        raise MissingDependency(
            "The program ffmpeg, which reads audio, is not on this machine.",
            "Install it with the system's package manager (`apt install ffmpeg`, `brew install ffmpeg`), or run "
            "`pip install --force-reinstall imageio-ffmpeg`, which brings one along.",
        ) from None


@cache
def decodable() -> frozenset[str]:
    """Names of the codecs that this ffmpeg can decode."""
    asked = [str(binary()), "-hide_banner", "-codecs"]
    told = subprocess.run(asked, capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=PATIENCE).stdout
    return frozenset(re.findall(r"^ D\S+ (\w+)", told.decode("utf-8", "replace"), re.M))


def probe(path: Path, log: Path) -> Probe:
    """Read a media file's header. Raises RecordingError where there is no audio that ffmpeg can read."""
    heads.look_at(path)
    with handed(path, os.O_RDONLY) as (at, handles):
        asked = command(source(at).output("pipe:1", format="null", map="0:a?", t=0))
        with running(asked, log, handles=handles) as (process, since), impatient(process):
            process.wait()
    said = report(log, since, whole=True).partition("\nOutput #0")[0]
    if not re.search(r"^Input #0", said, re.M):
        raise refused("damaged") if heads.has_magic(path) else refused("not-audio")
    if heads.wav_lacks(path) > LOST_SHARE:
        raise refused("damaged")
    streams = re.findall(r"^  Stream #0:\d+.*?: Audio: (\w+).*?, (\d+) Hz(?:, ([^,\n]+))?", said, re.M)
    if not streams:
        raise refused("soundless")
    usable = tuple(number for number, (codec, _, _) in enumerate(streams) if codec in decodable())
    if not usable:
        raise refused("codec")
    codec, rate, channels = streams[usable[0]]
    return Probe(stated_seconds(said), len(streams), codec, int(rate), usable, channels)


def decode(path: Path, target: Path, log: Path, stream: int | None = None) -> int:
    """Write all of a file's sound as raw signed 16 bit little-endian samples at RATE, mono; returns their number.

    `stream`: of one audio stream alone. Gaps in the file's time stamps become silence, so that time in the result is
    time in the file. Two channels that cancel each other out, as of a microphone wired the wrong way round, are not
    added up: the first is taken. Raises RecordingError where the file cannot be read, or gives less than it states.
    """
    found = probe(path, log)
    found = found if stream is None else structs.replace(found, usable=(stream,))
    samples = written(path, target, log, found)
    if found.channels != "mono" and (sum_ := peak(target)) < FAINT:
        alone = target.with_name(target.name + ".first")
        written(path, alone, log, found, first=True)
        if peak(alone) > CANCELLED * max(sum_, 1):
            alone.replace(target)
        else:
            alone.unlink()
    return samples


def peak(path: Path) -> int:
    """The loudest sample of a file that `decode` wrote, 0 to 32768."""
    import numpy as np

    raw = Raw(path)
    blocks = (raw[first : first + BLOCK] for first in range(0, len(raw), BLOCK))
    return max((int(np.abs(block.astype(np.int32)).max()) for block in blocks), default=0)


def written(path: Path, target: Path, log: Path, found: Probe, first: bool = False) -> int:
    """Decode the usable streams of a file, or the `first` channel of each; returns the number of samples."""
    limit = int(RATE * 2 * (found.seconds * 1.05 + 60 if found.seconds else LONGEST))
    written = 0
    with handed(path, os.O_RDONLY) as (at, handles), target.open("wb") as out:
        asked = command(raw_mono(at, found.audio_streams, found.usable, first))
        with running(asked, log, stdout=subprocess.PIPE, handles=handles) as (process, since):
            for block in output(process):
                out.write(block)
                written += len(block)
                if written > limit:
                    break
    samples = written // 2
    if written == 0 or written > limit or lost(found, samples / RATE, report(log, since)):
        raise refused("damaged")
    return samples


def encode(blocks: Iterable[NDArray[np.int16]], target: Path, log: Path) -> None:
    """Write blocks of samples (mono, RATE) as `target`, in the format of its suffix, whole or not at all, mode 0600."""
    import ffmpeg

    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    stream = ffmpeg.input("pipe:0", format="s16le", ar=RATE, ac=1, protocol_whitelist=PROTOCOLS)
    with handed(partial, os.O_RDWR) as (at, handles):
        asked = command(stream.output(at, **FORMATS["encoders"][target.suffix], **EXACT), overwrite=True)
        with running(asked, log, stdin=subprocess.PIPE, handles=handles) as (process, _):
            assert process.stdin is not None
            with suppress(BrokenPipeError):
                for block in blocks:
                    process.stdin.write(block.astype("<i2", copy=False).tobytes())
                process.stdin.close()
            failed = process.wait() != 0
    if failed:
        partial.unlink(missing_ok=True)
        raise refused("unwritten")
    with partial.open("rb+") as written:
        os.fsync(written.fileno())
    partial.replace(target)


def read(path: Path, start: float = 0.0, stop: float | None = None) -> NDArray[np.float32]:
    """Samples of a decoded track between two times in seconds, as float32 in [-1, 1), mono at RATE."""
    import soundfile

    with soundfile.SoundFile(path) as file:
        first = min(max(round(start * file.samplerate), 0), file.frames)
        last = file.frames if stop is None else min(max(round(stop * file.samplerate), first), file.frames)
        file.seek(first)
        samples: NDArray[np.float32] = file.read(last - first, dtype="float32", always_2d=True)[:, 0]
        return samples


@contextmanager
def handed(path: Path, mode: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """An address under which ffmpeg opens a file, and the handles to hand down with it.

    Everybody on a machine can read the command lines of its processes, and recordings are named after people: where
    the system can, the address is a number. Elsewhere it is the path, in a form that is taken for one whatever it is.
    """
    if not HANDLES.is_dir():
        yield f"file:{path.absolute()}", ()
        return
    handle = os.open(path, mode)
    try:
        yield f"file:{HANDLES / str(handle)}", (handle,)
    finally:
        os.close(handle)


def source(at: str) -> Any:
    """An input of ffmpeg that may open nothing but itself."""
    import ffmpeg

    return ffmpeg.input(at, protocol_whitelist=PROTOCOLS, format_whitelist=",".join(FORMATS["demuxers"].split()))


def raw_mono(at: str, streams: int, chosen: tuple[int, ...] = (), first: bool = False) -> Any:
    """The command that writes audio streams of a file, added up, as raw samples to its standard output.

    Of all its `streams`, or of those that are `chosen`; `first`: of each its first channel alone.
    """
    import ffmpeg

    opened = source(at)
    voices = []
    for number in chosen or range(streams):
        voice = opened[f"a:{number}"]
        voice = voice.filter("channelmap", **FIRST) if first else voice
        voices.append(voice.filter("aresample", RATE, **{"async": 1, "first_pts": 0}))
    several = len(voices) > 1
    joined = ffmpeg.filter(voices, "amix", inputs=len(voices), duration="longest") if several else voices[0]
    return joined.output("pipe:1", format="s16le", acodec="pcm_s16le", ac=1, ar=RATE, **EXACT)


def command(stream: Any, overwrite: bool = False) -> list[str]:
    """The argument list of a command that ffmpeg-python describes."""
    start = [str(binary()), "-nostdin", "-hide_banner", "-nostats", "-loglevel", "verbose"]
    arguments: list[str] = stream.compile(cmd=start, overwrite_output=overwrite)
    return arguments


@contextmanager
def running(
    arguments: list[str],
    log: Path,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
    handles: tuple[int, ...] = (),
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A running ffmpeg and where in `log` its messages begin; ended, whatever happens, on leaving.

    Should this process be killed, the system ends ffmpeg too; where it cannot, ffmpeg finds its pipe closed.
    """
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "ab") as messages:
        since = os.fstat(messages.fileno()).st_size
        bound = bind_to_parent()  # two system calls and no import: safe beside threads
        with subprocess.Popen(
            arguments,
            stdin=stdin,
            stdout=stdout,
            stderr=messages,
            pass_fds=handles,
            preexec_fn=bound,  # noqa: PLW1509
        ) as process:
            try:
                yield process, since
            except BaseException:
                process.kill()
                raise
            finally:
                with suppress(BrokenPipeError):
                    if process.stdin is not None:
                        process.stdin.close()


def bind_to_parent() -> Callable[[], None] | None:
    """What a child does before it becomes ffmpeg, so that it outlives this process by no moment; None but on Linux.

    A pipe that closes would not end an ffmpeg that hangs, nor one that has yet to open, and so to empty, the file that
    the next run is writing already.
    """
    if sys.platform != "linux":
        return None
    import ctypes

    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def bind() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return bind


@contextmanager
def impatient(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End a process that takes longer than PATIENCE over what is done inside."""
    clock = Timer(PATIENCE, process.kill)
    clock.start()
    try:
        yield
    finally:
        clock.cancel()


def output(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """What a process writes, block by block; a process that makes nothing for too long is ended."""
    assert process.stdout is not None
    while True:
        with impatient(process):
            block = process.stdout.read(BLOCK)
        if not block:
            return
        yield block


def report(log: Path, since: int, whole: bool = False) -> str:
    """What one command wrote to the log: its beginning (`whole`) or its end."""
    with log.open("rb") as messages:
        end = messages.seek(0, os.SEEK_END)
        messages.seek(since if whole else max(since, end - TAIL))
        return messages.read(TAIL * 16).decode("utf-8", "replace")


def stated_seconds(said: str) -> float | None:
    """The length a container states; None where ffmpeg says that it had to guess it from the bit rate."""
    if "Estimating duration from bitrate" in said or "using bitrate for duration" in said:
        return None
    stated = re.findall(r"^  Duration: (\d+):(\d\d):(\d\d\.\d+)", said, re.M)
    if not stated:
        return None
    hours, minutes, seconds = stated[-1]
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def lost(found: Probe, seconds: float, said: str) -> bool:
    """Whether a decode that gave `seconds` lacks part of the recording: at its end, or in holes that errors left."""
    stated = found.seconds or seconds
    bearable = min(LOST_SECONDS, LOST_SHARE * stated)
    if stated - seconds > max(bearable, 0.5):
        return True
    errors = sum(int(count) for count in re.findall(r"(\d+) decode errors", said))
    heard = [int(count) for count in re.findall(r"frames decoded;.*?\((\d+) samples\)", said)]
    if not errors or not heard:
        return False
    return stated - max(heard) / found.sample_rate > max(bearable, 0.5)
