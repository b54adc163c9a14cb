"""Every word of the review page in Russian and English."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.messages import Language

KINDS: dict[str, tuple[str, str]] = {
    "PERSON": ("человек", "person"),
    "PHONE": ("телефон", "phone"),
    "EMAIL": ("почта", "e-mail"),
    "USERNAME": ("ник", "user name"),
    "ID_NUMBER": ("номер документа", "ID number"),
    "URL": ("ссылка", "link"),
    "ADDRESS": ("адрес", "address"),
    "ORG_EMPLOYER": ("работодатель", "employer"),
    "ORG_UNIVERSITY": ("университет", "university"),
    "ORG_SCHOOL": ("школа", "school"),
    "CITY_SMALL": ("малый город", "small town"),
    "CITY_LARGE": ("большой город", "large city"),
    "REGION": ("регион", "region"),
    "DATE_BIRTH": ("дата рождения", "date of birth"),
    "DATE": ("дата", "date"),
    "PROFESSION_UNIQUE": ("редкая должность", "rare position"),
    "NATIONALITY_SMALL": ("малый народ", "small people"),
    "NATIONALITY": ("национальность", "nationality"),
    "COUNTRY": ("страна", "country"),
    "AGE": ("возраст", "age"),
    "ALLOWED_TERM": ("термин", "term"),
    "PUBLIC_FIGURE": ("публичное лицо", "public figure"),
}
PICKED = (
    "PERSON PHONE EMAIL USERNAME ID_NUMBER URL ADDRESS ORG_EMPLOYER ORG_UNIVERSITY ORG_SCHOOL CITY_SMALL CITY_LARGE "
    "REGION DATE_BIRTH DATE PROFESSION_UNIQUE NATIONALITY_SMALL COUNTRY AGE"
).split()
"""kinds offered to a person, in this order"""

FLAGS: dict[str, tuple[str, str]] = {
    "greeting": ("приветствие: вырезать?", "greeting: cut?"),
    "farewell": ("прощание: вырезать?", "farewell: cut?"),
    "contacts-exchanged": ("обмен контактами: вырезать?", "contacts exchanged: cut?"),
    "off-the-record": ("не для записи", "off the record"),
    "kazakh": ("казахская речь: прочитать", "Kazakh speech: read it"),
    "mostly-kazakh": ("в основном по-казахски: прочитать всё", "mostly Kazakh: read all of it"),
    "religion": ("религия", "religion"),
    "health": ("здоровье", "health"),
    "politics": ("политика", "politics"),
    "accusation": ("обвинение", "accusation"),
    "role-uncertain": ("роли говорящих не ясны", "roles of the speakers are uncertain"),
    "one-voice": ("слышен один голос", "only one voice is heard"),
    "speakers-not-told-apart": (
        "говорящие не различены: назначить каждой реплике",
        "speakers not told apart: assign each turn",
    ),
    "voices-unconfirmed": ("голоса разделены по звуку: проверить", "voices were told apart by sound: check"),
    "speakers-from-captions": ("говорящие взяты из субтитров: проверить", "speakers come from captions: check"),
    "track-began-late": ("дорожка началась позже", "a track began late"),
}

ROLES: dict[str, tuple[str, str]] = {
    "interviewer": ("интервьюер", "interviewer"),
    "respondent": ("респондент", "respondent"),
    "other": ("другой", "other"),
}

TEXTS: dict[str, tuple[str, str]] = {
    "title": ("Проверка", "Review"),
    "study": ("Исследование", "Study"),
    "interviews": ("Интервью", "Interviews"),
    "interview": ("Интервью", "Interview"),
    "you_are": ("Вы", "You are"),
    "decided": ("решено", "decided"),
    "left": ("осталось {n}", "{n} left"),
    "undecided": ("не решено", "undecided"),
    "flags": ("отметки", "flags"),
    "read": ("прочитано", "read"),
    "read_share": ("прочитано {share}", "{share} read"),
    "state": ("состояние", "state"),
    "signed": ("подписал(а) {who}", "signed off by {who}"),
    "signed_stale": ("подпись устарела", "sign-off is out of date"),
    "signed_count": ("подписано {done} из {total}", "{done} of {total} signed off"),
    "unsigned": ("не подписано", "not signed off"),
    "ready": ("можно подписать", "ready to sign off"),
    "not_ready": ("ещё не обработано", "not processed yet"),
    "full_read": ("прочитать целиком", "read in full"),
    "full_read_why": (
        "Это интервью просят прочитать целиком (первые два, с отметками или по-казахски).",
        "Please read this interview in full (the first two, flagged ones and Kazakh ones).",
    ),
    "stale": ("Устаревшие решения", "Stale decisions"),
    "stale_why": (
        "Текст под этими решениями изменился. Слева решение, справа то, что на этом месте теперь.",
        "The text under these decisions changed. Left the decision, right what is there now.",
    ),
    "conflict": ("Двое решили по-разному", "Two reviewers differ"),
    "conflict_why": ("Решите ещё раз: действует последнее.", "Decide again: the last one counts."),
    "sample": ("Выборка для проверки", "Audit sample"),
    "sample_why": (
        "Случайные реплики в том виде, в каком они выйдут. Видно ли в них, о ком речь?",
        "Random turns as they will be released. Do they show who is meant?",
    ),
    "sample_open": ("Читать выборку", "Read the sample"),
    "sample_clean": ("ничего лишнего", "nothing slips"),
    "sample_leak": ("утечка", "a leak"),
    "sample_fix": ("исправить в интервью", "fix it in the interview"),
    "sample_done": ("Выборка прочитана.", "The sample has been read."),
    "sample_more": ("Ещё 500 слов", "500 more words"),
    "leak_rate": ("Утечек на 10 000 слов", "Leaks per 10,000 words"),
    "interval": ("95 %: от {low} до {high}", "95 %: {low} to {high}"),
    "words_read": ("прочитано слов: {words}, утечек: {leaks}", "{words} words read, {leaks} leaks"),
    "words_needed": (
        "Чтобы сказать «не больше {bound}», прочитайте ещё {words} слов без утечек.",
        "To say “at most {bound}”, read {words} more words without a leak.",
    ),
    "bound": ("желаемая граница", "wanted bound"),
    "bound_met": ("Граница {bound} достигнута.", "The bound of {bound} is met."),
    "gate": ("Проверка выпуска", "Release check"),
    "gate_why": (
        "Ищет в готовых файлах всё, что скрыто или есть в контактах. Сомнительные места решает человек.",
        "Searches the finished files for everything hidden or in the contacts. Doubtful places wait for you.",
    ),
    "gate_run": ("Проверить сейчас", "Check now"),
    "gate_running": ("Идёт проверка…", "Checking…"),
    "gate_clean": ("Ничего не найдено.", "Nothing was found."),
    "gate_hit": ("останавливает выпуск", "stops the release"),
    "gate_clear": ("Безобидно", "Harmless"),
    "gate_cleared": ("безобидно", "harmless"),
    "gate_failed": ("Проверка не удалась: сначала `interviews run`.", "The check failed: `interviews run` first."),
    "second": ("Второй рецензент", "Second reviewer"),
    "second_why": (
        "Одноразовая ссылка для второго браузера на этом компьютере. Двое работают одновременно.",
        "A one-time address for another browser on this computer. Two people can work at once.",
    ),
    "invite": ("Пригласить", "Invite"),
    "report": ("Отчёт о прогоне", "Run report"),
    "view_labels": ("Метки", "Labels"),
    "view_original": ("Как сказано", "As said"),
    "view_release": ("Как выйдет", "As released"),
    "play": ("Слушать с этой реплики", "Listen from this turn"),
    "speed": ("скорость", "speed"),
    "loop": ("по кругу", "loop"),
    "search": ("Искать в тексте", "Search the text"),
    "undo": ("Отменить", "Undo"),
    "redo": ("Вернуть", "Redo"),
    "help": ("Клавиши", "Keys"),
    "close": ("Закрыть", "Close"),
    "cancel": ("Отмена", "Cancel"),
    "apply": ("Применить", "Apply"),
    "next": ("Дальше", "Next"),
    "previous": ("Назад", "Back"),
    "accept": ("Скрыть", "Hide"),
    "reject": ("Оставить", "Keep as said"),
    "change_kind": ("Вид", "Kind"),
    "edit_label": ("Замена", "Replacement"),
    "alike": ("Все такие же", "All alike"),
    "seen_flag": ("Прочитано", "Read it"),
    "cut": ("Вырезать", "Cut"),
    "mark": ("Скрыть выделенное", "Hide the selection"),
    "fix_words": ("Исправить слова", "Correct words"),
    "split": ("Разделить реплику", "Split the turn"),
    "speaker": ("Кто говорит", "Who speaks"),
    "role": ("Роль", "Role"),
    "new_speaker": ("новый говорящий", "a new speaker"),
    "read_here": ("Прочитано до сих пор", "Read to here"),
    "bulk": ("Принять группой", "Accept many"),
    "bulk_why": (
        "Скрыть все нерешённые находки этого вида с уверенностью не ниже указанной, кроме реплик с отметками.",
        "Hide all undecided findings of this kind with at least this score, except in flagged turns.",
    ),
    "bulk_kind": ("вид", "kind"),
    "bulk_all": ("все виды", "all kinds"),
    "bulk_above": ("уверенность не ниже", "score at least"),
    "bulk_count": ("Будет принято: {n}.", "{n} will be accepted."),
    "bulk_none": ("Таких нет.", "There are none."),
    "alike_title": ("Применить ко всем таким же", "Apply to all alike"),
    "alike_here": ("в этом интервью: {n}", "in this interview: {n}"),
    "alike_study": ("во всём исследовании: {n}", "in the whole study: {n}"),
    "alike_hide": ("Скрыть все", "Hide all"),
    "alike_keep": ("Оставить все", "Keep all"),
    "original": ("сказано", "said"),
    "shown": ("выйдет", "released as"),
    "kind": ("вид", "kind"),
    "score": ("уверенность", "score"),
    "found_by": ("правило", "rule"),
    "times": ("упоминаний", "mentions"),
    "nothing": ("Здесь всё решено.", "Everything here is decided."),
    "nothing_why": ("Прочитайте текст и подпишите (S).", "Read the text, then sign off (S)."),
    "signed_why": (
        "Подписано. Если потом что-то изменится, подпись понадобится снова.",
        "Signed off. If something changes later, it needs signing again.",
    ),
    "signed_next": ("Следующее: {id}", "Next: {id}"),
    "signed_all": ("Подписаны все: к проверке выпуска", "All are signed off: on to the release check"),
    "sign": ("Подписать", "Sign off"),
    "sign_title": ("Подписать интервью {id}", "Sign off interview {id}"),
    "sign_left": ("Сначала решите оставшееся: {n}.", "Decide what is left first: {n}."),
    "sign_read": ("Прочитано {share} текста.", "{share} of the text has been read."),
    "sign_says": (
        "Подписывая, вы говорите: интервью можно выпустить так, как показано в «Как выйдет».",
        "By signing you say: the interview may be released as “As released” shows it.",
    ),
    "sign_searching": ("Исправленное ещё ищется; подождите немного.", "A correction is still being searched; wait."),
    "sign_done": ("Подписано.", "Signed off."),
    "sign_unread": (
        "Прочитано не всё. Подписать всё равно?",
        "Not everything has been read. Sign off all the same?",
    ),
    "searching": ("Ищем в исправленном…", "Searching the correction…"),
    "saved": ("сохранено", "saved"),
    "offline": ("Нет связи с программой; решение не сохранено.", "The program does not answer; not saved."),
    "changed_by": (
        "{who} решил(а) иначе только что. Показано его решение; решите ещё раз.",
        "{who} decided otherwise just now. That is shown; decide again.",
    ),
    "refused": ("Не получилось.", "That did not work."),
    "dropped": ("Отброшенный текст", "Dropped text"),
    "dropped_why": (
        "Распознано, но отброшено правилом. Можно вернуть.",
        "Recognised, but dropped by a rule. It can be restored.",
    ),
    "restore": ("Вернуть", "Restore"),
    "select_first": ("Сначала выделите слова (мышью или Shift+→).", "Select words first (mouse or Shift+→)."),
    "pick_kind": ("Что это?", "What is it?"),
    "new_words": ("Правильные слова", "The right words"),
    "new_label": ("Замена в тексте", "Replacement in the text"),
    "same_words": ("Те же слова ещё {n} раз. Скрыть и там?", "The same words {n} more times. Hide them too?"),
    "hide_all_same": ("Скрыть везде", "Hide everywhere"),
    "only_here": ("Только здесь", "Only here"),
    "doubtful": ("плохо слышно", "hard to hear"),
    "skip": ("К тексту", "To the text"),
    "current": ("Решение", "Decision"),
    "theme": ("Светлая или тёмная", "Light or dark"),
    "minutes": ("{n} мин", "{n} min"),
    "found_n": ("найдено: {n}", "{n} found"),
    "not_found": ("не найдено", "not found"),
    "undone": ("отменено", "undone"),
    "redone": ("возвращено", "redone"),
    "nothing_to_undo": ("отменять нечего", "nothing to undo"),
    "shut": (
        "Сеанс закончился. Новый адрес напечатан в терминале.",
        "The session ended. The terminal shows a new one.",
    ),
}

KEYS: tuple[tuple[str, tuple[str, str]], ...] = (
    ("Enter", ("скрыть (или «прочитано») и к следующему", "hide (or “read it”) and go on")),
    ("X", ("оставить как сказано и к следующему", "keep as said and go on")),
    ("N  P", ("следующее, предыдущее нерешённое", "next, previous undecided")),
    ("K", ("изменить вид", "change the kind")),
    ("E", ("своя замена", "replacement of your own")),
    ("A", ("все такие же, с числом", "all alike, with their number")),
    ("B", ("принять группой", "accept many")),
    ("↑ ↓", ("реплика выше, ниже", "turn above, below")),
    ("← →", ("слово; с Shift выделяет", "word; with Shift it selects")),
    ("M", ("скрыть выделенное; соединяет и делит", "hide the selection; joins and splits")),
    ("C", ("исправить слова", "correct words")),
    ("D", ("вырезать выделенное или реплику", "cut the selection or the turn")),
    ("T", ("разделить реплику здесь", "split the turn here")),
    ("W", ("кто говорит, роль", "who speaks, role")),
    ("U  Shift+U", ("отменить, вернуть", "undo, redo")),
    ("Space", ("слушать за 2 с до этого места", "listen from 2 s before")),
    ("L", ("реплика по кругу", "loop the turn")),
    ("[  ]", ("медленнее, быстрее", "slower, faster")),
    ("O", ("держать: как сказано", "hold: as said")),
    ("V", ("как выйдет", "as released")),
    ("R", ("прочитано до сих пор", "read to here")),
    ("/", ("искать", "search")),
    ("G", ("отброшенный текст", "dropped text")),
    ("S", ("подписать", "sign off")),
    ("Esc", ("закрыть, снять выделение", "close, drop the selection")),
)


class Words:
    """The words of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.at = 0 if language == "ru" else 1

    def __call__(self, name: str, **values: object) -> str:
        """A text with its values filled in."""
        return TEXTS[name][self.at].format(**values)

    def kind(self, kind: str) -> str:
        return KINDS[kind][self.at] if kind in KINDS else kind

    def flag(self, rule: str) -> str:
        return FLAGS[rule][self.at] if rule in FLAGS else rule.replace("-", " ")

    def role(self, role: str) -> str:
        return ROLES[role][self.at]

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Shortcuts and what they do."""
        return tuple((key, says[self.at]) for key, says in KEYS)

    def everything(self) -> Mapping[str, object]:
        """All that the script of a page needs."""
        return {
            "texts": {name: pair[self.at] for name, pair in TEXTS.items()},
            "kinds": [[kind, self.kind(kind)] for kind in PICKED],
            "names": {kind: pair[self.at] for kind, pair in KINDS.items()},
            "roles": [[role, pair[self.at]] for role, pair in ROLES.items()],
        }
