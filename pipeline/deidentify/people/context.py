"""What stands around a word and says that it is a person: introductions, kin and titles, address, verbs of speaking."""

from __future__ import annotations

from functools import lru_cache

from pipeline.deidentify.passage import Passage, Token
from pipeline.deidentify.people.cues import CUES
from pipeline.deidentify.people.endings import nominatives
from pipeline.deidentify.people.kazakh import LINEAGE
from pipeline.deidentify.people.lexicon import lists, readings
from pipeline.deidentify.words.letters import FOLD, folded

LETTERS = frozenset(chr(letter) for letter in FOLD)
"""Kazakh letters that Russian lacks"""
MARKS = frozenset(",—–-:«\"(“„'")
END = frozenset(".!?…")


@lru_cache(maxsize=20_000)
def calling(norm: str) -> bool:
    """Whether a word, in any case, is a word for kin or a title: it stands before names and is none."""
    if folded(norm) in lists().given and len(norm) > 4:
        return False
    return any(form in CUES["kin"] or form in CUES["title"] for form in nominatives(norm))


def patronymic_follows(passage: Passage, at: int) -> bool:
    """Whether a patronymic stands right after a token: «Ян Павлович», «Алмаз Марат улы»."""
    following = passage.tokens[at + 1 : at + 3]
    if not following or following[0].start != passage.tokens[at].end + 1:
        return False
    if any(reading.role == "patronymic" and reading.sure > 0.7 for reading in readings(following[0].text)):
        return True
    split = len(following) == 2 and folded(following[1].text) in LINEAGE
    return split and folded(following[0].text) in lists().given


def manner(passage: Passage, at: int) -> bool:
    """Whether a word tells in what tongue or way, not who: «по белорусски», «по-кыргызски»."""
    back = at - 1
    if back > 0 and passage.tokens[back].text == "-":
        back -= 1
    return back >= 0 and passage.tokens[back].norm == "по" and passage.tokens[at].norm.endswith(("ски", "цки"))


def opens(passage: Passage, at: int) -> bool:
    """Whether a token is the first word of a sentence or of direct speech, where a capital says nothing."""
    while at > 0:
        before = passage.tokens[at - 1]
        if before.text in END or before.text in '«"“„:':
            return True
        if before.text in "-—–" and at > 1 and passage.tokens[at - 2].text in (*END, ","):
            at -= 1
            continue
        return before.text in "—–" and at == 1
    return True


def cue(passage: Passage, at: int) -> str:
    """Which cue before or after a token says that it is a person's name; "" where none does."""
    return _before(passage, at) or _after(passage, at)


def _before(passage: Passage, at: int) -> str:
    said = [token.norm for token in passage.tokens[max(0, at - 3) : at] if token.text[0].isalpha()]
    if said[-2:] in (["можно", "просто"], ["меня", "просто"], ["зовите", "меня"], ["называйте", "меня"]):
        return "introduction"
    crossed = False
    for back in range(at - 1, max(-1, at - 7), -1):
        token = passage.tokens[back]
        if token.text in END:
            return ""
        if token.text in MARKS:
            crossed = crossed or token.text in ",:—–"
            continue
        found = _cue_word(token)
        if found:
            return found if not (crossed and found == "speech") else ""
        if token.norm not in CUES["filler"]:
            return ""
    return ""


def _cue_word(token: Token) -> str:
    if token.norm in CUES["introduce"]:
        return "introduction"
    if any(lemma in CUES["naming"] for lemma in token.lemmas):
        return "introduction"
    if any(lemma in CUES["kin"] for lemma in token.lemmas) or folded(token.text) in CUES["kin"]:
        return "kin"
    if any(lemma in CUES["title"] for lemma in token.lemmas) or token.norm in CUES["title"]:
        return "title"
    if token.norm in CUES["greeting"]:
        return "greeting"
    return ""


def _after(passage: Passage, at: int) -> str:
    following = passage.tokens[at + 1 : at + 4]
    words = [token.norm for token in following]
    if words[:1] and words[0] in CUES["introduce"]:
        return "introduction"
    if len(words) > 1 and words[0] == "," and CUES["elder"] & set(following[1].lemmas):
        return "kin"
    if len(words) > 1 and words[0] in ("его", "ее", "их", "меня", "тебя") and words[1] in CUES["introduce"]:
        return "introduction"
    return ""


