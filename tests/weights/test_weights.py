"""Weights arrive whole or not at all: over a real connection that breaks, lies and refuses, and from a stick."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline.errors import MissingDependency
from pipeline.model import quiet
from pipeline.weights import bring, catalogue, fetch
from pipeline.weights import models as weights
from pipeline.weights.catalogue import File, Model
from tests.helpers.checkpoints import save_whisper

CONTENT = bytes(range(256)) * 12_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves CONTENT under any path; misbehaves as its attributes say, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.cut_after: list[int] = []
        """bytes after which each of the next answers breaks off"""
        self.ranges = True
        self.status = 200
        self.redirect = ""
        self.asked: list[tuple[str, str]] = []
        """Range and Authorization of each request"""

    def url(self, path: str = "model.pt") -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{path}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        asked = self.headers.get("Range", "")
        self.server.asked.append((asked, self.headers.get("Authorization", "")))
        if self.server.status != 200:
            self.send_error(self.server.status)
            return
        if self.server.redirect and self.path.startswith("/resolve"):
            self.send_response(302)
            self.send_header("Location", self.server.redirect)
            self.send_header("X-Linked-Etag", f'"{DIGEST}"')
            self.end_headers()
            return
        self.send_content(int(asked[6:-1]) if asked and self.server.ranges else 0, bool(asked))

    def send_content(self, start: int, ranged: bool) -> None:
        if start >= len(CONTENT):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(CONTENT)}")
            self.end_headers()
            return
        self.send_response(206 if ranged and self.server.ranges else 200)
        if ranged and self.server.ranges:
            self.send_header("Content-Range", f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}")
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        limit = self.server.cut_after.pop(0) if self.server.cut_after else len(CONTENT)
        self.wfile.write(CONTENT[start : start + limit])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as one:
        threading.Thread(target=one.serve_forever, daemon=True).start()
        yield one
        one.shutdown()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INTERVIEWS_MODELS", str(tmp_path / "models"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    return tmp_path / "models"


def table(server: Server, sha256: str = DIGEST, megabytes: int = 3, path: str = "model.pt") -> tuple[Model, ...]:
    return (Model("model", (File("model.pt", server.url(path), sha256, megabytes),), "speech to text"),)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()} - {".lock"}


def test_a_model_is_fetched_with_its_progress_and_not_twice(server: Server, home: Path) -> None:
    heard: list[tuple[str, float]] = []
    path = fetch.fetch("model", lambda name, share: heard.append((name, share)), print, models=table(server))
    assert path == home / "model.pt"
    assert path.read_bytes() == CONTENT
    assert heard[-1] == ("model.pt", 1.0)
    assert [share for _, share in heard] == sorted(share for _, share in heard)
    fetch.fetch("model", quiet, print, models=table(server))
    assert len(server.asked) == 1
    assert names(home) == {"model.pt", "SHA256SUMS", "sources.json"}


def test_a_connection_that_breaks_is_taken_up_where_it_broke(server: Server) -> None:
    server.cut_after = [1_000_000, 500_000]
    assert fetch.fetch("model", quiet, print, models=table(server)).read_bytes() == CONTENT
    assert [asked for asked, _ in server.asked] == ["", "bytes=1000000-", "bytes=1500000-"]


def test_what_came_is_kept_for_the_next_run(server: Server, home: Path) -> None:
    server.cut_after = [100_000, 100_000, 100_000]
    with pytest.raises(MissingDependency, match="broke"):
        fetch.fetch("model", quiet, print, models=table(server))
    assert names(home) == {"model.pt.partial"}
    fetch.fetch("model", quiet, print, models=table(server))
    assert server.asked[-1][0] == "bytes=300000-"
    assert (home / "model.pt").read_bytes() == CONTENT


def test_a_server_without_ranges_is_begun_again(server: Server, home: Path) -> None:
    server.ranges = False
    home.mkdir()
    (home / "model.pt.partial").write_bytes(CONTENT[:1000])
    assert fetch.fetch("model", quiet, print, models=table(server)).read_bytes() == CONTENT


def test_a_partial_that_is_whole_already_only_gets_its_name(server: Server, home: Path) -> None:
    home.mkdir()
    (home / "model.pt.partial").write_bytes(CONTENT)
    assert fetch.fetch("model", quiet, print, models=table(server)).read_bytes() == CONTENT


def test_a_wrong_checksum_leaves_nothing(server: Server, home: Path) -> None:
    with pytest.raises(MissingDependency, match="sha256") as raised:
        fetch.fetch("model", quiet, print, models=table(server, sha256="0" * 64))
    assert raised.value.exit_code == 4
    assert names(home) == set()


def test_a_damaged_file_is_fetched_anew(server: Server, home: Path) -> None:
    home.mkdir()
    (home / "model.pt").write_bytes(b"half")
    assert fetch.fetch("model", quiet, print, models=table(server)).read_bytes() == CONTENT


def test_a_full_disk_is_noticed_before_anything_is_fetched(server: Server, home: Path) -> None:
    with pytest.raises(MissingDependency, match="too full") as raised:
        fetch.fetch("model", quiet, print, models=table(server, megabytes=10**9))
    assert "INTERVIEWS_MODELS" in raised.value.do
    assert server.asked == []
    assert names(home) == set()


def test_without_a_network_the_error_says_which_file_to_put_where(server: Server, home: Path) -> None:
    models = table(server)
    server.shutdown()
    server.server_close()
    with pytest.raises(MissingDependency, match="cannot be reached") as raised:
        fetch.fetch("model", quiet, print, models=models)
    assert str(home) in raised.value.do
    assert models[0].files[0].url in raised.value.do
    assert names(home) == set()


def test_a_gated_model_says_where_to_accept_the_conditions(server: Server, home: Path) -> None:
    server.status = 401
    with pytest.raises(MissingDependency, match="strangers") as raised:
        fetch.fetch("model", quiet, print, models=table(server, path="gated/resolve/main/model.pt"))
    assert "HF_TOKEN" in raised.value.do
    assert server.url("gated") in raised.value.do
    assert names(home) == set()


def test_a_checksum_stated_on_the_way_is_held(server: Server, home: Path) -> None:
    server.redirect = server.url("elsewhere")
    fetch.fetch("model", quiet, print, models=table(server, sha256="", path="resolve/model.pt"))
    assert DIGEST in (home / "SHA256SUMS").read_text()


def test_the_token_is_shown_to_the_first_host_alone(server: Server) -> None:
    import urllib.request

    from pipeline.weights.download import Redirects

    server.redirect = f"http://localhost:{server.server_address[1]}/elsewhere"
    request = urllib.request.Request(server.url("resolve/model.pt"), headers={"Authorization": "Bearer secret"})
    with urllib.request.build_opener(Redirects()).open(request, timeout=10) as response:
        response.read()
    assert [token for _, token in server.asked] == ["Bearer secret", ""]


def test_offline_forbids_and_unknown_names_are_listed(server: Server) -> None:
    with pytest.raises(MissingDependency, match="offline") as raised:
        fetch.fetch("turbo", quiet, print, offline=True)
    assert "interviews models import" in raised.value.do
    with pytest.raises(MissingDependency) as raised:
        fetch.fetch("huge", quiet, print)
    assert "turbo" in raised.value.do
    assert server.asked == []


def test_two_processes_do_not_bring_weights_at_once(server: Server) -> None:
    with weights.locked(), pytest.raises(MissingDependency, match="Another process"):
        fetch.fetch("model", quiet, print, models=table(server))


def test_the_table_of_published_models_is_that_of_whisper() -> None:
    import whisper

    ours = [model for model in catalogue.KNOWN if model.what == "speech to text"]
    for model in ours:
        assert whisper._MODELS[model.name] == model.files[0].url
        assert model.files[0].sha256 == model.files[0].url.split("/")[-2]
    published = {url for name, url in whisper._MODELS.items() if not name.endswith(".en")}
    assert published == {model.files[0].url for model in ours}
    for alias, name in catalogue.ALIASES.items():
        if alias in whisper._MODELS:
            assert whisper._MODELS[alias] == whisper._MODELS[name]


@pytest.mark.parametrize("model", ["turbo", "large-v3-turbo"])
def test_an_absent_model_says_which_file_to_put_where(model: str, home: Path) -> None:
    with pytest.raises(MissingDependency) as raised:
        weights.whisper_path(model)
    assert raised.value.exit_code == 4
    for told in (
        "large-v3-turbo.pt",
        str(home),
        "`interviews models fetch turbo`",
        "`interviews models import FOLDER`",
    ):
        assert told in raised.value.what + raised.value.do


def test_an_absent_path_offers_no_fetching(tmp_path: Path) -> None:
    with pytest.raises(MissingDependency) as raised:
        weights.whisper_path(str(tmp_path / "own.pt"))
    assert "fetch own" not in raised.value.do


def test_a_checkpoint_is_imported_from_a_stick_and_verified(tmp_path: Path, home: Path) -> None:
    stick = tmp_path / "stick" / "deep"
    stick.mkdir(parents=True)
    own = save_whisper(stick / "own.pt")
    own.with_suffix(".json").write_text('{"alignment_heads": [[1, 0]]}')
    (one,) = bring.bring(tmp_path / "stick", quiet)
    assert (one.name, one.path) == ("own", home / "own.pt")
    assert weights.whisper_path("own").read_bytes() == own.read_bytes()
    assert names(home) == {"own.pt", "own.json", "SHA256SUMS"}
    assert [verdict.state for verdict in weights.verify()] == ["good"]
    with one.path.open("r+b") as file:
        file.seek(5000)
        file.write(b"damage")
    assert [verdict.state for verdict in weights.verify()] == ["damaged"]
    with pytest.raises(MissingDependency, match="damaged"):
        weights.trusted(one.path)


def test_a_published_name_with_other_content_is_refused_and_the_rest_imported(tmp_path: Path, home: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    save_whisper(stick / "own.pt")
    shutil.copy(stick / "own.pt", stick / "large-v3-turbo.pt")
    (stick / "cut.pt").write_bytes((stick / "own.pt").read_bytes()[:100_000])
    with pytest.raises(MissingDependency, match=r"large-v3-turbo\.pt") as raised:
        bring.bring(stick, quiet)
    assert "cut.pt" in raised.value.what
    assert names(home) == {"own.pt", "SHA256SUMS"}


def test_a_published_model_is_known_by_its_content_whatever_its_name(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = save_whisper(tmp_path / "renamed by hand.pt")
    row = Model("tiny", (File("tiny.pt", "", weights.sha256(stick), 1),), "speech to text")
    for module in (catalogue, bring):
        monkeypatch.setattr(module, "KNOWN", (row,))
    (one,) = bring.bring(stick, quiet)
    assert (one.name, one.path) == ("tiny", home / "tiny.pt")


def test_a_folder_without_weights_says_what_is_looked_for(tmp_path: Path) -> None:
    with pytest.raises(MissingDependency, match="No weights") as raised:
        bring.bring(tmp_path, quiet)
    assert "large-v3-turbo.pt" in raised.value.do


def test_community_1_is_a_folder_that_counts_when_it_is_whole(tmp_path: Path, home: Path) -> None:
    with pytest.raises(MissingDependency) as raised:
        weights.pyannote_path()
    assert "HF_TOKEN" in raised.value.do
    stick = tmp_path / "stick" / "community-1"
    for part in catalogue.parts():
        (stick / part).parent.mkdir(parents=True, exist_ok=True)
        (stick / part).write_bytes(part.encode())
    assert weights.pyannote_path(str(stick)) == stick
    (one,) = bring.bring(tmp_path / "stick", quiet)
    assert (one.name, weights.pyannote_path()) == ("community-1", home / "pyannote-community-1")
    assert [verdict.state for verdict in weights.verify()] == ["good"] * 5
    (home / "pyannote-community-1" / "plda" / "plda.npz").write_bytes(b"other")
    assert [verdict.path.name for verdict in weights.verify() if verdict.state == "damaged"] == ["plda.npz"]
    (home / "pyannote-community-1" / "embedding" / "pytorch_model.bin").unlink()
    with pytest.raises(MissingDependency, match=r"embedding/pytorch_model\.bin"):
        weights.pyannote_path()


def test_the_folder_for_weights_may_be_unwritable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("INTERVIEWS_MODELS", str(tmp_path / "file" / "models"))
    with pytest.raises(MissingDependency, match="cannot be written"):
        bring.bring(save_whisper(tmp_path / "own.pt"), quiet)
