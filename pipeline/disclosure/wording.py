"""What the report on disclosure says, in two languages."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.disclosure import risk

RU = {
    "title": "Узнаваемость участников",
    "restricted": "Только для исследователей: эта страница лежит в work/ и никому не передаётся.",
    "how": "Класс — все, кто одинаков по перечисленным столбцам. Класс из одного — это один человек. При двух десятках "
    "участников уникальна почти каждая строка, поэтому здесь нет порога: видно, что даёт каждое огрубление.",
    "columns": "Столбцы",
    "sizes": "Размеры классов",
    "class": "размер класса",
    "people": "сколько участников в классах такого размера",
    "each_how": "«Что выделяет» — наименьшие наборы столбцов, по которым участник такой один.",
    "each": "Каждый участник",
    "id": "код",
    "single": "что выделяет",
    "only": "значение только у него",
    "population": "в населении",
    "buys": "Что даёт огрубление",
    "way": "огрубление",
    "smallest": "наименьший класс",
    "alone": "единственных в своём роде",
    "small": f"в классах меньше {risk.SMALL}",
    "as_is": "как есть",
    "together": "Лучшие сочетания",
    "margins": "Сколько человек с каждым значением",
    "prints": "Подпись, цитаты и таблицы вместе",
    "prints_how": "Скольким участникам подходит подпись; скольким подходят подпись и то, что о себе говорят выбранные "
    "цитаты (страны, возраст); что читатель узнаёт сверх подписи, потому что у всех подходящих значение одно.",
    "by_quote": "Подпись для каждой цитаты",
    "by_quote_how": "Там, где подпись с цитатой подходит меньше чем трём участникам, предложена подпись грубее: самая "
    "подробная из тех, что подходят трём, или подходящая как можно большему числу.",
    "now": "подпись",
    "fits": "подходит",
    "will_fit": "подойдёт",
    "nothing": "без подписи",
    "by_line": "по подписи",
    "by_all": "с цитатами",
    "learnt": "узнаётся ещё",
    "rare": "значение одного человека",
    "better": "подпись грубее",
    "quotes": "цитат",
    "against": "Расшифровка и таблица расходятся",
    "turn": "реплика",
    "column": "столбец",
    "table": "в таблице",
    "said": "сказано",
    "none": "Нет.",
}
EN = {
    "title": "How easily participants are recognised",
    "restricted": "For the researchers alone: this page lies in work/ and is given to nobody.",
    "how": "A class is everybody who is alike in the columns named. A class of one is a person. With two dozen "
    "participants nearly every row is unique, so there is no threshold here: you see what each coarsening buys.",
    "columns": "Columns",
    "sizes": "Class sizes",
    "class": "class size",
    "people": "how many participants are in classes of this size",
    "each_how": "«Singled out by» names the smallest sets of columns in which nobody else looks like this participant.",
    "each": "Each participant",
    "id": "id",
    "single": "singled out by",
    "only": "the only one with this",
    "population": "in the population",
    "buys": "What each coarsening buys",
    "way": "coarsening",
    "smallest": "smallest class",
    "alone": "alone in their class",
    "small": f"in classes below {risk.SMALL}",
    "as_is": "as it is",
    "together": "Best combinations",
    "margins": "How many have each value",
    "prints": "Line, quotes and tables together",
    "prints_how": "How many participants the line fits; how many the line and what the chosen quotes tell (countries, "
    "age) fit; what a reader learns beyond the line because all whom it fits share the value.",
    "by_quote": "A line for each quote",
    "by_quote_how": "Where line and quote fit fewer than three participants, a coarser line is proposed: the most "
    "detailed of those that fit three, or else one that fits as many as possible.",
    "now": "line",
    "fits": "fits",
    "will_fit": "would fit",
    "nothing": "no line",
    "by_line": "by line",
    "by_all": "with quotes",
    "learnt": "also learnt",
    "rare": "value of one person",
    "better": "coarser line",
    "quotes": "quotes",
    "against": "Transcript and table disagree",
    "turn": "turn",
    "column": "column",
    "table": "in the table",
    "said": "said",
    "none": "None.",
}
WORDS = {"ru": RU, "en": EN}
COLUMNS = {
    "gender": "пол",
    "age": "возраст",
    "birth_year": "год рождения",
    "university_countries": "страны университетов",
    "residence_country": "страна проживания",
    "language": "язык",
}
"""columns of data_list as the Russian report names them"""
RUSSIAN = {
    "age in bands of 5 years": "возраст по 5 лет",
    "age in bands of 10 years": "возраст по 10 лет",
    "universities by region": "университеты по частям света",
    "number of universities": "только число университетов",
    "residence by region": "проживание по частям света",
    risk.WHERE_STUDIED: "живёт там, где учился, или нет",
}
"""ways to say less, as the Russian report names them"""


def column(name: str, word: dict[str, str]) -> str:
    """A column in the report's language."""
    return COLUMNS.get(name, name) if word is RU else name.replace("_", " ") if name in COLUMNS else name


def columns(names: Iterable[str], word: dict[str, str], between: str = ", ") -> str:
    return between.join(column(name, word) for name in names)


def way(name: str, word: dict[str, str]) -> str:
    """A way to say less, or several, in the report's language; "" as it is."""
    return ways(name.split(", "), word) if name else word["as_is"]


def ways(names: Iterable[str], word: dict[str, str]) -> str:
    if word is not RU:
        return ", ".join(names)
    return ", ".join(russian(name) for name in names)


def russian(name: str) -> str:
    if name.startswith("without "):
        return f"без столбца «{column(name.removeprefix('without '), RU)}»"
    if name.startswith("residence: home"):
        return name.replace("residence: home", "проживание: дома").replace(" or abroad", " или за границей")
    return RUSSIAN.get(name, name)
