"""Withdrawal: a person is gone from every byte of a study, everybody else stays, whatever happens midway."""

from __future__ import annotations

import csv
import io
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest

from pipeline.cli.main import command
from pipeline.decisions.journal import Journal, Wish
from pipeline.decisions.sign_off import DATABASE
from pipeline.disclosure import report
from pipeline.errors import ConfigError, CorruptArtifact, StudyBusy
from pipeline.flow import STAGES
from pipeline.life.forget.forget import forget, plan
from pipeline.model import Anchor, Correction
from pipeline.release import frozen_ledger, publish, quotes
from pipeline.release import options as release
from pipeline.release.request import Options
from pipeline.review import packs
from pipeline.study import forgotten, overview
from pipeline.study.folder import open_study
from tests.helpers import signed_studies
from tests.helpers.sample_studies import interviews

LINES = {
    "P01": [
        "И: Здравствуйте! Откуда вы?",
        "Р: Меня зовут [Айгерим|PERSON:a], я из [Текели|CITY_SMALL:t].",
        "И: Понятно.",
        "Р: Училась в [КИМЭП|ORG_UNIVERSITY:k], потом уехала в [Японию|COUNTRY:j-], мой брат [Санжар|PERSON:s] там.",
    ],
    "P04": ["И: Как дела?", "Р: Хорошо, [Айгерим|PERSON:a] передаёт привет из [Алматы|CITY_LARGE:m]."],
}
HERS = ("айгерим", "текели", "кимэп", "санжар", "сарсенов", "болатқыз", "aigerim", "жұлдыз", "шымбулак")
"""what stands in P01's interview, contacts, corrections and decisions"""
THEIRS = {"айгерим": {"work/P04/attribute.json"}}
"""words that another person said too"""
PUBLIC = str(pyrage.x25519.Identity.generate().to_public())


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that has been through everything: corrected, signed off, released, quoted, packed, sent."""
    folder = signed_studies.signed(tmp_path_factory.mktemp("lived"), LINES)
    journal = Journal(folder / "work" / DATABASE)
    anchor = Anchor("0" * 64, 0, 0, 5)
    said = Correction("words", anchor, "Жұлдыз с Шымбулака")
    journal.act("R1", "P01", [Wish("correct", "one", signed_studies.encoded(said))])
    journal.undo("R1", "P01")
    journal.act("R1", "", [Wish("clear", "P01.abcdef12", "harmless"), Wish("clear", "P04.abcdef12", "harmless")])
    journal.close()
    signed_studies.release(folder)
    study = open_study(folder)
    overview.match_table(study, as_json=True)
    for turn, name in (("2", "P01"), ("2", "P04")):
        release.quote(study, name, turn, "ru")
    (folder / "work" / "sample.csv").write_text(
        "interview,turn,words,leaks,text\nP01,1,3,,Здравствуйте\nP04,1,2,,Как\n"
    )
    report.report(study, "restricted", None)
    publish.export_key(study, [PUBLIC], None)
    packs.send(study, "all", [PUBLIC], None)
    list(release.send(study, False, Options(tier="shareable"), [PUBLIC]))
    (folder / "member-check" / "P01").mkdir(parents=True)
    (folder / "member-check" / "P01" / "P01.txt").write_text("Меня зовут Айгерим")
    return folder


@pytest.fixture
def study(template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    shutil.copytree(template, tmp_path / "study")
    capsys.readouterr()
    return tmp_path / "study"


def withdraw(folder: Path, participant: str = "P01", recordings: bool = False) -> tuple[str, ...]:
    study = open_study(folder)
    return forget(study, plan(study, participant), recordings)


def test_nothing_of_the_person_is_left(study: Path) -> None:
    before = signed_studies.standing(study, HERS, "recordings/")
    assert set(before) == set(HERS)
    said = withdraw(study)
    assert signed_studies.standing(study, HERS, "recordings/") == THEIRS
    assert not list((study / "work").glob("review.db-*"))
    assert not any(word in line.lower() for line in said for word in HERS)
    (row,) = csv.DictReader((study / "work" / "forgotten.csv").read_text(encoding="utf-8-sig").splitlines())
    assert row["id"] == "P01"
    assert int(row["files"]) > 10
    assert int(row["rows"]) > 5
    assert int(row["decisions"]) > 5


def test_what_is_out_of_reach_is_named_by_id_and_listed_privately(study: Path) -> None:
    (study / "notes.txt").write_text("Сарсеновой позвонить", encoding="utf-16-le")
    said = "\n".join(withdraw(study))
    assert "are said in P04." in said
    assert "notes" not in said
    assert "Zoom" not in said
    left = forgotten.left(study / "work")
    assert [one.what for one in left] == ["recording", "file"]
    (folder,) = (path.name for path in (study / "recordings").iterdir() if path.name.startswith("2021-05-02"))
    assert left[0].path == f"2021-05-02 {folder.rpartition(' ')[2]}"
    listed = (study / "work" / "left-behind.csv").read_text(encoding="utf-8-sig").lower()
    assert not [word for word in ("дарин", "омаров", "meeting", *HERS) if word in listed]
    assert left[1].path == "notes.txt"
    assert (study / "work" / "left-behind.csv").stat().st_mode & 0o077 == 0


def test_everybody_else_stays_as_they_were(study: Path) -> None:
    before, ledger = signed_studies.files(study), frozen_ledger.read(study)
    withdraw(study)
    after = signed_studies.files(study)
    theirs = {name: data for name, data in before.items() if name.startswith("release/") and "P04" in name}
    assert len(theirs) > 8
    assert {name: after[name] for name in theirs} == theirs
    assert not any("P01" in name for name in after if name.startswith("release/"))
    kept = frozen_ledger.read(study)
    assert kept.interviews["P04"] == ledger.interviews["P04"]
    assert kept.blind == ledger.blind
    whole = {name: data for name, data in after.items() if name.startswith("release/")}
    signed_studies.release(study)
    assert {name: data for name, data in signed_studies.files(study).items() if name.startswith("release/")} == whole


def test_the_study_goes_on_as_if_nothing_were_due(study: Path) -> None:
    withdraw(study)
    assert [row.stages for row in overview.rows(open_study(study), STAGES)] == [
        dict.fromkeys(("ingest", "transcribe", "diarize", "attribute", "deidentify"), "done")
    ]
    assert open_study(study).warnings == ()


@pytest.mark.parametrize(
    "options",
    [Options(tier="shareable"), Options(tier="blind"), Options(bag=True), Options(case_link="code")],
    ids=["shareable", "blind", "bag", "case by code"],
)
def test_every_kind_of_release_becomes_what_an_export_would_write(study: Path, options: Options) -> None:
    signed_studies.release(study, options)
    withdraw(study)
    here = signed_studies.files(study / "release")
    shutil.rmtree(study / "release")
    signed_studies.release(study, options)
    assert signed_studies.files(study / "release") == here


def test_an_earlier_release_that_was_kept_is_reached_too(study: Path) -> None:
    shutil.copytree(study / "release", study / "release-2021")
    withdraw(study)
    assert signed_studies.files(study / "release-2021") == signed_studies.files(study / "release")


def test_a_table_of_the_release_that_nobody_can_read_goes_as_a_whole(study: Path) -> None:
    (study / "release" / "data_list.xlsx").write_bytes(b"P01, edited by hand")
    withdraw(study)
    assert not (study / "release" / "data_list.xlsx").exists()


def test_the_last_one_leaves_no_release(study: Path) -> None:
    withdraw(study, "P01")
    withdraw(study, "P04")
    assert not (study / "release").exists()
    assert not (study / "work" / DATABASE).exists()


def test_the_person_may_be_named_in_any_letter_case_and_twice(study: Path) -> None:
    withdraw(study, "p01")
    assert [one.id for one in forgotten.records(study / "work")] == ["P01"]
    (study / "work" / "P01").mkdir()
    (study / "work" / "P01" / "found-later.log").write_text("x")
    withdraw(study, "P01")
    (done,) = forgotten.records(study / "work")
    assert done.files > 10
    assert not (study / "work" / "P01").exists()


def test_an_unknown_id_changes_nothing(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = signed_studies.files(study)
    assert command(["forget", str(study), "--participant", "P77", "--yes"]) == 3
    assert "P77" not in capsys.readouterr().err
    assert signed_studies.files(study) == before


def test_an_open_review_page_stops_it_before_anything_is_gone(study: Path) -> None:
    before = signed_studies.files(study, "work/review.db")
    page = Journal(study / "work" / DATABASE)
    with pytest.raises(StudyBusy, match="review page"):
        withdraw(study)
    page.close()
    assert signed_studies.files(study, "work/review.db", "work/lock") == {
        k: v for k, v in before.items() if "lock" not in k
    }


def test_decisions_that_cannot_be_read_stop_it_before_anything_is_gone(study: Path) -> None:
    for file in (study / "work").glob("review.db*"):
        file.unlink()
    (study / "work" / DATABASE).write_bytes(b"no database at all" * 100)
    with pytest.raises(CorruptArtifact):
        withdraw(study)
    assert (study / "work" / "P01" / "attribute.json").exists()


def test_a_running_study_is_left_alone(study: Path) -> None:
    one = open_study(study)
    with one.store.locked(), pytest.raises(StudyBusy):
        withdraw(study)


class Killed(BaseException):
    """What a test throws where a real kill would strike."""


CHANGES = ("os.remove", "os.rename", "os.rmdir", "shutil.rmtree", "sqlite3.connect", "os.mkdir")
STRIKE = {"at": -1, "seen": 0}


def strike(event: str, _arguments: tuple[Any, ...]) -> None:
    if STRIKE["at"] >= 0 and event in CHANGES:
        STRIKE["seen"] += 1
        if STRIKE["seen"] == STRIKE["at"]:
            STRIKE["at"] = -1
            raise Killed


sys.addaudithook(strike)


def killed(folder: Path, at: int) -> bool:
    """Forget P01 and be stopped before the at-th change to the disk; False where it is done by then."""
    STRIKE.update(at=at, seen=0)
    try:
        withdraw(folder)
    except Killed:
        return True
    finally:
        STRIKE["at"] = -1
    return False


def points() -> Iterator[int]:
    """Some of the places to strike; all of them where INTERVIEWS_ALL_KILLS is set."""
    return iter(range(2, 400, 1 if os.environ.get("INTERVIEWS_ALL_KILLS") else 23))


def test_stopped_anywhere_the_same_command_completes_it(study: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(study, whole)
    withdraw(whole)
    wanted = signed_studies.files(whole, "recordings/", "work/review.db", "work/digests")
    struck = 0
    for at in points():
        other = tmp_path / f"at-{at}"
        shutil.copytree(study, other)
        if not killed(other, at):
            break
        struck += 1
        begun = forgotten.pending(other / "work") is not None
        assert begun == any("interrupted" in warning for warning in open_study(other).warnings)
        withdraw(other)
        found = signed_studies.files(other, "recordings/", "work/review.db", "work/digests")
        assert found.keys() == wanted.keys(), at
        assert {name for name in wanted if found[name] != wanted[name]} == set(), at
        assert signed_studies.standing(other, HERS, "recordings/") == THEIRS
        shutil.rmtree(other)
    assert struck >= 3


def test_a_real_kill_midway(study: Path, tmp_path: Path) -> None:
    patch = """
