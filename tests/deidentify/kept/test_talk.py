"""What talk is full of and names nobody: heroes, medicines, brands, planets, sayings, towns of talk; and who does."""

from __future__ import annotations

import pytest

from pipeline.deidentify.rules import RULES
from tests.deidentify.test_deidentify import redacted, talk
from tests.helpers.marked_sentences import marked_by

HARMLESS = (
    "Он думает, он прям Робин Гуд.",
    "Сказки читаем про Алдара Косе и Ер Тостика.",
    "Ждала его семь лет, как Каныкей.",
    "Дед Мороз приходил, сосед напился.",
    "Ты что, говорит, Штирлиц, что ли?",
    "В школе «Джамилю» проходили, я плакала.",
    "Ставили «Кыз Жибек», весь район пришёл.",
    "Это поэт такой, Аалы Токомбаев, наизусть учили.",
    "Лечилась по Неумывакину, содой.",
    "Перечитываю Довлатова каждый отпуск.",
    "Пели песни Виктора, ну, Цоя, под гитару.",
    "Высоцкого папа любил, Владимира Семёновича.",
    "Мне выписали циклосерин и левофлоксацин.",
    "Бедаквилин пьём полгода, тошнит.",
    "Пуховик «Коламбия» купила, китайский.",
    "Есть программа Медэлемент, всё в телефоне.",
    "Тариф «Алтел» взяла, подешевле.",
    "Апыр-ай, опять цены подняли.",
    "Во-во, и я про то же.",
    "Стою ночью, звёзды, Марс красный висит.",
    "Одна ходила к мулле, вера, говорит, поможет.",
    "Надежда появилась, как ни смешно.",
    "Вера в доктора — половина лечения.",
    "Все кричат «Туған күніңмен құттықтаймыз», смеются.",
    "Говорю ему: «Жолың болсын, балам!»",
    "Собаку нашу Роза зовут, дворняга.",
    "Это слово как Париж, где-то есть.",
    "Мечтала увидеть Венецию, пока не утонула.",
    "Думала, это типа Нью-Йорка будет.",
    "Астану строили, мужики все уезжали.",
    "Это тебе не Москва, тут всё медленно.",
    "Ходила на Абая, там рынок, и на Сатпаева.",
    "Написала в управление здравоохранения, ответа нет.",
    "Она сама всё решила.",
    "Положили меня в тубик на семь месяцев.",
)
NAMED = (
    "Пришла [Вера|PERSON] и всё подписала.",
    "Меня зовут [Надежда|PERSON].",
    "Сосед мой, [Манас|PERSON], привёз дрова.",
    "Живу в [Париже|CITY_LARGE] второй год, хотела в деревню.",
    "Наш начальник [Раскольников|PERSON] всех уволил.",
    "Со мной работала [Малышева|PERSON], медсестра.",
    "Его фамилия [Токтогулов|PERSON].",
)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_names_nobody_stays(text: str) -> None:
    assert marked_by(RULES, text) == text


@pytest.mark.parametrize("marked", NAMED)
def test_the_same_words_where_somebody_is_meant(marked: str) -> None:
    assert marked_by(RULES, marked) == marked


def shown(*texts: str) -> list[str]:
    """What is masked of some turns, as it was said."""
    found = redacted(talk(*texts)).entities
    return [texts[one.turn - 1][one.start : one.end] for one in found if one.label]


def test_a_town_of_talk_is_masked_where_somebody_lived_in_it_elsewhere() -> None:
    assert shown("Мечтала увидеть Венецию.", "Потом жила в Праге.") == ["Праге"]
    assert shown("Мечтала увидеть Венецию.", "Потом жила в Венеции.") == ["Венецию", "Венеции"]


def test_a_colleague_named_like_a_virtue_makes_no_name_of_the_virtue() -> None:
    assert shown("Работает у нас Вера Ивановна.", "Я не против веры, я сама верующая.") == ["Вера Ивановна"]


def test_a_daughter_named_like_a_verb_makes_no_name_of_the_verb() -> None:
    assert shown("Дочь Ида выросла.", "Беру ноутбук, иду, как чабан.") == ["Ида"]
