"""The second look in a real browser, by keyboard alone, against the real server."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from playwright.sync_api import Page as Tab

from pipeline.release import publish
from pipeline.study.folder import Study, open_study
from tests.helpers import signed_studies
from tests.helpers.review_pages import CHROMIUM, needs_chromium, served, written
from tests.helpers.sample_studies import interviews

pytestmark = [needs_chromium, pytest.mark.slow]
LINES = {
    "P01": [
        "И: Кто вам помогал?",
        "Р: [Жазгурт|OPEN:жазгурт] помогал, и [вера|OPEN:вера] помогала, а ещё [Оксфорд|OPEN:оксфорд].",
        "И: А [Жазгурту|OPEN:жазгурт] сколько лет?",
        "Р: Тридцать, [кажеца|OPEN:кажеца].",
    ],
    "P04": ["И: Как дела?", "Р: Хорошо. [Вера|OPEN:вера] и [Жазгурта|OPEN:жазгурт] позвала, и Жазгурта брата."],
}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def study(tmp_path: Path) -> Study:
    made = written(tmp_path, LINES)
    signed_studies.settle(made)
    return made


class Reviewer:
    """A person at the keyboard."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.origin = address.split("/open/", maxsplit=1)[0]
        self.tab: Tab = browser.new_context(viewport={"width": 1360, "height": 850}).new_page()
        self.wrong: list[str] = []
        self.tab.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.tab.goto(address)

    def opens(self, path: str) -> None:
        self.tab.goto(self.origin + path)
        self.tab.wait_for_selector("body[data-ready]")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.tab.keyboard.press(key)
            self.tab.wait_for_timeout(30)
            self.tab.wait_for_selector("body:not([aria-busy])")

    def chooses(self, key: str, then: str) -> None:
        """A key that asks something, and the answer."""
        self.tab.keyboard.press(key)
        self.tab.locator("dialog[open]").wait_for()
        self.press(then)

    def current(self) -> str:
        return self.tab.locator("li.row.current b.word").first.text_content() or ""

    def rows(self) -> dict[str, str]:
        """Question -> how it stands, "" for an open one."""
        return {
            row.locator("b.word").first.text_content() or "": row.locator(".line .tag").all_text_contents()[0]
            if row.locator(".line .tag").count()
            else ""
            for row in self.tab.locator("li.row").all()
        }


def test_a_second_look_by_keyboard_alone(study: Study, chromium: Browser) -> None:
    with served(study.folder, "--lang", "en") as address:
        person = Reviewer(chromium, address)
        person.opens("/i/P01")
        expect(person.tab.locator("#item h2")).to_have_text("Second look: 4 questions")
        with person.tab.expect_navigation(url="**/i/P01/look"):
            person.tab.keyboard.press("Enter")
        person.tab.wait_for_selector("body[data-ready]")
        assert person.rows() == {"Жазгурт": "", "вера": "", "Оксфорд": "", "кажеца": ""}
        assert person.current() == "Жазгурт"
        assert person.tab.locator("li.spot").count() == 2

        person.chooses("m", "1")
        assert person.rows()["Жазгурт"] == "hidden"
        assert person.current() == "вера"
        person.press("u")
        assert person.rows()["Жазгурт"] == ""
        assert person.current() == "Жазгурт"
        person.press("Shift+U")
        assert person.rows()["Жазгурт"] == "hidden"
        person.press("n")

        person.press("e")
        assert person.rows()["вера"] == "harmless everywhere"
        person.press("Enter")
        assert person.rows()["Оксфорд"] == "harmless here"
        assert person.current() == "кажеца"
        person.press("ArrowUp", "ArrowUp")
        assert person.current() == "вера"
        person.press("ArrowDown", "ArrowDown")

        person.tab.keyboard.press("c")
        person.tab.locator("dialog[open]").wait_for()
        person.tab.keyboard.press("Control+A")
        person.tab.keyboard.type("кажется")
        person.press("Enter")
        expect(person.tab.locator("#message")).to_be_hidden(timeout=60_000)
        expect(person.tab.locator("#end h2")).to_be_visible()

        person.opens("/i/P04/look")
        assert person.rows() == {"Жазгурта": "hidden"}, (
            "neither what was harmless everywhere nor what was hidden is asked"
        )
        assert person.wrong == []
        person.tab.context.close()
    texts = [publish.released(open_study(study.folder), name, draft=True) for name in ("P01", "P04")]
    assert "азгурт" not in "".join(texts)
    assert "Вера" in texts[1]


