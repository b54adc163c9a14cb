"""The main job as the operator does it: the real command on the sample study, in a process of its own."""

from __future__ import annotations

import json
import re
import shutil
import time
from pathlib import Path

import pytest

from pipeline.media import ffmpeg
from pipeline.messages import TABLE
from pipeline.store.artifacts import Store
from pipeline.store.seals import Seals
from tests.helpers.machine_faults import flip
from tests.helpers.sample_studies import Ran, artifacts, demo, interviews

OUR_WORDS = TABLE.read_text(encoding="utf-8").lower()
"""what the program says by itself, in both languages"""
CYRILLIC = re.compile(r"[а-яёәғқңөұүһі]{4,}", re.IGNORECASE)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """The sample study after one run and a draft export."""
    folder = tmp_path_factory.mktemp("finished")
    study = demo(folder)
    ran = interviews(folder, "run", str(study))
    exported = interviews(folder, "export", "--draft", str(study))
    assert (exported.code, exported.sockets) == (0, ())
    return study, ran


def private_words(study: Path) -> set[str]:
    """Everything that must not be shown: words spoken, display names, names of files and folders."""
    words: set[str] = set()
    for path in (study / "recordings").rglob("*"):
        words |= set(CYRILLIC.findall(path.name.lower()))
        if path.suffix in {".vtt", ".txt"}:
            words |= set(CYRILLIC.findall(path.read_text(encoding="utf-8").lower()))
    words |= set(CYRILLIC.findall((study / "private" / "contacts.csv").read_text(encoding="utf-8").lower()))
    return words | {"yerzhan", "abdikalikov", "kamila", "aigerim", "87654321012", "84410937725"}


def shown(study: Path, *ran: Ran, more: frozenset[str] = frozenset()) -> list[str]:
    """Private words in all that processes printed and logged; words that the program says of itself are none."""
    logs = [path.read_text(encoding="utf-8") for path in (study / "work").glob("*.jsonl")]
    text = "\n".join([*logs, *(one.stdout + one.stderr for one in ran)]).lower()
    return [word for word in private_words(study) | more if word in text and word not in OUR_WORDS]


def test_a_finished_run_asks_for_review(finished: tuple[Path, Ran]) -> None:
    study, ran = finished
    assert ran.code == 6, ran.stderr
    state = json.loads(interviews(study.parent, "status", str(study), "--json").stdout)
    assert [row["id"] for row in state["recordings"]] == ["P01", "P04"]
    for row in state["recordings"]:
        assert set(row["stages"].values()) == {"done"}
        assert row["method"] == "tracks"


def test_a_draft_is_marked_in_every_file(finished: tuple[Path, Ran]) -> None:
    release = finished[0] / "release"
    names = {path.name for path in release.rglob("*")}
    assert {"P01.txt", "P01.docx", "P01.json", "P01.vtt", "P04.txt", "data_list.csv", "data_list.xlsx"} <= names
    for path in release.rglob("*"):
        if path.suffix in {".txt", ".vtt", ".json", ".csv", ".md"} and not path.name.startswith("manifest"):
            assert "DRAFT" in path.read_text(encoding="utf-8").upper(), path.name


def test_no_name_of_the_contacts_is_released(finished: tuple[Path, Ran]) -> None:
    for path in (finished[0] / "release").rglob("P*.txt"):
        text = path.read_text(encoding="utf-8").lower()
        for name in ("айгерим", "сарсенов", "ержан", "абдикаликов", "дарин", "омаров"):
            assert not re.search(rf"\b{name}(?:[а-яё]{{0,3}})\b", text), f"{name} in {path.name}"


def test_a_second_run_does_nothing(finished: tuple[Path, Ran]) -> None:
    study, _ = finished
    before = {path: (data, (study / "work" / path).stat().st_mtime_ns) for path, data in artifacts(study).items()}
    again = interviews(study.parent, "run", str(study))
    assert again.code == 6
    assert {
        path: (data, (study / "work" / path).stat().st_mtime_ns) for path, data in artifacts(study).items()
    } == before


