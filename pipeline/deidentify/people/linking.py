"""Which mentions are one person: entity ids within an interview, from the surest mentions to the shortest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from pipeline.deidentify.passage import Finding, Passage, said_before
from pipeline.deidentify.people.context import END
from pipeline.deidentify.people.cues import CUES
from pipeline.deidentify.people.lexicon import readings
from pipeline.deidentify.people.persons import LINK, Person, fits, person
from pipeline.deidentify.words.lists import alternatives
from pipeline.model import Dialogue, Flag, Speaker
from pipeline.participants import Contact

MARGIN = 0.08
"""a mention that fits a second person nearly as well is linked to the one spoken of last, and flagged"""
FIRM = 0.84
"""from this likeness on a mention's form is one more that the person is known by"""
TABLE = "people/linking.txt"
ALIAS = re.compile(
    rf"^[\s,—–(-]*(?:(?:{alternatives(TABLE, 'said_between')}) |{alternatives(TABLE, 'alias')}|[\s,—–(-])*$"
)
ALIAS_WORD = re.compile(alternatives(TABLE, "alias_word"), re.IGNORECASE)


class Mention(Struct, frozen=True):
    """One finding of kind PERSON in its turn."""

    turn: int
    start: int
    end: int
    text: str
    speaker: str
    person: Person


class Known(Struct):
    """One person of the interview, as far as the mentions linked so far tell."""

    forms: list[Person]
    """what he or she is surely called; a mention that was linked by its sound alone proves nothing for the next"""
    identity: str = ""
    """"P01" or "interviewer-1" for whom the study knows, "" for anyone else"""
    speaker: str = ""
    """label of the speaker this is, "" for anyone spoken of"""
    distant: bool = False
    """a participant of another interview: a given name alone does not mean him or her"""
    seen: list[tuple[int, int]] = []

    def fit(self, other: Person) -> float:
        """0 where a mention contradicts anything known of this person, else how surely it is meant."""
        if self.distant and other.slots < 2 and not other.surname:
            return 0.0
        scores = [fits(form, other) for form in self.forms]
        full = [score for score, form in zip(scores, self.forms, strict=True) if _comparable(form, other)]
        if any(score == 0.0 for score in full) or self._contradicts(other):
            return 0.0
        return max(scores, default=0.0)

    def _contradicts(self, other: Person) -> bool:
        genders = {form.gender for form in self.forms if form.gender}
        return bool(other.gender and genders and other.gender not in genders)


def _comparable(one: Person, other: Person) -> bool:
    """Whether two mentions share a patronymic or a surname, so that a difference there parts two people."""
    return bool((one.patronymic and other.patronymic) or (one.surname and other.surname))


class Linked(Struct, frozen=True):
    """Who is meant by each mention, by (turn, start), and the doubtful ones."""

    people: tuple[Known, ...]
    of: dict[tuple[int, int], int]
    """index among `people`"""
    flags: tuple[Flag, ...]


def seeds(dialogue: Dialogue, contacts: Sequence[Contact]) -> list[Known]:
    """The people known before a word is read: speakers by their display names, and everyone in the contacts."""
    people = []
    for speaker in dialogue.speakers:
        contact = _contact(speaker, contacts)
        names = [*(contact.names if contact else ()), *_display(speaker.display_name)]
        forms = [made for made in map(person, names) if made.slots]
        identity = contact.owner if contact else speaker.participant if speaker.role == "respondent" else ""
        people.append(Known(forms, identity, speaker.label))
    known = {someone.identity for someone in people}
    for contact in contacts:
        if contact.owner not in known:
            forms = [made for made in map(person, contact.names) if made.slots]
            people.append(Known(forms, contact.owner, "", contact.role == "participant"))
    return people


