"""Names of people in sentences of every phrasing, with capitals and without; ordinary words stay words."""

from __future__ import annotations

import pytest

from pipeline.deidentify import resolve
from pipeline.deidentify.passage import passage
from pipeline.deidentify.people import eastern, names, naming, strange_words, tagger
from pipeline.deidentify.people.lexicon import readings, unknown, wordy
from tests.helpers.marked_sentences import bare, read, write

RULES = (*tagger.RULES, *names.RULES, *naming.RULES, *eastern.RULES, *strange_words.RULES)

NAMED = """\
Меня зовут [Жасмин|PERSON], я из большой семьи.
Здравствуйте, [Куаныш|PERSON]! Рад вас слышать.
Это мой научрук, [Ральф Хоффманн|PERSON], он физик.
Мама, [Бибигуль Сеитовна|PERSON], врач, а отец шофёр.
Мы с [Еркежан|PERSON] снимали комнату.
Позвонила [Зауре апай|PERSON] и всё рассказала.
Мой дядя [Серік|PERSON] держит лавку.
У [Айым|PERSON] двое детей, у [Нурсаи|PERSON] один.
Отчество у меня [Маратқызы|PERSON], так в паспорте.
Полностью: [Досжанов Алмас Ерболұлы|PERSON].
Её зовут [Инкар|PERSON], она младшая.
Я тогда дружила с [Перизат|PERSON] и [Гүлназ|PERSON].
Наш декан, [Уильям Картрайт|PERSON], подписал бумагу.
Профессор [Ёсида|PERSON] читал лекции.
Я написал [Пак Чжи Хе|PERSON], она не ответила.
[Серёга|PERSON] с [Толиком|PERSON] уехали раньше.
Мой руководитель [Оразбек Мырзабекович|PERSON] был против.
Мы звали его [Букенбай-ага|PERSON].
Дочку назвали [Томирис|PERSON], ей три.
Моя соседка [Вера|PERSON] помогла с переездом.
[Роман Сергеевич|PERSON] учил меня химии.
Тёте [Любе|PERSON] я пишу каждый месяц.
Я потом встретила [Мирасика|PERSON] на вокзале.
Учительницу звали [Надежда Петровна|PERSON].
Хозяйку звали [Гретхен|PERSON], старая немка.
Мой парень [Матеуш|PERSON] из Польши.
Айналайын, [Балжан|PERSON], сказала бабушка.
Соседа зовут [Кваме|PERSON], он приезжий.
Звонил [Палыч|PERSON], просил ключи.
Я скучаю по [Әсемгүл|PERSON] и по дому.
Потом я позвонил [Айсәуле|PERSON].
Наш шеф [Ерке Садвакасов|PERSON] всё решил.
Сосед мой, [Карим бин Юсуф|PERSON], помог.
Доктор [Салим аль-Хусейни|PERSON] был строгий.
Ещё там был [Хорхе де ла Вега|PERSON], весёлый.
Мать, [Шаттық|PERSON] её имя, всю жизнь в школе.
Друг по прозвищу [Беркут|PERSON] уехал первым.
Дядя [Рашид-ака|PERSON] болел тогда.
Девушка по имени [Асыл|PERSON] сидела рядом.""".splitlines()

PLAIN = """\
Я люблю роман Толстого и верю в любовь.
Надежда умирает последней.
Нужна сила воли и немного славы.
В мире много света.
Я купила розу и поставила в вазу.
Мы ели манты и пили кумыс.
Папа работал на заводе, мама дома.
Я скачал вотсап и телеграм.
Он спросил: ну и как тебе там?
Сорок лет прожили, марал бегал по лесу.
Рахмет, сау болыңыз, келесі аптада сөйлесеміз.
Жақсы, мен сізге хабарласамын.
Біз ауылда тұрдық, әкем мал бақты, анам үйде отырды.
Прозвище у меня было дурацкое, и моё имя вам ничего не даст.
Канат порвался, а султан в сказке умер.""".splitlines()


def persons(marked: str, cased: bool = True) -> str:
    """The sentence with its persons marked anew."""
    text, _ = read(marked)
    made = passage(text, "", cased)
    seen = resolve.resolved(found for rule in RULES for found in rule.find(made))
    return write(text, [(f.start, f.end, f.kind) for f in seen if f.kind == "PERSON"])


@pytest.mark.parametrize("marked", NAMED)
def test_names_in_sentences(marked: str) -> None:
    assert persons(marked) == marked