def test_two_studies_give_the_same_bytes_and_moving_one_changes_nothing(
    finished: tuple[Path, Ran], tmp_path: Path
) -> None:
    study, _ = finished
    other = demo(tmp_path / "elsewhere")
    assert interviews(tmp_path, "run", str(other)).code == 6
    assert artifacts(other) == artifacts(study)
    moved = other.rename(tmp_path / "moved")
    stamps = {path: (moved / "work" / path).stat().st_mtime_ns for path in artifacts(moved)}
    assert interviews(tmp_path, "run", str(moved)).code == 6
    assert {path: (moved / "work" / path).stat().st_mtime_ns for path in artifacts(moved)} == stamps


def test_a_damaged_artifact_is_named_and_built_again(finished: tuple[Path, Ran], tmp_path: Path) -> None:
    study = tmp_path / "study"
    shutil.copytree(finished[0], study)
    path = study / "work" / "P01" / "transcribe.json"
    whole = path.read_bytes()
    path.write_bytes(whole[:-10] + b"x" * 10)
    checked = interviews(tmp_path, "verify", str(study))
    assert checked.code == 8
    assert "P01/transcribe.json" in checked.stdout
    exported = interviews(tmp_path, "export", "--draft", str(study))
    assert exported.code == 8
    assert "P01" in exported.stderr
    again = interviews(tmp_path, "run", str(study))
    assert again.code == 6
    assert "P01: результат этапа transcribe изменён или повреждён" in again.stderr
    assert path.read_bytes() == whole
    assert interviews(tmp_path, "verify", str(study)).code == 0


def test_damaged_sound_is_decoded_again_and_nothing_else(finished: tuple[Path, Ran], tmp_path: Path) -> None:
    study = tmp_path / "study"
    shutil.copytree(finished[0], study)
    before = artifacts(study)
    stamps = {path: (study / "work" / path).stat().st_mtime_ns for path in before if not path.startswith("P01/")}
    flip(study / "work" / "P01" / "audio" / "track-1.flac")
    assert interviews(tmp_path, "run", str(study)).code == 6
    assert artifacts(study) == before
    assert {path: (study / "work" / path).stat().st_mtime_ns for path in stamps} == stamps


def test_what_a_disk_changed_by_itself_is_found_by_verify_and_made_again(
    finished: tuple[Path, Ran], tmp_path: Path
) -> None:
    """Nothing about the file looks touched: only its content tells."""
    study = tmp_path / "study"
    shutil.copytree(finished[0], study)
    path = study / "work" / "P04" / "audio" / "mix.flac"
    whole = path.read_bytes()
    flip(path)
    seals = Seals(Store(study / "work"))
    seals.keep("P04", "ingest")
    seals.save()
    checked = interviews(tmp_path, "verify", str(study))
    assert checked.code == 8
    assert "повреждён: P04/audio/mix.flac" in checked.stdout
    assert interviews(tmp_path, "run", str(study)).code == 6
    assert path.read_bytes() == whole


def test_a_damaged_recording_leaves_the_others_results_alone(finished: tuple[Path, Ran], tmp_path: Path) -> None:
    """Who speaks is told over the whole study: it must not be told while one recording is missing."""
    study = tmp_path / "study"
    shutil.copytree(finished[0], study)
    flip(study / "work" / "P01" / "ingest.json")
    others = {path: path.stat().st_mtime_ns for path in (study / "work" / "P04").glob("*.json")}
    assert interviews(tmp_path, "run", str(study)).code == 6
    assert others
    assert {path: path.stat().st_mtime_ns for path in others} == others
    assert interviews(tmp_path, "verify", str(study)).code == 0


