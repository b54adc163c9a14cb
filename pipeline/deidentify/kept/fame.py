"""Words that say that a famous stranger is meant, not somebody the speaker knows: «читала …», «фанатка …»."""

from __future__ import annotations

from pipeline.deidentify.passage import Passage

ENJOYED = frozenset(
    "читать перечитывать прочитать дочитать цитировать процитировать слушать послушать смотреть посмотреть "
    "пересматривать наизусть играть петь спеть".split()
)
"""what one does with the works of a writer, a singer, a composer"""
ADMIRED = frozenset(
    "поклонник поклонница фанат фанатка фанатеть кумир однофамилец однофамилица тезка путать спутать великий "
    "знаменитый известный легендарный известнейший гениальный тот-самый".split()
)
WORKS = frozenset(
    "песня стих стихи стихотворение роман рассказ книга книжка повесть фильм кино концерт клип передача картина "
    "музыка поэма биография памятник портрет цитата сказка пьеса опера балет симфония соната ноктюрн собрание "
    "сочинение строчка творчество теория теорема закон эпоха времена".split()
)
TRADES = frozenset(
    "философ поэт поэтесса писатель писательница композитор певец певица батыр хан актер актриса режиссер "
    "полководец президент премьер премьер-министр художник скульптор акын ученый боксер фигурист олимпиец "
    "классик император политик министр блогер телеведущий".split()
)
FAMOUS = ENJOYED | ADMIRED | WORKS | TRADES
QUOTING = frozenset("говорить говаривать сказать писать учить шутить".split())
OWN = frozenset(
    "лекция семинар курс занятие пара профессор преподаватель учитель учительница доцент научный руководитель "
    "тренер научрук знакомый знакомая друг подруга сосед соседка коллега однокурсник одноклассник".split()
)
"""what is said of teachers and acquaintances: they too are listened to"""
REACH = 4
"""words on either side"""


def famous(passage: Passage, first: int, last: int) -> bool:
    """Whether the words beside a name, within its sentence, speak of a celebrity and of no acquaintance."""
    if _quoted_after(passage, first):
        return True
    words = {lemma for at in _around(passage, first, last) for lemma in _said(passage, at)}
    return bool(words & FAMOUS) and not words & OWN


def _quoted_after(passage: Passage, first: int) -> bool:
    """Whether «как говорил», «как писал» stands right before a name."""
    before = passage.tokens[max(0, first - 2) : first]
    return len(before) == 2 and before[0].norm == "как" and bool(QUOTING.intersection(before[1].lemmas))


def _said(passage: Passage, at: int) -> tuple[str, ...]:
    token = passage.tokens[at]
    return (token.norm, *token.lemmas)


def _around(passage: Passage, first: int, last: int) -> tuple[int, ...]:
    """Indices of the words near a name, not beyond the end of its sentence."""
    tokens = passage.tokens
    back = first
    while back > 0 and first - back < REACH and tokens[back - 1].text not in ".!?…":
        back -= 1
    ahead = last
    while ahead < len(tokens) and ahead - last < REACH and tokens[ahead].text not in ".!?…":
        ahead += 1
    return (*range(back, first), *range(last, ahead))
