"""Zoom's subtitles become words: text untouched, times spread, speakers matched to their tracks."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import RecordingError
from pipeline.model import Caption, Failure, Job, Recording, Track, Transcript
from pipeline.transcribe import stage
from pipeline.transcribe.captions import transcript
from tests.conftest import ROOT

TRACKS = (
    Track("mix", "mixed", "0", 60.0),
    Track("track-1", "participant", "1", 60.0, "Kamila'siPhone"),
    Track("track-2", "participant", "2", 60.0, "ДаринаОмарова"),
)


def recording(*captions: Caption, tracks: tuple[Track, ...] = TRACKS, seconds: float = 60.0) -> Recording:
    return Recording("P04", (), tracks, captions, seconds)


def test_times_are_spread_by_characters_and_marked() -> None:
    made = transcript(recording(Caption(10.0, 12.0, "", "да конечно")), "ru")
    assert [(word.start, word.end, word.text) for word in made.words] == [
        (10.0, pytest.approx(10.545, abs=0.002), "да"),
        (pytest.approx(10.545, abs=0.002), 12.0, "конечно"),
    ]
    assert all(word.interpolated and word.confidence == 1.0 and word.language == "ru" for word in made.words)
    assert (made.engine, made.model, made.dropped) == ("captions", "", ())


@pytest.mark.parametrize(
    ("speaker", "label"),
    [
        ("Kamila's iPhone", "track-1"),
        ("Дарина Омарова", "track-2"),
        ("дарина  омарова", "track-2"),
        ("Дарина О", "mix"),
        ("", "mix"),
    ],
)
def test_a_name_finds_its_track(speaker: str, label: str) -> None:
    assert transcript(recording(Caption(1, 2, speaker, "так")), "ru").words[0].track == label


def test_composed_and_decomposed_letters_are_the_same_name() -> None:
    tracks = (Track("track-1", "participant", "1", 60.0, "Сергейй".replace("й", "и\u0306")),)
    assert transcript(recording(Caption(1, 2, "Сергейй", "так"), tracks=tracks), "ru").words[0].track == "track-1"


def test_a_name_that_two_tracks_share_is_nobodys() -> None:
    twins = (Track("track-1", "participant", "1", 60.0, "iPhone"), Track("track-2", "participant", "2", 60.0, "iPhone"))
    assert transcript(recording(Caption(1, 2, "iPhone", "так"), tracks=twins), "ru").words[0].track == "mix"


def test_cues_of_one_speaker_are_clipped_and_of_two_are_not() -> None:
    cues = (
        Caption(2.0, 9.442, "Дарина Омарова", "провожу исследование про"),
        Caption(9.427, 12.0, "Дарина Омарова", "выпускников"),
        Caption(9.0, 10.0, "Kamila's iPhone", "угу"),
    )
    made = transcript(recording(*cues), "ru")
    hers = [word for word in made.words if word.track == "track-2"]
    assert hers[2].end == hers[3].start == 9.427
    assert [word.text for word in made.words] == ["провожу", "исследование", "про", "угу", "выпускников"]


def test_what_stands_after_the_end_is_dropped_by_name() -> None:
    made = transcript(recording(Caption(1, 70, "", "раз два"), Caption(61, 62, "", "потом"), seconds=60.0), "ru")
    assert made.words[-1].end <= 60.0
    assert [(text.text, text.rule) for text in made.dropped] == [("потом", "after-the-end")]


@pytest.mark.parametrize("captions", [(), (Caption(1, 2, "Дарина Омарова", "  "),)])
def test_without_subtitles_the_error_says_what_to_choose(captions: tuple[Caption, ...]) -> None:
    with pytest.raises(RecordingError) as raised:
        transcript(recording(*captions), "ru")
    assert raised.value.exit_code == 5
    assert "engine: openai-whisper" in raised.value.do
    assert "Дарина" not in raised.value.what + raised.value.do


def test_the_stage_needs_no_weights_for_subtitles_and_goes_on_after_a_failure() -> None:
    settings = stage.Settings(engine="captions", model="absent.pt")
    stage.check(settings)
    items = [
        stage.Item(Job("P01", ROOT), recording()),
        stage.Item(Job("P02", ROOT), recording(Caption(1, 2, "", "да"))),
    ]
    first, second = stage.run(items, settings)
    assert isinstance(first[1], Failure)
    assert (first[1].id, first[1].stage, first[1].code) == ("P01", "transcribe", 5)
    assert isinstance(second[1], Transcript)


cues = st.builds(
    Caption,
    st.floats(0, 59).map(lambda time: round(time, 3)),
    st.floats(0, 80).map(lambda time: round(time, 3)),
    st.sampled_from(["", "Дарина Омарова", "Kamila's iPhone", "Ғалия"]),
    st.text("абв ,\u00a0\n", max_size=60),
)


@given(st.lists(cues, min_size=1, max_size=12).filter(lambda some: any(cue.text.split() for cue in some)))
def test_no_word_is_lost_or_changed_and_a_speakers_words_follow_each_other(some: list[Caption]) -> None:
    for speaker in {cue.speaker for cue in some}:
        own = [cue for cue in some if cue.speaker == speaker and cue.text.split()]
        if not own:
            continue
        made = transcript(recording(*own), "ru")
        assert all(word.start < word.end <= 60.0 for word in made.words)
        assert all(before.end <= after.start for before, after in pairwise(made.words))
        told = [word.text for word in made.words] + [word for text in made.dropped for word in text.text.split()]
        assert sorted(told) == sorted(word for cue in own for word in cue.text.split())
