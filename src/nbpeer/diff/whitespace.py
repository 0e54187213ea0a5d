"""Comparison that does not look at white space, as `git diff -w`."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from nbpeer.diff.similarity import in_order
from nbpeer.model.change import CellChange, CellChangeKind
from nbpeer.model.notebook import Cell

_QUIET: dict[CellChangeKind, CellChangeKind] = {"changed": "unchanged", "moved_changed": "moved"}


def ignoring_space(changes: Iterable[CellChange]) -> tuple[CellChange, ...]:
    """The changes as if white space inside lines did not count.

    A cell in which nothing else differs is unchanged, or only moved; of the others `before` has the lines of `after`
    where only white space differs. A line more or less is a change, as with git.
    """
    return tuple(_without_space(change) for change in changes)


def _without_space(change: CellChange) -> CellChange:
    before, after = change.before, change.after
    if before is None or after is None or "source" not in change.aspects or change.group:
        return change
    if _lines(before) != _lines(after):
        return msgspec.structs.replace(change, before=_with_spaces_of(before, after))
    aspects = tuple(aspect for aspect in change.aspects if aspect != "source")
    kind = change.kind if aspects else _QUIET.get(change.kind, change.kind)
    alike = msgspec.structs.replace(before, source=after.source)
    return msgspec.structs.replace(change, kind=kind, aspects=aspects, before=alike)


def _with_spaces_of(before: Cell, after: Cell) -> Cell:
    lines, others = before.source.split("\n"), after.source.split("\n")
    for one, other in in_order(_lines(before), _lines(after)):
        lines[one] = others[other]
    return msgspec.structs.replace(before, source="\n".join(lines))


def _lines(cell: Cell) -> list[str]:
    return ["".join(line.split()) for line in cell.source.split("\n")]
