"""What each reader does with what a file may hold beside plain turns."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from pipeline.errors import RecordingError
from pipeline.transcripts.clock import clock, seconds
from pipeline.transcripts.formats import ADVICE, open_transcript, transcript
from pipeline.transcripts.paragraphs import turns
from pipeline.transcripts.said import Said
from tests.helpers.foreign_transcripts import ANSWERS, ASKS, table, word
from tests.helpers.pdf_pages import pdf


def told(data: bytes | str) -> list[tuple[str, str]]:
    found = transcript(data.encode() if isinstance(data, str) else data)
    return [(one.speaker, one.text) for one in found.turns]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Я сказал ему: уходи.\nИ он ушёл.\nПотом всё: конец.",
            [("", "Я сказал ему: уходи."), ("", "И он ушёл."), ("", "Потом всё: конец.")],
        ),
        ("12:30 было, когда я пришёл.\nИ ушёл.", [("", "12:30 было, когда я пришёл."), ("", "И ушёл.")]),
        (
            "Вопрос: Как вас зовут?\nАсель.\nВопрос: А вас?\nРоза.",
            [("Вопрос", "Как вас зовут?"), ("", "Асель."), ("Вопрос", "А вас?"), ("", "Роза.")],
        ),
        (
            "И: Расскажите.\nР: Первое: это дом.\nВторое: работа.",
            [("И", "Расскажите."), ("Р", "Первое: это дом.\nВторое: работа.")],
        ),
        ("И:Да\nР:Нет, http://x.example/a\n", [("И", "Да"), ("Р", "Нет, http://x.example/a")]),
        ("Жаник: Да. [смех]\n[смех]\nРоза: Нет.", [("Жаник", "Да. [смех]\n[смех]"), ("Роза", "Нет.")]),
        ("— Жаник: да\n— Роза: нет\n", [("Жаник", "да"), ("Роза", "нет")]),
        ("Speaker 1  00:00:03\nПривет\nSpeaker 2  00:00:05\nПока", [("Speaker 1", "Привет"), ("Speaker 2", "Пока")]),
    ],
)
def test_what_is_a_speaker_and_what_is_speech(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(text) == expected


def test_wrapped_lines_of_a_page_are_one_text() -> None:
    assert turns(["Жаник: Я жил", "в Шу.", "Роза: Да."], wrapped=True) == [
        Said("Я жил в Шу.", "Жаник"),
        Said("Да.", "Роза"),
    ]


def test_heads_and_numbers_of_pages_are_left_out() -> None:
    pages = [["Интервью 5", f"Жаник: {ASKS}", f"Роза: {ANSWERS}", str(number)] for number in range(1, 5)]
    assert told(pdf(pages)) == [("Жаник", ASKS), ("Роза", ANSWERS)] * 4


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (pdf([["И: да"]], text=False), "picture"),
        (b"%PDF-1.4 nothing", "broken"),
        (b"PK\x03\x04 nothing", "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Word", "old-word"),
        (b'{"a": 1}', "json"),
        (b'{"segments": [{"text": "a", "start": -1}]}', "times"),
        (b"WEBVTT\n\n99999999999:00:00.000 --> 00:00:01.000\nx", "times"),
        (bytes(range(256)) * 20, "no-text"),
        (b"\xff\xfb\x90\x00" + bytes(4000), "no-text"),
        (b"  \n\n", "no-words"),
        (b"...", "no-words"),
        (b"<ANNOTATION_DOCUMENT>", "broken"),
        (b'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n', "broken"),
        ("Да.".encode("cp1251"), "encoding"),
    ],
)
def test_what_cannot_be_taken_says_why(data: bytes, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RecordingError) as caught:
        transcript(data)
    assert caught.value.what == ADVICE[why]["what"]


def test_a_locked_pdf_is_said_so(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    (tmp_path / "a.pdf").write_bytes(pdf([["И: да"]]))
    writer = PdfWriter(PdfReader(tmp_path / "a.pdf"))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "b.pdf")
    with pytest.raises(RecordingError, match="password"):
        open_transcript(tmp_path / "b.pdf")


@pytest.mark.skipif(os.name == "nt", reason="a program of one's own in place of LibreOffice")
def test_old_word_goes_through_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice is not on the machines that run the tests: what it is asked, and that its answer is read."""
    (tmp_path / "answer.docx").write_bytes(word("Жаник: Да.", "Роза: Нет."))
    program = tmp_path / "soffice"
    program.write_text(
        f'#!/bin/sh\nset -e\n[ "$2" = --headless ] && [ "$3 $4 $5" = "--convert-to docx --outdir" ]\n'
        f'[ -s "$7" ]\n/bin/cp {tmp_path}/answer.docx "$6/transcript.docx"\n',
        encoding="utf-8",
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert told(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Word") == [("Жаник", "Да."), ("Роза", "Нет.")]


def test_tables_that_are_no_transcript_keep_their_cells() -> None:
    rows = [("Меня зовут Асель", "и я живу в Шу, это недалеко"), ("Родилась там", "а потом уехала")]
    assert [text for _, text in told(table(rows))] == [cell for row in rows for cell in row]


def test_a_row_may_be_numbered_and_continue() -> None:
    rows = [("1", "Жаник:", ASKS), ("2", "Роза:", ANSWERS), ("3", "", "И ещё.")]
    assert told(table(rows)) == [("Жаник", ASKS), ("Роза", f"{ANSWERS}\nИ ещё.")]


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ("{\\an8}<i>Да</i> &amp; <font color='red'>нет</font>", "Да & нет"),
        ("<00:00:01.500><c.yellow>Да</c> <00:00:01.900>нет", "Да нет"),
        ("3 < 5 и 7 > 2", "3 < 5 и 7 > 2"),
        ("Да\n\nи после пустой строки", "Да\nи после пустой строки"),
    ],
)
def test_tags_of_cues_are_left_out(payload: str, expected: str) -> None:
    cue = f"WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n{payload}\n\n2\n00:00:03.000 --> 00:00:04.000\nОк\n"
    assert told(cue) == [("", expected), ("", "Ок")]


def test_notes_and_styles_are_nobodys_words() -> None:
    head = "WEBVTT\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE Асель\nЖумабаева\n\n"
    assert told(f"{head}00:01.000 --> 00:02.000\nДа\n") == [("", "Да")]


@pytest.mark.parametrize("name", ["a.docx", "Асель.bin", "без"])
def test_the_suffix_tells_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Жаник>Да\n", encoding="utf-16")
    found = open_transcript(tmp_path / name)
    assert (found.form.suffix, found.turns) == (".vtt", (Said("Да", "Жаник", 1.0, 2.0),))


def test_times_of_words_where_the_turn_has_none() -> None:
    words = [{"word": "Да", "start": 1.5, "end": 1.8}, {"word": "нет", "start": 2.0, "end": 2.25}]
    data = json.dumps({"segments": [{"words": words, "speaker": "A"}]}).encode()
    assert transcript(data).turns == (Said("Да нет", "A", 1.5, 2.25),)


@pytest.mark.parametrize("at", [0.0, 0.001, 59.999, 3599.5, 360_000.25])
def test_times_are_written_as_they_are_read(at: float) -> None:
    assert seconds(clock(at)) == at
    assert seconds(clock(at, ",")) == at