@pytest.mark.parametrize("marked", NAMED)
def test_the_same_without_capitals(marked: str) -> None:
    assert persons(bare(marked), cased=False) == bare(marked)


@pytest.mark.parametrize("text", PLAIN)
def test_words_stay_words(text: str) -> None:
    assert "[" not in persons(text).replace("[Толстого|PERSON]", "")
    assert "[" not in persons(bare(text), cased=False).replace("[толстого|PERSON]", "")


@pytest.mark.parametrize(
    "marked",
    [
        "Так, [Малика|PERSON], включаю запись.",
        "[Султан|PERSON], старший, уже в школе.",
        "Нас встретила [Бо тагоз|PERSON] на вокзале.",
        "Сосед [Айд ос|PERSON] звонил вчера.",
        "Соседку [Сал танат|PERSON] я помню.",
        "Мне помогала [Gulnaz|PERSON] с бумагами.",
        "Потом мы видели [нурлана|PERSON] и его сестру.",
        "Приехала [Гулмира Серикавна|PERSON], мы пили чай.",
    ],
)
def test_names_that_capitals_or_their_place_show(marked: str) -> None:
    assert persons(marked) == marked


@pytest.mark.parametrize(
    ("word", "role", "gender"),
    [
        ("Бекболатұлы", "patronymic", "m"),
        ("Әлібекқызы", "patronymic", "f"),
        ("Юрич", "patronymic", "m"),
        ("Сергевна", "patronymic", "f"),
        ("Тлеубердиевой", "surname", "f"),
        ("Сашуля", "short", ""),
        ("Нуреке", "short", ""),
        ("Айгүлге", "given", "f"),
        ("Yerlan", "given", "m"),
        ("Жансұлтан", "given", "m"),
    ],
)
def test_readings(word: str, role: str, gender: str) -> None:
    best = readings(word)[0]
    assert best.role == role or any(reading.role == role for reading in readings(word))
    assert gender in {reading.gender for reading in readings(word) if reading.role == role}


@pytest.mark.parametrize(
    "marked",
    [
        "Помогла [Frau Seidel|PERSON] из деканата, потом [Dr. Amy Wong|PERSON].",
        "Куратором был [Пьер-Луи Моро|PERSON], весёлый.",
        "Приехала [Анна-Лена|PERSON] с мужем.",
        "Мы звали его [Нака-сан|PERSON], он не обижался.",
        "Пишется так: [К, у, з, м, и, н|PERSON], одна эн.",
        "Потом появилась [Со-хи|PERSON] из соседней комнаты.",
        "Фамилия [Ри|PERSON], две буквы.",
        "Бабушка, [Ю Нина Андреевна|PERSON], пекла хлеб.",
    ],
)
def test_names_from_abroad_and_short_surnames(marked: str) -> None:
    assert persons(marked) == marked


@pytest.mark.parametrize(
    "marked",
    [
        "потом [виктория|PERSON] уехала а [лена|PERSON] осталась",
        "мы с [аскаром|PERSON] снимали комнату вдвоём",
        "дедушку звали [пак сун док|PERSON] он рыбачил",
        "позвали [гошу кима|PERSON] на помощь",
        "наш декан [пьер луи|PERSON] подписал бумагу",
    ],
)
def test_names_that_are_words_elsewhere_without_capitals(marked: str) -> None:
    assert persons(marked, cased=False) == marked


def test_pets_are_no_people() -> None:
    seen = names.pets(passage("У нас кот Мырзик, рыжий."))
    assert [(found.kind, found.rule) for found in seen] == [("TRAP", "pet")]
    seen = names.pets(passage("Бусёк, банально.", "А кота как зовут?"))
    assert [(found.kind, found.rule) for found in seen] == [("TRAP", "pet")]
    assert not list(names.pets(passage("У нас кот, а Гүлназ против.")))


def test_ordinary_words_are_known_as_such() -> None:
    assert all(map(wordy, ("вера", "надежды", "роман", "миру", "света")))
    assert not any(map(wordy, ("айгерим", "дамир", "коля")))
    assert unknown("жанабекте")
    assert not unknown("вотсапе")


def test_any_score_is_a_probability() -> None:
    for marked in NAMED:
        text, _ = read(marked)
        for rule in RULES:
            assert all(0.0 < found.score <= 1.0 for found in rule.find(passage(text)))
