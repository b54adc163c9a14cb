"""A participant's copy for approval: own words readable, nobody else's; and what is taken back becomes a cut."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

import docx
import msgspec
import pytest
from msgspec.structs import replace

from pipeline import flow
from pipeline.cli import life
from pipeline.corrections.apply import CUT
from pipeline.decisions import sign_off
from pipeline.decisions.journal import Journal, Wish
from pipeline.decisions.sign_off import DATABASE
from pipeline.deidentify.contacts import owners
from pipeline.errors import ConfigError, ExportRefused, UsageError
from pipeline.life.audit.facts import gather
from pipeline.life.retract import retract
from pipeline.model import Diarization, Redaction, SignOff, Transcript
from pipeline.participants import Contact
from pipeline.progress.reporter import Reporter
from pipeline.release import member_check
from pipeline.release.publish import released
from pipeline.study.folder import Study, open_study
from pipeline.study.inputs import Inputs
from tests.conftest import DATA, needs_data
from tests.helpers import review_pages
from tests.helpers.releases import gold, interview
from tests.helpers.sample_studies import demo

SAID = {
    "P01": [
        "И: Здравствуйте, Айгерим! Меня зовут Дарина Омарова.",
        "Р: Меня зовут Айгерим Сарсенова. Почта aigerim.sarsenova@gmail.com, а телефон +7 701 005 12 34.",
        "Р: А маме, Гульмире Сериковне, звоните по номеру +7 701 005 77 88.",
        "Р: Я училась в КИМЭПе, а брат работает в Казахмысе.",
        "И: Вы знаете Ержана Абдикаликова?",
        "Р: Нет, не знаю.",
    ],
    "P04": ["И: Как вас зовут?", "Р: Меня зовут Ержан Абдикаликов. Мой телефон +1 312 555 01 87."],
}


def search(study: Study, name: str) -> None:
    """What a run does of its last stage."""
    entry = next(entry for entry in study.entries if entry.id == name)
    flow.one_pass(Inputs(study, last=True), (entry,), flow.STAGES[-1:], Reporter(), flow.here)


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample study as if its stages had heard this, searched for real."""
    study = open_study(demo(tmp_path_factory.mktemp("searched")))
    (study.folder / "work").mkdir(mode=0o700)
    for entry in study.entries:
        made = interview(entry.id, SAID[entry.id])
        speakers = tuple(
            replace(one, participant=entry.id if one.role == "respondent" else "") for one in made.dialogue.speakers
        )
        dialogue, store = replace(made.dialogue, speakers=speakers), study.store
        store.write(entry.id, "ingest", made.recording, "", {})
        store.write(entry.id, "transcribe", Transcript((), (), "captions", ""), "", {})
        store.write(entry.id, "diarize", Diarization((), (), "tracks", ()), "", {})
        store.write(entry.id, "attribute", dialogue, "", {})
        search(study, entry.id)
    return study.folder


@pytest.fixture
def study(searched: Path, tmp_path: Path) -> Study:
    return open_study(shutil.copytree(searched, tmp_path / "study"))


def copy_of(study: Study, participant: str = "P01") -> str:
    """The text of a participant's copy, below the letter."""
    list(member_check.write(study, participant))
    text = (study.folder / "member-check" / participant / f"{participant}.txt").read_text(encoding="utf-8")
    return text.partition("Интервью ")[2]


def test_own_words_are_readable_and_others_are_hidden(study: Study) -> None:
    text = copy_of(study)
    for own in ("Айгерим Сарсенова", "aigerim.sarsenova@gmail.com", "+7 701 005 12 34", "КИМЭПе"):
        assert own in text
    for other in ("Дарина", "Омарова", "Гульмир", "Сериковн", "77 88", "Казахмыс", "Ержан", "Абдикаликов"):
        assert other not in text
    assert "Меня зовут [интервьюер]" in text
    assert "¶2" in text


def test_labels_and_numbers_are_those_of_the_release(study: Study) -> None:
    theirs = {line.split(" ")[1]: line for line in copy_of(study).splitlines() if "¶" in line}
    ours = {line.split(" ")[1]: line for line in released(study, "P01").splitlines() if "¶" in line}
    assert theirs.keys() == ours.keys()
    assert theirs["¶5"] == ours["¶5"]
    assert theirs["¶3"] == ours["¶3"]


