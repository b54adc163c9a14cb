"""The figures of `evaluate speakers`, on cases small enough to count by hand and on the gold recordings."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import json

from pipeline.errors import UsageError
from pipeline.measure import speakers as evaluate
from pipeline.model import Dialogue, Diarization, Role, Segment, Speaker, Turn, Voice, Word
from tests.conftest import needs_data
from tests.helpers import known_speakers
from tests.helpers.known_speakers import drawn


def heard(picture: str) -> Diarization:
    """One column is ten seconds."""
    segments = drawn(picture, 10.0)
    labels = sorted({segment.speaker for segment in segments})
    return Diarization(segments, segments, "tracks", tuple(Voice(label) for label in labels))


def rttm(folder: Path, picture: str) -> Path:
    lines = [f"SPEAKER P03 1 {s.start} {s.end - s.start} <NA> <NA> {s.speaker} <NA> <NA>" for s in drawn(picture, 10.0)]
    (folder / "truth.rttm").write_text("\n".join(lines) + "\n")
    return folder / "truth.rttm"


def said(*turns: str) -> Dialogue:
    """A dialogue from `label: text` lines; a label's role is its first letter."""
    roles: dict[str, Role] = {"i": "interviewer", "r": "respondent", "o": "other"}
    made, labels = [], []
    for number, line in enumerate(turns, 1):
        label, _, text = line.partition(": ")
        labels += [label] if label not in labels else []
        words = tuple(Word(0.0, 1.0, word, 1.0, "ru", "mix") for word in text.split())
        made.append(Turn(number, 0.0, 1.0, label, text, words, ()))
    return Dialogue(tuple(made), tuple(Speaker(label, roles[label[0]], "", (), 1.0) for label in labels))


def truth_json(folder: Path, *turns: tuple[str, str, float, float, str]) -> Path:
    """(speaker, role, start, end, text) a turn."""
    rows = [
        {"speaker": who, "role": role, "start": start, "end": end, "words": [{"word": word} for word in text.split()]}
        for who, role, start, end, text in turns
    ]
    (folder / "truth.json").write_bytes(json.encode({"turns": rows}))
    return folder / "truth.json"


@pytest.mark.parametrize(
    ("truth", "found", "der", "jer"),
    [
        ("A ####....\nB ....####", "x ####....\ny ....####", 0.0, 0.0),
        ("A ####....\nB ....####", "x ####....\ny ....##..", 0.25, 0.25),  # missed
        ("A ####....\nB ..........", "x ####.#..", 0.25, 0.2),  # false alarm
        ("A ####....\nB ....####", "x ######..\ny ......##", 0.25, 5 / 12),  # confused
        ("A ######..\nB ....####", "x ######..\ny ......##", 0.2, 0.25),  # overlap is scored
    ],
)
def test_error_rates_by_hand(truth: str, found: str, der: float, jer: float, tmp_path: Path) -> None:
    scores = evaluate.speakers(rttm(tmp_path, truth), heard(found))
    assert scores.der == pytest.approx(der)
    assert scores.jer == pytest.approx(jer, abs=1e-4)
    assert (scores.words_wrong_per_1000, scores.role_accuracy) == (None, None)


@pytest.mark.parametrize(("late", "forgiven"), [(0.2, True), (0.4, False)])
def test_the_collar_forgives_a_quarter_of_a_second_on_each_side(late: float, forgiven: bool, tmp_path: Path) -> None:
    segments = (Segment(10.0 + late, 20.0, "x"),)
    scores = evaluate.speakers(rttm(tmp_path, "A .#"), Diarization(segments, segments, "tracks", (Voice("x"),)))
    assert scores.der == pytest.approx(late / 10)
    assert (scores.der_collar_250ms == 0.0) is forgiven


def test_words_and_roles_by_hand(tmp_path: Path) -> None:
    reference = truth_json(
        tmp_path,
        ("S0", "interviewer", 0.0, 40.0, "Откуда вы родом?"),
        ("S1", "respondent", 40.0, 80.0, "Из Кентау, это юг."),
        ("S2", "spouse", 80.0, 90.0, "И я тоже."),
    )
    found = heard("i ####.....\nr ....####.\no ........#")
    scores = evaluate.speakers(reference, found, said("i: откуда вы родом из", "r: кентау это юг", "o: И я тоже"))
    assert scores.words_wrong_per_1000 == pytest.approx(100.0)
    assert scores.role_accuracy == 1.0


def test_a_second_interviewer_counts_as_interviewer_and_a_lost_voice_as_wrong(tmp_path: Path) -> None:
    reference = truth_json(
        tmp_path,
        ("S0", "interviewer2", 0.0, 40.0, "Откуда вы?"),
        ("S1", "respondent", 40.0, 80.0, "Из Кентау."),
        ("S2", "spouse", 80.0, 90.0, "Да."),
    )
    found = heard("i ####.....\nr ....#####")
    scores = evaluate.speakers(reference, found, said("i: Откуда вы?", "r: Из Кентау. Да."))
    assert scores.role_accuracy == pytest.approx(2 / 3, abs=1e-4)


def test_swapped_roles_are_both_wrong(tmp_path: Path) -> None:
    reference = truth_json(
        tmp_path, ("S0", "interviewer", 0.0, 40.0, "Откуда вы?"), ("S1", "respondent", 40.0, 80.0, "Из Кентау.")
    )
    scores = evaluate.speakers(reference, heard("r ####\ni ....####"), said("r: Откуда вы?", "i: Из Кентау."))
    assert (scores.words_wrong_per_1000, scores.role_accuracy) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("name", "content"),
    [("truth.rttm", ""), ("truth.rttm", "SPEAKER P03 1 zero"), ("truth.json", "{"), ("truth.json", "[]")],
)
def test_an_unusable_reference_is_a_usage_error_that_quotes_nothing(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(UsageError) as caught:
        evaluate.speakers(tmp_path / name, heard("x ##"))
    assert "zero" not in caught.value.what + caught.value.do
    with pytest.raises(UsageError):
        evaluate.speakers(tmp_path / "absent.rttm", heard("x ##"))


@needs_data
@pytest.mark.parametrize("name", ["P01", "P04", "P05"])
def test_the_reference_itself_has_no_error(name: str) -> None:
    truth = known_speakers.described(name).truth
    segments = evaluate.read(truth.json).segments
    assert evaluate.speakers(truth.rttm, Diarization(segments, segments, "tracks", ())).der < 0.001
