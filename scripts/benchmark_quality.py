"""Quality for `scripts/benchmark transcribe`: what each side makes of the Zoom recordings with real weights.

All sides get the same weights, one reading (no beams) and one recording at a time, in a process of their own, and time
their words. Ours hear the participants' tracks, as a study's do; the others the mix, which is all they can hear. Scores
are those of `interviews evaluate transcripts`, and: how far a rightly heard word begins from where it was said; words
in the middle of which nobody speaks; turns of three words or more of which no word is left.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from peak import peak_mb

NEAR = 0.3
"""seconds around a turn that still belong to it: its times are measured by loudness"""
SHORT = 3
"""words that a turn has at least if it must not be lost"""


class Heard(NamedTuple):
    start: float
    end: float
    text: str
    track: str = "mix"


class Talk(NamedTuple):
    """A recording: its sound, and what is said on each track."""

    truth: Path
    mix: Path
    tracks: dict[str, Path]
    """by speaker"""


def ours(engine: str) -> Callable[[Path, Talk, argparse.Namespace], list[Heard]]:
    """The whole stage with its defaults, on participants' tracks."""

    def heard(weights: Path, talk: Talk, options: argparse.Namespace) -> list[Heard]:
        import soundfile

        from pipeline.model import Failure, Job, Recording, Track
        from pipeline.transcribe import stage

        settings = stage.Settings(engine=engine, model=str(weights), threads=options.threads, device="cpu")  # type: ignore[arg-type]
        lasts = soundfile.info(talk.mix).duration
        tracks = [Track(path.stem, "participant", "", lasts, name, (0.0,)) for name, path in talk.tracks.items()]
        recording = Recording("P", (), (Track("mix", "mixed", "", lasts), *tracks), (), lasts)
        item = stage.Item(Job("P", talk.mix.parent.parent), recording)
        ((_, made),) = stage.run([item], settings)
        if isinstance(made, Failure):
            raise SystemExit(made.what)
        names = {path.stem: name for name, path in talk.tracks.items()}
        return [Heard(word.start, word.end, word.text, names[word.track]) for word in made.words]

    return heard


def openai(weights: Path, talk: Talk, options: argparse.Namespace) -> list[Heard]:
    """whisper.transcribe on the mix, as the speed is measured, with word times."""
    import torch
    import whisper
    from benchmark_transcribe import BOUND

    from pipeline.media import ffmpeg

    torch.set_num_threads(options.threads)
    model = whisper.load_model(str(weights), device="cpu")
    model.set_alignment_heads(whisper._ALIGNMENT_HEADS["base"])
    made = whisper.transcribe(model, ffmpeg.read(talk.mix), word_timestamps=True, **BOUND)
    words = [word for segment in made["segments"] for word in segment["words"]]
    return [Heard(word["start"], word["end"], word["word"]) for word in words]


def batched(weights: Path, talk: Talk, options: argparse.Namespace) -> list[Heard]:
    """faster-whisper's batched pipeline on the mix."""
    from benchmark_transcribe import FAST_BOUND
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    from pipeline.media import ffmpeg
    from pipeline.weights.converted import ct2_path

    folder = str(ct2_path(str(weights)))
    model = WhisperModel(folder, device="cpu", compute_type=options.compute, cpu_threads=options.threads)
    found, _ = BatchedInferencePipeline(model).transcribe(
        ffmpeg.read(talk.mix), batch_size=8, word_timestamps=True, **FAST_BOUND
    )
    return [Heard(word.start, word.end, word.word) for segment in found for word in segment.words or ()]


SIDES = {
    "quality: whisper.transcribe": openai,
    "quality: ours": ours("openai-whisper"),
    "quality: faster-whisper, batched": batched,
    "quality: ours, faster-whisper": ours("faster-whisper"),
}


def talk(zoom: Path, folder: Path) -> Talk:
    """One of the recordings with its truth, decoded."""
    from pipeline.media import ffmpeg

    truth = zoom / "truth.json"
    (source,) = [path for path in zoom.iterdir() if path.is_dir()]
    wanted = {"mix": source / "audio_only.m4a"}
    wanted |= {speaker: source / name for speaker, name in json.loads(truth.read_text("utf-8"))["tracks"].items()}
    made = {}
    (folder / "audio").mkdir(exist_ok=True)
    for name, path in wanted.items():
        raw = folder / "raw"
        ffmpeg.decode(path, raw, folder / "ffmpeg.log")
        made[name] = folder / "audio" / f"{name}.flac"
        save(made[name], ffmpeg.Raw(raw)[:])
    return Talk(truth, made.pop("mix"), made)


def save(path: Path, samples: Any) -> None:
    import soundfile

    soundfile.write(path, samples, 16_000, subtype="PCM_16")


def scored(truth: Path, words: Sequence[Heard]) -> dict[str, float]:
    """What a transcript is worth."""
    import numpy as np

    from pipeline.measure.transcripts import transcripts
    from pipeline.model import Transcript, Word

    turns = json.loads(truth.read_text("utf-8"))["turns"]
    ordered = sorted(words, key=lambda word: (word.start, word.end))
    made = tuple(Word(word.start, word.end, word.text.strip(), 1.0, "ru", word.track) for word in ordered)
    scores = transcripts(truth, Transcript(made, (), "", ""))
    late: list[float] = []
    lost = stray = 0
    for name in {word.track for word in words}:
        said = [turn for turn in turns if name in ("mix", turn["speaker"])]
        heard = [word for word in ordered if word.track == name]
        late += [abs(start - begun) for start, begun in starts(said, heard)]
        long = [turn for turn in said if len(turn["words"]) >= SHORT]
        lost += sum(all(w.end <= turn["start"] or w.start >= turn["end"] for w in heard) for turn in long)
        stray += sum(
            not any(turn["start"] - NEAR < (w.start + w.end) / 2 < turn["end"] + NEAR for turn in said) for w in heard
        )
    median, most = 1000 * np.quantile(late, [0.5, 0.95])
    times = {"start_median_ms": float(median), "start_95_ms": float(most)}
    return {"wer": scores.wer, "cer": scores.cer, **times, "turns_lost": lost, "words_in_silence": stray}


def starts(said: Sequence[dict[str, Any]], heard: Sequence[Heard]) -> Iterator[tuple[float, float]]:
    """Where each rightly heard word begins, and where it was said."""
    import jiwer

    from pipeline.measure.transcripts import normalised

    turns = sorted(said, key=lambda turn: turn["start"])
    true = [(t, w["start"]) for turn in turns for w in turn["words"] for t in normalised(w["word"]).split()]
    found = [(text, word.start) for word in heard for text in normalised(word.text).split()]
    (chunks,) = jiwer.process_words(*(" ".join(text for text, _ in side) for side in (true, found))).alignments
    for chunk in chunks:
        if chunk.type == "equal":
            for step in range(chunk.ref_end_idx - chunk.ref_start_idx):
                yield found[chunk.hyp_start_idx + step][1], true[chunk.ref_start_idx + step][1]


def one_side(options: argparse.Namespace) -> dict[str, float]:
    """One side on one recording, in this process."""
    folder = Path(options.folder)
    recorded = talk(options.audio, folder)
    began = time.perf_counter()
    words = SIDES[options.side](folder / "weights.pt", recorded, options)
    took = time.perf_counter() - began
    return scored(recorded.truth, words) | {"seconds_with_loading": took, "peak_mb": peak_mb()}