def test_the_copy_is_private_and_the_same_every_time(study: Study) -> None:
    list(member_check.write(study, "P01"))
    folder = study.folder / "member-check"
    assert folder.stat().st_mode & 0o077 == 0
    first = {path.name: path.read_bytes() for path in (folder / "P01").iterdir()}
    assert set(first) == {"P01.docx", "P01.txt"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (folder / "P01").iterdir())
    list(member_check.write(study, "P01"))
    assert {path.name: path.read_bytes() for path in (folder / "P01").iterdir()} == first
    assert not (study.folder / "release").exists()
    assert "copies" in gather(study).traces
    document = docx.Document(io.BytesIO(first["P01.docx"]))
    assert next(p.text for p in document.paragraphs if p.style and p.style.name == "Letter") == "Здравствуйте!"
    assert not document.core_properties.author


def test_the_letter_says_whom_to_answer(study: Study) -> None:
    (study.folder / "study.yaml").write_text(
        "study: {language: en, title: Abroad, ethics: {contact: Дарина Омарова}}\ntranscribe: {engine: captions}\n",
        encoding="utf-8",
    )
    list(member_check.write(open_study(study.folder), "P01"))
    text = (study.folder / "member-check" / "P01" / "P01.txt").read_text(encoding="utf-8")
    assert "Where to answer: Дарина Омарова." in text
    assert "for the study “Abroad”" in text
    assert "[interviewer]" in text


def test_who_has_withdrawn_gets_none(study: Study) -> None:
    file = study.folder / "participants.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([f"{lines[0]},withdrawn_on", f"{lines[1]},2021-08-01", f"{lines[2]},"]), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"P01.*withdrawn"):
        list(member_check.write(open_study(study.folder), "P01"))
    assert not (study.folder / "member-check").exists()
    list(member_check.write(open_study(study.folder), "P04"))


def test_another_participants_name_that_nobody_hid_refuses_the_copy(study: Study) -> None:
    found = study.store.read("P01", "deidentify", Redaction)
    left = replace(found, entities=tuple(one for one in found.entities if one.turn != 5))
    entry = next(entry for entry in study.entries if entry.id == "P01")
    study.store.write("P01", "deidentify", left, Inputs(study).fingerprint(flow.STAGES[-1], entry), {})
    with pytest.raises(ExportRefused, match="contact P04") as refused:
        list(member_check.write(study, "P01"))
    assert "Ержан" not in refused.value.what
    assert not (study.folder / "member-check").exists()


def test_nobody_else_is_a_participant(study: Study) -> None:
    with pytest.raises(UsageError):
        list(member_check.write(study, "P99"))


CONTACT = Contact("P01", "participant", phones=("8 701 005 12 34",), employers=("Ракутен",))


@pytest.mark.parametrize(
    ("line", "own"),
    [
        ("Р: Ник у меня [tima94|USERNAME:a], у него [vitos|USERNAME:b].", {"USERNAME:1"}),
        ("Р: Мой номер [+7 701 111 22 33|PHONE:a], номер моей мамы [+7 701 111 22 34|PHONE:b].", {"PHONE:1"}),
        ("Р: Это моя подруга. Вот её адрес: [Сатпаева, 5|ADDRESS:a].", set()),
        ("Р: Напишите [Марату|PERSON:m]. Телеграм [@marat|USERNAME:a].", set()),
        ("Р: Жили на [Сатпаева, 18|ADDRESS:a].", {"ADDRESS:1"}),
        ("Р: Отец работал в [Казахмысе|ORG_EMPLOYER:a]. Я родилась в [Сатпаеве|CITY_SMALL:b].", {"CITY_SMALL:1"}),
        ("И: Я сама из [Рудного|CITY_SMALL:a].", set()),
        ("И: Ваш телефон [+7 701 005-12-34|PHONE:a]?", {"PHONE:1"}),
        ("Р: Муж тоже в [Ракутене|ORG_EMPLOYER:a].", {"ORG_EMPLOYER:1"}),
    ],
)
def test_whose_an_identifier_is(line: str, own: set[str]) -> None:
    made = interview("P01", [line])
    assert owners.own(made.dialogue, made.redaction.entities, "P01", [CONTACT]) == {"PERSON:P01", *own}


