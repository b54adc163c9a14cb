"""Reviewers at once and apart: halves put together equal one review; where two differ, a person decides."""

from __future__ import annotations

from pathlib import Path

import pyrage
import pytest

from pipeline.decisions.journal import Journal
from pipeline.decisions.sign_off import DATABASE
from pipeline.errors import ConfigError, UsageError
from pipeline.review import packs
from pipeline.study.folder import Study, open_study
from tests.helpers.review_pages import Page, put, written

SECRET = pyrage.x25519.Identity.generate()
PUBLIC = [str(SECRET.to_public())]


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    file = tmp_path / "identity.txt"
    file.write_text(f"# mine\n{SECRET}\n")
    return file


def decide(study: Study, interview: str, reviewer: str, action: str) -> None:
    """One verdict on every proposal of an interview, through the page."""
    page = Page(study)
    desk = page.room.desk(interview)
    assert desk is not None
    browser = page.browser(reviewer)
    view = desk.view()
    names = {index: name for name, index in view.by_key.items()}
    for mark in view.judged.marks:
        if mark.state == "undecided":
            entity = mark.entity
            spot = {"turn": names[entity.turn - 1], "start": entity.start, "end": entity.end, "seen": -1}
            assert browser.post(f"/api/{interview}/decide", json={"spot": spot, "action": action}).status_code == 200
    page.room.journal.close()


def state(study: Study) -> dict[str, list[tuple[object, ...]]]:
    journal = Journal(study.store.work / DATABASE)
    made: dict[str, list[tuple[object, ...]]] = {
        name: sorted((d.anchor.start, d.anchor.end, d.action) for d in journal.book(name).decisions())
        for name in ("P01", "P04")
    }
    journal.close()
    return made


def test_two_halves_make_one_review(tmp_path: Path, identity: Path) -> None:
    ours = written(tmp_path / "ours")
    alone = written(tmp_path / "alone")
    there, back = tmp_path / "there.age", tmp_path / "back.age"
    packs.send(ours, "P04", PUBLIC, there)
    assert "Айгерим".encode() not in there.read_bytes()
    packs.receive(there, tmp_path / "far", identity)
    far = open_study(tmp_path / "far")
    assert [entry.id for entry in far.entries] == ["P04"]
    decide(ours, "P01", "R1", "accept")
    decide(far, "P04", "R2", "reject")
    packs.send(far, "all", PUBLIC, back)
    assert list(packs.merge(ours, [back], identity)) == ["No conflicts."]
    decide(alone, "P01", "R1", "accept")
    decide(alone, "P04", "R2", "reject")
    assert state(ours) == state(alone)
    assert list(packs.merge(ours, [back], identity)) == ["No conflicts."], "merging twice changes nothing"
    assert state(ours) == state(alone)


def test_what_goes_back_is_decisions_alone(tmp_path: Path, identity: Path) -> None:
    ours = written(tmp_path / "ours")
    there, back = tmp_path / "there.age", tmp_path / "back.age"
    packs.send(ours, "P01-P04", PUBLIC, there)
    packs.receive(there, tmp_path / "far", identity)
    packs.send(open_study(tmp_path / "far"), "all", PUBLIC, back)
    with packs.opened(back, str(SECRET), tmp_path / "tmp") as packed:
        assert packed.namelist() == ["contents.json", "log.json"]
    with packs.opened(there, str(SECRET), tmp_path / "tmp") as packed:
        names = packed.namelist()
    assert not any(name.startswith("recordings/2021") for name in names)
    assert not list((tmp_path / "tmp").iterdir())


def test_a_difference_shows_both_values_until_somebody_decides(tmp_path: Path, identity: Path) -> None:
    ours = written(tmp_path / "ours")
    there, back = tmp_path / "there.age", tmp_path / "back.age"
    packs.send(ours, "P04", PUBLIC, there)
    packs.receive(there, tmp_path / "far", identity)
    far = open_study(tmp_path / "far")
    decide(ours, "P04", "R1", "accept")
    decide(far, "P04", "R2", "reject")
    packs.send(far, "all", PUBLIC, back)
    lines = list(packs.merge(ours, [back], identity))
    assert lines[-1].startswith("1 conflicts")
    assert "Айгерим" not in "".join(lines)
    page = Page(ours)
    browser = page.browser()
    assert 'conflict" data-s' in browser.get("/i/P04").text
    status = browser.get("/i/P04/changes?since=0").json()
    ((key, both),) = status["conflicts"].items()
    assert [(one["who"], one["action"]) for one in both] == [("R1", "accept"), ("R2", "reject")]
    assert status["undecided"] == 1
    assert browser.post("/api/P04/sign", json={}).json()["done"] is False
    turn, _, span = key.partition("/")
    start, end = map(int, span.split("-"))
    spot = {"turn": turn, "start": start, "end": end}
    answer = browser.post("/api/P04/decide", json={"spot": spot, "action": "accept"}).json()
    assert answer["conflicts"] == {}
    assert browser.post("/api/P04/undo", json={}).json()["undecided"] == 1


