"""Recordings in a release: what the transcripts hide cannot be heard, all else is as it was recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec import structs
from numpy.typing import NDArray

from pipeline.errors import ExportRefused
from pipeline.media import ffmpeg
from pipeline.model import Dialogue, Entity, Mark, Recording, Redaction, Speaker, Track, Turn, Word
from pipeline.participants import Consent, Participant
from pipeline.release import build, silenced_audio
from pipeline.release.request import Interview
from tests.conftest import DATA, needs_data
from tests.helpers.releases import interview, request

HEARD = Consent(share="yes", audio="yes")
SECONDS = 100.0


def truth(folder: Path, consent: Consent = HEARD) -> Interview:
    """The first minutes of a synthetic recording with its true words, and the direct mentions they fall on hidden."""
    told = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    turns: list[Turn] = []
    entities: list[Entity] = []
    said = sorted((one for one in told["turns"] if one["words"] and one["end"] < SECONDS), key=lambda one: one["start"])
    for number, one in enumerate(said, 1):
        words = tuple(Word(w["start"], w["end"], w["word"], 1.0, "ru", "mix") for w in one["words"])
        text = " ".join(word.text for word in words)
        starts = [sum(len(word.text) + 1 for word in words[:at]) for at in range(len(words))]
        spans = tuple((at, at + len(word.text)) for at, word in zip(starts, words, strict=True))
        turns.append(Turn(number, one["start"], one["end"], one["speaker"], text, words, spans))
        for mark in one["tts_entities"]:
            if mark["class"] == "direct":
                covered = [
                    span
                    for span, word in zip(spans, words, strict=True)
                    if word.start < mark["t_end"] - 0.01 and word.end > mark["t_start"] + 0.01
                ]
                if covered:
                    label = f"[имя-{len(entities) + 1}]"
                    entities.append(
                        Entity(number, covered[0][0], covered[-1][1], "PERSON", "direct", 1.0, "truth", label, label)
                    )
    speakers = tuple(
        Speaker(label, "respondent", "", (), 1.0) for label in dict.fromkeys(turn.speaker for turn in turns)
    )
    recording = Recording("P01", (Mark(0.0, SECONDS),), (Track("mix", "mixed", "0" * 64, SECONDS),), (), SECONDS)
    who = Participant("P01", consent=consent)
    return Interview("P01", who, recording, Dialogue(tuple(turns), speakers), Redaction(tuple(entities), ()))


def decoded(file: Path, folder: Path) -> NDArray[np.float64]:
    ffmpeg.decode(file, folder / "raw", folder / "log")
    return np.fromfile(folder / "raw", dtype="<i2").astype(float)


def alike(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Correlation, 0 where one of the two is silent."""
    return float(abs(np.corrcoef(one, other)[0, 1])) if one.std() and other.std() else 0.0


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, NDArray[np.float64]]:
    """work/P01/audio with the decoded mix of the synthetic recording, and its samples."""
    folder = tmp_path_factory.mktemp("study")
    source = next((DATA / "zoom" / "P01").glob("2021*/audio_only.m4a"))
    samples = decoded(source, folder)[: int(SECONDS * ffmpeg.RATE)]
    (folder / "work" / "P01" / "audio").mkdir(parents=True)
    ffmpeg.encode([samples.astype(np.int16)], folder / "work" / "P01" / "audio" / "mix.flac", folder / "log")
    return folder, samples


@needs_data
@pytest.mark.slow
def test_hidden_words_cannot_be_heard_and_all_else_can(recorded: tuple[Path, NDArray[np.float64]]) -> None:
    folder, original = recorded
    made = truth(DATA / "zoom" / "P01")
    cut = structs.replace(made, cuts=((60.0, 61.5),))
    asked = structs.replace(request(folder, cut), audio=True)
    published = build.publish(asked)
    assert "audio/P01.m4a" in published.files
    released = decoded(published.folder / "audio" / "P01.m4a", folder)[: len(original)]
    hidden = np.zeros(len(original), dtype=bool)
    for words in silenced_audio.hidden(cut):
        first, last = int(words[0].start * ffmpeg.RATE), int(words[-1].end * ffmpeg.RATE)
        assert alike(original[first:last], released[first:last]) < 0.05
        for word in words:  # chance must not let a short one be heard
            at = slice(int(word.start * ffmpeg.RATE), int(word.end * ffmpeg.RATE))
            assert alike(original[at], released[at]) < 0.05
        hidden[max(first - ffmpeg.RATE // 4, 0) : last + ffmpeg.RATE // 4 + 1] = True
    assert (
        alike(
            original[60 * ffmpeg.RATE : int(61.5 * ffmpeg.RATE)], released[60 * ffmpeg.RATE : int(61.5 * ffmpeg.RATE)]
        )
        < 0.05
    )
    hidden[int(59.75 * ffmpeg.RATE) : int(61.75 * ffmpeg.RATE) + 1] = True
    outside = ~hidden[: len(released)]
    assert hidden.sum() > 3 * ffmpeg.RATE
    assert alike(original[: len(released)][outside], released[outside]) > 0.99
    before = {path: path.stat().st_mtime_ns for path in published.folder.rglob("*")}
    build.publish(asked)
    assert {path: path.stat().st_mtime_ns for path in before} == before


@needs_data
@pytest.mark.slow
def test_the_released_recording_has_no_tags(recorded: tuple[Path, NDArray[np.float64]]) -> None:
    folder, _ = recorded
    silenced_audio.write(truth(DATA / "zoom" / "P01"), folder / "work" / "P01" / "audio", folder / "out.m4a")
    data = (folder / "out.m4a").read_bytes()
    assert not any(tag in data for tag in (b"Lavf", b"Lavc", str(folder).encode()))
    assert data.endswith(b"\x00\x00\x00\x08ilst")


def spoken(consent: Consent = HEARD, **changed: Any) -> Interview:
    made = interview("P01", ["Р: Это [Айгерим|PERSON] тут."], Participant("P01", consent=consent))
    turn = made.dialogue.turns[0]
    words = tuple(structs.replace(word, **changed) for word in turn.words)
    return structs.replace(made, dialogue=structs.replace(made.dialogue, turns=(structs.replace(turn, words=words),)))


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (spoken(interpolated=True), "not measured"),
        (spoken(Consent(share="yes")), "not asked"),
        (spoken(Consent(share="yes", audio="no")), "“no”"),
        (spoken(start=2.0, end=2.0), "not sure"),
        (spoken(start=0.5, end=9.0), "not sure"),
        (spoken(start=90.0, end=91.0), "not sure"),
    ],
)
def test_a_recording_is_refused(made: Interview, says: str, tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match=says) as refused:
        build.publish(structs.replace(request(tmp_path, made), audio=True))
    assert refused.value.exit_code == 7
    assert not (tmp_path / "release").exists()


def test_regions_with_their_margins_run_together() -> None:
    made = structs.replace(spoken(), cuts=((1.2, 1.3), (5.0, 6.0)))
    assert silenced_audio.regions(made) == ((0.25, 1.55), (4.75, 6.25))


def test_a_whole_recording_needs_no_measured_words_where_nothing_is_hidden() -> None:
    assert silenced_audio.why_not(structs.replace(spoken(), redaction=Redaction((), ()))) == ""
