"""The letter on top of a participant's copy: what it is, and how to answer."""

from __future__ import annotations

LETTERS = {
    "ru": (
        "Здравствуйте!",
        "Это расшифровка нашего с Вами интервью{title}. Прочитайте её, пожалуйста, и скажите, можно ли использовать "
        "её в исследовании.",
        "Этот экземпляр только для Вас. Ваши слова оставлены как есть, вместе с Вашим именем и тем, что Вы рассказали "
        "о себе; во всём, что выйдет за пределы исследования, они скрыты. Имена других людей и то, что относится к "
        "ним, уже скрыты: на их месте стоят метки в квадратных скобках, одна и та же метка обозначает одного "
        "человека. Иногда так может быть скрыто и что-то Ваше: сообщать об этом не нужно.",
        "У каждой реплики есть номер после знака ¶. Чтобы ответить, достаточно написать:",
        "– «согласен» или «согласна», если всё можно использовать;",
        "– номера реплик, которые надо убрать, например «убрать 42–44»;",
        "– номер и слова, если убрать надо только часть реплики, например «в 42 убрать слова о работе»;",
        "– номер и как было на самом деле, если что-то расслышано неверно.",
        "Убранное не будет использовано нигде; на его месте останется пометка [фрагмент исключён]. Участие можно и "
        "прекратить совсем, объяснять причину не нужно.",
        "Куда ответить: {contact}.",
        "Не пересылайте этот файл: по нему Вас можно узнать.",
    ),
    "en": (
        "Hello!",
        "This is the transcript of our interview with you{title}. Please read it and tell us whether it may be used "
        "in the study.",
        "This copy is for you alone. Your words stand as you said them, with your name and what you told about "
        "yourself; in everything that leaves the study they are hidden. Names of other people, and what belongs to "
        "them, are hidden already: labels in square brackets stand in their place, and the same label means the same "
        "person. Now and then something of your own may be hidden too: there is no need to report it.",
        "Each turn has a number after the sign ¶. To answer, it is enough to write:",
        "– “I agree”, if everything may be used;",
        "– the numbers of turns to take out, such as “take out 42–44”;",
        "– a number and words, if only a part of a turn is to go, such as “in 42, take out what I said of my job”;",
        "– a number and what was really said, if something was misheard.",
        "What you take out will not be used anywhere; the mark [фрагмент исключён] (passage left out) stays in its "
        "place. You may also end your part in the study altogether, and need not say why.",
        "Where to answer: {contact}.",
        "Do not pass this file on: it shows who you are.",
    ),
}
TITLE = {"ru": " для исследования «{title}»", "en": " for the study “{title}”"}
NOBODY = {"ru": "напишите тому, кто прислал Вам этот файл", "en": "write to whoever sent you this file"}


def letter(title: str, language: str, contact: str) -> tuple[str, ...]:
    """The letter's paragraphs."""
    study = TITLE[language].format(title=title) if title else ""
    where = contact.rstrip(".") or NOBODY[language]
    return tuple(text.format(title=study, contact=where) for text in LETTERS[language])
