"""Batches change nothing: token for token what whisper.decode returns window by window, in both engines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.media import ffmpeg
from pipeline.transcribe import openai_whisper
from pipeline.transcribe.decoding import Listener
from pipeline.transcribe.engine import Heard
from pipeline.transcribe.hallucination import Draft
from pipeline.transcribe.openai_whisper import OpenAiWhisper
from pipeline.transcribe.stage import Settings
from pipeline.weights import convert
from tests.conftest import DATA, needs_data
from tests.helpers.checkpoints import save_whisper
from tests.helpers.voices import RATE, babble

FIXTURE = DATA / "whisper-synthetic"
TIED = 1e-4
"""a lead of the first token over the second (in logits) below which another batch may choose the other"""
WINDOWS = 104
Sound = NDArray[np.float32]


def utterances() -> list[Sound]:
    """The ninety sentences of the data, one a window, and the first of them again with another beginning."""
    told = json.loads((FIXTURE / "utterances.json").read_text(encoding="utf-8"))
    flac = FIXTURE / "utterances.flac"
    made = [ffmpeg.read(flac, one["start"] - 0.15, one["end"] + 0.2) for one in told]
    return made + [ffmpeg.read(flac, one["start"] - 0.4, one["end"] + 0.1) for one in told[: WINDOWS - len(told)]]


def babbles() -> list[Sound]:
    """Made-up voices of different lengths, pitches and vowels."""
    return [babble(2 + n % 7, seed=n, pitch=90 + n) for n in range(WINDOWS)]


class Reference:
    """What whisper.decode says of each window by itself, and how close the closest choice of a token was."""

    def __init__(self, engine: OpenAiWhisper, sounds: Sequence[Sound]) -> None:
        from whisper.decoding import decode

        options, _ = engine.options("ru", 0.0)
        self.tokens: list[tuple[int, ...]] = []
        self.leads: list[float] = []
        self.ended: list[bool] = []
        steps: list[float] = []
        hook = engine.model.decoder.register_forward_hook(lambda _m, _i, out: steps.append(lead(out)))
        for sound in sounds:
            steps.clear()
            result = decode(engine.model, engine.features(sound), options)
            self.tokens.append(tuple(token for token in result.tokens if token < engine.tokenizer.eot))
            self.leads.append(min(steps))
            self.ended.append(len(result.tokens) < 300)
        hook.remove()

    def ties(self) -> list[int]:
        return [n for n, found in enumerate(self.leads) if found < TIED]


def lead(logits: Any) -> float:
    first, second = logits[0, -1].topk(2).values.tolist()
    return float(first - second)


def batched(engine: Any, sounds: Sequence[Sound], size: int) -> list[tuple[int, ...]]:
    """Tokens of windows decoded `size` at a time."""
    found: list[tuple[int, ...]] = []
    for start in range(0, len(sounds), size):
        group = sounds[start : start + size]
        encoded = engine.encoded([engine.features(sound) for sound in group])
        found += [reading.tokens for reading in engine.readings(encoded, "ru", 0.0)]
    return found


def differing(found: Sequence[tuple[int, ...]], reference: Reference) -> list[int]:
    """Windows whose tokens differ, near-ties left out; those are printed."""
    ties = reference.ties()
    wrong = [n for n, (a, b) in enumerate(zip(found, reference.tokens, strict=True)) if a != b]
    print(
        f"{len(found)} windows, {len(ties)} near-ties {ties}, smallest lead {min(reference.leads):.2e}, wrong: {wrong}"
    )
    return [n for n in wrong if n not in ties]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if (FIXTURE / "ru-synthetic.pt").is_file():
        return FIXTURE / "ru-synthetic.pt"
    return save_whisper(tmp_path_factory.mktemp("weights") / "random.pt", tokens=12)


@pytest.fixture(scope="module")
def sounds() -> list[Sound]:
    return utterances() if FIXTURE.is_dir() else babbles()


@pytest.fixture(scope="module")
def engine(checkpoint: Path) -> OpenAiWhisper:
    return OpenAiWhisper(Settings(model=str(checkpoint), threads=1, other_languages=(), temperatures=()))


@pytest.fixture(scope="module")
def reference(engine: OpenAiWhisper, sounds: list[Sound]) -> Reference:
    if not FIXTURE.is_dir():
        pytest.skip("the gold data's trained checkpoint is absent: a random one says nearly the same of every sound")
    made = Reference(engine, sounds)
    assert len(sounds) >= 100
    assert len(set(made.tokens)) >= 90
    assert len({len(tokens) for tokens in made.tokens}) > 8
    assert all(made.ended)
    return made


@pytest.fixture(scope="module")
def fast(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    pytest.importorskip("faster_whisper", reason="the extra `fast` is not installed")
    from pipeline.transcribe.faster_whisper import FasterWhisper

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INTERVIEWS_MODELS", str(tmp_path_factory.mktemp("models")))
        convert.convert(str(checkpoint), lambda _name, _share: None)
        settings = Settings(engine="faster-whisper", model=str(checkpoint), threads=1, compute_type="float32")
        yield FasterWhisper(settings)


@pytest.mark.campaign
def test_a_batch_gives_the_tokens_of_whisper_decode(
    engine: OpenAiWhisper, sounds: list[Sound], reference: Reference
) -> None:
    assert differing(batched(engine, sounds, 16), reference) == []


@pytest.mark.campaign
def test_converted_weights_give_the_tokens_of_whisper_decode(
    fast: Any, sounds: list[Sound], reference: Reference
) -> None:
    assert differing(batched(fast, sounds, 8), reference) == []


def test_workers_give_the_tokens_of_one(fast: Any, checkpoint: Path, sounds: list[Sound]) -> None:
    workers = type(fast)(Settings(engine="faster-whisper", model=str(checkpoint), threads=2, compute_type="float32"))
    assert (fast.workers, workers.workers) == (1, 2)
    heard = [list(one.hear(iter(sounds[:12]))) for one in (fast, workers)]
    assert heard[0] == heard[1]
    assert any(one.words or one.thrown for one in heard[0])


class Swapped(OpenAiWhisper):
    """Gives the second window of each batch the first one's sound."""

    def encoded(self, features: Any) -> Any:
        first, *others = super().encoded(features)
        return [first, *([first, *others[1:]] if others else [])]


