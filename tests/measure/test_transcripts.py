"""Text scores on cases counted by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.measure.transcripts import TextScores, attributed, normalised, transcripts
from pipeline.model import Dialogue, Speaker, Transcript, Turn, Word


def dialogue(*turns: tuple[str, str]) -> Dialogue:
    made = tuple(
        Turn(number, float(number), number + 0.9, speaker, text, (), ())
        for number, (speaker, text) in enumerate(turns, start=1)
    )
    people = tuple(Speaker(label, "other", "", (), 1.0) for label in dict(turns))
    return Dialogue(made, people)


def heard(text: str) -> Transcript:
    words = tuple(Word(float(n), n + 0.5, word, 1.0, "ru", "mix") for n, word in enumerate(text.split()))
    return Transcript(words, (), "captions", "")


def truth(folder: Path, *turns: tuple[str, str]) -> Path:
    rows = [{"speaker": who, "start": float(n), "text": text} for n, (who, text) in enumerate(turns)]
    path = folder / "truth.json"
    path.write_text(json.dumps({"turns": rows[::-1]}, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Ещё — да-да, «Назарбаев Университет»!", "еще да да назарбаев университет"),
        ("Сәлеметсіз бе! Zoom", "сәлеметсіз бе zoom"),
        ("25 тысяч, двадцать пять", "25 тысяч двадцать пять"),
        ("и\u0306 снова", "й снова"),
    ],
)
def test_texts_are_compared_without_case_and_punctuation(text: str, plain: str) -> None:
    assert normalised(text) == plain


def test_words_are_counted_by_hand(tmp_path: Path) -> None:
    reference = truth(tmp_path, ("a", "Как вас зовут?"), ("b", "Меня зовут Даря."))
    perfect = dialogue(("x", "как вас зовут"), ("y", "Меня, зовут даря"))
    assert transcripts(reference, heard(""), perfect) == TextScores(0.0, 0.0, 0.0)
    one_wrong = dialogue(("x", "как вас зовут"), ("y", "меня зовут варя"))
    assert transcripts(reference, heard(""), one_wrong) == TextScores(
        round(1 / 6, 5), round(1 / 29, 5), round(1 / 6, 5)
    )


def test_a_word_under_the_wrong_person_is_wrong_twice_and_only_there(tmp_path: Path) -> None:
    reference = truth(tmp_path, ("a", "как вас зовут"), ("b", "меня зовут даря"))
    moved = dialogue(("x", "как вас зовут меня"), ("y", "зовут даря"))
    scores = transcripts(reference, heard(""), moved)
    assert (scores.wer, scores.sa_wer) == (0.0, round(2 / 6, 5))


def test_voices_and_persons_need_not_be_as_many() -> None:
    assert attributed({"a": "раз два", "b": "три"}, {"x": "раз два три"}) == round(2 / 3, 5)
    assert attributed({"a": "раз два"}, {"x": "раз", "y": "два"}) == 1.0
    assert attributed({"a": "раз два"}, {}) == 1.0


def test_without_speakers_there_is_no_speaker_rate(tmp_path: Path) -> None:
    scores = transcripts(truth(tmp_path, ("a", "да нет")), heard("да нет наверное"))
    assert (scores.wer, scores.sa_wer) == (0.5, None)


@pytest.mark.parametrize("text", ["", "{}", '{"turns": [{"speaker": "a"}]}', '{"turns": []}'])
def test_a_reference_that_says_nothing_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "truth.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError):
        transcripts(tmp_path / "truth.json", heard("да"))
