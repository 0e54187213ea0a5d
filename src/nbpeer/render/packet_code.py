"""The changed cells of a packet in reading order, unchanged stretches folded, ready for the template."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from nbpeer.model.change import AnalysisDiff, CellChange
from nbpeer.model.notebook import Cell
from nbpeer.render.changes import aspect_notes, cell_title
from nbpeer.render.diff_cells import cell_lines
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
            views.append(Stretch(tuple((cell.number, _first_words(cell)) for cell in cells if cell)))
        else:
            views += [_view(change) for change in group]
    return tuple(views)


def _view(change: CellChange) -> CellChangeView:
    cell = change.after or change.before
    title = cell_title(change)
    shows_lines = change.kind != "moved" and (not (change.before and change.after) or "source" in change.aspects)
    lines = tuple(cell_lines(change)) if shows_lines else ()
    return CellChangeView(
        kind=change.kind,
        title=title[:1].upper() + title[1:],
        cell_type=cell.cell_type if cell else "",
        number=change.after.number if change.after else 0,
        notes=tuple(aspect_notes(change)) or ((_first_words(cell),) if cell and not lines else ()),
        lines=tuple(_short(line) for line in lines[:_MOST_LINES]),
        left_out=max(0, len(lines) - _MOST_LINES),
    )


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


def _first_words(cell: Cell) -> str:
    first = cell.source.strip().partition("\n")[0]
    return first if len(first) <= _FIRST_WORDS else first[: _FIRST_WORDS - 1] + "…"
