"""A known sound in every container and codec in which recordings come, made by ffmpeg."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec import Struct

from pipeline.media import ffmpeg

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 16_000
SECONDS = 9.0
BEEPS = (1.5, 4.25, 7.0)
"""when a tone of 0.4 s begins"""
LASTS = 0.4
PICTURE = ("-f", "lavfi", "-i", f"testsrc=size=160x120:rate=10:duration={SECONDS}")


class Made(Struct, frozen=True):
    """How a file is made of the sound, and what must come out of it."""

    name: str
    suffix: str
    options: tuple[str, ...]
    """of ffmpeg, after its inputs: 0 is the sound, 1 a picture where there is one"""
    before: tuple[str, ...] = ()
    """options before the sound"""
    picture: bool = False
    seconds: float = SECONDS
    shift: float = 0.0
    """seconds by which the sound comes later in the file"""
    needs: str = ""
    """an encoder that not every ffmpeg has"""
    again: tuple[str, ...] = ()
    """options of a second run over the file, copying its streams"""
    slack: float = 0.05
    """seconds by which its length may be off: more where a codec fills its last frame and the file does not say so"""


FILES = (
    Made("opus voice message", ".ogg", ("-c:a", "libopus", "-b:a", "16k", "-application", "voip"), needs="libopus"),
    Made("opus", ".opus", ("-c:a", "libopus", "-b:a", "24k"), needs="libopus"),
    Made("vorbis", ".oga", ("-c:a", "libvorbis"), needs="libvorbis"),
    Made("caf, alac", ".caf", ("-c:a", "alac")),
    Made("caf, pcm", ".caf", ("-c:a", "pcm_s16be")),
    Made("3gp, amr", ".3gp", ("-ar", "8000", "-c:a", "libopencore_amrnb", "-b:a", "12.2k"), needs="libopencore_amrnb"),
    Made("amr", ".amr", ("-ar", "8000", "-c:a", "libopencore_amrnb"), needs="libopencore_amrnb"),
    Made("webm", ".webm", ("-c:v", "libvpx", "-c:a", "libopus"), picture=True, needs="libvpx"),
    Made(
        "Teams mp4, in fragments",
        ".mp4",
        (
            "-c:v",
            "libx264",
            "-c:a",
            "aac",
            "-movflags",
            "frag_keyframe+empty_moov+default_base_moof",
            "-bf",
            "0",
            "-ar",
            "48000",
        ),
        picture=True,
        needs="libx264",
    ),
    Made("iPhone m4a", ".m4a", ("-c:a", "aac", "-ar", "44100")),
    Made(
        "m4a that was trimmed, with an edit list",
        ".m4a",
        ("-c:a", "aac", "-ar", "44100"),
        again=("-ss", "1"),
        seconds=SECONDS - 1,
        shift=-1.0,
    ),
    Made(
        "mp4 whose sound begins late",
        ".mp4",
        ("-c:v", "libx264", "-c:a", "aac", "-t", str(SECONDS + 0.8)),
        before=("-itsoffset", "0.8"),
        picture=True,
        seconds=SECONDS + 0.8,
        shift=0.8,
        needs="libx264",
    ),
    Made(
        "mp4 with a variable frame rate",
        ".mp4",
        ("-vf", "select='not(mod(n,3))+gt(random(0),0.7)'", "-fps_mode", "vfr", "-c:v", "libx264", "-c:a", "aac"),
        picture=True,
        needs="libx264",
    ),
    Made("mov, pcm", ".mov", ("-c:a", "pcm_s24le", "-ar", "48000")),
    Made("wma", ".wma", ("-c:a", "wmav2"), slack=0.1),
    Made(
        "mp3 that states no length",
        ".mp3",
        ("-c:a", "libmp3lame", "-q:a", "6", "-write_xing", "0"),
        needs="libmp3lame",
        slack=0.1,
    ),
    Made("aac without a container", ".aac", ("-c:a", "aac"), slack=0.1),
    Made("wav, telephone", ".wav", ("-c:a", "pcm_alaw", "-ar", "8000")),
    Made("wav, stereo with phases turned", ".wav", ("-af", "pan=stereo|c0=c0|c1=-1*c0", "-c:a", "pcm_s16le")),
    Made("mpeg transport stream", ".ts", ("-c:v", "mpeg2video", "-c:a", "mp2"), picture=True),
    Made("flv", ".flv", ("-c:v", "flv", "-c:a", "libmp3lame", "-ar", "44100"), picture=True, needs="libmp3lame"),
    Made("avi", ".avi", ("-c:v", "mpeg4", "-c:a", "libmp3lame"), picture=True, needs="libmp3lame", slack=0.1),
    Made("mxf", ".mxf", ("-r", "25", "-c:v", "mpeg2video", "-c:a", "pcm_s16le", "-ar", "48000"), picture=True),
    Made("matroska, flac", ".mka", ("-c:a", "flac")),
)


@cache
def encoders() -> str:
    """What the ffmpeg here can write."""
    asked = [str(ffmpeg.binary()), "-hide_banner", "-encoders"]
    return subprocess.run(asked, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL).stdout


def sound(seconds: float = SECONDS, beeps: tuple[float, ...] = BEEPS, hertz: float = 700.0) -> NDArray[np.float32]:
    """Silence with a few tones in it."""
    import numpy as np

    time = np.arange(round(seconds * RATE)) / RATE
    made = np.zeros(len(time), dtype=np.float32)
    for at in beeps:
        inside = (time >= at) & (time < at + LASTS)
        made[inside] = 0.5 * np.sin(2 * np.pi * hertz * time[inside])
    return made


def onsets(samples: NDArray[np.int16]) -> list[float]:
    """When each tone begins, in seconds."""
    import numpy as np

    frame = RATE // 100
    whole = samples[: len(samples) // frame * frame].astype(np.float64).reshape(-1, frame)
    loud = np.sqrt((whole**2).mean(axis=1)) > 1500
    starts = [at for at in range(len(loud)) if loud[at] and not loud[max(at - 15, 0) : at].any()]
    return [at / 100 for at in starts]


def ran(*options: str) -> None:
    subprocess.run([str(ffmpeg.binary()), "-v", "error", "-y", *options], check=True, stdin=subprocess.DEVNULL)


def written(folder: Path, made: Made) -> Path:
    """A file as `made` says; skips the test where this ffmpeg lacks the encoder."""
    import soundfile

    if made.needs and made.needs not in encoders():
        pytest.skip(f"this ffmpeg has no {made.needs}")
    soundfile.write(folder / "sound.wav", sound(), RATE)
    target = folder / f"made{made.suffix}"
    picture = PICTURE if made.picture else ()
    ran(*made.before, "-i", str(folder / "sound.wav"), *picture, *made.options, str(target))
    if made.again:
        trimmed = folder / f"again{made.suffix}"
        ran(*made.again, "-i", str(target), "-c", "copy", str(trimmed))
        return trimmed
    return target
