"""What a text says beneath its markup, its codes and its marks of direction, as far as that differs from the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

MARKUP = re.compile(
    r"</?[A-Za-z!][^<>]{0,200}>"  # HTML
    r"|\{[\\/!][^{}]{0,80}\}|\\[A-Za-z]+\*?\{|\\[A-Za-z]{1,12}\d*\s|[{}]"  # subtitles, LaTeX, RTF
    r"|\[/?[A-Za-z]{1,8}(?:=[^\]]{0,80})?\]"  # bulletin boards
    r"|(?<=\w)(?:[*~`_^|=+]{1,3}|\]\([^)]{0,200}\)|\[)(?=\w)",  # Markdown
)
CODED = re.compile(r"(?:%[0-9A-Fa-f]{2}){2,}")
ESCAPED = re.compile(r"\\u\{?([0-9A-Fa-f]{4,6})\}?|\\x([0-9A-Fa-f]{2})|[Uu]\+([0-9A-Fa-f]{4,6})\s?")
BACKWARDS = re.compile("[\u202e\u2067]([^\u202c\u2069]*)[\u202c\u2069]?")
"""written from right to left, so that it is read the other way round"""
AT = re.compile(r"\s*(?:\(at\)|\[at\]|\{at\}|\bat\b|собак[аиу]|эт\b|\(собака\))\s*", re.IGNORECASE)
DOT = re.compile(r"\s*(?:\(dot\)|\[dot\]|\{dot\}|\bdot\b|\bточка\b|\(точка\))\s*", re.IGNORECASE)


def unwrapped(text: str) -> Iterator[str]:
    """Further readings of a text."""
    plain = decoded(text)
    if plain != text:
        yield plain
    turned = BACKWARDS.sub(lambda found: found[1][::-1], plain)
    if turned != plain:
        yield turned
    bare = MARKUP.sub("", plain)
    if bare != plain:
        yield bare
    if DOT.search(plain) and AT.search(plain):
        yield DOT.sub(".", AT.sub("@", plain))


def decoded(text: str) -> str:
    """Characters in place of the codes of HTML, addresses and programs."""
    plain = unescape(text) if "&" in text else text
    if "%" in plain:
        plain = CODED.sub(lambda found: unquote(found.group(), errors="ignore"), plain)
    if "\\" in plain or "+" in plain:
        plain = ESCAPED.sub(lambda found: character(next(filter(None, found.groups()))), plain)
    return plain


def character(code: str) -> str:
    number = int(code, 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else ""