def _contact(speaker: Speaker, contacts: Sequence[Contact]) -> Contact | None:
    """Whom the study knows a speaker as: by participant id, by display name, or by a name that fits one alone."""
    for contact in contacts:
        names = {_plain(name) for name in (*contact.display_names, *contact.names)}
        if (speaker.participant and contact.owner == speaker.participant) or _plain(speaker.display_name) in names - {
            ""
        }:
            return contact
    shown = [person(name) for name in _display(speaker.display_name)]
    role = "participant" if speaker.role == "respondent" else speaker.role
    fitting = [
        contact
        for contact in contacts
        if contact.role == role and any(fits(person(name), one) >= FIRM for name in contact.names for one in shown)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


DEVICE = re.compile(
    r"(?:['’]s\b)?\s*(?:iphone|ipad|macbook|phone|galaxy|laptop|pc|zoom user|user|host)\b.*$", re.IGNORECASE
)


def _display(name: str) -> list[str]:
    """The words of a display name that may be a person's name: «Kamila's iPhone» as «Kamila»."""
    bare = DEVICE.sub("", re.sub(r"[_\d()\[\]|/\\.]+", " ", name)).strip()
    words = [word for word in re.split(r"\s+", bare) if len(word) > 1]
    return [" ".join(words)] if words else []


def linked(mentions: Sequence[Mention], passages: Mapping[int, Passage], known: Sequence[Known]) -> Linked:
    """Every mention given to one person; a person no mention names so far is made for it where none fits."""
    people = [Known(list(k.forms), k.identity, k.speaker, k.distant) for k in known]
    of: dict[tuple[int, int], int] = {}
    flags = []
    own = {(m.turn, m.start) for m in mentions if _names_himself(m, passages)}
    for mention in sorted(mentions, key=lambda m: ((m.turn, m.start) not in own, -m.person.slots, m.turn, m.start)):
        at, sure = _choose(mention, people, passages)
        if at < 0:
            people.append(Known([]))
            at = len(people) - 1
        told = (mention.turn, mention.start) in own
        firm = told or not people[at].forms or people[at].fit(mention.person) >= FIRM
        if not sure:
            flags.append(Flag(mention.turn, mention.start, mention.end, "link-uncertain"))
        someone = people[at]
        if mention.person not in someone.forms and (firm or mention.person.slots > 1):
            someone.forms.append(mention.person)
        someone.seen.append((mention.turn, mention.start))
        of[mention.turn, mention.start] = at
    _aliases(mentions, passages, people, of)
    return Linked(tuple(people), of, tuple(sorted(flags, key=lambda f: (f.turn, f.start))))


def _names_himself(mention: Mention, passages: Mapping[int, Passage]) -> bool:
    """Whether a speaker gives his own given name or patronymic; a surname alone is his family's too."""
    said = _introduces(mention, passages)
    best = readings(mention.person.words[0]) if mention.person.words else ()
    surname = mention.person.slots == 1 and bool(best) and best[0].role == "surname"
    given = said == "name" and bool(mention.person.given) and not surname
    return given or (said != "" and bool(mention.person.patronymic))


def _choose(mention: Mention, people: Sequence[Known], passages: Mapping[int, Passage]) -> tuple[int, bool]:
    """The person meant (-1 for somebody new), and whether nobody else comes near."""
    own = _own(mention, people, passages)
    if own >= 0:
        return own, True
    called = _addressed(mention, people, passages[mention.turn])
    if called >= 0 and not any(someone.fit(mention.person) >= FIRM for someone in people):
        return called, True
    kin = _of_kin(mention, passages[mention.turn])
    scored = sorted(
        (
            (someone.fit(mention.person) + _called(mention, someone, passages), at)
            for at, someone in enumerate(people)
            if not (kin and someone.speaker == mention.speaker)
        ),
        reverse=True,
    )
    near = [(score, at) for score, at in scored if score >= LINK and score > scored[0][0] - MARGIN]
    if not near:
        return -1, True
    if len(near) == 1:
        return near[0][1], near[0][0] > LINK + MARGIN
    if not mention.person.given:
        speakers = [at for _, at in near if people[at].speaker and people[at].speaker == mention.speaker]
        if speakers:
            return speakers[0], False
    return max(near, key=lambda pair: (_last(people[pair[1]], mention), pair[0]))[1], False


def _of_kin(mention: Mention, passage: Passage) -> bool:
    """Whether a mention without a given name follows a word for kin: «дядя мой, полковник Ахметов»."""
    if mention.person.given or mention.person.patronymic:
        return False
    before = [token for token in said_before(passage, mention.start)[-12:] if token.text[0].isalpha()][-3:]
    return any(lemma in CUES["kin"] for token in before for lemma in token.lemmas)


def _called(mention: Mention, someone: Known, passages: Mapping[int, Passage]) -> float:
    """A little more for the other speaker where a name is called out at the beginning or the end of a turn."""
    if not someone.speaker or someone.speaker == mention.speaker or not someone.forms:
        return 0.0
    text = passages[mention.turn].text
    near = mention.start < 25 or len(text) - mention.end < 4
    return 0.06 if near and someone.fit(mention.person) >= 0.55 else 0.0


def _last(someone: Known, mention: Mention) -> tuple[int, int]:
    """Where a person was last spoken of before a mention; (0, 0) if not yet."""
    before = [place for place in someone.seen if place <= (mention.turn, mention.start)]
    return max(before, default=(0, 0))


def _own(mention: Mention, people: Sequence[Known], passages: Mapping[int, Passage]) -> int:
    """The speaker, where he says his own name («меня зовут …», «моя фамилия …», «фамилию написали …»); else -1."""
    said = _introduces(mention, passages)
    if not said:
        return -1
    for at, someone in enumerate(people):
        if someone.identity and not someone.speaker and someone.fit(mention.person) >= FIRM:
            return at
    for at, someone in enumerate(people):
        if someone.speaker and someone.speaker == mention.speaker:
            other = bool(mention.person.given) and any(form.given for form in someone.forms)
            return -1 if other and said != "surname" and someone.fit(mention.person) == 0.0 else at
    return -1


ASKED = re.compile(
    r"представь|представиться|(?:вас|тебя) зовут|(?:ваше|твоё|твое) (?:полное )?имя|имя,? (?:отчество|фамили)|"
    r"а вы\?\s*$|а вас(?: как)?\?\s*$|с кем я|как к вам|обращаться|вы у нас|вас по имени|полное имя|фио\b|"
    r"(?:^|[.!,—] ?)(?:а |ваше |твоё |твое |и )*(?:отчество|фамилия|полностью)(?: ваше| ваша| как)?\s*\?\s*$"
)


def _asked_or_i(mention: Mention, passage: Passage) -> bool:
    """Whether a name answers the request for it, or follows «я» at once: «Я Сауле, мы с вами списывались»."""
    before = said_before(passage, mention.start)
    if before and before[-1].norm == "я":
        return passage.text[mention.end : mention.end + 1] in (",", ".", "!", "")
    plain = not before or all(token.norm in CUES["before_own_name"] or not token.text[0].isalpha() for token in before)
    return plain and bool(ASKED.search(passage.before[-80:].lower()))


def _addressed(mention: Mention, people: Sequence[Known], passage: Passage) -> int:
    """The other one of two speakers where a turn opens by calling a name and speaks to «вы» or «ты»; else -1.

    A question of a word or two needs no «вы»: «Асель, слышно?»
    """
    speakers = [at for at, someone in enumerate(people) if someone.speaker]
    others = [at for at in speakers if people[at].speaker != mention.speaker]
    if len(speakers) != 2 or len(others) != 1 or any(form.given for form in people[others[0]].forms):
        return -1
    before = (token for token in said_before(passage, mention.start) if token.text[0].isalpha())
    called = all(token.norm in CUES["greeting"] or token.norm in ("ну", "так", "а", "и") for token in before)
    after = passage.text[mention.end : mention.end + 1]
    asked = passage.text.rstrip().endswith("?") and sum(token.text[0].isalpha() for token in passage.tokens) <= BRIEF
    you = asked or any(token.norm in CUES["you"] | CUES["opening_greeting"] for token in passage.tokens)
    return others[0] if called and you and mention.person.given and after in (",", "!") and after else -1


BRIEF = 4
"""words of a question so short that it can only go to who is called"""
PARTS = frozenset({"фамилия", "отчество", "имя"})
OTHERS = frozenset({"его", "ее", "их", "мамина", "девичья", "девичью", "и"})


def _introduces(mention: Mention, passages: Mapping[int, Passage]) -> str:
    """Whether the words before a mention say that it is the speaker's "name", or "surname"; "" where they do not."""
    words = []
    for token in reversed(said_before(passages[mention.turn], mention.start)[-5:]):
        if token.text in END or token.norm == "я":
            break
        words.append(token)
    lemmas = {lemma for token in words for lemma in token.lemmas}
    norms = {token.norm for token in words}
    if norms & OTHERS:
        return ""
    if _asked_or_i(mention, passages[mention.turn]):
        return "name"
    others = lemmas & (CUES["kin"] | CUES["title"]) or "папина" in norms
    told = (
        "меня" in norms and (norms & CUES["introduce"] or lemmas & PARTS),
        words and words[0].norm in ("зовите", "называйте"),
        {"по", "паспорту"} <= norms and not others,
        norms & {"моя", "мое", "мою"} and lemmas & PARTS,
    )
    if any(told):
        return "name"
    part = "фамилия" in lemmas or ("отчество" in lemmas and mention.person.patronymic)
    return "surname" if part and not others and mention.person.slots == 1 else ""


def _aliases(
    mentions: Sequence[Mention],
    passages: Mapping[int, Passage],
    people: list[Known],
    of: dict[tuple[int, int], int],
) -> None:
    """Two names that the sentence itself puts for one person: «Джона зовут Жанибек», «…, отчество …»."""
    ordered = sorted(mentions, key=lambda m: (m.turn, m.start))
    for one, two in pairwise(ordered):
        if one.turn != two.turn:
            named = _spelt_out(one, two, passages)
        else:
            between = passages[one.turn].text[one.end : two.start]
            after = passages[two.turn].text[two.end : two.end + 80]
            named = _renamed(between) or _registered(between, after) or _surname_told(two, after, between)
        a, b = of[one.turn, one.start], of[two.turn, two.start]
        if not named or a == b or (people[a].speaker and people[b].speaker) or people[b].identity:
            continue
        if any(f.gender and g.gender and f.gender != g.gender for f in people[a].forms for g in people[b].forms):
            continue
        people[a].forms += [form for form in people[b].forms if form not in people[a].forms]
        people[a].seen += people[b].seen
        for place in [place for place, at in of.items() if at == b]:
            of[place] = a


WHO = re.compile(
    r"^[\s,—–-]*(?:это(?: кто| как| полностью)?|а полностью|полностью|(?:её|ее|его) полное имя|то есть)?[\s.…]*\?"
)


def _spelt_out(one: Mention, two: Mention, passages: Mapping[int, Passage]) -> bool:
    """Whether a turn that asks who a name is gets nothing but a fuller name: «А Айка это?» — «Айгуль Ахметова.»"""
    asked, answer = passages[one.turn].text[one.end :], passages[two.turn].text
    plain = all(
        token.norm in ("ну", "это", "да")
        for token in said_before(passages[two.turn], two.start)
        if token.text[0].isalpha()
    )
    return (
        two.turn == one.turn + 1
        and one.speaker != two.speaker
        and bool(WHO.fullmatch(asked.strip()))
        and plain
        and answer[two.end :].strip(" .,!…") == ""
        and two.person.slots > one.person.slots
    )


DOCUMENT = re.compile(
    r"^[\s,.—–()-]*(?:(?:ну|а|но|он|она|только|уже|был|была|это) )*по[ -](?:[а-я]+ (?=док|пас|бум|сви))?"
    r"(?:документам|паспорту|бумагам|свидетельству|метрике|[а-я]+ски)"
    r"(?: (?:он|она|его|ее|я|меня|зовут|это|просто))*[\s,—–:-]*$"
)
"""between two names of one person: «Гүлнұр. По китайским документам …», «…, по-русски …»"""
CALLED = re.compile(
    r"(?:^|\s)(?:его|ее)(?: все| там| просто)? (?:зовут|звали|зовет|зовем|называют|называет|кличут)[\s—–:,-]*$"
)
KIN_BETWEEN = re.compile(rf"(?:^|\s)(?:{alternatives(TABLE, 'kin_between')})")


def _renamed(between: str) -> bool:
    """Whether the words between two names put them for one person."""
    said = between.lower().replace("ё", "е")
    if len(between) < 60 and ALIAS_WORD.search(between) and ALIAS.match(between.lower()):
        return True
    if len(between) < 60 and re.match(r"^[\s,—–-]*(?:а )?(?:отчество|фамилия)[^.!?]*$", said):
        return True
    if len(between) < 70 and DOCUMENT.match(said):
        return True
    called = len(between) < 70 and CALLED.search(said)
    return bool(called) and ("зовет" in said or "называет" in said or not KIN_BETWEEN.search(said))


def _registered(between: str, after: str) -> bool:
    """Whether the second of two names is said to be the first in other words: «Яков, ну, Якоб по документам»."""
    plain = re.fullmatch(r"[\s,—–(-]*(?:ну|то есть|а|или|вернее|точнее)?[\s,—–-]*", between.lower())
    return bool(plain) and bool(
        re.match(r"\s*,?\s*(?:по|в) (?:документам|паспорту|документах|паспорте)\b", after.lower())
    )


def _surname_told(two: Mention, after: str, between: str) -> bool:
    """Whether a name is said to be the surname of whoever was named before: «… Шапиро его фамилия»."""
    told = re.match(r"^[\s,—–-]*(?:это )?(?:его |её |ее )?фамилия(?: его| её| ее)?\b", after.lower())
    before = re.search(
        r"(?:по фамилии|(?:его|её|ее) фамилия|фамилия (?:его|у него|у неё|у нее))[\s—–-]*$", between.lower()
    )
    return two.person.slots == 1 and len(between) < 80 and bool(told or before)


def mention(turn: int, found: Finding, text: str, speaker: str) -> Mention:
    """A finding of kind PERSON as a mention."""
    said = text[found.start : found.end]
    return Mention(turn, found.start, found.end, said, speaker, person(said))
