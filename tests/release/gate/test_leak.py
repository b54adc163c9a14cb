"""The gate: what it finds however it is written, what it leaves alone, and what it asks a person about."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
from msgspec import structs
from openpyxl.comments import Comment

from pipeline.errors import ExportRefused
from pipeline.participants import Contact, Participant
from pipeline.release import build
from pipeline.release.gate import leak, spellings
from pipeline.release.gate.leak import Verdict
from pipeline.release.gate.private_words import sought
from pipeline.release.request import Interview, Request
from tests.conftest import DATA, needs_data
from tests.helpers.releases import gold, interview, request

AIGERIM = Contact(
    "P01",
    "participant",
    names=("Айгерим Болатқызы Сарсенова",),
    display_names=("iPhone (Айгерим)",),
    emails=("a.sarsenova@example.kz",),
    phones=("+7 701 555-01-42",),
    employers=("Фонд «Тенгри Лаб»",),
)
DARINA = Contact("interviewer-1", "interviewer", names=("Дарина Омарова",), display_names=("ДаринаОмарова",))
ROMAN = Contact("P03", "participant", names=("Роман Ли",))


def checked(
    *said: str, contacts: tuple[Contact, ...] = (AIGERIM, DARINA), others: tuple[Interview, ...] = (), folder: Path
) -> Verdict:
    """What the gate says of a release of one interview with these turns."""
    made = request(folder, interview("P02", list(said)), *others, contacts=contacts)
    names = {one.id: one.name for one in made.interviews}
    build.build(made, made.interviews[:1], folder / "built", lambda _id, _share: None)
    return leak.search(folder / "built", sought(made, names))


@pytest.mark.parametrize(
    "written",
    [
        "я видела Айгерим вчера",
        "это Айгеримой сделано",
        "у Сарсеновой спросите",
        "с семьёй Сарсеновых",
        "спросили у Болатқызы",
        "Болаткызы пришла",
        "АЙГЕРИМ!",
        "айгерим пришла",
        "Айгерiм пришла",
        "Айгерім-ай",
        "А́йгерим пришла",
        "Ай\u00adге\u200bрим пришла",
        "Айге-рим пришла",
        "написала Aigerim и всё",
        "написала Aygerim и всё",
        "письмо от Sarsenova",
        "письмо к Sarsenovoy",
        "файл audioДаринаОмарова11",
        "файл darinaomarova",
        "спросите у ДариныОмаровой",
        "Дариналар келді",
        "Даринаға айттым",
        "Darina's office",
        "a.sarsenova@example.kz",
        "8 (701) 555 01 42",
        "звоните 5550142",
        "работаю в фонде Тенгри Лаб",
        "Фонда «Тенгри Лаб»",
        unicodedata.normalize("NFD", "я видела Айгерим вчера"),
    ],
)
def test_a_private_string_is_found(written: str, tmp_path: Path) -> None:
    verdict = checked("И: Кто это?", f"Р: Ну, {written}.", folder=tmp_path)
    assert verdict.hits, "nothing found"
    assert any("txt/P02.txt" in hit.files for hit in verdict.hits)
    assert all("contact" in hit.secret for hit in verdict.hits)


@pytest.mark.parametrize(
    "written",
    [
        "розовый куст, Розовая улица",
        "это Омарбек и Сарсен",
        "дарить подарки, одарённая девочка",
        "ларингит, фонды, лаборатория",
        "Тенгри на небе",
        "телефон 8 701 555 01 43",
        "в 2015 году, 1 500 000 тенге",
        "Times New Roman, example, Booking",
        "омары и сари",
        "Сарай, Айгуль, Герим",
        "Зарина и Марина",
    ],
)
def test_what_is_no_private_string_is_left_alone(written: str, tmp_path: Path) -> None:
    roza = Contact("P04", "participant", names=("Роза",))
    verdict = checked("И: Что это?", f"Р: Это {written}.", contacts=(AIGERIM, DARINA, roza), folder=tmp_path)
    assert verdict.hits == ()
    assert [hit for hit in verdict.doubts if hit.why != "near"] == []


def test_a_release_that_hides_everything_passes(tmp_path: Path) -> None:
    verdict = checked(
        "И: [Айгерим|PERSON:r], здравствуйте, я [Дарина Омарова|PERSON:i].",
        "Р: Здравствуйте, [Дарина|PERSON:i]. Мой номер [8 701 555 01 42|PHONE].",
        folder=tmp_path,
    )
    assert verdict == Verdict((), ())


def test_what_was_hidden_elsewhere_is_sought_everywhere(tmp_path: Path) -> None:
    other = interview("P05", ["Р: Мой брат [Жандос|PERSON:brother] живёт на [улице Абая, дом 5|ADDRESS]."])
    verdict = checked("Р: Позвонил Жандосу.", "Р: На улице Абая, дом 5.", contacts=(), others=(other,), folder=tmp_path)
    assert {(hit.secret, hit.places) for hit in verdict.hits} == {
        ("PERSON:1 of P05", ("¶1",)),
        ("ADDRESS:1 of P05", ("¶2",)),
    }


def test_a_place_is_sought_in_its_own_interview_only(tmp_path: Path) -> None:
    other = interview("P05", ["Р: Я из [Текели|CITY_SMALL]."])
    assert checked("Р: Я из Текели.", contacts=(), others=(other,), folder=tmp_path).hits == ()
    missed = checked("Р: Я из [Текели|CITY_SMALL].", "Р: В Текели хорошо.", contacts=(), folder=tmp_path)
    assert [(hit.secret, hit.places) for hit in missed.hits] == [("CITY_SMALL:1 of P02", ("¶2",))]


def test_the_attribution_line_and_public_columns_are_exempt_by_position(tmp_path: Path) -> None:
    said = ["Р: Живу в [Японии|REGION], училась в [японском|REGION:u] вузе."]
    assert checked(*said, contacts=(), folder=tmp_path).hits == ()
    missed = checked(*said, "Р: В Японии хорошо.", contacts=(), folder=tmp_path)
    assert [hit.places for hit in missed.hits] == [("¶2",)]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("Ну, длинный роман я читала.", "ordinary"),
        ("Роман я читала длинный.", "ordinary"),
        ("Ну, вот Роман пришёл.", "found"),
        ("Мы с Романом друзья.", "found"),
        ("Дорогой романс пели.", ""),
    ],
)
def test_a_name_that_is_a_word_needs_a_person_where_it_may_be_the_word(written: str, why: str, tmp_path: Path) -> None:
    verdict = checked(f"Р: {written}", contacts=(ROMAN,), folder=tmp_path)
    assert [hit.why for hit in (*verdict.hits, *verdict.doubts)] == ([why] if why else [])


def test_a_street_of_that_name_is_a_doubt(tmp_path: Path) -> None:
    contact = Contact("P09", "participant", names=("Марат Сейтов",))
    verdict = checked("Р: Мы жили на улице Марата тогда.", contacts=(contact,), folder=tmp_path)
    assert verdict.hits == ()
    assert [hit.why for hit in verdict.doubts] == ["ordinary"]
    assert checked("Р: Мы жили у Марата тогда.", contacts=(contact,), folder=tmp_path / "x").hits


def test_kin_and_respect_beside_a_name_are_not_the_name(tmp_path: Path) -> None:
    other = interview("P05", ["Р: Приехал [дядя Кабдеш агай|PERSON]."])
    verdict = checked("Р: Мой дядя и один агай, Дядя.", contacts=(), others=(other,), folder=tmp_path)
    assert verdict == Verdict((), ())
    assert checked("Р: Видел Кабдеша.", contacts=(), others=(other,), folder=tmp_path / "x").hits


def test_words_known_everywhere_are_doubts_where_they_were_hidden_by_mistake(tmp_path: Path) -> None:
    verdict = checked("Р: Работал в [PhD|ORG_EMPLOYER].", "И: А PhD зачем?", contacts=(), folder=tmp_path)
    assert verdict.hits == ()
    assert [hit.places for hit in verdict.doubts] == [("¶2",)]


def test_an_employer_that_is_an_ordinary_word_is_a_doubt(tmp_path: Path) -> None:
    contact = Contact("P01", "participant", employers=("Парус",))
    verdict = checked("Р: Белеет парус одинокий.", contacts=(contact,), folder=tmp_path)
    assert verdict.hits == ()
    assert [hit.why for hit in verdict.doubts] == ["ordinary"]


def test_what_was_kept_on_purpose_is_a_doubt(tmp_path: Path) -> None:
    contact = Contact("P09", "participant", names=("Абай Серіков",))
    verdict = checked("Р: Читали [Абая|PUBLIC_FIGURE] в школе.", contacts=(contact,), folder=tmp_path)
    assert verdict.hits == ()
    assert [hit.why for hit in verdict.doubts] == ["kept"]


@pytest.mark.parametrize("written", ["Аигерим", "Айгерин", "Айгрим", "Айгерримом", "Сарсеноваа", "Омарава"])
def test_a_misspelt_name_is_a_doubt(written: str, tmp_path: Path) -> None:
    verdict = checked(f"Р: Пришла {written} вчера.", folder=tmp_path)
    assert verdict.hits == ()
    assert [(hit.why, hit.places) for hit in verdict.doubts] == [("near", ("¶1",))]


def test_an_ordinary_word_in_lower_case_asks_once_for_the_study(tmp_path: Path) -> None:
    said = ["Р: Читали роман.", "Р: Другой роман.", "И: Роман длинный?"]
    verdict = checked(*said, contacts=(ROMAN,), folder=tmp_path)
    texts = ("docx/P02.docx", "json/P02.json", "maxqda/P02.txt", "txt/P02.txt", "vtt/P02.vtt")
    assert all(set(texts) <= set(hit.files) and "project.qdpx" in str(hit.files) for hit in verdict.doubts)
    assert [hit.places for hit in verdict.doubts] == [
        ("¶1", "¶2"),
        ("¶3",),
    ]


def test_no_message_holds_the_string(tmp_path: Path) -> None:
    said = ["Р: Айгерим, Айгерин и роман.", "Р: +7 701 555-01-42"]
    verdict = checked(*said, contacts=(AIGERIM, ROMAN), folder=tmp_path)
    told = " ".join(hit.said() for hit in (*verdict.hits, *verdict.doubts)).lower()
    assert verdict.hits
    assert verdict.doubts
    assert not any(secret in told for secret in ("айгери", "роман", "0142", "aigerim"))


def office(file: Path, change: Callable[[Path], None]) -> Callable[[Path], None]:
    return lambda folder: change(folder / file)


def author(file: Path) -> None:
    document = docx.Document(str(file))
    document.core_properties.author = "Дарина Омарова"
    document.save(str(file))


def comment(file: Path) -> None:
    book = openpyxl.load_workbook(file)
    book.active["B2"].comment = Comment("спросить Сарсенову", "editor")
    book.save(file)


def hidden_sheet(file: Path) -> None:
    book = openpyxl.load_workbook(file)
    book.create_sheet("Айгерим").sheet_state = "hidden"
    book.save(file)


def docx_comment(file: Path) -> None:
    with zipfile.ZipFile(file, "a") as packed:
        packed.writestr("word/comments.xml", "<w xmlns='x'><!-- Aigerim --><c>ok</c></w>")


def member_name(file: Path) -> None:
    with zipfile.ZipFile(file, "a") as packed:
        packed.writestr("sources/Айгерим.txt", "пусто")


def project_text(file: Path) -> None:
    with zipfile.ZipFile(file, "a") as packed:
        packed.writestr("Sources/0.txt", "Р: ¶1 спросили Айгериму")


def zip_comment(file: Path) -> None:
    with zipfile.ZipFile(file, "a") as packed:
        packed.comment = "Айгерим".encode()


def nested(file: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as packed:
        packed.writestr("a.txt", "Айгерим")
    with zipfile.ZipFile(file, "a") as packed:
        packed.writestr("word/embeddings/o.zip", inner.getvalue())


def appended(line: str) -> Callable[[Path], None]:
    def change(file: Path) -> None:
        file.write_text(file.read_text(encoding="utf-8") + line, encoding="utf-8")

    return change


SABOTAGE: dict[str, Callable[[Path], object]] = {
    "a name in docx core properties": office(Path("docx/P02.docx"), author),
    "inflected in txt": office(Path("txt/P02.txt"), appended("\nспросили Айгериму\n")),
    "transliterated in vtt": office(Path("vtt/P02.vtt"), appended("\n\n00:10.000 --> 00:12.000\nAygerim Sarsenova\n")),
    "in an xlsx comment": office(Path("data_list.xlsx"), comment),
    "in a file name": lambda folder: (folder / "txt" / "P02.txt").rename(folder / "txt" / "P02_Сарсенова.txt"),
    "in a hidden sheet's name": office(Path("data_list.xlsx"), hidden_sheet),
    "in an XML comment": office(Path("docx/P02.docx"), docx_comment),
    "in a member's name": office(Path("docx/P02.docx"), member_name),
    "in a qdpx member's name": office(Path("project.qdpx"), member_name),
    "in a qdpx text": office(Path("project.qdpx"), project_text),
    "in a zip's comment": office(Path("docx/P02.docx"), zip_comment),
    "in a zip inside a zip": office(Path("docx/P02.docx"), nested),
    "in bytes that are no text": lambda folder: (folder / "x.bin").write_bytes(b"\xff\xfe\x00" + "Айгерим".encode()),
    "in UTF-16": lambda folder: (folder / "x.bin").write_bytes("\ufeffАйгерим".encode("utf-16-le")),
}


@pytest.mark.parametrize("what", SABOTAGE)
def test_sabotage_is_caught(what: str, tmp_path: Path) -> None:
    made = request(tmp_path, interview("P02", ["Р: Да."]), contacts=(AIGERIM, DARINA))
    built = tmp_path / "built"
    build.build(made, made.interviews, built, lambda _id, _share: None)
    wanted = sought(made, {"P02": "P02"})
    assert leak.search(built, wanted) == Verdict((), ())
    SABOTAGE[what](built)
    verdict = leak.search(built, wanted)
    assert verdict.hits
    assert all("contact" in hit.secret for hit in verdict.hits)


def test_what_was_hidden_in_one_interview_is_sought_in_its_text_of_the_project(tmp_path: Path) -> None:
    said = ["Р: Я из [Текели|CITY_SMALL]."]
    made = request(tmp_path, interview("P02", said), interview("P03", ["Р: Был в Текели."]))
    verdict = leak.search(built(made, tmp_path / "one"), sought(made, {"P02": "P02", "P03": "P03"}))
    assert verdict == Verdict((), ())
    entities = made.interviews[0].redaction.entities
    shown = structs.replace(made.interviews[0], redaction=structs.replace(made.interviews[0].redaction, entities=()))
    leaky = structs.replace(made, interviews=(shown, made.interviews[1]))
    verdict = leak.search(built(leaky, tmp_path / "two"), sought(made, {"P02": "P02", "P03": "P03"}))
    assert entities
    assert {hit.secret for hit in (*verdict.hits, *verdict.doubts)} == {"CITY_SMALL:1 of P02"}
    assert any("project.qdpx/Sources" in file for hit in (*verdict.hits, *verdict.doubts) for file in hit.files)


def built(made: Request, folder: Path) -> Path:
    build.build(made, made.interviews, folder, lambda _id, _share: None)
    return folder


def test_a_private_string_in_the_title_or_a_public_column_is_found(tmp_path: Path) -> None:
    made = request(tmp_path, interview("P02", ["Р: Да."]), contacts=(AIGERIM,))
    titled = structs.replace(made, title="Исследование Сарсеновой")
    build.build(titled, titled.interviews, tmp_path / "one", lambda _id, _share: None)
    found = leak.search(tmp_path / "one", sought(titled, {"P02": "P02"})).hits
    assert sorted(file for hit in found for file in hit.files) == ["METHODS.md", "project.qdpx"]
    person = Participant("P02", extra=(("note", "подруга Айгерим"),))
    noted = structs.replace(made, interviews=(structs.replace(made.interviews[0], participant=person),))
    build.build(noted, noted.interviews, tmp_path / "two", lambda _id, _share: None)
    files = {file for hit in leak.search(tmp_path / "two", sought(noted, {"P02": "P02"})).hits for file in hit.files}
    assert files == {
        *("data_list.csv", "data_list.xlsx", "json/P02.json", "project.qdpx"),
        *("maxqda/document_variables.xlsx", "nvivo/classification.xlsx"),
    }


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("Айгерим", "Aigerim Aygerim Ajgerim Aigerīm"),
        ("Юлия", "Yulia Julia Iuliia Yuliya"),
        ("Жандос", "Zhandos Jandos Dzhandos Žandos"),
        ("Ксения", "Ksenia Xenia Kseniya"),
        ("Евгений", "Evgeny Yevgeniy Evgenii"),
        ("Щербакова", "Shcherbakova Scherbakova Šerbakova"),
        ("Әсел", "Asel Assel Äsel"),
        ("Қуаныш", "Kuanysh Quanysh Kuanish Quanyş"),
        ("Ольга", "Olga"),
        ("Хасан", "Khasan Hasan"),
        ("Цой", "Tsoy Tsoi Coj"),
        ("Ғалым", "Galym Ghalym Ğalym"),
    ],
)
def test_usual_transliterations_sound_alike(cyrillic: str, latin: str) -> None:
    for spelling in latin.split():
        assert set(spellings.sounds(cyrillic)) & set(spellings.sounds(spelling)), spelling


@needs_data
def test_gold_interviews_with_everything_hidden_pass(tmp_path: Path) -> None:
    made = [gold(file) for file in sorted((DATA / "interviews").glob("P0?.json"))]
    verdict = build.publish(request(tmp_path, *made))
    assert len(made) == 8
    assert len(verdict.warnings) < 60


@needs_data
def test_one_mention_forgotten_in_a_gold_interview_is_found(tmp_path: Path) -> None:
    made = gold(DATA / "interviews" / "P01.json")
    names = [entity for entity in made.redaction.entities if entity.kind == "PERSON"]
    again = next(entity for entity in names[1:] if entity.entity_id == names[0].entity_id)
    kept = tuple(entity for entity in made.redaction.entities if entity is not again)
    careless = structs.replace(made, redaction=structs.replace(made.redaction, entities=kept))
    with pytest.raises(ExportRefused, match=f"¶{again.turn}: {again.entity_id} of P01"):
        build.publish(request(tmp_path, careless))
    assert not (tmp_path / "release").exists()


def test_another_contact_reopens_no_verdict(tmp_path: Path) -> None:
    made = interview("P01", ["Р: Она верила, что надежда есть."])
    one = Contact("P01", "participant", names=("Вера Надежда",))
    other = Contact("P02", "participant", names=("Гульнар Асанова",))
    keys = [
        {warned.key for warned in build.publish(request(tmp_path / str(len(people)), made, contacts=people)).warnings}
        for people in ((one,), (one, other))
    ]
    assert keys[0] == keys[1]
    assert any(key.startswith("P01.") for key in keys[0])
