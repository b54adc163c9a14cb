"""Phones, e-mail, user names, web addresses and numbers of documents, as written and as spoken."""

from __future__ import annotations

import pytest

from pipeline.deidentify.contacts import (
    channels,
    document_numbers,
    emails_and_usernames,
    number_patterns,
    number_plates,
    phones,
)
from tests.helpers.marked_sentences import found, marked_by

NUMBERS = (*emails_and_usernames.RULES, *phones.RULES, *document_numbers.RULES, *number_plates.RULES)
WRITTEN = (
    "Телефон: [ноль восемьдесят, четыре тысячи двести одиннадцать, ноль три двадцать два|PHONE], японский.",
    "Мой номер [+7 701 234 56 78|PHONE], звоните после шести.",
    "Пишите на [8 (727) 250-11-22|PHONE] или [87012345678|PHONE].",
    "Телефон [+7(705)1112233|PHONE], это вотсап.",
    "В Корее у меня [010-2345-6789|PHONE], наберите.",
    "Немецкий [+49 30 901820|PHONE] работает только днём.",
    "Городской в Павлодаре, телефон [55-12-30|PHONE].",
    "Почта [asel.b-17@mail.example|EMAIL], а рабочая [a_b@uni.edu.kz|EMAIL].",
    "Статья вышла на [https://nauka.example/2020/05|URL], почитайте.",
    "Посмотрите [egemen.example/news/1204|URL] или [my-blog.kz|URL].",
    "В телеграме я [@dosym_astro|USERNAME], в инсте [@qara.koz|USERNAME].",
    "Ник [lyazzat91|USERNAME] в какао, добавляйте.",
    "Аккаунт [sandugash_kz|USERNAME] там один.",
    "ИИН [880101300123|ID_NUMBER] я помню наизусть.",
    "Паспорт [N12345678|ID_NUMBER], выдан в Астане.",
    "Удостоверение [034512678|ID_NUMBER] потеряла.",
    "Российский паспорт серия [4510 123456|ID_NUMBER].",
    "СНИЛС [112-233-445 95|ID_NUMBER], его спрашивают везде.",
    "Карта [4111 1111 1111 1111|ID_NUMBER], переводите туда.",
    "Счёт [DE89 3704 0044 0532 0130 00|ID_NUMBER], это для стипендии.",
    "BSN у меня [111222333|ID_NUMBER], без него никуда.",
    "PESEL [44051401359|ID_NUMBER] дали сразу.",
    "Social security [078-05-1120|ID_NUMBER], я его выучил.",
    "Студенческий билет номер [2018-KB-11742|ID_NUMBER].",
    "Машина с номером [123 ABC 02|ID_NUMBER] стоит у дома.",
    "Машина зелёная, шкода, номер [KRA 5521|ID_NUMBER], ищите у ворот.",
    "Пишите так: [асем точка б, джимейл ком|EMAIL], латиницей.",
    "Почта [самат девяносто, нижнее подчёркивание, кз, эт, аутлук точка ком|EMAIL], запишите.",
)
SPOKEN = (
    "запишите [плюс семь семьсот один двести тридцать четыре пятьдесят шесть семьдесят восемь|PHONE]",
    "это [восемь семьсот пять сто одиннадцать двадцать два тридцать три|PHONE] звоните",
    "номер [ноль один ноль два три четыре пять шесть семь восемь девять|PHONE]",
    "мой телефон [плюс 7 семьсот семьдесят семь 123 сорок пять ноль ноль|PHONE]",
    "[восемь семьсот семьдесят семь три семёрки два ноля двенадцать|PHONE] это мамин",
    "иин [восемьдесят восемь ноль один ноль один триста ноль ноль один двадцать три|ID_NUMBER]",
    "почта [айгерим точка с собака джимейл точка ком|EMAIL] так проще",
    "пишите [asel дефис b собака mail точка example|EMAIL] на работу",
    "на [динара девяносто один собака яндекс точка ру|EMAIL] пришлите",
    "мой ник [мади нижнее подчёркивание химик|USERNAME] латиницей",
    "в телеграме [собака dosym нижнее подчёркивание astro|USERNAME]",
    "телеграм [айкерим васедовна|USERNAME]",
    "сайт [nauka точка example слэш две тысячи|URL]",
    "блог [https двоеточие слэш слэш olzhas точка blog|URL] там всё",
    "паспорт у меня [эн двенадцать миллионов сто пять тысяч тридцать шесть|ID_NUMBER] кажется",
    "машина белая госномер [четыреста двенадцать бэ эс ка ноль два|ID_NUMBER] запомнил",
    "пишите на [самал точка т джимейл ком|EMAIL] лучше",
)
INNOCENT = (
    "Паспорт паспортом, а квартира стоила двадцать миллионов тенге.",
    "Машина была номер один в салоне, купили за 5 минут.",
    "Мне тогда давали двести тридцать тысяч тенге в месяц, потом 450 000.",
    "В 2019 году нас было сто двадцать пять человек, а в 2020 уже триста.",
    "Я снимаю за 1 200 евро, это на 300 дороже, чем в 2018.",
    "Мне 28, сестре 31, брату 35 лет, мы погодки почти.",
    "Сдала IELTS на 7.5, потом на 8, GPA было 3.8 из 4.",
    "С точки зрения закона это собака на сене, понимаете.",
    "Собака у соседей лаяла, кот по кличке Барсик прятался.",
    "Три курса, четыре экзамена, пять лет, шесть часов в день.",
    "Разница во времени три часа, лечу семь, потом ещё два.",
    "плюс я подрабатывала мини джоб четыреста пятьдесят евро",
    "двадцать первого года я уехал в двадцать втором вернулся",
    "Поезд идёт 12 часов, билет стоит 8 500 тенге.",
)


