"""ELAN's .eaf and Praat's TextGrid: a tier a speaker, each annotation with its times."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from pipeline.transcripts.clock import bounded
from pipeline.transcripts.said import Refused, Said
from pipeline.transcripts.subtitles import lasting
from pipeline.transcripts.word import printable

SILENCE = re.compile(r"\s*(<?\s*(sil|sp|silence|pause|xxx|тишина|пауза)?\s*>?|-|#)\s*", re.I)
TIER = re.compile(r"(?i)^(.*?)[ _-]*(transcription|transcript|orthography|utterances?|words?|text|ort|транскрипт)?$")
NOBODY = Said("")
Span = tuple[float, float, str]
"""seconds of beginning and end, and what is said"""


def is_eaf(text: str) -> bool:
    return "<ANNOTATION_DOCUMENT" in text[:5000]


def is_textgrid(text: str) -> bool:
    return '"ooTextFile' in text[:200] and "TextGrid" in text[:400]


def read_eaf(data: bytes) -> list[Said]:
    """The annotations of all tiers that have times of their own, in order of time. Raises Refused.

    Read by lxml: pympi wants a file on the disk, and every attribute that ELAN itself writes.
    """
    from lxml import etree

    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise Refused("broken") from None
    slots = dict(moments(root))
    made = []
    for tier in root.iter("TIER"):
        name = tier.get("PARTICIPANT") or tier.get("TIER_ID") or ""
        for one in tier.iter("ALIGNABLE_ANNOTATION"):
            start, end = slots.get(one.get("TIME_SLOT_REF1")), slots.get(one.get("TIME_SLOT_REF2"))
            text = " ".join((one.findtext("ANNOTATION_VALUE") or "").split())
            if text:
                made.append(Said(text, name.strip(), start, end if end is None else max(end, start or 0.0)))
    return sorted(made, key=lambda one: (one.start or 0.0, one.end or 0.0))


def moments(root: Any) -> Iterator[tuple[str, float]]:
    """The times of all slots in seconds; one without a value lies between its neighbours."""
    slots = list(root.iter("TIME_SLOT"))
    values = [slot.get("TIME_VALUE") for slot in slots]
    known = [(number, bounded(int(value) / 1000)) for number, value in enumerate(values) if value is not None]
    places = [number for number, _ in known]
    for number, slot in enumerate(slots):
        at = bisect_left(places, number)
        if at < len(known) and places[at] == number:
            yield slot.get("TIME_SLOT_ID"), known[at][1]
        elif 0 < at < len(known):
            (before, start), (after, end) = known[at - 1], known[at]
            yield slot.get("TIME_SLOT_ID"), bounded(start + (end - start) * (number - before) / (after - before))


def read_textgrid(text: str) -> list[Said]:
    """The intervals of all tiers, in order of time, those of a tier that repeats another's left out. Raises Refused.

    Praat itself reads nothing but the numbers, quoted texts and flags of a file, whatever stands between them; pympi
    and praatio, which read its lines, take a time of 1e-05 for another or for none.
    """
    try:
        tiers = list(tiers_of(iter(tokens(text))))
    except (StopIteration, RuntimeError, ValueError, IndexError):
        raise Refused("broken") from None
    made = [
        Said(said, name, start, max(start, end))
        for number, (name, spans) in enumerate(tiers)
        if not repeated(spans, [other for _, other in tiers[:number]])
        for start, end, said in spans
    ]
    return sorted(made, key=lambda one: (one.start or 0.0, one.end or 0.0))


def tokens(text: str) -> list[str]:
    """Numbers, quoted texts with their first quote, and flags that stand by themselves, without the two of the head."""
    body = re.sub(r"\[[^\]\n\"]*\]|(?m:^\s*!.*$)", " ", text)
    found = re.findall(r'"(?:[^"]|"")*"|(?<![^\s])<exists>|(?<![^\s])-?\d[\d.]*(?:[eE][-+]?\d+)?(?![^\s])', body)
    return [one[:-1].replace('""', '"') if one.startswith('"') else one for one in found][2:]


def tiers_of(found: Iterator[str]) -> Iterator[tuple[str, list[Span]]]:
    """The interval tiers of a grid: whose each is, and what stands in it."""
    float(next(found)), float(next(found)), next(found)
    for _ in range(int(next(found))):
        intervals = next(found)[1:] == "IntervalTier"
        name = next(found)[1:]
        float(next(found)), float(next(found))
        spans = []
        for _ in range(int(next(found))):
            start = bounded(float(next(found)))
            end = bounded(float(next(found))) if intervals else start
            said = " ".join(next(found)[1:].split())
            if intervals and not SILENCE.fullmatch(said):
                spans.append((start, end, said))
        if intervals:
            yield speaker_of(name), spans


def speaker_of(tier: str) -> str:
    """Whose a tier is: its name without the word for what it holds."""
    found = TIER.fullmatch(tier.strip())
    return (found[1] if found else tier).strip()


def repeated(spans: Sequence[Span], others: Sequence[Sequence[Span]]) -> bool:
    """Whether a tier cuts the text of an earlier one into words or phones."""
    said = "".join(text for _, _, text in spans).replace(" ", "").casefold()
    return any(said and said == "".join(text for _, _, text in one).replace(" ", "").casefold() for one in others)


def write_eaf(turns: Sequence[Said]) -> bytes:
    """A tier a speaker, without a date. Raises Refused where the turns have no times."""
    from lxml import etree

    root = etree.Element("ANNOTATION_DOCUMENT", AUTHOR="", DATE="1970-01-01T00:00:00Z", FORMAT="3.0", VERSION="3.0")
    etree.SubElement(root, "HEADER", MEDIA_FILE="", TIME_UNITS="milliseconds")
    order = etree.SubElement(root, "TIME_ORDER")
    tiers: dict[str, Any] = {}
    for number, (start, end, one) in enumerate(lasting(turns), 1):
        for half, at in enumerate((start, max(end, start + 0.001))):
            slot = f"ts{2 * number - 1 + half}"
            etree.SubElement(order, "TIME_SLOT", TIME_SLOT_ID=slot, TIME_VALUE=str(round(at * 1000)))
        if one.speaker not in tiers:
            name = {"TIER_ID": one.speaker or "?", "LINGUISTIC_TYPE_REF": "default-lt"}
            tiers[one.speaker] = etree.Element("TIER", name, PARTICIPANT=one.speaker)
        refs = {"TIME_SLOT_REF1": f"ts{2 * number - 1}", "TIME_SLOT_REF2": f"ts{2 * number}"}
        holder = etree.SubElement(tiers[one.speaker], "ANNOTATION")
        value = etree.SubElement(holder, "ALIGNABLE_ANNOTATION", {"ANNOTATION_ID": f"a{number}", **refs})
        etree.SubElement(value, "ANNOTATION_VALUE").text = printable(one.text)
    root.extend(tiers.values())
    etree.SubElement(root, "LINGUISTIC_TYPE", LINGUISTIC_TYPE_ID="default-lt", TIME_ALIGNABLE="true")
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return written


def write_textgrid(turns: Sequence[Said]) -> bytes:
    """A tier a speaker; a turn ends where the speaker's next one begins. Raises Refused without times."""
    timed = sorted(lasting(turns), key=lambda row: row[0])
    last = max((end for _, end, _ in timed), default=0.0) + 0.001
    made = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "0", f"{last:.3f}", "<exists>"]
    speakers = dict.fromkeys(one.speaker for _, _, one in timed)
    made.append(str(len(speakers)))
    for speaker in speakers:
        own = [row for row in timed if row[2].speaker == speaker]
        spans, at = [], 0.0
        for (start, end, one), (following, _, _) in pairwise([*own, (last, last, NOBODY)]):
            begins = max(start, at)
            if begins > at:
                spans.append((at, begins, ""))
            at = max(min(end, following), begins + 0.001)
            spans.append((begins, at, " ".join(one.text.split())))
        if at < last:
            spans.append((at, last, ""))
        made += ['"IntervalTier"', quoted(speaker or "?"), "0", f"{max(last, at):.3f}", str(len(spans))]
        made += [piece for a, b, said in spans for piece in (f"{a:.3f}", f"{b:.3f}", quoted(said))]
    return ("\n".join(made) + "\n").encode()


def quoted(text: str) -> str:
    return f'"{printable(text).replace(chr(34), chr(34) * 2)}"'
