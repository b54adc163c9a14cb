"""Word times are those of whisper's own alignment, made with less memory and without its compiler."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.transcribe.openai_whisper import spectrogram
from pipeline.transcribe.whisper_decoder import sight
from pipeline.transcribe.word_times import TOKENS_A_SECOND, aligned, pieces, tokenizer, warped
from pipeline.weights.checkpoints import load
from tests.helpers.checkpoints import save_whisper
from tests.helpers.voices import babble


@st.composite
def costs(draw: st.DrawFn) -> NDArray[np.float32]:
    """Costs of every shape, most of them full of ties."""
    rows, columns, values = draw(st.integers(1, 9)), draw(st.integers(1, 14)), draw(st.integers(1, 4))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return chance.integers(0, values, (rows, columns)).astype(np.float32)


def path_by_whisper(made: NDArray[np.float32]) -> list[tuple[int, int]]:
    from whisper.timing import dtw_cpu

    tokens, positions = dtw_cpu(made.astype(np.float64))
    return [(int(token), int(position)) for token, position in zip(tokens, positions, strict=True)]


@settings(deadline=None)  # the first call compiles whisper's
@given(costs())
def test_the_path_is_whispers(made: NDArray[np.float32]) -> None:
    assert warped(made) == path_by_whisper(made)


def test_the_path_through_a_whole_window_is_whispers() -> None:
    made = np.random.default_rng(0).standard_normal((90, 1500)).astype(np.float32)
    assert warped(made) == path_by_whisper(made)


@pytest.mark.parametrize("seconds", [30.0, 11.11, 0.05])
def test_words_are_timed_as_whisper_times_them(tmp_path: Path, seconds: float) -> None:
    import torch
    from whisper.timing import find_alignment

    model = load(save_whisper(tmp_path / "tiny.pt"))
    whispers = tokenizer(model.num_languages, "ru")
    tokens = whispers.encode(" Сегодня поговорим о том, как вы уехали учиться и почему остались.")
    mel = spectrogram(babble(seconds).astype(np.float32), model.dims.n_mels)
    with torch.no_grad():
        seen = sight(model, model.encoder(mel[None]))
    path, chances = aligned(model, whispers, tokens, seen, round(seconds * 100) // 2)
    ours = pieces(whispers, tokens, path, chances)
    theirs = find_alignment(model, whispers, tokens, mel, round(seconds * 100))
    assert len(ours) == len(theirs) > 5
    assert [one.word for one in ours] == [one.word for one in theirs]
    assert [one.start for one in ours] == pytest.approx([one.start for one in theirs], abs=1 / TOKENS_A_SECOND)
    assert [one.end for one in ours] == pytest.approx([one.end for one in theirs], abs=1 / TOKENS_A_SECOND)
    assert [one.probability for one in ours] == pytest.approx([one.probability for one in theirs], abs=1e-5)
