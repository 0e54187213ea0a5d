"""The changed cells of a packet in reading order, unchanged stretches folded, ready for the template."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from nbpeer.model.change import AnalysisDiff, CellChange
from nbpeer.model.notebook import Cell
from nbpeer.render.changes import CellBlock, cell_blocks
from nbpeer.render.diff_lines import cell_lines
from nbpeer.render.words import Line, Piece

_MOST_LINES = 400
_LONGEST_LINE = 2_000
_FIRST_WORDS = 90


class CellChangeView(NamedTuple):
    """One changed cell. A line of None stands for lines left out; `number` is its place in the notebook after, or 0."""

    kind: str
    title: str
    cell_type: str
    number: int
    notes: tuple[str, ...]
    lines: tuple[Line | None, ...]
    left_out: int


class Stretch(NamedTuple):
    """Cells that did not change, one after the other: (number, first words)."""

    cells: tuple[tuple[int, str], ...]


def code_views(diff: AnalysisDiff) -> tuple[CellChangeView | Stretch, ...]:
    """Changed cells and the stretches between them; nothing when no cell changed or all of the analysis is new."""
    if not diff.changed_cells or diff.status in ("added", "removed"):
        return ()
    views: list[CellChangeView | Stretch] = []
    for unchanged, group in groupby(diff.cells, lambda change: change.kind == "unchanged"):
        if unchanged:
            cells = (change.after or change.before for change in group)
            views.append(Stretch(tuple((cell.number, first_words(cell)) for cell in cells if cell)))
        else:
            views += [cell_view(block) for block in cell_blocks(group)]
    return tuple(views)


def cell_view(block: CellBlock) -> CellChangeView:
    """A changed cell with the lines to show of it."""
    change = block.change
    cell = change.after or change.before
    shows_lines = change.kind != "moved" and (not (change.before and change.after) or "source" in change.aspects)
    lines, left_out = shown_lines(change) if shows_lines else ((), 0)
    return CellChangeView(
        kind=change.kind,
        title=block.title[:1].upper() + block.title[1:],
        cell_type=cell.cell_type if cell else "",
        number=change.after.number if change.after else 0,
        notes=block.notes or ((first_words(cell),) if cell and not lines else ()),
        lines=lines,
        left_out=left_out,
    )


def shown_lines(change: CellChange) -> tuple[tuple[Line | None, ...], int]:
    """The lines of a change as far as a page shows them, and how many more there are."""
    lines = tuple(cell_lines(change))
    return tuple(_short(line) for line in lines[:_MOST_LINES]), max(0, len(lines) - _MOST_LINES)


def _short(line: Line | None) -> Line | None:
    """A line of data pasted into a cell can have megabytes; what is left out is said in the line."""
    if line is None or sum(len(piece.text) for piece in line.pieces) <= _LONGEST_LINE:
        return line
    room = _LONGEST_LINE // len(line.pieces)
    cut = tuple(
        piece._replace(text=piece.text[:room] + f" … {len(piece.text) - room:,} more characters")
        if len(piece.text) > room
        else piece
        for piece in line.pieces[:50]
    )
    return line._replace(pieces=(*cut, Piece("same", " …")) if len(line.pieces) > len(cut) else cut)


def first_words(cell: Cell) -> str:
    """The beginning of a cell's first line."""
    first = cell.source.strip().partition("\n")[0]
    return first if len(first) <= _FIRST_WORDS else first[: _FIRST_WORDS - 1] + "…"
