"""Corrections: what a person changes before the search, at times and places that still fit the words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corrections.apply import CUT, Corrected, corrected, keys
from pipeline.model import Anchor, Correction, Dialogue, Dropped
from tests.helpers.releases import interview

DIALOGUE = interview("P01", ["И: Откуда вы?", "Р: Я из Текеле, там тихо.", "И: Да.", "Р: Да.", "И: Да."]).dialogue


def at(words: str, dialogue: Dialogue = DIALOGUE, nth: int = 0) -> Anchor:
    """The anchor of some words in the first turn that says them, or in a later one with the same text."""
    turn, key = next(
        (t, k) for t, k in zip(dialogue.turns, keys(dialogue.turns), strict=True) if words in t.text and k.nth == nth
    )
    start = turn.text.index(words)
    return Anchor(key.text, key.nth, start, start + len(words))


def texts(done: Corrected) -> list[str]:
    return [turn.text for turn in done.dialogue.turns]


def fits(dialogue: Dialogue) -> None:
    """Words lie where spans say, times do not run backwards, turns are numbered."""
    for number, turn in enumerate(dialogue.turns, 1):
        assert turn.number == number
        assert [turn.text[a:b] for a, b in turn.spans] == [word.text for word in turn.words]
        assert all(word.start <= word.end for word in turn.words)


def test_a_word_is_replaced_at_its_own_time() -> None:
    done = corrected(DIALOGUE, [Correction("words", at("Текеле,"), "Текели,")])
    assert texts(done)[1] == "Я из Текели, там тихо."
    before, after = DIALOGUE.turns[1].words[2], done.dialogue.turns[1].words[2]
    assert (after.start, after.end, after.interpolated) == (before.start, before.end, False)
    assert done.respelt == (("Текеле,", "Текели,"),)
    fits(done.dialogue)


def test_more_words_share_the_time_of_those_they_replace() -> None:
    done = corrected(DIALOGUE, [Correction("words", at("Текеле,"), "маленького города Текели,")])
    words = done.dialogue.turns[1].words[2:5]
    old = DIALOGUE.turns[1].words[2]
    assert (words[0].start, words[-1].end) == (old.start, old.end)
    assert all(word.interpolated for word in words)
    fits(done.dialogue)


def test_half_a_word_means_the_word() -> None:
    anchor = at("еке")
    assert texts(corrected(DIALOGUE, [Correction("words", anchor, "Текели,")]))[1] == "Я из Текели, там тихо."


def test_a_passage_is_cut_and_says_so() -> None:
    done = corrected(DIALOGUE, [Correction("cut", at("из Текеле,"))])
    assert texts(done)[1] == f"Я {CUT} там тихо."
    cut = next(word for word in done.dialogue.turns[1].words if word.text == CUT)
    assert (cut.start, cut.end) == (DIALOGUE.turns[1].words[1].start, DIALOGUE.turns[1].words[2].end)
    fits(done.dialogue)


def test_a_turn_is_split_between_two_speakers() -> None:
    done = corrected(DIALOGUE, [Correction("split", at("там"), speaker="И")])
    assert texts(done)[1:3] == ["Я из Текеле,", "там тихо."]
    assert [turn.speaker for turn in done.dialogue.turns[1:3]] == ["Р", "И"]
    fits(done.dialogue)


def test_a_turn_gets_another_speaker_and_a_new_one_is_added() -> None:
    done = corrected(DIALOGUE, [Correction("speaker", at("Откуда"), speaker="speaker-1")])
    assert done.dialogue.turns[0].speaker == "speaker-1"
    assert {speaker.label for speaker in done.dialogue.speakers} >= {"speaker-1"}
    assert not done.dialogue.turns[0].question


def test_a_role_holds_for_the_whole_interview() -> None:
    done = corrected(DIALOGUE, [Correction("role", value="other", speaker="И")])
    assert {s.label: s.role for s in done.dialogue.speakers}["И"] == "other"


def test_dropped_words_come_back_as_a_turn_at_their_time() -> None:
    dialogue = Dialogue(DIALOGUE.turns, DIALOGUE.speakers, (), (Dropped(0.9, 1.0, "Да, конечно", "bleed"),))
    done = corrected(dialogue, [Correction("restore", value="Да, конечно", start=0.9, end=1.0)])
    assert "Да, конечно" in texts(done)
    assert done.dialogue.dropped == ()
    fits(done.dialogue)


def test_all_words_of_a_turn_may_go() -> None:
    done = corrected(DIALOGUE, [Correction("words", at("Да.", nth=1), "")])
    assert texts(done) == ["Откуда вы?", "Я из Текеле, там тихо.", "Да.", "Да."]
    assert [turn.speaker for turn in done.dialogue.turns[2:]] == ["И", "И"]


def test_turns_that_say_the_same_are_told_apart() -> None:
    done = corrected(DIALOGUE, [Correction("words", at("Да.", nth=1), "Нет.")])
    assert texts(done)[2:] == ["Да.", "Нет.", "Да."]


def test_corrections_build_on_each_other_and_a_lost_place_is_reported() -> None:
    first = Correction("words", at("Текеле,"), "Текели,")
    then = corrected(DIALOGUE, [first]).dialogue
    second = Correction("words", at("тихо.", then), "шумно.")
    assert texts(corrected(DIALOGUE, [first, second]))[1] == "Я из Текели, там шумно."
    alone = corrected(DIALOGUE, [second])
    assert alone.stale == (second,)
    assert alone.dialogue == DIALOGUE


@pytest.mark.parametrize("kind", ["words", "cut", "split", "speaker"])
def test_nothing_outside_a_turn_is_changed(kind: str) -> None:
    far = Anchor(at("Текеле").text, 0, 400, 410)
    made = Correction(kind, far, "x", "И")  # type: ignore[arg-type]
    assert corrected(DIALOGUE, [made]).stale == (made,)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["words", "cut", "split"]),
            st.integers(0, 4),
            st.integers(0, 20),
            st.integers(1, 9),
            st.sampled_from(["", "да", "Айша Омарова", "раз два три"]),
        ),
        max_size=6,
    )
)
def test_words_spans_and_numbers_always_fit(steps: list[tuple[str, int, int, int, str]]) -> None:
    dialogue = DIALOGUE
    for kind, turn, start, length, value in steps:
        if turn >= len(dialogue.turns):
            continue
        key = keys(dialogue.turns)[turn]
        end = min(start + length, len(dialogue.turns[turn].text))
        made = Correction(kind, Anchor(key.text, key.nth, start, end), value)  # type: ignore[arg-type]
        dialogue = corrected(dialogue, [made]).dialogue
        fits(dialogue)
