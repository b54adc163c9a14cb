"""Places in a sentence where only a name can stand, whatever the word is otherwise: «меня … зовут», «пани …»."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.deidentify.open_words.clues import CUES, Clues
from pipeline.deidentify.open_words.ordinary import EVERYDAY, facts
from pipeline.deidentify.open_words.surroundings import Cover
from pipeline.deidentify.passage import Passage, Token, normal
from pipeline.deidentify.people.context import END, opens
from pipeline.deidentify.words.spoken_numbers import vocabulary

Phrase = tuple[int, int, Clues]
"""first token, one past the last, clues"""
WHOM = frozenset("меня тебя его ее их нас вас".split())
NAME = 3
"""words of a name"""
FIRM = 5
"""words of a firm's name"""


def slots(passage: Passage, cover: Cover) -> Iterator[Phrase]:
    """All that stands in such a place of a turn."""
    for at, token in enumerate(passage.tokens):
        if token.norm in CUES["call"]:
            yield from _called(passage, at, cover)
        if token.norm in CUES["bears"]:
            yield from _firm(passage, at, cover)
            yield from _bears(passage, at, cover)
        if token.norm in CUES["seek"]:
            yield from _sought(passage, at, cover)
        if token.norm == "от":
            yield from _from(passage, at, cover)
        if not CUES["honour"].isdisjoint((token.norm, *token.lemmas)):
            yield from _honoured(passage, at, cover)
    if not passage.cased:
        yield from _broken(passage)
        yield from _speaking(passage, cover)


def _called(passage: Passage, at: int, cover: Cover) -> Iterator[Phrase]:
    """What stands before or after «зовут», a word for whom between or beyond it left out."""
    tokens = passage.tokens
    before = at
    while before > 0 and (tokens[before - 1].norm in WHOM or tokens[before - 1].norm in CUES["caller"]):
        before -= 1
    first = before
    while first > 0 and before - first < NAME and _name(tokens[first - 1], passage.cased):
        first -= 1
    if (
        0 < first < before
        and any(tag.startswith("PREP") for tag in tokens[first - 1].tags[:1])
        and opens(passage, first - 1)
    ):
        first -= 1
    if first < before and all(cover.found(token) for token in tokens[first:before]):
        return
    whom = any(token.norm in WHOM for token in tokens[max(0, first - 1) : at]) and not _owns(passage, first)
    if first < before and _stands(passage, first, before) and (whom or not _whom(tokens[before - 1])):
        yield first, before, {"bias": 1.0, "called": 1.0}
        return
    after = at + 1
    while after < len(tokens) and (
        tokens[after].norm in WHOM or tokens[after].norm in CUES["caller"] or tokens[after].text in '«"“„:—-'
    ):
        after += 1
    last = after
    while last < len(tokens) and last - after < NAME - 1 and _name(tokens[last], passage.cased):
        last += 1
    if last > after and tokens[last : last + 1] and tokens[last].norm == "я" and not passage.cased:
        following = tokens[last + 1 : last + 2]
        last += int(bool(following) and any(tag.startswith("PREP") for tag in following[0].tags[:1]))
    if last > after and not all(cover.found(token) for token in tokens[after:last]):
        yield after, last, {"bias": 1.0, "called": 1.0}


def _stands(passage: Passage, first: int, last: int) -> bool:
    """Whether words before «зовут» stand where a name does: after whom, a mark, or at the beginning."""
    before = passage.tokens[first - 1] if first else None
    begins = (
        before is None
        or before.norm in WHOM
        or before.text in (*END, ",", "—", "-", "–", ":", "«")
        or before.norm in OPENERS
    )
    return begins or any(not facts(token.norm).known for token in passage.tokens[first:last])


def _whom(token: Token) -> bool:
    """Whether a word says who is called so: «папу все зовут …»."""
    return (
        facts(token.norm).frequency > 0
        and bool(token.tags)
        and "nomn" not in token.tags[0]
        and "ablt" not in token.tags[0]
    )


def _owns(passage: Passage, at: int) -> bool:
    """Whether «у меня», «у него» stands before a token: whoever follows is his, not himself."""
    return at > 1 and passage.tokens[at - 2].norm == "у"


OPENERS = frozenset("ну вот там да значит короче где его ее".split())


def _name(token: Token, cased: bool) -> bool:
    """Whether a word may stand where a name does: no verb, no pronoun, no adverb."""
    if not token.text[0].isalpha() or token.norm in CUES["no_name"] or token.norm in vocabulary():
        return False
    if not CUES["honour"].isdisjoint((token.norm, *token.lemmas)):
        return False
    if cased and token.capital and len(token.norm) > 1:
        return token.norm not in WHOM
    if not facts(token.norm).known:
        return True
    tags = token.tags[:1] or ("",)
    return tags[0].startswith("NOUN") or (tags[0].startswith(("INTJ", "ADJS")) and len(token.norm) > 2)


def _firm(passage: Passage, at: int, cover: Cover) -> Iterator[Phrase]:
    """«фирма … называется»: what stands between a firm and the word that says it has a name."""
    tokens = passage.tokens
    first = at
    while first > 0 and at - first < FIRM and tokens[first - 1].text.isalpha() and not _firm_word(tokens[first - 1]):
        first -= 1
    if not 0 < first < at or not _firm_word(tokens[first - 1]) or tokens[first].norm in CUES["no_name"]:
        return
    if not all(cover.found(token) for token in tokens[first:at]):
        yield first, at, {"bias": 1.0, "called": 1.0}


