"""The sides of `scripts/benchmark transcribe`: our engines and their baselines, each in a process of its own.

All get the same audio, random weights of a published architecture, one reading (no beams), the same number of threads
and the same numbers to count in. Seconds are those that a person waits, of the least disturbed of some rounds; loading
the model is not counted. Random weights only babble, which our rules would throw out or read again in halves: on no
side is anything decoded twice. Our engines also give every word its time, which the baselines do not: ratios are told
without and with that. The parts of our time are added up over all workers, which work side by side.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peak import peak_mb

ARCHITECTURES = {
    "tiny": {"n_audio_state": 384, "n_audio_head": 6, "n_audio_layer": 4},
    "base": {"n_audio_state": 512, "n_audio_head": 8, "n_audio_layer": 6},
    "small": {"n_audio_state": 768, "n_audio_head": 12, "n_audio_layer": 12},
}
TOKENS = 100
"""of a window, about: half a minute of Russian"""
LIMIT = 300
DIFFERENT = 0.1
"""share by which tokens a window may differ before a ratio means nothing"""
RATE = 16_000

Counts = Counter[str]
Side = Callable[[Path, list[Path], argparse.Namespace], Counts]


@contextmanager
def clocked(counts: Counts, name: str) -> Iterator[None]:
    """Adds the seconds that something takes under a name."""
    began = time.perf_counter()
    try:
        yield
    finally:
        counts[name] += time.perf_counter() - began  # type: ignore[assignment]


def timed(counts: Counts, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, its seconds added up under a name."""

    def doing(*given: Any, **named: Any) -> Any:
        with clocked(counts, name):
            return work(*given, **named)

    return doing


def sounds(tracks: Sequence[Path]) -> list[Any]:
    from pipeline.media import ffmpeg

    return [ffmpeg.read(track) for track in tracks]


def openai(weights: Path, tracks: list[Path], options: argparse.Namespace) -> Counts:
    """whisper.transcribe: no second tries, no conditioning, no time stamps, tokens bounded."""
    import torch
    import whisper

    torch.set_num_threads(options.threads)
    model, counts = whisper.load_model(str(weights), device="cpu"), Counter[str]()
    stock = model.decode

    def decode(*given: Any, **named: Any) -> Any:
        result = stock(*given, **named)
        counts["windows"] += 1
        counts["tokens"] += len(result.tokens)
        return result

    model.decode = decode

    def work(given: list[Any]) -> None:
        for sound in given:
            whisper.transcribe(
                model,
                sound,
                verbose=None,
                temperature=0.0,
                compression_ratio_threshold=None,
                logprob_threshold=None,
                no_speech_threshold=None,
                condition_on_previous_text=False,
                without_timestamps=True,
                language="ru",
                fp16=False,
                sample_len=LIMIT,
            )

    return measured(counts, work, sounds(tracks))


def measured(counts: Counts, work: Callable[[list[Any]], None], given: list[Any], warm: Any = None) -> Counts:
    """Seconds of the work, after a short one that loads and compiles what is loaded and compiled once."""
    work([given[0][: 6 * RATE] if warm is None else warm])
    counts.clear()
    spent = time.process_time()
    with clocked(counts, "seconds"):
        work(given)
    counts["processor_s"] = time.process_time() - spent  # type: ignore[assignment]
    return counts


def ours(engine: str, batch: int, word_times: bool = False) -> Side:
    """Our engine with everything it does: search for speech, packing, checks; with or without word times."""

    def side(weights: Path, tracks: list[Path], options: argparse.Namespace) -> Counts:
        from functools import partial

        from pipeline.media import ffmpeg
        from pipeline.media.speech import speech_regions
        from pipeline.transcribe import decoding
        from pipeline.transcribe.stage import Settings, load
        from pipeline.transcribe.windows import windows

        settings = Settings(
            engine=engine,  # type: ignore[arg-type]
            model=str(weights),
            other_languages=(),
            temperatures=(),
            threads=options.threads,
            batch_size=batch,
            device="cpu",
            compute_type=options.compute if engine == "faster-whisper" else "auto",  # type: ignore[arg-type]
        )
        decoding.broken = lambda _draft: None
        network: Any = load(settings)
        counts = Counter[str]()
        if not word_times:
            network.timed = lambda *_: ()
        stock = network.readings

        def readings(encoded: Any, *given: Any) -> Any:
            made = stock(encoded, *given)
            counts["windows"] += len(made)
            counts["tokens"] += sum(len(one.tokens) for one in made)
            return made

        for name in ("features", "encoded", "timed"):
            setattr(network, name, timed(counts, f"{name}_s", getattr(network, name)))
        network.readings = timed(counts, "decoder_s", readings)
        search = timed(counts, "search_s", speech_regions)

        def work(given: list[Path]) -> None:
            reads = [(path, partial(ffmpeg.read, path)) for path in given]
            packed = (
                window.samples(read)
                for path, read in reads
                for window in windows(search(path), len(ffmpeg.read(path)) / RATE, 30.0, read)
            )
            for heard in network.hear(packed):
                if isinstance(heard, Exception):
                    raise heard

        return measured(counts, work, tracks, tracks[0].with_name("warm.flac"))

    return side


