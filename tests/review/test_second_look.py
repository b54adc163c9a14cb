"""The second look on the page: what it asks, what each answer writes, and what a sign-off then needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from pipeline.corrections.apply import turn_name
from pipeline.decisions import sign_off
from pipeline.errors import ExportRefused
from pipeline.release import publish
from pipeline.review import same_words
from pipeline.study.folder import open_study
from tests.helpers.review_pages import Page, written

LINES = {
    "P01": [
        "И: Кто вам помогал?",
        "Р: [Герем|OPEN:герем] помогал, и [вера|OPEN:вера] помогала.",
        "И: А [Герему|OPEN:герем] сколько лет?",
        "Р: Тридцать. Он из [Текели|CITY_SMALL:t].",
    ],
    "P04": ["И: Как дела?", "Р: Хорошо. [Вера|OPEN:вера] и [Герема|OPEN:герем] позвала, и Герема брата."],
}


class Table:
    """One interview's second look in the browser of one reviewer."""

    def __init__(self, page: Page, interview: str = "P01", reviewer: str = "R1") -> None:
        self.page = page
        self.interview = interview
        self.browser: TestClient = page.browser(reviewer)

    def rows(self) -> dict[str, Any]:
        """Questions by the words of their first place."""
        answer = self.browser.get(f"/i/{self.interview}/questions")
        assert answer.status_code == 200
        return {row["places"][0]["said"]: row for row in answer.json()}

    def states(self) -> dict[str, list[str]]:
        return {said: [place["state"] for place in row["places"]] for said, row in self.rows().items()}

    def answers(self, said: str, answer: str, code: int = 200, at: int | None = None, **more: object) -> Any:
        places = self.rows()[said]["places"]
        chosen = places if at is None else [places[at]]
        spots = [{name: place[name] for name in ("turn", "start", "end", "seen")} for place in chosen]
        return self.post("look", code, spots=spots, answer=answer, **more)

    def post(self, act: str, code: int = 200, **body: object) -> Any:
        answer = self.browser.post(f"/api/{self.interview}/{act}", json=body)
        assert answer.status_code == code
        return answer.json()

    def text(self, interview: str = "") -> str:
        return self.page.room.outside.released(interview or self.interview, False)


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(written(tmp_path, LINES))


def test_places_that_ask_the_same_are_one_question_with_their_surroundings(page: Page) -> None:
    rows = Table(page).rows()
    assert [(said, len(row["places"])) for said, row in rows.items()] == [("Герем", 2), ("вера", 1)]
    first = rows["Герем"]["places"][0]
    assert (first["before"], first["said"], first["after"]) == ("", "Герем", " помогал, и вера помогала.")
    assert first["lead"] == ["I", "Кто вам помогал?"]
    assert (first["letter"], first["number"]) == ("R", 2)


def test_what_surrounds_a_word_is_shown_as_it_would_be_released(tmp_path: Path) -> None:
    lines = {**LINES, "P01": ["Р: Я из [Текели|CITY_SMALL:t], там [Герем|OPEN:герем] живёт, а [Айгерим|PERSON:a] нет."]}
    place = Table(Page(written(tmp_path, lines))).rows()["Герем"]["places"][0]
    assert place["before"] == "Я из [город-1], там "
    assert place["after"] == " живёт, а [имя-1] нет."


def test_harmless_here_is_asked_again_in_another_interview(page: Page) -> None:
    table = Table(page)
    assert table.answers("вера", "here")["open"] == 1
    assert table.states() == {"Герем": ["open", "open"], "вера": ["here"]}
    assert Table(page, "P04").states() == {"Вера": ["open"], "Герема": ["open"]}


def test_harmless_in_the_study_spares_the_question_in_the_next_interview(page: Page) -> None:
    table = Table(page)
    table.answers("вера", "study")
    assert table.states()["вера"] == ["study"]
    assert Table(page, "P04").states() == {"Герема": ["open"]}
    table.post("undo")
    assert Table(page, "P04").states() == {"Вера": ["open"], "Герема": ["open"]}


def test_a_name_that_is_hidden_is_masked_in_the_whole_study(page: Page) -> None:
    table = Table(page)
    told = table.answers("Герем", "hide", kind="PERSON")
    assert (told["count"], told["interviews"]) == (4, ["P01", "P04"])
    assert table.states()["Герем"] == ["hidden", "hidden"]
    assert "Герем" not in table.text() + table.text("P04"), "where it was asked about, and where it was not"
    table.post("undo")
    assert table.states()["Герем"] == ["open", "open"]
    assert table.text("P04").count("Герема") == 2


def test_one_place_alone_can_be_answered(page: Page) -> None:
    table = Table(page)
    table.answers("Герем", "hide", at=1, kind="PERSON", alone=True)
    assert table.states()["Герем"] == ["open", "hidden"]
    assert "Герема" in table.text("P04")


def test_a_word_is_corrected_wherever_it_is_asked_about_and_undone_at_once(page: Page) -> None:
    table = Table(page)
    table.answers("Герем", "correct", value="Дрон")
    view = page.room.desks["P01"].view()
    assert [turn.text for turn in view.dialogue.turns[1:3]] == ["Дрон помогал, и вера помогала.", "А Дрон сколько лет?"]
    assert view.searching
    table.post("undo")
    assert table.states()["Герем"] == ["open", "open"]


