"""Overlapping findings become entities that do not overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from pipeline.deidentify.labels import policy
from pipeline.deidentify.passage import Finding, Passage, said_before

DOUBTFUL = 0.5
"""findings below this are the tagger's, or guesses: a word known to be harmless takes them out"""
FIRM = 0.74
"""a person found at least so surely goes before a place or organisation found less surely"""
CERTAIN = 0.95
"""findings from here on (checksums, contacts) are stopped by nothing"""


LISTED, KNOWN = 0.74, 0.85
"""a place or organisation that a list has, and one that nothing beside it makes doubtful"""
WHERE = frozenset("в во из на до под около возле через близ внутри изо".split())
"""prepositions before a place: no person stands after most of them"""
GUESSES = ("tagger-per", "surname", "kazakh-build", "strange-capital", "known-person-misheard", "known-person-sound")
"""rules that take a word for a name by its build, its capital or its sound alone"""


def _yielded(findings: Iterable[Finding], passage: Passage | None) -> list[Finding]:
    """Without persons where a list has a place or an organisation and the sentence or a mere guess speaks for it."""
    every = list(findings)
    things = [one for one in every if one.kind.startswith(("CITY", "REGION", "ORG")) and one.score >= DOUBTFUL]
    made = []
    for one in every:
        if one.kind != "PERSON" or one.score >= CERTAIN:
            made.append(one)
            continue
        rivals = [other for other in things if _overlap(one, other)]
        if not any(_goes_before(other, one, passage) for other in rivals):
            made += _after_place(one, rivals, passage)
    return made


def _goes_before(thing: Finding, found: Finding, passage: Passage | None) -> bool:
    if not (thing.start <= found.start and found.end <= thing.end):
        return False
    guessed = found.rule in GUESSES or found.score < 0.6
    if thing.score >= KNOWN and guessed:
        return True
    placed = passage is not None and _placed(thing, passage)
    return placed and (thing.score >= LISTED or (guessed and not found.rule.startswith(AGAIN)))


def _placed(thing: Finding, passage: Passage) -> bool:
    """Whether a preposition of place stands right before a finding."""
    before = said_before(passage, thing.start)
    return bool(before) and before[-1].norm in WHERE


def _after_place(found: Finding, rivals: Sequence[Finding], passage: Passage | None) -> list[Finding]:
    """A person's name without the place that it was taken to begin with: «из Тараза Алина»."""
    for other in rivals:
        inside = other.start == found.start and other.end < found.end and other.score >= LISTED
        if inside and passage is not None and _placed(other, passage):
            rest = next(token.start for token in passage.tokens if token.start >= other.end)
            return [Finding(rest, found.end, found.kind, found.score, found.rule)]
    return [found]


def resolved(findings: Iterable[Finding], passage: Passage | None = None) -> tuple[Finding, ...]:
    """Non-overlapping findings in order of start: certain before harmless, harmless before doubtful, else the longest.

    What crosses without containing is joined when both are masked, so that no end of either stays visible.
    """
    groups = _touching(_apart(_yielded(findings, passage), passage))
    chosen = (one for group in groups for one in _chosen(group))
    return tuple(sorted((_trimmed(one, passage) for one in chosen), key=lambda f: f.start))


def _trimmed(found: Finding, passage: Passage | None) -> Finding:
    """A finding without the space at its ends that a harmless word taken out of it left."""
    text = passage.text[found.start : found.end] if passage is not None else ""
    if not text.strip() or text == text.strip():
        return found
    start, end = found.start + len(text) - len(text.lstrip()), found.end - len(text) + len(text.rstrip())
    return Finding(start, end, found.kind, found.score, found.rule)


