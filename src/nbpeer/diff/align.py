"""Two notebooks cell by cell."""

from __future__ import annotations

from nbpeer.diff.match import content, kept_order, match
from nbpeer.model.change import CellChange, CellChangeKind
from nbpeer.model.notebook import Cell, Notebook

_ASPECTS = ("type", "source", "tags", "attachments")


def align(before: Notebook | None, after: Notebook | None) -> tuple[CellChange, ...]:
    """Every cell of either notebook exactly once, in the order of `after`, removed cells at their old place.

    All are unchanged exactly when the source digests are equal: outputs, execution counts, ids, other metadata and
    tags that are only notes do not count. None is a notebook that is not there.
    """
    old, new = before.cells if before else (), after.cells if after else ()
    found = match(old, new)
    stayed = kept_order(old, new, found)
    old_of = {other: one for one, other in found.items()}
    removed: dict[int, list[CellChange]] = {-1: []}
    place = -1
    for cell in old:
        if cell.index in stayed:
            place = cell.index
            removed[place] = []
        elif cell.index not in found:
            removed[place].append(CellChange("removed", cell, None))
    changes = removed[-1]
    for cell in new:
        one = old_of.get(cell.index)
        if one is None:
            changes.append(CellChange("added", None, cell))
        else:
            changes += [_pair(old[one], cell, one not in stayed), *removed.get(one, [])]
    return tuple(changes)


def _pair(before: Cell, after: Cell, moved: bool) -> CellChange:
    parts = zip(_ASPECTS, content(before), content(after), strict=True)
    aspects = tuple(aspect for aspect, one, other in parts if one != other)
    kind: CellChangeKind = "changed" if aspects else "unchanged"
    if moved:
        kind = "moved_changed" if aspects else "moved"
    return CellChange(kind, before, after, aspects)
