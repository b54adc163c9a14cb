"""What a second look can catch, counted by hand."""

from __future__ import annotations

import json

from pipeline.measure import deidentification, second_look
from pipeline.measure.gold import Gold, GoldEntity, GoldTurn
from pipeline.model import Entity, Open, Redaction

TEXT = "Это Дана, Анна Ким и Брно."


def gold(name: str = "X1") -> Gold:
    marks = (
        GoldEntity(4, 8, "PERSON", "PERSON:d", "direct"),
        GoldEntity(10, 18, "PERSON", "PERSON:k", "direct"),
        GoldEntity(21, 25, "CITY_SMALL", "CITY:b", "quasi"),
    )
    again = GoldTurn("a", "Дана.", (GoldEntity(0, 4, "PERSON", "PERSON:d", "direct"),))
    return Gold(name, (GoldTurn("a", TEXT, marks), again))


def hidden(turn: int, start: int, end: int) -> Entity:
    return Entity(turn, start, end, "PERSON", "direct", 0.9, "t", "PERSON:1", "[имя-1]")


FOUND = Redaction(
    (hidden(1, 4, 8), hidden(1, 15, 18)),
    (),
    (Open(1, 10, 14, 0.6, "анна"), Open(1, 21, 25, 0.3, "брно"), Open(2, 0, 4, 0.1, "дана")),
)


def test_an_entity_is_caught_where_every_letter_of_every_mention_is() -> None:
    made = second_look.look(gold(), FOUND)
    assert second_look.shares([made]) == {"direct": 100.0, "quasi": 100.0}
    assert second_look.shares([made], 0.2) == {"direct": 50.0, "quasi": 100.0}
    assert second_look.shares([made], 0.5) == {"direct": 50.0, "quasi": 0.0}
    assert second_look.shares([made], 0.7) == {"direct": 0.0, "quasi": 0.0}
    assert second_look.kinds([made]) == {"CITY_SMALL": 100.0, "PERSON": 100.0}


def test_a_letter_that_nothing_catches_is_a_miss_whatever_is_asked() -> None:
    less = Redaction(FOUND.entities, (), (Open(1, 10, 13, 0.6, "анн"),))
    made = second_look.look(gold(), less)
    assert second_look.shares([made]) == {"direct": 0.0, "quasi": 0.0}


def test_questions_are_counted_once_an_interview_and_once_a_study() -> None:
    looks = [second_look.look(gold("X1"), FOUND), second_look.look(gold("X2"), FOUND)]
    assert looks[0].words == 7
    assert second_look.questions(looks) == round(1000 * 3 / 7, 1)
    assert second_look.questions(looks, 0.5) == round(1000 / 7, 1)
    assert second_look.in_turn(looks) == (round(1000 * 3 / 7, 1), 0.0)


def test_the_curve_falls_with_the_risk_from_which_is_asked() -> None:
    points = second_look.curve([second_look.look(gold(), FOUND)])
    assert [point.risk for point in points] == list(second_look.CUTS)
    assert [point.direct for point in points] == sorted((point.direct for point in points), reverse=True)
    assert points[0].questions_per_1000_words > points[-1].questions_per_1000_words


def test_rows_say_where_is_asked_and_leave_no_space_between_parts_of_a_name() -> None:
    assert json.loads(second_look.rows(gold(), FOUND)) == [[[8, 15, 0.6], [21, 25, 0.3]], [[0, 4, 0.1]]]


def test_the_report_says_it_by_variant() -> None:
    tallies = [deidentification.tally(gold(), FOUND.entities)]
    (variant,) = deidentification.report(tallies, [second_look.look(gold(), FOUND)]).variants
    assert variant.hidden_or_asked == {"direct": 100.0, "quasi": 100.0}
    assert variant.questions_per_1000_words == round(1000 * 3 / 7, 1)
    said = deidentification.lines(deidentification.Report((variant,)))
    assert any("hidden or asked: 100.0 % direct" in line for line in said)
