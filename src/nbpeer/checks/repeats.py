"""Rules about code that is not needed: commented out, or written twice."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from nbpeer.checks.program import Part, Program
from nbpeer.checks.rule import CheckContext, Hit, rule

# A block of so many statements, on so many lines, is worth a function.
_STATEMENTS = 3
_LINES = 6


@rule("NBP206", "dead-or-copied-code", "info", needs=("python", "ruff"))
def dead_or_copied_code(program: Program, context: CheckContext) -> Iterator[Hit]:
    """Code in comments, and blocks of code that are copies of others.

    ## What it does
    Looks for lines of code behind a comment sign (ruff's ERA001), once a cell, and for three or more statements in a
    row that stand somewhere above already, but for the numbers and texts in them.

    ## Why is this bad?
    A reviewer cannot tell whether what is commented out was tried, is needed, or was forgotten. Of two copies one gets
    mended.

    ## Bad
    ```python
    price = 12
    # price = old_prices.mean()
    # price = max(price, 10)
    ```

    ## Good
    ```python
    price = 12
    ```

    ## How to fix
    Delete what is not run: git keeps it. Put what is copied into a function with a parameter for what differs.

    ## Source
    Wilson et al. 2017, good enough practices in scientific computing; Duck Book, "Quality assurance of code"; ruff
    ERA001.
    """
    dead: dict[int, list[Hit]] = {}
    for item in program.lint or ():
        if item.code == "ERA001":
            dead.setdefault(item.part.cell.index, []).append(Hit("", item.part.cell, item.line, item.column))
    for hits in dead.values():
        lines = f"{len(hits)} lines of code are" if len(hits) > 1 else "a line of code is"
        yield hits[0]._replace(message=f"{lines} commented out in this cell")
    for copy in _copies(program):
        message = (
            f"{copy.statements} statements are copies of those in cell {copy.original.cell.number}, line {copy.line}"
        )
        yield copy.part.at(copy.node, message)


class _Copy(NamedTuple):
    part: Part
    node: ast.stmt
    original: Part
    line: int
    statements: int


def _copies(program: Program) -> Iterator[_Copy]:
    """The longest runs of statements that stand above already, each once. Linear in the number of statements."""
    everything = [(part, node, _shape(node)) for part in program.parts for node in part.tree.body]
    seen: dict[tuple[str, ...], int] = {}
    position = 0
    while position + _STATEMENTS <= len(everything):
        key = tuple(shape for _, _, shape in everything[position : position + _STATEMENTS])
        part, node, _ = everything[position]
        together = everything[position + _STATEMENTS - 1][0] is part
        first = seen.get(key)
        if not together or first is None or first + _STATEMENTS > position:
            if together:
                seen.setdefault(key, position)
            position += 1
            continue
        length = _length(everything, first, position)
        last = everything[position + length - 1][1]
        if (last.end_lineno or 0) - node.lineno + 1 >= _LINES:
            original, begins, _ = everything[first]
            yield _Copy(part, node, original, begins.lineno, length)
        position += length


def _length(everything: list[tuple[Part, ast.stmt, str]], first: int, second: int) -> int:
    """How many statements are the same from two positions on, inside one cell each."""
    length = 0
    while second + length < len(everything) and first + length < second:
        (one, _, shape), (other, _, again) = everything[first + length], everything[second + length]
        if shape != again or one is not everything[first][0] or other is not everything[second][0]:
            break
        length += 1
    return length


def _shape(node: ast.stmt) -> str:
    """A statement without its numbers and texts. Imports have none, so that cells that begin alike are no copies."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return f"import {id(node)}"
    return "".join(_shapes(node))


def _shapes(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        yield type(inner).__name__
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.Attribute):
            yield inner.attr