def speaks(passage: Passage, at: int) -> bool:
    """Whether the next word, adverbs and pronouns left out, is a verb of which only a person is the subject."""
    for token in passage.tokens[at + 1 : at + 3]:
        if token.norm not in CUES["before_verb"]:
            finite = any(tag.startswith("VERB") and "sing" in tag and "impr" not in tag for tag in token.tags)
            return finite and any(lemma in CUES["speaking"] for lemma in token.lemmas)
    return False


def told(passage: Passage, at: int) -> bool:
    """Whether a name is called out in reported speech: «сказала: Саке, я тебя …», also without the marks."""
    before = [token for token in passage.tokens[max(0, at - 3) : at] if token.text[0].isalpha()]
    after = next((token for token in passage.tokens[at + 1 : at + 3] if token.text[0].isalpha()), None)
    said = bool(before) and any(lemma in CUES["telling"] for lemma in before[-1].lemmas)
    return said and after is not None and after.norm in CUES["addressing"]


def abstract(passage: Passage, at: int) -> bool:
    """Whether the words beside a noun make it one: «вера в …», «большая надежда», «есть надежда»."""
    before = passage.tokens[at - 1] if at else None
    after = passage.tokens[at + 1] if at + 1 < len(passage.tokens) else None
    if after is not None and (after.norm in CUES["leads"] or after.text in "—–"):
        return True
    if before is None:
        return False
    return before.norm in CUES["leads"] or any(tag.startswith(("ADJF", "PREP", "NUMR")) for tag in before.tags)


IDIOMS = {"слава": ("богу", "аллаху", "тебе"), "вера": ("в",), "надежда": ("на",), "любовь": ("к", "зла")}


def idiom(passage: Passage, at: int) -> bool:
    """Whether a word that may be a name stands in a set phrase: «слава богу»."""
    following = passage.tokens[at + 1].norm if at + 1 < len(passage.tokens) else ""
    return following in IDIOMS.get(passage.tokens[at].norm, ())


def subject(passage: Passage, at: int) -> bool:
    """Whether a word stands where somebody who acts or is called would: first, after «а» or «но», or before a verb."""
    if at == 0 or passage.tokens[at - 1].norm in ("а", "но", "и", "вот", "это", "моя", "мой", "наша", "наш"):
        return True
    return acts(passage, at)


def acts(passage: Passage, at: int) -> bool:
    """Whether a finite verb in the singular follows."""
    after = passage.tokens[at + 1] if at + 1 < len(passage.tokens) else None
    return after is not None and any(tag.startswith("VERB") and "sing" in tag for tag in after.tags[:1])


def calls(passage: Passage, at: int) -> bool:
    """Whether a turn or a sentence opens by calling a name: «Кама, ну не надо»."""
    after = passage.tokens[at + 1].text if at + 1 < len(passage.tokens) else ""
    return opens(passage, at) and after in (",", "!") if passage.cased else at == 0


def addressed(passage: Passage, at: int) -> bool:
    """Whether a name is called out: it stands between marks, or opens or ends the turn beside a greeting."""
    tokens = passage.tokens
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    free_after = after is None or after.text in ",!?." or not passage.cased
    greeted = before is not None and before.norm in CUES["greeting"]
    called = before is not None and before.text == "," and at > 1 and tokens[at - 2].norm in CUES["greeting"]
    return free_after and (greeted or called)


def kazakh_speech(passage: Passage, at: int) -> bool:
    """Whether the words around are Kazakh: there a strange word is likelier a word than a name."""
    around = [token for token in passage.tokens[max(0, at - 3) : at + 4] if token.text[0].isalpha()]
    spoken = [
        token
        for token in around
        if token is not passage.tokens[at] and (folded(token.text) in lists().kazakh_words or LETTERS & set(token.norm))
    ]
    return len(spoken) > 1 or (passage.cased and len(spoken) == 1 and not passage.tokens[at].capital)
