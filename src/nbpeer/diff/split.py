"""Cells that were split, and seen from the other side, cells that were joined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from nbpeer.diff.similarity import Words, common, likeness, words_of
from nbpeer.model.notebook import Cell

# This share of a piece's words is in the whole cell, in order, and not in another piece.
_IN_WHOLE = 0.8
# So alike are the whole cell and all its pieces together.
_LIKENESS = 0.8
# A piece of fewer words is in many cells by chance.
_LEAST_WORDS = 3


class Split(NamedTuple):
    """A whole cell of one side, and the two or more neighbours of the other side that it is there; by index."""

    whole: int
    pieces: tuple[int, ...]


def splits(wholes: Sequence[Cell], others: Sequence[Cell], found: dict[int, int]) -> list[Split]:
    """The cells of `wholes` that were split into neighbours among `others`, no cell twice.

    `found` says which other cell a whole cell was matched with; the other pieces are cells that nothing was matched
    with. A cell that is unchanged was not split.
    """
    free = {cell.index for cell in others} - set(found.values())
    if not free:
        return []
    pieces = _Pieces(others, free)
    result = []
    for whole in wholes:
        seed = found.get(whole.index)
        if seed is not None and others[seed].source == whole.source:
            continue
        run = pieces.of(whole, seed)
        if len(run) > 1:
            result.append(Split(whole.index, tuple(run)))
            free.difference_update(run)
    return result


class _Pieces:
    """Cells that may be pieces: `free` are those that are still to be had."""

    def __init__(self, cells: Sequence[Cell], free: set[int]) -> None:
        self._cells = cells
        self._free = free
        self._words = Words()
        self._begins: dict[str, list[int]] = defaultdict(list)
        for index in sorted(free):
            self._begins[_first_line(cells[index])].append(index)

    def of(self, whole: Cell, seed: int | None) -> list[int]:
        """The pieces of a whole cell around `seed`, or else beginning with its first line; fewer than two for none."""
        seeds = [seed] if seed is not None else [one for one in self._begins[_first_line(whole)] if one in self._free]
        for one in seeds:
            if one + 1 in self._free or one - 1 in self._free:
                text = self._spell(whole)
                run = self._grown(whole, text, one)
                if len(run) > 1 and likeness(text, self._joined(run)) >= _LIKENESS:
                    return run
        return []

    def _grown(self, whole: Cell, text: str, seed: int) -> list[int]:
        run = [seed]
        shared = common(text, self._joined(run))
        growing = True
        while growing:
            growing = False
            for longer, new in (([*run, run[-1] + 1], run[-1] + 1), ([run[0] - 1, *run], run[0] - 1)):
                length = self._length(whole, new)
                more = common(text, self._joined(longer)) - shared if length >= _LEAST_WORDS else 0
                if length >= _LEAST_WORDS and more >= _IN_WHOLE * length:
                    run, shared, growing = longer, shared + more, True
                    break
        return run

    def _length(self, whole: Cell, index: int) -> int:
        """How many words a cell would add as a piece; 0 when it cannot be one."""
        usable = index in self._free and self._cells[index].cell_type == whole.cell_type
        return len(self._spell(self._cells[index])) if usable else 0

    def _joined(self, run: Sequence[int]) -> str:
        return "".join(self._spell(self._cells[index]) for index in run)

    def _spell(self, cell: Cell) -> str:
        return self._words.spell(words_of(cell.source))


def _first_line(cell: Cell) -> str:
    return cell.source.strip().partition("\n")[0]
