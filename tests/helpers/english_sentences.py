"""Every English text of the package as its code spells it, to be held against the table of translations."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

from msgspec import Struct

from pipeline.messages import Hole, parsed

ROOT = Path(__file__).resolve().parents[2]
Parts = tuple[str | Hole, ...]

PROSE = re.compile(r"[A-Za-z]{2,}[,:;.]? (?:[^A-Za-z]+ )?\W?[A-Za-z]{2,}|^[A-Z][a-z]+.*[.:?]$|^\0 [a-z]+$")
"""two English words side by side, a sentence, or a counted noun"""
CODE = re.compile(
    r"<[a-z/!?]|^\s*(?:BEGIN|CREATE|DELETE|DROP|INSERT|PRAGMA|SELECT) |\\[dWws]|[{;]\s*\w+-?\w*:\s*\S+;|^//"
    r"|^interviews [a-z]+$"
)
"""HTML, SQL, regular expressions, CSS, XPath, names of commands"""
UNSEEN = frozenset({"ValueError", "RuntimeError", "TypeError", "HTTPException", "Clash"})
"""errors whose text nobody is shown: a bug is told by its place alone"""
SILENT = frozenset({"help", "metavar", "doc"})
"""arguments that hold the texts of `--help`"""

TONGUES = frozenset({"EN", "RU", "RUSSIAN"})
"""names under which a module keeps what it says in one of two languages"""


class Text(Struct, frozen=True):
    """A text with holes, where it stands, and whether it stands beside its own translation."""

    parts: Parts
    place: str
    both: bool = False

    @property
    def shape(self) -> tuple[str, ...]:
        return shape(self.parts)

    @property
    def prose(self) -> bool:
        return bool(PROSE.search(spoken(self.parts)))


def spoken(parts: Parts) -> str:
    """A text with a mark for each hole."""
    return "".join("\0" if isinstance(part, Hole) else part for part in parts)


def shape(parts: Parts) -> tuple[str, ...]:
    """A template's fixed words, with "" for each hole: equal for two that differ in the names of their holes alone."""
    return tuple("" if isinstance(part, Hole) else part for part in trimmed(parts))


def trimmed(parts: Parts) -> Parts:
    """Without the space around it, which a translation keeps."""
    made = list(parts)
    if made and isinstance(made[0], str):
        made[0] = made[0].lstrip()
    if made and isinstance(made[-1], str):
        made[-1] = made[-1].rstrip()
    return tuple(part for part in made if part != "")


def template(parts: Parts) -> str:
    """As a line of the table."""
    escaped = (
        f"{{{part.name}}}" if isinstance(part, Hole) else part.replace("{", "{{").replace("}", "}}") for part in parts
    )
    return "".join(escaped)


@cache
def texts() -> tuple[Text, ...]:
    """Every string literal of the code that is not documentation, in the order of the files; then those of tables."""
    files, tables = sorted((ROOT / "pipeline").rglob("*.py")), sorted((ROOT / "pipeline").rglob("advice.toml"))
    return (*(found for file in files for found in of_file(file)), *(one for table in tables for one in told(table)))


def told(table: Path) -> Iterator[Text]:
    """The sentences of a table of errors."""
    for why, said in tomllib.loads(table.read_text(encoding="utf-8")).items():
        yield from (Text(parsed(text), f"{table.relative_to(ROOT).as_posix()}:{why}") for text in said.values())


def of_file(file: Path) -> Iterator[Text]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node, both in literals(tree, False):
        place = f"{file.relative_to(ROOT).as_posix()}:{node.lineno}"
        for parts in spelt(node):
            if not CODE.search(spoken(parts)) and not bilingual(spoken(parts)):
                yield from (Text(trimmed(one), place, both) for one in lines(parts))


def lines(parts: Parts) -> Iterator[Parts]:
    """A text line by line, as it is translated."""
    made: list[str | Hole] = []
    for part in parts:
        first, *rest = part.split("\n") if isinstance(part, str) else (part,)
        made.append(first)
        for more in rest:
            yield tuple(made)
            made = [more]
    yield tuple(made)


def literals(node: ast.AST, both: bool) -> Iterator[tuple[ast.expr, bool]]:
    """Strings outermost first: an f-string or a sum counts as one."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.keyword) and node.arg in SILENT:
        return
    if isinstance(node, ast.Subscript) and getattr(node.value, "id", "") == "Literal":
        return
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in UNSEEN:
        return
    if isinstance(node, ast.JoinedStr | ast.Constant | ast.BinOp) and is_text(node):
        yield node, both
    if isinstance(node, ast.Tuple | ast.Call):
        both = both or any(russian(child) for child in ast.iter_child_nodes(node))
    if isinstance(node, ast.Assign):
        both = both or any(getattr(target, "id", "") in TONGUES for target in node.targets)
    if isinstance(node, ast.Dict):
        both = both or any(isinstance(key, ast.Constant) and key.value == "ru" for key in node.keys)
    for child in ast.iter_child_nodes(node):
        if not isinstance(node, ast.JoinedStr | ast.BinOp) or not is_text(child):
            yield from literals(child, both)


def is_text(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add) and (is_text(node.left) or is_text(node.right))
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def bilingual(text: str) -> bool:
    """Whether a third of a text is Russian: more than a word that a message quotes."""
    letters = [letter for letter in text if letter.isalpha()]
    return 3 * sum(letter > "\u0400" for letter in letters) > len(letters)


def russian(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(re.search("[а-яё]{3}", node.value))


def spelt(node: ast.expr) -> Iterator[Parts]:
    """A text in each of its forms: where a conditional expression stands in it, one for each branch."""
    for pieces in product(*branches(node)):
        made: list[str | Hole] = []
        for piece in pieces:
            for part in piece:
                if isinstance(part, str) and made and isinstance(made[-1], str):
                    made[-1] += part
                else:
                    made.append(part)
        yield numbered(tuple(made))


def branches(node: ast.expr) -> list[list[Parts]]:
    """For each piece of a text, what it may be."""
    if isinstance(node, ast.Constant):
        return [[(str(node.value),)]]
    if isinstance(node, ast.BinOp):
        return [*branches(node.left), *branches(node.right)]
    if isinstance(node, ast.JoinedStr):
        return [found for value in node.values for found in branches(value)]
    return [fillings(node.value if isinstance(node, ast.FormattedValue) else node)]


def fillings(node: ast.expr) -> list[Parts]:
    """What may stand where an expression does: as a rule a hole."""
    if isinstance(node, ast.IfExp):
        return [parts for branch in (node.body, node.orelse) for parts in spelt(branch)]
    if isinstance(node, ast.Call) and named(node.func) == "count" and isinstance(node.args[-1], ast.Constant):
        noun = str(node.args[-1].value)
        return [(Hole("n"), f" {noun}"), (Hole("n"), f" {noun}s")]
    return [(Hole(named(node)),)]


def named(node: ast.expr) -> str:
    """A name for a hole, from what fills it."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Call):
        inner = named(node.args[0]) if node.args else "text"
        return inner if named(node.func) in {"len", "sum", "join", "sorted", "str"} else named(node.func)
    return "text"


def numbered(parts: Parts) -> Parts:
    """Each hole with a name of its own."""
    seen: dict[str, int] = {}
    made: list[str | Hole] = []
    for part in parts:
        if isinstance(part, Hole):
            seen[part.name] = seen.get(part.name, 0) + 1
            made.append(Hole(part.name if seen[part.name] == 1 else f"{part.name}{seen[part.name]}"))
        else:
            made.append(part)
    return tuple(made)
