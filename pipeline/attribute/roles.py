"""Who asks and who answers: named cues weigh each speaker, and the best casting of all speakers together wins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from pipeline.attribute import CUES
from pipeline.attribute.turns import Bit, Utterance, asks, talk
from pipeline.model import Cast, Member, Role, Speaker

SURE = 5.0
"""lead in weight, over the best casting in which a speaker has another role, that makes his margin 1"""
MOST = 6
"""speakers cast together; anyone who says less than these is "other" """
EVEN = 0.08
"""difference of shares too small to say anything"""
RARE = 0.15
"""share of turns that ask by which nobody is known as an interviewer"""
CLEARLY = 0.45
"""lead in phrases (three times as many as anyone else) from which on they count"""
FEW = 3
"""phrases, turns or questions beside which one more or less is chance"""
FEW_WORDS = 100
"""words in which talk shares say nothing yet"""
ROLES: tuple[Role, ...] = ("interviewer", "respondent", "other")


class Facts(NamedTuple):
    """What the cues look at: one speaker among the others of one interview. Shares are 0–1 and 0 in silence."""

    member: Member
    participant: str
    """participant id of the respondent, "" where unknown"""
    speakers: int
    words: float
    """share of all words"""
    lead: float
    """his share of words less that of the one who says most among the others"""
    turns: int
    """his own, asides not counted"""
    asks: float
    """share of his own turns that ask"""
    asking: float
    """the same, less that of the most talkative other"""
    questions: float
    """his share of all questions, less that of the most talkative other"""
    phrases: float
    """his interviewer's phrases against those of whoever else has most: -1 none, 0 as many, 1 all"""
    answers: float
    """the same for remarks on his own life"""
    guide: float
    """the same for questions of the interview guide"""
    first: float
    """when he begins to speak, as a share of the interview"""


class _Counts(NamedTuple):
    """Of one speaker's own turns."""

    words: int
    turns: int
    asking: int
    phrases: int
    answers: int


Weights = Mapping[Role, float]
NOBODY: Mapping[str, int] = {}


def contacts(facts: Facts) -> Weights:
    """His name stands in contacts or under `interviewers:`."""
    if facts.member.interviewer:
        return {"interviewer": 8.0}
    if facts.member.participant and facts.member.participant == facts.participant:
        return {"respondent": 8.0}
    if facts.member.participant and facts.participant:
        return {"other": 2.0}
    return {}


def host(facts: Facts) -> Weights:
    """Zoom's host is, as a rule, who called the meeting."""
    return {"interviewer": 2.0} if facts.member.host else {}


def recurring(facts: Facts) -> Weights:
    """The same person speaks in several interviews of the study; less if he asks nothing here."""
    return {"interviewer": 2.5 if facts.asks > RARE else 1.0} if facts.member.recurring else {}


def question_share(facts: Facts) -> Weights:
    """Asks in more of his turns than the one who talks most, and has more of all questions."""
    if facts.asking > 2 * EVEN:
        return {"interviewer": 0.5 + 1.8 * facts.asking + 1.8 * max(0.0, facts.questions)}
    if facts.asking < -2 * EVEN:
        return {"interviewer": 1.2 * facts.asking + 0.8 * min(0.0, facts.questions)}
    return {}


def guide_phrases(facts: Facts) -> Weights:
    """Says what interviewers say: «расскажите», «провожу исследование», «последний вопрос»."""
    return {"interviewer": 2.8 * facts.phrases} if facts.phrases > CLEARLY else {}


def guide_questions(facts: Facts) -> Weights:
    """Asks what stands in the study's interview guide."""
    return {"interviewer": 3.0 * facts.guide} if facts.guide > CLEARLY else {}


def own_life(facts: Facts) -> Weights:
    """Speaks of himself: «я родилась», «у меня мама», «мы переехали»."""
    return {"respondent": 1.6 * facts.answers} if facts.answers > CLEARLY else {}


def talk_share(facts: Facts) -> Weights:
    """Says most by far, or little."""
    if facts.lead > EVEN:
        return {"respondent": 0.5 + 2.5 * min(1.0, facts.lead)}
    if facts.lead < -EVEN:
        return {"respondent": -1.5 * min(1.0, -facts.lead)}
    return {}


def opening(facts: Facts) -> Weights:
    """Opens the interview, or joins when it has long begun."""
    if facts.first <= 0.0:
        return {"interviewer": 0.5}
    return {"other": 1.8 * _unasking(facts)} if facts.first > 0.15 and facts.speakers > 2 else {}


def bystander(facts: Facts) -> Weights:
    """A third person who neither asks nor says most."""
    return {"other": 1.6 * _unasking(facts)} if facts.speakers > 2 and facts.lead < -2 * EVEN else {}


def _unasking(facts: Facts) -> float:
    """Towards 1 for one who has had many turns and never asks, 0 for one who asks as an interviewer may."""
    return max(0.0, 1.0 - facts.asks / (2 * RARE)) * facts.turns / (facts.turns + 2 * FEW)


Rule = Callable[[Facts], Weights]
"""One kind of evidence: weights that add up over the rules, like odds in logarithms."""
RULES: tuple[Rule, ...] = (
    contacts, host, recurring, question_share, guide_phrases, guide_questions, own_life, talk_share, opening, bystander
)  # fmt: skip


def _any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    """Finds any of some phrases, which are patterns with a space for any white space."""
    return re.compile(rf"\b(?:{'|'.join(phrases)})".replace(" ", r"\s+"), re.IGNORECASE)


INTERVIEWING, OWN_LIFE = _any_of(CUES["roles"]["interviewing"]), _any_of(CUES["roles"]["own_life"])


