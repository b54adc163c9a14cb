"""Universities, schools and employers: listed and unknown, in case forms, nicknames and Latin."""

from __future__ import annotations

import pytest

from pipeline.deidentify.organisations import abbreviations, employers, institutions, listed, schools, universities
from tests.helpers.marked_sentences import bare, found, marked_by, read

RULES = (
    *listed.RULES,
    *institutions.RULES,
    *schools.RULES,
    *employers.RULES,
    *abbreviations.RULES,
    *universities.RULES,
)
CASED = (
    "Поступила в [Назарбаев Университет|ORG_UNIVERSITY], потом в [КБТУ|ORG_UNIVERSITY].",
    "Закончил [Варшавский университет|ORG_UNIVERSITY] с отличием.",
    "Магистратуру делал в [Эдинбургском университете|ORG_UNIVERSITY].",
    "Учусь в [Ягеллонском университете|ORG_UNIVERSITY] на третьем курсе.",
    "Диплом [Санкт-Петербургского государственного университета|ORG_UNIVERSITY] признали.",
    "Она училась в [University of Twente|ORG_UNIVERSITY].",
    "Бакалавриат в [Бауманке|ORG_UNIVERSITY], аспирантура в [Физтехе|ORG_UNIVERSITY].",
    "Приняли в [университет имени Сулеймана Демиреля|ORG_UNIVERSITY].",
    "Окончила [школу-лицей номер 165|ORG_SCHOOL].",
    "Учился в [сорок пятой школе|ORG_SCHOOL], математический класс.",
    "Сестра ходит в [НИШ|ORG_SCHOOL], брат в [РФМШ|ORG_SCHOOL].",
    "Сын пошёл в [Lincoln Elementary School|ORG_SCHOOL].",
    "Работаю в [Делойте|ORG_EMPLOYER], до этого в [Казмунайгазе|ORG_EMPLOYER].",
    "Устроилась в [Министерство образования|ORG_EMPLOYER].",
    "Отец работал на [металлургическом комбинате|ORG_EMPLOYER].",
    "Стажировалась в [Zentrix|ORG_EMPLOYER] полгода.",
    "Сейчас работаю в [Nordwind Labs|ORG_EMPLOYER].",
    "Меня взяли в [компанию «Жулдыз»|ORG_EMPLOYER].",
)
GENERIC = (
    "Я хотела в университет, но школа была слабая.",
    "В нашем институте на кафедре было холодно.",
    "Работаю в банке, раньше в больнице и в школе.",
    "Хороший университет стоит дорого, государственный дешевле.",
    "Немецкая компания платит больше, чем казахстанская фирма.",
    "Ходила в детский сад, потом в музыкальную школу.",
    "Посольство Казахстана помогло с документами.",
)
MISHEARD = (
    ("Закончил Карагандинский палитех.", "Карагандинский палитех"),
    ("Училась в Назарбаев Унивирсетете.", "Назарбаев Унивирсетете"),
    ("Работаю в Казмунай газе.", "Казмунай газе"),
    ("Поступил в Ягелонский университет.", "Ягелонский университет"),
)


@pytest.mark.parametrize("marked", CASED)
def test_organisations_are_found(marked: str) -> None:
    assert marked_by(RULES, marked) == marked


@pytest.mark.parametrize("marked", CASED)
def test_they_are_covered_without_capitals(marked: str) -> None:
    lowered = bare(marked)
    text, wanted = read(lowered)
    covered = {i for f in found(RULES, text, cased=False) for i in range(f.start, f.end)}
    assert all(covered.issuperset(range(start, end)) for start, end, _ in wanted), lowered


@pytest.mark.parametrize("text", GENERIC)
@pytest.mark.parametrize("cased", [True, False])
def test_generic_nouns_stay(text: str, cased: bool) -> None:
    shown = text if cased else bare(text)
    assert marked_by(RULES, shown, cased=cased) == shown


@pytest.mark.parametrize(("text", "name"), MISHEARD)
def test_misheard_names_are_found(text: str, name: str) -> None:
    start = text.index(name)
    covered = {i for f in found(RULES, text) for i in range(f.start, f.end)}
    assert covered.issuperset(range(start, start + len(name)))


def test_a_brand_that_was_used_is_no_employer() -> None:
    assert marked_by(RULES, "Нашла квартиру в гугл картах.") == "Нашла квартиру в гугл картах."
    assert marked_by(RULES, "Летели рейсом Аэрофлота ночью.") == "Летели рейсом Аэрофлота ночью."
    marked = "Я работала в [Самсунге|ORG_EMPLOYER], телефоны собирала."
    assert marked_by(RULES, marked) == marked