def faster(batched: bool) -> Side:
    """faster-whisper itself, one window after the other or through its batched pipeline."""

    def side(weights: Path, tracks: list[Path], options: argparse.Namespace) -> Counts:
        from faster_whisper import BatchedInferencePipeline, WhisperModel

        from pipeline.weights.converted import ct2_path

        folder = str(ct2_path(str(weights)))
        model = WhisperModel(
            folder, device="cpu", compute_type=options.compute, cpu_threads=options.threads, local_files_only=True
        )
        counts, stock = Counter[str](), model.model.generate

        class Counted:
            def __getattr__(self, name: str) -> Any:
                return getattr(whole, name)

            def generate(self, encoded: Any, prompts: Any, **named: Any) -> Any:
                results = stock(encoded, prompts, **named)
                counts["windows"] += len(results)
                counts["tokens"] += sum(len(one.sequences_ids[0]) for one in results)
                return results

        whole = model.model
        model.model = Counted()
        bound = {"language": "ru", "beam_size": 1, "temperature": 0.0, "without_timestamps": True}
        bound |= {"max_new_tokens": LIMIT}
        lax = {"compression_ratio_threshold": None, "log_prob_threshold": None, "no_speech_threshold": None}

        def work(given: list[Any]) -> None:
            for sound in given:
                if batched:
                    segments, _ = BatchedInferencePipeline(model).transcribe(sound, batch_size=8, **bound)
                else:
                    segments, _ = model.transcribe(sound, condition_on_previous_text=False, **bound, **lax)
                list(segments)

        return measured(counts, work, sounds(tracks))

    return side


SIDES: dict[str, Side] = {
    "whisper.transcribe": openai,
    "ours, one window at a time": ours("openai-whisper", 1),
    "ours": ours("openai-whisper", 0),
    "ours, with word times": ours("openai-whisper", 0, True),
    "faster-whisper": faster(False),
    "faster-whisper, batched": faster(True),
    "ours, faster-whisper": ours("faster-whisper", 0),
    "ours, faster-whisper, with word times": ours("faster-whisper", 0, True),
}


def decoded(options: argparse.Namespace, folder: Path) -> list[Path]:
    """The interview's participant tracks, cut to the seconds asked for, as FLAC; and a few seconds to warm up."""
    import soundfile

    from pipeline.media import ffmpeg

    sources = sorted(options.audio.rglob("Audio Record/*.m4a"))
    if not sources:
        raise SystemExit(f"There are no participant tracks in {options.audio}; name a Zoom folder with --audio.")
    tracks = []
    for number, source in enumerate(sources, start=1):
        raw, log = folder / "raw", folder / "ffmpeg.log"
        ffmpeg.decode(source, raw, log)
        samples = ffmpeg.Raw(raw)[: int(options.seconds * RATE)]
        tracks.append(folder / f"track-{number}.flac")
        soundfile.write(tracks[-1], samples, RATE, subtype="PCM_16")
        if number == 1:
            loud = max(
                range(0, len(samples) - 6 * RATE, RATE), key=lambda at: float(abs(samples[at : at + RATE]).mean())
            )
            soundfile.write(folder / "warm.flac", samples[loud : loud + 6 * RATE], RATE, subtype="PCM_16")
    return tracks


def matrix_rate(threads: int) -> float:
    """Billions of multiplications and additions a second that torch reaches on large matrices here."""
    import torch

    torch.set_num_threads(threads)
    one = torch.randn(1500, 1536)
    other = torch.randn(1536, 1536)
    one @ other
    began = time.perf_counter()
    for _ in range(8):
        one @ other
    return 8 * 2 * 1500 * 1536 * 1536 / (time.perf_counter() - began) / 1e9


