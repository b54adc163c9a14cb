"""Kazakh names by their make-up, and the published list put in carrier sentences, in six cases, Russian and Kazakh."""

from __future__ import annotations

import json
import random

import pytest

from pipeline.deidentify import resolve
from pipeline.deidentify.labels.policy import class_of
from pipeline.deidentify.passage import passage
from pipeline.deidentify.people import eastern, kazakh, names, strange_words, tagger
from tests.conftest import DATA, needs_data

RULES = (*tagger.RULES, *names.RULES, *eastern.RULES, *strange_words.RULES)

CARRIERS = (
    ("Потом пришёл {} и всё рассказал.", "Там работает {} уже пять лет."),
    ("У {} трое детей.", "Без {} ничего бы не вышло."),
    ("Мы позвонили {} вечером.", "К {} мы ездили летом."),
    ("Я давно знаю {} по школе.", "Через {} я нашла квартиру."),
    ("Мы с {} учились вместе.", "Я разговаривала с {} по телефону."),
    ("Я часто думаю о {} теперь.", "При {} такого не было."),
)
VOWELS = "аяоуеёиыэюәөұүі"


def russian(name: str) -> tuple[str, ...]:
    """The six Russian cases of a name, surname or patronymic."""
    stem, last = name[:-1], name[-1].lower()
    if name.endswith(("ова", "ева", "ина")):
        return (name, stem + "ой", stem + "ой", stem + "у", stem + "ой", stem + "ой")
    if last == "а":
        soft = "и" if stem[-1].lower() in "гкхжшчщ" else "ы"
        return (name, stem + soft, stem + "е", stem + "у", stem + "ой", stem + "е")
    if last == "я":
        return (name, stem + "и", stem + "е", stem + "ю", stem + "ей", stem + "е")
    if last in "йь":
        return (name, stem + "я", stem + "ю", stem + "я", stem + "ем", stem + "е")
    if last in VOWELS:
        return (name,) * 6
    with_what = "ым" if name.endswith(("ов", "ев", "ин")) else "ем" if name.endswith("ич") else "ом"
    return (name, name + "а", name + "у", name + "а", name + with_what, name + "е")


def kazakh_cases(name: str) -> tuple[str, ...]:
    """Nominative, genitive, dative, accusative, instrumental and locative by vowel harmony and the last sound."""
    last = name[-1].lower()
    back = any(letter in "аоұыу" for letter in name.lower()[-4:])
    wide, narrow = ("а", "ы") if back else ("е", "і")
    voiced = last in VOWELS + "мнңрлйу"
    first = "н" if last in VOWELS + "мнң" else "д" if voiced else "т"
    to = {(True, True): "ға", (True, False): "ге", (False, True): "қа", (False, False): "ке"}[voiced, back]
    accusative = "н" if last in VOWELS else "д" if voiced else "т"
    return (
        name,
        f"{name}{first}{narrow}ң",
        name + to,
        f"{name}{accusative}{narrow}",
        name + ("мен" if voiced else "пен"),
        f"{name}{'д' if voiced else 'т'}{wide}",
    )


def hidden(sentence: str, name: str, cased: bool) -> bool:
    """Whether every letter of the name would be masked."""
    text = sentence if cased else sentence.lower().rstrip(".")
    start = text.index(name if cased else name.lower())
    made = passage(text, "", cased)
    masked: set[int] = set()
    for found in resolve.resolved(found for rule in RULES for found in rule.find(made)):
        if class_of(found.kind) != "keep":
            masked.update(range(found.start, found.end))
    return all(at in masked for at in range(start, start + len(name)))


def published(kind: str, size: int) -> list[str]:
    """Names of the list that were read without error when it was digitised: letters only, one capital."""
    listed = json.loads((DATA / "names" / "kazakh.json").read_text("utf-8"))[kind]
    legible = [name for name in listed if name.isalpha() and name.istitle() and len(name) > 3]
    return random.Random(7).sample(legible, size)


@needs_data
@pytest.mark.parametrize(("cased", "least"), [(True, 0.98), (False, 0.92)])
@pytest.mark.parametrize("cases", [russian, kazakh_cases])
@pytest.mark.parametrize("kind", ["given", "surnames", "patronymics"])
def test_recall_on_the_published_list(kind: str, cases: object, cased: bool, least: float) -> None:
    assert callable(cases)
    chance = random.Random(11)
    found = []
    for name in published(kind, 150):
        case = chance.randrange(6)
        form = cases(name)[case]
        found.append(hidden(chance.choice(CARRIERS[case]).format(form), form, cased))
    assert sum(found) / len(found) >= least


@pytest.mark.parametrize(
    ("name", "gender"),
    [("нурбаян", "f"), ("бекарыс", "m"), ("тлеубай", "m"), ("айсамал", "f"), ("жумагельды", "m"), ("айбаршын", None)],
)
def test_compounds(name: str, gender: str | None) -> None:
    made = kazakh.compound(name)
    assert made == gender or (gender is not None and made == "")


@pytest.mark.parametrize("word", ["стартап", "нострификация", "вторник", "скамейка", "кофейня", "ипотека"])
def test_russian_words_are_no_compounds(word: str) -> None:
    assert kazakh.compound(word) is None


@pytest.mark.parametrize(
    ("word", "father", "gender"),
    [("серікұлы", "серик", "m"), ("маратқызы", "марат", "f"), ("әлімқызына", "алим", "f"), ("байтегі", "бай", "")],
)
def test_lineage(word: str, father: str, gender: str) -> None:
    from pipeline.deidentify.words.letters import folded

    assert kazakh.lineage(folded(word)) == (father, gender)


def test_address() -> None:
    assert all(map(kazakh.address, ("нуреке", "саке", "ереке")))
    assert not any(map(kazakh.address, ("аптеке", "марат")))
