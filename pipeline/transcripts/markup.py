"""HTML, that of noScribe with its anchors too, and oTranscribe's .otr, which is HTML in JSON."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from pipeline.transcripts.clock import bounded, clock
from pipeline.transcripts.marks import Stretch
from pipeline.transcripts.paragraphs import heads, turns
from pipeline.transcripts.said import Refused, Said
from pipeline.transcripts.speakers import may_be_name
from pipeline.transcripts.word import line, printable

BLOCKS = frozenset("p div li tr h1 h2 h3 h4 h5 h6 blockquote dd dt section article pre td th".split())
SKIPPED = frozenset("script style head title meta template".split())
ANCHOR = re.compile(r"ts_(\d+)_(\d+)_(.*)")
"""noScribe: milliseconds of beginning and end, and the speaker"""
SHOWN_TIME = re.compile(r"^\s*\[(?:\d+:)?\d+:\d\d\]\s*")


def is_html(text: str) -> bool:
    head = text[:2000].lower()
    return head.lstrip().startswith(("<!doctype html", "<html", "<p", "<div", "<body", "<head")) or "<html" in head


def is_otr(text: str) -> bool:
    value = otr(text)
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        return False
    return "media" in value or bool(re.match(r"\s*<(p|div|span|br)\b", value["text"]))


def otr(text: str) -> Any:
    try:
        return json.loads(text) if text.lstrip().startswith("{") else None
    except (ValueError, RecursionError):
        return None


def read_html(text: str) -> list[Said]:
    """noScribe's anchors as turns, any other page by its paragraphs. Raises Refused."""
    root = parsed(text)
    anchors = [one for one in root.iter("a") if ANCHOR.fullmatch(one.get("name") or "")]
    if anchors:
        return list(noscribe(anchors))
    return turns(list(paragraphs(root)))


def parsed(text: str) -> Any:
    from lxml import etree
    from lxml import html as markup

    try:
        return markup.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except (etree.LxmlError, ValueError):
        raise Refused("broken") from None


def noscribe(anchors: Sequence[Any]) -> Iterator[Said]:
    """A turn a paragraph; who speaks is what somebody wrote before the colon, else what the anchor says."""
    paragraph, before = None, None
    for anchor in anchors:
        named = ANCHOR.fullmatch(anchor.get("name"))
        assert named
        start, end = bounded(int(named[1]) / 1000), bounded(int(named[2]) / 1000)
        text = SHOWN_TIME.sub("", "\n".join(paragraphs(anchor)))
        opens = anchor.getparent() is not paragraph
        paragraph = anchor.getparent()
        speaker = named[3] if opens or before is None or named[3] != before[1] else before[0]
        head = next((one for shape, one in heads(Stretch(text)) if shape == "colon"), None) if opens else None
        if head and (named[3] or may_be_name(head.name)):
            speaker, text = head.name, head.text
        before = (speaker, named[3])
        if text:
            yield Said(SHOWN_TIME.sub("", text), speaker, start, max(start, end))


def paragraphs(root: Any) -> Iterator[str]:
    """The text of a page block by block, breaks as ends of lines."""
    made = [""]
    walk(root, made)
    yield from (re.sub(r"[ \t]*\n[ \t]*", "\n", text).strip() for text in made if text.strip())


def walk(element: Any, made: list[str]) -> None:
    """Adds the text of an element to the last of `made`, and begins another where a block does."""
    if not isinstance(element.tag, str) or element.tag in SKIPPED:
        return
    block = element.tag in BLOCKS
    if block and made[-1].strip():
        made.append("")
    if element.get("data-timestamp") is not None:
        made[-1] += stamp(element)
    elif element.tag == "br":
        made[-1] += "\n"
    else:
        made[-1] += squeezed(element.text)
        for child in element:
            walk(child, made)
            made[-1] += squeezed(child.tail)
    if block:
        made.append("")


def stamp(element: Any) -> str:
    """A time mark of oTranscribe, to the thousandth."""
    try:
        return f"[{clock(bounded(float(element.get('data-timestamp'))))}] "
    except ValueError:
        raise Refused("times") from None


def squeezed(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def read_otr(text: str) -> list[Said]:
    """The text of an .otr file. Raises Refused."""
    return turns(list(paragraphs(parsed(f"<html><body>{otr(text)['text']}</body></html>"))))


def write_html(said: Sequence[Said]) -> bytes:
    """A page of paragraphs, the times in anchors as noScribe has them where there are any."""
    made = []
    for one in said:
        text = html.escape(printable(f"{one.speaker}: {one.text}" if one.speaker else one.text), quote=False)
        text = text.replace("\n", "<br>")
        if one.start is not None:
            end = one.start if one.end is None else one.end
            label = html.escape(re.sub(r"\W+", "", one.speaker))
            name = f"ts_{round(one.start * 1000)}_{round(end * 1000)}_{label}"
            text = f'<a name="{name}">{text}</a>'
        made.append(f"<p>{text}</p>\n")
    return f'<!DOCTYPE html>\n<html><head><meta charset="UTF-8"></head><body>\n{"".join(made)}</body></html>\n'.encode()


def write_otr(said: Sequence[Said]) -> bytes:
    made = []
    for one in said:
        shown = html.escape(printable(line(replace(one, start=None))), quote=False).replace("\n", "<br>")
        if one.start is not None:
            at = f"{one.start:.3f}".rstrip("0").rstrip(".")
            shown = f'<span class="timestamp" data-timestamp="{at}">{clock(one.start)[:8]}</span> {shown}'
        made.append(f"<p>{shown}</p>")
    return json.dumps({"text": "".join(made), "media": "", "media-time": 0}, ensure_ascii=False).encode()
