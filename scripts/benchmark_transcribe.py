"""`scripts/benchmark transcribe`: our engines and their baselines, each in a process of its own.

All get the same audio and weights, one reading (no beams), the same number of threads and the same numbers to count in.
Cases are weights (random ones of a published architecture; real ones, where a model is here) x the participants' tracks
or the mix x lengths. Rounds are taken in turn, a ratio is that of two neighbours in a round, and the median of the
rounds counts, so that other work on the machine weighs on both sides alike. Loading the model is not counted. Random
weights only babble, which our rules would throw out or read again in halves: on no side is anything decoded twice. Our
engines also give every word its time, which the baselines do not: ratios are told without and with that. The parts of
our time are added up over all workers, which work side by side.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import benchmark_quality
from benchmark_work import ARCHITECTURES, decoder_work, encoder_work, matrix_rate
from peak import peak_mb

TOKENS = 100
"""of a window, about: half a minute of Russian"""
LIMIT = 300
BOUND = {
    "verbose": None,
    "temperature": 0.0,
    "compression_ratio_threshold": None,
    "logprob_threshold": None,
    "no_speech_threshold": None,
    "condition_on_previous_text": False,
    "without_timestamps": True,
    "language": "ru",
    "fp16": False,
    "sample_len": LIMIT,
}
"""whisper.transcribe: no second tries, no conditioning, no time stamps, tokens bounded"""
FAST_BOUND = {
    "language": "ru",
    "beam_size": 1,
    "temperature": 0.0,
    "without_timestamps": True,
    "max_new_tokens": LIMIT,
}
"""the same of faster-whisper"""
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
    """whisper.transcribe."""
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
            whisper.transcribe(model, sound, **BOUND)

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


def ours(engine: str, word_times: bool = False) -> Side:
    """Our engine with everything it does: search for speech, packing, checks; with or without word times."""

    def side(weights: Path, tracks: list[Path], options: argparse.Namespace) -> Counts:
        from functools import partial

        from pipeline.media import ffmpeg, speech
        from pipeline.transcribe import decoding
        from pipeline.transcribe.stage import Settings, load
        from pipeline.transcribe.windows import windows

        settings = Settings(
            engine=engine,  # type: ignore[arg-type]
            model=str(weights),
            other_languages=(),
            temperatures=(),
            threads=options.threads,
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
        speech.Listener.chances = timed(counts, "search_s", speech.Listener.chances)

        def work(given: list[Path]) -> None:
            reads = [(path, partial(ffmpeg.read, path)) for path in given]
            packed = (
                window.samples(read)
                for path, read in reads
                for window in windows(speech.regions_as_heard(path), len(ffmpeg.read(path)) / RATE, 30.0, read)
            )
            for heard in network.hear(packed):
                if isinstance(heard, Exception):
                    raise heard

        return measured(counts, work, tracks, tracks[0].with_name("warm.flac"))

    return side


def batched(weights: Path, tracks: list[Path], options: argparse.Namespace) -> Counts:
    """faster-whisper's batched pipeline."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    from pipeline.weights.converted import ct2_path

    folder = str(ct2_path(str(weights)))
    model = WhisperModel(
        folder, device="cpu", compute_type=options.compute, cpu_threads=options.threads, local_files_only=True
    )
    counts, whole = Counter[str](), model.model

    class Counted:
        def __getattr__(self, name: str) -> Any:
            return getattr(whole, name)

        def generate(self, encoded: Any, prompts: Any, **named: Any) -> Any:
            results = whole.generate(encoded, prompts, **named)
            counts["windows"] += len(results)
            counts["tokens"] += sum(len(one.sequences_ids[0]) for one in results)
            return results

    model.model = Counted()

    def work(given: list[Any]) -> None:
        for sound in given:
            list(BatchedInferencePipeline(model).transcribe(sound, batch_size=8, **FAST_BOUND)[0])

    return measured(counts, work, sounds(tracks))


SIDES: dict[str, Side] = {
    "whisper.transcribe": openai,
    "ours": ours("openai-whisper"),
    "ours, with word times": ours("openai-whisper", word_times=True),
    "faster-whisper, batched": batched,
    "ours, faster-whisper": ours("faster-whisper"),
    "ours, faster-whisper, with word times": ours("faster-whisper", word_times=True),
}
BASES = {
    "openai_whisper": ("whisper.transcribe", "ours"),
    "openai_whisper_with_word_times": ("whisper.transcribe", "ours, with word times"),
    "faster_whisper": ("faster-whisper, batched", "ours, faster-whisper"),
    "faster_whisper_with_word_times": ("faster-whisper, batched", "ours, faster-whisper, with word times"),
}
"""ratios: which side by which"""


class Case(NamedTuple):
    weights: str
    """random, or real"""
    sound: str
    """tracks, or mix"""
    seconds: int

    @property
    def name(self) -> str:
        return f"{self.weights} {self.sound} {self.seconds} s"


def cut(case: Case, audio: Path, folder: Path) -> None:
    """The case's sound as FLAC files, repeated where it is too short; and a few seconds of it to warm up."""
    import numpy as np
    import soundfile

    from pipeline.media import ffmpeg

    sources = sorted(audio.rglob("Audio Record/*.m4a" if case.sound == "tracks" else "audio_only.m4a"))
    if not sources:
        raise SystemExit(f"There is no recording of Zoom's in {audio}; name its folder with --audio.")
    for number, source in enumerate(sources, start=1):
        raw, log = folder / "raw", folder / "ffmpeg.log"
        ffmpeg.decode(source, raw, log)
        samples = np.resize(ffmpeg.Raw(raw)[:], case.seconds * RATE)
        soundfile.write(folder / f"track-{number}.flac", samples, RATE, subtype="PCM_16")
        if number == 1:
            loud = max(
                range(0, len(samples) - 6 * RATE, RATE), key=lambda at: float(abs(samples[at : at + RATE]).mean())
            )
            soundfile.write(folder / "warm.flac", samples[loud : loud + 6 * RATE], RATE, subtype="PCM_16")


