"""Made-up sounds in which nobody speaks: what recognisers invent text from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE = 16_000


def silence(seconds: float) -> NDArray[np.float32]:
    import numpy as np

    return np.zeros(int(seconds * RATE), dtype=np.float32)


def hiss(seconds: float, loudness: float = 3e-4) -> NDArray[np.float32]:
    """White noise."""
    import numpy as np

    noise = np.random.default_rng(0).standard_normal(int(seconds * RATE))
    return (loudness * noise).astype(np.float32)


def traffic(seconds: float) -> NDArray[np.float32]:
    """Loud noise with more of the low than of the high."""
    import numpy as np
    from scipy.signal import lfilter

    noise = lfilter([1], [1, -0.97], np.random.default_rng(1).standard_normal(int(seconds * RATE)))
    made: NDArray[np.float32] = (0.3 * noise / np.abs(noise).max()).astype(np.float32)
    return made


def music(seconds: float) -> NDArray[np.float32]:
    """A melody of plucked strings over held chords."""
    import numpy as np

    time = np.arange(int(seconds * RATE)) / RATE
    made = np.zeros_like(time)
    for beat, tone in enumerate([440, 494, 523, 587, 659, 587, 523, 494] * (1 + int(seconds) // 4)):
        since = time - beat / 2
        ring = np.exp(-3 * since) * (since >= 0)
        made += sum(ring * np.sin(2 * np.pi * tone * part * since) / part for part in (1, 2, 3, 4))
    for chord in (220.0, 277.2, 329.6):
        made += 0.5 * np.sin(2 * np.pi * chord * time)
    made = 0.3 * made / np.abs(made).max()
    sound: NDArray[np.float32] = made.astype(np.float32)
    return sound


def clicks(seconds: float) -> NDArray[np.float32]:
    """Somebody types."""
    import numpy as np

    made = hiss(seconds)
    for at in np.random.default_rng(2).integers(0, len(made) - 400, size=int(6 * seconds)):
        made[at : at + 200] += (0.2 * np.exp(-np.arange(200) / 30) * np.sin(np.arange(200))).astype(np.float32)
    return made
