"""Every address of the review page, asked for in ways that no page asks: an answer or a refusal, never a fault.

INTERVIEWS_EXAMPLES=20000 looks further, at random.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.review.actions import ACTS
from tests.helpers.review_pages import Page, written

WIDE = "INTERVIEWS_EXAMPLES" in os.environ
look = settings(
    max_examples=int(os.environ.get("INTERVIEWS_EXAMPLES", "60")),
    derandomize=not WIDE,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
NUMBERS = (
    "0",
    "-1",
    "²",
    "٣",
    "9" * 5000,
    "1e999",
    "nan",
    "inf",
    "0x10",
    " 1",
    "1_0",
    "1.5",
    "",
    "+1",
    "𝟙",
    "⑦",
    "1\n",
)
IDS = ("P01", "P04", "P99", "..", "%2e%2e", "P01%00", "²", "", "p01", "P01/..", "\udcff")
WORDS = st.one_of(
    st.sampled_from((*NUMBERS, *IDS, "R1", "[имя-1]", "PERSON", "one", "\x00", "a" * 3000)), st.text(max_size=12)
)
NUMBER = st.one_of(
    st.integers(), st.integers(-3, 60), st.floats(), st.sampled_from((2**53, 2**63, 2**64, -(2**63), 10**400))
)
VALUE = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBER, WORDS), lambda inner: st.lists(inner, max_size=3), max_leaves=4
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    made = Page(written(tmp_path_factory.mktemp("study")))
    yield made
    made.room.close()


@pytest.fixture(scope="module")
def browser(page: Page) -> Any:
    return page.browser()


@pytest.mark.parametrize("number", NUMBERS, ids=lambda text: ascii(text)[:20])
def test_a_number_from_outside_is_one_or_is_refused(number: str, browser: Any) -> None:
    whole = number.isascii() and number.isdecimal() and len(number) < 17
    assert browser.get("/i/P01/changes", params={"since": number}).status_code == (200 if whole else 400)
    assert browser.get("/sample", params={"bound": number}).status_code == 200
    assert browser.get("/i/P01/words", headers={"Range": f"bytes={number.strip() or 'x'}".encode()}).status_code < 500
    if "\n" not in number:
        assert browser.post("/api/check", headers={"Content-Length": number.encode()}).status_code < 500


@look
@given(data=st.data())
def test_no_address_fails(data: st.DataObject, browser: Any) -> None:
    tail = st.sampled_from(("", "/turns", "/released", "/words", "/changes", "/audio", "/report", "/x"))
    path = data.draw(
        st.one_of(
            st.builds("/i/{}{}".format, WORDS, tail),
            st.builds("/i/P01/audio/{}".format, WORDS),
            st.builds("/static/{}".format, WORDS),
            st.builds("/open/{}".format, WORDS),
            st.builds("/{}".format, WORDS),
        )
    )
    query = data.draw(st.dictionaries(st.sampled_from(("since", "bound", "q", "")), WORDS, max_size=2))
    from urllib.parse import quote, urlencode

    address = quote(path, safe="/%", errors="replace")[:6000]
    asked = f"{address}?{urlencode(query, errors='replace')}" if query else address
    method = data.draw(st.sampled_from(("GET", "HEAD", "POST", "PUT", "OPTIONS")))
    answer = browser.request(method, asked, headers={"Content-Type": "application/json"})
    assert answer.status_code < 500, (method, ascii(asked)[:200])


@look
@given(data=st.data())
def test_no_body_fails(data: st.DataObject, page: Page, browser: Any) -> None:
    act = data.draw(st.sampled_from((*ACTS, "clear")))
    address = f"/api/{act}" if act == "clear" else f"/api/{data.draw(st.sampled_from(('P01', 'P04', 'P99')))}/{act}"
    desk = page.room.desk("P01")
    assert desk is not None
    turn = st.one_of(st.sampled_from(list(desk.view().by_key)), WORDS)
    spot = st.fixed_dictionaries({"turn": turn, "start": NUMBER, "end": NUMBER}, optional={"seen": NUMBER})
    known = {
        "spot": st.one_of(spot, VALUE),
        "since": NUMBER,
        "action": st.one_of(st.sampled_from(("accept", "reject", "edit", "add")), VALUE),
        "kind": st.one_of(st.sampled_from(("PERSON", "words", "speaker", "role", "split", "cut", "restore")), VALUE),
        "label": WORDS,
        "scope": st.sampled_from(("one", "interview", "study", "all")),
        "count": st.booleans(),
        "above": NUMBER,
        "rule": WORDS,
        "value": WORDS,
        "speaker": WORDS,
        "number": NUMBER,
        "turns": st.one_of(st.lists(turn, max_size=3), VALUE),
        "turn": turn,
        "leaks": NUMBER,
        "key": WORDS,
        "harmless": VALUE,
    }
    takes = ACTS[act].takes.__struct_fields__ if act in ACTS else ("key", "harmless")
    body = data.draw(st.fixed_dictionaries({}, optional={name: known[name] for name in takes}))
    sent = data.draw(st.one_of(st.just(json.dumps(body).encode()), st.binary(max_size=40)))
    answer = browser.post(address, content=sent, headers={"Content-Type": "application/json"})
    assert answer.status_code < 500, (address, ascii(body)[:400])