def _touching(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings that overlap, directly or through others; those of two groups have nothing to do with each other."""
    groups: list[list[Finding]] = []
    end = -1
    for found in sorted(findings, key=lambda f: f.start):
        if found.start >= end:
            groups.append([])
        groups[-1].append(found)
        end = max(end, found.end)
    return groups


def _chosen(findings: Iterable[Finding]) -> list[Finding]:
    """What is left of findings that overlap."""
    chosen: list[Finding] = []
    for found in sorted(findings, key=_rank):
        rivals = [other for other in chosen if _overlap(found, other)]
        if not rivals:
            chosen.append(found)
            continue
        if policy.class_of(found.kind) == "keep" or found.score < DOUBTFUL or _inside(found, rivals):
            continue
        if any(policy.class_of(other.kind) == "keep" for other in rivals):
            chosen += _uncovered(found, rivals)
            continue
        chosen = [other for other in chosen if other not in rivals]
        chosen.append(_union(found, rivals))
    return chosen


def _apart(findings: Iterable[Finding], passage: Passage | None) -> list[Finding]:
    """Without the tagger's persons that are two people to the rules for names: «Ботагоз Айнур и Ернар»."""
    every = list(findings)
    people = [one for one in every if one.kind == "PERSON" and one.rule != TAGGER and not one.rule.startswith(AGAIN)]
    made = []
    for one in every:
        several = _several(one, people) if one.rule == TAGGER else []
        made += _between(one, several, passage) if several else [one]
    return made


def _several(found: Finding, people: Sequence[Finding]) -> list[Finding]:
    """The people, from its start to its end, that a finding is; none where it is one."""
    inside = sorted(
        (one for one in people if found.start <= one.start and one.end <= found.end), key=lambda f: (f.start, -f.end)
    )
    apart = any(two.start >= one.end for one, two in pairwise(inside))
    return inside if apart and inside[0].start == found.start and max(one.end for one in inside) == found.end else []


def _between(found: Finding, several: Sequence[Finding], passage: Passage | None) -> list[Finding]:
    """What the tagger saw of a name between two people: «Аружан Тлеубай Аружан»."""
    if passage is None:
        return []
    left = [
        token
        for token in passage.tokens
        if found.start <= token.start < found.end
        and token.text[0].isalpha()
        and (token.capital or not passage.cased)
        and token.norm not in AND
        and not any(one.start <= token.start < one.end for one in several)
    ]
    return [Finding(token.start, token.end, found.kind, found.score, found.rule) for token in left]


AND = frozenset("и да с со или а плюс".split())
TAGGER = "tagger-per"
SAYING = "saying"
"""the rule for a whole sentence in Kazakh between quotation marks: no name that is one of its words takes it apart"""
AGAIN = ("known-person", "contact")
"""rules of the second pass, which find single words of a name"""


def _rank(found: Finding) -> tuple[int, int, int, float, int, str, str]:
    """Sorting key: who chooses first."""
    cls = policy.class_of(found.kind)
    order = {"keep": 0, "direct": 1, "quasi": 2}[cls]
    return _step(found, cls), found.start - found.end, order, -found.score, found.start, found.rule, found.kind


def _step(found: Finding, cls: str) -> int:
    """Certain identifiers, then what is firm or harmless, then what is likely, then guesses."""
    if cls == "keep":
        return 0 if found.rule == SAYING else 1
    if found.score >= CERTAIN:
        return 0
    if found.score < DOUBTFUL:
        return 3
    return 1 if cls == "direct" or found.score >= FIRM else 2


def _overlap(one: Finding, other: Finding) -> bool:
    return one.start < other.end and other.start < one.end


def _inside(found: Finding, rivals: Sequence[Finding]) -> bool:
    return any(other.start <= found.start and found.end <= other.end for other in rivals)


def _uncovered(found: Finding, rivals: Sequence[Finding]) -> list[Finding]:
    """Nothing where a harmless word takes most of a finding, else what is left of it on either side."""
    start, end = found.start, found.end
    for other in rivals:
        if other.start <= start < other.end:
            start = other.end
        if other.start < end <= other.end:
            end = other.start
    if end - start < (found.end - found.start) / 2 or (found.rule.startswith("named-") and end < found.end):
        return []
    if any(_overlap(Finding(start, end, found.kind, found.score, found.rule), other) for other in rivals):
        return []
    return [Finding(start, end, found.kind, found.score, found.rule)]


def _union(found: Finding, rivals: Sequence[Finding]) -> Finding:
    """The span of all, of the kind that chose first."""
    best = rivals[0]
    start = min(found.start, *(other.start for other in rivals))
    end = max(found.end, *(other.end for other in rivals))
    return Finding(start, end, best.kind, best.score, best.rule)
