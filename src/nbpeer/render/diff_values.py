"""A comparison for programs: one row for every cell of either side."""

from __future__ import annotations

from typing import Any

import msgspec

from nbpeer.model.change import AnalysisDiff, CellChange, DiffReport
from nbpeer.model.notebook import Cell


class CellSide(msgspec.Struct, frozen=True, omit_defaults=True):
    """One cell of one side: what the source digest covers, its place (from 0) and its id."""

    index: int
    cell_type: str
    source: str
    id: str | None = None
    tags: tuple[str, ...] = ()
    attachments: dict[str, Any] = {}


def diff_values(report: DiffReport) -> dict[str, Any]:
    """The comparison as JSON values: each analysis with its results first and its cells last, without outputs."""
    return {
        "before": msgspec.to_builtins(report.before),
        "after": msgspec.to_builtins(report.after),
        "analyses": [_analysis(analysis) for analysis in report.analyses],
    }


def _analysis(analysis: AnalysisDiff) -> dict[str, Any]:
    fields = (name for name in msgspec.structs.asdict(analysis) if name != "cells")
    values = {name: msgspec.to_builtins(getattr(analysis, name)) for name in fields}
    return {**values, "cells": [_cell(change) for change in analysis.cells]}


def _cell(change: CellChange) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "aspects": list(change.aspects),
        "before": _side(change.before),
        "after": _side(change.after),
    }


def _side(cell: Cell | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    side = CellSide(cell.index, cell.cell_type, cell.source, cell.id, cell.tags, cell.attachments)
    found: dict[str, Any] = msgspec.to_builtins(side)
    return found
