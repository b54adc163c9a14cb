"""Labels, generalisations and pseudonyms, and the one function that makes released text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace as changed

from pipeline.deidentify.labels import policy
from pipeline.deidentify.words.inflect import fold
from pipeline.deidentify.words.lists import sets
from pipeline.errors import ConfigError
from pipeline.model import Entity, Turn


class Style(Struct, frozen=True):
    """How replacements look."""

    policy: dict[str, str] = {}
    """kind -> label | generalise | pseudonym | keep; kinds not named keep their default"""
    brackets: str = "[]"
    """the marks before and after a label, half of the characters each: "[]", "⟦⟧", "<<>>" """


class Piece(Struct, frozen=True):
    """A stretch of a turn as it is released."""

    start: int
    """offsets in the turn's text"""
    end: int
    text: str
    """what is shown"""
    label: bool
    """whether it stands for an entity"""


class Group(Struct, frozen=True):
    """All mentions of one entity."""

    kind: str
    surfaces: tuple[str, ...]
    """distinct, in order of appearance"""
    word: str
    """of the label"""
    number: int


def marks(brackets: str) -> tuple[str, str]:
    """Opening and closing mark; ConfigError where the setting has no two halves."""
    half = len(brackets) // 2
    if not half or len(brackets) % 2 or any(c.isalnum() for c in brackets):
        raise ConfigError(
            "The setting `deidentify: brackets:` needs an opening and a closing mark of the same length.",
            'Write for example brackets: "[]" or brackets: "⟦⟧".',
        )
    return brackets[:half], brackets[half:]


def label_all(entities: tuple[Entity, ...], texts: Mapping[int, str], style: Style) -> tuple[Entity, ...]:
    """The same entities with `label` filled in: one entity one label, "" where the policy keeps the words.

    Generalisations and pseudonyms follow the case of each mention; labels are the same everywhere.
    """
    ordered = sorted(entities, key=lambda e: (e.turn, e.start))
    groups = _groups(ordered, texts, style)
    private = frozenset(
        word
        for group in groups.values()
        if group.kind == "PERSON"
        for surface in group.surfaces
        for word in fold(surface).replace("-", " ").split()
        if len(word) > 2
    )
    return tuple(changed(e, label=_label(e, groups, texts, style, private)) for e in ordered)


def _groups(ordered: Sequence[Entity], texts: Mapping[int, str], style: Style) -> dict[str, Group]:
    surfaces: dict[str, list[str]] = defaultdict(list)
    kinds: dict[str, str] = {}
    for entity in ordered:
        if _action(entity, style) != "keep":
            kinds.setdefault(entity.entity_id, entity.kind)
            surfaces[entity.entity_id].append(texts[entity.turn][entity.start : entity.end])
    counts: dict[str, int] = defaultdict(int)
    made = {}
    for entity_id, kind in kinds.items():
        word = policy.KINDS[kind].ru if kind in policy.KINDS else "скрыто"
        counts[word] += 1
        made[entity_id] = Group(kind, tuple(dict.fromkeys(surfaces[entity_id])), word, counts[word])
    return made


def _action(entity: Entity, style: Style) -> policy.Action:
    if entity.cls != "keep" and policy.class_of(entity.kind) == "keep" and entity.kind not in style.policy:
        return "label"
    return policy.decide(entity.kind, style.policy)


def _label(
    entity: Entity, groups: Mapping[str, Group], texts: Mapping[int, str], style: Style, private: frozenset[str]
) -> str:
    """What stands in an entity's place; the plain label wherever another replacement would show the original."""
    chosen = _action(entity, style)
    if chosen == "keep":
        return ""
    group = groups[entity.entity_id]
    opening, closing = marks(style.brackets)
    plain = f"{opening}{group.word}-{group.number}{closing}"
    text = texts[entity.turn]
    if chosen == "pseudonym" and entity.kind == "PERSON":
        from pipeline.deidentify.labels import pseudonyms

        invented = pseudonyms.invent(group.surfaces, group.number, private)
        made = pseudonyms.replaced(invented, text, entity.start, entity.end)
        return plain if shows(made, text[entity.start : entity.end]) else made
    if chosen == "generalise":
        from pipeline.deidentify.labels import generalise

        coarse = generalise.coarser(entity, text, group.surfaces, group.number)
        if coarse and not shows(coarse, text[entity.start : entity.end]):
            return f"{opening}{coarse}{closing}"
    return plain


def shows(replacement: str, original: str) -> bool:
    """Whether a replacement holds its original, or a longer word of it."""
    made, said = fold(replacement), fold(original)
    if said.strip("«»\"' ") in made:
        return True
    words = set(re.findall(r"\w+", made))
    return any(
        len(word) > 3 and not word.isdigit() and word in words and word not in COMMON
        for word in re.findall(r"\w+", said)
    )


COMMON = sets("labels/words.txt")["common"]
"""words that a name and its generalisation may share"""


def pieces(turn: Turn, entities: Sequence[Entity]) -> tuple[Piece, ...]:
    """A turn cut into what is shown as it was said and what stands for an entity, in order and without gaps."""
    made: list[Piece] = []
    at = 0
    for entity in sorted(entities, key=lambda e: (e.start, -e.end)):
        start, end = max(entity.start, at), min(entity.end, len(turn.text))
        if entity.turn != turn.number or not entity.label or start >= end:
            continue
        if start > at:
            made.append(Piece(at, start, turn.text[at:start], False))
        if start == entity.start:
            made.append(Piece(start, end, entity.label, True))
        else:
            made[-1] = changed(made[-1], end=end)
        at = end
    if at < len(turn.text):
        made.append(Piece(at, len(turn.text), turn.text[at:], False))
    return tuple(made)


def released(turn: Turn, entities: Sequence[Entity]) -> str:
    """The turn's text as it may be shown: the one way from what was said to what is released."""
    return "".join(piece.text for piece in pieces(turn, entities))


def position(parts: Sequence[Piece], offset: int) -> int:
    """Where an offset in the turn's text lies in its released text; inside an entity, where its label begins."""
    at = 0
    for piece in parts:
        if offset < piece.end or piece is parts[-1]:
            return at + (0 if piece.label and offset < piece.end else min(offset - piece.start, len(piece.text)))
        at += len(piece.text)
    return at


def labels(text: str, brackets: str = "[]") -> tuple[tuple[int, int], ...]:
    """Offsets of labels that stand in a text already: masking a released text again leaves them alone."""
    opening, closing = (re.escape(mark) for mark in marks(brackets))
    pattern = re.compile(rf"{opening}[^\W_][^\n]{{0,80}}?(?:-\d+[^\n]{{0,40}}?| лет| год| годы){closing}")
    return tuple((match.start(), match.end()) for match in pattern.finditer(text))
