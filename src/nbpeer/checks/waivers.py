"""Waivers: a person's reason, beside the code, for accepting a finding.

    total = a.merge(b)  # nbpeer: waive NBP301 b has one row a day, see Checks
    <!-- nbpeer: waive NBP203 the customer's own words -->

On a line of its own a waiver is for what comes next: the next statement, in Markdown the next paragraph.
"""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from nbpeer.checks.program import Program
from nbpeer.checks.rule import Hit
from nbpeer.model.front_matter import front_matter_text
from nbpeer.model.notebook import Cell

_WAIVER = re.compile(r"(?:#|--|//|<!--)[ \t]*nbpeer:[ \t]*waive\b[ \t]*(?P<text>.*?)[ \t]*(?:-->[ \t]*)?$")
_CODES = re.compile(r"NBP\d{3}(?:[ \t]*,[ \t]*NBP\d{3})*\b", re.IGNORECASE)


class Waiver(NamedTuple):
    """One waiver: the line it stands on, the codes of the rules it names, the lines it is for (`first` to `last`)."""

    cell: Cell
    line: int
    codes: tuple[str, ...]
    reason: str
    first: int
    last: int

    @property
    def valid(self) -> bool:
        """Whether it says what it waives, and why."""
        return bool(self.codes and self.reason)


def waivers(program: Program) -> tuple[Waiver, ...]:
    """Every waiver of a notebook, in order, whether valid or not."""
    trees = {part.cell.index: part.tree for part in program.parts}
    found = []
    for cell in program.notebook.cells:
        if "nbpeer:" in cell.source:
            found += _in_cell(cell, trees.get(cell.index))
    return tuple(found)


def place_of_waivers(hit: Hit, program: Program) -> Cell | None:
    """The cell in which a hit can be waived: its own; for the whole notebook, the first Markdown cell after the front
    matter."""
    if hit.cell is not None:
        return hit.cell
    cells = program.notebook.cells
    start = 0 if front_matter_text(program.notebook) is None else 1
    return next((cell for cell in cells[start:] if cell.cell_type == "markdown"), None)


def waived_by(waiver: Waiver, hit: Hit) -> bool:
    """Whether a hit that can be waived in the waiver's cell is on the lines that the waiver is for.

    A hit on a whole cell or notebook is waived anywhere in that cell. Whether it is for that rule is not looked at.
    """
    return hit.cell is None or not hit.line or waiver.first <= hit.line <= waiver.last


def _in_cell(cell: Cell, tree: ast.Module | None) -> list[Waiver]:
    lines = cell.source.split("\n")
    found = []
    for number, line in enumerate(lines, 1):
        match = _WAIVER.search(line)
        if match is None or (cell.cell_type == "markdown" and not match.group().startswith("<!--")):
            continue
        named = _CODES.match(match["text"])
        codes = tuple(code.strip().upper() for code in named.group().split(",")) if named else ()
        reason = match["text"][named.end() if named else 0 :].strip(" \t:,;.-()\N{EN DASH}\N{EM DASH}")
        alone = not line[: match.start()].strip()
        first = _next_text(lines, number) if alone else number
        found.append(Waiver(cell, number, codes, reason, *_covered(cell, lines, tree, first)))
    return found


def _next_text(lines: list[str], number: int) -> int:
    """The first line below `number` that is neither empty nor a comment; `number` when there is none."""
    for following in range(number + 1, len(lines) + 1):
        text = lines[following - 1].strip()
        if text and not _WAIVER.match(text) and not (text.startswith("#") and " " in text[:2]):
            return following
    return number


def _covered(cell: Cell, lines: list[str], tree: ast.Module | None, line: int) -> tuple[int, int]:
    """The lines of the paragraph, or of the smallest statement, that a line belongs to."""
    if cell.cell_type == "markdown":
        last = line
        while last < len(lines) and lines[last].strip():
            last += 1
        return line, last
    best = (line, line)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            last = body[0].lineno - 1 if isinstance(body, list) and body else node.end_lineno or node.lineno
            if node.lineno <= line <= last:
                best = (node.lineno, last)
    return best
