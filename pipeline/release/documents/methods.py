"""METHODS.md: how the transcripts were made, hidden, read and checked, in the study's language, for the paper."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from pipeline.deidentify.labels.policy import KINDS
from pipeline.release import traces
from pipeline.release.documents.transcripts import OVERLAP
from pipeline.release.request import DRAFT_LINE, Interview, Request
from pipeline.release.silenced_audio import MARGIN

EN = """\
# How these transcripts were made

{draft}Study: {title}

{interviews} interviews, {hours} hours, {turns} turns, {words} words. {left_out} left out for want of consent.

## Status of the data

{status}

## What made them

{tools}

Text comes from: {text_from}. Speakers come from: {speakers_from}.
Settings that differ from the program's own: {set_otherwise}.

## What was hidden

Each hidden passage is replaced by a label in square brackets, numbered within its interview; the same person or place
keeps its label throughout an interview. Labels of different interviews are not linked.
A program misses some identifying words, and what remains may still identify somebody to those who know the study:
treat the transcripts as confidential unless somebody has read them for it.

| kind | mentions hidden | mentions kept |
|---|---|---|
{kinds}

## What people read

{reviewed}

{leaks}

## Conventions

- A paragraph is a turn; the letter before the colon is the speaker's role, ¶ the turn's number.
- Pauses inside a turn of {pause} s and more are marked, where word times were measured. {overlap} marks where another
  speaker begins to talk at the same time.
- Words are given as the recogniser heard them, hesitations included; nothing was corrected for grammar.
- Times run from the beginning of the recording. Dates of interviews are given by year only.
- Ages: {ages}.
- Settings of this release: tier {tier}; {settings}.
- Labels and turn numbers stay as they were first released; CHANGES.csv lists what is different since.
{audio}
## What the release was checked for

Before publication every file was searched for the names and other contact details of participants and interviewers,
and for everything hidden in any interview that names or reaches a person, in case forms, in other spellings and
in transliteration. A release with such a word in it is refused. Words that nobody knew to be private cannot be found
in this way.
"""
RU = """\
# Как сделаны эти расшифровки

{draft}Исследование: {title}

Интервью: {interviews}, часов: {hours}, реплик: {turns}, слов: {words}. Не вошло без согласия: {left_out}.

## Что это за данные

{status}

## Чем сделаны

{tools}

Текст: {text_from}. Говорящие: {speakers_from}.
Настройки, отличные от заданных в программе: {set_otherwise}.

## Что скрыто

На месте скрытого стоит метка в квадратных скобках с номером внутри интервью; одно и то же лицо или место во всём
интервью обозначено одинаково. Метки разных интервью между собой не связаны.
Программа пропускает часть слов, по которым можно узнать человека, и тот, кто знает исследование, может узнать его и по
остальному: считайте расшифровки конфиденциальными, пока их никто не вычитал.

| вид | упоминаний скрыто | оставлено |
|---|---|---|
{kinds}

## Что прочитали люди

{reviewed}

{leaks}

## Обозначения

- Абзац — реплика; буква перед двоеточием — роль говорящего, ¶ — номер реплики.
- Паузы внутри реплики от {pause} с отмечены там, где время слов измерено. {overlap} отмечает начало одновременной речи.
- Слова даны так, как их услышал распознаватель, с запинками; грамматика не исправлена.
- Время идёт от начала записи. От дат интервью оставлен год.
- Возраст: {ages}.
- Настройки выпуска: уровень {tier}; {settings}.
- Метки и номера реплик остаются такими, какими вышли впервые; что изменилось с тех пор, перечислено в CHANGES.csv.
{audio}
## Что проверено перед выпуском

