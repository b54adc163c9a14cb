"""Made-up voices for tests that need sound which a speech detector takes for speech."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 16_000
FORMANTS = ((730, 1090, 2440), (270, 2290, 3010), (570, 840, 2410), (530, 1840, 2480), (300, 870, 2240))
"""Hz of five vowels"""


def babble(seconds: float, seed: int = 1, pitch: float = 120.0) -> NDArray[np.float32]:
    """Four syllables a second: a buzzing larynx, a mouth that changes its vowel, consonants of noise."""
    import numpy as np
    from scipy.signal import lfilter

    chance = np.random.default_rng(seed)
    syllable = RATE // 4
    count = int(seconds * 4) + 1
    time = np.arange(syllable) / RATE
    made = []
    for number in range(count):
        tone = pitch * (1 + 0.15 * np.sin(number) + 0.05 * np.sin(2 * np.pi * 3 * time))
        buzz = np.diff(np.floor(np.cumsum(tone) / RATE), prepend=0.0) + 0.002 * chance.standard_normal(syllable)
        sound = buzz
        for hertz in FORMANTS[chance.integers(len(FORMANTS))]:
            radius = np.exp(-np.pi * 90 / RATE)
            sound = lfilter([1 - radius], [1, -2 * radius * np.cos(2 * np.pi * hertz / RATE), radius**2], sound)
        swell = np.sin(np.pi * time / time[-1]) ** 0.7
        hiss = np.where(time < 0.05, 1.0, 0.0) * np.diff(chance.standard_normal(syllable + 1))
        made.append(swell * sound / np.abs(sound).max() + 0.05 * hiss)
    voice: NDArray[np.float32] = (0.3 * np.concatenate(made)[: int(seconds * RATE)]).astype(np.float32)
    return voice


def save_track(path: Path, seconds: float, *spoken: tuple[float, float], seed: int = 1) -> Path:
    """Write a decoded track: babble in the given intervals (seconds), a very faint hiss elsewhere."""
    import numpy as np
    import soundfile

    sound = 1e-4 * np.random.default_rng(seed).standard_normal(int(seconds * RATE)).astype(np.float32)
    for start, end in spoken:
        sound[int(start * RATE) : int(end * RATE)] += babble(end - start, seed)[: int(end * RATE) - int(start * RATE)]
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, sound, RATE, subtype="PCM_16")
    return path
