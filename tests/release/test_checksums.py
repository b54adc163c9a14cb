"""A release as a BagIt bag, and its tables of counts."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import pytest
from msgspec import structs

from pipeline.errors import UsageError
from pipeline.release import build, checksums
from pipeline.release.options import options
from tests.helpers.releases import interview, request
from tests.release.test_build import CLEAN, one, person


@pytest.mark.parametrize("draft", [True, False])
def test_a_bag_is_whole_and_a_rerun_leaves_it_alone(draft: bool, tmp_path: Path) -> None:
    asked = structs.replace(request(tmp_path, one(), draft=draft), bag=True)
    folder = build.publish(asked).folder
    assert (folder / "bagit.txt").read_bytes() == checksums.DECLARATION
    assert ("DRAFT" in (folder / "bag-info.txt").read_text(encoding="utf-8")) is draft
    for name, top in ((checksums.MANIFEST, folder / "data"), (checksums.TAGS[2], folder)):
        listed = dict(line.split("  ")[::-1] for line in (folder / name).read_text(encoding="utf-8").splitlines())
        assert all(hashlib.sha256((folder / path).read_bytes()).hexdigest() == sha for path, sha in listed.items())
        if top.name == "data":
            assert set(listed) == {f.relative_to(folder).as_posix() for f in top.rglob("*") if f.is_file()}
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    build.publish(asked)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    plain = build.publish(structs.replace(asked, bag=False)).folder
    assert (plain / "txt" / "P01.txt").is_file()
    assert not (plain / "data").exists()


def table(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))


def test_the_log_counts_and_quotes_nothing(tmp_path: Path) -> None:
    folder = build.publish(request(tmp_path, interview("P01", [*CLEAN, "Р: [Айгерим|PERSON:r]"], person("P01")))).folder
    rows = {row["kind"]: row for row in table(folder / "deidentification_log.csv")}
    assert (rows["PERSON"]["mentions_hidden"], rows["PERSON"]["things_hidden"]) == ("2", "1")
    assert (rows["CITY_SMALL"]["class"], rows["CITY_SMALL"]["mentions_kept"]) == ("quasi", "0")
    assert "Айгерим" not in (folder / "deidentification_log.csv").read_text(encoding="utf-8")


def test_the_codebook_explains_every_column(tmp_path: Path) -> None:
    made = request(tmp_path, interview("P01", CLEAN, person("P01", extra=(("siblings", "2"),))), draft=False)
    folder = build.publish(made).folder
    rows = table(folder / "codebook.csv")
    assert [row["column"] for row in rows] == list(table(folder / "data_list.csv")[0])
    assert all(row["meaning_ru"] and row["meaning_en"] for row in rows)
    assert {row["column"]: row["filled"] for row in rows}["siblings"] == "1"


def test_options_are_words_that_exist() -> None:
    assert options("blind", "code", True, False).tier == "blind"
    with pytest.raises(UsageError, match="--tier must be one of restricted, shareable, blind"):
        options("public", "ref", False, False)