def one_side(options: argparse.Namespace) -> dict[str, float]:
    """Run one side in this process."""
    if options.side in benchmark_quality.SIDES:
        return benchmark_quality.one_side(options)
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
    command += ["--audio", str(options.audio)]
    made = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    if made.returncode:
        raise SystemExit(f"The side '{side}' ended with {made.returncode}: {made.stderr.splitlines()[-1:]}")
    return dict(json.loads(made.stdout.splitlines()[-1]))


def compared(base: dict[str, float], mine: dict[str, float]) -> float:
    """How many times faster the text is made; NaN (void) where tokens a window differ between the sides."""
    density = [one["tokens"] / max(one["windows"], 1) for one in (base, mine)]
    if abs(density[0] - density[1]) > DIFFERENT * max(density):
        return math.nan
    return base["seconds"] / mine["seconds"]


def put_weights(kind: str, folder: Path, options: argparse.Namespace) -> None:
    """weights.pt and weights.ct2 in the folder: made at random, or those of the model named in the options."""
    from pipeline.weights import models
    from pipeline.weights.convert import convert
    from tests.helpers.checkpoints import save_whisper

    path = folder / "weights.pt"
    if kind == "real":
        path.symlink_to(models.whisper_path(str(options.whisper)).resolve())
    else:
        shape = ARCHITECTURES[options.architecture]
        text = {key.replace("audio", "text"): value for key, value in shape.items()}
        save_whisper(path, tokens=TOKENS, **shape, **text)
    os.environ["INTERVIEWS_MODELS"] = str(folder)
    convert(str(path), lambda _name, _share: None)


def transcribe(options: argparse.Namespace) -> dict[str, float]:
    """All cases, then, where there are real weights, the quality of all sides."""
    if options.side:
        return one_side(options)
    chosen = [side for side in SIDES if options.engine in ("both", "fast" if "faster" in side else "openai")]
    made: dict[str, float] = {}
    ratios: dict[str, list[float]] = {}
    models_here = os.environ.get("INTERVIEWS_MODELS")
    for kind in ("random", "real") if options.whisper else ("random",):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            if models_here is not None:
                os.environ["INTERVIEWS_MODELS"] = models_here
            put_weights(kind, folder, options)
            for case in (Case(kind, sound, int(s)) for s in options.seconds.split(",") for sound in ("tracks", "mix")):
                for old in folder.glob("track-*.flac"):
                    old.unlink()
                cut(case, options.audio, folder)
                rounds = [{side: apart(side, folder, options) for side in chosen} for _ in range(options.rounds)]
                for key, values in measures(rounds, options).items():
                    made[f"{case.name}: {key}"] = values
                    if key.startswith("ratio_") and not key.endswith(("_least", "_most")):
                        ratios.setdefault(key, []).append(values)
            if kind == "real":
                made |= quality(folder, chosen, options)
    worst = {f"{key}_worst": min(values) for key, values in ratios.items()}
    return {key: statistics.median(values) for key, values in ratios.items()} | worst | made


def measures(rounds: list[dict[str, dict[str, float]]], options: argparse.Namespace) -> dict[str, float]:
    """One case: ratios, each as the median of its rounds with the least and the most; then the fastest of each side.

    `processor_…` compares seconds of processors, which other work on the machine changes least.
    """
    made: dict[str, float] = {}
    for key, (base, mine) in BASES.items():
        if base in rounds[0]:
            found = [compared(one[base], one[mine]) for one in rounds]
            made[f"ratio_{key}"] = statistics.median(found)
            made |= {f"ratio_{key}_least": min(found), f"ratio_{key}_most": max(found)}
            made[f"processor_{key}"] = statistics.median(
                one[base]["processor_s"] / one[mine]["processor_s"] for one in rounds
            )
    for side in rounds[0]:
        best = min((one[side] for one in rounds), key=lambda one: one["seconds"])
        made |= {f"{side}: {key}": value for key, value in best.items()}
        made[f"{side}: peak_mb"] = max(one[side]["peak_mb"] for one in rounds)
        made[f"{side}: tokens_a_window"] = best["tokens"] / max(best["windows"], 1)
        if side == "ours":
            made["encoder_gflops"] = encoder_work(options.architecture) * best["windows"] / best["encoded_s"]
            made["decoder_gflops"] = decoder_work(options.architecture) * best["tokens"] / best["decoder_s"]
            made["matrix_gflops"] = matrix_rate(options.threads)
    return made


def quality(folder: Path, chosen: Sequence[str], options: argparse.Namespace) -> dict[str, float]:
    """Each side on each of the Zoom recordings, and the mean over them."""
    made: dict[str, float] = {}
    sides = [side for side in benchmark_quality.SIDES if side.removeprefix("quality: ") in chosen]
    zooms = sorted(path.parent for path in options.zoom.glob("*/truth.json"))
    for side in sides if zooms else ():
        found = [apart(side, folder, argparse.Namespace(**vars(options) | {"audio": zoom})) for zoom in zooms]
        for zoom, one in zip(zooms, found, strict=True):
            made |= {f"{side}: {zoom.name}: {key}": value for key, value in one.items()}
        made |= {f"{side}: mean {key}": statistics.mean(one[key] for one in found) for key in found[0]}
    return made
