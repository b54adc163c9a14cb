"""The questions of a usual data-protection form, and the words of the sections behind the first page."""

from __future__ import annotations

SECTIONS = {
    "form": ("1. Вопросы анкеты о защите данных", "1. Answers to a data-protection form"),
    "flow": ("2. Путь данных", "2. Data flow"),
    "consents": ("3. Согласие по участникам", "3. Consent by participant"),
    "review": ("4. Проверка людьми", "4. Review by people"),
    "kinds": ("5. Что скрыто и почему", "5. What was hidden, and why"),
    "people": ("6. Кого можно узнать", "6. Who could be recognised"),
    "retention": ("7. Хранение и удаление", "7. Retention and removal"),
    "models": ("8. Программы, модели, настройки", "8. Programs, models, settings"),
    "trail": ("9. Решения", "9. Decisions"),
}

QUESTIONS: tuple[tuple[str, str, str], ...] = (
    ("controller", "Кто отвечает за данные", "Controller"),
    ("contact", "К кому обращаться", "Contact"),
    ("approval", "Решение комиссии", "Approval by the board"),
    ("purpose", "Цель", "Purpose"),
    ("subjects", "Чьи данные", "Data subjects"),
    ("categories", "Какие данные", "Categories of data"),
    ("special_categories", "Особые категории", "Special categories"),
    ("source", "Откуда данные", "Source of the data"),
    ("legal_basis", "Правовое основание", "Legal basis"),
    ("informed", "Как участников известили и спросили", "Information and consent"),
    ("access", "Кто имеет доступ", "Who has access"),
    ("recipients", "Кому передаётся", "Recipients"),
    ("transfers", "Передача за границу", "Transfers abroad"),
    ("storage", "Где хранится", "Place of storage"),
    ("retention", "До какого срока и что потом", "Retention, and what then"),
    ("security", "Меры защиты", "Security measures"),
    ("method", "Как обезличивается", "Method of pseudonymisation"),
    ("automated", "Автоматическая обработка", "Automated processing"),
    ("rights", "Права участников, отзыв согласия", "Rights of participants, withdrawal"),
    ("incident", "Если данные утрачены или раскрыты", "Incidents"),
    ("risk", "Что грозит участникам", "Risk to participants"),
)
"""key, question in Russian, in English; a key of `study: ethics:` brings that setting into the answer"""

ANSWERS = {
    "subjects": (
        "Участники интервью ({people}) и люди, о которых они рассказывают; интервьюеры.",
        "Participants ({people}) and the people they speak of; interviewers.",
    ),
    "categories": (
        "Голос и видео (записи Zoom); имена, контакты и работодатели (отдельный список); пол, возраст, страны учёбы и "
        "проживания и другие открытые сведения (список участников); рассказ. В рассказах найдено: {kinds}.",
        "Voice and video (Zoom's recordings); names, contacts, employers (a list of its own); gender, age, countries "
        "of study and residence and other public facts (the list of participants); what was told. Found in it: "
        "{kinds}.",
    ),
    "source": (
        "От самих участников, в интервью; сведения о третьих лицах из их рассказов.",
        "From the participants themselves, in interviews; facts on third persons from what they told.",
    ),
    "legal_basis": (
        "Отмечено согласий: на передачу {share}; на цитаты {quote}; на запись {audio}.",
        "Consents on record: to sharing {share}; to quotes {quote}; to the recording {audio}.",
    ),
    "access": ("Рецензенты по кодам: {codes}.", "Reviewers by code: {codes}."),
    "storage": ("{disk}", "{disk}"),
    "security": (
        "Папки work/ и private/ закрыты для других пользователей (0700); временные файлы лежат там же; журналы и "
        "сообщения не содержат имён и слов; ключ и копии для передачи выходят из папки только зашифрованными (age, "
        "AES); страница проверки открыта лишь этому компьютеру. {network}",
        "The folders work/ and private/ are closed to other users (0700); temporary files lie there too; logs and "
        "messages hold no names and no words; the key, and copies for others, leave the folder encrypted alone (age, "
        "AES); the review page is open to this machine only. {network}",
    ),
    "method": (
        "Программа на этом компьютере ищет имена, контакты, места, организации, даты (правила, словари, распознаватель "
        "имён) и заменяет их метками, одинаковыми в пределах интервью и не связанными между интервью; человек решает о "
        "каждом месте и подписывает; затем каждый файл выпуска просматривается ещё раз. {status}",
        "A program on this machine finds names, contacts, places, organisations, dates (rules, word lists, a tagger of "
        "names) and replaces them by labels that are the same within an interview and not linked between interviews; a "
        "person decides on every passage and signs off; then every file of a release is searched again. {status}",
    ),
    "automated": (
        "Распознавание речи, разделение говорящих и поиск имён идут на этом компьютере; модели на данных не "
        "обучаются. Решений о людях программа не принимает. {models}",
        "Speech recognition, telling speakers apart and the search for names run on this machine; no model is trained "
        "on the data. No decision about a person is taken by a program. {models}",
    ),
    "rights": (
        "Участник может получить свою расшифровку (interviews export --for-participant), исключить из неё что угодно "
        "(interviews retract) и отозвать согласие (interviews forget --participant): удаляются звук, расшифровки, "
        "имена и контакты. Чего программа удалить не может, она перечисляет. Отозвали: {withdrawn}.",
        "A participant can be given the transcript (interviews export --for-participant), have anything taken out of "
        "it (interviews retract), and withdraw (interviews forget --participant): sound, transcripts, names and "
        "contacts are removed. What the program cannot remove it lists. Withdrawn: {withdrawn}.",
    ),
    "risk": (
        "Человека могут узнать по пропущенному имени ({leak}) или по сочетанию сведений ({alone}).",
        "Somebody may be recognised by a name that was missed ({leak}), or by facts taken together ({alone}).",
    ),
    "recipients": ("{left}", "{left}"),
    "retention": ("{retention}", "{retention}"),
}
"""What the program itself knows of an answer."""

