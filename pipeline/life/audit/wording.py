"""What the audit says, in Russian and English."""

from __future__ import annotations

from typing import Literal

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")

FRONT = {
    "title": ("Отчёт для этической комиссии", "Report for the ethics board"),
    "untitled": ("Исследование без названия", "Untitled study"),
    "about": (
        "Составлено программой по тому, что лежит в папке исследования. Слов участников и их имён здесь нет.",
        "Made by the program from what is in the study's folder. No participant's words or names are in it.",
    ),
    "last": ("Последнее действие рецензента: {date}.", "Last act of a reviewer: {date}."),
    "todo": ("[вписать: {name}]", "[to be filled in: {name}]"),
    "collected": ("Что собрано", "What was collected"),
    "collected_says": (
        "Интервью: {interviews}, участников в списке: {people}. Записаны в Zoom{years}; обработано {hours} ч, слов: "
        "{words}.{languages} Кроме записей, в папке лежит список участников и, отдельно, их имена и контакты.",
        "{interviews} interviews, {people} participants in the list. Recorded over Zoom{years}; {hours} hours were "
        "processed, {words} words.{languages} Beside the recordings the folder holds the list of participants and, "
        "apart from it, their names and contacts.",
    ),
    "languages": (" Язык: {languages}.", " Language: {languages}."),
    "years": (" ({years})", " ({years})"),
    "consent": ("На каком согласии", "On what consent"),
    "consent_says": (
        "Передача расшифровки: {share}. Цитаты: {quote}. Передача записи: {audio}. Отозвали согласие: {withdrawn}. "
        "Пустой ответ значит «не спрашивали»: цитаты и записи без явного «да» не выходят. {informed}",
        "Sharing the transcript: {share}. Quotes: {quote}. Sharing the recording: {audio}. Withdrawn: {withdrawn}. "
        "An empty answer counts as “not asked”: quotes and recordings do not leave without an explicit yes. {informed}",
    ),
    "place": ("Где лежит", "Where it lies"),
    "place_says": (
        "В одной папке на компьютере исследователя{apart}; программа ничего никуда не отправляет. {disk} {storage}",
        "In one folder on the researcher's computer{apart}; the program sends nothing anywhere. {disk} {storage}",
    ),
    "apart": (
        " (имена и контакты в другом месте, по настройке contacts)",
        " (names and contacts elsewhere, by the setting contacts)",
    ),
    "access": ("Кто имел доступ", "Who had access"),
    "access_says": ("Рецензенты (по кодам): {codes}. {access}", "Reviewers, by code: {codes}. {access}"),
    "removed": ("Что скрыто", "What was hidden"),
    "removed_says": (
        "Мест скрыто: {hidden}, из них прямо называют человека {direct}, косвенно указывают на него {quasi}. Открыто "
        "по решению человека: {rejected}. Исключено по просьбе участников или рецензентом: {cuts}. Прямое заменяется "
        "метками вида [имя-1], косвенное метками или общими словами.",
        "{hidden} passages are hidden: {direct} name or reach a person, {quasi} point to one indirectly. Shown by a "
        "person's decision: {rejected}. Left out at a participant's wish or by a reviewer: {cuts}. What names a person "
        "is replaced by labels such as [имя-1] (name), the rest by labels or by more general words.",
    ),
    "checked": ("Как проверено", "How it was checked"),
    "checked_says": (
        "Подписано интервью: {signed} из {interviews}; прочитано людьми {read} слов, решений принято: {decisions}. "
        "Перед выпуском программа ищет в каждом файле все имена и контакты во всех формах и при находке его не "
        "выпускает.",
        "Signed off: {signed} of {interviews} interviews; people read {read} of the words and took {decisions} "
        "decisions. Before a release the program searches every file for all names and contacts in all forms, and "
        "refuses it when it finds one.",
    ),
    "leak": ("Измеренная доля пропусков", "Measured leak rate"),
    "leak_says": (
        "В случайной выборке из {words} открытых слов пропущено {leaks}: {per} на 10 000 слов (95%-й интервал "
        "{low}–{high}).",
        "In a random sample of {words} words left as said, {leaks} had been missed: {per} in 10,000 words (95 % "
        "interval {low}–{high}).",
    ),
    "leak_none": (
        "Не измерена: случайную выборку никто не читал (interviews sample или страница проверки).",
        "Not measured: nobody has read a random sample (interviews sample, or the review page).",
    ),
    "unmeasured": ("Что не измерено", "What was not measured"),
    "unmeasured_says": (
        "Сколько слов распознано неверно и сколько реплик приписано не тому говорящему, на этих записях не измеряли. "
        "Узнаваемость по содержанию рассказа программа не считает{people}.",
        "How many words were misheard, and how many turns were given to the wrong speaker, was not measured on these "
        "recordings. The program does not reckon who could be recognised by the story told{people}.",
    ),
    "unmeasured_people": (
        "; по сведениям об участниках единственных в своём роде {alone} из {people}",
        "; by the facts given of participants, {alone} of {people} are the only one of their kind",
    ),
    "status": ("Что это за данные", "Status of the data"),
    "pseudonymised": (
        "Псевдонимизированы, но не анонимны. Имена можно восстановить, пока существуют: {traces}.",
        "Pseudonymised, not anonymous. Names can be traced back while these exist: {traces}.",
    ),
    "anonymised": (
        "В папке нет ни записей, ни контактов, ни рабочих копий, ни ключа. Если копий нет и нигде больше, данные "
        "анонимны настолько, насколько позволяет содержание рассказов.",
        "The folder holds no recording, contact, working copy or key. If there are no copies elsewhere either, the "
        "data are as anonymous as the stories told allow.",
    ),
    "left": ("Что вышло за пределы исследования", "What left the study"),
    "retention": ("Срок хранения", "Retention"),
    "retention_says": (
        "До {date}. {at_end} Команда interviews forget удаляет записи, контакты, рабочие копии и ключ.",
        "Until {date}. {at_end} The command interviews forget removes recordings, contacts, working copies and the "
        "key.",
    ),
    "made": ("Текст: {texts}; говорящие: {speakers}.", "Text: {texts}; speakers: {speakers}."),
    "undone": ("Ещё не сделано", "Not done yet"),
    "nothing_undone": ("Всё, что программа может проверить, сделано.", "All that the program can check is done."),
}
"""The page in front."""