class Short(OpenAiWhisper):
    """Stops a batch when its first window is done, as a forgetful loop would."""

    def readings(self, encoded: Any, spoken: str, temperature: float) -> Any:
        made = super().readings(encoded, spoken, temperature)
        return [msgspec.structs.replace(one, tokens=one.tokens[: len(made[0].tokens)]) for one in made]


@pytest.mark.campaign
@pytest.mark.parametrize("broken", [Swapped, Short])
def test_a_broken_batch_does_not_pass(
    broken: type[OpenAiWhisper], engine: OpenAiWhisper, sounds: list[Sound], reference: Reference
) -> None:
    other = broken.__new__(broken)
    vars(other).update(vars(engine))
    assert len(differing([*batched(other, sounds[:16], 8), *reference.tokens[16:]], reference)) >= 2


def test_batched_beams_give_what_one_window_gives(engine: OpenAiWhisper, sounds: list[Sound]) -> None:
    beams = msgspec.structs.replace(engine.settings, beam_size=3)
    other = OpenAiWhisper.__new__(OpenAiWhisper)
    vars(other).update(vars(engine) | {"settings": beams})
    assert batched(other, sounds[:3], 3) == batched(other, sounds[:3], 1)


def test_only_the_window_that_failed_is_decoded_again(
    engine: OpenAiWhisper, sounds: list[Sound], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = msgspec.structs.replace(engine.settings, temperatures=(0.4, 0.8), batch_size=8)
    asked: list[tuple[float, int]] = []
    stock = engine.readings
    encoded = engine.encoded([engine.features(sounds[3])])[0].encoded

    def readings(rows: Any, spoken: str, temperature: float) -> Any:
        asked.append((temperature, len(rows)))
        made = stock(rows, spoken, temperature)
        if temperature < 0.8:
            forced = [bool((row.encoded == encoded).all()) for row in rows]
            made = [
                msgspec.structs.replace(one, tokens=one.tokens[:1] * 60) if failed else one
                for one, failed in zip(made, forced, strict=True)
            ]
        return made

    before = [heard for heard in Listener(engine, settings).hear(iter(sounds[:5]))]
    monkeypatch.setattr(engine, "readings", readings)
    after = [heard for heard in Listener(engine, settings).hear(iter(sounds[:5]))]
    assert asked == [(0.0, 5), (0.4, 1), (0.8, 1)]
    assert before[:3] + before[4:] == after[:3] + after[4:]


def test_a_window_says_the_same_alone_and_in_company(engine: OpenAiWhisper, sounds: list[Sound]) -> None:
    def said(size: int) -> bytes:
        settings = msgspec.structs.replace(engine.settings, batch_size=size)
        return msgspec.json.encode(list(Listener(engine, settings).hear(iter(sounds[:6]))))

    assert said(1) == said(4)


def test_by_chance_a_window_says_the_same_alone_and_in_company(engine: OpenAiWhisper, sounds: list[Sound]) -> None:
    settings = msgspec.structs.replace(engine.settings, temperatures=(0.6, 1.0))

    def said(size: int, temperature: float) -> list[tuple[int, ...]]:
        encoded = engine.encoded([engine.features(one) for one in sounds[:4]])
        groups = [encoded[at : at + size] for at in range(0, 4, size)]
        return [one.tokens for group in groups for one in engine.readings(group, settings.language, temperature)]

    for temperature in settings.temperatures:
        assert said(1, temperature) == said(4, temperature)
        assert said(1, temperature) != said(1, 0.0)


def test_both_engines_hear_the_same_words_at_the_same_times(
    engine: OpenAiWhisper, fast: Any, sounds: list[Sound]
) -> None:
    apart = []
    for ours, theirs in zip(engine.hear(iter(sounds[:6])), fast.hear(iter(sounds[:6])), strict=True):
        assert isinstance(ours, Heard)
        assert isinstance(theirs, Heard)
        assert [word.text for word in ours.words] == [word.text for word in theirs.words]
        apart += [abs(a.start - b.start) for a, b in zip(ours.words, theirs.words, strict=True)]
        assert all(abs(a.confidence - b.confidence) < 0.05 for a, b in zip(ours.words, theirs.words, strict=True))
    assert float(np.quantile(apart, 0.9)) <= 0.02


def test_sixteen_bit_weights_are_cast_once_and_still_speak(checkpoint: Path, sounds: list[Sound]) -> None:
    import torch

    settings = Settings(model=str(checkpoint), threads=1, other_languages=(), compute_type="bfloat16")
    half = openai_whisper.OpenAiWhisper(settings)
    linear = [module for module in half.model.modules() if isinstance(module, torch.nn.Linear)]
    assert {module.weight.dtype for module in linear} == {torch.bfloat16}
    (encoded,) = half.encoded([half.features(sounds[0])])
    assert encoded.encoded.dtype == torch.bfloat16
    (one,) = half.readings([encoded], "ru", 0.0)
    assert one.tokens
    timed = half.timed(encoded, len(sounds[0]) / RATE, Draft("", 3.0, 0.0, 0.0, 0.0, True, one.tokens, "ru"))
    assert timed


@needs_data
@pytest.mark.campaign
def test_utterances_are_understood_no_worse_than_by_whisper_decode(engine: OpenAiWhisper, reference: Reference) -> None:
    import jiwer

    told = json.loads((FIXTURE / "utterances.json").read_text(encoding="utf-8"))
    texts = [" ".join(one["text"].split()) for one in told]
    stock = [engine.tokenizer.decode(list(tokens)).strip() for tokens in reference.tokens[: len(told)]]
    heard = [
        " ".join(word.text for word in one.words) if isinstance(one, Heard) else ""
        for one in Listener(engine, msgspec.structs.replace(engine.settings, batch_size=16)).hear(utterances()[:90])
    ]
    ours, theirs = jiwer.wer(texts, heard), jiwer.wer(texts, stock)
    print(f"WER {ours:.4f}, whisper.decode {theirs:.4f}")
    assert ours <= theirs
    assert ours <= 0.235
