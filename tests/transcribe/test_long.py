"""Nothing is lost in an hour: each second of speech lies in one window, and words come back to where they were said."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.media import ffmpeg
from pipeline.media.speech import speech_regions
from pipeline.transcribe.windows import Window, placed, windows
from tests.conftest import DATA, needs_data

LONG = DATA / "zoom-long"
NEAR = 0.05
"""seconds by which the truth's own edges, given to two decimals with a breath around, may stand out of a window"""


def truth() -> list[tuple[float, float]]:
    """Speech of the reference, in order."""
    rows = [line.split() for line in (LONG / "truth.rttm").read_text(encoding="utf-8").splitlines()]
    return sorted((float(row[3]), float(row[3]) + float(row[4])) for row in rows)


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Window], float]:
    """The recording decoded, and its windows."""
    import soundfile

    folder = tmp_path_factory.mktemp("long")
    samples = ffmpeg.decode(LONG / "audio_only.m4a", folder / "raw", folder / "log")
    with soundfile.SoundFile(folder / "mix.flac", "w", ffmpeg.RATE, 1, "PCM_16") as file:
        raw = ffmpeg.Raw(folder / "raw")
        for start in range(0, samples, 1 << 20):
            file.write(raw[start : start + (1 << 20)])
    seconds = round(samples / ffmpeg.RATE, 3)
    flac = folder / "mix.flac"
    return flac, list(windows(speech_regions(flac), seconds, 30.0, partial(ffmpeg.read, flac))), seconds


@needs_data
@pytest.mark.campaign
def test_every_second_of_speech_lies_in_exactly_one_window(hour: tuple[Path, list[Window], float]) -> None:
    _, made, _ = hour
    pieces = [(piece.start, piece.end, number) for number, one in enumerate(made) for piece in one.pieces]
    assert all(before[1] <= after[0] for before, after in pairwise(sorted(pieces)))
    assert all(one.seconds <= 30.0 + 1e-6 for one in made)
    lost = []
    for start, end in truth():
        covered = sum(max(0.0, min(end, ends) - max(start, begins)) for begins, ends, _ in pieces)
        if end - start - covered > NEAR:
            lost.append((start, end))
    print(f"{len(made)} windows, {sum(one.seconds for one in made):.0f} s, lost: {lost}")
    assert not lost


@needs_data
@pytest.mark.campaign
def test_words_come_back_within_20_ms(hour: tuple[Path, list[Window], float]) -> None:
    """A made-up aligner that is exact: a word every 0.3 s of speech, told in the window's time."""
    _, made, _ = hour
    apart = []
    for window in made:
        passed = 0.0
        said: list[tuple[float, float]] = []
        inside: list[tuple[float, float]] = []
        for piece in window.pieces:
            for start, end in piece.speech:
                count = max(1, int((end - start) / 0.3))
                for n in range(count):
                    first, last = start + n * (end - start) / count, start + (n + 1) * (end - start) / count
                    said.append((first, last))
                    inside.append((passed + first - piece.start, passed + last - piece.start))
            passed += piece.seconds
        for (start, end), (found, finished) in zip(said, placed(tuple(inside), window), strict=True):
            apart += [abs(start - found), abs(end - finished)]
    print(f"{len(apart) // 2} words, worst {1000 * max(apart):.1f} ms")
    assert max(apart) <= 0.02
