"""Zoom's subtitles beside the recogniser's words: which are doubted, and with which other reading."""

from __future__ import annotations

import pytest

from pipeline.model import Caption, Recording, Track, Word
from pipeline.transcribe.doubts import doubted

TRACKS = (Track("track-1", "participant", "", 60.0, "ДаринаОмарова"),)


def said(text: str, sure: float = 0.5) -> tuple[Word, ...]:
    """A word a second; `!` after one of which the recogniser is sure."""
    return tuple(
        Word(float(n), n + 0.9, word.removesuffix("!"), 0.99 if word.endswith("!") else sure, "ru", "track-1")
        for n, word in enumerate(text.split())
    )


def marked(ours: str, theirs: str, below: float = 0.6, sure: float = 0.5) -> str:
    """The words with the other reading of doubted ones in brackets."""
    captions = (Caption(0.0, float(len(theirs.split())), "Дарина Омарова", theirs),) if theirs else ()
    recording = Recording("P01", (), TRACKS, captions, 60.0)
    return " ".join(f"{w.text}[{w.other}]" if w.other else w.text for w in doubted(said(ours, sure), recording, below))


@pytest.mark.parametrize(
    ("ours", "theirs", "shown"),
    [
        ("я живу в Актобе", "Я живу в Актобе.", "я живу в Актобе"),
        ("меня зовут ай герем и всё", "Меня зовут Айгерим и всё", "меня зовут ай[Айгерим] герем[Айгерим] и всё"),
        ("потом мы стекили туда", "потом мы съехали туда", "потом мы стекили[съехали] туда"),
        ("потом мы стекили! туда", "потом мы съехали туда", "потом мы стекили туда"),
        ("это было ну так", "это было", "это было ну так"),
        ("раз а б в г д два", "раз е ё ж з и два", "раз а б в г д два"),
        ("я живу", "", "я живу"),
    ],
)
def test_words_that_the_subtitles_read_otherwise_are_doubted(ours: str, theirs: str, shown: str) -> None:
    assert marked(ours, theirs) == shown


def test_names_and_numbers_are_doubted_where_another_word_is_believed() -> None:
    assert marked("в городе волматы жила", "в городе Алматы жила", sure=0.8) == "в городе волматы[Алматы] жила"
    assert marked("было их семь тогда", "было их 17 тогда", sure=0.8) == "было их семь[17] тогда"
    assert marked("потом мы стекили туда", "потом мы съехали туда", sure=0.8) == "потом мы стекили туда"


def test_nothing_is_doubted_where_that_is_turned_off() -> None:
    assert marked("в волматы жила", "в Алматы жила", below=0.0) == "в волматы жила"


def test_another_speakers_subtitles_doubt_nothing() -> None:
    words = tuple(Word(w.start, w.end, w.text, w.confidence, "ru", "track-2") for w in said("в волматы жила"))
    captions = (Caption(0.0, 3.0, "Дарина Омарова", "в Алматы жила"),)
    assert doubted(words, Recording("P01", (), TRACKS, captions, 60.0), 0.6) == words
