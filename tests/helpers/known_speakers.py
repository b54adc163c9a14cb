"""Recordings with known speakers for tests: the synthetic Zoom folders decoded, fixtures made of them, small models."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import soundfile
from numpy.typing import NDArray

from pipeline.ingest import captions
from pipeline.model import Mark, Recording, Role, Segment, Track, Word
from tests.conftest import DATA

RATE = 16_000
Audio = NDArray[np.int16]


class Truth(NamedTuple):
    """What is true of one Zoom folder."""

    rttm: Path
    json: Path
    label_of: dict[str, str]
    """track label by the reference's speaker"""
    roles: dict[str, Role]
    """by track label"""
    turns: tuple[dict[str, Any], ...]


class Zoom(NamedTuple):
    """One synthetic Zoom recording, decoded."""

    recording: Recording
    tracks: dict[str, Audio]
    truth: Truth


def load(name: str) -> Zoom:
    """One of the Zoom folders, decoded: the mix, and one track a participant in order of the file name."""
    found = {label: _decoded(path) for label, path in _files(name).items()}
    length = max(map(len, found.values()))
    return described(name)._replace(
        tracks={label: np.pad(audio, (0, length - len(audio))) for label, audio in found.items()}
    )


def _files(name: str) -> dict[str, Path]:
    """Path of each track by its label."""
    folder = next(path for path in (DATA / "zoom" / name).iterdir() if path.is_dir())
    separate = sorted((folder / "Audio Record").glob("*.m4a"))
    return {"mix": folder / "audio_only.m4a"} | {f"track-{n}": path for n, path in enumerate(separate, 1)}


def _decoded(path: Path) -> Audio:
    import imageio_ffmpeg

    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path)]
    command += ["-ac", "1", "-ar", str(RATE), "-f", "s16le", "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, dtype=np.int16)


def described(name: str) -> Zoom:
    """One of the Zoom folders without its audio."""
    base, files = DATA / "zoom" / name, _files(name)
    truth = json.loads((base / "truth.json").read_text())
    by_file = {path.name: label for label, path in files.items()}
    label_of = {speaker: by_file[Path(file).name] for speaker, file in truth["tracks"].items()}
    shown = {label_of[speaker]: voice["display_name"] for speaker, voice in truth["voices"].items()}
    known: dict[str, Role] = {"interviewer": "interviewer", "respondent": "respondent"}
    roles = {label_of[turn["speaker"]]: known.get(turn["role"], "other") for turn in truth["turns"]}
    seconds = truth["duration"]
    separate = (
        Track(label, "participant", "", seconds, shown[label].replace(" ", ""), (0.0,)) for label in sorted(shown)
    )
    folder = files["mix"].parent
    recording = Recording(
        id=name,
        parts=(Mark(0.0, seconds),),
        tracks=(Track("mix", "mixed", "", seconds), *separate),
        captions=captions.read(folder / "audio_transcript.vtt", tuple(shown.values()), 10**7).captions,
        seconds=seconds,
        host=folder.name.split(" ", 2)[2].split("'s Zoom")[0],
    )
    return Zoom(recording, {}, Truth(base / "truth.rttm", base / "truth.json", label_of, roles, tuple(truth["turns"])))


def save(tracks: dict[str, Audio], folder: Path) -> Path:
    """Write tracks as ingest leaves them, under `folder`/audio; returns `folder`."""
    (folder / "audio").mkdir(parents=True, exist_ok=True)
    for label, samples in tracks.items():
        soundfile.write(folder / "audio" / f"{label}.flac", samples, RATE, subtype="PCM_16")
    return folder


def leaking(tracks: dict[str, Audio], decibels: float, delay: float = 0.0) -> dict[str, Audio]:
    """The same, each voice heard on everybody else's track, so much weaker and so many seconds later."""
    shift, gain = round(delay * RATE), 10 ** (decibels / 20)
    late = {label: np.pad(samples, (shift, 0))[: len(samples)] * gain for label, samples in tracks.items()}
    mixed = {}
    for label, samples in tracks.items():
        others = sum((late[other] for other in late if other not in (label, "mix")), np.zeros(len(samples)))
        mixed[label] = np.clip(samples + (others if label != "mix" else 0), -32768, 32767).astype(np.int16)
    return mixed


def jittered(truth: Truth, by: float, *, track: str = "", seed: int = 0) -> list[tuple[Word, str, int]]:
    """The reference's words in order of time, times moved at random: (word, track label of its speaker, turn index).

    They are heard on `track`, or each on its speaker's own.
    """
    chance = random.Random(seed)
    found = []
    for index, turn in enumerate(truth.turns):
        label = truth.label_of[turn["speaker"]]
        for word in turn["words"]:
            start = max(0.0, word["start"] + chance.uniform(-by, by))
            end = max(start + 0.03, word["end"] + chance.uniform(-by, by))
            found.append((Word(round(start, 3), round(end, 3), word["word"], 1.0, "ru", track or label), label, index))
    return sorted(found, key=lambda row: row[0].start)


def drawn(picture: str, step: float = 1.0) -> tuple[Segment, ...]:
    """Segments from lines such as `A ###..##`: one column is `step` seconds."""
    found = []
    for line in picture.split("\n"):
        if line.strip():
            speaker, _, bar = line.strip().partition(" ")
            found += [Segment(a * step, b * step, speaker) for a, b in _bars(bar)]
    return tuple(sorted(found, key=lambda segment: (segment.start, segment.end, segment.speaker)))


def _bars(bar: str) -> Iterator[tuple[int, int]]:
    start = None
    for column, mark in enumerate(bar + "."):
        if mark == "#" and start is None:
            start = column
        elif mark != "#" and start is not None:
            yield start, column
            start = None


def community(folder: Path, plda: Path | None = None) -> Path:
    """A folder in the layout of community-1 with random weights of the real architectures, and the PLDA of `plda`."""
    import torch
    from pyannote.audio.core.task import Problem, Resolution, Specifications
    from pyannote.audio.models.embedding import WeSpeakerResNet34
    from pyannote.audio.models.segmentation import PyanNet

    torch.manual_seed(7)
    segmentation = PyanNet()
    segmentation.specifications = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION,
        resolution=Resolution.FRAME,
        duration=10.0,
        classes=["speaker#1", "speaker#2", "speaker#3"],
        powerset_max_classes=2,
        permutation_invariant=True,
    )
    segmentation.build()  # type: ignore[no-untyped-call]
    with torch.no_grad():
        segmentation.classifier.bias[1] += 1.0
    embedding = WeSpeakerResNet34()
    embedding.specifications = Specifications(
        problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=5.0, classes=["a", "b"]
    )
    for name, model in (("segmentation", segmentation), ("embedding", embedding)):
        checkpoint = {
            "state_dict": model.state_dict(),
            "hyper_parameters": dict(model.hparams),
            "pytorch-lightning_version": "2.4.0",
        }
        model.on_save_checkpoint(checkpoint)  # type: ignore[no-untyped-call]
        (folder / name).mkdir(parents=True, exist_ok=True)
        torch.save(checkpoint, folder / name / "pytorch_model.bin")
    _save_plda(folder / "plda", plda)
    (folder / "config.yaml").write_text(CONFIG)
    return folder


