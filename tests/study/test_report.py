"""The run report: what it shows of each recording, what it may never hold, and when it is made anew."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from pipeline.model import Diarization, Entity, Redaction, Turn, Voice, Word
from pipeline.store.artifacts import Store
from pipeline.study.folder import open_study
from pipeline.study.report import page, timeline
from tests.helpers import generated_studies
from tests.helpers.known_speakers import drawn


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generated_studies.study(tmp_path_factory.mktemp("report") / "study")


def written(study: Path) -> str:
    target = page.write(open_study(study))
    assert target == study / "work" / "report.html"
    return target.read_text(encoding="utf-8")


def test_every_recording_is_there_and_no_name_or_word(study: Path) -> None:
    html = written(study)
    assert re.findall(r'<article id="(\w+)"', html) == [f"P{number:02}" for number in range(1, 23)]
    assert html.count("<svg") > 20 * 6
    assert generated_studies.SECRET not in html
    assert stat.S_IMODE((study / "work" / "report.html").stat().st_mode) == 0o600


def test_nothing_is_loaded_from_anywhere_and_nothing_runs(study: Path) -> None:
    html = written(study)
    assert not re.search(r"<script|<link|<img|<iframe|@import|url\(|https?:|\bsrc=|\bon\w+=", html)
    assert "prefers-color-scheme: dark" in html


def test_flags_are_sentences_and_a_failure_says_what_to_do(study: Path) -> None:
    html = written(study)
    article = html[html.index('id="P03"') : html.index('id="P04"')]
    assert "Не ясно, кто интервьюер" in article
    assert "Прослушайте образцы" in article
    assert "role-uncertain" not in html
    assert "Звуковой файл пуст (0 байт). Проверьте путь." in html
    assert "ещё не обработано" in html[html.index('id="P22"') :]


def test_the_page_is_made_again_only_where_something_changed(tmp_path: Path) -> None:
    study = generated_studies.study(tmp_path / "study", count=8)
    first = written(study)
    before = (study / "work" / "report.html").stat()
    written(study)
    after = (study / "work" / "report.html").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    store = Store(study / "work")
    store.confirm_voices("P07")
    assert not store.voices_confirmed("P03")
    generated_studies.write(store, "P05", 40)
    second = written(study)
    assert second != first
    assert first.count("Прослушайте образцы") == second.count("Прослушайте образцы")


def test_confirmed_voices_are_no_longer_flagged_until_the_voices_change(tmp_path: Path) -> None:
    study = generated_studies.study(tmp_path / "study", count=14)
    store = Store(study / "work")
    generated_studies.write(store, "P07", 4)
    heard = store.read("P07", "diarize", Diarization)
    assert heard.method == "pyannote"
    store.confirm_voices("P07")
    assert store.voices_confirmed("P07")
    assert "голоса подтверждены" in written(study)
    generated_studies.write(store, "P07", 8)
    assert not store.voices_confirmed("P07")
    assert "голоса подтверждены" not in written(study)


def test_a_damaged_artifact_is_shown_as_such(tmp_path: Path) -> None:
    study = generated_studies.study(tmp_path / "study", count=3)
    path = study / "work" / "P01" / "attribute.json"
    whole = path.read_bytes()
    path.write_bytes(whole[:-9] + b"x" * 9)
    assert "повреждён" in written(study)


def test_no_report_before_anything_was_heard(tmp_path: Path) -> None:
    study = generated_studies.study(tmp_path / "study", count=2)
    assert page.write(open_study(study)) is None
    assert not (study / "work" / "report.html").exists()


def test_an_english_study_has_an_english_report_and_its_title_is_text(tmp_path: Path) -> None:
    study = generated_studies.study(tmp_path / "study", 3, "study: {language: en, title: '<b>Alumni</b>'}\n")
    html = written(study)
    assert '<html lang="en">' in html
    assert "&lt;b&gt;Alumni&lt;/b&gt;" in html
    assert not re.search("[а-яё]", html)


def test_everything_is_said_in_both_languages() -> None:
    for russian, english in (both for section in page.WORDING.values() for both in section.values()):
        assert russian
        assert english
        assert not re.search("[а-яё]", english)


def test_overlaps_and_pauses() -> None:
    segments = drawn("A ####......##\nB ..####....##\nC ...#........")
    assert timeline.overlapping(segments) == ((2.0, 4.0), (10.0, 12.0))
    assert timeline.pauses(segments, 16.0) == ((6.0, 10.0), (12.0, 16.0))


def test_a_redaction_stands_where_its_words_are_said() -> None:
    words = tuple(Word(10.0 + n, 10.9 + n, text, 1.0, "ru", "mix") for n, text in enumerate(("Я", "Дана", "тут")))
    turn = Turn(1, 10.0, 12.9, "A", "Я Дана тут", words, ((0, 1), (2, 6), (7, 10)), question=True)
    entity = Entity(1, 2, 6, "PERSON", "direct", 1.0, "test", "PERSON:1", "[имя-1]")
    heard = Diarization(drawn("A #", 20.0), drawn("A #", 20.0), "tracks", (Voice("A"),))
    made = {lane.kind: lane for lane in timeline.lanes(heard, {}, (turn,), Redaction((entity,), ()), 20.0)}
    assert made["direct"].drawing == "M550 10V0"
    assert (made["questions"].count, made["quasi"].count, made["speaker"].drawing) == (1, 0, "M0 0h1000v10H0z")
