"""E-mail, web addresses and user names, written or spelt out: «айгерим точка с собака джимейл точка ком»."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from pipeline.deidentify.passage import Finding, Passage, Rule, Token
from pipeline.deidentify.words import spoken_numbers
from pipeline.deidentify.words.inflect import fold, known, ordinary
from pipeline.deidentify.words.lists import sets

WORDS = sets("contacts/emails_and_usernames.txt")
DOTS = WORDS["dot"]
DOTS_ABROAD = DOTS | WORDS["dot_abroad"]
AT = WORDS["at"]
JOINTS = WORDS["joint"]
JOINT_MARKS = frozenset("_-–")
SLASHES = WORDS["slash"]
STOPS = WORDS["stop"]
ENDINGS = WORDS["ending"]
PROVIDERS = WORDS["provider"]
APPS = WORDS["app"]
HANDLES = WORDS["handle"]
LETTERS = WORDS["letter"]
SPELT = WORDS["spelt"]
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+(?:[@＠]|\s?[(\[]at[)\]]\s?|\s[@＠]\s)[\w-]+(?:\.[\w-]+)+", re.UNICODE)
URL = re.compile(r"(?:https?://|www\.)[^\s<>«»\"']+", re.IGNORECASE)
BARE = re.compile(
    r"(?<![\w@.])(?:[a-zа-я0-9](?:[\w-]{0,62}[\w])?\.)+([a-zа-я]{2,10})(?:/[^\s<>«»\"',]*)?(?![\w@])", re.IGNORECASE
)
AT_NAME = re.compile(r"(?<![\w.])[@＠]\s?[\w](?:[\w.-]*[\w])?", re.UNICODE)
HANDLE = re.compile(
    r"(?<![\w@./-])(?=[a-z0-9._:]{0,64}[a-z])(?:live:|cid:)?(?:[a-z0-9]+[_][a-z0-9_.]*[a-z0-9_]|_[a-z0-9_]+)(?![\w@])",
    re.I,
)
DISCORD = re.compile(r"(?<![\w#])\w{2,32}#\d{4}(?!\d)")
MAIL = ("почт", "мейл", "имейл", "имэйл", "емейл", "email", "e-mail", "электронк", "электронн", "ящик", "мыл")
"""beginnings of words for electronic mail"""
LONGEST = 100
"""tokens of an address that is spelt out, on either side of where it is known by"""
TRAILING = '.,;:!?)…»"'


def written_email(passage: Passage) -> Iterator[Finding]:
    """name@host.tld, also with spaces around the marks."""
    for match in EMAIL.finditer(passage.text):
        end = match.start() + len(match.group().rstrip("._-"))
        yield Finding(match.start(), end, "EMAIL", 0.99, "email-written")


def written_url(passage: Passage) -> Iterator[Finding]:
    """With a scheme, or a host with a known ending: «egemen.example/news»."""
    for match in URL.finditer(passage.text):
        yield Finding(match.start(), match.start() + len(match.group().rstrip(TRAILING)), "URL", 0.99, "url-scheme")
    for match in BARE.finditer(passage.text):
        whole = match.group().rstrip(TRAILING)
        if fold(match.group(1)) in ENDINGS and (match.group(1).islower() or "/" in whole):
            yield Finding(match.start(), match.start() + len(whole), "URL", 0.96, "url-bare")


def written_username(passage: Passage) -> Iterator[Finding]:
    """@name, or a Latin word with an underscore."""
    for match in AT_NAME.finditer(passage.text):
        yield Finding(match.start(), match.end(), "USERNAME", 0.95, "username-at")
    for match in DISCORD.finditer(passage.text):
        yield Finding(match.start(), match.end(), "USERNAME", 0.95, "username-discord")
    for match in HANDLE.finditer(passage.text):
        yield Finding(match.start(), match.end(), "USERNAME", 0.9, "username-underscore")


def _joint(tokens: tuple[Token, ...], at: int) -> int:
    """How many tokens from `at` say «точка», «нижнее подчёркивание», «дефис» …; 0 where none does."""
    if at >= len(tokens) or at < 0:
        return 0
    norm = tokens[at].norm
    if norm in DOTS or norm in JOINTS or norm in JOINT_MARKS:
        return 1
    if norm in WORDS["dot_abroad"] and at > 0 and at + 1 < len(tokens):
        return 1
    if (
        norm in WORDS["lower"]
        and at + 1 < len(tokens)
        and tokens[at + 1].norm in (*JOINTS, "пробел", "прочерк", "тире")
    ):
        return 2
    return 0


def _joint_before(tokens: tuple[Token, ...], at: int) -> int:
    """The same for tokens that end just before `at`."""
    if _joint(tokens, at - 2) == 2:
        return 2
    return 1 if at >= 1 and _joint(tokens, at - 1) == 1 else 0


def _word(tokens: tuple[Token, ...], at: int) -> bool:
    return 0 <= at < len(tokens) and tokens[at].text[0].isalnum()


def _leftwards(passage: Passage, at: int) -> int:
    """First token of a spelt local part whose last token is `at`."""
    tokens = passage.tokens
    first = at
    while at - first < LONGEST:
        joint = _joint_before(tokens, first)
        if joint and _word(tokens, first - joint - 1):
            first -= joint + 1
        elif _continues(passage, first):
            first -= 1
        else:
            return first
    return first


def _continues(passage: Passage, first: int) -> bool:
    """Whether the token before belongs to the same spelt word: letters, digits, Latin beside Latin."""
    tokens = passage.tokens
    if not _word(tokens, first - 1):
        return False
    before, here = tokens[first - 1], tokens[first]
    if before.norm in STOPS and not (before.norm in LETTERS or (len(before.norm) == 1 and len(here.norm) == 1)):
        return False
    if _numeric(here) and _joint_before(tokens, first - 1):
        return True
    if _numeric(here) or _numeric(before):
        return not _joint_before(tokens, first - 1) or not known(before.norm)
    if before.norm in LETTERS or here.norm in LETTERS or len(before.norm) == len(here.norm) == 1:
        return not known(before.norm) or before.norm in LETTERS or len(before.norm) == 1
    return before.text.isascii() and here.text.isascii()


def _numeric(token: Token) -> bool:
    if token.norm in WORDS["digit"]:
        return True
    return token.text.isdecimal() or token.norm in spoken_numbers.vocabulary()


def _rightwards(passage: Passage, at: int) -> int:
    """One past the last token of a spelt host or path that begins with `at`."""
    tokens = passage.tokens
    last = at + 1
    while last < min(len(tokens), at + LONGEST):
        joint = _joint(tokens, last) or int(tokens[last].norm in SLASHES)
        if joint and tokens[last].norm == "." and tokens[last].end != tokens[min(last + 1, len(tokens) - 1)].start:
            return last
        while joint and last + joint < len(tokens) and tokens[last + joint].norm in SLASHES:
            joint += 1
        if joint and _word(tokens, last + joint):
            last += joint + 1
        elif _same_word(tokens, last) or (_numeric(tokens[last]) and last - 1 > at and _spelt(tokens[last - 1])):
            last += 1
        else:
            return last
    return last


def _same_word(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a token is written together with the one before, or is a spelt letter after a name."""
    if tokens[at].start == tokens[at - 1].end and _word(tokens, at):
        return True
    return tokens[at].norm in LETTERS and _spelt(tokens[at - 1])


