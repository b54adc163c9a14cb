"""The line beneath a quote, in two languages: «(Female, 28 years old, graduate of a Japanese university, …)»."""

from __future__ import annotations

from collections.abc import Callable
from string import Formatter
from typing import Literal

from pipeline.errors import ConfigError
from pipeline.participants import Participant
from pipeline.release.attribution.areas import AREAS, area
from pipeline.release.attribution.countries import article, countries, genitive, genitive_plural
from pipeline.release.request import Request
from pipeline.study.export_settings import Settings, Universities

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, Language] = ("ru", "en")

GENDERS = {
    "ru": {"female": "Женщина", "male": "Мужчина", "other": "Другой гендер"},
    "en": {"female": "Female", "male": "Male", "other": "Another gender"},
}
"""Not asked, refused and unknown are left out of the line."""

GRADUATE_RU = {"female": ("выпускница",) * 2, "male": ("выпускник",) * 2}
COUNTED_RU = {2: "двух", 3: "трёх", 4: "четырёх"}
COUNTED_EN = {2: "two", 3: "three", 4: "four"}
WITH_DEGREE_RU = ("с дипломом", "с дипломами")
"""Says the same of a person whose gender is neither or not known; for one university and for several"""


def line(participant: Participant, language: Language, settings: Settings) -> str:
    """The attribution line; parts that are not known are left out, "" where nothing is. Raises ConfigError."""
    filled = fill(template(settings, language), fields(participant, language, settings))
    return filled if any(letter.isalnum() for letter in filled) else ""


def typed(participant: Participant, language: Language, settings: Settings) -> tuple[str, str]:
    """What of the line a person wrote, a blank in place of all else: with the cells of public columns, and without."""
    known = fields(participant, language, settings)
    own = {name: BLANK if cell and name in SAID_BY_US else cell for name, cell in known.items()}
    none = {name: BLANK if cell else "" for name, cell in known.items()}
    form = template(settings, language)
    return fill(form, own), fill(form, none)


def template(settings: Settings, language: Language) -> str:
    return settings.attribution_ru if language == "ru" else settings.attribution_en


def fields(participant: Participant, language: Language, settings: Settings) -> dict[str, str]:
    """Field -> what is printed for it, "" where it is not known or left out."""
    known = {name: make(participant, language, settings) for name, make in FIELDS}
    known |= {header: cell for header, cell in participant.extra if header not in known}
    return known | dict.fromkeys(settings.leave_out, "")


def lines(request: Request, participant: Participant | None) -> dict[str, str]:
    """Both lines, the study's own language first; none in the blind tier or without a participant."""
    if participant is None or request.tier == "blind":
        return {}
    order = LANGUAGES if request.language == "ru" else LANGUAGES[::-1]
    made = {language: line(participant, language, request.settings) for language in order}
    return {language: text for language, text in made.items() if text}


def check(settings: Settings, columns: frozenset[str] = frozenset()) -> None:
    """Both templates can be filled. Raises ConfigError naming the setting."""
    if "abroad" in (settings.residence, settings.shareable.residence) and settings.home.upper() not in countries():
        raise ConfigError(
            "The setting `export: residence: abroad` needs to know which country is home.",
            "Set `export: home:` to its ISO code, such as KZ.",
        )
    known = frozenset(name for name, _ in FIELDS) | columns
    for setting, template in (("attribution_ru", settings.attribution_ru), ("attribution_en", settings.attribution_en)):
        try:
            fields = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
        except ValueError:
            raise ConfigError(
                f"The setting `export: {setting}` has an unmatched brace.", "Write fields as {age}, and {{ for a brace."
            ) from None
        if any(field not in known for field in fields):
            raise ConfigError(
                f"The setting `export: {setting}` names a field that does not exist.",
                f"Use {', '.join(sorted(name for name, _ in FIELDS))} or the header of a public column.",
            )


def fill(template: str, known: dict[str, str]) -> str:
    """The template with its fields filled; an empty field takes the text before it along, the first the text after."""
    pieces: list[tuple[str, str]] = [
        (literal, known.get(name, "") if name is not None else "\0")
        for literal, name, _, _ in Formatter().parse(template)
    ]
    made, opened, begun = "", "", False
    for literal, value in pieces:
        if value == "\0":
            made += literal
        elif not begun:
            opened = opened or literal
            if value:
                made, begun = made + opened + value[:1].upper() + value[1:], True
        elif value:
            made += literal + value
    return made if begun else ""


def gender(participant: Participant, language: Language, _settings: Settings) -> str:
    return GENDERS[language].get(participant.gender, "")


def age(participant: Participant, language: Language, settings: Settings) -> str:
    """Years, a band of years, or the year of birth where neither age nor year of the interview tell more."""
    known = ages(participant, settings)
    if known is not None:
        return years(*known, language)
    if participant.birth_year is None:
        return ""
    return f"{participant.birth_year} года рождения" if language == "ru" else f"born in {participant.birth_year}"


