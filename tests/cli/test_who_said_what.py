"""Who said what, as the operator meets it: guide, roles by hand, mixed audio with and without weights, the report."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from pathlib import Path

import docx
import imageio_ffmpeg
import pytest

from pipeline.model import Dialogue
from pipeline.store.artifacts import Store
from tests.conftest import DATA
from tests.helpers import known_speakers
from tests.helpers.sample_studies import DEMO, Ran, artifacts, demo, interviews

GUIDE = """# Guide

1. Начало: откуда вы родом?
2. Согласие: вы согласны на запись?
3. Кем вы работаете: где и как давно?
4. Расскажите про первые месяцы за границей.
5. Как на ваш отъезд отреагировали родители?
"""


def with_roster(study: Path, header: str, cells: dict[str, str]) -> None:
    """A further column of participants.csv."""
    path = study / "participants.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    rows = [f"{lines[0]},{header}", *(f'{line},"{cells.get(line.split(",")[0], "")}"' for line in lines[1:])]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def guided(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """The sample study with a guide, and one role set against all evidence, after a run and a draft export."""
    folder = tmp_path_factory.mktemp("guided")
    study = demo(folder)
    (study / "guide.md").write_text(GUIDE, encoding="utf-8")
    settings = (study / "study.yaml").read_text(encoding="utf-8")
    (study / "study.yaml").write_text(settings.replace("study:\n", "study:\n  guide: guide.md\n"), encoding="utf-8")
    with_roster(study, "speakers", {"P04": "Kamila's iPhone=respondent; Yerzhan Abdikalikov=other"})
    ran = interviews(folder, "run", str(study))
    assert ran.code == 6, ran.stderr
    exported = interviews(folder, "export", "--draft", str(study))
    assert exported.code == 0, exported.stderr
    return study, ran


def dialogue(study: Path, name: str) -> Dialogue:
    return Store(study / "work").read(name, "attribute", Dialogue)


def test_interviewers_turns_open_the_guides_sections(guided: tuple[Path, Ran]) -> None:
    made = dialogue(guided[0], "P01")
    asking = {speaker.label for speaker in made.speakers if speaker.role == "interviewer"}
    opened = [turn for turn in made.turns if turn.guide]
    assert len(opened) >= 3
    assert {turn.speaker for turn in opened} == asking
    assert len({turn.guide for turn in opened}) == len(opened)
    assert any(turn.question and not turn.guide for turn in made.turns)


def test_exports_are_sectioned_and_no_heading_is_taken_for_a_speaker(guided: tuple[Path, Ran]) -> None:
    study, _ = guided
    questions = [line.partition(". ")[2] for line in GUIDE.splitlines() if line[:1].isdigit()]
    numbers = [turn.guide for turn in dialogue(study, "P01").turns if turn.guide]
    wanted = [f"{number}. {questions[number - 1].replace(':', ' –')}" for number in numbers]
    assert any("–" in heading for heading in wanted)
    texts = [path.read_text(encoding="utf-8") for path in sorted((study / "release").rglob("P01.txt"))]
    assert wanted in [[line.strip("— ") for line in text.splitlines() if line.startswith("— ")] for text in texts]
    document = next(iter(sorted((study / "release").rglob("P01.docx"))))
    paragraphs = docx.Document(io.BytesIO(document.read_bytes())).paragraphs
    assert [one.text for one in paragraphs if one.style is not None and one.style.name == "Heading 1"] == wanted


def test_a_role_of_the_roster_wins_and_is_never_released(guided: tuple[Path, Ran]) -> None:
    study, ran = guided
    made = {one.display_name: one for one in dialogue(study, "P04").speakers}
    kamila, yerzhan = made["Kamila'siPhone"], made["YerzhanAbdikalikov"]
    assert (kamila.role, kamila.evidence, kamila.margin, kamila.participant) == ("respondent", ("roster",), 1.0, "P04")
    assert (yerzhan.role, yerzhan.evidence) == ("other", ("roster",))
    assert made["ДаринаОмарова"].role == "interviewer"
    assert "в столбце speakers могут быть имена" in ran.stderr
    for path in (study / "release").rglob("*"):
        if path.is_file():
            assert b"Kamila" not in path.read_bytes(), path.name


def test_another_guide_makes_the_dialogue_anew_and_nothing_before_it(guided: tuple[Path, Ran], tmp_path: Path) -> None:
    study = tmp_path / "study"
    shutil.copytree(guided[0], study)
    before = {path: (study / "work" / path).stat().st_mtime_ns for path in artifacts(study)}
    (study / "guide.md").write_text("# the same questions\n" + GUIDE.replace("1. ", "- "), encoding="utf-8")
    assert interviews(tmp_path, "run", str(study)).code == 6
    assert {path: (study / "work" / path).stat().st_mtime_ns for path in artifacts(study)} == before
    (study / "guide.md").write_text("Кем вы работаете?\n", encoding="utf-8")
    assert interviews(tmp_path, "run", str(study)).code == 6
    changed = {path for path in before if (study / "work" / path).stat().st_mtime_ns != before[path]}
    assert {"P01/attribute.json", "P04/attribute.json"} <= changed
    assert not {path for path in changed if "transcribe" in path or "diarize" in path or "audio" in path}


@pytest.mark.parametrize("name", ["guide.md", "guide.docx"])
def test_a_guide_that_cannot_be_read_stops_before_any_work(name: str, tmp_path: Path) -> None:
    study = demo(tmp_path)
    settings = (study / "study.yaml").read_text(encoding="utf-8")
    (study / "study.yaml").write_text(settings.replace("study:\n", f"study:\n  guide: {name}\n"), encoding="utf-8")
    ran = interviews(tmp_path, "run", str(study))
    assert ran.code == 3
    assert "гайд" in ran.stderr
    assert not list((study / "work").glob("*/*.json"))


def test_a_role_that_is_none_stops_before_any_work(tmp_path: Path) -> None:
    study = demo(tmp_path)
    with_roster(study, "говорящие", {"P04": "Kamila's iPhone=boss"})
    ran = interviews(tmp_path, "run", str(study))
    assert ran.code == 3
    assert "строка 3, столбец speakers" in ran.stderr
    assert "Kamila" not in ran.stderr


def test_the_report_is_written_and_stays(guided: tuple[Path, Ran]) -> None:
    study, _ = guided
    report = study / "work" / "report.html"
    html = report.read_text(encoding="utf-8")
    assert report.stat().st_mode & 0o777 == 0o600
    for secret in ("Kamila", "Камила", "Дарина", "Yerzhan", "Айгерим", "Текели"):
        assert secret not in html
    assert html.count("<article") == 2
    stamp = report.stat().st_mtime_ns
    assert interviews(study.parent, "run", str(study)).code == 6
    assert report.stat().st_mtime_ns == stamp


def mixed(folder: Path, seconds: int = 40) -> Path:
    """A study of one recording: the beginning of a sample interview, everybody on one track."""
    source = next((DEMO / "recordings").glob("2021-05-02*"))
    target = folder / "study" / "recordings" / "interview"
    target.mkdir(parents=True)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(source / "audio_only.m4a"), "-t", str(seconds)]
    subprocess.run([*command, "-c", "copy", str(target / "audio_only.m4a")], check=True)
    cues = "WEBVTT\n\n00:01.000 --> 00:06.000\nЗапись пошла.\n\n00:08.000 --> 00:13.000\nОткуда вы?\n"
    (target / "audio_transcript.vtt").write_text(cues, encoding="utf-8")
    (folder / "study" / "participants.csv").write_text("participant_id,recording\nP01,interview\n", encoding="utf-8")
    (folder / "study" / "study.yaml").write_text("transcribe: {engine: captions}\n", encoding="utf-8")
    return folder / "study"


def test_mixed_audio_alone_and_no_weights_is_a_transcript_under_one_label(tmp_path: Path) -> None:
    study = mixed(tmp_path)
    ran = interviews(tmp_path, "run", str(study))
    assert ran.code == 6, ran.stderr
    assert ran.sockets == ()
    made = dialogue(study, "P01")
    assert made.flags == ("speakers-not-told-apart",)
    assert [(one.label, one.role) for one in made.speakers] == [("everybody", "other")]
    assert made.turns
    done = artifacts(study)
    stamps = {path: (study / "work" / path).stat().st_mtime_ns for path in done}
    assert interviews(tmp_path, "run", str(study)).code == 6
    assert {path: (study / "work" / path).stat().st_mtime_ns for path in done} == stamps
    (row,) = json.loads(interviews(tmp_path, "status", str(study), "--json").stdout)["recordings"]
    assert (row["method"], row["voices"], row["stages"]["diarize"]) == ("undivided", "", "done")
    assert "не различены" in interviews(tmp_path, "status", str(study)).stdout
    report = (study / "work" / "report.html").read_text(encoding="utf-8")
    assert "Говорящие не различены" in report
    assert "models fetch open" in report


@pytest.mark.campaign
def test_models_that_come_later_tell_the_speakers_apart_after_all(tmp_path: Path) -> None:
    """Random weights: the finding and running of them, not the quality."""
    study = mixed(tmp_path, seconds=14)
    assert interviews(tmp_path, "run", str(study)).code == 6
    known_speakers.community(tmp_path / "no-models" / "pyannote-community-1")
    (row,) = json.loads(interviews(tmp_path, "status", str(study), "--json").stdout)["recordings"]
    assert (row["method"], row["stages"]["diarize"]) == ("undivided", "stale")
    ran = interviews(tmp_path, "run", str(study))
    assert ran.code == 6, ran.stderr
    (row,) = json.loads(interviews(tmp_path, "status", str(study), "--json").stdout)["recordings"]
    assert (row["method"], row["voices"], row["stages"]["diarize"]) == ("pyannote", "to confirm", "done")
    shutil.rmtree(tmp_path / "no-models")
    (row,) = json.loads(interviews(tmp_path, "status", str(study), "--json").stdout)["recordings"]
    assert row["stages"]["diarize"] == "done"


@pytest.mark.campaign
def test_mixed_audio_with_weights_is_heard_sampled_and_flagged(tmp_path: Path) -> None:
    """A folder in community-1's layout with random weights: the real loading and running, not the quality."""
    study = mixed(tmp_path, seconds=14)
    plda = DATA / "pyannote-recorded" / "plda"
    known_speakers.community(tmp_path / "community", plda if plda.is_dir() else None)
    settings = "transcribe: {engine: captions}\ndiarize: {model: ../community}\n"
    (study / "study.yaml").write_text(settings, encoding="utf-8")
    ran = interviews(tmp_path, "run", str(study))
    assert ran.code == 6, ran.stderr
    assert ran.sockets == ()
    samples = sorted(path.name for path in (study / "work" / "P01" / "samples").iterdir())
    assert samples
    assert all(name.startswith("SPEAKER_") and name.endswith(("-1.flac", "-2.flac")) for name in samples)
    assert "voices-unconfirmed" in dialogue(study, "P01").flags
    header = Store(study / "work").header("P01", "diarize")
    assert header is not None
    assert [side.path for side in header.files] == [f"samples/{name}" for name in samples]
    (row,) = json.loads(interviews(tmp_path, "status", str(study), "--json").stdout)["recordings"]
    assert (row["method"], row["voices"]) == ("pyannote", "to confirm")
    Store(study / "work").confirm_voices("P01")
    (row,) = json.loads(interviews(tmp_path, "status", str(study), "--json").stdout)["recordings"]
    assert row["voices"] == "confirmed"
    os.truncate(study / "work" / "P01" / "samples" / samples[0], 10)
    assert Store(study / "work").header("P01", "diarize") is None
