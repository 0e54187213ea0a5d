"""What `nbpeer check --fix` changes."""

from __future__ import annotations

import msgspec


class MendedCell(msgspec.Struct, frozen=True):
    """One cell: its number, its source before and after, and whether its outputs were cleared."""

    cell: int
    before: str
    after: str
    cleared: bool = False


class Mended(msgspec.Struct, frozen=True):
    """One notebook: how many findings were mended, and the cells that differ."""

    path: str
    findings: int
    cells: tuple[MendedCell, ...]