FLOW_HEAD = (
    ("шаг", "step"),
    ("что делается", "what is done"),
    ("где лежит", "where it lies"),
    ("кто видит", "who sees"),
)
FLOW: tuple[tuple[tuple[str, str, str, str], tuple[str, str, str, str]], ...] = (
    (
        ("Запись", "Zoom записывает беседу; файлы копируются в папку и не меняются", "recordings/", "оператор"),
        ("Recording", "Zoom records; the files are copied in and never changed", "recordings/", "operator"),
    ),
    (
        ("Список", "Открытые сведения и согласие; имена и контакты отдельно", "participants, private/", "оператор"),
        ("List", "Public facts and consent; names and contacts apart", "participants, private/", "operator"),
    ),
    (
        ("Звук", "Дорожки приводятся к одному виду", "work/", "никто: промежуточный файл"),
        ("Sound", "Tracks are brought into one form", "work/", "nobody: an intermediate file"),
    ),
    (
        ("Текст", "Распознавание речи или субтитры Zoom: {text}", "work/", "рецензенты"),
        ("Text", "Speech recognition, or Zoom's subtitles: {text}", "work/", "reviewers"),
    ),
    (
        ("Говорящие", "Кто когда говорит и кто интервьюер: {speakers}", "work/", "рецензенты"),
        ("Speakers", "Who speaks when, and who is the interviewer: {speakers}", "work/", "reviewers"),
    ),
    (
        ("Поиск", "Имена, контакты, места, даты находятся и получают метки", "work/", "рецензенты"),
        ("Search", "Names, contacts, places, dates are found and labelled", "work/", "reviewers"),
    ),
    (
        ("Проверка", "Человек решает о каждом месте и подписывает", "work/review.db", "рецензенты"),
        ("Review", "A person decides on every passage and signs off", "work/review.db", "reviewers"),
    ),
    (
        ("Выпуск", "Обезличенные файлы; каждый просматривается перед выпуском", "release/", "кому передадут"),
        ("Release", "De-identified files; each is searched before it is released", "release/", "whom it is given to"),
    ),
    (
        ("Передача", "Зашифрованная копия для других", "transfer/", "у кого ключ"),
        ("Transfer", "An encrypted copy for others", "transfer/", "who has the key"),
    ),
    (
        ("Согласование", "Копия для самого участника, с его словами", "member-check/", "этот участник"),
        ("Member check", "A participant's own copy, with own words", "member-check/", "that participant"),
    ),
)

HEADS = {
    "question": ("Вопрос", "Question"),
    "answer": ("Ответ", "Answer"),
    "id": ("код", "id"),
    "share": ("передача", "sharing"),
    "quote": ("цитаты", "quotes"),
    "audio": ("запись", "recording"),
    "withdrawn": ("отозвано", "withdrawn"),
    "recorded": ("есть запись", "recorded"),
    "out": ("выпуск", "release"),
    "interview": ("код", "id"),
    "state": ("состояние", "state"),
    "minutes": ("мин", "min"),
    "words": ("слов", "words"),
    "hidden": ("скрыто", "hidden"),
    "undecided": ("ждут", "to decide"),
    "cuts": ("вырезано", "cut"),
    "read": ("прочитано (кем)", "read (by)"),
    "signed": ("подпись", "signed off"),
    "reviewer": ("рецензент", "reviewer"),
    "decisions": ("решений", "decisions"),
    "corrections": ("исправлений", "corrections"),
    "turns": ("реплик прочитано", "turns read"),
    "judged": ("оценок выборки", "sample verdicts"),
    "days": ("с и по", "from and to"),
    "kind": ("вид", "kind"),
    "class": ("класс", "class"),
    "action": ("что делается", "what is done"),
    "shown": ("открыто", "shown"),
    "people": ("из них вручную", "of these by hand"),
    "why": ("почему", "why"),
    "way": ("огрубление", "coarsening"),
    "alone": ("единственных", "unique"),
    "smallest": ("наименьшая группа", "smallest group"),
    "program": ("программа", "program"),
    "version": ("версия", "version"),
    "setting": ("настройка", "setting"),
    "value": ("значение", "value"),
    "own": ("выбрано", "chosen"),
    "date": ("дата", "date"),
    "more": ("подробности", "details"),
    "rule": ("правило", "rule"),
    "accepted": ("скрыть", "hide"),
    "rejected": ("открыть", "show"),
    "edited": ("иначе", "other"),
    "added": ("добавлено", "added"),
    "kept": ("оставлено", "kept"),
    "none": ("ждут", "to decide"),
}