import signal
def die(event, arguments):
    if event == "shutil.rmtree" and "P01" in str(arguments[0]):
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(die)
"""
    shutil.copytree(study, tmp_path / "whole")
    withdraw(tmp_path / "whole")
    counted = forgotten.records(tmp_path / "whole" / "work")
    ran = interviews(tmp_path, "forget", str(study), "--participant", "P01", "--yes", patch=patch)
    assert ran.code == -9
    assert (study / "work" / "P01").exists()
    with pytest.raises(ConfigError, match="P01"):
        withdraw(study, "P04")
    assert command(["forget", str(study), "--participant", "P01", "--yes"]) == 0
    assert signed_studies.standing(study, HERS, "recordings/") == THEIRS
    assert forgotten.records(study / "work") == counted


def test_recordings_that_stay_are_not_read_again_under_any_name(study: Path) -> None:
    withdraw(study)
    assert [entry.id for entry in open_study(study).entries] == ["P04"]
    (folder,) = (path for path in (study / "recordings").iterdir() if path.name.startswith("2021-05-02"))
    folder.rename(folder.with_name("another name"))
    assert [entry.id for entry in open_study(study).entries] == ["P04"]


def test_a_recording_that_the_list_claims_again_is_read_again(study: Path) -> None:
    listed = (study / "participants.csv").read_bytes()
    withdraw(study)
    (study / "participants.csv").write_bytes(listed)
    assert [entry.id for entry in open_study(study).entries] == ["P01", "P04"]


def test_recordings_go_where_the_operator_says_so(study: Path) -> None:
    withdraw(study, recordings=True)
    assert [path.name[:10] for path in (study / "recordings").iterdir()] == ["2021-05-19"]
    assert not (study / "work" / "left-behind.csv").exists()
    assert signed_studies.standing(study, HERS) == THEIRS


def test_recordings_that_were_deleted_by_hand_leave_the_list(study: Path) -> None:
    withdraw(study)
    shutil.rmtree(next((study / "recordings").glob("2021-05-02*")))
    withdraw(study)
    assert not (study / "work" / "left-behind.csv").exists()


def test_the_whole_study(study: Path) -> None:
    (study / "private" / "note.txt").write_text("своё", encoding="utf-8")
    withdraw(study, "")
    assert "private/note.txt" in {one.path for one in forgotten.left(study / "work")}
    (study / "private" / "note.txt").unlink()
    left = {path.relative_to(study).parts[0] for path in study.rglob("*") if path.is_file()}
    assert left == {"recordings", "work"}
    kept = {path.name for path in (study / "work").rglob("*") if path.is_file()}
    assert kept == {"forgotten.csv", "left-behind.csv", "lock"}
    assert signed_studies.standing(study, HERS, "recordings/", "work/left-behind.csv") == {}
    assert open_study(study).entries == ()
    assert forgotten.records(study / "work")[0].id == "everybody"


@pytest.mark.parametrize(
    ("answers", "comes"),
    [
        ("n\n", (130, "P01 stays", 2)),
        ("", (130, "P01 stays", 2)),
        ("y\n", (130, "P01 stays", 2)),
        ("y\nn\n", (0, "P01 goes", 2)),
        ("y\ny\n", (0, "P01 goes", 1)),
    ],
    ids=["no", "no answer", "half an answer", "but the recordings", "all"],
)
def test_it_asks_first(study: Path, monkeypatch: pytest.MonkeyPatch, answers: str, comes: tuple[int, str, int]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answers))
    code = command(["forget", str(study), "--participant", "P01"])
    came = "P01 stays" if (study / "work" / "P01").exists() else "P01 goes"
    assert (code, came, len(list((study / "recordings").iterdir()))) == comes


def test_a_pack_that_comes_back_brings_nobody_back(study: Path, tmp_path: Path) -> None:
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "key.txt").write_text(str(identity))
    packs.send(open_study(study), "all", [str(identity.to_public())], tmp_path / "pack.age")
    withdraw(study)
    list(packs.merge(open_study(study), [tmp_path / "pack.age"], tmp_path / "key.txt"))
    journal = Journal(study / "work" / DATABASE)
    assert journal.everything(["P01"]) == ()
    assert journal.everything(["P04"]) != ()
    journal.close()


def test_methods_says_what_is_still_there(study: Path) -> None:
    methods = study / "release" / "METHODS.md"
    signed_studies.release(study)
    there = ("- записи", "- список контактов", "- рабочая копия", "- ключ")
    assert [word in methods.read_text(encoding="utf-8") for word in there] == [True] * 4
    withdraw(study, recordings=True)
    told = methods.read_text(encoding="utf-8")
    assert [word in told for word in there] == [True, True, True, False]
    assert "**Псевдонимизировано" in told
    assert "Интервью: 1," in told
    assert "- P04: подпись R1" in told
    assert "- P01: " not in told
    assert quotes.read(study)[0].participant == "P04"
    assert not (study / "work" / "disclosure.html").exists()
