"""What the program says, in the language of the study.

The code holds its sentences in English. They become Russian here, at the moment they are shown, by the pairs of
messages.ru.txt; files in work/ and JSON stay English. A pair is written as Python writes format strings:

    {name}: no recording of this participant is in recordings/.
    = {name}: в recordings/ нет записи этого участника.

Lines that begin with % are comments. `{n|запись|записи|записей}` is the form that agrees with the number n, `{x!d}` a
number with a decimal comma, `{why!t}` a text that is translated in its turn.
"""

from __future__ import annotations

import os
import re
import string
import sys
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from msgspec import Struct

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")
TABLE = Path(__file__).with_name("messages.ru.txt")
BETWEEN = re.compile(r"((?<=[.?!:;])[ ]+|(?=[:;] )|(?= \())")
"""where one sentence of a line may end and the next begin"""

_spoken: ContextVar[Language | None] = ContextVar("language", default=None)


class Hole(Struct, frozen=True):
    """A place in a template that a value fills."""

    name: str
    conversion: str = ""
    """"t": translated, "d": with a decimal comma"""
    forms: tuple[str, ...] = ()
    """a noun or verb after 1, after 2 and after 5"""


class Pair(Struct, frozen=True):
    """A sentence and its translation."""

    english: tuple[str | Hole, ...]
    russian: tuple[str | Hole, ...]

    @property
    def weight(self) -> int:
        """How many letters of a text it fixes: the heavier of two that fit is meant."""
        return sum(len(part) for part in self.english if isinstance(part, str))


def speak(language: Language | None) -> None:
    """From now on messages are in this language; None: in that of the machine."""
    _spoken.set(language)


def speaking() -> Language:
    """The language of messages: the study's, or that of the machine before a study is known."""
    return _spoken.get() or of_machine()


def of_machine() -> Language:
    """Russian where the locale is, else English."""
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "ru" if named.lower().startswith("ru") else "en"


def say(text: str) -> None:
    """A message: stderr, so that stdout holds results alone."""
    print(translated(text), file=sys.stderr, flush=True)


def show(text: str) -> None:
    """A result: stdout."""
    print(translated(text), flush=True)


def translated(text: str, language: Language | None = None) -> str:
    """A text in a language, that of messages if none is given; what no pair fits stays as it is."""
    if (language or speaking()) == "en":
        return text
    return "\n".join(read(line)[1] for line in text.split("\n"))


@lru_cache(maxsize=4096)
def read(text: str) -> tuple[int, str]:
    """A line of one or more sentences in Russian, and how many letters of it templates fix.

    Of several ways to cut a line into sentences, the one is taken in which they fix most.
    """
    pieces = BETWEEN.split(text)
    best = [(0, "")]
    for first in range(len(pieces) - 1, -1, -2):
        readings = []
        for last in range(len(pieces) - 1, first - 1, -2):
            weight, said = sentence("".join(pieces[first : last + 1]))
            if weight or last == first:
                rest, gap = best[(last - first) // 2], "".join(pieces[last + 1 : last + 2])
                readings.append((weight + rest[0], said + gap + rest[1]))
        best.insert(0, max(readings, key=lambda reading: reading[0]))
    return best[0]


def sentence(text: str) -> tuple[int, str]:
    """A text as the template reads it that fixes most of it; 0 where none fits."""
    bare = text.strip()
    found = [(pair, values) for pair in pairs() if (values := fits(pair.english, bare)) is not None]
    if not found:
        return 0, text
    weight, said = max((filled(pair, values) for pair, values in found), key=lambda reading: reading[0])
    return weight, text[: len(text) - len(text.lstrip())] + said + text[len(text.rstrip()) :]


def fits(template: tuple[str | Hole, ...], text: str) -> dict[str, str] | None:
    """What stands in the holes of a text that has the form of a template; None for another text."""
    first, last = template[0], template[-1]
    if isinstance(first, str) and not text.startswith(first):
        return None
    if isinstance(last, str) and not text.endswith(last):
        return None
    found = pattern(template).fullmatch(text)
    return found.groupdict() if found else None


@cache
def pattern(template: tuple[str | Hole, ...]) -> re.Pattern[str]:
    """A template as a regular expression; a hole holds any text, or none."""
    parts = (re.escape(part) if isinstance(part, str) else f"(?P<{part.name}>.*?)" for part in template)
    return re.compile("".join(parts))


def filled(pair: Pair, values: dict[str, str]) -> tuple[int, str]:
    """A pair's weight, with that of the texts in its holes that are translated too, and its Russian filled."""
    weight, said = pair.weight, ""
    for part in pair.russian:
        if isinstance(part, str):
            said += part
        elif part.conversion == "t":
            more, value = read(values[part.name])
            weight, said = weight + more, said + value
        else:
            said += put(part, values[part.name])
    return weight, said


def put(hole: Hole, value: str) -> str:
    """A value as its hole wants it."""
    if hole.forms:
        return hole.forms[form(value)]
    return re.sub(r"(?<=\d)\.(?=\d)", ",", value) if hole.conversion == "d" else value


def form(number: str) -> int:
    """Which form of a Russian noun follows a number: 0 as after 1, 1 as after 2 and a fraction, 2 as after 5."""
    digits = re.sub(r"[\s,]", "", number)
    if not digits.isdigit():
        return 1
    tens, ones = divmod(int(digits) % 100, 10)
    if tens == 1 or ones == 0 or ones > 4:
        return 2
    return 0 if ones == 1 else 1


@cache
def pairs() -> tuple[Pair, ...]:
    """All pairs, the heaviest first."""
    lines = [one for one in TABLE.read_text(encoding="utf-8").splitlines() if one and not one.startswith("%")]
    made = [
        Pair(parsed(english), parsed(russian.removeprefix("= ")))
        for english, russian in zip(lines[::2], lines[1::2], strict=True)
    ]
    return tuple(sorted(made, key=lambda pair: -pair.weight))


def parsed(template: str) -> tuple[str | Hole, ...]:
    """A line of the table as a template; `{{` and `}}` stand for braces."""
    parts: list[str | Hole] = []
    for text, name, _, conversion in string.Formatter().parse(template):
        if text and parts and isinstance(parts[-1], str):
            parts[-1] += text
        elif text:
            parts.append(text)
        if name is not None:
            bare, *forms = name.split("|")
            parts.append(Hole(bare, conversion or "", tuple(forms)))
    return tuple(parts)


def of_study(folder: Path) -> Language | None:
    """The language that a study names, even where its settings are wrong otherwise; None where none can be told."""
    file = folder / "study.yaml"
    if not file.is_file():
        return "ru" if (folder / "recordings").is_dir() else None
    try:
        text = re.sub("#.*", "", file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return None
    table = re.search(r"^study:.*(?:\n(?:[ \t].*)?)*", text, re.MULTILINE)
    told = re.search(r"\blanguage:\s*[\"']?(\w*)", table.group()) if table else None
    return next((known for known in LANGUAGES if known == told.group(1)), None) if told else "ru"


def wording(file: Path) -> dict[str, dict[str, tuple[str, str]]]:
    """What a page or a report says: section -> key -> (Russian, English), from a TOML file of such pairs."""
    import tomllib

    told: dict[str, dict[str, list[str]]] = tomllib.loads(file.read_text(encoding="utf-8"))
    return {section: {key: (said[0], said[1]) for key, said in keys.items()} for section, keys in told.items()}
