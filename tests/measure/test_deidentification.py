"""The measures: what a known set of spans scores, and how the stage does on the gold interviews."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.measure import deidentification
from pipeline.measure import gold as gold_format
from pipeline.model import Entity
from tests.conftest import DATA, ROOT, needs_data
from tests.helpers.marked_sentences import read

TURNS = (
    ("interviewer", "Это [Дана|PERSON] и [Марат|PERSON] из [Брно|CITY_SMALL]."),
    ("respondent", "[Дана|PERSON] живёт в [Японии|COUNTRY]."),
)
CLASSES = {"PERSON": "direct", "CITY_SMALL": "quasi", "COUNTRY": "keep"}


def gold(name: str = "X1", variant: str = "clean") -> gold_format.Gold:
    turns = []
    for role, marked in TURNS:
        text, spans = read(marked)
        found = tuple(
            gold_format.GoldEntity(a, b, kind, f"{kind}:{text[a:b][:3]}", CLASSES[kind]) for a, b, kind in spans
        )
        turns.append(gold_format.GoldTurn(role, text, found, role))
    return gold_format.Gold(name, tuple(turns), variant)


def hidden(*spans: tuple[int, str, str]) -> tuple[Entity, ...]:
    """Entities on words of the turns: turn, words, entity id."""
    made = []
    for turn, words, entity_id in spans:
        text = read(TURNS[turn - 1][1])[0]
        start = text.index(words)
        kind = entity_id.split(":", maxsplit=1)[0]
        made.append(Entity(turn, start, start + len(words), kind, "direct", 0.9, "t", entity_id, f"[{entity_id}]"))
    return tuple(made)


ALL = ((1, "Дана", "PERSON:1"), (1, "Марат", "PERSON:2"), (1, "Брно", "CITY_SMALL:1"), (2, "Дана", "PERSON:1"))


def test_everything_found() -> None:
    made = deidentification.tally(gold(), hidden(*ALL))
    assert made.entities == {"direct": (2, 2), "quasi": (1, 1)}
    assert made.masked == (17, 17)
    assert made.kept == (0, 1)
    assert (made.people, made.labels) == ((2, 2), (0, 2))


def test_an_entity_with_one_mention_open_is_not_protected() -> None:
    made = deidentification.tally(gold(), hidden(*ALL[:3]))
    assert made.entities["direct"] == (1, 2)
    assert made.spans["PERSON"] == (2, 3)


def test_half_a_name_protects_nobody() -> None:
    made = deidentification.tally(gold(), hidden((1, "Дан", "PERSON:1"), (2, "Дана", "PERSON:1")))
    assert made.entities["direct"] == (0, 2)


def test_what_must_stay_and_mixed_labels_are_counted() -> None:
    made = deidentification.tally(
        gold(),
        hidden((1, "Дана", "PERSON:1"), (1, "Марат", "PERSON:1"), (2, "Дана", "PERSON:9"), (2, "Японии", "PERSON:3")),
    )
    assert made.kept == (1, 1)
    assert made.people == (1, 2)
    assert made.labels == (1, 2)


def test_the_report_says_what_it_means_for_a_study() -> None:
    good, bad = deidentification.tally(gold("X1"), hidden(*ALL)), deidentification.tally(gold("X2"), hidden(*ALL[:3]))
    (variant,) = deidentification.report([good, bad]).variants
    assert variant.direct.value == 75.0
    assert variant.direct.low <= 75.0 <= variant.direct.high
    assert (variant.misses_direct, variant.misses_study) == (0.5, 11.0)
    assert variant.clean_interviews == 0.5
    assert (variant.worst, variant.worst_direct) == ("X2", 50.0)
    assert any("worst: X2" in line for line in deidentification.lines(deidentification.report([good, bad])))


def test_the_runner_shows_the_stage_no_mark_and_keeps_words_in_place() -> None:
    made = gold_format.dialogue(gold())
    assert [turn.text for turn in made.turns] == [read(marked)[0] for _, marked in TURNS]
    for turn in made.turns:
        assert [turn.text[a:b] for a, b in turn.spans] == [word.text for word in turn.words]


def test_spans_have_an_item_a_turn(tmp_path: Path) -> None:
    source = tmp_path / "gold"
    source.mkdir()
    turns = [
        {"idx": 0, "speaker": "a", "role": "respondent", "text": "Пишите: asel@mail.example.", "entities": []},
        {"idx": 1, "speaker": "a", "role": "respondent", "text": "Ну да.", "entities": []},
    ]
    (source / "X.json").write_text(json.dumps({"id": "X", "variant": "clean", "turns": turns}), encoding="utf-8")
    deidentification.evaluate(source, deidentification.Written(tmp_path / "out", tmp_path / "open"))
    rows = json.loads((tmp_path / "out" / "X.json").read_text("utf-8"))
    assert rows == [[[8, 25, "[почта-1]"]], []]


def test_a_folder_without_gold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        gold_format.load(tmp_path)
    (tmp_path / "a.json").write_text('{"turns": 3}', encoding="utf-8")
    with pytest.raises(ConfigError):
        gold_format.load(tmp_path)


TARGETS = {"clean": (98, 95, 93), "misheard": (93, 86, 90), "asr_raw": (93, 85, 88)}


@needs_data
@pytest.mark.slow
def test_the_gold_interviews_reach_their_targets() -> None:
    for variant in deidentification.evaluate(DATA / "interviews").variants:
        direct, quasi, precision = TARGETS[variant.variant]
        assert variant.direct.value >= direct, variant
        assert variant.quasi.value >= quasi, variant
        assert variant.precision.value >= precision, variant
        assert variant.kinds["PHONE"] == variant.kinds["EMAIL"] == 100.0
        if variant.variant == "clean":
            assert variant.keep_masked.value <= 4
            assert variant.one_label.value >= 97
            assert variant.shared_labels.value <= 2


def test_interviews_with_names_from_everywhere_stay_hidden() -> None:
    """Two more interviews, every person in them invented: a Tatar family in America, a Kazakh engineer in the Gulf."""
    (clean,) = deidentification.evaluate(ROOT / "tests" / "data" / "invented").variants
    assert clean.direct.value >= 97, clean
    assert clean.quasi.value >= 92, clean
    assert clean.precision.value >= 92, clean
    assert clean.keep_masked.value <= 6
    assert clean.one_label.value >= 95
