"""Where each line of a notebook comes from, followed through aligned versions."""

from __future__ import annotations

from collections.abc import Sequence

from nbpeer.diff.align import align
from nbpeer.diff.similarity import in_order
from nbpeer.model.change import CellChange
from nbpeer.model.notebook import Cell, Notebook

# By cell, by line: the version that last changed it.
Origins = tuple[tuple[str, ...], ...]


def lines_of(cell: Cell) -> list[str]:
    """The lines of a cell's source."""
    return cell.source.split("\n")


def origins(version: str, notebook: Notebook, parents: Sequence[tuple[Notebook, Origins]]) -> Origins:
    """Where the lines of `notebook` come from: for each, from the first parent whose aligned cell has it, or `version`.

    A cell that moved, was split, joined or retyped keeps the origins of its lines.
    """
    found = [[""] * len(lines_of(cell)) for cell in notebook.cells]
    for parent, known in parents:
        _inherit(found, known, align(parent, notebook))
    return tuple(tuple(origin or version for origin in cell) for cell in found)


def _inherit(found: list[list[str]], known: Origins, changes: Sequence[CellChange]) -> None:
    groups: dict[int, tuple[list[Cell], list[Cell]]] = {}
    for place, change in enumerate(changes, 1):
        old, new = groups.setdefault(change.group or -place, ([], []))
        old += [change.before] if change.before else []
        new += [change.after] if change.after else []
    for old, new in groups.values():
        if old and new:
            _inherit_lines(found, known, old, new)


def _inherit_lines(found: list[list[str]], known: Origins, old: Sequence[Cell], new: Sequence[Cell]) -> None:
    before, after = _places(old), _places(new)
    for one, other in in_order([line for *_, line in before], [line for *_, line in after]):
        cell, number, _ = after[other]
        found[cell][number] = found[cell][number] or known[before[one][0]][before[one][1]]


def _places(cells: Sequence[Cell]) -> list[tuple[int, int, str]]:
    return [(cell.index, number, line) for cell in cells for number, line in enumerate(lines_of(cell))]
