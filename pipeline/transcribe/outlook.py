"""What a batch will take on this machine: a few seconds of real decoding with the chosen weights, remembered."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from pipeline.store.artifacts import write_atomically
from pipeline.transcribe.decoding import Listener
from pipeline.transcribe.engine import Settings, load
from pipeline.transcribe.hallucination import Draft
from pipeline.transcribe.prefetch import side_by_side
from pipeline.transcribe.windows import RATE
from pipeline.weights import converted, models

WINDOW = 30.0
TOKENS = 120
"""of half a minute of Russian speech"""
STEPS = 12
"""tokens that are decoded to see how long one takes"""
TRACKS = 2
"""a participant each, whose speech adds up to about the length of the interview; each is searched for speech"""


class Pace(msgspec.Struct, frozen=True):
    """Seconds that one window of half a minute takes here, by what is done with it."""

    search: float
    """for speech, on all tracks"""
    encoder: float
    """features, encoder, language"""
    decoder: float
    """TOKENS tokens, as part of a full batch"""
    alignment: float

    @property
    def share(self) -> float:
        """Of real time: 0.5 means that an hour takes half an hour."""
        return (self.search + self.encoder + self.decoder + self.alignment) / WINDOW


def outlook(settings: Settings, seconds: float, notes: Path, version: str) -> str:
    """What `seconds` of audio will take, in words, and why this engine and model. Raises what loading the model does.

    The measurement is kept in the file `notes`, and done again when weights or settings change.
    """
    if settings.engine == "captions":
        return f"{told(seconds)} of audio: a few seconds, because the text is that of Zoom's subtitles."
    key = signature(settings, version)
    known = read(notes)
    if key not in known:
        known[key] = measured(settings)
        write(notes, known)
    share = known[key].share
    takes = f"{told(seconds)} of audio: about {told(seconds * share)} of transcribing on this machine"
    return f"{takes} ({1 / share:.1f} times as fast as it was spoken). {reason(settings)}"


def reason(settings: Settings) -> str:
    """The choice of engine and model in one sentence, with what else there is."""
    import torch

    here = f"The engine is {settings.engine} with the model {converted.known_name(settings.model) or 'of your own'}"
    if settings.device != "cpu" and torch.cuda.is_available():
        return f"{here} on the graphics card, where the largest model is fast enough."
    if settings.engine == "openai-whisper":
        return (
            f"{here}, the reference; without a graphics card `engine: faster-whisper` counts in 8 bits and is faster, "
            "and `model: small` is faster still and less faithful."
        )
    return f"{here}, the fastest without a graphics card; `model: small` is faster still and less faithful."


def told(seconds: float) -> str:
    """A length of time as one says it."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 90 * 60 else f"{seconds / 3600:.1f} hours"


def measured(settings: Settings) -> Pace:
    """Take one made-up window, and a batch of its copies, through the real model, by all its workers at once."""
    import numpy as np

    from pipeline.media import speech

    network: Any = load(settings)
    workers = network.workers
    size = Listener(network, settings).size
    sound = (0.1 * np.random.default_rng(0).standard_normal(int(WINDOW * RATE))).astype(np.float32)
    network.encoded([network.features(sound[: RATE * 2])])
    rows = network.encoded([network.features(sound)])
    encoder = took(lambda: network.encoded([network.features(sound)]), workers)
    encoder += took(lambda: network.guesses(rows), workers) if settings.other_languages else 0.0
    batch = rows * size
    first = took(lambda: network.drill(batch, 1), workers)
    steps = max(took(lambda: network.drill(batch, 1 + STEPS), workers) - first, 1e-6) / STEPS
    text = " ".join(["слово"] * TOKENS)
    draft = Draft(text, WINDOW, 0.0, 0.0, 1.0, True, tuple(network.tokenizer.encode(text)[:TOKENS]), settings.language)
    network.timed(rows[0], WINDOW, draft)
    alignment = took(lambda: network.timed(rows[0], WINDOW, draft), workers)
    search = TRACKS * took(lambda: speech.Listener().chances(sound)) / workers
    return Pace(*(round(value, 4) for value in (search, encoder, (first + steps * TOKENS) / size, alignment)))


def took(work: Callable[[], object], workers: int = 1) -> float:
    """Seconds of each where so many work at once."""
    began = time.perf_counter()
    for _ in side_by_side(lambda _number: work(), iter(range(workers)), workers, threading.Event()):
        pass
    return (time.perf_counter() - began) / workers


def signature(settings: Settings, version: str) -> str:
    """Everything the pace depends on beside the machine; a name of weights says nothing, their size and date do."""
    fast = settings.engine == "faster-whisper"
    path = converted.ct2_path(settings.model) / "model.bin" if fast else models.whisper_path(settings.model)
    told_by = path.stat()
    counts = (settings.beam_size, settings.batch_size, settings.threads, settings.compute_type, settings.device)
    return "|".join(map(str, (version, settings.engine, told_by.st_size, told_by.st_mtime_ns, *counts, os.cpu_count())))


def read(notes: Path) -> dict[str, Pace]:
    try:
        return msgspec.json.decode(notes.read_bytes(), type=dict[str, Pace])
    except (OSError, msgspec.DecodeError):
        return {}


def write(notes: Path, known: dict[str, Pace]) -> None:
    notes.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomically(notes, [msgspec.json.encode(known)])
