"""Both sides of a cell beside each other, for wide screens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING

from nbpeer.render.visible import visible
from nbpeer.render.words import Line

if TYPE_CHECKING:
    from nbpeer.render.spans import Span

_NUMBER = 5
_MARKS = {"same": "", "removed": "bold white on red", "added": "bold black on green"}


def column_spans(lines: Iterable[Line | None], columns: int) -> Iterator[Span]:
    """The lines in two columns of a screen of that width, a removed line beside the added one that replaces it."""
    width = (columns - 3) // 2 - _NUMBER
    for left, right in _rows(lines):
        if left is None and right is None:
            yield "     ⋮\n", "dim"
            continue
        yield from _column(left, left.before if left else 0, width, "red")
        yield " │ ", "dim"
        yield from _column(right, right.after if right else 0, width, "green")
        yield "\n", ""


def _rows(lines: Iterable[Line | None]) -> Iterator[tuple[Line | None, Line | None]]:
    removed: list[Line] = []
    added: list[Line] = []
    for line in lines:
        if line and line.change == "removed" and not added:
            removed.append(line)
        elif line and line.change == "added":
            added.append(line)
        else:
            yield from zip_longest(removed, added)
            removed, added = ([line], []) if line and line.change == "removed" else ([], [])
            if not removed:
                yield line, line
    yield from zip_longest(removed, added)


def _column(line: Line | None, number: int, width: int, style: str) -> Iterator[Span]:
    """One side of a row, cut or filled to its width; columns are counted as rich counts them."""
    from rich.cells import cell_len, set_cell_size

    if line is None:
        yield " " * (width + _NUMBER), ""
        return
    yield f"{number:>4} ", "dim"
    room = width
    for piece in line.pieces:
        text = visible(piece.text[: 2 * width + 2]).replace("\t", "    ")
        if cell_len(text) > room:
            text = set_cell_size(text, room - 1) + "…" if room else ""
        room -= cell_len(text)
        yield text, _MARKS[piece.change] or ("" if line.change == "same" else style)
    yield " " * room, ""