CHANNELS = (
    "Мы с мужем ведём канал, называется [«Бешбармак по-баварски»|USERNAME], уже три года.",
    "У нас в общежитии был чат [«Седьмой этаж»|USERNAME].",
    "В Фейсбуке есть группа, [«Казашки Милана»|USERNAME], там все наши.",
    "В инсте меня ищите как [zhanel.paints|USERNAME], без цифр.",
    "Мой инстаграм [камшат точка тревелс|USERNAME], запишите.",
    "На Ютубе я [Lena Bakes Bread|USERNAME], подпишитесь.",
)
CONSUMED = (
    "Слушаю подкаст «Экономика для чайников» по дороге.",
    "Тогда играла группа «Ласковый вечер», мы танцевали.",
    "Поставил node.js и открыл report.docx на ноутбуке.",
    "Книга называется «Дом у реки», перечитываю.",
)


@pytest.mark.parametrize("marked", CHANNELS)
def test_channels_and_chats_lead_to_their_people(marked: str) -> None:
    assert marked_by((*channels.RULES, *NUMBERS), marked) == marked


def test_a_channel_without_marks() -> None:
    marked = "у сестры канал называется [мама в осло|USERNAME] там рецепты"
    assert marked_by(channels.RULES, marked, cased=False) == marked


@pytest.mark.parametrize("text", CONSUMED)
def test_what_is_listened_to_or_read_is_no_user_name(text: str) -> None:
    assert marked_by((*channels.RULES, *NUMBERS), text) == text


@pytest.mark.parametrize("marked", WRITTEN)
def test_written_identifiers_are_found_whole(marked: str) -> None:
    assert marked_by(NUMBERS, marked) == marked


@pytest.mark.parametrize("marked", SPOKEN)
def test_spoken_identifiers_are_found_whole(marked: str) -> None:
    assert marked_by(NUMBERS, marked, cased=False) == marked


@pytest.mark.parametrize("text", INNOCENT)
@pytest.mark.parametrize("cased", [True, False])
def test_sums_years_and_counts_are_left_alone(text: str, cased: bool) -> None:
    shown = text if cased else text.lower()
    assert marked_by(NUMBERS, shown, cased=cased) == shown


def test_a_failed_checksum_lowers_the_score_and_drops_nothing() -> None:
    right = "880101300120"
    scores = {}
    for last in range(10):
        number = right[:-1] + str(last)
        (finding,) = found(NUMBERS, f"ИИН {number}")
        scores[number_patterns.kz_valid(number)] = finding.score
    assert scores[True] > scores[False] > 0.5


def test_a_number_dictated_over_two_turns_is_found_in_both() -> None:
    (first,) = found(NUMBERS, "Телефон плюс семь семьсот один двести тридцать")
    rest = found(NUMBERS, "пятьдесят шесть семьдесят восемь", before="Телефон плюс семь семьсот один двести")
    assert first.kind == "PHONE"
    assert [finding.kind for finding in rest] == ["PHONE"]


def test_the_question_before_tells_what_a_number_is() -> None:
    (finding,) = found(NUMBERS, "Да, 034512678.", before="А номер удостоверения помните?")
    assert finding.kind == "ID_NUMBER"