SAYS = {
    "yes": ("да", "yes"),
    "no": ("нет", "no"),
    "not asked": ("не спрашивали", "not asked"),
    "unknown": ("неизвестно", "unknown"),
    "nobody": ("никто ещё не открывал страницу проверки", "nobody has opened the review page yet"),
    "none": ("нет", "none"),
    "not_yet": ("—", "—"),
    "recordings": ("записи", "the recordings"),
    "contacts": ("список имён и контактов", "the list of names and contacts"),
    "work": ("рабочие копии расшифровок со всем, что в них было", "working copies of the transcripts with all in them"),
    "key": ("ключ к меткам", "a key that says what the labels stand for"),
    "copies": ("копии для участников с их именами", "participants' own copies with their names in them"),
    "release_none": ("Выпуска ещё не было.", "Nothing has been released yet."),
    "release_draft": (
        "В release/ лежит черновик, помеченный как черновик; он не подписан и не для передачи.",
        "release/ holds a draft, marked as one; it is not signed off and not for sharing.",
    ),
    "release_published": (
        "В release/ лежит подписанный обезличенный выпуск (всего разных выпусков: {count}). Кому он передан, программа "
        "не знает. {recipients}",
        "release/ holds a signed-off, de-identified release (different releases so far: {count}). To whom it was "
        "given the program does not know. {recipients}",
    ),
    "sent": (
        "Сделана зашифрованная копия для передачи (transfer/).",
        "An encrypted copy was made for somebody else (transfer/).",
    ),
    "member": (
        "Копии для согласования с участниками: {ids}.",
        "Copies made for participants to approve: {ids}.",
    ),
    "forgotten": ("Удалено по просьбе или по сроку: {ids}.", "Removed on request or in time: {ids}."),
    "waiting": ("не обработаны записи: {ids}", "recordings not processed: {ids}"),
    "failed": ("обработка остановилась: {ids}", "processing stopped: {ids}"),
    "searched": ("никто не подписал: {ids}", "nobody has signed off: {ids}"),
    "changed": (
        "изменились после подписи, в прежнем выпуске лежит прежний текст: {ids}",
        "changed since they were signed off, an earlier release holds the earlier text: {ids}",
    ),
    "undecided": ("мест без решения: {count}", "passages without a decision: {count}"),
    "unfilled": ("не вписано в study.yaml: {names}", "not filled in in study.yaml: {names}"),
    "no_consents": ("согласие на передачу не спрошено: {ids}", "consent to share not asked: {ids}"),
    "disk_encrypted": ("Диск зашифрован.", "The disk is encrypted."),
    "unencrypted": (
        "Диск не зашифрован, насколько известно системе.",
        "The disk is not encrypted, as far as the system tells.",
    ),
    "disk_unknown": (
        "Зашифрован ли диск, система не сообщает.",
        "The system does not tell whether the disk is encrypted.",
    ),
    "synced": (
        "ВНИМАНИЕ: папка синхронизируется с чужим сервером.",
        "ATTENTION: the folder is copied to somebody else's server.",
    ),
    "network": ("Папка лежит на сетевом диске.", "The folder lies on a network disk."),
    "fat": ("На диске нет прав доступа (FAT, exFAT).", "The disk knows no permissions (FAT, exFAT)."),
    "closed": (
        "Папка закрыта для других пользователей компьютера.",
        "The folder is closed to other users of the machine.",
    ),
    "open": (
        "ВНИМАНИЕ: папку могут прочесть другие пользователи компьютера.",
        "ATTENTION: other users of the machine can read the folder.",
    ),
    "offline": (
        "Сеть выключена настройкой offline.",
        "The setting offline keeps the program from the network.",
    ),
    "online": (
        "Сеть нужна программе один раз, чтобы скачать модели.",
        "The program needs the network once, to fetch the models.",
    ),
    "csv": (
        "Каждое решение отдельной строкой, без самих слов, лежит рядом в файле {name}: интервью, реплика, вид, метка, "
        "правило, решение, код рецензента, время.",
        "Every decision, a row each and without the words, is beside this in {name}: interview, turn, kind, label, "
        "rule, decision, reviewer code, time.",
    ),
    "unaligned": (
        "Исправлены и ждут нового поиска (interviews run), в таблицах их решений нет: {ids}.",
        "Corrected and waiting to be searched again (interviews run), their decisions are in no table: {ids}.",
    ),
    "no_people": ("Ни одно интервью ещё не обработано.", "No interview has been processed yet."),
    "disclosure": (
        "Сравнивались столбцы: {columns}. Участников: {people}; единственных в своём роде: {alone}; наименьшая группа "
        "одинаковых: {smallest}. Порог здесь ничего не решает: видно, что даёт каждое огрубление.",
        "Columns compared: {columns}. {people} participants; {alone} are the only one of their kind; the smallest "
        "group of equals has {smallest}. No threshold decides here: the table shows what each coarsening buys.",
    ),
    "as_is": ("как есть", "as it is"),
    "no_forgotten": ("Удалений не было.", "Nothing has been removed."),
    "hidden_setting": ("задано, не показано", "set, not shown"),
    "no_participants": ("Списка участников нет.", "There is no list of participants."),
    "cleared": (
        "Сомнений проверки, признанных безобидными: {count}.",
        "Doubts of the release check that a person found harmless: {count}.",
    ),
}