def cast_roles(
    found: Sequence[Bit], cast: Cast, labels: Sequence[str], asked: Mapping[str, int] = NOBODY
) -> tuple[Speaker, ...]:
    """A role for each voice, in the order of `labels`, with the cues that spoke and how far ahead the role is.

    `asked`: how many questions of the interview guide each voice asks. A role that the roster gives stands.
    """
    facts = _facts(found, cast, labels, asked)
    evidence = {label: _evidence(one) for label, one in facts.items()}
    weights = {label: _sum(cues.values()) for label, cues in evidence.items()}
    given = {label: one.member.override for label, one in facts.items() if one.member.override}
    loudest = sorted((label for label in labels if label not in given), key=lambda label: (-facts[label].words, label))
    best, margins = _best(loudest[:MOST], weights, tuple(given.values()))
    speakers = []
    for label in labels:
        role: Role = given.get(label) or best.get(label, "other")
        cues = tuple(name for name, cue in evidence[label].items() if cue.get(role, 0.0) > 0.0)
        speakers.append(
            Speaker(
                label=label,
                role=role,
                participant=cast.participant if role == "respondent" else "",
                evidence=("roster",) if label in given else cues,
                margin=margins.get(label, 1.0),
                display_name=facts[label].member.display_name,
            )
        )
    return tuple(speakers)


def _evidence(facts: Facts) -> dict[str, Weights]:
    """Weights of the rules that have something to say, by their names with - for _."""
    return {rule.__name__.replace("_", "-"): weights for rule in RULES if (weights := rule(facts))}


def _sum(cues: Iterable[Weights]) -> Weights:
    """What all cues together give each role."""
    total: dict[Role, float] = dict.fromkeys(ROLES, 0.0)
    for weights in cues:
        for role, weight in weights.items():
            total[role] += weight
    return total


def _facts(found: Sequence[Bit], cast: Cast, labels: Sequence[str], asked: Mapping[str, int]) -> dict[str, Facts]:
    """What the cues need to know, counted over turns that are not a listener's aside."""
    said = talk(found)
    counts = {label: _counted(said.get(label, ())) for label in labels}
    total = _Counts(*(max(1, sum(column)) for column in zip(*counts.values(), strict=True)))
    begin = min((bit.said.start for bit in found), default=0.0)
    length = max((bit.said.end for bit in found), default=0.0) - begin
    members = {member.label: member for member in cast.members}
    facts = {}
    for label, own in counts.items():
        others = [count for name, count in counts.items() if name != label]
        other = max(others, key=lambda count: count.words, default=_Counts(0, 0, 0, 0, 0))
        first = said[label][0].start - begin if label in said else length
        facts[label] = Facts(
            member=members.get(label, Member(label)),
            participant=cast.participant,
            speakers=len(labels),
            words=own.words / total.words,
            lead=(own.words - other.words) / (total.words + FEW_WORDS),
            turns=own.turns,
            asks=_rate(own),
            asking=_rate(own) - _rate(other),
            questions=(own.asking - other.asking) / (total.asking + FEW),
            phrases=_lead(own.phrases, max((count.phrases for count in others), default=0)),
            answers=_lead(own.answers, max((count.answers for count in others), default=0)),
            guide=_lead(asked.get(label, 0), max((asked.get(name, 0) for name in labels if name != label), default=0)),
            first=first / length if length else 0.0,
        )
    return facts


def _rate(count: _Counts) -> float:
    """Share of turns that ask, nearer to none the fewer turns there are."""
    return count.asking / (count.turns + FEW)


def _lead(own: int, other: int) -> float:
    """How far one count is ahead of another, -1 to 1; small counts say little."""
    return (own - other) / (own + other + FEW)


def _counted(said: Sequence[Utterance]) -> _Counts:
    texts = [" ".join(word.text for word in one.words) for one in said]
    return _Counts(
        words=sum(len(one.words) for one in said),
        turns=len(said),
        asking=sum(map(asks, texts)),
        phrases=sum(len(INTERVIEWING.findall(text)) for text in texts),
        answers=sum(len(OWN_LIFE.findall(text)) for text in texts),
    )


def _best(
    labels: Sequence[str], weights: Mapping[str, Weights], given: Sequence[Role] = ()
) -> tuple[dict[str, Role], dict[str, float]]:
    """The casting of greatest weight for voices whose role is not `given`, and each speaker's margin in it.

    Every interview has exactly one respondent, unless the roster says otherwise; where two or more speak, at least one
    of them is an interviewer, if one is still to be cast.
    """
    ranked = sorted(
        (
            (sum(weights[label].get(role, 0.0) for label, role in zip(labels, roles, strict=True)), roles)
            for roles in product(ROLES, repeat=len(labels))
            if _possible(roles, given)
        ),
        key=lambda one: (-one[0], one[1]),
    )
    if not ranked:
        return {}, {}
    top, roles = ranked[0]
    margins = {}
    for index, label in enumerate(labels):
        rival = next((weight for weight, other in ranked if other[index] != roles[index]), None)
        lead = SURE * bool(given) if rival is None else top - rival
        margins[label] = round(min(1.0, max(0.0, lead / SURE)), 3)
    return dict(zip(labels, roles, strict=True)), margins


def _possible(roles: Sequence[Role], given: Sequence[Role]) -> bool:
    """Whether a casting makes an interview together with the roles that are given."""
    if "respondent" in given:
        one_answers = "respondent" not in roles
    else:
        one_answers = roles.count("respondent") == 1 or not roles
    left = len(roles) - ("respondent" not in given)
    asking = "interviewer" in (*roles, *given) or left < 1
    return one_answers and asking
