"""The review page in a real browser, against the real server on a study that was really run, by keyboard alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect, sync_playwright
from playwright.sync_api import Page as Tab

from tests.helpers.review_pages import CHROMIUM, needs_chromium, served
from tests.helpers.sample_studies import demo, interviews

pytestmark = [needs_chromium, pytest.mark.slow]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample study after `interviews run`."""
    folder = tmp_path_factory.mktemp("ran")
    study = demo(folder)
    assert interviews(folder, "run", str(study)).code == 6
    return study


@pytest.fixture
def study(ran: Path, tmp_path: Path) -> Path:
    """A copy of it to review."""
    shutil.copytree(ran, tmp_path / "study")
    return tmp_path / "study"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Reviewer:
    """A person at the keyboard, who counts the keys."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.origin = address.split("/open/", maxsplit=1)[0]
        self.tab: Tab = browser.new_context(viewport={"width": 1360, "height": 850}).new_page()
        self.wrong: list[str] = []
        self.foreign: list[str] = []
        self.keys = 0
        self.tab.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.tab.on("console", lambda said: self.wrong.append(said.text) if "Content Security" in said.text else None)
        self.tab.on("request", lambda r: None if r.url.startswith(self.origin) else self.foreign.append(r.url))
        self.tab.goto(address)

    def opens(self, interview: str) -> None:
        with self.tab.expect_response("**/words"):
            self.tab.goto(f"{self.origin}/i/{interview}")
        self.tab.wait_for_selector("body[data-ready]")
        self.tab.wait_for_timeout(100)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += 1
            self.tab.keyboard.press(key)

    def writes(self, text: str) -> None:
        self.keys += len(text)
        self.tab.keyboard.press("Control+A")
        self.tab.keyboard.type(text)
        self.press("Enter")

    def to_mark(self) -> None:
        """On to the next undecided mark, past flags."""
        self.press("n")
        while not self.tab.locator("mark.current").count():
            self.press("n")

    def left(self) -> int:
        return self.tab.locator(".e.undecided, .e.conflict, .flag:not(.seen)").count()

    def decides(self, key: str) -> None:
        """One decision; waits for its answer."""
        with self.tab.expect_response(lambda answer: "/api/" in answer.url and "/read" not in answer.url):
            self.press(key)
        self.settles()

    def settles(self) -> None:
        self.tab.wait_for_selector("body:not([aria-busy])")

    def decides_all(self) -> None:
        """Enter until nothing is left."""
        for _ in range(200):
            if not self.left():
                return
            if not self.tab.locator(".current").count():
                self.press("n")
                self.settles()
            self.decides("Enter")
        raise AssertionError("Enter does not end")

    def to(self, word: str) -> None:
        """Move the caret to a word, by search."""
        self.press("/")
        self.writes(word)
        self.press("Escape")
        self.tab.wait_for_timeout(50)

    def looks(self, interview: str) -> None:
        """The second look, all of it harmless; ends in the interview again."""
        self.tab.goto(f"{self.origin}/i/{interview}/look")
        self.tab.wait_for_selector("body[data-ready]")
        for _ in range(200):
            if not self.tab.locator("li.row:not(.answered)").count():
                break
            self.decides("Enter")
        self.opens(interview)

    def signs(self) -> None:
        self.press("r")
        self.tab.wait_for_timeout(100)
        self.press("s")
        self.tab.locator("dialog[open]").wait_for()
        with self.tab.expect_response("**/sign"):
            self.press("Enter")

    def turn(self, holding: str) -> Locator:
        return self.tab.locator("article", has_text=holding)

    def released(self) -> str:
        with self.tab.expect_response("**/released"):
            self.press("v")
        self.tab.locator("#released", has_text="¶1").wait_for()
        text = self.tab.locator("#released").text_content() or ""
        self.press("v")
        return text


def test_a_whole_study_is_reviewed_by_keyboard_and_released_as_decided(  # noqa: PLR0915 -- one story
    study: Path, tmp_path: Path, chromium: Browser
) -> None:
    with served(study, "--lang", "en") as address:
        person = Reviewer(chromium, address)
        person.opens("P01")
        before = person.left()
        assert before > 10

        person.decides("Enter")
        assert person.left() == before - 1
        person.decides("u")
        assert person.left() == before
        person.decides("Shift+U")
        assert person.left() == before - 1

        person.to_mark()
        person.decides("x")
        kept = person.tab.locator(".e.rejected").first.get_attribute("data-o") or ""
        assert kept

        person.to("магистрантка")
        person.press("m")
        person.tab.locator("dialog[open]").wait_for()
        person.tab.keyboard.press("Escape")
        person.to("магистрантка")
        person.press("m")
        person.decides("1")
        assert person.tab.locator(".e.added").count() == 1

        person.to("образование")
        person.press("c")
        person.tab.locator("dialog[open]").wait_for()
        person.writes("образование, как говорил Нурсултан Ережепов")
        named = person.tab.locator("mark[data-o*='Ережепов']")
        named.wait_for(timeout=60_000)
        assert named.get_attribute("data-state") == "undecided"

        person.to("религиозная")
        person.decides("d")
        assert person.turn("[фрагмент исключён]").count() == 1

        person.decides_all()
        shown = person.released()
        person.looks("P01")
        person.signs()
        with person.tab.expect_navigation(url="**/i/P04"):
            person.tab.locator("#item a", has_text="P04").press("Enter")
        person.opens("P04")
        person.decides_all()
        person.looks("P04")
        person.signs()

        refused = interviews(tmp_path, "export", str(study))
        assert refused.code == 7, "a name from the contacts was left in the text"
        person.tab.goto(person.origin)
        with person.tab.expect_navigation():
            person.tab.locator("#check").press("Enter")
        doubts = person.tab.locator("[data-clear]")
        for _ in range(doubts.count()):
            with person.tab.expect_navigation():
                person.tab.locator("[data-harmless='1']").first.press("Enter")
        assert person.wrong == []
        assert person.foreign == []
        person.tab.context.close()

    done = interviews(tmp_path, "export", str(study))
    assert done.code == 0, done.stderr
    text = (study / "release" / "txt" / "P01.txt").read_text(encoding="utf-8")
    assert text == shown
    assert "магистрантка" not in text
    assert "Ережепов" not in text
    assert "[фрагмент исключён]" in text
    assert "религиозная" not in text
    assert kept in text
    assert interviews(tmp_path, "run", str(study)).code == 0


def test_a_key_in_a_list_does_nothing_behind_it(study: Path, chromium: Browser) -> None:
    with served(study, "--lang", "en") as address:
        person = Reviewer(chromium, address)
        person.opens("P01")
        turns = person.tab.locator("article").count()
        for key in "qwertyuio":  # keys that stand for kinds in the list, and most for something else on the page
            person.to_mark()
            undecided = person.left()
            person.press("k")
            person.tab.locator("dialog[open]").wait_for()
            person.decides(key)
            assert person.tab.locator("dialog[open]").count() == 0
            assert person.left() < undecided
        assert person.tab.locator("article").count() == turns


def test_two_reviewers_on_one_interview_see_each_other(study: Path, chromium: Browser) -> None:
    with served(study, "--lang", "en") as address:
        first = Reviewer(chromium, address)
        first.tab.get_by_role("button", name="Invite").click()
        expect(first.tab.locator("#invitation")).not_to_have_value("")
        second = Reviewer(chromium, first.tab.locator("#invitation").input_value())
        assert second.tab.locator("b", has_text="R2").count() == 1
        first.opens("P04")
        second.opens("P04")
        first.to_mark()
        second.to_mark()
        first.decides("Enter")
        second.decides("x")
        second.tab.locator("#toast.shown.bad", has_text="R1").wait_for()
        assert second.tab.locator("mark.accepted").count() == 1
        second.decides("x")
        first.tab.wait_for_selector("mark.rejected", timeout=10_000)
        assert first.tab.locator("mark.accepted").count() == 0


def test_names_that_are_programs_are_shown_as_text(study: Path, chromium: Browser) -> None:
    with served(study, "--lang", "en") as address:
        person = Reviewer(chromium, address)
        person.opens("P01")
        person.to("образование")
        person.press("c")
        person.tab.locator("dialog[open]").wait_for()
        person.writes('<img src=x onerror="document.title=666"><script>document.title=666</script>')
        person.tab.locator("article", has_text="<script>").wait_for()
        assert person.tab.title() != "666"
        assert person.tab.locator("article img, article script").count() == 0