Каждый файл просмотрен на имена и контакты участников и интервьюеров и на всё, что скрыто хотя бы в одном интервью и
называет человека: во всех падежах, в других написаниях и в латинице. Выпуск с таким словом не публикуется. Слов, о
которых никто не знал, что они личные, так найти нельзя.
"""
TEMPLATES = {"ru": RU, "en": EN}
APART = {"CITY_SMALL": "малый город", "CITY_LARGE": "крупный город", "NATIONALITY_SMALL": "малый народ"}
"""kinds that share a label with another"""
KIND_NAMES = {
    "en": {kind: f"{kind.replace('_', ' ').lower()} ({kind})" for kind in KINDS},
    "ru": {kind: f"{APART.get(kind, rule.ru.replace('-', ' '))} ({kind})" for kind, rule in KINDS.items()},
}
"""kinds of the log's codes in words"""
SAID: dict[str, dict[str, str]] = {
    "en": {
        "untitled": "(untitled)",
        "none": "not recorded",
        "no": "none",
        "nothing": "| none | 0 | 0 |",
        "unread": "The words were found by programs; nobody has signed the result off (not reviewed).",
        "signed": "The words were found by programs, and a person signed each result off. Share of the words read:",
        "unknown": "The words were found by programs, and a person signed the result off.",
        "row": "- {name}: signed off by {reviewer}, {read:.0%} of the words read{by}",
        "unsampled": "How many words the programs missed was not measured on this study.",
        "sampled": "On a random sample of {} words left as said, readers found {} that should have been hidden: {} in "
        "10,000 (95 % interval {}–{}).",
        "captions": "Zoom's own subtitles",
        "tracks": "one recorded track a participant",
        "pyannote": "voices told apart by pyannote",
        "undivided": "speakers not told apart",
        "audio": "- Recordings: what the transcripts hide or leave out is covered by a soft hiss, {margin} s before "
        "and after each word. Voices are as recorded, and a voice alone may be recognised. Words that nobody "
        "transcribed are not covered.\n",
        "band": "in bands of {band} years",
        "years": "in years, as in the list of participants",
        "pseudonymised": "**Pseudonymised, not anonymous.** While the following exist, names can be traced back:",
        "anonymised": "No recording, contact list, working copy or key was found in the study's folder when this was "
        "made. Copies elsewhere, if there are any, make it pseudonymised.",
        "recordings": "the recordings",
        "contacts": "the list of contacts",
        "work": "the working copy of the transcripts with everything in it",
        "key": "a key that says what the labels stand for",
        "copies": "participants' own copies, with their names in them",
    },
    "ru": {
        "untitled": "(без названия)",
        "none": "не записано",
        "no": "нет",
        "nothing": "| нет | 0 | 0 |",
        "unread": "Слова нашли программы; результат никто не подписал (не вычитано).",
        "signed": "Слова нашли программы, каждый результат подписал человек. Прочитанная доля слов:",
        "unknown": "Слова нашли программы, результат подписал человек.",
        "row": "- {name}: подпись {reviewer}, прочитано {read:.0%} слов{by}",
        "unsampled": "Сколько слов программы пропустили, в этом исследовании не измерено.",
        "sampled": "Случайная выборка открытых слов: прочитано {}, из них следовало скрыть {}, то есть {} на 10 000 "
        "(95%-й интервал {}–{}).",
        "captions": "субтитры Zoom",
        "tracks": "отдельная дорожка каждого участника",
        "pyannote": "голоса различены программой pyannote",
        "undivided": "говорящие не различены",
        "audio": "- Записи: всё, что в расшифровках скрыто или пропущено, заглушено тихим шипением, по {margin} с до и "
        "после каждого слова. Голоса не изменены, и человека могут узнать по голосу. Слова, которых нет в расшифровке, "
        "не заглушены.\n",
        "band": "промежутками по {band} лет",
        "years": "в годах, как в списке участников",
        "pseudonymised": "**Псевдонимизировано, но не анонимно.** Имена можно восстановить, пока существуют:",
        "anonymised": "Когда это сделано, в папке исследования не было ни записей, ни контактов, ни рабочих копий, ни "
        "ключа. Если копии есть где-то ещё, данные лишь псевдонимизированы.",
        "recordings": "записи",
        "contacts": "список контактов",
        "work": "рабочая копия расшифровок со всем, что в них было",
        "key": "ключ к меткам",
        "copies": "копии для участников, с их именами",
    },
}


def methods(request: Request, interviews: tuple[Interview, ...], left_out: int) -> bytes:
    """METHODS.md, computed from what was done and from what is on disk."""
    say = SAID[request.language]
    band = request.settings.age_band
    hours = f"{sum(interview.recording.seconds for interview in interviews) / 3600:.1f}"
    text = TEMPLATES[request.language].format(
        draft=f"**{DRAFT_LINE}**\n\n" if request.draft else "",
        title=request.title or say["untitled"],
        interviews=len(interviews),
        hours=decimal(hours, request.language),
        turns=sum(len(interview.dialogue.turns) for interview in interviews),
        words=sum(len(turn.spans) for interview in interviews for turn in interview.dialogue.turns),
        left_out=left_out,
        status=status(traces.found(request.study, request.roster), request.language),
        tools="\n".join(f"- {name} {version}" for name, version in request.made_by) or f"- {say['none']}",
        text_from=", ".join(sorted({say.get(i.text_from, i.text_from) for i in interviews} - {""})) or say["none"],
        speakers_from=", ".join(sorted({say.get(i.speakers_from, "") for i in interviews} - {""})) or say["none"],
        set_otherwise="; ".join(f"{name} {value}" for name, value in request.set_otherwise) or say["no"],
        audio=say["audio"].format(margin=decimal(f"{MARGIN:g}", request.language)) if request.audio else "",
        reviewed=reviewed(request, interviews),
        leaks=leaks(request),
        kinds="\n".join(kinds(request, interviews)) or say["nothing"],
        pause=decimal(f"{request.settings.pauses_from:g}", request.language),
        overlap=OVERLAP,
        ages=say["band"].format(band=band) if band > 1 else say["years"],
        tier=request.tier,
        settings=f"age_band {band}, universities {request.settings.universities}, "
        f"residence {request.settings.residence}, leave_out {len(request.settings.leave_out)}, "
        f"pauses_from {request.settings.pauses_from:g}, "
        f"overlaps {str(request.settings.overlaps).lower()}, cue_seconds {request.settings.cue_seconds:g}",
    )
    return text.encode()


