"""A long interview opens at once and every decision answers at once; run with -s for the figures."""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from pipeline.study.folder import Study
from tests.helpers.review_pages import CHROMIUM, needs_chromium, served, written

TURNS, ENTITIES = 1500, 600
OPEN, DECIDE = 1.5, 0.05
"""seconds: medians on a machine that does nothing else"""


def long(folder: Path) -> Study:
    """A study with an interview of 1,500 turns of 24 words, 600 of which hold an entity."""
    words = "я долго думала об этом и решила что надо попробовать хотя бы один раз потому что потом уже будет поздно"
    lines = []
    for number in range(TURNS):
        who = "И" if number % 2 else "Р"
        marked = (
            f" [Айгерим{number % 50}|PERSON:p{number % 50}] сказала," if number < 2 * ENTITIES and number % 2 else ""
        )
        lines.append(f"{who}: {number} {words},{marked} {words}.")
    return written(folder, {"P01": lines, "P04": ["И: Да."]})


@needs_chromium
@pytest.mark.campaign
def test_a_long_interview_opens_and_answers_at_once(tmp_path: Path) -> None:
    study = long(tmp_path)
    opened, decided, frames = [], [], []
    with served(study.folder) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_context(viewport={"width": 1360, "height": 850}).new_page()
        tab.goto(address)
        origin = address.split("/open/", maxsplit=1)[0]
        for _ in range(5):
            began = time.perf_counter()
            tab.goto(f"{origin}/i/P01", wait_until="commit")
            tab.wait_for_selector("body[data-ready]")
            opened.append(time.perf_counter() - began)
        assert tab.locator("article").count() == TURNS
        assert tab.locator("mark").count() == ENTITIES
        for _ in range(25):
            with tab.expect_response("**/api/P01/decide") as answer:
                tab.keyboard.press("Enter")
            answer.value.finished()
            tab.wait_for_selector("body:not([aria-busy])")
            decided.append(answer.value.request.timing["responseEnd"] / 1000)
        frames = tab.evaluate(SCROLL)
        browser.close()
    load = getattr(os, "getloadavg", lambda: (0.0,))()[0]
    print(
        f"\nopen: median {statistics.median(opened):.2f} s of {len(opened)}; decision: median "
        f"{1000 * statistics.median(decided):.0f} ms of {len(decided)}; scrolling: median frame "
        f"{statistics.median(frames):.0f} ms of {len(frames)}; load {load:.1f} on {os.cpu_count()} cores"
    )
    busy = max(1.0, load / (os.cpu_count() or 1))
    assert statistics.median(opened) < OPEN * busy
    assert statistics.median(decided) < DECIDE * busy


SCROLL = """() => new Promise(done => {
  const frames = []; let last = performance.now(), left = 60;
  const step = now => {
    frames.push(now - last); last = now; scrollBy(0, 400);
    if (left-- > 0) requestAnimationFrame(step); else done(frames.slice(1));
  };
  requestAnimationFrame(step);
})"""