def test_a_stage_does_not_hear_damaged_sound(finished: tuple[Path, Ran], tmp_path: Path) -> None:
    study = tmp_path / "study"
    shutil.copytree(finished[0], study)
    before = artifacts(study)
    (study / "work" / "P01" / "diarize.json").unlink()
    flip(study / "work" / "P01" / "audio" / "track-1.flac")
    seals = Seals(Store(study / "work"))
    seals.keep("P01", "ingest")
    seals.save()
    ran = interviews(tmp_path, "run", str(study))
    assert ran.code == 6, ran.stderr
    assert "P01: результат этапа ingest изменён или повреждён" in ran.stderr
    assert artifacts(study) == before


def test_nothing_private_is_shown_and_no_socket_opened(finished: tuple[Path, Ran]) -> None:
    study, ran = finished
    names = ("init", "status", "match", "verify", "doctor", "disclosure", "sample")
    others = [interviews(study.parent, name, str(study)) for name in names]
    assert [one.sockets for one in (ran, *others)] == [()] * (1 + len(names))
    assert shown(study, ran, *others) == []


def test_nothing_private_is_shown_by_a_bug(tmp_path: Path) -> None:
    study = demo(tmp_path)
    patch = """
import pipeline.deidentify.stage as stage
whole = stage.redact
def broken(item, *rest):
    if item.job.id == "P01":
        raise ValueError("".join(turn.text for turn in item.dialogue.turns))
    return whole(item, *rest)
stage.redact = broken
"""
    ran = interviews(tmp_path, "run", str(study), patch=patch)
    assert ran.code == 1
    assert "ValueError" in ran.stderr
    assert shown(study, ran) == []
    state = json.loads(interviews(tmp_path, "status", str(study), "--json").stdout)
    assert [row["stages"]["deidentify"] for row in state["recordings"]] == ["failed", "done"]


def test_nothing_private_is_shown_by_a_bug_of_the_flow_itself(tmp_path: Path) -> None:
    study = demo(tmp_path)
    patch = """
import pipeline.study.folder as study
def broken(opened):
    raise RuntimeError(repr(opened.roster))
study.write_register = broken
"""
    ran = interviews(tmp_path, "run", str(study), patch=patch)
    assert ran.code == 1
    assert "RuntimeError" in ran.stderr
    assert shown(study, ran) == []


def broken_recordings(study: Path) -> dict[str, str]:
    """Put one recording of each kind of damage beside the healthy ones: name -> a word its advice must hold."""
    recordings = study / "recordings"
    mix = next(recordings.glob("*/audio_only.m4a"))
    (recordings / "Пустая Асель.m4a").write_bytes(b"")
    (recordings / "Текст Асель.m4a").write_text("Меня зовут Асель, я живу в Алматы. " * 50, encoding="utf-8")
    (recordings / "Обрыв Асель.m4a").write_bytes(mix.read_bytes()[:100_000])
    silent = [str(ffmpeg.binary()), "-v", "error", "-f", "lavfi", "-i", "anullsrc=r=32000:cl=mono", "-t", "20"]
    import subprocess

    subprocess.run([*silent, str(recordings / "Тишина Асель.m4a")], check=True)
    (recordings / "2021-06-01 10.00.00 Асель's Zoom Meeting 81234567890").mkdir()
    (recordings / "2021-06-01 10.00.00 Асель's Zoom Meeting 81234567890" / "chat.txt").write_text(
        "10:00:00 From Асель : алло"
    )
    return {"Пустая": "empty", "Текст": "audio", "Обрыв": "cut", "Тишина": "silen", "2021-06-01": "no audio"}