def _spelt(token: Token) -> bool:
    return token.norm in LETTERS or _numeric(token) or not ordinary(token.norm)


def breathless(passage: Passage) -> Passage:
    """The passage without the commas that a recogniser writes where somebody who spells draws breath.

    «аскар восемьдесят, нижнее подчёркивание, кз, собака, мейл точка ру»; offsets stay those of the text.
    """
    tokens = passage.tokens
    if "," not in passage.text or not any(token.norm in SPELT for token in tokens):
        return passage
    kept = tuple(token for at, token in enumerate(tokens) if token.text != "," or not _beside_mark(tokens, at))
    return passage if len(kept) == len(tokens) else Passage(passage.text, kept, passage.cased, passage.before)


def _beside_mark(tokens: tuple[Token, ...], at: int) -> bool:
    return any(0 <= near < len(tokens) and tokens[near].norm in SPELT for near in (at - 1, at + 1))


def spelt_email(passage: Passage) -> Iterator[Finding]:
    """A local part, «собака», and a host."""
    passage = breathless(passage)
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if token.norm not in AT or not _word(tokens, at - 1) or not _word(tokens, at + 1):
            continue
        if token.text == "@" and token.end == tokens[at + 1].start:
            continue
        alone = not _joint_before(tokens, at - 1)
        if (alone and tokens[at - 1].norm in STOPS | APPS) or tokens[at + 1].norm in STOPS - PROVIDERS:
            continue
        last = _rightwards(passage, at + 1)
        host = [t.norm for t in tokens[at + 1 : last]]
        if len(host) == 1 and last < len(tokens) and (host[0] in PROVIDERS or tokens[last].norm in ENDINGS):
            last += tokens[last].norm in ENDINGS
        elif len(host) == 1 and not (host[0] in PROVIDERS and _asked(passage, at)):
            continue
        first = _leftwards(passage, at - 1)
        yield Finding(tokens[first].start, tokens[last - 1].end, "EMAIL", 0.98, "email-spelt")


