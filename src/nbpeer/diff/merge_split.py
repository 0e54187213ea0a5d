"""Cells that one side split or joined, while the other side edited them.

Where a side split a cell, the base and the other side are split at the same line, so that each piece has its three
versions; where it joined cells, theirs are joined too. That is only done when the side changed nothing but where cells
begin, blank lines apart, and when the other side has that place. Otherwise the line merge decides, or marks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec

from nbpeer.diff.match import content
from nbpeer.diff.merge_lines import new_place
from nbpeer.diff.merge_order import Unit
from nbpeer.diff.merge_read import Part, Version

_MOST_PIECES = 6


class Triple(NamedTuple):
    """The three versions of one merged cell."""

    base: Part | None
    ours: Part | None
    theirs: Part | None


def triples(units: Sequence[Unit], versions: Sequence[Version]) -> list[Triple]:
    """The versions of every cell in the order of `units`; `versions` are base, ours and theirs."""
    found: dict[Unit, Triple | None] = {unit: _triple(unit, versions) for unit in units}
    for side in (1, 2):
        near = {index: unit for unit in units if (index := unit[side]) is not None}
        by_base = {unit.base: unit for unit in units if unit.base is not None}
        for unit in units:
            if None not in unit:
                found.update(_split(unit, side, near, found))
                found.update(_joined(unit, side, by_base, found))
    return [parts for unit in units if (parts := found[unit]) is not None]


def _triple(unit: Unit, versions: Sequence[Version]) -> Triple:
    return Triple(
        *(None if index is None else version.parts[index] for index, version in zip(unit, versions, strict=True))
    )


_Found = dict[Unit, Triple | None]
_Near = dict[int, Unit]
_NONE = Triple(None, None, None)


def _split(unit: Unit, side: int, near: _Near, found: _Found) -> _Found:
    """The cell and the pieces that `side` split off it, each with its part of the base and of the other side."""
    parts = found[unit] or _NONE
    base, other = parts.base, parts[3 - side]
    if base is None or other is None or base.virtual or other.virtual or other.cell.source == base.cell.source:
        return {}
    wanted = _solid(base.cell.source)
    for group in _runs(unit, side, near):
        pieces = [found[piece] or _NONE for piece in group]
        solid = [_solid(mine.cell.source) for piece in pieces if (mine := piece[side]) is not None]
        taken = any(piece.base is not None and piece is not parts for piece in pieces)
        if not taken and all(solid) and [line for lines in solid for line in lines] == wanted:
            before = _cut(base.cell.source, [len(lines) for lines in solid])
            after = _cut_alike(before, other.cell.source)
            if after is None:
                return {}
            return {
                name: _with(piece, side, _virtual(base, one), _virtual(other, two))
                for name, piece, one, two in zip(group, pieces, before, after, strict=True)
            }
    return {}


def _joined(unit: Unit, side: int, by_base: _Near, found: _Found) -> _Found:
    """The cell with the base and the other side joined as `side` did; the cells that went into it are no more."""
    parts = found[unit] or _NONE
    base, mine, other = parts.base, parts[side], parts[3 - side]
    if base is None or mine is None or other is None or base.virtual or mine.virtual or other.virtual:
        return {}
    wanted = _solid(mine.cell.source)
    for group in _runs(unit, 0, by_base):
        pieces = [found[piece] or _NONE for piece in group]
        bases = [part for piece in pieces if (part := piece.base) is not None]
        others = [part for piece in pieces if (part := piece[3 - side]) is not None]
        if not len(group) == len(bases) == len(others):
            continue
        if [line for part in bases for line in _solid(part.cell.source)] == wanted and all(map(_alike, bases, others)):
            sources = ["\n".join(part.cell.source for part in several) for several in (bases, others)]
            joined = _with(parts, side, _virtual(base, sources[0]), _virtual(other, sources[1]))
            return {**dict.fromkeys(group, None), unit: joined}
    return {}


def _runs(unit: Unit, side: int, near: _Near) -> Iterator[list[Unit]]:
    """Neighbours on a side that stand alone there (inserted cells; in the base, cells that a side removed), with the
    cell itself, in every possible stretch."""
    index = unit[side]
    assert index is not None  # noqa: S101 - the caller looked
    first = last = index
    while index - first < _MOST_PIECES and _is_loose(near.get(first - 1), side):
        first -= 1
    while last - index < _MOST_PIECES and _is_loose(near.get(last + 1), side):
        last += 1
    for start in range(first, index + 1):
        for end in range(index, last + 1):
            if start < end:
                yield [near[place] for place in range(start, end + 1)]


def _is_loose(unit: Unit | None, side: int) -> bool:
    """Whether a cell is one of a kind on its side: inserted there, or in the base and removed by one side only."""
    if unit is None:
        return False
    if side == 0:
        return (unit.ours is None) != (unit.theirs is None)
    return unit.base is None and unit[3 - side] is None


def _alike(one: Part, other: Part) -> bool:
    """Whether two versions of a cell differ in nothing but their source: only that is joined."""
    first, second = content(one.cell), content(other.cell)
    return first[0] == second[0] and first[2:] == second[2:]


def _solid(source: str) -> list[str]:
    return [line for line in source.split("\n") if line.strip()]


def _cut(source: str, counts: Sequence[int]) -> list[str]:
    """The source in pieces of so many lines that are not blank; blank lines stay with the piece before them."""
    lines = source.split("\n")
    pieces: list[list[str]] = [[]]
    left = counts[0]
    for line in lines:
        if line.strip():
            if not left and len(pieces) < len(counts):
                left = counts[len(pieces)]
                pieces.append([])
            left -= 1
        pieces[-1].append(line)
    return ["\n".join(piece) for piece in pieces]


def _cut_alike(pieces: Sequence[str], source: str) -> list[str] | None:
    """Another version of the text that was cut into `pieces`, cut at the same lines; None where it has no such line."""
    before = [line for piece in pieces for line in piece.split("\n")]
    lines = source.split("\n")
    cuts, place = [0], 0
    for piece in pieces[:-1]:
        place += piece.count("\n") + 1
        there = new_place(before, lines, place)
        if there is None:
            return None
        cuts.append(there)
    cuts.append(len(lines))
    return ["\n".join(lines[start:end]) for start, end in pairwise(cuts)]


def _with(parts: Triple, side: int, base: Part, other: Part) -> Triple:
    mine = parts[side]
    return Triple(base, mine, other) if side == 1 else Triple(base, other, mine)


def _virtual(part: Part, source: str) -> Part:
    return part._replace(cell=msgspec.structs.replace(part.cell, source=source), virtual=True)
