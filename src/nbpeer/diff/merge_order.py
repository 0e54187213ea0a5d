"""Which cells of three notebooks are one, and in what order they stand in the merged notebook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from nbpeer.diff.chain import Pair, heaviest_chain
from nbpeer.diff.match import Found, content, kept_order, match
from nbpeer.diff.similarity import alike
from nbpeer.model.notebook import Cell

Cells = Sequence[Cell]

# Likeness (0 to 1) that makes two cells, inserted by both sides at one place, versions of one.
_SAME_INSERT = 0.6


class Unit(NamedTuple):
    """One cell in up to three versions, each the index of a cell, or None where it is not there."""

    base: int | None
    ours: int | None
    theirs: int | None


class _Side(NamedTuple):
    """One side against the base: which cell became which, which of these kept their order, and the inserted cells."""

    cells: Cells
    base_of: Found
    stayed: frozenset[int]

    def inserted(self, but: Collection[int] = ()) -> dict[int, list[Cell]]:
        """The inserted cells, but for some, by the base cell they stand behind (-1: before all)."""
        found: dict[int, list[Cell]] = defaultdict(list)
        place = -1
        for cell in self.cells:
            if cell.index not in self.base_of and cell.index not in but:
                found[place].append(cell)
            elif cell.index in self.stayed:
                place = self.base_of[cell.index]
        return found


def units(base: Cells, ours: Cells, theirs: Cells) -> list[Unit]:
    """Every cell of every version exactly once, in the order of the merged notebook.

    That is the order of ours, with the moves and insertions of theirs; what both moved or inserted at one place stands
    as ours has it. Cells that a side deleted are there too: whether they stay is not a matter of order.
    """
    mine, yours = _side(base, ours), _side(base, theirs)
    # The same pairs whichever side is ours, also where several would do.
    if [content(cell) for cell in ours] <= [content(cell) for cell in theirs]:
        twins = _inserted_twice(mine, yours)
    else:
        twins = {other: one for one, other in _inserted_twice(yours, mine).items()}
    mine, yours = _replaced_twice(base, mine, yours, twins)
    unit_of_base = {index: Unit(index, None, None) for index in range(len(base))}
    for index, origin in mine.base_of.items():
        unit_of_base[origin] = unit_of_base[origin]._replace(ours=index)
    for index, origin in yours.base_of.items():
        unit_of_base[origin] = unit_of_base[origin]._replace(theirs=index)
    twin_of = {one: other for other, one in twins.items()}

    def unit_of(side: _Side, index: int) -> Unit:
        if index in side.base_of:
            return unit_of_base[side.base_of[index]]
        return Unit(None, index, twin_of.get(index)) if side is mine else Unit(None, twins.get(index), index)

    return _ordered(
        [unit_of(mine, cell.index) for cell in ours],
        [unit_of(yours, cell.index) for cell in theirs],
        frozenset(unit_of(mine, index) for index in mine.base_of if index not in mine.stayed),
        frozenset(unit_of(yours, index) for index in yours.base_of if index not in yours.stayed),
    )


def _side(base: Cells, cells: Cells) -> _Side:
    found = match(base, cells)
    stayed = frozenset(kept_order(base, cells, found).values())
    return _Side(cells, {index: origin for origin, index in found.items()}, stayed)


def _inserted_twice(mine: _Side, yours: _Side) -> Found:
    """Cells that both sides inserted: for each of theirs, ours. Equal or much alike behind one base cell, or equal in
    content and id anywhere."""
    twins: Found = {}
    others = yours.inserted()
    for place, inserted in mine.inserted().items():
        candidates = others.get(place, [])
        twins.update((pair.new, pair.old) for pair in heaviest_chain(_equal(inserted, candidates)))
        taken = set(twins.values())
        left = [cell for cell in inserted if cell.index not in taken]
        pairs = alike(left, [cell for cell in candidates if cell.index not in twins], _SAME_INSERT)
        twins.update((pair.new, pair.old) for pair in heaviest_chain(pairs))
    taken = set(twins.values())
    left = [cell for cell in mine.cells if cell.index not in mine.base_of and cell.index not in taken]
    named = {_name(cell): cell.index for cell in left if cell.id is not None}
    for cell in yours.cells:
        if cell.index not in yours.base_of and cell.index not in twins and _name(cell) in named:
            twins[cell.index] = named.pop(_name(cell))
    return twins


def _name(cell: Cell) -> tuple[str | None, str, str]:
    return cell.id, cell.cell_type, cell.source


def _equal(one: Cells, other: Cells) -> list[Pair]:
    """The pairs of cells with equal source; longer ones weigh more."""
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for cell in other:
        places[cell.cell_type, cell.source].append(cell.index)
    return [
        Pair(cell.index, index, 1 + len(cell.source)) for cell in one for index in places[cell.cell_type, cell.source]
    ]


def _replaced_twice(base: Cells, mine: _Side, yours: _Side, twins: Found) -> tuple[_Side, _Side]:
    """The sides with what both put in the place of a cell that both removed made versions of that cell, so that two
    rewritten cells conflict instead of standing one behind the other."""
    gone = _gone(base, mine), _gone(base, yours)
    fresh = [
        {place: [cell for cell in cells if cell.source.strip()] for place, cells in inserted.items()}
        for inserted in (mine.inserted(set(twins.values())), yours.inserted(set(twins)))
    ]
    more: tuple[Found, Found] = ({}, {})
    for index in sorted(gone[0].keys() & gone[1].keys()):
        places = gone[0][index], gone[1][index]
        if base[index].source.strip() and fresh[0].get(places[0]) and fresh[1].get(places[1]):
            for found, cells, place in zip(more, fresh, places, strict=True):
                found[cells[place].pop(0).index] = index
    one, other = (
        side._replace(base_of=side.base_of | found, stayed=side.stayed | found.keys())
        for side, found in zip((mine, yours), more, strict=True)
    )
    return one, other


def _gone(base: Cells, side: _Side) -> Found:
    """The cells of the base that are no more, each with the last cell before it that is."""
    kept = set(side.base_of.values())
    stayed = {side.base_of[index] for index in side.stayed}
    found: Found = {}
    place = -1
    for cell in base:
        if cell.index in stayed:
            place = cell.index
        elif cell.index not in kept:
            found[cell.index] = place
    return found


def _ordered(
    ours: list[Unit], theirs: list[Unit], moved_by_us: frozenset[Unit], moved_by_them: frozenset[Unit]
) -> list[Unit]:
    following = moved_by_them - moved_by_us
    in_front = _in_front_of_removed(theirs)
    merged = [unit for unit in ours if unit not in following]
    placed = set(merged)
    anchor = -1
    for unit in theirs:
        if unit in placed:
            if unit not in moved_by_us:
                anchor = _index(merged, unit, anchor + 1)
            continue
        anchor += 1
        while (
            unit.base is None
            and unit not in in_front
            and anchor < len(merged)
            and merged[anchor].base is None
            and merged[anchor].ours is not None
        ):
            anchor += 1
        merged.insert(anchor, unit)
        placed.add(unit)
    return merged


def _in_front_of_removed(theirs: list[Unit]) -> set[Unit]:
    """What theirs inserted right before a cell that ours removed: what ours has instead of that cell follows it."""
    found = set()
    removed = False
    for unit in reversed(theirs):
        if unit.base is not None:
            removed = unit.ours is None
        elif removed:
            found.add(unit)
    return found


def _index(merged: list[Unit], unit: Unit, start: int) -> int:
    """Where a unit stands; nearly always at `start` or soon after."""
    try:
        return merged.index(unit, start)
    except ValueError:
        return merged.index(unit)
