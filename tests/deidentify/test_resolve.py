"""Overlapping findings: certain before harmless, harmless before doubtful, the longest, union when they cross."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.deidentify.labels.policy import KINDS, class_of
from pipeline.deidentify.passage import Finding, passage
from pipeline.deidentify.resolve import CERTAIN, resolved


def spans(*found: Finding) -> list[tuple[int, int, str]]:
    """What is left, as (start, end, kind)."""
    return [(one.start, one.end, one.kind) for one in resolved(found)]


def test_no_space_is_left_where_a_harmless_word_is_taken_out() -> None:
    made = passage("отдел кадров Европы", "", True)
    found = (Finding(0, 19, "ORG_EMPLOYER", 0.6, "tagger-org"), Finding(13, 19, "COUNTRY", 0.9, "country"))
    assert [(one.start, one.end) for one in resolved(found, made)] == [(0, 12), (13, 19)]


def test_the_longest_wins() -> None:
    short = Finding(4, 8, "PERSON", 0.9, "a")
    assert spans(short, Finding(0, 12, "ADDRESS", 0.8, "b")) == [(0, 12, "ADDRESS")]


def test_harmless_takes_out_what_only_the_tagger_saw() -> None:
    assert spans(Finding(0, 7, "PERSON", 0.45, "tagger-per"), Finding(0, 7, "ALLOWED_TERM", 0.8, "b")) == [
        (0, 7, "ALLOWED_TERM")
    ]


def test_harmless_never_stops_what_is_certain() -> None:
    assert spans(Finding(0, 7, "PERSON", CERTAIN, "contact"), Finding(0, 7, "PUBLIC_FIGURE", 1.0, "b")) == [
        (0, 7, "PERSON")
    ]


def test_an_organisation_may_hold_a_famous_name() -> None:
    assert spans(Finding(0, 10, "PUBLIC_FIGURE", 0.9, "a"), Finding(0, 22, "ORG_UNIVERSITY", 0.9, "b")) == [
        (0, 22, "ORG_UNIVERSITY")
    ]


def test_a_firm_person_goes_before_a_likely_place() -> None:
    assert spans(Finding(3, 9, "PERSON", 0.8, "a"), Finding(3, 9, "CITY_SMALL", 0.6, "b")) == [(3, 9, "PERSON")]


def test_crossing_findings_are_joined() -> None:
    assert spans(Finding(0, 8, "PERSON", 0.8, "a"), Finding(5, 14, "ORG_EMPLOYER", 0.8, "b")) == [
        (0, 14, "ORG_EMPLOYER")
    ]


def test_two_people_are_not_one() -> None:
    tagger = Finding(0, 13, "PERSON", 0.7, "tagger-per")
    both = (Finding(0, 7, "PERSON", 0.8, "given-name"), Finding(8, 13, "PERSON", 0.8, "given-name"))
    assert spans(tagger, *both) == [(0, 7, "PERSON"), (8, 13, "PERSON")]


findings = st.builds(
    lambda start, length, kind, score, rule: Finding(start, start + length, kind, score, rule),
    st.integers(0, 30),
    st.integers(1, 12),
    st.sampled_from(sorted(KINDS)),
    st.floats(0.1, 1.0),
    st.sampled_from(["tagger-per", "given-name", "contact", "place-gazetteer"]),
)


@given(st.lists(findings, max_size=12))
def test_nothing_overlaps_and_nothing_firm_is_lost(found: list[Finding]) -> None:
    left = resolved(found)
    assert all(one.end <= two.start for one, two in pairwise(left))
    masked = {at for one in left if class_of(one.kind) != "keep" for at in range(one.start, one.end)}
    for one in found:
        if one.score >= CERTAIN and class_of(one.kind) != "keep" and one.rule == "contact":
            assert masked >= set(range(one.start, one.end))


@given(st.lists(findings, max_size=12))
def test_order_does_not_matter(found: list[Finding]) -> None:
    assert resolved(found) == resolved(found[::-1])