def open_models(folder: Path) -> Path:
    """A folder in the layout of the models that need no account: small random networks of the real architectures."""
    import torch
    import yaml

    from pipeline.diarize import open_pipeline
    from pipeline.weights import open_diarization

    torch.manual_seed(11)
    config: dict[str, Any] = {
        "format": 1,
        "segmentation": {
            "seconds": 10.0, "people": 3, "at_once": 2,
            "lstm": {"hidden_size": 8, "num_layers": 1}, "linear": {"hidden_size": 8, "num_layers": 1},
        },
        "embedding": {
            "blocks": [[2, 1], [2, 2]], "channels": 16, "growth": 8, "front": 4, "dimension": 24,
        },
    }  # fmt: skip
    built = (open_pipeline.segmentation(config["segmentation"]), open_pipeline.embedding(config["embedding"]))
    with torch.no_grad():
        built[0].classifier.bias[1] += 0.5
    networks = [
        (source, {name: tensor for name, tensor in network.state_dict().items() if tensor.is_floating_point()})
        for source, network in zip(open_diarization.SOURCES, built, strict=True)
    ]
    open_diarization.write(folder, networks, yaml.safe_dump(config).encode())
    return folder


def _save_plda(folder: Path, real: Path | None) -> None:
    folder.mkdir(exist_ok=True)
    chance = np.random.default_rng(3)
    arrays = {
        "plda": {"mu": np.zeros(128), "tr": np.eye(128), "psi": np.linspace(4.0, 0.1, 128)},
        "xvec_transform": {
            "mean1": np.zeros(256), "mean2": np.zeros(128), "lda": np.linalg.qr(chance.normal(size=(256, 128)))[0],
        },
    }  # fmt: skip
    for name, content in arrays.items():
        if real:
            (folder / f"{name}.npz").write_bytes((real / f"{name}.npz").read_bytes())
        else:
            np.savez(folder / f"{name}.npz", **content)  # type: ignore[arg-type]


CONFIG = """\
dependencies:
  pyannote.audio: 4.0.0
pipeline:
  name: pyannote.audio.pipelines.SpeakerDiarization
  params:
    clustering: VBxClustering
    segmentation: $model/segmentation
    segmentation_batch_size: 8
    embedding: $model/embedding
    embedding_batch_size: 8
    embedding_exclude_overlap: true
    plda: $model/plda
params:
  clustering:
    threshold: 0.6
    Fa: 0.07
    Fb: 0.8
  segmentation:
    min_duration_off: 0.0
"""