def test_a_release_with_an_open_word_is_refused_until_it_is_answered(
    study: Study, chromium: Browser, tmp_path: Path
) -> None:
    with served(study.folder, "--lang", "en") as address:
        person = Reviewer(chromium, address)
        for name in ("P01", "P04"):
            person.opens(f"/i/{name}/look")
            while (person.tab.locator("li.row:not(.answered)")).count():
                person.press("e")
            with person.tab.expect_navigation(url=f"**/i/{name}"):
                person.tab.keyboard.press("Enter")
            person.tab.wait_for_selector("body[data-ready]")
            person.tab.keyboard.press("s")
            person.tab.locator("dialog[open]").wait_for()
            with person.tab.expect_response("**/sign"):
                person.tab.keyboard.press("Enter")
        person.opens("/i/P01/look")
        person.press("u")
        left = [said for said, state in person.rows().items() if not state]
        assert len(left) == 1
        person.opens("/i/P01")
        person.tab.keyboard.press("s")
        person.tab.locator("#toast.shown.bad", has_text="second look").wait_for()
        refused = interviews(tmp_path, "export", str(study.folder))
        assert refused.code == 7
        assert "1 (P01)" in refused.stderr
        assert left[0] not in refused.stderr + refused.stdout
        assert not (study.folder / "release").exists()
        person.opens("/i/P01/look")
        person.press("Enter")
        person.tab.context.close()
    done = interviews(tmp_path, "export", str(study.folder))
    assert done.code == 0, done.stderr
    assert "P01,required,5,4,0,1,4,0" in (study.folder / "release" / "second_look.csv").read_text(encoding="utf-8")


def test_one_place_is_answered_alone_with_the_arrow_keys(study: Study, chromium: Browser) -> None:
    with served(study.folder, "--lang", "en") as address:
        person = Reviewer(chromium, address)
        person.opens("/i/P01/look")
        person.press("ArrowRight", "ArrowRight")
        expect(person.tab.locator("li.spot.chosen .said")).to_contain_text("А Жазгурту сколько лет?")
        person.press("Enter")
        assert person.current() == "Жазгурт", "the other place is still open"
        assert person.tab.locator("mark.here").count() == 1
        expect(person.tab.locator("li.spot.chosen .said")).to_contain_text("Жазгурт помогал")
        person.press("Enter")
        assert person.rows()["Жазгурт"] == "harmless here"
        person.press("Escape")
        person.tab.wait_for_url("**/i/P01")


QUESTIONS = 300
OPEN, ANSWER = 1.5, 0.08
"""seconds: medians on a machine that does nothing else"""


def long(folder: Path) -> Study:
    """An hour's interview of 1,000 turns with 300 questions, some with many places."""
    words = "я долго думала об этом и решила что надо попробовать хотя бы один раз потому что потом уже поздно"
    lines = []
    for number in range(1000):
        asked = f" и [слово{number % QUESTIONS}|OPEN:слово{number % QUESTIONS}]" if number < 600 else ""
        often = " и [Вера|OPEN:вера]" if number % 10 == 0 else ""
        lines.append(f"{'И' if number % 2 else 'Р'}: {number} {words}{asked}{often}.")
    return written(folder, {"P01": lines, "P04": ["И: Да."]})


@pytest.mark.campaign
def test_an_interview_with_300_questions_opens_and_answers_at_once(tmp_path: Path, chromium: Browser) -> None:
    opened, answered = [], []
    with served(long(tmp_path).folder) as address:
        person = Reviewer(chromium, address)
        for _ in range(5):
            began = time.perf_counter()
            person.tab.goto(f"{person.origin}/i/P01/look", wait_until="commit")
            person.tab.wait_for_selector("body[data-ready]")
            opened.append(time.perf_counter() - began)
        assert person.tab.locator("li.row").count() == QUESTIONS + 1
        for at in range(30):
            began = time.perf_counter()
            with person.tab.expect_response("**/api/P01/look"):
                person.tab.keyboard.press("e" if at % 2 else "Enter")
            person.tab.wait_for_selector("body:not([aria-busy])")
            answered.append(time.perf_counter() - began)
    load = getattr(os, "getloadavg", lambda: (0.0,))()[0]
    print(
        f"\nopen: median {statistics.median(opened):.2f} s; answer: median "
        f"{1000 * statistics.median(answered):.0f} ms, slowest {1000 * max(answered):.0f} ms; load {load:.1f}"
    )
    busy = max(1.0, load / (os.cpu_count() or 1))
    assert statistics.median(opened) < OPEN * busy
    assert statistics.median(answered) < ANSWER * busy
