"""Transcripts that exist already: every format comes back in its own, without what identifies people."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import docx
import pytest

from pipeline.anonymize.files import PREFIX, READERS, WRITERS, Piece, anonymize_files, as_dialogue
from pipeline.errors import UsageError

TURNS = (
    "Дарина Омарова: Асель, здравствуйте! Как вас представить?",
    "Асель Жумабаева: Меня зовут Асель Жумабаева, пишите на assel.zh@mail.ru.",
    "Дарина Омарова: Спасибо, Асель. А телефон?",
    "Асель Жумабаева: Плюс семь семьсот один двести тридцать четыре пятьдесят шесть семьдесят восемь.",
)
SECRETS = ("асел", "жумабаев", "дарин", "омаров", "assel", "mail.ru", "двести тридцать")
TIMED = [Piece(text, 2.0 * n, 2.0 * n + 1.5) for n, text in enumerate(TURNS)]


def written(folder: Path) -> list[Path]:
    """The same conversation in every format."""
    files = []
    for suffix, write in WRITERS.items():
        path = folder / f"Асель Жумабаева{suffix}"
        path.write_bytes(write(TIMED))
        files.append(path)
    return files


def plain(path: Path) -> str:
    """All text in a file, whatever its format, its properties included."""
    if path.suffix != ".docx":
        return path.read_text(encoding="utf-8").lower()
    with zipfile.ZipFile(path) as archive:
        return " ".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist()).lower()


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


def test_one_label_for_speaker_and_mention(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n".join(TURNS), encoding="utf-8")
    anonymize_files([tmp_path / "a.txt"], tmp_path / "out", None)
    lines = (tmp_path / "out" / "t001.txt").read_text(encoding="utf-8").splitlines()
    who = lines[1].split(":")[0]
    assert who.startswith("[имя-")
    assert lines[0].split(": ")[1].startswith(who)


def test_a_broken_file_leaves_the_others(tmp_path: Path) -> None:
    files = written(tmp_path)
    (tmp_path / "broken.docx").write_bytes(b"not a document")
    (tmp_path / "empty.txt").write_bytes(b"")
    failures = anonymize_files([tmp_path / "broken.docx", files[0], tmp_path / "empty.txt"], tmp_path / "out", None)
    assert [failure.id for failure in failures] == ["t001", "t003"]
    assert (tmp_path / "out" / "t002.txt").is_file()
    assert not any("broken" in failure.what + failure.do for failure in failures)


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    files = written(tmp_path)[:1]
    anonymize_files(files, tmp_path / "out", None)
    with pytest.raises(UsageError):
        anonymize_files(files, tmp_path / "out", None)
    with pytest.raises(UsageError, match="kind"):
        anonymize_files([tmp_path / "a.pdf"], tmp_path / "other", None)


def test_what_was_written_is_read_again() -> None:
    for suffix, write in WRITERS.items():
        again = READERS[suffix](write(TIMED))
        assert [piece.text for piece in again if piece.text] == list(TURNS), suffix


def test_windows_text_is_read() -> None:
    assert READERS[".txt"]("Меня зовут Асель".encode("cp1251"))[0].text == "Меня зовут Асель"
    assert READERS[".txt"]("Меня зовут Асель".encode("utf-16"))[0].text == "Меня зовут Асель"


def test_tables_of_a_document_are_read() -> None:
    document = docx.Document()
    document.add_table(1, 2).rows[0].cells[1].text = "Меня зовут Асель"
    stream = io.BytesIO()
    document.save(stream)
    assert "Меня зовут Асель" in [piece.text for piece in READERS[".docx"](stream.getvalue())]


def test_only_known_fields_of_json_are_kept() -> None:
    data = json.dumps({"segments": [{"text": "да", "speaker": "S", "secret": "Асель"}], "title": "Асель"}).encode()
    assert "Асель" not in WRITERS[".json"](READERS[".json"](data)).decode()


@pytest.mark.parametrize("line", ["И: да", "Время 15:30", "Speaker 1: yes", "http://x.example"])
def test_roles_and_times_are_no_names(line: str) -> None:
    assert as_dialogue([Piece(line)] * 3).speakers == () or PREFIX.match(line) is None
