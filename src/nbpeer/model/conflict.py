"""A conflicted cell of a notebook, as `nbpeer merge` leaves it: how it is recognised.

Conflicting lines stand between git's markers in the source. `metadata.nbpeer.conflict` keeps the three whole sources
(null: the cell is not there), and under `values` whatever else both sides changed differently, with the keys that lead
there; the cell has the value of ours. `metadata.nbpeer.conflicts` of the notebook counts them.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from nbpeer.model.notebook import Cell

KEY, COUNT = "conflict", "conflicts"  # in metadata.nbpeer of a cell, and of the notebook
_OPENING = re.compile(r"(<{7,}) ")


class MarkedLines(NamedTuple):
    """One conflict in a source: the lines (from 0) of its first and last marker, and the versions between them."""

    first: int
    last: int
    ours: list[str]
    theirs: list[str]


def conflict_record(metadata: dict[str, Any]) -> dict[str, Any] | None:
    """What the metadata of a cell or a notebook says of a conflict; None when it says nothing."""
    ours = metadata.get("nbpeer")
    record = ours.get(KEY) if isinstance(ours, dict) else None
    return record if isinstance(record, dict) else None


def is_conflicted(cell: Cell) -> bool:
    """Whether a cell has a record of a conflict, or a source with all three markers in order."""
    return conflict_record(cell.metadata) is not None or has_markers(cell.source)


def has_markers(source: str) -> bool:
    """Whether a source holds conflicting lines between markers."""
    return bool(marked_lines(source))


def marked_lines(source: str) -> list[MarkedLines]:
    """The conflicts in a marked source. Markers that are not complete are text, and so is what stands before them."""
    found: list[MarkedLines] = []
    lines = source.split("\n")
    place = 0
    while place < len(lines):
        conflict = _conflict(lines, place)
        if conflict is not None:
            found.append(conflict)
            place = conflict.last
        place += 1
    return found


def _conflict(lines: list[str], start: int) -> MarkedLines | None:
    """The conflict that starts at a line; None when there is none, or a marker is missing. The base, which diff3 style
    shows as well, is left out."""
    opening = _OPENING.match(lines[start])
    if not opening:
        return None
    size = len(opening[1])
    base, middle = 0, 0
    for place in range(start + 1, len(lines)):
        line = lines[place]
        if line.startswith("<" * size + " "):
            return None
        if line.startswith("|" * size + " ") and not middle:
            base = base or place
        elif line.rstrip() == "=" * size and not middle:
            middle = place
        elif line.startswith(">" * size + " ") and middle:
            return MarkedLines(start, place, lines[start + 1 : base or middle], lines[middle + 1 : place])
    return None
