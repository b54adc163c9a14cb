"""Converted weights: complete, told from damaged ones, and what to do where they are missing; the pace of a batch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.errors import ConfigError, MissingDependency
from pipeline.transcribe import faster_whisper, outlook, stage
from pipeline.transcribe.stage import Settings
from pipeline.weights import converted
from pipeline.weights import models as weights
from tests.helpers.checkpoints import save_whisper

pytest.importorskip("faster_whisper", reason="the extra `fast` is not installed")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for weights with a checkpoint and its converted form, made by the command."""
    folder = tmp_path_factory.mktemp("models")
    save_whisper(folder / "random.pt", tokens=12)
    (folder / "random.json").write_text('{"alignment_heads": [[1, 0]]}')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INTERVIEWS_MODELS", str(folder))
        assert main.command(["models", "convert", "random"]) == 0
    return folder


@pytest.fixture(autouse=True)
def here(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERVIEWS_MODELS", str(models))


def test_a_converted_model_is_whole_listed_and_verified(models: Path) -> None:
    assert converted.ct2_path("random") == models / "random.ct2"
    assert not list(models.glob("*.partial"))
    assert "random (faster)" in [one.name for one in weights.installed()]
    mine = [verdict for verdict in weights.verify() if verdict.path.parent.name == "random.ct2"]
    assert {verdict.state for verdict in mine} == {"good"}
    assert json.loads((models / "random.ct2" / "config.json").read_text())["alignment_heads"] == [[1, 0]]


def test_its_tokenizer_is_whispers(models: Path) -> None:
    import tokenizers
    from whisper.tokenizer import get_tokenizer

    ours = tokenizers.Tokenizer.from_file(str(models / "random.ct2" / "tokenizer.json"))
    theirs = get_tokenizer(True, language="ru", task="transcribe")
    for text in (
        " Да-да, здравствуйте, Дарина, слышно отлично. Сәлеметсіз бе!",
        "Hello, it's me; we'll see 2024 GPT-4!",
        "  два  пробела\n\nи строка 😀 € — «КИМЭП»…",
    ):
        numbers = ours.encode(text, add_special_tokens=False).ids
        assert numbers == theirs.encode(text)
        assert ours.decode(numbers) == theirs.decode(numbers)
    assert ours.token_to_id("<|notimestamps|>") == theirs.no_timestamps
    assert ours.token_to_id("<|ru|>") == theirs.language_token


def test_what_to_run_is_said_where_weights_are_missing(tmp_path: Path) -> None:
    settings = Settings(engine="faster-whisper", model="turbo")
    with pytest.raises(MissingDependency) as raised:
        stage.check(settings)
    assert raised.value.exit_code == 4
    assert "interviews models fetch turbo" in raised.value.do
    assert "interviews models convert turbo" in raised.value.do
    own = save_whisper(tmp_path / "own.pt")
    with pytest.raises(MissingDependency) as raised:
        stage.check(Settings(engine="faster-whisper", model=str(own)))
    assert raised.value.do.startswith(f"Run `interviews models convert {own}`")


def test_damaged_and_mismatched_weights_are_refused(models: Path) -> None:
    settings = Settings(engine="faster-whisper", model="random", threads=1)
    with pytest.raises(ConfigError, match="alignment_heads"):
        stage.load(Settings(engine="faster-whisper", model="random", alignment_heads=((0, 1),)))
    file = models / "random.ct2" / "model.bin"
    whole = file.read_bytes()
    try:
        file.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(MissingDependency, match="damaged"):
            stage.load(settings)
    finally:
        file.write_bytes(whole)
    assert stage.load(settings).name.startswith("random")


def test_a_window_gets_all_the_tokens_it_may_have_and_says_where_they_did_not_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """CTranslate2 halves the length it is told: a window of fast speech ended amid a sentence, as if finished."""
    import numpy as np

    network: Any = stage.load(Settings(engine="faster-whisper", model="random", threads=1))
    encoded = network.encoded([network.features(np.zeros(16_000, dtype=np.float32))])
    (whole,) = network.readings(encoded, "ru", 0.0)
    assert whole.finished
    assert len(whole.tokens) > 8
    monkeypatch.setattr(faster_whisper, "LONGEST", len(whole.tokens) - 2)
    (cut,) = network.readings(encoded, "ru", 0.0)
    assert cut.tokens == whole.tokens[:-2]
    assert not cut.finished


@pytest.mark.parametrize(
    ("cores", "most", "workers", "threads"),
    [(1, 4, 1, 1), (2, 4, 2, 1), (4, 4, 4, 1), (6, 4, 3, 2), (8, 4, 4, 2), (10, 4, 3, 3), (8, 1, 1, 8)],
)
def test_workers_share_the_cores(cores: int, most: int, workers: int, threads: int) -> None:
    assert faster_whisper.shared(cores, most) == (workers, threads)


def test_eight_bits_are_for_the_fast_engine() -> None:
    with pytest.raises(ConfigError, match="int8"):
        stage.check(Settings(model="random", compute_type="int8"))


@pytest.mark.parametrize("engine", ["openai-whisper", "faster-whisper"])
def test_a_short_measurement_says_what_a_batch_takes(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(engine=engine, model="random", threads=1, batch_size=2)  # type: ignore[arg-type]
    notes = tmp_path / "work" / "pace.json"
    said = stage.outlook(settings, 20.5 * 3600, notes)
    assert said.startswith("20.5 hours of audio: about ")
    assert f"The engine is {engine} with the model of your own" in said
    (known,) = outlook.read(notes).values()
    assert min(known.search, known.encoder, known.decoder, known.alignment) > 0

    def again(_settings: Settings) -> outlook.Pace:
        raise AssertionError("measured twice")

    monkeypatch.setattr(outlook, "measured", again)
    assert stage.outlook(settings, 20.5 * 3600, notes) == said
    assert notes.stat().st_mode & 0o777 == 0o600


def test_captions_take_no_time(tmp_path: Path) -> None:
    assert "a few seconds" in stage.outlook(Settings(engine="captions"), 7200.0, tmp_path / "pace.json")
