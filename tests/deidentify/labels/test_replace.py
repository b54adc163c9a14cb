"""Labels, coarser words and invented names, and the one function that makes released text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.deidentify.labels import generalise, key, policy, pseudonyms, replace
from pipeline.deidentify.labels.replace import Style
from pipeline.deidentify.words import grammar
from pipeline.errors import ConfigError, UsageError
from pipeline.model import Entity, Turn
from tests.helpers.marked_sentences import read


def entities(*marked: str) -> tuple[dict[int, str], tuple[Entity, ...]]:
    """Turns 1, 2 … and their marked entities; the same words (first four letters) are the same entity."""
    texts, made = {}, []
    for number, sentence in enumerate(marked, start=1):
        texts[number], spans = read(sentence)
        for start, end, kind in spans:
            name = f"{kind}:{texts[number][start:end][:4].lower()}"
            made.append(Entity(number, start, end, kind, policy.class_of(kind), 0.9, "test", name, ""))
    return texts, tuple(made)


def show(marked: str, style: Style) -> str:
    texts, found = entities(marked)
    turn = Turn(1, 0.0, 1.0, "a", texts[1], (), ())
    return replace.released(turn, replace.label_all(found, texts, style))


LABELS = Style({"ORG_UNIVERSITY": "label", "ORG_EMPLOYER": "label"})


def test_one_entity_has_one_label_and_numbers_run_by_kind() -> None:
    shown = show(
        "[Айгерим|PERSON] и [Дана|PERSON] в [Брно|CITY_SMALL], [Айгерим|PERSON] в [Пекине|CITY_LARGE].", LABELS
    )
    assert shown == "[имя-1] и [имя-2] в [город-1], [имя-1] в [город-2]."


def test_what_the_policy_keeps_is_shown() -> None:
    assert show("Живу в [Японии|COUNTRY], мне [30|AGE].", LABELS) == "Живу в Японии, мне 30."
    assert show("Живу в [Токио|CITY_LARGE].", Style({"CITY_LARGE": "keep"})) == "Живу в Токио."
    assert show("Живу в [Японии|COUNTRY].", Style({"COUNTRY": "label"})) == "Живу в [страна-1]."


@pytest.mark.parametrize(("brackets", "shown"), [("⟦⟧", "⟦имя-1⟧"), ("<<>>", "<<имя-1>>"), ("{}", "{имя-1}")])
def test_brackets(brackets: str, shown: str) -> None:
    assert show("[Дана|PERSON]", Style({}, brackets)) == shown


@pytest.mark.parametrize("brackets", ["", "[", "[]]", "aa"])
def test_brackets_that_are_none(brackets: str) -> None:
    with pytest.raises(ConfigError):
        replace.marks(brackets)


@pytest.mark.parametrize(
    ("marked", "shown"),
    [
        ("Учился в [Карловом университете|ORG_UNIVERSITY] пять лет.", "Учился в [университете-1 в Чехии] пять лет."),
        ("Закончила [Сорбонну|ORG_UNIVERSITY].", "Закончила [университет-1 во Франции]."),
        ("Приехал из [Васэды|ORG_UNIVERSITY].", "Приехал из [университета-1 в Японии]."),
        ("Работаю в [Халык банке|ORG_EMPLOYER].", "Работаю в [банке-1]."),
        ("Ушла из [Казмунайгаза|ORG_EMPLOYER].", "Ушла из [энергетической компании-1]."),
        ("Сейчас в [Зентриксе|ORG_EMPLOYER].", "Сейчас в [работодателе-1]."),
        ("Пошёл в [НИШ|ORG_SCHOOL].", "Пошёл в [школу-1]."),
    ],
)
def test_coarser_words_agree_with_their_sentence(marked: str, shown: str) -> None:
    assert show(marked, Style()) == shown


@pytest.mark.parametrize(
    ("kind", "words", "shown"),
    [
        ("DATE", "7 июля 2018 года", "[2018 год]"),
        ("DATE", "21 июня", "[дата-1]"),
        ("DATE_BIRTH", "12 апреля 1993 года", "[1990–1994 годы]"),
        ("DATE_BIRTH", "двенадцатого апреля девяносто третьего года", "[1990–1994 годы]"),
        ("AGE", "двадцать восемь", "[25–29 лет]"),
        ("CITY_SMALL", "Талгар", "[небольшой город-1]"),
    ],
)
def test_generalisations_that_a_study_may_choose(kind: str, words: str, shown: str) -> None:
    assert show(f"[{words}|{kind}]", Style({kind: "generalise"})) == shown


def test_a_pseudonym_has_the_gender_the_origin_and_the_case() -> None:
    style = Style({"PERSON": "pseudonym"})
    shown = show("Звонила [Айгерим|PERSON], говорила с [Айгерим|PERSON].", style)
    assert "Айгерим" not in shown
    assert shown.count("[") == 0
    woman = pseudonyms.invent(("Айгерим", "Айгерим Болатовна"), 1, frozenset())
    man = pseudonyms.invent(("Кайрат", "Кайрат Ильясович"), 2, frozenset())
    assert (woman.gender, man.gender) == ("femn", "masc")
    assert woman.patronymic.endswith(("қызы", "овна"))
    text = "говорил с Кайратом вчера"
    assert pseudonyms.replaced(man, text, 10, 18) == grammar.name_in(man.given, "ablt", "masc")


def test_a_pseudonym_is_nobody_of_the_interview() -> None:
    given = pseudonyms.names("kk", "femn")[0]
    forbidden = frozenset(name.lower() for name in given[:-1])
    made = pseudonyms.invent(("Айгерім",), 3, forbidden)
    assert made.given.lower() not in forbidden


@pytest.mark.parametrize(
    ("text", "words", "case"),
    [
        ("учился в Праге", "Праге", "loct"),
        ("уехал в Прагу", "Прагу", "accs"),
        ("приехал из Праги", "Праги", "gent"),
        ("говорил с Маратом", "Маратом", "ablt"),
        ("Марат пришёл", "Марат", "nomn"),
    ],
)
def test_the_case_of_a_mention(text: str, words: str, case: str) -> None:
    start = text.index(words)
    assert grammar.case_of(text, start, start + len(words)) == case


def test_the_map_of_offsets() -> None:
    texts, found = entities("Это [Дана|PERSON], привет.")
    turn = Turn(1, 0.0, 1.0, "a", texts[1], (), ())
    parts = replace.pieces(turn, replace.label_all(found, texts, LABELS))
    shown = "".join(piece.text for piece in parts)
    assert shown == "Это [имя-1], привет."
    assert replace.position(parts, 0) == 0
    assert replace.position(parts, 5) == shown.index("[")
    assert replace.position(parts, texts[1].index("привет")) == shown.index("привет")
    assert replace.position(parts, len(texts[1])) == len(shown)


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=6))
def test_pieces_cover_any_turn_without_gap_or_leak(text: str, spans: list[tuple[int, int]]) -> None:
    made = tuple(
        Entity(1, a, min(a + n, len(text)), "PERSON", "direct", 0.9, "t", f"PERSON:{i}", f"[имя-{i}]")
        for i, (a, n) in enumerate(spans)
        if a < len(text)
    )
    turn = Turn(1, 0.0, 1.0, "a", text, (), ())
    parts = replace.pieces(turn, made)
    assert "".join(text[p.start : p.end] for p in parts) == text
    hidden = {i for e in made for i in range(e.start, e.end)}
    shown = {i for p in parts if not p.label for i in range(p.start, p.end)}
    assert shown == set(range(len(text))) - hidden


@given(st.sampled_from(sorted(policy.KINDS)), st.text("абвгдеёжзиклмнопрстуAbc «»-", min_size=2, max_size=20))
def test_no_replacement_holds_its_original(kind: str, words: str) -> None:
    texts = {1: words}
    style = Style({kind: "generalise"})
    (made,) = replace.label_all(
        (Entity(1, 0, len(words), kind, policy.class_of(kind), 0.9, "t", f"{kind}:1", ""),), texts, style
    )
    assert words.strip().lower() not in made.label.lower() or words.strip() in ("", "-") or len(words.strip()) < 3


def test_labels_in_a_text_are_seen() -> None:
    text = "Это [имя-1] из [университета-2 в Чехии], [1990–1994 годы], [так в оригинале]."
    assert [text[a:b] for a, b in replace.labels(text)] == ["[имя-1]", "[университета-2 в Чехии]", "[1990–1994 годы]"]


def test_countries_and_sectors_are_known() -> None:
    assert generalise.country_of("Йельском университете") == "US"
    assert generalise.sector_of("Нацбанке") == "финансовая организация"
    assert generalise.sector_of("свинцовом заводе") == "промышленное предприятие"
    assert generalise.country_of("Академия Зорька") == ""


def test_the_key_opens_for_its_recipient_alone() -> None:
    import pyrage

    texts, found = entities("[Айгерим|PERSON] в [Брно|CITY_SMALL].", "Без [Айгерим|PERSON] скучно.")
    made = key.key("P01", replace.label_all(found, texts, LABELS), texts)
    assert [row.label for row in made.rows] == ["[имя-1]", "[город-1]"]
    assert made.rows[0].originals == ("Айгерим",)
    assert made.rows[0].mentions == ((1, 0, 7), (2, 4, 11))
    identity, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    sealed = key.encrypted([made], [str(identity.to_public())])
    assert "Айгерим".encode() not in sealed
    assert key.decrypted(sealed, str(identity)) == (made,)
    with pytest.raises(UsageError):
        key.decrypted(sealed, str(other))
    with pytest.raises(UsageError):
        key.encrypted([made], ["age1nonsense"])
    with pytest.raises(UsageError):
        key.encrypted([made], [])
