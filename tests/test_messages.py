"""What the program says it says in Russian too: every sentence of the code has its pair, every pair its sentence."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline import messages
from pipeline.cli.main import command
from pipeline.messages import TABLE, Hole, filled, pairs, translated
from tests.helpers.english_sentences import Text, shape, template, texts

NUMBERS = ("1", "2", "5", "1.5")
"""with which a Russian noun agrees in each of its forms"""

NOT_MESSAGES = {
    "pipeline/weights/catalogue.py": ("CC BY", "MIT,"),  # licences
    "pipeline/weights/registry.py": ("application/",),
    "pipeline/weights/sources.py": ("",),  # kept in artifacts
    "pipeline/transcripts/markup.py": ("",),  # names of elements
    "pipeline/transcripts/tiers.py": ("File type", "Object class"),  # of Praat's format
    "pipeline/media/ffmpeg.py": ("Estimating duration", "using bitrate"),  # what ffmpeg says
    "pipeline/deidentify/open_words/": ("",),  # names of clues, which are kept in artifacts
    "pipeline/life/audit/document.py": ("",),  # names of styles
    "pipeline/life/audit/front_page.py": ("study: ",),  # names of settings
    "pipeline/life/audit/sections.py": ("[,;]",),  # a pattern
    "pipeline/life/audit/trail.py": ("release check", "second look", "harmless in"),  # which wording.toml says in both
    "pipeline/deidentify/normal_form.py": ("(?:LATIN",),  # names of characters
    "pipeline/study/settings.py": ("aliases are",),  # a mark by which an error is known
    "pipeline/disclosure/risk.py": ("",),  # named in both languages by wording.toml
    "pipeline/disclosure/report.py": ("age in bands", "universities by", "number of", "residence"),  # as above
    "pipeline/release/attribution/line.py": ("Another gender", "born in", "{number} year", "graduate of", "lives "),
    "pipeline/release/checksums.py": ("Bag-Software-Agent", "Payload-Oxum", "second look: "),
    "pipeline/release/documents/coding_programs.py": ("Document ",),  # headers that MAXQDA knows
    "pipeline/release/documents/methods.py": ("age_band",),
    "pipeline/release/removal.py": ("Document ",),  # headers of tables
    "pipeline/release/documents/docx.py": ("",),  # names of styles
    "pipeline/study/safe_places.py": ("FileVault is",),  # what macOS says
    "pipeline/study/overview.py": ("names in Zoom",),  # the header of a table in work/
    "pipeline/cluster/pools.py": ("export DASK",),  # a line of a job's script
    "pipeline/decisions/journal.py": ("decided by",),  # the page says it in its own words
    "pipeline/review/security.py": ("",),
    "pipeline/transcribe/decoding.py": ("out of memory",),  # what torch says
}
"""English that no message holds: module -> how such texts begin"""

ENGLISH = re.compile(r"\b(?:the|is|are|was|of|not|and|to|no|it|done|failed|note)\b")
RUSSIAN = re.compile("[а-яё]+")

TYPER = ("Did you mean '", "Got unexpected", "Input should", "Invalid value", "Missing ", "No such ", "Option '")
"""how the sentences begin that its parser of command lines says"""


def spoken() -> dict[tuple[str, ...], Text]:
    """Every text that somebody may be shown, by its shape."""
    return {text.shape: text for text in texts() if text.prose and not text.both and not exempt(text)}


def exempt(text: Text) -> bool:
    place = text.place.partition(":")[0]
    begins = NOT_MESSAGES.get(place, NOT_MESSAGES.get(place.rpartition("/")[0] + "/", ()))
    return template(text.parts).startswith(begins) if begins else False


def test_every_message_has_its_translation() -> None:
    known = {shape(pair.english) for pair in pairs()}
    missing = [text for found, text in spoken().items() if found not in known]
    lines = "".join(f"\n% {text.place}\n{template(text.parts)}\n= \n" for text in missing)
    assert not missing, (
        f"Add these to {TABLE.name} and write the Russian after `=` (how: see pipeline/messages.py); "
        f"what nobody is shown goes into NOT_MESSAGES:\n{lines}"
    )


def test_every_translation_has_its_message() -> None:
    spelt = {text.shape for text in texts()}
    said = [template(pair.english) for pair in pairs() if shape(pair.english) not in spelt]
    idle = [text for text in said if not text.startswith(TYPER)]
    assert not idle, f"No code says this any more; take it out of {TABLE.name}:\n" + "\n".join(idle)


def test_no_sentence_is_translated_twice() -> None:
    met = Counter(shape(pair.english) for pair in pairs())
    assert [found for found, times in met.items() if times > 1] == []


def test_both_languages_have_the_same_holes() -> None:
    for pair in pairs():
        told, asked = holes(pair.russian), holes(pair.english)
        assert {hole.name for hole in told} == {hole.name for hole in asked}, template(pair.english)
        assert all(len(hole.forms) in (0, 3) for hole in told), template(pair.english)
        assert all(not hole.forms and not hole.conversion for hole in asked), template(pair.english)


def test_holes_do_not_touch() -> None:
    """Nobody could say where the value of one ends and that of the next begins."""
    for pair in pairs():
        bare = [part.strip() if isinstance(part, str) else part for part in pair.english]
        held = [part for part in bare if part != ""]
        assert not any(isinstance(a, Hole) and isinstance(b, Hole) for a, b in pairwise(held)), template(pair.english)


def holes(parts: tuple[str | Hole, ...]) -> list[Hole]:
    return [part for part in parts if isinstance(part, Hole)]


@pytest.mark.parametrize("number", ["1", "2", "5", "1.5"])
def test_what_a_template_made_is_read_by_that_template(number: str) -> None:
    """No other template takes a filled one for its own, and what was filled in comes out again."""
    for pair in pairs():
        values = {hole.name: f"P{place:02d}" if place else number for place, hole in enumerate(holes(pair.english))}
        english = "".join(values[part.name] if isinstance(part, Hole) else part for part in pair.english)
        assert translated(english, "ru") == filled(pair, values)[1]


@pytest.mark.parametrize(
    ("english", "russian"),
    [
        ("1 private item", None),
        (
            "The engine faster-whisper is not installed. Set `device: auto`.",
            "Движок faster-whisper не установлен. Укажите `device: auto`.",
        ),
        ("  2 cores, 8 GB of memory; GPU: T4", "  2 ядра, 8 ГБ памяти; видеокарта: T4"),
        ("21 cores, 8 GB of memory; GPU: T4", "21 ядро, 8 ГБ памяти; видеокарта: T4"),
        ("112 cores, 8 GB of memory; GPU: T4", "112 ядер, 8 ГБ памяти; видеокарта: T4"),
        (
            "participants.csv cannot be read: it is empty. Check the path.",
            "participants.csv не читается: пусто. Проверьте путь.",
        ),
        (
            "The release would give away 2 private items; nothing was published.\n"
            "  txt/P01.txt: ¶4; ¶9: name of contact P01; one letter differs (decision ab12)\n"
            "  … and 3 more",
            "Выпуск раскрыл бы личные сведения (2 места); ничего не опубликовано.\n"
            "  txt/P01.txt: ¶4; ¶9: имя из контактов P01; отличие в одной букве (решение ab12)\n"
            "  … и ещё 3",
        ),
        ("3.5 h left", "ещё 3,5 ч"),
    ],
)
def test_sentences_are_translated_one_by_one(english: str, russian: str | None) -> None:
    assert translated(english, "ru") == (russian or english)
    assert translated(english, "en") == english


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("xyzzy", "Команды «xyzzy» нет. Все команды: `interviews --help`."),
        ("models lsit", "Команды «lsit» нет. Возможно, вы имели в виду «list»? Все команды: `interviews --help`."),
        ("run", "Не указан аргумент STUDY."),
        ("anonymize a.txt", "Не указан параметр --out."),
        ("run s --xyzzy", "Параметра --xyzzy нет."),
        ("run s --onl P01", "Параметра --onl нет; возможно, вы имели в виду --json, --only, --until."),
        ("run s --only", "Параметру --only нужно значение."),
        ("run s --json=1", "Параметру --json значение не нужно."),
        ("run s t", "Лишнее в команде: t."),
        ("review s --port x", "Значение --port не подходит: нужно целое число."),
        ("review s --port 70000", "Значение --port не подходит: нужно число не больше 65535."),
        ("sample s --bound x", "Значение --bound не подходит: нужно число."),
        ("sample s --words 0", "Значение --words не подходит: нужно число не меньше 1."),
        ("status nowhere", "Такой папки исследования нет. Создайте её: `interviews init ПАПКА`."),
    ],
)
def test_a_wrong_command_line_is_answered_in_the_language_of_the_machine(
    arguments: str, says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    assert command(arguments.split()) in {2, 3}
    assert says in capsys.readouterr().err
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    command(arguments.split())
    assert not re.search("[а-яё]", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("settings", "language"),
    [
        ("study:\n  title: x\n  language: en   # or ru\n", "en"),
        ("study: {title: x, language: en}\n", "en"),
        ('study:\n  # language: en\n  language: "ru"\n', "ru"),
        ("transcribe:\n  language: en\n", "ru"),
        ("study:\n  title: x\n\ntranscribe:\n  language: en\n", "ru"),
        ("study: {language: en}\ntranscribe: {engine: [captions\n", "en"),
        ("study: {langauge: en}\n", "ru"),
        ("study: {language: kk}\n", None),
        ("", "ru"),
    ],
)
def test_a_study_is_spoken_of_in_its_own_language_however_broken(
    settings: str, language: str | None, tmp_path: Path
) -> None:
    assert messages.of_study(tmp_path) is None
    (tmp_path / "recordings").mkdir()
    assert messages.of_study(tmp_path) == "ru"
    (tmp_path / "study.yaml").write_text(settings, encoding="utf-8")
    assert messages.of_study(tmp_path) == language


def test_the_machine_is_asked_as_every_program_asks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert messages.of_machine() == "en"
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    assert messages.of_machine() == "ru"
    monkeypatch.setenv("LC_MESSAGES", "en_GB.UTF-8")
    assert messages.of_machine() == "en"
    monkeypatch.setenv("LC_ALL", "ru_KZ.UTF-8")
    assert messages.of_machine() == "ru"


@pytest.mark.parametrize("machine", ["ru_RU.UTF-8", "C.UTF-8"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_study_speaks_its_language_on_any_machine(
    language: str, machine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", machine)
    study = str(tmp_path / "study")
    assert command(["init", study, "--lang", language]) == 0
    (tmp_path / "study" / "recordings" / "broken.m4a").write_text("no sound", encoding="utf-8")
    capsys.readouterr()
    assert command(["init", study]) == 0
    about = (tmp_path / "study" / "participants.csv").read_text(encoding="utf-8-sig")
    assert ("Строка на участника" in about, "broken.m4a" in about) == (language == "ru", True)
    for arguments in (["status", study], ["match", study], ["doctor", study], ["run", study, "--only", "P09"]):
        command(arguments)
    seen = capsys.readouterr()
    told = re.sub("`.*?`", "", (seen.out + seen.err).replace(study, ""))
    assert (ENGLISH if language == "ru" else RUSSIAN).findall(told) == [], told
