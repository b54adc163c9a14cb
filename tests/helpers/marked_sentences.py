"""Sentences with their entities marked in place: "Живу в [Актобе|CITY_LARGE]."."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.deidentify import resolve
from pipeline.deidentify.labels import policy
from pipeline.deidentify.passage import Finding, Rule, passage

MARK = re.compile(r"\[([^\[\]|]+)\|([A-Z_]+)\]")
Span = tuple[int, int, str]


def read(marked: str) -> tuple[str, list[Span]]:
    """The bare text and the marked spans: start, end, kind."""
    text, spans, at = "", [], 0
    for match in MARK.finditer(marked):
        text += marked[at : match.start()]
        spans.append((len(text), len(text) + len(match.group(1)), match.group(2)))
        text += match.group(1)
        at = match.end()
    return text + marked[at:], spans


def write(text: str, spans: Iterable[Span]) -> str:
    """The opposite of `read`: what a failing test shows."""
    made, at = "", 0
    for start, end, kind in sorted(spans):
        made += f"{text[at:start]}[{text[start:end]}|{kind}]"
        at = end
    return made + text[at:]


def bare(marked: str) -> str:
    """Lower case without punctuation, as a raw recogniser of speech writes; the marks stay."""
    kept = re.sub(r"(?<=\w)[-–](?=\w)", " ", marked)
    kept = re.sub(r"[.,!?…:;«»\"()—–]", "", kept)
    return MARK.sub(lambda m: f"[{m.group(1).lower()}|{m.group(2)}]", re.sub(r"\s+", " ", _lower(kept))).strip()


def _lower(marked: str) -> str:
    parts, at = "", 0
    for match in MARK.finditer(marked):
        parts += marked[at : match.start()].lower() + match.group()
        at = match.end()
    return parts + marked[at:].lower()


def found(rules: tuple[Rule, ...], text: str, before: str = "", cased: bool = True) -> tuple[Finding, ...]:
    """What the rules leave after overlaps are settled."""
    made = passage(text, before, cased)
    return resolve.resolved(finding for rule in rules for finding in rule.find(made))


def marked_by(rules: tuple[Rule, ...], marked: str, before: str = "", cased: bool = True, keep: bool = False) -> str:
    """The sentence marked anew by rules; kinds that the policy keeps are left out unless `keep`."""
    text, _ = read(marked)
    seen = found(rules, text, before, cased)
    return write(text, [(f.start, f.end, f.kind) for f in seen if keep or policy.class_of(f.kind) != "keep"])