def _asked(passage: Passage, at: int) -> bool:
    """Whether an e-mail address is announced or asked for."""
    words = [token.norm for token in passage.tokens[max(0, at - 8) : at]]
    return any(word.startswith(MAIL) for word in (*words, *fold(passage.before[-60:]).split()))


def hosted_email(passage: Passage) -> Iterator[Finding]:
    """A spelt name and a mail service with nothing said for the @: «айгерим точка с, джимейл ком»."""
    passage = breathless(passage)
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        last = at + 1 + (at + 1 < len(tokens) and tokens[at + 1].norm in DOTS_ABROAD)
        if token.norm not in PROVIDERS or last >= len(tokens) or tokens[last].norm not in ENDINGS:
            continue
        named = at - 1 - (at > 0 and tokens[at - 1].text in ",-—")
        if not _word(tokens, named) or tokens[named].norm in STOPS | AT | APPS | HANDLES or _joint_before(tokens, at):
            continue
        first = _leftwards(passage, named)
        if first < named or not known(tokens[named].norm) or tokens[named].text.isascii():
            yield Finding(tokens[first].start, tokens[last].end, "EMAIL", 0.96, "email-hosted")


def spelt_url(passage: Passage) -> Iterator[Finding]:
    """«github точка com слэш …», with or without «https двоеточие слэш слэш»."""
    passage = breathless(passage)
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        if token.norm not in DOTS or token.text == "." or not _word(tokens, at - 1) or not _word(tokens, at + 1):
            continue
        first = at - 1
        while at - first < LONGEST and (
            _joint_before(tokens, first) and _word(tokens, first - _joint_before(tokens, first) - 1)
        ):
            first -= _joint_before(tokens, first) + 1
        last = _rightwards(passage, at - 1)
        said = [t.norm for t in tokens[at:last]]
        if first > 0 and tokens[first - 1].norm in AT:
            continue
        scheme = _scheme(tokens, first)
        if not (scheme < first or SLASHES.intersection(said) or said[-1] in ENDINGS):
            continue
        if last < len(tokens) and tokens[last].norm in AT:
            continue
        yield Finding(tokens[scheme].start, tokens[last - 1].end, "URL", 0.95, "url-spelt")


def _scheme(tokens: tuple[Token, ...], first: int) -> int:
    """Where «https двоеточие слэш слэш» or «три дабл ю» before a host begins; `first` where there is none."""
    at = first
    while (
        first - at < LONGEST
        and at > 0
        and (tokens[at - 1].norm in SLASHES or tokens[at - 1].norm in ("двоеточие", ":", "https", "http", "www"))
    ):
        at -= 1
    return first if tokens[at].norm == ":" else at


def spelt_username(passage: Passage) -> Iterator[Finding]:
    """«собака aika нижнее подчёркивание waseda», «мади нижнее подчёркивание химик»."""
    passage = breathless(passage)
    tokens = passage.tokens
    addresses = [(found.start, found.end) for found in spelt_email(passage)]
    for at, token in enumerate(tokens):
        if token.norm in AT and token.text != "@" and _word(tokens, at + 1) and not _within(addresses, token):
            last = _rightwards(passage, at + 1)
            latin = tokens[at + 1].text.isascii()
            if latin or last > at + 2 or (_introduced(tokens, at) and not ordinary(tokens[at + 1].norm)):
                yield Finding(token.start, tokens[last - 1].end, "USERNAME", 0.93, "username-spelt-at")
        if _underscore(tokens, at) and _word(tokens, at - 1) and _word(tokens, at + _joint(tokens, at)):
            first, last = _leftwards(passage, at - 1), _rightwards(passage, at - 1)
            if first > 0 and tokens[first - 1].norm in AT:
                continue
            if last < len(tokens) and tokens[last].norm in AT:
                continue
            yield Finding(tokens[first].start, tokens[last - 1].end, "USERNAME", 0.93, "username-spelt")


def _underscore(tokens: tuple[Token, ...], at: int) -> bool:
    norm = tokens[at].norm
    return norm.startswith("подчерк") or norm in ("андерскор", "underscore") or _joint(tokens, at) == 2


def _within(addresses: Sequence[tuple[int, int]], token: Token) -> bool:
    """Whether «собака» as this token joins an e-mail address."""
    at = bisect_left(addresses, (token.start,)) - 1
    return at >= 0 and addresses[at][0] < token.start < addresses[at][1]