def _bears(passage: Passage, at: int, cover: Cover) -> Iterator[Phrase]:
    """«улица называется по-ихнему …»: the name of what has one."""
    tokens = passage.tokens
    if not any(_firm_word(token) for token in tokens[max(0, at - NAME) : at]):
        return
    first = at + 1
    while first < len(tokens) and (tokens[first].norm in MANNER or tokens[first].text in "-,"):
        first += 1
    last = first
    while last < len(tokens) and last - first < NAME and _bearable(tokens[last]):
        last += 1
    if last > first and not all(cover.found(token) for token in tokens[first:last]):
        yield first, last, {"bias": 1.0, "called": 1.0}


MANNER = frozenset("по ихнему нашему их русски казахски местному так и у нас там просто".split())


def _bearable(token: Token) -> bool:
    """Whether a thing's name may have a word in it."""
    if not token.text.isalpha() or token.norm in CUES["no_name"]:
        return False
    return not facts(token.norm).known or token.tags[:1] == () or token.tags[0].startswith(("NOUN", "ADJF"))


def _from(passage: Passage, at: int, cover: Cover) -> Iterator[Phrase]:
    """«скажите, что от …»: from whom somebody comes, and the same when he is repeated."""
    tokens = passage.tokens
    before = {token.norm for token in tokens[max(0, at - FIRM) : at]}
    if at + 1 >= len(tokens) or cover.found(tokens[at + 1]) or not _name(tokens[at + 1], passage.cased):
        return
    repeated = at == 0 and f" от {tokens[1].norm} " in f" {normal(passage.before)} "
    if repeated or not CUES["pass_on"].isdisjoint(before):
        yield at + 1, at + 2, {"bias": 1.0, "called": 1.0}


def _firm_word(token: Token) -> bool:
    return not (CUES["named"] | CUES["firm_head"]).isdisjoint(token.lemmas)


def _honoured(passage: Passage, at: int, cover: Cover) -> Iterator[Phrase]:
    """«пани …», «мадам …»: whatever follows, where it is no verb."""
    tokens = passage.tokens
    last = at + 1
    while last < len(tokens) and last - at <= NAME - 1 and _name(tokens[last], passage.cased):
        last += 1
    if last > at + 1 and any(not cover.found(token) for token in tokens[at + 1 : last]):
        yield at + 1, last, {"bias": 1.0, "called": 1.0}


def _sought(passage: Passage, at: int, cover: Cover) -> Iterator[Phrase]:
    """«спросите, где …», «позовите …»: who is asked for."""
    tokens = passage.tokens
    first = at + 1
    while first < len(tokens) and (tokens[first].text == "," or tokens[first].norm in SEEKING):
        first += 1
    last = first
    while last < len(tokens) and last - first < NAME - 1 and _name(tokens[last], passage.cased):
        if cover.found(tokens[last]) or not (_rare(tokens[last]) or (passage.cased and tokens[last].capital)):
            break
        last += 1
    if last > first:
        yield first, last, {"bias": 1.0, "called": 1.0}


SEEKING = frozenset("там где про дом двор живет".split())


def _rare(token: Token) -> bool:
    return facts(token.norm).frequency < EVERYDAY


def _broken(passage: Passage) -> Iterator[Phrase]:
    """«мадам на та девочка»: a preposition that governs nothing is the end of the word before it."""
    tokens = passage.tokens
    for at in range(1, len(tokens) - 1):
        cases = GOVERNS.get(tokens[at].norm)
        if cases is None or not tokens[at + 1].tags or not tokens[at - 1].text.isalpha():
            continue
        one, two = tokens[at - 1], tokens[at + 1]
        nominative = two.norm in NOMINATIVE
        rare = facts(one.norm).frequency < EVERYDAY and any(tag.startswith("NOUN") for tag in one.tags[:1])
        if nominative and rare:
            yield at - 1, at + 1, {"bias": 1.0, "no phrase": 1.0}


def _speaking(passage: Passage, cover: Cover) -> Iterator[Phrase]:
    """«это толик так говорил»: a thing that speaks is somebody's name."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if cover.found(token) or not _rare(token) or not _thing(token):
            continue
        after = at + 1
        while after < len(tokens) and tokens[after].norm in ASIDE:
            after += 1
        if at == 0 or tokens[at - 1].norm not in INTRODUCING:
            continue
        speaks = after < len(tokens) and not SAYING.isdisjoint(tokens[after].lemmas)
        if speaks and any("past" in tag for tag in tokens[after].tags[:1]):
            yield at, at + 1, {"bias": 1.0, "called": 1.0}


def _thing(token: Token) -> bool:
    """Whether a word is a thing and nobody, and may be a subject."""
    nouns = [tag for tag in token.tags if tag.startswith("NOUN")]
    return bool(nouns) and any("inan" in tag for tag in nouns)


SAYING = frozenset("говорить сказать рассказывать рассказать спросить ответить учить придумать".split())
INTRODUCING = frozenset("это как что мне нам".split())
ASIDE = frozenset("так мне ей ему нам им всегда тогда тоже".split())
GOVERNS = {"на": "", "за": "", "до": "", "у": "", "по": "", "от": "", "из": "", "к": "", "с": ""}
NOMINATIVE = frozenset("я ты он она оно мы вы они та тот эта этот".split())
"""pronouns that no preposition governs"""
