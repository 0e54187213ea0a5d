"""Where a waiver of a finding can stand: sources of its cell with one written in, the tidiest first."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from nbpeer.model.finding import Finding
from nbpeer.model.notebook import Cell

_SLASHES = frozenset("c c++ csharp go java javascript kotlin rust scala swift typescript".split())


def sources_with_waiver(
    cell: Cell, finding: Finding, reason: str, language: str, tree: ast.Module | None = None
) -> Iterator[str]:
    """Sources of `cell` that hold a waiver of `finding`: on a line of its own above what it is for, or behind it.

    `language` is the notebook's; `tree` is the cell as Python, where it is some. `finding.line` 0 is the whole cell.
    """
    text = f"nbpeer: waive {finding.code} {reason}"
    lines = cell.source.split("\n")
    if cell.cell_type == "markdown":
        yield from _in_markdown(lines, finding.line, f"<!-- {text} -->")
        return
    magic = cell.cell_type == "code" and lines[0].startswith("%%")
    comment = f"{_mark(lines[0] if magic else '', language)} {text}"
    top = 1 if magic or lines[0].startswith("---") else 0  # a magic, or the front matter's fence, stays the first line
    if not finding.line:
        yield _above(lines, top, comment)
        return
    for place in dict.fromkeys((_statement(tree, finding.line) - 1, finding.line - 1)):
        yield _above(lines, max(place, top), comment)
    if not lines[finding.line - 1].lstrip().startswith(("%", "!", "---")):  # a magic would take it for an argument
        yield _behind(lines, finding.line - 1, f"  {comment}")


def _mark(magic: str, language: str) -> str:
    """How a comment begins in the cell's language."""
    if "sql" in magic.partition(" ")[0] or (not magic and language == "sql"):
        return "--"
    return "//" if language in _SLASHES else "#"


def _in_markdown(lines: Sequence[str], line: int, comment: str) -> Iterator[str]:
    if not line:
        body = "\n".join(lines).rstrip("\n")
        yield f"{body}\n\n{comment}"
        return
    start = line - 1
    while start and lines[start - 1].strip():
        start -= 1
    for place in dict.fromkeys((start, line - 1)):
        yield _above(lines, place, comment)
    yield _behind(lines, line - 1, f" {comment}")


def _statement(tree: ast.Module | None, line: int) -> int:
    """The first line of the smallest statement that a line belongs to, its decorators too; the line itself if none."""
    found = line
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno):
            decorators = getattr(node, "decorator_list", [])
            found = min([node.lineno, *(one.lineno for one in decorators)])
    return found


def _above(lines: Sequence[str], place: int, comment: str) -> str:
    after = lines[place] if place < len(lines) else ""
    indent = after[: len(after) - len(after.lstrip())]
    return "\n".join([*lines[:place], indent + comment, *lines[place:]])


def _behind(lines: Sequence[str], place: int, comment: str) -> str:
    return "\n".join([*lines[:place], lines[place] + comment, *lines[place + 1 :]])
