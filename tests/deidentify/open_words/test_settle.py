"""Which words are asked about: what is no ordinary word in its sentence, and nothing that is."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.corrections.apply import corrected, text_digest
from pipeline.deidentify import stage
from pipeline.deidentify.open_words import settle
from pipeline.deidentify.open_words.ordinary import facts
from pipeline.measure import deidentification
from pipeline.measure.gold import Gold, GoldTurn, dialogue
from pipeline.model import Anchor, Correction, Dialogue, Job, Redaction
from tests.conftest import DATA, needs_data

few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def said(*turns: str) -> Dialogue:
    return dialogue(Gold("x", tuple(GoldTurn("ab"[at % 2], text, ()) for at, text in enumerate(turns))))


def searched(*turns: str) -> Redaction:
    return stage.redact(stage.Item(Job("x", Path()), said(*turns)), stage.Settings())


def asked(*turns: str) -> list[str]:
    """The words that are asked about, in order."""
    return [turns[one.turn - 1][one.start : one.end] for one in searched(*turns).open]


def questions(*turns: str) -> list[str]:
    return [one.question for one in searched(*turns).open]


ORDINARY = (
    "Ну, вот как-то так получилось, что мы тогда решили всё бросить и поехать.",
    "Я сначала думала, что это ненадолго, а потом привыкла, и дети уже в школу пошли.",
    "ну вот как то так получилось что мы тогда решили всё бросить и поехать",
    "Знаете, куда ни глянь, везде машины, и море, конечно, голову кружит. Короче, дали нам пару дней.",
    "Ээээ, нуууу, даааа, угу, как бы, типа того.",
    "Созвонились в зуме, потом писали в вотсапе, дедлайн был вчера.",
    "Мен қазір келдім, бірақ бәрі жақсы болды.",
    "У нас было три комнаты, пять человек и сто тысяч долга, это две тысячи девятый год.",
    "Дипломатически так ответил, супербыстро, по-нашенски.",
)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_talk_is_settled(text: str) -> None:
    assert asked(text) == []


@pytest.mark.parametrize(
    ("text", "open_"),
    [
        ("Потом мы долго жили у верыфемши, помогали.", "верыфемши"),
        ("потом мы долго жили у верыфемши помогали", "верыфемши"),
        ("Работал он в «Базисе», строил дома.", "Базисе"),
        ("Диссертация называлась «Каналы и дамбы предгорий».", "«Каналы и дамбы предгорий»"),
        (
            "Дом простой, там написано: сто девяносто четыре, третий этаж, налево.",
            "сто девяносто четыре, третий этаж, налево",
        ),
        ("Я, наверное, единственный человек в мире, кто такое любит.", "единственный человек в мире, кто такое любит"),
        ("Скажите, что вы от «коня», он поймёт.", "коня"),
    ],
)
def test_what_is_not_ordinary_in_its_sentence_is_open(text: str, open_: str) -> None:
    found = searched(text)
    spans = [(e.start, e.end) for e in found.entities if e.label] + [(one.start, one.end) for one in found.open]
    start = text.index(open_)
    assert any(a <= start and start + len(open_) <= b for a, b in spans), asked(text)


def test_a_word_that_is_a_name_too_is_open_where_it_stands_as_one() -> None:
    assert asked("Моя вера в людей пропала, и надежда тоже.") == []
    found = searched("Вот есть у меня такая Заря, она помогает.")
    assert found.open or any(entity.label for entity in found.entities)


def test_two_senses_of_a_word_are_two_questions() -> None:
    clues = {"bias": 1.0, "strange": 0.0}
    assert settle._about("вера", clues) == "вера"
    assert settle._about("вера", clues | {"kin before": 1.0}) != "вера"
    assert settle._about("верыфемша", clues | {"kin before": 1.0}) == settle._about("верыфемша", clues)


def test_forms_of_a_word_are_one_question_in_all_interviews() -> None:
    one = questions("Потом мы делали верыфемшу, такую большую.")
    other = questions("Помню, без верыфемши никак.")
    assert one == other
    assert len(one) == 1


def test_words_that_touch_are_one_question() -> None:
    (open_,) = searched("Он всё повторял: грюзге готтлиге, и смеялся.").open
    assert " " in open_.question


def test_what_the_search_hides_or_keeps_is_never_open() -> None:
    found = searched("Меня зовут Айгерим, я живу в Казахстане, учила японский, мне двадцать восемь лет.")
    assert any(entity.label for entity in found.entities)
    assert not found.open


def test_the_recogniser_s_doubt_opens_an_ordinary_word() -> None:
    text = "Потом приехал конь и всё рассказал."
    made = said(text)
    (turn,) = made.turns
    word = turn.words[2]
    other = type(word)(word.start, word.end, word.text, 0.2, "ru", "mix", other="Кен")
    doubtful = type(turn)(
        1, turn.start, turn.end, turn.speaker, text, (*turn.words[:2], other, *turn.words[3:]), turn.spans
    )
    found = stage.redact(stage.Item(Job("x", Path()), Dialogue((doubtful,), made.speakers)), stage.Settings())
    assert [text[one.start : one.end] for one in found.open] == ["конь"]


def test_a_corrected_word_is_looked_at_again() -> None:
    text = "Потом мы делали ужин, такой большой."
    item = stage.Item(Job("x", Path()), said(text))
    assert not stage.redact(item, stage.Settings()).open
    start = text.index("ужин")
    change = Correction("words", Anchor(text_digest(text), 0, start, start + len("ужин")), "верыфемшу")
    again = stage.Item(item.job, item.dialogue, (), (change,))
    shown = corrected(again.dialogue, again.corrections).dialogue.turns[0].text
    assert "верыфемшу" in shown
    assert [shown[one.start : one.end] for one in stage.redact(again, stage.Settings()).open] == ["верыфемшу"]


def test_a_badly_heard_text_asks_about_what_may_be_cut_off() -> None:
    strange = "Мы степендию верыфемша кипишет оклимот липонски развивелась бежбармак странтка рочные."
    assert "я у" in asked(*(strange,) * 2, "Спасибо, я у Айгерим была.")
    assert "я у" not in asked("Спасибо, я у Айгерим была.")


WORDS = (
    *(
        "я",
        "мы",
        "тогда",
        "Вера",
        "роза",
        "Марс",
        "Айгерим",
        "айгерим",
        "в Алматы",
        "собака",
        "точка",
        "701",
        "сто двадцать",
    ),
    *(
        "кундакбай",
        "верыфемша",
        "Ләйла",
        "жақсы",
        "deadline",
        "Waterlijn",
        "«",
        "»",
        "-",
        ",",
        ".",
        "этаж",
        "дом",
        "улица",
    ),
    *(
        "единственный",
        "человек",
        "в мире",
        "университет",
        "ветеринарный",
        "N-077",
        "é",
        "ё",
        "🙂",
        "3,5",
        "@",
        "дробь бэ",
    ),
)
texts = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)


def apart(found: Redaction, turns: tuple[str, ...]) -> None:
    places: dict[int, list[tuple[int, int]]] = {}
    hidden = [entity for entity in found.entities if entity.label]
    every = [(one.turn, one.start, one.end) for one in found.open] + [(e.turn, e.start, e.end) for e in hidden]
    for turn, start, end in every:
        places.setdefault(turn, []).append((start, end))
    for turn, spans in places.items():
        assert all(0 <= start < end <= len(turns[turn - 1]) for start, end in spans)
        assert all(one[1] <= two[0] for one, two in pairwise(sorted(spans)))


@few
@given(st.lists(texts, min_size=1, max_size=4))
def test_open_words_lie_apart_from_each_other_and_from_what_is_found(turns: list[str]) -> None:
    found = searched(*turns)
    apart(found, tuple(turns))
    assert list(found.open) == sorted(found.open, key=lambda one: (one.turn, one.start))
    assert all(0 < one.risk <= 1 and one.question for one in found.open)
    assert found.open == searched(*turns).open


@few
@given(st.lists(st.text("абвгдежзиклмнопрст", min_size=6, max_size=12), min_size=1, max_size=6))
def test_no_word_that_nobody_knows_is_settled(strange: list[str]) -> None:
    text = "Потом " + " потом ".join(strange) + " и всё."
    found = searched(text)
    covered = {at for one in found.open for at in range(one.start, one.end)}
    covered |= {at for entity in found.entities for at in range(entity.start, entity.end)}
    at = 0
    for word in strange:
        at = text.index(word, at)
        assert facts(word).plain or covered.issuperset(range(at, at + len(word))), word
        at += len(word)


@few
@given(texts, st.sampled_from(WORDS))
def test_nothing_is_lost_by_a_correction(text: str, new: str) -> None:
    text = f"потом {text}"
    change = Correction("words", Anchor(text_digest(text), 0, 0, len("потом")), new)
    item = stage.Item(Job("x", Path()), said(text), (), (change,))
    shown = tuple(turn.text for turn in corrected(item.dialogue, item.corrections).dialogue.turns)
    apart(stage.redact(item, stage.Settings()), shown)


TARGETS = {"clean": (99.5, 97.0), "misheard": (99.5, 97.0), "asr": (97.0, 80.0), "asr_raw": (99.0, 95.0)}


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize("folder", ["interviews", "interviews2"])
def test_what_must_go_is_hidden_or_asked_about(folder: str) -> None:
    for variant in deidentification.evaluate(DATA / folder).variants:
        direct, quasi = TARGETS[variant.variant]
        assert variant.hidden_or_asked["direct"] >= direct, variant
        assert variant.hidden_or_asked["quasi"] >= quasi, variant
        assert variant.questions_per_1000_words <= 20, variant
        if folder == "interviews2" and variant.variant == "clean":
            assert variant.questions_in_turn[-1] <= 8, variant
            assert any(p.direct >= 99 and p.questions_per_1000_words <= 10 for p in variant.curve), variant


@needs_data
@pytest.mark.slow
def test_what_a_small_recogniser_wrote_is_hidden_or_asked_about() -> None:
    (variant,) = deidentification.evaluate(DATA / "interviews-whisper").variants
    assert variant.hidden_or_asked["direct"] >= 95, variant
    assert variant.questions_per_1000_words <= 60, variant
