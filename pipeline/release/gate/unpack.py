"""Every piece of text in a release and where it stands: files and their names, office files to the last member."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import Any, NamedTuple

NUMBER = re.compile(r"¶(\d+[a-z]*)")
HASH = re.compile(r"^[0-9a-f]{64}  ")
EDGE_END, EDGE = re.compile(r"(?:\S+\s*){0,3}$"), re.compile(r"^\s*(?:\S+\s*){0,3}")
"""the words on either side of a line's end"""
EDGES = "end of line "
"""how the place of those words is named"""
TIMED = re.compile(r"^\d\d:\d\d:\d\d\.\d\t|#\d\d:\d\d:\d\d-\d#$")
"""the time of a turn as programs for coding read it"""
TIMING = re.compile(r"^[\d:.]+ --> [\d:.]+")
VOICE = re.compile(r"</?[a-z][^>]*>")
PUBLIC_KEYS = ("attributes", "attribution")
"""keys of a transcript's JSON whose values are meant to be public"""


class Fragment(NamedTuple):
    place: str
    """where in its file, for a person: "¶42", "row 3, gender", "docProps/core.xml" """
    text: str
    public: bool = False
    """a cell or field that is public by its position"""
    member: str = ""
    """the text of a project that it stands in, by its file name"""


Ours = dict[str, bytes]
"""members of office files that hold nothing of the study, by name"""


def fragments(name: str, data: bytes, ours: Ours) -> Iterator[Fragment]:
    """All text of one file, its path in the release first."""
    yield Fragment("file name", name)
    yield from inside(name, data, ours)


def inside(name: str, data: bytes, ours: Ours) -> Iterator[Fragment]:
    """All text of a file by its kind; what is no text is searched as bytes."""
    kind = name.rsplit(".", 1)[-1].lower()
    if data[:4] == b"PK\x03\x04":
        yield from archive(data, ours, public=name.startswith("data_list"))
    elif data[4:8] == b"ftyp":
        yield from lines(boxes(data))
    elif kind in ("xml", "rels", "qde", "html", "htm"):
        yield from markup(name, data, ours.get(name, b""))
    elif kind == "json":
        yield from values(json.loads(data), "")
    elif kind == "csv":
        yield from cells(data.decode("utf-8-sig"))
    elif kind == "vtt":
        yield from subtitles(data.decode())
    else:
        yield from lines(data)


def boxes(data: bytes) -> bytes:
    """A media file without its sound, in which chance would spell any short name; tags lie in the other boxes."""
    made, at = [], 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        size = int.from_bytes(data[at + 8 : at + 16], "big") if size == 1 else size or len(data) - at
        if data[at + 4 : at + 8] != b"mdat":
            made.append(data[at : at + size])
        at += max(size, 8)
    return b"\n".join(made)


def lines(data: bytes) -> Iterator[Fragment]:
    """Lines of a text; of bytes that are none, whatever reads as text in the usual encodings."""
    try:
        texts = [data.decode("utf-8-sig")]
    except UnicodeDecodeError:
        texts = [data.decode(encoding, errors="ignore") for encoding in ("utf-8", "utf-16-le", "cp1251")]
    for text in texts:
        before = ""
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield Fragment(place(line, f"line {number}"), TIMED.sub("", HASH.sub("", line)).strip())
                if before.strip() and "¶" not in before + line:
                    yield Fragment(f"{EDGES}{number - 1}", f"{EDGE_END.search(before)[0]}\n{EDGE.search(line)[0]}")  # type: ignore[index]
            before = line


def place(text: str, otherwise: str) -> str:
    """The turn that a line prints, or its number."""
    found = NUMBER.search(text[:24])
    return f"¶{found.group(1)}" if found else otherwise


def subtitles(text: str) -> Iterator[Fragment]:
    """Cues and notes, without times and voice tags; the turn is the cue's own name."""
    at = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("¶"):
            at = place(line, "")
        if line.strip() and not TIMING.match(line):
            yield Fragment(at or f"line {number}", unescape(VOICE.sub(" ", line)).strip())
            yield from (Fragment(at or f"line {number}", tag) for tag in VOICE.findall(line))


def cells(text: str) -> Iterator[Fragment]:
    """Cells of a table with their header."""
    table = list(csv.reader(io.StringIO(text)))
    for number, row in enumerate(table, 1):
        for column, cell in enumerate(row):
            header = table[0][column] if column < len(table[0]) else ""
            if cell:
                yield Fragment(f"row {number}, column {column + 1}", cell, public=number > 1 and header != "")


def values(value: Any, path: str, public: bool = False) -> Iterator[Fragment]:
    """Strings, long whole numbers and keys of a JSON document."""
    if isinstance(value, dict):
        at = f"¶{value['cite']}" if isinstance(value.get("cite"), str) else path
        for key, inner in value.items():
            yield Fragment(at or "keys", key, public)
            yield from values(inner, at or key, public or (not path and key in PUBLIC_KEYS))
    elif isinstance(value, list):
        for inner in value:
            yield from values(inner, path, public)
    elif isinstance(value, str):
        yield Fragment(path, value, public)
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 1_000_000:
        yield Fragment(path, str(value), public)


def archive(data: bytes, ours: Ours, public: bool) -> Iterator[Fragment]:
    """Members of an office file or other zip, their names, extra fields and the comment."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if packed.comment:
            yield from lines(packed.comment)
        for member in packed.infolist():
            yield Fragment("name of a member", member.filename)
            for hidden in (member.comment, member.extra):
                yield from (Fragment(member.filename, piece.text) for piece in lines(hidden))
            content = packed.read(member)
            if content and ours.get(member.filename) != content:
                for piece in inside(member.filename, content, ours):
                    shown = piece.place if piece.place.startswith("¶") else member.filename
                    inner = member.filename if member.filename.startswith("Sources/") else ""
                    yield Fragment(shown, piece.text, public, inner)


def markup(name: str, data: bytes, blank: bytes) -> Iterator[Fragment]:
    """Paragraphs, stray text, comments and attributes of an XML file, but for attributes that `blank` has too."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        yield from lines(data)
        return
    known = attributes(etree.fromstring(blank, parser)) if blank else frozenset()
    for text in sorted(attributes(root) - known):
        yield Fragment(name, text)
    for element in root.getroottree().getroot().xpath("preceding::comment() | following::comment() | //comment()"):
        yield Fragment(name, element.text or "")
    for element in root.xpath("//processing-instruction()"):
        yield Fragment(name, element.text or "")
    for number, element in enumerate(root.xpath("//*[local-name()='p' or local-name()='si' or local-name()='is']"), 1):
        text = "".join(element.itertext(etree.Element))
        if text.strip():
            yield Fragment(place(text, f"paragraph {number}"), text)
    outside = "//text()[not(ancestor::*[local-name()='p' or local-name()='si' or local-name()='is'])]"
    for text in root.xpath(outside):
        if text.strip():
            yield Fragment(name, str(text))


def attributes(root: Any) -> frozenset[str]:
    """Values of all attributes."""
    from lxml import etree

    return frozenset(str(value) for element in root.iter(etree.Element) for value in element.attrib.values())
