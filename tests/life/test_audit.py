"""What an ethics board is told: every answer, every decision, and not one word of an interview."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from pipeline.decisions import leak_sample
from pipeline.decisions.journal import Wish
from pipeline.errors import ExportRefused
from pipeline.life.audit.front_page import ranged
from pipeline.life.audit.wording import SAYS
from pipeline.life.audit.write import write
from pipeline.messages import LANGUAGES
from pipeline.model import Correction, Decision
from pipeline.review.interview_view import Desk, wish
from pipeline.review.study_view import Room
from pipeline.study.folder import Study, open_study
from pipeline.study.initialise import initialise
from pipeline.study.settings import Ethics
from tests.helpers import review_pages

WORDS = ("Айгерим", "Текели", "КИМЭП", "привет", "училась", "Сарсенова", "Омарова")
"""of the interviews and contacts"""
SETTINGS = """
study:
  title: Учёба за рубежом
  language: ru
  retain_until: 2031-12-31
  ethics:
{ethics}
transcribe: {{engine: captions, prompt: КИМЭП}}
diarize: {{engine: tracks}}
"""


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return review_pages.written(tmp_path)


@pytest.fixture
def room(study: Study) -> Iterator[Room]:
    made = review_pages.room(study)
    yield made
    made.close()
    made.journal.close()


def desk_of(room: Room, name: str) -> Desk:
    desk = room.desk(name)
    assert desk is not None
    return desk


def decided(desk: Desk, who: str, action: str = "accept") -> None:
    """All proposals of an interview, decided alike."""
    view = desk.view()
    names = {index: name for name, index in view.by_key.items()}
    rows = []
    for mark in view.judged.marks:
        anchor = view.anchor(names[mark.entity.turn - 1], mark.entity.start, mark.entity.end)
        assert anchor is not None
        rows.append(wish(Decision(anchor, action, mark.entity.kind)))  # type: ignore[arg-type]
    desk.journal.act(who, desk.id, [*rows, *(Wish("read", name) for name in view.by_key)])


def text_of(study: Study, language: str = "ru") -> str:
    """All text of a report."""
    document = docx.Document(str(study.folder / "audit" / f"audit-{language}.docx"))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def rows_of(study: Study, language: str = "en") -> list[dict[str, str]]:
    text = (study.folder / "audit" / f"audit-{language}.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_before_anybody_has_looked_it_says_so(study: Study) -> None:
    list(write(study))
    text = text_of(study)
    assert "никто ещё не открывал страницу проверки" in text
    assert "Не измерена: случайную выборку никто не читал" in text
    assert "Никто не подписал: P01, P04." in text
    assert "[вписать: study: ethics: controller]" in text
    assert "[вписать: study: retain_until]" in text
    assert "Pseudonymised, not anonymous" in text_of(study, "en")
    assert {row["decision"] for row in rows_of(study)} == {"no decision yet", "kept by policy"}


def test_before_anything_was_run_it_can_be_made(tmp_path: Path) -> None:
    list(initialise(tmp_path / "study"))
    list(write(open_study(tmp_path / "study")))
    made = open_study(tmp_path / "study")
    assert "Интервью: 0, участников в списке: 0." in text_of(made)
    assert rows_of(made) == []


def test_no_word_of_an_interview_and_no_name_is_in_it(study: Study, room: Room) -> None:
    (study.folder / "study.yaml").write_text(SETTINGS.format(ethics="    contact: Дарина"), encoding="utf-8")
    decided(desk_of(room, "P01"), "R1")
    list(write(open_study(study.folder)))
    for language in LANGUAGES:
        told = text_of(study, language) + str(rows_of(study, language))
        assert not [word for word in WORDS if word in told]
        assert "[имя-1]" in told
    assert "transcribe: prompt\nзадано, не показано\nда" in text_of(study)


def test_every_decision_is_there_with_who_and_when(study: Study, room: Room) -> None:
    desk = desk_of(room, "P01")
    decided(desk, "R1")
    view = desk.view()
    turn = next(name for name, index in view.by_key.items() if "Понятно" in view.dialogue.turns[index].text)
    anchor = view.anchor(turn, 0, 7)
    assert anchor is not None
    room.journal.act("R2", "P01", [wish(Decision(anchor, "add", "PERSON"))])
    decided(desk_of(room, "P04"), "R2", "reject")
    where = next(name for name, index in view.by_key.items() if "Откуда" in view.dialogue.turns[index].text)
    room.journal.act("R2", "P01", desk.correct(Correction("cut", view.anchor(where, 13, 24))))
    list(write(study))
    rows = [row for row in rows_of(study) if row["what"] == "passage" and row["interview"] == "P04"]
    assert [(row["turn"], row["decision"], row["reviewer"]) for row in rows] == [("2", "show", "R2")]
    assert all(row["time (UTC)"].startswith("20") for row in rows)
    cuts = [row for row in rows_of(study) if row["what"] == "correction"]
    assert [(row["turn"], row["decision"], row["reviewer"]) for row in cuts] == [("1", "cut", "R2")]
    assert "Исправлены и ждут нового поиска (interviews run), в таблицах их решений нет: P01." in text_of(study)


def test_added_and_accepted_passages_name_their_rule(study: Study, room: Room) -> None:
    desk = desk_of(room, "P01")
    decided(desk, "R1")
    view = desk.view()
    turn = next(name for name, index in view.by_key.items() if "Понятно" in view.dialogue.turns[index].text)
    anchor = view.anchor(turn, 0, 7)
    assert anchor is not None
    room.journal.act("R2", "P01", [wish(Decision(anchor, "add", "PERSON"))])
    list(write(study))
    rows = [row for row in rows_of(study) if row["interview"] == "P01" and row["kind"] == "PERSON"]
    assert [(row["turn"], row["label"], row["rule"], row["decision"], row["reviewer"]) for row in rows] == [
        ("2", "[имя-1]", "test", "hide: accepted", "R1"),
        ("3", "[имя-2]", "reviewer", "hide: found by a person", "R2"),
        ("4", "[имя-1]", "test", "hide: accepted", "R1"),
    ]
    assert "Рецензенты (по кодам): R1, R2." in text_of(study)


def test_the_leak_rate_is_what_people_read(study: Study, room: Room) -> None:
    desk = desk_of(room, "P01")
    names = list(desk.view().by_key)
    room.journal.act("R1", "P01", [Wish("judge", names[0], "0"), Wish("judge", names[1], "1")])
    table = "interview,turn,words,leaks,text\nP04,1,2,0,\nP01,2,99,7,\nP04,2,4,,\n"
    (study.folder / "work" / "sample.csv").write_text(table, encoding="utf-8")
    list(write(study))
    read = leak_sample.rate(1, 3 + 6 + 2)
    wanted = f"В случайной выборке из {read.words} открытых слов пропущено 1: {read.per_10000:.1f}"
    assert wanted.replace(".", ",") in text_of(study)


def test_it_is_private_and_the_same_until_something_changes(study: Study, room: Room) -> None:
    (study.folder / "release").mkdir()
    list(write(study))
    folder = study.folder / "audit"
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    assert set(before) == {f"audit-{one}.{kind}" for one in ("ru", "en") for kind in ("docx", "csv")}
    list(write(study))
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before
    assert not list((study.folder / "release").iterdir())
    decided(desk_of(room, "P04"), "R1")
    list(write(study, "ru"))
    changed = {path.name for path in folder.iterdir() if path.read_bytes() != before[path.name][0]}
    assert changed == {"audit-ru.docx", "audit-ru.csv"}


def test_every_question_has_an_answer_once_the_settings_are_filled_in(study: Study) -> None:
    ethics = "\n".join(f"    {name}: Ответ про {name}" for name in Ethics.__struct_fields__)
    (study.folder / "study.yaml").write_text(SETTINGS.format(ethics=ethics), encoding="utf-8")
    list(write(open_study(study.folder)))
    for language, todo in (("ru", "вписать"), ("en", "to be filled in")):
        document = docx.Document(str(study.folder / "audit" / f"audit-{language}.docx"))
        answers = [row.cells[1].text for row in document.tables[0].rows[1:]]
        assert len(answers) == len(SAYS["questions"])
        assert all(len(answer) > 3 for answer in answers)
        assert todo not in text_of(study, language)
    for name in Ethics.__struct_fields__:
        assert f"Ответ про {name}" in text_of(study)
    assert "До 31.12.2031." in text_of(study)


def test_withdrawals_and_removals_are_told(study: Study) -> None:
    file = study.folder / "participants.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([f"{lines[0]},withdrawn_on", f"{lines[1]},2021-08-01", f"{lines[2]},"]), encoding="utf-8")
    (study.folder / "work" / "forgotten.csv").write_text("id,date,what\nP09,2021-09-14,audio\n", encoding="utf-8")
    list(write(open_study(study.folder)))
    text = text_of(study)
    assert "Отозвали согласие: P01." in text
    assert "не выходит: отозвано" in text
    assert "P09\n14.09.2021\nwhat: audio" in text


def test_nothing_left_to_trace_back_is_anonymous(tmp_path: Path) -> None:
    list(initialise(tmp_path / "study"))
    (tmp_path / "study" / "private" / "contacts.csv").unlink()
    list(write(open_study(tmp_path / "study"), "en"))
    assert "The folder holds no recording, contact, working copy or key." in text_of(
        open_study(tmp_path / "study"), "en"
    )


def test_a_participants_name_in_the_settings_refuses_it(study: Study) -> None:
    (study.folder / "study.yaml").write_text(
        "study: {title: История Айгерим Сарсеновой}\ntranscribe: {engine: captions}\n", encoding="utf-8"
    )
    with pytest.raises(ExportRefused, match="contact P01") as refused:
        list(write(open_study(study.folder)))
    assert "Сарсенов" not in refused.value.what
    assert not (study.folder / "audit").exists()


def test_styles_are_named_and_the_language_is_set(study: Study) -> None:
    list(write(study))
    document = docx.Document(str(study.folder / "audit" / "audit-en.docx"))
    used = {paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    assert used == {"Interview Title", "Under Title", "Fact", "Heading 1", "Report Text", "Cell"}
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            assert run._r.xpath("./w:rPr/w:lang/@w:val") == ["en-GB"]
    assert not document.core_properties.author
    assert document.core_properties.created is None


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        (["P01", "P02", "P03", "P07"], "P01–P03, P07"),
        (["P01", "P02"], "P01, P02"),
        (["P09", "P10", "P11"], "P09–P11"),
        (["A1", "B2", "rec-0a"], "A1, B2, rec-0a"),
        ([], ""),
    ],
)
def test_ids_in_a_row_are_told_as_one_range(ids: list[str], told: str) -> None:
    assert ranged(ids) == told


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice") or not shutil.which("pdftotext"), reason="LibreOffice is not installed")
def test_the_page_in_front_is_one_page_for_a_study_of_22(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    (folder / "recordings").mkdir(parents=True)
    for number in range(1, 23):
        (folder / "recordings" / f"P{number:02d}.m4a").write_bytes(bytes([number]))
    ids = "\n".join(f"P{number:02d}" for number in range(1, 23))
    (folder / "participants.csv").write_text(f"participant_id\n{ids}\n", encoding="utf-8")
    ethics = "\n".join(
        f"    {name}: {'Десять слов о том, что знает одна лишь группа. ' * 2}" for name in ("storage", "access")
    )
    (folder / "study.yaml").write_text(SETTINGS.format(ethics=ethics), encoding="utf-8")
    list(write(open_study(folder), "ru"))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path / 'office'}", "--headless", "--convert-to", "pdf"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(folder / "audit" / "audit-ru.docx")], check=True, capture_output=True
    )
    shown = subprocess.run(["pdftotext", str(tmp_path / "audit-ru.pdf"), "-"], check=True, capture_output=True)
    pages = shown.stdout.decode().split("\f")
    assert "Ещё не сделано" in pages[0]
    assert "1. Вопросы анкеты" in pages[1]
