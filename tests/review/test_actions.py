"""What each act on the page writes, and what the page answers."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from pipeline.decisions import sign_off
from pipeline.model import Dialogue, Dropped, Flag
from pipeline.release import publish
from pipeline.release.publish import released
from pipeline.review.interview_view import Desk
from pipeline.study.folder import open_study
from tests.helpers.review_pages import LINES, Page, written


class Table:
    """One interview on the page of one reviewer, addressed by its words."""

    def __init__(self, page: Page, interview: str = "P01") -> None:
        self.page = page
        self.interview = interview
        self.browser: TestClient = page.browser()

    @property
    def desk(self) -> Desk:
        desk = self.page.room.desk(self.interview)
        assert desk is not None
        return desk

    def spot(self, words: str) -> dict[str, object]:
        view = self.desk.view()
        name, index = next((n, i) for n, i in view.by_key.items() if words in view.dialogue.turns[i].text)
        start = view.dialogue.turns[index].text.index(words)
        return {"turn": name, "start": start, "end": start + len(words)}

    def post(self, act: str, code: int = 200, **body: object) -> Any:
        answer = self.browser.post(f"/api/{self.interview}/{act}", json=body)
        assert answer.status_code == code
        return answer.json() if code == 200 else None

    def text(self, interview: str = "") -> str:
        return released_of(self.page, interview or self.interview)


def released_of(page: Page, interview: str) -> str:
    return page.room.outside.released(interview, False)


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(written(tmp_path, flags=(Flag(1, 0, 12, "greeting"), Flag(4, 0, 8, "religion"))))


@pytest.fixture
def table(page: Page) -> Table:
    return Table(page)


def test_all_alike_in_the_interview_or_the_study_with_the_count_first(table: Table) -> None:
    body: dict[str, Any] = {"spot": table.spot("Айгерим"), "kind": "PERSON", "action": "reject"}
    counted = table.post("decide", **body, scope="study", count=True)
    assert (counted["here"], counted["count"]) == (2, 3)
    assert "Айгерим" not in table.text()
    table.post("decide", **body, scope="interview")
    assert table.text().count("Айгерим") == 2
    assert "Айгерим" not in table.text("P04")
    table.post("decide", **body, scope="study")
    assert table.text("P04").count("Айгерим") == 1
    table.post("undo")
    table.post("undo")
    assert "Айгерим" not in table.text() + table.text("P04")


def test_missed_words_are_hidden_wherever_they_stand(table: Table) -> None:
    body: dict[str, Any] = {"spot": table.spot("Понятно"), "kind": "PERSON", "action": "add"}
    table.post("decide", **body)
    assert table.post("decide", **body, scope="study", count=True)["count"] == 0
    assert "Понятно" not in table.text()


def test_many_are_accepted_at_once_except_in_flagged_turns(table: Table) -> None:
    before = table.post("bulk", kind="", above=0.5, count=True)
    assert before["count"] == 2
    assert before["undecided"] == 6
    assert table.post("bulk", kind="", above=0.5)["undecided"] == 4
    assert table.post("bulk", kind="CITY_SMALL", above=0.5)["count"] == 0


def test_nothing_is_signed_off_before_everything_is_decided(table: Table) -> None:
    assert table.post("sign")["done"] is False
    while (view := table.desk.view()).undecided:
        mark = next((m for m in view.judged.marks if m.state == "undecided"), None)
        if mark is not None:
            text = view.dialogue.turns[mark.entity.turn - 1].text[mark.entity.start : mark.entity.end]
            table.post("decide", spot=table.spot(text), action="accept", scope="interview")
            continue
        flag = next(flag for flag, seen in view.judged.flags if not seen)
        name = next(n for n, index in view.by_key.items() if index == flag.turn - 1)
        table.post("flag", spot={"turn": name, "start": flag.start, "end": flag.end}, rule=flag.rule)
    names = list(table.desk.view().by_key)
    table.post("read", turns=names[:1])
    signed = table.post("sign")
    assert signed["done"] is True
    assert (signed["signed"], signed["stale"]) == ("R1", False)
    made = table.desk.book.signed()
    assert made is not None
    assert 0 < made.read < 1
    assert made.read_by == (("R1", made.read),)
    table.post("undo")
    assert table.post("redo")["stale"] is False


@pytest.mark.parametrize(
    "body",
    [
        {"spot": {"turn": "nowhere-0", "start": 0, "end": 3}, "action": "accept"},
        {"spot": {"turn": "nowhere-0", "start": 0, "end": 3}, "action": "add", "kind": "PERSON", "scope": "study"},
    ],
)
def test_what_has_no_place_is_refused(table: Table, body: dict[str, Any]) -> None:
    table.post("decide", 422, **body)


def test_stretches_outside_a_turn_and_unknown_kinds_are_refused(table: Table) -> None:
    spot = table.spot("Понятно")
    for wrong in ({"start": -1}, {"end": 4000}, {"start": 5, "end": 5}):
        table.post("decide", 422, spot={**spot, **wrong}, action="accept")
    table.post("decide", 422, spot=spot, action="add", kind="<b>")
    table.post("correct", 422, kind="speaker", spot=spot, speaker="somebody")
    table.post("correct", 422, kind="role", speaker="И", value="king")
    table.post("correct", 422, kind="restore", number=7)


def test_decisions_on_a_turn_move_with_its_correction_and_come_back_with_undo(table: Table) -> None:
    table.post("decide", spot=table.spot("КИМЭП"), action="reject")
    assert "КИМЭП" in table.text()
    table.post("correct", kind="words", spot=table.spot("училась"), value="два года училась")
    states = {m.entity.kind: m.state for m in table.desk.view().judged.marks}
    assert states["ORG_UNIVERSITY"] == "rejected"
    table.post("undo")
    assert "Айгерим два года" not in table.text()
    assert "КИМЭП" in table.text()


def test_speakers_roles_splits_and_cuts(table: Table) -> None:
    table.post("correct", kind="split", spot=table.spot("потом"), speaker="И")
    turns = table.desk.view().dialogue.turns
    assert turns[-1].speaker == "И"
    table.post("correct", kind="cut", spot=table.spot("потом уехала"))
    assert "[фрагмент исключён]" in table.text()
    table.post("correct", kind="role", speaker="И", value="other")
    assert table.desk.view().dialogue.speakers[0].role == "other"


def test_dropped_text_comes_back(tmp_path: Path) -> None:
    study = written(tmp_path)
    page = Page(study)
    desk = page.room.desk("P01")
    assert desk is not None
    said = Dropped(0.2, 0.9, "Салем всем", "bleed")
    desk.dialogue = Dialogue(desk.dialogue.turns, desk.dialogue.speakers, (), (said,))
    table = Table(page)
    table.post("correct", kind="restore", number=0)
    assert any(turn.text == "Салем всем" for turn in table.desk.view().dialogue.turns)


def test_the_sample_gives_a_rate_with_its_interval(page: Page, table: Table) -> None:
    first = page.room.drawn()[0]
    answer = page.browser().post(f"/api/{first.interview}/judge", json={"turn": first.turn, "leaks": 1})
    assert answer.status_code == 200
    rate = page.room.rate()
    assert (rate.leaks, rate.words) == (1, first.words)
    assert rate.low < rate.per_10000 < rate.high
    assert "95 %" in page.browser().get("/sample").text
    assert page.browser().get("/sample?bound=zero").status_code == 200
    table.post("judge", 422, turn="nowhere-0", leaks=0)
    study = open_study(page.room.store.work.parent)
    asked = publish.request_of(study, list(study.entries), sign_off.books(study.store.work), draft=False)
    assert asked.leaks == rate


def test_a_doubt_of_the_release_check_is_cleared_by_a_person(page: Page) -> None:
    browser = page.browser()
    assert browser.post("/api/clear", json={"key": "abcd1234", "harmless": True}).status_code == 200
    assert page.room.cleared() == {"abcd1234"}
    browser.post("/api/clear", json={"key": "abcd1234", "harmless": False})
    assert page.room.cleared() == frozenset()


@pytest.mark.slow
def test_a_correction_is_searched_at_once_and_kept_as_a_run_would_make_it(tmp_path: Path) -> None:
    study = written(tmp_path)
    page = Page(study)
    table = Table(page)
    with table.browser:
        table.post("correct", kind="words", spot=table.spot("Понятно."), value="Понятно, Бауыржан Касымов.")
        assert table.browser.get("/i/P01/changes?since=0").json()["searching"] is True
        for _ in range(600):
            if not table.browser.get("/i/P01/changes?since=0").json()["searching"]:
                break
            time.sleep(0.1)
    hidden = [
        table.desk.view().dialogue.turns[m.entity.turn - 1].text[m.entity.start : m.entity.end]
        for m in table.desk.view().judged.marks
        if m.entity.label
    ]
    assert "Бауыржан Касымов" in hidden
    assert page.room.outside.fresh("P01")
    assert "Касымов" not in released(study, "P01")
    page.room.close()


def test_the_release_check_seeks_a_corrected_name_in_both_spellings(tmp_path: Path) -> None:
    lines = {**LINES, "P01": ["Р: Там был [Бауыржан|PERSON:b].", "Р: Бавержан? Да, Бавержан."]}
    study = written(tmp_path, lines)
    table = Table(Page(study))
    table.page.room.close()  # no new search, which would hide the second spelling too
    found = publish.doubts(study)
    assert not any("PERSON:1 of P01" in one.says and not one.key for one in found)
    turn = table.spot("Бавержан?")
    table.post("correct", kind="words", spot=turn, value="Бауыржан?")
    table.post("decide", spot=table.spot("Бауыржан?") | {"end": 8}, action="add", kind="PERSON")
    assert "Бауыржан" not in table.text()
    assert any("PERSON:1 of P01" in one.says and not one.key for one in publish.doubts(study))
