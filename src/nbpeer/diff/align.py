"""Two notebooks cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nbpeer.diff.match import Found, content, kept_order, match
from nbpeer.diff.split import splits
from nbpeer.model.change import CellChange, CellChangeKind
from nbpeer.model.notebook import Cell, Notebook

Indexes = tuple[int, ...]

_ASPECTS = ("type", "source", "tags", "attachments")


def align(before: Notebook | None, after: Notebook | None) -> tuple[CellChange, ...]:
    """Every cell of either notebook exactly once, in the order of `after`, removed cells at their old place.

    All are unchanged exactly when the source digests are equal: outputs, execution counts, ids, other metadata and
    tags that are only notes do not count. None is a notebook that is not there.
    """
    old, new = before.cells if before else (), after.cells if after else ()
    found = match(old, new)
    groups = _groups(old, new, found)
    first = {group.new[0]: group for group in groups}
    found.update((group.old[0], group.new[0]) for group in groups)
    stayed = kept_order(old, new, found)
    old_of = {other: one for one, other in found.items()}
    removed = _removed(old, found, stayed, {one for group in groups for one in group.old})
    rest = {other: group for group in groups for other in group.new[1:]}
    changes, waiting = removed[-1], list[CellChange]()
    for cell in new:
        if cell.index in rest:
            changes.append(CellChange("split", None, cell, group=rest[cell.index].number))
            continue
        changes += waiting
        one = old_of.get(cell.index)
        waiting = removed.get(one, []) if one is not None else []
        if one is None:
            changes.append(CellChange("added", None, cell))
        elif cell.index in first:
            changes += _rows(first[cell.index], old, new, one not in stayed)
        else:
            changes.append(_pair(old[one], cell, one not in stayed))
    return (*changes, *waiting)


class _Group(NamedTuple):
    """The cells of either side, by index, that one split or join put in each other's place; `number` is from 1."""

    number: int
    old: tuple[int, ...]
    new: tuple[int, ...]


def _groups(old: Sequence[Cell], new: Sequence[Cell], found: Found) -> list[_Group]:
    """Splits and joins; what `found` says about their cells is taken out."""
    pairs: list[tuple[Indexes, Indexes]] = [((split.whole,), split.pieces) for split in splits(old, new, found)]
    taken = {one for olds, _ in pairs for one in olds}, {other for _, news in pairs for other in news}
    joins = splits(new, old, {other: one for one, other in found.items()})
    pairs += [
        (join.pieces, (join.whole,))
        for join in joins
        if join.whole not in taken[1] and taken[0].isdisjoint(join.pieces)
    ]
    grouped = {one for olds, _ in pairs for one in olds}
    for one in grouped & found.keys():
        del found[one]
    ordered = sorted(pairs, key=lambda pair: pair[1])
    return [_Group(number, olds, news) for number, (olds, news) in enumerate(ordered, 1)]


def _removed(old: Sequence[Cell], found: Found, stayed: Found, grouped: set[int]) -> dict[int, list[CellChange]]:
    """The cells that went, each after the last cell before it that stayed; -1 is the start."""
    removed: dict[int, list[CellChange]] = {-1: []}
    place = -1
    for cell in old:
        if cell.index in stayed:
            place = cell.index
            removed[place] = []
        elif cell.index not in found and cell.index not in grouped:
            removed[place].append(CellChange("removed", cell, None))
    return removed


def _pair(before: Cell, after: Cell, moved: bool) -> CellChange:
    aspects = _differ(before, after)
    kind: CellChangeKind = "changed" if aspects else "unchanged"
    if moved:
        kind = "moved_changed" if aspects else "moved"
    return CellChange(kind, before, after, aspects)


def _rows(group: _Group, old: Sequence[Cell], new: Sequence[Cell], moved: bool) -> list[CellChange]:
    """The rows of a group up to the first cell that only the new side has."""
    olds, news = [old[one] for one in group.old], [new[other] for other in group.new]
    kind: CellChangeKind = "split" if len(news) > 1 else "joined"
    differ = [aspect for aspect in _differ(olds[0], news[0]) if aspect != "source"]
    aspects = [*(["place"] if moved else []), *(["source"] if _lines(olds) != _lines(news) else []), *differ]
    rest = [CellChange(kind, cell, None, group=group.number) for cell in olds[1:]]
    return [CellChange(kind, olds[0], news[0], tuple(aspects), group.number), *rest]


def _differ(before: Cell, after: Cell) -> tuple[str, ...]:
    parts = zip(_ASPECTS, content(before), content(after), strict=True)
    return tuple(aspect for aspect, one, other in parts if one != other)


def _lines(cells: Sequence[Cell]) -> list[str]:
    """The lines of cells but for empty ones, which come and go where cells meet."""
    return [line.rstrip() for cell in cells for line in cell.source.split("\n") if line.strip()]