def age_cell(participant: Participant, settings: Settings) -> str:
    """The age as a table shows it: "28", "25–29", "27–28" where only the year of birth is known, ""."""
    known = ages(participant, settings)
    if known is None:
        return ""
    return str(known[0]) if known[0] == known[1] else f"{known[0]}–{known[1]}"


def ages(participant: Participant, settings: Settings) -> tuple[int, int] | None:
    """Youngest and oldest that somebody may be when interviewed, as far as the release says."""
    held = participant.interview_date[:4]
    if participant.age is not None:
        low = high = participant.age
    elif participant.birth_year is not None and held.isdigit():
        high = int(held) - participant.birth_year
        low = high - 1
    else:
        return None
    band = settings.age_band
    return (high - high % band, high - high % band + band - 1) if band > 1 else (low, high)


def years(low: int, high: int, language: Language) -> str:
    """ "28 лет", "41 год", "27–28 лет", "28 years old"."""
    number = str(low) if low == high else f"{low}–{high}"
    if language == "en":
        return f"{number} year{'' if high == 1 and low == high else 's'} old"
    if high % 10 == 1 and high % 100 != 11:
        return f"{number} год"
    if high % 10 in (2, 3, 4) and high % 100 not in (12, 13, 14):
        return f"{number} года"
    return f"{number} лет"


def universities(participant: Participant, language: Language, settings: Settings) -> str:
    """Where somebody studied; two universities of one country are a plural, not a set of one."""
    if settings.universities != "country":
        return somewhere(participant, language, settings.universities)
    studied = [country for code in participant.university_countries if (country := countries().get(code.upper()))]
    if not studied:
        return ""
    words = [country.adjective_ru if language == "ru" else country.adjective_en for country in studied]
    counts = {word: words.count(word) for word in words}
    return (universities_ru if language == "ru" else universities_en)(counts, participant.gender)


def somewhere(participant: Participant, language: Language, detail: Universities) -> str:
    """Parts of the world where somebody studied, or how many universities it were."""
    count = len(participant.university_countries)
    if not count or detail == "none":
        return ""
    found = [AREAS[name] for name in dict.fromkeys(map(area, participant.university_countries))]
    if language == "ru":
        who = GRADUATE_RU.get(participant.gender, WITH_DEGREE_RU)[0 if count == 1 else 1]
        where = f" {joined([one.place_ru for one in found], 'и')}" if detail == "region" else ""
        several = "" if detail == "region" else f"{COUNTED_RU.get(count, str(count))} "
        return f"{who} университета{where}" if count == 1 else f"{who} {several}университетов{where}"
    where = f" in {joined([one.place_en for one in found], 'and')}" if detail == "region" else ""
    several = "" if detail == "region" else f"{COUNTED_EN.get(count, str(count))} "
    return f"graduate of a university{where}" if count == 1 else f"graduate of {several}universities{where}"


def universities_ru(counts: dict[str, int], gender: str) -> str:
    one = sum(counts.values()) == 1
    who = GRADUATE_RU.get(gender, WITH_DEGREE_RU)[0 if one else 1]
    adjectives = [genitive(word) if number == 1 else genitive_plural(word) for word, number in counts.items()]
    return f"{who} {joined(adjectives, 'и')} {'университета' if one else 'университетов'}"


def universities_en(counts: dict[str, int], _gender: str) -> str:
    adjectives = list(counts)
    if sum(counts.values()) == 1:
        return f"graduate of {article(adjectives[0])} {adjectives[0]} university"
    return f"graduate of {joined(adjectives, 'and')} universities"


def joined(words: list[str], conjunction: str) -> str:
    """ "a", "a and b", "a, b and c"."""
    return f" {conjunction} ".join(piece for piece in (", ".join(words[:-1]), words[-1]) if piece)


def residence(participant: Participant, language: Language, settings: Settings) -> str:
    code = participant.residence_country.upper()
    if not code or settings.residence == "none":
        return ""
    if settings.residence == "region":
        found = AREAS[area(code)]
        return f"живёт {found.place_ru}" if language == "ru" else f"lives in {found.place_en}"
    if settings.residence == "abroad" and code != settings.home.upper():
        return "живёт за границей" if language == "ru" else "lives abroad"
    country = countries().get(code)
    if country is None:
        return ""
    return f"живёт {country.place_ru}" if language == "ru" else f"lives in {country.place_en}"


def own_id(participant: Participant, _language: Language, _settings: Settings) -> str:
    return participant.id


def spoken(participant: Participant, _language: Language, _settings: Settings) -> str:
    return participant.language


FIELDS: tuple[tuple[str, Callable[[Participant, Language, Settings], str]], ...] = (
    ("gender", gender),
    ("age", age),
    ("universities", universities),
    ("residence", residence),
    ("id", own_id),
    ("language", spoken),
)
"""What a template may name, and how it is said."""
SAID_BY_US = ("gender", "age", "universities", "residence")
"""fields whose words are the program's own"""
BLANK = "\x1f"
"""parts words for the gate"""