def test_answers_on_words_beside_a_corrected_one_stay(page: Page) -> None:
    table = Table(page)
    table.answers("вера", "here")
    table.answers("Герем", "correct", at=0, value="Гирем")
    desk = page.room.desks["P01"]
    view = desk.view()
    moved = [one for one in desk.book.decisions() if view.turn(turn_name(one.anchor)) is not None]
    assert [(one.action, one.question) for one in moved] == [("harmless", "вера")]
    assert view.judged.stale == ()


@pytest.mark.parametrize(
    ("answer", "more"),
    [("hide", {"kind": "nothing"}), ("hide", {}), ("correct", {"value": "  "}), ("correct", {"value": "д" * 3000})],
)
def test_answers_that_say_nothing_are_refused(page: Page, answer: str, more: dict[str, str]) -> None:
    browser = Table(page).browser
    place = Table(page).rows()["вера"]["places"][0]
    spot = {name: place[name] for name in ("turn", "start", "end")}
    body = {"spots": [spot], "answer": answer, **more}
    assert browser.post("/api/P01/look", json=body).status_code == 422
    assert browser.post("/api/P01/look", json={**body, "spots": [{**spot, "end": 9999}]}).status_code == 422
    assert browser.post("/api/P01/look", json={**body, "spots": []}).status_code == 422
    assert page.room.desks["P01"].book.decisions() == ()


def test_two_reviewers_who_differ_are_told_and_the_question_stays_open(page: Page) -> None:
    one, two = Table(page), Table(page, reviewer="R2")
    seen = two.rows()["вера"]["places"][0]
    one.answers("вера", "here")
    spot = {name: seen[name] for name in ("turn", "start", "end", "seen")}
    answer = two.browser.post("/api/P01/look", json={"spots": [spot], "answer": "hide", "kind": "PERSON"})
    assert answer.status_code == 409
    assert answer.json()["clash"][0]["who"] == "R1"
    key = f"{seen['turn']}/{seen['start']}-{seen['end']}"
    page.room.journal.dispute("merge", [("P01", key, '{"who":"R1"}', '{"who":"R2"}')])
    place = one.rows()["вера"]["places"][0]
    assert (place["state"], place["disputed"]) == ("open", True)
    assert page.room.row("P01").open == 2
    one.answers("вера", "here")
    assert page.room.row("P01").open == 1


def test_nothing_is_signed_off_before_every_question_is_answered(page: Page) -> None:
    table = Table(page)
    desk = page.room.desk("P01")
    assert desk is not None
    spot = {"turn": list(desk.view().by_key)[3], "start": 16, "end": 22}
    table.post("decide", spot=spot, action="accept", kind="CITY_SMALL")
    assert (page.room.row("P01").undecided, page.room.row("P01").open) == (0, 2)
    assert table.post("sign")["done"] is False
    table.answers("Герем", "here")
    table.answers("вера", "study")
    assert table.post("sign")["done"] is True
    assert page.room.row("P01").stale is False


def test_a_study_may_ask_about_risk_alone_or_about_nothing(tmp_path: Path) -> None:
    study = written(tmp_path, LINES)
    for setting, asked in (("{to_risk: 0.6}", 0), ("{to_risk: 0.4}", 2), ("off", 0), ("required", 2)):
        file = study.folder / "study.yaml"
        kept = file.read_text(encoding="utf-8").partition("\nreview:")[0]
        file.write_text(f"{kept}\nreview: {{second_look: {setting}}}\n", encoding="utf-8")
        page = Page(open_study(study.folder))
        assert len(Table(page).rows()) == asked
        assert page.room.row("P01").open == asked
        page.room.close()
        page.room.journal.close()


def test_an_export_says_how_many_words_are_open_where_and_never_which(page: Page) -> None:
    study = open_study(page.room.store.work.parent)
    known = sign_off.books(study.store.work)
    with pytest.raises(ExportRefused) as refused:
        publish.refuse_unreviewed(study, list(study.entries), known)
    said = f"{refused.value.what} {refused.value.do}"
    assert "3 (P01), 2 (P04)" in said
    assert "interviews review" in said
    assert "ерем" not in said


def test_the_pages_show_how_much_is_left(page: Page) -> None:
    browser = Table(page).browser
    study = browser.get("/").text
    assert study.count('href="/i/P01/look">2</a>') == 1
    assert 'href="/i/P01/look"' in browser.get("/i/P01").text
    assert "Герем" in browser.get("/i/P01/look").text
    assert browser.get("/i/P99/look").status_code == 404


@pytest.mark.parametrize(
    ("hidden", "text", "found"),
    [
        ("Герем", "Герему и Герема, и гереме.", ["Герему", "Герема", "гереме"]),
        ("Роза", "Роза цвела, роза цвела, Розе", ["Роза", "Розе"]),
        ("вера", "Вера, веру, верой, верить", ["Вера"]),
        ("ай Герем", "ай Герем, ай, Герем", ["ай Герем", "ай, Герем"]),
        ("Бек", "Бек, Беку, бекон", ["Бек"]),
        ("8 701", "8 701 и 8 702", ["8 701"]),
        ("…", "… и …", []),
    ],
)
def test_words_are_found_in_other_case_forms(hidden: str, text: str, found: list[str]) -> None:
    assert [text[a:b] for a, b in same_words.places(text, hidden)] == found
