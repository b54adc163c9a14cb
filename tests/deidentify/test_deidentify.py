"""De-identification end to end: the gold interviews, any Unicode, settings, and the trace for the audit."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.deidentify import engine, stage
from pipeline.deidentify.labels.replace import released
from pipeline.deidentify.passage import Finding, Passage, Rule, passage
from pipeline.deidentify.people import tagger
from pipeline.errors import ConfigError
from pipeline.model import Dialogue, Failure, Job, Redaction, Speaker, Turn
from tests.conftest import DATA, needs_data

JOB = Job("P99", Path("nowhere"))
MARK = ("Аружан", "Тлеубай", "Сарсеновой", "+7 701 234 56 78", "вера", "Роман", "apa@mail.example", "в Актобе", "сау")


def talk(*texts: str) -> Dialogue:
    """Turns of one respondent."""
    turns = tuple(Turn(number, 0.0, 0.0, "r", text, (), ()) for number, text in enumerate(texts, 1))
    return Dialogue(turns, (Speaker("r", "respondent", "P99", (), 1.0),))


def redacted(dialogue: Dialogue, chosen: stage.Settings | None = None) -> Redaction:
    """The dialogue searched with default settings."""
    return stage.redact(stage.Item(JOB, dialogue), chosen or stage.Settings())


texts = st.one_of(
    st.text(max_size=80),
    st.lists(st.one_of(st.sampled_from(MARK), st.text("абвгқәі -.,!?ABC12", max_size=12)), max_size=8).map(" ".join),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(texts, max_size=4))
def test_any_text_gives_entities_inside_their_turns(said: list[str]) -> None:
    dialogue = talk(*said)
    found = redacted(dialogue)
    lengths = {turn.number: len(turn.text) for turn in dialogue.turns}
    assert all(0 <= entity.start < entity.end <= lengths[entity.turn] for entity in found.entities)
    ordered = [(entity.turn, entity.start, entity.end) for entity in found.entities]
    assert ordered == sorted(ordered)
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(ordered))
    assert found == redacted(dialogue)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from((*MARK, "я", "живу", "и", "говорит", "в школе")), min_size=1, max_size=10))
def test_masking_what_is_masked_changes_nothing(words: list[str]) -> None:
    capitals = "Здравствуйте. Хорошо, начнём."  # so that it shows, masked or not, whether names are written with them
    dialogue = talk(capitals, " ".join(words))
    masked = _release(dialogue, redacted(dialogue))
    again = talk(*masked.split("\n"))
    assert _release(again, redacted(again)) == masked


def _release(dialogue: Dialogue, found: Redaction) -> str:
    return "\n".join(
        released(turn, [entity for entity in found.entities if entity.turn == turn.number]) for turn in dialogue.turns
    )


def test_a_strange_name_between_two_known_ones_is_hidden() -> None:
    dialogue = talk("Здравствуйте. Хорошо, начнём.", "Там была Аружан Тлеубай Аружан и Дана.")
    assert _release(dialogue, redacted(dialogue)).endswith("Там была [имя-1] [имя-1] и [имя-2].")


def test_replacements_do_not_hold_what_they_replace() -> None:
    dialogue = talk("Меня зовут Жансая Тлеубергенова, мой номер +7 701 005 12 34.")
    text = _release(dialogue, redacted(dialogue))
    assert "Жансая" not in text
    assert "Тлеубергенова" not in text
    assert "701" not in text


def test_allowed_words_stay_in_any_case() -> None:
    dialogue = talk("Я работаю в фонде Ақбота, про Ақботу все знают. Со мной Гүлназ.")
    plain = {e.entity_id for e in redacted(dialogue).entities if e.label}
    allowed = redacted(dialogue, stage.Settings(allow=("Ақбота", "фонд Ақбота")))
    left = [dialogue.turns[0].text[e.start : e.end] for e in allowed.entities if e.label]
    assert left == ["Гүлназ"]
    assert len(plain) > 1


def test_a_threshold_leaves_doubtful_findings() -> None:
    dialogue = talk("Потом мы видели там Жанпеисту и ушли.")
    assert all(entity.score >= 0.9 for entity in redacted(dialogue, stage.Settings(threshold=0.9)).entities)


def test_an_unknown_policy_stops_before_any_work() -> None:
    with pytest.raises(ConfigError):
        stage.check(stage.Settings(policy={"PERSONS": "keep"}))


def test_the_trace_holds_rules_and_no_words(tmp_path: Path) -> None:
    item = stage.Item(Job("P99", tmp_path), talk("Меня зовут Жансая, я из Жезказгана."))
    ((name, made),) = stage.run([item], stage.Settings())
    assert (name, type(made)) == ("P99", Redaction)
    rows = [json.loads(line) for line in (tmp_path / stage.TRACE).read_text("utf-8").splitlines()]
    assert "given-name" in {row[5] for row in rows}
    assert "Жансая" not in (tmp_path / stage.TRACE).read_text("utf-8")


def test_one_interview_that_fails_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.deidentify import search

    whole = search.search
    broken = stage.Item(Job("P98", Path("nowhere")), talk("x"))

    def breaks(item: stage.Item, chosen: stage.Settings, *_rest: object) -> search.Search:
        if item.job.id == "P98":
            raise ValueError("a name that must not be shown")
        return whole(item, chosen, lambda _id, _share: None)

    monkeypatch.setattr(search, "search", breaks)
    made = dict(stage.run([broken, stage.Item(JOB, talk("Меня зовут Жансая."))], stage.Settings()))
    assert isinstance(made["P98"], Failure)
    assert "name" not in made["P98"].what
    assert isinstance(made["P99"], Redaction)


@pytest.mark.parametrize("cased", [True, False])
def test_the_tagger_sees_in_a_batch_what_it_sees_alone(cased: bool) -> None:
    said = ["Да.", "", "Меня зовут Жансая Омарова, я из Караганды.", "Потом работала в Air Astana с Ерланом."]
    said += [f"{'Ну вот, значит. ' * at}Позвонил Ерлан из Лондона." for at in range(12)]
    turns = {at: passage(text if cased else text.lower(), "", cased) for at, text in enumerate(said)}
    together = tagger.ahead(turns)
    alone = {at: tagger.ahead({at: made})[at] for at, made in turns.items()}
    assert together == alone
    assert sum(bool(made.tagged) for made in together.values()) > 10
    assert all(list(tagger.tag(turns[at])) == list(tagger.tag(made)) for at, made in together.items())


@given(st.text("абв. ?!\n[", max_size=200), st.integers(0, 60))
def test_a_monologue_is_read_in_parts_that_leave_nothing_out(text: str, times: int) -> None:
    long = text * times
    parts = tagger.parts(long)
    assert all(0 < end - start <= tagger.LONGEST for start, end in parts)
    covered = {at for start, end in parts for at in range(start, end)}
    assert not [at for at, letter in enumerate(long) if at not in covered and not letter.isspace()]
    assert all(a[1] == b[0] for a, b in pairwise(parts))


def test_a_turn_that_was_seen_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    item = stage.Item(JOB, talk("Меня зовут Жансая.", "Я из Караганды.", "Работала с Ерланом."))
    seen: dict[tuple[str, str, bool], tuple[Finding, ...]] = {}
    first = stage.redact(item, stage.Settings(), seen=seen)
    read: list[str] = []
    whole = engine.findings

    def reads(made: Passage, rules: tuple[Rule, ...]) -> tuple[Finding, ...]:
        read.append(made.text)
        return whole(made, rules)

    monkeypatch.setattr(engine, "findings", reads)
    assert stage.redact(item, stage.Settings(), seen=seen) == first
    assert read == []
    changed = talk("Меня зовут Жансая.", "Я из Караганды.", "С Ерланом.")
    stage.redact(stage.Item(JOB, changed), stage.Settings(), seen=seen)
    assert read == ["С Ерланом."]


def test_importing_is_cheap_and_torch_stays_out() -> None:
    code = (
        "import sys; from pipeline.deidentify import stage; heavy = {'torch','spacy','natasha','presidio_analyzer'};"
        "assert not heavy & set(sys.modules);"
        "from pathlib import Path; from pipeline.model import Dialogue, Job, Turn;"
        "d = Dialogue((Turn(1, 0, 0, 'r', 'Меня зовут Жансая.', (), ()),), ());"
        "stage.redact(stage.Item(Job('P99', Path('nowhere')), d), stage.Settings());"
        "assert 'torch' not in sys.modules or sys.modules['torch'] is not None"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def shares(names: list[str], variant: str) -> dict[str, float]:
    """Share of entities all of whose mentions are covered, by class; and of masked letters that had to go."""
    whole = {"direct": 0, "quasi": 0}
    kept = {"direct": 0, "quasi": 0}
    letters = right = 0
    for name in names:
        gold = json.loads((DATA / "interviews" / f"{name}{variant}.json").read_text("utf-8"))
        speakers = {t["speaker"]: Speaker(t["speaker"], "other", "", (), 1.0, t["display_name"]) for t in gold["turns"]}
        turns = tuple(Turn(t["idx"] + 1, 0.0, 0.0, t["speaker"], t["text"], (), ()) for t in gold["turns"])
        found = redacted(Dialogue(turns, tuple(speakers.values())))
        missed: dict[tuple[str, str], bool] = {}
        for turn in gold["turns"]:
            shown = [e for e in found.entities if e.turn == turn["idx"] + 1 and e.label]
            masked = {at for e in shown for at in range(e.start, e.end)}
            goes = {at for e in turn["entities"] if e["class"] != "keep" for at in range(e["start"], e["end"])}
            letters += len(masked)
            right += len(masked & goes)
            for e in turn["entities"]:
                if e["class"] != "keep":
                    key = (e["class"], e["entity_id"])
                    spaces = {at for at in range(e["start"], e["end"]) if not turn["text"][at].isalnum()}
                    bare = not set(range(e["start"], e["end"])) - spaces <= masked
                    missed[key] = missed.get(key, False) or bare
        for (cls, _), miss in missed.items():
            whole[cls] += 1
            kept[cls] += not miss
    return {**{cls: kept[cls] / whole[cls] for cls in whole}, "precision": right / letters}


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize(
    ("variant", "direct", "quasi", "precision"),
    [("", 0.98, 0.95, 0.93), (".misheard", 0.93, 0.86, 0.90), (".asr", 0.93, 0.85, 0.88)],
)
def test_gold_interviews(variant: str, direct: float, quasi: float, precision: float) -> None:
    found = shares([f"P0{number}" for number in range(1, 9)], variant)
    assert found["direct"] >= direct
    assert found["quasi"] >= quasi
    assert found["precision"] >= precision
