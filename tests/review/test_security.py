"""What the review page refuses: strangers, other sites, other hosts, other paths, and text that would be a program."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.review.security import BODY_LIMIT, HEADERS, Sessions
from tests.helpers.review_pages import LINES, Page, served, written
from tests.helpers.sample_studies import interviews


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(written(tmp_path))


PLACES = (
    "/",
    "/i/P01",
    "/i/P01/words",
    "/i/P01/released",
    "/i/P01/audio/0",
    "/i/P01/changes?since=0",
    "/sample",
    "/static/page.js",
    "/report",
)


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_shown_without_a_session(page: Page, place: str) -> None:
    answer = page.stranger().get(place)
    assert answer.status_code == 401
    assert "Айгерим" not in answer.text


def test_an_address_works_once(page: Page) -> None:
    token = page.sessions.invite("R1")
    assert page.stranger().get(f"/open/{token}").status_code == 303
    assert page.stranger().get(f"/open/{token}").status_code == 401
    assert page.stranger().get("/open/guess").status_code == 401


def test_the_cookie_cannot_be_read_or_sent_by_others(page: Page) -> None:
    answer = page.stranger().get(f"/open/{page.sessions.invite('R1')}")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("interviews-8765=")
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1", "127.0.0.1:8766", "localhost:8765"])
def test_another_host_or_port_is_refused(page: Page, host: str) -> None:
    browser = page.browser()
    assert browser.get("/", headers={"Host": host}).status_code == 421
    assert browser.get(f"/open/{page.sessions.invite('R1')}", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:8766"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_write_from_elsewhere_is_refused(page: Page, headers: dict[str, str]) -> None:
    browser = page.browser()
    assert browser.post("/api/P01/undo", json={}).status_code == 200
    assert browser.post("/api/P01/undo", json={}, headers=headers).status_code == 403


def test_a_form_of_another_site_is_refused(page: Page) -> None:
    browser = page.browser()
    form = browser.post("/api/P01/sign", data={"since": "0"})
    assert form.status_code == 415
    text = browser.post("/api/P01/sign", content=b"{}", headers={"Content-Type": "text/plain"})
    assert text.status_code == 415


def test_a_missing_origin_is_refused(page: Page) -> None:
    browser = page.browser()
    del browser.headers["Origin"]
    assert browser.post("/api/P01/undo", json={}).status_code == 403


def test_large_bodies_are_refused(page: Page) -> None:
    browser = page.browser()
    big = b'{"turns": ["' + b"x" * BODY_LIMIT + b'"]}'
    assert browser.post("/api/P01/read", content=big, headers={"Content-Type": "application/json"}).status_code == 413


@pytest.mark.parametrize(
    "place",
    [
        "/static/../app.py",
        "/static/%2e%2e%2fapp.py",
        "/static/..%2f..%2fcli.py",
        "/i/..%2f..%2fstudy.yaml",
        "/i/P09",
        "/i/P01/audio/7",
        "/i/P01/audio/..%2fattribute.json",
        "/static/page.js%00",
        "/i/%2e%2e/audio/0",
    ],
)
def test_no_path_is_opened_for_anybody(page: Page, place: str) -> None:
    assert page.browser().get(place).status_code == 404


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"since": "x"}', b'{"since": 0, "more": 1}', b"\xff\xfe"])
def test_what_is_no_request_is_refused(page: Page, body: bytes) -> None:
    answer = page.browser().post("/api/P01/undo", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_other_methods_are_refused(page: Page, method: str) -> None:
    assert page.browser().request(method, "/i/P01").status_code == 405


@pytest.mark.parametrize("place", ["/", "/i/P01", "/static/page.js", "/nowhere", "/open/x"])
def test_every_answer_has_the_headers(page: Page, place: str) -> None:
    answer = page.browser().get(place)
    for name, value in HEADERS:
        assert answer.headers[name.decode()] == value.decode()
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_programs_in_a_transcript_are_shown_as_text(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script><img/onerror=x>"
    lines = {**LINES, "P01": [f"Р: Меня зовут [{hostile}|PERSON:a] </script> {hostile}."]}
    browser = Page(written(tmp_path, lines)).browser()
    for place in ("/", "/i/P01", "/sample"):
        text = browser.get(place).text
        assert "<script>alert" not in text
        assert "<img" not in text
    assert 'style="' not in browser.get("/i/P01").text


def test_an_idle_session_ends() -> None:
    clock = [0.0]
    sessions = Sessions(60.0, lambda: clock[0])
    secret = sessions.enter(sessions.invite("R1"))
    clock[0] = 59.0
    assert sessions.reviewer(secret) == "R1"
    clock[0] = 118.0
    assert sessions.reviewer(secret) == "R1"
    clock[0] = 179.0
    assert sessions.reviewer(secret) == ""


def test_audio_comes_in_ranges_without_a_name(tmp_path: Path) -> None:
    study = written(tmp_path)
    audio = study.folder / "work" / "P01" / "audio"
    audio.mkdir()
    label = Page(study).room.desk("P01")
    assert label is not None
    (audio / f"{label.recording.tracks[0].label}.flac").write_bytes(b"fLaC" + bytes(range(200)))
    answer = Page(study).browser().get("/i/P01/audio/0", headers={"Range": "bytes=4-9"})
    assert answer.status_code == 206
    assert answer.content == bytes(range(6))
    assert "content-disposition" not in answer.headers


def test_other_machines_need_tls(tmp_path: Path) -> None:
    study = written(tmp_path).folder
    for options in (["--host", "0.0.0.0"], ["--cert", "x.pem"], ["--host", "0.0.0.0", "--cert", "a", "--key", "b"]):
        assert interviews(tmp_path, "review", str(study), "--no-browser", *options).code == 2
    assert interviews(tmp_path, "review", str(study), "--no-browser", "--lang", "kk").code == 2


@pytest.mark.slow
def test_the_command_says_its_address_and_nothing_of_the_interviews(tmp_path: Path) -> None:
    import httpx

    study = written(tmp_path).folder
    with served(study) as address:
        origin = address.split("/open/", maxsplit=1)[0]
        assert httpx.get(origin + "/").status_code == 401
        with httpx.Client(follow_redirects=True) as client:
            assert client.get(address).status_code == 200
            assert "Айгерим" in client.get(f"{origin}/i/P01").text
        assert httpx.get(address).status_code == 401


def test_the_run_report_keeps_its_styles_and_runs_no_script(tmp_path: Path) -> None:
    study = written(tmp_path)
    text = '<style>p{color:red}</style><p style="left:1px">x</p><script>alert(1)</script>'
    (study.folder / "work" / "report.html").write_text(text)
    answer = Page(study).browser().get("/report")
    policy = answer.headers.get_list("content-security-policy")
    assert len(policy) == 1
    assert policy[0].startswith(HEADERS[0][1].decode())
    assert policy[0].count("sha256-") == 2
    assert "script-src" not in policy[0]
