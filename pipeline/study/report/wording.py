"""What the report says, in Russian and English. Flags are reasons a person can act on, not codes."""

from __future__ import annotations

FLAGS = {
    "role-uncertain": (
        "Не ясно, кто интервьюер, а кто респондент. Прослушайте начало и впишите роли в столбец speakers.",
        "It is not clear who asks and who answers. Listen to the beginning and put the roles into the column speakers.",
    ),
    "one-voice": ("Слышен только один голос.", "Only one voice is heard."),
    "speakers-not-told-apart": (
        "Говорящие не различены: вся речь стоит под одним именем.",
        "The speakers are not told apart: all that is said stands under one label.",
    ),
    "track-began-late": (
        "Дорожка одного участника началась позже; его первые слова взяты из общей записи.",
        "One participant's track began late; what he said before was taken from the mixed recording.",
    ),
    "voices-unconfirmed": (
        "Голоса разделены на слух. Прослушайте образцы в папке samples и подтвердите.",
        "Voices were told apart by sound. Listen to the samples and confirm them.",
    ),
    "speakers-from-captions": (
        "Говорящие взяты из субтитров Zoom: границы реплик приблизительны.",
        "Speakers come from Zoom's captions: where turns begin is approximate.",
    ),
    "shared-room": (
        "На одной дорожке говорят несколько человек; их разделил pyannote.",
        "Several people speak on one track; pyannote told them apart.",
    ),
    "shared-room-suspected": (
        "Возможно, на одной дорожке говорят двое: высота голоса или список участников на это указывают.",
        "Two people may speak on one track: pitch or the roster speaks for it.",
    ),
    "ghost-folded": (
        "Едва слышный лишний голос отнесён к соседнему говорящему.",
        "A voice that was barely heard was given to the speaker next to it.",
    ),
    "speakers-unmatched": (
        "Имя из столбца speakers не подошло ни одному голосу.",
        "A name in the column speakers fits no voice.",
    ),
    "captions-differ": (
        "Субтитры Zoom часто называют другого говорящего: проверьте, кто есть кто.",
        "Zoom's captions often name another speaker: check who is who.",
    ),
    "pyannote-weights-missing": (
        "Модели для различения голосов не установлены: `interviews models fetch open`, затем запустите снова.",
        "The models that tell voices apart are not installed: `interviews models fetch open`, then run again.",
    ),
    "captions-unreadable": ("Субтитры не читаются.", "The captions could not be read."),
    "unaligned": (
        "Дорожка не совмещена с общей записью по звуку.",
        "A track could not be aligned with the mixed recording.",
    ),
    "silent": ("Дорожка одного участника пуста.", "One participant's track is silent."),
    "no-words": ("Слов не распознано.", "No words were recognised."),
    "damaged": (
        "Результат на диске повреждён; запустите обработку снова.",
        "A result on disk is damaged; run again.",
    ),
}
"""kind of flag or note -> Russian, English; kinds that concern nobody are left out"""

WORDS = {
    "title": ("Ход обработки", "Run report"),
    "private": (
        "Для внутреннего пользования. Здесь только номера записей: ни имён, ни слов.",
        "For your own use. Recordings go by their ids: no names, no words.",
    ),
    "recordings": ("записей", "recordings"),
    "finished": ("готово", "finished"),
    "stopped": ("остановлено", "stopped"),
    "look": ("требуют внимания", "need a look"),
    "point": (",", "."),
    "hours": ("ч звука", "h of audio"),
    "hidden": ("скрытых мест", "passages hidden"),
    "recording": ("Запись", "Recording"),
    "length": ("Длина", "Length"),
    "method": ("Говорящие", "Speakers from"),
    "text": ("Текст", "Text from"),
    "talk": ("Доли речи", "Talk shares"),
    "overlap": ("Разом", "At once"),
    "questions": ("Вопросы", "Questions"),
    "redactions": ("Скрыто", "Hidden"),
    "sure-roles": ("Роли, уверенность", "Roles, certainty"),
    "sure-words": ("Слова, уверенность", "Words, certainty"),
    "attention": ("Внимание", "To look at"),
    "interviewer": ("Интервьюер", "Interviewer"),
    "respondent": ("Респондент", "Respondent"),
    "other": ("Другой", "Other"),
    "voice": ("Голос", "Voice"),
    "tracks": ("дорожки Zoom", "Zoom's tracks"),
    "pyannote": ("pyannote, на слух", "pyannote, by sound"),
    "captions": ("субтитры", "captions"),
    "undivided": ("не различены", "not told apart"),
    "lane-questions": ("Вопросы", "Questions"),
    "lane-overlaps": ("Говорят разом", "At once"),
    "lane-pauses": ("Паузы", "Pauses"),
    "lane-direct": ("Скрыто: прямое", "Hidden: direct"),
    "lane-quasi": ("Скрыто: косвенное", "Hidden: indirect"),
    "about-questions": (
        "вопросы интервьюера; высокая черта: вопрос из гайда",
        "interviewer's questions; a tall line is one of the guide",
    ),
    "about-overlaps": ("говорят двое и больше", "two or more speak"),
    "about-pauses": ("паузы от 3 с", "pauses of 3 s and more"),
    "about-direct": ("скрыто: имена, телефоны, адреса", "hidden: names, phones, addresses"),
    "about-quasi": ("скрыто: косвенные признаки", "hidden: indirect identifiers"),
    "differ": ("расхождение с субтитрами", "captions disagree"),
    "guide": ("из гайда", "of the guide"),
    "not-yet": ("ещё не обработано", "not done yet"),
    "failed": ("остановлено", "stopped"),
    "nothing": ("нет", "nothing"),
    "confirmed": ("голоса подтверждены", "voices confirmed"),
    "none": ("–", "–"),
    "parts": ("частей", "parts"),
    "details": ("По записям", "Recording by recording"),
    "to-read": ("мест прочитать", "passages to read"),
}


def words(language: str) -> dict[str, str]:
    """Everything the page says in one language."""
    return {key: both[language == "en"] for key, both in WORDS.items()}


def sentences(kinds: tuple[str, ...], language: str) -> tuple[str, ...]:
    """Flags and notes in plain words, each once, in the order of FLAGS."""
    bare = {kind.partition(":")[0] for kind in kinds}
    bare |= {"unaligned" for kind in bare if kind.endswith("-unaligned")}
    return tuple(both[language == "en"] for kind, both in FLAGS.items() if kind in bare)
