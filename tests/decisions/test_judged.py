"""Decisions: one pure function from what was found and what people said to what is released."""

from __future__ import annotations

from pipeline.corrections.apply import keys
from pipeline.decisions.judged import Judged, judged, result
from pipeline.deidentify.labels.replace import Style, released
from pipeline.model import Anchor, Decision, Dialogue, Entity, Flag, Redaction
from tests.helpers.releases import interview

MADE = interview(
    "P01",
    [
        "Р: Меня зовут [Айгерим Омарова|PERSON:a], я из [Текели|CITY_SMALL:t].",
        "Р: [Айгерим|PERSON:a] жила в [Японии|COUNTRY:j-] у Бауыржана и у Бауыржана.",
    ],
)
DIALOGUE, FOUND = MADE.dialogue, MADE.redaction


def on(words: str, action: str, kind: str = "", label: str = "", dialogue: Dialogue = DIALOGUE) -> Decision:
    """A decision on the first place that says these words."""
    turn, key = next((t, k) for t, k in zip(dialogue.turns, keys(dialogue.turns), strict=True) if words in t.text)
    start = turn.text.index(words)
    anchor = Anchor(key.text, key.nth, start, start + len(words))
    return Decision(anchor, action, kind, label)  # type: ignore[arg-type]


def after(*decisions: Decision, style: Style = Style()) -> Judged:
    return judged(FOUND, DIALOGUE, decisions, style)


def text(done: Judged, number: int = 1) -> str:
    entities = [e for e in done.redaction.entities if e.turn == number]
    return released(DIALOGUE.turns[number - 1], entities)


def test_without_decisions_everything_is_hidden_and_waits() -> None:
    done = after()
    assert text(done) == "Меня зовут [имя-1], я из [город-1]."
    assert done.undecided == 3


def test_accepting_changes_nothing_but_the_count() -> None:
    done = after(on("Текели", "accept", "CITY_SMALL"))
    assert done.redaction == after().redaction
    assert done.undecided == 2


def test_rejecting_shows_the_words() -> None:
    assert text(after(on("Текели", "reject", "CITY_SMALL"))) == "Меня зовут [имя-1], я из Текели."


def test_a_kind_is_changed_and_numbered_on() -> None:
    done = after(on("Текели", "edit", "PERSON"))
    assert text(done) == "Меня зовут [имя-1], я из [имя-2]."


def test_a_replacement_of_ones_own_is_shown() -> None:
    done = after(on("Текели", "edit", "CITY_SMALL", "[город на юге]"))
    assert text(done).endswith("я из [город на юге].")


def test_a_missed_word_is_hidden_and_its_like_gets_the_same_label() -> None:
    first = on("Бауыржана", "add", "PERSON")
    last = DIALOGUE.turns[1].text.rindex("Бауыржана")
    again = Decision(Anchor(first.anchor.text, 0, last, last + 9), "add", "PERSON")
    done = after(first, again)
    assert text(done, 2) == "[имя-1] жила в Японии у [имя-2] и у [имя-2]."


def test_a_harmless_kind_that_a_person_marks_is_hidden() -> None:
    assert "Японии" not in text(after(on("Японии", "edit", "COUNTRY")), 2)
    assert "Японии" not in text(after(on("Японии", "edit", "COUNTRY"), style=Style({"COUNTRY": "keep"})), 2)


def test_what_an_addition_leaves_of_a_proposal_stays_hidden() -> None:
    done = after(on("Омарова, я", "add", "PERSON"))
    assert "Айгерим" not in text(done)
    assert "Омарова" not in text(done)
    wider = after(on("Айгерим Омарова, я из Текели", "add", "ADDRESS"))
    assert text(wider) == "Меня зовут [адрес-1]."


def test_a_label_of_another_mention_joins_the_two() -> None:
    done = after(on("Бауыржана", "add", "PERSON", "[имя-1]"))
    mark = next(m for m in done.marks if m.state == "added")
    assert mark.entity.entity_id == FOUND.entities[0].entity_id


def test_flags_wait_until_they_are_read() -> None:
    flag = Flag(1, 0, 4, "religion")
    found = Redaction(FOUND.entities, (flag,))
    assert judged(found, DIALOGUE, (), Style()).undecided == 4
    answer = on("Меня", "seen", "religion")
    assert judged(found, DIALOGUE, (answer,), Style()).undecided == 3


def test_decisions_survive_a_rerun_with_other_numbers_and_ids() -> None:
    decision = on("Текели", "reject", "CITY_SMALL")
    moved = interview("P01", ["И: Начнём.", *(f"Р: {line}" for line in marked_lines())])
    after = judged(moved.redaction, moved.dialogue, [decision], Style())
    assert after.stale == ()
    assert [e.label for e in after.redaction.entities if e.kind == "CITY_SMALL"] == [""]


def marked_lines() -> list[str]:
    return [
        "Меня зовут [Айгерим Омарова|PERSON:a], я из [Текели|CITY_SMALL:t].",
        "[Айгерим|PERSON:a] жила в [Японии|COUNTRY:j-] у Бауыржана и у Бауыржана.",
    ]


def test_decisions_whose_text_or_finding_is_gone_are_listed() -> None:
    decision = on("Текели", "reject", "CITY_SMALL")
    other = interview("P01", ["Р: Меня зовут [Айгерим|PERSON:a]."])
    assert judged(other.redaction, other.dialogue, [decision], Style()).stale == (decision,)
    wider = Redaction((*FOUND.entities[:1], changed_end(FOUND.entities[1])), ())
    assert judged(wider, DIALOGUE, [decision], Style()).stale == (decision,)


def changed_end(entity: Entity) -> Entity:
    return Entity(entity.turn, entity.start - 3, entity.end, "ADDRESS", "direct", 1.0, "x", "ADDRESS:1", "[адрес-1]")


def test_accepted_words_stay_hidden_when_the_search_no_longer_sees_them() -> None:
    decision = on("Текели", "accept", "CITY_SMALL")
    nothing = Redaction(FOUND.entities[:1], ())
    done = judged(nothing, DIALOGUE, [decision], Style())
    assert text(done) == "Меня зовут [имя-1], я из [город-1]."


def test_a_finding_of_another_kind_is_decided_anew() -> None:
    decision = on("Текели", "reject", "PERSON")
    done = after(decision)
    assert done.stale == (decision,)
    assert "Текели" not in text(done)


def test_the_result_changes_only_with_what_a_reader_sees() -> None:
    before = result(DIALOGUE, after().redaction)
    assert result(DIALOGUE, after(on("Текели", "accept", "CITY_SMALL")).redaction) == before
    assert result(DIALOGUE, after(on("Текели", "reject", "CITY_SMALL")).redaction) != before