def reviewed(request: Request, interviews: tuple[Interview, ...]) -> str:
    """Who signed which interview off, and which share of its words was read."""
    say = SAID[request.language]
    if request.draft:
        return say["unread"]
    signed = [(interview, interview.signed) for interview in interviews if interview.signed]
    if not signed or request.tier == "blind":
        return say["unknown"]
    rows = []
    for interview, by in signed:
        read = ", ".join(f"{reader} {share:.0%}" for reader, share in by.read_by)
        told = f" ({read})" if len(by.read_by) > 1 else ""
        rows.append(say["row"].format(name=interview.name, reviewer=by.reviewer, read=by.read, by=told))
    return "\n".join([say["signed"], "", *rows])


def leaks(request: Request) -> str:
    """What reading a random sample showed, where somebody did."""
    say, found = SAID[request.language], request.leaks
    if found is None or not found.words:
        return say["unsampled"]
    rates = (decimal(f"{rate:.1f}", request.language) for rate in (found.per_10000, found.low, found.high))
    return say["sampled"].format(found.words, found.leaks, *rates)


def decimal(number: str, language: str) -> str:
    """A number with the decimal mark of a language."""
    return number.replace(".", ",") if language == "ru" else number


def kinds(request: Request, interviews: tuple[Interview, ...]) -> list[str]:
    """Counts by kind, never a word."""
    names = KIND_NAMES[request.language]
    hidden: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for interview in interviews:
        for entity in interview.redaction.entities:
            (hidden if entity.label else kept)[entity.kind] += 1
    return [f"| {names.get(kind, kind)} | {hidden[kind]} | {kept[kind]} |" for kind in sorted(hidden | kept, key=order)]


def order(kind: str) -> tuple[int, str]:
    known = list(KINDS)
    return (known.index(kind) if kind in known else len(known), kind)


def status(found: Sequence[str], language: str) -> str:
    """Whether names can be traced back, by what lies in the study's folder."""
    say = SAID[language]
    if not found:
        return say["anonymised"]
    return "\n".join((say["pseudonymised"], "", *(f"- {say[what]}" for what in found)))


TIER = re.compile(r"(?:уровень|tier) (restricted|shareable|blind);")
SUMS = {
    "en": re.compile(r"^\d+ interviews, [\d.]+ hours, \d+ turns, \d+ words\.", re.MULTILINE),
    "ru": re.compile(r"^Интервью: \d+, часов: [\d,]+, реплик: \d+, слов: \d+\.", re.MULTILINE),
}
"""the line that says how much a release holds, and its words for other numbers"""
SUMMED = {
    "en": "{interviews} interviews, {hours} hours, {turns} turns, {words} words.",
    "ru": "Интервью: {interviews}, часов: {hours}, реплик: {turns}, слов: {words}.",
}
STATUS = {"en": "## Status of the data", "ru": "## Что это за данные"}


def language_of(text: str) -> Literal["ru", "en"]:
    return "ru" if STATUS["ru"] in text else "en"


def restated(text: str, found: Sequence[str]) -> str:
    """A METHODS.md that says of today whether names can be traced back."""
    language = language_of(text)
    head, title, rest = text.partition(f"{STATUS[language]}\n\n")
    _, mark, tail = rest.partition("\n\n## ")
    return f"{head}{title}{status(found, language)}{mark}{tail}" if title and mark else text


def without(text: str, name: str, listed: Sequence[Mapping[str, str]], hidden: Sequence[Mapping[str, str]]) -> str:
    """A METHODS.md after an interview was taken out; `listed` and `hidden` are the rows of its tables that are left."""
    language = language_of(text)
    summed = SUMMED[language].format(
        interviews=len(listed),
        hours=decimal(f"{sum(float(row['minutes']) for row in listed) / 60:.1f}", language),
        turns=sum(int(row["turns"]) for row in listed),
        words=sum(int(row["words"]) for row in listed),
    )
    text = SUMS[language].sub(summed, text, count=1)
    counted: dict[str, list[int]] = {}
    for row in hidden:
        both = counted.setdefault(row["kind"], [0, 0])
        both[0] += int(row["mentions_hidden"])
        both[1] += int(row["mentions_kept"])
    head, ruler, rest = text.partition("|---|---|---|\n")
    _, mark, tail = rest.partition("\n\n")
    rows = [
        f"| {KIND_NAMES[language].get(kind, kind)} | {shown[0]} | {shown[1]} |"
        for kind, shown in sorted(counted.items(), key=lambda k: order(k[0]))
    ]
    text = head + ruler + ("\n".join(rows) or SAID[language]["nothing"]) + mark + tail
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(f"- {name}: "))