@pytest.mark.slow
def test_what_cannot_be_read_is_explained_and_the_rest_is_finished(tmp_path: Path) -> None:
    study = demo(tmp_path)
    words = broken_recordings(study)
    ran = interviews(tmp_path, "run", str(study))
    assert ran.code == 5, ran.stderr
    state = {
        row["id"]: row for row in json.loads(interviews(tmp_path, "status", str(study), "--json").stdout)["recordings"]
    }
    assert set(state["P01"]["stages"].values()) == set(state["P04"]["stages"].values()) == {"done"}
    register = (study / "work" / "recordings.csv").read_text(encoding="utf-8-sig").splitlines()
    ids = {name: line.split(",")[0] for name in words for line in register if name in line}
    for name, word in words.items():
        row = state[ids[name]]
        assert row["stages"]["ingest"] == "failed", name
        assert word in row["reason"].lower(), (name, row["reason"])
        assert row["reason"].count("\n") == 0
        assert "ни у одного участника нет этой записи" in ran.stderr
    assert shown(study, ran, more=frozenset({"асель"})) == []


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("study.yaml", "transcribe: {engin: captions}\n", "engine"),
        ("study.yaml", "transcribe: {engine: [captions\n", "YAML"),
        ("study.yaml", "transcribe: {engine: Асель}\n", "captions"),
        ("study.yaml", "deidentify: {policy: {CITY_LARGE: Асель}}\n", "label"),
        ("participants.csv", "имя,возраст\nАсель,20\n", "participant_id"),
        ("participants.csv", "participant_id,recording\nP01,a.m4a\nP02,a.m4a\n", "дважды"),
        ("participants.csv", "participant_id,gender\nP01,female\nP01,male\n", "P01"),
        ("participants.csv", "\x00\x01\x02", "participants.csv"),
        ("participants.xlsx", "not a workbook", "participants"),
    ],
)
def test_a_wrong_study_stops_before_any_work(tmp_path: Path, file: str, content: str, says: str) -> None:
    study = demo(tmp_path)
    (study / file).write_text(content, encoding="utf-8")
    ran = interviews(tmp_path, "run", str(study))
    assert ran.code == 3, ran.stderr
    assert says in ran.stderr
    assert "асель" not in ran.stderr.lower()
    assert not list(study.glob("work/P*/*.json"))


def test_missing_partners_are_warnings(tmp_path: Path) -> None:
    study = demo(tmp_path)
    roster = (study / "participants.csv").read_text(encoding="utf-8").splitlines()
    (study / "participants.csv").write_text(
        "\n".join([roster[0], roster[1], "P09,,male,40,KZ,KZ,ru,,,,"]), encoding="utf-8"
    )
    ran = interviews(tmp_path, "run", str(study), "--until", "ingest")
    assert ran.code == 0, ran.stderr
    assert "P09: в recordings/ нет записи" in ran.stderr
    assert re.search(r"rec-[0-9a-f]{8}: ни у одного участника", ran.stderr)


def test_missing_weights_say_which_file_goes_where(tmp_path: Path) -> None:
    study = demo(tmp_path)
    text = (study / "study.yaml").read_text(encoding="utf-8").replace("engine: captions", "engine: openai-whisper", 1)
    (study / "study.yaml").write_text(text, encoding="utf-8")
    ran = interviews(tmp_path, "run", str(study))
    assert ran.code == 4
    assert "interviews models" in ran.stderr
    assert "no-models" in ran.stderr


def test_help_is_quick_and_imports_nothing_heavy(tmp_path: Path) -> None:
    patch = """
import atexit
atexit.register(lambda: print("HEAVY", sorted({"torch", "numpy", "spacy", "natasha"} & set(sys.modules))))
"""
    began = time.monotonic()
    ran = interviews(tmp_path, "--help", patch=patch)
    assert ran.code == 0
    assert "HEAVY []" in ran.stdout
    assert time.monotonic() - began < 5


def test_wrong_words_are_usage_errors(tmp_path: Path) -> None:
    for arguments in (
        ["run"],
        ["rnu"],
        ["run", str(demo(tmp_path)), "--only", "P99"],
        ["run", ".", "--until", "lunch"],
    ):
        assert interviews(tmp_path, *arguments).code == 2, arguments
