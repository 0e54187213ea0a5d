"""The lines of a changed cell that are worth showing, whatever the face."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nbpeer.model.change import CellChange
from nbpeer.render.words import Line, Piece, changed_lines

LONGEST_LINE = 400
SIGNS = {"same": " ", "removed": "-", "added": "+"}
_CONTEXT = 3


def cell_lines(change: CellChange, context: int = _CONTEXT) -> Iterator[Line | None]:
    """The lines of a cell to show, each change with `context` lines around it; None where lines are left out."""
    if change.before and change.after:
        lines = changed_lines(change.before.source, change.after.source)
    else:
        lines = tuple(_whole(change))
    near: set[int] = set()
    for place, line in enumerate(lines):
        if line.change != "same":
            near.update(range(place - context, place + context + 1))
    skipping = False
    for place, line in enumerate(lines):
        if place in near:
            skipping = False
            yield line
        elif not skipping:
            skipping = True
            yield None


def _whole(change: CellChange) -> Iterator[Line]:
    cell = change.after or change.before
    for number, text in enumerate(cell.source.split("\n") if cell else (), 1):
        if change.after:
            yield Line("added", 0, number, (Piece("same", text),))
        else:
            yield Line("removed", number, 0, (Piece("same", text),))


def first_mark(pieces: Sequence[Piece]) -> int:
    """Where a line first differs from its counterpart, be it by something that only the counterpart has."""
    return len(pieces[0].text) if len(pieces) > 1 and pieces[0].change == "same" else 0