def encoder_work(architecture: str) -> float:
    """Billions of multiplications and additions that the encoder needs for one window."""
    shape = ARCHITECTURES[architecture]
    width, layers = shape["n_audio_state"], shape["n_audio_layer"]
    layer = 2 * 1500 * 12 * width**2 + 2 * 2 * 1500**2 * width
    return (layers * layer + 2 * 3000 * 3 * 80 * width + 2 * 1500 * 3 * width**2) / 1e9


def one_side(options: argparse.Namespace) -> dict[str, float]:
    """Run one side in this process."""
    folder = Path(options.folder)
    tracks = sorted(folder.glob("track-*.flac"))
    counts = SIDES[options.side](folder / "weights.pt", tracks, options)
    return {**{key: float(value) for key, value in counts.items()}, "peak_mb": peak_mb()}


def apart(side: str, folder: Path, options: argparse.Namespace) -> dict[str, float]:
    """One side in a process of its own."""
    threads = str(options.threads)
    env = os.environ | {"INTERVIEWS_MODELS": str(folder), "OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads}
    command = [sys.executable, str(Path(__file__).with_name("benchmark")), "transcribe", "--side", side]
    command += ["--folder", str(folder), "--threads", threads, "--compute", options.compute]
    made = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    if made.returncode:
        raise SystemExit(f"The side '{side}' ended with {made.returncode}: {made.stderr.splitlines()[-1:]}")
    return dict(json.loads(made.stdout.splitlines()[-1]))


def least_disturbed(rounds: Sequence[dict[str, float]]) -> dict[str, float]:
    """The fastest of several fresh processes, with the highest of their peaks."""
    return {**min(rounds, key=lambda one: one["seconds"]), "peak_mb": max(one["peak_mb"] for one in rounds)}


def compared(base: dict[str, float], mine: dict[str, float]) -> float:
    """How many times faster the text is made; NaN (void) where tokens a window differ between the sides."""
    density = [one["tokens"] / max(one["windows"], 1) for one in (base, mine)]
    if abs(density[0] - density[1]) > DIFFERENT * max(density):
        return math.nan
    return base["seconds"] / mine["seconds"]


def transcribe(options: argparse.Namespace) -> dict[str, float]:
    """All sides in turn, and their ratios."""
    if options.side:
        return one_side(options)
    from tests.helpers.checkpoints import save_whisper

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["INTERVIEWS_MODELS"] = name
        tracks = decoded(options, folder)
        shape = ARCHITECTURES[options.architecture]
        text = {key.replace("audio", "text"): value for key, value in shape.items()}
        save_whisper(folder / "weights.pt", tokens=TOKENS, **shape, **text)
        from pipeline.weights.convert import convert

        convert(str(folder / "weights.pt"), lambda _name, _share: None)
        chosen = [side for side in SIDES if options.engine in ("both", "fast" if "faster" in side else "openai")]
        rounds = [{side: apart(side, folder, options) for side in chosen} for _ in range(options.rounds)]
        found = {side: least_disturbed([one[side] for one in rounds]) for side in chosen}
        lasts = sum(len(sound) for sound in sounds(tracks)) / RATE
    return report(found, lasts, options)


def report(found: dict[str, dict[str, float]], lasts: float, options: argparse.Namespace) -> dict[str, float]:
    """Ratios first, then each side, then where our time goes."""
    made: dict[str, float] = {}
    if "ours" in found:
        stock, single, mine = (found[side] for side in ("whisper.transcribe", "ours, one window at a time", "ours"))
        made["ratio_openai_whisper"] = compared(stock, mine)
        made["ratio_openai_whisper_with_word_times"] = compared(stock, found["ours, with word times"])
        made["gain_packing"] = compared(stock, single)
        made["gain_batching"] = compared(single, mine)
        rate = encoder_work(options.architecture) * mine["windows"] / mine["encoded_s"]
        made["encoder_gflops"], made["matrix_gflops"] = rate, matrix_rate(options.threads)
    if "ours, faster-whisper" in found:
        batched, mine = found["faster-whisper, batched"], found["ours, faster-whisper"]
        made["ratio_faster_whisper"] = compared(batched, mine)
        made["ratio_faster_whisper_with_word_times"] = compared(batched, found["ours, faster-whisper, with word times"])
        made["ratio_faster_whisper_sequential"] = compared(found["faster-whisper"], mine)
    made["audio_s"] = lasts
    for side, values in found.items():
        made |= {f"{side}: {key}": value for key, value in values.items()}
        made[f"{side}: tokens_a_window"] = values["tokens"] / max(values["windows"], 1)
        made[f"{side}: real_time_factor"] = values["seconds"] / lasts
    return made