def _introduced(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a word just before says that a user name follows."""
    return any({t.norm, *t.lemmas} & (APPS | HANDLES) for t in tokens[max(0, at - 4) : at])


def named_username(passage: Passage) -> Iterator[Finding]:
    """What follows «ник», «телеграм», «kakao» and is no ordinary word: «ник lyazzat91», «телеграм айка васеда»."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        handle = token.norm in HANDLES or bool(HANDLES.intersection(token.lemmas))
        if not handle and token.norm not in APPS and not APPS.intersection(token.lemmas):
            continue
        first = at + 1
        while (
            first < len(tokens)
            and first - at < 7
            and (tokens[first].norm in WORDS["link"] or tokens[first].text in ':—–-«"@,')
        ):
            first += 1
        if first >= len(tokens) or not _word(tokens, first) or tokens[first].norm in APPS | HANDLES:
            continue
        if token.norm == "ник" and first == at + 1 and _surnamed(tokens, at):
            continue
        last = _name_end(passage, first, handle)
        if last > first:
            end = tokens[last - 1].end
            score = 0.85 if _mixed(passage.text[tokens[first].start : end]) or handle else 0.7
            yield Finding(tokens[first].start, end, "USERNAME", score, "username-introduced")


def _surnamed(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether «Ник» begins a sentence and one Cyrillic word follows, as in the name of somebody."""
    opens = not at or tokens[at - 1].text in ".!?…"
    after = tokens[at + 2] if at + 2 < len(tokens) else None
    return opens and not tokens[at + 1].text.isascii() and after is not None and after.text[0].isalpha()


def _mixed(text: str) -> bool:
    return any(c.isdigit() or c in "_." for c in text) and any(c.isalpha() for c in text)


def _name_end(passage: Passage, first: int, handle: bool) -> int:
    """One past the last token of a user name that begins at `first`; `first` where it does not look like one."""
    tokens = passage.tokens
    last = first
    while last < len(tokens) and last - first < 6 and _word(tokens, last):
        token = tokens[last]
        glued = last > first and tokens[last - 1].end == token.start
        strange = not known(token.norm) and token.norm not in STOPS and not _numeric(token)
        if not (glued or strange or (last > first and _numeric(token)) or _joint(tokens, last + 1)):
            break
        last += 1
        joint = _joint(tokens, last)
        if (
            joint
            and _word(tokens, last + joint)
            and (tokens[last].text not in ".-–" or tokens[last].end == tokens[last + joint].start)
        ):
            last += joint
    while last > first and not _word(tokens, last - 1):
        last -= 1
    text = passage.text[tokens[first].start : tokens[max(first, last - 1)].end]
    if last == first or (ordinary(tokens[first].norm) and last == first + 1):
        return first
    plain = not _mixed(text) and (not text.isascii() or (passage.cased and text[:1].isupper()))
    return first if plain and not handle and (passage.cased or last - first > 2) else last


def joined_username(passage: Passage) -> Iterator[Finding]:
    """«aidar dot seitov», «инстаграм дана точка тревел»: words on both sides of a spelt mark, and no known host."""
    tokens = passage.tokens
    for at, token in enumerate(tokens):
        spelt = (token.norm in DOTS and token.text != ".") or token.norm in JOINTS
        if not spelt or not (_word(tokens, at - 1) and _word(tokens, at + 1)):
            continue
        first, last = _leftwards(passage, at - 1), _rightwards(passage, at - 1)
        if not (_latin(tokens, at - 1) and _latin(tokens, at + 1)):
            strange = not (known(tokens[first].norm) and known(tokens[last - 1].norm))
            if not strange or not _introduced(tokens, first):
                continue
        alone = first == 0 or tokens[first - 1].norm not in AT
        host = token.norm in DOTS and tokens[last - 1].norm in ENDINGS
        if alone and not host and (last >= len(tokens) or tokens[last].norm not in AT):
            yield Finding(tokens[first].start, tokens[last - 1].end, "USERNAME", 0.85, "username-joined")


def _latin(tokens: tuple[Token, ...], at: int) -> bool:
    return _word(tokens, at) and tokens[at].text.isascii() and tokens[at].text.isalpha()


RULES: tuple[Rule, ...] = (
    Rule("email-written", written_email),
    Rule("url-written", written_url),
    Rule("username-written", written_username),
    Rule("email-spelt", spelt_email),
    Rule("email-hosted", hosted_email),
    Rule("url-spelt", spelt_url),
    Rule("username-spelt", spelt_username),
    Rule("username-introduced", named_username),
    Rule("username-joined", joined_username),
)