def test_a_pack_opens_for_its_recipient_alone(tmp_path: Path, identity: Path) -> None:
    ours = written(tmp_path / "ours")
    there = tmp_path / "there.age"
    packs.send(ours, "P01", PUBLIC, there)
    with pytest.raises(UsageError):
        packs.opened(there, str(pyrage.x25519.Identity.generate()), tmp_path / "tmp")
    with pytest.raises(UsageError):
        packs.send(ours, "P01", ["nobody"], there)
    with pytest.raises(ConfigError):
        packs.receive(there, tmp_path, identity)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [("P01-P11", ["P01", "P04", "P11"]), ("P04,P12", ["P04", "P12"]), ("all", ["P01", "P04", "P11", "P12"])],
)
def test_interviews_are_named_by_range_or_list(wanted: str, names: list[str]) -> None:
    assert packs.chosen(wanted, ["P01", "P04", "P11", "P12"]) == tuple(names)


@pytest.mark.parametrize("wanted", ["P02", "P01-P99", "P11-P01", ""])
def test_unknown_interviews_are_refused(wanted: str) -> None:
    with pytest.raises(UsageError):
        packs.chosen(wanted, ["P01", "P04", "P11", "P12"])


def test_two_browsers_at_once(tmp_path: Path) -> None:
    study = written(tmp_path)
    page = Page(study)
    one, two = page.browser("R1"), page.browser("R2")
    desk = page.room.desk("P04")
    assert desk is not None
    name = next(iter(desk.view().marks))
    turn = next(n for n, index in desk.view().by_key.items() if index == name - 1)
    entity = desk.view().judged.marks[0].entity
    spot = {"turn": turn, "start": entity.start, "end": entity.end, "seen": 0}
    assert one.post("/api/P04/decide", json={"spot": spot, "action": "accept"}).status_code == 200
    answer = two.post("/api/P04/decide", json={"spot": spot, "action": "reject"})
    assert answer.status_code == 409
    assert answer.json()["clash"][0] | {"key": ""} == {"key": "", "who": "R1", "action": "accept", "kind": "PERSON"}


def test_a_sign_off_holds_until_the_result_changes(tmp_path: Path) -> None:
    study = written(tmp_path)
    decide(study, "P04", "R1", "accept")
    browser = Page(study).browser()
    assert browser.post("/api/P04/sign", json={}).json()["done"] is True
    assert browser.get("/i/P04/changes?since=0").json()["stale"] is False
    put(study, "P04", ["И: Как дела?", "Р: Хорошо, [Айгерим|PERSON:a] и [Ержан|PERSON:e] передают привет."])
    fresh = Page(study).browser().get("/i/P04/changes?since=0").json()
    assert fresh["stale"] is True
    put(study, "P04", ["И: Как дела?", "Р: Хорошо, [Айгерим|PERSON:a] передаёт привет."])
    assert Page(study).browser().get("/i/P04/changes?since=0").json()["stale"] is False


def test_two_who_answer_an_open_word_differently_leave_it_open(tmp_path: Path, identity: Path) -> None:
    lines = {"P01": ["И: Кто?"], "P04": ["И: Кто там?", "Р: [Вера|OPEN:вера] помогла."]}
    ours = written(tmp_path / "ours", lines)
    there, back = tmp_path / "there.age", tmp_path / "back.age"
    packs.send(ours, "P04", PUBLIC, there)
    packs.receive(there, tmp_path / "far", identity)
    far = open_study(tmp_path / "far")
    for study, reviewer, answer in ((ours, "R1", "study"), (far, "R2", "hide")):
        page = Page(study)
        browser = page.browser(reviewer)
        place = browser.get("/i/P04/questions").json()[0]["places"][0]
        spot = {name: place[name] for name in ("turn", "start", "end")}
        body = {"spots": [spot], "answer": answer, "kind": "PERSON"}
        assert browser.post("/api/P04/look", json=body).status_code == 200
        assert page.room.row("P04").open == 0
        page.room.close()
        page.room.journal.close()
    packs.send(far, "all", PUBLIC, back)
    assert any("two reviewers differ" in line for line in packs.merge(ours, [back], identity))
    page = Page(ours)
    row = page.room.row("P04")
    assert row.open + row.undecided > 0, "somebody must decide again"
    assert page.room.sign(page.room.desks["P04"], "R1") is None
    page.room.close()