MADE = {
    "captions": ("субтитры Zoom", "Zoom's captions"),
    "tracks": ("отдельные дорожки участников Zoom", "Zoom's participant tracks"),
    "pyannote": ("pyannote, по голосам", "pyannote, by voice"),
    "undivided": ("не различены", "not told apart"),
}
"""what text and speakers come from, where the name alone says too little"""
STATES = {
    "waiting": ("не обработано", "not processed"),
    "failed": ("остановлено", "stopped"),
    "searched": ("не подписано", "not signed off"),
    "changed": ("изменилось после подписи", "changed since signed off"),
    "signed": ("подписано", "signed off"),
}
OUT = {
    "": ("может выйти", "may be released"),
    "withdrawn": ("не выходит: отозвано", "kept out: withdrawn"),
    "refused": ("не выходит: нет согласия", "kept out: no consent"),
}
ACTIONS = {
    "label": ("метка", "label"),
    "generalise": ("общее слово", "more general word"),
    "pseudonym": ("псевдоним", "pseudonym"),
    "keep": ("оставляется", "kept"),
}
DECISIONS = {
    "accepted": ("скрыть: подтверждено", "hide: accepted"),
    "rejected": ("открыть", "show"),
    "edited": ("скрыть иначе", "hide otherwise"),
    "added": ("скрыть: найдено человеком", "hide: found by a person"),
    "kept": ("оставлено по правилам", "kept by policy"),
    "undecided": ("решения нет", "no decision yet"),
    "read": ("прочитано", "read"),
    "signed": ("подписано", "signed off"),
    "harmless": ("безобидно", "harmless"),
    "words": ("исправлены слова", "words corrected"),
    "speaker": ("исправлен говорящий", "speaker corrected"),
    "role": ("исправлена роль", "role corrected"),
    "split": ("реплика разделена", "turn split"),
    "cut": ("исключено", "cut"),
    "restore": ("возвращены слова", "words restored"),
}
WHAT = {
    "passage": ("место", "passage"),
    "notice": ("предупреждение", "notice"),
    "correction": ("исправление", "correction"),
    "sample": ("выборка", "sample"),
    "sign-off": ("подпись", "sign-off"),
    "release check": ("проверка выпуска", "release check"),
}
CLASSES = {
    "direct": ("прямое", "direct"),
    "quasi": ("косвенное", "indirect"),
    "keep": ("не скрывается", "not hidden"),
    "": ("", ""),
}
COLUMNS = (
    ("интервью", "interview"),
    ("реплика", "turn"),
    ("что", "what"),
    ("вид", "kind"),
    ("класс", "class"),
    ("метка", "label"),
    ("правило", "rule"),
    ("решение", "decision"),
    ("рецензент", "reviewer"),
    ("время (UTC)", "time (UTC)"),
)
"""of the csv"""
KINDS = {
    "PERSON": ("имя человека", "person's name", "называет человека"),
    "PHONE": ("телефон", "phone", "по нему можно связаться"),
    "EMAIL": ("электронная почта", "e-mail", "по ней можно связаться"),
    "USERNAME": ("ник", "user name", "по нему можно связаться"),
    "ID_NUMBER": ("номер документа", "number of a document", "однозначно указывает на человека в реестре"),
    "URL": ("ссылка", "link", "ведёт на страницу о человеке"),
    "ADDRESS": ("адрес", "address", "указывает на дом или место работы"),
    "ORG_EMPLOYER": ("работодатель", "employer", "на такой должности там мало людей"),
    "ORG_UNIVERSITY": ("университет", "university", "там училось мало людей такого происхождения"),
    "ORG_SCHOOL": ("школа", "school", "одна школа в одном городе"),
    "CITY_SMALL": ("небольшой город, село", "small town", "оттуда мало людей"),
    "CITY_LARGE": ("большой город", "large town", "сужает круг вместе с другими сведениями"),
    "REGION": ("регион", "region", "сужает круг вместе с другими сведениями"),
    "DATE_BIRTH": ("дата рождения", "date of birth", "есть во многих реестрах"),
    "DATE": ("точная дата", "exact date", "точный день можно проверить"),
    "PROFESSION_UNIQUE": ("редкая должность", "rare position", "такую должность занимает один человек"),
    "NATIONALITY_SMALL": ("малый народ", "small nationality", "небольшая группа"),
    "NATIONALITY": ("национальность", "nationality", "переменная исследования"),
    "COUNTRY": ("страна", "country", "переменная исследования"),
    "AGE": ("возраст", "age", "переменная исследования"),
    "ALLOWED_TERM": ("название программы, языка", "programme, language", "никого не называет"),
    "PUBLIC_FIGURE": ("известное лицо", "public figure", "известно всем и не связано с рассказчиком"),
    "TRAP": ("похоже на имя, но не имя", "looks like a name", "никого не называет"),
}
"""kind -> Russian, English, and why it is treated as it is in Russian; in English see deidentify/policy.py"""


def chosen(table: dict[str, tuple[str, str]], language: Language) -> dict[str, str]:
    """One language of a table."""
    return {key: both[language == "en"] for key, both in table.items()}


def word(table: dict[str, tuple[str, str]], key: str, language: Language) -> str:
    """One word of a table; what is not in it stands as it is."""
    return table[key][language == "en"] if key in table else key
