"""Words that nothing says are harmless: which of them are left, whatever people answer and correct."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corrections.apply import corrected, keys
from pipeline.decisions import second_look, sign_off
from pipeline.decisions.journal import Book, Journal, Wish
from pipeline.decisions.judged import Judged, judged
from pipeline.decisions.second_look import Beside, Tally
from pipeline.deidentify.labels.replace import Style, pieces
from pipeline.model import Anchor, Correction, Decision, Dialogue, Redaction
from tests.helpers.releases import interview

MADE = interview(
    "P01",
    [
        "Р: Там был [Герем|OPEN:герем], он из [Текели|CITY_SMALL:t].",
        "И: А [вера|OPEN:вера] у вас какая?",
        "Р: Мне [Герему|OPEN:герем] и [Вере|OPEN:вера_имя] звонить нельзя.",
    ],
)
DIALOGUE, FOUND = MADE.dialogue, MADE.redaction


def on(words: str, action: str, kind: str = "", question: str = "", dialogue: Dialogue = DIALOGUE) -> Decision:
    """A decision on the first place that says these words."""
    turn, key = next((t, k) for t, k in zip(dialogue.turns, keys(dialogue.turns), strict=True) if words in t.text)
    start = turn.text.index(words)
    anchor = Anchor(key.text, key.nth, start, start + len(words))
    return Decision(anchor, action, kind, question=question)  # type: ignore[arg-type]


def after(*decisions: Decision, beside: Beside = Beside()) -> Judged:
    return judged(FOUND, DIALOGUE, decisions, Style(), beside)


def left(done: Judged) -> list[str]:
    texts = {turn.number: turn.text for turn in DIALOGUE.turns}
    return [texts[one.turn][one.start : one.end] for one in done.redaction.open]


def test_what_nobody_answered_is_left() -> None:
    assert left(after()) == ["Герем", "вера", "Герему", "Вере"]


def test_harmless_here_is_one_place() -> None:
    assert left(after(on("Герем,", "harmless", question="герем"))) == ["Герем", "вера", "Герему", "Вере"]
    assert left(after(on("Герем", "harmless", question="герем"))) == ["вера", "Герему", "Вере"]


def test_harmless_in_the_study_is_every_place_that_asks_the_same() -> None:
    beside = Beside(frozenset({"вера"}))
    assert left(after(beside=beside)) == ["Герем", "Герему", "Вере"], "another sense is another question"


def test_an_answer_to_another_question_answers_nothing() -> None:
    assert left(after(on("вера", "harmless", question="вера_имя"))) == ["Герем", "вера", "Герему", "Вере"]


def test_what_a_person_hides_is_not_left() -> None:
    done = after(on("Герему", "add", "PERSON"))
    assert left(done) == ["Герем", "вера", "Вере"]
    assert [one.state for one in done.asked] == ["open", "open", "hidden", "open"]


def test_half_a_run_that_is_hidden_is_left() -> None:
    made = interview("P01", ["Р: Там был [ай Герем|OPEN:ай_герем]."])
    half = on("Герем", "add", "PERSON", dialogue=made.dialogue)
    assert judged(made.redaction, made.dialogue, [half], Style()).asked[0].state == "open"
    whole = on("ай Герем", "add", "PERSON", dialogue=made.dialogue)
    assert judged(made.redaction, made.dialogue, [whole], Style()).asked[0].state == "hidden"


def test_the_later_of_two_answers_holds() -> None:
    harmless, hidden = on("Герем", "harmless", question="герем"), on("Герем", "add", "PERSON")
    assert after(harmless, hidden).asked[0].state == "hidden"
    assert after(hidden, harmless).asked[0].state == "here"


def test_a_proposal_is_not_decided_by_an_answer_to_a_question() -> None:
    done = after(on("Текели", "harmless", question="текели"))
    assert done.undecided == 1
    assert done.stale == ()


def test_words_that_were_once_proposed_and_kept_are_answered() -> None:
    assert left(after(on("вера", "reject", "PERSON"))) == ["Герем", "Герему", "Вере"]


def test_a_place_on_which_two_reviewers_differ_is_left() -> None:
    name = f"{keys(DIALOGUE.turns)[0].text[:24]}-0/8-13"
    done = after(on("Герем", "harmless", question="герем"), beside=Beside(disputed=frozenset({name})))
    assert left(done) == ["Герем", "вера", "Герему", "Вере"]


def test_an_answer_whose_turn_is_gone_answers_nothing_and_what_stands_there_is_asked() -> None:
    other = interview("P01", ["Р: Другие [слова|OPEN:слова]."])
    here, study = (on("Герем", "harmless", kind, "герем") for kind in ("", "study"))
    done = judged(other.redaction, other.dialogue, [here, study], Style())
    assert done.stale == ()
    assert [one.state for one in done.asked] == ["open"]


def test_a_text_that_waits_to_be_searched_again_leaves_its_questions_open() -> None:
    whole = on("Мне Герему и Вере звонить нельзя.", "add").anchor
    short = corrected(DIALOGUE, [Correction("words", whole, "Да.")]).dialogue
    done = judged(FOUND, short, [], Style(), Beside(frozenset({"герем", "вера_имя"})))
    assert [one.state for one in done.asked] == ["study", "open", "open", "open"]


@pytest.mark.parametrize(
    ("asked_from", "told"),
    [
        (0.0, Tally(asked=4, different=3, hidden=1, here=1, study=0, left=2)),
        (0.5, Tally(asked=4, different=3, hidden=1, here=1, study=0, left=2)),
        (0.6, Tally()),
        (None, Tally()),
    ],
)
def test_only_the_risk_that_the_study_asks_about_counts(asked_from: float | None, told: Tally) -> None:
    done = after(on("Герему", "add", "PERSON"), on("вера", "harmless", question="вера"))
    assert second_look.tally(second_look.wanted(done.asked, asked_from)) == told


def test_answers_for_the_study_are_read_off_every_interview_and_go_with_undo(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "review.db")
    decision = on("вера", "harmless", "study", "вера")
    journal.act("R1", "P01", [Wish("decide", "k", msgspec.json.encode(decision).decode())])
    assert sign_off.harmless(journal.books) == {"вера"}
    journal.undo("R1", "P01")
    assert sign_off.harmless(journal.books) == frozenset()
    journal.redo("R1", "P01")
    assert sign_off.beside("P04", journal.books) == Beside(frozenset({"вера"}))
    journal.close()


def test_steps_of_one_act_are_undone_at_once(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "review.db")
    batch = journal.act_in("R1", "P01", [Wish("decide", "one", "{}")], "")
    assert journal.act_in("R1", "P01", [Wish("decide", "two", "{}")], batch) == batch
    assert {row.key for row in journal.undo("R1", "P01")} == {"one", "two"}
    assert journal.undo("R1", "P01") == ()
    journal.close()


# ---- properties: however an interview is edited

ANSWERS = st.lists(
    st.tuples(
        st.integers(0, 30),
        st.integers(1, 12),
        st.integers(0, 2),
        st.sampled_from(["harmless", "add", "reject", "edit", "accept"]),
        st.sampled_from(["", "study", "PERSON"]),
        st.sampled_from(["герем", "вера", "вера_имя", "текели"]),
    ),
    max_size=8,
)


def decisions(drawn: Sequence[tuple[int, int, int, str, str, str]]) -> list[Decision]:
    """Decisions anywhere in the interview; those that cannot be written are left out."""
    names, made = keys(DIALOGUE.turns), []
    for start, length, at, action, kind, question in drawn:
        text = DIALOGUE.turns[at].text
        low = min(start, len(text) - 1)
        anchor = Anchor(names[at].text, names[at].nth, low, min(low + length, len(text)))
        fits = kind if action == "harmless" else "PERSON"
        made.append(Decision(anchor, action, fits, question=question if action == "harmless" else ""))  # type: ignore[arg-type]
    places = [(one.turn, one.start, one.end) for one in FOUND.open]
    for start, _, _, action, kind, question in drawn[::2]:  # and some exactly on open words
        turn, a, b = places[start % len(places)]
        anchor = Anchor(names[turn - 1].text, names[turn - 1].nth, a, b)
        made.append(Decision(anchor, action, kind if action == "harmless" else "PERSON", question=question))  # type: ignore[arg-type]
    return made


@given(ANSWERS, st.sets(st.sampled_from(["герем", "вера", "вера_имя"])))
def test_every_open_word_is_hidden_decided_or_left(
    drawn: list[tuple[int, int, int, str, str, str]], known: set[str]
) -> None:
    made = decisions(drawn)
    done = judged(FOUND, DIALOGUE, made, Style(), Beside(frozenset(known)))
    assert [one.open for one in done.asked] == list(FOUND.open)
    said = {(d.anchor.text, d.anchor.nth, d.anchor.start, d.anchor.end): d for d in made}
    names = keys(DIALOGUE.turns)
    for one in done.asked:
        word = one.open
        turn = DIALOGUE.turns[word.turn - 1]
        shown = [
            at
            for piece in pieces(turn, [e for e in done.redaction.entities if e.turn == turn.number])
            for at in range(piece.start, piece.end)
            if not piece.label
        ]
        visible = any(turn.text[at].isalnum() for at in shown if word.start <= at < word.end)
        key = names[word.turn - 1]
        decided = said.get((key.text, key.nth, word.start, word.end))
        answered = decided is not None and (
            decided.action == "reject" or (decided.action == "harmless" and decided.question == word.question)
        )
        settled = answered or word.question in known
        assert (one.state == "open") == (visible and not settled)
        assert (word in done.redaction.open) == (one.state == "open")


@given(st.integers(0, 3), st.sampled_from(["Гирем", "вера", "Герем Оспанов", "да"]))
def test_a_word_changed_by_correction_is_open_again(at: int, value: str) -> None:
    """Answered in its place alone: the answer is of the words that stood there."""
    word = FOUND.open[at]
    name = keys(DIALOGUE.turns)[word.turn - 1]
    anchor = Anchor(name.text, name.nth, word.start, word.end)
    answer = Decision(anchor, "harmless", question=word.question)
    assert judged(FOUND, DIALOGUE, [answer], Style()).asked[at].state == "here"
    changed = corrected(DIALOGUE, [Correction("words", anchor, value)]).dialogue
    text = changed.turns[word.turn - 1].text
    if text == DIALOGUE.turns[word.turn - 1].text:
        return
    anew = msgspec.structs.replace(word, end=word.start + len(value), question=value)
    found = Redaction((), (), (anew,))
    assert judged(found, changed, [answer], Style()).asked[0].state == "open"


def test_a_book_without_answers_is_harmless_about_nothing() -> None:
    assert Book().harmless() == frozenset()
