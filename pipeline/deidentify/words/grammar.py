"""The case a mention stands in, and Russian words and names put into a case."""

from __future__ import annotations

from functools import lru_cache

from pipeline.deidentify.passage import morph, normal, readings, tokens
from pipeline.deidentify.words.inflect import known
from pipeline.deidentify.words.lists import lists, sets

TABLE = "words/prepositions.txt"
MOTION = sets(TABLE)["motion"]
"""verbs after which «в» and «на» say where to"""
CASES = {word: tuple(cases.split()) for cases, words in lists(TABLE).items() for word in words if cases != "motion"}
"""preposition -> the cases it takes, likeliest first"""
ALL_CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")


def case_of(text: str, start: int, end: int) -> str:
    """The case of the words text[start:end] in their sentence: by the preposition before and their endings."""
    before = [token for token in tokens(text[max(0, start - 60) : start]) if token.text[0].isalnum()]
    allowed = CASES.get(before[-1].norm, ()) if before else ()
    if "accs" in allowed and any(MOTION.intersection(token.lemmas) for token in before[-4:-1]):
        allowed = ("accs", *(case for case in allowed if case != "accs"))
    seen = _seen(text[start:end], allowed)
    for case in allowed:
        if case in seen:
            return case
    if allowed:
        return allowed[0]
    return next((case for case in ("nomn", "gent", "datv", "ablt", "accs", "loct") if case in seen), "nomn")


def _seen(words: str, allowed: tuple[str, ...]) -> frozenset[str]:
    """Cases that some words may stand in: those of the first noun or adjective that the preposition can govern."""
    first: frozenset[str] = frozenset()
    for token in tokens(words):
        tags = [tag for tag in readings(token.norm)[1] if "NOUN" in tag or "ADJF" in tag]
        found = frozenset(case for case in ALL_CASES if any(case in tag for tag in tags))
        if found and known(token.norm) and (not allowed or found.intersection(allowed)) and not token.text.isupper():
            return found
        first = first or found
    return first


@lru_cache(maxsize=4096)
def inflected(phrase: str, case: str) -> str:
    """Adjectives and the noun they belong to, given in the nominative, put into a case: «финансовая организация»."""
    words = phrase.split()
    head = next((i for i, word in enumerate(words) if _noun(word)), len(words) - 1)
    made = [_word(word, case) if index <= head else word for index, word in enumerate(words)]
    return " ".join(made)


def _noun(word: str) -> bool:
    return any(parse.tag.POS == "NOUN" and "nomn" in parse.tag for parse in morph().parse(word)[:2])


def _word(word: str, case: str) -> str:
    for parse in morph().parse(word):
        if "nomn" in parse.tag and parse.tag.POS in ("NOUN", "ADJF"):
            wanted = {case, "plur" if "plur" in parse.tag else "sing"}
            if parse.tag.POS == "ADJF" and case == "accs":
                wanted = {"accs", "sing", "femn"} if "femn" in parse.tag else {"nomn", "sing"}
            elif parse.tag.POS == "ADJF" and parse.tag.gender:
                wanted.add(str(parse.tag.gender))
            form = parse.inflect(wanted)
            return str(form.word) if form else word
    return word


@lru_cache(maxsize=4096)
def name_in(name: str, case: str, gender: str) -> str:
    """A given name, surname or patronymic in a case; a name that does not decline for this gender stays."""
    if case == "nomn" or (gender == "femn" and name[-1] not in "аяь"):
        return name
    for parse in morph().parse(name):
        if parse.tag.POS == "NOUN" and "nomn" in parse.tag and "sing" in parse.tag and gender in parse.tag:
            form = parse.inflect({case, "sing"})
            if form:
                return str(form.word).capitalize()
    return _by_ending(name, case, gender)


def _by_ending(name: str, case: str, gender: str) -> str:
    """Endings of names that the dictionary lacks: consonant stems of men, and names in -а, -я."""
    endings = {"gent": "а", "datv": "у", "accs": "а", "ablt": "ом", "loct": "е"}
    soft = {"gent": "я", "datv": "ю", "accs": "я", "ablt": "ем", "loct": "е"}
    first = {"gent": "ы", "datv": "е", "accs": "у", "ablt": "ой", "loct": "е"}
    if name.endswith("а"):
        return name[:-1] + first[case]
    if name.endswith("й") and gender == "masc":
        return name[:-1] + soft[case]
    if gender == "masc" and normal(name[-1]) not in "аеиоуыэюяь":
        return name + endings[case]
    return name