@needs_data
def test_gold_contacts_of_others_are_never_the_participants() -> None:
    others = {
        **{"P01": {"PHONE:2"}, "P02": {"USERNAME:1"}, "P04": {"ID_NUMBER:1", "PHONE:2"}, "P05": {"PHONE:2"}},
        **{"P06": {"USERNAME:2"}, "P07": {"URL:1"}},
    }
    reaching = readable = 0
    for number in range(1, 9):
        made = gold(DATA / "interviews" / f"P0{number}.json")
        entities = [one for one in made.redaction.entities if one.label]
        own = owners.own(made.dialogue, entities, made.id, [])
        assert not own & others.get(made.id, set())
        told = {one.entity_id for one in entities if one.kind in owners.REACHING} - others.get(made.id, set())
        reaching, readable = reaching + len(told), readable + len(told & own)
    assert readable >= 0.9 * reaching, (readable, reaching)


def test_turns_that_are_taken_back_become_cuts(study: Study) -> None:
    list(retract(study, "P01", "3-4", "", "R2"))
    text = copy_of(study)
    assert f"¶3 {CUT}" in text
    assert f"¶4 {CUT}" in text
    assert "КИМЭП" not in text
    assert "¶6 Нет, не знаю." in text
    book = sign_off.books(study.store.work)["P01"]
    assert [(row.reviewer, row.what) for row in book.corrections] == [("R2", "correct"), ("R2", "correct")]
    with pytest.raises(ConfigError, match="cut already"):
        list(retract(study, "P01", "3-4", "", "R2"))
    journal = Journal(study.store.work / DATABASE)
    assert journal.undo("R2", "P01")
    journal.close()
    with pytest.raises(UsageError):
        copy_of(study)
    search(study, "P01")
    assert "КИМЭП" in copy_of(study)


def test_words_are_found_as_the_copy_or_the_release_shows_them(study: Study) -> None:
    label = copy_of(study).partition("брат работает в ")[2].partition(".")[0]
    assert label.startswith("[")
    list(retract(study, "P01", "4", f"а брат работает в {label}", "R1"))
    assert f"Я училась в КИМЭПе, {CUT}" in copy_of(study)
    list(retract(study, "P01", "1-6", "почта aigerim.sarsenova@gmail.com,", "R1"))
    text = copy_of(study)
    assert "gmail" not in text
    assert "Меня зовут Айгерим Сарсенова." in text


def test_words_that_are_nowhere_cut_nothing(study: Study) -> None:
    for turns, words, error in (("4", "такого не было", ConfigError), ("40", "", UsageError)):
        with pytest.raises(error):
            list(retract(study, "P01", turns, words, "R1"))
    with pytest.raises(UsageError):
        list(retract(study, "P01", "4", "", "Дарина Омарова"))
    assert not sign_off.books(study.store.work)


def test_a_cut_voids_the_sign_off_of_that_interview_alone(study: Study) -> None:
    page = review_pages.Page(study)
    desks = {name: page.room.desk(name) for name in ("P01", "P04")}
    for name, desk in desks.items():
        assert desk is not None
        view = desk.view()
        signed = SignOff("R1", "2026-01-01T00:00:00+00:00", view.result, 1.0)
        page.room.journal.act("R1", name, [Wish("sign", "", msgspec.json.encode(signed).decode())])
    page.room.close()
    page.room.journal.close()
    list(retract(study, "P01", "4", "", "R1"))
    assert [name for name in ("P01", "P04") if flow.review_due(Inputs(study), [name])] == ["P01"]


def test_words_come_from_standard_input_and_are_not_repeated(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("не знаю\n"))
    said = list(retract(study, "P01", "6", life.passage(), "R1"))
    assert "знаю" not in "".join(said)
    assert f"Нет, {CUT}" in copy_of(study)
    monkeypatch.setattr(sys, "stdin", io.StringIO(" \n"))
    with pytest.raises(UsageError):
        life.passage()
